/*
 * The list is an array of strings; walking is an index into it. The file only grows while
 * programs run: what is new is appended with one write. Loading makes it small again, if
 * that is worth it: under the lock it is read anew, for another program may have appended
 * meanwhile, and replaced. The advisory lock, on a file of its own, keeps an append out
 * of a file that is just replaced; it is only tried, since nothing may wait on the event
 * loop.
 */
#include "ui/edit/history.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "src/base/file_out.h"
#include "src/base/json.h"
#include "src/base/mem.h"
#include "src/base/strbuf.h"
#include "src/base/utf8.h"

/* A prompt written as JSON can be this many times as long: every byte a \u escape. */
#define HISTORY_JSON_GROWTH 6

/* What a file that is made small may hold: room is left, so that not each start is
 * followed by another one. */
#define HISTORY_SMALL_MAX (HISTORY_FILE_MAX / 4 * 3)

/* So many lines of no use are left alone in any case. */
#define HISTORY_USELESS_MIN 100

/* What stands in the file, besides the prompts that were taken from it. */
struct history_extent {
    off_t size;        /* bytes */
    size_t line_count; /* of the part that was read */
};

/* A prompt and its place in the list. */
struct history_place {
    const char *text;
    size_t index;
};

struct history {
    char **items; /* oldest first */
    size_t count;
    size_t cap;
    size_t max_items;
    size_t new_count; /* the last so many items are not in the file yet */
    bool is_walking;
    size_t position; /* while walking: the item shown; `count` is the draft */
    char *draft;
    size_t prefix_len; /* of the draft: what the walked prompts begin with */
};

struct history *history_new(size_t max_items)
{
    struct history *history = mem_alloc(sizeof(*history));
    history->max_items = max_items > 0 ? max_items : 1;
    return history;
}

void history_free(struct history *history)
{
    if (history == NULL)
        return;
    for (size_t i = 0; i < history->count; i++)
        mem_free(history->items[i]);
    mem_free(history->items);
    mem_free(history->draft);
    mem_free(history);
}

static void history_forget_oldest(struct history *history)
{
    mem_free(history->items[0]);
    history->count--;
    memmove(history->items, history->items + 1,
            history->count * sizeof(history->items[0]));
    if (history->new_count > history->count)
        history->new_count = history->count;
}

void history_add(struct history *history, const char *text)
{
    const size_t len = strlen(text);
    const bool is_repeated =
        history->count > 0 && strcmp(history->items[history->count - 1], text) == 0;
    const bool is_kept = len > 0 && len <= HISTORY_ITEM_MAX && !is_repeated;
    /* Copied first: the text may be the draft or an item, which go below. */
    char *copy = is_kept ? mem_strndup(text, len) : NULL;
    history_stop(history);
    if (!is_kept)
        return;
    if (history->count == history->max_items)
        history_forget_oldest(history);
    history->items = mem_grow(history->items, &history->cap, history->count + 1,
                              sizeof(history->items[0]));
    history->items[history->count] = copy;
    history->count++;
    history->new_count++;
}

size_t history_count(const struct history *history)
{
    return history->count;
}

const char *history_get(const struct history *history, size_t index)
{
    return index < history->count ? history->items[index] : NULL;
}

bool history_is_repeated(const struct history *history, size_t index)
{
    for (size_t i = index + 1; i < history->count; i++) {
        if (strcmp(history->items[i], history->items[index]) == 0)
            return true;
    }
    return false;
}

/* True if a walk stops at that prompt. */
static bool history_is_walked(const struct history *history, size_t index)
{
    return strncmp(history->items[index], history->draft, history->prefix_len) == 0 &&
           !history_is_repeated(history, index);
}

const char *history_previous(struct history *history, const char *draft,
                             size_t prefix_len)
{
    if (!history->is_walking && history->count > 0) {
        history->is_walking = true;
        history->position = history->count;
        history->draft = mem_strdup(draft);
        history->prefix_len = prefix_len;
    }
    size_t at = history->is_walking ? history->position : 0;
    while (at > 0) {
        at--;
        if (history_is_walked(history, at)) {
            history->position = at;
            return history->items[at];
        }
    }
    return NULL;
}

