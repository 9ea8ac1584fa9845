/* Answers as bytes over (handed-in) time: shape, length, pace, faults, and any buffer. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <string.h>

#include "src/base/compiler.h"
#include "src/base/json.h"
#include "src/base/mem.h"
#include "src/base/strbuf.h"
#include "src/base/utf8.h"
#include "src/demo/demo_chat.h"
#include "src/demo/demo_model.h"
#include "src/demo/demo_reply.h"
#include "src/demo/demo_token.h"

#define ALL_TIME INT64_MAX

/* A stream taken apart again. */
struct heard {
    struct strbuf text;
    struct strbuf reasoning;
    struct strbuf arguments[2];
    size_t token_count;
    size_t bad_count; /* events that are not JSON */
    char finish[24];
    int64_t completion_tokens; /* -1 = no usage came */
    bool is_done;
};

static void parse_chat(struct demo_chat *chat, const char *model, const char *rest)
{
    char *body = strbuf_format("{\"model\":\"%s\",%s}", model, rest);
    const struct demo_source source = {
        .protocol = &demo_openai_chat, .body = body, .len = strlen(body)};
    struct demo_refusal refusal;
    demo_refusal_init(&refusal, &demo_openai_chat);
    if (!demo_chat_parse(chat, &source, 0, &refusal))
        fail_msg("refused: %s", refusal.body);
    mem_free(body);
}

static const char streamed[] =
    "\"stream\":true,\"stream_options\":{\"include_usage\":true},"
    "\"messages\":[{\"role\":\"user\",\"content\":\"Explain quantum computing\"}]";

/* Reads the whole reply with a buffer of `size` bytes, all of it due. */
static enum demo_reply_state read_all(const struct demo_chat *chat, size_t size,
                                      struct strbuf *out)
{
    struct demo_reply *reply = demo_reply_new(chat, 1);
    char *buf = mem_alloc(size);
    enum demo_reply_state state = DEMO_REPLY_MORE;
    while (state == DEMO_REPLY_MORE) {
        const size_t used = demo_reply_read(reply, ALL_TIME, buf, size, &state);
        strbuf_append(out, buf, used);
    }
    mem_free(buf);
    demo_reply_free(reply);
    return state;
}

static void hear_delta(struct heard *heard, const cJSON *delta)
{
    const char *text = json_get_string(delta, "content");
    const char *reasoning = json_get_string(delta, "reasoning_content");
    if (text != NULL)
        strbuf_append_text(&heard->text, text);
    if (reasoning != NULL)
        strbuf_append_text(&heard->reasoning, reasoning);
    heard->token_count += (text != NULL && *text != '\0') || reasoning != NULL;
    const cJSON *call = NULL;
    cJSON_ArrayForEach(call, json_get(delta, "tool_calls"))
    {
        int64_t index = -1;
        assert_true(json_get_int(call, "index", &index) && index >= 0 && index < 2);
        const char *piece = json_get_string(json_get(call, "function"), "arguments");
        assert_non_null(piece);
        strbuf_append_text(&heard->arguments[index], piece);
    }
}

static void hear_event(struct heard *heard, const char *data, size_t len)
{
    if (len == 6 && memcmp(data, "[DONE]", 6) == 0) {
        heard->is_done = true;
        return;
    }
    cJSON *event = json_parse(data, len);
    heard->bad_count += event == NULL;
    const cJSON *choice = cJSON_GetArrayItem(json_get(event, "choices"), 0);
    hear_delta(heard, json_get(choice, "delta"));
    const char *finish = json_get_string(choice, "finish_reason");
    if (finish != NULL)
        snprintf(heard->finish, sizeof(heard->finish), "%s", finish);
    if (json_has(event, "usage"))
        assert_true(json_get_int(json_get(event, "usage"), "completion_tokens",
                                 &heard->completion_tokens));
    cJSON_Delete(event);
}

