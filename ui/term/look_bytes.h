/*
 * A look in the bytes of the terminal that curses has open, for what is written beside
 * curses.
 */
#ifndef TERM_LOOK_BYTES_H
#define TERM_LOOK_BYTES_H

#include "src/base/strbuf.h"
#include "ui/theme/color.h"

/* Appends what ends any look and begins this one; colours as curses counts them. */
void look_bytes_append(const struct style *look, struct strbuf *out);

#endif
