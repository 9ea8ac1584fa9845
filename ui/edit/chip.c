/* U+FDD0 … U+FDEF are EF B7 90 … EF B7 AF. */
#include "ui/edit/chip.h"

#include <string.h>

#include "src/base/mem.h"
#include "ui/edit/grapheme.h"

#define SIGN_LEAD   '\xef'
#define SIGN_MIDDLE '\xb7'
#define SIGN_FIRST  0x90

static bool is_sign(const char *text, size_t len, size_t at)
{
    if (len < CHIP_BYTES || at > len - CHIP_BYTES)
        return false;
    const unsigned last = (unsigned char)text[at + 2];
    return text[at] == SIGN_LEAD && text[at + 1] == SIGN_MIDDLE && last >= SIGN_FIRST &&
           last < SIGN_FIRST + CHIP_MAX;
}

void chip_table_clear(struct chip_table *table)
{
    for (size_t i = 0; i < table->count; i++)
        mem_free(table->chips[i].text);
    *table = (struct chip_table){.count = 0};
}

bool chip_table_add(struct chip_table *table, const char *text, size_t len,
                    char sign[CHIP_BYTES])
{
    if (table->count == CHIP_MAX)
        return false;
    table->chips[table->count] = (struct chip){mem_strndup(text, len), len};
    sign[0] = SIGN_LEAD;
    sign[1] = SIGN_MIDDLE;
    sign[2] = (char)(unsigned char)(SIGN_FIRST + table->count);
    table->count++;
    table->bytes += len;
    return true;
}

const struct chip *chip_find(const struct chip_table *table, const char *text, size_t len,
                             size_t at)
{
    if (!is_sign(text, len, at))
        return NULL;
    const size_t index = (size_t)(unsigned char)text[at + 2] - SIGN_FIRST;
    return index < table->count ? &table->chips[index] : NULL;
}

size_t chip_next_sign(const char *text, size_t len, size_t at)
{
    while (at < len) {
        const char *lead = memchr(text + at, (unsigned char)SIGN_LEAD, len - at);
        if (lead == NULL)
            return len;
        at = (size_t)(lead - text);
        if (is_sign(text, len, at))
            return at;
        at++;
    }
    return len;
}

size_t chip_extra_bytes(const struct chip_table *table, const char *text, size_t len)
{
    size_t extra = 0;
    for (size_t at = chip_next_sign(text, len, 0); at < len;
         at = chip_next_sign(text, len, at + CHIP_BYTES)) {
        const struct chip *chip = chip_find(table, text, len, at);
        extra += chip != NULL ? chip->len - CHIP_BYTES : 0;
    }
    return extra;
}

bool chip_append_full(const struct chip_table *table, const char *text, size_t len,
                      struct strbuf *out)
{
    bool ok = true;
    for (size_t at = 0; at < len && ok;) {
        const size_t sign = chip_next_sign(text, len, at);
        const struct chip *chip = chip_find(table, text, len, sign);
        ok = strbuf_append(out, text + at, sign - at);
        if (chip != NULL)
            ok = ok && strbuf_append(out, chip->text, chip->len);
        at = sign + CHIP_BYTES;
    }
    return ok;
}

bool chip_append_clean(struct strbuf *out, const char *text, size_t len)
{
    bool ok = true;
    for (size_t at = 0; at < len && ok;) {
        const size_t sign = chip_next_sign(text, len, at);
        ok = strbuf_append(out, text + at, sign - at);
        if (sign < len)
            ok = ok && strbuf_append_text(out, "\xef\xbf\xbd");
        at = sign + CHIP_BYTES;
    }
    return ok;
}

size_t chip_next(const char *text, size_t len, size_t at)
{
    if (is_sign(text, len, at))
        return at + CHIP_BYTES;
    const size_t next = grapheme_next(text, len, at);
    const size_t sign = chip_next_sign(text, len, at);
    return sign < next ? sign : next;
}

size_t chip_previous(const char *text, size_t at)
{
    if (at >= CHIP_BYTES && is_sign(text, at, at - CHIP_BYTES))
        return at - CHIP_BYTES;
    size_t previous = grapheme_previous(text, at);
    for (size_t sign = chip_next_sign(text, at, previous); sign < at;
         sign = chip_next_sign(text, at, sign + CHIP_BYTES))
        previous = sign + CHIP_BYTES;
    return previous;
}

size_t chip_snap(const char *text, size_t len, size_t offset)
{
    if (offset >= len)
        return len;
    /* Beside a chip there is always a boundary. */
    if (is_sign(text, len, offset) ||
        (offset >= CHIP_BYTES && is_sign(text, len, offset - CHIP_BYTES)))
        return offset;
    for (size_t i = 1; i < CHIP_BYTES && i <= offset; i++) {
        if (is_sign(text, len, offset - i))
            return offset - i + CHIP_BYTES;
    }
    const size_t snapped = grapheme_snap(text, len, offset);
    const size_t sign = chip_next_sign(text, len, offset);
    return sign < snapped ? sign : snapped;
}

void chip_append_label(const struct chip *chip, struct strbuf *out)
{
    size_t lines = chip->len > 0 && chip->text[chip->len - 1] != '\n' ? 1 : 0;
    for (size_t i = 0; i < chip->len; i++)
        lines += chip->text[i] == '\n';
    strbuf_append_format(out, "[pasted %zu line%s \xc2\xb7 ", lines,
                         lines == 1 ? "" : "s");
    if (chip->len < 1000)
        strbuf_append_format(out, "%zu B]", chip->len);
    else if (chip->len < 1000000)
        strbuf_append_format(out, "%.1f kB]", (double)chip->len / 1e3);
    else
        strbuf_append_format(out, "%.1f MB]", (double)chip->len / 1e6);
}
