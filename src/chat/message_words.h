/*
 * Messages in words: what an author, a state or a kind of part is called in files that
 * outlive a version of the program (the database of sessions, exports). The words never
 * change and do not follow the order of the enums.
 */
#ifndef CHAT_MESSAGE_WORDS_H
#define CHAT_MESSAGE_WORDS_H

#include <stdbool.h>

#include "src/chat/message.h"

/* Static texts, such as "assistant", "growing", "tool_call". */
const char *message_author_word(enum message_author author);
const char *message_state_word(enum message_state state);
const char *message_part_word(enum part_kind kind);

/* The other way round; false, and nothing is set, if the word (may be NULL) is not known.
 */
bool message_author_read(const char *word, enum message_author *author);
bool message_state_read(const char *word, enum message_state *state);
bool message_part_read(const char *word, enum part_kind *kind);

/* The static text that is equal to `word`, for struct part and struct answer_facts; NULL
 * if it is none of those that may stand there. */
const char *message_decision_word(const char *word);
const char *message_decided_by_word(const char *word);
const char *message_http_version_word(const char *word);

#endif
