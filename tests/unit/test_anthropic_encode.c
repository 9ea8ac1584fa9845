/* The request of the protocol: URL, header fields, body. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

#include "src/base/mem.h"
#include "src/provider/claude_thinking.h"
#include "src/provider/quirk.h"
#include "tests/support/encoded_request.h"

#define MODEL "claude-sonnet-4-5"

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

static void assert_url(const char *base, const char *wanted)
{
    const struct provider_request request = {.base_url = base, .model = "m"};
    char *url = provider_find("anthropic")->make_url(&request);
    assert_string_equal(url, wanted);
    mem_free(url);
}

static void make_url__adds_the_version__unless_it_is_there(void **state)
{
    (void)state;
    assert_url("https://api.anthropic.com", "https://api.anthropic.com/v1/messages");
    assert_url("https://api.anthropic.com/v1/", "https://api.anthropic.com/v1/messages");
    assert_url("https://h/anthropic", "https://h/anthropic/v1/messages");
    assert_url("https://h/anthropic/v1", "https://h/anthropic/v1/messages");
    assert_url("https://h/x/messages", "https://h/x/messages");
    assert_url("http://h:1/?a=b", "http://h:1/v1/messages?a=b");
}

static void make_models_url__asks_for_the_largest_page(void **state)
{
    (void)state;
    const struct provider_request request = {.base_url = "https://h/v1/messages"};
    char *url = provider_find("anthropic")->make_models_url(&request);
    assert_string_equal(url, "https://h/v1/models?limit=1000");
    mem_free(url);
}

static void assert_key(unsigned quirks, const char *name, const char *wanted)
{
    const struct provider_request request = {.base_url = "http://h", .quirks = quirks};
    struct header_list headers = {.len = 0};
    provider_find("anthropic")->add_headers(&headers, &request, "sk-1");
    assert_string_equal(header_list_get(&headers, "anthropic-version"), "2023-06-01");
    assert_string_equal(header_list_get(&headers, name), wanted);
    header_list_clear(&headers);
}

static void add_headers__puts_the_key__where_the_server_looks(void **state)
{
    (void)state;
    assert_key(0, "x-api-key", "sk-1");
    assert_key(QUIRK_BEARER_KEY, "Authorization", "Bearer sk-1");
}

static void collect_model(void *user, const char *name)
{
    strbuf_append_format(user, "%s;", name);
}

static void decode_models__tells_the_ids(void **state)
{
    (void)state;
    static const char list[] = "{\"data\":[{\"type\":\"model\",\"id\":\"a\"},"
                               "{\"id\":7},null,{\"id\":\"b\"}],\"has_more\":false}";
    const struct provider *provider = provider_find("anthropic");
    struct strbuf names;
    strbuf_init(&names, STRBUF_OWN_MAX);
    assert_true(provider->decode_models(list, strlen(list), collect_model, &names));
    assert_string_equal(strbuf_text(&names), "a;b;");
    assert_false(provider->decode_models("{}", 2, collect_model, &names));
    strbuf_clear(&names);
}

static void encode__writes__the_conversation_in_order(void **state)
{
    (void)state;
    struct encoded_request draft;
    encoded_request_init(&draft, "anthropic", MODEL);
    draft.request.system = "Be brief.";
    encoded_request_say(&draft, MESSAGE_SYSTEM, "And kind.");
    encoded_request_say(&draft, MESSAGE_USER, "hi \"you\"");
    encoded_request_say(&draft, MESSAGE_ASSISTANT, "hello ");
    encoded_request_say(&draft, MESSAGE_USER, "again");
    encoded_request_write(&draft);
    assert_string_equal(
        draft.body.text,
        "{\"model\":\"claude-sonnet-4-5\",\"max_tokens\":8192,"
        "\"system\":[{\"type\":\"text\",\"text\":\"Be brief.\\n\\nAnd kind.\"}],"
        "\"messages\":["
        "{\"role\":\"user\",\"content\":[{\"type\":\"text\",\"text\":\"hi "
        "\\\"you\\\"\"}]},"
        "{\"role\":\"assistant\",\"content\":[{\"type\":\"text\",\"text\":\"hello \"}]},"
        "{\"role\":\"user\",\"content\":[{\"type\":\"text\",\"text\":\"again\"}]}],"
        "\"stream\":true}");
    draft.request.is_streaming = false;
    encoded_request_expect(&draft, "stream", "false");
    encoded_request_clear(&draft);
}

static void encode__blank_text__is_left_out(void **state)
{
    (void)state;
    struct encoded_request draft;
    encoded_request_init(&draft, "anthropic", MODEL);
    draft.request.system = " \n";
    encoded_request_say(&draft, MESSAGE_USER, "a");
    encoded_request_say(&draft, MESSAGE_ASSISTANT, " \t\n");
    encoded_request_say(&draft, MESSAGE_USER, "");
    encoded_request_say(&draft, MESSAGE_USER, "b");
    encoded_request_expect(&draft, "messages",
                           "[{\"role\":\"user\",\"content\":["
                           "{\"type\":\"text\",\"text\":\"a\"},"
                           "{\"type\":\"text\",\"text\":\"b\"}]}]");
    encoded_request_expect(&draft, "system", NULL);
    encoded_request_clear(&draft);
}

static void encode__white_space_at_the_very_end__is_left_out(void **state)
{
    (void)state;
    struct encoded_request draft;
    encoded_request_init(&draft, "anthropic", MODEL);
    encoded_request_say(&draft, MESSAGE_USER, "a\n");
    encoded_request_say(&draft, MESSAGE_ASSISTANT, "so far \n");
    encoded_request_expect(
        &draft, "messages",
        "[{\"role\":\"user\",\"content\":[{\"type\":\"text\",\"text\":\"a\\n\"}]},"
        "{\"role\":\"assistant\",\"content\":[{\"type\":\"text\",\"text\":\"so "
        "far\"}]}]");
    encoded_request_clear(&draft);
}

static void encode__attachments__are_blocks(void **state)
{
    (void)state;
    struct encoded_request draft;
    encoded_request_init(&draft, "anthropic", MODEL);
    struct message *message = encoded_request_say(&draft, MESSAGE_USER, "see");
    attach(message, "a\"b.txt", NULL, "x < y");
    attach(message, "p.png", "image/png", "pixel");
    encoded_request_expect(
        &draft, "messages",
        "[{\"role\":\"user\",\"content\":[{\"type\":\"text\",\"text\":\"see\"},"
        "{\"type\":\"text\",\"text\":\"<file name=\\\"a&quot;b.txt\\\">\\nx < "
        "y\\n</file>\"},"
        "{\"type\":\"image\",\"source\":{\"type\":\"base64\",\"media_type\":\"image/"
        "png\",\"data\":\"cGl4ZWw=\"}}]}]");
    encoded_request_clear(&draft);
}

static void encode__results__come_first_and_all_in_the_next_message(void **state)
{
    (void)state;
    struct encoded_request draft;
    encoded_request_init(&draft, "anthropic", MODEL);
    struct message *answer = encoded_request_answer(&draft, "openai-chat", "gpt");
    encoded_request_part(answer, PART_TEXT, NULL, NULL, "Looking.");
    encoded_request_part(answer, PART_TOOL_CALL, "functions.f:0", "f",
                         "{\"n\": 9007199254740993}");
    encoded_request_part(answer, PART_TOOL_CALL, "c2", "g", "{\"broken");
    encoded_request_part(answer, PART_TOOL_CALL, "c3", "h", "[1]");
    struct message *results = chat_add(&draft.chat, MESSAGE_TOOL);
    encoded_request_part(results, PART_TOOL_RESULT, "c3", "h", "no such file")->is_error =
        true;
    encoded_request_part(results, PART_TOOL_RESULT, "functions.f:0", "f", "");
    encoded_request_say(&draft, MESSAGE_USER, "so?");
    encoded_request_expect(
        &draft, "messages",
        "[{\"role\":\"assistant\",\"content\":["
        "{\"type\":\"text\",\"text\":\"Looking.\"},"
        "{\"type\":\"tool_use\",\"id\":\"functions_f_0\",\"name\":\"f\",\"input\":"
        "{\"n\": 9007199254740993}},"
        "{\"type\":\"tool_use\",\"id\":\"c2\",\"name\":\"g\",\"input\":{}},"
        "{\"type\":\"tool_use\",\"id\":\"c3\",\"name\":\"h\",\"input\":{}}]},"
        "{\"role\":\"user\",\"content\":["
        "{\"type\":\"tool_result\",\"tool_use_id\":\"functions_f_0\",\"content\":\"\"},"
        "{\"type\":\"tool_result\",\"tool_use_id\":\"c2\",\"content\":\"This call was "
        "not run.\",\"is_error\":true},"
        "{\"type\":\"tool_result\",\"tool_use_id\":\"c3\",\"content\":\"no such "
        "file\",\"is_error\":true},"
        "{\"type\":\"text\",\"text\":\"so?\"}]}]");
    encoded_request_clear(&draft);
}

static void encode__tools__have_an_object_schema(void **state)
{
    (void)state;
    static const struct tool_definition items[] = {
        {"look", "Look.", "{\"type\":\"object\",\"properties\":{\"x\":{}}}"},
        {"now", NULL, NULL},
        {"odd", NULL, "{\"properties\":{}}"},
        {"bad", NULL, "{\"type\":"},
    };
    const struct tool_list tools = {items, sizeof(items) / sizeof(items[0])};
    struct encoded_request draft;
    encoded_request_init(&draft, "anthropic", MODEL);
    draft.request.tools = &tools;
    encoded_request_expect(
        &draft, "tools",
        "[{\"name\":\"look\",\"description\":\"Look.\",\"input_schema\":"
        "{\"type\":\"object\",\"properties\":{\"x\":{}}}},"
        "{\"name\":\"now\",\"input_schema\":{\"type\":\"object\",\"properties\":{}}},"
        "{\"name\":\"odd\",\"input_schema\":{\"type\":\"object\",\"properties\":{}}},"
        "{\"name\":\"bad\",\"input_schema\":{\"type\":\"object\",\"properties\":{}}}]");
    encoded_request_clear(&draft);
}

static void encode__calls_without_tools__declare_what_was_called(void **state)
{
    (void)state;
    struct encoded_request draft;
    encoded_request_init(&draft, "anthropic", MODEL);
    encoded_request_expect(&draft, "tools", NULL);
    struct message *answer = encoded_request_answer(&draft, "anthropic", MODEL);
    encoded_request_part(answer, PART_TOOL_CALL, "c1", "f", "{}");
    encoded_request_part(answer, PART_TOOL_CALL, "c2", "f", "{}");
    encoded_request_expect(
        &draft, "tools",
        "[{\"name\":\"f\",\"description\":\"No longer available: do not "
        "call it.\",\"input_schema\":{\"type\":\"object\","
        "\"properties\":{}}}]");
    encoded_request_clear(&draft);
}

#define THOUGHT "{\"type\":\"thinking\",\"thinking\":\"hm\",\"signature\":\"Eq==\"}"

/* An answer with a thought and a text, asked about afterwards. */
static struct message *add_thinker(struct encoded_request *draft, const char *api,
                                   const char *model)
{
    struct message *answer = encoded_request_answer(draft, api, model);
    encoded_request_part(answer, PART_REASONING, NULL, NULL, "hm");
    encoded_request_part(answer, PART_OPAQUE, NULL, NULL, THOUGHT);
    encoded_request_part(answer, PART_TEXT, NULL, NULL, "yes");
    encoded_request_say(draft, MESSAGE_USER, "b");
    return answer;
}

