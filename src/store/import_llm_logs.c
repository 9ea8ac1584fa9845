/*
 * The logs of llm: a conversation is a row, each answer with its prompt a row of
 * "responses"; tools, attachments and fragments stand in tables of their own, which came
 * with later versions, as some columns did. The database is only read, whatever it says
 * of itself is not trusted (no function in a schema runs), files that it names are not
 * opened.
 */
#include <string.h>

#include "src/base/json.h"
#include "src/base/mem.h"
#include "src/base/utf8.h"
#include "src/store/import_form.h"
#include "src/store/import_llm.h"
#include "src/store/import_messages.h"

/* Steps of SQLite's machine between two looks, and the most looks. */
#define STEPS_A_LOOK 1000000
#define LOOKS_MAX    2000

/* --- Reading ----------------------------------------------------------------------- */

static bool fail(struct llm_reader *reader)
{
    error_set(reader->err, ERROR_USAGE, "the database cannot be read: %s",
              sqlite3_errmsg(reader->database));
    return false;
}

/* True if it has a table of that name (a view is none). */
static bool llm_has_table(struct llm_reader *reader, const char *table)
{
    sqlite3_stmt *statement = NULL;
    bool is_there = false;
    if (sqlite3_prepare_v2(reader->database,
                           "SELECT 1 FROM sqlite_master WHERE type='table' AND name=?1",
                           -1, &statement, NULL) == SQLITE_OK) {
        sqlite3_bind_text(statement, 1, table, -1, SQLITE_STATIC);
        is_there = sqlite3_step(statement) == SQLITE_ROW;
    }
    sqlite3_finalize(statement);
    return is_there;
}

static bool has_column(struct llm_reader *reader, const char *table, const char *column)
{
    sqlite3_stmt *statement = NULL;
    bool is_there = false;
    if (sqlite3_prepare_v2(reader->database,
                           "SELECT 1 FROM pragma_table_info(?1) WHERE name=?2", -1,
                           &statement, NULL) == SQLITE_OK) {
        sqlite3_bind_text(statement, 1, table, -1, SQLITE_STATIC);
        sqlite3_bind_text(statement, 2, column, -1, SQLITE_STATIC);
        is_there = sqlite3_step(statement) == SQLITE_ROW;
    }
    sqlite3_finalize(statement);
    return is_there;
}

sqlite3_stmt *llm_prepare(struct llm_reader *reader, const char *table,
                          const char *columns, const char *rest)
{
    sqlite3_stmt *statement = NULL;
    struct strbuf sql;
    if (!llm_has_table(reader, table))
        return NULL;
    strbuf_init(&sql, STRBUF_OWN_MAX);
    strbuf_append_text(&sql, "SELECT ");
    for (const char *at = columns; *at != '\0';) {
        const size_t len = strcspn(at, " ");
        char *column = mem_strndup(at, len);
        strbuf_append_format(&sql, at == columns ? "\"%s\"" : ",\"%s\"", column);
        if (!has_column(reader, table, column)) {
            strbuf_truncate(&sql, sql.len - len - 2);
            strbuf_append_text(&sql, "NULL");
        }
        mem_free(column);
        at += len + (at[len] == ' ');
    }
    strbuf_append_format(&sql, " FROM \"%s\" %s", table, rest);
    if (sqlite3_prepare_v2(reader->database, strbuf_text(&sql), -1, &statement, NULL) !=
        SQLITE_OK)
        fail(reader);
    strbuf_clear(&sql);
    return statement;
}

bool llm_step(struct llm_reader *reader, sqlite3_stmt *statement)
{
    const int result = sqlite3_step(statement);
    if (result != SQLITE_ROW && result != SQLITE_DONE)
        fail(reader);
    return result == SQLITE_ROW;
}

void llm_restart(sqlite3_stmt *statement, const char *key)
{
    sqlite3_reset(statement);
    sqlite3_bind_text(statement, 1, key, -1, SQLITE_TRANSIENT);
}

const char *llm_text(sqlite3_stmt *statement, int column)
{
    if (sqlite3_column_type(statement, column) == SQLITE_NULL)
        return NULL;
    return (const char *)sqlite3_column_text(statement, column);
}

int64_t llm_number(sqlite3_stmt *statement, int column)
{
    if (sqlite3_column_type(statement, column) != SQLITE_INTEGER)
        return -1;
    const int64_t value = sqlite3_column_int64(statement, column);
    return value < 0 ? -1 : value;
}

