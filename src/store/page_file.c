/*
 * The log is walked once: its frames are chained by checksums, and the chain is followed
 * as far as it holds. Of the frames up to the last commit, the last one of each page
 * counts.
 */
#include "src/store/page_file.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "src/base/mem.h"
#include "src/base/strbuf.h"

#define HEADER_BYTES   100
#define PAGE_MIN       512u
#define PAGE_MAX       65536u
#define PAGE_USUAL     4096u
#define LOG_HEADER     32
#define FRAME_HEADER   24
#define LOG_MAGIC      0x377f0682u
#define COUNT_MAX      (1u << 28) /* pages: no more are looked at */
#define HEADER_BEGINS  "SQLite format 3"
#define CHECKSUM_BYTES 8

struct page_file {
    int fd;
    int log_fd; /* -1: none */
    uint32_t page_size;
    uint32_t reserved;
    uint32_t count;
    bool is_database;
    uint64_t *in_log; /* by page: where in the log its bytes begin; 0: it is not there */
    uint32_t in_log_count;
    uint8_t *slots[2];
};

static uint32_t get32(const uint8_t *bytes)
{
    return (uint32_t)bytes[0] << 24 | (uint32_t)bytes[1] << 16 | (uint32_t)bytes[2] << 8 |
           bytes[3];
}

static bool read_at(int fd, uint64_t offset, uint8_t *bytes, size_t len)
{
    size_t done = 0;
    while (done < len) {
        const ssize_t got =
            pread(fd, bytes + done, len - done, (off_t)(offset + (uint64_t)done));
        if (got < 0 && errno == EINTR)
            continue;
        if (got <= 0)
            return false;
        done += (size_t)got;
    }
    return true;
}

static bool is_page_size(uint32_t size)
{
    return size >= PAGE_MIN && size <= PAGE_MAX && (size & (size - 1)) == 0;
}

static void page_file_read_header(struct page_file *file)
{
    uint8_t header[HEADER_BYTES] = {0};
    static const uint8_t nothing[HEADER_BYTES];
    file->page_size = PAGE_USUAL;
    if (!read_at(file->fd, 0, header, sizeof(header)))
        return;
    const bool has_name = memcmp(header, HEADER_BEGINS, sizeof(HEADER_BEGINS)) == 0;
    file->is_database = has_name || memcmp(header, nothing, sizeof(nothing)) == 0;
    const uint32_t size = (uint32_t)header[16] << 8 | header[17];
    if (has_name && is_page_size(size == 1 ? PAGE_MAX : size)) {
        file->page_size = size == 1 ? PAGE_MAX : size;
        file->reserved = header[20] <= 32 ? header[20] : 0;
    }
}

/* --- The log --------------------------------------------------------------------------
 */

struct log_walk {
    bool is_big_endian; /* the words that are summed up */
    uint8_t salt[8];
    uint32_t sums[2];
    uint64_t *pending; /* page, offset, page, offset, … since the last commit */
    size_t len;
    size_t cap;
};

static uint32_t log_word(const struct log_walk *walk, const uint8_t *bytes)
{
    return walk->is_big_endian ? get32(bytes)
                               : (uint32_t)bytes[3] << 24 | (uint32_t)bytes[2] << 16 |
                                     (uint32_t)bytes[1] << 8 | bytes[0];
}

static void log_add(struct log_walk *walk, const uint8_t *bytes, size_t len)
{
    for (size_t i = 0; i + CHECKSUM_BYTES <= len; i += CHECKSUM_BYTES) {
        walk->sums[0] += log_word(walk, bytes + i) + walk->sums[1];
        walk->sums[1] += log_word(walk, bytes + i + 4) + walk->sums[0];
    }
}

static bool log_is_summed(const struct log_walk *walk, const uint8_t *bytes)
{
    return get32(bytes) == walk->sums[0] && get32(bytes + 4) == walk->sums[1];
}

/* Makes the list of places as long as the file is now. */
static void log_make_room(struct page_file *file)
{
    const size_t old = file->in_log != NULL ? (size_t)file->in_log_count + 1 : 0;
    const size_t now = (size_t)file->count + 1;
    if (now <= old)
        return;
    file->in_log = mem_resize_array(file->in_log, now, sizeof(uint64_t));
    memset(file->in_log + old, 0, (now - old) * sizeof(uint64_t));
    file->in_log_count = file->count;
}

/* The frames since the last commit count. `count` is how many pages there are then: those
 * that the file does not have are in the log. */
