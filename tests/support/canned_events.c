/* Bodies made of the texts that a test gives. */
#include "tests/support/canned_events.h"

#include <string.h>

static void run(struct collected_reply *collected, const char *api, int status,
                const char *type, const char *body)
{
    struct header_list headers = {.len = 0};
    header_list_add(&headers, "Content-Type", type);
    const struct canned_response response = {
        .api = api,
        .status = status,
        .headers = &headers,
        .body = body,
        .len = strlen(body),
    };
    collected_reply_init(collected);
    collected_reply_run(collected, &response);
    header_list_clear(&headers);
}

void canned_events_run(struct collected_reply *collected, const char *api,
                       const char *const *events)
{
    struct strbuf body;
    strbuf_init(&body, STRBUF_OWN_MAX);
    for (; *events != NULL; events++)
        strbuf_append_format(&body, "data: %s\n\n", *events);
    run(collected, api, 200, "text/event-stream", strbuf_text(&body));
    strbuf_clear(&body);
}

void canned_document_run(struct collected_reply *collected, const char *api, int status,
                         const char *document)
{
    run(collected, api, status, "application/json", document);
}
