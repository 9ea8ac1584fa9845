/*
 * What the encoders of all protocols share: URLs and header fields, JSON written front to
 * back into a buffer, the parts of a conversation that every service wants in some form
 * (text with attached files, calls, their results), parameters mapped by name. Knows no
 * protocol.
 */
#ifndef PROVIDER_ENCODE_COMMON_H
#define PROVIDER_ENCODE_COMMON_H

#include <stdbool.h>
#include <stddef.h>

#include "src/base/error.h"
#include "src/base/strbuf.h"
#include "src/chat/message.h"
#include "src/chat/param.h"
#include "src/net/header.h"
#include "src/provider/provider.h"

/* --- URL and header fields --- */

/* When the version segment is added to a base. */
enum url_version_rule {
    URL_VERSION_IF_BARE,    /* the base has no path */
    URL_VERSION_IF_MISSING, /* the base does not end in a version segment */
    URL_VERSION_OWN         /* always, in place of the one that the base ends in */
};

/* How a URL is made of a base. */
struct url_rule {
    enum url_version_rule version_rule;
    const char *version;    /* "/v1" */
    const char *chat_route; /* a base may end in it, and then has its version */
    const char *route;      /* what goes behind the version: "/messages" */
    const char *query;      /* goes behind the base's own query, or NULL */
};

/* Joins base and route with exactly one slash; a query stays behind. Caller frees. */
char *encode_url(const char *base, const struct url_rule *rule);

/* Appends the text as one segment of a path, with what is special percent-encoded. */
void encode_segment(struct strbuf *url, const char *text);

/* Adds Content-Type and Accept. */
void encode_add_types(struct header_list *headers);

/* Adds the field with the prefix and the key; nothing where the key is NULL or empty. */
void encode_add_key(struct header_list *headers, const char *name, const char *prefix,
                    const char *key);

/* --- Values --- */

/* Writes a comma unless what follows is the first of its object or array. */
void encode_comma(struct strbuf *body);

/* A C string as JSON. */
void encode_text(struct strbuf *body, const char *text);

/* The number in the fewest digits that read back as the same number. */
void encode_number(struct strbuf *body, double number);

/* The bytes in base 64, without quotes. */
void encode_base64(struct strbuf *body, const char *bytes, size_t len);

/* The picture as "data:TYPE;base64,…", inside quotes that the caller writes. */
void encode_data_url(struct strbuf *body, const struct part *image);

/* The JSON Schema of an object; one without members where there is none (NULL). */
void encode_schema(struct strbuf *body, const char *schema);

/* --- Parts --- */

/* What a model is told about a call that has no result. */
#define ENCODE_NOT_RUN "This call was not run."

/* Appends a text part as it is, an attached file between tags with its name. */
void encode_part_words(struct strbuf *text, const struct part *part);

/* Appends all texts and attached files of the message as one text. */
void encode_join_words(struct strbuf *text, const struct message *message);

bool encode_has_image(const struct message *message);

/* The call's arguments byte for byte; "{}" where they are not JSON. */
const char *encode_arguments(const struct part *call, size_t *len);

/* The same as an object of JSON: {} where they are none. */
void encode_object_arguments(struct strbuf *body, const struct part *call);

/* Writes the members "name" and, where there is one, "description". */
void encode_tool_name(struct strbuf *body, const struct tool_definition *tool);

/* True for a call that can be sent back: whole as the server's calls go, though perhaps
 * with broken arguments. Calls of an answer that broke off are not. */
bool encode_is_call(const struct message *message, const struct part *part);

size_t encode_count_calls(const struct message *message);

/* The result for `call_id` in the tool messages from number `first` on, or NULL. */
const struct part *encode_find_result(const struct provider_request *request,
                                      size_t first, const char *call_id);

/* Appends the result for services without an error flag; NULL: it was not run. */
void encode_result_words(struct strbuf *text, const struct part *result);

/* True if what is opaque in the message may go back: protocol and model are the same. */
bool encode_may_replay(const struct provider_request *request,
                       const struct message *message, const char *api);

/* --- Parameters --- */

/* Our name of a parameter and the service's; "": the encoder writes it by itself. */
struct param_member {
    const char *name;
    const char *member;
};

/* Reports that the parameter is left out. */
void encode_ignore(const struct provider_request *request, const char *name);

/* Writes the parameter as that member. */
void encode_param(struct strbuf *body, const char *member, const struct param *param);

/* Writes the parameters that the table knows; the others are ignored. */
void encode_params(struct strbuf *body, const struct provider_request *request,
                   const struct param_member *table, size_t count);

/* The choice of the parameter "reasoning", or NULL. */
const char *encode_reasoning(const struct provider_request *request);

/* --- Beginning and end --- */

/* False with a sentence if the request names no model. */
bool encode_begin(const struct provider_request *request, struct error *err);

/* False with a sentence if the body has passed its ceiling. */
bool encode_end(const struct strbuf *body, struct error *err);

#endif
