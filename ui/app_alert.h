/*
 * Calling a person who looks at another window: when an answer is there or a tool call
 * waits, while the terminal says that it has no focus, and not more often than every few
 * seconds. Also the title of the window. A part of struct app; only ui/app*.c include it.
 */
#ifndef UI_APP_ALERT_H
#define UI_APP_ALERT_H

#include <stdbool.h>
#include <stdint.h>

#include <ev.h>

#include "src/engine/event.h"

struct app;

struct app_alert {
    bool is_unfocused; /* the terminal has said so */
    int64_t last_ms;   /* when the person was called last; 0: never */
    char *pending;     /* what is said when that was long enough ago, or NULL */
    bool is_urgent;    /* … about a call: an answer does not take its place */
    struct ev_timer timer;
};

void app_init_alert(struct app *app);
void app_clear_alert(struct app *app);

/* The terminal has got or lost the focus. */
void app_set_focus(struct app *app, bool is_unfocused);

/* Calls the person if the event is worth it. */
void app_alert_on_event(struct app *app, const struct engine_event *event);

/* Makes the window's title say what is going on. */
void app_update_title(struct app *app);

#endif
