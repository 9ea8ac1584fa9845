/*
 * md4c finds the structure and calls back; every text passes html_text_append. Entities
 * are decoded where they could hide something: a scheme, a character that steers.
 *
 * Line ends inside a paragraph are kept, as on the screen: models put them where they
 * want them.
 */
#include "src/store/html_text.h"

#include <stdint.h>
#include <string.h>
#include <strings.h>

#include <md4c.h>

#include "src/base/base64.h"
#include "src/base/compiler.h"
#include "src/base/sha256.h"
#include "src/base/utf8.h"
#include "src/store/export_view.h"

/* md4c fills each row of a table up to the number of columns, whatever that is. */
#define TABLE_COLUMN_MAX 200

/* Longer addresses are no links. */
#define ADDRESS_MAX ((size_t)2048)

static void append_escaped(struct strbuf *out, const char *text, size_t len)
{
    for (size_t i = 0; i < len; i++) {
        switch (text[i]) {
        case '&': strbuf_append_text(out, "&amp;"); break;
        case '<': strbuf_append_text(out, "&lt;"); break;
        case '>': strbuf_append_text(out, "&gt;"); break;
        case '"': strbuf_append_text(out, "&quot;"); break;
        case '\'': strbuf_append_text(out, "&#39;"); break;
        default: strbuf_append_char(out, text[i]); break;
        }
    }
}

void html_text_append(struct strbuf *out, const char *text, size_t len)
{
    struct strbuf clean;
    strbuf_init(&clean, STRBUF_OWN_MAX);
    export_append_clean(&clean, text, len);
    append_escaped(out, strbuf_text(&clean), clean.len);
    strbuf_clear(&clean);
}

void html_text_append_hash(struct strbuf *out, const char *text, size_t len)
{
    struct sha256 sha256;
    unsigned char sum[32];
    sha256_init(&sha256);
    sha256_add(&sha256, text, len);
    sha256_finish(&sha256, sum);
    strbuf_append_text(out, "'sha256-");
    base64_append(out, (const char *)sum, sizeof(sum));
    strbuf_append_char(out, '\'');
}

/* --- Entities and addresses -------------------------------------------------------- */

/* The number of "&#…;" or "&#x…;"; false if it is a named entity. */
static bool read_numeric(const char *text, size_t len, uint32_t *code)
{
    const bool is_hex = len > 3 && (text[2] == 'x' || text[2] == 'X');
    uint32_t value = 0;
    if (len < 4 || text[1] != '#')
        return false;
    for (size_t i = is_hex ? 3 : 2; i + 1 < len; i++) {
        const char c = text[i];
        const uint32_t digit = c >= '0' && c <= '9' ? (uint32_t)(c - '0')
                                                    : (uint32_t)((c | 0x20) - 'a' + 10);
        value = value > 0x110000 ? value : value * (is_hex ? 16 : 10) + digit;
    }
    *code = value > 0x10ffff ? UTF8_REPLACEMENT : value;
    return true;
}

static void append_entity(struct strbuf *out, const char *text, size_t len)
{
    uint32_t code;
    char bytes[4];
    if (read_numeric(text, len, &code))
        html_text_append(out, bytes, utf8_encode(code, bytes));
    else
        strbuf_append(out, text, len); /* "&name;" of letters and digits: one character */
}

/* Appends an address with its entities decoded; false if one is not understood. */
static bool decode_address(struct strbuf *out, const MD_ATTRIBUTE *attribute)
{
    for (size_t i = 0;
         attribute->text != NULL && attribute->substr_offsets[i] < attribute->size; i++) {
        const char *text = attribute->text + attribute->substr_offsets[i];
        const size_t len =
            attribute->substr_offsets[i + 1] - attribute->substr_offsets[i];
        uint32_t code;
        char bytes[4];
        if (attribute->substr_types[i] != MD_TEXT_ENTITY)
            strbuf_append(out, text, len);
        else if (read_numeric(text, len, &code))
            strbuf_append(out, bytes, utf8_encode(code, bytes));
        else if (len == 5 && memcmp(text, "&amp;", 5) == 0)
            strbuf_append_char(out, '&');
        else
            return false;
    }
    return !out->is_full;
}

static bool has_safe_scheme(const struct strbuf *address)
{
    static const char *const schemes[] = {"http://", "https://", "mailto:"};
    for (size_t i = 0; i < COUNT_OF(schemes); i++) {
        const size_t len = strlen(schemes[i]);
        if (address->len > len && strncasecmp(address->text, schemes[i], len) == 0)
            return true;
    }
    return false;
}

/* Appends `<a …>` if the address is one that a reader may be led to. What is not
 * printable ASCII, or would end the attribute, is percent-encoded. */
