/*
 * What comes of each cell goes three ways, by the form that was asked for: to the file or
 * the output as it settles (jsonl), in the order of the rows (text, csv), or as events.
 */
#include "src/cli/run_lines.h"

#include <string.h>
#include <unistd.h>

#include "src/base/clock.h"
#include "src/base/mem.h"
#include "src/base/path.h"
#include "src/cli/call_prompt.h"
#include "src/cli/console.h"
#include "src/cli/end_signals.h"
#include "src/cli/json_run.h"
#include "src/cli/lines.h"
#include "src/cli/record_notes.h"
#include "src/cli/run_file.h"
#include "src/cli/run_report.h"
#include "src/engine/answer_cache.h"

struct run_lines {
    const struct run_job *job;
    struct console console;
    struct end_signals signals;
    struct ev_timer progress;
    struct call_prompt *asker; /* asks about tool calls, or NULL: nobody is there */
    struct run *run;
    struct run_file *file; /* of records, or NULL */
    struct answer_cache *cache;
    enum run_format format;
    struct run_options options;
    struct error failure; /* of the file */
    size_t told;          /* cells with a line of their end, with --json */
    int signal_code;
    bool is_waiting;   /* for servers of tools */
    bool is_single;    /* one cell: its answer is printed as it streams */
    bool has_csv_head; /* the line of names is written */
    bool is_over;
};

/* --- Output ---------------------------------------------------------------------- */

static void run_lines_record(struct run_lines *lines, const struct run_row *row,
                             const struct run_cell *cell)
{
    struct strbuf line;
    strbuf_init(&line, STRBUF_OWN_MAX);
    run_record_json(&line, &lines->job->labels, row, cell);
    if (lines->file == NULL)
        console_write(&lines->console, strbuf_text(&line), line.len);
    else if (lines->failure.class == ERROR_NONE &&
             !run_file_append(lines->file, cell->row, cell->column, &line,
                              &lines->failure))
        run_stop(lines->run, ERROR_CANCELLED, "its result could not be kept");
    strbuf_clear(&line);
}

/* Text or CSV, which come in the order of the rows, for --out. */
static void run_lines_put(struct run_lines *lines, struct strbuf *text)
{
    if (lines->file == NULL)
        console_write(&lines->console, strbuf_text(text), text->len);
    else if (lines->failure.class == ERROR_NONE && text->len > 0 &&
             !run_file_append(lines->file, 0, 0, text, &lines->failure))
        run_stop(lines->run, ERROR_CANCELLED, "its result could not be kept");
    strbuf_clear(text);
}

static void run_lines_answer(struct run_lines *lines, const struct run_row *row,
                             const struct run_cell *cell)
{
    struct strbuf text;
    const struct run_result *result = &cell->result;
    strbuf_init(&text, STRBUF_OWN_MAX);
    strbuf_append_text(&text, "== ");
    run_record_name(&text, &lines->job->labels, row, cell);
    strbuf_append_text(&text, " ==\n");
    if (result->len > 0) {
        strbuf_append(&text, result->text, result->len);
        if (result->text[result->len - 1] != '\n')
            strbuf_append_char(&text, '\n');
    }
    run_lines_put(lines, &text);
}

/* Says on standard error what went wrong with a cell. */
static void run_lines_report(struct run_lines *lines, const struct run_row *row,
                             const struct run_cell *cell)
{
    const struct run_result *result = &cell->result;
    struct strbuf name;
    struct strbuf text;
    /* That the rest was not run is said once, in the summary. */
    if (cell->state != RUN_CELL_FAILED)
        return;
    strbuf_init(&name, STRBUF_OWN_MAX);
    strbuf_init(&text, STRBUF_OWN_MAX);
    run_record_name(&name, &lines->job->labels, row, cell);
    strbuf_append_format(&text, "%s: %s", error_class_get(result->error.class)->name,
                         error_text(&result->error));
    if (result->request_id != NULL)
        strbuf_append_format(&text, " (request %s)", result->request_id);
    console_complain(&lines->console, strbuf_text(&name), strbuf_text(&text));
    strbuf_clear(&text);
    strbuf_clear(&name);
}

