/*
 * The layout is made anew for each frame from a few numbers; what is done here changes
 * these numbers, and the order of the panes.
 */
#include "ui/app_layout.h"

#include <string.h>

#include "src/base/clock.h"
#include "src/base/mem.h"
#include "ui/app_state.h"
#include "ui/render/glyph.h"

/* How far a key moves a border. */
#define LAYOUT_STEP_WIDTH  4
#define LAYOUT_STEP_HEIGHT 2

static struct tiling_wish app_layout_wish(const struct app *app)
{
    return (struct tiling_wish){.count = app->pane_count,
                                .focused = app->focused,
                                .is_zoomed = app->is_zoomed,
                                .mode = app->layout.mode,
                                .weights = &app->layout.weights};
}

struct tiling app_layout_make(const struct app *app, struct rect room)
{
    const struct tiling_wish wish = app_layout_wish(app);
    return tiling_make(room, &wish);
}

/* --- Tabs ------------------------------------------------------------------------- */

static void app_layout_fill_tab(const struct app *app, size_t index, struct tab *tab)
{
    const struct pane *pane = &app->panes[index];
    const struct chat_setup *setup = engine_get_setup(app->engine, pane->chat);
    const struct turn_status status = engine_get_turn(app->engine, pane->chat);
    const struct message *answer =
        chat_last_by(engine_get_chat(app->engine, pane->chat), MESSAGE_ASSISTANT);
    struct strbuf state;
    struct glyph glyph;
    strbuf_init(&state, STRBUF_OWN_MAX);
    tab->name = pane->label != NULL ? pane->label : setup->model;
    tab->sign_role = pane_describe_state(&status, answer, clock_now_ms(), &state);
    tab->sign[0] = '\0';
    if (state.len > 0) {
        glyph_next(strbuf_text(&state), state.len, 0, &glyph);
        if (glyph.text_len < sizeof(tab->sign)) {
            memcpy(tab->sign, glyph.text, glyph.text_len);
            tab->sign[glyph.text_len] = '\0';
        }
    }
    strbuf_clear(&state);
}

void app_layout_paint_tabs(struct app *app)
{
    struct tab *tabs = app->layout.tabs;
    for (size_t i = 0; i < TILING_PANE_MAX; i++)
        tabs[i].width = 0;
    if (app->tiling.tabs.height == 0)
        return;
    for (size_t i = 0; i < app->pane_count; i++)
        app_layout_fill_tab(app, i, &tabs[i]);
    tab_view_draw(tabs, app->pane_count, app->focused, app->canvas, app->tiling.tabs);
}

/* --- Keys ------------------------------------------------------------------------- */

/* What the person sees in place of the mode where it does not fit; NULL if it does. */
static const char *app_layout_instead(const struct app *app, const struct tiling *tiling)
{
    const enum tiling_mode mode = app->layout.mode;
    const int count = (int)app->pane_count;
    const bool fits = mode == TILING_AUTO || mode == TILING_TABS || count < 2 ||
                      (mode == TILING_GRID && tiling->columns > 0) ||
                      (mode == TILING_COLUMNS && tiling->columns == count) ||
                      (mode == TILING_STACK && !tiling->is_tabs);
    if (fits)
        return NULL;
    if (tiling->is_tabs)
        return "tabs";
    return tiling->columns > 0 ? "a grid" : "a stack";
}

static void app_layout_next_mode(struct app *app)
{
    static const char *const notices[TILING_MODE_COUNT] = {
        [TILING_AUTO] = "layout: auto, by the size of the window",
        [TILING_GRID] = "layout: grid",
        [TILING_COLUMNS] = "layout: columns, side by side",
        [TILING_STACK] = "layout: stack, one below the other",
        [TILING_TABS] = "layout: tabs, one at a time",
    };
    app->layout.mode = (enum tiling_mode)((app->layout.mode + 1) % TILING_MODE_COUNT);
    app->is_zoomed = false;
    const struct tiling tiling = app_layout_make(app, app->panes_room);
    const char *instead = app_layout_instead(app, &tiling);
    char *notice =
        strbuf_format("%s%s%s", notices[app->layout.mode],
                      instead != NULL ? "; the window is too small, so it is " : "",
                      instead != NULL ? instead : "");
    app_notify(app, notice);
    mem_free(notice);
}

