/* The request of the protocol: URL, header fields, body. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

#include "src/base/json.h"
#include "src/base/mem.h"
#include "src/chat/chat.h"
#include "src/provider/provider.h"
#include "src/provider/quirk.h"
#include "tests/support/encoded_request.h"

static void assert_url(const char *base, const char *wanted)
{
    const struct provider_request request = {.base_url = base, .model = "m"};
    char *url = provider_find("openai-chat")->make_url(&request);
    assert_string_equal(url, wanted);
    mem_free(url);
}

static void add_text(struct chat *chat, enum message_author author, const char *text)
{
    struct message *message = chat_add(chat, author);
    message_append(message, PART_TEXT, text, strlen(text));
}

static void add_part(struct message *message, enum part_kind kind, const char *call_id,
                     const char *name, const char *text)
{
    struct part *part = message_add_part(message, kind);
    part->call_id = mem_strdup(call_id);
    part->name = mem_strdup(name);
    strbuf_append_text(&part->text, text);
}

static void encode(struct strbuf *body, const struct chat *chat,
                   const struct param_list *params, bool is_streaming)
{
    struct error err = {.class = ERROR_NONE};
    const struct provider_request request = {
        .base_url = "http://h",
        .model = "the \"model\"",
        .messages = (const struct message *const *)chat->path,
        .message_count = chat->path_len,
        .params = params,
        .is_streaming = is_streaming,
    };
    strbuf_init(body, STRBUF_OWN_MAX);
    if (!provider_find("openai-chat")->encode(&request, body, &err))
        fail_msg("%s", error_text(&err));
    assert_true(json_is_valid(strbuf_text(body), body->len));
}

/* The value of "messages" must be that text. */
static void assert_messages(const struct chat *chat, const char *wanted)
{
    static const char *const path[] = {"messages", NULL};
    struct strbuf body;
    const char *value;
    size_t len;
    encode(&body, chat, NULL, true);
    assert_true(json_find_raw(body.text, body.len, path, &value, &len));
    char *messages = mem_strndup(value, len);
    assert_string_equal(messages, wanted);
    mem_free(messages);
    strbuf_clear(&body);
}

/* The member of the body must be that text; NULL: there is none. */
static void assert_member(const struct strbuf *body, const char *name, const char *wanted)
{
    const char *const path[] = {name, NULL};
    const char *value;
    size_t len;
    const bool is_there = json_find_raw(body->text, body->len, path, &value, &len);
    assert_int_equal(is_there, wanted != NULL);
    if (wanted == NULL)
        return;
    char *text = mem_strndup(value, len);
    assert_string_equal(text, wanted);
    mem_free(text);
}

static void make_url__joins__with_one_slash(void **state)
{
    (void)state;
    assert_url("https://api.openai.com/v1", "https://api.openai.com/v1/chat/completions");
    assert_url("https://api.openai.com/v1/",
               "https://api.openai.com/v1/chat/completions");
    assert_url("http://h/api/v1//", "http://h/api/v1/chat/completions");
}

static void make_url__adds_v1__only_without_a_path(void **state)
{
    (void)state;
    assert_url("http://127.0.0.1:8080", "http://127.0.0.1:8080/v1/chat/completions");
    assert_url("http://127.0.0.1:8080/", "http://127.0.0.1:8080/v1/chat/completions");
    assert_url("localhost:1", "localhost:1/v1/chat/completions");
    assert_url("http://h/openai", "http://h/openai/chat/completions");
}

static void make_url__takes__a_whole_route(void **state)
{
    (void)state;
    assert_url("http://h/v1/chat/completions", "http://h/v1/chat/completions");
    assert_url("http://h/v1/chat/completions/", "http://h/v1/chat/completions");
}

static void make_url__keeps__the_query_behind_the_path(void **state)
{
    (void)state;
    assert_url("https://r.example/openai/deployments/d?api-version=1",
               "https://r.example/openai/deployments/d/chat/completions?api-version=1");
    assert_url("http://h?x=/y#z", "http://h/v1/chat/completions?x=/y");
}

