/*
 * Rows are read twice: once for what is sent, and once more when the results are there,
 * so that they stand in the order of the rows with their values. In between the results
 * lie in a file, and in memory only where each of them begins.
 */
#include "src/cli/run_batch.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "src/base/mem.h"
#include "src/base/path.h"
#include "src/cli/end_signals.h"
#include "src/cli/run_file.h"
#include "src/cli/run_report.h"
#include "src/engine/answer_form.h"
#include "src/engine/batch_job.h"
#include "src/engine/estimate.h"
#include "src/engine/spending.h"

/* One batch holds no more; a run of more is several batches. Well below what the
 * providers take. */
#define BATCH_REQUESTS_MAX 20000
#define BATCH_BYTES_MAX    ((size_t)64 << 20)

/* Where a result lies in the spool. */
struct spooled {
    struct batch_id id;
    off_t offset;
    size_t len;
};

struct run_batch {
    const struct run_job *job;
    const struct run_supply *supply;
    enum batch_kind kind;
    const struct endpoint *endpoint;
    struct run_file *file;
    char *state_path;
    struct text_list ids; /* of batches that were handed in */
    FILE *spool;
    struct spooled *results;
    size_t result_count;
    size_t result_cap;
    off_t spool_len;
    struct batch_job *batch;
    bool is_done; /* the batch that is waited for */
    struct error error;
    int signal_code;
    struct end_signals signals;
    size_t answered;
    size_t failed;
    int failure_code;
};

/* --- Rows ------------------------------------------------------------------------ */

struct batch_row {
    size_t number;
    struct field_values values;
    struct rendered_prompt prompt;
    uint64_t hash;
};

typedef bool (*batch_row_fn)(void *user, const struct batch_row *row, struct error *err);

/* Calls `take` for each row, made into a prompt. False with err filled. */
static bool batch_each_row(const struct run_batch *batch, batch_row_fn take, void *user,
                           struct error *err)
{
    struct row_source *source = row_source_new(&batch->supply->rows, err);
    struct batch_row row = {0};
    bool ok = source != NULL;
    while (ok) {
        const enum row_result result = row_source_next(source, &row.values, err);
        if (result == ROW_END)
            break;
        row.hash = run_record_hash_values(&row.values);
        ok = result == ROW_READ &&
             run_supply_render(batch->supply, &row.values, &row.prompt, err);
        if (!ok)
            break;
        ok = take(user, &row, err);
        rendered_prompt_clear(&row.prompt);
        row.number++;
    }
    field_values_clear(&row.values);
    row_source_free(source);
    return ok;
}

/* --- The file -------------------------------------------------------------------- */

/* What collects requests. */
struct batch_writer {
    struct run_batch *batch;
    struct strbuf file;
    size_t count;
    /* Takes a full file, and what is left at the end. */
    bool (*flush)(struct batch_writer *writer, struct error *err);
    int fd;
};

static bool writer_flush(struct batch_writer *writer, struct error *err)
{
    if (writer->count == 0)
        return true;
    batch_write_end(writer->batch->kind, &writer->file);
    const bool ok = writer->flush(writer, err);
    strbuf_reset(&writer->file);
    writer->count = 0;
    return ok;
}

static bool writer_add(struct batch_writer *writer, const struct batch_row *row,
                       size_t column, struct error *err)
{
    const struct run_batch *batch = writer->batch;
    const size_t repeats = batch->job->labels.repeats;
    const struct batch_id id = {row->number, column, row->hash};
    if (writer->count == 0)
        batch_write_begin(batch->kind, &writer->file);
    else
        batch_write_between(batch->kind, &writer->file);
    if (!batch_write_request(batch->kind, &batch->job->setup->chats[column / repeats],
                             &row->prompt, &id, &writer->file, err))
        return false;
    writer->count++;
    return true;
}

static bool writer_take_row(void *user, const struct batch_row *row, struct error *err)
{
    struct batch_writer *writer = user;
    const struct run_batch *batch = writer->batch;
    const struct run_labels *labels = &batch->job->labels;
    for (size_t i = 0; i < labels->model_count * labels->repeats; i++) {
        if (batch->file != NULL &&
            run_file_find(batch->file, row->number, i, row->hash) == RUN_FILE_DONE)
            continue;
        if (!writer_add(writer, row, i, err))
            return false;
        const bool is_full =
            writer->count >= BATCH_REQUESTS_MAX || writer->file.len >= BATCH_BYTES_MAX;
        if (is_full && batch->job->choice->is_submitting && !writer_flush(writer, err))
            return false;
    }
    return true;
}

