/*
 * Lays out one part of a Markdown text that is no fenced code at the top level: md4c
 * reads it, and what it says becomes rows. The one file that knows md4c.
 *
 * Nothing of the text is lost: raw HTML is shown as it is written, and so are definitions
 * of references ("[1]: https://…") and what refers to them.
 */
#ifndef RENDER_MARKDOWN_BLOCK_H
#define RENDER_MARKDOWN_BLOCK_H

#include <stdbool.h>
#include <stddef.h>

#include "src/base/strbuf.h"
#include "ui/render/code_rows.h"
#include "ui/render/markdown_scan.h"
#include "ui/render/markdown_table.h"
#include "ui/render/span_rows.h"

/* Where parts are laid out, and memory that is used again from part to part. */
struct markdown_layout {
    const char *source;
    int width;
    struct span_rows *rows;
    struct code_colours *colours; /* or NULL: code is plain */
    const struct code_sink *sink; /* or NULL */
    bool is_open;         /* the text goes on: marks that are open will be closed */
    unsigned *code_count; /* blocks of fenced code so far; the part's are added */
    struct strbuf copy;
    struct strbuf words;
    struct span_text text;
    struct markdown_table table;
};

/* Prepares the memory; the other members are set by the caller. */
void markdown_layout_init(struct markdown_layout *layout);
void markdown_layout_clear(struct markdown_layout *layout);

/* Appends the rows of a part. */
void markdown_block_put(const struct markdown_part *part, struct markdown_layout *layout);

#endif
