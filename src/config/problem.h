/*
 * What is wrong with a file that a person has written: a list, so that everything is said
 * at once. Each problem has a place, a sentence, and what to do about it.
 */
#ifndef CONFIG_PROBLEM_H
#define CONFIG_PROBLEM_H

#include <stdbool.h>
#include <stddef.h>

#include "src/base/compiler.h"
#include "src/base/error.h"

/* A place in a file, counted from 1; zeros: the file as a whole. */
struct text_place {
    size_t line;
    size_t column;
};

struct problem {
    struct text_place place;
    char *what;   /* a sentence without its period */
    char *remedy; /* what to do, of the same form; "" if that is obvious */
};

struct problem_list {
    char *file; /* as it is shown */
    struct problem *items;
    size_t len;
    size_t cap;
    size_t left_out; /* those that came after the list was full */
};

/* An empty list for the file. */
void problem_list_init(struct problem_list *list, const char *file);
void problem_list_clear(struct problem_list *list);

/* Appends a problem. The sentence may hold text of the file: control characters become
 * visible marks. */
void problem_list_add(struct problem_list *list, struct text_place place,
                      const char *remedy, const char *format, ...) LIKE_PRINTF(4, 5);

/* Appends the sentence of an error. */
void problem_list_add_error(struct problem_list *list, struct text_place place,
                            const char *remedy, const struct error *err);

/* Puts the problems into the order of their places. */
void problem_list_sort(struct problem_list *list);

/* "FILE:LINE:COLUMN: what; remedy". Caller frees. */
char *problem_list_format(const struct problem_list *list, size_t index);

/* The first problem as an error (ERROR_USAGE) that says how many more there are. */
void problem_list_to_error(const struct problem_list *list, struct error *err);

#endif
