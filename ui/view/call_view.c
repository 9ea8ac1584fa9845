/*
 * From top to bottom: head, the sheet (or the editor of the arguments), what went wrong,
 * the small editors, keys. The last row of keys stands in the lower edge of the frame.
 */
#include "ui/view/call_view.h"

#include <string.h>

#include "src/base/compiler.h"
#include "src/base/mem.h"
#include "ui/render/glyph.h"
#include "ui/view/edit_view.h"

/* The edge and a blank on both sides. */
#define CALL_EDGES 4

/* Below this height only the keys that matter most are shown, if all take more than two
 * rows. */
#define CALL_ALL_KEYS_HEIGHT 12

/* Below this height the head is left out. */
#define CALL_HEAD_MIN_HEIGHT   6
#define CALL_HEAD_ASKED_HEIGHT 9 /* … where a question stands above the editor */

/* The most rows of a line that is written below the sheet. */
#define CALL_INPUT_ROWS 2

/* From this width inside the box on there is room for whole sentences. */
#define CALL_WIDE 30

#define CALL_SIGN_WAIT  "\xe2\x9a\x91 "
#define CALL_SIGN_KEYS  "\xe2\x80\xba "
#define CALL_SIGN_GUARD "\xe2\x97\x8c "
#define CALL_SIGN_WIDTH 2

struct call_key {
    const char *key;
    const char *label;
    enum {
        CALL_KEY_MAIN,
        CALL_KEY_MORE,
        CALL_KEY_ONCE, /* approves */
        CALL_KEY_KEEP, /* approves, and more than this call */
        CALL_KEY_TWINS,
        CALL_KEY_OTHERS
    } kind;
};

/* What an approving key does as long as not all was seen. */
static const char read_on_label[] = "more";

static const struct call_key answer_keys[] = {
    {"y", "once", CALL_KEY_ONCE},     {"s", "session", CALL_KEY_KEEP},
    {"a", "always", CALL_KEY_KEEP},   {"e", "edit", CALL_KEY_MORE},
    {"n", "deny", CALL_KEY_MAIN},     {"N", "deny with reason", CALL_KEY_MORE},
    {"v", "view", CALL_KEY_MAIN},     {"t", "for all panes", CALL_KEY_TWINS},
    {"Tab", "next", CALL_KEY_OTHERS}, {"Esc", "later", CALL_KEY_MORE},
};
static const struct call_key full_keys[] = {
    {"y", "once", CALL_KEY_ONCE},
    {"s", "session", CALL_KEY_KEEP},
    {"a", "always", CALL_KEY_KEEP},
    {"e", "edit", CALL_KEY_MORE},
    {"n", "deny", CALL_KEY_MAIN},
    {"N", "deny with reason", CALL_KEY_MORE},
    {"v", "back", CALL_KEY_MAIN},
    {"t", "for all panes", CALL_KEY_TWINS},
    {"\xe2\x86\x91\xe2\x86\x93 PgUp PgDn g G", "scroll", CALL_KEY_MORE},
};
static const struct call_key question_keys[] = {
    {"y", "agree", CALL_KEY_ONCE},    {"e", "edit", CALL_KEY_MORE},
    {"n", "decline", CALL_KEY_MAIN},  {"v", "view", CALL_KEY_MAIN},
    {"Tab", "next", CALL_KEY_OTHERS}, {"Esc", "later", CALL_KEY_MORE},
};
static const struct call_key several_keys[] = {
    {"y", "once", CALL_KEY_ONCE},
    {"n", "deny", CALL_KEY_MAIN},
    {"Esc", "back", CALL_KEY_MAIN},
    {"\xe2\x86\x91\xe2\x86\x93 PgUp PgDn g G", "scroll", CALL_KEY_MORE},
};
static const struct call_key rule_keys[] = {
    {"Enter", "writes this rule and runs the call", CALL_KEY_MAIN},
    {"Esc", "back", CALL_KEY_MAIN},
};
static const struct call_key reason_keys[] = {
    {"Enter", "denies", CALL_KEY_MAIN},
    {"Esc", "back", CALL_KEY_MAIN},
};
static const struct call_key edit_keys[] = {
    {"Enter", "takes it", CALL_KEY_MAIN},
    {"Ctrl-J", "new line", CALL_KEY_MORE},
    {"Ctrl-G", "editor", CALL_KEY_MORE},
    {"Esc", "back", CALL_KEY_MAIN},
};

/* The keys of a stage, as they are laid out. */
struct call_keys {
    const struct call_key *keys;
    size_t count;
    int width; /* of a row */
    int gap;   /* between two keys */
    bool is_short;
};

