/*
 * A row's flags (something failed, answers differ) are settled when one of its cells is;
 * the list of rows that pass a filter is made anew when it is looked at after that.
 */
#include "ui/matrix.h"

#include <string.h>

#include "src/base/clock.h"
#include "src/base/mem.h"
#include "src/base/safe_text.h"
#include "src/base/utf8.h"
#include "src/engine/answer_form.h"
#include "ui/pane.h"

#define FLAG_FAILED  1U
#define FLAG_DIFFERS 2U

/* The most bytes of a text that one line may need. */
#define LINE_MAX 400

/* Pieces are counted over stretches this long. */
#define RATE_MS 1500

/* --- The run ----------------------------------------------------------------------- */

static bool matrix_next_row(void *user, struct run_row *row)
{
    struct matrix *matrix = user;
    if (matrix->next_row == matrix->row_count)
        return false;
    const size_t number = matrix->next_row++;
    if (prompt_rows_fill(matrix->rows, number, &row->values, &row->error))
        template_render(prompt_rows_template(matrix->rows), &row->values, &row->prompt,
                        &row->error);
    return true;
}

/* Answers differ if two of them, each in the form for comparing, are not the same. */
static bool row_differs(const struct run_row *row)
{
    char *first = NULL;
    bool differs = false;
    for (size_t i = 0; i < row->cell_count && !differs; i++) {
        const struct run_result *result = &row->cells[i].result;
        if (row->cells[i].state != RUN_CELL_DONE || result->text == NULL)
            continue;
        char *form = answer_normalise(result->text, result->len);
        differs = first != NULL && strcmp(first, form) != 0;
        if (first == NULL)
            first = form;
        else
            mem_free(form);
    }
    mem_free(first);
    return differs;
}

static void matrix_flag_row(struct matrix *matrix, const struct run_row *row)
{
    unsigned flags = row_differs(row) ? FLAG_DIFFERS : 0;
    for (size_t i = 0; i < row->cell_count; i++) {
        const enum run_cell_state state = row->cells[i].state;
        if (state == RUN_CELL_FAILED || state == RUN_CELL_LEFT)
            flags |= FLAG_FAILED;
    }
    matrix->flags[row->number] = (unsigned char)flags;
    matrix->is_stale = true;
}

static void matrix_count_piece(struct matrix *matrix)
{
    const int64_t now_ms = clock_now_ms();
    const int64_t since_ms = now_ms - matrix->rate_from_ms;
    if (since_ms >= RATE_MS) {
        matrix->rate = (double)matrix->rate_pieces * 1000 / (double)since_ms;
        matrix->rate_pieces = 0;
        matrix->rate_from_ms = now_ms;
    }
    matrix->rate_pieces++;
}

static void matrix_on_run(void *user, const struct run_event *event)
{
    struct matrix *matrix = user;
    const struct run_cell *cell = event->cell;
    if (event->kind == RUN_EVENT_END)
        matrix->is_ended = true;
    if (event->kind == RUN_EVENT_CHAT && event->event->kind == EVENT_TEXT)
        matrix_count_piece(matrix);
    if (event->kind == RUN_EVENT_SETTLED)
        matrix_flag_row(matrix, event->row);
    const bool is_whole =
        event->kind == RUN_EVENT_SETTLED || event->kind == RUN_EVENT_STARTED;
    if (cell != NULL)
        matrix->on_change(matrix->user, cell->row, cell->column, is_whole);
    else if (event->kind == RUN_EVENT_END)
        matrix->on_change(matrix->user, matrix->row, matrix->column, true);
}

static void matrix_copy_models(struct matrix *matrix, const struct run_options *run)
{
    const size_t count = run->model_count;
    matrix->column_count = count;
    matrix->models = mem_alloc_array(count, sizeof(matrix->models[0]));
    matrix->params = mem_alloc_array(count, sizeof(matrix->params[0]));
    matrix->names = mem_alloc_array(count, sizeof(matrix->names[0]));
    for (size_t i = 0; i < count; i++) {
        struct chat_setup *model = &matrix->models[i];
        *model = run->models[i];
        model->model = mem_strdup(model->model);
        model->system = mem_strdup(model->system);
        model->fallbacks = NULL;
        model->fallback_count = 0;
        if (model->params != NULL)
            param_list_copy(&matrix->params[i], model->params);
        model->params = &matrix->params[i];
        matrix->names[i] = strbuf_format("%s/%s", model->endpoint->name, model->model);
    }
}

