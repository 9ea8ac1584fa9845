/*
 * Whole numbers are worked on as text, so that they may be of any size and keep their
 * digits; fractions go through a double, as in Python.
 */
#include "src/prompt/format_spec.h"

#include <string.h>

#include "src/base/mem.h"
#include "src/base/number.h"
#include "src/base/utf8.h"

#define SPEC_MAX_WIDTH     1000
#define SPEC_MAX_PRECISION 100

/* --- Reading
 * ----------------------------------------------------------------------------
 */

static bool is_align(char byte)
{
    return byte != '\0' && strchr("<>^=", byte) != NULL;
}

/* Digits as a number of at most `max`; false if it is greater. */
static bool read_count(const char **at, const char *end, size_t max, size_t *count)
{
    *count = 0;
    while (*at < end && **at >= '0' && **at <= '9') {
        *count = *count * 10 + (size_t)(**at - '0');
        if (*count > max)
            return false;
        ++*at;
    }
    return true;
}

static const char *read_align(const char *at, const char *end, struct format_spec *spec)
{
    uint32_t code;
    if (at == end)
        return at;
    const size_t used = utf8_decode(at, (size_t)(end - at), &code);
    if (at + used < end && is_align(at[used])) {
        spec->fill = code;
        spec->align = at[used];
        return at + used + 1;
    }
    if (is_align(*at))
        spec->align = *at++;
    return at;
}

static bool read_precision(const char **at, const char *end, struct format_spec *spec)
{
    size_t count;
    if (*at == end || **at != '.')
        return true;
    ++*at;
    const char *digits = *at;
    if (!read_count(at, end, SPEC_MAX_PRECISION, &count) || *at == digits)
        return false;
    spec->has_precision = true;
    spec->precision = (int)count;
    return true;
}

/* True if the parts fit together. */
static bool spec_is_sound(const struct format_spec *spec, bool has_zero)
{
    const bool is_whole = spec->type != '\0' && strchr("dxXob", spec->type) != NULL;
    if (is_whole && spec->has_precision)
        return false;
    if (spec->grouping == ',' && spec->type != 'd' && is_whole)
        return false;
    /* In Python the zeros are grouped too. */
    const bool pads_zeros = has_zero || (spec->fill == '0' && spec->align == '=');
    if (pads_zeros && spec->grouping != '\0')
        return false;
    return spec->type != 's' || !spec->wants_number;
}

bool format_spec_parse(const char *text, size_t len, struct format_spec *spec)
{
    const char *end = text + len;
    *spec = (struct format_spec){.is_set = len > 0};
    const char *at = read_align(text, end, spec);
    if (at < end && (*at == '+' || *at == '-' || *at == ' ')) {
        spec->sign = *at == '-' ? '\0' : *at;
        spec->wants_number = true;
        at++;
    }
    const bool has_zero = at < end && *at == '0';
    if (has_zero) {
        at++;
        if (spec->align == '\0') {
            spec->fill = '0';
            spec->align = '=';
        } else if (spec->fill == 0) {
            spec->fill = '0';
        }
    }
    if (!read_count(&at, end, SPEC_MAX_WIDTH, &spec->width))
        return false;
    if (at < end && (*at == ',' || *at == '_'))
        spec->grouping = *at++;
    if (!read_precision(&at, end, spec))
        return false;
    if (at < end && strchr("sdfFeEgG%xXob", *at) != NULL)
        spec->type = *at++;
    spec->wants_number = spec->wants_number || spec->grouping != '\0' ||
                         spec->align == '=' || (spec->type != '\0' && spec->type != 's');
    return at == end && spec_is_sound(spec, has_zero);
}

/* --- Writing
 * ----------------------------------------------------------------------------
 */

static size_t count_characters(const char *text, size_t len)
{
    size_t count = 0;
    for (size_t at = 0; at < len; at = utf8_next(text, len, at))
        count++;
    return count;
}

static void append_fill(const struct format_spec *spec, size_t count, struct strbuf *out)
{
    char bytes[4];
    const size_t len = utf8_encode(spec->fill != 0 ? spec->fill : ' ', bytes);
    for (size_t i = 0; i < count; i++)
        strbuf_append(out, bytes, len);
}

/* Appends prefix (a sign) and text, padded to the width. */
static void append_padded(const struct format_spec *spec, char align, const char *prefix,
                          const struct strbuf *text, struct strbuf *out)
{
    const size_t taken = strlen(prefix) + count_characters(strbuf_text(text), text->len);
    const size_t room = spec->width > taken ? spec->width - taken : 0;
    const size_t before = align == '>' ? room : align == '^' ? room / 2 : 0;
    const size_t inside = align == '=' ? room : 0;
    append_fill(spec, before, out);
    strbuf_append_text(out, prefix);
    append_fill(spec, inside, out);
    strbuf_append(out, strbuf_text(text), text->len);
    append_fill(spec, room - before - inside, out);
}

void format_spec_write_text(const struct format_spec *spec, const char *text, size_t len,
                            struct strbuf *out)
{
    size_t kept = len;
    if (spec->has_precision) {
        kept = 0;
        for (int i = 0; i < spec->precision && kept < len; i++)
            kept = utf8_next(text, len, kept);
    }
    struct strbuf cut;
    strbuf_init(&cut, STRBUF_OWN_MAX);
    strbuf_append(&cut, text, kept);
    append_padded(spec, spec->align != '\0' ? spec->align : '<', "", &cut, out);
    strbuf_clear(&cut);
}

