/*
 * Segments before part_count stand for the message's parts, one each, and grow with
 * them; those behind are notes, written anew whenever the message changes.
 */
#include "ui/view/message_rows.h"

#include <stdio.h>
#include <string.h>

#include "src/base/json.h"
#include "src/base/mem.h"
#include "src/base/safe_text.h"
#include "src/base/utf8.h"

/* What is shown of the arguments of a call that is whole, and of the result of a tool,
 * unless it is unfolded. */
#define ROWS_CALL_BYTES   200
#define ROWS_RESULT_LINES 6
#define ROWS_RESULT_BYTES 600

void message_rows_init(struct message_rows *rows, const struct message *message)
{
    *rows = (struct message_rows){.message = message, .branch = {1, 1}};
}

/* Drops the segments from number `count` on. */
static void message_rows_cut(struct message_rows *rows, size_t count)
{
    while (rows->segment_count > count) {
        struct row_segment *segment = &rows->segments[--rows->segment_count];
        wrap_clear(&segment->wrap);
        markdown_free(segment->markdown);
        strbuf_clear(&segment->note);
    }
    if (rows->part_count > count)
        rows->part_count = count;
}

void message_rows_clear(struct message_rows *rows)
{
    message_rows_cut(rows, 0);
    match_list_clear(&rows->matches);
    mem_free(rows->segments);
    mem_free(rows->head);
    mem_free(rows->flips);
    hidden_count_clear(&rows->hidden);
    *rows = (struct message_rows){0};
}

void message_rows_forget(struct message_rows *rows)
{
    message_rows_cut(rows, 0);
    mem_free(rows->segments);
    rows->segments = NULL;
    rows->segment_cap = 0;
    rows->width = 0; /* not laid out */
}

static struct row_segment *message_rows_add(struct message_rows *rows, enum role role,
                                            int indent, const char *sign)
{
    rows->segments = mem_grow(rows->segments, &rows->segment_cap, rows->segment_count + 1,
                              sizeof(rows->segments[0]));
    struct row_segment *segment = &rows->segments[rows->segment_count++];
    *segment = (struct row_segment){.role = role, .indent = indent, .sign = sign};
    strbuf_init(&segment->note, STRBUF_OWN_MAX);
    const int width = rows->width - indent;
    wrap_init(&segment->wrap, width > 0 ? width : 1);
    return segment;
}

static void message_rows_add_note(struct message_rows *rows, enum role role, int indent,
                                  const char *sign, const char *text)
{
    struct row_segment *segment = message_rows_add(rows, role, indent, sign);
    segment->has_note = true;
    strbuf_append_text(&segment->note, text);
    wrap_extend(&segment->wrap, strbuf_text(&segment->note), segment->note.len);
}

static void message_rows_add_answer(struct message_rows *rows)
{
    struct row_segment *segment = message_rows_add(rows, ROLE_TEXT, 0, NULL);
    if (!rows->is_raw)
        segment->markdown = markdown_new();
}

static void message_rows_add_part(struct message_rows *rows, const struct part *part)
{
    const bool is_user = rows->message->author == MESSAGE_USER;
    switch (part->kind) {
    case PART_TEXT:
        if (rows->message->is_automatic)
            message_rows_add(rows, ROLE_DIM, 2, "\xe2\x86\xb3 ");
        else if (is_user)
            message_rows_add(rows, ROLE_USER, 2, "\xe2\x80\xba ");
        else
            message_rows_add_answer(rows);
        break;
    case PART_REASONING: message_rows_add(rows, ROLE_REASONING, 2, NULL); break;
    case PART_REFUSAL: message_rows_add(rows, ROLE_WARNING, 2, "! "); break;
    case PART_TOOL_CALL: message_rows_add(rows, ROLE_TOOL, 2, "\xe2\x96\xb8 "); break;
    case PART_TOOL_RESULT: message_rows_add(rows, ROLE_DIM, 2, NULL); break;
    case PART_FILE:
    case PART_IMAGE: message_rows_add(rows, ROLE_DIM, 2, "+ "); break;
    case PART_OPAQUE: message_rows_add(rows, ROLE_DIM, 0, NULL); break;
    }
    rows->segments[rows->segment_count - 1].kind = part->kind;
    rows->part_count = rows->segment_count;
}

