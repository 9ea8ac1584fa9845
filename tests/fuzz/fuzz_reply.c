/*
 * Any body, cut anywhere, as an answer of any protocol. The first byte of the input picks
 * the protocol, the second status, content type and whether the connection breaks; the
 * third seeds the cuts. What must hold: the cuts change nothing, text is valid UTF-8,
 * there is an error or a finish word, calls come only with a reply that is complete, each
 * can be answered, and what is to go back is JSON.
 */
#include "tests/fuzz/fuzz.h"

#include <stdlib.h>
#include <string.h>

#include "src/base/compiler.h"
#include "src/base/json.h"
#include "src/base/rng.h"
#include "src/base/utf8.h"
#include "tests/support/collected_reply.h"

#define FUZZ_CUTS 16

/* The protocols and the content types of their streams. The corpus counts on the order: a
 * new one goes to the end. */
static const struct fuzz_api {
    const char *name;
    const char *type;
} fuzz_apis[] = {
    {"openai-chat", "text/event-stream"},
    {"openai-responses", "text/event-stream"},
    {"gemini", "text/event-stream"},
    {"ollama", "application/x-ndjson"},
    {"anthropic", "text/event-stream"},
    {"cohere", "text/event-stream"},
    {"bedrock", "application/vnd.amazon.eventstream"},
};

/* An assertion that is there in every build. */
static void must(bool holds)
{
    if (!holds)
        abort();
}

static int compare_offsets(const void *a, const void *b)
{
    const size_t left = *(const size_t *)a;
    const size_t right = *(const size_t *)b;
    return left < right ? -1 : left > right;
}

static bool is_text(const struct strbuf *text)
{
    return utf8_is_valid(strbuf_text(text), text->len);
}

static void check_calls(const struct collected_reply *collected)
{
    for (size_t i = 0; i < collected->call_count; i++) {
        const struct collected_call *call = &collected->calls[i];
        must(call->id[0] != '\0' && call->name[0] != '\0');
        must(utf8_is_valid(call->id, strlen(call->id)));
        must(utf8_is_valid(call->name, strlen(call->name)));
        must(utf8_is_valid(call->arguments, strlen(call->arguments)));
        must(!call->is_valid || json_is_valid(call->arguments, strlen(call->arguments)));
        for (size_t j = 0; j < i; j++)
            must(strcmp(call->id, collected->calls[j].id) != 0);
    }
}

static void check_opaques(const struct collected_reply *collected)
{
    for (size_t i = 0; i < collected->opaque_count; i++)
        must(json_is_valid(collected->opaques[i], strlen(collected->opaques[i])));
}

static void check_outcome(const struct collected_reply *collected)
{
    const struct reply_outcome *outcome = &collected->outcome;
    const bool is_error = outcome->error.class != ERROR_NONE;
    const char *message = error_text(&outcome->error);
    must(is_error == (message[0] != '\0'));
    must(is_error ==
         (outcome->finish == FINISH_ERROR || outcome->finish == FINISH_CANCELLED));
    must(outcome->finish != FINISH_NONE);
    must(utf8_is_valid(message, strlen(message)) && strlen(message) < 3000);
    must(message[strcspn(message, "\x1b\n\r\x7f")] == '\0');
    must(!is_error || collected->call_count == 0);
    must(is_text(&collected->text) && is_text(&collected->reasoning));
    must(is_text(&collected->refusal) && is_text(&collected->growing));
    check_calls(collected);
    check_opaques(collected);
}

static void fuzz_response(const struct canned_response *whole, uint8_t seed)
{
    struct collected_reply first;
    struct collected_reply second;
    size_t cuts[FUZZ_CUTS];
    struct rng rng;
    struct canned_response cut = *whole;
    rng_init(&rng, seed);
    for (size_t i = 0; i < FUZZ_CUTS; i++)
        cuts[i] = rng_below(&rng, whole->len + 1);
    qsort(cuts, FUZZ_CUTS, sizeof(cuts[0]), compare_offsets);
    cut.cuts = cuts;
    cut.cut_count = FUZZ_CUTS;
    collected_reply_init(&first);
    collected_reply_init(&second);
    collected_reply_run(&first, whole);
    collected_reply_run(&second, &cut);
    check_outcome(&first);
    must(collected_reply_equals(&first, &second));
    collected_reply_clear(&first);
    collected_reply_clear(&second);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const int statuses[] = {200, 429, 200, 302, 200, 500, 200, 200};
    if (size < 3)
        return 0;
    const struct fuzz_api *api = &fuzz_apis[data[0] % COUNT_OF(fuzz_apis)];
    const char *const types[] = {api->type, "application/json", "text/plain",
                                 "text/html"};
    struct header_list headers = {.len = 0};
    struct error reset = {.class = ERROR_NONE};
    header_list_add(&headers, "Content-Type", types[data[1] & 3]);
    if ((data[1] & 0x20) != 0)
        error_set(&reset, ERROR_NETWORK_RESET, "the connection was reset");
    const struct canned_response response = {
        .api = api->name,
        .status = statuses[data[1] >> 2 & 7],
        .headers = &headers,
        .body = (const char *)data + 3,
        .len = size - 3,
        .transport = &reset,
    };
    fuzz_response(&response, data[2]);
    error_clear(&reset);
    header_list_clear(&headers);
    return 0;
}
