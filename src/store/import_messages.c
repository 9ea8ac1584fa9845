/* What a message has too much (audio, files that are elsewhere) is noted, not refused. */
#include "src/store/import_messages.h"

#include <string.h>

#include "src/base/json.h"
#include "src/base/json_print.h"
#include "src/base/mem.h"
#include "src/store/import_form.h"

void import_set_model(struct session_chat *chat, const char *name, char mark)
{
    const char *at = name != NULL && mark != '\0' ? strchr(name, mark) : NULL;
    mem_free(chat->model.provider);
    mem_free(chat->model.model);
    chat->model.provider =
        at != NULL ? mem_strndup(name, (size_t)(at - name)) : mem_strdup("");
    chat->model.model = mem_strdup(at != NULL ? at + 1 : name != NULL ? name : "");
}

void import_take_params(struct imported *imported, struct session_chat *chat,
                        const cJSON *object)
{
    const struct param_info *info;
    for (size_t i = 0; (info = param_info_get(i)) != NULL; i++) {
        const cJSON *item = json_get(object, info->name);
        struct error err = {ERROR_NONE, NULL};
        struct strbuf text;
        if (!cJSON_IsNumber(item) && !cJSON_IsString(item))
            continue;
        strbuf_init(&text, STRBUF_OWN_MAX);
        strbuf_append_format(&text, "%s=", info->name);
        if (cJSON_IsString(item))
            strbuf_append_text(&text, item->valuestring);
        else
            json_print(&text, item);
        if (!param_list_add(&chat->params, strbuf_text(&text), &err))
            imported_note(imported, error_text(&err));
        error_clear(&err);
        strbuf_clear(&text);
    }
}

/* --- Tools ------------------------------------------------------------------------- */

static bool fail_size(struct error *err)
{
    error_set(err, ERROR_USAGE, "a message is larger than %zu MiB", MESSAGE_MAX >> 20);
    return false;
}

bool import_add_call(struct message *answer, const char *id, const char *name,
                     const char *arguments, struct error *err)
{
    if (name == NULL) {
        error_set(err, ERROR_USAGE, "a call of a tool has no name");
        return false;
    }
    struct part *part = message_add_part(answer, PART_TOOL_CALL);
    char *text = import_valid(arguments != NULL ? arguments : "{}");
    part->call_id = import_valid(id != NULL ? id : "");
    part->name = import_valid(name);
    part->is_whole = json_is_valid(text, strlen(text));
    const bool fits = message_append_part(answer, part, text, strlen(text));
    mem_free(text);
    return fits || fail_size(err);
}

bool import_add_call_json(struct message *answer, const cJSON *id, const cJSON *name,
                          const cJSON *arguments, struct error *err)
{
    char *id_text = import_text(id);
    char *name_text = import_text(name);
    char *text = import_text(arguments);
    if (text == NULL && arguments != NULL && !cJSON_IsNull(arguments)) {
        struct strbuf json;
        strbuf_init(&json, STRBUF_OWN_MAX);
        json_print(&json, arguments);
        text = strbuf_take(&json);
    }
    const bool ok = import_add_call(answer, id_text, name_text, text, err);
    mem_free(id_text);
    mem_free(name_text);
    mem_free(text);
    return ok;
}

/* The tool that the call of that id on the path is for, or "". */
static const char *called_name(const struct chat *chat, const char *call_id)
{
    /* Answers that wait for results stand right above. */
    for (size_t i = chat->path_len; i > 0 && chat->path_len - i < 3; i--) {
        const struct message *message = chat->path[i - 1];
        for (size_t j = 0; j < message->part_count; j++) {
            const struct part *part = &message->parts[j];
            if (part->kind == PART_TOOL_CALL && strcmp(part->call_id, call_id) == 0)
                return part->name;
        }
    }
    return "";
}

bool import_add_result(struct imported *imported, struct chat *chat, const char *call_id,
                       const char *name, const char *output, struct error *err)
{
    struct message *tip = chat_tip(chat);
    if (tip == NULL || tip->author != MESSAGE_TOOL)
        tip = imported_add_message(imported, chat, MESSAGE_TOOL, err);
    if (tip == NULL)
        return false;
    struct part *part = message_add_part(tip, PART_TOOL_RESULT);
    char *text = import_valid(output);
    part->call_id = import_valid(call_id);
    part->name = import_valid(name != NULL ? name : called_name(chat, call_id));
    part->elapsed_ms = -1;
    const bool fits = message_append_part(tip, part, text, strlen(text));
    mem_free(text);
    return fits || fail_size(err);
}

/* --- Content ----------------------------------------------------------------------- */

static bool append_string(struct message *message, enum part_kind kind, const cJSON *item,
                          struct error *err)
{
    char *text = import_text(item);
    const bool ok = text == NULL || import_append(message, kind, text, strlen(text), err);
    mem_free(text);
    return ok;
}

/* The address of a picture: a text, or an object with "url". */
static const char *picture_url(const cJSON *part)
{
    const cJSON *image = json_get(part, "image_url");
    return cJSON_IsString(image) ? image->valuestring : json_get_string(image, "url");
}

static bool take_content_part(struct imported *imported, struct message *message,
                              const cJSON *part, struct error *err)
{
    if (cJSON_IsString(part))
        return append_string(message, PART_TEXT, part, err);
    if (json_get_string(part, "text") != NULL)
        return append_string(message, PART_TEXT, json_get(part, "text"), err);
    if (json_get_string(part, "refusal") != NULL)
        return append_string(message, PART_REFUSAL, json_get(part, "refusal"), err);
    if (picture_url(part) != NULL)
        return import_add_url(imported, message, picture_url(part), err);
    imported_note(imported, "parts that are neither text nor picture were left out");
    return true;
}

