/*
 * How far a run is and what it came to, as lines for people. Pure.
 */
#ifndef CLI_RUN_REPORT_H
#define CLI_RUN_REPORT_H

#include <stddef.h>
#include <stdint.h>

#include "src/base/strbuf.h"
#include "src/cli/run_record.h"
#include "src/engine/run_cell.h"

/*
 * "142 of 10000 done, 256 running, 40 waiting (rate of requests), 3 failed; 812 tokens/s;
 * cost 0.0123; about 2 min left". `total` is the number of cells, 0 where it is not
 * known.
 */
void run_report_progress(struct strbuf *out, const struct run_summary *sum,
                         const struct run_activity *activity, size_t total);

/* What is known before anything is sent: rows, about how many tokens and how much money
 * (negative: not known). */
void run_report_estimate(struct strbuf *out, size_t cells, int64_t input, int64_t output,
                         double cost);

/*
 * The lines after the end, each with its line end: how many of each kind, times, tokens
 * and money, what was spared, how far repeats agree. `slowest` is the name of the slowest
 * cell, "" for none.
 */
void run_report_summary(struct strbuf *out, const struct run_summary *sum,
                        const char *slowest);

#endif
