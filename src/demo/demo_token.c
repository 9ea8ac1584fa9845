/*
 * The length of a word piece depends only on the letters that are left of the word (9
 * letters: 5 + 4; 11: 4 + 4 + 3), so that no state is needed between calls.
 */
#include "src/demo/demo_token.h"

#include <stdbool.h>
#include <stdint.h>

#include "src/base/utf8.h"

/* Letters of a word piece at most, and of a word that is looked ahead. */
#define PIECE_LETTERS_MAX 5
#define WORD_LETTERS_MAX  60

enum sign_kind {
    SIGN_LETTER,
    SIGN_SPACE,
    SIGN_LINE_END,
    SIGN_WIDE,
    SIGN_EMOJI,
    SIGN_PUNCT
};

static bool is_wide(uint32_t code)
{
    return (code >= 0x2e80 && code < 0xa4d0) || (code >= 0xac00 && code < 0xd7b0) ||
           (code >= 0xf900 && code < 0xfb00) || (code >= 0xff00 && code < 0xfff0) ||
           (code >= 0x20000 && code < 0x40000);
}

static enum sign_kind kind_of(uint32_t code)
{
    if (code == ' ' || code == '\t')
        return SIGN_SPACE;
    if (code == '\n' || code == '\r')
        return SIGN_LINE_END;
    if ((code >= '0' && code <= '9') || (code >= 'A' && code <= 'Z') ||
        (code >= 'a' && code <= 'z'))
        return SIGN_LETTER;
    if (code < 0xaa || (code >= 0x2000 && code < 0x2c00))
        return code >= 0x2190 || code == 0x200d ? SIGN_EMOJI : SIGN_PUNCT;
    if (is_wide(code))
        return SIGN_WIDE;
    return code >= 0x1f000 || (code >= 0xfe00 && code < 0xfe10) ? SIGN_EMOJI
                                                                : SIGN_LETTER;
}

/* The bytes of up to `max` signs of one kind at the start; their number in `*count`. */
static size_t measure_run(const char *text, size_t len, size_t max, size_t *count)
{
    uint32_t code = 0;
    size_t at = utf8_decode(text, len, &code);
    const enum sign_kind kind = kind_of(code);
    *count = 1;
    while (at < len && *count < max) {
        const size_t used = utf8_decode(text + at, len - at, &code);
        if (kind_of(code) != kind)
            break;
        at += used;
        (*count)++;
    }
    return at;
}

/* The first piece of the word at the start of `text`. */
static size_t measure_piece(const char *text, size_t len)
{
    size_t letters = 0;
    measure_run(text, len, WORD_LETTERS_MAX, &letters);
    const size_t pieces = (letters + PIECE_LETTERS_MAX - 1) / PIECE_LETTERS_MAX;
    return measure_run(text, len, (letters + pieces - 1) / pieces, &letters);
}

size_t demo_token_len(const char *text, size_t len)
{
    if (len == 0)
        return 0;
    uint32_t code = 0;
    const size_t first = utf8_decode(text, len, &code);
    size_t count = 0;
    switch (kind_of(code)) {
    case SIGN_LETTER: return measure_piece(text, len);
    case SIGN_WIDE: return measure_run(text, len, 2, &count);
    case SIGN_EMOJI: return first;
    case SIGN_PUNCT: return measure_run(text, len, 3, &count);
    case SIGN_LINE_END: return measure_run(text, len, 2, &count);
    case SIGN_SPACE: break;
    }
    if (code == ' ' && len > 1) {
        utf8_decode(text + 1, len - 1, &code);
        if (kind_of(code) == SIGN_LETTER)
            return 1 + measure_piece(text + 1, len - 1);
    }
    return measure_run(text, len, 8, &count);
}

size_t demo_token_count(const char *text, size_t len)
{
    size_t count = 0;
    for (size_t at = 0; at < len; at += demo_token_len(text + at, len - at))
        count++;
    return count;
}
