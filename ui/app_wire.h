/*
 * The part of struct app that shows what went over the wire: the wire page of one answer
 * and the race of all panes. For the files ui/app*.c only.
 */
#ifndef UI_APP_WIRE_H
#define UI_APP_WIRE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "src/engine/event.h"
#include "src/engine/race.h"
#include "src/engine/wire_log.h"
#include "ui/edit/key.h"
#include "ui/render/rect.h"
#include "ui/view/sheet.h"

struct app;

struct app_wire {
    struct wire_log *log;
    struct sheet sheet;
    chat_id chat; /* the answer that is shown */
    uint64_t message_id;
    size_t pane; /* whose it is */
    char *title;
    size_t first; /* the row at the top */
    int shown;
    int room; /* the width it was filled for */
    int64_t filled_ms;
    bool is_raw;
    bool is_stale;
};

struct app_race {
    struct race race;
    bool is_shown;
    bool fits; /* as drawn last: every pane had its row */
    size_t first;
    size_t shown;
};

/* app_wire.c */
void app_init_wire(struct app *app);
void app_clear_wire(struct app *app);
void app_open_wire(struct app *app);
/* There may be something new to show of that chat; 0: of any. */
void app_refresh_wire(struct app *app, chat_id chat);
void app_wire_key(struct app *app, const struct key *key);
void app_paint_wire(struct app *app, struct rect room);

/* app_race.c */
void app_init_race(struct app *app);
void app_clear_race(struct app *app);
void app_race_hear(struct app *app, const struct engine_event *event);
/* Shows the strip; where it cannot show every pane the page; then neither. */
void app_act_race(struct app *app);
/* The rows that the strip wants of so many. */
int app_race_height(const struct app *app, int room);
void app_paint_race(struct app *app, struct rect rect);
void app_race_key(struct app *app, const struct key *key);
void app_paint_race_page(struct app *app, struct rect room);

#endif