static void assert_thinker(struct encoded_request *draft, const char *thought)
{
    char *wanted = strbuf_format(
        "[{\"role\":\"assistant\",\"content\":[%s{\"type\":\"text\",\"text\":\"yes\"}]},"
        "{\"role\":\"user\",\"content\":[{\"type\":\"text\",\"text\":\"b\"}]}]",
        thought);
    encoded_request_expect(draft, "messages", wanted);
    mem_free(wanted);
    encoded_request_clear(draft);
}

static void encode__thoughts__go_back_in_place(void **state)
{
    (void)state;
    struct encoded_request draft;
    encoded_request_init(&draft, "anthropic", MODEL);
    add_thinker(&draft, "anthropic", MODEL);
    assert_thinker(&draft, THOUGHT ",");
}

static void encode__thoughts_of_others__stay_here(void **state)
{
    (void)state;
    struct encoded_request draft;
    encoded_request_init(&draft, "anthropic", MODEL);
    add_thinker(&draft, "anthropic", "claude-opus-4-1");
    assert_thinker(&draft, "");
    encoded_request_init(&draft, "anthropic", MODEL);
    add_thinker(&draft, "bedrock", MODEL);
    assert_thinker(&draft, "");
    encoded_request_init(&draft, "anthropic", MODEL);
    add_thinker(&draft, "anthropic", MODEL)->state = MESSAGE_STOPPED;
    assert_thinker(&draft, "");
    encoded_request_init(&draft, "anthropic", MODEL);
    add_thinker(&draft, "anthropic", MODEL);
    draft.request.drops_opaque = true;
    assert_thinker(&draft, "");
}

