/*
 * Every change goes through line_edit_replace, which keeps the ceiling, records the undo
 * step, and puts the cursor on a cluster boundary. Everything else decides only which
 * range to replace or where to move.
 *
 * What was done last (`run`) tells whether the next key continues it: letters typed in a
 * row, deletions in a row, kills in a row. Moving the cursor ends any run.
 */
#include "ui/edit/line_edit.h"

#include <stdint.h>
#include <string.h>

#include "src/base/mem.h"
#include "src/base/strbuf.h"
#include "src/base/utf8.h"
#include "ui/edit/grapheme.h"
#include "ui/edit/undo.h"

/* Steps of undo may hold twice the text, and small texts this much. */
#define LINE_EDIT_UNDO_LEAST ((size_t)256 << 10)

#define NO_COLUMN SIZE_MAX

enum line_edit_run { RUN_NONE, RUN_TYPE, RUN_DELETE_BACK, RUN_DELETE_FORWARD, RUN_KILL };

struct line_edit {
    struct strbuf text;
    struct strbuf killed;
    struct undo undo;
    size_t cursor;
    size_t column; /* wanted by up and down, in clusters; NO_COLUMN when not moving so */
    enum line_edit_run run;
};

struct line_edit *line_edit_new(size_t max_bytes)
{
    struct line_edit *edit = mem_alloc(sizeof(*edit));
    strbuf_init(&edit->text, max_bytes);
    strbuf_init(&edit->killed, max_bytes);
    undo_init(&edit->undo, max_bytes < SIZE_MAX / 4 ? max_bytes * 2 + LINE_EDIT_UNDO_LEAST
                                                    : max_bytes);
    edit->column = NO_COLUMN;
    return edit;
}

void line_edit_free(struct line_edit *edit)
{
    if (edit == NULL)
        return;
    strbuf_clear(&edit->text);
    strbuf_clear(&edit->killed);
    undo_clear(&edit->undo);
    mem_free(edit);
}

const char *line_edit_text(const struct line_edit *edit)
{
    return strbuf_text(&edit->text);
}

size_t line_edit_len(const struct line_edit *edit)
{
    return edit->text.len;
}

size_t line_edit_cursor(const struct line_edit *edit)
{
    return edit->cursor;
}

/* Ends what the last key began: typing, killing, going up and down. */
static void line_edit_end_run(struct line_edit *edit)
{
    edit->run = RUN_NONE;
    edit->column = NO_COLUMN;
}

/* Moves to a boundary; false if the cursor is there already. */
static bool line_edit_move(struct line_edit *edit, size_t to)
{
    const bool has_moved = to != edit->cursor;
    line_edit_end_run(edit);
    edit->cursor = to;
    return has_moved;
}

void line_edit_set_cursor(struct line_edit *edit, size_t offset)
{
    line_edit_move(edit, grapheme_snap(line_edit_text(edit), edit->text.len, offset));
}

/* --- Changing ------------------------------------------------------------------------
 */

/* Replaces bytes in the buffer alone. The ceiling was checked. */
static void line_edit_apply(struct line_edit *edit, size_t at, size_t removed_len,
                            const char *bytes, size_t len)
{
    strbuf_remove(&edit->text, at, removed_len);
    strbuf_insert(&edit->text, at, bytes, len);
}

/*
 * Replaces `removed_len` bytes at `at` by valid text, with an undo step that joins the
 * one before when `run` goes on. False if the text would pass the ceiling.
 */
