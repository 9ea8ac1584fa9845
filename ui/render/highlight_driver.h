/*
 * What the module motet-highlight.so gives to the program: C on the outside, so that the
 * program needs no C++. The module is built where configure finds source-highlight.
 */
#ifndef RENDER_HIGHLIGHT_DRIVER_H
#define RENDER_HIGHLIGHT_DRIVER_H

#include <stdbool.h>
#include <stddef.h>

/* The file, and the name of the struct highlight_driver in it; the number changes with
 * the struct, so that a module of another version is not taken. */
#define HIGHLIGHT_MODULE "motet-highlight.so"
#define HIGHLIGHT_SYMBOL "motet_highlight_1"

/* What bytes of code are. */
enum highlight_kind {
    HIGHLIGHT_PLAIN,
    HIGHLIGHT_KEYWORD,
    HIGHLIGHT_TYPE,
    HIGHLIGHT_NAME,
    HIGHLIGHT_TEXT,
    HIGHLIGHT_NUMBER,
    HIGHLIGHT_COMMENT
};

struct highlight_span {
    size_t start;
    size_t len;
    enum highlight_kind kind;
};

/* Longer lines are not coloured, and a line has at most so many spans. */
#define HIGHLIGHT_LINE_MAX ((size_t)500)

struct highlight_driver {
    /* The state of one block after the other; NULL if the library has no files. */
    void *(*open)(void);
    void (*close)(void *state);
    /* As highlight_begin and highlight_line. */
    bool (*begin)(void *state, const char *language, size_t len);
    size_t (*line)(void *state, const char *line, size_t len,
                   struct highlight_span *spans);
};

#endif
