/* The request of the protocol: URL, header fields, signature, body. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

#include "src/base/mem.h"
#include "tests/support/encoded_request.h"

#define HOST  "https://bedrock-runtime.eu-west-1.amazonaws.com"
#define MODEL "eu.anthropic.claude-sonnet-4-5-20250929-v1:0"

/* Those parameters must have been left out. */
static void assert_ignored(struct encoded_request *draft, const char *wanted)
{
    encoded_request_write(draft);
    assert_string_equal(strbuf_text(&draft->ignored), wanted);
}

/* Adds an attachment; `media_type` NULL: a text file. */
static void attach(struct message *message, const char *name, const char *media_type,
                   const char *bytes)
{
    const enum part_kind kind = media_type != NULL ? PART_IMAGE : PART_FILE;
    encoded_request_part(message, kind, NULL, name, bytes)->media_type =
        mem_strdup(media_type);
}

static void assert_url(const char *base, const char *model, bool is_streaming,
                       const char *wanted)
{
    const struct provider_request request = {
        .base_url = base, .model = model, .is_streaming = is_streaming};
    char *url = provider_find("bedrock")->make_url(&request);
    assert_string_equal(url, wanted);
    mem_free(url);
}

static void make_url__names_the_model__as_one_segment(void **state)
{
    (void)state;
    assert_url(HOST, "amazon.nova-lite-v1:0", true,
               HOST "/model/amazon.nova-lite-v1%3A0/converse-stream");
    assert_url(HOST "/", "arn:aws:bedrock:x:1:y/z", false,
               HOST "/model/arn%3Aaws%3Abedrock%3Ax%3A1%3Ay%2Fz/converse");
    assert_url("http://h/proxy", "m", true, "http://h/proxy/model/m/converse-stream");
}

static void add_headers__sends__a_key_of_bedrock(void **state)
{
    (void)state;
    const struct provider_request request = {.base_url = HOST};
    struct header_list headers = {.len = 0};
    provider_find("bedrock")->add_headers(&headers, &request, "ABSKx==");
    assert_string_equal(header_list_get(&headers, "Authorization"), "Bearer ABSKx==");
    assert_null(header_list_get(&headers, "X-Amz-Security-Token"));
    header_list_clear(&headers);
}

static void add_headers__keeps_back__a_key_that_signs(void **state)
{
    (void)state;
    const struct provider_request request = {.base_url = HOST};
    struct header_list headers = {.len = 0};
    provider_find("bedrock")->add_headers(&headers, &request, "AKID:sec/ret:tok/en==");
    assert_null(header_list_get(&headers, "Authorization"));
    assert_string_equal(header_list_get(&headers, "X-Amz-Security-Token"), "tok/en==");
    header_list_clear(&headers);
    provider_find("bedrock")->add_headers(&headers, &request, "AKID:sec/ret");
    assert_null(header_list_get(&headers, "Authorization"));
    assert_null(header_list_get(&headers, "X-Amz-Security-Token"));
    header_list_clear(&headers);
}

static void assert_signing(const char *base, const char *key, const char *sigv4,
                           const char *user_password)
{
    const struct provider_request request = {.base_url = base};
    struct request_signing signing;
    assert_true(provider_find("bedrock")->sign(&request, key, &signing, NULL));
    if (sigv4 == NULL)
        assert_null(signing.aws_sigv4);
    else
        assert_string_equal(signing.aws_sigv4, sigv4);
    if (user_password == NULL)
        assert_null(signing.user_password);
    else
        assert_string_equal(signing.user_password, user_password);
    request_signing_clear(&signing);
}

static void sign__takes_the_region__from_the_host(void **state)
{
    (void)state;
    assert_signing(HOST, "AKID:sec/ret:token", "aws:amz:eu-west-1:bedrock",
                   "AKID:sec/ret");
    assert_signing(
        "https://vpce-1.bedrock-runtime.us-gov-west-1.vpce.amazonaws.com:443/x", "A:S",
        "aws:amz:us-gov-west-1:bedrock", "A:S");
    assert_signing("https://bedrock-runtime-fips.us-east-1.amazonaws.com", "A:S",
                   "aws:amz:us-east-1:bedrock", "A:S");
    assert_signing(HOST, "ABSKx==", NULL, NULL);
    assert_signing(HOST, NULL, NULL, NULL);
    assert_signing("http://h", "key", NULL, NULL);
}

