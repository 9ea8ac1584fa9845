/*
 * What is known of an answer (struct answer_facts) as a JSON object, for the database and
 * for exports, and back without loss. Members that are not known are left out; members
 * that a reader does not know are skipped. Field by field: src/store/README.md.
 */
#ifndef CHAT_FACTS_JSON_H
#define CHAT_FACTS_JSON_H

#include <stdbool.h>
#include <stddef.h>

#include "src/base/strbuf.h"
#include "src/chat/message.h"

/* Appends the object; "{}" if nothing is known. */
void facts_json_append(struct strbuf *out, const struct answer_facts *facts);

/* Reads an object into facts that were made by message_new. False if it is not a JSON
 * object; values of a wrong type count as not known. */
bool facts_json_read(const char *bytes, size_t len, struct answer_facts *facts);

#endif