static void add_headers__sends_a_key__only_where_there_is_one(void **state)
{
    (void)state;
    const struct provider *provider = provider_find("openai-chat");
    const struct provider_request request = {.base_url = "http://h"};
    struct header_list headers = {.len = 0};
    provider->add_headers(&headers, &request, NULL);
    provider->add_headers(&headers, &request, "");
    assert_null(header_list_get(&headers, "Authorization"));
    assert_string_equal(header_list_get(&headers, "content-type"), "application/json");
    provider->add_headers(&headers, &request, "sk-1");
    assert_string_equal(header_list_get(&headers, "Authorization"), "Bearer sk-1");
    header_list_clear(&headers);
}

static void encode__writes__the_conversation_in_order(void **state)
{
    (void)state;
    struct chat chat;
    chat_init(&chat);
    add_text(&chat, MESSAGE_SYSTEM, "be brief");
    add_text(&chat, MESSAGE_USER, "hi \"you\"\n\xff");
    add_text(&chat, MESSAGE_ASSISTANT, "hello");
    add_text(&chat, MESSAGE_USER, "again");
    assert_messages(&chat, "[{\"role\":\"system\",\"content\":\"be brief\"},"
                           "{\"role\":\"user\",\"content\":\"hi \\\"you\\\"\\n\ufffd\"},"
                           "{\"role\":\"assistant\",\"content\":\"hello\"},"
                           "{\"role\":\"user\",\"content\":\"again\"}]");
    chat_clear(&chat);
}

static void encode__system_of_the_request__comes_first(void **state)
{
    (void)state;
    struct chat chat;
    struct strbuf body;
    chat_init(&chat);
    add_text(&chat, MESSAGE_USER, "x");
    const struct provider_request request = {
        .base_url = "http://h",
        .model = "m",
        .system = "S",
        .messages = (const struct message *const *)chat.path,
        .message_count = chat.path_len,
    };
    strbuf_init(&body, STRBUF_OWN_MAX);
    assert_true(provider_find("openai-chat")->encode(&request, &body, NULL));
    assert_string_equal(
        strbuf_text(&body),
        "{\"model\":\"m\",\"messages\":[{\"role\":\"system\",\"content\":\"S\"},"
        "{\"role\":\"user\",\"content\":\"x\"}],\"stream\":false}");
    strbuf_clear(&body);
    chat_clear(&chat);
}

static void encode__reasoning__is_not_sent_back(void **state)
{
    (void)state;
    struct chat chat;
    chat_init(&chat);
    struct message *answer = chat_add(&chat, MESSAGE_ASSISTANT);
    message_append(answer, PART_REASONING, "hm", 2);
    message_append(answer, PART_TEXT, "yes", 3);
    assert_messages(&chat, "[{\"role\":\"assistant\",\"content\":\"yes\"}]");
    chat_clear(&chat);
}

static void encode__failed_answer__is_its_text_or_nothing(void **state)
{
    (void)state;
    struct chat chat;
    chat_init(&chat);
    add_text(&chat, MESSAGE_USER, "a");
    chat_add(&chat, MESSAGE_ASSISTANT)->state = MESSAGE_FAILED;
    add_text(&chat, MESSAGE_USER, "b");
    struct message *stopped = chat_add(&chat, MESSAGE_ASSISTANT);
    message_append(stopped, PART_TEXT, "part", 4);
    add_part(stopped, PART_TOOL_CALL, "c1", "f", "{\"x\"");
    stopped->state = MESSAGE_STOPPED;
    add_text(&chat, MESSAGE_USER, "c");
    assert_messages(&chat, "[{\"role\":\"user\",\"content\":\"a\"},"
                           "{\"role\":\"user\",\"content\":\"b\"},"
                           "{\"role\":\"assistant\",\"content\":\"part\"},"
                           "{\"role\":\"user\",\"content\":\"c\"}]");
    chat_clear(&chat);
}

