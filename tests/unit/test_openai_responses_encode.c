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

#define API   "openai-responses"
#define MODEL "gpt-5.6"

#define REASONING(id)                                                                    \
    "{\"type\":\"reasoning\",\"id\":\"" id "\",\"summary\":[],"                          \
    "\"encrypted_content\":\"gAAA\"}"

static void responses__urls__have_one_version(void **state)
{
    (void)state;
    struct encoded_request encoded;
    encoded_request_init(&encoded, API, MODEL);
    encoded_request_expect_url(&encoded, "https://h", "https://h/v1/responses");
    encoded_request_expect_url(&encoded, "https://h/v1/", "https://h/v1/responses");
    encoded_request_expect_url(&encoded, "https://h/v1/responses",
                               "https://h/v1/responses");
    encoded_request_expect_models_url(&encoded, "https://h/v1/responses",
                                      "https://h/v1/models");
    encoded.request.quirks = QUIRK_API_KEY_HEADER;
    encoded_request_expect_url(&encoded, "https://r.openai.azure.com",
                               "https://r.openai.azure.com/openai/v1/responses");
    encoded_request_clear(&encoded);
}

static void responses__conversation__is_a_list_of_items(void **state)
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
        "{\"model\":\"gpt-5.6\",\"stream\":true,\"store\":false,\"include\":[\"reasoning."
        "encrypted_content\"],\"instructions\":\"be "
        "brief\",\"input\":[{\"type\":\"message\",\"role\":\"system\",\"content\":[{"
        "\"type\":\"input_text\",\"text\":\"and "
        "kind\"}]},{\"type\":\"message\",\"role\":\"user\",\"content\":[{\"type\":"
        "\"input_text\",\"text\":\"hi "
        "\\\"you\\\"\"}]},{\"type\":\"message\",\"role\":\"assistant\",\"content\":[{"
        "\"type\":\"output_text\",\"text\":\"hello\"}]},{\"type\":\"message\",\"role\":"
        "\"user\",\"content\":[{\"type\":\"input_text\",\"text\":\"again\"}]}]}");
    encoded.request.is_streaming = false;
    encoded_request_expect(&encoded, "stream", "false");
    encoded_request_clear(&encoded);
}

static void responses__models_before_reasoning__are_not_asked_for_it(void **state)
{
    (void)state;
    struct encoded_request encoded;
    encoded_request_init(&encoded, API, "gpt-4.1-mini");
    encoded_request_say(&encoded, MESSAGE_USER, "x");
    encoded_request_expect(&encoded, "include", NULL);
    encoded_request_clear(&encoded);
}

static void responses__attachments__are_parts(void **state)
{
    (void)state;
    struct encoded_request encoded;
    encoded_request_init(&encoded, API, MODEL);
    struct message *message = encoded_request_say(&encoded, MESSAGE_USER, "look");
    encoded_request_part(message, PART_FILE, NULL, "a.txt", "one");
    encoded_request_part(message, PART_IMAGE, NULL, "p.png", "\x89PN")->media_type =
        mem_strdup("image/webp");
    encoded_request_expect(
        &encoded, "input",
        "[{\"type\":\"message\",\"role\":\"user\",\"content\":[{\"type\":\"input_text\","
        "\"text\":\"look\"},{\"type\":\"input_text\",\"text\":\"<file "
        "name=\\\"a.txt\\\">\\none\\n</"
        "file>\"},{\"type\":\"input_image\",\"image_url\":\"data:image/"
        "webp;base64,iVBO\",\"detail\":\"auto\"}]}]");
    encoded_request_clear(&encoded);
}

