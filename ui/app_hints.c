/*
 * Made from the table: every action with a word for it and a key in the mode. The words
 * stand in columns, each as wide as its words; what does not fit is left out, for the
 * lower edge says where all keys are.
 */
#include "ui/app_hints.h"

#include <string.h>

#include "src/base/compiler.h"
#include "src/base/mem.h"
#include "ui/app_state.h"
#include "ui/render/glyph.h"

/* How long a person who has entered normal mode may think. */
#define HINTS_WAIT_MS 1000

#define HINTS_ROWS_MAX 4
#define HINTS_GAP      2

/* Smaller screens need their rows for what is on them. */
#define HINTS_MIN_WIDTH  40
#define HINTS_MIN_HEIGHT 16

struct hint {
    char key[KEY_NAME_SIZE];
    const char *words;
    int width;
};

struct hint_page {
    struct hint hints[ACTION_COUNT];
    size_t count;
};

/* The shortest name of the action's keys. */
static void find_key(const struct keymap *keymap, enum action action,
                     enum input_mode mode, char out[KEY_NAME_SIZE])
{
    struct strbuf names;
    strbuf_init(&names, STRBUF_OWN_MAX);
    keymap_describe(keymap, action, mode, &names);
    out[0] = '\0';
    for (const char *at = strbuf_text(&names); *at != '\0';) {
        /* A comma may be the key itself. */
        const char *end = *at == ',' ? at + 1 : at + strcspn(at, ",");
        const size_t len = (size_t)(end - at);
        if (len < KEY_NAME_SIZE && (out[0] == '\0' || len < strlen(out))) {
            memcpy(out, at, len);
            out[len] = '\0';
        }
        at = end + strspn(end, ", ");
    }
    strbuf_clear(&names);
}

/* What is wanted most comes first: what does not fit is left out. */
static const enum action_group group_order[] = {
    ACTION_GROUP_MATRIX,  ACTION_GROUP_TEXT,     ACTION_GROUP_PANES,
    ACTION_GROUP_ANSWERS, ACTION_GROUP_BRANCHES, ACTION_GROUP_SCROLL,
    ACTION_GROUP_TOOLS,   ACTION_GROUP_PROMPTS,  ACTION_GROUP_PROGRAM,
};

static void fill_page(const struct app *app, struct hint_page *page)
{
    page->count = 0;
    for (size_t group = 0; group < COUNT_OF(group_order); group++) {
        for (int i = 0; i < ACTION_COUNT; i++) {
            const enum action action = (enum action)i;
            const struct action_info *info = action_get(action);
            struct hint *hint = &page->hints[page->count];
            if (info->group != group_order[group] || info->hint == NULL)
                continue;
            find_key(app->keymap, action, app_key_mode(app), hint->key);
            if (hint->key[0] == '\0')
                continue;
            hint->words = info->hint;
            hint->width = text_width(hint->key, strlen(hint->key)) + 1 +
                          text_width(hint->words, strlen(hint->words));
            page->count++;
        }
    }
}

/* The widest of the hints from `first` on in a column of so many rows. */
static int measure_column(const struct hint_page *page, size_t first, size_t rows)
{
    int width = 0;
    for (size_t i = first; i < first + rows && i < page->count; i++) {
        if (page->hints[i].width > width)
            width = page->hints[i].width;
    }
    return width;
}

/* How many hints fit into so many rows. */
static size_t count_fitting(const struct hint_page *page, int room, size_t rows)
{
    int x = 0;
    size_t first = 0;
    for (; first < page->count; first += rows) {
        const int width = measure_column(page, first, rows);
        if (x + width > room)
            return first;
        x += width + HINTS_GAP;
    }
    return page->count;
}

static void draw_hint(const struct hint *hint, struct canvas *canvas, int x, int y)
{
    const int used =
        canvas_put(canvas, x, y, hint->width, ROLE_KEY, hint->key, strlen(hint->key));
    canvas_put(canvas, x + used + 1, y, hint->width - used - 1, ROLE_TEXT, hint->words,
               strlen(hint->words));
}

static void draw_columns(const struct hint_page *page, struct canvas *canvas,
                         struct rect inner)
{
    const size_t rows = (size_t)inner.height;
    const size_t shown = count_fitting(page, inner.width, rows);
    int x = inner.x;
    for (size_t first = 0; first < shown; first += rows) {
        for (size_t i = first; i < first + rows && i < shown; i++)
            draw_hint(&page->hints[i], canvas, x, inner.y + (int)(i - first));
        x += measure_column(page, first, rows) + HINTS_GAP;
    }
}

static bool has_room(const struct app *app)
{
    return app->canvas->width >= HINTS_MIN_WIDTH &&
           app->canvas->height >= HINTS_MIN_HEIGHT;
}

void app_paint_hints(struct app *app, struct rect room)
{
    if (!app->hints.is_shown || !has_room(app) || room.height < HINTS_ROWS_MAX + 2)
        return;
    struct hint_page page;
    fill_page(app, &page);
    int rows = 1;
    while (rows < HINTS_ROWS_MAX &&
           count_fitting(&page, room.width - 4, (size_t)rows) < page.count)
        rows++;
    const struct rect box = {room.x, room.y + room.height - rows - 2, room.width,
                             rows + 2};
    const bool is_matrix = app->page == PAGE_MATRIX;
    const char *title = is_matrix ? " in the matrix " : " normal mode ";
    const char *hint = app_say(app, " [{help} all keys \xc2\xb7 ][{palette} commands ]");
    canvas_fill(app->canvas, box, ROLE_TEXT);
    canvas_box(app->canvas, box, ROLE_BORDER);
    canvas_put_fit(app->canvas, box.x + 1, box.y, box.width - 2, ROLE_TITLE, title,
                   strlen(title));
    canvas_put_fit(app->canvas, box.x + 1, box.y + box.height - 1, box.width - 2,
                   ROLE_DIM, hint, strlen(hint));
    draw_columns(&page, app->canvas,
                 (struct rect){box.x + 2, box.y + 1, box.width - 4, rows});
}

static bool is_wanted(const struct app *app)
{
    const bool has_keys =
        app->page == PAGE_MATRIX || (app->page == PAGE_PANES && app->mode == MODE_NORMAL);
    return app->options.use_hints && has_keys && app->overlay == OVERLAY_NONE &&
           app->call.key == 0 && has_room(app);
}

bool app_show_hints(struct app *app)
{
    ev_timer_stop(app->loop, &app->hints.timer);
    if (!is_wanted(app))
        return false;
    app->hints.is_shown = true;
    app_mark_all(app);
    return true;
}

static void on_pause(struct ev_loop *loop, struct ev_timer *timer, int events)
{
    (void)loop;
    (void)events;
    app_show_hints(timer->data);
}

void app_plan_hints(struct app *app)
{
    ev_timer_stop(app->loop, &app->hints.timer);
    if (!is_wanted(app))
        return;
    ev_now_update(app->loop);
    ev_timer_set(&app->hints.timer, (double)HINTS_WAIT_MS / 1000, 0.);
    ev_timer_start(app->loop, &app->hints.timer);
}

void app_end_hints(struct app *app)
{
    ev_timer_stop(app->loop, &app->hints.timer);
    if (!app->hints.is_shown)
        return;
    app->hints.is_shown = false;
    app_mark_all(app);
}

void app_init_hints(struct app *app)
{
    ev_init(&app->hints.timer, on_pause);
    app->hints.timer.data = app;
}

void app_clear_hints(struct app *app)
{
    ev_timer_stop(app->loop, &app->hints.timer);
}