static void run_lines_text_row(struct run_lines *lines, const struct run_row *row)
{
    for (size_t i = 0; i < row->cell_count; i++) {
        const struct run_cell *cell = &row->cells[i];
        const bool is_answer = row->winner != NULL
                                   ? cell == row->winner
                                   : cell->state == RUN_CELL_DONE || cell->result.len > 0;
        if (is_answer && !lines->is_single)
            run_lines_answer(lines, row, cell);
    }
    if (lines->is_single)
        console_end_line(&lines->console);
}

static void run_lines_csv_row(struct run_lines *lines, const struct run_row *row)
{
    struct strbuf text;
    strbuf_init(&text, STRBUF_OWN_MAX);
    if (!lines->has_csv_head)
        run_record_csv_head(&text, &lines->job->labels);
    lines->has_csv_head = true;
    run_record_csv(&text, &lines->job->labels, row);
    run_lines_put(lines, &text);
}

static void run_lines_row(struct run_lines *lines, const struct run_row *row)
{
    if (lines->job->is_json && lines->file == NULL)
        return;
    if (lines->format == RUN_FORMAT_TEXT)
        run_lines_text_row(lines, row);
    else if (lines->format == RUN_FORMAT_CSV)
        run_lines_csv_row(lines, row);
}

/* --- Events ---------------------------------------------------------------------- */

static void run_lines_json(struct run_lines *lines, const struct run_event *event)
{
    const struct run_labels *labels = &lines->job->labels;
    struct strbuf line;
    strbuf_init(&line, STRBUF_OWN_MAX);
    json_run_event(&line, lines->job->setup->engine, labels,
                   &lines->options.models[event->cell->model], event);
    console_write_buf(&lines->console, &line);
}

static void run_lines_chat(struct run_lines *lines, const struct run_event *event)
{
    const struct engine_event *chat = event->event;
    if (chat->kind == EVENT_CALL && lines->asker != NULL)
        call_prompt_look(lines->asker);
    if (lines->job->is_json)
        return;
    if (lines->is_single && (chat->kind == EVENT_TEXT || chat->kind == EVENT_REFUSAL))
        console_write(&lines->console, chat->text, chat->len);
    if (lines->is_single && chat->kind == EVENT_TOOL_CALL)
        console_end_line(&lines->console);
    if (chat->kind == EVENT_NOTICE || chat->kind == EVENT_FALLBACK)
        console_complain(&lines->console, lines->job->labels.models[event->cell->model],
                         chat->text);
}

static void run_lines_settled(struct run_lines *lines, const struct run_event *event)
{
    const struct run_cell *cell = event->cell;
    lines->told += json_run_is_told(cell);
    const bool is_result =
        cell->state != RUN_CELL_SKIPPED && cell->state != RUN_CELL_SPARED;
    const bool is_written = lines->format == RUN_FORMAT_JSONL &&
                            (lines->file != NULL || !lines->job->is_json);
    if (is_result && is_written)
        run_lines_record(lines, event->row, cell);
    if (is_result && !lines->job->is_json)
        run_lines_report(lines, event->row, cell);
}

static void run_lines_stop_if_over(struct run_lines *lines)
{
    if (lines->is_over && out_stream_is_drained(&lines->console.out))
        ev_break(lines->job->setup->loop, EVBREAK_ALL);
}

static void run_lines_end(struct run_lines *lines)
{
    const struct run_summary sum = run_get_summary(lines->run);
    lines->is_over = true;
    ev_timer_stop(lines->job->setup->loop, &lines->progress);
    console_hide_progress(&lines->console);
    if (lines->job->is_json) {
        struct strbuf line;
        strbuf_init(&line, STRBUF_OWN_MAX);
        json_run_end(&line, lines->told, &sum);
        console_write_buf(&lines->console, &line);
    }
    run_lines_stop_if_over(lines);
}

