/*
 * Colours of code: which bytes of a line are keywords, strings, comments. Lines come one
 * after the other, and what a line leaves open (a comment, a string) is remembered.
 *
 * Two files stand behind this header. Where configure found source-highlight it is
 * highlight_shim.cc, the only C++ of the program; otherwise highlight_plain.c, which
 * knows no language. Whoever uses it need not know which.
 */
#ifndef RENDER_HIGHLIGHT_H
#define RENDER_HIGHLIGHT_H

#include <stdbool.h>
#include <stddef.h>

#ifdef __cplusplus
extern "C" {
#endif

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

struct highlight;

/* True if the program was built with source-highlight. */
bool highlight_is_built_in(void);

struct highlight *highlight_new(void);
void highlight_free(struct highlight *highlight);

/* Begins a block of code in a language as it is named behind a fence ("c", "Python");
 * false if that is not known. */
bool highlight_begin(struct highlight *highlight, const char *language, size_t len);

/* Reads the next line of the block and writes its spans that are not plain, in order;
 * returns how many. `spans` has room for HIGHLIGHT_LINE_MAX. */
size_t highlight_line(struct highlight *highlight, const char *line, size_t len,
                      struct highlight_span *spans);

#ifdef __cplusplus
}
#endif

#endif
