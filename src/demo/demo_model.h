/*
 * The models of the built-in server: one record each, in the order they are listed. The
 * help sentence serves the command line and the documentation; the defaults are what a
 * model's name may change; the script says what the model has to say.
 */
#ifndef DEMO_MODEL_H
#define DEMO_MODEL_H

#include <stddef.h>
#include <stdint.h>

#include "src/demo/demo_params.h"
#include "src/demo/demo_script.h"

struct demo_model {
    const char *name;
    const char *help;
    struct demo_params defaults;
    /*
     * Appends to the script what the model answers. Round 0 is the answer; later rounds
     * only give more text, for answers that are to be longer.
     */
    void (*write)(struct demo_script *script, const struct demo_chat *chat,
                  uint64_t round);
};

size_t demo_model_count(void);

/* The record at `index` (less than the count). */
const struct demo_model *demo_model_get(size_t index);

/*
 * The model of a name such as "demo/sage?rate=80", or NULL; the prefix "demo/" may be
 * missing. Sets `*query` to what follows the '?' (inside `text`), or to "".
 */
const struct demo_model *demo_model_find(const char *text, const char **query);

#endif