struct matrix *matrix_new(const struct matrix_options *options)
{
    struct matrix *matrix = mem_alloc(sizeof(*matrix));
    matrix->rows = options->rows;
    matrix->row_count = prompt_rows_count(options->rows);
    matrix->on_change = options->on_change;
    matrix->user = options->user;
    matrix->rate = -1;
    matrix->rate_from_ms = clock_now_ms();
    matrix->flags = mem_alloc(matrix->row_count);
    matrix_copy_models(matrix, &options->run);
    matrix->options = options->run;
    matrix->options.models = matrix->models;
    matrix->options.keeps_cells = true;
    matrix->options.schema = prompt_rows_template(options->rows)->schema;
    const struct run_owner owner = {
        .next_row = matrix_next_row, .on_event = matrix_on_run, .user = matrix};
    matrix->run = run_new(&matrix->options, &owner);
    return matrix;
}

void matrix_free(struct matrix *matrix)
{
    if (matrix == NULL)
        return;
    struct run *run = matrix->run;
    /* What closing its chats tells is nobody's business any more. */
    matrix->run = NULL;
    run_free(run);
    prompt_rows_free(matrix->rows);
    for (size_t i = 0; i < matrix->column_count; i++) {
        mem_free((char *)matrix->models[i].model);
        mem_free((char *)matrix->models[i].system);
        param_list_clear(&matrix->params[i]);
        mem_free(matrix->names[i]);
    }
    mem_free(matrix->models);
    mem_free(matrix->params);
    mem_free(matrix->names);
    mem_free(matrix->listed);
    mem_free(matrix->flags);
    mem_free(matrix);
}

bool matrix_hear(struct matrix *matrix, const struct engine_event *event)
{
    return matrix->run != NULL && run_hear(matrix->run, event);
}

/* --- Rows -------------------------------------------------------------------------- */

static bool matrix_passes(const struct matrix *matrix, size_t row)
{
    const unsigned flag = matrix->filter == MATRIX_FAILED ? FLAG_FAILED : FLAG_DIFFERS;
    return (matrix->flags[row] & flag) != 0;
}

static void matrix_list(struct matrix *matrix)
{
    if (matrix->filter == MATRIX_ALL || !matrix->is_stale)
        return;
    matrix->is_stale = false;
    matrix->listed_count = 0;
    for (size_t i = 0; i < matrix->row_count; i++) {
        if (!matrix_passes(matrix, i))
            continue;
        matrix->listed = mem_grow(matrix->listed, &matrix->listed_cap,
                                  matrix->listed_count + 1, sizeof(matrix->listed[0]));
        matrix->listed[matrix->listed_count++] = i;
    }
}

size_t matrix_listed_count(struct matrix *matrix)
{
    matrix_list(matrix);
    return matrix->filter == MATRIX_ALL ? matrix->row_count : matrix->listed_count;
}

size_t matrix_listed_row(const struct matrix *matrix, size_t place)
{
    return matrix->filter == MATRIX_ALL ? place : matrix->listed[place];
}

