/*
 * A leaf page of a table begins with 0x0d and lists where its cells are. A cell is the
 * size of its row, the key, and the row itself, of which a long one has its end on a
 * chain of further pages. A row begins with the types of its columns. Every number is a
 * stranger's: each step checks that it stays inside of the page.
 */
#include "src/store/leaf_rows.h"

#include <string.h>

#include "src/base/mem.h"
#include "src/base/strbuf.h"

#define LEAF_PAGE     0x0d
#define FIRST_HEADER  100 /* page 1 begins with the header of the file */
#define PAGE_HEADER   8
#define ROW_BYTES_MAX ((size_t)24 << 20)

/* A place in bytes that must not be left. */
struct leaf_cursor {
    const uint8_t *at;
    const uint8_t *end;
};

/* The format's own numbers: seven bits a byte, at most nine bytes. */
static bool leaf_number(struct leaf_cursor *cursor, uint64_t *number)
{
    *number = 0;
    for (int i = 0; i < 9; i++) {
        if (cursor->at >= cursor->end)
            return false;
        const uint8_t byte = *cursor->at++;
        if (i == 8) {
            *number = *number << 8 | byte;
            return true;
        }
        *number = *number << 7 | (byte & 0x7f);
        if ((byte & 0x80) == 0)
            return true;
    }
    return false;
}

static uint32_t leaf_page_number(const uint8_t *bytes)
{
    return (uint32_t)bytes[0] << 24 | (uint32_t)bytes[1] << 16 | (uint32_t)bytes[2] << 8 |
           bytes[3];
}

static int64_t leaf_integer(const uint8_t *bytes, size_t len)
{
    uint64_t value = len > 0 && (bytes[0] & 0x80) != 0 ? UINT64_MAX : 0;
    for (size_t i = 0; i < len; i++)
        value = value << 8 | bytes[i];
    return (int64_t)value;
}

/* How many bytes a value of that type has; false: there is no such type. */
static bool leaf_size(uint64_t type, size_t *size)
{
    static const size_t sizes[] = {0, 1, 2, 3, 4, 6, 8, 8, 0, 0};
    if (type == 10 || type == 11 || type > 2 * (uint64_t)ROW_BYTES_MAX)
        return false;
    *size = type < 10 ? sizes[type] : (size_t)((type - 12) / 2);
    return true;
}

static void leaf_value(uint64_t type, const uint8_t *bytes, size_t len,
                       struct leaf_value *value)
{
    *value = (struct leaf_value){.type = LEAF_NULL, .bytes = bytes, .len = len};
    if (type >= 12)
        value->type = (type & 1) != 0 ? LEAF_TEXT : LEAF_BLOB;
    else if (type == 7)
        value->type = LEAF_REAL;
    else if (type != 0)
        value->type = LEAF_INTEGER;
    if (type == 8 || type == 9)
        value->integer = (int64_t)(type - 8);
    else if (value->type == LEAF_INTEGER)
        value->integer = leaf_integer(bytes, len);
}

/* Takes a row apart, of which `len` bytes could be read. */
static bool leaf_read_row(const uint8_t *bytes, size_t len, struct leaf_row *row)
{
    struct leaf_cursor types = {bytes, bytes + len};
    uint64_t header;
    if (!leaf_number(&types, &header) || header > len)
        return false;
    types.end = bytes + header;
    size_t at = (size_t)header;
    row->count = 0;
    while (types.at < types.end) {
        uint64_t type;
        size_t size;
        if (row->count == LEAF_COLUMNS_MAX || row->is_cut ||
            !leaf_number(&types, &type) || !leaf_size(type, &size))
            return false;
        if (size > len - at) {
            row->is_cut = true;
            size = len - at;
            if (type < 12)
                return false;
        }
        leaf_value(type, bytes + at, size, &row->values[row->count++]);
        at += size;
    }
    return true;
}

