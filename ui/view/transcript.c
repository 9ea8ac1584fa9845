/*
 * Where the reader is: the message and row at the top of the view. While following, that
 * place is worked out from the end before each draw (scroll_pace.h says when the view may
 * be ahead of the end by some rows); otherwise it is kept.
 */
#include "ui/view/transcript.h"

#include <string.h>

#include "src/base/mem.h"
#include "ui/view/scroll_pace.h"

/* Messages this far above the view lose their rows while the end is followed; they are
 * laid out again when somebody goes there. */
#define TRANSCRIPT_KEPT 50

struct transcript_top {
    size_t item;
    int row;
};

struct transcript {
    struct message_rows *items; /* one a message of the path */
    size_t item_count;
    size_t item_cap;
    size_t laid_from; /* items before it have no rows */
    int width;
    int height;
    struct rect drawn; /* where it was drawn last */
    const char *card_hint;
    char *model; /* in the pane's title, or NULL */
    struct call_mark *marks;
    size_t mark_count;
    bool is_unfolded;
    bool is_raw;
    bool is_relaid; /* one of these two has changed since the last update */
    struct transcript_top top;
    bool is_following;
    struct scroll_pace pace;
    int64_t now_ms; /* -1: following, the end always stands in the last row */
    /* Where the top row began before the first of several changes of the layout: found
     * again from there, it does not wander while a window is dragged. */
    struct row_place top_place;
    bool has_top_place;
    /* The end as it was when the reader left it: that item had that many rows, and
     * `left_place` was the last byte in them. */
    size_t left_item;
    int left_rows;
    struct row_place left_place;
};

struct transcript *transcript_new(void)
{
    struct transcript *transcript = mem_alloc(sizeof(*transcript));
    transcript->is_following = true;
    transcript->now_ms = -1;
    return transcript;
}

static void transcript_cut(struct transcript *transcript, size_t count)
{
    while (transcript->item_count > count)
        message_rows_clear(&transcript->items[--transcript->item_count]);
    if (transcript->laid_from > count)
        transcript->laid_from = count;
}

void transcript_set_model(struct transcript *transcript, const char *model)
{
    const char *old = transcript->model;
    if (old != NULL && model != NULL && strcmp(old, model) == 0)
        return;
    char *copy = mem_strdup(model);
    mem_free(transcript->model);
    transcript->model = copy;
}

static void transcript_clear_calls(struct transcript *transcript)
{
    for (size_t i = 0; i < transcript->mark_count; i++)
        mem_free(transcript->marks[i].text);
    mem_free(transcript->marks);
    transcript->marks = NULL;
    transcript->mark_count = 0;
}

void transcript_set_calls(struct transcript *transcript, const struct call_mark *marks,
                          size_t count, bool is_unfolded)
{
    transcript_clear_calls(transcript);
    transcript->is_relaid =
        transcript->is_relaid || transcript->is_unfolded != is_unfolded;
    transcript->is_unfolded = is_unfolded;
    if (count == 0)
        return;
    transcript->marks = mem_alloc(count * sizeof(marks[0]));
    transcript->mark_count = count;
    for (size_t i = 0; i < count; i++) {
        transcript->marks[i] = marks[i];
        transcript->marks[i].text = mem_strdup(marks[i].text);
    }
}

void transcript_set_raw(struct transcript *transcript, bool is_raw)
{
    transcript->is_relaid = transcript->is_relaid || transcript->is_raw != is_raw;
    transcript->is_raw = is_raw;
}

void transcript_free(struct transcript *transcript)
{
    if (transcript == NULL)
        return;
    transcript_cut(transcript, 0);
    transcript_clear_calls(transcript);
    mem_free(transcript->items);
    mem_free(transcript->model);
    mem_free(transcript);
}

/* The item with its rows up to date. */
static struct message_rows *transcript_item(struct transcript *transcript, size_t index)
{
    struct message_rows *item = &transcript->items[index];
    if (index < transcript->laid_from)
        transcript->laid_from = index;
    const char *model = item->message->facts.model;
    item->wants_label = model != NULL && transcript->model != NULL &&
                        strcmp(model, transcript->model) != 0;
    item->marks = transcript->marks;
    item->mark_count = transcript->mark_count;
    item->wants_unfolded = transcript->is_unfolded;
    item->wants_raw = transcript->is_raw;
    message_rows_update(item, transcript->width, transcript->card_hint);
    return item;
}

/* The rows of an item that count: the last one's empty row is not drawn. */
static int transcript_rows(struct transcript *transcript, size_t index)
{
    const int height = transcript_item(transcript, index)->height;
    return index + 1 == transcript->item_count ? height - 1 : height;
}

