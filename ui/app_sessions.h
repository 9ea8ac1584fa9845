/*
 * The box of sessions: those there are, found by name, tag and model, and what was said
 * in them; to open, rename, tag and remove. For the files ui/app*.c only.
 */
#ifndef UI_APP_SESSIONS_H
#define UI_APP_SESSIONS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <ev.h>

#include "ui/action.h"
#include "ui/edit/key.h"

struct app;

/* What the line of the box is for. */
enum sessions_task { SESSIONS_FIND, SESSIONS_RENAME, SESSIONS_TAG };

/* What a row stands for. */
struct session_place {
    int64_t session; /* 0: a new one; negative: none */
    int64_t chat;    /* of a place in it, the store's; 0: the session itself */
    uint64_t message;
};

struct app_sessions {
    enum sessions_task task;
    struct session_place *places; /* one a row */
    size_t count;
    size_t cap;
    int64_t subject;       /* that is renamed or tagged */
    char *sought;          /* what was typed before that */
    int64_t removed;       /* asked for once */
    struct ev_timer pause; /* after it what was said is searched */
};

void app_init_sessions(struct app *app);
void app_clear_sessions(struct app *app);

void app_act_on_sessions(struct app *app, enum action action);

/* What is typed has changed. */
void app_refill_sessions(struct app *app);

/* False if the key is none for it. */
bool app_sessions_key(struct app *app, const struct key *key);

#endif
