/*
 * No HTML parser: a tag is what stands between '<' and '>', scripts and styles go as a
 * whole, and a handful of entities is decoded. That is enough for the error pages of
 * gateways and captive portals, and nothing that is left can do harm in a line of text.
 */
#include "src/provider/page_text.h"

#include <stdbool.h>
#include <stdint.h>
#include <string.h>
#include <strings.h>

#include "src/base/compiler.h"
#include "src/base/mem.h"
#include "src/base/safe_text.h"
#include "src/base/utf8.h"

/* The longest summary of a page in bytes: about a line. */
#define PAGE_SUMMARY_MAX 200

/* The longest character reference that is looked at, from '&' to ';'. */
#define PAGE_ENTITY_MAX 8

static bool page_is_blank(uint32_t code)
{
    return code == ' ' || code == '\t' || code == '\n' || code == 0xa0 ||
           code == 0x2028 || code == 0x2029;
}

void page_text_append_line(struct strbuf *out, const char *bytes, size_t len, size_t max)
{
    const size_t start = out->len;
    bool needs_space = false;
    size_t at = 0;
    while (at < len) {
        uint32_t code;
        at += utf8_decode(bytes + at, len - at, &code);
        const bool ends_line = code == '\r' && at < len && bytes[at] == '\n';
        if (page_is_blank(code) || ends_line) {
            needs_space = out->len > start;
            continue;
        }
        char encoded[SAFE_TEXT_MARK_MAX];
        const size_t encoded_len = safe_text_is_hidden(code)
                                       ? safe_text_mark(code, encoded)
                                       : utf8_encode(code, encoded);
        if (out->len - start + encoded_len + needs_space > max) {
            strbuf_append_text(out, "…");
            return;
        }
        if (needs_space)
            strbuf_append_char(out, ' ');
        needs_space = false;
        strbuf_append(out, encoded, encoded_len);
    }
}

/* The place of `word` (ASCII, without case) in the bytes from `at` on, or `len`. */
static size_t page_find(const char *bytes, size_t len, size_t at, const char *word)
{
    const size_t word_len = strlen(word);
    for (; at + word_len <= len; at++) {
        if (strncasecmp(bytes + at, word, word_len) == 0)
            return at;
    }
    return len;
}

/* The offset behind the next '>', or `len`. */
static size_t page_skip_tag(const char *bytes, size_t len, size_t at)
{
    const char *end = memchr(bytes + at, '>', len - at);
    return end != NULL ? (size_t)(end - bytes) + 1 : len;
}

static bool page_has_prefix(const char *bytes, size_t len, const char *word)
{
    const size_t word_len = strlen(word);
    return len >= word_len && strncasecmp(bytes, word, word_len) == 0;
}

/* The offset behind the tag, comment, script or style that begins at `at` (a '<'); `at`
 * itself if that is no markup but a less-than sign. */
static size_t page_skip_markup(const char *bytes, size_t len, size_t at)
{
    const char *tag = bytes + at;
    const size_t left = len - at;
    if (page_has_prefix(tag, left, "<!--")) {
        const size_t end = page_find(bytes, len, at, "-->");
        return end < len ? end + 3 : len;
    }
    if (page_has_prefix(tag, left, "<script"))
        return page_skip_tag(bytes, len, page_find(bytes, len, at, "</script"));
    if (page_has_prefix(tag, left, "<style"))
        return page_skip_tag(bytes, len, page_find(bytes, len, at, "</style"));
    const char next = left > 1 ? tag[1] : ' ';
    const bool is_tag = (next >= 'a' && next <= 'z') || (next >= 'A' && next <= 'Z') ||
                        next == '/' || next == '!' || next == '?';
    return is_tag ? page_skip_tag(bytes, len, at) : at;
}

/* Appends what the character reference at `at` (an '&') stands for; returns its length,
 * 0 if it is not a known one. */
static size_t page_append_entity(struct strbuf *out, const char *bytes, size_t len)
{
    static const struct {
        const char *name;
        char byte;
    } entities[] = {
        {"&amp;", '&'},   {"&lt;", '<'},   {"&gt;", '>'},   {"&quot;", '"'},
        {"&apos;", '\''}, {"&#39;", '\''}, {"&nbsp;", ' '},
    };
    if (memchr(bytes, ';', len < PAGE_ENTITY_MAX ? len : PAGE_ENTITY_MAX) == NULL)
        return 0;
    for (size_t i = 0; i < COUNT_OF(entities); i++) {
        if (page_has_prefix(bytes, len, entities[i].name)) {
            strbuf_append_char(out, entities[i].byte);
            return strlen(entities[i].name);
        }
    }
    return 0;
}

/* Appends the text between the tags; each tag becomes a space. */
static void page_append_words(struct strbuf *out, const char *bytes, size_t len)
{
    size_t at = 0;
    while (at < len) {
        size_t used = 0;
        if (bytes[at] == '&') {
            used = page_append_entity(out, bytes + at, len - at);
        } else if (bytes[at] == '<') {
            used = page_skip_markup(bytes, len, at) - at;
            if (used > 0)
                strbuf_append_char(out, ' ');
        }
        if (used == 0) {
            strbuf_append_char(out, bytes[at]);
            used = 1;
        }
        at += used;
    }
}

static char *page_line_of(const char *bytes, size_t len)
{
    struct strbuf words;
    struct strbuf line;
    strbuf_init(&words, STRBUF_OWN_MAX);
    strbuf_init(&line, STRBUF_OWN_MAX);
    page_append_words(&words, bytes, len);
    page_text_append_line(&line, strbuf_text(&words), words.len, PAGE_SUMMARY_MAX);
    strbuf_clear(&words);
    return strbuf_take(&line);
}

char *page_text_summary(const char *bytes, size_t len)
{
    const size_t tag = page_find(bytes, len, 0, "<title");
    if (tag < len) {
        const size_t start = page_skip_tag(bytes, len, tag);
        char *title =
            page_line_of(bytes + start, page_find(bytes, len, start, "</title") - start);
        if (title[0] != '\0')
            return title;
        mem_free(title);
    }
    return page_line_of(bytes, len);
}
