/*
 * The caps on money of a start and of a day, for turns that nobody else counts: what a
 * request may take is guessed and reserved before it is sent. Where no cap is set nothing
 * is counted, and no file is touched.
 */
#include <string.h>

#include "src/engine/estimate.h"
#include "src/engine/turn_state.h"

/* Negative where a price is not known. */
static double turn_guess_cost(const struct turn *turn)
{
    int64_t input = turn->system != NULL
                        ? estimate_text_tokens(turn->system, strlen(turn->system))
                        : 0;
    for (const struct message *at = turn->request.answer->parent; at != NULL;
         at = at->parent)
        input += estimate_message_tokens(at);
    return estimate_cost(turn->context.catalog, turn_endpoint(turn), turn_model(turn),
                         input, estimate_answer_tokens(&turn->params, 0));
}

void turn_reserve(struct turn *turn)
{
    struct spending *spending = turn->request.spending;
    turn_release(turn);
    if (!spending_has_caps(spending) || turn->start_error.class != ERROR_NONE)
        return;
    const double guess = turn_guess_cost(turn);
    /* Our own demo takes no money, unless it is given a price. */
    if (guess < 0 && turn_endpoint(turn)->is_own)
        return;
    if (guess < 0)
        error_set(&turn->start_error, ERROR_BUDGET,
                  "there is a cap on money, and the configuration has no prices of %s: "
                  "give it price_input and price_output, 0 if it is free",
                  turn_model(turn));
    else if (spending_reserve(spending, guess, &turn->start_error))
        turn->reserved = guess;
}

void turn_release(struct turn *turn)
{
    const struct message *answer = turn->request.answer;
    if (turn->reserved == 0)
        return;
    /* Of an answer that was cut nobody says what it took. */
    const double taken = turn->has_output ? turn->reserved : 0;
    const bool is_known =
        turn->is_settled && answer->state == MESSAGE_WHOLE && answer->facts.cost >= 0;
    spending_settle(turn->request.spending, turn->reserved,
                    is_known ? answer->facts.cost : taken);
    turn->reserved = 0;
}
