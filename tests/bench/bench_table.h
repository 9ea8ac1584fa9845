/*
 * The one table that the bench prints: what Motet took, what the floor took in the same
 * run, their ratio, and the budget with a word on whether it is kept.
 */
#ifndef BENCH_BENCH_TABLE_H
#define BENCH_BENCH_TABLE_H

#include <stdbool.h>

enum bench_limit {
    BENCH_NO_LIMIT,
    BENCH_LIMIT_VALUE, /* the value itself has a budget */
    BENCH_LIMIT_RATIO  /* its ratio to the floor has */
};

struct bench_row {
    const char *what;
    const char *unit;
    double value;
    const char *floor_name; /* NULL: there is no floor */
    double floor;
    enum bench_limit limit;
    double budget;
};

void bench_table_begin(void);

/* Prints a line at once. */
void bench_table_add(const struct bench_row *row);

#endif
