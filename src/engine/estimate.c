/* Bytes and characters are counted, nothing is parsed: a run estimates every row. */
#include "src/engine/estimate.h"

#include <string.h>

#include "src/engine/cost.h"

/* What a message costs beside its text, and a picture. */
#define MESSAGE_TOKENS 4
#define PICTURE_TOKENS 1000

int64_t estimate_text_tokens(const char *text, size_t len)
{
    int64_t plain = 0;
    int64_t wide = 0;
    for (size_t i = 0; i < len; i++) {
        const unsigned char byte = (unsigned char)text[i];
        plain += byte < 0x80;
        wide += byte >= 0xC0;
    }
    return (plain + 3) / 4 + wide;
}

int64_t estimate_message_tokens(const struct message *message)
{
    int64_t tokens = MESSAGE_TOKENS;
    for (size_t i = 0; i < message->part_count; i++) {
        const struct part *part = &message->parts[i];
        tokens += part->kind == PART_IMAGE
                      ? PICTURE_TOKENS
                      : estimate_text_tokens(strbuf_text(&part->text), part->text.len);
    }
    return tokens;
}

int64_t estimate_prompt_tokens(const struct rendered_prompt *prompt, const char *system)
{
    const char *own = prompt->system != NULL ? prompt->system : system;
    int64_t tokens = 0;
    if (own != NULL)
        tokens += MESSAGE_TOKENS + estimate_text_tokens(own, strlen(own));
    for (size_t i = 0; i < prompt->message_count; i++)
        tokens += estimate_message_tokens(prompt->messages[i]);
    return tokens;
}

int64_t estimate_answer_tokens(const struct param_list *params, int64_t average)
{
    const struct param *most =
        params != NULL ? param_list_get(params, "max_tokens") : NULL;
    const int64_t guess = average > 0 ? average : ESTIMATE_OUTPUT_TOKENS;
    return most != NULL && most->number > 0 && most->number < (double)guess
               ? (int64_t)most->number
               : guess;
}

double estimate_cost(const struct catalog *catalog, const struct endpoint *endpoint,
                     const char *model, int64_t input, int64_t output)
{
    const struct usage usage = {.input = input, .output = output, .cached = 0};
    return cost_reckon(catalog, endpoint, model, &usage);
}
