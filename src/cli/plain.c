/*
 * Life, input and events. The terminal stays in its own line mode, so a line that is
 * typed comes whole; a pipe may bring several at once. Who reads standard input is always
 * this file: while a call is asked about, lines are answers to it.
 */
#include "src/cli/plain.h"

#include <errno.h>
#include <signal.h>
#include <string.h>
#include <unistd.h>

#include "src/base/clock.h"
#include "src/base/mem.h"
#include "src/chat/turn_sum.h"
#include "src/cli/plain_state.h"
#include "src/cli/record_notes.h"
#include "src/cli/report_text.h"
#include "src/engine/attachment_file.h"
#include "src/engine/server_fetch.h"
#include "src/engine/session_keeper.h"

/* The longest line and the longest prompt. */
#define PLAIN_LINE_MAX ((size_t)16 << 20)

/* A second Ctrl-C within this time quits. */
#define PLAIN_QUIT_MS 3000

void plain_quit(struct plain *plain, int exit_code)
{
    plain->exit_code = exit_code;
    ev_break(plain->setup->loop, EVBREAK_ALL);
}

/* --- Chats ------------------------------------------------------------------------ */

/* What a chat is called: its model, with the pane's number where two have the same.
 * Caller frees. */
static char *make_name(const struct plain *plain, const char *model)
{
    const size_t len = strcspn(model, "?"); /* parameters of a demo model */
    char *name = mem_strndup(model, len);
    for (size_t i = 0; i < plain->chat_count; i++) {
        if (strcmp(plain->chats[i].name, name) != 0)
            continue;
        char *numbered = strbuf_format("%s (%zu)", name, plain->chat_count + 1);
        mem_free(name);
        return numbered;
    }
    return name;
}

/* Adds a pane without a chat; NULL, with a word about it, where there is no room. */
static struct plain_chat *add_chat(struct plain *plain, const char *model)
{
    if (plain->chat_count == PLAIN_CHAT_MAX) {
        plain_say(plain, "there is no room for more than %d panes: :close one first",
                  PLAIN_CHAT_MAX);
        return NULL;
    }
    struct plain_chat *chat = &plain->chats[plain->chat_count];
    *chat = (struct plain_chat){.name = make_name(plain, model), .is_target = true};
    strbuf_init(&chat->held, MESSAGE_MAX);
    plain->chat_count++;
    return chat;
}

bool plain_open(struct plain *plain, const struct chat_setup *setup)
{
    struct chat_setup own = *setup;
    struct plain_chat *chat = add_chat(plain, setup->model);
    if (chat == NULL)
        return false;
    if (plain->asker == NULL && own.approval == APPROVAL_ASK)
        own.approval = APPROVAL_NEVER;
    chat->id = engine_open(plain->setup->engine, &own);
    return true;
}

bool plain_adopt(struct plain *plain, chat_id id)
{
    const struct chat_setup *setup = engine_get_setup(plain->setup->engine, id);
    struct plain_chat *chat = setup != NULL ? add_chat(plain, setup->model) : NULL;
    if (chat != NULL)
        chat->id = id;
    return chat != NULL;
}

static void clear_chat(struct plain_chat *chat)
{
    mem_free(chat->name);
    mem_free(chat->closing);
    strbuf_clear(&chat->held);
}

void plain_close(struct plain *plain, size_t index)
{
    const chat_id id = plain->chats[index].id;
    clear_chat(&plain->chats[index]);
    plain->chat_count--;
    memmove(&plain->chats[index], &plain->chats[index + 1],
            (plain->chat_count - index) * sizeof(plain->chats[0]));
    if (plain->speaker == index)
        plain->speaker = PLAIN_NOBODY;
    else if (plain->speaker != PLAIN_NOBODY && plain->speaker > index)
        plain->speaker--;
    engine_close(plain->setup->engine, id);
}