int call_view_sheet_width(int width)
{
    return width > CALL_EDGES ? width - CALL_EDGES : 1;
}

bool call_view_is_line(struct rect rect)
{
    return rect.width < CALL_VIEW_MIN_WIDTH || rect.height < CALL_VIEW_MIN_HEIGHT;
}

/* --- Keys --- */

static bool call_view_has_key(const struct call_view *view, const struct call_keys *keys,
                              size_t index)
{
    switch (keys->keys[index].kind) {
    case CALL_KEY_MAIN:
    case CALL_KEY_ONCE: return true;
    case CALL_KEY_KEEP:
    case CALL_KEY_MORE: return !keys->is_short;
    case CALL_KEY_TWINS: return view->has_twins;
    case CALL_KEY_OTHERS: return view->has_others && !keys->is_short;
    }
    return false;
}

/* What the key is called now; "" if it has none. */
static const char *call_key_name(const struct call_view *view, const struct call_key *key)
{
    if (view->names == NULL)
        return key->key;
    if (strcmp(key->key, "Enter") == 0)
        return view->names->send;
    if (strcmp(key->key, "Ctrl-J") == 0)
        return view->names->newline;
    return strcmp(key->key, "Ctrl-G") == 0 ? view->names->editor : key->key;
}

static int call_key_width(const struct call_view *view, const struct call_key *key)
{
    const char *name = call_key_name(view, key);
    return text_width(name, strlen(name)) + 1 + (int)strlen(key->label);
}

/* The label may be another one, but takes the room of its own: what fits must not depend
 * on what was seen. */
static void call_view_put_key(const struct call_view *view, struct canvas *canvas,
                              struct rect room, const struct call_key *key)
{
    const bool is_unread = !call_sight_is_whole(&view->sight);
    const bool is_barred = view->sight.is_cut_off && key->kind == CALL_KEY_ONCE;
    const bool is_dim = view->stage == CALL_STAGE_GUARDED || is_barred ||
                        (is_unread && key->kind == CALL_KEY_KEEP);
    const char *label = is_unread && !is_barred && key->kind == CALL_KEY_ONCE
                            ? read_on_label
                            : key->label;
    const char *name = call_key_name(view, key);
    const int x = room.x;
    const int y = room.y;
    const int used = canvas_put(canvas, x, y, room.width, is_dim ? ROLE_DIM : ROLE_KEY,
                                name, strlen(name));
    canvas_put(canvas, x + used, y, room.width - used, ROLE_TEXT, " ", 1);
    canvas_put_fit(canvas, x + used + 1, y, room.width - used - 1,
                   is_dim ? ROLE_DIM : ROLE_TEXT, label, strlen(label));
}

/* Lays the keys out from (x, y) and returns the rows; draws them if there is a canvas. */
static int call_view_flow_keys(const struct call_view *view, const struct call_keys *keys,
                               struct canvas *canvas, int x, int y)
{
    int used = CALL_SIGN_WIDTH;
    int row = 0;
    for (size_t i = 0; i < keys->count; i++) {
        const struct call_key *key = &keys->keys[i];
        if (!call_view_has_key(view, keys, i) || call_key_name(view, key)[0] == '\0')
            continue;
        const int width = call_key_width(view, key);
        if (used > CALL_SIGN_WIDTH && used + width > keys->width) {
            used = CALL_SIGN_WIDTH;
            row++;
        }
        if (canvas != NULL) {
            /* The last row lies on the frame's edge: blanks around each key. */
            const struct rect gap = {x + used - 1, y + row, width + 2, 1};
            canvas_fill(canvas, gap, ROLE_TEXT);
            const struct rect room = {x + used, y + row, keys->width - used, 1};
            call_view_put_key(view, canvas, room, key);
        }
        used += width + keys->gap;
    }
    return row + 1;
}

static struct call_keys call_view_keys(const struct call_view *view, int width,
                                       int height)
{
    struct call_keys keys = {answer_keys, COUNT_OF(answer_keys), width - CALL_EDGES, 2,
                             false};
    if (view->is_full) {
        keys.keys = full_keys;
        keys.count = COUNT_OF(full_keys);
    }
    if (view->is_question) {
        keys.keys = question_keys;
        keys.count = COUNT_OF(question_keys);
    }
    if (view->is_several) {
        keys.keys = several_keys;
        keys.count = COUNT_OF(several_keys);
    }
    if (view->stage == CALL_STAGE_RULE) {
        keys.keys = rule_keys;
        keys.count = COUNT_OF(rule_keys);
    } else if (view->stage == CALL_STAGE_REASON) {
        keys.keys = reason_keys;
        keys.count = COUNT_OF(reason_keys);
    } else if (view->stage == CALL_STAGE_EDIT) {
        keys.keys = edit_keys;
        keys.count = COUNT_OF(edit_keys);
    }
    keys.is_short =
        height < CALL_ALL_KEYS_HEIGHT && call_view_flow_keys(view, &keys, NULL, 0, 0) > 2;
    if (keys.is_short && call_view_flow_keys(view, &keys, NULL, 0, 0) > 1)
        keys.gap = 1;
    return keys;
}