static bool write_all(int fd, const struct strbuf *text)
{
    for (size_t at = 0; at < text->len;) {
        const ssize_t done = write(fd, text->text + at, text->len - at);
        if (done < 0 && errno == EINTR)
            continue;
        if (done <= 0)
            return false;
        at += (size_t)done;
    }
    return true;
}

static bool writer_to_file(struct batch_writer *writer, struct error *err)
{
    if (write_all(writer->fd, &writer->file))
        return true;
    error_set(err, ERROR_INTERNAL, "the batch could not be written: %s", strerror(errno));
    return false;
}

/* Writes the batch and does no more. */
static int batch_write(struct run_batch *batch, struct error *err)
{
    const char *path = batch->job->choice->out_path;
    struct batch_writer writer = {
        .batch = batch, .flush = writer_to_file, .fd = STDOUT_FILENO};
    strbuf_init(&writer.file, STRBUF_OWN_MAX);
    if (path != NULL)
        writer.fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    if (writer.fd < 0) {
        error_set(err, ERROR_USAGE, "--out: cannot make %s: %s", path, strerror(errno));
        return EXIT_CODE_USAGE;
    }
    bool ok = batch_each_row(batch, writer_take_row, &writer, err);
    const size_t count = writer.count;
    ok = ok && writer_flush(&writer, err);
    if (path != NULL && close(writer.fd) != 0 && ok)
        error_set(err, ERROR_INTERNAL, "cannot write %s: %s", path, strerror(errno));
    if (ok)
        fprintf(stderr, "motet: a batch of %zu requests\n", count);
    strbuf_clear(&writer.file);
    return err->class == ERROR_NONE ? EXIT_CODE_OK
                                    : (int)error_class_get(err->class)->exit_code;
}

/* --- Waiting for a batch --------------------------------------------------------- */

static void batch_on_created(void *user, const char *id)
{
    struct run_batch *batch = user;
    FILE *state = fopen(batch->state_path, "a");
    text_list_add(&batch->ids, id, strlen(id));
    if (state == NULL || fprintf(state, "%s\n", id) < 0 || fflush(state) != 0 ||
        fsync(fileno(state)) != 0)
        fprintf(stderr, "motet: cannot note the batch %s in %s: %s\n", id,
                batch->state_path, strerror(errno));
    if (state != NULL)
        fclose(state);
    fprintf(stderr, "motet: the batch %s is handed in\n", id);
}

static void batch_on_progress(void *user, const char *state, int64_t done, int64_t total)
{
    (void)user;
    if (!isatty(STDERR_FILENO))
        return;
    if (total > 0)
        fprintf(stderr, "\r\033[K%lld of %lld done (%.40s)", (long long)done,
                (long long)total, state);
    else
        fprintf(stderr, "\r\033[K%.40s", state);
    fflush(stderr);
}

static void batch_on_line(void *user, const char *line, size_t len)
{
    struct run_batch *batch = user;
    struct spooled entry = {.offset = batch->spool_len, .len = len};
    if (!batch_read_id(line, len, &entry.id))
        return;
    if (fwrite(line, 1, len, batch->spool) != len) {
        error_set(&batch->error, ERROR_INTERNAL, "the results could not be kept: %s",
                  strerror(errno));
        return;
    }
    batch->spool_len += (off_t)len;
    batch->results = mem_grow(batch->results, &batch->result_cap, batch->result_count + 1,
                              sizeof(batch->results[0]));
    batch->results[batch->result_count++] = entry;
}

static void batch_on_done(void *user, const struct error *err)
{
    struct run_batch *batch = user;
    if (err->class != ERROR_NONE && batch->error.class == ERROR_NONE)
        error_set(&batch->error, err->class, "%s", error_text(err));
    batch->is_done = true;
    ev_break(batch->job->setup->loop, EVBREAK_ALL);
}

static void batch_on_signal(struct ev_loop *loop, struct ev_signal *watcher, int events)
{
    (void)events;
    struct run_batch *batch = watcher->data;
    batch->signal_code = end_signals_code(watcher);
    ev_break(loop, EVBREAK_ALL);
}

