/*
 * Where the reader is: the message and row at the top of the view. While following, that
 * place is worked out from the end before each draw (scroll_pace.h says when the view may
 * be ahead of the end by some rows); otherwise it is kept.
 */
#include "ui/view/transcript.h"

#include <string.h>

#include "src/base/mem.h"
#include "ui/view/transcript_inside.h"

/* Messages this far above the view lose their rows while the end is followed; they are
 * laid out again when somebody goes there. */
#define TRANSCRIPT_KEPT 50

struct transcript *transcript_new(void)
{
    struct transcript *transcript = mem_alloc(sizeof(*transcript));
    transcript->is_following = true;
    transcript->now_ms = -1;
    transcript->card_hint = ""; /* one that was never drawn may be searched */
    return transcript;
}

static void transcript_cut(struct transcript *transcript, size_t count)
{
    while (transcript->item_count > count) {
        struct message_rows *item = &transcript->items[--transcript->item_count];
        transcript->hidden_count -= item->hidden.count;
        message_rows_clear(item);
    }
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

static struct branch transcript_branch_of(const struct transcript *transcript,
                                          const struct message *message)
{
    const struct message *parent = message->parent;
    return (struct branch){message->branch_number, parent != NULL
                                                       ? parent->child_count
                                                       : transcript->first_count};
}

struct message_rows *transcript_item(struct transcript *transcript, size_t index)
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
    item->branch = transcript_branch_of(transcript, item->message);
    item->is_last = index + 1 == transcript->item_count;
    message_rows_update(item, transcript->width, transcript->card_hint);
    transcript->hidden_count -= item->hidden.count;
    transcript->hidden_count += hidden_count_update(&item->hidden, item->message);
    return item;
}

int transcript_rows(struct transcript *transcript, size_t index)
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