/* Understands "data: " lines of one line each, which is all that plain models send. */
static void hear(struct heard *heard, const struct strbuf *bytes)
{
    *heard = (struct heard){.completion_tokens = -1};
    strbuf_init(&heard->text, STRBUF_OWN_MAX);
    strbuf_init(&heard->reasoning, STRBUF_OWN_MAX);
    strbuf_init(&heard->arguments[0], STRBUF_OWN_MAX);
    strbuf_init(&heard->arguments[1], STRBUF_OWN_MAX);
    const char *at = strbuf_text(bytes);
    while (*at != '\0') {
        const char *end = strchr(at, '\n');
        assert_non_null(end);
        if (strncmp(at, "data: ", 6) == 0)
            hear_event(heard, at + 6, (size_t)(end - at) - 6);
        at = end + 1;
    }
}

static void heard_clear(struct heard *heard)
{
    strbuf_clear(&heard->text);
    strbuf_clear(&heard->reasoning);
    strbuf_clear(&heard->arguments[0]);
    strbuf_clear(&heard->arguments[1]);
}

/* Hears the whole of the model's answer to the usual prompt. */
static enum demo_reply_state hear_model(struct heard *heard, const char *model,
                                        const char *rest)
{
    struct demo_chat chat;
    parse_chat(&chat, model, rest);
    struct strbuf bytes;
    strbuf_init(&bytes, STRBUF_OWN_MAX);
    const enum demo_reply_state state = read_all(&chat, 65536, &bytes);
    hear(heard, &bytes);
    strbuf_clear(&bytes);
    demo_chat_clear(&chat);
    return state;
}

static size_t count_text(const char *text, const char *part)
{
    size_t count = 0;
    for (const char *at = strstr(text, part); at != NULL; at = strstr(at + 1, part))
        count++;
    return count;
}

/* ---- tokens ------------------------------------------------------------------------ */

static void demo_token_len__never_ends_inside_a_character(void **state)
{
    (void)state;
    static const char text[] =
        "Straightforwardness isn't na\xc3\xafve\xe2\x80\xa6  \n\n```c\n"
        "\xe6\xbd\xae\xe3\x81\xae\xe9\x9f\xb3 "
        "\xf0\x9f\x91\xa9\xf0\x9f\x8f\xbd\xe2\x80\x8d\xf0\x9f\x92\xbb"
        "e\xcc\x81";
    size_t at = 0;
    while (at < strlen(text)) {
        const size_t len = demo_token_len(text + at, strlen(text) - at);
        assert_true(len > 0 && len <= DEMO_TOKEN_MAX);
        assert_true(utf8_is_valid(text + at, len));
        at += len;
    }
    assert_int_equal(at, strlen(text));
}

static void demo_token_len__cuts_words_into_even_pieces(void **state)
{
    (void)state;
    assert_int_equal(demo_token_len(" house", 6), 6);
    assert_int_equal(demo_token_len(" lighthouse", 11), 6);
    assert_int_equal(demo_token_len("something", 9), 5);
    assert_int_equal(demo_token_count("a lighthouse, there", 19), 5);
    assert_int_equal(demo_token_len("", 0), 0);
}

/* ---- shape ------------------------------------------------------------------------- */

static void demo_reply_read__gives_a_whole_stream_for_every_model(void **state)
{
    (void)state;
    for (size_t i = 0; i < demo_model_count(); i++) {
        const struct demo_model *model = demo_model_get(i);
        char *name = strbuf_format("%s?fault=none", model->name);
        struct heard heard;
        assert_int_equal(hear_model(&heard, name, streamed), DEMO_REPLY_END);
        assert_true(heard.is_done);
        assert_true(heard.text.len > 10);
        assert_int_equal(heard.bad_count, 0);
        const bool has_calls = strcmp(model->name, "tools") == 0;
        assert_string_equal(heard.finish, has_calls ? "tool_calls" : "stop");
        if (!has_calls)
            assert_int_equal(heard.completion_tokens, heard.token_count);
        heard_clear(&heard);
        mem_free(name);
    }
}

static void demo_reply_read__gives_the_same_bytes_for_any_buffer(void **state)
{
    (void)state;
    static const size_t sizes[] = {1, 2, 7, 128, 500, 1000, 4096};
    static const char *const models[] = {"polyglot?tokens=60", "tools",
                                         "garbage?tokens=40"};
    for (size_t m = 0; m < COUNT_OF(models); m++) {
        struct demo_chat chat;
        parse_chat(&chat, models[m], streamed);
        struct strbuf whole;
        strbuf_init(&whole, STRBUF_OWN_MAX);
        read_all(&chat, 1 << 20, &whole);
        for (size_t i = 0; i < COUNT_OF(sizes); i++) {
            struct strbuf pieces;
            strbuf_init(&pieces, STRBUF_OWN_MAX);
            read_all(&chat, sizes[i], &pieces);
            assert_string_equal(strbuf_text(&pieces), strbuf_text(&whole));
            strbuf_clear(&pieces);
        }
        strbuf_clear(&whole);
        demo_chat_clear(&chat);
    }
}

