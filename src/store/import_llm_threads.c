/*
 * llm from 0.32 on: messages are rows that name the one before them by its hash, a thread
 * names its last one, a turn says how long the answer that ends at a message took. A
 * thread becomes a session; what a fork shares with another is in both.
 */
#include <string.h>

#include "src/base/json.h"
#include "src/base/json_print.h"
#include "src/base/mem.h"
#include "src/store/import_form.h"
#include "src/store/import_llm.h"
#include "src/store/import_messages.h"

/* The longest thread; a database may name messages in a ring. */
#define THREAD_MESSAGES_MAX ((size_t)100000)

struct thread_reader {
    struct llm_reader *llm;
    sqlite3_stmt *threads;
    sqlite3_stmt *messages;    /* parent and role by hash */
    sqlite3_stmt *parts;       /* of a message */
    sqlite3_stmt *turns;       /* by the hash of their last message; or NULL, as below */
    sqlite3_stmt *fragments;   /* by number */
    sqlite3_stmt *attachments; /* by id */
};

/* --- Parts ------------------------------------------------------------------------- */

/* Text that is put together of literals and fragments. */
static void append_pieces(struct thread_reader *reader, const cJSON *pieces,
                          struct strbuf *out)
{
    const cJSON *first = cJSON_IsArray(pieces) ? pieces->child : NULL;
    for (const cJSON *piece = first; piece != NULL; piece = piece->next) {
        char *literal = import_text(json_get(piece, "literal"));
        int64_t id;
        strbuf_append_text(out, literal != NULL ? literal : "");
        if (literal == NULL && reader->fragments != NULL &&
            json_get_int(piece, "fragment", &id)) {
            sqlite3_reset(reader->fragments);
            sqlite3_bind_int64(reader->fragments, 1, id);
            if (llm_step(reader->llm, reader->fragments)) {
                const char *text = llm_text(reader->fragments, 0);
                strbuf_append_text(out, text != NULL ? text : "");
            }
        }
        mem_free(literal);
    }
}

static bool take_text(struct thread_reader *reader, struct message *message,
                      enum part_kind kind, const char *text, const cJSON *payload)
{
    struct strbuf all;
    strbuf_init(&all, 2 * MESSAGE_MAX);
    char *own = import_text(json_get(payload, "text"));
    strbuf_append_text(&all, text != NULL ? text : own != NULL ? own : "");
    append_pieces(reader, json_get(payload, "text_ref"), &all);
    const bool ok =
        import_append(message, kind, strbuf_text(&all), all.len, reader->llm->err);
    mem_free(own);
    strbuf_clear(&all);
    return ok;
}

static bool take_attachment(struct thread_reader *reader, struct message *message,
                            const cJSON *payload)
{
    const char *id = json_get_string(json_get(payload, "attachment"), "id");
    if (id == NULL || reader->attachments == NULL)
        return true;
    llm_restart(reader->attachments, id);
    return !llm_step(reader->llm, reader->attachments) ||
           llm_add_attachment(reader->llm, message, reader->attachments, 0);
}

/* Results are all of one message of their own; see import_add_result. */
static bool take_result(struct thread_reader *reader, struct chat *chat,
                        const cJSON *payload)
{
    struct strbuf output;
    const cJSON *item = json_get(payload, "output");
    const char *id = json_get_string(payload, "tool_call_id");
    strbuf_init(&output, STRBUF_OWN_MAX);
    if (cJSON_IsString(item))
        strbuf_append_text(&output, item->valuestring);
    else if (item != NULL)
        json_print(&output, item);
    const bool ok = import_add_result(reader->llm->imported, chat, id != NULL ? id : "",
                                      json_get_string(payload, "name"),
                                      strbuf_text(&output), reader->llm->err);
    strbuf_clear(&output);
    return ok;
}

static bool take_part(struct thread_reader *reader, struct chat *chat,
                      struct message *message)
{
    const char *type = llm_text(reader->parts, 0);
    const char *text = llm_text(reader->parts, 1);
    const char *json = llm_text(reader->parts, 2);
    cJSON *payload = json != NULL ? json_parse(json, strlen(json)) : NULL;
    bool ok = true;
    if (type == NULL) {
        ok = true;
    } else if (strcmp(type, "tool_result") == 0) {
        ok = take_result(reader, chat, payload);
    } else if (message == NULL) {
        imported_note(reader->llm->imported,
                      "what stood beside results of tools was left out");
    } else if (strcmp(type, "text") == 0) {
        ok = take_text(reader, message, PART_TEXT, text, payload);
    } else if (strcmp(type, "reasoning") == 0) {
        ok = take_text(reader, message, PART_REASONING, text, payload);
    } else if (strcmp(type, "attachment") == 0) {
        ok = take_attachment(reader, message, payload);
    } else if (strcmp(type, "tool_call") == 0) {
        ok = import_add_call_json(message, json_get(payload, "tool_call_id"),
                                  json_get(payload, "name"),
                                  json_get(payload, "arguments"), reader->llm->err);
        message->facts.finish = FINISH_TOOL_CALLS;
    } else {
        imported_note(reader->llm->imported, "parts of a kind that is not known here "
                                             "were left out");
    }
    cJSON_Delete(payload);
    return ok;
}

/* --- Messages ---------------------------------------------------------------------- */

