/* Sessions in the linear front end: one is opened again by reading out what was said in
 * it, oldest first, pane by pane; and the list of those there are. */
#include <string.h>

#include "src/base/mem.h"
#include "src/cli/plain_state.h"
#include "src/cli/session_verbs.h"
#include "src/engine/session_keeper.h"

/* The most sessions that are listed. */
#define LISTED_MAX 30

/* A line of ours for each line of the text. */
static void say_lines(struct plain *plain, const char *text)
{
    for (const char *at = text; *at != '\0';) {
        const size_t len = strcspn(at, "\n");
        plain_say(plain, "%.*s", (int)len, at);
        at += len + (at[len] == '\n');
    }
}

static void say_message(struct plain *plain, const struct plain_chat *chat,
                        const struct message *message)
{
    struct strbuf text;
    if (message->author != MESSAGE_USER && message->author != MESSAGE_ASSISTANT)
        return;
    strbuf_init(&text, STRBUF_OWN_MAX);
    message_join(message, PART_TEXT, &text);
    message_join(message, PART_REFUSAL, &text);
    plain_say(plain, "%s:", message->author == MESSAGE_USER ? "you" : chat->name);
    say_lines(plain, strbuf_text(&text));
    if (message->is_interrupted)
        plain_say(plain,
                  "%s: interrupted when the program ended; :continue goes on, :retry "
                  "asks again",
                  chat->name);
    strbuf_clear(&text);
}

static void say_chat(struct plain *plain, size_t index)
{
    const struct plain_chat *pane = &plain->chats[index];
    const struct chat *chat = engine_get_chat(plain->setup->engine, pane->id);
    plain_say(plain, "pane %zu: %s", index + 1, pane->name);
    for (size_t i = 0; chat != NULL && i < chat->path_len; i++)
        say_message(plain, pane, chat->path[i]);
}

void plain_restore(struct plain *plain)
{
    struct restored_session restored;
    struct error err = {ERROR_NONE, NULL};
    struct setup *setup = plain->setup;
    if (!session_keeper_restore(setup->keeper, setup->session, &restored, &err)) {
        plain_say(plain, "%s", error_text(&err));
        plain_quit(plain, EXIT_CODE_USAGE);
    } else {
        plain_say(plain, "session %lld: %s", (long long)setup->session,
                  restored.session.title != NULL ? restored.session.title : "no title");
        for (size_t i = 0; i < restored.session.chat_count; i++) {
            if (restored.chats[i] != 0 && plain_adopt(plain, restored.chats[i]))
                say_chat(plain, plain->chat_count - 1);
        }
        if (restored.notice != NULL)
            plain_say(plain, "%s", restored.notice);
    }
    restored_session_clear(&restored);
    error_clear(&err);
}

void plain_list_sessions(struct plain *plain, const char *words)
{
    struct session_row *rows;
    size_t count;
    struct error err = {ERROR_NONE, NULL};
    if (plain->setup->keeper == NULL ||
        !session_keeper_list(plain->setup->keeper, words[0] != '\0' ? words : NULL, NULL,
                             LISTED_MAX, &rows, &count, &err)) {
        plain_say(plain, "%s", error_text(&err));
        error_clear(&err);
        return;
    }
    for (size_t i = 0; i < count; i++) {
        struct strbuf line;
        strbuf_init(&line, STRBUF_OWN_MAX);
        session_row_append(&line, &rows[i]);
        plain_say(plain, "%s", strbuf_text(&line));
        strbuf_clear(&line);
    }
    plain_say(plain, count > 0 ? "motet --plain --session N opens one of them"
                               : "there is no session");
    session_rows_free(rows, count);
}
