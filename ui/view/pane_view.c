/*
 * A roomy pane has a frame with title and state in its upper edge and the metrics in its
 * lower edge. A small one has one title row and no frame, so that 20 by 5 still works.
 */
#include "ui/view/pane_view.h"

#include <string.h>

#include "src/base/mem.h"
#include "src/base/strbuf.h"
#include "ui/render/glyph.h"
#include "ui/view/transcript_choose.h"

#define PANE_FRAME_MIN_WIDTH  30
#define PANE_FRAME_MIN_HEIGHT 6

static bool pane_view_has_frame(struct rect rect)
{
    return rect.width >= PANE_FRAME_MIN_WIDTH && rect.height >= PANE_FRAME_MIN_HEIGHT;
}

static char *pane_view_title(const struct pane_view *view)
{
    const char *tick = view->is_ticked ? "" : " (not ticked)";
    if (view->tab_count > 0)
        return strbuf_format(" %d/%d %s%s ", view->number, view->tab_count, view->model,
                             tick);
    return strbuf_format(" %d %s%s ", view->number, view->model, tick);
}

/* Says at the right end of `width` cells that there are hidden characters; returns the
 * cells used. In little room with fewer words, and in less than that not at all. */
static int pane_view_draw_hidden(const struct pane_view *view, struct canvas *canvas,
                                 int x, int y, int width)
{
    const size_t count = transcript_hidden_count(view->transcript);
    if (count == 0)
        return 0;
    char *text = strbuf_format(" %zu hidden character%s ", count, count == 1 ? "" : "s");
    size_t len = strlen(text);
    if ((int)len > width * 2 / 3)
        len = (size_t)(strstr(text, "hidden") - text) + strlen("hidden");
    const int used = (int)len <= width * 2 / 3 ? (int)len : 0;
    if (used > 0)
        canvas_put(canvas, x + width - used, y, used, ROLE_MARK, text, len);
    mem_free(text);
    return used;
}

/* The row with title and state, from `x` in `width` cells. */
static void pane_view_draw_title(const struct pane_view *view, struct canvas *canvas,
                                 int x, int y, int width)
{
    const enum role role = view->is_focused ? ROLE_TITLE_FOCUSED : ROLE_TITLE;
    char *title = pane_view_title(view);
    int state_width = text_width(view->state, strlen(view->state));
    /* The state is what changes: the title gives way first. */
    int room = state_width > 0 ? width - state_width - 2 : width;
    if (room < 4) {
        state_width = 0;
        room = width;
    }
    room -= pane_view_draw_hidden(view, canvas, x, y, room);
    int used = canvas_put_fit(canvas, x, y, room, role, title, strlen(title));
    mem_free(title);
    const int provider_width = text_width(view->provider, strlen(view->provider));
    if (used + provider_width + 4 <= room) {
        used += 1;
        canvas_put(canvas, x + used, y, room - used, ROLE_DIM, " ", 1);
        used += 1 + canvas_put(canvas, x + used + 1, y, room - used - 1, ROLE_DIM,
                               view->provider, strlen(view->provider));
        canvas_put(canvas, x + used, y, room - used, ROLE_DIM, " ", 1);
    }
    if (state_width == 0)
        return;
    const int at = x + width - state_width - 2;
    canvas_put(canvas, at, y, 1, view->state_role, " ", 1);
    canvas_put(canvas, at + 1, y, state_width, view->state_role, view->state,
               strlen(view->state));
    canvas_put(canvas, at + 1 + state_width, y, 1, view->state_role, " ", 1);
}

/* The sign that leads back to the end, in the last row at the right. */
static struct rect pane_view_draw_mark(struct transcript *transcript,
                                       struct canvas *canvas, struct rect rect)
{
    if (transcript_is_following(transcript) || rect.height < 1)
        return (struct rect){0, 0, 0, 0};
    const size_t count = transcript_new_rows(transcript);
    char *text = count > 0 ? strbuf_format(" \xe2\x86\x93 %zu new line%s ", count,
                                           count == 1 ? "" : "s")
                           : mem_strdup(" \xe2\x86\x93 more below ");
    int width = text_width(text, strlen(text));
    if (width > rect.width)
        width = rect.width;
    const struct rect mark = {rect.x + rect.width - width, rect.y + rect.height - 1,
                              width, 1};
    canvas_put_fit(canvas, mark.x, mark.y, width, count > 0 ? ROLE_NEW_LINES : ROLE_DIM,
                   text, strlen(text));
    mem_free(text);
    return mark;
}