static struct plain_chat *find_chat(struct plain *plain, chat_id id)
{
    for (size_t i = 0; i < plain->chat_count; i++) {
        if (plain->chats[i].id == id)
            return &plain->chats[i];
    }
    return NULL;
}

/* --- Sending ---------------------------------------------------------------------- */

static bool attach(struct plain *plain, const char *text, bool reads_words,
                   struct attachment_list *list, struct error *err)
{
    if (!plain->has_attached)
        attachment_list_copy(list, plain->options.attachments);
    if (reads_words && !attachment_read_words(list, text, err))
        return false;
    return attachment_check_size(list, strlen(text), err);
}

static void send_with(struct plain *plain, const char *text, bool reads_words,
                      const struct attachment_list *more)
{
    struct attachment_list attachments = {0};
    struct error err = {ERROR_NONE, NULL};
    const struct prompt prompt = {
        .text = text, .len = strlen(text), .attachments = &attachments};
    size_t sent = 0;
    attachment_list_copy(&attachments, more);
    if (!attach(plain, text, reads_words, &attachments, &err)) {
        plain_say(plain, "not sent: %s", error_text(&err));
    } else {
        for (size_t i = 0; i < plain->chat_count; i++) {
            if (plain->chats[i].is_target)
                sent +=
                    engine_send_prompt(plain->setup->engine, plain->chats[i].id, &prompt);
        }
        plain->has_attached = plain->has_attached || sent > 0;
        if (sent == 0)
            plain_say(plain, "not sent: no pane is a target; :to all makes all of them");
    }
    attachment_list_clear(&attachments);
    error_clear(&err);
}

static void on_resources(void *user, const struct attachment_list *list,
                         const struct error *err)
{
    struct plain *plain = user;
    char *text = plain->fetch_text;
    plain->fetch = NULL;
    plain->fetch_text = NULL;
    if (err->class == ERROR_NONE)
        send_with(plain, text, true, list);
    else
        plain_say(plain, "not sent: %s", error_text(err));
    mem_free(text);
    plain_speak(plain);
}

/* Sends a prompt to the targets. */
static void send_text(struct plain *plain, const char *text)
{
    if (plain->fetch != NULL) {
        plain_say(plain, "not sent: what the prompt before it names is still fetched");
    } else if (plain->is_person && server_fetch_is_needed(plain->setup->engine, text)) {
        plain->fetch_text = mem_strdup(text);
        plain->fetch = server_fetch_resources(
            plain->setup->engine, text, &(struct fetch_handler){on_resources, plain});
    } else {
        /* What is piped in may be anybody's words: they choose no files. */
        send_with(plain, text, plain->is_person, NULL);
    }
}

/* --- Input ------------------------------------------------------------------------ */

/* The end of the input: when all is answered, the end of the program. */
static void end_if_over(struct plain *plain)
{
    if (!plain->is_input_over || plain->fetch != NULL ||
        engine_busy_count(plain->setup->engine) > 0 || plain->lists_waited_for > 0)
        return;
    int code = -1;
    for (size_t i = 0; i < plain->chat_count && !plain->is_person; i++) {
        const struct message *answer = chat_last_by(
            engine_get_chat(plain->setup->engine, plain->chats[i].id), MESSAGE_ASSISTANT);
        if (answer == NULL)
            continue;
        const int own = (int)error_class_get(answer->facts.error.class)->exit_code;
        code = code < 0 || code == own ? own : EXIT_CODE_SOME_FAILED;
    }
    plain_quit(plain, code < 0 ? EXIT_CODE_OK : code);
}

/* Takes a prompt, or a line of one: a "\" at its end says that it goes on. */
static void take_text(struct plain *plain, const char *line)
{
    const size_t len = strlen(line);
    const bool goes_on = len > 0 && line[len - 1] == '\\';
    strbuf_append(&plain->draft, line, goes_on ? len - 1 : len);
    if (goes_on) {
        strbuf_append_char(&plain->draft, '\n');
        return;
    }
    const char *text = strbuf_text(&plain->draft);
    if (plain->draft.is_full)
        plain_say(plain, "not sent: the prompt is too long");
    else if (text[strspn(text, " \t\n")] != '\0')
        send_text(plain, text);
    strbuf_reset(&plain->draft);
}

