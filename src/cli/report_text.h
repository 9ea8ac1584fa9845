/* Sentences about what happened, for front ends that write lines. */
#ifndef CLI_REPORT_TEXT_H
#define CLI_REPORT_TEXT_H

#include "src/base/strbuf.h"
#include "src/chat/message.h"
#include "src/engine/call.h"

/* Appends what became of a call; nothing where that is not worth a line. The arguments
 * are as the model wrote them. */
void report_append_call(const struct call_facts *call, enum call_change change,
                        struct strbuf *out);

/* Appends why an answer failed and what to do about it. */
void report_append_error(const struct answer_facts *facts, struct strbuf *out);

/* Appends what is odd about an answer that did not fail; nothing if nothing is. */
void report_append_oddity(const struct message *answer, struct strbuf *out);

#endif
