/*
 * Cuts a Markdown text that grows into parts that can be laid out one by one: blocks at
 * the top level, the items of lists there, and the lines of fenced code there.
 *
 * It reads whole lines, forwards and once. A part that was given out stands for ever,
 * whatever text follows; so a layout made of parts is the same however the text came. A
 * cut is made only where a block surely ends, or where a block has become so long that
 * laying it out again for every frame would cost too much.
 */
#ifndef RENDER_MARKDOWN_SCAN_H
#define RENDER_MARKDOWN_SCAN_H

#include <stdbool.h>
#include <stddef.h>

/* A block this long is cut at the next chance; none is three times as long. */
#define MARKDOWN_PART_MAX ((size_t)16 << 10)

enum markdown_part_kind {
    MARKDOWN_BLOCK,      /* anything but what follows */
    MARKDOWN_FENCE_OPEN, /* the line that begins fenced code: its info string */
    MARKDOWN_CODE_LINE,  /* a line of it, without its end */
    MARKDOWN_FENCE_CLOSE /* the line that ends it */
};

struct markdown_part {
    enum markdown_part_kind kind;
    size_t start;
    size_t end;
    bool has_gap;    /* an empty row stands before it */
    unsigned number; /* of a list's item that continues a list; otherwise 0 */
};

enum markdown_state {
    MARKDOWN_CLOSED, /* the next line begins a block */
    MARKDOWN_PARAGRAPH,
    MARKDOWN_QUOTE,
    MARKDOWN_INDENTED,
    MARKDOWN_LIST,
    MARKDOWN_FENCE
};

struct markdown_scan {
    enum markdown_state state;
    size_t at;         /* the line that is read next begins here */
    size_t searched;   /* no line ends between there and here */
    size_t part_start; /* of the block that is open: part_start < at */
    bool is_after_blank;
    bool is_joined; /* the next part continues one that was cut */
    bool wants_gap; /* what came last stands apart from what follows */
    bool part_has_gap;
    unsigned part_number;
    char sign;       /* of the fence or the list's marks */
    int width;       /* of the fence's mark; of an item: where its text begins */
    int indent;      /* of the fence */
    bool is_empty;   /* the item's first line has nothing but its mark */
    unsigned number; /* of the last item; 0: a list without numbers */
};

/*
 * Gives the next part of `text`, which is the text of the last call with bytes appended;
 * false if none is certain yet. With `is_end` what is there counts as all: for a copy of
 * the scan, to lay out what is not certain. Zeroed is a scan at the beginning.
 */
bool markdown_scan_next(struct markdown_scan *scan, const char *text, size_t len,
                        bool is_end, struct markdown_part *part);

#endif