const char *history_next(struct history *history)
{
    if (!history->is_walking || history->position == history->count)
        return NULL;
    do
        history->position++;
    while (history->position < history->count &&
           !history_is_walked(history, history->position));
    if (history->position < history->count)
        return history->items[history->position];
    return history->draft;
}

bool history_is_at_draft(const struct history *history)
{
    return history->is_walking && history->position == history->count;
}

void history_stop(struct history *history)
{
    history->is_walking = false;
    history->position = 0;
    mem_free(history->draft);
    history->draft = NULL;
}

/* --- The file ------------------------------------------------------------------------
 */

/* Adds the prompt that a line holds; a line that is not a JSON string is skipped. */
static void history_add_line(struct history *history, const char *line, size_t len)
{
    cJSON *value = json_parse(line, len);
    const char *text = cJSON_GetStringValue(value);
    struct strbuf valid;
    strbuf_init(&valid, HISTORY_ITEM_MAX);
    /* Halves of surrogate pairs, which json_parse keeps, become U+FFFD. */
    if (text != NULL && utf8_append_valid(&valid, text, strlen(text)))
        history_add(history, strbuf_text(&valid));
    strbuf_clear(&valid);
    cJSON_Delete(value);
}

/* Returns how many lines the text has. */
static size_t history_add_lines(struct history *history, const char *text, size_t len)
{
    size_t at = 0;
    size_t count = 0;
    while (at < len) {
        const char *newline = memchr(text + at, '\n', len - at);
        const size_t end = newline == NULL ? len : (size_t)(newline - text);
        if (end > at)
            history_add_line(history, text + at, end - at);
        at = end + 1;
        count++;
    }
    return count;
}

static int history_compare_places(const void *a, const void *b)
{
    const struct history_place *first = a;
    const struct history_place *second = b;
    const int order = strcmp(first->text, second->text);
    return order != 0 ? order
                      : (first->index > second->index) - (first->index < second->index);
}

/* Of prompts that are the same only the newest stays. */
static void history_drop_repeated(struct history *history)
{
    const size_t count = history->count;
    if (count == 0)
        return;
    struct history_place *places = mem_alloc(count * sizeof(*places));
    for (size_t i = 0; i < count; i++)
        places[i] = (struct history_place){history->items[i], i};
    qsort(places, count, sizeof(*places), history_compare_places);
    for (size_t i = 0; i + 1 < count; i++) {
        if (strcmp(places[i].text, places[i + 1].text) != 0)
            continue;
        /* What is compared next is the newer one, which stays. */
        mem_free(history->items[places[i].index]);
        history->items[places[i].index] = NULL;
    }
    mem_free(places);
    history->count = 0;
    for (size_t i = 0; i < count; i++) {
        if (history->items[i] != NULL)
            history->items[history->count++] = history->items[i];
    }
}

/* Takes the prompts of lines: of those that are the same the newest, and of all the
 * newest that fit. Returns how many lines there were. */
static size_t history_take_lines(struct history *history, const char *text, size_t len)
{
    const size_t max_items = history->max_items;
    /* Not forgotten while they are read: a repeated one is no reason to. */
    history->max_items = SIZE_MAX;
    const size_t line_count = history_add_lines(history, text, len);
    history->max_items = max_items;
    history_drop_repeated(history);
    const size_t excess = history->count > max_items ? history->count - max_items : 0;
    for (size_t i = 0; i < excess; i++)
        mem_free(history->items[i]);
    history->count -= excess;
    if (excess > 0)
        memmove(history->items, history->items + excess,
                history->count * sizeof(history->items[0]));
    history->new_count = 0;
    return line_count;
}

/* Opens a regular file; false with err filled if that fails, but *fd is -1 and the
 * result true when there is none. Never waits, whatever stands at the path. */
static bool history_open(const char *path, int *fd, off_t *size, struct error *err)
{
    struct stat info;
    *fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    if (*fd < 0 && errno == ENOENT)
        return true;
    if (*fd >= 0 && fstat(*fd, &info) == 0 && S_ISREG(info.st_mode)) {
        *size = info.st_size;
        return true;
    }
    error_set(err, ERROR_INTERNAL, "cannot read the prompt history %s: %s", path,
              *fd < 0 ? strerror(errno) : "it is not a regular file");
    if (*fd >= 0)
        close(*fd);
    return false;
}