bool llm_add_attachment(struct llm_reader *reader, struct message *message,
                        sqlite3_stmt *statement, int column)
{
    const char *type = llm_text(statement, column);
    const char *path = llm_text(statement, column + 1);
    const char *url = llm_text(statement, column + 2);
    if (sqlite3_column_type(statement, column + 3) == SQLITE_BLOB) {
        struct strbuf bytes;
        strbuf_init(&bytes, MESSAGE_MAX);
        const void *blob = sqlite3_column_blob(statement, column + 3);
        const int size = sqlite3_column_bytes(statement, column + 3);
        bool ok = size == 0 || strbuf_append(&bytes, blob, (size_t)size);
        if (!ok)
            error_set(reader->err, ERROR_USAGE, "an attachment is larger than %zu MiB",
                      MESSAGE_MAX >> 20);
        ok = ok && import_add_bytes(reader->imported, message, type != NULL ? type : "",
                                    &bytes, reader->err);
        strbuf_clear(&bytes);
        return ok;
    }
    const char *where = url != NULL ? url : path;
    if (where == NULL)
        return true;
    return import_add_url(reader->imported, message, where, reader->err);
}

/* --- Responses --------------------------------------------------------------------- */

/* The columns of "responses", in the order of response_columns. */
enum response_column {
    COLUMN_ID,
    COLUMN_CONVERSATION,
    COLUMN_MODEL,
    COLUMN_RESOLVED_MODEL,
    COLUMN_SYSTEM,
    COLUMN_PROMPT,
    COLUMN_RESPONSE,
    COLUMN_REASONING,
    COLUMN_OPTIONS,
    COLUMN_DURATION,
    COLUMN_DATE,
    COLUMN_INPUT,
    COLUMN_OUTPUT
};
static const char response_columns[] =
    "id conversation_id model resolved_model system prompt response reasoning "
    "options_json duration_ms datetime_utc input_tokens output_tokens";

struct response_reader {
    struct llm_reader *reader;
    sqlite3_stmt *responses;
    sqlite3_stmt *conversations; /* name and model by id; or NULL, as all below */
    sqlite3_stmt *fragments;
    sqlite3_stmt *attachments;
    sqlite3_stmt *calls;
    sqlite3_stmt *results;
    char *conversation; /* that the session stands for; NULL: none */
    char *system;       /* that was said last */
};

static struct session_chat *current_chat(struct response_reader *reader)
{
    struct imported *imported = reader->reader->imported;
    return &imported->sessions[imported->count - 1].chats[0];
}

/* A session for the conversation of the row. */
static bool begin_session(struct response_reader *reader)
{
    struct llm_reader *llm = reader->reader;
    const char *id = llm_text(reader->responses, COLUMN_CONVERSATION);
    const char *options = llm_text(reader->responses, COLUMN_OPTIONS);
    const char *model = llm_text(reader->responses, COLUMN_MODEL);
    struct session *session = imported_add(llm->imported, llm->err);
    if (session == NULL)
        return false;
    struct session_chat *chat = session_add_chat(session);
    mem_free(reader->conversation);
    mem_free(reader->system);
    reader->conversation = mem_strdup(id);
    reader->system = mem_strdup("");
    import_set_model(chat, model, '\0');
    if (reader->conversations != NULL && id != NULL) {
        llm_restart(reader->conversations, id);
        if (llm_step(llm, reader->conversations)) {
            const char *name = llm_text(reader->conversations, 0);
            session->title = name != NULL ? session_title_from(name, strlen(name)) : NULL;
            if (llm_text(reader->conversations, 1) != NULL)
                import_set_model(chat, llm_text(reader->conversations, 1), '\0');
        }
    }
    cJSON *object = options != NULL ? json_parse(options, strlen(options)) : NULL;
    import_take_params(llm->imported, chat, object);
    cJSON_Delete(object);
    return true;
}

static bool take_system(struct response_reader *reader)
{
    const char *text = llm_text(reader->responses, COLUMN_SYSTEM);
    struct session_chat *chat = current_chat(reader);
    struct llm_reader *llm = reader->reader;
    if (text == NULL || text[0] == '\0' || strcmp(text, reader->system) == 0)
        return true;
    mem_free(reader->system);
    reader->system = mem_strdup(text);
    if (chat->chat.message_count == 0) {
        chat->system = import_valid(text);
        return true;
    }
    struct message *message =
        imported_add_message(llm->imported, &chat->chat, MESSAGE_SYSTEM, llm->err);
    return message != NULL &&
           import_append(message, PART_TEXT, text, strlen(text), llm->err);
}

/* What the tools that the answer before has called gave. */
static bool take_results(struct response_reader *reader, const char *id)
{
    struct llm_reader *llm = reader->reader;
    if (reader->results == NULL)
        return true;
    llm_restart(reader->results, id);
    while (llm_step(llm, reader->results)) {
        const char *call_id = llm_text(reader->results, 2);
        const char *output = llm_text(reader->results, 1);
        if (!import_add_result(llm->imported, &current_chat(reader)->chat,
                               call_id != NULL ? call_id : "",
                               llm_text(reader->results, 0), output != NULL ? output : "",
                               llm->err))
            return false;
    }
    return llm->err->class == ERROR_NONE;
}