/* The rows of keys; nobody who has not moved to the dialog can use one. */
static int call_view_key_rows(const struct call_view *view, int width, int height)
{
    if (view->stage == CALL_STAGE_SEEN)
        return 1;
    const struct call_keys keys = call_view_keys(view, width, height);
    return call_view_flow_keys(view, &keys, NULL, 0, 0);
}

/* --- Rows --- */

static bool call_view_writes_line(const struct call_view *view)
{
    return view->stage == CALL_STAGE_RULE || view->stage == CALL_STAGE_REASON;
}

/* The rows of the line that is written below the sheet, with its label. */
static int call_view_input_rows(const struct call_view *view, int width)
{
    if (!call_view_writes_line(view))
        return 0;
    const int rows = edit_view_height(view->edit, call_view_sheet_width(width));
    return 1 + (rows < CALL_INPUT_ROWS ? rows : CALL_INPUT_ROWS);
}

/* Where there is hardly room, who asks stands in the pane's title only. */
static bool call_view_has_head(const struct call_view *view, int height)
{
    const int min = view->asked != NULL ? CALL_HEAD_ASKED_HEIGHT : CALL_HEAD_MIN_HEIGHT;
    return view->head[0] != '\0' && height >= min;
}

/* The rows of frame, head, keys and the line that is written. */
static int call_view_fixed_rows(const struct call_view *view, int width, int height)
{
    return 2 + call_view_has_head(view, height) +
           (call_view_key_rows(view, width, height) - 1) +
           call_view_input_rows(view, width);
}

/* What went wrong takes a row where that leaves one to the sheet, otherwise the title. */
static bool call_view_has_error_row(const struct call_view *view, int width, int height)
{
    return view->error != NULL && call_view_fixed_rows(view, width, height) + 1 < height;
}

/* The rows of what is not sheet, frame included. */
static int call_view_other_rows(const struct call_view *view, int width, int height)
{
    return call_view_fixed_rows(view, width, height) +
           call_view_has_error_row(view, width, height);
}

/* A box without a row for the sheet shows less than one line does: that says how to see
 * it. */
static bool call_view_needs_line(const struct call_view *view, struct rect rect)
{
    return call_view_is_line(rect) ||
           (view->stage <= CALL_STAGE_KEYS &&
            call_view_fixed_rows(view, rect.width, rect.height) >= rect.height);
}

static int call_view_asked_rows(const struct call_view *view)
{
    return view->asked != NULL ? (int)view->asked->row_count : 0;
}

static int call_view_body_rows(const struct call_view *view, int width)
{
    if (view->stage == CALL_STAGE_EDIT)
        return call_view_asked_rows(view) +
               edit_view_height(view->edit, call_view_sheet_width(width));
    return (int)view->sheet->row_count;
}

int call_view_height(const struct call_view *view, int width, int room)
{
    if (room < CALL_VIEW_MIN_HEIGHT || width < CALL_VIEW_MIN_WIDTH)
        return room > 0 ? 1 : 0;
    /* With all keys first: where these fit, nothing is left out. */
    int wanted = call_view_body_rows(view, width) +
                 call_view_other_rows(view, width, CALL_ALL_KEYS_HEIGHT);
    if (wanted > room)
        wanted = room;
    return wanted < CALL_VIEW_MIN_HEIGHT ? CALL_VIEW_MIN_HEIGHT : wanted;
}

/* --- Drawing --- */

static void call_view_put_corner(struct canvas *canvas, int x, int y, enum role role,
                                 const char *sign)
{
    canvas_put(canvas, x, y, 1, role, sign, strlen(sign));
}

