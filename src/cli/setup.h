/*
 * What a run needs, made from the command line and the configuration: the loop, the
 * endpoints, the demo server if a model of it is wanted, the engine. Both front ends
 * start from it.
 */
#ifndef CLI_SETUP_H
#define CLI_SETUP_H

#include <ev.h>

#include "src/base/log.h"
#include "src/cli/options.h"
#include "src/config/catalog.h"
#include "src/engine/engine.h"

struct demo_server;
struct recorder;
struct replay;
struct session_keeper;
struct spending;

struct setup {
    struct ev_loop *loop;
    struct log *log;
    struct catalog catalog;
    struct demo_server *demo;
    struct spending *spending; /* the caps on money, and what is noted under them */
    struct engine *engine;
    struct session_keeper *keeper; /* NULL: nothing can be kept or brought back */
    int64_t session;               /* to be opened again; 0: none */
    struct recorder *recorder;     /* of --record, or NULL */
    struct replay *replay;         /* of the recording of the options, or NULL */
    struct chat_setup *chats;      /* one a model, in the order asked */
    struct param_list *params;     /* of the same models */
    size_t params_count;
    char **names; /* of the same models, as asked; of a replay, of its chats */
    size_t chat_count;
    const struct options *options; /* those it was made from */
    struct string_list tools;      /* patterns of the tools that chats are offered */
    char *spoken;                  /* the words of the command line, as one text */
};

/*
 * Builds everything for the models of `options`, which stays in use. On failure fills
 * err; the setup is to be cleared in both cases. Nothing touches the network yet.
 */
bool setup_init(struct setup *setup, const struct options *options, struct error *err);
void setup_clear(struct setup *setup);

/* Starts the demo server and adds its endpoint and models, where that was not done. */
bool setup_add_demo(struct setup *setup, struct error *err);

/*
 * The prompt of the command line: its words, or standard input for "-" and where it is
 * not a terminal, or both joined by an empty line. NULL with err unset where there is
 * none. Waits for the end of standard input. Caller frees.
 */
char *setup_read_prompt(const struct options *options, struct error *err);

/*
 * The files that go with the prompt: those of the options and, with `reads_words`, those
 * that words of the command line name with an @. Standard input names none: what it holds
 * may be anybody's words, and they must not choose files of this machine. False with err
 * filled if one cannot be attached.
 */
bool setup_read_attachments(const struct options *options, bool reads_words,
                            struct attachment_list *list, struct error *err);

#endif
