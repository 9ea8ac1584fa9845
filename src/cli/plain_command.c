/* The commands of the linear front end: one table, a function each. A command acts on the
 * panes whose numbers are behind it; without any, on the targets. */
#include <string.h>
#include <strings.h>

#include "src/base/clock.h"
#include "src/base/file_out.h"
#include "src/base/mem.h"
#include "src/base/number.h"
#include "src/base/path.h"
#include "src/cli/plain_state.h"
#include "src/config/suggest.h"

/* The most models of one service that are listed. */
#define LISTED_MAX 200

/* The most lines of one answer that :find reads out. */
#define FOUND_MAX 50

struct plain_command_info {
    const char *name;
    const char *args;
    const char *help;
    void (*run)(struct plain *plain, const char *args);
};

static const struct plain_command_info *command_at(size_t index);

/* --- Arguments -------------------------------------------------------------------- */

/* Reads "1 3" or "all" into `picked`; false, with a word about it, for anything else. */
static bool pick_panes(struct plain *plain, const char *args, bool picked[PLAIN_CHAT_MAX])
{
    memset(picked, 0, PLAIN_CHAT_MAX * sizeof(picked[0]));
    for (const char *at = args + strspn(args, " ,"); *at != '\0';) {
        const size_t len = strcspn(at, " ,");
        char *word = mem_strndup(at, len);
        int64_t number = 0;
        const bool is_all = strcmp(word, "all") == 0;
        const bool is_pane = !is_all && number_parse_int(word, &number) && number >= 1 &&
                             number <= (int64_t)plain->chat_count;
        if (!is_all && !is_pane)
            plain_say(plain, "there is no pane %s; :panes lists them", word);
        mem_free(word);
        if (!is_all && !is_pane)
            return false;
        for (size_t i = 0; i < plain->chat_count; i++)
            picked[i] = picked[i] || is_all || (int64_t)i + 1 == number;
        at += len + strspn(at + len, " ,");
    }
    return true;
}

/* The same, but no argument means the targets. */
static bool pick_or_targets(struct plain *plain, const char *args,
                            bool picked[PLAIN_CHAT_MAX])
{
    if (args[0] != '\0')
        return pick_panes(plain, args, picked);
    for (size_t i = 0; i < plain->chat_count; i++)
        picked[i] = plain->chats[i].is_target;
    return true;
}

/* --- Commands --------------------------------------------------------------------- */

static void run_help(struct plain *plain, const char *args)
{
    (void)args;
    plain_say(plain, "A line is a prompt and goes to the targets; a \\ at its end says "
                     "that it goes on; :: at its beginning stands for one colon.");
    for (size_t i = 0; command_at(i) != NULL; i++) {
        const struct plain_command_info *info = command_at(i);
        plain_say(plain, ":%s%s%s: %s", info->name, info->args[0] != '\0' ? " " : "",
                  info->args, info->help);
    }
    plain_say(plain, "Ctrl-C stops what runs; twice, with nothing running, it quits.");
}

static void run_panes(struct plain *plain, const char *args)
{
    (void)args;
    for (size_t i = 0; i < plain->chat_count; i++) {
        const struct plain_chat *chat = &plain->chats[i];
        const enum turn_state state =
            engine_get_turn(plain->setup->engine, chat->id).state;
        const size_t queued = engine_queue_count(plain->setup->engine, chat->id);
        char *waiting =
            queued > 0 ? strbuf_format(", %zu queued", queued) : mem_strdup("");
        plain_say(plain, "pane %zu: %s, %s%s%s", i + 1, chat->name,
                  state == TURN_IDLE ? "ready" : turn_state_name(state), waiting,
                  chat->is_target ? ", target" : "");
        mem_free(waiting);
    }
    if (plain->chat_count == 0)
        plain_say(plain, "no pane is open; :open MODEL opens one");
}