static void call_view_draw_frame(const struct call_view *view, struct canvas *canvas,
                                 struct rect rect)
{
    const enum role role =
        view->stage == CALL_STAGE_SEEN ? ROLE_STATE_WAIT : ROLE_BORDER_FOCUSED;
    const int right = rect.x + rect.width - 1;
    const int bottom = rect.y + rect.height - 1;
    canvas_fill(canvas, rect, ROLE_TEXT);
    canvas_box(canvas, rect, role);
    call_view_put_corner(canvas, rect.x, rect.y, role, "\xe2\x95\xad");
    call_view_put_corner(canvas, right, rect.y, role, "\xe2\x95\xae");
    call_view_put_corner(canvas, rect.x, bottom, role, "\xe2\x95\xb0");
    call_view_put_corner(canvas, right, bottom, role, "\xe2\x95\xaf");
    const bool is_error =
        view->error != NULL && !call_view_has_error_row(view, rect.width, rect.height);
    char *title = is_error ? strbuf_format(" %s ", view->error)
                           : strbuf_format(" %s \xc2\xb7 %s ", view->tool, view->origin);
    canvas_put_fit(canvas, rect.x + 1, rect.y, rect.width - 2,
                   is_error ? ROLE_ERROR : ROLE_TOOL, title, strlen(title));
    mem_free(title);
}

/* The sign says whether keys answer already. */
static void call_view_draw_keys(const struct call_view *view, struct canvas *canvas,
                                struct rect rect, int key_rows)
{
    const int y = rect.y + rect.height - key_rows;
    if (view->stage == CALL_STAGE_SEEN) {
        char *text = strbuf_format(" " CALL_SIGN_WAIT "%s moves here ", view->way);
        canvas_put_fit(canvas, rect.x + 1, y, rect.width - 2, ROLE_STATE_WAIT, text,
                       strlen(text));
        mem_free(text);
        return;
    }
    const struct call_keys keys = call_view_keys(view, rect.width, rect.height);
    const bool is_guarded = view->stage == CALL_STAGE_GUARDED;
    const char *sign = is_guarded ? CALL_SIGN_GUARD : CALL_SIGN_KEYS;
    call_view_flow_keys(view, &keys, canvas, rect.x + 2, y);
    canvas_put(canvas, rect.x + 2, y, CALL_SIGN_WIDTH, is_guarded ? ROLE_DIM : ROLE_KEY,
               sign, strlen(sign));
}

/* "… 4 more lines, v shows all" */
static void call_view_put_more(struct canvas *canvas, struct rect rect, size_t count)
{
    char *more =
        strbuf_format("\xe2\x80\xa6 %zu more line%s%s", count, count == 1 ? "" : "s",
                      rect.width >= CALL_WIDE ? ", v shows all" : ": v");
    canvas_put_fit(canvas, rect.x, rect.y, rect.width, ROLE_WARNING, more, strlen(more));
    mem_free(more);
}

/* The sheet from row `first` in `rect`; what does not fit is counted in the last row. */
static void call_view_draw_sheet(struct call_view *view, struct canvas *canvas,
                                 struct rect rect)
{
    const size_t count = view->sheet->row_count;
    const size_t height = rect.height > 0 ? (size_t)rect.height : 0;
    if (view->first + height > count)
        view->first = count > height ? count - height : 0;
    size_t shown = count - view->first < height ? count - view->first : height;
    const bool is_cut = !view->is_full && view->first + shown < count;
    if (is_cut && shown > 0)
        shown--;
    for (size_t i = 0; i < shown; i++)
        sheet_draw(view->sheet, view->first + i, canvas, rect.x, rect.y + (int)i);
    view->sight.shown = (int)shown;
    view->sight.seen =
        call_sight_extend(view->sheet, view->sight.seen, view->first, shown);
    if (is_cut && height > 0)
        call_view_put_more(canvas,
                           (struct rect){rect.x, rect.y + (int)shown, rect.width, 1},
                           count - shown);
}

/* The editor of the arguments; above it, where a server asks, what it asks. Both keep at
 * least a row. */
static void call_view_draw_editor(const struct call_view *view, struct canvas *canvas,
                                  struct rect rect)
{
    const int wanted = call_view_asked_rows(view);
    const int editor = edit_view_height(view->edit, rect.width);
    const int kept = editor < rect.height / 2 ? editor : rect.height / 2;
    const int room = rect.height - (kept > 0 ? kept : 1);
    const int rows = wanted < room ? wanted : room;
    const int shown = wanted > rows && rows > 1 ? rows - 1 : rows;
    for (int i = 0; i < shown; i++)
        sheet_draw(view->asked, (size_t)i, canvas, rect.x, rect.y + i);
    const struct rect last = {rect.x, rect.y + shown, rect.width, 1};
    if (shown < rows)
        call_view_put_more(canvas, last, (size_t)(wanted - shown));
    else if (rows == 1 && wanted > 1)
        canvas_put(canvas, rect.x + rect.width - 2, rect.y, 2, ROLE_WARNING,
                   " \xe2\x80\xa6", 4);
    rect.y += rows;
    rect.height -= rows;
    edit_view_draw(view->edit, canvas, rect, true);
}

