/*
 * A chain of requests, each begun by the end of the one before. OpenAI takes the file
 * first (multipart) and then the batch that names it; Anthropic takes both at once.
 */
#include "src/engine/batch_job.h"

#include <string.h>

#include "src/base/compiler.h"
#include "src/base/json.h"
#include "src/base/mem.h"
#include "src/engine/endpoint_request.h"
#include "src/engine/engine_state.h"
#include "src/provider/error_reply.h"

/* Waits between looks: they double. */
#define LOOK_FIRST_S 0.25
#define LOOK_MOST_S  30.

/* Looks that may fail in a row. */
#define FAILURES_MAX 20

#define REPLY_MAX      ((size_t)1 << 20)
#define LINE_MAX_BYTES ((size_t)64 << 20)

/* Lines of the file begin with '{' or '[' or ',', never with this. */
#define BOUNDARY "motet-batch-file-boundary"

enum batch_step { STEP_UPLOAD, STEP_CREATE, STEP_LOOK, STEP_FETCH, STEP_FETCH_ERRORS };

struct batch_job {
    struct engine *engine;
    enum batch_kind kind;
    const struct endpoint *endpoint;
    struct batch_job_owner owner;
    struct key_waiter key_waiter;
    struct ev_timer timer; /* the next step, or the end, from the loop */
    struct http_transfer *transfer;
    enum batch_step step;
    char *base; /* ".../v1" */
    char *file;
    size_t file_len;
    char *file_id; /* of what was uploaded */
    char *id;
    char *results;        /* where they are: a file's id, or a URL */
    char *failed_results; /* the same of failed requests, or NULL */
    struct strbuf body;   /* of a response that is read whole */
    struct strbuf line;
    int status;
    double wait_s;
    int failures;
    bool only_creates;
    bool is_over;
    struct error error;
};

static void job_begin(struct batch_job *job);

/* Goes on from the loop. */
static void job_plan(struct batch_job *job, double after_s)
{
    ev_now_update(job->engine->loop);
    ev_timer_stop(job->engine->loop, &job->timer);
    ev_timer_set(&job->timer, after_s, 0.);
    ev_timer_start(job->engine->loop, &job->timer);
}

static void job_end(struct batch_job *job)
{
    job->is_over = true;
    job_plan(job, 0.);
}

static void job_on_timer(struct ev_loop *loop, struct ev_timer *timer, int events)
{
    (void)loop;
    (void)events;
    struct batch_job *job = timer->data;
    if (job->is_over)
        job->owner.on_done(job->owner.user, &job->error);
    else
        job_begin(job);
}

/* --- Requests -------------------------------------------------------------------- */

static char *job_multipart(const struct batch_job *job, size_t *len)
{
    struct strbuf body;
    strbuf_init(&body, STRBUF_OWN_MAX);
    strbuf_append_text(&body, "--" BOUNDARY "\r\n"
                              "Content-Disposition: form-data; name=\"purpose\"\r\n\r\n"
                              "batch\r\n"
                              "--" BOUNDARY "\r\n"
                              "Content-Disposition: form-data; name=\"file\"; "
                              "filename=\"motet.jsonl\"\r\n"
                              "Content-Type: application/jsonl\r\n\r\n");
    strbuf_append(&body, job->file, job->file_len);
    strbuf_append_text(&body, "\r\n--" BOUNDARY "--\r\n");
    *len = body.len;
    return strbuf_take(&body);
}

static char *job_creation(const struct batch_job *job, size_t *len)
{
    if (job->kind == BATCH_ANTHROPIC) {
        *len = job->file_len;
        return mem_strndup(job->file, job->file_len);
    }
    struct strbuf body;
    strbuf_init(&body, STRBUF_OWN_MAX);
    strbuf_append_text(&body, "{\"input_file_id\":");
    json_append_string(&body, job->file_id, strlen(job->file_id));
    strbuf_append_format(&body, ",\"endpoint\":\"%s\",\"completion_window\":\"24h\"}",
                         batch_route(job->kind, job->endpoint));
    *len = body.len;
    return strbuf_take(&body);
}