static void run_race(struct plain *plain, const char *args)
{
    (void)args;
    struct strbuf words;
    strbuf_init(&words, STRBUF_OWN_MAX);
    for (size_t i = 0; i < plain->chat_count; i++) {
        const struct race_track *track = race_find(&plain->race, plain->chats[i].id);
        strbuf_reset(&words);
        if (track != NULL)
            race_track_describe(track, clock_now_ms(), &words);
        else
            strbuf_append_text(&words, "nothing yet");
        plain_say(plain, "pane %zu: %s, %s", i + 1, plain->chats[i].name,
                  strbuf_text(&words));
    }
    strbuf_clear(&words);
}

static void run_to(struct plain *plain, const char *args)
{
    bool picked[PLAIN_CHAT_MAX] = {false};
    if (args[0] == '\0') {
        run_panes(plain, args);
        return;
    }
    if (!pick_panes(plain, args, picked))
        return;
    struct strbuf names;
    strbuf_init(&names, STRBUF_OWN_MAX);
    for (size_t i = 0; i < plain->chat_count; i++) {
        plain->chats[i].is_target = picked[i];
        if (picked[i])
            strbuf_append_format(&names, "%s%s", names.len > 0 ? ", " : "",
                                 plain->chats[i].name);
    }
    plain_say(plain, "the next prompt goes to: %s", strbuf_text(&names));
    strbuf_clear(&names);
}

static void run_stop(struct plain *plain, const char *args)
{
    bool picked[PLAIN_CHAT_MAX] = {false};
    if (!pick_panes(plain, args[0] != '\0' ? args : "all", picked))
        return;
    for (size_t i = 0; i < plain->chat_count; i++) {
        if (picked[i])
            engine_stop(plain->setup->engine, plain->chats[i].id);
    }
}

/* Runs an engine function on panes, and says where it had nothing to do. */
static void run_on_panes(struct plain *plain, const char *args,
                         bool (*act)(struct engine *, chat_id), const char *otherwise)
{
    bool picked[PLAIN_CHAT_MAX] = {false};
    if (!pick_or_targets(plain, args, picked))
        return;
    for (size_t i = 0; i < plain->chat_count; i++) {
        if (picked[i] && !act(plain->setup->engine, plain->chats[i].id))
            plain_say(plain, "%s: %s", plain->chats[i].name, otherwise);
    }
}

static void run_retry(struct plain *plain, const char *args)
{
    run_on_panes(plain, args, engine_retry,
                 "there is nothing to answer again, or the answer is still coming");
}

static void run_continue(struct plain *plain, const char *args)
{
    run_on_panes(plain, args, engine_continue, "the last answer was not cut");
}

static const struct message *last_answer(const struct plain *plain, size_t index)
{
    return chat_last_by(engine_get_chat(plain->setup->engine, plain->chats[index].id),
                        MESSAGE_ASSISTANT);
}

/* Reads the parts of that kind of the last answers. */
static void read_parts(struct plain *plain, const char *args, enum part_kind kind,
                       const char *otherwise)
{
    bool picked[PLAIN_CHAT_MAX] = {false};
    if (!pick_or_targets(plain, args, picked))
        return;
    for (size_t i = 0; i < plain->chat_count; i++) {
        const struct message *answer = picked[i] ? last_answer(plain, i) : NULL;
        struct strbuf text;
        if (!picked[i])
            continue;
        strbuf_init(&text, MESSAGE_MAX);
        if (answer != NULL)
            message_join(answer, kind, &text);
        plain_say(plain, "%s:%s", plain->chats[i].name, text.len > 0 ? "" : otherwise);
        console_write_buf(&plain->console, &text);
        console_end_line(&plain->console);
    }
}

static void run_read(struct plain *plain, const char *args)
{
    read_parts(plain, args, PART_TEXT, " there is no answer to read");
}

static void run_reasoning(struct plain *plain, const char *args)
{
    read_parts(plain, args, PART_REASONING, " there is no reasoning to read");
}

