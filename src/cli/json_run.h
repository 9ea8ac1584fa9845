/*
 * The events of a run as JSON lines (docs/guide/json.md): those of json_event.h, with the
 * row's values in `start`, and what only runs have. `chat` counts the cells in the order
 * of the input: row times columns plus column.
 */
#ifndef CLI_JSON_RUN_H
#define CLI_JSON_RUN_H

#include "src/base/strbuf.h"
#include "src/cli/run_record.h"
#include "src/engine/engine.h"
#include "src/engine/run_cell.h"

/* Appends the lines of an event of a cell; perhaps none. `setup` is its model's. */
void json_run_event(struct strbuf *out, struct engine *engine,
                    const struct run_labels *labels, const struct chat_setup *setup,
                    const struct run_event *event);

/* {"event":"end",…}; `chats` is the number of done lines before. */
void json_run_end(struct strbuf *out, size_t chats, const struct run_summary *sum);

/* True if the cell has lines: a cell that was never begun has some only if it failed or
 * was left. */
bool json_run_is_told(const struct run_cell *cell);

#endif
