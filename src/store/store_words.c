/* Tables by enum value. */
#include "src/store/store_words.h"

#include <string.h>

#include "src/base/compiler.h"

static const char *const title_sources[] = {
    [TITLE_FIRST_LINE] = "first_line",
    [TITLE_MODEL] = "model",
    [TITLE_PERSON] = "person",
};

static const char *const going_ons[] = {
    [GOING_ON_INDEPENDENT] = "independent",
    [GOING_ON_SHARED] = "shared",
};

const char *store_title_source_word(enum title_source source)
{
    return title_sources[source];
}

const char *store_going_on_word(enum going_on going_on)
{
    return going_ons[going_on];
}

static size_t words_find(const char *const *words, size_t count, const char *word)
{
    for (size_t i = 0; i < count && word != NULL; i++) {
        if (strcmp(words[i], word) == 0)
            return i;
    }
    return 0;
}

enum title_source store_title_source_read(const char *word)
{
    return (enum title_source)words_find(title_sources, COUNT_OF(title_sources), word);
}

enum going_on store_going_on_read(const char *word)
{
    return (enum going_on)words_find(going_ons, COUNT_OF(going_ons), word);
}

void store_tags_append(struct strbuf *out, const struct text_list *tags)
{
    for (size_t i = 0; i < tags->len; i++) {
        if (i > 0)
            strbuf_append_char(out, '\n');
        for (const char *at = tags->items[i]; *at != '\0'; at++)
            strbuf_append_char(out, *at == '\n' ? ' ' : *at);
    }
}

void store_tags_read(struct text_list *tags, const char *text)
{
    while (text != NULL && *text != '\0') {
        const size_t len = strcspn(text, "\n");
        if (len > 0)
            text_list_add(tags, text, len);
        text += len + (text[len] == '\n');
    }
}
