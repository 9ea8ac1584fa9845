/*
 * Files of remembered layouts. Whatever the bytes: what is read has numbers that the
 * screen can be made with, and is the same when it was written and read again.
 */
#include "tests/fuzz/fuzz.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "ui/layout_file.h"

static void must(bool holds)
{
    if (!holds)
        abort();
}

static void check_entry(const struct layout_entry *entry)
{
    const struct tiling_wish wish = {.count = entry->count,
                                     .focused = entry->focused,
                                     .is_zoomed = entry->is_zoomed,
                                     .mode = entry->mode,
                                     .weights = &entry->weights};
    const struct rect room = {0, 0, 100, 40};
    must(entry->count > 0 && entry->count <= TILING_PANE_MAX);
    must(entry->focused < entry->count && entry->mode < TILING_MODE_COUNT);
    for (size_t i = 0; i < entry->count; i++)
        must(entry->order[i] < entry->count);
    const struct tiling tiling = tiling_make(room, &wish);
    int area = tiling.tabs.width * tiling.tabs.height;
    for (size_t i = 0; i < tiling.count; i++)
        area += tiling.rects[i].width * tiling.rects[i].height;
    must(area == room.width * room.height);
}

static void check_written(const struct layout_list *list)
{
    struct strbuf text;
    struct layout_list again;
    struct error err = {ERROR_NONE, NULL};
    strbuf_init(&text, STRBUF_OWN_MAX);
    layout_list_write(list, &text);
    must(layout_list_parse(strbuf_text(&text), text.len, &again, &err));
    must(again.count == list->count);
    for (size_t i = 0; i < list->count; i++)
        must(layout_entry_equal(&list->entries[i], &again.entries[i]));
    layout_list_clear(&again);
    strbuf_clear(&text);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct layout_list list;
    struct error err = {ERROR_NONE, NULL};
    if (layout_list_parse((const char *)data, size, &list, &err)) {
        for (size_t i = 0; i < list.count; i++)
            check_entry(&list.entries[i]);
        check_written(&list);
    } else {
        must(list.count == 0 && list.entries == NULL);
        error_clear(&err);
    }
    layout_list_clear(&list);
    return 0;
}
