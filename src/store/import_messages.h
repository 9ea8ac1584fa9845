/*
 * Messages in the form that OpenAI made common, as JSON: role, content (a text or parts),
 * calls of tools and their results. Several programs write it. For this room only.
 */
#ifndef STORE_IMPORT_MESSAGES_H
#define STORE_IMPORT_MESSAGES_H

#include <stdbool.h>

#include <cjson/cJSON.h>

#include "src/store/session_import.h"

/* Appends all messages of the array to the chat; a system prompt at the beginning becomes
 * that of the chat. False with err filled, which names the message. */
bool import_messages(struct imported *imported, struct session_chat *chat,
                     const cJSON *messages, struct error *err);

/* Appends one message, likewise; the error does not say which. */
bool import_message(struct imported *imported, struct session_chat *chat,
                    const cJSON *object, struct error *err);

/* Takes "PROVIDER<mark>MODEL", or a model alone (mark 0: always), for the chat's; NULL:
 * none is known. */
void import_set_model(struct session_chat *chat, const char *name, char mark);

/* Takes those members of the object that are parameters here; the others are not noted:
 * an object has many. A value that is out of range is noted. */
void import_take_params(struct imported *imported, struct session_chat *chat,
                        const cJSON *object);

/* Appends a call to an answer; NULL stands for no id, and for no arguments. */
bool import_add_call(struct message *answer, const char *id, const char *name,
                     const char *arguments, struct error *err);

/* The same with members of a document; arguments are a text, or any JSON. */
bool import_add_call_json(struct message *answer, const cJSON *id, const cJSON *name,
                          const cJSON *arguments, struct error *err);

/* Appends a result to the message of results at the chat's tip, or to a new one. */
bool import_add_result(struct imported *imported, struct chat *chat, const char *call_id,
                       const char *name, const char *output, struct error *err);

#endif
