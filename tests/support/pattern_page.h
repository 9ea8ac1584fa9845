/*
 * The examples of docs/patterns.md: commands with what they print, and keys with what
 * they show. The page itself says how they are written.
 */
#ifndef SUPPORT_PATTERN_PAGE_H
#define SUPPORT_PATTERN_PAGE_H

#include <stddef.h>

enum pattern_kind { PATTERN_COMMAND, PATTERN_KEYS };

struct pattern {
    enum pattern_kind kind;
    char *heading; /* of the section that it stands in */
    char *text;    /* the command; or the lines of the keys */
    char *result;  /* of a command: its lines, without the exit code */
    int exit_code;
};

struct pattern_page {
    struct pattern *items;
    size_t len;
    size_t cap;
};

/* Reads the page of the source tree; a fault of it fails the test. */
void pattern_page_read(struct pattern_page *page);
void pattern_page_clear(struct pattern_page *page);

/* Takes the next line from a text that ends with NUL; NULL at its end. The text is
 * changed. */
char *pattern_next_line(char **text);

#endif
