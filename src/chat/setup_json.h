/*
 * What a chat is talked to with (all of struct session_chat but its id, its place and its
 * messages) as a JSON object, for the database and for exports, and back without loss.
 * Keys of services are not part of it. Field by field: src/store/README.md.
 */
#ifndef CHAT_SETUP_JSON_H
#define CHAT_SETUP_JSON_H

#include <stdbool.h>
#include <stddef.h>

#include "src/base/strbuf.h"
#include "src/chat/session.h"

void setup_json_append(struct strbuf *out, const struct session_chat *chat);

/* Reads an object into a chat that was made by session_add_chat. False if it is not a
 * JSON object; parameters and words that this program does not know are skipped. */
bool setup_json_read(const char *bytes, size_t len, struct session_chat *chat);

#endif
