/*
 * Messages as OpenAI's chat API takes them: an array of them, an object with "messages"
 * (a request, a line of training data, a line of a batch), an array of such objects, or a
 * file with one of these a line. Results of tools that follow each other become one
 * message, as they are here.
 */
#include <string.h>

#include "src/base/json.h"
#include "src/base/mem.h"
#include "src/store/import_form.h"
#include "src/store/import_messages.h"

/* A conversation; `root` is an object with "messages" or the array itself. */
static bool add_conversation(struct imported *imported, const cJSON *root,
                             struct error *err)
{
    const cJSON *body = json_get(root, "body");
    const cJSON *object = cJSON_IsObject(body) ? body : root;
    const cJSON *messages = cJSON_IsArray(root) ? root : json_get(object, "messages");
    if (!cJSON_IsArray(messages)) {
        error_set(err, ERROR_USAGE, "there is no list of \"messages\"");
        return false;
    }
    struct session *session = imported_add(imported, err);
    if (session == NULL)
        return false;
    struct session_chat *chat = session_add_chat(session);
    session->title = import_text(json_get(object, "title"));
    session->title_source = TITLE_PERSON;
    import_set_model(chat, json_get_string(object, "model"), '/');
    chat->api = mem_strdup("openai-chat");
    import_take_params(imported, chat, object);
    if (json_has(object, "tools"))
        imported_note(imported, "definitions of tools were left out");
    if (!import_messages(imported, chat, messages, err))
        return false;
    import_finish(session);
    return true;
}

/* True for an element that is a message, not a conversation. */
static bool is_message(const cJSON *item)
{
    return json_get_string(item, "role") != NULL;
}

static bool add_document(struct imported *imported, const cJSON *root, struct error *err)
{
    if (!cJSON_IsArray(root) || is_message(root->child))
        return add_conversation(imported, root, err);
    size_t number = 1;
    for (const cJSON *item = root->child; item != NULL; item = item->next, number++) {
        if (!add_conversation(imported, item, err)) {
            error_prefix(err, "conversation %zu", number);
            return false;
        }
    }
    return true;
}

/* A conversation a line; empty lines are none. */
static bool add_lines(struct imported *imported, const struct import_source *source,
                      struct error *err)
{
    const char *at = source->bytes;
    const char *end = at + source->len;
    for (size_t line = 1; at < end; line++) {
        const char *stop = memchr(at, '\n', (size_t)(end - at));
        const size_t len = stop != NULL ? (size_t)(stop - at) : (size_t)(end - at);
        size_t blank = 0;
        while (blank < len && at[blank] != '\0' && strchr(" \t\r", at[blank]) != NULL)
            blank++;
        cJSON *root = blank < len ? json_parse(at, len) : NULL;
        const bool ok = root != NULL && add_document(imported, root, err);
        cJSON_Delete(root);
        if (blank < len && root == NULL)
            error_set(err, ERROR_USAGE, "this is not JSON");
        if (blank < len && !ok) {
            error_prefix(err, "line %zu", line);
            return false;
        }
        at += len + (stop != NULL);
    }
    return true;
}

/* True if the first line is a JSON document and another line begins behind it. */
static bool is_lines(const struct import_source *source)
{
    const char *stop = memchr(source->bytes, '\n', source->len);
    if (stop == NULL)
        return false;
    cJSON *first = json_parse(source->bytes, (size_t)(stop - source->bytes));
    cJSON_Delete(first);
    return first != NULL;
}

bool import_openai(const struct import_source *source, struct imported *imported,
                   struct error *err)
{
    if (is_lines(source))
        return add_lines(imported, source, err);
    cJSON *root = import_parse(source->bytes, source->len, err);
    if (root == NULL)
        return false;
    bool ok = cJSON_IsArray(root) || cJSON_IsObject(root);
    if (!ok)
        error_set(err, ERROR_USAGE, "there is no list of messages in it");
    ok = ok && add_document(imported, root, err);
    cJSON_Delete(root);
    return ok;
}
