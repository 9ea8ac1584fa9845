/*
 * What has been learned of a model from its refusals: parameters it does not take, the
 * name it knows another one by. A request is changed once, and only where the refusal
 * names what to change; what was learned is used from then on.
 */
#ifndef ENGINE_ADAPTATION_H
#define ENGINE_ADAPTATION_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "src/base/strbuf.h"
#include "src/chat/param.h"
#include "src/config/endpoint.h"

/* How requests to one model differ from what would be sent otherwise. */
struct adaptation {
    unsigned quirks_on; /* enum quirk */
    unsigned quirks_off;
    uint64_t left_out; /* parameters, by their number in the table of parameters */
    bool drops_opaque;
};

struct adaptation_entry {
    const struct endpoint *endpoint;
    char *model;
    struct adaptation adaptation;
};

/* A zeroed list is empty. */
struct adaptation_list {
    struct adaptation_entry *items;
    size_t len;
    size_t cap;
};

/* What was refused. */
struct refusal {
    const char *message;             /* the provider's words */
    const char *code;                /* its code, or NULL */
    const struct param_list *params; /* of the request, or NULL */
    unsigned quirks;                 /* in force for it */
    bool is_streaming;
    bool has_opaque; /* it had parts that go back unchanged */
};

void adaptation_list_clear(struct adaptation_list *list);

/* What is known of the model; zeros where nothing is. */
struct adaptation adaptation_find(const struct adaptation_list *list,
                                  const struct endpoint *endpoint, const char *model);

/*
 * Finds in the refusal what to change. False if it names nothing that was sent. `said`
 * receives a clause for people: "without temperature".
 */
bool adaptation_read(const struct refusal *refusal, struct adaptation *change,
                     struct strbuf *said);

/* Adds the change to what is known of the model. */
void adaptation_learn(struct adaptation_list *list, const struct endpoint *endpoint,
                      const char *model, const struct adaptation *change);

/* The quirks in force, and the parameters that are left (appended to `out`). */
unsigned adaptation_quirks(const struct adaptation *adaptation, unsigned quirks);
void adaptation_filter(const struct adaptation *adaptation,
                       const struct param_list *params, struct param_list *out);

#endif