static void encode__thoughts_alone__are_left_out_unless_it_goes_on(void **state)
{
    (void)state;
    struct encoded_request draft;
    encoded_request_init(&draft, "anthropic", MODEL);
    struct message *answer = encoded_request_answer(&draft, "anthropic", MODEL);
    encoded_request_part(answer, PART_OPAQUE, NULL, NULL, THOUGHT);
    encoded_request_expect(&draft, "messages", "[]");
    answer->facts.finish = FINISH_PAUSE;
    encoded_request_expect(&draft, "messages",
                           "[{\"role\":\"assistant\",\"content\":[" THOUGHT "]}]");
    encoded_request_clear(&draft);
}

static void encode__refused_answer__is_left_out(void **state)
{
    (void)state;
    struct encoded_request draft;
    encoded_request_init(&draft, "anthropic", MODEL);
    struct message *answer = encoded_request_answer(&draft, "anthropic", MODEL);
    encoded_request_part(answer, PART_TEXT, NULL, NULL, "partial");
    answer->facts.finish = FINISH_REFUSAL;
    answer = encoded_request_answer(&draft, "openai-chat", "gpt");
    encoded_request_part(answer, PART_REFUSAL, NULL, NULL, "I cannot.");
    encoded_request_expect(&draft, "messages",
                           "[{\"role\":\"assistant\",\"content\":[{\"type\":\"text\","
                           "\"text\":\"I cannot.\"}]}]");
    encoded_request_clear(&draft);
}

