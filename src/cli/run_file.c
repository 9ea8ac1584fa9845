/*
 * In memory stands where each record begins, a few words a record, not the records. They
 * are in the order of the file; for looking up after opening they are sorted by cell, and
 * new ones are added behind those, which nobody looks up.
 */
#include "src/cli/run_file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "src/base/json.h"
#include "src/base/mem.h"
#include "src/cli/run_record.h"

/* The longest line that is read back. */
#define LINE_MAX_BYTES ((size_t)64 << 20)

struct record {
    size_t row;
    size_t column; /* SIZE_MAX: of a model that is not asked now */
    uint64_t values;
    off_t offset;
    size_t len;
    bool is_done;
};

struct run_file {
    char *path;
    int fd;
    bool is_regular;
    off_t size;
    struct run_file_columns columns;
    struct record *records;
    size_t len;
    size_t cap;
    size_t known; /* those that were there before, sorted by cell */
};

/* --- Reading back ---------------------------------------------------------------- */

static size_t file_find_column(const struct run_file *file, const char *model,
                               int64_t repeat)
{
    const struct run_file_columns *columns = &file->columns;
    for (size_t i = 0; i < columns->model_count; i++) {
        if (strcmp(columns->models[i], model) == 0 && repeat >= 0 &&
            (size_t)repeat < columns->repeats)
            return i * columns->repeats + (size_t)repeat;
    }
    return SIZE_MAX;
}

static void file_add(struct run_file *file, const struct record *record)
{
    file->records =
        mem_grow(file->records, &file->cap, file->len + 1, sizeof(file->records[0]));
    file->records[file->len++] = *record;
}

/* Reads one line as a record; false if it is none. */
static bool file_read_line(struct run_file *file, const char *line, size_t len,
                           off_t offset)
{
    static const char *const values_path[] = {"vars", NULL};
    const char *values;
    size_t values_len;
    int64_t row;
    int64_t repeat;
    cJSON *object = json_parse(line, len);
    const char *model = json_get_string(object, "model");
    const char *state = json_get_string(object, "state");
    const bool ok = model != NULL && state != NULL && json_get_int(object, "row", &row) &&
                    row >= 0 && json_get_int(object, "repeat", &repeat) &&
                    json_find_raw(line, len, values_path, &values, &values_len);
    if (ok)
        file_add(file, &(struct record){.row = (size_t)row,
                                        .column = file_find_column(file, model, repeat),
                                        .values = run_record_hash(values, values_len),
                                        .offset = offset,
                                        .len = len + 1,
                                        .is_done = strcmp(state, "done") == 0});
    cJSON_Delete(object);
    return ok;
}

/* Takes what stands behind the last whole line: a record that lacks only its line end
 * gets it, anything else goes. */
static bool file_mend(struct run_file *file, const struct strbuf *rest, off_t offset)
{
    if (rest->len == 0)
        return true;
    if (file_read_line(file, strbuf_text(rest), rest->len, offset)) {
        file->size = offset + (off_t)rest->len + 1;
        return pwrite(file->fd, "\n", 1, file->size - 1) == 1;
    }
    file->size = offset;
    return ftruncate(file->fd, offset) == 0;
}

struct file_reader {
    struct run_file *file;
    struct strbuf line; /* what has come of it */
    off_t offset;       /* where it begins */
    size_t number;
};

/* Takes bytes as they are read; false if a line is no record. */
static bool file_take(struct file_reader *reader, const char *bytes, size_t len)
{
    while (len > 0) {
        const char *end = memchr(bytes, '\n', len);
        const size_t count = end != NULL ? (size_t)(end - bytes) : len;
        if (!strbuf_append(&reader->line, bytes, count))
            return false;
        if (end == NULL)
            return true;
        reader->number++;
        if (!file_read_line(reader->file, strbuf_text(&reader->line), reader->line.len,
                            reader->offset))
            return false;
        reader->offset += (off_t)reader->line.len + 1;
        strbuf_reset(&reader->line);
        bytes += count + 1;
        len -= count + 1;
    }
    return true;
}