/* Paints the frame and returns what is inside. */
static struct rect pane_view_draw_frame(const struct pane_view *view,
                                        struct canvas *canvas, struct rect rect)
{
    canvas_box(canvas, rect, view->is_focused ? ROLE_BORDER_FOCUSED : ROLE_BORDER);
    if (view->metrics[0] != '\0') {
        char *metrics = strbuf_format(" %s ", view->metrics);
        canvas_put_fit(canvas, rect.x + 1, rect.y + rect.height - 1, rect.width - 2,
                       ROLE_DIM, metrics, strlen(metrics));
        mem_free(metrics);
    }
    return (struct rect){rect.x + 2, rect.y + 1, rect.width - 4, rect.height - 2};
}

/* The prompts that wait stand below the conversation, one row each; a third of the pane
 * is the most they take. */
static void pane_view_draw_queued(const struct pane_view *view, struct canvas *canvas,
                                  struct rect *inside)
{
    const size_t room = inside->height > 2 ? (size_t)inside->height / 3 : 0;
    const size_t shown = view->queued_count < room ? view->queued_count : room;
    for (size_t i = shown; i > 0; i--) {
        const char *text = view->queued[i - 1];
        inside->height--;
        const int y = inside->y + inside->height;
        canvas_put(canvas, inside->x, y, 2, ROLE_STATE_WAIT, "\xe2\x80\xa6 ", 4);
        canvas_put_fit(canvas, inside->x + 2, y, inside->width - 2, ROLE_DIM, text,
                       strcspn(text, "\n"));
    }
}

/* The dialog takes what it needs; a roomy pane keeps a few rows of the conversation in
 * sight. */
static void pane_view_draw_call(const struct pane_view *view, struct canvas *canvas,
                                struct rect *inside)
{
    if (view->call == NULL)
        return;
    const int kept = inside->height >= 12 ? 3 : inside->height >= 7 ? 1 : 0;
    const int height = call_view_height(view->call, inside->width, inside->height - kept);
    inside->height -= height;
    call_view_draw(
        view->call, canvas,
        (struct rect){inside->x, inside->y + inside->height, inside->width, height});
}

int pane_view_inner_width(struct rect rect)
{
    return pane_view_has_frame(rect) ? rect.width - 4 : rect.width;
}

struct rect pane_view_draw(const struct pane_view *view, struct canvas *canvas,
                           struct rect rect)
{
    if (rect.width <= 0 || rect.height <= 0)
        return (struct rect){0, 0, 0, 0};
    canvas_fill(canvas, rect, ROLE_TEXT);
    const bool has_frame = pane_view_has_frame(rect);
    struct rect inside = {rect.x, rect.y + 1, rect.width, rect.height - 1};
    if (has_frame)
        inside = pane_view_draw_frame(view, canvas, rect);
    pane_view_draw_queued(view, canvas, &inside);
    pane_view_draw_call(view, canvas, &inside);
    const int edge = has_frame ? 1 : 0;
    if (inside.height <= 0) { /* no room but for the title, and maybe a dialog */
        pane_view_draw_title(view, canvas, rect.x + edge, rect.y, rect.width - 2 * edge);
        transcript_draw(view->transcript, canvas, inside);
        return (struct rect){0, 0, 0, 0};
    }
    transcript_set_model(view->transcript, view->model);
    transcript_update(view->transcript, view->chat, inside.width, inside.height,
                      view->card_hint);
    transcript_draw(view->transcript, canvas, inside);
    transcript_draw_chosen(view->transcript, canvas, has_frame ? inside.x - 1 : -1);
    /* Last, because it says what the conversation holds. */
    pane_view_draw_title(view, canvas, rect.x + edge, rect.y, rect.width - 2 * edge);
    return pane_view_draw_mark(view->transcript, canvas, inside);
}
