/*
 * Names of files as people and file systems have them. A name that is written as a word
 * reads back as the same name, a text with any words in it is walked to its end, and the
 * word at any place of it lies in the text.
 */
#include "tests/fuzz/fuzz.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "src/base/mem.h"
#include "src/engine/attachment_word.h"
#include "ui/complete.h"

static void must(bool holds)
{
    if (!holds)
        abort();
}

static void write_and_read(const char *name)
{
    struct strbuf word;
    struct strbuf again;
    strbuf_init(&word, STRBUF_OWN_MAX);
    strbuf_init(&again, STRBUF_OWN_MAX);
    attachment_word_append(name, &word);
    const char *start = strbuf_text(&word);
    const char *end = attachment_word_unquote(start, start + word.len, &again);
    if (end != NULL)
        must(*end == '\0' && strcmp(strbuf_text(&again), name) == 0);
    else
        must(*attachment_word_end(start) == '\0' && strcmp(start + 1, name) == 0);
    strbuf_clear(&word);
    strbuf_clear(&again);
}

static void walk(const char *text)
{
    const char *at = attachment_word_find(text, text);
    while (at != NULL) {
        struct strbuf name;
        strbuf_init(&name, STRBUF_OWN_MAX);
        const char *end = attachment_word_unquote(at, text + strlen(text), &name);
        must(end == NULL || end > at + 2);
        must(attachment_word_end(at) > at);
        at = attachment_word_find(text, end != NULL ? end : attachment_word_end(at));
        strbuf_clear(&name);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    char *text = mem_strndup((const char *)data, size);
    const size_t len = strlen(text);
    if (len > 0)
        write_and_read(text);
    walk(text);
    for (size_t cursor = 0; cursor <= len && cursor < 500; cursor++) {
        const struct complete_word word = complete_find_word(text, cursor);
        must(word.kind == COMPLETE_NONE ||
             (word.start <= cursor && cursor <= word.end && word.end <= len));
    }
    mem_free(text);
    return 0;
}
