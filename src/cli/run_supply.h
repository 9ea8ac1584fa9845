/*
 * What a run reads: the template by its name or path, and the rows that fill it, checked
 * before anything is sent. Supplies run.h with one filled prompt after the other.
 */
#ifndef CLI_RUN_SUPPLY_H
#define CLI_RUN_SUPPLY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "src/base/error.h"
#include "src/base/text_list.h"
#include "src/cli/setup.h"
#include "src/engine/run_cell.h"
#include "src/prompt/row_source.h"

struct run_supply {
    struct prompt_template *template;
    struct row_options rows;
    struct row_source *source;
    struct field_values first; /* the first row, read ahead */
    bool has_first;
    bool is_failed;             /* the source has ended with an error */
    int64_t count;              /* of rows; -1: not known */
    struct field_values common; /* of all rows: from standard input and commands */
    struct text_list fields;    /* that differ between rows, or all that are given */
    struct text_list columns;   /* of the first row */
};

/* Reads template and rows of the command line. False with err filled. To be cleared in
 * both cases. */
bool run_supply_init(struct run_supply *supply, const struct options *options,
                     struct error *err);
void run_supply_clear(struct run_supply *supply);

/* Gets the values that commands print, for a run whose engine is there. Runs the loop.
 * False with err filled. */
bool run_supply_ask_commands(struct run_supply *supply, struct setup *setup,
                             struct error *err);

/* Fills the template with a row's values and those that come from files, commands and
 * standard input, which the row does not keep. False with err filled. */
bool run_supply_render(const struct run_supply *supply, const struct field_values *row,
                       struct rendered_prompt *prompt, struct error *err);

/* A run_owner's next_row; `user` is the supply. */
bool run_supply_next(void *user, struct run_row *row);

#endif