/* Says the lines of a text that hold the words; small and large letters are the same. */
static size_t say_lines(struct plain *plain, const char *name, const char *text,
                        const char *words)
{
    const size_t len = strlen(words);
    size_t found = 0;
    size_t number = 1;
    for (const char *line = text; *line != '\0'; number++) {
        const size_t line_len = strcspn(line, "\n");
        size_t at = 0;
        while (at + len <= line_len && strncasecmp(line + at, words, len) != 0)
            at++;
        if (at + len <= line_len && ++found <= FOUND_MAX)
            plain_say(plain, "%s, line %zu: %.*s", name, number, (int)line_len, line);
        line += line_len + (line[line_len] == '\n');
    }
    return found;
}

static void run_find(struct plain *plain, const char *args)
{
    size_t found = 0;
    if (args[0] == '\0') {
        plain_say(plain, ":find takes the words to look for");
        return;
    }
    for (size_t i = 0; i < plain->chat_count; i++) {
        const struct message *answer = last_answer(plain, i);
        struct strbuf text;
        strbuf_init(&text, MESSAGE_MAX);
        if (answer != NULL)
            message_join(answer, PART_TEXT, &text);
        const size_t lines =
            say_lines(plain, plain->chats[i].name, strbuf_text(&text), args);
        if (lines > FOUND_MAX)
            plain_say(plain, "%s: %zu more lines", plain->chats[i].name,
                      lines - FOUND_MAX);
        found += lines;
        strbuf_clear(&text);
    }
    if (found == 0)
        plain_say(plain, "no last answer has these words");
}

/* One pane: the one that is named, or the only target; else false, with a word. */
static bool pick_one(struct plain *plain, const char *args, size_t *index)
{
    bool picked[PLAIN_CHAT_MAX] = {false};
    size_t count = 0;
    if (!pick_or_targets(plain, args, picked))
        return false;
    for (size_t i = 0; i < plain->chat_count; i++) {
        if (picked[i])
            *index = i;
        count += picked[i];
    }
    if (count != 1)
        plain_say(plain, "say which pane: :save N FILE");
    return count == 1;
}

static void run_save(struct plain *plain, const char *args)
{
    struct error err = {ERROR_NONE, NULL};
    size_t index = 0;
    int64_t number;
    const size_t len = strcspn(args, " ");
    char *word = mem_strndup(args, len);
    const bool has_pane = args[len] == ' ' && number_parse_int(word, &number);
    const char *name = has_pane ? args + len + strspn(args + len, " ") : args;
    char *path = path_from_text(name);
    struct strbuf text;
    strbuf_init(&text, MESSAGE_MAX);
    if (!plain->is_person) {
        /* What is piped in may be anybody's words: they write no files. */
        plain_say(plain, "not written: :save is for a person at a terminal");
    } else if (path[0] == '\0') {
        plain_say(plain, ":save takes the name of a file");
    } else if (pick_one(plain, has_pane ? word : "", &index)) {
        const struct message *answer = last_answer(plain, index);
        if (answer != NULL)
            message_join(answer, PART_TEXT, &text);
        if (text.len > 0 && text.text[text.len - 1] != '\n')
            strbuf_append_char(&text, '\n');
        if (text.len == 0)
            plain_say(plain, "%s: there is no answer to write", plain->chats[index].name);
        else if (file_out_write(path, strbuf_text(&text), text.len, false, &err))
            plain_say(plain, "wrote the answer of %s to %s", plain->chats[index].name,
                      path);
        else
            plain_say(plain, "not written: %s", error_text(&err));
    }
    strbuf_clear(&text);
    error_clear(&err);
    mem_free(path);
    mem_free(word);
}

