/*
 * One growing allocation, doubled as needed and cut at the ceiling. The NUL after the
 * text is not counted in `max`.
 */
#include "src/base/strbuf.h"

#include <stdio.h>
#include <string.h>

#include "src/base/mem.h"

void strbuf_init(struct strbuf *buf, size_t max)
{
    *buf = (struct strbuf){.max = max};
}

void strbuf_clear(struct strbuf *buf)
{
    mem_free(buf->text);
    *buf = (struct strbuf){.max = buf->max};
}

void strbuf_reset(struct strbuf *buf)
{
    buf->len = 0;
    buf->is_full = false;
    if (buf->text != NULL)
        buf->text[0] = '\0';
}

const char *strbuf_text(const struct strbuf *buf)
{
    return buf->text != NULL ? buf->text : "";
}

char *strbuf_take(struct strbuf *buf)
{
    char *text = buf->text != NULL ? buf->text : mem_alloc(1);
    *buf = (struct strbuf){.max = buf->max};
    return text;
}

/* Makes room for `extra` more bytes and the NUL, or marks the buffer full. */
static bool strbuf_reserve(struct strbuf *buf, size_t extra)
{
    if (buf->is_full || extra > buf->max - buf->len) {
        buf->is_full = true;
        return false;
    }
    const size_t need = buf->len + extra + 1;
    if (need <= buf->cap)
        return true;
    size_t cap = buf->cap < 16 ? 16 : buf->cap * 2;
    if (cap < need)
        cap = need;
    buf->text = mem_resize_array(buf->text, cap, 1);
    buf->cap = cap;
    return true;
}

bool strbuf_append(struct strbuf *buf, const char *bytes, size_t len)
{
    return strbuf_insert(buf, buf->len, bytes, len);
}

bool strbuf_append_text(struct strbuf *buf, const char *text)
{
    return strbuf_append(buf, text, strlen(text));
}

bool strbuf_append_char(struct strbuf *buf, char byte)
{
    return strbuf_append(buf, &byte, 1);
}

bool strbuf_append_format(struct strbuf *buf, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    const bool ok = strbuf_append_args(buf, format, args);
    va_end(args);
    return ok;
}

bool strbuf_append_args(struct strbuf *buf, const char *format, va_list args)
{
    va_list again;
    va_copy(again, args);
    /* The analyser does not see that a parameter is a va_list that was started.
     * NOLINTNEXTLINE(clang-analyzer-valist.Uninitialized) */
    const int len = vsnprintf(NULL, 0, format, args);
    bool ok = false;
    if (len >= 0 && strbuf_reserve(buf, (size_t)len)) {
        vsnprintf(buf->text + buf->len, (size_t)len + 1, format, again);
        buf->len += (size_t)len;
        ok = true;
    }
    va_end(again);
    return ok;
}

bool strbuf_insert(struct strbuf *buf, size_t at, const char *bytes, size_t len)
{
    if (at > buf->len)
        at = buf->len;
    if (!strbuf_reserve(buf, len))
        return false;
    memmove(buf->text + at + len, buf->text + at, buf->len - at);
    if (len > 0)
        memcpy(buf->text + at, bytes, len);
    buf->len += len;
    buf->text[buf->len] = '\0';
    return true;
}

void strbuf_remove(struct strbuf *buf, size_t at, size_t count)
{
    if (at >= buf->len)
        return;
    if (count > buf->len - at)
        count = buf->len - at;
    memmove(buf->text + at, buf->text + at + count, buf->len - at - count);
    buf->len -= count;
    buf->text[buf->len] = '\0';
}

void strbuf_truncate(struct strbuf *buf, size_t len)
{
    if (len < buf->len)
        strbuf_remove(buf, len, buf->len - len);
}

char *strbuf_format(const char *format, ...)
{
    struct strbuf buf;
    strbuf_init(&buf, STRBUF_OWN_MAX);
    va_list args;
    va_start(args, format);
    strbuf_append_args(&buf, format, args);
    va_end(args);
    return strbuf_take(&buf);
}
