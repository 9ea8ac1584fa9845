/*
 * The inside of the linear front end, shared by the files src/cli/plain*.c and by nobody
 * else: plain.c (life, input, events), plain_speech.c (who speaks), plain_command.c (what
 * ':' does), plain_session.c (sessions that are opened again).
 */
#ifndef CLI_PLAIN_STATE_H
#define CLI_PLAIN_STATE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <ev.h>

#include "src/base/compiler.h"
#include "src/cli/call_prompt.h"
#include "src/cli/console.h"
#include "src/cli/end_signals.h"
#include "src/cli/plain.h"
#include "src/engine/race.h"

/* No chat has the floor. */
#define PLAIN_NOBODY ((size_t)-1)

#define PLAIN_CHAT_MAX 64

struct server_fetch;

struct plain_chat {
    chat_id id;
    char *name;
    bool is_target;     /* the next prompt goes to it */
    struct strbuf held; /* of its answer: what was not written yet */
    char *closing;      /* how the answer ended, to be said behind its text; or NULL */
};

struct plain {
    struct setup *setup;
    struct plain_options options;
    struct console console;
    struct end_signals signals;
    struct ev_io input;
    struct strbuf line;  /* what was read of a line */
    struct strbuf draft; /* lines of a prompt that goes on */
    struct strbuf notes; /* lines of our own that wait until a question is answered */
    struct plain_chat chats[PLAIN_CHAT_MAX];
    size_t chat_count;
    struct race race; /* how the last turns went */
    size_t speaker;             /* the chat that has the floor, or PLAIN_NOBODY */
    struct call_prompt *asker;  /* or NULL: nobody is there to answer */
    struct server_fetch *fetch; /* what servers have for `fetch_text`, or NULL */
    char *fetch_text;
    int64_t quit_until_ms; /* a second Ctrl-C until then quits */
    bool is_person;        /* the input is a terminal */
    bool is_prompted;      /* the sign that waits for a line stands there */
    bool is_input_over;
    bool has_attached;
    size_t lists_waited_for; /* of models */
    int exit_code;           /* -1: goes on */
};

/* plain.c */
bool plain_open(struct plain *plain, const struct chat_setup *setup);
/* Adds a pane for a chat that is open in the engine. */
bool plain_adopt(struct plain *plain, chat_id chat);
void plain_close(struct plain *plain, size_t index);
void plain_quit(struct plain *plain, int exit_code);

/* plain_speech.c */

/* Writes a line of the program's own; while a person is asked, it waits. */
void plain_say(struct plain *plain, const char *format, ...) LIKE_PRINTF(2, 3);

/* Writes what is due: lines of the chat that has the floor, and of those after it. */
void plain_speak(struct plain *plain);

/* plain_session.c */

/* Opens the session of the setup again and reads it out. */
void plain_restore(struct plain *plain);
void plain_list_sessions(struct plain *plain, const char *words);

/* plain_tree.c: what ':' does with messages and branches of the one target. */
void plain_run_branches(struct plain *plain, const char *args);
void plain_run_branch(struct plain *plain, const char *args);
void plain_run_fork(struct plain *plain, const char *args);
void plain_run_edit(struct plain *plain, const char *args);
void plain_run_again(struct plain *plain, const char *args);
void plain_run_share(struct plain *plain, const char *args);

/* plain_command.c */

/* Does what a line that begins with ':' says. */
void plain_command(struct plain *plain, const char *line);

/* An endpoint has told its models. */
void plain_models_came(struct plain *plain, const struct endpoint *endpoint);

#endif