static void encode__refusal__is_sent_as_text(void **state)
{
    (void)state;
    struct chat chat;
    chat_init(&chat);
    message_append(chat_add(&chat, MESSAGE_ASSISTANT), PART_REFUSAL, "no", 2);
    assert_messages(&chat, "[{\"role\":\"assistant\",\"content\":\"no\"}]");
    chat_clear(&chat);
}

static void encode__calls__are_followed_by_all_their_results(void **state)
{
    (void)state;
    struct chat chat;
    chat_init(&chat);
    struct message *answer = chat_add(&chat, MESSAGE_ASSISTANT);
    add_part(answer, PART_TOOL_CALL, "c1", "f", "{\"n\": 9007199254740993}");
    add_part(answer, PART_TOOL_CALL, "c2", "g", "{\"broken");
    add_part(answer, PART_TOOL_CALL, "c3", "h", "{}");
    struct message *results = chat_add(&chat, MESSAGE_TOOL);
    add_part(results, PART_TOOL_RESULT, "c3", "h", "third");
    add_part(results, PART_TOOL_RESULT, "stray", "h", "of nobody");
    add_part(chat_add(&chat, MESSAGE_TOOL), PART_TOOL_RESULT, "c1", "f", "first");
    add_text(&chat, MESSAGE_USER, "so?");
    assert_messages(
        &chat,
        "[{\"role\":\"assistant\",\"content\":\"\",\"tool_calls\":["
        "{\"id\":\"c1\",\"type\":\"function\",\"function\":{\"name\":\"f\","
        "\"arguments\":\"{\\\"n\\\": 9007199254740993}\"}},"
        "{\"id\":\"c2\",\"type\":\"function\",\"function\":{\"name\":\"g\","
        "\"arguments\":\"{}\"}},"
        "{\"id\":\"c3\",\"type\":\"function\",\"function\":{\"name\":\"h\","
        "\"arguments\":\"{}\"}}]},"
        "{\"role\":\"tool\",\"content\":\"first\",\"tool_call_id\":\"c1\"},"
        "{\"role\":\"tool\",\"content\":\"This call was not run.\",\"tool_call_id\":"
        "\"c2\"},"
        "{\"role\":\"tool\",\"content\":\"third\",\"tool_call_id\":\"c3\"},"
        "{\"role\":\"user\",\"content\":\"so?\"}]");
    chat_clear(&chat);
}

static void encode__results_without_calls__are_left_out(void **state)
{
    (void)state;
    struct chat chat;
    chat_init(&chat);
    add_text(&chat, MESSAGE_USER, "a");
    add_part(chat_add(&chat, MESSAGE_TOOL), PART_TOOL_RESULT, "c1", "f", "first");
    assert_messages(&chat, "[{\"role\":\"user\",\"content\":\"a\"}]");
    chat_clear(&chat);
}

static void encode__streaming__asks_for_usage(void **state)
{
    (void)state;
    struct chat chat;
    struct strbuf body;
    chat_init(&chat);
    encode(&body, &chat, NULL, true);
    assert_member(&body, "model", "\"the \\\"model\\\"\"");
    assert_member(&body, "stream", "true");
    assert_member(&body, "stream_options", "{\"include_usage\":true}");
    strbuf_clear(&body);
    encode(&body, &chat, NULL, false);
    assert_member(&body, "stream", "false");
    assert_member(&body, "stream_options", NULL);
    assert_member(&body, "temperature", NULL);
    strbuf_clear(&body);
    chat_clear(&chat);
}

