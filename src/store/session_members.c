/* Tables. A member that is new gets a line here, and one in docs/guide/export.md. */
#include "src/store/session_members.h"

#include "src/base/compiler.h"
#include "src/chat/session.h"

#define MEMBER(holder, name, type, unknown)                                              \
    {                                                                                    \
#name, type, offsetof(struct holder, name), unknown                              \
    }

static const struct member of_session[] = {
    MEMBER(session, title, MEMBER_TEXT, 0),
    MEMBER(session, created_ms, MEMBER_INT64, 0),
    MEMBER(session, layout, MEMBER_TEXT, 0),
};

static const struct member of_draft[] = {
    MEMBER(session_draft, target, MEMBER_TEXT, 0),
    MEMBER(session_draft, text, MEMBER_TEXT, 0),
};

static const struct member of_message[] = {
    MEMBER(message, created_ms, MEMBER_INT64, 0),
    MEMBER(message, is_automatic, MEMBER_BOOL, 0),
    MEMBER(message, is_continuation, MEMBER_BOOL, 0),
    MEMBER(message, is_edited, MEMBER_BOOL, 0),
    MEMBER(message, is_interrupted, MEMBER_BOOL, 0),
};

static const struct member of_part[] = {
    MEMBER(part, call_id, MEMBER_TEXT, 0),     MEMBER(part, name, MEMBER_TEXT, 0),
    MEMBER(part, media_type, MEMBER_TEXT, 0),  MEMBER(part, call_index, MEMBER_INT64, -1),
    MEMBER(part, elapsed_ms, MEMBER_INT64, 0), MEMBER(part, is_error, MEMBER_BOOL, 0),
    MEMBER(part, is_whole, MEMBER_BOOL, 0),    MEMBER(part, reason, MEMBER_TEXT, 0),
};

const struct member_table session_members = {of_session, COUNT_OF(of_session)};
const struct member_table session_draft_members = {of_draft, COUNT_OF(of_draft)};
const struct member_table session_message_members = {of_message, COUNT_OF(of_message)};
const struct member_table session_part_members = {of_part, COUNT_OF(of_part)};

const char *session_title_word(size_t source)
{
    static const char *const words[] = {"first_line", "model", "person"};
    return source < COUNT_OF(words) ? words[source] : "";
}

const char *session_going_on_word(size_t going_on)
{
    static const char *const words[] = {"independent", "shared"};
    return going_on < COUNT_OF(words) ? words[going_on] : "";
}