static void take_line(struct plain *plain, const char *line)
{
    if (plain->asker != NULL && call_prompt_is_asking(plain->asker))
        call_prompt_take(plain->asker, line);
    else if (line[0] == ':' && line[1] != ':' && plain->draft.len == 0)
        plain_command(plain, line);
    else
        take_text(plain, line[0] == ':' && plain->draft.len == 0 ? line + 1 : line);
}

static void take_input_end(struct plain *plain)
{
    plain->is_input_over = true;
    ev_io_stop(plain->setup->loop, &plain->input);
    if (plain->line.len > 0)
        take_line(plain, strbuf_text(&plain->line));
    strbuf_reset(&plain->line);
    if (plain->asker != NULL)
        call_prompt_end(plain->asker);
    if (plain->is_person && engine_busy_count(plain->setup->engine) > 0)
        plain_say(plain, "answers are still coming; Ctrl-C stops them");
}

static void on_input(struct ev_loop *loop, struct ev_io *watcher, int events)
{
    (void)loop;
    (void)events;
    struct plain *plain = watcher->data;
    char bytes[4096];
    const ssize_t got = read(STDIN_FILENO, bytes, sizeof(bytes));
    if (got < 0 && (errno == EINTR || errno == EAGAIN))
        return;
    if (plain->is_person) { /* the terminal has shown the line and its end */
        plain->is_prompted = false;
        plain->console.ends_with_newline = true;
    }
    if (got <= 0)
        take_input_end(plain);
    for (ssize_t i = 0; i < got && plain->exit_code < 0; i++) {
        if (bytes[i] != '\n') {
            if (bytes[i] != '\r' && bytes[i] != '\0')
                strbuf_append_char(&plain->line, bytes[i]);
            continue;
        }
        char *line = strbuf_take(&plain->line);
        take_line(plain, line != NULL ? line : "");
        mem_free(line);
    }
    plain_speak(plain);
    end_if_over(plain);
}

/* --- Events ----------------------------------------------------------------------- */

/* "sage: done, 212 tokens, 2.1 s". Caller frees. */
static char *describe_end(const struct plain_chat *chat, const struct message *answer)
{
    const struct turn_sum sum = turn_sum_of(answer);
    struct strbuf text;
    strbuf_init(&text, STRBUF_OWN_MAX);
    strbuf_append_format(&text, "%s: ", chat->name);
    if (answer->facts.error.class != ERROR_NONE) {
        strbuf_append_text(&text, "failed: ");
        report_append_error(&answer->facts, &text);
        return strbuf_take(&text);
    }
    strbuf_append_text(&text,
                       answer->facts.finish == FINISH_CANCELLED ? "stopped" : "done");
    if (sum.usage.output >= 0)
        strbuf_append_format(&text, ", %lld tokens", (long long)sum.usage.output);
    if (sum.total_ms >= 0)
        strbuf_append_format(&text, ", %.1f s", (double)sum.total_ms / 1000);
    struct strbuf oddity;
    strbuf_init(&oddity, STRBUF_OWN_MAX);
    report_append_oddity(answer, &oddity);
    if (oddity.len > 0)
        strbuf_append_format(&text, "; %s", strbuf_text(&oddity));
    strbuf_clear(&oddity);
    return strbuf_take(&text);
}