static void sign__fails__without_a_region(void **state)
{
    (void)state;
    static const char *const bases[] = {"http://127.0.0.1:80/bedrock-runtime.x.y",
                                        "http://bedrock-runtime", "http://h?a.b"};
    for (size_t i = 0; i < sizeof(bases) / sizeof(bases[0]); i++) {
        const struct provider_request request = {.base_url = bases[i]};
        struct request_signing signing;
        struct error err = {.class = ERROR_NONE};
        assert_false(provider_find("bedrock")->sign(&request, "A:S", &signing, &err));
        assert_int_equal(err.class, ERROR_USAGE);
        assert_null(strstr(error_text(&err), "A:S"));
        error_clear(&err);
        request_signing_clear(&signing);
    }
}

static void encode__writes__the_conversation_in_order(void **state)
{
    (void)state;
    struct encoded_request draft;
    encoded_request_init(&draft, "bedrock", "amazon.nova-lite-v1:0");
    draft.request.system = "Be brief.";
    encoded_request_say(&draft, MESSAGE_USER, "hi");
    encoded_request_say(&draft, MESSAGE_ASSISTANT, "hello");
    encoded_request_say(&draft, MESSAGE_USER, "again");
    encoded_request_write(&draft);
    assert_string_equal(draft.body.text,
                        "{\"messages\":["
                        "{\"role\":\"user\",\"content\":[{\"text\":\"hi\"}]},"
                        "{\"role\":\"assistant\",\"content\":[{\"text\":\"hello\"}]},"
                        "{\"role\":\"user\",\"content\":[{\"text\":\"again\"}]}],"
                        "\"system\":[{\"text\":\"Be brief.\"}]}");
    encoded_request_clear(&draft);
}

static void encode__attachments__are_blocks(void **state)
{
    (void)state;
    struct encoded_request draft;
    encoded_request_init(&draft, "bedrock", MODEL);
    struct message *message = chat_add(&draft.chat, MESSAGE_USER);
    attach(message, "a.txt", NULL, "x");
    attach(message, "p.jpg", "image/jpeg", "pixels");
    encoded_request_expect(
        &draft, "messages",
        "[{\"role\":\"user\",\"content\":["
        "{\"text\":\"<file name=\\\"a.txt\\\">\\nx\\n</file>\"},"
        "{\"image\":{\"format\":\"jpeg\",\"source\":{\"bytes\":\"cGl4ZWxz\"}}}]}]");
    encoded_request_clear(&draft);
}

static void encode__picture_of_an_unknown_kind__fails(void **state)
{
    (void)state;
    struct encoded_request draft;
    struct error err = {.class = ERROR_NONE};
    encoded_request_init(&draft, "bedrock", MODEL);
    attach(chat_add(&draft.chat, MESSAGE_USER), "p.bmp", "image/bmp", "x");
    draft.request.messages = (const struct message *const *)draft.chat.path;
    draft.request.message_count = draft.chat.path_len;
    assert_false(draft.provider->encode(&draft.request, &draft.body, &err));
    assert_int_equal(err.class, ERROR_USAGE);
    assert_non_null(strstr(error_text(&err), "p.bmp"));
    error_clear(&err);
    encoded_request_clear(&draft);
}