static void app_layout_resize(struct app *app, int dx, int dy)
{
    const struct tiling *tiling = &app->tiling;
    if (tiling->columns == 0) {
        app_notify_keys(
            app, app->is_zoomed && app->pane_count > 1
                     ? "this pane is shown alone: {pane-zoom} shows the others, then "
                       "sizes can be changed"
                     : "sizes can be changed where several panes stand in a grid");
        return;
    }
    if (tiling_grow(tiling, app->focused, dx, dy, &app->layout.weights)) {
        app_mark_all(app);
        return;
    }
    if ((dx != 0 && tiling->rects[app->focused].width == app->panes_room.width) ||
        (dy != 0 && tiling->rows == 1))
        app_notify(app, dx != 0 ? "no pane stands beside this one"
                                : "no pane stands above or below this one");
    else
        app_notify(app, "no more: a pane has at least 30 columns and 6 rows");
}

/* The pane takes its chat, tick and place in the text with it; the numbers stay. */
static void app_layout_move(struct app *app, bool is_forward)
{
    const size_t count = app->pane_count;
    if (count < 2) {
        app_notify(app, "there is no other pane to change places with");
        return;
    }
    const size_t other = (app->focused + (is_forward ? 1 : count - 1)) % count;
    const struct pane moved = app->panes[app->focused];
    app->panes[app->focused] = app->panes[other];
    app->panes[other] = moved;
    app->focused = other;
    app_mark_all(app);
}

void app_layout_act(struct app *app, enum action action)
{
    app->layout.is_dragging = false;
    if (action == ACTION_LAYOUT)
        app_layout_next_mode(app);
    else if (action == ACTION_PANE_WIDER)
        app_layout_resize(app, LAYOUT_STEP_WIDTH, 0);
    else if (action == ACTION_PANE_NARROWER)
        app_layout_resize(app, -LAYOUT_STEP_WIDTH, 0);
    else if (action == ACTION_PANE_HIGHER)
        app_layout_resize(app, 0, LAYOUT_STEP_HEIGHT);
    else if (action == ACTION_PANE_LOWER)
        app_layout_resize(app, 0, -LAYOUT_STEP_HEIGHT);
    else if (action == ACTION_PANE_FORWARD || action == ACTION_PANE_BACKWARD)
        app_layout_move(app, action == ACTION_PANE_FORWARD);
    else if (action == ACTION_PANES_EVEN)
        app->layout.weights = (struct tiling_weights){.columns = 0};
    app_mark_all(app);
}

/* --- The mouse -------------------------------------------------------------------- */

static bool app_layout_press_tab(struct app *app, const struct key *key)
{
    for (size_t i = 0; i < app->pane_count && key->y == app->tiling.tabs.y; i++) {
        const struct tab *tab = &app->layout.tabs[i];
        if (key->x >= tab->x && key->x < tab->x + tab->width) {
            app->focused = i;
            app_mark_all(app);
            return true;
        }
    }
    return false;
}

/* Where the panes behind the border begin. */
static struct rect app_layout_border_place(const struct tiling *tiling,
                                           const struct tiling_border *border)
{
    struct rect place = {0, 0, 0, 0};
    const int row = border->is_in_last_row ? tiling->rows - 1 : 0;
    if (border->column >= 0)
        place.x = tiling->rects[row * tiling->columns + border->column + 1].x;
    if (border->row >= 0)
        place.y = tiling->rects[(border->row + 1) * tiling->columns].y;
    return place;
}

bool app_layout_press(struct app *app, const struct key *key)
{
    struct app_layout *layout = &app->layout;
    layout->is_dragging = false;
    if (app->tiling.tabs.height > 0)
        return app_layout_press_tab(app, key);
    layout->is_dragging =
        tiling_find_border(&app->tiling, key->x, key->y, &layout->border);
    layout->dragged = app->tiling;
    if (!layout->is_dragging)
        return false;
    const struct rect at = app_layout_border_place(&app->tiling, &layout->border);
    layout->hold_x = at.x - key->x;
    layout->hold_y = at.y - key->y;
    return true;
}