/* Notes. */

/* The lines of the card that stands where an answer would have been. */
static void message_rows_add_card(struct message_rows *rows, const char *card_hint)
{
    const struct message *message = rows->message;
    const struct answer_facts *facts = &message->facts;
    const struct error_class_info *info = error_class_get(facts->error.class);
    struct strbuf line;
    strbuf_init(&line, STRBUF_OWN_MAX);
    strbuf_append_format(&line, "%s: %s", info->title, error_text(&facts->error));
    message_rows_add_note(rows, ROLE_ERROR, 2, "\xe2\x9c\x97 ", strbuf_text(&line));
    strbuf_reset(&line);
    if (message_has_content(message))
        strbuf_append_text(&line, "what had come is kept");
    if (facts->attempts > 1)
        strbuf_append_format(&line, "%s%d tries", line.len > 0 ? " \xc2\xb7 " : "",
                             facts->attempts);
    if (facts->request_id != NULL)
        strbuf_append_format(&line, "%srequest %s", line.len > 0 ? " \xc2\xb7 " : "",
                             facts->request_id);
    if (line.len > 0)
        message_rows_add_note(rows, ROLE_DIM, 2, NULL, strbuf_text(&line));
    strbuf_clear(&line);
    if (info->advice[0] != '\0')
        message_rows_add_note(rows, ROLE_TEXT, 2, NULL, info->advice);
    message_rows_add_note(rows, ROLE_KEY, 2, NULL, card_hint);
}

/* What to say about how an answer without an error ended; NULL for nothing. */
static const char *message_rows_end_note(const struct message *message)
{
    switch (message->facts.finish) {
    case FINISH_LENGTH: return "cut at the token limit";
    case FINISH_CONTENT_FILTER: return "cut by the provider's content filter";
    case FINISH_PAUSE: return "the model paused its turn";
    case FINISH_UNKNOWN:
    case FINISH_STOP:
    case FINISH_REFUSAL:
        return message_has_content(message) ? NULL : "the answer is empty";
    case FINISH_TOOL_CALLS:
    case FINISH_NONE:
    case FINISH_CANCELLED:
    case FINISH_ERROR:
    case FINISH_COUNT: break;
    }
    return NULL;
}

/* An answer that was cut when the program ended: what it says is all there is. */
static void message_rows_add_interrupted(struct message_rows *rows, const char *card_hint)
{
    message_rows_add_note(rows, ROLE_WARNING, 2, "! ",
                          message_has_content(rows->message)
                              ? "interrupted when the program ended; what had come is "
                                "kept"
                              : "interrupted when the program ended, before anything "
                                "came");
    if (rows->is_last)
        message_rows_add_note(rows, ROLE_KEY, 2, NULL, card_hint);
}

static void message_rows_add_notes(struct message_rows *rows, const char *card_hint)
{
    const struct message *message = rows->message;
    if (message->author != MESSAGE_ASSISTANT)
        return;
    const char *note = NULL;
    /* What is said about an answer stands apart from it. */
    const bool has_notes =
        message->state == MESSAGE_FAILED || message->state == MESSAGE_STOPPED ||
        message->is_continuation ||
        (message->state == MESSAGE_WHOLE && message_rows_end_note(message) != NULL);
    if (has_notes && rows->part_count > 0)
        message_rows_add_note(rows, ROLE_TEXT, 0, NULL, "");
    if (message->is_continuation)
        message_rows_add_note(rows, ROLE_DIM, 2, "\xe2\x86\xb3 ",
                              "continued from the answer before it");
    switch (message->state) {
    case MESSAGE_GROWING: return;
    case MESSAGE_FAILED: message_rows_add_card(rows, card_hint); return;
    case MESSAGE_STOPPED:
        if (message->is_interrupted) {
            message_rows_add_interrupted(rows, card_hint);
            return;
        }
        message_rows_add_note(rows, ROLE_STATE_WAIT, 2, "\xe2\x96\xa0 ",
                              message_has_content(message)
                                  ? "stopped; what had come is kept"
                                  : "stopped before anything came");
        return;
    case MESSAGE_WHOLE: note = message_rows_end_note(message); break;
    }
    if (note != NULL)
        message_rows_add_note(rows, ROLE_WARNING, 2, "! ", note);
}

