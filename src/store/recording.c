/*
 * The reader. A line is parsed, its common members are taken, then those of its kind; the
 * first thing that is not as it should be ends it with a sentence. Members that are not
 * known here are nobody's business.
 */
#include "src/store/recording.h"

#include <math.h>
#include <string.h>

#include "src/base/base64.h"
#include "src/base/json.h"
#include "src/base/mem.h"
#include "src/base/path.h"
#include "src/base/utf8.h"
#include "src/store/recording_member.h"

/* The largest number in a recording: what every reader of JSON has exactly. */
#define NUMBER_MAX 9007199254740991.0

/* What is being read, and what was found wrong with it. */
struct reading {
    const cJSON *line;
    const char *fault; /* the member at fault, or NULL */
};

static bool reading_fail(struct reading *reading, const char *member)
{
    if (reading->fault == NULL)
        reading->fault = member;
    return false;
}

static bool read_members(struct reading *reading, const struct recording_member *members,
                         const cJSON *json, void *object)
{
    const char *fault = NULL;
    return recording_members_read(members, json, object, &fault) ||
           reading_fail(reading, fault);
}

/* A whole number from 0 to `max`; 0 where it is not there. */
static bool read_number(struct reading *reading, const char *name, double max,
                        uint64_t *value)
{
    const cJSON *json = json_get(reading->line, name);
    *value = 0;
    if (json == NULL)
        return true;
    const double number = json->valuedouble;
    if (!cJSON_IsNumber(json) || !(number >= 0) || number > max ||
        floor(number) != number)
        return reading_fail(reading, name);
    *value = (uint64_t)number;
    return true;
}

/* Appends what "text" or "base64" of the object holds. */
static bool read_bytes(struct reading *reading, const cJSON *json, struct strbuf *out)
{
    const char *text = json_get_string(json, "text");
    const char *coded = json_get_string(json, "base64");
    uint16_t half = 0;
    if (text != NULL)
        return (json_join_halves(out, text, &half) && json_flush_half(out, &half)) ||
               reading_fail(reading, "text");
    if (coded != NULL)
        return base64_append_decoded(out, coded, strlen(coded)) ||
               reading_fail(reading, "base64");
    return reading_fail(reading, "text");
}

static bool read_fields(struct reading *reading, struct recording_fields *fields)
{
    const cJSON *list = json_get(reading->line, "headers");
    const cJSON *item;
    cJSON_ArrayForEach(item, list)
    {
        const cJSON *name = cJSON_GetArrayItem(item, 0);
        const cJSON *value = cJSON_GetArrayItem(item, 1);
        if (!cJSON_IsArray(item) || !cJSON_IsString(name) || !cJSON_IsString(value))
            return reading_fail(reading, "headers");
        recording_fields_add(fields, name->valuestring, value->valuestring);
    }
    return list == NULL || cJSON_IsArray(list) || reading_fail(reading, "headers");
}

/* The class of that name, or ERROR_CLASS_COUNT. */
static enum error_class find_class(const char *name)
{
    unsigned class = ERROR_NONE;
    while (class < ERROR_CLASS_COUNT &&
           (name == NULL ||
            strcmp(error_class_get((enum error_class) class)->name, name) != 0))
        class ++;
    return (enum error_class) class;
}

static bool read_error(struct reading *reading, const cJSON *json, struct error *error)
{
    const cJSON *told = json_get(json, "error");
    if (told == NULL)
        return true;
    const enum error_class class = find_class(json_get_string(told, "class"));
    if (class == ERROR_CLASS_COUNT)
        return reading_fail(reading, "error");
    const char *message = json_get_string(told, "message");
    error_set(error, class, "%s", message != NULL ? message : "");
    return true;
}

/* Versions are static text elsewhere. */
static const char *read_http(const cJSON *json)
{
    static const char *const versions[] = {"1.0", "1.1", "2", "3", NULL};
    const int found = recording_find_name(versions, json_get_string(json, "http"));
    return found >= 0 ? versions[found] : NULL;
}

/* --- Kinds ------------------------------------------------------------------------ */

static bool read_params(struct reading *reading, struct param_list *params)
{
    const cJSON *item;
    cJSON_ArrayForEach(item, json_get(reading->line, "params"))
    {
        char *assignment =
            cJSON_IsString(item)
                ? strbuf_format("%s=%s", item->string, item->valuestring)
                : strbuf_format("%s=%.17g", item->string != NULL ? item->string : "",
                                item->valuedouble);
        /* A parameter that is not known here any more changes nothing of what is shown.
         */
        param_list_add(params, assignment, NULL);
        mem_free(assignment);
    }
    return true;
}