/* Reads from `fd` until its end or until `out` is full. */
static bool history_read_fd(int fd, struct strbuf *out)
{
    char chunk[16384];
    for (;;) {
        const ssize_t got = read(fd, chunk, sizeof(chunk));
        if (got < 0 && errno == EINTR)
            continue;
        if (got <= 0)
            return got == 0;
        if (!strbuf_append(out, chunk, (size_t)got))
            return true;
    }
}

/* Reads the prompts in the file (of a large one those at its end) into an empty
 * `history`; none of them is new. */
static bool history_read(struct history *history, const char *path,
                         struct history_extent *extent, struct error *err)
{
    int fd;
    off_t size = 0;
    *extent = (struct history_extent){0};
    if (!history_open(path, &fd, &size, err))
        return false;
    if (fd < 0)
        return true;
    extent->size = size;
    struct strbuf text;
    strbuf_init(&text, HISTORY_FILE_MAX + 65536);
    const off_t skipped =
        size > (off_t)HISTORY_FILE_MAX ? size - (off_t)HISTORY_FILE_MAX : 0;
    const bool ok = lseek(fd, skipped, SEEK_SET) == skipped && history_read_fd(fd, &text);
    if (!ok)
        error_set(err, ERROR_INTERNAL, "cannot read the prompt history %s: %s", path,
                  strerror(errno));
    if (ok && skipped > 0) {
        /* It began inside a line. */
        const char *newline = memchr(strbuf_text(&text), '\n', text.len);
        strbuf_remove(&text, 0,
                      newline == NULL ? text.len : (size_t)(newline - text.text) + 1);
    }
    if (ok)
        extent->line_count = history_take_lines(history, strbuf_text(&text), text.len);
    strbuf_clear(&text);
    close(fd);
    return ok;
}

static bool history_format_from(const struct history *history, size_t first,
                                struct strbuf *out)
{
    bool ok = true;
    for (size_t i = first; i < history->count; i++) {
        const char *text = history->items[i];
        ok = json_append_string(out, text, strlen(text)) && ok;
        ok = strbuf_append_char(out, '\n') && ok;
    }
    return ok;
}

/* Writes the newest prompts that fit into a small file, one a line. */
static bool history_format(const struct history *history, struct strbuf *out)
{
    struct strbuf line;
    strbuf_init(&line, HISTORY_ITEM_MAX * HISTORY_JSON_GROWTH + 3);
    size_t first = history->count;
    size_t total = 0;
    while (first > 0) {
        strbuf_reset(&line);
        const char *text = history->items[first - 1];
        json_append_string(&line, text, strlen(text));
        if (total + line.len + 1 > HISTORY_SMALL_MAX)
            break;
        total += line.len + 1;
        first--;
    }
    strbuf_clear(&line);
    return history_format_from(history, first, out);
}

/* Takes the lock for writing `path`; -1 with err filled when another has it. */
static int history_lock(const char *path, struct error *err)
{
    char *lock_path = strbuf_format("%s.lock", path);
    const int fd = open(lock_path, O_WRONLY | O_CREAT | O_CLOEXEC | O_NONBLOCK, 0600);
    struct flock lock = {.l_type = F_WRLCK, .l_whence = SEEK_SET};
    const bool ok = fd >= 0 && fcntl(fd, F_SETLK, &lock) == 0;
    if (!ok)
        error_set(err, ERROR_INTERNAL, "cannot lock %s: %s", lock_path,
                  errno == EAGAIN || errno == EACCES
                      ? "another program is writing the prompt history"
                      : strerror(errno));
    if (!ok && fd >= 0)
        close(fd);
    mem_free(lock_path);
    return ok ? fd : -1;
}

/* The file behind a symbolic link, so that the link stays; else a copy of `path`. */
static char *history_resolve(const char *path)
{
    char resolved[PATH_MAX];
    return mem_strdup(realpath(path, resolved) != NULL ? resolved : path);
}

