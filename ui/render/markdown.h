/*
 * A Markdown text that grows, laid out in rows of a given width.
 *
 * What appended text can still change is laid out again, the rest never: the cost of an
 * update is that of the new text and of the last block, however long the text is. The
 * rows are always the same as if the text had come at once. Memory beside the text is a
 * few bytes a row and a run of one style; the text is not copied.
 */
#ifndef RENDER_MARKDOWN_H
#define RENDER_MARKDOWN_H

#include <stdbool.h>
#include <stddef.h>

#include "ui/render/canvas.h"
#include "ui/render/code_rows.h"
#include "ui/render/text_marks.h"

struct markdown;

struct markdown *markdown_new(void);
void markdown_free(struct markdown *markdown);

/*
 * Brings the rows up to date with `text`, which is the text of the last call with bytes
 * appended; with a shorter one or another width it begins anew. The text is not kept: the
 * caller gives it again for drawing. `is_open` says that more will come: emphasis that is
 * open at the end is shown as if it were closed.
 */
void markdown_update(struct markdown *markdown, const char *text, size_t len, int width,
                     bool is_open);

/* Numbers the blocks of code from `before` + 1 on, with the next update; true if that is
 * a change. */
bool markdown_set_code_before(struct markdown *markdown, unsigned before);

/* The number of the last block of code, or what came before the first. */
unsigned markdown_code_count(const struct markdown *markdown);

/* Tells the fenced blocks of code in a text, numbered from `before` + 1 on, in the order
 * in which their numbers are shown. Returns the last number. */
unsigned markdown_tell_code(const char *text, size_t len, unsigned before,
                            const struct code_sink *sink);

/* How many rows there are: none for a text without words. */
size_t markdown_row_count(const struct markdown *markdown);

/* Draws row `row` into the first row of a rectangle. */
void markdown_draw(const struct markdown *markdown, size_t row, const char *text,
                   struct canvas *canvas, struct rect where);

/* Marks places of the text in a row that was drawn so. */
void markdown_mark(const struct markdown *markdown, size_t row, const char *text,
                   struct canvas *canvas, struct rect where,
                   const struct text_marks *marks);

/* The row that shows the first of those bytes, or where they would stand. */
size_t markdown_find_range(const struct markdown *markdown, struct text_range range);

/* The offset of the text where a row begins; of its last byte; and the row that holds an
 * offset. There must be rows. */
size_t markdown_place(const struct markdown *markdown, size_t row);
size_t markdown_place_end(const struct markdown *markdown, size_t row);
size_t markdown_find(const struct markdown *markdown, size_t offset);

#endif