/* Does one batch to its end; false if it failed or a signal came. */
static bool batch_wait(struct run_batch *batch, const struct batch_job_options *options,
                       struct error *err)
{
    const struct batch_job_owner owner = {batch_on_created, batch_on_progress,
                                          batch_on_line, batch_on_done, batch};
    if (batch->signal_code != 0)
        return false;
    batch->is_done = false;
    batch->batch = batch_job_start(batch->job->setup->engine, options, &owner);
    ev_run(batch->job->setup->loop, 0);
    if (isatty(STDERR_FILENO))
        fputs("\r\033[K", stderr);
    batch_job_free(batch->batch);
    batch->batch = NULL;
    if (batch->error.class != ERROR_NONE)
        error_move(err, &batch->error);
    return batch->is_done && err->class == ERROR_NONE;
}

static bool writer_submit(struct batch_writer *writer, struct error *err)
{
    const struct batch_job_options options = {.kind = writer->batch->kind,
                                              .endpoint = writer->batch->endpoint,
                                              .file = strbuf_text(&writer->file),
                                              .file_len = writer->file.len,
                                              .only_creates = true};
    return batch_wait(writer->batch, &options, err);
}

/* --- Money ----------------------------------------------------------------------- */

/* What all requests that are to be handed in may take. */
struct batch_guess {
    const struct run_batch *batch;
    size_t count;
    int64_t input;
    int64_t output;
    double cost; /* negative: not known */
};

static bool guess_take_row(void *user, const struct batch_row *row, struct error *err)
{
    struct batch_guess *guess = user;
    const struct run_batch *batch = guess->batch;
    const struct run_labels *labels = &batch->job->labels;
    const struct setup *setup = batch->job->setup;
    (void)err;
    for (size_t i = 0; i < labels->model_count * labels->repeats; i++) {
        const struct chat_setup *chat = &setup->chats[i / labels->repeats];
        if (run_file_find(batch->file, row->number, i, row->hash) == RUN_FILE_DONE)
            continue;
        const int64_t input = estimate_prompt_tokens(&row->prompt, chat->system);
        const int64_t output = estimate_answer_tokens(chat->params, 0);
        const double cost =
            estimate_cost(&setup->catalog, chat->endpoint, chat->model, input, output);
        guess->count++;
        guess->input += input;
        guess->output += output;
        guess->cost = guess->cost < 0 || cost < 0 ? -1 : guess->cost + cost;
    }
    return true;
}

/* Nothing stops a batch that is handed in, so it is handed in only if all of it stays
 * below the caps, by the prices of the configuration: those of batches are lower. What it
 * takes in the end is not told, so the guess, `*reserved`, counts. */
static bool batch_may_cost(const struct run_batch *batch, double *reserved,
                           struct error *err)
{
    const double cap = batch->job->choice->max_cost;
    struct batch_guess guess = {.batch = batch};
    struct strbuf text;
    if (!batch_each_row(batch, guess_take_row, &guess, err))
        return false;
    strbuf_init(&text, STRBUF_OWN_MAX);
    run_report_estimate(&text, guess.count, guess.input, guess.output, guess.cost);
    if (guess.count > 0)
        fprintf(stderr, "motet: %s\n", strbuf_text(&text));
    strbuf_clear(&text);
    if (cap >= 0 && guess.cost > cap) {
        error_set(err, ERROR_BUDGET,
                  "the batch might cost more than the %.2f that --max-cost allows: about "
                  "%.4f; nothing was handed in",
                  cap, guess.cost);
        return false;
    }
    *reserved = guess.cost > 0 ? guess.cost : 0;
    return spending_reserve(batch->job->spending, *reserved, err);
}

static bool batch_submit(struct run_batch *batch, struct error *err)
{
    double reserved;
    if (!batch_may_cost(batch, &reserved, err))
        return false;
    struct batch_writer writer = {.batch = batch, .flush = writer_submit, .fd = -1};
    strbuf_init(&writer.file, STRBUF_OWN_MAX);
    const bool ok = batch_each_row(batch, writer_take_row, &writer, err) &&
                    writer_flush(&writer, err);
    strbuf_clear(&writer.file);
    if (batch->ids.len == 0)
        spending_settle(batch->job->spending, reserved, 0);
    return ok;
}

static bool batch_fetch(struct run_batch *batch, struct error *err)
{
    for (size_t i = 0; i < batch->ids.len; i++) {
        const struct batch_job_options options = {
            .kind = batch->kind, .endpoint = batch->endpoint, .id = batch->ids.items[i]};
        if (!batch_wait(batch, &options, err))
            return false;
    }
    return true;
}

/* --- Results --------------------------------------------------------------------- */

