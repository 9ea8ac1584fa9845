/*
 * Every case of tests/streams/cases.json, through the whole way from bytes
 * to outcome, with its body cut in every way: whole, as the case's own lists say, one
 * byte at a time, in two at every offset, and at random offsets (fixed seed). What the
 * whole body gives is checked against the case; every other way must give the same.
 *
 * Bodies longer than SPLIT_ALL_MAX are cut in two at every offset of their first and
 * last SPLIT_EDGE bytes and at every SPLIT_STRIDE-th (a prime) between.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "src/base/json.h"
#include "src/base/mem.h"
#include "src/base/path.h"
#include "src/base/rng.h"
#include "tests/support/collected_reply.h"

#define SPLIT_ALL_MAX ((size_t)16 << 10)
#define SPLIT_EDGE    ((size_t)4 << 10)
#define SPLIT_STRIDE  997
#define RANDOM_ROUNDS 50
#define RANDOM_CUTS   12

/* One case, its body and headers read. */
struct stream_case {
    const cJSON *json;
    const char *id;
    const cJSON *expect;
    struct header_list headers;
    struct strbuf body;
    struct error transport;
    struct collected_reply whole;
};

static char *streams_path(const char *name)
{
    const char *srcdir = getenv("MOTET_SRCDIR");
    return strbuf_format("%s/tests/streams/%s", srcdir != NULL ? srcdir : ".", name);
}

static void read_stream_file(const char *name, struct strbuf *out)
{
    struct error err = {.class = ERROR_NONE};
    char *path = streams_path(name);
    strbuf_init(out, (size_t)64 << 20);
    if (!path_read_file(path, out, &err))
        fail_msg("%s", error_text(&err));
    mem_free(path);
}

static void case_open(struct stream_case *stream, const cJSON *json)
{
    const cJSON *http = json_get(json, "http");
    const cJSON *header;
    *stream = (struct stream_case){.json = json};
    stream->id = json_get_string(json, "id");
    stream->expect = json_get(json, "expect");
    cJSON_ArrayForEach(header, json_get(http, "headers"))
        header_list_add(&stream->headers, header->string, header->valuestring);
    read_stream_file(json_get_string(json, "body_file"), &stream->body);
    int64_t body_bytes = -1;
    json_get_int(json, "body_bytes", &body_bytes);
    assert_int_equal(stream->body.len, body_bytes);
    if (strcmp(json_get_string(json_get(json, "delivery"), "close"), "abort") == 0)
        error_set(&stream->transport, ERROR_NETWORK_RESET, "the connection was reset");
    collected_reply_init(&stream->whole);
}

static void case_close(struct stream_case *stream)
{
    header_list_clear(&stream->headers);
    strbuf_clear(&stream->body);
    error_clear(&stream->transport);
    collected_reply_clear(&stream->whole);
}

static void case_run(const struct stream_case *stream, struct collected_reply *collected,
                     const size_t *cuts, size_t cut_count)
{
    int64_t status = 0;
    json_get_int(json_get(stream->json, "http"), "status", &status);
    const struct canned_response response = {
        .api = json_get_string(stream->json, "protocol"),
        .status = (int)status,
        .headers = &stream->headers,
        .body = strbuf_text(&stream->body),
        .len = stream->body.len,
        .cuts = cuts,
        .cut_count = cut_count,
        .transport = &stream->transport,
    };
    collected_reply_run(collected, &response);
}

/* --- What the case expects
 * --------------------------------------------------------------- */

static void check_text(const struct stream_case *stream, const char *member,
                       const struct strbuf *got)
{
    const char *wanted = json_get_string(stream->expect, member);
    if (wanted != NULL && strcmp(wanted, strbuf_text(got)) != 0)
        fail_msg("%s: %s is \"%s\", not \"%s\"", stream->id, member, strbuf_text(got),
                 wanted);
}

static void check_count(const struct stream_case *stream, const char *member, int64_t got)
{
    int64_t wanted = -1;
    json_get_int(json_get(stream->expect, "usage"), member, &wanted);
    if (wanted != got)
        fail_msg("%s: usage %s is %" PRId64 ", not %" PRId64, stream->id, member, got,
                 wanted);
}