static void demo_reply_read__sends_the_role_first_and_done_last(void **state)
{
    (void)state;
    struct demo_chat chat;
    parse_chat(&chat, "echo", streamed);
    struct strbuf bytes;
    strbuf_init(&bytes, STRBUF_OWN_MAX);
    read_all(&chat, 4096, &bytes);
    const char *role = strstr(bytes.text, "{\"role\":\"assistant\",\"content\":\"\"");
    const char *first = strstr(bytes.text, "{\"content\":\"");
    const char *finish = strstr(bytes.text, "\"delta\":{},\"logprobs\":null,"
                                            "\"finish_reason\":\"stop\"");
    const char *usage = strstr(bytes.text, "\"choices\":[],\"usage\":{");
    assert_true(role != NULL && first != NULL && finish != NULL && usage != NULL);
    assert_true(role < first && first < finish && finish < usage);
    const char end[] = "data: [DONE]\n\n";
    assert_string_equal(bytes.text + bytes.len - strlen(end), end);
    strbuf_clear(&bytes);
    demo_chat_clear(&chat);
}

static void demo_reply_read__echoes_every_byte(void **state)
{
    (void)state;
    struct heard heard;
    hear_model(
        &heard, "echo",
        "\"stream\":true,\"messages\":[{\"role\":\"user\",\"content\":"
        "\"a \\\"b\\\" \\\\ \\n\\t\\u001b[1m \xf0\x9f\x87\xaf\xf0\x9f\x87\xb5 \x7f!\"}]");
    assert_string_equal(strbuf_text(&heard.text),
                        "a \"b\" \\ \n\t\x1b[1m "
                        "\xf0\x9f\x87\xaf\xf0\x9f\x87\xb5 \x7f!");
    assert_int_equal(heard.completion_tokens, -1);
    heard_clear(&heard);
}

static void demo_reply_read__gives_one_object_when_not_streaming(void **state)
{
    (void)state;
    struct demo_chat chat;
    parse_chat(&chat, "thinker",
               "\"messages\":[{\"role\":\"user\",\"content\":\"Explain quantum "
               "computing\"}]");
    struct strbuf bytes;
    strbuf_init(&bytes, STRBUF_OWN_MAX);
    assert_int_equal(read_all(&chat, 100, &bytes), DEMO_REPLY_END);
    cJSON *root = json_parse(bytes.text, bytes.len);
    assert_string_equal(json_get_string(root, "object"), "chat.completion");
    const cJSON *choice = cJSON_GetArrayItem(json_get(root, "choices"), 0);
    const cJSON *message = json_get(choice, "message");
    struct heard heard;
    hear_model(&heard, "thinker", streamed);
    assert_string_equal(json_get_string(message, "content"), heard.text.text);
    assert_string_equal(json_get_string(message, "reasoning_content"),
                        heard.reasoning.text);
    assert_string_equal(json_get_string(choice, "finish_reason"), "stop");
    heard_clear(&heard);
    cJSON_Delete(root);
    strbuf_clear(&bytes);
    demo_chat_clear(&chat);
}

static void demo_reply_read__streams_two_tool_calls(void **state)
{
    (void)state;
    struct heard heard;
    hear_model(&heard, "tools", streamed);
    assert_string_equal(heard.finish, "tool_calls");
    for (size_t i = 0; i < 2; i++)
        assert_true(json_is_valid(heard.arguments[i].text, heard.arguments[i].len));
    assert_non_null(strstr(heard.arguments[0].text, "\"city\":"));
    assert_non_null(strstr(heard.arguments[1].text, "\"author\":"));
    heard_clear(&heard);
}