static bool file_read(struct run_file *file, struct error *err)
{
    struct file_reader reader = {.file = file};
    char chunk[65536];
    bool ok = true;
    strbuf_init(&reader.line, LINE_MAX_BYTES);
    ssize_t got = 0;
    while (ok && (got = read(file->fd, chunk, sizeof(chunk))) != 0) {
        if (got < 0 && errno == EINTR)
            continue;
        ok = got > 0 && file_take(&reader, chunk, (size_t)got);
    }
    if (!ok && got < 0)
        error_set(err, ERROR_USAGE, "cannot read %s: %s", file->path, strerror(errno));
    else if (!ok)
        error_set(err, ERROR_USAGE,
                  "%s:%zu is no result of a run: --resume goes on with "
                  "a file that motet run has written as jsonl",
                  file->path, reader.number);
    else if (!file_mend(file, &reader.line, reader.offset)) {
        error_set(err, ERROR_USAGE, "cannot write to %s: %s", file->path,
                  strerror(errno));
        ok = false;
    }
    strbuf_clear(&reader.line);
    return ok;
}

/* By cell; of the same cell the last one of the file last. */
static int compare_cells(const void *left, const void *right)
{
    const struct record *a = left;
    const struct record *b = right;
    if (a->row != b->row)
        return a->row < b->row ? -1 : 1;
    if (a->column != b->column)
        return a->column < b->column ? -1 : 1;
    return a->offset != b->offset ? (a->offset < b->offset ? -1 : 1) : 0;
}

static void file_sort(struct run_file *file)
{
    if (file->len > 0)
        qsort(file->records, file->len, sizeof(file->records[0]), compare_cells);
}

/* --- Opening --------------------------------------------------------------------- */

/* Locks it until it is closed. False while another run writes to it, or has put another
 * file in its place since it was opened. */
static bool file_lock(struct run_file *file)
{
    struct stat locked;
    struct stat there;
    if (flock(file->fd, LOCK_EX | LOCK_NB) != 0 || fstat(file->fd, &locked) != 0 ||
        stat(file->path, &there) != 0)
        return false;
    file->size = locked.st_size;
    return locked.st_dev == there.st_dev && locked.st_ino == there.st_ino;
}

static bool file_open_fd(struct run_file *file, bool is_resuming, struct error *err)
{
    struct stat info;
    file->fd = open(file->path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOCTTY, 0666);
    /* What cannot be read can be a pipe, or a device to write to. */
    if (file->fd < 0 && !is_resuming)
        file->fd = open(file->path, O_WRONLY | O_CLOEXEC | O_NOCTTY);
    if (file->fd < 0 || fstat(file->fd, &info) != 0) {
        error_set(err, ERROR_USAGE, "--out: cannot write %s: %s", file->path,
                  strerror(errno));
        return false;
    }
    file->is_regular = S_ISREG(info.st_mode);
    if (is_resuming && !file->is_regular) {
        error_set(err, ERROR_USAGE, "--resume: %s is not a regular file", file->path);
        return false;
    }
    if (file->is_regular && !file_lock(file)) {
        error_set(err, ERROR_USAGE, "--out: another run is writing to %s", file->path);
        return false;
    }
    if (is_resuming || file->size == 0)
        return true;
    error_set(err, ERROR_USAGE,
              "--out: %s holds something already; --resume goes on with it", file->path);
    return false;
}

struct run_file *run_file_open(const char *path, const struct run_file_columns *columns,
                               bool is_resuming, struct error *err)
{
    struct run_file *file = mem_alloc(sizeof(*file));
    file->path = mem_strdup(path);
    file->columns = *columns;
    if (!file_open_fd(file, is_resuming, err) || (is_resuming && !file_read(file, err))) {
        run_file_free(file);
        return NULL;
    }
    file_sort(file);
    file->known = file->len;
    return file;
}

void run_file_free(struct run_file *file)
{
    if (file == NULL)
        return;
    if (file->fd >= 0)
        close(file->fd);
    mem_free(file->path);
    mem_free(file->records);
    mem_free(file);
}