/* Remembers the end as it is now; what comes after it counts as new. */
static void transcript_note_end(struct transcript *transcript)
{
    transcript->left_item = transcript->item_count - 1;
    transcript->left_rows = transcript_rows(transcript, transcript->left_item);
    if (transcript->left_rows > 0)
        transcript->left_place = message_rows_place_end(
            &transcript->items[transcript->left_item], transcript->left_rows - 1);
}

/* The items from `same` on are about to be replaced by those of another branch. What was
 * read there is gone; a reader above it stays. */
static void transcript_leave_branch(struct transcript *transcript, size_t same)
{
    if (transcript->top.item >= same) {
        transcript->top = (struct transcript_top){0, 0};
        transcript->has_top_place = false;
        transcript->is_following = true;
    }
    if (transcript->left_item >= same) {
        transcript->left_item = same;
        transcript->left_rows = 0;
    }
}

/* Makes the items those of the conversation's path. */
static void transcript_take_path(struct transcript *transcript, const struct chat *chat)
{
    size_t same = 0;
    while (same < transcript->item_count && same < chat->path_len &&
           transcript->items[same].message == chat->path[same])
        same++;
    if (same < transcript->item_count)
        transcript_leave_branch(transcript, same);
    transcript_cut(transcript, same);
    transcript->items = mem_grow(transcript->items, &transcript->item_cap, chat->path_len,
                                 sizeof(transcript->items[0]));
    while (transcript->item_count < chat->path_len) {
        const size_t index = transcript->item_count++;
        message_rows_init(&transcript->items[index], chat->path[index]);
    }
    if (transcript->left_item >= transcript->item_count && transcript->item_count > 0)
        transcript_note_end(transcript);
}

/* Moves a place down by rows; in the last item it may come to lie behind its rows. */
static struct transcript_top transcript_down(struct transcript *transcript,
                                             struct transcript_top top, int rows)
{
    top.row += rows;
    while (top.item + 1 < transcript->item_count &&
           top.row >= transcript_rows(transcript, top.item)) {
        top.row -= transcript_rows(transcript, top.item);
        top.item++;
    }
    return top;
}

/* The rows from one place to a later one; `max` if there are more. */
static int transcript_distance(struct transcript *transcript, struct transcript_top from,
                               struct transcript_top to, int max)
{
    int rows = to.row - from.row;
    for (size_t i = from.item; i < to.item && rows < max; i++)
        rows += transcript_rows(transcript, i);
    return rows < max ? rows : max;
}

/* Moves a place up by rows; stops at the first row. */
static struct transcript_top transcript_up(struct transcript *transcript,
                                           struct transcript_top top, int rows)
{
    while (rows > top.row) {
        if (top.item == 0)
            return (struct transcript_top){0, 0};
        rows -= top.row;
        top.item--;
        top.row = transcript_rows(transcript, top.item);
    }
    top.row -= rows;
    return top;
}

/* The place from which the view ends with the last row. */
static struct transcript_top transcript_end_top(struct transcript *transcript)
{
    if (transcript->item_count == 0)
        return (struct transcript_top){0, 0};
    const size_t last = transcript->item_count - 1;
    const struct transcript_top end = {last, transcript_rows(transcript, last)};
    return transcript_up(transcript, end, transcript->height);
}

static bool transcript_is_before(struct transcript_top a, struct transcript_top b)
{
    return a.item < b.item || (a.item == b.item && a.row < b.row);
}

/* After a change of the layout: finds the reader's place and the end that was left. */
static void transcript_find_places(struct transcript *transcript)
{
    transcript->top.row = message_rows_find(
        transcript_item(transcript, transcript->top.item), transcript->top_place);
    if (transcript->left_rows > 0)
        transcript->left_rows =
            message_rows_find(transcript_item(transcript, transcript->left_item),
                              transcript->left_place) +
            1;
}

void transcript_set_pace(struct transcript *transcript, int64_t now_ms)
{
    transcript->now_ms = now_ms;
}

/* Rows take several times the room of the text, so only those near the view are kept. */
static void transcript_forget(struct transcript *transcript)
{
    while (transcript->laid_from + TRANSCRIPT_KEPT < transcript->top.item) {
        struct message_rows *item = &transcript->items[transcript->laid_from++];
        const struct message *message = item->message;
        message_rows_clear(item);
        message_rows_init(item, message);
    }
}