static char *job_url(const struct batch_job *job)
{
    const char *batches = job->kind == BATCH_ANTHROPIC ? "/messages/batches" : "/batches";
    switch (job->step) {
    case STEP_UPLOAD: return strbuf_format("%s/files", job->base);
    case STEP_CREATE: return strbuf_format("%s%s", job->base, batches);
    case STEP_LOOK: return strbuf_format("%s%s/%s", job->base, batches, job->id);
    case STEP_FETCH:
    case STEP_FETCH_ERRORS: break;
    }
    const char *what = job->step == STEP_FETCH ? job->results : job->failed_results;
    if (job->kind == BATCH_OPENAI)
        return strbuf_format("%s/files/%s/content", job->base, what);
    return strbuf_format("%s%s/%s/results", job->base, batches, job->id);
}

/* --- Answers --------------------------------------------------------------------- */

static void job_keep(char **place, const char *text)
{
    mem_free(*place);
    *place = mem_strdup(text);
}

/* An id that may stand in a URL as it is. */
static bool is_id(const char *text)
{
    return text != NULL && text[0] != '\0' && strlen(text) < 200 &&
           strspn(text, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"
                        "_-") == strlen(text);
}

static void job_refuse(struct batch_job *job, const char *what)
{
    error_set(&job->error, ERROR_PROTOCOL, "%s: what %s answered is not %s (HTTP %d)",
              job->endpoint->name, job->endpoint->base_url, what, job->status);
    job_end(job);
}

static void job_took_file(struct batch_job *job, const cJSON *object)
{
    const char *id = json_get_string(object, "id");
    if (!is_id(id)) {
        job_refuse(job, "a file");
        return;
    }
    job_keep(&job->file_id, id);
    job->step = STEP_CREATE;
    job_plan(job, 0.);
}

static void job_took_batch(struct batch_job *job, const cJSON *object)
{
    const char *id = json_get_string(object, "id");
    if (!is_id(id)) {
        job_refuse(job, "a batch");
        return;
    }
    job_keep(&job->id, id);
    job->step = STEP_LOOK;
    job->owner.on_created(job->owner.user, id);
    if (job->only_creates)
        job_end(job);
    else
        job_plan(job, job->wait_s);
}

/* Notes where the results are; false while there are none yet. */
static bool job_is_ended(struct batch_job *job, const cJSON *object, const char *state)
{
    if (job->kind == BATCH_ANTHROPIC) {
        job_keep(&job->results, "results");
        return strcmp(state, "ended") == 0;
    }
    const char *results = json_get_string(object, "output_file_id");
    const char *failed = json_get_string(object, "error_file_id");
    job_keep(&job->results, is_id(results) ? results : NULL);
    job_keep(&job->failed_results, is_id(failed) ? failed : NULL);
    return strcmp(state, "completed") == 0 || strcmp(state, "expired") == 0 ||
           strcmp(state, "cancelled") == 0 || strcmp(state, "failed") == 0;
}

static void job_tell_progress(struct batch_job *job, const cJSON *object,
                              const char *state)
{
    const cJSON *counts = json_get(object, "request_counts");
    int64_t done = -1;
    int64_t other = 0;
    int64_t total = -1;
    if (job->kind == BATCH_OPENAI) {
        json_get_int(counts, "total", &total);
        if (json_get_int(counts, "completed", &done) &&
            json_get_int(counts, "failed", &other))
            done += other;
    } else if (json_get_int(counts, "succeeded", &done)) {
        static const char *const ends[] = {"errored", "canceled", "expired"};
        for (size_t i = 0; i < COUNT_OF(ends); i++)
            done += json_get_int(counts, ends[i], &other) ? other : 0;
        total = done + (json_get_int(counts, "processing", &other) ? other : 0);
    }
    job->owner.on_progress(job->owner.user, state, done, total);
}