/* What the turn that ends with the message says of it. */
static void take_turn(struct thread_reader *reader, struct session_chat *chat,
                      const char *hash, struct message *answer)
{
    if (reader->turns == NULL)
        return;
    llm_restart(reader->turns, hash);
    if (!llm_step(reader->llm, reader->turns))
        return;
    const char *model = llm_text(reader->turns, 0);
    const char *resolved = llm_text(reader->turns, 1);
    const char *options = llm_text(reader->turns, 2);
    const char *date = llm_text(reader->turns, 6);
    if (chat->model.model == NULL) {
        cJSON *object = options != NULL ? json_parse(options, strlen(options)) : NULL;
        import_set_model(chat, model, '\0');
        import_take_params(reader->llm->imported, chat, object);
        cJSON_Delete(object);
    }
    mem_free(answer->facts.model);
    answer->facts.model = import_valid(resolved != NULL ? resolved : model);
    answer->facts.total_ms = llm_number(reader->turns, 3);
    answer->facts.usage.input = llm_number(reader->turns, 4);
    answer->facts.usage.output = llm_number(reader->turns, 5);
    answer->created_ms = date != NULL ? import_date_ms(date) : 0;
    if (answer->parent != NULL && answer->parent->created_ms == 0)
        answer->parent->created_ms = answer->created_ms;
}

/* The system prompt at the beginning is the chat's; results have no message yet. */
static bool take_message(struct thread_reader *reader, struct session_chat *chat,
                         const char *hash)
{
    struct llm_reader *llm = reader->llm;
    enum message_author author = MESSAGE_USER;
    struct message *message = NULL;
    llm_restart(reader->messages, hash);
    const char *role =
        llm_step(llm, reader->messages) ? llm_text(reader->messages, 1) : NULL;
    const bool is_tool = role != NULL && strcmp(role, "tool") == 0;
    if (role != NULL && strcmp(role, "assistant") == 0)
        author = MESSAGE_ASSISTANT;
    else if (role != NULL && strcmp(role, "system") == 0)
        author = MESSAGE_SYSTEM;
    if (!is_tool) {
        message = imported_add_message(llm->imported, &chat->chat, author, llm->err);
        if (message == NULL)
            return false;
    }
    if (message != NULL && author == MESSAGE_ASSISTANT)
        message->facts.finish = FINISH_STOP;
    llm_restart(reader->parts, hash);
    while (llm_step(llm, reader->parts)) {
        if (!take_part(reader, &chat->chat, message))
            return false;
    }
    if (message != NULL && author == MESSAGE_ASSISTANT)
        take_turn(reader, chat, hash, message);
    return llm->err->class == ERROR_NONE;
}

/* --- Threads ----------------------------------------------------------------------- */

/* The hashes from a thread's last message to its first. */
static bool list_hashes(struct thread_reader *reader, const char *tip,
                        struct text_list *hashes)
{
    struct llm_reader *llm = reader->llm;
    char *hash = mem_strdup(tip);
    while (hash != NULL && hashes->len <= THREAD_MESSAGES_MAX) {
        llm_restart(reader->messages, hash);
        if (!llm_step(llm, reader->messages))
            break;
        text_list_add(hashes, hash, strlen(hash));
        mem_free(hash);
        hash = mem_strdup(llm_text(reader->messages, 0));
    }
    mem_free(hash);
    if (hashes->len > THREAD_MESSAGES_MAX)
        error_set(llm->err, ERROR_USAGE, "a thread has more than %zu messages",
                  THREAD_MESSAGES_MAX);
    return llm->err->class == ERROR_NONE;
}

static bool take_thread(struct thread_reader *reader)
{
    struct llm_reader *llm = reader->llm;
    const char *name = llm_text(reader->threads, 1);
    const char *date = llm_text(reader->threads, 3);
    struct text_list hashes = {0};
    bool ok = list_hashes(reader, llm_text(reader->threads, 2), &hashes);
    if (ok && hashes.len > 0) {
        struct session *session = imported_add(llm->imported, llm->err);
        ok = session != NULL;
        if (ok) {
            struct session_chat *chat = session_add_chat(session);
            session->title = name != NULL ? session_title_from(name, strlen(name)) : NULL;
            session->created_ms = date != NULL ? import_date_ms(date) : 0;
            for (size_t i = hashes.len; i > 0 && ok; i--)
                ok = take_message(reader, chat, hashes.items[i - 1]);
            if (chat->model.model == NULL)
                import_set_model(chat, NULL, '\0');
        }
    }
    text_list_clear(&hashes);
    return ok;
}

bool import_llm_threads(struct llm_reader *llm)
{
    struct thread_reader reader = {.llm = llm};
    reader.threads = llm_prepare(llm, "threads", "id name tip_message_hash datetime_utc",
                                 "ORDER BY datetime_utc, id");
    reader.messages = llm_prepare(llm, "messages", "parent_hash role", "WHERE hash=?1");
    reader.parts = llm_prepare(llm, "parts", "type text payload",
                               "WHERE message_hash=?1 ORDER BY position");
    reader.turns = llm_prepare(llm, "turns",
                               "model resolved_model options_json duration_ms "
                               "input_tokens output_tokens datetime_utc",
                               "WHERE tip_message_hash=?1 LIMIT 1");
    reader.fragments = llm_prepare(llm, "fragments", "content", "WHERE id=?1");
    reader.attachments =
        llm_prepare(llm, "attachments", "type path url content", "WHERE id=?1");
    bool ok = llm->err->class == ERROR_NONE;
    if (ok && reader.messages != NULL && reader.parts != NULL) {
        while (ok && llm_step(llm, reader.threads)) {
            ok = take_thread(&reader);
            if (!ok)
                error_prefix(llm->err, "thread %zu", llm->imported->count);
        }
    }
    sqlite3_finalize(reader.threads);
    sqlite3_finalize(reader.messages);
    sqlite3_finalize(reader.parts);
    sqlite3_finalize(reader.turns);
    sqlite3_finalize(reader.fragments);
    sqlite3_finalize(reader.attachments);
    return ok && llm->err->class == ERROR_NONE;
}