static void demo_reply_read__interleaves_tool_calls_in_the_second_turn(void **state)
{
    (void)state;
    struct heard heard;
    hear_model(&heard, "tools",
               "\"stream\":true,\"messages\":[{\"role\":\"user\",\"content\":\"a\"},"
               "{\"role\":\"assistant\",\"content\":\"b\"},"
               "{\"role\":\"user\",\"content\":\"weather in Oslo?\"}]");
    assert_true(json_is_valid(heard.arguments[0].text, heard.arguments[0].len));
    assert_true(json_is_valid(heard.arguments[1].text, heard.arguments[1].len));
    assert_non_null(strstr(heard.arguments[0].text, "\"Oslo\""));
    heard_clear(&heard);
}

static void demo_reply_read__uses_tool_results_in_words(void **state)
{
    (void)state;
    struct heard heard;
    hear_model(
        &heard, "tools",
        "\"stream\":true,\"messages\":[{\"role\":\"user\",\"content\":\"a\"},"
        "{\"role\":\"assistant\",\"content\":null,\"tool_calls\":["
        "{\"id\":\"c1\",\"type\":\"function\",\"function\":{\"name\":\"get_weather\","
        "\"arguments\":\"{}\"}},"
        "{\"id\":\"c2\",\"type\":\"function\",\"function\":{\"name\":\"format_book\","
        "\"arguments\":\"{}\"}}]},"
        "{\"role\":\"tool\",\"tool_call_id\":\"c2\",\"content\":\"SEA by VARGA\"},"
        "{\"role\":\"tool\",\"tool_call_id\":\"c1\",\"content\":\"18 degrees\"}]");
    assert_string_equal(heard.finish, "stop");
    assert_non_null(strstr(heard.text.text, "**weather** service says: 18 degrees"));
    assert_non_null(strstr(heard.text.text, "**book** to take along: SEA by VARGA"));
    heard_clear(&heard);
}

/* ---- length ------------------------------------------------------------------------ */

static void demo_reply_read__has_the_length_asked_for(void **state)
{
    (void)state;
    static const int lengths[] = {1, 2, 17, 100, 300, 2500};
    static const char *const models[] = {"sage",  "coder", "polyglot", "thinker",
                                         "eliza", "echo",  "cut",      "firehose"};
    for (size_t m = 0; m < COUNT_OF(models); m++) {
        for (size_t i = 0; i < COUNT_OF(lengths); i++) {
            char *name = strbuf_format("%s?fault=none&tokens=%d", models[m], lengths[i]);
            struct heard heard;
            hear_model(&heard, name, streamed);
            const size_t thought =
                demo_token_count(strbuf_text(&heard.reasoning), heard.reasoning.len);
            assert_int_equal(heard.token_count - thought, lengths[i]);
            assert_string_equal(heard.finish, "stop");
            assert_true(utf8_is_valid(heard.text.text, heard.text.len));
            heard_clear(&heard);
            mem_free(name);
        }
    }
}

static void demo_reply_read__closes_a_code_block_that_is_cut_short(void **state)
{
    (void)state;
    struct heard heard;
    hear_model(&heard, "coder?tokens=60", streamed);
    assert_int_equal(count_text(heard.text.text, "```") % 2, 0);
    heard_clear(&heard);
}

static void demo_reply_read__stops_at_the_limit_of_the_request(void **state)
{
    (void)state;
    struct heard heard;
    hear_model(&heard, "sage",
               "\"stream\":true,\"max_completion_tokens\":5,\"messages\":"
               "[{\"role\":\"user\",\"content\":\"a\"}]");
    assert_int_equal(heard.token_count, 5);
    assert_string_equal(heard.finish, "length");
    heard_clear(&heard);
}

/* ---- pace -------------------------------------------------------------------------- */

/* Plays a reply by its own plan; returns when the last byte was due. */
static int64_t play(const struct demo_chat *chat, double speed, int64_t *first_us)
{
    struct demo_reply *reply = demo_reply_new(chat, speed);
    char buf[4096];
    int64_t now = 0;
    *first_us = -1;
    enum demo_reply_state state = DEMO_REPLY_MORE;
    while (state != DEMO_REPLY_END) {
        const size_t used = demo_reply_read(reply, now, buf, sizeof(buf), &state);
        if (used > 0 && *first_us < 0)
            *first_us = now;
        if (state == DEMO_REPLY_WAIT) {
            const int64_t due = demo_reply_due_us(reply);
            assert_true(due > now);
            now = due;
        }
    }
    demo_reply_free(reply);
    return now;
}