/* True if the file is too large, or more of its lines are of no use than are of use. */
static bool history_is_wasteful(const struct history *history,
                                const struct history_extent *extent)
{
    return extent->size > (off_t)HISTORY_FILE_MAX ||
           extent->line_count > 2 * history->count + HISTORY_USELESS_MIN;
}

/* Makes the file small. Where that cannot be, it stays as it is: nothing is lost by it.
 */
static void history_make_small(const char *path, size_t max_items)
{
    char *target = history_resolve(path);
    struct history *history = history_new(max_items);
    struct history_extent extent;
    struct strbuf text;
    strbuf_init(&text, HISTORY_FILE_MAX);
    const int lock = history_lock(target, NULL);
    if (lock >= 0 && history_read(history, target, &extent, NULL) &&
        history_is_wasteful(history, &extent) && history_format(history, &text))
        file_out_replace(target, strbuf_text(&text), text.len, NULL);
    if (lock >= 0)
        close(lock);
    strbuf_clear(&text);
    history_free(history);
    mem_free(target);
}

bool history_load(struct history *history, const char *path, struct error *err)
{
    struct history *loaded = history_new(history->max_items);
    struct history_extent extent;
    const bool ok = history_read(loaded, path, &extent, err);
    if (ok) {
        if (history_is_wasteful(loaded, &extent))
            history_make_small(path, history->max_items);
        for (size_t i = history->count - history->new_count; i < history->count; i++)
            history_add(loaded, history->items[i]);
        const struct history old = *history;
        *history = *loaded;
        *loaded = old;
    }
    history_free(loaded);
    return ok;
}

/* Opens the file to append to it, and makes it private; -1 with err filled. */
static int history_open_to_append(const char *path, struct error *err)
{
    struct stat info;
    const int fd = open(path, O_RDWR | O_APPEND | O_CREAT | O_CLOEXEC | O_NONBLOCK, 0600);
    const bool is_file = fd >= 0 && fstat(fd, &info) == 0 && S_ISREG(info.st_mode);
    if (is_file && ((info.st_mode & 0777) == 0600 || fchmod(fd, 0600) == 0))
        return fd;
    error_set(err, ERROR_INTERNAL, "cannot write the prompt history %s: %s", path,
              fd < 0 || is_file ? strerror(errno) : "it is not a regular file");
    if (fd >= 0)
        close(fd);
    return -1;
}

/* True if what is appended would go on a line that was cut. */
static bool history_is_cut(int fd)
{
    char last;
    const off_t size = lseek(fd, 0, SEEK_END);
    return size > 0 && pread(fd, &last, 1, size - 1) == 1 && last != '\n';
}

static bool history_append(const char *path, const struct strbuf *lines,
                           struct error *err)
{
    const int fd = history_open_to_append(path, err);
    if (fd < 0)
        return false;
    /* The lines begin with a newline of their own, for that case. */
    const size_t skipped = history_is_cut(fd) ? 0 : 1;
    const size_t len = lines->len - skipped;
    /* One write: who reads without the lock sees all of it or a line that was cut. */
    const ssize_t put = write(fd, strbuf_text(lines) + skipped, len);
    if (put < 0 || (size_t)put < len)
        error_set(err, ERROR_INTERNAL, "cannot write the prompt history %s: %s", path,
                  put < 0 ? strerror(errno) : "there is no room for all of it");
    close(fd);
    return put >= 0 && (size_t)put == len;
}

bool history_save(struct history *history, const char *path, struct error *err)
{
    if (history->new_count == 0)
        return true;
    char *target = history_resolve(path);
    struct strbuf lines;
    /* Of at most max_items prompts, each below its ceiling: never full. */
    strbuf_init(&lines, SIZE_MAX);
    strbuf_append_char(&lines, '\n');
    history_format_from(history, history->count - history->new_count, &lines);
    const int lock = history_lock(target, err);
    const bool ok = lock >= 0 && history_append(target, &lines, err);
    if (lock >= 0)
        close(lock);
    if (ok)
        history->new_count = 0;
    strbuf_clear(&lines);
    mem_free(target);
    return ok;
}
