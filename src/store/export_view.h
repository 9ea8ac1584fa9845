/*
 * What is exported: a session, or some of its chats. The writers (export_*.c) share what
 * stands here: how a chat is called, where its turns begin, what a turn came to in words,
 * which characters are harmless in a file. Pure; borrows the session.
 */
#ifndef STORE_EXPORT_VIEW_H
#define STORE_EXPORT_VIEW_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "src/base/strbuf.h"
#include "src/chat/session.h"

struct export_view {
    const struct session *session;
    const size_t *chats; /* which of its chats, in order; NULL: all of them */
    size_t chat_count;
    bool
        is_whole; /* JSON: with all branches, drafts and the layout, not only the paths */
};

/* A view of the whole session. */
struct export_view export_view_of(const struct session *session);

size_t export_view_count(const struct export_view *view);
const struct session_chat *export_view_chat(const struct export_view *view, size_t index);

/* How the chat's speaker is called: "gpt-4o", "gpt-4o (temperature 0)". Appends. */
void export_append_name(const struct session_chat *chat, struct strbuf *out);

/* The session's title, or words in its place. */
const char *export_title(const struct session *session);

/* "2026-11-29 17:20 UTC"; nothing for 0. */
void export_append_date(int64_t ms, struct strbuf *out);

/* How many messages of the chat are on other branches than the one that is shown. */
size_t export_hidden_count(const struct session_chat *chat);

/* A turn: a typed prompt and all that answers it, as places on the path. Turn 0 is what
 * comes before the first prompt and may be empty. */
struct export_turn {
    size_t first;
    size_t end;
};

size_t export_turn_count(const struct session_chat *chat);
struct export_turn export_turn_get(const struct session_chat *chat, size_t number);

/* True if there are several chats and all were asked the same, as far as each goes. */
bool export_is_aligned(const struct export_view *view);

/* "stop, 1.2 s, first token after 0.3 s, 12 tokens in, 40 out, cost 0.0021"; for an
 * answer that failed what failed. Appends; nothing for other messages. */
void export_append_facts(const struct message *answer, struct strbuf *out);

/* A row of the table of numbers: the sums over the chat's turns; -1 where not known. */
struct export_sum {
    size_t turns;
    int64_t total_ms;
    int64_t first_token_ms; /* of the last turn */
    int64_t input;
    int64_t output;
    double cost;
};
struct export_sum export_sum_of(const struct session_chat *chat);

/* The columns of that table, NULL past the end, and a cell of it ("" if not known). */
const char *export_sum_column(size_t column);
void export_append_sum(const struct export_sum *sum, size_t column, struct strbuf *out);

/*
 * Appends text for people: line ends are LF, ill-formed bytes U+FFFD; characters that
 * steer a terminal or turn the order of what follows are shown as marks. Joiners and
 * direction marks, which scripts need, stay.
 */
void export_append_clean(struct strbuf *out, const char *text, size_t len);

#endif
