/*
 * The program's command line: finds the command, reads its options, runs it. Knows no
 * screen: main hands in the function that opens one.
 */
#ifndef CLI_CLI_H
#define CLI_CLI_H

#include <stdbool.h>

#include "src/cli/setup.h"

struct config_section;
struct problem_list;
struct spending;

/* What the other half of the program is asked for. */
enum cli_screen_task {
    CLI_SCREEN_CHATS,       /* the screen itself */
    CLI_SCREEN_LIST_THEMES, /* its looks, on standard output; nothing else is set */
    CLI_SCREEN_WRITE_THEME  /* the file of one of them, likewise */
};

/* What the screen is opened with. Borrowed for the call. */
struct cli_screen {
    enum cli_screen_task task;
    struct setup *setup; /* a pane for each of its chats */
    const char *draft;   /* text to start the composer with, or NULL */
    bool sends_draft;    /* … and to send at once */
    /* What goes with the first prompt; named in the draft and by options. */
    const struct attachment_list *attachments;
    /* A sentence for the status line, or NULL; actions in braces become their keys. */
    const char *notice;
    struct spending *spending; /* where money is noted, with its caps */
    double ask_above;          /* what may cost more asks first */
    bool use_mouse;
    bool use_hints;
    const struct config_section *keys; /* that the person has bound; checked */
    const char *cast_path;
    const char *theme;     /* its name; NULL: the default one */
    const char *clipboard; /* where copies go: "osc52", …; NULL: the usual way */
    const char *links;     /* "auto", "on" or "off"; NULL: auto */
    const struct setting_value *opener; /* what opens addresses; empty: the usual one */
    bool remembers_layout;
    const char *notify; /* how the person is called: "bell", …; NULL: the usual way */
};

/* Opens the screen and runs it to its end. Returns the exit code; err (a sentence) is
 * filled where the screen could not be opened. */
typedef int (*cli_screen_fn)(const struct cli_screen *screen, struct error *err);

/* What finds faults in those settings of the configuration that only the screen knows;
 * see struct config_rules. */
struct cli_checks {
    void (*check_keys)(const struct config_section *keys, struct problem_list *problems);
    bool (*check_theme)(const char *name, struct error *err);
};

/* Runs the program and returns its exit code. */
int cli_run(int argc, const char *const *argv, cli_screen_fn open_screen,
            const struct cli_checks *checks);

#endif