static void responses__calls_of_another_model__are_built_from_their_parts(void **state)
{
    (void)state;
    struct encoded_request encoded;
    encoded_request_init(&encoded, API, MODEL);
    struct message *answer = encoded_request_answer(&encoded, API, "gpt-5");
    encoded_request_opaque(answer, -1, REASONING("rs_1"));
    encoded_request_part(answer, PART_TEXT, NULL, NULL, "Let me see.");
    encoded_request_part(answer, PART_TOOL_CALL, "c1", "f", "{\"n\": 9007199254740993}");
    encoded_request_opaque(answer, 0, "{\"type\":\"function_call\",\"id\":\"fc_1\"}");
    encoded_request_part(answer, PART_TOOL_CALL, "c2", "g", "{\"broken");
    struct message *results = chat_add(&encoded.chat, MESSAGE_TOOL);
    encoded_request_part(results, PART_TOOL_RESULT, "c1", "f", "no")->is_error = true;
    static const char wanted[] =
        "[{\"type\":\"message\",\"role\":\"assistant\",\"content\":[{\"type\":\"output_"
        "text\",\"text\":\"Let me "
        "see.\"}]},{\"type\":\"function_call\",\"call_id\":\"c1\",\"name\":\"f\","
        "\"arguments\":\"{\\\"n\\\": "
        "9007199254740993}\"},{\"type\":\"function_call\",\"call_id\":\"c2\",\"name\":"
        "\"g\",\"arguments\":\"{}\"},{\"type\":\"function_call_output\",\"call_id\":"
        "\"c1\",\"output\":\"The tool failed: "
        "no\"},{\"type\":\"function_call_output\",\"call_id\":\"c2\",\"output\":\"This "
        "call was not run.\"}]";
    encoded_request_expect(&encoded, "input", wanted);
    encoded.request.model = "gpt-5";
    encoded.request.drops_opaque = true;
    encoded_request_expect(&encoded, "input", wanted);
    encoded_request_clear(&encoded);
}

static struct message *add_own_answer(struct encoded_request *encoded)
{
    struct message *answer = encoded_request_answer(encoded, API, MODEL);
    encoded_request_part(answer, PART_REASONING, NULL, NULL, "hm");
    encoded_request_opaque(answer, -1, REASONING("rs_1"));
    encoded_request_part(answer, PART_TEXT, NULL, NULL, "Let me see.");
    encoded_request_opaque(
        answer, -1, "{\"type\":\"message\",\"id\":\"msg_1\",\"phase\":\"commentary\"}");
    encoded_request_part(answer, PART_TOOL_CALL, "c1", "f", "{}");
    encoded_request_opaque(
        answer, 0, "{\"type\":\"function_call\",\"id\":\"fc_1\",\"call_id\":\"c1\"}");
    return answer;
}

static void responses__own_answers__go_back_as_their_items(void **state)
{
    (void)state;
    struct encoded_request encoded;
    encoded_request_init(&encoded, API, MODEL);
    struct message *answer = add_own_answer(&encoded);
    encoded_request_part(answer, PART_TOOL_CALL, "c2", "cut", "{\"a\":");
    encoded_request_opaque(answer, -1, REASONING("rs_that_led_to_nothing"));
    struct message *results = chat_add(&encoded.chat, MESSAGE_TOOL);
    encoded_request_part(results, PART_TOOL_RESULT, "c1", "f", "3 C");
    encoded_request_expect(
        &encoded, "input",
        "[{\"type\":\"reasoning\",\"id\":\"rs_1\",\"summary\":[],\"encrypted_content\":"
        "\"gAAA\"},{\"type\":\"message\",\"id\":\"msg_1\",\"phase\":\"commentary\"},{"
        "\"type\":\"function_call\",\"id\":\"fc_1\",\"call_id\":\"c1\"},{\"type\":"
        "\"function_call\",\"call_id\":\"c2\",\"name\":\"cut\",\"arguments\":\"{}\"},{"
        "\"type\":\"function_call_output\",\"call_id\":\"c1\",\"output\":\"3 "
        "C\"},{\"type\":\"function_call_output\",\"call_id\":\"c2\",\"output\":\"This "
        "call was not run.\"}]");
    encoded_request_clear(&encoded);
}

static void responses__reasoning_without_content__drops_all_items(void **state)
{
    (void)state;
    struct encoded_request encoded;
    encoded_request_init(&encoded, API, MODEL);
    struct message *answer = add_own_answer(&encoded);
    encoded_request_opaque(answer, -1,
                           "{\"type\":\"reasoning\",\"encrypted_content\":\"\"}");
    encoded_request_expect(
        &encoded, "input",
        "[{\"type\":\"message\",\"role\":\"assistant\",\"content\":[{\"type\":\"output_"
        "text\",\"text\":\"Let me "
        "see.\"}]},{\"type\":\"function_call\",\"call_id\":\"c1\",\"name\":\"f\","
        "\"arguments\":\"{}\"},{\"type\":\"function_call_output\",\"call_id\":\"c1\","
        "\"output\":\"This call was not run.\"}]");
    encoded_request_clear(&encoded);
}

