/* The model's side of the question is the provider's; the answer's side stands here. */
#include "src/engine/continuation.h"

#include "src/provider/provider.h"

bool continuation_is_possible(const struct message *answer)
{
    if (answer == NULL || answer->author != MESSAGE_ASSISTANT ||
        !message_has_content(answer))
        return false;
    return answer->state == MESSAGE_STOPPED || answer->state == MESSAGE_FAILED ||
           (answer->state == MESSAGE_WHOLE && answer->facts.finish == FINISH_LENGTH);
}

bool continuation_is_after_tools(const struct message *answer)
{
    return answer != NULL && answer->author == MESSAGE_ASSISTANT &&
           (answer->state == MESSAGE_STOPPED || answer->state == MESSAGE_FAILED) &&
           !message_has_content(answer) && answer->parent != NULL &&
           answer->parent->author == MESSAGE_TOOL;
}

/* Text and nothing behind or around it: not half of a thought, no call, no signature that
 * holds for a whole answer only. */
static bool is_bare_text(const struct message *answer)
{
    bool has_text = false;
    for (size_t i = 0; i < answer->part_count; i++) {
        const struct part *part = &answer->parts[i];
        if (part->kind != PART_TEXT)
            return false;
        for (size_t at = 0; at < part->text.len && !has_text; at++)
            has_text = (unsigned char)part->text.text[at] > ' ';
    }
    return has_text;
}

static bool can_prefill(const struct endpoint *endpoint, const char *model,
                        const struct param_list *params)
{
    const struct provider *provider = provider_find(endpoint->api);
    const struct provider_request request = {.base_url = endpoint->base_url,
                                             .model = model,
                                             .params = params,
                                             .quirks = endpoint->quirks};
    return provider != NULL && provider->can_prefill != NULL &&
           provider->can_prefill(&request);
}

bool continuation_is_prefill(const struct chat_setup *setup, const struct message *answer)
{
    bool is_able =
        is_bare_text(answer) && can_prefill(setup->endpoint, setup->model, setup->params);
    /* One request is written for each of them from the same messages. */
    for (size_t i = 0; i < setup->fallback_count && is_able; i++)
        is_able = can_prefill(setup->fallbacks[i].endpoint, setup->fallbacks[i].model,
                              setup->params);
    return is_able;
}