static void encode__failed_answer__is_its_text(void **state)
{
    (void)state;
    struct encoded_request draft;
    encoded_request_init(&draft, "anthropic", MODEL);
    struct message *answer = encoded_request_answer(&draft, "anthropic", MODEL);
    encoded_request_part(answer, PART_TEXT, NULL, NULL, "part");
    encoded_request_part(answer, PART_TOOL_CALL, "c1", "f", "{\"x\"");
    answer->state = MESSAGE_FAILED;
    encoded_request_say(&draft, MESSAGE_USER, "b");
    encoded_request_expect(
        &draft, "messages",
        "[{\"role\":\"assistant\",\"content\":[{\"type\":\"text\",\"text\":\"part\"}]},"
        "{\"role\":\"user\",\"content\":[{\"type\":\"text\",\"text\":\"b\"}]}]");
    encoded_request_clear(&draft);
}

static void encode__unknown_parameters__are_ignored_by_name(void **state)
{
    (void)state;
    struct encoded_request draft;
    encoded_request_init(&draft, "anthropic", MODEL);
    encoded_request_param(&draft, "seed=1");
    encoded_request_param(&draft, "temperature=0.7");
    encoded_request_param(&draft, "presence_penalty=1");
    encoded_request_param(&draft, "frequency_penalty=1");
    encoded_request_param(&draft, "max_tokens=100");
    encoded_request_expect(&draft, "temperature", "0.7");
    encoded_request_expect(&draft, "max_tokens", "100");
    encoded_request_expect(&draft, "seed", NULL);
    assert_ignored(&draft, "seed, presence_penalty, frequency_penalty");
    encoded_request_clear(&draft);
}