static void job_looked(struct batch_job *job, const cJSON *object)
{
    const char *state = json_get_string(
        object, job->kind == BATCH_ANTHROPIC ? "processing_status" : "status");
    if (state == NULL) {
        job_refuse(job, "the state of a batch");
        return;
    }
    job->failures = 0;
    job_tell_progress(job, object, state);
    if (!job_is_ended(job, object, state)) {
        job->wait_s = job->wait_s * 2 < LOOK_MOST_S ? job->wait_s * 2 : LOOK_MOST_S;
        job_plan(job, job->wait_s);
        return;
    }
    if (job->results == NULL && job->failed_results == NULL) {
        const cJSON *first =
            cJSON_GetArrayItem(json_get(json_get(object, "errors"), "data"), 0);
        const char *message = json_get_string(first, "message");
        error_set(&job->error, ERROR_BAD_REQUEST,
                  "the batch %s has %s without results%s%s", job->id, state,
                  message != NULL ? ": " : "", message != NULL ? message : "");
        job_end(job);
        return;
    }
    job->step = job->results != NULL ? STEP_FETCH : STEP_FETCH_ERRORS;
    job_plan(job, 0.);
}

/* --- Transfers ------------------------------------------------------------------- */

static bool is_fetch(const struct batch_job *job)
{
    return job->step == STEP_FETCH || job->step == STEP_FETCH_ERRORS;
}

static void job_on_head(void *user, const struct http_head *head)
{
    struct batch_job *job = user;
    job->status = head->status;
}

static void job_give_up(struct batch_job *job, const char *sentence)
{
    http_cancel(job->transfer);
    job->transfer = NULL;
    error_set(&job->error, ERROR_PROTOCOL, "%s: %s", job->endpoint->name, sentence);
    job_end(job);
}

static void job_on_body(void *user, const char *bytes, size_t len)
{
    struct batch_job *job = user;
    if (!is_fetch(job) || job->status != 200) {
        if (!strbuf_append(&job->body, bytes, len))
            job_give_up(job, "its answer is larger than any answer should be");
        return;
    }
    while (len > 0) {
        const char *end = memchr(bytes, '\n', len);
        const size_t count = end != NULL ? (size_t)(end - bytes) : len;
        if (!strbuf_append(&job->line, bytes, count)) {
            job_give_up(job, "a line of its results is too long");
            return;
        }
        if (end == NULL)
            return;
        if (job->line.len > 0)
            job->owner.on_line(job->owner.user, strbuf_text(&job->line), job->line.len);
        strbuf_reset(&job->line);
        bytes += count + 1;
        len -= count + 1;
    }
}

/* The results have come; those of failed requests may stand elsewhere. */
static void job_fetched(struct batch_job *job)
{
    if (job->line.len > 0)
        job->owner.on_line(job->owner.user, strbuf_text(&job->line), job->line.len);
    if (job->step == STEP_FETCH && job->failed_results != NULL) {
        job->step = STEP_FETCH_ERRORS;
        job_plan(job, 0.);
        return;
    }
    job_end(job);
}

static void job_read(struct batch_job *job)
{
    cJSON *object = json_parse(strbuf_text(&job->body), job->body.len);
    switch (job->step) {
    case STEP_UPLOAD: job_took_file(job, object); break;
    case STEP_CREATE: job_took_batch(job, object); break;
    case STEP_LOOK: job_looked(job, object); break;
    case STEP_FETCH:
    case STEP_FETCH_ERRORS: job_fetched(job); break;
    }
    cJSON_Delete(object);
}

/* Looks again later after a failure that may pass; the end otherwise. Lines that were
 * told of before are told again: the owner knows them by their ids. */
static void job_failed(struct batch_job *job, struct error *err)
{
    const bool may_pass = error_class_get(err->class)->is_retryable;
    const bool is_safe = job->step != STEP_UPLOAD && job->step != STEP_CREATE;
    if (is_safe && may_pass && ++job->failures < FAILURES_MAX) {
        error_clear(err);
        job->wait_s = job->wait_s * 2 < LOOK_MOST_S ? job->wait_s * 2 : LOOK_MOST_S;
        job_plan(job, job->wait_s);
        return;
    }
    error_move(&job->error, err);
    job_end(job);
}

static void job_on_done(void *user, const struct http_result *result)
{
    struct batch_job *job = user;
    struct error err = {ERROR_NONE, NULL};
    job->transfer = NULL;
    if (job->status >= 300) {
        struct error_reply said;
        error_reply_from_body(&said, job->status, strbuf_text(&job->body), job->body.len);
        error_move(&err, &said.error);
        key_source_hide(job->engine->keys, job->endpoint, err.message);
        error_reply_clear(&said);
    } else if (result->error.class != ERROR_NONE) {
        error_set(&err, result->error.class, "%s", error_text(&result->error));
    }
    if (err.class != ERROR_NONE)
        job_failed(job, &err);
    else
        job_read(job);
}