/* Who answered, where it is not the model that the pane's title names. */
static void message_rows_add_label(struct message_rows *rows)
{
    const char *model = rows->message->facts.model;
    if (!rows->has_label || model == NULL)
        return;
    char *text = strbuf_format("answered by %s", model);
    message_rows_add_note(rows, ROLE_DIM, 2, NULL, text);
    mem_free(text);
}

/* The row above the parts: which branch this is. */
static void message_rows_set_head(struct message_rows *rows)
{
    const struct branch *branch = &rows->branch;
    const bool is_edited = rows->message->is_edited;
    mem_free(rows->head);
    rows->head = NULL;
    rows->laid_branch = *branch;
    if (branch->count > 1)
        rows->head =
            strbuf_format("\xe2\x80\xb9 %zu of %zu \xe2\x80\xba%s", branch->number,
                          branch->count, is_edited ? " edited" : "");
    else if (is_edited)
        rows->head = mem_strdup("edited");
}

static int message_rows_head_height(const struct message_rows *rows)
{
    return rows->head != NULL ? 1 : 0;
}

/* Keeping up with the message. */

/* True if the segments of parts still stand for the parts they were made for. */
static bool message_rows_are_grown(const struct message_rows *rows, int width)
{
    if (rows->width != width || rows->part_count > rows->message->part_count)
        return false;
    for (size_t i = 0; i < rows->part_count; i++) {
        const struct part *part = &rows->message->parts[i];
        if (rows->segments[i].kind != part->kind)
            return false;
    }
    return true;
}

/* --- Folds --- */

static bool message_rows_is_unfolded(const struct message_rows *rows, size_t part_index)
{
    return rows->is_unfolded !=
           (part_index < rows->flip_count && rows->flips[part_index]);
}

/* Takes what the owner wants; from then on all parts are alike again. */
static void message_rows_unfold_all(struct message_rows *rows)
{
    if (rows->is_unfolded != rows->wants_unfolded) {
        mem_free(rows->flips);
        rows->flips = NULL;
        rows->flip_count = 0;
    }
    rows->is_unfolded = rows->wants_unfolded;
}

/* --- Tools --- */

static const struct call_mark *message_rows_find_mark(const struct message_rows *rows,
                                                      size_t part_index)
{
    for (size_t i = 0; i < rows->mark_count; i++) {
        if (rows->marks[i].message_id == rows->message->id &&
            rows->marks[i].part_index == part_index)
            return &rows->marks[i];
    }
    return NULL;
}

/* A number that changes when what the marks say of this message does. */
static uint64_t message_rows_stamp(const struct message_rows *rows)
{
    uint64_t stamp = 0;
    for (size_t i = 0; i < rows->mark_count; i++) {
        const struct call_mark *mark = &rows->marks[i];
        if (mark->message_id != rows->message->id)
            continue;
        stamp = stamp * 31 + (uintptr_t)mark->sign + mark->part_index + 1;
        for (const char *at = mark->text; *at != '\0'; at++)
            stamp = stamp * 31 + (unsigned char)*at;
    }
    return stamp;
}

/* Appends text that must not begin a row of its own: a model or a server could forge the
 * rows below it. What ends a line is spelled out, as in the dialog. */
static void message_rows_append_inline(struct strbuf *out, const char *text, size_t len)
{
    char mark[SAFE_TEXT_MARK_MAX];
    for (size_t at = 0; at < len;) {
        uint32_t code;
        const size_t used = utf8_decode(text + at, len - at, &code);
        if (code == '\n' || code == 0x2028 || code == 0x2029)
            strbuf_append(out, mark, safe_text_mark(code, mark));
        else
            strbuf_append(out, text + at, used);
        at += used;
    }
}

/* Appends at most `max` bytes of UTF-8 text; true if that is not all. */
static bool message_rows_append_cut(struct strbuf *out, const char *text, size_t len,
                                    size_t max)
{
    size_t cut = len < max ? len : max;
    while (cut > 0 && cut < len && ((unsigned char)text[cut] & 0xc0) == 0x80)
        cut--;
    strbuf_append(out, text, cut);
    return cut < len;
}