static void encode__both_ways_to_choose__are_one_since_generation_4(void **state)
{
    (void)state;
    struct encoded_request draft;
    encoded_request_init(&draft, "anthropic", MODEL);
    encoded_request_param(&draft, "top_p=0.5");
    encoded_request_param(&draft, "temperature=1");
    encoded_request_expect(&draft, "temperature", "1");
    encoded_request_expect(&draft, "top_p", NULL);
    assert_ignored(&draft, "top_p");
    draft.request.model = "claude-3-5-haiku-latest";
    encoded_request_expect(&draft, "top_p", "0.5");
    draft.request.model = "deepseek-chat";
    encoded_request_expect(&draft, "top_p", "0.5");
    encoded_request_clear(&draft);
}

static void claude_generation__reads__every_form_of_name(void **state)
{
    (void)state;
    assert_int_equal(claude_generation("claude-3-7-sonnet-20250219"), 307);
    assert_int_equal(claude_generation("claude-3-opus-latest"), 300);
    assert_int_equal(claude_generation("claude-sonnet-4-20250514"), 400);
    assert_int_equal(claude_generation("claude-sonnet-4-5@20250929"), 405);
    assert_int_equal(claude_generation("us.anthropic.claude-opus-4-6-v1:0"), 406);
    assert_int_equal(claude_generation("anthropic/claude-opus-4.7"), 407);
    assert_int_equal(claude_generation("claude-sonnet-5"), 500);
    assert_int_equal(claude_generation("claude-sonnet-5-5"), 505);
    assert_int_equal(claude_generation("claude-2.1"), 201);
    assert_int_equal(claude_generation("claude"), 0);
    assert_int_equal(claude_generation("gpt-5"), 0);
}

/* What "thinking", "output_config" and "max_tokens" must be for a model and a choice. */
static void assert_thinking(const char *model, const char *choice, const char *thinking,
                            const char *config, const char *max_tokens)
{
    struct encoded_request draft;
    encoded_request_init(&draft, "anthropic", model);
    encoded_request_param(&draft, choice);
    encoded_request_expect(&draft, "thinking", thinking);
    encoded_request_expect(&draft, "output_config", config);
    encoded_request_expect(&draft, "max_tokens", max_tokens);
    assert_ignored(&draft, "");
    encoded_request_clear(&draft);
}

static void encode__reasoning__is_a_budget_in_older_generations(void **state)
{
    (void)state;
    static const char high[] = "{\"type\":\"enabled\",\"budget_tokens\":16384}";
    assert_thinking("claude-sonnet-4-5", "reasoning=high", high, NULL, "24576");
    assert_thinking("claude-3-7-sonnet-20250219", "reasoning=max",
                    "{\"type\":\"enabled\",\"budget_tokens\":23808}", NULL, "32000");
    assert_thinking("claude-opus-4-1", "reasoning=none", NULL, NULL, "8192");
}

static void encode__reasoning__is_an_effort_in_newer_generations(void **state)
{
    (void)state;
    static const char summarized[] = "{\"type\":\"adaptive\",\"display\":\"summarized\"}";
    assert_thinking("claude-opus-4-6", "reasoning=xhigh", "{\"type\":\"adaptive\"}",
                    "{\"effort\":\"high\"}", "8192");
    assert_thinking("claude-opus-4-7", "reasoning=xhigh", summarized,
                    "{\"effort\":\"xhigh\"}", "8192");
    assert_thinking("claude-sonnet-5-5", "reasoning=minimal", summarized,
                    "{\"effort\":\"low\"}", "8192");
    assert_thinking("claude-sonnet-5", "reasoning=none", NULL, "{\"effort\":\"low\"}",
                    "8192");
    assert_thinking("claude-opus-4-6", "reasoning=none", NULL, NULL, "8192");
}

static void encode__budget__stays_inside_the_limit(void **state)
{
    (void)state;
    struct encoded_request draft;
    encoded_request_init(&draft, "anthropic", MODEL);
    encoded_request_param(&draft, "reasoning=high");
    encoded_request_param(&draft, "temperature=0.5");
    encoded_request_param(&draft, "max_tokens=4000");
    encoded_request_expect(&draft, "thinking",
                           "{\"type\":\"enabled\",\"budget_tokens\":2000}");
    encoded_request_expect(&draft, "max_tokens", "4000");
    assert_ignored(&draft, "temperature");
    encoded_request_param(&draft, "max_tokens=1025");
    encoded_request_expect(&draft, "thinking",
                           "{\"type\":\"enabled\",\"budget_tokens\":1024}");
    encoded_request_param(&draft, "max_tokens=1024");
    encoded_request_expect(&draft, "thinking", NULL);
    assert_ignored(&draft, "reasoning");
    encoded_request_clear(&draft);
}

