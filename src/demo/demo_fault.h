/*
 * Where in an answer a fault strikes and what it says; how it is carried out is
 * demo_reply's. Faults that refuse a request before any answer are demo_refusal's. Pure.
 */
#ifndef DEMO_FAULT_H
#define DEMO_FAULT_H

#include <stdint.h>

#include "src/demo/demo_params.h"
#include "src/demo/demo_refusal.h"

/* What a fault at the first or last byte of an answer does. */
enum demo_edge { DEMO_EDGE_NONE, DEMO_EDGE_STALL, DEMO_EDGE_CUT, DEMO_EDGE_EOF };

/* The token (of `total`) before which the fault strikes; -1 where it does not strike
 * among the tokens. */
int64_t demo_fault_place(const struct demo_params *params, int64_t total);

/* What the fault does where it strikes outside of the tokens. */
enum demo_edge demo_fault_edge(const struct demo_params *params);

/* The error that is found when the head was already sent, in the protocol's words. */
struct demo_problem_note demo_fault_note(const struct demo_params *params,
                                         const struct demo_protocol *protocol);

#endif