static bool read_fallbacks(struct reading *reading, struct recording_open *open)
{
    const cJSON *list = json_get(reading->line, "fallbacks");
    const cJSON *item;
    const int count = cJSON_GetArraySize(list);
    open->fallbacks =
        mem_alloc_array(count > 0 ? (size_t)count : 0, sizeof(open->fallbacks[0]));
    cJSON_ArrayForEach(item, list)
    {
        struct recording_model *model = &open->fallbacks[open->fallback_count++];
        if (!read_members(reading, recording_model_members, item, model))
            return false;
        if (model->model == NULL || model->api == NULL)
            return reading_fail(reading, "fallbacks");
    }
    return true;
}

static bool read_model(struct reading *reading, struct recording_model *model)
{
    if (!read_members(reading, recording_model_members, reading->line, model))
        return false;
    if (model->api == NULL)
        return reading_fail(reading, "api");
    return model->model != NULL || reading_fail(reading, "model");
}

static bool read_open(struct reading *reading, struct recording_record *record)
{
    struct recording_open *open = mem_alloc(sizeof(*open));
    const cJSON *tool;
    record->of.open = open;
    cJSON_ArrayForEach(tool, json_get(reading->line, "tools"))
    {
        if (!cJSON_IsString(tool))
            return reading_fail(reading, "tools");
        text_list_add(&open->tools, tool->valuestring, strlen(tool->valuestring));
    }
    return read_model(reading, &open->model) &&
           read_members(reading, recording_open_members, reading->line, open) &&
           read_params(reading, &open->params) && read_fallbacks(reading, open);
}

static bool read_parts(struct reading *reading, struct message *message)
{
    const cJSON *item;
    cJSON_ArrayForEach(item, json_get(reading->line, "parts"))
    {
        const int kind =
            recording_find_name(recording_part_names, json_get_string(item, "kind"));
        struct strbuf bytes;
        if (kind < 0)
            return reading_fail(reading, "parts");
        struct part *part = message_add_part(message, (enum part_kind)kind);
        strbuf_init(&bytes, MESSAGE_MAX);
        const bool ok =
            read_bytes(reading, item, &bytes) &&
            message_append_part(message, part, strbuf_text(&bytes), bytes.len) &&
            read_members(reading, recording_part_members, item, part);
        strbuf_clear(&bytes);
        if (!ok)
            return reading_fail(reading, "parts");
        const bool is_tool =
            part->kind == PART_TOOL_CALL || part->kind == PART_TOOL_RESULT;
        if (is_tool && part->call_id == NULL)
            return reading_fail(reading, "parts");
    }
    return true;
}

static bool read_tries(struct reading *reading, const cJSON *facts,
                       struct message *message)
{
    const cJSON *item;
    cJSON_ArrayForEach(item, json_get(facts, "tries"))
    {
        const char *model = json_get_string(item, "model");
        const enum error_class class = find_class(json_get_string(item, "class"));
        if (model == NULL || class == ERROR_CLASS_COUNT)
            return reading_fail(reading, "tries");
        message_add_try(message, model, class);
    }
    return true;
}

static bool read_facts(struct reading *reading, struct message *message)
{
    const cJSON *json = json_get(reading->line, "facts");
    struct answer_facts *facts = &message->facts;
    const char *finish = json_get_string(json, "finish");
    if (json == NULL)
        return true;
    if (!cJSON_IsObject(json))
        return reading_fail(reading, "facts");
    for (unsigned i = 0; i < FINISH_COUNT && finish != NULL; i++) {
        if (strcmp(finish_name((enum finish)i), finish) == 0)
            facts->finish = (enum finish)i;
    }
    facts->http_version = read_http(json);
    return read_members(reading, recording_facts_members, json, facts) &&
           read_error(reading, json, &facts->error) && read_tries(reading, json, message);
}

static bool read_call_ids(struct reading *reading, struct message *message)
{
    const cJSON *item;
    cJSON_ArrayForEach(item, json_get(reading->line, "call_ids"))
    {
        if (!cJSON_IsString(item))
            return reading_fail(reading, "call_ids");
        message_add_part(message, PART_TOOL_CALL)->call_id =
            mem_strdup(item->valuestring);
    }
    return true;
}

/* A message, or what became of one. */
static bool read_message(struct reading *reading, struct recording_record *record)
{
    const bool is_done = record->kind == RECORDING_DONE;
    const int author =
        is_done ? MESSAGE_ASSISTANT
                : recording_find_name(recording_author_names,
                                      json_get_string(reading->line, "author"));
    const int state = recording_find_name(recording_state_names,
                                          json_get_string(reading->line, "state"));
    if (author < 0)
        return reading_fail(reading, "author");
    if (state < 0 || state == MESSAGE_GROWING)
        return reading_fail(reading, "state");
    if (record->message == 0)
        return reading_fail(reading, "message");
    struct message *message = message_new(record->message, (enum message_author)author);
    record->of.content = message;
    message->state = (enum message_state)state;
    return read_members(reading, recording_message_members, reading->line, message) &&
           read_facts(reading, message) &&
           (is_done ? read_call_ids(reading, message) : read_parts(reading, message));
}