static void message_rows_append_name(struct strbuf *out, const struct part *part)
{
    if (part->name != NULL)
        message_rows_append_inline(out, part->name, strlen(part->name));
}

/* The arguments of a whole call, in one line and cut. */
static void message_rows_append_arguments(const struct message_rows *rows,
                                          struct strbuf *out, size_t index)
{
    const struct part *part = &rows->message->parts[index];
    struct strbuf json;
    struct strbuf cut;
    strbuf_init(&json, STRBUF_OWN_MAX);
    json_append_compact(&json, strbuf_text(&part->text), part->text.len);
    const size_t max = message_rows_is_unfolded(rows, index) ? json.len : ROWS_CALL_BYTES;
    strbuf_init(&cut, STRBUF_OWN_MAX);
    const bool is_cut = message_rows_append_cut(&cut, strbuf_text(&json), json.len, max);
    message_rows_append_inline(out, strbuf_text(&cut), cut.len);
    if (is_cut)
        strbuf_append_text(out, "\xe2\x80\xa6");
    strbuf_clear(&cut);
    strbuf_clear(&json);
}

/* A call that is whole: written anew, with how it stands. */
static void message_rows_wrap_whole_call(struct message_rows *rows, size_t index)
{
    const struct part *part = &rows->message->parts[index];
    struct row_segment *segment = &rows->segments[index];
    const struct call_mark *mark = message_rows_find_mark(rows, index);
    strbuf_reset(&segment->note);
    message_rows_append_name(&segment->note, part);
    strbuf_append_char(&segment->note, ' ');
    segment->note_head = segment->note.len;
    message_rows_append_arguments(rows, &segment->note, index);
    segment->sign = mark != NULL ? mark->sign : "\xe2\x96\xb8 ";
    segment->role = mark != NULL ? mark->role : ROLE_TOOL;
    if (mark != NULL) {
        strbuf_append_text(&segment->note, "  ");
        message_rows_append_inline(&segment->note, mark->text, strlen(mark->text));
    }
    segment->has_note = true;
    segment->taken = part->text.len;
    wrap_reset(&segment->wrap, segment->wrap.width);
    wrap_extend(&segment->wrap, strbuf_text(&segment->note), segment->note.len);
}

/* A call that arrives shows its name before the arguments, which grow at their end; when
 * the name comes late it is written anew. */
static void message_rows_wrap_call(struct message_rows *rows, size_t index)
{
    const struct part *part = &rows->message->parts[index];
    struct row_segment *segment = &rows->segments[index];
    if (part->call_id != NULL) {
        message_rows_wrap_whole_call(rows, index);
        return;
    }
    struct strbuf name;
    strbuf_init(&name, STRBUF_OWN_MAX);
    message_rows_append_name(&name, part);
    if (part->name == NULL)
        strbuf_append_text(&name, "\xe2\x80\xa6");
    const bool is_same_name =
        segment->has_note && segment->note.len > name.len &&
        memcmp(strbuf_text(&segment->note), strbuf_text(&name), name.len) == 0;
    if (!is_same_name || segment->taken > part->text.len) {
        strbuf_reset(&segment->note);
        strbuf_append_format(&segment->note, "%s ", strbuf_text(&name));
        segment->note_head = segment->note.len;
        segment->has_note = true;
        segment->taken = 0;
        wrap_reset(&segment->wrap, segment->wrap.width);
    }
    strbuf_clear(&name);
    /* The rest of a character that has come in part is awaited. */
    const char *text = strbuf_text(&part->text) + segment->taken;
    size_t len = part->text.len - segment->taken;
    len -= utf8_incomplete_tail(text, len);
    message_rows_append_inline(&segment->note, text, len);
    segment->taken += len;
    wrap_extend(&segment->wrap, strbuf_text(&segment->note), segment->note.len);
}

static size_t message_rows_count_lines(const char *text, size_t len)
{
    size_t count = len > 0 && text[len - 1] != '\n';
    for (size_t i = 0; i < len; i++)
        count += text[i] == '\n';
    return count;
}

/* The first lines of a result, and how many there are yet. Returns the bytes of it that
 * are shown. */