static int compare_spooled(const void *left, const void *right)
{
    const struct spooled *a = left;
    const struct spooled *b = right;
    if (a->id.row != b->id.row)
        return a->id.row < b->id.row ? -1 : 1;
    return a->id.column != b->id.column ? (a->id.column < b->id.column ? -1 : 1) : 0;
}

static const struct spooled *batch_find(const struct run_batch *batch, size_t row,
                                        size_t column)
{
    const struct spooled key = {.id = {.row = row, .column = column}};
    return batch->result_count == 0 ? NULL
                                    : bsearch(&key, batch->results, batch->result_count,
                                              sizeof(batch->results[0]), compare_spooled);
}

static void batch_read(const struct run_batch *batch, const struct spooled *entry,
                       struct run_result *result)
{
    char *line = mem_alloc(entry->len + 1);
    if (fseeko(batch->spool, entry->offset, SEEK_SET) == 0 &&
        fread(line, 1, entry->len, batch->spool) == entry->len)
        batch_read_result(batch->kind, batch->endpoint, line, entry->len, result);
    else
        error_set(&result->error, ERROR_INTERNAL, "its result could not be read back");
    mem_free(line);
}

static void batch_check_schema(const struct run_batch *batch, struct run_result *result)
{
    struct strbuf why;
    if (batch->job->schema == NULL || result->error.class != ERROR_NONE)
        return;
    strbuf_init(&why, 4000);
    if (!answer_fits(batch->job->schema, result->text, result->len, &why)) {
        result->misfits = 1;
        error_set(&result->error, ERROR_SCHEMA,
                  "the answer does not fit the schema of the template: %s",
                  strbuf_text(&why));
        result->finish = FINISH_ERROR;
    } else {
        size_t len;
        const char *json = answer_find_json(result->text, result->len, &len);
        char *copy = mem_strndup(json, len);
        mem_free(result->text);
        result->text = copy;
        result->len = len;
    }
    strbuf_clear(&why);
}

static void batch_count(struct run_batch *batch, const struct run_result *result)
{
    const int code = (int)error_class_get(result->error.class)->exit_code;
    if (result->error.class == ERROR_NONE) {
        batch->answered++;
        return;
    }
    batch->failed++;
    if (batch->failure_code != 0 && batch->failure_code != code)
        batch->failure_code = EXIT_CODE_SOME_FAILED;
    else
        batch->failure_code = code;
}

static bool batch_record(struct run_batch *batch, const struct batch_row *from,
                         size_t column, struct error *err)
{
    const struct run_labels *labels = &batch->job->labels;
    const struct spooled *entry = batch_find(batch, from->number, column);
    const struct run_row row = {.number = from->number, .values = from->values};
    struct run_cell cell = {.row = from->number,
                            .column = column,
                            .model = column / labels->repeats,
                            .repeat = column % labels->repeats};
    struct strbuf line;
    cell.result.sum = (struct turn_sum){
        .usage = usage_unknown(), .cost = -1, .first_token_ms = -1, .total_ms = -1};
    if (entry != NULL && entry->id.values == from->hash)
        batch_read(batch, entry, &cell.result);
    else
        error_set(&cell.result.error, ERROR_SERVER,
                  "the provider's batch has no result for it");
    batch_check_schema(batch, &cell.result);
    cell.state = cell.result.error.class == ERROR_NONE ? RUN_CELL_DONE : RUN_CELL_FAILED;
    batch_count(batch, &cell.result);
    strbuf_init(&line, STRBUF_OWN_MAX);
    run_record_json(&line, labels, &row, &cell);
    const bool ok = run_file_append(batch->file, cell.row, column, &line, err);
    strbuf_clear(&line);
    run_result_clear(&cell.result);
    return ok;
}

static bool batch_record_row(void *user, const struct batch_row *row, struct error *err)
{
    struct run_batch *batch = user;
    const struct run_labels *labels = &batch->job->labels;
    for (size_t i = 0; i < labels->model_count * labels->repeats; i++) {
        if (run_file_find(batch->file, row->number, i, row->hash) == RUN_FILE_DONE)
            continue;
        if (!batch_record(batch, row, i, err))
            return false;
    }
    return true;
}

static bool batch_record_all(struct run_batch *batch, struct error *err)
{
    if (batch->result_count > 0)
        qsort(batch->results, batch->result_count, sizeof(batch->results[0]),
              compare_spooled);
    return batch_each_row(batch, batch_record_row, batch, err) &&
           run_file_finish(batch->file, err);
}

/* --- All of it ------------------------------------------------------------------- */