static bool read_answer(struct reading *reading, struct recording_record *record)
{
    record->of.answer = mem_alloc(sizeof(*record->of.answer));
    if (record->message == 0)
        return reading_fail(reading, "message");
    return read_model(reading, &record->of.answer->model) &&
           read_members(reading, recording_answer_members, reading->line,
                        record->of.answer);
}

static bool read_state(struct reading *reading, struct recording_record *record)
{
    record->of.state = mem_alloc(sizeof(*record->of.state));
    return read_members(reading, recording_state_members, reading->line,
                        record->of.state) &&
           (record->of.state->name != NULL || reading_fail(reading, "state"));
}

static bool read_request(struct reading *reading, struct recording_record *record)
{
    struct recording_request *request = mem_alloc(sizeof(*request));
    record->of.request = request;
    return read_model(reading, &request->model) &&
           read_members(reading, recording_request_members, reading->line, request) &&
           read_fields(reading, &request->fields) &&
           (request->url != NULL || reading_fail(reading, "url"));
}

static bool read_head(struct reading *reading, struct recording_record *record)
{
    uint64_t status;
    record->of.head = mem_alloc(sizeof(*record->of.head));
    if (!read_number(reading, "status", 999, &status))
        return false;
    record->of.head->status = (int)status;
    return read_fields(reading, &record->of.head->fields);
}

static bool read_body(struct reading *reading, struct recording_record *record)
{
    struct strbuf bytes;
    strbuf_init(&bytes, RECORDING_LINE_MAX);
    const bool ok = read_bytes(reading, reading->line, &bytes);
    record->of.body.len = bytes.len;
    record->of.body.bytes = bytes.len > 0 ? strbuf_take(&bytes) : mem_strdup("");
    strbuf_clear(&bytes);
    return ok;
}

static bool read_end(struct reading *reading, struct recording_record *record)
{
    struct recording_end *end = mem_alloc(sizeof(*end));
    record->of.end = end;
    end->http_version = read_http(reading->line);
    return read_members(reading, recording_end_members, reading->line, end) &&
           read_error(reading, reading->line, &end->error);
}

static bool read_call(struct reading *reading, struct recording_record *record)
{
    struct recording_call *call = mem_alloc(sizeof(*call));
    record->of.call = call;
    if (!read_number(reading, "call", NUMBER_MAX, &call->key) ||
        !read_members(reading, recording_call_members, reading->line, call))
        return false;
    if (call->change == NULL)
        return reading_fail(reading, "change");
    if (!json_has(reading->line, "text") && !json_has(reading->line, "base64"))
        return true;
    struct strbuf result;
    strbuf_init(&result, RECORDING_LINE_MAX);
    const bool ok = read_bytes(reading, reading->line, &result);
    call->result_len = result.len;
    call->result = result.len > 0 ? strbuf_take(&result) : mem_strdup("");
    strbuf_clear(&result);
    return ok;
}

static bool read_content(struct reading *reading, struct recording_record *record)
{
    switch (record->kind) {
    case RECORDING_OPEN: return read_open(reading, record);
    case RECORDING_MESSAGE:
    case RECORDING_DONE: return read_message(reading, record);
    case RECORDING_ANSWER: return read_answer(reading, record);
    case RECORDING_STATE: return read_state(reading, record);
    case RECORDING_REQUEST: return read_request(reading, record);
    case RECORDING_HEAD: return read_head(reading, record);
    case RECORDING_BODY: return read_body(reading, record);
    case RECORDING_END: return read_end(reading, record);
    case RECORDING_CALL: return read_call(reading, record);
    case RECORDING_CONNECTED:
    case RECORDING_PATH:
    case RECORDING_CLOSE:
    case RECORDING_KIND_COUNT: break;
    }
    return true;
}

/* --- Lines ------------------------------------------------------------------------ */

/* The kind of a line; RECORDING_KIND_COUNT for one of another version. */
static enum recording_kind find_kind(const char *name)
{
    unsigned kind = 0;
    while (kind < RECORDING_KIND_COUNT &&
           strcmp(recording_kind_name((enum recording_kind)kind), name) != 0)
        kind++;
    return (enum recording_kind)kind;
}

