/*
 * Columns, from the left: the pane, the bar, the numbers. On narrow screens the numbers
 * go first, the least telling before the others; then the name gets short.
 */
#include "ui/race_view.h"

#include <string.h>

#include "src/base/mem.h"
#include "ui/pane.h"
#include "ui/render/glyph.h"

#define NUMBER_WIDTH 8
#define NAME_MAX     18
#define NAME_MIN     3

/* The numbers at the end, in the order in which they stand. */
enum race_number { NUMBER_FIRST, NUMBER_TOTAL, NUMBER_RATE, NUMBER_COST, NUMBER_COUNT };

static const struct {
    const char *title;
    int min_width; /* of the whole view */
} numbers[NUMBER_COUNT] = {
    [NUMBER_FIRST] = {"TTFT", 60},
    [NUMBER_TOTAL] = {"total", 32},
    [NUMBER_RATE] = {"t/s", 72},
    [NUMBER_COST] = {"cost", 96},
};

/* Where the columns stand. */
struct race_columns {
    int name_width;
    int bar_x;
    int bar_width;
    int numbers_x;
    int width;
};

static struct race_columns make_columns(int width)
{
    struct race_columns columns = {.width = width, .name_width = width / 5};
    if (columns.name_width > NAME_MAX)
        columns.name_width = NAME_MAX;
    if (columns.name_width < NAME_MIN)
        columns.name_width = NAME_MIN;
    columns.bar_x = columns.name_width + 1;
    columns.numbers_x = width;
    for (size_t i = 0; i < NUMBER_COUNT; i++) {
        if (width >= numbers[i].min_width)
            columns.numbers_x -= NUMBER_WIDTH;
    }
    columns.bar_width = columns.numbers_x - columns.bar_x;
    if (columns.bar_width < 0)
        columns.bar_width = 0;
    return columns;
}

static enum role phase_role(enum race_phase phase)
{
    switch (phase) {
    case RACE_QUEUED:
    case RACE_WAITING: return ROLE_DIM;
    case RACE_CONNECT:
    case RACE_TLS: return ROLE_STATE_WAIT;
    case RACE_REASONING: return ROLE_REASONING;
    case RACE_TEXT: return ROLE_STATE_ACTIVE;
    case RACE_TOOLS: return ROLE_TOOL;
    case RACE_APPROVAL:
    case RACE_RETRY:
    case RACE_PHASE_COUNT: break;
    }
    return ROLE_WARNING;
}

/* The time that the whole width stands for; never 0. */
static int64_t axis_ms(const struct race_view *view)
{
    int64_t longest = 1;
    for (size_t i = 0; i < view->count; i++) {
        const struct race_track *track = view->rows[i].track;
        const int64_t length = track != NULL ? race_track_length(track, view->now_ms) : 0;
        longest = length > longest ? length : longest;
    }
    return longest;
}

/* --- A row ------------------------------------------------------------------------ */

static void draw_end(const struct race_track *track, struct canvas *canvas, int x, int y)
{
    static const struct {
        const char *sign;
        enum role role;
    } ends[] = {[RACE_DONE] = {"\xe2\x9c\x93", ROLE_STATE_DONE},
                [RACE_STOPPED] = {"\xe2\x96\xa0", ROLE_WARNING},
                [RACE_FAILED] = {"\xe2\x9c\x97", ROLE_ERROR},
                [RACE_RUNNING] = {">", ROLE_STATE_ACTIVE}};
    const char *sign = ends[track->end].sign;
    canvas_put(canvas, x, y, 1, ends[track->end].role, sign, strlen(sign));
}

/* The last cell of the bar is kept for the sign at the end of the longest. */
static void draw_bar(const struct race_view *view, const struct race_track *track,
                     struct canvas *canvas, struct rect bar)
{
    const int64_t axis = axis_ms(view);
    const int64_t length = race_track_length(track, view->now_ms);
    const int cells = bar.width - 1;
    int x = 0;
    for (; x < cells; x++) {
        const int64_t from = axis * x / cells;
        const int64_t to = axis * (x + 1) / cells;
        if (from >= length)
            break;
        const enum race_phase phase =
            race_track_phase(track, from, to < length ? to : length);
        const char sign = race_phase_sign(phase);
        canvas_put(canvas, bar.x + x, bar.y, 1, phase_role(phase), &sign, 1);
    }
    if (bar.width > 0)
        draw_end(track, canvas, bar.x + x, bar.y);
}

static void append_number(const struct race_view *view, const struct race_track *track,
                          enum race_number number, struct strbuf *out)
{
    if (number == NUMBER_FIRST && track->first_token_ms >= 0)
        strbuf_append_format(out, "%.2f s", (double)track->first_token_ms / 1000);
    if (number == NUMBER_TOTAL)
        strbuf_append_format(out, "%.2f s",
                             (double)race_track_length(track, view->now_ms) / 1000);
    if (number == NUMBER_RATE && track->rate >= 0)
        strbuf_append_format(out, "%.0f", track->rate);
    if (number == NUMBER_COST && track->cost >= 0)
        pane_append_money(track->cost, out);
}