/* Follows growing text by moves of several rows, if that is wanted. */
static void transcript_follow(struct transcript *transcript)
{
    if (transcript->now_ms < 0 || transcript->item_count == 0) {
        transcript_go_end(transcript);
        return;
    }
    const struct transcript_top end = transcript_end_top(transcript);
    struct scroll_pace *pace = &transcript->pace;
    if (transcript_is_before(transcript->top, end)) {
        const int height = transcript->height;
        const int missing =
            transcript_distance(transcript, transcript->top, end, height + 1);
        const int rows = scroll_pace_move(pace, missing, height, transcript->now_ms);
        transcript->top = transcript_down(transcript, end, rows - missing);
        return;
    }
    const int room =
        transcript_distance(transcript, end, transcript->top, transcript->height);
    if (!scroll_pace_keep(pace, room, transcript->height, transcript->now_ms))
        transcript_go_end(transcript);
}

void transcript_update(struct transcript *transcript, const struct chat *chat, int width,
                       int height, const char *card_hint)
{
    const bool is_rewrapped = (transcript->width != width || transcript->is_relaid) &&
                              transcript->item_count > 0;
    transcript->card_hint = card_hint;
    if (is_rewrapped && !transcript->is_following && !transcript->has_top_place) {
        transcript->top_place = message_rows_place(
            &transcript->items[transcript->top.item], transcript->top.row);
        transcript->has_top_place = true;
    }
    transcript->width = width > 0 ? width : 1;
    transcript->height = height;
    transcript->is_relaid = false;
    transcript_take_path(transcript, chat);
    if (transcript->is_following && !is_rewrapped) {
        transcript_follow(transcript);
        transcript_forget(transcript);
        return;
    }
    if (transcript->is_following || transcript->item_count == 0) {
        transcript_go_end(transcript);
        return;
    }
    if (is_rewrapped)
        transcript_find_places(transcript);
    /* A view that has become higher may show the end after all. */
    const struct transcript_top end = transcript_end_top(transcript);
    if (!transcript_is_before(transcript->top, end))
        transcript_go_end(transcript);
}

void transcript_draw(struct transcript *transcript, struct canvas *canvas,
                     struct rect rect)
{
    struct transcript_top at = transcript->top;
    int y = 0;
    transcript->drawn = rect;
    while (y < rect.height && at.item < transcript->item_count) {
        if (at.row >= transcript_rows(transcript, at.item)) {
            at = (struct transcript_top){at.item + 1, 0};
            continue;
        }
        message_rows_draw(&transcript->items[at.item], at.row++, canvas, rect.x,
                          rect.y + y++);
    }
}

bool transcript_is_fold(struct transcript *transcript, int x, int y)
{
    const struct rect *drawn = &transcript->drawn;
    struct transcript_top at = transcript->top;
    if (x < drawn->x || x >= drawn->x + drawn->width || y < drawn->y ||
        y >= drawn->y + drawn->height)
        return false;
    at.row += y - drawn->y;
    while (at.item < transcript->item_count &&
           at.row >= transcript_rows(transcript, at.item)) {
        at.row -= transcript_rows(transcript, at.item);
        at.item++;
    }
    return at.item < transcript->item_count &&
           message_rows_is_fold(&transcript->items[at.item], at.row);
}

static void transcript_leave_end(struct transcript *transcript)
{
    transcript->is_following = false;
    transcript_note_end(transcript);
}

int transcript_height(const struct transcript *transcript)
{
    return transcript->height;
}

void transcript_scroll(struct transcript *transcript, int rows)
{
    if (transcript->item_count == 0 || rows == 0)
        return;
    const struct transcript_top end = transcript_end_top(transcript);
    transcript->has_top_place = false;
    if (rows < 0) {
        const struct transcript_top top =
            transcript_up(transcript, transcript->top, -rows);
        if (transcript->is_following && transcript_is_before(top, end))
            transcript_leave_end(transcript);
        transcript->top = top;
        return;
    }
    transcript->top = transcript_down(transcript, transcript->top, rows);
    if (!transcript_is_before(transcript->top, end))
        transcript_go_end(transcript);
}

void transcript_go_top(struct transcript *transcript)
{
    if (transcript->item_count == 0)
        return;
    const struct transcript_top end = transcript_end_top(transcript);
    const struct transcript_top top = {0, 0};
    if (transcript->is_following && transcript_is_before(top, end))
        transcript_leave_end(transcript);
    transcript->top = top;
    transcript->has_top_place = false;
}

void transcript_go_end(struct transcript *transcript)
{
    transcript->is_following = true;
    transcript->has_top_place = false;
    transcript->top = transcript_end_top(transcript);
    scroll_pace_settle(&transcript->pace);
}

bool transcript_is_following(const struct transcript *transcript)
{
    return transcript->is_following;
}

size_t transcript_new_rows(struct transcript *transcript)
{
    if (transcript->is_following || transcript->item_count == 0)
        return 0;
    int rows = -transcript->left_rows;
    for (size_t i = transcript->left_item; i < transcript->item_count; i++)
        rows += transcript_rows(transcript, i);
    return rows > 0 ? (size_t)rows : 0;
}