static void run_lines_on_run(void *user, const struct run_event *event)
{
    struct run_lines *lines = user;
    const bool is_of_cell = event->kind != RUN_EVENT_ROW && event->kind != RUN_EVENT_END;
    if (lines->job->is_json && is_of_cell)
        run_lines_json(lines, event);
    switch (event->kind) {
    case RUN_EVENT_STARTED: break;
    case RUN_EVENT_CHAT: run_lines_chat(lines, event); break;
    case RUN_EVENT_AGAIN: break;
    case RUN_EVENT_SETTLED: run_lines_settled(lines, event); break;
    case RUN_EVENT_ROW: run_lines_row(lines, event->row); break;
    case RUN_EVENT_END: run_lines_end(lines); break;
    }
}

/* --- What is wanted -------------------------------------------------------------- */

/* What the file has of the whole row, where one answer of it may be enough. */
static bool run_lines_has_row(const struct run_lines *lines, const struct run_row *row,
                              uint64_t values)
{
    size_t done = 0;
    for (size_t i = 0; i < row->cell_count; i++)
        done += run_file_find(lines->file, row->number, i, values) == RUN_FILE_DONE;
    if (lines->options.enough == RUN_ENOUGH_QUORUM)
        return done >= lines->options.quorum;
    return lines->options.enough != RUN_ENOUGH_ALL && done > 0;
}

static bool run_lines_wants(void *user, const struct run_cell *cell)
{
    const struct run_lines *lines = user;
    const struct run_row *row = cell->owner;
    const uint64_t values = run_record_hash_values(&row->values);
    const enum run_file_state state =
        run_file_find(lines->file, cell->row, cell->column, values);
    if (lines->job->choice->is_only_failed)
        return state == RUN_FILE_FAILED;
    return state != RUN_FILE_DONE && !run_lines_has_row(lines, row, values);
}

/* --- Running --------------------------------------------------------------------- */

static bool run_lines_next_row(void *user, struct run_row *row)
{
    const struct run_lines *lines = user;
    return lines->job->next_row(lines->job->user, row);
}

static void run_lines_begin(struct run_lines *lines)
{
    const bool looks_up = lines->file != NULL && (lines->job->choice->is_resuming ||
                                                  lines->job->choice->is_only_failed);
    const struct run_owner owner = {.next_row = run_lines_next_row,
                                    .wants_cell = looks_up ? run_lines_wants : NULL,
                                    .on_event = run_lines_on_run,
                                    .user = lines};
    lines->is_waiting = false;
    lines_complain_of_servers(&lines->console, lines->job->setup->engine);
    lines->run = run_new(&lines->options, &owner);
}

static void run_lines_on_engine(void *user, const struct engine_event *event)
{
    struct run_lines *lines = user;
    if (event->kind == EVENT_TOOLS && lines->is_waiting &&
        engine_are_tools_ready(lines->job->setup->engine))
        run_lines_begin(lines);
    else if (lines->run != NULL)
        run_hear(lines->run, event);
}

static void run_lines_on_progress(struct ev_loop *loop, struct ev_timer *timer,
                                  int events)
{
    (void)loop;
    (void)events;
    struct run_lines *lines = timer->data;
    struct strbuf text;
    if (lines->run == NULL)
        return;
    const struct run_summary sum = run_get_summary(lines->run);
    const struct run_activity activity = run_get_activity(lines->run);
    const size_t columns = lines->job->labels.model_count * lines->job->labels.repeats;
    strbuf_init(&text, STRBUF_OWN_MAX);
    run_report_progress(&text, &sum, &activity, lines->job->row_count * columns);
    console_progress(&lines->console, strbuf_text(&text));
    strbuf_clear(&text);
}

static void run_lines_on_signal(struct ev_loop *loop, struct ev_signal *watcher,
                                int events)
{
    (void)events;
    struct run_lines *lines = watcher->data;
    const bool is_second = lines->signal_code != 0;
    lines->signal_code = end_signals_code(watcher);
    if (lines->run != NULL)
        run_stop(lines->run, ERROR_CANCELLED, "stopped by a signal");
    if (is_second || lines->is_over || lines->run == NULL)
        ev_break(loop, EVBREAK_ALL);
}

static void run_lines_on_output(void *user)
{
    struct run_lines *lines = user;
    if (lines->console.out.failed_errno != 0)
        ev_break(lines->job->setup->loop, EVBREAK_ALL);
    run_lines_stop_if_over(lines);
}