enum run_file_state run_file_find(const struct run_file *file, size_t row, size_t column,
                                  uint64_t values)
{
    size_t low = 0;
    size_t high = file->known;
    /* The end of the cell's records: the last of them counts. */
    while (low < high) {
        const size_t middle = low + (high - low) / 2;
        const struct record *at = &file->records[middle];
        if (at->row < row || (at->row == row && at->column <= column))
            low = middle + 1;
        else
            high = middle;
    }
    const struct record *last = low > 0 ? &file->records[low - 1] : NULL;
    if (last == NULL || last->row != row || last->column != column ||
        last->values != values)
        return RUN_FILE_NONE;
    return last->is_done ? RUN_FILE_DONE : RUN_FILE_FAILED;
}

/* --- Writing --------------------------------------------------------------------- */

static bool write_all(int fd, const char *bytes, size_t len)
{
    while (len > 0) {
        const ssize_t done = write(fd, bytes, len);
        if (done < 0 && errno == EINTR)
            continue;
        if (done <= 0)
            return false;
        bytes += done;
        len -= (size_t)done;
    }
    return true;
}

bool run_file_append(struct run_file *file, size_t row, size_t column,
                     const struct strbuf *line, struct error *err)
{
    if (file->is_regular && lseek(file->fd, file->size, SEEK_SET) < 0) {
        error_set(err, ERROR_INTERNAL, "cannot write to %s: %s", file->path,
                  strerror(errno));
        return false;
    }
    if (!write_all(file->fd, strbuf_text(line), line->len)) {
        error_set(err, ERROR_INTERNAL, "cannot write to %s: %s", file->path,
                  strerror(errno));
        if (file->is_regular && ftruncate(file->fd, file->size) != 0)
            error_prefix(err, "and half a line stays in it");
        return false;
    }
    file_add(file,
             &(struct record){
                 .row = row, .column = column, .offset = file->size, .len = line->len});
    file->size += (off_t)line->len;
    return true;
}

static bool file_is_in_order(const struct run_file *file)
{
    for (size_t i = 1; i < file->len; i++) {
        const struct record *a = &file->records[i - 1];
        const struct record *b = &file->records[i];
        const bool is_behind =
            a->row < b->row || (a->row == b->row && a->column < b->column);
        if (!is_behind || a->offset > b->offset)
            return false;
    }
    return true;
}

/* Copies the records in order to another file. */
static bool file_copy(const struct run_file *file, int to)
{
    struct strbuf out;
    char *bytes = NULL;
    size_t cap = 0;
    bool ok = true;
    strbuf_init(&out, STRBUF_OWN_MAX);
    for (size_t i = 0; i < file->len && ok; i++) {
        const struct record *record = &file->records[i];
        const struct record *next = i + 1 < file->len ? record + 1 : NULL;
        /* Records of models that are not asked now are all kept. */
        if (next != NULL && next->row == record->row && next->column == record->column &&
            record->column != SIZE_MAX)
            continue;
        bytes = mem_grow(bytes, &cap, record->len, 1);
        ok =
            pread(file->fd, bytes, record->len, record->offset) == (ssize_t)record->len &&
            strbuf_append(&out, bytes, record->len);
        if (ok && out.len > ((size_t)1 << 20)) {
            ok = write_all(to, out.text, out.len);
            strbuf_reset(&out);
        }
    }
    ok = ok && write_all(to, strbuf_text(&out), out.len);
    mem_free(bytes);
    strbuf_clear(&out);
    return ok;
}

bool run_file_finish(struct run_file *file, struct error *err)
{
    struct stat info;
    if (!file->is_regular || file_is_in_order(file))
        return true;
    file_sort(file);
    file->known = 0;
    char *beside = strbuf_format("%s.new", file->path);
    unlink(beside); /* of a run that was killed here */
    const int fd =
        open(beside, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600);
    bool ok = fd >= 0 && fstat(file->fd, &info) == 0 && file_copy(file, fd) &&
              fchmod(fd, info.st_mode & 0777) == 0 && fsync(fd) == 0;
    if (fd >= 0)
        ok = close(fd) == 0 && ok;
    ok = ok && rename(beside, file->path) == 0;
    if (!ok) {
        error_set(err, ERROR_INTERNAL,
                  "the results in %s could not be put into order: %s", file->path,
                  strerror(errno));
        if (fd >= 0)
            unlink(beside);
    }
    mem_free(beside);
    return ok;
}