static size_t message_rows_append_folded(struct strbuf *out, const char *text, size_t len)
{
    size_t end = 0;
    for (int lines = 0; end < len && lines < ROWS_RESULT_LINES; lines++) {
        const char *newline = memchr(text + end, '\n', len - end);
        end = newline != NULL ? (size_t)(newline - text) + 1 : len;
    }
    const size_t start = out->len;
    const bool is_cut = message_rows_append_cut(out, text, end, ROWS_RESULT_BYTES);
    const size_t shown = out->len - start;
    const size_t left = message_rows_count_lines(text + shown, len - shown);
    if (shown == len)
        return shown;
    if (is_cut)
        strbuf_append_text(out, "\xe2\x80\xa6\n");
    if (left > 1)
        strbuf_append_format(out, "\xe2\x80\xa6 %zu more lines", left);
    else
        strbuf_append_format(out, "\xe2\x80\xa6 %zu more bytes", len - shown);
    return shown;
}

static void message_rows_wrap_result(struct message_rows *rows, size_t index)
{
    const struct part *part = &rows->message->parts[index];
    struct row_segment *segment = &rows->segments[index];
    struct strbuf *note = &segment->note;
    size_t len = part->text.len;
    while (len > 0 && part->text.text[len - 1] == '\n')
        len--;
    strbuf_reset(note);
    message_rows_append_name(note, part);
    if (part->elapsed_ms >= 0)
        strbuf_append_format(note, " \xc2\xb7 %.1f s", (double)part->elapsed_ms / 1000);
    if (len > 0)
        strbuf_append_char(note, '\n');
    segment->note_head = note->len;
    segment->note_shown = len;
    if (message_rows_is_unfolded(rows, index))
        strbuf_append(note, strbuf_text(&part->text), len);
    else
        segment->note_shown =
            message_rows_append_folded(note, strbuf_text(&part->text), len);
    segment->sign = part->is_error ? "\xe2\x9c\x97 " : "\xe2\x9c\x93 ";
    segment->role = part->is_error ? ROLE_WARNING : ROLE_DIM;
    segment->has_note = true;
    wrap_reset(&segment->wrap, segment->wrap.width);
    wrap_extend(&segment->wrap, strbuf_text(note), note->len);
}

/* --- Other parts --- */

static void message_rows_wrap_attachment(struct row_segment *segment,
                                         const struct part *part)
{
    strbuf_reset(&segment->note);
    strbuf_append_format(&segment->note, "%s (%zu bytes)", part->name, part->text.len);
    segment->has_note = true;
    wrap_reset(&segment->wrap, segment->wrap.width);
    wrap_extend(&segment->wrap, strbuf_text(&segment->note), segment->note.len);
}

/* It is wrapped in any case: folded, it says how many lines there are to open. */
static void message_rows_fold_reasoning(const struct message_rows *rows, size_t index)
{
    struct row_segment *segment = &rows->segments[index];
    segment->is_folded = !message_rows_is_unfolded(rows, index);
    segment->sign = segment->is_folded ? "\xe2\x96\xb8 " : "\xe2\x96\xbe ";
}

static void message_rows_wrap_part(struct message_rows *rows, size_t index)
{
    const struct part *part = &rows->message->parts[index];
    struct row_segment *segment = &rows->segments[index];
    if (part->kind == PART_OPAQUE)
        return; /* no row: it is between the service and us */
    if (part->kind == PART_FILE || part->kind == PART_IMAGE)
        message_rows_wrap_attachment(segment, part);
    else if (part->kind == PART_TOOL_CALL)
        message_rows_wrap_call(rows, index);
    else if (part->kind == PART_TOOL_RESULT)
        message_rows_wrap_result(rows, index);
    else if (segment->markdown != NULL)
        markdown_update(segment->markdown, strbuf_text(&part->text), part->text.len,
                        rows->width, rows->message->state == MESSAGE_GROWING);
    else
        wrap_extend(&segment->wrap, strbuf_text(&part->text), part->text.len);
    if (part->kind == PART_REASONING)
        message_rows_fold_reasoning(rows, index);
}

int row_segment_height(const struct row_segment *segment)
{
    if (segment->markdown != NULL)
        return (int)markdown_row_count(segment->markdown);
    return segment->is_folded ? 1 : (int)segment->wrap.row_count;
}

