/* Tables of words, by enum value, and one search through such a table. */
#include "src/chat/message_words.h"

#include <string.h>

#include "src/base/compiler.h"

static const char *const author_words[] = {
    [MESSAGE_SYSTEM] = "system",
    [MESSAGE_USER] = "user",
    [MESSAGE_ASSISTANT] = "assistant",
    [MESSAGE_TOOL] = "tool",
};

static const char *const state_words[] = {
    [MESSAGE_WHOLE] = "whole",
    [MESSAGE_GROWING] = "growing",
    [MESSAGE_STOPPED] = "stopped",
    [MESSAGE_FAILED] = "failed",
};

static const char *const part_words[] = {
    [PART_TEXT] = "text",
    [PART_REASONING] = "reasoning",
    [PART_REFUSAL] = "refusal",
    [PART_TOOL_CALL] = "tool_call",
    [PART_TOOL_RESULT] = "tool_result",
    [PART_FILE] = "file",
    [PART_IMAGE] = "image",
    [PART_OPAQUE] = "opaque",
};

static const char *const decision_words[] = {"undecided", "once",   "session",
                                             "always",    "edited", "denied"};
static const char *const decided_by_words[] = {"user", "rule"};
static const char *const http_version_words[] = {"1.0", "1.1", "2", "3"};

/* The index of `word`, or `count`. */
static size_t words_find(const char *const *words, size_t count, const char *word)
{
    for (size_t i = 0; i < count && word != NULL; i++) {
        if (strcmp(words[i], word) == 0)
            return i;
    }
    return count;
}

const char *message_author_word(enum message_author author)
{
    return author_words[author];
}

const char *message_state_word(enum message_state state)
{
    return state_words[state];
}

const char *message_part_word(enum part_kind kind)
{
    return part_words[kind];
}

bool message_author_read(const char *word, enum message_author *author)
{
    const size_t at = words_find(author_words, COUNT_OF(author_words), word);
    if (at == COUNT_OF(author_words))
        return false;
    *author = (enum message_author)at;
    return true;
}

bool message_state_read(const char *word, enum message_state *state)
{
    const size_t at = words_find(state_words, COUNT_OF(state_words), word);
    if (at == COUNT_OF(state_words))
        return false;
    *state = (enum message_state)at;
    return true;
}

bool message_part_read(const char *word, enum part_kind *kind)
{
    const size_t at = words_find(part_words, COUNT_OF(part_words), word);
    if (at == COUNT_OF(part_words))
        return false;
    *kind = (enum part_kind)at;
    return true;
}

static const char *words_intern(const char *const *words, size_t count, const char *word)
{
    const size_t at = words_find(words, count, word);
    return at < count ? words[at] : NULL;
}

const char *message_decision_word(const char *word)
{
    return words_intern(decision_words, COUNT_OF(decision_words), word);
}

const char *message_decided_by_word(const char *word)
{
    return words_intern(decided_by_words, COUNT_OF(decided_by_words), word);
}

const char *message_http_version_word(const char *word)
{
    return words_intern(http_version_words, COUNT_OF(http_version_words), word);
}
