/* One pass; a word ends at a blank outside of quotes. */
#include "src/cli/words.h"

#include <string.h>

#include "src/base/mem.h"
#include "src/base/strbuf.h"

struct splitter {
    char **words;
    size_t len;
    size_t cap;
    struct strbuf word;
    bool has_word; /* also an empty one, in quotes */
    char quote;    /* the one that is open, or 0 */
};

static void splitter_end_word(struct splitter *splitter)
{
    if (!splitter->has_word)
        return;
    splitter->words = mem_grow(splitter->words, &splitter->cap, splitter->len + 2,
                               sizeof(splitter->words[0]));
    splitter->words[splitter->len++] = mem_strdup(strbuf_text(&splitter->word));
    splitter->words[splitter->len] = NULL;
    strbuf_reset(&splitter->word);
    splitter->has_word = false;
}

static void splitter_take(struct splitter *splitter, char byte)
{
    const bool is_blank = strchr(" \t\r\n", byte) != NULL;
    if (splitter->quote == 0 && is_blank) {
        splitter_end_word(splitter);
        return;
    }
    splitter->has_word = true;
    if (splitter->quote == 0 && (byte == '"' || byte == '\''))
        splitter->quote = byte;
    else if (byte == splitter->quote)
        splitter->quote = 0;
    else
        strbuf_append_char(&splitter->word, byte);
}

char **words_split(const char *text, struct error *err)
{
    struct splitter splitter = {0};
    strbuf_init(&splitter.word, STRBUF_OWN_MAX);
    for (const char *at = text; *at != '\0'; at++) {
        if (*at == '\\' && at[1] != '\0' && splitter.quote != '\'') {
            splitter.has_word = true;
            strbuf_append_char(&splitter.word, *++at);
        } else {
            splitter_take(&splitter, *at);
        }
    }
    splitter_end_word(&splitter);
    strbuf_clear(&splitter.word);
    if (splitter.quote == 0 && splitter.len > 0)
        return splitter.words;
    error_set(err, ERROR_USAGE,
              splitter.len == 0 ? "there is no command" : "a quote is open in \"%s\"",
              text);
    for (size_t i = 0; i < splitter.len; i++)
        mem_free(splitter.words[i]);
    mem_free(splitter.words);
    return NULL;
}
