/* The characters of a canvas cell as the terminal is given them. */
#ifndef TERM_CELL_TEXT_H
#define TERM_CELL_TEXT_H

#include <stdbool.h>
#include <wchar.h>

#include "ui/render/canvas.h"

/* The most characters of a cell, and as curses has it. */
#define CELL_CHARACTER_MAX 5

/* Fills `text`, NUL-terminated; what the system would measure differently becomes '?'.
 * With `use_ascii` the program's own signs are in ASCII. */
void cell_text_get(const struct cell *cell, bool use_ascii,
                   wchar_t text[CELL_CHARACTER_MAX + 1]);

#endif
