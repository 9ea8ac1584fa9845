/*
 * Every change goes through line_edit_replace, which keeps the ceiling, records the undo
 * step, and puts the cursor on a cluster boundary. Everything else decides only which
 * range to replace or where to move.
 *
 * What was done last (`run`) tells whether the next key continues it: letters typed in a
 * row, deletions in a row, kills in a row. Moving the cursor ends any run.
 *
 * `text` holds signs for chips (chip.h); what it is with the chips written out is made
 * when somebody asks for it.
 */
#include "ui/edit/line_edit.h"

#include <stdint.h>
#include <string.h>

#include "src/base/mem.h"
#include "src/base/strbuf.h"
#include "src/base/utf8.h"
#include "ui/edit/chip.h"
#include "ui/edit/grapheme.h"
#include "ui/edit/undo.h"

/* Steps of undo may hold twice the text, and small texts this much. */
#define LINE_EDIT_UNDO_LEAST ((size_t)256 << 10)

#define NO_COLUMN SIZE_MAX

enum line_edit_run { RUN_NONE, RUN_TYPE, RUN_DELETE_BACK, RUN_DELETE_FORWARD, RUN_KILL };

/* The text with its chips written out. */
struct line_edit_full {
    struct strbuf text;
    bool is_current;
};

struct line_edit {
    struct strbuf text;
    uint64_t version;
    size_t extra; /* how much longer it is with its chips written out */
    struct chip_table chips;
    struct line_edit_full *full;
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
    edit->full = mem_alloc(sizeof(*edit->full));
    strbuf_init(&edit->full->text, max_bytes);
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
    strbuf_clear(&edit->full->text);
    mem_free(edit->full);
    chip_table_clear(&edit->chips);
    undo_clear(&edit->undo);
    mem_free(edit);
}

const char *line_edit_text(const struct line_edit *edit)
{
    struct line_edit_full *full = edit->full;
    if (edit->extra == 0)
        return strbuf_text(&edit->text);
    if (!full->is_current) {
        strbuf_reset(&full->text);
        chip_append_full(&edit->chips, edit->text.text, edit->text.len, &full->text);
        full->is_current = true;
    }
    return strbuf_text(&full->text);
}

size_t line_edit_len(const struct line_edit *edit)
{
    return edit->text.len + edit->extra;
}

const char *line_edit_shown(const struct line_edit *edit)
{
    return strbuf_text(&edit->text);
}

size_t line_edit_shown_len(const struct line_edit *edit)
{
    return edit->text.len;
}

uint64_t line_edit_version(const struct line_edit *edit)
{
    return edit->version;
}

const struct chip *line_edit_chip_at(const struct line_edit *edit, size_t at)
{
    return chip_find(&edit->chips, line_edit_shown(edit), edit->text.len, at);
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
    line_edit_move(edit, chip_snap(line_edit_shown(edit), edit->text.len, offset));
}

/* --- Changing ------------------------------------------------------------------------
 */

/* Replaces bytes in the buffer alone. The ceiling was checked. */
static void line_edit_apply(struct line_edit *edit, size_t at, size_t removed_len,
                            const char *bytes, size_t len)
{
    edit->extra -=
        chip_extra_bytes(&edit->chips, line_edit_shown(edit) + at, removed_len);
    edit->extra += chip_extra_bytes(&edit->chips, bytes, len);
    edit->full->is_current = false;
    edit->version++;
    strbuf_remove(&edit->text, at, removed_len);
    strbuf_insert(&edit->text, at, bytes, len);
}

/* True if that change keeps the text, written out, below the ceiling. */
static bool line_edit_has_room(const struct line_edit *edit, size_t at,
                               size_t removed_len, const struct strbuf *inserted)
{
    const size_t removed =
        removed_len +
        chip_extra_bytes(&edit->chips, line_edit_shown(edit) + at, removed_len);
    const size_t added =
        inserted->len +
        chip_extra_bytes(&edit->chips, strbuf_text(inserted), inserted->len);
    return added <= edit->text.max - (line_edit_len(edit) - removed);
}

/*
 * Replaces `removed_len` bytes at `at` by valid text, with an undo step that joins the
 * one before when `run` goes on. False if the text would pass the ceiling.
 */