/* Draws a text at the right end of column `x`. */
static void draw_right(struct canvas *canvas, int x, int y, enum role role,
                       const char *text)
{
    const int width = text_width(text, strlen(text));
    const int gap = width < NUMBER_WIDTH ? NUMBER_WIDTH - width : 0;
    canvas_put(canvas, x + gap, y, NUMBER_WIDTH - gap, role, text, strlen(text));
}

static void draw_numbers(const struct race_view *view, const struct race_track *track,
                         struct canvas *canvas, int x, int y, int width)
{
    struct strbuf text;
    strbuf_init(&text, 100);
    for (enum race_number i = 0; i < NUMBER_COUNT; i++) {
        if (width < numbers[i].min_width)
            continue;
        strbuf_reset(&text);
        if (track == NULL)
            strbuf_append_text(&text, numbers[i].title);
        else
            append_number(view, track, i, &text);
        draw_right(canvas, x, y, track == NULL ? ROLE_DIM : ROLE_TEXT,
                   strbuf_text(&text));
        x += NUMBER_WIDTH;
    }
    strbuf_clear(&text);
}

static void draw_row(const struct race_view *view, size_t index, struct canvas *canvas,
                     struct rect rect)
{
    const struct race_row *row = &view->rows[index];
    const struct race_columns columns = make_columns(rect.width);
    char *name = strbuf_format("%d %s", row->number, row->name);
    canvas_put_fit(canvas, rect.x, rect.y, columns.name_width,
                   index == view->focused ? ROLE_TITLE_FOCUSED : ROLE_TITLE, name,
                   strlen(name));
    mem_free(name);
    if (row->track == NULL) {
        canvas_put_fit(canvas, rect.x + columns.bar_x, rect.y, columns.bar_width,
                       ROLE_DIM, "nothing yet", 11);
        return;
    }
    draw_bar(view, row->track, canvas,
             (struct rect){rect.x + columns.bar_x, rect.y, columns.bar_width, 1});
    draw_numbers(view, row->track, canvas, rect.x + columns.numbers_x, rect.y,
                 rect.width);
}

/* --- The whole -------------------------------------------------------------------- */

/* True if somebody was in that phase. */
static bool has_phase(const struct race_view *view, enum race_phase phase)
{
    for (size_t i = 0; i < view->count; i++) {
        const struct race_track *track = view->rows[i].track;
        for (size_t j = 0; track != NULL && j < track->span_count; j++) {
            if (track->spans[j].phase == phase)
                return true;
        }
    }
    return false;
}

/* The phases that occur with their signs, as many as there is room for, and what the
 * numbers are. */
static void draw_legend(const struct race_view *view, struct canvas *canvas,
                        struct rect rect)
{
    const struct race_columns columns = make_columns(rect.width);
    int x = rect.x;
    const int end = rect.x + columns.numbers_x;
    for (enum race_phase phase = 0; phase < RACE_PHASE_COUNT; phase++) {
        const char *name = race_phase_name(phase);
        const int width = (int)strlen(name) + 3;
        const char sign = race_phase_sign(phase);
        if (!has_phase(view, phase) || x + width > end)
            continue;
        canvas_put(canvas, x, rect.y, 1, phase_role(phase), &sign, 1);
        canvas_put(canvas, x + 2, rect.y, width - 2, ROLE_DIM, name, strlen(name));
        x += width;
    }
    draw_numbers(view, NULL, canvas, end, rect.y, rect.width);
}

size_t race_view_draw(const struct race_view *view, struct canvas *canvas,
                      struct rect rect)
{
    if (rect.height <= 0 || view->count == 0)
        return 0;
    struct rect line = {rect.x, rect.y, rect.width, 1};
    canvas_fill(canvas, rect, ROLE_TEXT);
    const size_t height = (size_t)rect.height;
    const bool has_legend = height > view->count || height >= 4;
    const size_t room = has_legend ? height - 1 : height;
    const bool fits = view->count <= room;
    /* One row alone is that of the pane a person looks at. */
    const size_t shown = fits ? view->count : room > 1 ? room - 1 : 1;
    const size_t first = fits                                ? 0
                         : room == 1                         ? view->focused
                         : view->first + shown > view->count ? view->count - shown
                                                             : view->first;
    if (has_legend) {
        draw_legend(view, canvas, line);
        line.y++;
    }
    char *more = strbuf_format(room > 1 ? "+%zu more" : " +%zu", view->count - shown);
    const int more_width = (int)strlen(more);
    if (!fits && room == 1)
        line.width -= more_width;
    for (size_t i = 0; i < shown; i++, line.y++)
        draw_row(view, first + i, canvas, line);
    if (!fits && room > 1)
        canvas_put_fit(canvas, rect.x, line.y, rect.width, ROLE_DIM, more,
                       (size_t)more_width);
    else if (!fits)
        canvas_put_fit(canvas, rect.x + line.width, rect.y, more_width, ROLE_DIM, more,
                       (size_t)more_width);
    mem_free(more);
    return shown;
}