/* A longer text that the prompt was made with, as a file that goes with it. */
static bool take_fragments(struct response_reader *reader, const char *id,
                           struct message *prompt)
{
    struct llm_reader *llm = reader->reader;
    if (reader->fragments == NULL)
        return true;
    llm_restart(reader->fragments, id);
    while (llm_step(llm, reader->fragments)) {
        const char *text = llm_text(reader->fragments, 0);
        const char *source = llm_text(reader->fragments, 1);
        struct strbuf bytes;
        strbuf_init(&bytes, MESSAGE_MAX);
        if (text != NULL)
            utf8_append_valid(&bytes, text, strlen(text));
        const size_t before = prompt->part_count;
        const bool ok =
            import_add_bytes(llm->imported, prompt, "text/plain", &bytes, llm->err);
        strbuf_clear(&bytes);
        if (!ok)
            return false;
        if (source != NULL && prompt->part_count > before) {
            mem_free(prompt->parts[before].name);
            prompt->parts[before].name = import_valid(source);
        }
    }
    return llm->err->class == ERROR_NONE;
}

static bool take_attachments(struct response_reader *reader, const char *id,
                             struct message *prompt)
{
    struct llm_reader *llm = reader->reader;
    if (reader->attachments == NULL)
        return true;
    llm_restart(reader->attachments, id);
    while (llm_step(llm, reader->attachments)) {
        if (!llm_add_attachment(llm, prompt, reader->attachments, 0))
            return false;
    }
    return llm->err->class == ERROR_NONE;
}

/* The prompt; without a word, after results of tools, there is none. */
static bool take_prompt(struct response_reader *reader, const char *id, int64_t created)
{
    struct llm_reader *llm = reader->reader;
    struct chat *chat = &current_chat(reader)->chat;
    const char *text = llm_text(reader->responses, COLUMN_PROMPT);
    const struct message *tip = chat_tip(chat);
    const bool follows = tip != NULL && tip->author == MESSAGE_TOOL;
    if (follows && (text == NULL || text[0] == '\0'))
        return true;
    struct message *prompt =
        imported_add_message(llm->imported, chat, MESSAGE_USER, llm->err);
    if (prompt == NULL)
        return false;
    prompt->created_ms = created;
    return take_fragments(reader, id, prompt) &&
           (text == NULL ||
            import_append(prompt, PART_TEXT, text, strlen(text), llm->err)) &&
           take_attachments(reader, id, prompt);
}

static bool take_calls(struct response_reader *reader, const char *id,
                       struct message *answer)
{
    struct llm_reader *llm = reader->reader;
    if (reader->calls == NULL)
        return true;
    llm_restart(reader->calls, id);
    while (llm_step(llm, reader->calls)) {
        if (!import_add_call(answer, llm_text(reader->calls, 2),
                             llm_text(reader->calls, 0), llm_text(reader->calls, 1),
                             llm->err))
            return false;
        answer->facts.finish = FINISH_TOOL_CALLS;
    }
    return llm->err->class == ERROR_NONE;
}

static bool take_answer(struct response_reader *reader, const char *id, int64_t created)
{
    struct llm_reader *llm = reader->reader;
    const char *text = llm_text(reader->responses, COLUMN_RESPONSE);
    const char *reasoning = llm_text(reader->responses, COLUMN_REASONING);
    const char *resolved = llm_text(reader->responses, COLUMN_RESOLVED_MODEL);
    const char *model = llm_text(reader->responses, COLUMN_MODEL);
    struct message *answer = imported_add_message(
        llm->imported, &current_chat(reader)->chat, MESSAGE_ASSISTANT, llm->err);
    if (answer == NULL)
        return false;
    answer->created_ms = created;
    answer->facts.finish = FINISH_STOP;
    answer->facts.model = import_valid(resolved != NULL ? resolved : model);
    answer->facts.total_ms = llm_number(reader->responses, COLUMN_DURATION);
    answer->facts.usage.input = llm_number(reader->responses, COLUMN_INPUT);
    answer->facts.usage.output = llm_number(reader->responses, COLUMN_OUTPUT);
    if (reasoning != NULL &&
        !import_append(answer, PART_REASONING, reasoning, strlen(reasoning), llm->err))
        return false;
    if (text != NULL && !import_append(answer, PART_TEXT, text, strlen(text), llm->err))
        return false;
    return take_calls(reader, id, answer);
}

