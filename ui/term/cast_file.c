/*
 * Every event is one line and one write, so a recording is whole up to the last frame
 * even after a crash. Frames end between characters, but replacement of ill-formed bytes
 * (json_append_string) makes the file valid whatever happens.
 */
#include "ui/term/cast_file.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "src/base/json.h"
#include "src/base/mem.h"
#include "src/base/strbuf.h"

struct cast_file {
    int fd;
    int64_t start_us;
    char *path;
    struct strbuf line;
};

static bool write_line(struct cast_file *cast, struct error *err)
{
    strbuf_append_char(&cast->line, '\n');
    size_t done = 0;
    while (done < cast->line.len) {
        const ssize_t count =
            write(cast->fd, cast->line.text + done, cast->line.len - done);
        if (count < 0 && errno == EINTR)
            continue;
        if (count < 0) {
            error_set(err, ERROR_INTERNAL, "cannot write the recording %s: %s",
                      cast->path, strerror(errno));
            return false;
        }
        done += (size_t)count;
    }
    return true;
}

static bool write_header(struct cast_file *cast, const struct cast_header *header,
                         struct error *err)
{
    strbuf_append_format(&cast->line,
                         "{\"version\":2,\"width\":%d,\"height\":%d,\"timestamp\":%lld,"
                         "\"env\":{\"TERM\":",
                         header->width, header->height, (long long)header->wall_seconds);
    json_append_string(&cast->line, header->term, strlen(header->term));
    strbuf_append_text(&cast->line, "}}");
    return write_line(cast, err);
}

struct cast_file *cast_file_open(const char *path, const struct cast_header *header,
                                 struct error *err)
{
    /* Whatever is no plain file could make the loop wait. */
    struct stat status;
    const int fd = open(
        path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOCTTY | O_NONBLOCK, 0600);
    if (fd >= 0 && (fstat(fd, &status) != 0 || !S_ISREG(status.st_mode))) {
        close(fd);
        error_set(err, ERROR_USAGE, "cannot make the recording %s: it is no plain file",
                  path);
        return NULL;
    }
    if (fd < 0) {
        error_set(err, ERROR_USAGE, "cannot make the recording %s: %s", path,
                  strerror(errno));
        return NULL;
    }
    struct cast_file *cast = mem_alloc(sizeof(*cast));
    cast->fd = fd;
    cast->start_us = header->now_us;
    cast->path = mem_strdup(path);
    strbuf_init(&cast->line, STRBUF_OWN_MAX);
    if (write_header(cast, header, err))
        return cast;
    cast_file_close(cast);
    return NULL;
}

void cast_file_close(struct cast_file *cast)
{
    if (cast == NULL)
        return;
    close(cast->fd);
    strbuf_clear(&cast->line);
    mem_free(cast->path);
    mem_free(cast);
}

static void begin_event(struct cast_file *cast, int64_t now_us, char kind)
{
    const int64_t past_us = now_us > cast->start_us ? now_us - cast->start_us : 0;
    strbuf_reset(&cast->line);
    strbuf_append_format(&cast->line, "[%lld.%06lld,\"%c\",",
                         (long long)(past_us / 1000000), (long long)(past_us % 1000000),
                         kind);
}

bool cast_file_add_output(struct cast_file *cast, int64_t now_us, const char *bytes,
                          size_t len, struct error *err)
{
    begin_event(cast, now_us, 'o');
    json_append_string(&cast->line, bytes, len);
    strbuf_append_char(&cast->line, ']');
    return write_line(cast, err);
}

bool cast_file_add_size(struct cast_file *cast, int64_t now_us, int width, int height,
                        struct error *err)
{
    begin_event(cast, now_us, 'r');
    strbuf_append_format(&cast->line, "\"%dx%d\"]", width, height);
    return write_line(cast, err);
}