/* "lines 1–20 of 80" at the right of the upper edge. */
static void call_view_draw_place(const struct call_view *view, struct canvas *canvas,
                                 struct rect rect)
{
    const size_t count = view->sheet->row_count;
    const size_t shown = (size_t)view->sight.shown;
    if (!view->is_full || shown >= count)
        return;
    char *place = strbuf_format(" lines %zu\xe2\x80\x93%zu of %zu ", view->first + 1,
                                view->first + shown, count);
    const int width = text_width(place, strlen(place));
    if (width < rect.width / 2)
        canvas_put(canvas, rect.x + rect.width - 1 - width, rect.y, width, ROLE_WARNING,
                   place, strlen(place));
    mem_free(place);
}

/* Too small for a box: who asks and the way, or the keys that cannot do harm. */
static void call_view_draw_line(const struct call_view *view, struct canvas *canvas,
                                struct rect rect)
{
    if (rect.height < 1)
        return;
    const char *what = view->error != NULL ? view->error : view->tool;
    const char *keys = view->is_several ? "n deny Esc" : "v view n deny";
    const char *sign =
        view->stage == CALL_STAGE_GUARDED ? CALL_SIGN_GUARD : CALL_SIGN_KEYS;
    char *text = view->stage == CALL_STAGE_SEEN
                     ? strbuf_format(CALL_SIGN_WAIT "%s: %s", view->tool, view->way)
                     : strbuf_format("%s%s: %s", sign, keys, what);
    canvas_fill(canvas, (struct rect){rect.x, rect.y, rect.width, 1}, ROLE_TEXT);
    canvas_put_fit(canvas, rect.x, rect.y, rect.width, ROLE_STATE_WAIT, text,
                   strlen(text));
    mem_free(text);
}

static void call_view_draw_input(const struct call_view *view, struct canvas *canvas,
                                 struct rect rect)
{
    const char *label = view->stage == CALL_STAGE_RULE ? "the rule to write:"
                                                       : "why not? the model is told:";
    canvas_put_fit(canvas, rect.x, rect.y, rect.width, ROLE_STRONG, label, strlen(label));
    edit_view_draw(view->edit, canvas,
                   (struct rect){rect.x, rect.y + 1, rect.width, rect.height - 1}, true);
}

void call_view_draw(struct call_view *view, struct canvas *canvas, struct rect rect)
{
    const size_t wanted = view->sheet->vital_row_end - view->sheet->vital_row;
    view->sight = (struct call_sight){.wanted = wanted,
                                      .seen = view->was_seen ? wanted : view->seen,
                                      .is_full = view->is_full,
                                      .is_cut_off = view->sheet->is_full};
    view->drawn = rect;
    view->is_line = call_view_needs_line(view, rect);
    if (view->is_line) {
        call_view_draw_line(view, canvas, rect);
        return;
    }
    call_view_draw_frame(view, canvas, rect);
    struct rect inside = {rect.x + 2, rect.y + 1, rect.width - CALL_EDGES, 0};
    if (call_view_has_head(view, rect.height)) {
        canvas_put_fit(canvas, inside.x, inside.y, inside.width, ROLE_STRONG, view->head,
                       strlen(view->head));
        inside.y++;
    }
    const int key_rows = call_view_key_rows(view, rect.width, rect.height);
    const int input_rows = call_view_input_rows(view, rect.width);
    inside.height = rect.height - call_view_other_rows(view, rect.width, rect.height);
    if (inside.height > 0 && view->stage == CALL_STAGE_EDIT)
        call_view_draw_editor(view, canvas, inside);
    else if (inside.height > 0)
        call_view_draw_sheet(view, canvas, inside);
    inside.y += inside.height > 0 ? inside.height : 0;
    if (call_view_has_error_row(view, rect.width, rect.height)) {
        canvas_put_fit(canvas, inside.x, inside.y, inside.width, ROLE_ERROR, view->error,
                       strlen(view->error));
        inside.y++;
    }
    if (input_rows > 0)
        call_view_draw_input(view, canvas,
                             (struct rect){inside.x, inside.y, inside.width, input_rows});
    call_view_draw_keys(view, canvas, rect, key_rows);
    call_view_draw_place(view, canvas, rect);
}