static bool line_edit_replace(struct line_edit *edit, size_t at, size_t removed_len,
                              const struct strbuf *inserted, enum line_edit_run run)
{
    if (inserted->len > edit->text.max - (edit->text.len - removed_len))
        return false;
    char *removed = mem_strndup(line_edit_text(edit) + at, removed_len);
    const size_t cursor_before = edit->cursor;
    line_edit_apply(edit, at, removed_len, strbuf_text(inserted), inserted->len);
    edit->cursor =
        grapheme_snap(line_edit_text(edit), edit->text.len, at + inserted->len);
    const struct undo_step step = {
        at,           removed, removed_len, inserted->text, inserted->len, cursor_before,
        edit->cursor,
    };
    undo_record(&edit->undo, &step,
                run == edit->run && run != RUN_NONE && run != RUN_KILL);
    mem_free(removed);
    edit->run = run;
    edit->column = NO_COLUMN;
    return true;
}

/* Removes a range; false if it is empty. */
static bool line_edit_remove(struct line_edit *edit, size_t from, size_t to,
                             enum line_edit_run run)
{
    const struct strbuf nothing = {0};
    return to > from && line_edit_replace(edit, from, to - from, &nothing, run);
}

/* Appends foreign bytes as text that the editor may hold; false if `out` is full. */
static bool line_edit_clean(struct strbuf *out, const char *bytes, size_t len)
{
    bool ok = true;
    size_t at = 0;
    while (at < len) {
        size_t plain = at;
        while (plain < len && bytes[plain] != '\r' && bytes[plain] != '\0')
            plain++;
        ok = utf8_append_valid(out, bytes + at, plain - at) && ok;
        at = plain;
        if (at < len && bytes[at] == '\0')
            ok = strbuf_append_text(out, "\xef\xbf\xbd") && ok;
        else if (at < len)
            ok = strbuf_append_char(out, '\n') && ok;
        if (at + 1 < len && bytes[at] == '\r' && bytes[at + 1] == '\n')
            at++;
        at++;
    }
    return ok;
}

/* One character other than a newline is typing; a word ends where one follows a blank. */
static enum line_edit_run line_edit_run_of(struct line_edit *edit,
                                           const struct strbuf *text)
{
    if (text->len == 0 || text->text[0] == '\n' ||
        utf8_next(text->text, text->len, 0) != text->len)
        return RUN_NONE;
    const bool is_after_blank =
        edit->cursor > 0 && line_edit_text(edit)[edit->cursor - 1] == ' ';
    if (is_after_blank && text->text[0] != ' ')
        edit->run = RUN_NONE;
    return RUN_TYPE;
}

bool line_edit_insert(struct line_edit *edit, const char *bytes, size_t len)
{
    struct strbuf text;
    strbuf_init(&text, edit->text.max);
    bool ok = line_edit_clean(&text, bytes, len);
    if (ok && text.len > 0)
        ok = line_edit_replace(edit, edit->cursor, 0, &text,
                               line_edit_run_of(edit, &text));
    strbuf_clear(&text);
    return ok;
}

bool line_edit_set_text(struct line_edit *edit, const char *bytes, size_t len)
{
    struct strbuf text;
    strbuf_init(&text, edit->text.max);
    bool ok = line_edit_clean(&text, bytes, len);
    const bool is_same = text.len == edit->text.len &&
                         memcmp(strbuf_text(&text), line_edit_text(edit), text.len) == 0;
    if (ok && is_same)
        line_edit_move(edit, edit->text.len);
    else if (ok)
        ok = line_edit_replace(edit, 0, edit->text.len, &text, RUN_NONE);
    strbuf_clear(&text);
    return ok;
}

bool line_edit_clear(struct line_edit *edit)
{
    return line_edit_remove(edit, 0, edit->text.len, RUN_NONE);
}

void line_edit_reset(struct line_edit *edit)
{
    strbuf_reset(&edit->text);
    undo_clear(&edit->undo);
    line_edit_move(edit, 0);
}

bool line_edit_delete_back(struct line_edit *edit)
{
    return line_edit_remove(edit, grapheme_previous(line_edit_text(edit), edit->cursor),
                            edit->cursor, RUN_DELETE_BACK);
}