static void encode__parameters__are_numbers_in_their_shortest_form(void **state)
{
    (void)state;
    static const char *const assignments[] = {
        "temperature=0.7",       "top_p=1",
        "max_tokens=1000000000", "seed=9007199254740991",
        "presence_penalty=-1.1", "frequency_penalty=0.1",
        "reasoning=high",
    };
    struct param_list params = {.len = 0};
    struct chat chat;
    struct strbuf body;
    chat_init(&chat);
    for (size_t i = 0; i < sizeof(assignments) / sizeof(assignments[0]); i++)
        assert_true(param_list_add(&params, assignments[i], NULL));
    encode(&body, &chat, &params, true);
    assert_member(&body, "temperature", "0.7");
    assert_member(&body, "top_p", "1");
    assert_member(&body, "max_tokens", "1000000000");
    assert_member(&body, "seed", "9007199254740991");
    assert_member(&body, "presence_penalty", "-1.1");
    assert_member(&body, "frequency_penalty", "0.1");
    assert_member(&body, "reasoning_effort", "\"high\"");
    strbuf_clear(&body);
    param_list_clear(&params);
    chat_clear(&chat);
}

static void encode__every_parameter_of_the_table__can_be_said(void **state)
{
    (void)state;
    struct chat chat;
    char word[] = "low";
    chat_init(&chat);
    const struct param_info *info;
    for (size_t i = 0; (info = param_info_get(i)) != NULL; i++) {
        struct param param = {.info = info, .number = info->max, .text = word};
        const struct param_list params = {.items = &param, .len = 1};
        struct strbuf body;
        encode(&body, &chat, &params, true);
        strbuf_clear(&body);
    }
    chat_clear(&chat);
}

static void encode__without_a_model__fails(void **state)
{
    (void)state;
    struct error err = {.class = ERROR_NONE};
    struct strbuf body;
    const struct provider_request request = {.base_url = "http://h", .model = ""};
    strbuf_init(&body, STRBUF_OWN_MAX);
    assert_false(provider_find("openai-chat")->encode(&request, &body, &err));
    assert_int_equal(err.class, ERROR_USAGE);
    error_clear(&err);
    strbuf_clear(&body);
}

static void encode__past_the_ceiling__fails(void **state)
{
    (void)state;
    struct error err = {.class = ERROR_NONE};
    struct chat chat;
    struct strbuf body;
    chat_init(&chat);
    add_text(&chat, MESSAGE_USER, "a text that is longer than the buffer");
    const struct provider_request request = {
        .base_url = "http://h",
        .model = "m",
        .messages = (const struct message *const *)chat.path,
        .message_count = chat.path_len,
    };
    strbuf_init(&body, 20);
    assert_false(provider_find("openai-chat")->encode(&request, &body, &err));
    assert_true(error_text(&err)[0] != '\0');
    error_clear(&err);
    strbuf_clear(&body);
    chat_clear(&chat);
}

static void provider_find__knows__its_names(void **state)
{
    (void)state;
    assert_string_equal(provider_get(0)->name, "openai-chat");
    assert_null(provider_find("OpenAI"));
    assert_null(provider_get(1000));
}

/* --- What services insist on, tools, attachments
 * ------------------------------------------------------------ */

#define MODEL "the-model"

static void make_url__azure__names_the_deployment_once(void **state)
{
    (void)state;
    struct encoded_request encoded;
    encoded_request_init(&encoded, "openai-chat", MODEL);
    encoded.request.quirks = QUIRK_API_KEY_HEADER;
    encoded_request_expect_url(&encoded, "https://r.openai.azure.com?api-version=1",
                               "https://r.openai.azure.com/openai/deployments/the-model/"
                               "chat/completions?api-version=1");
    encoded_request_expect_url(&encoded,
                               "https://r.openai.azure.com/openai/?api-version=1",
                               "https://r.openai.azure.com/openai/deployments/the-model/"
                               "chat/completions?api-version=1");
    encoded_request_expect_url(
        &encoded, "https://r.openai.azure.com/openai/deployments/d?api-version=1",
        "https://r.openai.azure.com/openai/deployments/d/chat/completions?api-version=1");
    encoded_request_expect_url(&encoded, "https://r.openai.azure.com/",
                               "https://r.openai.azure.com/openai/v1/chat/completions");
    encoded_request_expect_url(
        &encoded, "https://r.openai.azure.com/openai/v1?api-version=preview",
        "https://r.openai.azure.com/openai/v1/chat/completions?api-version=preview");
    encoded_request_clear(&encoded);
}

