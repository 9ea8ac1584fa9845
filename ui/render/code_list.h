/*
 * The fenced blocks of code of an answer, with the numbers that are shown above them, as
 * text: without fences, without the marks of lists and quotes that they stand in.
 */
#ifndef RENDER_CODE_LIST_H
#define RENDER_CODE_LIST_H

#include <stddef.h>

#include "src/base/strbuf.h"

struct code_block {
    unsigned number;
    char *language;     /* the first word behind the fence, "" without one */
    struct strbuf text; /* its lines, each with its end */
    size_t line_count;
};

/* Zeroed is an empty list. */
struct code_list {
    struct code_block *items;
    size_t count;
    size_t cap;
};

/* Adds the blocks of one text; the numbers go on from those there are. */
void code_list_add(struct code_list *list, const char *text, size_t len);
void code_list_clear(struct code_list *list);

/* The usual ending of files in a language, without the dot: "py"; "txt" for one that is
 * not known. */
const char *code_list_ending(const char *language);

#endif