static bool line_edit_replace(struct line_edit *edit, size_t at, size_t removed_len,
                              const struct strbuf *inserted, enum line_edit_run run)
{
    if (!line_edit_has_room(edit, at, removed_len, inserted))
        return false;
    char *removed = mem_strndup(line_edit_shown(edit) + at, removed_len);
    const size_t cursor_before = edit->cursor;
    line_edit_apply(edit, at, removed_len, strbuf_text(inserted), inserted->len);
    edit->cursor = chip_snap(line_edit_shown(edit), edit->text.len, at + inserted->len);
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

/* Appends foreign bytes as valid text with line ends that are LF; false if `out` is
 * full. */
static bool line_edit_append_valid(struct strbuf *out, const char *bytes, size_t len)
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

/* The same, and without what would be taken for a chip. */
static bool line_edit_clean(struct strbuf *out, const char *bytes, size_t len)
{
    struct strbuf valid;
    strbuf_init(&valid, out->max);
    const bool ok = line_edit_append_valid(&valid, bytes, len) &&
                    chip_append_clean(out, strbuf_text(&valid), valid.len);
    strbuf_clear(&valid);
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
        edit->cursor > 0 && line_edit_shown(edit)[edit->cursor - 1] == ' ';
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

bool line_edit_insert_chip(struct line_edit *edit, const char *bytes, size_t len)
{
    struct strbuf text;
    strbuf_init(&text, edit->text.max);
    char sign[CHIP_BYTES];
    bool ok = line_edit_clean(&text, bytes, len);
    const bool has_room = ok && text.len <= edit->text.max - line_edit_len(edit);
    /* A table that is full, of texts or of bytes, takes no more: then it is plain text.
     * So is what is shorter than the sign. */
    if (has_room && text.len >= CHIP_BYTES &&
        text.len <= edit->undo.max_bytes - edit->chips.bytes &&
        chip_table_add(&edit->chips, text.text, text.len, sign)) {
        strbuf_reset(&text);
        strbuf_append(&text, sign, CHIP_BYTES);
    }
    ok = ok && line_edit_replace(edit, edit->cursor, 0, &text, RUN_NONE);
    strbuf_clear(&text);
    return ok;
}

bool line_edit_open_chip(struct line_edit *edit)
{
    size_t at = edit->cursor;
    if (line_edit_chip_at(edit, at) == NULL && at >= CHIP_BYTES)
        at -= CHIP_BYTES;
    const struct chip *chip = line_edit_chip_at(edit, at);
    if (chip == NULL)
        return false;
    const struct strbuf text = {.text = chip->text, .len = chip->len};
    return line_edit_replace(edit, at, CHIP_BYTES, &text, RUN_NONE);
}

bool line_edit_replace_range(struct line_edit *edit, size_t from, size_t to,
                             const char *bytes, size_t len)
{
    struct strbuf text;
    strbuf_init(&text, edit->text.max);
    const bool ok = line_edit_clean(&text, bytes, len) &&
                    line_edit_replace(edit, from, to - from, &text, RUN_NONE);
    strbuf_clear(&text);
    return ok;
}

bool line_edit_set_shown(struct line_edit *edit, const char *shown)
{
    const struct strbuf text = {.text = (char *)shown, .len = strlen(shown)};
    if (strcmp(shown, line_edit_shown(edit)) == 0)
        return true;
    return line_edit_replace(edit, 0, edit->text.len, &text, RUN_NONE);
}

void line_edit_hand_killed(struct line_edit *edit, const struct line_edit *from)
{
    strbuf_reset(&edit->killed);
    chip_append_full(&from->chips, strbuf_text(&from->killed), from->killed.len,
                     &edit->killed);
    edit->run = RUN_NONE;
}

bool line_edit_set_text(struct line_edit *edit, const char *bytes, size_t len)
{
    struct strbuf text;
    strbuf_init(&text, edit->text.max);
    bool ok = line_edit_clean(&text, bytes, len);
    const bool is_same = text.len == line_edit_len(edit) &&
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

static void line_edit_write_out_killed(struct line_edit *edit)
{
    struct strbuf full;
    strbuf_init(&full, edit->killed.max);
    chip_append_full(&edit->chips, strbuf_text(&edit->killed), edit->killed.len, &full);
    strbuf_clear(&edit->killed);
    edit->killed = full;
}

void line_edit_reset(struct line_edit *edit)
{
    /* What was killed may hold chips, whose texts go now. */
    line_edit_write_out_killed(edit);
    strbuf_reset(&edit->text);
    chip_table_clear(&edit->chips);
    edit->extra = 0;
    edit->full->is_current = false;
    edit->version++;
    undo_clear(&edit->undo);
    line_edit_move(edit, 0);
}

bool line_edit_delete_back(struct line_edit *edit)
{
    return line_edit_remove(edit, chip_previous(line_edit_shown(edit), edit->cursor),
                            edit->cursor, RUN_DELETE_BACK);
}

bool line_edit_delete_forward(struct line_edit *edit)
{
    const size_t next = chip_next(line_edit_shown(edit), edit->text.len, edit->cursor);
    return line_edit_remove(edit, edit->cursor, next, RUN_DELETE_FORWARD);
}

/* --- Places --------------------------------------------------------------------------
 */

static size_t line_edit_find_line_start(const struct line_edit *edit, size_t at)
{
    const char *text = line_edit_shown(edit);
    while (at > 0 && text[at - 1] != '\n')
        at--;
    return at;
}

static size_t line_edit_find_line_end(const struct line_edit *edit, size_t at)
{
    const char *newline = memchr(line_edit_shown(edit) + at, '\n', edit->text.len - at);
    return newline == NULL ? edit->text.len : (size_t)(newline - line_edit_shown(edit));
}

static bool line_edit_is_word_at(const struct line_edit *edit, size_t at)
{
    uint32_t code;
    utf8_decode(line_edit_shown(edit) + at, edit->text.len - at, &code);
    return grapheme_is_word(code);
}

/* The start of the word before the cursor, over what is not a word. */
static size_t line_edit_find_word_back(const struct line_edit *edit)
{
    const char *text = line_edit_shown(edit);
    size_t at = edit->cursor;
    bool was_word = false;
    while (at > 0) {
        const size_t before = chip_previous(text, at);
        const bool is_word = line_edit_is_word_at(edit, before);
        if (was_word && !is_word)
            break;
        /* A chip is a word. */
        if (line_edit_chip_at(edit, before) != NULL)
            return before;
        was_word = is_word;
        at = before;
    }
    return at;
}

/* The end of the word after the cursor, over what is not a word. */
static size_t line_edit_find_word_forward(const struct line_edit *edit)
{
    const char *text = line_edit_shown(edit);
    size_t at = edit->cursor;
    bool was_word = false;
    while (at < edit->text.len) {
        const bool is_word = line_edit_is_word_at(edit, at);
        if (was_word && !is_word)
            break;
        if (line_edit_chip_at(edit, at) != NULL)
            return at + CHIP_BYTES;
        was_word = is_word;
        at = chip_next(text, edit->text.len, at);
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
    strbuf_insert(&edit->killed, place, line_edit_shown(edit) + from, to - from);
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
    const char *text = line_edit_shown(edit);
    const size_t start = line_edit_find_line_start(edit, edit->cursor);
    size_t middle = edit->cursor;
    if (middle == line_edit_find_line_end(edit, middle) && middle > start)
        middle = chip_previous(text, middle);
    if (middle == start)
        return false;
    const size_t first = chip_previous(text, middle);
    const size_t last = chip_next(text, edit->text.len, middle);
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
    return line_edit_move(edit, chip_previous(line_edit_shown(edit), edit->cursor));
}

bool line_edit_right(struct line_edit *edit)
{
    return line_edit_move(edit,
                          chip_next(line_edit_shown(edit), edit->text.len, edit->cursor));
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
    const char *text = line_edit_shown(edit);
    size_t column = 0;
    for (size_t at = line_edit_find_line_start(edit, edit->cursor); at < edit->cursor;
         at = chip_next(text, edit->text.len, at))
        column++;
    return column;
}

/* Goes to the wanted column of the line that begins at `start`, or to its end. */
static void line_edit_go_to_line(struct line_edit *edit, size_t start)
{
    const char *text = line_edit_shown(edit);
    const size_t end = line_edit_find_line_end(edit, start);
    const size_t column =
        edit->column == NO_COLUMN ? line_edit_find_column(edit) : edit->column;
    size_t at = start;
    for (size_t i = 0; i < column && at < end; i++)
        at = chip_next(text, end, at);
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