static void make_models_url__lists__beside_the_route(void **state)
{
    (void)state;
    struct encoded_request encoded;
    encoded_request_init(&encoded, "openai-chat", MODEL);
    encoded_request_expect_models_url(&encoded, "http://h", "http://h/v1/models");
    encoded_request_expect_models_url(&encoded, "http://h/api/v1/",
                                      "http://h/api/v1/models");
    encoded_request_expect_models_url(&encoded, "http://h/v1/chat/completions",
                                      "http://h/v1/models");
    encoded.request.quirks = QUIRK_API_KEY_HEADER;
    encoded_request_expect_models_url(
        &encoded, "https://r.openai.azure.com/openai/deployments/d?api-version=1",
        "https://r.openai.azure.com/openai/models?api-version=1");
    encoded_request_expect_models_url(
        &encoded, "https://r.openai.azure.com?api-version=1",
        "https://r.openai.azure.com/openai/models?api-version=1");
    encoded_request_clear(&encoded);
}

static void decode_models__takes__every_shape(void **state)
{
    (void)state;
    struct encoded_request encoded;
    encoded_request_init(&encoded, "openai-chat", MODEL);
    encoded_request_expect_models(
        &encoded,
        "{\"object\":\"list\",\"data\":[{\"id\":\"a\"},{\"id\":\"b\",\"active\":false},{"
        "\"id\":\"c\",\"active\":true}]}",
        "a;c;");
    encoded_request_expect_models(
        &encoded, "[{\"id\":\"a\"},\"b\",{\"name\":\"c\"},7,{\"id\":\"\"},\"\"]",
        "a;b;c;");
    encoded_request_expect_models(&encoded, "{\"models\":[{\"model\":\"a\\ud800\"}]}",
                                  "a\ufffd\ufffd\ufffd;");
    encoded_request_expect_models(&encoded, "{\"data\":{\"a\":1}}", NULL);
    encoded_request_expect_models(&encoded, "no", NULL);
    encoded_request_clear(&encoded);
}

static void add_headers__azure__has_its_own(void **state)
{
    (void)state;
    const struct provider_request request = {.base_url = "http://h",
                                             .quirks = QUIRK_API_KEY_HEADER};
    struct header_list headers = {.len = 0};
    provider_find("openai-chat")->add_headers(&headers, &request, "k");
    assert_string_equal(header_list_get(&headers, "api-key"), "k");
    assert_null(header_list_get(&headers, "Authorization"));
    header_list_clear(&headers);
}

static void encode__attachments__make_content_parts_only_with_a_picture(void **state)
{
    (void)state;
    struct encoded_request encoded;
    encoded_request_init(&encoded, "openai-chat", MODEL);
    struct message *message = encoded_request_say(&encoded, MESSAGE_USER, "look");
    encoded_request_part(message, PART_FILE, NULL, "<a>.txt", "one\n");
    encoded_request_expect(&encoded, "messages",
                           "[{\"role\":\"user\",\"content\":\"look\\n<file "
                           "name=\\\"&lt;a&gt;.txt\\\">\\none\\n\\n</file>\"}]");
    encoded_request_part(message, PART_IMAGE, NULL, "p.png", "\x89PN");
    encoded_request_expect(&encoded, "messages",
                           "[{\"role\":\"user\",\"content\":[{\"type\":\"text\",\"text\":"
                           "\"look\"},{\"type\":\"text\",\"text\":\"<file "
                           "name=\\\"&lt;a&gt;.txt\\\">\\none\\n\\n</"
                           "file>\"},{\"type\":\"image_url\",\"image_url\":{\"url\":"
                           "\"data:image/png;base64,iVBO\"}}]}]");
    encoded_request_clear(&encoded);
}

