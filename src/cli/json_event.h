/*
 * The events of the engine as JSON objects, one a line: the format of --json, described
 * member by member in docs/guide/json.md. Scripts rely on it: members are added, never
 * changed.
 */
#ifndef CLI_JSON_EVENT_H
#define CLI_JSON_EVENT_H

#include <stddef.h>
#include <stdint.h>

#include "src/base/strbuf.h"
#include "src/chat/message.h"
#include "src/chat/turn_sum.h"
#include "src/engine/call.h"
#include "src/engine/event.h"
#include "src/prompt/field_value.h"

/* {"event":"start",…}; `vars` (NULL: none) are the values of a template's fields. */
void json_event_start(struct strbuf *out, size_t chat, const char *model,
                      const char *provider, const struct field_values *vars);

/* Appends the values as one object: {"genre":"action"}. */
void json_append_values(struct strbuf *out, const struct field_values *values);

/* {"event":"state",…}; `now_ms` is the time of clock_now_ms. */
void json_event_state(struct strbuf *out, size_t chat, const struct turn_status *status,
                      int64_t now_ms);

/* {"event":"text"|"reasoning"|"refusal","text":…} */
void json_event_text(struct strbuf *out, size_t chat, const char *event, const char *text,
                     size_t len);

/* {"event":"notice","text":…} */
void json_event_notice(struct strbuf *out, size_t chat, const char *text, size_t len);

/* {"event":"tool_call",…} */
void json_event_tool_call(struct strbuf *out, size_t chat, const struct part *call);

/* {"event":"tool_decision",…}, {"event":"tool_progress",…}, {"event":"tool_result",…} */
void json_event_tool_decision(struct strbuf *out, size_t chat,
                              const struct call_facts *call);
void json_event_tool_progress(struct strbuf *out, size_t chat,
                              const struct call_facts *call);
void json_event_tool_result(struct strbuf *out, size_t chat,
                            const struct call_facts *call);

/* {"event":"error",…} from the facts of a failed answer. */
void json_event_error(struct strbuf *out, size_t chat, const struct message *answer);

/* {"event":"done",…}: of the turn that ends with this answer. Where its tools ran, texts
 * are joined and numbers added up over all its answers. */
void json_event_done(struct strbuf *out, size_t chat, const struct message *answer);

/* The same as far as its members go, without the end of the line, with the sum of what it
 * took: for a caller that adds members of its own. */
void json_event_done_members(struct strbuf *out, size_t chat,
                             const struct message *answer, const struct turn_sum *sum);

/* {"event":"end",…} */
void json_event_end(struct strbuf *out, size_t chats, size_t failed, int64_t total_ms);

#endif
