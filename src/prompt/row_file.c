/* Our own chunk over the descriptor of a FILE: lines may be long and hold what fgets
 * cannot give, and a row of a pipe is there as soon as it was written. */
#include "src/prompt/row_file.h"

#include <errno.h>
#include <poll.h>
#include <string.h>
#include <unistd.h>

#include "src/base/mem.h"
#include "src/base/path.h"
#include "src/base/utf8.h"

#define ROW_CHUNK_BYTES ((size_t)64 << 10)

bool row_file_open(struct row_file *file, const char *path, FILE *input,
                   struct error *err)
{
    const bool is_input = strcmp(path, "-") == 0;
    *file = (struct row_file){.is_own = !is_input};
    char *whole = path_from_text(path);
    file->file = is_input ? (input != NULL ? input : stdin) : fopen(whole, "re");
    mem_free(whole);
    if (file->file == NULL) {
        error_set(err, ERROR_USAGE, "cannot open %s: %s", path, strerror(errno));
        return false;
    }
    file->path = mem_strdup(is_input ? "standard input" : path);
    file->chunk = mem_alloc(ROW_CHUNK_BYTES);
    strbuf_init(&file->text, ROW_MAX_BYTES);
    return true;
}

void row_file_close(struct row_file *file)
{
    if (file->file != NULL && file->is_own)
        fclose(file->file);
    mem_free(file->path);
    mem_free(file->chunk);
    strbuf_clear(&file->text);
    *file = (struct row_file){0};
}

enum row_result row_file_blame(const struct row_file *file, size_t line,
                               struct error *err)
{
    error_prefix(err, "%s:%zu", file->path, line);
    return ROW_FAILED;
}

/* Reads what is there, and waits only if nothing is. */
static ssize_t read_some(int fd, char *bytes, size_t len)
{
    for (;;) {
        const ssize_t got = read(fd, bytes, len);
        if (got >= 0 || (errno != EINTR && errno != EAGAIN))
            return got;
        struct pollfd waiting = {.fd = fd, .events = POLLIN};
        if (errno == EAGAIN)
            poll(&waiting, 1, -1);
    }
}

enum row_result row_file_fill(struct row_file *file, struct error *err)
{
    if (file->at < file->len)
        return ROW_READ;
    const ssize_t got = read_some(fileno(file->file), file->chunk, ROW_CHUNK_BYTES);
    file->at = 0;
    file->len = got > 0 ? (size_t)got : 0;
    if (got > 0)
        return ROW_READ;
    if (got == 0)
        return ROW_END;
    error_set(err, ERROR_USAGE, "cannot read %s: %s", file->path, strerror(errno));
    return ROW_FAILED;
}

static enum row_result check_text(const struct row_file *file, struct error *err)
{
    const char *text = strbuf_text(&file->text);
    if (memchr(text, '\0', file->text.len) != NULL)
        error_set(err, ERROR_USAGE, "there is a zero byte in the text");
    else if (!utf8_is_valid(text, file->text.len))
        error_set(
            err, ERROR_USAGE,
            "the text is not UTF-8; convert the file first, for example with iconv");
    else
        return ROW_READ;
    return row_file_blame(file, file->line, err);
}

static enum row_result refuse_size(const struct row_file *file, struct error *err)
{
    error_set(err, ERROR_USAGE, "the text is larger than %zu MiB", ROW_MAX_BYTES >> 20);
    return row_file_blame(file, file->line, err);
}

/* Reads one line, whatever it holds. */
static enum row_result read_line(struct row_file *file, struct error *err)
{
    enum row_result result;
    bool has_bytes = false;
    strbuf_reset(&file->text);
    file->line++;
    while ((result = row_file_fill(file, err)) == ROW_READ) {
        const char *start = file->chunk + file->at;
        const char *stop = memchr(start, '\n', file->len - file->at);
        const size_t len = stop != NULL ? (size_t)(stop - start) : file->len - file->at;
        if (!strbuf_append(&file->text, start, len))
            return refuse_size(file, err);
        file->at += len + (stop != NULL);
        has_bytes = true;
        if (stop != NULL)
            return ROW_READ;
    }
    return result == ROW_END && has_bytes ? ROW_READ : result;
}

enum row_result row_file_line(struct row_file *file, struct error *err)
{
    for (;;) {
        const enum row_result result = read_line(file, err);
        if (result != ROW_READ)
            return result;
        struct strbuf *text = &file->text;
        if (text->len > 0 && text->text[text->len - 1] == '\r')
            strbuf_truncate(text, text->len - 1);
        if (file->line == 1 && text->len >= 3 &&
            memcmp(text->text, "\xef\xbb\xbf", 3) == 0)
            strbuf_remove(text, 0, 3);
        if (text->len > 0)
            return check_text(file, err);
    }
}

bool row_file_rest(struct row_file *file, struct error *err)
{
    enum row_result result;
    strbuf_reset(&file->text);
    file->line = 1;
    while ((result = row_file_fill(file, err)) == ROW_READ) {
        if (!strbuf_append(&file->text, file->chunk + file->at, file->len - file->at))
            return refuse_size(file, err) == ROW_READ;
        file->at = file->len;
    }
    if (result == ROW_FAILED)
        return false;
    struct strbuf *text = &file->text;
    if (text->len > 0 && text->text[text->len - 1] == '\n')
        strbuf_truncate(text, text->len - 1);
    if (text->len > 0 && text->text[text->len - 1] == '\r')
        strbuf_truncate(text, text->len - 1);
    return check_text(file, err) == ROW_READ;
}
