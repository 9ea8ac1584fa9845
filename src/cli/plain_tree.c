/*
 * Branches in lines. A message is named by its place in the conversation, as :branches
 * lists it; where none is named the last one counts. All of it acts on the one target.
 */
#include <string.h>

#include "src/base/mem.h"
#include "src/base/number.h"
#include "src/chat/branch.h"
#include "src/cli/plain_state.h"
#include "src/engine/engine_tree.h"

/* What :branches reads of a message. */
#define WORDS_MAX 60

/* The only target; PLAIN_NOBODY, with a word, if there are others. */
static size_t tree_pane(struct plain *plain)
{
    size_t found = PLAIN_NOBODY;
    size_t count = 0;
    for (size_t i = 0; i < plain->chat_count; i++) {
        if (!plain->chats[i].is_target)
            continue;
        found = i;
        count++;
    }
    if (count == 1)
        return found;
    plain_say(plain, "this is done in one pane: say which with :to N");
    return PLAIN_NOBODY;
}

static const struct chat *tree_chat(const struct plain *plain, size_t pane)
{
    return engine_get_chat(plain->setup->engine, plain->chats[pane].id);
}

/* Reads a number at the start of `*args` and goes behind it; false if there is none. */
static bool tree_number(const char **args, int64_t *number)
{
    const size_t len = strcspn(*args, " ");
    char *word = mem_strndup(*args, len);
    const bool is_one = number_parse_int(word, number);
    mem_free(word);
    if (is_one)
        *args += len + strspn(*args + len, " ");
    return is_one;
}

/* The message that the arguments begin with, or the last; NULL with a word about it. */
static struct message *tree_message(struct plain *plain, size_t pane, const char **args)
{
    const struct chat *chat = tree_chat(plain, pane);
    int64_t number = (int64_t)chat->path_len;
    const bool is_named = (*args)[0] != '\0';
    if (is_named && !tree_number(args, &number))
        number = 0;
    if (number >= 1 && number <= (int64_t)chat->path_len)
        return chat->path[number - 1];
    plain_say(plain, is_named ? "there is no such message; :branches lists them"
                              : "nothing was said in this pane yet");
    return NULL;
}

static void tree_say_refusal(struct plain *plain, struct error *err)
{
    plain_say(plain, "%s", error_text(err));
    error_clear(err);
}

static const char *tree_author(const struct message *message)
{
    switch (message->author) {
    case MESSAGE_SYSTEM: return "system";
    case MESSAGE_USER: return message->is_automatic ? "asked to go on" : "prompt";
    case MESSAGE_ASSISTANT: return message->is_edited ? "edited answer" : "answer";
    case MESSAGE_TOOL: return "results of tools";
    }
    return "";
}

static void tree_say_message(struct plain *plain, const struct chat *chat, size_t index)
{
    const struct message *message = chat->path[index];
    const struct branch branch = branch_of(chat, message);
    struct strbuf text;
    strbuf_init(&text, MESSAGE_MAX);
    message_join(message, PART_TEXT, &text);
    const size_t line = strcspn(strbuf_text(&text), "\n");
    size_t len = line < WORDS_MAX ? line : WORDS_MAX;
    while (len > 0 && len < line && ((unsigned char)text.text[len] & 0xc0) == 0x80)
        len--;
    char *place = branch.count > 1
                      ? strbuf_format(", branch %zu of %zu", branch.number, branch.count)
                      : mem_strdup("");
    plain_say(plain, "%zu: %s%s: %.*s%s", index + 1, tree_author(message), place,
              (int)len, strbuf_text(&text), len < text.len ? " \xe2\x80\xa6" : "");
    mem_free(place);
    strbuf_clear(&text);
}

void plain_run_branches(struct plain *plain, const char *args)
{
    (void)args;
    const size_t pane = tree_pane(plain);
    if (pane == PLAIN_NOBODY)
        return;
    const struct chat *chat = tree_chat(plain, pane);
    for (size_t i = 0; i < chat->path_len; i++)
        tree_say_message(plain, chat, i);
    if (chat->path_len == 0)
        plain_say(plain, "nothing was said in this pane yet");
}

/* The last message of the path that has branches; NULL if there is none. */
static struct message *tree_last_fork(const struct chat *chat)
{
    for (size_t i = chat->path_len; i > 0; i--) {
        if (branch_of(chat, chat->path[i - 1]).count > 1)
            return chat->path[i - 1];
    }
    return NULL;
}