static void demo_reply_due_us__follows_rate_and_first_token(void **state)
{
    (void)state;
    struct demo_chat chat;
    parse_chat(&chat, "sage?rate=100&ttft=200&tokens=401&jitter=0", streamed);
    int64_t first = 0;
    assert_int_equal(play(&chat, 1, &first), 200000 + 4000000);
    assert_int_equal(first, 200000);
    assert_int_equal(play(&chat, 10, &first), 20000 + 400000);
    demo_chat_clear(&chat);
}

static void demo_reply_due_us__does_not_drift_with_jitter(void **state)
{
    (void)state;
    struct demo_chat chat;
    parse_chat(&chat, "sage?rate=100&ttft=0&tokens=1001&jitter=1", streamed);
    int64_t first = 0;
    const int64_t end = play(&chat, 1, &first);
    assert_true(end > 9990000 && end < 10010000);
    demo_chat_clear(&chat);
}

static void demo_reply_due_us__thinks_at_a_pace_of_its_own(void **state)
{
    (void)state;
    struct demo_chat chat;
    parse_chat(&chat, "thinker?ttft=0&tokens=46&jitter=0", streamed);
    struct strbuf reasoning;
    struct heard heard;
    hear_model(&heard, "thinker?ttft=0&tokens=46&jitter=0", streamed);
    reasoning = heard.reasoning;
    const double thought = (double)demo_token_count(reasoning.text, reasoning.len);
    int64_t first = 0;
    const double end = (double)play(&chat, 1, &first);
    const double expected = (thought / 60 + 45.0 / 45) * 1e6;
    assert_true(end > expected - 10 && end < expected + 10);
    heard_clear(&heard);
    demo_chat_clear(&chat);
}

static void demo_reply_due_us__is_one_moment_when_not_streaming(void **state)
{
    (void)state;
    struct demo_chat chat;
    parse_chat(&chat, "sage?rate=100&ttft=200&tokens=401&jitter=0",
               "\"messages\":[{\"role\":\"user\",\"content\":\"a\"}]");
    int64_t first = 0;
    assert_int_equal(play(&chat, 1, &first), 4200000);
    assert_int_equal(first, 4200000);
    demo_chat_clear(&chat);
}

static void demo_reply_due_us__bears_any_rate(void **state)
{
    (void)state;
    struct demo_chat chat;
    parse_chat(&chat, "sage?rate=1e-300&ttft=0&tokens=2", streamed);
    int64_t first = 0;
    assert_true(play(&chat, 1, &first) > 0);
    demo_chat_clear(&chat);
}

/* ---- faults ------------------------------------------------------------------------ */

static void demo_reply_read__cuts_after_a_whole_event_at_first(void **state)
{
    (void)state;
    struct heard heard;
    assert_int_equal(hear_model(&heard, "cut?at=9", streamed), DEMO_REPLY_ABORT);
    assert_int_equal(heard.token_count, 9);
    assert_false(heard.is_done);
    assert_string_equal(heard.finish, "");
    heard_clear(&heard);
}

/* Asserts that the stream of this request breaks off inside a UTF-8 sequence. */
static void assert_ends_inside_character(const char *model, const char *rest)
{
    struct demo_chat chat;
    parse_chat(&chat, model, rest);
    struct strbuf bytes;
    strbuf_init(&bytes, STRBUF_OWN_MAX);
    assert_int_equal(read_all(&chat, 300, &bytes), DEMO_REPLY_ABORT);
    assert_true(utf8_incomplete_tail(bytes.text, bytes.len) > 0);
    strbuf_clear(&bytes);
    demo_chat_clear(&chat);
}

static void demo_reply_read__cuts_inside_a_character(void **state)
{
    (void)state;
    assert_ends_inside_character("sage?fault=cut-utf8", streamed);
    assert_ends_inside_character("polyglot?fault=cut-utf8&at=20", streamed);
    assert_ends_inside_character("thinker?fault=cut-utf8&at=3", streamed);
    assert_ends_inside_character("tools?fault=cut-utf8&at=9999", streamed);
    assert_ends_inside_character(
        "cut", "\"stream\":true,\"messages\":[{\"role\":\"user\","
               "\"content\":\"a\"},{\"role\":\"user\",\"content\":\"b\"}]");
    assert_ends_inside_character("cut?fault=cut-utf8",
                                 "\"messages\":[{\"role\":\"user\",\"content\":\"a\"}]");
}

