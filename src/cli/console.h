/*
 * The two streams of a command that prints answers in lines: standard output, queued so
 * that a slow reader stops nothing, and standard error for people, with a progress line
 * that other lines take the place of. Nothing that a terminal could obey goes to one.
 */
#ifndef CLI_CONSOLE_H
#define CLI_CONSOLE_H

#include <stdbool.h>
#include <stddef.h>

#include "src/cli/out_stream.h"

struct console {
    struct out_stream out;
    bool is_for_person;     /* standard output is a terminal: no raw control bytes */
    bool is_raw;            /* the output is JSON: its escapes are harmless already */
    bool has_progress;      /* a progress line stands on the terminal */
    bool ends_with_newline; /* of what was written */
};

void console_init(struct console *console, struct ev_loop *loop, bool is_raw);
void console_clear(struct console *console);

/* Writes to standard output. */
void console_write(struct console *console, const char *text, size_t len);

/* Writes the buffer and clears it. */
void console_write_buf(struct console *console, struct strbuf *buf);

/* Ends the line of standard output, if something stands on it. */
void console_end_line(struct console *console);

/* "motet: name: text" on standard error; `name` may be NULL. */
void console_complain(struct console *console, const char *name, const char *text);

/* Puts the text in the place of the progress line; hides that line. */
void console_progress(struct console *console, const char *text);
void console_hide_progress(struct console *console);

/* Says why standard output failed, unless its reader has just gone. True if it failed. */
bool console_report_failure(const struct console *console);

#endif
