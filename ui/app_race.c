/*
 * The race on the screen: a strip above the composer, and a page where there are more
 * panes than a strip has rows. It has no timer: it is painted with every frame, and while
 * a turn runs there is one at least once a second.
 */
#include <string.h>

#include "src/base/clock.h"
#include "src/base/mem.h"
#include "ui/app_state.h"
#include "ui/race_view.h"

/* The strip takes no more than one row of so many. */
#define RACE_SHARE 3

static void on_wire(void *user, const struct wire_event *event)
{
    struct app *app = user;
    race_hear_wire(&app->race.race, event);
}

void app_init_race(struct app *app)
{
    engine_tap(app->engine, on_wire, app);
}

void app_clear_race(struct app *app)
{
    engine_untap(app->engine, on_wire, app);
    race_clear(&app->race.race);
}

static bool has_pane(const struct app *app, chat_id chat)
{
    for (size_t i = 0; i < app->pane_count; i++) {
        if (app->panes[i].chat == chat)
            return true;
    }
    return false;
}

/* The cells of a matrix may be many thousands; a race is of panes. */
void app_race_hear(struct app *app, const struct engine_event *event)
{
    if (event->kind == EVENT_TURN_STARTED && !has_pane(app, event->chat))
        return;
    race_hear(&app->race.race, event, engine_get_chat(app->engine, event->chat),
              clock_now_ms());
}

/* Fills the view; the rows are of as many as there may be panes. */
static void app_fill_race(const struct app *app, struct race_view *view,
                          struct race_row rows[APP_PANE_MAX])
{
    for (size_t i = 0; i < app->pane_count; i++) {
        const struct pane *pane = &app->panes[i];
        const struct chat_setup *setup = engine_get_setup(app->engine, pane->chat);
        rows[i] = (struct race_row){
            .number = (int)i + 1,
            .name = pane->label != NULL ? pane->label : setup->model,
            .track = race_find(&app->race.race, pane->chat),
        };
    }
    *view = (struct race_view){.rows = rows,
                               .count = app->pane_count,
                               .focused = app->focused,
                               .first = app->race.first,
                               .now_ms = clock_now_ms()};
}

int app_race_height(const struct app *app, int room)
{
    const int wanted = (int)app->pane_count + 1;
    const int share = room / RACE_SHARE;
    if (!app->race.is_shown || app->page != PAGE_PANES || app->pane_count == 0)
        return 0;
    return wanted < share ? wanted : share;
}

void app_paint_race(struct app *app, struct rect rect)
{
    struct race_row rows[APP_PANE_MAX];
    struct race_view view;
    if (rect.height == 0)
        return;
    app_fill_race(app, &view, rows);
    view.first = 0;
    app->race.fits = race_view_draw(&view, app->canvas, rect) == app->pane_count;
}

void app_act_race(struct app *app)
{
    if (!app->race.is_shown) {
        app->race.is_shown = true;
        app->race.fits = true;
        app_notify_keys(app, "race: how the last turn of each pane went; {race} again "
                             "hides it");
    } else if (!app->race.fits) {
        app->race.is_shown = false;
        app->race.first = 0;
        app->overlay = OVERLAY_RACE;
    } else {
        app->race.is_shown = false;
    }
    app_mark_all(app);
}

void app_race_key(struct app *app, const struct key *key)
{
    const uint32_t rune = key->code == INPUT_RUNE && key->mods == 0 ? key->rune : 0;
    const size_t page = app->race.shown > 1 ? app->race.shown - 1 : 1;
    const size_t count = app->pane_count;
    size_t *first = &app->race.first;
    if (key->code == INPUT_DOWN || key->code == INPUT_WHEEL_DOWN || rune == 'j')
        *first += 1;
    else if (key->code == INPUT_UP || key->code == INPUT_WHEEL_UP || rune == 'k')
        *first -= *first > 0;
    else if (key->code == INPUT_PGDN || rune == ' ')
        *first += page;
    else if (key->code == INPUT_PGUP)
        *first -= page < *first ? page : *first;
    else if (key->code == INPUT_HOME || rune == 'g')
        *first = 0;
    else if (key->code == INPUT_END || rune == 'G')
        *first = count;
    else if (rune == 'q' || key->code == INPUT_ENTER ||
             keymap_find(app->keymap, MODE_NORMAL, key) == ACTION_RACE)
        app_close_overlay(app);
    if (*first + app->race.shown > count)
        *first = count > app->race.shown ? count - app->race.shown : 0;
    app_mark_all(app);
}

void app_paint_race_page(struct app *app, struct rect room)
{
    static const char hint[] = " arrows and PgUp PgDn scroll, Esc closes ";
    static const char title[] = " race \xc2\xb7 the last turn of each pane ";
    struct race_row rows[APP_PANE_MAX];
    struct race_view view;
    app_fill_race(app, &view, rows);
    canvas_fill(app->canvas, room, ROLE_TEXT);
    canvas_box(app->canvas, room, ROLE_BORDER_FOCUSED);
    canvas_put_fit(app->canvas, room.x + 1, room.y, room.width - 2, ROLE_TITLE_FOCUSED,
                   title, strlen(title));
    canvas_put_fit(app->canvas, room.x + 1, room.y + room.height - 1, room.width - 2,
                   ROLE_DIM, hint, strlen(hint));
    const struct rect inside = {room.x + 2, room.y + 1, room.width - 4, room.height - 2};
    app->race.shown = race_view_draw(&view, app->canvas, inside);
}