static void note_call(struct plain *plain, const struct plain_chat *chat,
                      const struct engine_event *event)
{
    const struct call_facts *call = engine_find_call(plain->setup->engine, event->call);
    struct strbuf text;
    strbuf_init(&text, STRBUF_OWN_MAX);
    if (call != NULL)
        report_append_call(call, event->change, &text);
    if (text.len > 0)
        plain_say(plain, "%s: %s", chat->name, strbuf_text(&text));
    strbuf_clear(&text);
    if (plain->asker == NULL || event->change != CALL_CHANGE_ASKED)
        return;
    /* The question is a line of its own, and what is said before it has been said. */
    console_end_line(&plain->console);
    plain->is_prompted = false;
    call_prompt_look(plain->asker);
}

static void note_retry(struct plain *plain, const struct plain_chat *chat)
{
    const struct turn_status turn = engine_get_turn(plain->setup->engine, chat->id);
    const int64_t left_ms = turn.wait_until_ms - clock_now_ms();
    if (turn.state == TURN_RETRYING)
        plain_say(plain, "%s: %s; trying again in %lld s (%d of %d)", chat->name,
                  error_class_get(turn.retry_reason)->title,
                  left_ms > 0 ? (long long)(left_ms + 999) / 1000 : 0, turn.attempt,
                  turn.attempt_max);
}

static void hear_chat(struct plain *plain, struct plain_chat *chat,
                      const struct engine_event *event)
{
    const struct message *answer =
        chat_last_by(engine_get_chat(plain->setup->engine, chat->id), MESSAGE_ASSISTANT);
    if (event->kind == EVENT_TEXT || event->kind == EVENT_REFUSAL)
        strbuf_append(&chat->held, event->text, event->len);
    else if (event->kind == EVENT_NOTICE || event->kind == EVENT_FALLBACK)
        plain_say(plain, "%s: %s", chat->name, event->text);
    else if (event->kind == EVENT_TURN_STATE)
        note_retry(plain, chat);
    else if (event->kind == EVENT_CALL)
        note_call(plain, chat, event);
    else if (event->kind == EVENT_TOOL_CALL && chat->held.len > 0)
        strbuf_append_char(&chat->held, '\n');
    else if (event->kind == EVENT_DONE && answer != NULL) {
        mem_free(chat->closing);
        chat->closing = describe_end(chat, answer);
    }
}

static void on_event(void *user, const struct engine_event *event)
{
    struct plain *plain = user;
    struct plain_chat *chat = find_chat(plain, event->chat);
    race_hear(&plain->race, event, engine_get_chat(plain->setup->engine, event->chat),
              clock_now_ms());
    if (event->kind == EVENT_MODELS)
        plain_models_came(plain, event->endpoint);
    else if (chat != NULL)
        hear_chat(plain, chat, event);
    if (plain->asker != NULL)
        call_prompt_look(plain->asker);
    plain_speak(plain);
    end_if_over(plain);
}

static void on_wire(void *user, const struct wire_event *event)
{
    struct plain *plain = user;
    race_hear_wire(&plain->race, event);
}

/* Ctrl-C: no to the call that is asked about; else stop; else, twice, the end. */
static void interrupt(struct plain *plain)
{
    const int64_t now_ms = clock_now_ms();
    plain->console.ends_with_newline = false; /* the terminal has shown ^C */
    plain->is_prompted = false;
    if (plain->asker != NULL && call_prompt_is_asking(plain->asker)) {
        console_end_line(&plain->console);
        call_prompt_take(plain->asker, "n");
    } else if (plain->fetch != NULL || engine_busy_count(plain->setup->engine) > 0) {
        server_fetch_free(plain->fetch);
        plain->fetch = NULL;
        mem_free(plain->fetch_text);
        plain->fetch_text = NULL;
        plain_say(plain, "stopped; what had come is kept");
        engine_stop_all(plain->setup->engine);
    } else if (now_ms <= plain->quit_until_ms) {
        console_end_line(&plain->console);
        plain_quit(plain, EXIT_CODE_OK);
        return;
    } else {
        plain->quit_until_ms = now_ms + PLAIN_QUIT_MS;
        strbuf_reset(&plain->draft);
        plain_say(plain, "press Ctrl-C again to quit");
    }
    plain_speak(plain);
    end_if_over(plain);
}