void message_rows_update(struct message_rows *rows, int width, const char *card_hint)
{
    const struct message *message = rows->message;
    const uint64_t mark_stamp = message_rows_stamp(rows);
    if (rows->width == width && rows->version == message->version &&
        rows->card_hint == card_hint && rows->has_label == rows->wants_label &&
        rows->is_unfolded == rows->wants_unfolded && rows->is_raw == rows->wants_raw &&
        rows->mark_stamp == mark_stamp && !rows->is_stale &&
        rows->was_last == rows->is_last &&
        rows->laid_branch.number == rows->branch.number &&
        rows->laid_branch.count == rows->branch.count)
        return;
    const bool is_grown =
        message_rows_are_grown(rows, width) && rows->is_raw == rows->wants_raw;
    rows->is_raw = rows->wants_raw;
    message_rows_unfold_all(rows);
    rows->is_stale = false;
    rows->mark_stamp = mark_stamp;
    rows->card_hint = card_hint;
    rows->has_label = rows->wants_label;
    rows->was_last = rows->is_last;
    message_rows_set_head(rows);
    message_rows_cut(rows, is_grown ? rows->part_count : 0);
    rows->width = width;
    rows->version = message->version;
    const size_t kept = rows->part_count;
    unsigned code_count = 0;
    while (rows->part_count < message->part_count)
        message_rows_add_part(rows, &message->parts[rows->part_count]);
    /* Only the last part and tool calls grow, and results and reasoning fold; others were
     * wrapped to their end. */
    for (size_t i = 0; i < rows->part_count; i++) {
        const enum part_kind kind = rows->segments[i].kind;
        struct markdown *markdown = rows->segments[i].markdown;
        /* Blocks of code are numbered through the message. */
        const bool is_renumbered =
            markdown != NULL && markdown_set_code_before(markdown, code_count);
        if (i + 1 >= kept || kind == PART_TOOL_CALL || kind == PART_TOOL_RESULT ||
            kind == PART_REASONING || is_renumbered)
            message_rows_wrap_part(rows, i);
        if (markdown != NULL)
            code_count = markdown_code_count(markdown);
    }
    message_rows_add_notes(rows, card_hint);
    message_rows_add_label(rows);
    rows->height = 1 + message_rows_head_height(rows);
    for (size_t i = 0; i < rows->segment_count; i++)
        rows->height += row_segment_height(&rows->segments[i]);
}

int message_rows_card_row(const struct message_rows *rows)
{
    int row = message_rows_head_height(rows);
    for (size_t i = 0; i < rows->segment_count; i++) {
        /* Of the notes only the card's first is an error. */
        if (i >= rows->part_count && rows->segments[i].role == ROLE_ERROR)
            return row;
        row += row_segment_height(&rows->segments[i]);
    }
    return -1;
}

bool message_rows_is_head(const struct message_rows *rows, int row)
{
    return row < message_rows_head_height(rows);
}

const struct row_segment *message_rows_segment(const struct message_rows *rows, int *row)
{
    if (message_rows_is_head(rows, *row))
        return NULL;
    *row -= message_rows_head_height(rows);
    for (size_t i = 0; i < rows->segment_count; i++) {
        const int count = row_segment_height(&rows->segments[i]);
        if (*row < count)
            return &rows->segments[i];
        *row -= count;
    }
    return NULL;
}

const char *message_rows_text(const struct message_rows *rows,
                              const struct row_segment *segment)
{
    const size_t index = (size_t)(segment - rows->segments);
    return segment->has_note ? strbuf_text(&segment->note)
                             : strbuf_text(&rows->message->parts[index].text);
}

static void message_rows_draw_fold(const struct row_segment *segment,
                                   struct canvas *canvas, struct rect where)
{
    char text[64];
    const size_t count = segment->wrap.row_count;
    snprintf(text, sizeof(text), "reasoning \xc2\xb7 %zu line%s", count,
             count == 1 ? "" : "s");
    canvas_put_fit(canvas, where.x, where.y, where.width, segment->role, text,
                   strlen(text));
}

static void message_rows_draw_wrapped(const struct message_rows *rows,
                                      const struct row_segment *segment, int row,
                                      struct canvas *canvas, struct rect where)
{
    const struct wrap_row *wrapped = wrap_row(&segment->wrap, (size_t)row);
    canvas_put(canvas, where.x, where.y, where.width, segment->role,
               message_rows_text(rows, segment) + wrapped->start, wrapped->len);
}