/* The first place whose row is not below `row`. */
static size_t matrix_lower_place(struct matrix *matrix, size_t row)
{
    matrix_list(matrix);
    if (matrix->filter == MATRIX_ALL)
        return row;
    size_t low = 0;
    size_t high = matrix->listed_count;
    while (low < high) {
        const size_t middle = low + (high - low) / 2;
        if (matrix->listed[middle] < row)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

size_t matrix_chosen_place(struct matrix *matrix)
{
    const size_t place = matrix_lower_place(matrix, matrix->row);
    const size_t count = matrix_listed_count(matrix);
    return place < count || count == 0 ? place : count - 1;
}

bool matrix_find_place(struct matrix *matrix, size_t row, size_t *place)
{
    *place = matrix_lower_place(matrix, row);
    return *place < matrix_listed_count(matrix) &&
           matrix_listed_row(matrix, *place) == row;
}

void matrix_set_filter(struct matrix *matrix, enum matrix_filter filter)
{
    matrix->filter = filter;
    matrix->is_stale = true;
    const size_t place = matrix_chosen_place(matrix);
    if (matrix_listed_count(matrix) > 0)
        matrix->row = matrix_listed_row(matrix, place);
}

static size_t step(size_t at, int by, size_t count)
{
    if (by < 0)
        return at > (size_t)-by ? at - (size_t)-by : 0;
    return at + (size_t)by < count ? at + (size_t)by : (count > 0 ? count - 1 : 0);
}

void matrix_move(struct matrix *matrix, int rows, int columns)
{
    const size_t count = matrix_listed_count(matrix);
    if (count > 0)
        matrix->row =
            matrix_listed_row(matrix, step(matrix_chosen_place(matrix), rows, count));
    matrix->column = step(matrix->column, columns, matrix->column_count);
}

/* --- Cells ------------------------------------------------------------------------- */

const struct run_cell *matrix_cell(const struct matrix *matrix, size_t row, size_t column)
{
    return run_get_cell(matrix->run, row, column);
}

/* The last bytes of a text, from the beginning of a character on. */
static const char *text_end(const char *text, size_t *len)
{
    size_t start = *len > LINE_MAX ? *len - LINE_MAX : 0;
    while (start < *len && ((unsigned char)text[start] & 0xc0) == 0x80)
        start++;
    *len -= start;
    return text + start;
}

/* What has come of the answer. */
static bool describe_growing(const struct matrix *matrix, const struct run_cell *cell,
                             const struct turn_status *status, struct strbuf *text,
                             struct strbuf *metrics)
{
    const struct chat *chat = engine_get_chat(matrix->options.engine, cell->chat);
    const struct message *answer =
        chat != NULL ? chat_last_by(chat, MESSAGE_ASSISTANT) : NULL;
    if (answer == NULL || answer->part_count == 0)
        return false;
    const struct part *part = &answer->parts[answer->part_count - 1];
    if (part->kind != PART_TEXT && part->kind != PART_REASONING)
        return false;
    size_t len = part->text.len;
    const char *end = text_end(strbuf_text(&part->text), &len);
    safe_text_append_line(text, end, len, LINE_MAX * 4);
    strbuf_append_format(metrics, "~%lld tok", (long long)status->delta_count);
    return true;
}

static struct matrix_sign describe_running(const struct matrix *matrix,
                                           const struct run_cell *cell,
                                           struct strbuf *text, struct strbuf *metrics)
{
    const struct turn_status status = engine_get_turn(matrix->options.engine, cell->chat);
    if (status.state == TURN_STREAMING &&
        describe_growing(matrix, cell, &status, text, metrics))
        return (struct matrix_sign){"\xe2\x97\x8f", ROLE_STATE_ACTIVE, true};
    struct strbuf words;
    strbuf_init(&words, STRBUF_OWN_MAX);
    const enum role role = pane_describe_state(&status, NULL, clock_now_ms(), &words);
    /* The sign stands for itself. */
    const char *rest = strchr(strbuf_text(&words), ' ');
    strbuf_append_text(text, rest != NULL ? rest + 1 : "");
    strbuf_clear(&words);
    const char *sign = status.state == TURN_RETRYING   ? "\xe2\x86\xbb"
                       : status.state == TURN_APPROVAL ? "\xe2\x9a\x91"
                       : status.state == TURN_TOOLS    ? "\xe2\x97\x8f"
                                                       : "\xe2\x97\x8c";
    return (struct matrix_sign){sign, role, false};
}

static void describe_metrics(const struct run_result *result, struct strbuf *metrics)
{
    const char *gap = "";
    if (result->is_cached) {
        strbuf_append_text(metrics, "cached");
        gap = " ";
    }
    if (result->sum.total_ms >= 0) {
        strbuf_append_format(metrics, "%s%.1f s", gap,
                             (double)result->sum.total_ms / 1000);
        gap = " ";
    }
    if (result->sum.cost >= 0) {
        strbuf_append_text(metrics, gap);
        pane_append_money(result->sum.cost, metrics);
    }
}

static void describe_result(const struct run_result *result, struct strbuf *text)
{
    const size_t most = result->len < LINE_MAX * 4 ? result->len : LINE_MAX * 4;
    if (result->error.class != ERROR_NONE)
        strbuf_append_format(text, "%s: %s", error_class_get(result->error.class)->title,
                             error_text(&result->error));
    else if (result->text != NULL)
        safe_text_append_line(text, result->text, most, LINE_MAX);
}

struct matrix_sign matrix_describe_cell(const struct matrix *matrix, size_t row,
                                        size_t column, struct strbuf *text,
                                        struct strbuf *metrics)
{
    const struct run_cell *cell = matrix_cell(matrix, row, column);
    if (cell == NULL || cell->state == RUN_CELL_WAITING) {
        strbuf_append_text(text, matrix->is_stopped && cell == NULL ? "not run" : "");
        return (struct matrix_sign){"\xc2\xb7", ROLE_DIM, false};
    }
    if (cell->state == RUN_CELL_RUNNING)
        return describe_running(matrix, cell, text, metrics);
    describe_result(&cell->result, text);
    describe_metrics(&cell->result, metrics);
    switch (cell->state) {
    case RUN_CELL_DONE:
        return (struct matrix_sign){"\xe2\x9c\x93", ROLE_STATE_DONE, false};
    case RUN_CELL_FAILED: return (struct matrix_sign){"\xe2\x9c\x97", ROLE_ERROR, false};
    case RUN_CELL_WAITING:
    case RUN_CELL_RUNNING:
    case RUN_CELL_LEFT:
    case RUN_CELL_SPARED:
    case RUN_CELL_SKIPPED: break;
    }
    return (struct matrix_sign){"\xe2\x96\xa0", ROLE_STATE_WAIT, false};
}

/* --- The whole --------------------------------------------------------------------- */

bool matrix_is_running(const struct matrix *matrix)
{
    return !matrix->is_ended;
}

static void append_count(struct strbuf *out, size_t count, const char *word)
{
    if (count > 0)
        strbuf_append_format(out, "%s%zu %s", out->len > 0 ? ", " : "", count, word);
}

static void append_time_left(const struct run_summary *sum, size_t settled, size_t all,
                             struct strbuf *out)
{
    if (settled == 0 || settled >= all)
        return;
    const double left_ms =
        (double)sum->elapsed_ms / (double)settled * (double)(all - settled);
    const long long seconds = (long long)(left_ms / 1000) + 1;
    if (seconds < 120)
        strbuf_append_format(out, " \xc2\xb7 about %lld s left", seconds);
    else
        strbuf_append_format(out, " \xc2\xb7 about %lld min left", (seconds + 30) / 60);
}

void matrix_describe(struct matrix *matrix, struct strbuf *out)
{
    const struct run_summary sum = run_get_summary(matrix->run);
    const size_t all = matrix->row_count * matrix->column_count;
    const size_t settled =
        sum.cells[RUN_CELL_DONE] + sum.cells[RUN_CELL_FAILED] + sum.cells[RUN_CELL_LEFT];
    const size_t running = sum.cells[RUN_CELL_RUNNING];
    const size_t rest = all - settled - running;
    append_count(out, sum.cells[RUN_CELL_DONE], "done");
    append_count(out, running, "running");
    append_count(out, sum.cells[RUN_CELL_FAILED], "failed");
    append_count(out, sum.cells[RUN_CELL_LEFT] + (matrix->is_stopped ? rest : 0),
                 "not run");
    append_count(out, matrix->is_stopped ? 0 : rest, "waiting");
    if (running > 0 && matrix->rate > 0)
        strbuf_append_format(out, " \xc2\xb7 ~%.0f t/s", matrix->rate);
    if (sum.cost > 0) {
        strbuf_append_text(out, " \xc2\xb7 ");
        pane_append_money(sum.cost, out);
    }
    if (!matrix->is_ended && !matrix->is_stopped)
        append_time_left(&sum, settled, all, out);
    else if (matrix->is_ended)
        strbuf_append_format(out, " \xc2\xb7 took %.1f s", (double)sum.elapsed_ms / 1000);
}

/* --- Doing ------------------------------------------------------------------------- */

bool matrix_retry(struct matrix *matrix, size_t row, size_t column)
{
    if (!run_retry(matrix->run, row, column))
        return false;
    matrix->is_ended = false;
    matrix_flag_row(matrix, run_get_row(matrix->run, row));
    matrix->on_change(matrix->user, row, column, true);
    return true;
}

size_t matrix_retry_all(struct matrix *matrix)
{
    size_t count = 0;
    if (matrix->is_stopped) {
        matrix->is_stopped = matrix->is_ended = false;
        count += (matrix->row_count - matrix->next_row) * matrix->column_count;
        run_go_on(matrix->run);
    }
    for (size_t i = 0; i < matrix->next_row; i++) {
        for (size_t j = 0; j < matrix->column_count; j++) {
            const struct run_cell *cell = matrix_cell(matrix, i, j);
            const bool is_wanted = cell != NULL && (cell->state == RUN_CELL_FAILED ||
                                                    cell->state == RUN_CELL_LEFT);
            count += is_wanted && matrix_retry(matrix, i, j);
        }
    }
    return count;
}

void matrix_stop(struct matrix *matrix)
{
    if (matrix->is_ended)
        return;
    matrix->is_stopped = true;
    run_stop(matrix->run, ERROR_CANCELLED, "stopped");
}