static void encode__reasoning_of_unknown_models__is_ignored(void **state)
{
    (void)state;
    struct encoded_request draft;
    encoded_request_init(&draft, "anthropic", "deepseek-chat");
    encoded_request_param(&draft, "reasoning=low");
    encoded_request_expect(&draft, "thinking", NULL);
    encoded_request_expect(&draft, "output_config", NULL);
    assert_ignored(&draft, "reasoning");
    draft.request.model = "claude-3-5-sonnet-latest";
    assert_ignored(&draft, "reasoning");
    encoded_request_clear(&draft);
}

/* A question, and an answer that calls a tool with its result: the loop is open. */
static struct message *add_loop(struct encoded_request *draft, const char *model)
{
    encoded_request_say(draft, MESSAGE_USER, "a");
    struct message *answer = encoded_request_answer(draft, "anthropic", model);
    encoded_request_part(answer, PART_TOOL_CALL, "c1", "f", "{}");
    encoded_request_part(chat_add(&draft->chat, MESSAGE_TOOL), PART_TOOL_RESULT, "c1",
                         "f", "r");
    return answer;
}

static void encode__open_loop_without_its_thoughts__asks_for_none(void **state)
{
    (void)state;
    struct encoded_request draft;
    encoded_request_init(&draft, "anthropic", MODEL);
    encoded_request_param(&draft, "reasoning=low");
    add_loop(&draft, MODEL);
    encoded_request_expect(&draft, "thinking", NULL);
    encoded_request_expect(&draft, "max_tokens", "8192");
    assert_ignored(&draft, "reasoning");
    /* The next question closes the loop. */
    encoded_request_say(&draft, MESSAGE_USER, "b");
    assert_ignored(&draft, "");
    encoded_request_clear(&draft);
}

static void encode__open_loop_with_its_thoughts__goes_on_thinking(void **state)
{
    (void)state;
    struct encoded_request draft;
    encoded_request_init(&draft, "anthropic", MODEL);
    encoded_request_param(&draft, "reasoning=low");
    encoded_request_part(add_loop(&draft, MODEL), PART_OPAQUE, NULL, NULL, THOUGHT);
    encoded_request_expect(&draft, "thinking",
                           "{\"type\":\"enabled\",\"budget_tokens\":2048}");
    draft.request.drops_opaque = true;
    encoded_request_expect(&draft, "thinking", NULL);
    encoded_request_clear(&draft);
}

static void encode__open_loop_of_newer_models__keeps_the_effort(void **state)
{
    (void)state;
    struct encoded_request draft;
    encoded_request_init(&draft, "anthropic", "claude-sonnet-5");
    encoded_request_param(&draft, "reasoning=low");
    struct message *answer = add_loop(&draft, "claude-sonnet-5");
    encoded_request_expect(&draft, "thinking",
                           "{\"type\":\"adaptive\",\"display\":\"summarized\"}");
    mem_free(answer->facts.model);
    answer->facts.model = mem_strdup("claude-opus-5");
    encoded_request_expect(&draft, "thinking", NULL);
    encoded_request_expect(&draft, "output_config", "{\"effort\":\"low\"}");
    assert_ignored(&draft, "");
    encoded_request_clear(&draft);
}

static bool can_prefill(const char *model, const char *param)
{
    struct param_list params = {0};
    if (param != NULL)
        assert_true(param_list_add(&params, param, NULL));
    const struct provider_request request = {
        .base_url = "http://h", .model = model, .params = &params};
    const bool is_able = provider_find("anthropic")->can_prefill(&request);
    param_list_clear(&params);
    return is_able;
}

static void can_prefill__is_true__for_models_that_take_it(void **state)
{
    (void)state;
    assert_true(can_prefill("claude-3-haiku-20240307", NULL));
    assert_true(can_prefill("claude-sonnet-4-5", NULL));
    assert_true(can_prefill("claude-sonnet-4-5", "reasoning=none"));
    assert_false(can_prefill("claude-sonnet-4-5", "reasoning=low"));
    assert_false(can_prefill("claude-opus-4-6", NULL));
    assert_false(can_prefill("claude-sonnet-5", NULL));
    assert_false(can_prefill("my-own-name", NULL));
}

