/*
 * A stage whose panes can call tools that note what ran: for tests of what a person does
 * with the calls.
 */
#ifndef SUPPORT_CALL_STAGE_H
#define SUPPORT_CALL_STAGE_H

#include "tests/support/app_stage.h"
#include "tests/support/tool_folder.h"

struct call_stage {
    struct app_stage *app;
    struct tool_folder *tools;
};

/* The demo model that asks for get_weather and format_book in each turn. */
#define CALL_MODEL "demo/tools?rate=0&ttft=0"

/* Opens `count` (at most 4) panes of CALL_MODEL on a screen of that size (0: 100 by
 * 40). */
struct call_stage call_stage_open(size_t count, int width, int height);

/* One pane of a server that answers with these two calls of get_weather, then in words.
 */
struct call_stage call_stage_open_raw(const char *first, const char *second);

/* The same on a screen of that size; the second may be NULL. */
struct call_stage call_stage_open_sized(const char *first, const char *second, int width,
                                        int height);

/* The same with one call of wait_long. */
struct call_stage call_stage_open_long(void);

/* One whose model calls a server that then asks for a name. */
struct call_stage call_stage_open_question(void);

/* Closes the app and lets what it has started end; then the tools are there to be
 * counted. */
void call_stage_close(struct call_stage *stage);
void call_stage_free(struct call_stage *stage);

/* Sends a prompt and waits until so many calls wait for an answer. */
void call_stage_ask(struct call_stage *stage, size_t count);

/* Moves to a dialog and waits until its keys answer. */
void call_stage_go(struct call_stage *stage);
void call_stage_wait_keys(struct call_stage *stage);

/* Presses the key again and again until the text is shown: keys that rest, answer at
 * last. */
void call_stage_press_until(struct call_stage *stage, const char *key, const char *text);

/* Waits until tools were run so often. */
void call_stage_wait_runs(struct call_stage *stage, size_t count);

/* Fails the test unless exactly so many were run, and each of the texts (NULL-terminated)
 * stands in what they were run with. */
void assert_runs(struct call_stage *stage, size_t count, const char *const *texts);

/* How many calls wait. */
size_t call_stage_count_asking(const struct call_stage *stage);

#endif
