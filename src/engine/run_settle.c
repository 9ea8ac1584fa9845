/*
 * The end of a turn is not yet the end of its cell: an answer that does not fit the
 * schema goes back to the model with the reason, a bounded number of times. What all its
 * answers took adds up in one result.
 */
#include "src/engine/run_state.h"

#include <string.h>

#include "src/base/mem.h"
#include "src/engine/answer_cache.h"
#include "src/engine/answer_form.h"

void run_result_clear(struct run_result *result)
{
    mem_free(result->text);
    mem_free(result->finish_raw);
    mem_free(result->model);
    mem_free(result->provider_code);
    mem_free(result->request_id);
    error_clear(&result->error);
    *result = (struct run_result){0};
}

/* --- What came ------------------------------------------------------------------- */

static void result_keep(char **place, const char *text)
{
    mem_free(*place);
    *place = mem_strdup(text);
}

static int64_t add_known(int64_t sum, int64_t value)
{
    return sum < 0 || value < 0 ? -1 : sum + value;
}

static void result_add_sum(struct run_result *result, const struct message *answer)
{
    const struct turn_sum sum = turn_sum_of(answer);
    struct turn_sum *all = &result->sum;
    if (all->attempts == 0) {
        *all = sum;
        return;
    }
    all->usage.input = add_known(all->usage.input, sum.usage.input);
    all->usage.output = add_known(all->usage.output, sum.usage.output);
    all->usage.reasoning = add_known(all->usage.reasoning, sum.usage.reasoning);
    all->usage.cached = add_known(all->usage.cached, sum.usage.cached);
    all->cost = all->cost < 0 || sum.cost < 0 ? -1 : all->cost + sum.cost;
    all->total_ms = add_known(all->total_ms, sum.total_ms);
    all->attempts += sum.attempts;
    all->rounds += sum.rounds;
}

/* The texts of the turn's answers, each on lines of its own. */
static void result_join(struct strbuf *text, const struct message *answer)
{
    const struct message *previous = message_previous_answer(answer);
    if (previous != NULL)
        result_join(text, previous);
    if (text->len > 0 && text->text[text->len - 1] != '\n')
        strbuf_append_char(text, '\n');
    for (size_t i = 0; i < answer->part_count; i++) {
        const struct part *part = &answer->parts[i];
        if (part->kind == PART_TEXT || part->kind == PART_REFUSAL)
            strbuf_append(text, strbuf_text(&part->text), part->text.len);
    }
}

static void result_set_text(struct run_result *result, const char *text, size_t len)
{
    mem_free(result->text);
    result->text = mem_strndup(text, len);
    result->len = len;
}

static void result_add(struct run_result *result, const struct message *answer)
{
    const struct answer_facts *facts = &answer->facts;
    struct strbuf text;
    strbuf_init(&text, STRBUF_OWN_MAX);
    result_join(&text, answer);
    result_set_text(result, strbuf_text(&text), text.len);
    strbuf_clear(&text);
    result_add_sum(result, answer);
    result->finish = facts->finish;
    result->status = facts->status;
    result_keep(&result->finish_raw, facts->finish_raw);
    result_keep(&result->model, facts->model);
    result_keep(&result->provider_code, facts->provider_code);
    result_keep(&result->request_id, facts->request_id);
    error_clear(&result->error);
    if (facts->error.class != ERROR_NONE)
        error_set(&result->error, facts->error.class, "%s", error_text(&facts->error));
}

/* --- Settling -------------------------------------------------------------------- */

void run_settle(struct run *run, struct run_cell *cell, enum run_cell_state state)
{
    struct run_row *row = cell->owner;
    run_unline(run, cell);
    if (cell->state == RUN_CELL_RUNNING && cell->chat != 0)
        run_forget_open(run, cell);
    run->sum.cells[cell->state]--;
    cell->state = state;
    run->sum.cells[state]++;
    row->settled++;
    run_release(run, cell);
    run_count_cell(run, cell);
    run_emit(run,
             &(struct run_event){.kind = RUN_EVENT_SETTLED, .row = row, .cell = cell});
    if (!run->options.keeps_cells && cell->chat != 0) {
        const chat_id chat = cell->chat;
        cell->chat = 0;
        engine_close(run->options.engine, chat);
    }
    run_judge(run, cell);
    if (state == RUN_CELL_FAILED && run->options.fails_fast)
        run_stop(run, ERROR_CANCELLED, "another one has failed");
    if (row->settled == row->cell_count && !row->is_counted)
        run_count_row(run, row);
    run_plan(run);
}