bool line_edit_delete_forward(struct line_edit *edit)
{
    const size_t next = grapheme_next(line_edit_text(edit), edit->text.len, edit->cursor);
    return line_edit_remove(edit, edit->cursor, next, RUN_DELETE_FORWARD);
}

/* --- Places --------------------------------------------------------------------------
 */

static size_t line_edit_find_line_start(const struct line_edit *edit, size_t at)
{
    const char *text = line_edit_text(edit);
    while (at > 0 && text[at - 1] != '\n')
        at--;
    return at;
}

static size_t line_edit_find_line_end(const struct line_edit *edit, size_t at)
{
    const char *newline = memchr(line_edit_text(edit) + at, '\n', edit->text.len - at);
    return newline == NULL ? edit->text.len : (size_t)(newline - line_edit_text(edit));
}

static bool line_edit_is_word_at(const struct line_edit *edit, size_t at)
{
    uint32_t code;
    utf8_decode(line_edit_text(edit) + at, edit->text.len - at, &code);
    return grapheme_is_word(code);
}

/* The start of the word before the cursor, over what is not a word. */
static size_t line_edit_find_word_back(const struct line_edit *edit)
{
    const char *text = line_edit_text(edit);
    size_t at = edit->cursor;
    bool was_word = false;
    while (at > 0) {
        const size_t before = grapheme_previous(text, at);
        const bool is_word = line_edit_is_word_at(edit, before);
        if (was_word && !is_word)
            break;
        was_word = is_word;
        at = before;
    }
    return at;
}

/* The end of the word after the cursor, over what is not a word. */
static size_t line_edit_find_word_forward(const struct line_edit *edit)
{
    const char *text = line_edit_text(edit);
    size_t at = edit->cursor;
    bool was_word = false;
    while (at < edit->text.len) {
        const bool is_word = line_edit_is_word_at(edit, at);
        if (was_word && !is_word)
            break;
        was_word = is_word;
        at = grapheme_next(text, edit->text.len, at);
    }
    return at;
}

/* --- Killing -------------------------------------------------------------------------
 */

/* Removes a range that ends or begins at the cursor, and keeps it for yanking. */
static bool line_edit_kill(struct line_edit *edit, size_t from, size_t to)
{
    if (to <= from)
        return false;
    if (edit->run != RUN_KILL)
        strbuf_reset(&edit->killed);
    const size_t place = from < edit->cursor ? 0 : edit->killed.len;
    strbuf_insert(&edit->killed, place, line_edit_text(edit) + from, to - from);
    return line_edit_remove(edit, from, to, RUN_KILL);
}

bool line_edit_delete_word_back(struct line_edit *edit)
{
    return line_edit_kill(edit, line_edit_find_word_back(edit), edit->cursor);
}

bool line_edit_delete_word_forward(struct line_edit *edit)
{
    return line_edit_kill(edit, edit->cursor, line_edit_find_word_forward(edit));
}

bool line_edit_kill_to_line_end(struct line_edit *edit)
{
    size_t end = line_edit_find_line_end(edit, edit->cursor);
    if (end == edit->cursor && end < edit->text.len)
        end++;
    return line_edit_kill(edit, edit->cursor, end);
}

bool line_edit_kill_to_line_start(struct line_edit *edit)
{
    return line_edit_kill(edit, line_edit_find_line_start(edit, edit->cursor),
                          edit->cursor);
}

bool line_edit_yank(struct line_edit *edit)
{
    return edit->killed.len > 0 &&
           line_edit_replace(edit, edit->cursor, 0, &edit->killed, RUN_NONE);
}