/* Appends the digits in groups from the right. */
static void append_grouped(struct strbuf *out, const char *digits, size_t len,
                           size_t group, char mark)
{
    for (size_t i = 0; i < len; i++) {
        if (mark != '\0' && i > 0 && (len - i) % group == 0)
            strbuf_append_char(out, mark);
        strbuf_append_char(out, digits[i]);
    }
}

/* The digits of a whole number in another base. */
static void append_base(struct strbuf *out, uint64_t value, char type)
{
    const char *letters = type == 'X' ? "0123456789ABCDEF" : "0123456789abcdef";
    const unsigned shift = type == 'b' ? 1 : type == 'o' ? 3 : 4;
    char digits[64];
    size_t at = sizeof(digits);
    do {
        digits[--at] = letters[value & ((1u << shift) - 1)];
        value >>= shift;
    } while (value != 0);
    strbuf_append(out, digits + at, sizeof(digits) - at);
}

static bool append_whole(const struct format_spec *spec, const char *digits,
                         struct strbuf *out, struct error *err)
{
    int64_t value;
    if (digits[0] == '\0' || digits[strspn(digits, "0123456789")] != '\0') {
        error_set(err, ERROR_USAGE, "has to be a whole number");
        return false;
    }
    if (spec->type == 'd') {
        digits += strspn(digits, "0");
        strbuf_append_text(out, digits[0] != '\0' ? digits : "0");
        return true;
    }
    if (!number_parse_int(digits, &value)) {
        error_set(err, ERROR_USAGE, "is too large for this form");
        return false;
    }
    append_base(out, (uint64_t)value, spec->type);
    return true;
}

/*
 * A precision without a type: Python's own middle way. Like g, but it turns to an
 * exponent one digit earlier, and a fraction keeps a digit behind the point.
 */
static void append_short(int precision, double value, bool is_whole, struct strbuf *out)
{
    const int digits = precision > 0 ? precision : 1;
    char *exponential = strbuf_format("%.*e", digits - 1, value);
    char *mark = strchr(exponential, 'e');
    int64_t exponent = 0;
    number_parse_int(mark + 1, &exponent);
    if (exponent >= -4 && exponent < digits - 1) {
        strbuf_append_format(out, "%.*g", digits, value);
        if (!is_whole && strchr(strbuf_text(out), '.') == NULL)
            strbuf_append_text(out, ".0");
    } else {
        size_t len = (size_t)(mark - exponential);
        if (memchr(exponential, '.', len) != NULL) {
            while (exponential[len - 1] == '0')
                len--;
            len -= exponential[len - 1] == '.';
        }
        strbuf_append(out, exponential, len);
        strbuf_append_text(out, mark);
    }
    mem_free(exponential);
}

static void append_fraction(const struct format_spec *spec, const char *digits,
                            struct strbuf *out)
{
    const int precision = spec->has_precision ? spec->precision : 6;
    double value = 0;
    number_parse_double(digits, &value);
    switch (spec->type) {
    case '\0':
        append_short(precision, value, digits[strspn(digits, "0123456789")] == '\0', out);
        break;
    case 'f':
    case 'F': strbuf_append_format(out, "%.*f", precision, value); break;
    case '%': strbuf_append_format(out, "%.*f%%", precision, value * 100); break;
    case 'e': strbuf_append_format(out, "%.*e", precision, value); break;
    case 'E': strbuf_append_format(out, "%.*E", precision, value); break;
    case 'G': strbuf_append_format(out, "%.*G", precision, value); break;
    default: strbuf_append_format(out, "%.*g", precision, value); break;
    }
}

bool format_spec_write_number(const struct format_spec *spec, const char *text,
                              struct strbuf *out, struct error *err)
{
    const char *digits = text + (text[0] == '-' || text[0] == '+');
    struct strbuf plain;
    struct strbuf grouped;
    bool ok = true;
    strbuf_init(&plain, STRBUF_OWN_MAX);
    strbuf_init(&grouped, STRBUF_OWN_MAX);
    if (spec->type != '\0' && strchr("dxXob", spec->type) != NULL)
        ok = append_whole(spec, digits, &plain, err);
    else if ((spec->type == '\0' && !spec->has_precision) || spec->type == 's')
        strbuf_append_text(&plain, digits);
    else
        append_fraction(spec, digits, &plain);
    const char *all = strbuf_text(&plain);
    const bool is_base = spec->type != '\0' && strchr("xXob", spec->type) != NULL;
    const size_t whole = is_base ? plain.len : strspn(all, "0123456789");
    append_grouped(&grouped, all, whole, is_base ? 4 : 3, spec->grouping);
    strbuf_append(&grouped, all + whole, plain.len - whole);
    const char sign[] = {text[0] == '-' ? '-' : spec->sign, '\0'};
    if (ok)
        append_padded(spec, spec->align != '\0' ? spec->align : '>', sign, &grouped, out);
    strbuf_clear(&plain);
    strbuf_clear(&grouped);
    return ok;
}