void message_rows_draw(const struct message_rows *rows, int row, struct canvas *canvas,
                       int x, int y)
{
    if (message_rows_is_head(rows, row)) {
        canvas_put_fit(canvas, x, y, rows->width, ROLE_DIM, rows->head,
                       strlen(rows->head));
        return;
    }
    const struct row_segment *segment = message_rows_segment(rows, &row);
    if (segment == NULL)
        return;
    if (row == 0 && segment->sign != NULL)
        canvas_put(canvas, x, y, segment->indent, segment->role, segment->sign,
                   strlen(segment->sign));
    const struct rect where = {x + segment->indent, y, rows->width - segment->indent, 1};
    if (segment->markdown != NULL)
        markdown_draw(segment->markdown, (size_t)row, message_rows_text(rows, segment),
                      canvas, where);
    else if (segment->is_folded)
        message_rows_draw_fold(segment, canvas, where);
    else
        message_rows_draw_wrapped(rows, segment, row, canvas, where);
}

bool message_rows_is_fold(const struct message_rows *rows, int row)
{
    const struct row_segment *segment = message_rows_segment(rows, &row);
    return segment != NULL && row == 0 &&
           (size_t)(segment - rows->segments) < rows->part_count &&
           (segment->kind == PART_REASONING || segment->kind == PART_TOOL_RESULT ||
            segment->kind == PART_TOOL_CALL);
}

void message_rows_flip(struct message_rows *rows, int row)
{
    const struct row_segment *segment = message_rows_segment(rows, &row);
    const size_t index = (size_t)(segment - rows->segments);
    if (index >= rows->flip_count) {
        bool *flips = mem_alloc(index + 1);
        for (size_t i = 0; i < rows->flip_count; i++)
            flips[i] = rows->flips[i];
        mem_free(rows->flips);
        rows->flips = flips;
        rows->flip_count = index + 1;
    }
    rows->flips[index] = !rows->flips[index];
    rows->is_stale = true;
}

/* --- Places --- */

struct row_place message_rows_place(const struct message_rows *rows, int row)
{
    if (message_rows_is_head(rows, row))
        return (struct row_place){0, 0};
    const struct row_segment *segment = message_rows_segment(rows, &row);
    if (segment == NULL)
        return (struct row_place){rows->segment_count, 0};
    size_t offset = 0;
    if (segment->markdown != NULL)
        offset = markdown_place(segment->markdown, (size_t)row);
    else if (!segment->is_folded)
        offset = wrap_row(&segment->wrap, (size_t)row)->start;
    return (struct row_place){(size_t)(segment - rows->segments), offset};
}

struct row_place message_rows_place_end(const struct message_rows *rows, int row)
{
    if (message_rows_is_head(rows, row))
        return (struct row_place){0, 0};
    const struct row_segment *segment = message_rows_segment(rows, &row);
    if (segment == NULL)
        return (struct row_place){rows->segment_count, 0};
    size_t offset = 0;
    if (segment->markdown != NULL) {
        offset = markdown_place_end(segment->markdown, (size_t)row);
    } else {
        const size_t last =
            segment->is_folded ? segment->wrap.row_count - 1 : (size_t)row;
        const struct wrap_row *wrapped = wrap_row(&segment->wrap, last);
        offset = wrapped->start + (wrapped->len > 0 ? wrapped->len - 1 : 0);
    }
    return (struct row_place){(size_t)(segment - rows->segments), offset};
}

/* The row of a segment that has rows. */
static int row_segment_find(const struct row_segment *segment, size_t offset)
{
    if (segment->markdown != NULL)
        return (int)markdown_find(segment->markdown, offset);
    return segment->is_folded ? 0 : (int)wrap_find_row(&segment->wrap, offset);
}

int message_rows_find(const struct message_rows *rows, struct row_place place)
{
    int row = message_rows_head_height(rows);
    for (size_t i = 0; i < place.segment && i < rows->segment_count; i++)
        row += row_segment_height(&rows->segments[i]);
    if (place.segment < rows->segment_count)
        row += row_segment_find(&rows->segments[place.segment], place.offset);
    return row;
}