static void run_model(struct plain *plain, const char *args)
{
    struct error err = {ERROR_NONE, NULL};
    struct model_ref ref;
    bool picked[PLAIN_CHAT_MAX] = {false};
    const size_t len = strcspn(args, " ");
    char *name = mem_strndup(args, len);
    if (len == 0) {
        plain_say(plain, ":model takes a model's name, and panes if not the targets");
    } else if (!catalog_find(&plain->setup->catalog, name, &ref, &err)) {
        plain_say(plain, "%s", error_text(&err));
    } else if (pick_or_targets(plain, args + len + strspn(args + len, " "), picked)) {
        for (size_t i = 0; i < plain->chat_count; i++) {
            struct plain_chat *chat = &plain->chats[i];
            if (!picked[i])
                continue;
            if (engine_is_busy(plain->setup->engine, chat->id)) {
                plain_say(plain, "%s: the answer is still coming: stop it first",
                          chat->name);
                continue;
            }
            engine_set_model(plain->setup->engine, chat->id, ref.endpoint, ref.model);
            mem_free(chat->name);
            chat->name = mem_strdup(ref.model);
            plain_say(plain, "pane %zu is %s now", i + 1, chat->name);
        }
    }
    error_clear(&err);
    mem_free(name);
}

static void run_open(struct plain *plain, const char *args)
{
    struct error err = {ERROR_NONE, NULL};
    struct model_ref ref;
    struct chat_setup setup = {.is_streaming = true};
    if (args[0] == '\0') {
        plain_say(plain, ":open takes a model's name; :models lists those known");
        return;
    }
    if (!catalog_find(&plain->setup->catalog, args, &ref, &err)) {
        plain_say(plain, "%s", error_text(&err));
        error_clear(&err);
        return;
    }
    /* Like those the program was started with, but for the model. */
    if (plain->setup->chat_count > 0)
        setup = plain->setup->chats[0];
    setup.endpoint = ref.endpoint;
    setup.model = ref.model;
    setup.fallbacks = NULL;
    setup.fallback_count = 0;
    if (plain_open(plain, &setup))
        plain_say(plain, "pane %zu: %s", plain->chat_count,
                  plain->chats[plain->chat_count - 1].name);
}

static void run_close(struct plain *plain, const char *args)
{
    bool picked[PLAIN_CHAT_MAX] = {false};
    if (args[0] == '\0') {
        plain_say(plain, ":close takes the numbers of panes");
        return;
    }
    if (!pick_panes(plain, args, picked))
        return;
    for (size_t i = plain->chat_count; i-- > 0;) {
        if (picked[i])
            plain_close(plain, i);
    }
    run_panes(plain, "");
}

static void run_sessions(struct plain *plain, const char *args)
{
    plain_list_sessions(plain, args);
}

static void run_quit(struct plain *plain, const char *args)
{
    (void)args;
    plain_quit(plain, EXIT_CODE_OK);
}

/* --- Models ----------------------------------------------------------------------- */

static bool is_worth_asking(const struct endpoint *endpoint)
{
    return (endpoint->is_offered || endpoint->is_probed) && endpoint->trouble == NULL;
}

/* True if the name is among those that were listed without asking anybody. */
static bool is_known(const struct catalog *catalog, const char *name)
{
    for (size_t i = 0; i < catalog->model_count; i++) {
        if (strcmp(catalog->models[i], name) == 0)
            return true;
    }
    return false;
}

static void list_models(struct plain *plain, const struct endpoint *endpoint)
{
    const struct model_list *list = engine_get_models(plain->setup->engine, endpoint);
    const size_t count = list != NULL ? model_list_get_count(list) : 0;
    for (size_t i = 0; i < count && i < LISTED_MAX; i++) {
        char *name = strbuf_format("%s/%s", endpoint->name, model_list_get_name(list, i));
        if (!is_known(&plain->setup->catalog, name))
            plain_say(plain, "%s", name);
        mem_free(name);
    }
    if (count > LISTED_MAX)
        plain_say(plain, "%s has %zu more", endpoint->name, count - LISTED_MAX);
}

