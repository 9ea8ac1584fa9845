/* curl reads no configuration file (-q), takes a refusal for a failure (-f) and draws no
 * progress (-s). */
#include "tests/bench/bench_request.h"

#include <string.h>

#include "src/base/mem.h"
#include "src/base/strbuf.h"

void bench_request_init(struct bench_request *request, const struct bench *bench,
                        const char *model)
{
    request->body =
        strbuf_format("{\"model\":\"%s\",\"messages\":[{\"role\":\"user\",\"content\":"
                      "\"Go on, please\"}],\"stream\":true,"
                      "\"stream_options\":{\"include_usage\":true}}",
                      model);
    request->url = strbuf_format("%s/v1/chat/completions", bench->server.url);
    const char *const curl[] = {
        "curl", "-q",          "-fsN",       "-H", "Content-Type: application/json",
        "-d",   request->body, request->url, NULL};
    const char *const ask[] = {bench->motet, "ask", "--url",         bench->server.url,
                               "-m",         model, "Go on, please", NULL};
    memcpy(request->curl, curl, sizeof(curl));
    memcpy(request->ask, ask, sizeof(ask));
}

void bench_request_clear(struct bench_request *request)
{
    mem_free(request->body);
    mem_free(request->url);
}