static void check_arguments(const struct stream_case *stream, const cJSON *wanted,
                            const struct collected_call *call)
{
    const char *exact = json_get_string(wanted, "arguments_text");
    const char *raw = json_get_string(wanted, "arguments_raw");
    if (exact != NULL)
        assert_string_equal(call->arguments, exact);
    if (raw != NULL)
        assert_string_equal(call->arguments, raw);
    assert_int_equal(call->is_valid, raw == NULL);
    if (!json_has(wanted, "arguments"))
        return;
    cJSON *got = json_parse(call->arguments, strlen(call->arguments));
    if (!cJSON_Compare(got, json_get(wanted, "arguments"), true))
        fail_msg("%s: arguments are %s", stream->id, call->arguments);
    cJSON_Delete(got);
}

static void check_calls(const struct stream_case *stream)
{
    const struct collected_reply *whole = &stream->whole;
    const cJSON *calls = json_get(stream->expect, "tool_calls");
    assert_int_equal(whole->call_count, cJSON_GetArraySize(calls));
    for (size_t i = 0; i < whole->call_count; i++) {
        const cJSON *wanted = cJSON_GetArrayItem(calls, (int)i);
        const struct collected_call *call = &whole->calls[i];
        const char *id = json_get_string(wanted, "id");
        if (id != NULL)
            assert_string_equal(call->id, id);
        assert_true(call->id != NULL && call->id[0] != '\0');
        for (size_t j = 0; j < i; j++)
            assert_string_not_equal(call->id, whole->calls[j].id);
        assert_string_equal(call->name, json_get_string(wanted, "name"));
        check_arguments(stream, wanted, call);
    }
}

static void check_error(const struct stream_case *stream)
{
    const struct reply_outcome *outcome = &stream->whole.outcome;
    const cJSON *wanted = json_get(stream->expect, "error");
    const struct error_class_info *info = error_class_get(outcome->error.class);
    const char *words = json_get_string(wanted, "message_contains");
    int64_t wait_ms = -1;
    if (strcmp(info->name, json_get_string(wanted, "class")) != 0)
        fail_msg("%s: class %s: %s", stream->id, info->name, error_text(&outcome->error));
    if (words != NULL && strstr(error_text(&outcome->error), words) == NULL)
        fail_msg("%s: message \"%s\"", stream->id, error_text(&outcome->error));
    assert_true(error_text(&outcome->error)[0] != '\0');
    assert_int_equal(info->is_retryable, cJSON_IsTrue(json_get(wanted, "retryable")));
    json_get_int(wanted, "retry_after_ms", &wait_ms);
    /* Without the member the case says nothing of a wait. */
    if (json_has(wanted, "retry_after_ms"))
        assert_int_equal(outcome->retry_after_ms, wait_ms);
    assert_int_equal(outcome->finish, FINISH_ERROR);
    const char *request_id = header_list_get(&stream->headers, "x-request-id");
    if (request_id != NULL)
        assert_string_equal(outcome->request_id, request_id);
}

static void check_success(const struct stream_case *stream)
{
    const struct reply_outcome *outcome = &stream->whole.outcome;
    const char *raw = json_get_string(stream->expect, "finish_raw");
    if (outcome->error.class != ERROR_NONE)
        fail_msg("%s: %s", stream->id, error_text(&outcome->error));
    assert_string_equal(finish_name(outcome->finish),
                        json_get_string(stream->expect, "finish"));
    if (raw != NULL)
        assert_string_equal(outcome->finish_raw, raw);
    else
        assert_null(outcome->finish_raw);
    check_count(stream, "input", outcome->usage.input);
    check_count(stream, "output", outcome->usage.output);
    check_count(stream, "reasoning", outcome->usage.reasoning);
    check_count(stream, "cached", outcome->usage.cached);
}

/* What has to go back unchanged, in order; a case without the member says nothing. */
static void check_replay(const struct stream_case *stream)
{
    const cJSON *replay = json_get(stream->expect, "replay");
    const struct collected_reply *whole = &stream->whole;
    if (replay == NULL)
        return;
    assert_int_equal(whole->opaque_count, cJSON_GetArraySize(replay));
    for (size_t i = 0; i < whole->opaque_count; i++) {
        cJSON *got = json_parse(whole->opaques[i], strlen(whole->opaques[i]));
        if (!cJSON_Compare(got, cJSON_GetArrayItem(replay, (int)i), true))
            fail_msg("%s: to go back is %s", stream->id, whole->opaques[i]);
        cJSON_Delete(got);
    }
}

static void check_whole(const struct stream_case *stream)
{
    check_text(stream, "text", &stream->whole.text);
    check_text(stream, "reasoning", &stream->whole.reasoning);
    check_text(stream, "refusal", &stream->whole.refusal);
    check_calls(stream);
    check_replay(stream);
    if (strcmp(json_get_string(stream->expect, "outcome"), "ok") == 0)
        check_success(stream);
    else
        check_error(stream);
}