static void encode__calls_and_results__say_their_status(void **state)
{
    (void)state;
    static const struct tool_definition tool = {"f", "", "{\"type\":\"object\"}"};
    const struct tool_list tools = {&tool, 1};
    struct encoded_request draft;
    encoded_request_init(&draft, "bedrock", MODEL);
    draft.request.tools = &tools;
    struct message *answer = encoded_request_answer(&draft, "bedrock", MODEL);
    encoded_request_part(answer, PART_OPAQUE, NULL, NULL,
                         "{\"reasoningContent\":{\"reasoningText\":{\"text\":\"hm\","
                         "\"signature\":\"s\"}}}");
    encoded_request_part(answer, PART_TOOL_CALL, "t1", "f", "{\"x\":1}");
    encoded_request_part(answer, PART_TOOL_CALL, "t2", "f", "{}");
    encoded_request_part(answer, PART_TOOL_CALL, "t3", "f", "{}");
    struct message *results = chat_add(&draft.chat, MESSAGE_TOOL);
    encoded_request_part(results, PART_TOOL_RESULT, "t1", "f", " \n");
    encoded_request_part(results, PART_TOOL_RESULT, "t2", "f", "bad")->is_error = true;
    encoded_request_expect(
        &draft, "messages",
        "[{\"role\":\"assistant\",\"content\":["
        "{\"reasoningContent\":{\"reasoningText\":{\"text\":\"hm\",\"signature\":\"s\"}}"
        "},"
        "{\"toolUse\":{\"toolUseId\":\"t1\",\"name\":\"f\",\"input\":{\"x\":1}}},"
        "{\"toolUse\":{\"toolUseId\":\"t2\",\"name\":\"f\",\"input\":{}}},"
        "{\"toolUse\":{\"toolUseId\":\"t3\",\"name\":\"f\",\"input\":{}}}]},"
        "{\"role\":\"user\",\"content\":["
        "{\"toolResult\":{\"toolUseId\":\"t1\",\"content\":[{\"text\":\"(no output)\"}],"
        "\"status\":\"success\"}},"
        "{\"toolResult\":{\"toolUseId\":\"t2\",\"content\":[{\"text\":\"bad\"}],"
        "\"status\":\"error\"}},"
        "{\"toolResult\":{\"toolUseId\":\"t3\",\"content\":[{\"text\":\"This call was "
        "not run.\"}],\"status\":\"error\"}}]}]");
    encoded_request_expect(&draft, "toolConfig",
                           "{\"tools\":[{\"toolSpec\":{\"name\":\"f\",\"inputSchema\":"
                           "{\"json\":{\"type\":\"object\"}}}}]}");
    encoded_request_clear(&draft);
}

static void encode__parameters__have_their_own_names(void **state)
{
    (void)state;
    struct encoded_request draft;
    encoded_request_init(&draft, "bedrock", "amazon.nova-lite-v1:0");
    encoded_request_param(&draft, "top_p=0.5");
    encoded_request_param(&draft, "max_tokens=100");
    encoded_request_param(&draft, "temperature=0");
    encoded_request_param(&draft, "seed=1");
    encoded_request_param(&draft, "reasoning=low");
    encoded_request_expect(&draft, "inferenceConfig",
                           "{\"maxTokens\":100,\"temperature\":0,\"topP\":0.5}");
    encoded_request_expect(&draft, "additionalModelRequestFields", NULL);
    assert_ignored(&draft, "reasoning, seed");
    encoded_request_clear(&draft);
}

static void encode__reasoning_of_claude__is_a_field_of_its_own(void **state)
{
    (void)state;
    struct encoded_request draft;
    encoded_request_init(&draft, "bedrock", MODEL);
    encoded_request_param(&draft, "reasoning=low");
    encoded_request_expect(&draft, "inferenceConfig", "{\"maxTokens\":10240}");
    encoded_request_expect(
        &draft, "additionalModelRequestFields",
        "{\"thinking\":{\"type\":\"enabled\",\"budget_tokens\":2048}}");
    draft.request.model = "anthropic.claude-opus-4-6-v1";
    encoded_request_expect(&draft, "inferenceConfig", NULL);
    encoded_request_expect(&draft, "additionalModelRequestFields",
                           "{\"thinking\":{\"type\":\"adaptive\"},"
                           "\"output_config\":{\"effort\":\"low\"}}");
    encoded_request_clear(&draft);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(make_url__names_the_model__as_one_segment),
        cmocka_unit_test(add_headers__sends__a_key_of_bedrock),
        cmocka_unit_test(add_headers__keeps_back__a_key_that_signs),
        cmocka_unit_test(sign__takes_the_region__from_the_host),
        cmocka_unit_test(sign__fails__without_a_region),
        cmocka_unit_test(encode__writes__the_conversation_in_order),
        cmocka_unit_test(encode__attachments__are_blocks),
        cmocka_unit_test(encode__picture_of_an_unknown_kind__fails),
        cmocka_unit_test(encode__calls_and_results__say_their_status),
        cmocka_unit_test(encode__parameters__have_their_own_names),
        cmocka_unit_test(encode__reasoning_of_claude__is_a_field_of_its_own),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
