/* As facts_json.c: a table of plain members, lists by hand. */
#include "src/chat/setup_json.h"

#include <string.h>

#include "src/base/compiler.h"
#include "src/base/json.h"
#include "src/base/mem.h"
#include "src/chat/member_json.h"

static const struct member setup_members[] = {
    {"provider", MEMBER_TEXT, offsetof(struct session_chat, model.provider), 0},
    {"model", MEMBER_TEXT, offsetof(struct session_chat, model.model), 0},
    {"api", MEMBER_TEXT, offsetof(struct session_chat, api), 0},
    {"label", MEMBER_TEXT, offsetof(struct session_chat, label), 0},
    {"system", MEMBER_TEXT, offsetof(struct session_chat, system), 0},
    {"stream", MEMBER_BOOL, offsetof(struct session_chat, is_streaming), 1},
    {"closed", MEMBER_BOOL, offsetof(struct session_chat, is_closed), 0},
};

static const struct member model_members[] = {
    {"provider", MEMBER_TEXT, offsetof(struct session_model, provider), 0},
    {"model", MEMBER_TEXT, offsetof(struct session_model, model), 0},
};

/* By enum approval of src/engine/call.h, which this folder does not know. */
static const char *const approval_words[] = {"ask", "never", "rules", "all"};

static void setup_append_params(struct strbuf *out, const struct param_list *params)
{
    member_json_name(out, "params");
    strbuf_append_char(out, '{');
    for (size_t i = 0; i < params->len; i++) {
        const struct param *param = &params->items[i];
        if (param->info->type == PARAM_CHOICE) {
            member_json_text(out, param->info->name, param->text);
        } else {
            member_json_name(out, param->info->name);
            strbuf_append_format(out, "%.17g", param->number);
        }
    }
    strbuf_append_char(out, '}');
}

static void setup_append_fallbacks(struct strbuf *out, const struct session_chat *chat)
{
    member_json_name(out, "fallbacks");
    strbuf_append_char(out, '[');
    for (size_t i = 0; i < chat->fallback_count; i++) {
        strbuf_append_text(out, i > 0 ? ",{" : "{");
        member_json_append(out, model_members, COUNT_OF(model_members),
                           &chat->fallbacks[i]);
        strbuf_append_char(out, '}');
    }
    strbuf_append_char(out, ']');
}

static void setup_append_tools(struct strbuf *out, const struct text_list *tools)
{
    member_json_name(out, "tools");
    strbuf_append_char(out, '[');
    for (size_t i = 0; i < tools->len; i++) {
        if (i > 0)
            strbuf_append_char(out, ',');
        json_append_string(out, tools->items[i], strlen(tools->items[i]));
    }
    strbuf_append_char(out, ']');
}

void setup_json_append(struct strbuf *out, const struct session_chat *chat)
{
    strbuf_append_char(out, '{');
    member_json_append(out, setup_members, COUNT_OF(setup_members), chat);
    if (chat->params.len > 0)
        setup_append_params(out, &chat->params);
    if (chat->fallback_count > 0)
        setup_append_fallbacks(out, chat);
    if (chat->tools.len > 0)
        setup_append_tools(out, &chat->tools);
    if (chat->approval > 0 && (size_t)chat->approval < COUNT_OF(approval_words))
        member_json_text(out, "approval", approval_words[chat->approval]);
    strbuf_append_char(out, '}');
}

static void setup_read_param(const struct json_item *item, struct param_list *params)
{
    struct strbuf text;
    strbuf_init(&text, item->key_len + item->value_len + 1);
    json_append_value_text(&text, item->key, item->key_len);
    strbuf_append_char(&text, '=');
    json_append_value_text(&text, item->value, item->value_len);
    struct error ignored = {.class = ERROR_NONE};
    /* One that this program does not know or allow was set by another version of it. */
    (void)param_list_add(params, strbuf_text(&text), &ignored);
    error_clear(&ignored);
    strbuf_clear(&text);
}

static void setup_read_fallback(const struct json_item *item, struct session_chat *chat)
{
    struct session_model model = {0};
    struct json_item member;
    size_t at = 0;
    while (json_next_item(item->value, item->value_len, &at, &member))
        (void)member_json_take(&member, model_members, COUNT_OF(model_members), &model);
    chat->fallbacks = mem_resize_array(chat->fallbacks, chat->fallback_count + 1,
                                       sizeof(chat->fallbacks[0]));
    chat->fallbacks[chat->fallback_count++] = model;
}

/* The elements of one of the lists. */
static void setup_read_list(const struct json_item *list, struct session_chat *chat)
{
    struct json_item item;
    size_t at = 0;
    while (json_next_item(list->value, list->value_len, &at, &item)) {
        if (member_json_is(list, "params") && item.key != NULL) {
            setup_read_param(&item, &chat->params);
        } else if (member_json_is(list, "fallbacks") && item.value[0] == '{') {
            setup_read_fallback(&item, chat);
        } else if (member_json_is(list, "tools")) {
            char *name = member_json_string(&item);
            if (name != NULL)
                text_list_add(&chat->tools, name, strlen(name));
            mem_free(name);
        }
    }
}

static void setup_read_approval(const struct json_item *item, struct session_chat *chat)
{
    char *word = member_json_string(item);
    for (size_t i = 0; i < COUNT_OF(approval_words) && word != NULL; i++) {
        if (strcmp(approval_words[i], word) == 0)
            chat->approval = (int)i;
    }
    mem_free(word);
}

bool setup_json_read(const char *bytes, size_t len, struct session_chat *chat)
{
    struct json_item item;
    size_t at = 0;
    if (len == 0 || bytes[0] != '{' || !json_is_valid(bytes, len))
        return false;
    while (json_next_item(bytes, len, &at, &item)) {
        if (member_json_take(&item, setup_members, COUNT_OF(setup_members), chat))
            continue;
        if (member_json_is(&item, "approval"))
            setup_read_approval(&item, chat);
        else if (item.value_len > 0 && (item.value[0] == '{' || item.value[0] == '['))
            setup_read_list(&item, chat);
    }
    return true;
}