/* --- The ways to cut
 * ------------------------------------------------------------------------ */

static void check_same(const struct stream_case *stream, const size_t *cuts,
                       size_t cut_count)
{
    struct collected_reply collected;
    collected_reply_init(&collected);
    case_run(stream, &collected, cuts, cut_count);
    if (!collected_reply_equals(&collected, &stream->whole))
        fail_msg("%s: %zu cuts, the first at %zu, give another outcome", stream->id,
                 cut_count, cut_count > 0 ? cuts[0] : 0);
    collected_reply_clear(&collected);
}

static void cut_as_listed(const struct stream_case *stream)
{
    const cJSON *list;
    cJSON_ArrayForEach(list,
                       json_get(json_get(stream->json, "delivery"), "split_offsets"))
    {
        size_t cuts[64];
        size_t count = 0;
        const cJSON *offset;
        cJSON_ArrayForEach(offset, list) cuts[count++] = (size_t)offset->valuedouble;
        check_same(stream, cuts, count);
    }
}

static void cut_bytewise(const struct stream_case *stream)
{
    size_t *cuts = mem_alloc_array(stream->body.len, sizeof(*cuts));
    size_t count = 0;
    for (size_t at = 1; at < stream->body.len; at++)
        cuts[count++] = at;
    check_same(stream, cuts, count);
    mem_free(cuts);
}

static void cut_in_two(const struct stream_case *stream)
{
    const size_t len = stream->body.len;
    const bool is_huge = len > SPLIT_ALL_MAX;
    size_t at = 1;
    while (at < len) {
        check_same(stream, &at, 1);
        const bool is_edge = at < SPLIT_EDGE || at + SPLIT_EDGE >= len;
        at += is_huge && !is_edge ? SPLIT_STRIDE : 1;
    }
}

static int compare_offsets(const void *a, const void *b)
{
    const size_t left = *(const size_t *)a;
    const size_t right = *(const size_t *)b;
    return left < right ? -1 : left > right;
}

static void cut_at_random(const struct stream_case *stream)
{
    struct rng rng;
    rng_init(&rng, 20261122);
    for (int round = 0; round < RANDOM_ROUNDS; round++) {
        size_t cuts[RANDOM_CUTS];
        for (size_t i = 0; i < RANDOM_CUTS; i++)
            cuts[i] = rng_below(&rng, stream->body.len + 1);
        qsort(cuts, RANDOM_CUTS, sizeof(cuts[0]), compare_offsets);
        check_same(stream, cuts, RANDOM_CUTS);
    }
}

/* --- Tests, one for each way
 * ------------------------------------------------------------------ */

/* Calls `check` for every case, its whole body already run. */
static void for_each_case(void (*check)(const struct stream_case *stream))
{
    struct strbuf text;
    size_t count = 0;
    read_stream_file("cases.json", &text);
    cJSON *index = json_parse(strbuf_text(&text), text.len);
    const cJSON *json;
    assert_non_null(index);
    cJSON_ArrayForEach(json, json_get(index, "cases"))
    {
        struct stream_case stream;
        case_open(&stream, json);
        case_run(&stream, &stream.whole, NULL, 0);
        check(&stream);
        case_close(&stream);
        count++;
    }
    assert_true(count >= 48);
    cJSON_Delete(index);
    strbuf_clear(&text);
}

static void streams__whole__give_what_the_case_expects(void **state)
{
    (void)state;
    for_each_case(check_whole);
}

static void streams__cut_as_listed__give_the_same(void **state)
{
    (void)state;
    for_each_case(cut_as_listed);
}

static void streams__byte_by_byte__give_the_same(void **state)
{
    (void)state;
    for_each_case(cut_bytewise);
}

static void streams__cut_in_two_anywhere__give_the_same(void **state)
{
    (void)state;
    for_each_case(cut_in_two);
}

static void streams__cut_at_random__give_the_same(void **state)
{
    (void)state;
    for_each_case(cut_at_random);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(streams__whole__give_what_the_case_expects),
        cmocka_unit_test(streams__cut_as_listed__give_the_same),
        cmocka_unit_test(streams__byte_by_byte__give_the_same),
        cmocka_unit_test(streams__cut_in_two_anywhere__give_the_same),
        cmocka_unit_test(streams__cut_at_random__give_the_same),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