struct leaf_walk {
    struct page_file *file;
    uint8_t *used;      /* bits of pages that a chain has gone through: none is in two */
    struct strbuf text; /* of a row on several pages */
    bool (*take)(void *user, const struct leaf_row *row);
    void *user;
};

static bool leaf_use(struct leaf_walk *walk, uint32_t number)
{
    if (number == 0 || number > page_file_count(walk->file))
        return false;
    const uint8_t bit = (uint8_t)(1 << (number % 8));
    const bool is_new = (walk->used[number / 8] & bit) == 0;
    walk->used[number / 8] |= bit;
    return is_new;
}

/* Appends what the chain of pages from `next` holds of the missing bytes. */
static void leaf_follow(struct leaf_walk *walk, const uint8_t *next, size_t missing)
{
    const uint32_t room = page_file_usable(walk->file) - 4;
    uint32_t number = leaf_page_number(next);
    while (missing > 0 && leaf_use(walk, number)) {
        const uint8_t *page = page_file_get(walk->file, number, 1);
        /* The number of the next page never begins like that. */
        if (page == NULL || page[0] == LEAF_PAGE)
            return;
        const size_t len = missing < room ? missing : room;
        strbuf_append(&walk->text, (const char *)page + 4, len);
        missing -= len;
        number = leaf_page_number(page);
    }
}

/* How many bytes of a row of `size` bytes are in its cell. */
static size_t leaf_local(size_t usable, size_t size)
{
    const size_t most = usable - 35;
    if (size <= most)
        return size;
    const size_t least = (usable - 12) * 32 / 255 - 23;
    const size_t local = least + (size - least) % (usable - 4);
    return local <= most ? local : least;
}

static bool leaf_read_cell(struct leaf_walk *walk, struct leaf_cursor cell,
                           struct leaf_row *row)
{
    uint64_t size;
    uint64_t id;
    if (!leaf_number(&cell, &size) || !leaf_number(&cell, &id) || size > ROW_BYTES_MAX)
        return false;
    const size_t local = leaf_local(page_file_usable(walk->file), (size_t)size);
    const size_t tail = local < size ? 4 : 0;
    if (local + tail > (size_t)(cell.end - cell.at))
        return false;
    *row = (struct leaf_row){.id = (int64_t)id};
    if (tail == 0)
        return leaf_read_row(cell.at, local, row);
    strbuf_reset(&walk->text);
    strbuf_append(&walk->text, (const char *)cell.at, local);
    leaf_follow(walk, cell.at + local, (size_t)size - local);
    return leaf_read_row((const uint8_t *)walk->text.text, walk->text.len, row);
}

static bool leaf_page(struct leaf_walk *walk, uint32_t number)
{
    const uint8_t *page = page_file_get(walk->file, number, 0);
    const size_t begin = number == 1 ? FIRST_HEADER : 0;
    const size_t usable = page_file_usable(walk->file);
    if (page == NULL || page[begin] != LEAF_PAGE)
        return true;
    const size_t count = (size_t)page[begin + 3] << 8 | page[begin + 4];
    const size_t list = begin + PAGE_HEADER;
    for (size_t i = 0; i < count && list + 2 * i + 2 <= usable; i++) {
        struct leaf_row row;
        const size_t at = (size_t)page[list + 2 * i] << 8 | page[list + 2 * i + 1];
        if (at >= list && at < usable &&
            leaf_read_cell(walk, (struct leaf_cursor){page + at, page + usable}, &row) &&
            !walk->take(walk->user, &row))
            return false;
    }
    return true;
}

void leaf_rows_walk(struct page_file *file,
                    bool (*take)(void *user, const struct leaf_row *row), void *user)
{
    struct leaf_walk walk = {.file = file, .take = take, .user = user};
    strbuf_init(&walk.text, ROW_BYTES_MAX);
    walk.used = mem_alloc(page_file_count(file) / 8 + 1);
    for (uint32_t i = 1; i <= page_file_count(file) && leaf_page(&walk, i); i++)
        continue;
    strbuf_clear(&walk.text);
    mem_free(walk.used);
}