/* Where nobody is there to ask, nobody is asked. */
static void run_lines_set_approval(struct run_lines *lines)
{
    struct setup *setup = lines->job->setup;
    for (size_t i = 0; i < setup->chat_count && lines->asker == NULL; i++) {
        if (setup->chats[i].approval == APPROVAL_ASK)
            setup->chats[i].approval = APPROVAL_NEVER;
    }
}

static void run_lines_watch(struct run_lines *lines)
{
    struct ev_loop *loop = lines->job->setup->loop;
    end_signals_start(&lines->signals, loop, run_lines_on_signal, lines);
    ev_timer_init(&lines->progress, run_lines_on_progress, 0.5, 0.5);
    lines->progress.data = lines;
    if (isatty(STDERR_FILENO) && !lines->is_single)
        ev_timer_start(loop, &lines->progress);
    if (isatty(STDIN_FILENO) && isatty(STDERR_FILENO))
        lines->asker = call_prompt_new(loop, lines->job->setup->engine);
    run_lines_set_approval(lines);
    lines->console.out.on_change = run_lines_on_output;
    lines->console.out.user = lines;
    record_notes_start(lines->job->setup->recorder, &lines->console);
    engine_listen(lines->job->setup->engine, run_lines_on_engine, lines);
}

static void run_lines_unwatch(struct run_lines *lines)
{
    struct ev_loop *loop = lines->job->setup->loop;
    engine_listen(lines->job->setup->engine, NULL, NULL);
    ev_timer_stop(loop, &lines->progress);
    end_signals_stop(&lines->signals);
    call_prompt_free(lines->asker);
    record_notes_stop(lines->job->setup->recorder);
}

/* --- Before and after ------------------------------------------------------------ */

static enum run_enough run_lines_enough(const struct run_choice *choice)
{
    if (choice->is_first)
        return RUN_ENOUGH_FIRST;
    if (choice->quorum > 0)
        return RUN_ENOUGH_QUORUM;
    return choice->hedge_ms >= 0 ? RUN_ENOUGH_HEDGE : RUN_ENOUGH_ALL;
}

static void run_lines_fill_options(struct run_lines *lines)
{
    const struct run_job *job = lines->job;
    const struct run_choice *choice = job->choice;
    lines->options = (struct run_options){
        .loop = job->setup->loop,
        .engine = job->setup->engine,
        .catalog = &job->setup->catalog,
        .models = job->setup->chats,
        .model_count = job->setup->chat_count,
        .repeats = (size_t)choice->repeats,
        .jobs = job->jobs,
        .schema = job->schema,
        .mends = (size_t)choice->mends,
        .enough = run_lines_enough(choice),
        .quorum = (size_t)choice->quorum,
        .hedge_ms = choice->hedge_ms,
        .max_cost = choice->max_cost,
        .spending = job->spending,
        .cache = lines->cache,
        .fails_fast = choice->is_failing_fast,
    };
}

static bool run_lines_open_files(struct run_lines *lines, struct error *err)
{
    const struct run_choice *choice = lines->job->choice;
    const struct run_labels *labels = &lines->job->labels;
    const struct run_file_columns columns = {labels->models, labels->model_count,
                                             labels->repeats};
    lines->format = choice->format != RUN_FORMAT_USUAL ? choice->format
                    : choice->out_path != NULL         ? RUN_FORMAT_JSONL
                                                       : RUN_FORMAT_TEXT;
    if (choice->out_path != NULL) {
        lines->file = run_file_open(choice->out_path, &columns,
                                    choice->is_resuming || choice->is_only_failed, err);
        if (lines->file == NULL)
            return false;
    }
    if (!choice->is_caching)
        return true;
    char *folder = path_cache_file("answers", true);
    if (folder == NULL)
        error_set(err, ERROR_USAGE, "--cache: there is no home folder to keep it in");
    else
        lines->cache = answer_cache_new(folder, ANSWER_CACHE_MAX, err);
    mem_free(folder);
    return lines->cache != NULL;
}

