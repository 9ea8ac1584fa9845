/*
 * A piece belongs to the item before it if both are of the same type with a text to grow
 * (reasoning.text, reasoning.summary) and neither index nor id tell them apart. Its text
 * is appended; its other members (a signature comes last) count where the item has none.
 */
#include "src/provider/reasoning_details.h"

#include <string.h>

#include "src/base/json.h"
#include "src/base/mem.h"
#include "src/base/utf8.h"

struct reasoning_detail {
    cJSON *item;        /* the first piece, with members that came later */
    const char *member; /* the one that grows, NULL where there is none; static text */
    struct strbuf text; /* its value */
    uint16_t half;      /* a surrogate waiting for its partner in the next piece */
};

/* The member of the item that grows, or NULL. */
static const char *detail_member(const cJSON *item)
{
    const char *type = json_get_string(item, "type");
    if (type != NULL && strcmp(type, "reasoning.text") == 0)
        return "text";
    if (type != NULL && strcmp(type, "reasoning.summary") == 0)
        return "summary";
    return NULL;
}

/* True unless both have the member and the values differ. */
static bool detail_agrees(const cJSON *a, const cJSON *b, const char *name)
{
    return !json_has(a, name) || !json_has(b, name) ||
           cJSON_Compare(json_get(a, name), json_get(b, name), true);
}

static bool detail_continues(const struct reasoning_detail *detail, const cJSON *piece)
{
    const char *member = detail_member(piece);
    return member != NULL && member == detail_member(detail->item) &&
           detail_agrees(detail->item, piece, "index") &&
           detail_agrees(detail->item, piece, "id");
}

/* Takes over what the item does not have yet. */
static void detail_take_members(struct reasoning_detail *detail, const cJSON *piece)
{
    const cJSON *member;
    cJSON_ArrayForEach(member, piece)
    {
        if (cJSON_IsNull(member) || json_has(detail->item, member->string))
            continue;
        cJSON_DeleteItemFromObjectCaseSensitive(detail->item, member->string);
        cJSON_AddItemToObject(detail->item, member->string,
                              cJSON_Duplicate(member, true));
    }
}

/* Roughly what the piece takes to keep. */
static size_t detail_size(const cJSON *piece)
{
    const cJSON *member;
    size_t size = sizeof(struct reasoning_detail);
    cJSON_ArrayForEach(member, piece)
    {
        size += sizeof(cJSON);
        if (cJSON_IsString(member))
            size += strlen(member->valuestring);
    }
    return size;
}

static void details_add_piece(struct reasoning_details *details, const cJSON *piece)
{
    struct reasoning_detail *detail =
        details->len > 0 ? &details->items[details->len - 1] : NULL;
    if (detail == NULL || !detail_continues(detail, piece)) {
        details->items = mem_grow(details->items, &details->cap, details->len + 1,
                                  sizeof(details->items[0]));
        detail = &details->items[details->len++];
        *detail = (struct reasoning_detail){.item = cJSON_Duplicate(piece, true),
                                            .member = detail_member(piece)};
        strbuf_init(&detail->text, REASONING_DETAILS_MAX);
    } else {
        detail_take_members(detail, piece);
    }
    const char *text =
        detail->member != NULL ? json_get_string(piece, detail->member) : NULL;
    if (text != NULL)
        json_join_halves(&detail->text, text, &detail->half);
}

void reasoning_details_add(struct reasoning_details *details, const cJSON *array)
{
    const cJSON *piece;
    if (!cJSON_IsArray(array) || details->is_full)
        return;
    cJSON_ArrayForEach(piece, array)
    {
        if (!cJSON_IsObject(piece))
            continue;
        details->byte_count += detail_size(piece);
        if (details->byte_count > REASONING_DETAILS_MAX ||
            details->len == REASONING_DETAILS_COUNT_MAX) {
            reasoning_details_clear(details);
            details->is_full = true;
            return;
        }
        details_add_piece(details, piece);
    }
}

static void detail_emit(struct reasoning_detail *detail, struct decode_base *base)
{
    struct strbuf clean;
    strbuf_init(&clean, STRBUF_OWN_MAX);
    json_flush_half(&detail->text, &detail->half);
    if (detail->member != NULL && json_get_string(detail->item, detail->member) != NULL)
        cJSON_ReplaceItemInObjectCaseSensitive(
            detail->item, detail->member, cJSON_CreateString(strbuf_text(&detail->text)));
    char *printed = cJSON_PrintUnformatted(detail->item);
    if (printed != NULL)
        utf8_append_valid(&clean, printed, strlen(printed));
    cJSON_free(printed);
    decode_opaque(base, strbuf_text(&clean), clean.len, PIECE_NO_CALL);
    strbuf_clear(&clean);
}

void reasoning_details_emit(struct reasoning_details *details, struct decode_base *base)
{
    for (size_t i = 0; i < details->len; i++)
        detail_emit(&details->items[i], base);
}

void reasoning_details_clear(struct reasoning_details *details)
{
    for (size_t i = 0; i < details->len; i++) {
        cJSON_Delete(details->items[i].item);
        strbuf_clear(&details->items[i].text);
    }
    mem_free(details->items);
    *details = (struct reasoning_details){.len = 0};
}
