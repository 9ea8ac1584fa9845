/*
 * The batch files of providers: many requests in one file, answered within a day at a
 * lower price. Requests are written by the protocols' own encoders and results read by
 * their own decoders. Pure.
 *
 * OpenAI: a line for each request, {"custom_id","method","url","body"}. Anthropic: one
 * object, {"requests":[{"custom_id","params"}]}. The id of a request says whose it is.
 */
#ifndef ENGINE_BATCH_FORM_H
#define ENGINE_BATCH_FORM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "src/base/error.h"
#include "src/base/strbuf.h"
#include "src/engine/chat_setup.h"
#include "src/engine/run_cell.h"
#include "src/prompt/template_render.h"

enum batch_kind { BATCH_OPENAI, BATCH_ANTHROPIC };

/* Which cell a request is of, and a hash of its row's values. */
struct batch_id {
    size_t row;
    size_t column;
    uint64_t values;
};

/* The kind of that name ("openai", "anthropic"); false if there is none. */
bool batch_kind_find(const char *name, enum batch_kind *kind);

/* False with err filled if the endpoint does not speak that provider's protocol. */
bool batch_check_endpoint(enum batch_kind kind, const struct endpoint *endpoint,
                          struct error *err);

/* The path that requests go to, "/v1/chat/completions". */
const char *batch_route(enum batch_kind kind, const struct endpoint *endpoint);

/* Appends what stands before the first request, between two, and behind the last. */
void batch_write_begin(enum batch_kind kind, struct strbuf *out);
void batch_write_between(enum batch_kind kind, struct strbuf *out);
void batch_write_end(enum batch_kind kind, struct strbuf *out);

/* Appends one request. False with err filled if it cannot be said. */
bool batch_write_request(enum batch_kind kind, const struct chat_setup *setup,
                         const struct rendered_prompt *prompt, const struct batch_id *id,
                         struct strbuf *out, struct error *err);

/* Reads whose result a line is; false if it is none of ours. */
bool batch_read_id(const char *line, size_t len, struct batch_id *id);

/* Reads a line of results; what went wrong with the request stands in the result, which
 * is empty before. */
void batch_read_result(enum batch_kind kind, const struct endpoint *endpoint,
                       const char *line, size_t len, struct run_result *result);

#endif
