/*
 * A session of aichat, its YAML made into JSON by the caller: model, parameters,
 * messages; those that were put together into a summary come first, as they were said.
 * A message of the role tool holds calls and their results at once.
 */
#include <string.h>

#include "src/base/json.h"
#include "src/base/json_print.h"
#include "src/base/mem.h"
#include "src/store/import_form.h"
#include "src/store/import_messages.h"

/* aichat calls a session as its file is called; "20240101T120000-" before that is when a
 * session named itself. Caller frees; NULL: no name. */
static char *session_name(const char *path)
{
    const char *slash = path != NULL ? strrchr(path, '/') : NULL;
    const char *name = slash != NULL ? slash + 1 : path;
    const size_t digits = name != NULL ? strspn(name, "0123456789T") : 0;
    if (digits == 15 && name[15] == '-')
        name += 16;
    const char *dot = name != NULL ? strrchr(name, '.') : NULL;
    if (name == NULL || dot == NULL || dot == name || strncmp(name, "temp.", 5) == 0)
        return NULL;
    return session_title_from(name, (size_t)(dot - name));
}

/* The calls with their results: an answer that asks, and what it got. */
static bool take_tool_results(struct imported *imported, struct session_chat *chat,
                              const cJSON *content, struct error *err)
{
    const cJSON *results = json_get(content, "tool_results");
    const cJSON *first = cJSON_IsArray(results) ? results->child : NULL;
    struct message *answer =
        imported_add_message(imported, &chat->chat, MESSAGE_ASSISTANT, err);
    if (answer == NULL)
        return false;
    char *text = import_text(json_get(content, "text"));
    bool ok = text == NULL || import_append(answer, PART_TEXT, text, strlen(text), err);
    mem_free(text);
    answer->facts.finish = FINISH_TOOL_CALLS;
    for (const cJSON *item = first; item != NULL && ok; item = item->next) {
        const cJSON *call = json_get(item, "call");
        ok = import_add_call_json(answer, json_get(call, "id"), json_get(call, "name"),
                                  json_get(call, "arguments"), err);
    }
    for (const cJSON *item = first; item != NULL && ok; item = item->next) {
        const cJSON *call = json_get(item, "call");
        const cJSON *output = json_get(item, "output");
        char *id = import_text(json_get(call, "id"));
        char *name = import_text(json_get(call, "name"));
        struct strbuf result;
        strbuf_init(&result, STRBUF_OWN_MAX);
        if (cJSON_IsString(output))
            strbuf_append_text(&result, output->valuestring);
        else
            json_print(&result, output);
        ok = import_add_result(imported, &chat->chat, id != NULL ? id : "", name,
                               strbuf_text(&result), err);
        strbuf_clear(&result);
        mem_free(name);
        mem_free(id);
    }
    return ok;
}

static bool take_list(struct imported *imported, struct session_chat *chat,
                      const cJSON *list, struct error *err)
{
    size_t number = 1;
    const cJSON *first = cJSON_IsArray(list) ? list->child : NULL;
    for (const cJSON *item = first; item != NULL; item = item->next, number++) {
        const cJSON *content = json_get(item, "content");
        const bool ok = cJSON_IsObject(content)
                            ? take_tool_results(imported, chat, content, err)
                            : import_message(imported, chat, item, err);
        if (!ok) {
            error_prefix(err, "message %zu", number);
            return false;
        }
    }
    return true;
}

bool import_aichat_session(const struct import_source *source, struct imported *imported,
                           struct error *err)
{
    cJSON *root = import_parse(source->bytes, source->len, err);
    if (root == NULL)
        return false;
    bool ok = cJSON_IsArray(json_get(root, "messages"));
    if (!ok)
        error_set(err, ERROR_USAGE,
                  "there is no list of \"messages\" in it, as a session "
                  "of aichat has");
    struct session *session = ok ? imported_add(imported, err) : NULL;
    ok = session != NULL;
    if (ok) {
        struct session_chat *chat = session_add_chat(session);
        session->title = session_name(source->path);
        session->title_source = TITLE_PERSON;
        import_set_model(chat, json_get_string(root, "model"), ':');
        import_take_params(imported, chat, root);
        const char *instructions = json_get_string(root, "agent_instructions");
        if (instructions != NULL && instructions[0] != '\0')
            chat->system = import_text(json_get(root, "agent_instructions"));
        if (json_has(root, "use_tools"))
            imported_note(imported, "which tools were in use was left out");
        ok = take_list(imported, chat, json_get(root, "compressed_messages"), err) &&
             take_list(imported, chat, json_get(root, "messages"), err);
        import_finish(session);
    }
    cJSON_Delete(root);
    return ok;
}