/* Reads the ids of batches that were handed in before. */
static bool batch_read_state(struct run_batch *batch, struct error *err)
{
    struct strbuf text;
    if (access(batch->state_path, F_OK) != 0)
        return true;
    if (!batch->job->choice->is_resuming) {
        error_set(err, ERROR_USAGE,
                  "%s says that a batch is under way; --resume waits for it",
                  batch->state_path);
        return false;
    }
    strbuf_init(&text, (size_t)1 << 20);
    const bool ok = path_read_regular_file(batch->state_path, &text, err);
    for (const char *at = strbuf_text(&text); ok && *at != '\0';) {
        const size_t len = strcspn(at, "\n");
        if (len > 0)
            text_list_add(&batch->ids, at, len);
        at += len + (at[len] == '\n');
    }
    strbuf_clear(&text);
    return ok;
}

static bool batch_open(struct run_batch *batch, struct error *err)
{
    const struct run_labels *labels = &batch->job->labels;
    const struct run_file_columns columns = {labels->models, labels->model_count,
                                             labels->repeats};
    const char *path = batch->job->choice->out_path;
    if (path == NULL) {
        error_set(err, ERROR_USAGE, "--submit needs --out for the results");
        return false;
    }
    batch->state_path = strbuf_format("%s.batch", path);
    if (!batch_read_state(batch, err))
        return false;
    batch->file = run_file_open(path, &columns, batch->job->choice->is_resuming, err);
    batch->spool = tmpfile();
    if (batch->spool == NULL && err->class == ERROR_NONE)
        error_set(err, ERROR_INTERNAL, "cannot make a temporary file: %s",
                  strerror(errno));
    return batch->file != NULL && batch->spool != NULL;
}

static int batch_say_end(const struct run_batch *batch)
{
    fprintf(stderr, "motet: %zu answered, %zu failed\n", batch->answered, batch->failed);
    if (batch->failure_code == 0)
        return EXIT_CODE_OK;
    return batch->answered > 0 ? EXIT_CODE_SOME_FAILED : batch->failure_code;
}

static int batch_run(struct run_batch *batch, struct error *err)
{
    end_signals_start(&batch->signals, batch->job->setup->loop, batch_on_signal, batch);
    const bool ok = (batch->ids.len > 0 || batch_submit(batch, err)) &&
                    batch_fetch(batch, err) && batch_record_all(batch, err);
    end_signals_stop(&batch->signals);
    if (batch->signal_code != 0) {
        if (batch->ids.len > 0)
            fprintf(stderr, "motet: the batch goes on at the provider; --resume fetches "
                            "its results\n");
        return batch->signal_code;
    }
    if (!ok)
        return (int)error_class_get(err->class)->exit_code;
    unlink(batch->state_path);
    return batch_say_end(batch);
}

static bool batch_check(struct run_batch *batch, struct error *err)
{
    const struct setup *setup = batch->job->setup;
    batch_kind_find(batch->job->choice->batch, &batch->kind);
    batch->endpoint = setup->chats[0].endpoint;
    for (size_t i = 0; i < setup->chat_count; i++) {
        if (!batch_check_endpoint(batch->kind, setup->chats[i].endpoint, err))
            return false;
        if (setup->chats[i].endpoint != batch->endpoint ||
            (i > 0 && batch->kind == BATCH_OPENAI)) {
            error_set(err, ERROR_USAGE, "one batch is for one %s",
                      batch->kind == BATCH_OPENAI ? "model" : "provider");
            return false;
        }
    }
    if (batch->supply->count < 0) {
        error_set(err, ERROR_USAGE,
                  "a batch reads its rows twice: they cannot come from standard input");
        return false;
    }
    if (setup->tools.len == 0)
        return true;
    error_set(err, ERROR_USAGE, "a batch runs no tools: --tools '' leaves them out");
    return false;
}

int run_batch_do(const struct run_job *job, const struct run_supply *supply,
                 struct error *err)
{
    struct run_batch batch = {.job = job, .supply = supply};
    int code = EXIT_CODE_USAGE;
    if (batch_check(&batch, err)) {
        if (!job->choice->is_submitting)
            code = batch_write(&batch, err);
        else if (batch_open(&batch, err))
            code = batch_run(&batch, err);
    }
    if (batch.spool != NULL)
        fclose(batch.spool);
    run_file_free(batch.file);
    text_list_clear(&batch.ids);
    mem_free(batch.state_path);
    mem_free(batch.results);
    error_clear(&batch.error);
    return code;
}