static void log_commit(struct page_file *file, struct log_walk *walk, uint32_t count)
{
    const uint64_t most = (uint64_t)file->count + walk->len / 2;
    if (count > file->count)
        file->count = count < most ? count : (uint32_t)most;
    log_make_room(file);
    for (size_t i = 0; i < walk->len; i += 2) {
        if (walk->pending[i] <= file->in_log_count)
            file->in_log[walk->pending[i]] = walk->pending[i + 1];
    }
    walk->len = 0;
}

static bool log_frame(struct page_file *file, struct log_walk *walk, uint64_t offset,
                      uint8_t *page)
{
    uint8_t header[FRAME_HEADER];
    if (!read_at(file->log_fd, offset, header, sizeof(header)) ||
        !read_at(file->log_fd, offset + FRAME_HEADER, page, file->page_size) ||
        memcmp(header + 8, walk->salt, sizeof(walk->salt)) != 0)
        return false;
    log_add(walk, header, CHECKSUM_BYTES);
    log_add(walk, page, file->page_size);
    const uint32_t number = get32(header);
    const uint32_t count = get32(header + 4);
    if (!log_is_summed(walk, header + 16) || number == 0 || number > COUNT_MAX ||
        count > COUNT_MAX)
        return false;
    walk->pending =
        mem_grow(walk->pending, &walk->cap, walk->len + 2, sizeof(walk->pending[0]));
    walk->pending[walk->len++] = number;
    walk->pending[walk->len++] = offset + FRAME_HEADER;
    if (count > 0)
        log_commit(file, walk, count);
    return true;
}

static void page_file_read_log(struct page_file *file, const char *path)
{
    struct log_walk walk = {.len = 0};
    uint8_t header[LOG_HEADER];
    char *log = strbuf_format("%s-wal", path);
    file->log_fd = open(log, O_RDONLY | O_CLOEXEC);
    mem_free(log);
    if (file->log_fd < 0 || !read_at(file->log_fd, 0, header, sizeof(header)))
        return;
    const uint32_t magic = get32(header);
    const uint32_t size = get32(header + 8);
    walk.is_big_endian = (magic & 1) != 0;
    log_add(&walk, header, 24);
    /* A log whose page size is another one belongs to another database, unless the
     * database has lost its header. */
    if ((magic & ~1u) != LOG_MAGIC || !is_page_size(size) ||
        !log_is_summed(&walk, header + 24))
        return;
    file->page_size = size;
    memcpy(walk.salt, header + 16, sizeof(walk.salt));
    uint8_t *page = mem_alloc(size);
    for (uint64_t offset = LOG_HEADER; log_frame(file, &walk, offset, page);
         offset += FRAME_HEADER + size)
        continue;
    mem_free(page);
    mem_free(walk.pending);
}

/* --- Pages ----------------------------------------------------------------------------
 */

struct page_file *page_file_open(const char *path, struct error *err)
{
    struct stat info;
    const int fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0 || fstat(fd, &info) != 0 || !S_ISREG(info.st_mode)) {
        error_set(err, ERROR_INTERNAL, "%s: cannot be read: %s", path, strerror(errno));
        if (fd >= 0)
            (void)close(fd);
        return NULL;
    }
    struct page_file *file = mem_alloc(sizeof(*file));
    file->fd = fd;
    file->log_fd = -1;
    page_file_read_header(file);
    const uint64_t count = (uint64_t)info.st_size / file->page_size;
    file->count = count < COUNT_MAX ? (uint32_t)count : COUNT_MAX;
    page_file_read_log(file, path);
    for (int i = 0; i < 2; i++)
        file->slots[i] = mem_alloc(file->page_size);
    return file;
}

void page_file_close(struct page_file *file)
{
    if (file == NULL)
        return;
    (void)close(file->fd);
    if (file->log_fd >= 0)
        (void)close(file->log_fd);
    for (int i = 0; i < 2; i++)
        mem_free(file->slots[i]);
    mem_free(file->in_log);
    mem_free(file);
}

uint32_t page_file_count(const struct page_file *file)
{
    return file->count;
}

uint32_t page_file_usable(const struct page_file *file)
{
    return file->page_size - file->reserved;
}

bool page_file_is_database(const struct page_file *file)
{
    return file->is_database;
}

const uint8_t *page_file_get(struct page_file *file, uint32_t number, int slot)
{
    if (number == 0 || number > file->count)
        return NULL;
    uint8_t *page = file->slots[slot];
    const uint64_t logged =
        number <= file->in_log_count && file->in_log != NULL ? file->in_log[number] : 0;
    const bool is_read = logged != 0
                             ? read_at(file->log_fd, logged, page, file->page_size)
                             : read_at(file->fd, (uint64_t)(number - 1) * file->page_size,
                                       page, file->page_size);
    return is_read ? page : NULL;
}
