/*
 * The command line: one const table of options (options.c) and the values read by it.
 * Settings (the clocks, retries, jobs) come from the table of settings and are options
 * of the same name. Help texts are printed from both tables.
 */
#ifndef CLI_OPTIONS_H
#define CLI_OPTIONS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include "src/base/error.h"
#include "src/chat/param.h"
#include "src/cli/session_choice.h"
#include "src/config/setting.h"
#include "src/engine/call.h"

/* Which commands take an option; or-ed. */
enum option_scope {
    OPTION_TALK = 1,   /* motet, motet ask, motet demo */
    OPTION_SCREEN = 2, /* those that may open the screen */
    OPTION_DEMO = 4,
    OPTION_TOP = 8,     /* --version, --help: everywhere */
    OPTION_LINES = 16,  /* those that print answers in lines */
    OPTION_CONFIG = 32, /* motet config: a configuration with problems does not stop it */
    OPTION_PROMPT = 64, /* those that take a prompt */
    OPTION_PROBE = 128, /* motet tools */
    OPTION_RUN = 256,   /* motet run */
    OPTION_SESSIONS = 512, /* motet sessions */
    OPTION_REPLAY = 1024,  /* motet replay */
    OPTION_EXPORT = 2048   /* motet export */
};

struct string_list {
    char **items;
    size_t len;
    size_t cap;
};

/* Adds a copy. */
void string_list_add(struct string_list *list, const char *text, size_t len);
void string_list_clear(struct string_list *list);

struct recording;
struct setup_config;

/* In which form motet run writes its results. */
enum run_format { RUN_FORMAT_USUAL, RUN_FORMAT_TEXT, RUN_FORMAT_JSONL, RUN_FORMAT_CSV };

/* What motet run is told beside its template, values and models. */
struct run_choice {
    char *csv_path; /* where rows are read from */
    char *jsonl_path;
    char *out_path;
    char *batch; /* "openai", "anthropic" */
    enum run_format format;
    int64_t repeats;
    int64_t mends;
    int64_t quorum;   /* 0: none */
    int64_t hedge_ms; /* -1: none */
    double max_cost;  /* -1: any */
    bool is_resuming;
    bool is_only_failed;
    bool is_failing_fast;
    bool is_first;
    bool is_caching;
    bool is_submitting;
};

struct options {
    struct string_list models;
    struct string_list headers;
    struct string_list words;    /* what is not an option, in order */
    struct string_list attached; /* files that go with the prompt */
    struct string_list tools;    /* of --tools */
    struct string_list servers;  /* of --mcp: a URL or a command */
    struct string_list schemas;  /* of --tool-schema: files */
    struct param_list params;
    struct settings settings;
    struct run_choice run;
    struct session_file_choice session_file;
    char *api;
    char *url;
    char *key_env;
    char *ca_file;
    char *system_text;
    char *log_path;
    char *cast_path;
    char *record_path;
    char *from_path; /* a recording to serve */
    char *theme;
    char *config_path;
    const struct recording *recording; /* to be played; or NULL. Borrowed */
    struct setup_config *config;       /* read after the options; owned by cli_run */
    int64_t session;                   /* to be opened again; 0: none */
    int64_t panes;
    int64_t port;
    int64_t limit_concurrent; /* 0: none */
    int64_t limit_rpm;
    int64_t seed;
    double speed;
    enum approval approval;
    bool is_json;
    bool is_unstreamed;
    bool is_serve;
    bool is_demo; /* motet demo: nothing is kept */
    bool is_mouse_off;
    bool is_plain;
    bool is_continuing; /* with the last session */
    bool is_temporary;  /* nothing of this one is kept */
    bool is_config_off;
    bool has_tools;      /* --tools was given, perhaps with no name */
    bool is_calling_all; /* of motet tools probe */
    bool is_accepting;
    bool is_for_screen;  /* a person will be there to answer */
    bool needs_no_model; /* the command talks to no model */
    bool wants_help;
    bool wants_version;
};

void options_init(struct options *options);
void options_clear(struct options *options);

/*
 * Reads the arguments (without the program's and the command's name) that are allowed in
 * `scope`. False with one sentence that names the option.
 */
bool options_parse(struct options *options, unsigned scope, int argc,
                   const char *const *argv, struct error *err);

/* Adds a model as if it had been given with -m. */
void options_add_model(struct options *options, const char *name);

/* An option as help texts show it. Static text. */
struct option_line {
    char letter; /* of the short form, or 0 */
    const char *name;
    const char *value_name; /* NULL: it takes no value */
    const char *help;
};

/* Option number `index` of a scope, in the order of the help; false past the end. */
bool options_get_line(unsigned scope, size_t index, struct option_line *line);

/* Prints the options of a scope, one or two lines each. */
void options_print_help(unsigned scope, FILE *file);

#endif
