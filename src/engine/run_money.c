/*
 * The budget: what a cell may take is guessed before it begins, and reserved until it is
 * known what it took. A cell that might cross a cap waits for others to give back what
 * they did not need; when none is left that could, the money counts as spent.
 */
#include "src/engine/estimate.h"
#include "src/engine/run_state.h"
#include "src/engine/spending.h"

static int64_t run_average_output(const struct run *run)
{
    return run->known_count > 0 ? run->known_output / (int64_t)run->known_count : 0;
}

/* Negative where a price is not known. */
static double run_guess(const struct run *run, const struct run_cell *cell)
{
    const struct chat_setup *setup = &run->options.models[cell->model];
    return estimate_cost(run->options.catalog, setup->endpoint, setup->model,
                         estimate_prompt_tokens(&cell->owner->prompt, setup->system),
                         estimate_answer_tokens(setup->params, run_average_output(run)));
}

static void run_say_spent(struct run *run)
{
    error_set(&run->spent, ERROR_BUDGET,
              "it might cost more than the %.2f that --max-cost allows; %.4f was spent",
              run->options.max_cost, run->charged);
}

bool run_reserve(struct run *run, struct run_cell *cell)
{
    struct error why = {ERROR_NONE, NULL};
    const double guess = run_guess(run, cell);
    const bool is_capped =
        run->options.max_cost >= 0 || spending_has_caps(run->options.spending);
    if (guess < 0 && is_capped) {
        error_set(&run->spent, ERROR_BUDGET,
                  "there is a cap on money, and no price is known of %s",
                  run->options.models[cell->model].model);
        return false;
    }
    const double amount = guess > 0 ? guess : 0;
    const bool is_over = run->options.max_cost >= 0 &&
                         run->charged + run->reserved + amount > run->options.max_cost;
    const bool ok = !is_over && spending_reserve(run->options.spending, amount, &why);
    if (ok) {
        cell->reserved = amount;
        run->reserved += amount;
    } else if (run->open_len == 0) {
        if (is_over)
            run_say_spent(run);
        else
            error_move(&run->spent, &why);
    }
    error_clear(&why);
    return ok;
}

void run_release(struct run *run, struct run_cell *cell)
{
    const struct run_result *result = &cell->result;
    /* Whoever goes on talking there is no part of the run. */
    engine_count_chat(run->options.engine, cell->chat);
    if (cell->reserved == 0 && result->sum.cost <= 0)
        return;
    /* Of an answer that was cut nobody says what it took. */
    const bool was_served = result->len > 0 || cell->has_token;
    const double guess = was_served ? cell->reserved : 0;
    const double amount = result->is_cached       ? 0
                          : result->sum.cost >= 0 ? result->sum.cost
                                                  : guess;
    spending_settle(run->options.spending, cell->reserved, amount);
    run->reserved -= cell->reserved;
    run->charged += amount;
    cell->reserved = 0;
}

double run_spared_cost(const struct run *run, const struct run_cell *cell)
{
    const bool is_begun = cell->result.sum.attempts > 0;
    const struct chat_setup *setup = &run->options.models[cell->model];
    const int64_t average = run_average_output(run);
    /* A hedge would not have asked it. */
    if (!is_begun && run->options.enough == RUN_ENOUGH_HEDGE)
        return 0;
    int64_t output = estimate_answer_tokens(setup->params, average);
    output -= estimate_text_tokens(cell->result.text != NULL ? cell->result.text : "",
                                   cell->result.len);
    const int64_t input =
        is_begun ? 0 : estimate_prompt_tokens(&cell->owner->prompt, setup->system);
    const double cost = estimate_cost(run->options.catalog, setup->endpoint, setup->model,
                                      input, output > 0 ? output : 0);
    return cost > 0 ? cost : 0;
}