void transcript_take_path(struct transcript *transcript, const struct chat *chat)
{
    size_t same = 0;
    transcript->first_count = chat->first_count;
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

size_t transcript_hidden_count(const struct transcript *transcript)
{
    return transcript->hidden_count;
}

struct transcript_top transcript_up(struct transcript *transcript,
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

struct transcript_top transcript_down(struct transcript *transcript,
                                      struct transcript_top top, int rows)
{
    top.row += rows;
    while (top.item + 1 < transcript->item_count &&
           top.row >= transcript_rows(transcript, top.item)) {
        top.row -= transcript_rows(transcript, top.item);
        top.item++;
    }
    const int count = transcript_rows(transcript, top.item);
    if (top.row >= count)
        top.row = count > 0 ? count - 1 : 0;
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

/* A view with so many rows shows enough of a card's end. */
#define TRANSCRIPT_LOW 4

/* True, with the place, if an error card ends the conversation that is higher than a low
 * view. Its beginning says what has happened; its end, which keys help. Until the reader
 * goes on from there, the beginning is what is shown. */
static bool transcript_find_card(struct transcript *transcript,
                                 struct transcript_top *place)
{
    if (transcript->item_count == 0 || transcript->height <= 0 ||
        transcript->height >= TRANSCRIPT_LOW)
        return false;
    const size_t last = transcript->item_count - 1;
    const struct message_rows *item = transcript_item(transcript, last);
    const int row = message_rows_card_row(item);
    *place = (struct transcript_top){last, row};
    return row >= 0 && item->message->id != transcript->passed_card &&
           transcript_rows(transcript, last) - row > transcript->height;
}

/* Follows the end: shows it, or the beginning of the card that stands there. */
static void transcript_show_end(struct transcript *transcript)
{
    transcript->is_following = true;
    transcript->has_top_place = false;
    if (!transcript_find_card(transcript, &transcript->top))
        transcript->top = transcript_end_top(transcript);
    scroll_pace_settle(&transcript->pace);
}

bool transcript_is_before(struct transcript_top a, struct transcript_top b)
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
    while (transcript->laid_from + TRANSCRIPT_KEPT < transcript->top.item)
        message_rows_forget(&transcript->items[transcript->laid_from++]);
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

/* Follows growing text by moves of several rows, if that is wanted. */
static void transcript_follow(struct transcript *transcript)
{
    if (transcript->now_ms < 0 || transcript->item_count == 0) {
        transcript_show_end(transcript);
        return;
    }
    const struct transcript_top end = transcript_end_top(transcript);
    const int height = transcript->height;
    struct scroll_pace *pace = &transcript->pace;
    if (transcript_is_before(transcript->top, end)) {
        const int missing =
            transcript_distance(transcript, transcript->top, end, height + 1);
        const int rows = scroll_pace_move(pace, missing, height, transcript->now_ms);
        transcript->top = transcript_down(transcript, end, rows - missing);
        return;
    }
    const int room = transcript_distance(transcript, end, transcript->top, height);
    if (!scroll_pace_keep(pace, room, height, transcript->now_ms))
        transcript_show_end(transcript);
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
    } else if (transcript->is_following || transcript->item_count == 0) {
        transcript_show_end(transcript);
    } else {
        if (is_rewrapped)
            transcript_find_places(transcript);
        /* A view that has become higher may show the end after all. */
        const struct transcript_top end = transcript_end_top(transcript);
        if (!transcript_is_before(transcript->top, end))
            transcript_show_end(transcript);
    }
    transcript_select_update(transcript);
    transcript_search_update(transcript);
    transcript_choose_update(transcript);
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
        const struct rect where = {rect.x, rect.y + y++, rect.width, 1};
        message_rows_draw(&transcript->items[at.item], at.row, canvas, where.x, where.y);
        transcript_select_draw(transcript, at, canvas, where);
        transcript_search_draw(transcript, at, canvas, where);
        at.row++;
    }
}

/* The place that was drawn last at a cell; item_count if there is none. */
static struct transcript_top transcript_at(struct transcript *transcript, int x, int y)
{
    const struct rect *drawn = &transcript->drawn;
    struct transcript_top at = transcript->top;
    if (!rect_has(drawn, x, y))
        return (struct transcript_top){transcript->item_count, 0};
    at.row += y - drawn->y;
    while (at.item < transcript->item_count &&
           at.row >= transcript_rows(transcript, at.item)) {
        at.row -= transcript_rows(transcript, at.item);
        at.item++;
    }
    return at;
}

static void transcript_leave_end(struct transcript *transcript)
{
    transcript->is_following = false;
    transcript_note_end(transcript);
}

bool transcript_flip_fold(struct transcript *transcript, int x, int y)
{
    const struct transcript_top at = transcript_at(transcript, x, y);
    if (at.item >= transcript->item_count ||
        !message_rows_is_fold(&transcript->items[at.item], at.row))
        return false;
    if (!transcript->is_following) {
        /* The next update finds the reader's place, and the end that was left, again. */
        message_rows_flip(&transcript->items[at.item], at.row);
        transcript->is_relaid = true;
        return true;
    }
    /* What was clicked stays where it is; if the end is still in view, the next update
     * follows it again. */
    message_rows_flip(&transcript->items[at.item], at.row);
    transcript_leave_end(transcript);
    transcript->has_top_place = false;
    return true;
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
    struct transcript_top card;
    const bool is_at_card =
        transcript->is_following && transcript_find_card(transcript, &card);
    transcript->top = transcript_down(transcript, transcript->top, rows);
    if (!transcript_is_before(transcript->top, end))
        transcript_go_end(transcript);
    else if (is_at_card)
        transcript_leave_end(transcript);
}

/* Makes a row the first of the view. */
static void transcript_set_top(struct transcript *transcript, struct transcript_top top)
{
    const struct transcript_top end = transcript_end_top(transcript);
    if (!transcript_is_before(top, end)) {
        transcript_go_end(transcript);
        return;
    }
    if (transcript->is_following)
        transcript_leave_end(transcript);
    transcript->top = top;
    transcript->has_top_place = false;
}

void transcript_bring(struct transcript *transcript, struct transcript_top at, int above)
{
    const int height = transcript->height > 0 ? transcript->height : 1;
    const struct transcript_top last =
        transcript_down(transcript, transcript->top, height - 1);
    if (!transcript_is_before(at, transcript->top) && !transcript_is_before(last, at))
        return;
    transcript_set_top(transcript, transcript_up(transcript, at, above));
}

struct transcript_spot transcript_get_spot(const struct transcript *transcript)
{
    return (struct transcript_spot){transcript->top.item, transcript->top.row,
                                    transcript->is_following};
}

void transcript_set_spot(struct transcript *transcript, struct transcript_spot spot)
{
    if (spot.is_end || spot.item >= transcript->item_count)
        transcript_show_end(transcript);
    else
        transcript_set_top(transcript, (struct transcript_top){spot.item, spot.row});
}

const struct message *transcript_read_message(struct transcript *transcript)
{
    if (transcript->item_count == 0 || transcript->width == 0)
        return NULL;
    const struct transcript_top at =
        transcript_down(transcript, transcript->top, transcript->height / 2);
    return transcript->items[at.item].message;
}

void transcript_go_top(struct transcript *transcript)
{
    const struct transcript_top top = {0, 0};
    if (transcript->item_count > 0)
        transcript_set_top(transcript, top);
}

void transcript_go_end(struct transcript *transcript)
{
    if (transcript->item_count > 0)
        transcript->passed_card =
            transcript->items[transcript->item_count - 1].message->id;
    transcript_show_end(transcript);
}

bool transcript_begins_turn(const struct transcript *transcript, size_t index)
{
    return branch_begins_turn(transcript->items[index].message);
}

struct transcript_turn transcript_get_turn(struct transcript *transcript)
{
    const struct transcript_top top = transcript->top;
    struct transcript_turn turn = {0, 0};
    size_t begin = 0;
    for (size_t i = 0; i < transcript->item_count && i <= top.item; i++) {
        if (transcript_begins_turn(transcript, i)) {
            turn.number++;
            begin = i;
        }
    }
    turn.row = top.row;
    for (size_t i = begin; i < top.item; i++)
        turn.row += transcript_rows(transcript, i);
    return turn;
}

void transcript_go_turn(struct transcript *transcript, struct transcript_turn turn)
{
    size_t number = 0;
    size_t begin = 0;
    size_t item = 0;
    for (; item < transcript->item_count; item++) {
        if (!transcript_begins_turn(transcript, item))
            continue;
        if (number++ == turn.number)
            break;
        begin = item;
    }
    /* `item` is where the next turn begins, or the number of items. */
    if (transcript->item_count == 0)
        return;
    if (number < turn.number) {
        transcript_go_end(transcript);
        return;
    }
    struct transcript_top top = {begin, turn.row};
    while (top.item + 1 < item && top.row >= transcript_rows(transcript, top.item))
        top.row -= transcript_rows(transcript, top.item++);
    const int rows = transcript_rows(transcript, top.item);
    if (top.row >= rows)
        top.row = rows > 0 ? rows - 1 : 0;
    transcript_set_top(transcript, top);
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
