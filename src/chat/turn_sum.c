/* From the last answer back to the first. An answer that never began (it stands for the
 * end of a turn in the middle of its tools) has no attempts and adds nothing. */
#include "src/chat/turn_sum.h"

static int64_t add_known(int64_t sum, int64_t value)
{
    return sum < 0 || value < 0 ? -1 : sum + value;
}

struct turn_sum turn_sum_of(const struct message *answer)
{
    struct turn_sum sum = {.usage = answer->facts.usage,
                           .cost = answer->facts.cost,
                           .first_token_ms = answer->facts.first_token_ms,
                           .total_ms = answer->facts.total_ms,
                           .attempts = answer->facts.attempts};
    bool is_begun = answer->facts.attempts > 0;
    for (const struct message *at = message_previous_answer(answer); at != NULL;
         at = message_previous_answer(at)) {
        const struct usage *usage = &at->facts.usage;
        sum.rounds++;
        sum.total_ms += at->facts.total_ms;
        sum.attempts += at->facts.attempts;
        sum.first_token_ms = at->facts.first_token_ms;
        if (!is_begun) {
            sum.usage = *usage;
            sum.cost = at->facts.cost;
            is_begun = true;
            continue;
        }
        sum.cost = sum.cost < 0 || at->facts.cost < 0 ? -1 : sum.cost + at->facts.cost;
        sum.usage.input = add_known(sum.usage.input, usage->input);
        sum.usage.output = add_known(sum.usage.output, usage->output);
        sum.usage.reasoning = add_known(sum.usage.reasoning, usage->reasoning);
        sum.usage.cached = add_known(sum.usage.cached, usage->cached);
    }
    for (const struct message *at = answer; message_previous_answer(at) != NULL;
         at = message_previous_answer(at))
        sum.total_ms += at->parent->facts.total_ms;
    return sum;
}
