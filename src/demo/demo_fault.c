/* Every fault stands in each switch, so that a new one is decided on everywhere. */
#include "src/demo/demo_fault.h"

#include "src/demo/demo_protocol.h"

/* `stall` falls silent after this many tokens if nothing else is asked for. */
#define STALL_TOKENS 14

/* The place of a fault that was given none; -1 = none. */
static int64_t usual_place(enum demo_fault fault, int64_t total)
{
    const int64_t middle = total / 2;
    switch (fault) {
    case DEMO_FAULT_NONE:
    case DEMO_FAULT_DOWN:
    case DEMO_FAULT_GATEWAY:
    case DEMO_FAULT_HTML:
    case DEMO_FAULT_FLAKY:
    case DEMO_FAULT_QUOTA:
    case DEMO_FAULT_CONTEXT:
    case DEMO_FAULT_KEY:
    case DEMO_FAULT_TYPE:
    case DEMO_FAULT_BARE:
    case DEMO_FAULT_STATUS:
    case DEMO_FAULT_EMPTY: return -1;
    case DEMO_FAULT_STALL: return middle < STALL_TOKENS ? middle : STALL_TOKENS;
    case DEMO_FAULT_CUT:
    case DEMO_FAULT_CUT_UTF8:
    case DEMO_FAULT_GARBAGE:
    case DEMO_FAULT_ERROR:
    case DEMO_FAULT_EOF:
    case DEMO_FAULT_LINE:
    case DEMO_FAULT_FLOOD:
    case DEMO_FAULT_FILTER: break;
    }
    return middle;
}

int64_t demo_fault_place(const struct demo_params *params, int64_t total)
{
    const int64_t usual = usual_place(params->fault, total);
    if (usual < 0)
        return -1;
    switch (params->phase) {
    case DEMO_PHASE_HEAD:
    case DEMO_PHASE_BODY:
    case DEMO_PHASE_DONE: return -1; /* before the first or after the last byte */
    case DEMO_PHASE_END: return total;
    case DEMO_PHASE_TEXT: break;
    }
    if (params->at >= 0)
        return params->at < total ? params->at : total;
    return usual;
}

enum demo_edge demo_fault_edge(const struct demo_params *params)
{
    switch (params->fault) {
    case DEMO_FAULT_STALL: return DEMO_EDGE_STALL;
    case DEMO_FAULT_CUT:
    case DEMO_FAULT_CUT_UTF8: return DEMO_EDGE_CUT;
    case DEMO_FAULT_EOF: return DEMO_EDGE_EOF;
    case DEMO_FAULT_NONE:
    case DEMO_FAULT_GARBAGE:
    case DEMO_FAULT_ERROR:
    case DEMO_FAULT_FILTER:
    case DEMO_FAULT_LINE:
    case DEMO_FAULT_FLOOD:
    case DEMO_FAULT_DOWN:
    case DEMO_FAULT_GATEWAY:
    case DEMO_FAULT_HTML:
    case DEMO_FAULT_FLAKY:
    case DEMO_FAULT_QUOTA:
    case DEMO_FAULT_CONTEXT:
    case DEMO_FAULT_KEY:
    case DEMO_FAULT_TYPE:
    case DEMO_FAULT_BARE:
    case DEMO_FAULT_STATUS:
    case DEMO_FAULT_EMPTY: break;
    }
    return DEMO_EDGE_NONE;
}

struct demo_problem_note demo_fault_note(const struct demo_params *params,
                                         const struct demo_protocol *protocol)
{
    const int status = params->status;
    const enum demo_problem problem =
        status >= 400 ? demo_problem_of_status(status) : DEMO_PROBLEM_SERVER;
    const struct demo_problem_form *form = &protocol->problems[problem];
    return (struct demo_problem_note){.problem = problem,
                                      .status = status >= 400 ? status : form->status,
                                      .message = form->message,
                                      .wait_s = -1};
}