void app_layout_drag(struct app *app, const struct key *key)
{
    struct app_layout *layout = &app->layout;
    if (!layout->is_dragging)
        return;
    /* A pane was closed, or the window has changed: nothing is held any more. */
    if (app->tiling.count != layout->dragged.count ||
        app->tiling.columns != layout->dragged.columns ||
        app->tiling.rows != layout->dragged.rows) {
        layout->is_dragging = false;
        return;
    }
    /* From what was drawn last, so that it does not matter how many moves a frame sees.
     */
    const struct rect at = app_layout_border_place(&app->tiling, &layout->border);
    const int dx = key->x + layout->hold_x - at.x;
    const int dy = key->y + layout->hold_y - at.y;
    if (tiling_move_border(&app->tiling, &layout->border, dx, dy, &layout->weights))
        app_mark_all(app);
}

void app_layout_release(struct app *app)
{
    app->layout.is_dragging = false;
}

/* --- Memory ----------------------------------------------------------------------- */

/* The panes in the order in which they were opened. */
static size_t app_layout_rank(const struct app *app, size_t place)
{
    size_t rank = 0;
    for (size_t i = 0; i < app->pane_count; i++)
        rank += app->panes[i].opened < app->panes[place].opened;
    return rank;
}

void app_layout_describe(const struct app *app, struct layout_entry *entry)
{
    *entry = (struct layout_entry){.count = app->pane_count,
                                   .mode = app->layout.mode,
                                   .weights = app->layout.weights,
                                   .is_zoomed = app->is_zoomed,
                                   .focused = app->focused};
    for (size_t i = 0; i < app->pane_count; i++) {
        const struct pane *pane = &app->panes[i];
        const struct chat_setup *setup = engine_get_setup(app->engine, pane->chat);
        const size_t rank = app_layout_rank(app, i);
        entry->models[rank] = strbuf_format("%s/%s", setup->endpoint->name, setup->model);
        entry->order[i] = rank;
    }
}

void app_layout_apply(struct app *app, const struct layout_entry *entry)
{
    struct pane panes[APP_PANE_MAX];
    memcpy(panes, app->panes, sizeof(panes));
    for (size_t i = 0; i < entry->count; i++)
        app->panes[i] = panes[entry->order[i]];
    app->layout.mode = entry->mode;
    app->layout.weights = entry->weights;
    app->is_zoomed = entry->is_zoomed && app->pane_count > 1;
    app->focused = entry->focused;
}

void app_layout_note(struct app *app)
{
    layout_entry_clear(&app->layout.known);
    app_layout_describe(app, &app->layout.known);
}

/* A file that cannot be used is told once and does not keep anybody from working. */
static void app_layout_tell(struct app *app, struct error *err)
{
    app_notify(app, error_text(err));
    error_clear(err);
}

void app_layout_recall(struct app *app)
{
    struct app_layout *layout = &app->layout;
    struct error err = {ERROR_NONE, NULL};
    struct layout_entry found;
    bool is_found = false;
    app_layout_describe(app, &layout->known);
    if (app->options.layout_path == NULL || app->pane_count == 0)
        return;
    app_layout_describe(app, &found);
    if (!layout_file_find(app->options.layout_path, &found, &is_found, &err))
        app_layout_tell(app, &err);
    if (is_found) {
        app_layout_apply(app, &found);
        app_layout_note(app);
    }
    layout_entry_clear(&found);
}

void app_layout_keep(struct app *app)
{
    struct error err = {ERROR_NONE, NULL};
    struct layout_entry now;
    if (app->options.layout_path == NULL || app->pane_count == 0)
        return;
    app_layout_describe(app, &now);
    /* Where somebody looks is not worth a file, where nothing else is different. */
    const size_t focused = now.focused;
    now.focused = app->layout.known.focused;
    const bool is_new = !layout_entry_equal(&now, &app->layout.known);
    const bool is_default =
        layout_entry_is_for(&app->layout.known, now.models, now.count);
    now.focused = focused;
    /* Other models than at the start: only what was arranged among them is remembered. */
    const bool is_arranged = now.mode != TILING_AUTO || now.weights.columns > 0;
    const bool is_kept = is_new && (is_default || is_arranged) &&
                         layout_file_keep(app->options.layout_path, &now, &err);
    if (is_kept)
        app_layout_note(app);
    /* A layout is not worth words again and again. */
    error_clear(&err);
    layout_entry_clear(&now);
}

void app_layout_clear(struct app *app)
{
    layout_entry_clear(&app->layout.known);
}
