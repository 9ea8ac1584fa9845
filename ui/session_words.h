/*
 * What the screen keeps of itself in a session, as text: how the panes stand, which are
 * not ticked, and for whom each text is that was being written. Chats are named by their
 * rank, the order in which their panes were opened: ids are other ones next time. What
 * was stored may come from anywhere: what does not fit is refused.
 */
#ifndef UI_SESSION_WORDS_H
#define UI_SESSION_WORDS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "src/base/strbuf.h"
#include "ui/draft_set.h"
#include "ui/layout_file.h"

/* The chats by rank. */
struct session_ranks {
    chat_id chats[TILING_PANE_MAX];
    size_t count;
};

struct session_panes {
    struct layout_entry layout;
    uint64_t unticked; /* a bit for each rank */
};

/* Appends the text; and reads it: false if it is none. Clear `panes` in any case. */
void session_panes_write(const struct session_panes *panes, struct strbuf *out);
bool session_panes_parse(const char *text, struct session_panes *panes);
void session_panes_clear(struct session_panes *panes);

/* Appends where a text stands and whom it is for: "now/0,2", "aside/edit/1/5". */
void session_draft_write(enum draft_place place, const struct draft_target *target,
                         const struct session_ranks *ranks, struct strbuf *out);

/* Reads it again; false if it is none, or if a chat of it is not there. */
bool session_draft_parse(const char *text, const struct session_ranks *ranks,
                         enum draft_place *place, struct draft_target *target);

#endif
