/* A session in which every member has a value, and a comparison of all members. */
#ifndef SUPPORT_SESSION_SAMPLE_H
#define SUPPORT_SESSION_SAMPLE_H

#include <stdbool.h>

#include "src/chat/session.h"

/* Fills an initialised session: two chats, branches, calls, a picture, failures. */
void session_sample_fill(struct session *session);

/* A message with one text, after the chat's tip. */
struct message *session_sample_say(struct chat *chat, enum message_author author,
                                   const char *text);

/* Fail the test at the first difference. Ids of the store are not compared. */
void session_sample_assert_same(const struct session *is, const struct session *should);
void session_sample_assert_same_message(const struct message *is,
                                        const struct message *should);

#endif