void run_settle_error(struct run *run, struct run_cell *cell, enum run_cell_state state,
                      enum error_class class, const char *sentence)
{
    error_set(&cell->result.error, class, "%s", sentence);
    cell->result.finish = class == ERROR_CANCELLED || class == ERROR_BUDGET
                              ? FINISH_CANCELLED
                              : FINISH_ERROR;
    run_settle(run, cell, state);
}

/* --- The schema ------------------------------------------------------------------ */

/* Asks the model to mend its answer; false if it may not any more. */
static bool run_ask_again(struct run *run, struct run_cell *cell, const char *why)
{
    if (cell->result.misfits > run->options.mends || cell->is_unwanted ||
        run->stopped.class != ERROR_NONE)
        return false;
    struct strbuf words;
    strbuf_init(&words, STRBUF_OWN_MAX);
    answer_write_mend(run->options.schema, why, &words);
    run_emit(run,
             &(struct run_event){
                 .kind = RUN_EVENT_AGAIN, .row = cell->owner, .cell = cell, .text = why});
    if (cell->state == RUN_CELL_RUNNING)
        engine_send(run->options.engine, cell->chat, strbuf_text(&words), words.len);
    strbuf_clear(&words);
    return true;
}

/* Checks a whole answer against the schema; true if the cell is not settled yet: the
 * model was asked again. */
static bool run_check_answer(struct run *run, struct run_cell *cell)
{
    struct run_result *result = &cell->result;
    struct strbuf why;
    strbuf_init(&why, 4000);
    if (answer_fits(run->options.schema, result->text, result->len, &why)) {
        size_t len;
        const char *json = answer_find_json(result->text, result->len, &len);
        char *copy = mem_strndup(json, len);
        mem_free(result->text);
        result->text = copy;
        result->len = len;
        strbuf_clear(&why);
        return false;
    }
    result->misfits++;
    run->sum.misfits++;
    const bool is_asked = run_ask_again(run, cell, strbuf_text(&why));
    if (!is_asked) {
        result->finish = FINISH_ERROR;
        answer_set_misfit(&result->error, strbuf_text(&why), result->misfits > 1);
    }
    strbuf_clear(&why);
    return is_asked;
}

static enum run_cell_state run_state_of(const struct run_cell *cell,
                                        enum message_state state)
{
    if (state == MESSAGE_STOPPED)
        return cell->is_unwanted ? RUN_CELL_SPARED : RUN_CELL_LEFT;
    return cell->result.error.class != ERROR_NONE ? RUN_CELL_FAILED : RUN_CELL_DONE;
}

static void run_store_answer(struct run *run, const struct run_cell *cell)
{
    const struct run_result *result = &cell->result;
    const bool is_plain = result->finish == FINISH_STOP && result->sum.rounds == 0;
    if (run->options.cache != NULL && cell->cache_key != NULL && is_plain)
        answer_cache_store(run->options.cache, cell->cache_key, result);
}

void run_on_done(struct run *run, struct run_cell *cell)
{
    const struct chat *chat = engine_get_chat(run->options.engine, cell->chat);
    const struct message *answer =
        chat != NULL ? chat_last_by(chat, MESSAGE_ASSISTANT) : NULL;
    if (answer == NULL)
        return;
    const enum message_state ended = answer->state;
    result_add(&cell->result, answer);
    if (ended == MESSAGE_WHOLE && run->options.schema != NULL &&
        run_check_answer(run, cell))
        return;
    const enum run_cell_state state = run_state_of(cell, ended);
    if (state == RUN_CELL_LEFT && cell->result.error.class == ERROR_NONE) {
        const bool is_of_run = run->stopped.class != ERROR_NONE;
        error_set(&cell->result.error, is_of_run ? run->stopped.class : ERROR_CANCELLED,
                  "%s", is_of_run ? error_text(&run->stopped) : "it was stopped");
    }
    if (state == RUN_CELL_DONE)
        run_store_answer(run, cell);
    run_settle(run, cell, state);
}
