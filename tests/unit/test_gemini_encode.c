/* The request of the protocol: URLs, header fields, body. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

#include "src/base/mem.h"
#include "src/provider/quirk.h"
#include "tests/support/encoded_request.h"

#define API   "gemini"
#define MODEL "gemini-3.5-flash"

static void gemini__urls__have_version_and_model_once(void **state)
{
    (void)state;
    struct encoded_request encoded;
    encoded_request_init(&encoded, API, MODEL);
    encoded_request_expect_url(
        &encoded, "https://h",
        "https://h/v1beta/models/gemini-3.5-flash:streamGenerateContent?alt=sse");
    encoded_request_expect_url(
        &encoded, "https://h/v1/",
        "https://h/v1/models/gemini-3.5-flash:streamGenerateContent?alt=sse");
    encoded_request_expect_url(&encoded, "https://h/v1beta?x=1",
                               "https://h/v1beta/models/"
                               "gemini-3.5-flash:streamGenerateContent?x=1&alt=sse");
    encoded.request.is_streaming = false;
    encoded.request.model = "models/gemma 3";
    encoded_request_expect_url(&encoded, "https://h",
                               "https://h/v1beta/models/gemma%203:generateContent");
    encoded.request.model = "tunedModels/my-1";
    encoded_request_expect_url(&encoded, "https://h",
                               "https://h/v1beta/tunedModels/my-1:generateContent");
    encoded_request_expect_models_url(&encoded, "https://h",
                                      "https://h/v1beta/models?pageSize=1000");
    encoded_request_clear(&encoded);
}

static void gemini__key__has_its_own_header(void **state)
{
    (void)state;
    const struct provider *provider = provider_find(API);
    struct provider_request request = {.base_url = "https://h"};
    struct header_list headers = {.len = 0};
    provider->add_headers(&headers, &request, NULL);
    assert_null(header_list_get(&headers, "x-goog-api-key"));
    provider->add_headers(&headers, &request, "k1");
    assert_string_equal(header_list_get(&headers, "x-goog-api-key"), "k1");
    assert_null(header_list_get(&headers, "Authorization"));
    request.quirks = QUIRK_BEARER_KEY;
    provider->add_headers(&headers, &request, "k2");
    assert_string_equal(header_list_get(&headers, "Authorization"), "Bearer k2");
    header_list_clear(&headers);
}

static void gemini__conversation__is_contents_of_two_roles(void **state)
{
    (void)state;
    struct encoded_request encoded;
    encoded_request_init(&encoded, API, MODEL);
    encoded.request.system = "be brief";
    encoded_request_say(&encoded, MESSAGE_SYSTEM, "and kind");
    encoded_request_say(&encoded, MESSAGE_USER, "hi \"you\"");
    encoded_request_say(&encoded, MESSAGE_ASSISTANT, "hello");
    encoded_request_say(&encoded, MESSAGE_USER, "again");
    encoded_request_expect_all(
        &encoded,
        "{\"systemInstruction\":{\"parts\":[{\"text\":\"be brief\"},{\"text\":\"and "
        "kind\"}]},\"contents\":[{\"role\":\"user\",\"parts\":[{\"text\":\"hi "
        "\\\"you\\\"\"}]},{\"role\":\"model\",\"parts\":[{\"text\":\"hello\"}]},{"
        "\"role\":\"user\",\"parts\":[{\"text\":\"again\"}]}]}");
    encoded_request_clear(&encoded);
}

static void gemini__attachments__are_parts(void **state)
{
    (void)state;
    struct encoded_request encoded;
    encoded_request_init(&encoded, API, MODEL);
    struct message *message = encoded_request_say(&encoded, MESSAGE_USER, "look");
    encoded_request_part(message, PART_FILE, NULL, "a\"b.txt", "one\ntwo");
    encoded_request_part(message, PART_IMAGE, NULL, "p.png", "\x89PNG")->media_type =
        mem_strdup("image/png");
    encoded_request_expect(
        &encoded, "contents",
        "[{\"role\":\"user\",\"parts\":[{\"text\":\"look\"},{\"text\":\"<file "
        "name=\\\"a&quot;b.txt\\\">\\none\\ntwo\\n</"
        "file>\"},{\"inlineData\":{\"mimeType\":\"image/"
        "png\",\"data\":\"iVBORw==\"}}]}]");
    encoded_request_clear(&encoded);
}

static void gemini__calls_of_another_model__carry_the_dummy_signature(void **state)
{
    (void)state;
    struct encoded_request encoded;
    encoded_request_init(&encoded, API, MODEL);
    encoded_request_say(&encoded, MESSAGE_USER, "weather?");
    struct message *answer = encoded_request_answer(&encoded, "openai-chat", "gpt");
    encoded_request_part(answer, PART_REASONING, NULL, NULL, "hm");
    encoded_request_opaque(answer, -1, "{\"thoughtSignature\":\"not ours\"}");
    encoded_request_part(answer, PART_TEXT, NULL, NULL, "Let me see.");
    encoded_request_part(answer, PART_TOOL_CALL, "c1", "f", "{\"n\": 9007199254740993}");
    encoded_request_part(answer, PART_TOOL_CALL, "c2", "g", "{\"broken");
    encoded_request_part(answer, PART_TOOL_CALL, "c3", "h", "[1]");
    struct message *results = chat_add(&encoded.chat, MESSAGE_TOOL);
    encoded_request_part(results, PART_TOOL_RESULT, "c3", "h", "no")->is_error = true;
    encoded_request_part(results, PART_TOOL_RESULT, "c1", "f", "3 \"C\"");
    encoded_request_expect(
        &encoded, "contents",
        "[{\"role\":\"user\",\"parts\":[{\"text\":\"weather?\"}]},{\"role\":\"model\","
        "\"parts\":[{\"text\":\"Let me "
        "see.\"},{\"functionCall\":{\"name\":\"f\",\"args\":{\"n\": "
        "9007199254740993}},\"thoughtSignature\":\"skip_thought_signature_validator\"},{"
        "\"functionCall\":{\"name\":\"g\",\"args\":{}}},{\"functionCall\":{\"name\":"
        "\"h\",\"args\":{}}}]},{\"role\":\"user\",\"parts\":[{\"functionResponse\":{"
        "\"name\":\"f\",\"response\":{\"output\":\"3 "
        "\\\"C\\\"\"}}},{\"functionResponse\":{\"name\":\"g\",\"response\":{\"error\":"
        "\"This call was not "
        "run.\"}}},{\"functionResponse\":{\"name\":\"h\",\"response\":{\"error\":\"no\"}}"
        "}]}]");
    encoded_request_clear(&encoded);
}

static void gemini__calls_of_another_model__go_bare_to_early_generations(void **state)
{
    (void)state;
    struct encoded_request encoded;
    encoded_request_init(&encoded, API, "gemini-2.5-pro");
    encoded_request_say(&encoded, MESSAGE_USER, "x");
    struct message *answer = encoded_request_answer(&encoded, "openai-chat", "gpt");
    encoded_request_part(answer, PART_TOOL_CALL, "c1", "f", "{}");
    encoded_request_expect(
        &encoded, "contents",
        "[{\"role\":\"user\",\"parts\":[{\"text\":\"x\"}]},{\"role\":\"model\",\"parts\":"
        "[{\"functionCall\":{\"name\":\"f\",\"args\":{}}}]},{\"role\":\"user\",\"parts\":"
        "[{\"functionResponse\":{\"name\":\"f\",\"response\":{\"error\":\"This call was "
        "not run.\"}}}]}]");
    encoded_request_clear(&encoded);
}

static void add_signed_answer(struct encoded_request *encoded)
{
    struct message *answer = encoded_request_answer(encoded, API, MODEL);
    encoded_request_part(answer, PART_REASONING, NULL, NULL, "thinking aloud");
    encoded_request_opaque(
        answer, -1, "{\"text\":\"aloud\",\"thought\":true,\"thoughtSignature\":\"S0\"}");
    encoded_request_part(answer, PART_TEXT, NULL, NULL, "plain signed");
    encoded_request_opaque(answer, -1,
                           "{\"text\":\" signed\", \"thoughtSignature\":\"S1\"}");
    encoded_request_part(answer, PART_TEXT, NULL, NULL, " more");
    encoded_request_part(answer, PART_TOOL_CALL, "fc1", "f", "{\"x\":1}");
    encoded_request_opaque(answer, 0, "{\"id\":\"fc1\",\"thoughtSignature\":\"S2\"}");
    encoded_request_part(answer, PART_TOOL_CALL, "minted", "g", "{}");
    encoded_request_opaque(answer, -1, "{\"executableCode\":{\"code\":\"1+1\"}}");
    encoded_request_opaque(answer, -1, "{\"thoughtSignature\":\"S3\"}");
    struct message *results = chat_add(&encoded->chat, MESSAGE_TOOL);
    encoded_request_part(results, PART_TOOL_RESULT, "fc1", "f", "a cat");
}

static void gemini__signatures__go_back_in_their_places(void **state)
{
    (void)state;
    struct encoded_request encoded;
    encoded_request_init(&encoded, API, MODEL);
    encoded_request_say(&encoded, MESSAGE_USER, "x");
    add_signed_answer(&encoded);
    encoded_request_expect(
        &encoded, "contents",
        "[{\"role\":\"user\",\"parts\":[{\"text\":\"x\"}]},{\"role\":\"model\",\"parts\":"
        "[{\"text\":\"aloud\",\"thought\":true,\"thoughtSignature\":\"S0\"},{\"text\":"
        "\"plain\"},{\"text\":\" signed\", \"thoughtSignature\":\"S1\"},{\"text\":\" "
        "more\"},{\"functionCall\":{\"id\":\"fc1\",\"name\":\"f\",\"args\":{\"x\":1}},"
        "\"thoughtSignature\":\"S2\"},{\"functionCall\":{\"name\":\"g\",\"args\":{}}},{"
        "\"executableCode\":{\"code\":\"1+1\"}},{\"text\":\"\",\"thoughtSignature\":"
        "\"S3\"}]},{\"role\":\"user\",\"parts\":[{\"functionResponse\":{\"id\":\"fc1\","
        "\"name\":\"f\",\"response\":{\"output\":\"a "
        "cat\"}}},{\"functionResponse\":{\"name\":\"g\",\"response\":{\"error\":\"This "
        "call was not run.\"}}}]}]");
    encoded_request_clear(&encoded);
}

static void gemini__signatures__stay_out_when_the_model_changes(void **state)
{
    (void)state;
    struct encoded_request encoded;
    encoded_request_init(&encoded, API, "gemini-4-pro");
    encoded_request_say(&encoded, MESSAGE_USER, "x");
    add_signed_answer(&encoded);
    static const char *const path[] = {"contents", "1", NULL};
    static const char wanted[] =
        "{\"role\":\"model\",\"parts\":[{\"text\":\"plain signed "
        "more\"},{\"functionCall\":{\"name\":\"f\",\"args\":{\"x\":1}},"
        "\"thoughtSignature\":\"skip_thought_signature_validator\"},{\"functionCall\":{"
        "\"name\":\"g\",\"args\":{}}}]}";
    encoded_request_expect_at(&encoded, path, wanted);
    encoded.request.model = MODEL;
    encoded.request.drops_opaque = true;
    encoded_request_expect_at(&encoded, path, wanted);
    encoded_request_clear(&encoded);
}

static void gemini__signed_text_that_was_edited__keeps_its_signature_apart(void **state)
{
    (void)state;
    struct encoded_request encoded;
    encoded_request_init(&encoded, API, MODEL);
    encoded_request_say(&encoded, MESSAGE_USER, "x");
    struct message *answer = encoded_request_answer(&encoded, API, MODEL);
    encoded_request_part(answer, PART_TEXT, NULL, NULL, "edited");
    encoded_request_opaque(answer, -1,
                           "{\"text\":\"what came\",\"thoughtSignature\":\"S\"}");
    encoded_request_opaque(answer, -1, "{\"broken");
    static const char *const path[] = {"contents", "1", "parts", NULL};
    encoded_request_expect_at(
        &encoded, path,
        "[{\"text\":\"edited\"},{\"text\":\"\",\"thoughtSignature\":\"S\"}]");
    encoded_request_clear(&encoded);
}

static void gemini__failed_answers__are_their_text_or_nothing(void **state)
{
    (void)state;
    struct encoded_request encoded;
    encoded_request_init(&encoded, API, MODEL);
    encoded_request_say(&encoded, MESSAGE_USER, "a");
    encoded_request_answer(&encoded, API, MODEL)->state = MESSAGE_FAILED;
    encoded_request_say(&encoded, MESSAGE_USER, "");
    struct message *stopped = encoded_request_answer(&encoded, API, MODEL);
    stopped->state = MESSAGE_STOPPED;
    encoded_request_part(stopped, PART_TEXT, NULL, NULL, "part");
    encoded_request_part(stopped, PART_TOOL_CALL, "c", "f", "{}");
    encoded_request_expect(&encoded, "contents",
                           "[{\"role\":\"user\",\"parts\":[{\"text\":\"a\"}]},{\"role\":"
                           "\"model\",\"parts\":[{\"text\":\"part\"}]}]");
    encoded_request_clear(&encoded);
}

static void gemini__conversation_that_begins_with_an_answer__gets_a_start(void **state)
{
    (void)state;
    struct encoded_request encoded;
    encoded_request_init(&encoded, API, MODEL);
    encoded_request_say(&encoded, MESSAGE_ASSISTANT, "welcome");
    static const char *const path[] = {"contents", "0", "role", NULL};
    encoded_request_expect_at(&encoded, path, "\"user\"");
    encoded_request_clear(&encoded);
}

static void gemini__nothing_to_send__is_an_error(void **state)
{
    (void)state;
    struct error err = {.class = ERROR_NONE};
    struct strbuf body;
    const struct provider_request request = {.base_url = "http://h", .model = MODEL};
    strbuf_init(&body, STRBUF_OWN_MAX);
    assert_false(provider_find(API)->encode(&request, &body, &err));
    assert_int_equal(err.class, ERROR_USAGE);
    error_clear(&err);
    strbuf_clear(&body);
}

static void gemini__tools__take_json_schema(void **state)
{
    (void)state;
    struct encoded_request encoded;
    encoded_request_init(&encoded, API, MODEL);
    encoded_request_say(&encoded, MESSAGE_USER, "x");
    encoded_request_expect(&encoded, "tools", NULL);
    encoded_request_tool(
        &encoded, "look", "looks \"up\"",
        "{\"type\":\"object\",\"properties\":{\"x\":{\"type\":\"integer\"}}}");
    encoded_request_tool(&encoded, "now", NULL, NULL);
    encoded_request_expect(
        &encoded, "tools",
        "[{\"functionDeclarations\":[{\"name\":\"look\",\"description\":\"looks "
        "\\\"up\\\"\",\"parametersJsonSchema\":{\"type\":\"object\",\"properties\":{"
        "\"x\":{\"type\":\"integer\"}}}},{\"name\":\"now\",\"parametersJsonSchema\":{"
        "\"type\":\"object\",\"properties\":{}}}]}]");
    encoded_request_clear(&encoded);
}

static void gemini__parameters__are_mapped_by_name(void **state)
{
    (void)state;
    struct encoded_request encoded;
    encoded_request_init(&encoded, API, MODEL);
    encoded_request_say(&encoded, MESSAGE_USER, "x");
    encoded_request_expect(&encoded, "generationConfig", NULL);
    encoded_request_param(&encoded, "temperature=0.7");
    encoded_request_param(&encoded, "top_p=1");
    encoded_request_param(&encoded, "max_tokens=100");
    encoded_request_param(&encoded, "seed=7");
    encoded_request_param(&encoded, "presence_penalty=-1");
    encoded_request_param(&encoded, "frequency_penalty=0.5");
    encoded_request_param(&encoded, "reasoning=low");
    encoded_request_expect(
        &encoded, "generationConfig",
        "{\"temperature\":0.7,\"topP\":1,\"maxOutputTokens\":100,\"seed\":7,"
        "\"presencePenalty\":-1,\"frequencyPenalty\":0.5,\"thinkingConfig\":{"
        "\"thinkingLevel\":\"LOW\",\"includeThoughts\":true}}");
    assert_string_equal(strbuf_text(&encoded.ignored), "");
    encoded_request_clear(&encoded);
}

static void gemini__reasoning__is_a_budget_for_early_generations(void **state)
{
    (void)state;
    struct encoded_request encoded;
    encoded_request_init(&encoded, API, "models/gemini-2.5-flash");
    encoded_request_say(&encoded, MESSAGE_USER, "x");
    encoded_request_param(&encoded, "reasoning=none");
    encoded_request_expect(
        &encoded, "generationConfig",
        "{\"thinkingConfig\":{\"thinkingBudget\":0,\"includeThoughts\":false}}");
    encoded_request_param(&encoded, "reasoning=medium");
    encoded_request_expect(
        &encoded, "generationConfig",
        "{\"thinkingConfig\":{\"thinkingBudget\":8192,\"includeThoughts\":true}}");
    encoded_request_clear(&encoded);
}

static void gemini__model_list__has_what_can_generate(void **state)
{
    (void)state;
    struct encoded_request encoded;
    encoded_request_init(&encoded, API, MODEL);
    encoded_request_expect_models(
        &encoded,
        "{\"models\":[{\"name\":\"models/"
        "a\",\"supportedGenerationMethods\":[\"countTokens\",\"generateContent\"]},{"
        "\"name\":\"models/"
        "embed\",\"supportedGenerationMethods\":[\"embedContent\"]},{\"name\":"
        "\"tunedModels/b\"},{\"name\":7},3],\"nextPageToken\":\"x\"}",
        "a;tunedModels/b;");
    encoded_request_expect_models(&encoded, "{\"models\":{}}", NULL);
    encoded_request_expect_models(&encoded, "<html>", NULL);
    encoded_request_clear(&encoded);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(gemini__urls__have_version_and_model_once),
        cmocka_unit_test(gemini__key__has_its_own_header),
        cmocka_unit_test(gemini__conversation__is_contents_of_two_roles),
        cmocka_unit_test(gemini__attachments__are_parts),
        cmocka_unit_test(gemini__calls_of_another_model__carry_the_dummy_signature),
        cmocka_unit_test(gemini__calls_of_another_model__go_bare_to_early_generations),
        cmocka_unit_test(gemini__signatures__go_back_in_their_places),
        cmocka_unit_test(gemini__signatures__stay_out_when_the_model_changes),
        cmocka_unit_test(gemini__signed_text_that_was_edited__keeps_its_signature_apart),
        cmocka_unit_test(gemini__failed_answers__are_their_text_or_nothing),
        cmocka_unit_test(gemini__conversation_that_begins_with_an_answer__gets_a_start),
        cmocka_unit_test(gemini__nothing_to_send__is_an_error),
        cmocka_unit_test(gemini__tools__take_json_schema),
        cmocka_unit_test(gemini__parameters__are_mapped_by_name),
        cmocka_unit_test(gemini__reasoning__is_a_budget_for_early_generations),
        cmocka_unit_test(gemini__model_list__has_what_can_generate),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