static void run_models(struct plain *plain, const char *args)
{
    (void)args;
    const struct catalog *catalog = &plain->setup->catalog;
    for (size_t i = 0; i < catalog->model_count; i++)
        plain_say(plain, "%s", catalog->models[i]);
    for (size_t i = 0; i < catalog->endpoint_count; i++) {
        const struct endpoint *endpoint = catalog->endpoints[i];
        if (!is_worth_asking(endpoint))
            continue;
        if (engine_get_models(plain->setup->engine, endpoint) != NULL)
            list_models(plain, endpoint);
        else
            plain->lists_waited_for++;
        engine_ask_models(plain->setup->engine, endpoint, false);
    }
}

void plain_models_came(struct plain *plain, const struct endpoint *endpoint)
{
    if (plain->lists_waited_for == 0)
        return;
    plain->lists_waited_for--;
    list_models(plain, endpoint);
}

/* --- The table -------------------------------------------------------------------- */

static const struct plain_command_info command_table[] = {
    {"help", "", "list the commands", run_help},
    {"panes", "", "list the panes: model, state, whether the next prompt goes there",
     run_panes},
    {"race", "", "say how the last turn of each pane went: its phases and their times",
     run_race},
    {"to", "N... | all", "choose which panes the next prompts go to", run_to},
    {"stop", "[N...]", "stop answers; their text is kept", run_stop},
    {"retry", "[N...]", "answer the last prompt again", run_retry},
    {"continue", "[N...]", "go on with an answer that was cut", run_continue},
    {"branches", "", "list the messages of the target, and where it has branches",
     plain_run_branches},
    {"branch", "[MESSAGE] N", "go to that branch", plain_run_branch},
    {"fork", "[MESSAGE]", "go on from a message in a new pane too", plain_run_fork},
    {"edit", "MESSAGE TEXT", "put another text in the place of a prompt or an answer",
     plain_run_edit},
    {"again", "[MESSAGE]", "answer the prompt of that message again", plain_run_again},
    {"share", "N", "make the last answer of pane N that of all targets", plain_run_share},
    {"read", "[N...]", "read the last answer again", run_read},
    {"reasoning", "[N...]", "read what the model thought before its last answer",
     run_reasoning},
    {"find", "WORDS", "read the lines of the last answers that hold the words", run_find},
    {"save", "[N] FILE", "write the last answer to a new file", run_save},
    {"models", "", "list the models that are known, and ask the services for theirs",
     run_models},
    {"model", "NAME [N...]", "talk to another model", run_model},
    {"open", "NAME", "open a pane with a model", run_open},
    {"close", "N...", "close panes; what was said stays in the session", run_close},
    {"sessions", "[WORDS]", "list the sessions that are kept", run_sessions},
    {"quit", "", "end the program", run_quit},
};

static const struct plain_command_info *command_at(size_t index)
{
    return index < COUNT_OF(command_table) ? &command_table[index] : NULL;
}

void plain_command(struct plain *plain, const char *line)
{
    const char *word = line + 1;
    const size_t len = strcspn(word, " ");
    const char *args = word + len + strspn(word + len, " ");
    struct suggestion suggestion;
    char *name = mem_strndup(word, len);
    suggestion_init(&suggestion, name);
    const struct plain_command_info *found = NULL;
    for (size_t i = 0; command_at(i) != NULL; i++) {
        suggestion_consider(&suggestion, command_at(i)->name);
        if (strcmp(command_at(i)->name, name) == 0)
            found = command_at(i);
    }
    if (found != NULL)
        found->run(plain, args);
    else if (suggestion.best != NULL)
        plain_say(plain, "there is no command :%s; did you mean :%s?", name,
                  suggestion.best);
    else
        plain_say(plain, "there is no command :%s; :help lists them", name);
    mem_free(name);
}
