/* One place for what a cell becomes, since some cells are written twice: by curses, and
 * as part of a link. */
#include "ui/term/cell_text.h"

#include "src/base/utf8.h"
#include "ui/render/ascii_sign.h"

void cell_text_get(const struct cell *cell, bool use_ascii,
                   wchar_t text[CELL_CHARACTER_MAX + 1])
{
    int count = 0;
    if (cell->text_len == 1) {
        text[count++] = (wchar_t)(unsigned char)cell->text[0];
    } else {
        size_t at = 0;
        while (at < cell->text_len && count < CELL_CHARACTER_MAX) {
            uint32_t code;
            at += utf8_decode(cell->text + at, cell->text_len - at, &code);
            text[count++] = (wchar_t)(use_ascii ? ascii_sign(code) : code);
        }
        if (count > 0 && wcwidth(text[0]) != cell->width)
            count = 0;
        if (count == 0 && cell->text_len > 0)
            text[count++] = cell->width == 2 ? L'\uff1f' : L'?';
    }
    if (count == 0 || text[0] < L' ')
        text[0] = L' ', count = 1;
    text[count] = L'\0';
}
