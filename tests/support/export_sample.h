/*
 * Sessions for tests of stores, exports and imports: one that has something of everything
 * a session can hold, one whose every text tries to become mark-up or script.
 */
#ifndef SUPPORT_EXPORT_SAMPLE_H
#define SUPPORT_EXPORT_SAMPLE_H

#include "src/chat/session.h"

/* Two chats with branches, tools, pictures, errors, numbers at their limits, a NUL. */
void export_sample_rich(struct session *session);

/* Two chats asked the same; what an escaped text would do is to set the page's title or
 * the global `injected`. */
void export_sample_hostile(struct session *session);

/* Appends a message with one text to the chat's tip. */
struct message *export_sample_say(struct session_chat *chat, enum message_author author,
                                  const char *text);

#endif