static void can_prefill__is_never_true__elsewhere(void **state)
{
    (void)state;
    for (size_t i = 0; provider_get(i) != NULL; i++) {
        if (strcmp(provider_get(i)->name, "anthropic") != 0)
            assert_null(provider_get(i)->can_prefill);
    }
}

static void encode__answer_that_stands_last__ends_in_no_white_space(void **state)
{
    (void)state;
    struct encoded_request draft;
    encoded_request_init(&draft, "anthropic", MODEL);
    encoded_request_say(&draft, MESSAGE_USER, "count");
    struct message *answer = encoded_request_answer(&draft, "anthropic", MODEL);
    encoded_request_part(answer, PART_TEXT, NULL, NULL, "one, two, \n");
    answer->state = MESSAGE_STOPPED;
    encoded_request_expect(
        &draft, "messages",
        "[{\"role\":\"user\",\"content\":[{\"type\":\"text\",\"text\":\"count\"}]},"
        "{\"role\":\"assistant\",\"content\":[{\"type\":\"text\",\"text\":"
        "\"one, two,\"}]}]");
    encoded_request_clear(&draft);
}

static void encode__without_a_model__fails(void **state)
{
    (void)state;
    struct error err = {.class = ERROR_NONE};
    struct strbuf body;
    const struct provider_request request = {.base_url = "http://h", .model = ""};
    strbuf_init(&body, STRBUF_OWN_MAX);
    assert_false(provider_find("anthropic")->encode(&request, &body, &err));
    assert_int_equal(err.class, ERROR_USAGE);
    error_clear(&err);
    strbuf_clear(&body);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(make_url__adds_the_version__unless_it_is_there),
        cmocka_unit_test(make_models_url__asks_for_the_largest_page),
        cmocka_unit_test(add_headers__puts_the_key__where_the_server_looks),
        cmocka_unit_test(decode_models__tells_the_ids),
        cmocka_unit_test(encode__writes__the_conversation_in_order),
        cmocka_unit_test(encode__blank_text__is_left_out),
        cmocka_unit_test(encode__white_space_at_the_very_end__is_left_out),
        cmocka_unit_test(encode__attachments__are_blocks),
        cmocka_unit_test(encode__results__come_first_and_all_in_the_next_message),
        cmocka_unit_test(encode__tools__have_an_object_schema),
        cmocka_unit_test(encode__calls_without_tools__declare_what_was_called),
        cmocka_unit_test(encode__thoughts__go_back_in_place),
        cmocka_unit_test(encode__thoughts_of_others__stay_here),
        cmocka_unit_test(encode__thoughts_alone__are_left_out_unless_it_goes_on),
        cmocka_unit_test(encode__refused_answer__is_left_out),
        cmocka_unit_test(encode__failed_answer__is_its_text),
        cmocka_unit_test(encode__unknown_parameters__are_ignored_by_name),
        cmocka_unit_test(encode__both_ways_to_choose__are_one_since_generation_4),
        cmocka_unit_test(claude_generation__reads__every_form_of_name),
        cmocka_unit_test(encode__reasoning__is_a_budget_in_older_generations),
        cmocka_unit_test(encode__reasoning__is_an_effort_in_newer_generations),
        cmocka_unit_test(encode__budget__stays_inside_the_limit),
        cmocka_unit_test(encode__reasoning_of_unknown_models__is_ignored),
        cmocka_unit_test(encode__open_loop_without_its_thoughts__asks_for_none),
        cmocka_unit_test(encode__open_loop_with_its_thoughts__goes_on_thinking),
        cmocka_unit_test(encode__open_loop_of_newer_models__keeps_the_effort),
        cmocka_unit_test(can_prefill__is_true__for_models_that_take_it),
        cmocka_unit_test(can_prefill__is_never_true__elsewhere),
        cmocka_unit_test(encode__answer_that_stands_last__ends_in_no_white_space),
        cmocka_unit_test(encode__without_a_model__fails),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
