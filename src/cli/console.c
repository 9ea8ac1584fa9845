/* Standard error is written as it is: short lines, for people. */
#include "src/cli/console.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "src/base/safe_text.h"

void console_init(struct console *console, struct ev_loop *loop, bool is_raw)
{
    *console = (struct console){.is_raw = is_raw, .ends_with_newline = true};
    console->is_for_person = isatty(STDOUT_FILENO);
    out_stream_init(&console->out, loop, STDOUT_FILENO);
}

void console_clear(struct console *console)
{
    out_stream_clear(&console->out);
}

void console_write(struct console *console, const char *text, size_t len)
{
    if (len == 0)
        return;
    console_hide_progress(console);
    console->ends_with_newline = text[len - 1] == '\n';
    if (!console->is_for_person || console->is_raw) {
        out_stream_write(&console->out, text, len);
        return;
    }
    struct strbuf safe;
    strbuf_init(&safe, STRBUF_OWN_MAX);
    safe_text_append(&safe, text, len);
    out_stream_write(&console->out, strbuf_text(&safe), safe.len);
    strbuf_clear(&safe);
}

void console_write_buf(struct console *console, struct strbuf *buf)
{
    console_write(console, strbuf_text(buf), buf->len);
    strbuf_clear(buf);
}

void console_end_line(struct console *console)
{
    if (!console->ends_with_newline)
        console_write(console, "\n", 1);
}

void console_complain(struct console *console, const char *name, const char *text)
{
    struct strbuf safe;
    strbuf_init(&safe, STRBUF_OWN_MAX);
    strbuf_append_text(&safe, "motet: ");
    if (name != NULL) {
        safe_text_append_line(&safe, name, strlen(name), 200);
        strbuf_append_text(&safe, ": ");
    }
    safe_text_append_line(&safe, text, strlen(text), 2000);
    console_hide_progress(console);
    fprintf(stderr, "%s\n", strbuf_text(&safe));
    strbuf_clear(&safe);
}

void console_progress(struct console *console, const char *text)
{
    fprintf(stderr, "\r\033[K%s", text);
    fflush(stderr);
    console->has_progress = true;
}

void console_hide_progress(struct console *console)
{
    if (console->has_progress)
        fputs("\r\033[K", stderr);
    console->has_progress = false;
}

bool console_report_failure(const struct console *console)
{
    const int failed_errno = console->out.failed_errno;
    if (failed_errno != 0 && failed_errno != EPIPE)
        fprintf(stderr, "motet: cannot write to standard output: %s\n",
                strerror(failed_errno));
    return failed_errno != 0;
}
