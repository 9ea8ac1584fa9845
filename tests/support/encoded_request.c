/* Thin wrappers: a chat, a list of parameters and tools behind one pointer. */
#include "tests/support/encoded_request.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

#include "src/base/json.h"
#include "src/base/mem.h"

void encoded_request_init(struct encoded_request *encoded, const char *api,
                          const char *model)
{
    *encoded = (struct encoded_request){.provider = provider_find(api)};
    assert_non_null(encoded->provider);
    chat_init(&encoded->chat);
    strbuf_init(&encoded->ignored, STRBUF_OWN_MAX);
    strbuf_init(&encoded->body, STRBUF_OWN_MAX);
    encoded->request = (struct provider_request){
        .base_url = "http://h",
        .model = model,
        .params = &encoded->params,
        .is_streaming = true,
        .ignored = &encoded->ignored,
    };
}

void encoded_request_clear(struct encoded_request *encoded)
{
    chat_clear(&encoded->chat);
    param_list_clear(&encoded->params);
    strbuf_clear(&encoded->ignored);
    strbuf_clear(&encoded->body);
}

struct message *encoded_request_say(struct encoded_request *encoded,
                                    enum message_author author, const char *text)
{
    struct message *message = chat_add(&encoded->chat, author);
    message_append(message, PART_TEXT, text, strlen(text));
    return message;
}

struct message *encoded_request_answer(struct encoded_request *encoded, const char *api,
                                       const char *model)
{
    struct message *message = chat_add(&encoded->chat, MESSAGE_ASSISTANT);
    message->facts.api = mem_strdup(api);
    message->facts.model = mem_strdup(model);
    return message;
}

struct part *encoded_request_part(struct message *message, enum part_kind kind,
                                  const char *call_id, const char *name, const char *text)
{
    struct part *part = message_add_part(message, kind);
    part->call_id = mem_strdup(call_id);
    part->name = mem_strdup(name);
    if (text != NULL)
        strbuf_append_text(&part->text, text);
    return part;
}

void encoded_request_opaque(struct message *message, int64_t call_index, const char *json)
{
    encoded_request_part(message, PART_OPAQUE, NULL, NULL, json)->call_index = call_index;
}

void encoded_request_param(struct encoded_request *encoded, const char *assignment)
{
    assert_true(param_list_add(&encoded->params, assignment, NULL));
}

void encoded_request_tool(struct encoded_request *encoded, const char *name,
                          const char *description, const char *schema)
{
    assert_true(encoded->tool_list.len < ENCODED_TOOLS_MAX);
    encoded->tools[encoded->tool_list.len++] =
        (struct tool_definition){name, description, schema};
    encoded->tool_list.items = encoded->tools;
    encoded->request.tools = &encoded->tool_list;
}

void encoded_request_write(struct encoded_request *encoded)
{
    struct error err = {.class = ERROR_NONE};
    encoded->request.messages = (const struct message *const *)encoded->chat.path;
    encoded->request.message_count = encoded->chat.path_len;
    strbuf_reset(&encoded->body);
    strbuf_reset(&encoded->ignored);
    if (!encoded->provider->encode(&encoded->request, &encoded->body, &err))
        fail_msg("%s", error_text(&err));
    if (!json_is_valid(strbuf_text(&encoded->body), encoded->body.len))
        fail_msg("this is not JSON: %s", strbuf_text(&encoded->body));
}

void encoded_request_expect_at(struct encoded_request *encoded, const char *const *path,
                               const char *wanted)
{
    const char *value;
    size_t len;
    encoded_request_write(encoded);
    const bool is_there =
        json_find_raw(encoded->body.text, encoded->body.len, path, &value, &len);
    if (is_there != (wanted != NULL))
        fail_msg("%s: %s", is_there ? "too much" : "missing", encoded->body.text);
    if (wanted == NULL)
        return;
    char *text = mem_strndup(value, len);
    assert_string_equal(text, wanted);
    mem_free(text);
}

void encoded_request_expect(struct encoded_request *encoded, const char *name,
                            const char *wanted)
{
    const char *const path[] = {name, NULL};
    encoded_request_expect_at(encoded, path, wanted);
}

void encoded_request_expect_all(struct encoded_request *encoded, const char *wanted)
{
    encoded_request_write(encoded);
    assert_string_equal(strbuf_text(&encoded->body), wanted);
}

void encoded_request_expect_url(struct encoded_request *encoded, const char *base,
                                const char *wanted)
{
    encoded->request.base_url = base;
    char *url = encoded->provider->make_url(&encoded->request);
    assert_string_equal(url, wanted);
    mem_free(url);
}

void encoded_request_expect_models_url(struct encoded_request *encoded, const char *base,
                                       const char *wanted)
{
    const struct provider_request request = {.base_url = base,
                                             .quirks = encoded->request.quirks};
    char *url = encoded->provider->make_models_url(&request);
    assert_string_equal(url, wanted);
    mem_free(url);
}

static void collect_model(void *user, const char *name)
{
    strbuf_append_format(user, "%s;", name);
}

void encoded_request_expect_models(struct encoded_request *encoded, const char *json,
                                   const char *wanted)
{
    struct strbuf names;
    strbuf_init(&names, STRBUF_OWN_MAX);
    const bool is_list =
        encoded->provider->decode_models(json, strlen(json), collect_model, &names);
    assert_int_equal(is_list, wanted != NULL);
    if (wanted != NULL)
        assert_string_equal(strbuf_text(&names), wanted);
    strbuf_clear(&names);
}