static void run_lines_say_summary(struct run_lines *lines, const struct run_summary *sum)
{
    const struct run_labels *labels = &lines->job->labels;
    const size_t columns = labels->model_count * labels->repeats;
    char *slowest = mem_strdup("");
    struct strbuf text;
    if (sum->rows == 0)
        console_complain(&lines->console, NULL, "there are no rows: nothing was asked");
    const size_t rows =
        lines->job->row_count > sum->rows ? lines->job->row_count : sum->rows;
    if (rows * columns < 2 && sum->cells[RUN_CELL_LEFT] == 0 &&
        sum->cells[RUN_CELL_SKIPPED] == 0) {
        mem_free(slowest);
        return;
    }
    if (sum->slowest_ms >= 0 && sum->cells[RUN_CELL_DONE] > 1) {
        mem_free(slowest);
        const char *model = labels->models[sum->slowest_column / labels->repeats];
        slowest = labels->model_count > 1
                      ? strbuf_format("row %zu, %s", sum->slowest_row + 1, model)
                      : strbuf_format("row %zu", sum->slowest_row + 1);
    }
    strbuf_init(&text, STRBUF_OWN_MAX);
    struct run_summary all = *sum;
    /* Rows that were not even taken were not run either. */
    all.cells[RUN_CELL_LEFT] += (rows - sum->rows) * columns;
    run_report_summary(&text, &all, slowest);
    for (char *at = text.text; at != NULL && *at != '\0';) {
        char *end = strchr(at, '\n');
        *end = '\0';
        console_complain(&lines->console, NULL, at);
        at = end + 1;
    }
    strbuf_clear(&text);
    mem_free(slowest);
}

static int run_lines_code(struct run_lines *lines, const struct run_summary *sum,
                          struct error *err)
{
    if (lines->failure.class != ERROR_NONE) {
        error_move(err, &lines->failure);
        return EXIT_CODE_INTERNAL;
    }
    if (lines->signal_code != 0)
        return lines->signal_code;
    if (lines->console.out.failed_errno != 0)
        return EXIT_CODE_INTERNAL;
    if (sum->failure_code == 0)
        return EXIT_CODE_OK;
    return sum->has_success ? EXIT_CODE_SOME_FAILED : sum->failure_code;
}

/* What ended the run early, if it was not a signal, is said once. */
static void run_lines_say_stop(struct run_lines *lines)
{
    const char *reason = run_get_stop_reason(lines->run);
    if (reason != NULL && !lines->job->is_json)
        console_complain(&lines->console, "not run", reason);
}

static int run_lines_run(struct run_lines *lines, struct error *err)
{
    struct setup *setup = lines->job->setup;
    run_lines_watch(lines);
    lines->is_waiting = true;
    if (engine_are_tools_ready(setup->engine))
        run_lines_begin(lines);
    ev_run(setup->loop, 0);
    console_report_failure(&lines->console);
    console_hide_progress(&lines->console);
    struct run_summary sum = {0};
    if (lines->run != NULL) {
        sum = run_get_summary(lines->run);
        run_lines_say_stop(lines);
        run_lines_say_summary(lines, &sum);
    }
    if (lines->file != NULL && lines->failure.class == ERROR_NONE &&
        lines->format == RUN_FORMAT_JSONL)
        run_file_finish(lines->file, &lines->failure);
    const int code = run_lines_code(lines, &sum, err);
    run_lines_unwatch(lines);
    return code;
}

int run_lines_do(const struct run_job *job, struct error *err)
{
    struct run_lines lines = {.job = job};
    int code = EXIT_CODE_USAGE;
    console_init(&lines.console, job->setup->loop, job->is_json);
    if (run_lines_open_files(&lines, err)) {
        const size_t columns = job->labels.model_count * job->labels.repeats;
        lines.is_single = job->has_row_count && job->row_count == 1 && columns == 1 &&
                          job->schema == NULL && lines.file == NULL &&
                          lines.format == RUN_FORMAT_TEXT && !job->is_json;
        run_lines_fill_options(&lines);
        code = run_lines_run(&lines, err);
    }
    run_free(lines.run);
    run_file_free(lines.file);
    answer_cache_free(lines.cache);
    error_clear(&lines.failure);
    console_clear(&lines.console);
    return code;
}