static void encode__tools__are_functions(void **state)
{
    (void)state;
    struct encoded_request encoded;
    encoded_request_init(&encoded, "openai-chat", MODEL);
    encoded_request_expect(&encoded, "tools", NULL);
    encoded.request.tools = &encoded.tool_list;
    encoded_request_expect(&encoded, "tools", NULL);
    encoded_request_tool(&encoded, "look", "looks",
                         "{\"type\":\"object\",\"required\":[\"x\"]}");
    encoded_request_tool(&encoded, "now", NULL, NULL);
    encoded_request_expect(
        &encoded, "tools",
        "[{\"type\":\"function\",\"function\":{\"name\":\"look\",\"description\":"
        "\"looks\",\"parameters\":{\"type\":\"object\",\"required\":[\"x\"]}}},{\"type\":"
        "\"function\",\"function\":{\"name\":\"now\",\"parameters\":{\"type\":\"object\","
        "\"properties\":{}}}}]");
    encoded_request_clear(&encoded);
}

static void encode__failed_tool__is_said_in_words(void **state)
{
    (void)state;
    struct encoded_request encoded;
    encoded_request_init(&encoded, "openai-chat", MODEL);
    struct message *answer = encoded_request_answer(&encoded, "x", "y");
    encoded_request_part(answer, PART_TOOL_CALL, "c1", "f", "{}");
    encoded_request_part(chat_add(&encoded.chat, MESSAGE_TOOL), PART_TOOL_RESULT, "c1",
                         "f", "no such city")
        ->is_error = true;
    static const char *const path[] = {"messages", "1", "content", NULL};
    encoded_request_expect_at(&encoded, path, "\"The tool failed: no such city\"");
    encoded_request_clear(&encoded);
}

static void encode__quirks__rename_parameters(void **state)
{
    (void)state;
    struct encoded_request encoded;
    encoded_request_init(&encoded, "openai-chat", MODEL);
    encoded_request_param(&encoded, "max_tokens=5");
    encoded_request_param(&encoded, "seed=7");
    encoded_request_param(&encoded, "reasoning=low");
    encoded.request.quirks = QUIRK_MAX_COMPLETION_TOKENS | QUIRK_RANDOM_SEED |
                             QUIRK_REASONING_OBJECT | QUIRK_NO_STREAM_OPTIONS;
    encoded_request_expect(&encoded, "max_completion_tokens", "5");
    encoded_request_expect(&encoded, "max_tokens", NULL);
    encoded_request_expect(&encoded, "random_seed", "7");
    encoded_request_expect(&encoded, "seed", NULL);
    encoded_request_expect(&encoded, "reasoning", "{\"effort\":\"low\"}");
    encoded_request_expect(&encoded, "reasoning_effort", NULL);
    encoded_request_expect(&encoded, "stream", "true");
    encoded_request_expect(&encoded, "stream_options", NULL);
    encoded.request.quirks = QUIRK_ECHO_REASONING;
    encoded_request_expect(&encoded, "thinking", "{\"type\":\"enabled\"}");
    encoded_request_param(&encoded, "reasoning=none");
    encoded_request_expect(&encoded, "thinking", "{\"type\":\"disabled\"}");
    assert_string_equal(strbuf_text(&encoded.ignored), "");
    encoded_request_clear(&encoded);
}

