/* The character that an HTML entity of a Markdown text stands for. */
#ifndef RENDER_ENTITY_H
#define RENDER_ENTITY_H

#include <stddef.h>
#include <stdint.h>

/* The code point of "&amp;", "&#38;" or "&#x26;"; 0 for a name that is not known: such an
 * entity is shown as it is written. What the number stands for may be anything, a control
 * character too. */
uint32_t entity_decode(const char *text, size_t len);

#endif