static void job_send(struct batch_job *job)
{
    const struct provider *provider = provider_find(job->endpoint->api);
    const struct provider_request where = {.base_url = job->endpoint->base_url,
                                           .model = "",
                                           .quirks = job->endpoint->quirks};
    const struct http_handler handler = {NULL, job_on_head, job_on_body, job_on_done,
                                         job};
    struct endpoint_request request = {
        .endpoint = job->endpoint, .provider = provider, .what = &where};
    char *url = job_url(job);
    char *body = NULL;
    if (job->step == STEP_UPLOAD) {
        body = job_multipart(job, &request.body_len);
        request.content_type = "multipart/form-data; boundary=" BOUNDARY;
    } else if (job->step == STEP_CREATE) {
        body = job_creation(job, &request.body_len);
    }
    request.url = url;
    request.body = body;
    job->status = 0;
    strbuf_reset(&job->body);
    strbuf_reset(&job->line);
    job->transfer = endpoint_request_start(&request, job->engine->http, job->engine->keys,
                                           &handler, &job->error);
    if (job->transfer == NULL)
        job_end(job);
    mem_free(url);
    mem_free(body);
}

static void job_on_key(void *user, const struct error *err)
{
    struct batch_job *job = user;
    if (err->class != ERROR_NONE) {
        error_set(&job->error, err->class, "%s", error_text(err));
        job_end(job);
        return;
    }
    job_send(job);
}

static void job_begin(struct batch_job *job)
{
    if (key_source_ask(job->engine->keys, job->endpoint, &job->key_waiter))
        job_send(job);
}

/* The API's base with its version: the URL of requests without their route. */
static char *job_base(const struct batch_job *job)
{
    const struct provider *provider = provider_find(job->endpoint->api);
    const struct provider_request where = {.base_url = job->endpoint->base_url,
                                           .model = "",
                                           .quirks = job->endpoint->quirks};
    const char *route = batch_route(job->kind, job->endpoint) + strlen("/v1");
    char *url = provider->make_url(&where);
    size_t len = strcspn(url, "?");
    const size_t route_len = strlen(route);
    if (len > route_len && memcmp(url + len - route_len, route, route_len) == 0)
        len -= route_len;
    char *base = mem_strndup(url, len);
    mem_free(url);
    return base;
}

struct batch_job *batch_job_start(struct engine *engine,
                                  const struct batch_job_options *options,
                                  const struct batch_job_owner *owner)
{
    struct batch_job *job = mem_alloc(sizeof(*job));
    job->engine = engine;
    job->kind = options->kind;
    job->endpoint = options->endpoint;
    job->owner = *owner;
    job->key_waiter = (struct key_waiter){.on_key = job_on_key, .user = job};
    job->id = mem_strdup(options->id);
    if (options->file != NULL)
        job->file = mem_strndup(options->file, options->file_len);
    job->file_len = options->file_len;
    job->only_creates = options->only_creates;
    job->wait_s = LOOK_FIRST_S;
    job->base = job_base(job);
    job->step = options->id != NULL             ? STEP_LOOK
                : options->kind == BATCH_OPENAI ? STEP_UPLOAD
                                                : STEP_CREATE;
    strbuf_init(&job->body, REPLY_MAX);
    strbuf_init(&job->line, LINE_MAX_BYTES);
    ev_init(&job->timer, job_on_timer);
    job->timer.data = job;
    job_plan(job, 0.);
    return job;
}

void batch_job_free(struct batch_job *job)
{
    if (job == NULL)
        return;
    ev_timer_stop(job->engine->loop, &job->timer);
    key_source_give_up(job->engine->keys, &job->key_waiter);
    http_cancel(job->transfer);
    mem_free(job->base);
    mem_free(job->file);
    mem_free(job->file_id);
    mem_free(job->id);
    mem_free(job->results);
    mem_free(job->failed_results);
    strbuf_clear(&job->body);
    strbuf_clear(&job->line);
    error_clear(&job->error);
    mem_free(job);
}