static bool read_common(struct reading *reading, struct recording_record *record)
{
    uint64_t at;
    uint64_t chat;
    if (json_get(reading->line, "t") == NULL)
        return reading_fail(reading, "t");
    if (!read_number(reading, "t", NUMBER_MAX, &at) ||
        !read_number(reading, "chat", UINT32_MAX, &chat) ||
        !read_number(reading, "message", NUMBER_MAX, &record->message) ||
        !read_number(reading, "parent", NUMBER_MAX, &record->parent) ||
        !read_number(reading, "exchange", NUMBER_MAX, &record->exchange))
        return false;
    record->at_us = (int64_t)at;
    record->chat = (uint32_t)chat;
    const bool is_of_exchange =
        record->kind >= RECORDING_REQUEST && record->kind <= RECORDING_END;
    return !is_of_exchange || record->exchange != 0 || reading_fail(reading, "exchange");
}

static bool read_record(struct recording *recording, struct reading *reading)
{
    const char *name = json_get_string(reading->line, "kind");
    if (name == NULL)
        return reading_fail(reading, "kind");
    struct recording_record record = {.kind = find_kind(name)};
    if (record.kind == RECORDING_KIND_COUNT) {
        recording->skipped++;
        return true;
    }
    if (!read_common(reading, &record) || !read_content(reading, &record)) {
        recording_record_clear(&record);
        return false;
    }
    if (recording->record_count > 0) {
        const int64_t last_us = recording->records[recording->record_count - 1].at_us;
        if (record.at_us < last_us)
            record.at_us = last_us;
    }
    recording->records =
        mem_grow(recording->records, &recording->record_cap, recording->record_count + 1,
                 sizeof(recording->records[0]));
    recording->records[recording->record_count++] = record;
    return true;
}

static bool read_head_line(struct recording *recording, const char *name,
                           const cJSON *line, struct error *err)
{
    int64_t version;
    if (!json_get_int(line, "motet_recording", &version)) {
        error_set(err, ERROR_USAGE,
                  "%s is no recording of motet: its first line should hold "
                  "\"motet_recording\"",
                  name);
        return false;
    }
    if (version != RECORDING_VERSION) {
        error_set(
            err, ERROR_USAGE,
            "%s is a recording of version %lld, which a later motet reads: this one "
            "reads version %d",
            name, (long long)version, RECORDING_VERSION);
        return false;
    }
    recording->program = mem_strdup(json_get_string(line, "program"));
    if (!json_get_int(line, "created_ms", &recording->created_ms))
        recording->created_ms = 0;
    if (!json_get_int(line, "retries", &recording->retries) || recording->retries < 0)
        recording->retries = -1;
    return true;
}

/* Takes one line, which is number `number`. */
static bool read_line(struct recording *recording, const char *name, size_t number,
                      const cJSON *line, struct error *err)
{
    struct reading reading = {.line = line};
    if (number == 1)
        return read_head_line(recording, name, line, err);
    if (cJSON_IsObject(line) && read_record(recording, &reading))
        return true;
    if (reading.fault != NULL)
        error_set(err, ERROR_USAGE, "%s:%zu: \"%s\" is missing or not what it should be",
                  name, number, reading.fault);
    else
        error_set(err, ERROR_USAGE, "%s:%zu: this line is no JSON object", name, number);
    return false;
}

bool recording_parse(struct recording *recording, const char *name, const char *bytes,
                     size_t len, struct error *err)
{
    size_t number = 0;
    *recording = (struct recording){.retries = -1};
    for (size_t at = 0; at < len;) {
        const char *end = memchr(bytes + at, '\n', len - at);
        const size_t line_len = end != NULL ? (size_t)(end - bytes) - at : len - at;
        number++;
        if (line_len > RECORDING_LINE_MAX) {
            error_set(err, ERROR_USAGE, "%s:%zu: this line is longer than %zu MiB", name,
                      number, RECORDING_LINE_MAX >> 20);
            return false;
        }
        cJSON *line = json_parse(bytes + at, line_len);
        at += line_len + 1;
        /* What was being written when its writer was killed. */
        if (end == NULL && line == NULL && number > 1) {
            recording->is_torn = true;
            break;
        }
        const bool ok = read_line(recording, name, number, line, err);
        cJSON_Delete(line);
        if (!ok)
            return false;
    }
    if (number > 0)
        return true;
    error_set(err, ERROR_USAGE, "%s is no recording of motet: it is empty", name);
    return false;
}

bool recording_read(struct recording *recording, const char *path, struct error *err)
{
    struct strbuf bytes;
    *recording = (struct recording){.retries = -1};
    strbuf_init(&bytes, RECORDING_FILE_MAX);
    bool ok = path_read_regular_file(path, &bytes, err);
    ok = ok && recording_parse(recording, path, strbuf_text(&bytes), bytes.len, err);
    strbuf_clear(&bytes);
    return ok;
}

void recording_clear(struct recording *recording)
{
    for (size_t i = 0; i < recording->record_count; i++)
        recording_record_clear(&recording->records[i]);
    mem_free(recording->records);
    mem_free(recording->program);
    *recording = (struct recording){.retries = -1};
}
