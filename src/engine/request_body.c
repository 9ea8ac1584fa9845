/* The system prompt of the template stands in the place of the setup's, as in a chat. */
#include "src/engine/request_body.h"

#include "src/provider/provider.h"

bool request_body_write(const struct chat_setup *setup,
                        const struct rendered_prompt *prompt, struct strbuf *out,
                        struct strbuf *ignored, struct error *err)
{
    const struct provider *provider = provider_find(setup->endpoint->api);
    if (provider == NULL) {
        error_set(err, ERROR_USAGE, "there is no API called \"%s\"",
                  setup->endpoint->api);
        return false;
    }
    const struct provider_request request = {
        .base_url = setup->endpoint->base_url,
        .model = setup->model,
        .system = prompt->system != NULL ? prompt->system : setup->system,
        .messages = (const struct message *const *)prompt->messages,
        .message_count = prompt->message_count,
        .params = setup->params,
        .quirks = setup->endpoint->quirks,
        .is_streaming = setup->is_streaming,
        .ignored = ignored,
    };
    return provider->encode(&request, out, err);
}