static bool append_anchor(struct strbuf *out, const MD_ATTRIBUTE *attribute)
{
    struct strbuf address;
    strbuf_init(&address, ADDRESS_MAX);
    const bool is_safe = decode_address(&address, attribute) && has_safe_scheme(&address);
    if (is_safe)
        strbuf_append_text(out, "<a rel=\"noopener noreferrer nofollow\" href=\"");
    for (size_t i = 0; is_safe && i < address.len; i++) {
        const unsigned char byte = (unsigned char)address.text[i];
        if (byte <= 0x20 || byte >= 0x7f || strchr("\"'<>\\^`{|}", byte) != NULL)
            strbuf_append_format(out, "%%%02X", byte);
        else if (byte == '&')
            strbuf_append_text(out, "&amp;");
        else
            strbuf_append_char(out, (char)byte);
    }
    if (is_safe)
        strbuf_append_text(out, "\">");
    strbuf_clear(&address);
    return is_safe;
}

/* --- Markdown ---------------------------------------------------------------------- */

struct html_writer {
    struct strbuf *out;
    unsigned anchors;  /* `<a>` that are open: 0 or 1 */
    unsigned links;    /* spans of md4c that are open, with or without an anchor */
    unsigned anchored; /* the depth at which the anchor was opened */
};

static const char *align_class(const void *detail)
{
    switch (((const MD_BLOCK_TD_DETAIL *)detail)->align) {
    case MD_ALIGN_CENTER: return " class=\"center\"";
    case MD_ALIGN_RIGHT: return " class=\"right\"";
    case MD_ALIGN_DEFAULT:
    case MD_ALIGN_LEFT: break;
    }
    return "";
}

static void enter_item(struct strbuf *out, const MD_BLOCK_LI_DETAIL *item)
{
    strbuf_append_text(out, "<li dir=\"auto\">");
    if (item->is_task)
        strbuf_append_text(out,
                           item->task_mark == ' ' ? "\xe2\x98\x90 " : "\xe2\x98\x91 ");
}

static void enter_code(struct strbuf *out, const MD_BLOCK_CODE_DETAIL *code)
{
    strbuf_append_text(out, "<pre");
    if (code->lang.text != NULL && code->lang.size > 0) {
        strbuf_append_text(out, " data-language=\"");
        html_text_append(out, code->lang.text, code->lang.size);
        strbuf_append_char(out, '"');
    }
    strbuf_append_text(out, "><code>");
}

static int on_enter_block(MD_BLOCKTYPE type, void *detail, void *user)
{
    struct strbuf *out = ((struct html_writer *)user)->out;
    switch (type) {
    case MD_BLOCK_DOC: break;
    case MD_BLOCK_QUOTE: strbuf_append_text(out, "<blockquote>"); break;
    case MD_BLOCK_UL: strbuf_append_text(out, "<ul>"); break;
    case MD_BLOCK_OL:
        strbuf_append_format(out, "<ol start=\"%u\">",
                             ((MD_BLOCK_OL_DETAIL *)detail)->start);
        break;
    case MD_BLOCK_LI: enter_item(out, detail); break;
    case MD_BLOCK_HR: strbuf_append_text(out, "<hr>"); break;
    case MD_BLOCK_H:
        /* Beneath the headings of the page, which are of the levels 1 to 3. */
        strbuf_append_format(out, "<p class=\"heading h%u\" dir=\"auto\">",
                             ((MD_BLOCK_H_DETAIL *)detail)->level);
        break;
    case MD_BLOCK_CODE: enter_code(out, detail); break;
    case MD_BLOCK_HTML: break;
    case MD_BLOCK_P: strbuf_append_text(out, "<p dir=\"auto\">"); break;
    case MD_BLOCK_TABLE: strbuf_append_text(out, "<div class=\"table\"><table>"); break;
    case MD_BLOCK_THEAD: strbuf_append_text(out, "<thead>"); break;
    case MD_BLOCK_TBODY: strbuf_append_text(out, "<tbody>"); break;
    case MD_BLOCK_TR: strbuf_append_text(out, "<tr>"); break;
    case MD_BLOCK_TH: strbuf_append_format(out, "<th%s>", align_class(detail)); break;
    case MD_BLOCK_TD: strbuf_append_format(out, "<td%s>", align_class(detail)); break;
    }
    return 0;
}

static int on_leave_block(MD_BLOCKTYPE type, void *detail, void *user)
{
    struct strbuf *out = ((struct html_writer *)user)->out;
    (void)detail;
    switch (type) {
    case MD_BLOCK_DOC:
    case MD_BLOCK_HR:
    case MD_BLOCK_HTML: break;
    case MD_BLOCK_QUOTE: strbuf_append_text(out, "</blockquote>\n"); break;
    case MD_BLOCK_UL: strbuf_append_text(out, "</ul>\n"); break;
    case MD_BLOCK_OL: strbuf_append_text(out, "</ol>\n"); break;
    case MD_BLOCK_LI: strbuf_append_text(out, "</li>"); break;
    case MD_BLOCK_H:
    case MD_BLOCK_P: strbuf_append_text(out, "</p>\n"); break;
    case MD_BLOCK_CODE: strbuf_append_text(out, "</code></pre>\n"); break;
    case MD_BLOCK_TABLE: strbuf_append_text(out, "</table></div>\n"); break;
    case MD_BLOCK_THEAD: strbuf_append_text(out, "</thead>"); break;
    case MD_BLOCK_TBODY: strbuf_append_text(out, "</tbody>"); break;
    case MD_BLOCK_TR: strbuf_append_text(out, "</tr>\n"); break;
    case MD_BLOCK_TH: strbuf_append_text(out, "</th>"); break;
    case MD_BLOCK_TD: strbuf_append_text(out, "</td>"); break;
    }
    return 0;
}