static void demo_reply_read__stalls_after_some_words(void **state)
{
    (void)state;
    struct heard heard;
    assert_int_equal(hear_model(&heard, "stall", streamed), DEMO_REPLY_STALL);
    assert_true(heard.token_count > 5 && heard.token_count < 40);
    heard_clear(&heard);
}

static void demo_reply_read__puts_one_bad_event_among_good_ones(void **state)
{
    (void)state;
    struct heard heard;
    assert_int_equal(hear_model(&heard, "garbage?at=4&tokens=9", streamed),
                     DEMO_REPLY_END);
    assert_int_equal(heard.bad_count, 1);
    assert_int_equal(heard.token_count, 9);
    assert_true(heard.is_done);
    heard_clear(&heard);
}

static void demo_reply_read__ends_early_in_other_ways(void **state)
{
    (void)state;
    struct heard heard;
    assert_int_equal(hear_model(&heard, "sage?fault=eof&at=3", streamed), DEMO_REPLY_END);
    assert_int_equal(heard.token_count, 3);
    assert_false(heard.is_done);
    heard_clear(&heard);
    assert_int_equal(hear_model(&heard, "sage?fault=error&at=3", streamed),
                     DEMO_REPLY_END);
    assert_false(heard.is_done);
    heard_clear(&heard);
    hear_model(&heard, "sage?fault=filter&at=3", streamed);
    assert_string_equal(heard.finish, "content_filter");
    heard_clear(&heard);
    hear_model(&heard, "sage?fault=empty", streamed);
    assert_int_equal(heard.text.len, 0);
    assert_string_equal(heard.finish, "stop");
    heard_clear(&heard);
}

static void demo_reply_read__strikes_at_the_end_when_that_is_later(void **state)
{
    (void)state;
    struct heard heard;
    assert_int_equal(hear_model(&heard, "echo?fault=cut&at=5000", streamed),
                     DEMO_REPLY_ABORT);
    assert_string_equal(heard.text.text, "Explain quantum computing");
    heard_clear(&heard);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(demo_token_len__never_ends_inside_a_character),
        cmocka_unit_test(demo_token_len__cuts_words_into_even_pieces),
        cmocka_unit_test(demo_reply_read__gives_a_whole_stream_for_every_model),
        cmocka_unit_test(demo_reply_read__gives_the_same_bytes_for_any_buffer),
        cmocka_unit_test(demo_reply_read__sends_the_role_first_and_done_last),
        cmocka_unit_test(demo_reply_read__echoes_every_byte),
        cmocka_unit_test(demo_reply_read__gives_one_object_when_not_streaming),
        cmocka_unit_test(demo_reply_read__streams_two_tool_calls),
        cmocka_unit_test(demo_reply_read__interleaves_tool_calls_in_the_second_turn),
        cmocka_unit_test(demo_reply_read__uses_tool_results_in_words),
        cmocka_unit_test(demo_reply_read__has_the_length_asked_for),
        cmocka_unit_test(demo_reply_read__closes_a_code_block_that_is_cut_short),
        cmocka_unit_test(demo_reply_read__stops_at_the_limit_of_the_request),
        cmocka_unit_test(demo_reply_due_us__follows_rate_and_first_token),
        cmocka_unit_test(demo_reply_due_us__does_not_drift_with_jitter),
        cmocka_unit_test(demo_reply_due_us__thinks_at_a_pace_of_its_own),
        cmocka_unit_test(demo_reply_due_us__is_one_moment_when_not_streaming),
        cmocka_unit_test(demo_reply_due_us__bears_any_rate),
        cmocka_unit_test(demo_reply_read__cuts_after_a_whole_event_at_first),
        cmocka_unit_test(demo_reply_read__cuts_inside_a_character),
        cmocka_unit_test(demo_reply_read__stalls_after_some_words),
        cmocka_unit_test(demo_reply_read__puts_one_bad_event_among_good_ones),
        cmocka_unit_test(demo_reply_read__ends_early_in_other_ways),
        cmocka_unit_test(demo_reply_read__strikes_at_the_end_when_that_is_later),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
