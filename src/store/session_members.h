/*
 * Which members of a session, message and part are plain values, and what they are
 * called in an exported file: one table for who writes it and who reads it.
 */
#ifndef STORE_SESSION_MEMBERS_H
#define STORE_SESSION_MEMBERS_H

#include <stddef.h>

#include "src/chat/member_json.h"

/* The version of the file that is written; older ones can be read. */
#define SESSION_FILE_FORMAT  "motet-session"
#define SESSION_FILE_VERSION 1

struct member_table {
    const struct member *members;
    size_t count;
};

extern const struct member_table session_members; /* of struct session */
extern const struct member_table session_draft_members;
extern const struct member_table session_message_members;
extern const struct member_table session_part_members;

/* Words of enums; "" past the end. */
const char *session_title_word(size_t source);
const char *session_going_on_word(size_t going_on);

#endif
