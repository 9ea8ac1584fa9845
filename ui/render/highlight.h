/*
 * Colours of code: which bytes of a line are keywords, strings, comments. Lines come one
 * after the other, and what a line leaves open (a comment, a string) is remembered.
 *
 * What knows the languages is a module of its own, loaded when the first block of code
 * asks for one: source-highlight and the libraries under it would double the time to the
 * first picture. Where the module is not there no language is known.
 */
#ifndef RENDER_HIGHLIGHT_H
#define RENDER_HIGHLIGHT_H

#include <stdbool.h>
#include <stddef.h>

#include "ui/render/highlight_driver.h"

struct highlight;

/* Loads the module from a folder; NULL: that of the helpers that came with Motet. NULL if
 * it is not there. */
struct highlight *highlight_new(const char *folder);
void highlight_free(struct highlight *highlight);

/* Begins a block of code in a language as it is named behind a fence ("c", "Python");
 * false if that is not known. `highlight` may be NULL, which knows none. */
bool highlight_begin(struct highlight *highlight, const char *language, size_t len);

/* Reads the next line of the block and writes its spans that are not plain, in order;
 * returns how many. `spans` has room for HIGHLIGHT_LINE_MAX. */
size_t highlight_line(struct highlight *highlight, const char *line, size_t len,
                      struct highlight_span *spans);

#endif
