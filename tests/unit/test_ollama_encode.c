/* The request of the protocol: URLs, header fields, body. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

#include "tests/support/encoded_request.h"

#define API   "ollama"
#define MODEL "qwen3:8b"

static void ollama__urls__are_under_api(void **state)
{
    (void)state;
    struct encoded_request encoded;
    encoded_request_init(&encoded, API, MODEL);
    encoded_request_expect_url(&encoded, "http://h:11434", "http://h:11434/api/chat");
    encoded_request_expect_url(&encoded, "http://h:11434//", "http://h:11434/api/chat");
    encoded_request_expect_url(&encoded, "http://h/api/", "http://h/api/chat");
    encoded_request_expect_url(&encoded, "http://h/api/chat", "http://h/api/chat");
    encoded_request_expect_url(&encoded, "http://h/v1", "http://h/api/chat");
    encoded_request_expect_url(&encoded, "https://h/ollama", "https://h/ollama/api/chat");
    encoded_request_expect_models_url(&encoded, "http://h/", "http://h/api/tags");
    encoded_request_clear(&encoded);
}

static void ollama__base__may_be_what_ollama_host_holds(void **state)
{
    (void)state;
    struct encoded_request encoded;
    encoded_request_init(&encoded, API, MODEL);
    encoded_request_expect_url(&encoded, "box:11434", "http://box:11434/api/chat");
    encoded_request_expect_url(&encoded, "0.0.0.0:11434",
                               "http://127.0.0.1:11434/api/chat");
    encoded_request_expect_url(&encoded, "http://0.0.0.0", "http://127.0.0.1/api/chat");
    encoded_request_expect_url(&encoded, "http://0.0.0.0.example",
                               "http://0.0.0.0.example/api/chat");
    encoded_request_clear(&encoded);
}

static void ollama__key__is_a_bearer(void **state)
{
    (void)state;
    const struct provider *provider = provider_find(API);
    const struct provider_request request = {.base_url = "http://h"};
    struct header_list headers = {.len = 0};
    provider->add_headers(&headers, &request, NULL);
    assert_null(header_list_get(&headers, "Authorization"));
    provider->add_headers(&headers, &request, "k");
    assert_string_equal(header_list_get(&headers, "Authorization"), "Bearer k");
    header_list_clear(&headers);
}

static void ollama__conversation__is_messages(void **state)
{
    (void)state;
    struct encoded_request encoded;
    encoded_request_init(&encoded, API, MODEL);
    encoded.request.system = "be brief";
    encoded_request_say(&encoded, MESSAGE_USER, "hi \"you\"");
    struct message *answer = encoded_request_answer(&encoded, API, MODEL);
    encoded_request_part(answer, PART_REASONING, NULL, NULL, "hm");
    encoded_request_part(answer, PART_TEXT, NULL, NULL, "hello");
    encoded_request_say(&encoded, MESSAGE_USER, "again");
    encoded_request_expect_all(
        &encoded,
        "{\"model\":\"qwen3:8b\",\"stream\":true,\"messages\":[{\"role\":\"system\","
        "\"content\":\"be brief\"},{\"role\":\"user\",\"content\":\"hi "
        "\\\"you\\\"\"},{\"role\":\"assistant\",\"content\":\"hello\"},{\"role\":"
        "\"user\",\"content\":\"again\"}]}");
    encoded.request.is_streaming = false;
    encoded_request_expect(&encoded, "stream", "false");
    encoded_request_clear(&encoded);
}

static void ollama__attachments__stand_in_and_beside_the_text(void **state)
{
    (void)state;
    struct encoded_request encoded;
    encoded_request_init(&encoded, API, MODEL);
    struct message *message = encoded_request_say(&encoded, MESSAGE_USER, "look");
    encoded_request_part(message, PART_FILE, NULL, "a.txt", "one");
    encoded_request_part(message, PART_IMAGE, NULL, "p.png", "\x89PN");
    encoded_request_part(message, PART_IMAGE, NULL, "q.png", "x");
    encoded_request_expect(
        &encoded, "messages",
        "[{\"role\":\"user\",\"content\":\"look\\n<file "
        "name=\\\"a.txt\\\">\\none\\n</file>\",\"images\":[\"iVBO\",\"eA==\"]}]");
    encoded_request_clear(&encoded);
}

static void ollama__calls__are_objects_followed_by_all_results(void **state)
{
    (void)state;
    struct encoded_request encoded;
    encoded_request_init(&encoded, API, MODEL);
    struct message *answer = encoded_request_answer(&encoded, API, MODEL);
    encoded_request_part(answer, PART_REASONING, NULL, NULL, "hm");
    encoded_request_part(answer, PART_TOOL_CALL, "c1", "f", "{\"n\": 9007199254740993}");
    encoded_request_part(answer, PART_TOOL_CALL, "c2", "g", "\"text\"");
    encoded_request_part(answer, PART_TOOL_CALL, "c3", "h", "{\"broken");
    struct message *results = chat_add(&encoded.chat, MESSAGE_TOOL);
    encoded_request_part(results, PART_TOOL_RESULT, "c3", "h", "no such city")->is_error =
        true;
    encoded_request_part(results, PART_TOOL_RESULT, "c1", "f", "3");
    encoded_request_expect(
        &encoded, "messages",
        "[{\"role\":\"assistant\",\"content\":\"\",\"thinking\":\"hm\",\"tool_calls\":[{"
        "\"id\":\"c1\",\"function\":{\"index\":0,\"name\":\"f\",\"arguments\":{\"n\": "
        "9007199254740993}}},{\"id\":\"c2\",\"function\":{\"index\":1,\"name\":\"g\","
        "\"arguments\":{}}},{\"id\":\"c3\",\"function\":{\"index\":2,\"name\":\"h\","
        "\"arguments\":{}}}]},{\"role\":\"tool\",\"content\":\"3\",\"tool_name\":\"f\","
        "\"tool_call_id\":\"c1\"},{\"role\":\"tool\",\"content\":\"This call was not "
        "run.\",\"tool_name\":\"g\",\"tool_call_id\":\"c2\"},{\"role\":\"tool\","
        "\"content\":\"The tool failed: no such "
        "city\",\"tool_name\":\"h\",\"tool_call_id\":\"c3\"}]");
    encoded.request.model = "other";
    static const char *const path[] = {"messages", "0", "thinking", NULL};
    encoded_request_expect_at(&encoded, path, NULL);
    encoded_request_clear(&encoded);
}

static void ollama__failed_answers__are_their_text_or_nothing(void **state)
{
    (void)state;
    struct encoded_request encoded;
    encoded_request_init(&encoded, API, MODEL);
    encoded_request_answer(&encoded, API, MODEL)->state = MESSAGE_FAILED;
    struct message *stopped = encoded_request_answer(&encoded, API, MODEL);
    stopped->state = MESSAGE_STOPPED;
    encoded_request_part(stopped, PART_TEXT, NULL, NULL, "part");
    encoded_request_part(stopped, PART_TOOL_CALL, "c", "f", "{}");
    encoded_request_expect(&encoded, "messages",
                           "[{\"role\":\"assistant\",\"content\":\"part\"}]");
    encoded_request_clear(&encoded);
}

static void ollama__tools__are_wrapped(void **state)
{
    (void)state;
    struct encoded_request encoded;
    encoded_request_init(&encoded, API, MODEL);
    encoded_request_expect(&encoded, "tools", NULL);
    encoded_request_tool(&encoded, "look", "looks",
                         "{\"type\":\"object\",\"properties\":{\"x\":{}}}");
    encoded_request_tool(&encoded, "now", NULL, "");
    encoded_request_expect(
        &encoded, "tools",
        "[{\"type\":\"function\",\"function\":{\"name\":\"look\",\"description\":"
        "\"looks\",\"parameters\":{\"type\":\"object\",\"properties\":{\"x\":{}}}}},{"
        "\"type\":\"function\",\"function\":{\"name\":\"now\",\"parameters\":{\"type\":"
        "\"object\",\"properties\":{}}}}]");
    encoded_request_clear(&encoded);
}

static void ollama__parameters__are_options(void **state)
{
    (void)state;
    struct encoded_request encoded;
    encoded_request_init(&encoded, API, MODEL);
    encoded_request_expect(&encoded, "options", NULL);
    encoded_request_expect(&encoded, "think", NULL);
    encoded_request_param(&encoded, "reasoning=none");
    encoded_request_expect(&encoded, "options", NULL);
    encoded_request_expect(&encoded, "think", "false");
    encoded_request_param(&encoded, "temperature=0.7");
    encoded_request_param(&encoded, "top_p=0.9");
    encoded_request_param(&encoded, "max_tokens=100");
    encoded_request_param(&encoded, "seed=7");
    encoded_request_param(&encoded, "presence_penalty=1");
    encoded_request_param(&encoded, "frequency_penalty=0.5");
    encoded_request_param(&encoded, "reasoning=xhigh");
    encoded_request_expect(&encoded, "think", "\"high\"");
    encoded_request_expect(
        &encoded, "options",
        "{\"temperature\":0.7,\"top_p\":0.9,\"num_predict\":100,\"seed\":7,\"presence_"
        "penalty\":1,\"frequency_penalty\":0.5}");
    assert_string_equal(strbuf_text(&encoded.ignored), "");
    encoded_request_clear(&encoded);
}

static void ollama__model_list__has_names(void **state)
{
    (void)state;
    struct encoded_request encoded;
    encoded_request_init(&encoded, API, MODEL);
    encoded_request_expect_models(&encoded,
                                  "{\"models\":[{\"name\":\"qwen3:8b\",\"model\":\"qwen3:"
                                  "8b\"},{\"size\":1},{\"name\":\"b\"}]}",
                                  "qwen3:8b;b;");
    encoded_request_expect_models(&encoded, "{\"models\":null}", NULL);
    encoded_request_clear(&encoded);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(ollama__urls__are_under_api),
        cmocka_unit_test(ollama__base__may_be_what_ollama_host_holds),
        cmocka_unit_test(ollama__key__is_a_bearer),
        cmocka_unit_test(ollama__conversation__is_messages),
        cmocka_unit_test(ollama__attachments__stand_in_and_beside_the_text),
        cmocka_unit_test(ollama__calls__are_objects_followed_by_all_results),
        cmocka_unit_test(ollama__failed_answers__are_their_text_or_nothing),
        cmocka_unit_test(ollama__tools__are_wrapped),
        cmocka_unit_test(ollama__parameters__are_options),
        cmocka_unit_test(ollama__model_list__has_names),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
