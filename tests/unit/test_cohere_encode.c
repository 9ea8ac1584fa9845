/* The request of the protocol: URL, header fields, body. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

#include "src/base/mem.h"
#include "tests/support/encoded_request.h"

#define MODEL "command-a-03-2025"

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

static void assert_urls(const char *base, const char *chat, const char *models)
{
    const struct provider_request request = {.base_url = base, .model = "m"};
    char *url = provider_find("cohere")->make_url(&request);
    assert_string_equal(url, chat);
    mem_free(url);
    url = provider_find("cohere")->make_models_url(&request);
    assert_string_equal(url, models);
    mem_free(url);
}

static void make_url__has_its_own_version__whatever_the_base_says(void **state)
{
    (void)state;
    static const char models[] =
        "https://api.cohere.com/v1/models?endpoint=chat&page_size=1000";
    assert_urls("https://api.cohere.com", "https://api.cohere.com/v2/chat", models);
    assert_urls("https://api.cohere.com/v1/", "https://api.cohere.com/v2/chat", models);
    assert_urls("https://api.cohere.com/v2", "https://api.cohere.com/v2/chat", models);
    assert_urls("https://api.cohere.com/v2/chat", "https://api.cohere.com/v2/chat",
                models);
    assert_urls("http://h/co", "http://h/co/v2/chat",
                "http://h/co/v1/models?endpoint=chat&page_size=1000");
}

static void add_headers__sends__the_key(void **state)
{
    (void)state;
    const struct provider_request request = {.base_url = "http://h"};
    struct header_list headers = {.len = 0};
    provider_find("cohere")->add_headers(&headers, &request, "k");
    assert_string_equal(header_list_get(&headers, "Authorization"), "Bearer k");
    header_list_clear(&headers);
}

static void collect_model(void *user, const char *name)
{
    strbuf_append_format(user, "%s;", name);
}

static void next_models_page__asks_for__what_the_page_names(void **state)
{
    (void)state;
    const struct provider *provider = provider_find("cohere");
    static const char more[] = "{\"models\":[],\"next_page_token\":\"a b\"}";
    static const char last[] = "{\"models\":[],\"next_page_token\":\"\"}";
    char *query = provider->next_models_page(more, strlen(more));
    assert_string_equal(query, "page_token=a%20b");
    mem_free(query);
    assert_null(provider->next_models_page(last, strlen(last)));
    assert_null(provider->next_models_page("[]", 2));
}

static void decode_models__tells_the_names(void **state)
{
    (void)state;
    static const char list[] = "{\"models\":[{\"name\":\"a\"},{\"name\":\"b\"}]}";
    struct strbuf names;
    strbuf_init(&names, STRBUF_OWN_MAX);
    assert_true(provider_find("cohere")->decode_models(list, strlen(list), collect_model,
                                                       &names));
    assert_string_equal(strbuf_text(&names), "a;b;");
    strbuf_clear(&names);
}

static void encode__writes__the_conversation_in_order(void **state)
{
    (void)state;
    struct encoded_request draft;
    encoded_request_init(&draft, "cohere", MODEL);
    draft.request.system = "Be brief.";
    encoded_request_say(&draft, MESSAGE_USER, "hi");
    encoded_request_say(&draft, MESSAGE_ASSISTANT, "hello");
    encoded_request_say(&draft, MESSAGE_SYSTEM, "And kind.");
    encoded_request_write(&draft);
    assert_string_equal(draft.body.text,
                        "{\"model\":\"command-a-03-2025\",\"messages\":["
                        "{\"role\":\"system\",\"content\":\"Be brief.\"},"
                        "{\"role\":\"user\",\"content\":\"hi\"},"
                        "{\"role\":\"assistant\",\"content\":\"hello\"},"
                        "{\"role\":\"system\",\"content\":\"And kind.\"}],"
                        "\"stream\":true}");
    encoded_request_clear(&draft);
}

static void encode__attachments__are_text_or_parts(void **state)
{
    (void)state;
    struct encoded_request draft;
    encoded_request_init(&draft, "cohere", MODEL);
    struct message *message = encoded_request_say(&draft, MESSAGE_USER, "see");
    attach(message, "a.txt", NULL, "x");
    encoded_request_expect(&draft, "messages",
                           "[{\"role\":\"user\",\"content\":\"see\\n<file "
                           "name=\\\"a.txt\\\">\\nx\\n</file>\"}]");
    attach(message, "p.png", "image/png", "pix");
    encoded_request_expect(
        &draft, "messages",
        "[{\"role\":\"user\",\"content\":[{\"type\":\"text\",\"text\":\"see\"},"
        "{\"type\":\"text\",\"text\":\"<file name=\\\"a.txt\\\">\\nx\\n</file>\"},"
        "{\"type\":\"image_url\",\"image_url\":{\"url\":\"data:image/png;base64,"
        "cGl4\"}}]}]");
    encoded_request_clear(&draft);
}

static void encode__calls__have_a_plan_and_all_their_results(void **state)
{
    (void)state;
    static const struct tool_definition tool = {"f", "F.", "{\"type\":\"object\"}"};
    const struct tool_list tools = {&tool, 1};
    struct encoded_request draft;
    encoded_request_init(&draft, "cohere", MODEL);
    draft.request.tools = &tools;
    struct message *answer = encoded_request_answer(&draft, "cohere", MODEL);
    encoded_request_part(answer, PART_REASONING, NULL, NULL, "I will look.");
    encoded_request_part(answer, PART_TOOL_CALL, "c1", "f", "{\"x\": 1}");
    encoded_request_part(answer, PART_TOOL_CALL, "c2", "f", "{bad");
    struct message *results = chat_add(&draft.chat, MESSAGE_TOOL);
    encoded_request_part(results, PART_TOOL_RESULT, "c1", "f", "bad")->is_error = true;
    encoded_request_expect(
        &draft, "messages",
        "[{\"role\":\"assistant\",\"tool_plan\":\"I will look.\",\"tool_calls\":["
        "{\"id\":\"c1\",\"type\":\"function\",\"function\":{\"name\":\"f\","
        "\"arguments\":\"{\\\"x\\\": 1}\"}},"
        "{\"id\":\"c2\",\"type\":\"function\",\"function\":{\"name\":\"f\","
        "\"arguments\":\"{}\"}}]},"
        "{\"role\":\"tool\",\"tool_call_id\":\"c1\",\"content\":\"The tool failed: "
        "bad\"},"
        "{\"role\":\"tool\",\"tool_call_id\":\"c2\",\"content\":\"This call was not "
        "run.\"}]");
    encoded_request_expect(&draft, "tools",
                           "[{\"type\":\"function\",\"function\":{\"name\":\"f\","
                           "\"description\":\"F.\",\"parameters\":{\"type\":\"object\"}}}"
                           "]");
    encoded_request_clear(&draft);
}

static void encode__plan_of_another_model__stays_here(void **state)
{
    (void)state;
    struct encoded_request draft;
    encoded_request_init(&draft, "cohere", MODEL);
    struct message *answer = encoded_request_answer(&draft, "openai-chat", "gpt");
    encoded_request_part(answer, PART_REASONING, NULL, NULL, "secret thoughts");
    encoded_request_part(answer, PART_TOOL_CALL, "c1", "f", "{}");
    encoded_request_write(&draft);
    assert_null(strstr(draft.body.text, "thoughts"));
    assert_null(strstr(draft.body.text, "tool_plan"));
    encoded_request_clear(&draft);
}

static void encode__answer_without_anything__is_left_out(void **state)
{
    (void)state;
    struct encoded_request draft;
    encoded_request_init(&draft, "cohere", MODEL);
    encoded_request_answer(&draft, "cohere", MODEL)->state = MESSAGE_FAILED;
    encoded_request_expect(&draft, "messages", "[]");
    encoded_request_clear(&draft);
}

static void encode__parameters__have_their_own_names(void **state)
{
    (void)state;
    struct encoded_request draft;
    encoded_request_init(&draft, "cohere", MODEL);
    encoded_request_param(&draft, "top_p=0.5");
    encoded_request_param(&draft, "max_tokens=100");
    encoded_request_param(&draft, "temperature=0.1");
    encoded_request_param(&draft, "seed=1");
    encoded_request_param(&draft, "presence_penalty=0.5");
    encoded_request_param(&draft, "frequency_penalty=0.25");
    encoded_request_param(&draft, "reasoning=low");
    encoded_request_expect(&draft, "p", "0.5");
    encoded_request_expect(&draft, "max_tokens", "100");
    encoded_request_expect(&draft, "temperature", "0.1");
    encoded_request_expect(&draft, "seed", "1");
    encoded_request_expect(&draft, "presence_penalty", "0.5");
    encoded_request_expect(&draft, "frequency_penalty", "0.25");
    encoded_request_expect(&draft, "thinking", NULL);
    assert_ignored(&draft, "reasoning");
    encoded_request_clear(&draft);
}

static void encode__reasoning__is_a_budget_for_models_that_can(void **state)
{
    (void)state;
    struct encoded_request draft;
    encoded_request_init(&draft, "cohere", "command-a-reasoning-08-2025");
    encoded_request_expect(&draft, "thinking", NULL);
    encoded_request_param(&draft, "reasoning=low");
    encoded_request_expect(&draft, "thinking",
                           "{\"type\":\"enabled\",\"token_budget\":2048}");
    encoded_request_param(&draft, "reasoning=max");
    encoded_request_expect(&draft, "thinking", "{\"type\":\"enabled\"}");
    encoded_request_param(&draft, "reasoning=none");
    encoded_request_expect(&draft, "thinking", "{\"type\":\"disabled\"}");
    assert_ignored(&draft, "");
    encoded_request_clear(&draft);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(make_url__has_its_own_version__whatever_the_base_says),
        cmocka_unit_test(add_headers__sends__the_key),
        cmocka_unit_test(next_models_page__asks_for__what_the_page_names),
        cmocka_unit_test(decode_models__tells_the_names),
        cmocka_unit_test(encode__writes__the_conversation_in_order),
        cmocka_unit_test(encode__attachments__are_text_or_parts),
        cmocka_unit_test(encode__calls__have_a_plan_and_all_their_results),
        cmocka_unit_test(encode__plan_of_another_model__stays_here),
        cmocka_unit_test(encode__answer_without_anything__is_left_out),
        cmocka_unit_test(encode__parameters__have_their_own_names),
        cmocka_unit_test(encode__reasoning__is_a_budget_for_models_that_can),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