static void encode__echo_reasoning__goes_with_every_answer_once_tools_are_used(
    void **state)
{
    (void)state;
    struct encoded_request encoded;
    encoded_request_init(&encoded, "openai-chat", MODEL);
    encoded.request.quirks = QUIRK_ECHO_REASONING;
    struct message *first = encoded_request_answer(&encoded, "openai-chat", "another");
    encoded_request_part(first, PART_REASONING, NULL, NULL, "not ours");
    encoded_request_part(first, PART_TEXT, NULL, NULL, "a");
    static const char *const path[] = {"messages", "0", "reasoning_content", NULL};
    encoded_request_expect_at(&encoded, path, NULL);
    struct message *second = encoded_request_answer(&encoded, "openai-chat", MODEL);
    encoded_request_part(second, PART_REASONING, NULL, NULL, "one ");
    encoded_request_part(second, PART_TEXT, NULL, NULL, "b");
    encoded_request_part(second, PART_REASONING, NULL, NULL, "two");
    encoded_request_part(second, PART_TOOL_CALL, "c1", "f", "{}");
    encoded_request_expect(
        &encoded, "messages",
        "[{\"role\":\"assistant\",\"content\":\"a\",\"reasoning_content\":\"\"},{"
        "\"role\":\"assistant\",\"content\":\"b\",\"reasoning_content\":\"one "
        "two\",\"tool_calls\":[{\"id\":\"c1\",\"type\":\"function\",\"function\":{"
        "\"name\":\"f\",\"arguments\":\"{}\"}}]},{\"role\":\"tool\",\"content\":\"This "
        "call was not run.\",\"tool_call_id\":\"c1\"}]");
    encoded_request_clear(&encoded);
}

static void encode__thinking_parts__go_back_to_the_model_that_thought(void **state)
{
    (void)state;
    struct encoded_request encoded;
    encoded_request_init(&encoded, "openai-chat", MODEL);
    encoded.request.quirks = QUIRK_THINKING_PARTS;
    struct message *answer = encoded_request_answer(&encoded, "openai-chat", MODEL);
    encoded_request_part(answer, PART_REASONING, NULL, NULL, "hm");
    encoded_request_part(answer, PART_TEXT, NULL, NULL, "a");
    encoded_request_expect(
        &encoded, "messages",
        "[{\"role\":\"assistant\",\"content\":[{\"type\":\"thinking\",\"thinking\":[{"
        "\"type\":\"text\",\"text\":\"hm\"}]},{\"type\":\"text\",\"text\":\"a\"}]}]");
    encoded.request.model = "another";
    encoded_request_expect(&encoded, "messages",
                           "[{\"role\":\"assistant\",\"content\":\"a\"}]");
    encoded_request_clear(&encoded);
}

static void encode__short_call_ids__are_the_same_for_call_and_result(void **state)
{
    (void)state;
    struct encoded_request encoded;
    encoded_request_init(&encoded, "openai-chat", MODEL);
    encoded.request.quirks = QUIRK_SHORT_CALL_IDS;
    struct message *answer = encoded_request_answer(&encoded, "openai-chat", MODEL);
    encoded_request_part(answer, PART_TOOL_CALL, "abcDEF123", "f", "{}");
    encoded_request_part(answer, PART_TOOL_CALL, "call_1", "g", "{}");
    encoded_request_part(answer, PART_TOOL_CALL, "call_2", "h", "{}");
    encoded_request_write(&encoded);
    cJSON *root = json_parse(encoded.body.text, encoded.body.len);
    const cJSON *messages = json_get(root, "messages");
    const cJSON *calls = json_get(cJSON_GetArrayItem(messages, 0), "tool_calls");
    const char *ids[3];
    for (int i = 0; i < 3; i++) {
        ids[i] = json_get_string(cJSON_GetArrayItem(calls, i), "id");
        assert_int_equal(strlen(ids[i]), 9);
        assert_string_equal(
            json_get_string(cJSON_GetArrayItem(messages, i + 1), "tool_call_id"), ids[i]);
    }
    assert_string_equal(ids[0], "abcDEF123");
    assert_string_not_equal(ids[1], ids[2]);
    cJSON_Delete(root);
    encoded_request_clear(&encoded);
}