static void responses__failed_answers__are_their_text_or_nothing(void **state)
{
    (void)state;
    struct encoded_request encoded;
    encoded_request_init(&encoded, API, MODEL);
    encoded_request_answer(&encoded, API, MODEL)->state = MESSAGE_FAILED;
    struct message *stopped = encoded_request_answer(&encoded, API, MODEL);
    stopped->state = MESSAGE_STOPPED;
    encoded_request_opaque(stopped, -1, REASONING("rs_1"));
    encoded_request_part(stopped, PART_TEXT, NULL, NULL, "part");
    encoded_request_part(stopped, PART_TOOL_CALL, "c", "f", "{}");
    encoded_request_expect(&encoded, "input",
                           "[{\"type\":\"message\",\"role\":\"assistant\",\"content\":[{"
                           "\"type\":\"output_text\",\"text\":\"part\"}]}]");
    encoded_request_clear(&encoded);
}

static void responses__tools__are_flat_and_not_strict(void **state)
{
    (void)state;
    struct encoded_request encoded;
    encoded_request_init(&encoded, API, MODEL);
    encoded_request_expect(&encoded, "tools", NULL);
    encoded_request_tool(&encoded, "look", "looks",
                         "{\"type\":\"object\",\"properties\":{\"x\":{}}}");
    encoded_request_tool(&encoded, "now", NULL, "rubbish");
    encoded_request_expect(
        &encoded, "tools",
        "[{\"type\":\"function\",\"name\":\"look\",\"description\":\"looks\","
        "\"parameters\":{\"type\":\"object\",\"properties\":{\"x\":{}}},\"strict\":false}"
        ",{\"type\":\"function\",\"name\":\"now\",\"parameters\":{\"type\":\"object\","
        "\"properties\":{}},\"strict\":false}]");
    encoded_request_clear(&encoded);
}

static void responses__parameters__are_mapped_or_reported(void **state)
{
    (void)state;
    struct encoded_request encoded;
    encoded_request_init(&encoded, API, MODEL);
    encoded_request_expect(&encoded, "reasoning", NULL);
    encoded_request_param(&encoded, "temperature=0.7");
    encoded_request_param(&encoded, "top_p=1");
    encoded_request_param(&encoded, "max_tokens=100");
    encoded_request_param(&encoded, "seed=7");
    encoded_request_param(&encoded, "presence_penalty=1");
    encoded_request_param(&encoded, "frequency_penalty=1");
    encoded_request_param(&encoded, "reasoning=medium");
    encoded_request_expect(&encoded, "temperature", "0.7");
    encoded_request_expect(&encoded, "top_p", "1");
    encoded_request_expect(&encoded, "max_output_tokens", "100");
    encoded_request_expect(&encoded, "seed", NULL);
    encoded_request_expect(&encoded, "reasoning",
                           "{\"effort\":\"medium\",\"summary\":\"auto\"}");
    assert_string_equal(strbuf_text(&encoded.ignored),
                        "seed, presence_penalty, frequency_penalty");
    encoded_request_param(&encoded, "reasoning=none");
    encoded_request_expect(&encoded, "reasoning", "{\"effort\":\"none\"}");
    encoded_request_clear(&encoded);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(responses__urls__have_one_version),
        cmocka_unit_test(responses__conversation__is_a_list_of_items),
        cmocka_unit_test(responses__models_before_reasoning__are_not_asked_for_it),
        cmocka_unit_test(responses__attachments__are_parts),
        cmocka_unit_test(responses__calls_of_another_model__are_built_from_their_parts),
        cmocka_unit_test(responses__own_answers__go_back_as_their_items),
        cmocka_unit_test(responses__reasoning_without_content__drops_all_items),
        cmocka_unit_test(responses__failed_answers__are_their_text_or_nothing),
        cmocka_unit_test(responses__tools__are_flat_and_not_strict),
        cmocka_unit_test(responses__parameters__are_mapped_or_reported),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
