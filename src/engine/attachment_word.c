/* Escapes are read by a table of the letters behind the backslash; an unknown one is a
 * backslash and a letter, for on some systems people write paths so. */
#include "src/engine/attachment_word.h"

#include <ctype.h>
#include <string.h>

#include "src/base/utf8.h"

static bool is_blank(char byte)
{
    return byte == ' ' || (byte >= '\t' && byte <= '\r');
}

const char *attachment_word_find(const char *text, const char *at)
{
    for (; *at != '\0'; at++) {
        const bool begins = at == text || is_blank(at[-1]);
        if (begins && *at == '@' && at[1] != '\0' && !is_blank(at[1]))
            return at;
    }
    return NULL;
}

const char *attachment_word_end(const char *word)
{
    while (*word != '\0' && !is_blank(*word))
        word++;
    return word;
}

static int hex_value(char digit)
{
    if (digit >= '0' && digit <= '9')
        return digit - '0';
    const int lower = tolower((unsigned char)digit);
    return lower >= 'a' && lower <= 'f' ? lower - 'a' + 10 : -1;
}

/* The byte that the escape at `at` stands for, and its length; -1 if it is none. */
static int read_escape(const char *at, const char *stop, size_t *len)
{
    static const char letters[] = "\"\\nrt";
    static const char bytes[] = "\"\\\n\r\t";
    if (stop - at < 2)
        return -1;
    const char *letter = at[1] != '\0' ? strchr(letters, at[1]) : NULL;
    *len = 2;
    if (letter != NULL)
        return bytes[letter - letters];
    if (at[1] != 'x' || stop - at < 4 || hex_value(at[2]) < 0 || hex_value(at[3]) < 0)
        return -1;
    const int value = hex_value(at[2]) * 16 + hex_value(at[3]);
    *len = 4;
    return value > 0 ? value : -1;
}

const char *attachment_word_unquote(const char *word, const char *stop,
                                    struct strbuf *name)
{
    if (stop - word < 2 || word[1] != '"')
        return NULL;
    for (const char *at = word + 2; at < stop && *at != '\0' && *at != '\n';) {
        size_t len = 1;
        const int byte = *at == '\\' ? read_escape(at, stop, &len) : -1;
        if (*at == '"')
            return at + 1;
        strbuf_append_char(name, byte >= 0 ? (char)byte : *at);
        at += byte >= 0 ? len : 1;
    }
    return NULL;
}

/* True if a plain word could not hold the name. */
static bool needs_quotes(const char *name, size_t len)
{
    if (!utf8_is_valid(name, len) || name[0] == '"')
        return true;
    for (size_t i = 0; i < len; i++) {
        if ((unsigned char)name[i] <= ' ' || name[i] == 0x7f)
            return true;
    }
    return false;
}

static void append_quoted(const char *name, size_t len, struct strbuf *out)
{
    for (size_t at = 0; at < len;) {
        uint32_t code;
        const size_t used = utf8_decode(name + at, len - at, &code);
        const unsigned char byte = (unsigned char)name[at];
        const bool is_ill = !utf8_is_valid(name + at, used);
        if (byte == '"' || byte == '\\')
            strbuf_append_format(out, "\\%c", byte);
        else if (byte < ' ' || byte == 0x7f)
            strbuf_append_format(out, "\\x%02x", byte);
        else if (!is_ill)
            strbuf_append(out, name + at, used);
        for (size_t i = 0; is_ill && i < used; i++)
            strbuf_append_format(out, "\\x%02x", (unsigned char)name[at + i]);
        at += used;
    }
}

void attachment_word_append_open(const char *name, struct strbuf *out)
{
    const size_t len = strlen(name);
    strbuf_append_char(out, '@');
    if (!needs_quotes(name, len)) {
        strbuf_append(out, name, len);
        return;
    }
    strbuf_append_char(out, '"');
    append_quoted(name, len, out);
}

void attachment_word_append(const char *name, struct strbuf *out)
{
    attachment_word_append_open(name, out);
    if (needs_quotes(name, strlen(name)))
        strbuf_append_char(out, '"');
}
