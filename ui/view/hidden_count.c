/* A cluster is looked at with at most HIDDEN_AHEAD bytes behind its beginning, so one
 * that has so many is settled. */
#include "ui/view/hidden_count.h"

#include <string.h>

#include "src/base/mem.h"
#include "ui/render/glyph.h"

#define HIDDEN_AHEAD 512

void hidden_count_clear(struct hidden_count *hidden)
{
    mem_free(hidden->parts);
    *hidden = (struct hidden_count){0};
}

static bool hidden_is_one(const struct glyph *glyph)
{
    return glyph->is_mark &&
           !(glyph->text_len == 3 && memcmp(glyph->text, "\xef\xbf\xbd", 3) == 0);
}

static size_t hidden_skip_plain(const char *text, size_t len, size_t at)
{
    /* The last one may carry what follows it. */
    while (at + 1 < len && text[at] >= ' ' && text[at] <= '~' && text[at + 1] >= ' ')
        at++;
    return at;
}

static void hidden_text_update(struct hidden_text *hidden, const char *text, size_t len)
{
    if (hidden->settled > len)
        *hidden = (struct hidden_text){0};
    size_t at = hidden->settled;
    size_t count = hidden->settled_count;
    struct glyph glyph;
    while (at < len) {
        if (at + HIDDEN_AHEAD <= len) {
            hidden->settled = at;
            hidden->settled_count = count;
        }
        const size_t plain = hidden_skip_plain(text, len, at);
        if (plain > at) {
            at = plain;
            continue;
        }
        at += glyph_next(text, len, at, &glyph);
        count += hidden_is_one(&glyph);
    }
    hidden->count = count;
}

static void hidden_count_part(struct hidden_text *hidden, const struct part *part)
{
    switch (part->kind) {
    case PART_TEXT:
    case PART_REASONING: break;
    case PART_REFUSAL:
    case PART_TOOL_CALL:
    case PART_TOOL_RESULT:
        *hidden = (struct hidden_text){0};
        break; /* rewritten, maybe */
    case PART_FILE:
    case PART_IMAGE:
    case PART_OPAQUE: return; /* not shown */
    }
    hidden_text_update(hidden, strbuf_text(&part->text), part->text.len);
}

size_t hidden_count_update(struct hidden_count *hidden, const struct message *message)
{
    if (hidden->version == message->version && hidden->part_count == message->part_count)
        return hidden->count;
    if (hidden->part_count > message->part_count)
        hidden_count_clear(hidden);
    hidden->parts = mem_grow(hidden->parts, &hidden->part_cap, message->part_count,
                             sizeof(hidden->parts[0]));
    while (hidden->part_count < message->part_count)
        hidden->parts[hidden->part_count++] = (struct hidden_text){0};
    hidden->version = message->version;
    hidden->count = 0;
    for (size_t i = 0; i < message->part_count; i++) {
        hidden_count_part(&hidden->parts[i], &message->parts[i]);
        hidden->count += hidden->parts[i].count;
    }
    return hidden->count;
}
