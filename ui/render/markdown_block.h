/*
 * Lays out one part of a Markdown text that is no fenced code at the top level: md4c
 * reads it, and what it says becomes rows. The one file that knows md4c.
 *
 * Nothing of the text is lost: raw HTML is shown as it is written, and so are definitions
 * of references ("[1]: https://…") and what refers to them.
 */
#ifndef RENDER_MARKDOWN_BLOCK_H
#define RENDER_MARKDOWN_BLOCK_H

#include <stddef.h>

#include "src/base/strbuf.h"
#include "ui/render/markdown_scan.h"
#include "ui/render/markdown_table.h"
#include "ui/render/span_rows.h"

/* Memory that is used again from part to part. Zeroed is empty. */
struct markdown_scratch {
    struct strbuf copy;
    struct strbuf words;
    struct span_text text;
    struct markdown_table table;
};

void markdown_scratch_init(struct markdown_scratch *scratch);
void markdown_scratch_clear(struct markdown_scratch *scratch);

/* Appends the rows of a part of `source`; counts the blocks of code in it. */
void markdown_block_put(const struct markdown_part *part, const char *source, int width,
                        struct markdown_scratch *scratch, struct span_rows *rows,
                        unsigned *code_count);

#endif