static bool take_response(struct response_reader *reader)
{
    const char *conversation = llm_text(reader->responses, COLUMN_CONVERSATION);
    const char *date = llm_text(reader->responses, COLUMN_DATE);
    const char *row = llm_text(reader->responses, COLUMN_ID);
    const bool goes_on = reader->conversation != NULL && conversation != NULL &&
                         strcmp(conversation, reader->conversation) == 0;
    const int64_t created = date != NULL ? import_date_ms(date) : 0;
    char *id = mem_strdup(row != NULL ? row : "");
    const bool ok = (goes_on || begin_session(reader)) && take_system(reader) &&
                    take_results(reader, id) && take_prompt(reader, id, created) &&
                    take_answer(reader, id, created);
    if (!ok)
        error_prefix(reader->reader->err, "response %.40s", id);
    mem_free(id);
    return ok;
}

static void prepare(struct response_reader *reader, bool has_threads)
{
    struct llm_reader *llm = reader->reader;
    /* What is in both forms is read in the newer one. */
    reader->responses = llm_prepare(
        llm, "responses", response_columns,
        has_threads ? "WHERE conversation_id IS NULL OR conversation_id NOT IN "
                      "(SELECT id FROM threads) ORDER BY conversation_id, "
                      "datetime_utc, id"
                    : "ORDER BY conversation_id, datetime_utc, id");
    reader->conversations =
        llm_prepare(llm, "conversations", "name model", "WHERE id=?1");
    reader->calls = llm_prepare(llm, "tool_calls", "name arguments tool_call_id",
                                "WHERE response_id=?1 ORDER BY id");
    reader->results = llm_prepare(llm, "tool_results", "name output tool_call_id",
                                  "WHERE response_id=?1 ORDER BY id");
    if (llm_has_table(llm, "prompt_attachments"))
        reader->attachments =
            llm_prepare(llm, "attachments", "type path url content",
                        "JOIN prompt_attachments ON attachment_id=attachments.id WHERE "
                        "response_id=?1 "
                        "ORDER BY prompt_attachments.\"order\"");
    if (llm_has_table(llm, "prompt_fragments"))
        reader->fragments = llm_prepare(
            llm, "fragments", "content source",
            "JOIN prompt_fragments ON fragment_id=fragments.id WHERE response_id=?1 "
            "ORDER BY prompt_fragments.\"order\"");
}

static bool import_responses(struct llm_reader *llm, bool has_threads)
{
    struct response_reader reader = {.reader = llm};
    prepare(&reader, has_threads);
    bool ok = llm->err->class == ERROR_NONE;
    while (ok && reader.responses != NULL && llm_step(llm, reader.responses))
        ok = take_response(&reader);
    sqlite3_finalize(reader.responses);
    sqlite3_finalize(reader.conversations);
    sqlite3_finalize(reader.calls);
    sqlite3_finalize(reader.results);
    sqlite3_finalize(reader.attachments);
    sqlite3_finalize(reader.fragments);
    mem_free(reader.conversation);
    mem_free(reader.system);
    return ok && llm->err->class == ERROR_NONE;
}

/* --- The database ------------------------------------------------------------------ */

/* Ends a query that a damaged or hostile file would make endless. */
static int count_looks(void *user)
{
    int *looks = user;
    return ++*looks > LOOKS_MAX;
}

static bool open_database(struct llm_reader *llm, const char *path, int *looks)
{
    if (sqlite3_open_v2(path, &llm->database, SQLITE_OPEN_READONLY, NULL) != SQLITE_OK)
        return fail(llm);
    sqlite3_db_config(llm->database, SQLITE_DBCONFIG_DEFENSIVE, 1, NULL);
    sqlite3_db_config(llm->database, SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0, NULL);
    sqlite3_limit(llm->database, SQLITE_LIMIT_LENGTH, (int)(2 * MESSAGE_MAX));
    sqlite3_progress_handler(llm->database, STEPS_A_LOOK, count_looks, looks);
    if (sqlite3_exec(llm->database, "SELECT 1 FROM sqlite_master", NULL, NULL, NULL) !=
        SQLITE_OK)
        return fail(llm);
    return true;
}

bool import_llm_logs(const struct import_source *source, struct imported *imported,
                     struct error *err)
{
    struct error own = {ERROR_NONE, NULL};
    struct llm_reader llm = {NULL, imported, &own};
    int looks = 0;
    bool ok = open_database(&llm, source->path, &looks);
    const bool has_threads =
        ok && llm_has_table(&llm, "threads") && llm_has_table(&llm, "turns");
    if (ok && !has_threads && !llm_has_table(&llm, "responses")) {
        error_set(&own, ERROR_USAGE,
                  "there is no table \"responses\" in it, as logs of llm have");
        ok = false;
    }
    ok = ok && (!has_threads || import_llm_threads(&llm)) &&
         import_responses(&llm, has_threads);
    for (size_t i = 0; ok && i < imported->count; i++)
        import_finish(&imported->sessions[i]);
    sqlite3_close(llm.database);
    error_move(err, &own);
    return ok;
}
