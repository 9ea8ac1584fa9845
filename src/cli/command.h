/*
 * A command of the program: one record, one file (cmd_*.c); command.c lists them.
 * Beside the record stand the few steps that several commands share.
 */
#ifndef CLI_COMMAND_H
#define CLI_COMMAND_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "src/base/error.h"
#include "src/cli/cli.h"
#include "src/cli/options.h"

struct command {
    const char *name; /* "" for the screen, which needs no word */
    const char *synopsis;
    const char *help;
    unsigned scope; /* enum option_scope: the options it takes */
    /* Runs it and returns the exit code; a failure that has not been reported yet fills
     * err with one sentence. */
    int (*run)(struct options *options, cli_screen_fn open_screen, struct error *err);
};

extern const struct command cmd_screen;
extern const struct command cmd_demo;
extern const struct command cmd_ask;
extern const struct command cmd_config;
extern const struct command cmd_models;
extern const struct command cmd_doctor;
extern const struct command cmd_themes;
extern const struct command cmd_prompts;
extern const struct command cmd_tools;
extern const struct command cmd_run;
extern const struct command cmd_replay;
extern const struct command cmd_sessions;
extern const struct command cmd_export;

/* The table: record `index`, the screen's first, NULL past the end. */
const struct command *command_get(size_t index);

/* Runs one turn and prints the answers in lines. */
int command_run_lines(struct options *options, const char *prompt, struct error *err);

/* Opens the screen for the models of the options; fills the rest of `screen`. */
int command_run_screen(struct options *options, struct cli_screen *screen,
                       cli_screen_fn open_screen, struct error *err);

/* Makes the first `count` models of the demo those of the options. */
void command_use_demo_models(struct options *options, int64_t count);

/*
 * Talks in lines (plain.h): the words of the options are the first prompt, `hint` a line
 * to begin with or NULL.
 */
int command_run_plain(struct options *options, const char *hint, struct error *err);

/* True if the person wants lines in place of the screen: by --plain, or by ACCESSIBLE
 * where there would be a screen. */
bool command_wants_plain(const struct options *options);

/* True if TERM says that the terminal can do nothing but print. */
bool command_has_plain_terminal(void);

/* True if there is a terminal to open the screen on and nothing asks for lines. */
bool command_can_show_screen(const struct options *options);

#endif
