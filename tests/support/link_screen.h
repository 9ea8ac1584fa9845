/*
 * Where the cells of a terminal lead: libvterm, which knows nothing of OSC 8, tells which
 * cells each stretch of bytes writes, and the sequences between them say what with.
 */
#ifndef SUPPORT_LINK_SCREEN_H
#define SUPPORT_LINK_SCREEN_H

#include <stddef.h>

struct link_screen;

struct link_screen *link_screen_new(int width, int height);
void link_screen_free(struct link_screen *links);

/* Shows bytes of the program; a sequence is never cut by the end of them. */
void link_screen_feed(struct link_screen *links, const char *bytes, size_t len);

/* Where the cell leads, "" for nowhere. */
const char *link_screen_get(const struct link_screen *links, int x, int y);

#endif
