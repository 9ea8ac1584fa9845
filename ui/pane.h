/*
 * A pane of the screen: a chat of the engine and how it is looked at. What stands around
 * the conversation (state, metrics) is worded here from the engine's facts.
 */
#ifndef UI_PANE_H
#define UI_PANE_H

#include <stdbool.h>
#include <stdint.h>

#include "src/base/strbuf.h"
#include "src/engine/engine.h"
#include "ui/theme/role.h"
#include "ui/view/sheet.h"
#include "ui/view/transcript.h"

/* What a dialog says, kept from frame to frame. */
struct call_page {
    struct sheet sheet;
    call_key key;   /* whose; 0: nothing yet */
    uint64_t stamp; /* of the calls when it was filled */
    int width;
};

struct pane {
    chat_id chat;
    struct transcript *transcript;
    struct rect mark; /* the way back to the end, where it was drawn last */
    struct call_page page;
    struct rect dialog; /* where it was drawn last; empty: nowhere */
    char *label;        /* what it differs in from those opened with it, or NULL */
    bool is_label_kept; /* its session knows it */
    char **tools;       /* that it was opened with for a template; or NULL */
    char *schema;       /* that its next answer is to fit; or NULL */
    int mends;          /* how often the model may still mend it */
    bool was_mended;
    bool is_of_matrix; /* its chat may belong to a cell of the matrix: */
    size_t row;
    size_t column;
    unsigned opened; /* its number in the order in which panes were opened */
    bool is_ticked;
    bool is_raw; /* answers are shown as they were written */
    bool is_dirty;
};

/*
 * Words the state of a turn ("● 41 t/s", "waiting 4 s", "retrying in 3 s (2 of 5)") and
 * returns its role. `answer` is the chat's last answer or NULL; `now_ms` is the time of
 * clock_now_ms.
 */
enum role pane_describe_state(const struct turn_status *status,
                              const struct message *answer, int64_t now_ms,
                              struct strbuf *out);

/*
 * Words the metrics of the last answer: time to first token, tokens, tokens a second,
 * the time it took, and where it is known what it cost.
 * "–" stands where the provider did not say; a "~" marks what was counted by pieces.
 */
void pane_describe_metrics(const struct turn_status *status, const struct message *answer,
                           size_t queued, struct strbuf *out);

/* Appends an amount of money in as many digits as tell something: "$0.0021", "$1.20". */
void pane_append_money(double cost, struct strbuf *out);

/* Words how long a call runs and how far it is; what became of one that has ended. */
void pane_describe_running(const struct call_facts *call, int64_t now_ms,
                           struct strbuf *out);
void pane_describe_ended(const struct call_facts *call, struct strbuf *out);

/* Words who is asked: the model, or who answered in its place and why. */
void pane_describe_model(const struct chat_setup *setup, const struct message *answer,
                         struct strbuf *out);

#endif