bool line_edit_transpose(struct line_edit *edit)
{
    const char *text = line_edit_text(edit);
    const size_t start = line_edit_find_line_start(edit, edit->cursor);
    size_t middle = edit->cursor;
    if (middle == line_edit_find_line_end(edit, middle) && middle > start)
        middle = grapheme_previous(text, middle);
    if (middle == start)
        return false;
    const size_t first = grapheme_previous(text, middle);
    const size_t last = grapheme_next(text, edit->text.len, middle);
    struct strbuf swapped;
    strbuf_init(&swapped, last - first);
    strbuf_append(&swapped, text + middle, last - middle);
    strbuf_append(&swapped, text + first, middle - first);
    const bool ok = line_edit_replace(edit, first, last - first, &swapped, RUN_NONE);
    strbuf_clear(&swapped);
    return ok;
}

/* --- Moving --------------------------------------------------------------------------
 */

bool line_edit_left(struct line_edit *edit)
{
    return line_edit_move(edit, grapheme_previous(line_edit_text(edit), edit->cursor));
}

bool line_edit_right(struct line_edit *edit)
{
    return line_edit_move(
        edit, grapheme_next(line_edit_text(edit), edit->text.len, edit->cursor));
}

bool line_edit_word_left(struct line_edit *edit)
{
    return line_edit_move(edit, line_edit_find_word_back(edit));
}

bool line_edit_word_right(struct line_edit *edit)
{
    return line_edit_move(edit, line_edit_find_word_forward(edit));
}

bool line_edit_line_start(struct line_edit *edit)
{
    return line_edit_move(edit, line_edit_find_line_start(edit, edit->cursor));
}

bool line_edit_line_end(struct line_edit *edit)
{
    return line_edit_move(edit, line_edit_find_line_end(edit, edit->cursor));
}

bool line_edit_buffer_start(struct line_edit *edit)
{
    return line_edit_move(edit, 0);
}

bool line_edit_buffer_end(struct line_edit *edit)
{
    return line_edit_move(edit, edit->text.len);
}

/* The cluster number of the cursor in its line. */
static size_t line_edit_find_column(const struct line_edit *edit)
{
    const char *text = line_edit_text(edit);
    size_t column = 0;
    for (size_t at = line_edit_find_line_start(edit, edit->cursor); at < edit->cursor;
         at = grapheme_next(text, edit->text.len, at))
        column++;
    return column;
}

/* Goes to the wanted column of the line that begins at `start`, or to its end. */
static void line_edit_go_to_line(struct line_edit *edit, size_t start)
{
    const char *text = line_edit_text(edit);
    const size_t end = line_edit_find_line_end(edit, start);
    const size_t column =
        edit->column == NO_COLUMN ? line_edit_find_column(edit) : edit->column;
    size_t at = start;
    for (size_t i = 0; i < column && at < end; i++)
        at = grapheme_next(text, end, at);
    line_edit_move(edit, at);
    edit->column = column;
}

bool line_edit_up(struct line_edit *edit)
{
    const size_t start = line_edit_find_line_start(edit, edit->cursor);
    if (start == 0)
        return false;
    line_edit_go_to_line(edit, line_edit_find_line_start(edit, start - 1));
    return true;
}

bool line_edit_down(struct line_edit *edit)
{
    const size_t end = line_edit_find_line_end(edit, edit->cursor);
    if (end == edit->text.len)
        return false;
    line_edit_go_to_line(edit, end + 1);
    return true;
}

/* --- Undo ----------------------------------------------------------------------------
 */

bool line_edit_undo(struct line_edit *edit)
{
    const struct undo_step *step = undo_take_back(&edit->undo);
    line_edit_end_run(edit);
    if (step == NULL)
        return false;
    line_edit_apply(edit, step->at, step->inserted_len, step->removed, step->removed_len);
    edit->cursor = step->cursor_before;
    return true;
}

bool line_edit_redo(struct line_edit *edit)
{
    const struct undo_step *step = undo_take_forth(&edit->undo);
    line_edit_end_run(edit);
    if (step == NULL)
        return false;
    line_edit_apply(edit, step->at, step->removed_len, step->inserted,
                    step->inserted_len);
    edit->cursor = step->cursor_after;
    return true;
}
