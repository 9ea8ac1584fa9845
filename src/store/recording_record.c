/* Life cycles of records, and the names of their kinds. */
#include "src/store/recording_record.h"

#include "src/base/mem.h"

static const char *const recording_kind_names[RECORDING_KIND_COUNT] = {
    "open", "message", "answer", "state", "request", "connected", "head",
    "body", "end",     "call",   "done",  "path",    "close"};

const char *recording_kind_name(enum recording_kind kind)
{
    return recording_kind_names[kind];
}

static void recording_model_clear(struct recording_model *model)
{
    mem_free(model->provider);
    mem_free(model->api);
    mem_free(model->model);
}

static void recording_open_free(struct recording_open *open)
{
    if (open == NULL)
        return;
    recording_model_clear(&open->model);
    for (size_t i = 0; i < open->fallback_count; i++)
        recording_model_clear(&open->fallbacks[i]);
    mem_free(open->fallbacks);
    mem_free(open->name);
    mem_free(open->system);
    param_list_clear(&open->params);
    text_list_clear(&open->tools);
    mem_free(open);
}

void recording_fields_add(struct recording_fields *fields, const char *name,
                          const char *value)
{
    fields->items =
        mem_grow(fields->items, &fields->cap, fields->len + 1, sizeof(fields->items[0]));
    fields->items[fields->len++] =
        (struct recording_field){mem_strdup(name), mem_strdup(value)};
}

void recording_fields_clear(struct recording_fields *fields)
{
    for (size_t i = 0; i < fields->len; i++) {
        mem_free(fields->items[i].name);
        mem_free(fields->items[i].value);
    }
    mem_free(fields->items);
    *fields = (struct recording_fields){0};
}

static void recording_request_free(struct recording_request *request)
{
    if (request == NULL)
        return;
    recording_model_clear(&request->model);
    mem_free(request->method);
    mem_free(request->url);
    recording_fields_clear(&request->fields);
    mem_free(request);
}

static void recording_call_clear(struct recording_call *call)
{
    char *const texts[] = {call->change,    call->call_id,  call->tool,
                           call->title,     call->origin,   call->description,
                           call->command,   call->sandbox,  call->claims,
                           call->arguments, call->preview,  call->rule,
                           call->reason,    call->proposed, call->note,
                           call->decision,  call->result,   call->progress_text};
    for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++)
        mem_free(texts[i]);
    *call = (struct recording_call){0};
}

/* The kinds whose struct has nothing to free but itself and a few texts. */
static void recording_small_clear(struct recording_record *record)
{
    if (record->kind == RECORDING_ANSWER && record->of.answer != NULL)
        recording_model_clear(&record->of.answer->model);
    if (record->kind == RECORDING_STATE && record->of.state != NULL) {
        mem_free(record->of.state->name);
        mem_free(record->of.state->reason);
    }
    if (record->kind == RECORDING_HEAD && record->of.head != NULL)
        recording_fields_clear(&record->of.head->fields);
    if (record->kind == RECORDING_END && record->of.end != NULL)
        error_clear(&record->of.end->error);
    if (record->kind == RECORDING_CALL && record->of.call != NULL)
        recording_call_clear(record->of.call);
}

void recording_record_clear(struct recording_record *record)
{
    recording_small_clear(record);
    switch (record->kind) {
    case RECORDING_OPEN: recording_open_free(record->of.open); break;
    case RECORDING_MESSAGE:
    case RECORDING_DONE: message_free(record->of.content); break;
    case RECORDING_ANSWER: mem_free(record->of.answer); break;
    case RECORDING_STATE: mem_free(record->of.state); break;
    case RECORDING_REQUEST: recording_request_free(record->of.request); break;
    case RECORDING_HEAD: mem_free(record->of.head); break;
    case RECORDING_BODY: mem_free(record->of.body.bytes); break;
    case RECORDING_END: mem_free(record->of.end); break;
    case RECORDING_CALL: mem_free(record->of.call); break;
    case RECORDING_CONNECTED:
    case RECORDING_PATH:
    case RECORDING_CLOSE:
    case RECORDING_KIND_COUNT: break;
    }
    *record = (struct recording_record){0};
}