static void encode__opaque_parts__go_back_with_message_and_calls(void **state)
{
    (void)state;
    struct encoded_request encoded;
    encoded_request_init(&encoded, "openai-chat", MODEL);
    struct message *answer = encoded_request_answer(&encoded, "openai-chat", MODEL);
    encoded_request_opaque(answer, -1, "{\"type\":\"reasoning.text\",\"text\":\"hm\"}");
    encoded_request_opaque(answer, -1, "rubbish");
    encoded_request_opaque(answer, -1,
                           "{\"type\":\"reasoning.encrypted\",\"data\":\"x\"}");
    encoded_request_part(answer, PART_TOOL_CALL, "c1", "f", "{}");
    encoded_request_part(answer, PART_TOOL_CALL, "c2", "g", "{}");
    encoded_request_opaque(answer, 1, "{\"google\":{\"thought_signature\":\"S\"}}");
    static const char *const path[] = {"messages", "0", NULL};
    encoded_request_expect_at(
        &encoded, path,
        "{\"role\":\"assistant\",\"content\":\"\",\"reasoning_details\":[{\"type\":"
        "\"reasoning.text\",\"text\":\"hm\"},{\"type\":\"reasoning.encrypted\",\"data\":"
        "\"x\"}],\"tool_calls\":[{\"id\":\"c1\",\"type\":\"function\",\"function\":{"
        "\"name\":\"f\",\"arguments\":\"{}\"}},{\"id\":\"c2\",\"type\":\"function\","
        "\"function\":{\"name\":\"g\",\"arguments\":\"{}\"},\"extra_content\":{"
        "\"google\":{\"thought_signature\":\"S\"}}}]}");
    encoded.request.drops_opaque = true;
    encoded_request_expect_at(
        &encoded, path,
        "{\"role\":\"assistant\",\"content\":\"\",\"tool_calls\":[{\"id\":\"c1\","
        "\"type\":\"function\",\"function\":{\"name\":\"f\",\"arguments\":\"{}\"}},{"
        "\"id\":\"c2\",\"type\":\"function\",\"function\":{\"name\":\"g\",\"arguments\":"
        "\"{}\"}}]}");
    encoded_request_clear(&encoded);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(make_url__joins__with_one_slash),
        cmocka_unit_test(make_url__adds_v1__only_without_a_path),
        cmocka_unit_test(make_url__takes__a_whole_route),
        cmocka_unit_test(make_url__keeps__the_query_behind_the_path),
        cmocka_unit_test(add_headers__sends_a_key__only_where_there_is_one),
        cmocka_unit_test(encode__writes__the_conversation_in_order),
        cmocka_unit_test(encode__system_of_the_request__comes_first),
        cmocka_unit_test(encode__reasoning__is_not_sent_back),
        cmocka_unit_test(encode__failed_answer__is_its_text_or_nothing),
        cmocka_unit_test(encode__refusal__is_sent_as_text),
        cmocka_unit_test(encode__calls__are_followed_by_all_their_results),
        cmocka_unit_test(encode__results_without_calls__are_left_out),
        cmocka_unit_test(encode__streaming__asks_for_usage),
        cmocka_unit_test(encode__parameters__are_numbers_in_their_shortest_form),
        cmocka_unit_test(encode__every_parameter_of_the_table__can_be_said),
        cmocka_unit_test(encode__without_a_model__fails),
        cmocka_unit_test(encode__past_the_ceiling__fails),
        cmocka_unit_test(provider_find__knows__its_names),
        cmocka_unit_test(make_url__azure__names_the_deployment_once),
        cmocka_unit_test(make_models_url__lists__beside_the_route),
        cmocka_unit_test(decode_models__takes__every_shape),
        cmocka_unit_test(add_headers__azure__has_its_own),
        cmocka_unit_test(encode__attachments__make_content_parts_only_with_a_picture),
        cmocka_unit_test(encode__tools__are_functions),
        cmocka_unit_test(encode__failed_tool__is_said_in_words),
        cmocka_unit_test(encode__quirks__rename_parameters),
        cmocka_unit_test(
            encode__echo_reasoning__goes_with_every_answer_once_tools_are_used),
        cmocka_unit_test(encode__thinking_parts__go_back_to_the_model_that_thought),
        cmocka_unit_test(encode__short_call_ids__are_the_same_for_call_and_result),
        cmocka_unit_test(encode__opaque_parts__go_back_with_message_and_calls),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