/* A link inside of another one (a picture that is a link) has no anchor of its own. */
static void enter_link(struct html_writer *writer, const MD_ATTRIBUTE *address)
{
    writer->links++;
    if (writer->anchors == 0 && append_anchor(writer->out, address)) {
        writer->anchors = 1;
        writer->anchored = writer->links;
    }
}

static void leave_link(struct html_writer *writer)
{
    if (writer->anchors > 0 && writer->anchored == writer->links) {
        strbuf_append_text(writer->out, "</a>");
        writer->anchors = 0;
    }
    writer->links--;
}

static int on_enter_span(MD_SPANTYPE type, void *detail, void *user)
{
    struct html_writer *writer = user;
    switch (type) {
    case MD_SPAN_EM: strbuf_append_text(writer->out, "<em>"); break;
    case MD_SPAN_STRONG: strbuf_append_text(writer->out, "<strong>"); break;
    case MD_SPAN_A: enter_link(writer, &((MD_SPAN_A_DETAIL *)detail)->href); break;
    case MD_SPAN_IMG:
        enter_link(writer, &((MD_SPAN_IMG_DETAIL *)detail)->src);
        strbuf_append_text(writer->out, "[picture: ");
        break;
    case MD_SPAN_CODE:
    case MD_SPAN_LATEXMATH:
    case MD_SPAN_LATEXMATH_DISPLAY: strbuf_append_text(writer->out, "<code>"); break;
    case MD_SPAN_DEL: strbuf_append_text(writer->out, "<del>"); break;
    case MD_SPAN_WIKILINK:
    case MD_SPAN_U: break;
    }
    return 0;
}

static int on_leave_span(MD_SPANTYPE type, void *detail, void *user)
{
    struct html_writer *writer = user;
    (void)detail;
    switch (type) {
    case MD_SPAN_EM: strbuf_append_text(writer->out, "</em>"); break;
    case MD_SPAN_STRONG: strbuf_append_text(writer->out, "</strong>"); break;
    case MD_SPAN_A: leave_link(writer); break;
    case MD_SPAN_IMG:
        strbuf_append_char(writer->out, ']');
        leave_link(writer);
        break;
    case MD_SPAN_CODE:
    case MD_SPAN_LATEXMATH:
    case MD_SPAN_LATEXMATH_DISPLAY: strbuf_append_text(writer->out, "</code>"); break;
    case MD_SPAN_DEL: strbuf_append_text(writer->out, "</del>"); break;
    case MD_SPAN_WIKILINK:
    case MD_SPAN_U: break;
    }
    return 0;
}

static int on_text(MD_TEXTTYPE type, const MD_CHAR *text, MD_SIZE size, void *user)
{
    struct strbuf *out = ((struct html_writer *)user)->out;
    switch (type) {
    case MD_TEXT_NULLCHAR: strbuf_append_text(out, "\xef\xbf\xbd"); break;
    case MD_TEXT_BR:
    case MD_TEXT_SOFTBR: strbuf_append_text(out, "<br>\n"); break;
    case MD_TEXT_ENTITY: append_entity(out, text, size); break;
    case MD_TEXT_NORMAL:
    case MD_TEXT_CODE:
    case MD_TEXT_HTML:
    case MD_TEXT_LATEXMATH: html_text_append(out, text, size); break;
    }
    return 0;
}

/* True if no line has more bars than a table may have columns. */
static bool has_narrow_tables(const char *text, size_t len)
{
    size_t bars = 0;
    for (size_t i = 0; i < len && bars <= TABLE_COLUMN_MAX; i++)
        bars = text[i] == '\n' ? 0 : bars + (text[i] == '|');
    return bars <= TABLE_COLUMN_MAX;
}

void html_text_append_markdown(struct strbuf *out, const char *text, size_t len)
{
    struct html_writer writer = {.out = out};
    struct strbuf clean;
    MD_PARSER parser = {.flags = MD_FLAG_NOHTMLBLOCKS | MD_FLAG_NOHTMLSPANS |
                                 MD_FLAG_PERMISSIVEURLAUTOLINKS | MD_FLAG_TASKLISTS |
                                 MD_FLAG_STRIKETHROUGH | MD_FLAG_LATEXMATHSPANS,
                        .enter_block = on_enter_block,
                        .leave_block = on_leave_block,
                        .enter_span = on_enter_span,
                        .leave_span = on_leave_span,
                        .text = on_text};
    strbuf_init(&clean, STRBUF_OWN_MAX);
    export_append_clean(&clean, text, len);
    if (has_narrow_tables(strbuf_text(&clean), clean.len))
        parser.flags |= MD_FLAG_TABLES;
    md_parse(strbuf_text(&clean), (MD_SIZE)clean.len, &parser, &writer);
    strbuf_clear(&clean);
}
