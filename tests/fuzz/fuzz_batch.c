/*
 * Lines of a batch's results from a provider, and answers that are compared: whatever the
 * bytes, a result has a text or an error, text is valid UTF-8, and an answer's form does
 * not depend on the white space around it.
 */
#include "tests/fuzz/fuzz.h"

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "src/base/mem.h"
#include "src/base/utf8.h"
#include "src/engine/answer_form.h"
#include "src/engine/batch_form.h"

static void require(bool is_true, const char *what)
{
    if (is_true)
        return;
    fprintf(stderr, "does not hold: %s\n", what);
    abort();
}

static void try_result(enum batch_kind kind, const char *api, const char *line,
                       size_t len)
{
    struct endpoint endpoint;
    struct run_result result = {0};
    endpoint_init(&endpoint, "any", api, "http://127.0.0.1:1");
    batch_read_result(kind, &endpoint, line, len, &result);
    require(result.text != NULL || result.error.class != ERROR_NONE,
            "a result has a text or an error");
    require(result.text == NULL || utf8_is_valid(result.text, result.len),
            "a text is valid");
    run_result_clear(&result);
    endpoint_clear(&endpoint);
}

static void try_form(const char *text, size_t len)
{
    char *form = answer_normalise(text, len);
    char *padded = strbuf_format(" \n%.*s\t ", (int)strnlen(text, len), text);
    char *again = answer_normalise(padded, strlen(padded));
    require(utf8_is_valid(form, strlen(form)), "a form is valid");
    require(strnlen(text, len) < len || strcmp(form, again) == 0,
            "white space around an answer does not matter");
    mem_free(form);
    mem_free(padded);
    mem_free(again);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct batch_id id;
    char *line = mem_strndup((const char *)data, size);
    batch_read_id(line, size, &id);
    try_result(BATCH_OPENAI, "openai-chat", line, size);
    try_result(BATCH_ANTHROPIC, "anthropic", line, size);
    try_form(line, size);
    mem_free(line);
    return 0;
}