static bool take_content(struct imported *imported, struct message *message,
                         const cJSON *content, struct error *err)
{
    if (cJSON_IsString(content))
        return append_string(message, PART_TEXT, content, err);
    if (content != NULL && !cJSON_IsArray(content) && !cJSON_IsNull(content)) {
        error_set(err, ERROR_USAGE, "its content is neither a text nor a list of parts");
        return false;
    }
    const cJSON *first = content != NULL ? content->child : NULL;
    for (const cJSON *part = first; part != NULL; part = part->next) {
        if (!take_content_part(imported, message, part, err))
            return false;
    }
    return true;
}

static bool take_calls(struct message *answer, const cJSON *object, struct error *err)
{
    const cJSON *calls = json_get(object, "tool_calls");
    const cJSON *old_call = json_get(object, "function_call");
    const cJSON *first = cJSON_IsArray(calls) ? calls->child : NULL;
    for (const cJSON *call = first; call != NULL; call = call->next) {
        const cJSON *function = json_get(call, "function");
        const cJSON *from = function != NULL ? function : call;
        if (!import_add_call_json(answer, json_get(call, "id"), json_get(from, "name"),
                                  json_get(from, "arguments"), err))
            return false;
    }
    return !cJSON_IsObject(old_call) ||
           import_add_call_json(answer, NULL, json_get(old_call, "name"),
                                json_get(old_call, "arguments"), err);
}

/* --- Messages ---------------------------------------------------------------------- */

static bool has_calls(const struct message *answer)
{
    for (size_t i = 0; i < answer->part_count; i++) {
        if (answer->parts[i].kind == PART_TOOL_CALL)
            return true;
    }
    return false;
}

static bool take_answer(struct imported *imported, struct session_chat *chat,
                        const cJSON *object, struct error *err)
{
    static const char *const reasoning[] = {"reasoning_content", "reasoning"};
    struct message *answer =
        imported_add_message(imported, &chat->chat, MESSAGE_ASSISTANT, err);
    if (answer == NULL)
        return false;
    for (size_t i = 0; i < 2 && answer->part_count == 0; i++) {
        if (!append_string(answer, PART_REASONING, json_get(object, reasoning[i]), err))
            return false;
    }
    if (!take_content(imported, answer, json_get(object, "content"), err) ||
        !append_string(answer, PART_REFUSAL, json_get(object, "refusal"), err) ||
        !take_calls(answer, object, err))
        return false;
    answer->facts.finish = has_calls(answer) ? FINISH_TOOL_CALLS : FINISH_STOP;
    return true;
}

static bool take_result(struct imported *imported, struct session_chat *chat,
                        const cJSON *object, struct error *err)
{
    struct message *scratch = message_new(1, MESSAGE_TOOL);
    struct strbuf output;
    char *call_id = import_text(json_get(object, "tool_call_id"));
    char *name = import_text(json_get(object, "name"));
    strbuf_init(&output, STRBUF_OWN_MAX);
    bool ok = take_content(imported, scratch, json_get(object, "content"), err);
    message_join(scratch, PART_TEXT, &output);
    ok = ok && import_add_result(imported, &chat->chat, call_id != NULL ? call_id : "",
                                 name, strbuf_text(&output), err);
    strbuf_clear(&output);
    mem_free(name);
    mem_free(call_id);
    message_free(scratch);
    return ok;
}

/* The first message of all, if it is a system prompt, belongs to the chat's setup. */
static bool take_system(struct imported *imported, struct session_chat *chat,
                        const cJSON *object, struct error *err)
{
    struct message *scratch = message_new(1, MESSAGE_SYSTEM);
    bool ok = take_content(imported, scratch, json_get(object, "content"), err);
    if (ok && chat->chat.message_count == 0 && chat->system == NULL) {
        struct strbuf text;
        strbuf_init(&text, STRBUF_OWN_MAX);
        message_join(scratch, PART_TEXT, &text);
        chat->system = mem_strdup(strbuf_text(&text));
        strbuf_clear(&text);
    } else if (ok) {
        struct message *message =
            imported_add_message(imported, &chat->chat, MESSAGE_SYSTEM, err);
        ok = message != NULL &&
             take_content(imported, message, json_get(object, "content"), err);
    }
    message_free(scratch);
    return ok;
}

bool import_message(struct imported *imported, struct session_chat *chat,
                    const cJSON *object, struct error *err)
{
    const char *role = json_get_string(object, "role");
    if (role == NULL) {
        error_set(err, ERROR_USAGE, "it has no role");
        return false;
    }
    if (strcmp(role, "system") == 0 || strcmp(role, "developer") == 0)
        return take_system(imported, chat, object, err);
    if (strcmp(role, "assistant") == 0)
        return take_answer(imported, chat, object, err);
    if (strcmp(role, "tool") == 0 || strcmp(role, "function") == 0)
        return take_result(imported, chat, object, err);
    if (strcmp(role, "user") == 0) {
        struct message *message =
            imported_add_message(imported, &chat->chat, MESSAGE_USER, err);
        return message != NULL &&
               take_content(imported, message, json_get(object, "content"), err);
    }
    error_set(err, ERROR_USAGE,
              "its role is \"%.40s\"; there are system, user, "
              "assistant and tool",
              role);
    return false;
}

bool import_messages(struct imported *imported, struct session_chat *chat,
                     const cJSON *messages, struct error *err)
{
    size_t number = 1;
    for (const cJSON *item = messages->child; item != NULL; item = item->next, number++) {
        if (!import_message(imported, chat, item, err)) {
            error_prefix(err, "message %zu", number);
            return false;
        }
    }
    return true;
}