/* ":branch N" at the last message that has some, ":branch MESSAGE N" at another. */
void plain_run_branch(struct plain *plain, const char *args)
{
    struct error err = {ERROR_NONE, NULL};
    int64_t first;
    int64_t second;
    const size_t pane = tree_pane(plain);
    if (pane == PLAIN_NOBODY)
        return;
    const struct chat *chat = tree_chat(plain, pane);
    struct message *at = tree_last_fork(chat);
    if (!tree_number(&args, &first)) {
        plain_say(plain, ":branch takes the number of a branch; :branches lists them");
        return;
    }
    if (tree_number(&args, &second)) {
        at =
            first >= 1 && first <= (int64_t)chat->path_len ? chat->path[first - 1] : NULL;
        first = second;
    }
    const struct message *to =
        at != NULL && first >= 1 ? branch_sibling(chat, at, (size_t)first) : NULL;
    if (to == NULL)
        plain_say(plain, "there is no such branch; :branches lists them");
    else if (!engine_go_to_branch(plain->setup->engine, plain->chats[pane].id, to->id,
                                  &err))
        tree_say_refusal(plain, &err);
    else
        tree_say_message(plain, chat, branch_path_index(chat, to));
}

void plain_run_fork(struct plain *plain, const char *args)
{
    struct error err = {ERROR_NONE, NULL};
    const size_t pane = tree_pane(plain);
    const struct message *message =
        pane != PLAIN_NOBODY ? tree_message(plain, pane, &args) : NULL;
    if (message == NULL)
        return;
    const chat_id fork =
        engine_fork(plain->setup->engine, plain->chats[pane].id, message->id, &err);
    if (fork == 0)
        tree_say_refusal(plain, &err);
    else if (plain_adopt(plain, fork))
        plain_say(plain, "pane %zu: %s", plain->chat_count,
                  plain->chats[plain->chat_count - 1].name);
    else
        engine_close(plain->setup->engine, fork);
}

void plain_run_edit(struct plain *plain, const char *args)
{
    struct error err = {ERROR_NONE, NULL};
    const size_t pane = tree_pane(plain);
    if (pane == PLAIN_NOBODY)
        return;
    if (args[0] == '\0') {
        plain_say(plain, ":edit takes the number of a message and its new text");
        return;
    }
    const struct message *message = tree_message(plain, pane, &args);
    const chat_id id = plain->chats[pane].id;
    if (message == NULL)
        return;
    if (message->author == MESSAGE_USER) {
        if (!engine_send_edited(plain->setup->engine, id, message->id, args,
                                strlen(args)))
            plain_say(plain, "a prompt without a word is not sent");
    } else if (engine_edit_answer(plain->setup->engine, id, message->id, args,
                                  strlen(args), &err)) {
        plain_say(plain, "%s: goes on from the edited answer", plain->chats[pane].name);
    } else {
        tree_say_refusal(plain, &err);
    }
}

void plain_run_again(struct plain *plain, const char *args)
{
    struct error err = {ERROR_NONE, NULL};
    const size_t pane = tree_pane(plain);
    const struct message *message =
        pane != PLAIN_NOBODY ? tree_message(plain, pane, &args) : NULL;
    if (message != NULL && !engine_answer_again(plain->setup->engine,
                                                plain->chats[pane].id, message->id, &err))
        tree_say_refusal(plain, &err);
}

void plain_run_share(struct plain *plain, const char *args)
{
    int64_t number;
    if (!tree_number(&args, &number) || number < 1 ||
        number > (int64_t)plain->chat_count) {
        plain_say(plain, ":share takes the pane whose answer the targets go on from");
        return;
    }
    const size_t from = (size_t)number - 1;
    size_t done = 0;
    for (size_t i = 0; i < plain->chat_count; i++) {
        struct error err = {ERROR_NONE, NULL};
        if (i == from || !plain->chats[i].is_target)
            continue;
        if (engine_share_answer(plain->setup->engine, plain->chats[from].id, 0,
                                plain->chats[i].id, &err))
            done++;
        else
            plain_say(plain, "%s is left out: %s", plain->chats[i].name,
                      error_text(&err));
        error_clear(&err);
    }
    plain_say(plain, "%zu other pane%s on from the answer of %s", done,
              done == 1 ? " goes" : "s go", plain->chats[from].name);
}
