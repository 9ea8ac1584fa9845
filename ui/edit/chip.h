/*
 * Texts that stand in an edited text as one sign, a chip: what was pasted and is too long
 * to be looked at. In the text a chip is one of the 32 noncharacters U+FDD0 … U+FDEF,
 * which Unicode keeps for a program's own use; its text is in a table. Foreign text must
 * not hold them: chip_append_clean takes them out.
 *
 * Since a chip is only a character of the text, undo, killing and yanking need not know
 * of it; its text is kept as long as the table.
 */
#ifndef EDIT_CHIP_H
#define EDIT_CHIP_H

#include <stdbool.h>
#include <stddef.h>

#include "src/base/strbuf.h"

#define CHIP_MAX 32

/* The bytes of a chip in a text. */
#define CHIP_BYTES 3

struct chip {
    char *text;
    size_t len;
};

/* All zero: no chips. */
struct chip_table {
    struct chip chips[CHIP_MAX];
    size_t count;
    size_t bytes;
};

void chip_table_clear(struct chip_table *table);

/* Keeps a copy of a text and writes the sign that stands for it; false if the table is
 * full. */
bool chip_table_add(struct chip_table *table, const char *text, size_t len,
                    char sign[CHIP_BYTES]);

/* The chip whose sign stands at `at` of `len` bytes, or NULL. */
const struct chip *chip_find(const struct chip_table *table, const char *text, size_t len,
                             size_t at);

/* The offset of the first sign from `at` on; `len` if there is none. */
size_t chip_next_sign(const char *text, size_t len, size_t at);

/* How much longer `text` is when its chips are written out. */
size_t chip_extra_bytes(const struct chip_table *table, const char *text, size_t len);

/* Appends `text` with its chips written out; false if `out` is full. */
bool chip_append_full(const struct chip_table *table, const char *text, size_t len,
                      struct strbuf *out);

/* Appends valid text with what would be taken for a chip as U+FFFD; false if `out` is
 * full. */
bool chip_append_clean(struct strbuf *out, const char *text, size_t len);

/* As in grapheme.h, but a chip is a cluster of its own whatever stands beside it. */
size_t chip_next(const char *text, size_t len, size_t at);
size_t chip_previous(const char *text, size_t at);
size_t chip_snap(const char *text, size_t len, size_t offset);

/* Appends what is shown for a chip: "[pasted 120 lines · 4.1 kB]". */
void chip_append_label(const struct chip *chip, struct strbuf *out);

#endif
