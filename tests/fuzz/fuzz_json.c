/*
 * Any bytes as a document. What must hold: what passes for JSON parses; a string that is
 * written reads back as the same text; raw values that are found lie inside the document;
 * text that was joined is valid UTF-8.
 */
#include "tests/fuzz/fuzz.h"

#include <stdlib.h>
#include <string.h>

#include "src/base/json.h"
#include "src/base/mem.h"
#include "src/base/utf8.h"

/* An assertion that is there in every build. */
static void must(bool holds)
{
    if (!holds)
        abort();
}

static void check_string(const char *text)
{
    struct strbuf out;
    uint16_t half = 0;
    strbuf_init(&out, STRBUF_OWN_MAX);
    json_join_halves(&out, text, &half);
    json_flush_half(&out, &half);
    must(half == 0 && utf8_is_valid(strbuf_text(&out), out.len));
    strbuf_clear(&out);
}

/* All strings of the document; cJSON bounds the depth. */
static void check_value(const cJSON *value)
{
    if (cJSON_IsString(value))
        check_string(value->valuestring);
    const cJSON *item;
    if (cJSON_IsObject(value) || cJSON_IsArray(value)) {
        cJSON_ArrayForEach(item, value) check_value(item);
    }
}

static void check_raw(const char *text, size_t len, bool is_valid)
{
    static const char *const paths[][4] = {
        {NULL},
        {"a", NULL},
        {"0", NULL},
        {"a", "1", "b", NULL},
        {"choices", "0", "delta", NULL},
    };
    for (size_t i = 0; i < sizeof(paths) / sizeof(paths[0]); i++) {
        const char *value;
        size_t value_len;
        if (!json_find_raw(text, len, paths[i], &value, &value_len))
            continue;
        must(value >= text && value + value_len <= text + len && value_len > 0);
        must(!is_valid || json_is_valid(value, value_len));
    }
}

static void check_round_trip(const char *text, size_t len)
{
    struct strbuf written;
    struct strbuf again;
    strbuf_init(&written, STRBUF_OWN_MAX);
    strbuf_init(&again, STRBUF_OWN_MAX);
    must(json_append_string(&written, text, len));
    must(json_is_valid(written.text, written.len));
    cJSON *root = json_parse(written.text, written.len);
    must(cJSON_IsString(root));
    json_append_string(&again, root->valuestring, strlen(root->valuestring));
    /* A NUL is written as an escape, but read as U+FFFD. */
    if (memchr(text, '\0', len) == NULL)
        must(strcmp(written.text, again.text) == 0);
    cJSON_Delete(root);
    strbuf_clear(&written);
    strbuf_clear(&again);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    /* A copy of exactly that size: a read past the end is seen. */
    char *text = mem_alloc(size);
    if (size > 0)
        memcpy(text, data, size);
    const bool is_valid = json_is_valid(text, size);
    cJSON *root = json_parse(text, size);
    must(!is_valid || root != NULL);
    check_value(root);
    check_raw(text, size, is_valid);
    check_round_trip(text, size);
    cJSON_Delete(root);
    mem_free(text);
    return 0;
}