static void on_signal(struct ev_loop *loop, struct ev_signal *watcher, int events)
{
    (void)loop;
    (void)events;
    struct plain *plain = watcher->data;
    if (watcher->signum == SIGINT)
        interrupt(plain);
    else
        plain_quit(plain, end_signals_code(watcher));
}

static void on_output(void *user)
{
    struct plain *plain = user;
    if (plain->console.out.failed_errno != 0)
        plain_quit(plain, EXIT_CODE_INTERNAL);
}

/* --- Start and end ---------------------------------------------------------------- */

static void greet(struct plain *plain)
{
    for (size_t i = 0; i < plain->chat_count && plain->setup->session == 0; i++)
        plain_say(plain, "pane %zu: %s", i + 1, plain->chats[i].name);
    if (plain->options.hint != NULL)
        plain_say(plain, "%s", plain->options.hint);
    plain_say(plain, "A line is a prompt; :help lists the commands.");
}

static void on_keeper_notice(void *user, const char *sentence)
{
    plain_say(user, "%s", sentence);
}

static void start(struct plain *plain)
{
    struct setup *setup = plain->setup;
    end_signals_start(&plain->signals, setup->loop, on_signal, plain);
    ev_io_init(&plain->input, on_input, STDIN_FILENO, EV_READ);
    plain->input.data = plain;
    ev_io_start(setup->loop, &plain->input);
    engine_listen(setup->engine, on_event, plain);
    engine_tap(setup->engine, on_wire, plain);
    for (size_t i = 0; i < setup->chat_count; i++)
        plain_open(plain, &setup->chats[i]);
    session_keeper_listen(setup->keeper, on_keeper_notice, plain);
    if (setup->session != 0)
        plain_restore(plain);
    if (plain->exit_code >= 0)
        return;
    greet(plain);
    /* What came with the command line has named its files there. */
    if (plain->options.prompt != NULL)
        send_with(plain, plain->options.prompt, false, NULL);
    plain_speak(plain);
}

static void clear(struct plain *plain)
{
    engine_listen(plain->setup->engine, NULL, NULL);
    session_keeper_listen(plain->setup->keeper, NULL, NULL);
    engine_untap(plain->setup->engine, on_wire, plain);
    race_clear(&plain->race);
    ev_io_stop(plain->setup->loop, &plain->input);
    end_signals_stop(&plain->signals);
    server_fetch_free(plain->fetch);
    mem_free(plain->fetch_text);
    call_prompt_free(plain->asker);
    for (size_t i = 0; i < plain->chat_count; i++)
        clear_chat(&plain->chats[i]);
    strbuf_clear(&plain->line);
    strbuf_clear(&plain->draft);
    strbuf_clear(&plain->notes);
    console_clear(&plain->console);
}

int plain_run(struct setup *setup, const struct plain_options *options)
{
    struct plain plain = {.setup = setup,
                          .options = *options,
                          .speaker = PLAIN_NOBODY,
                          .exit_code = -1,
                          .is_person = isatty(STDIN_FILENO)};
    strbuf_init(&plain.line, PLAIN_LINE_MAX);
    strbuf_init(&plain.draft, PLAIN_LINE_MAX);
    strbuf_init(&plain.notes, STRBUF_OWN_MAX);
    if (plain.is_person && isatty(STDERR_FILENO))
        plain.asker = call_prompt_new_fed(setup->engine);
    console_init(&plain.console, setup->loop, false);
    plain.console.out.on_change = on_output;
    plain.console.out.user = &plain;
    record_notes_start(setup->recorder, &plain.console);
    start(&plain);
    if (plain.exit_code < 0)
        ev_run(setup->loop, 0);
    console_end_line(&plain.console);
    record_notes_stop(setup->recorder);
    console_report_failure(&plain.console);
    clear(&plain);
    return plain.exit_code;
}
