/*
 * A record for each endpoint that was ever asked for. The command's output is the key; of
 * its other words only the first line of standard error is ever shown, and that only when
 * the command has failed.
 */
#include "src/engine/key_source.h"

#include <string.h>

#include "src/base/mem.h"
#include "src/base/safe_text.h"
#include "src/base/strbuf.h"
#include "src/proc/process.h"

/* A person may have to type a passphrase into another program. */
#define KEY_COMMAND_DEADLINE_MS 120000
#define KEY_OUTPUT_MAX          16384
#define KEY_ERRORS_MAX          4096

/* This many bytes of a key in a row are starred out; fewer may be chance. */
#define KEY_HIDDEN_MIN 6

struct key_record {
    struct key_source *source;
    const struct endpoint *endpoint;
    struct secret *secret;   /* from the command, or NULL */
    struct secret *former;   /* the one before: a late answer may still repeat it */
    struct process *process; /* running, or ended and not freed yet */
    struct key_waiter *first;
    bool is_running;
};

struct key_source {
    struct ev_loop *loop;
    struct log *log;
    const struct catalog *catalog;
    struct key_record **records;
    size_t count;
    size_t cap;
};

struct key_source *key_source_new(struct ev_loop *loop, struct log *log,
                                  const struct catalog *catalog)
{
    struct key_source *source = mem_alloc(sizeof(*source));
    source->loop = loop;
    source->log = log;
    source->catalog = catalog;
    return source;
}

void key_source_free(struct key_source *source)
{
    if (source == NULL)
        return;
    for (size_t i = 0; i < source->count; i++) {
        struct key_record *record = source->records[i];
        process_free(record->process);
        secret_free(record->secret);
        secret_free(record->former);
        mem_free(record);
    }
    mem_free(source->records);
    mem_free(source);
}

static struct key_record *key_source_find(struct key_source *source,
                                          const struct endpoint *endpoint)
{
    for (size_t i = 0; i < source->count; i++) {
        if (source->records[i]->endpoint == endpoint)
            return source->records[i];
    }
    struct key_record *record = mem_alloc(sizeof(*record));
    record->source = source;
    record->endpoint = endpoint;
    source->records = mem_grow(source->records, &source->cap, source->count + 1,
                               sizeof(source->records[0]));
    source->records[source->count++] = record;
    return record;
}

/* --- The command
 * ------------------------------------------------------------------------
 */

/* Tells all who wait. */
static void key_record_tell(struct key_record *record, const struct error *err)
{
    /* Those who ask again meanwhile wait for the next command, if there is one. One that
     * gives up takes itself out of the list it stands in, so the list is counted. */
    size_t count = 0;
    for (const struct key_waiter *at = record->first; at != NULL; at = at->next)
        count++;
    for (; count > 0 && record->first != NULL; count--) {
        struct key_waiter *waiter = record->first;
        record->first = waiter->next;
        waiter->next = NULL;
        waiter->is_waiting = false;
        waiter->on_key(waiter->user, err);
    }
}

/* The first line of what the command complained of, fit for a sentence. */
static void key_append_words(struct strbuf *out, const struct process_result *result)
{
    const size_t len = strcspn(result->errors, "\r\n");
    if (len == 0)
        return;
    strbuf_append_text(out, ": ");
    safe_text_append_line(out, result->errors, len, 200);
}

static void key_explain(const struct key_record *record,
                        const struct process_result *result, struct error *err)
{
    const char *command = record->endpoint->key_cmd[0];
    const char *name = record->endpoint->name;
    struct strbuf words;
    strbuf_init(&words, 1000);
    if (result->error.class != ERROR_NONE)
        strbuf_append_text(&words, error_text(&result->error));
    else if (result->is_timed_out)
        strbuf_append_format(&words, "%s did not end within %d s", command,
                             KEY_COMMAND_DEADLINE_MS / 1000);
    else if (result->is_output_cut)
        strbuf_append_format(&words, "%s prints more than a key", command);
    else if (result->signal != 0)
        strbuf_append_format(&words, "%s was ended by signal %d", command,
                             result->signal);
    else
        strbuf_append_format(&words, "%s ended with exit code %d", command,
                             result->exit_code);
    key_append_words(&words, result);
    error_set(err, ERROR_AUTH, "no key for %s: %s", name, strbuf_text(&words));
    strbuf_clear(&words);
}

/* Takes the key out of the output: its first line. */
static void key_take(struct key_record *record, const struct process_result *result,
                     struct error *err)
{
    const size_t len = strcspn(result->output, "\n");
    char *command = strbuf_format("the command %s", record->endpoint->key_cmd[0]);
    record->secret = secret_from_text(result->output, len, command, err);
    mem_free(command);
    if (record->secret != NULL)
        return;
    err->class = ERROR_AUTH;
    error_prefix(err, "no key for %s", record->endpoint->name);
}

static void key_on_done(void *user, const struct process_result *result)
{
    struct key_record *record = user;
    struct error err = {ERROR_NONE, NULL};
    const bool ok = result->error.class == ERROR_NONE && result->exit_code == 0 &&
                    !result->is_output_cut;
    record->is_running = false;
    if (ok)
        key_take(record, result, &err);
    else
        key_explain(record, result, &err);
    log_info(record->source->log, "key", "the command for %s %s", record->endpoint->name,
             err.class == ERROR_NONE ? "gave a key" : "failed");
    key_record_tell(record, &err);
    error_clear(&err);
}

static bool key_record_run(struct key_record *record, struct error *err)
{
    const struct endpoint *endpoint = record->endpoint;
    const char **argv = mem_alloc_array(endpoint->key_cmd_count + 1, sizeof(argv[0]));
    for (size_t i = 0; i < endpoint->key_cmd_count; i++)
        argv[i] = endpoint->key_cmd[i];
    const struct catalog *catalog = record->source->catalog;
    const char **key_variables =
        catalog != NULL ? catalog_get_key_variables(catalog) : NULL;
    const struct process_options options = {
        .argv = argv,
        .environment = PROCESS_ENVIRONMENT_WITHOUT_KEYS,
        .key_variables = key_variables,
        .output_max = KEY_OUTPUT_MAX,
        .errors_max = KEY_ERRORS_MAX,
        .deadline_ms = KEY_COMMAND_DEADLINE_MS,
    };
    const struct process_handler handler = {NULL, key_on_done, record};
    process_free(record->process);
    record->process = process_start(record->source->loop, &options, &handler, err);
    mem_free(argv);
    mem_free(key_variables);
    record->is_running = record->process != NULL;
    return record->is_running;
}

/* --- Asking
 * -----------------------------------------------------------------------------
 */

bool key_source_ask(struct key_source *source, const struct endpoint *endpoint,
                    struct key_waiter *waiter)
{
    struct key_record *record = key_source_find(source, endpoint);
    const bool is_there = endpoint->key != NULL || record->secret != NULL;
    if (is_there || endpoint->key_cmd_count == 0)
        return true;
    struct error err = {ERROR_NONE, NULL};
    if (!record->is_running && !key_record_run(record, &err)) {
        /* Said where the key is fetched: there is none. */
        log_warn(source->log, "key", "%s", error_text(&err));
        error_clear(&err);
        return true;
    }
    struct key_waiter **at = &record->first;
    while (*at != NULL)
        at = &(*at)->next;
    *at = waiter;
    waiter->next = NULL;
    waiter->is_waiting = true;
    return false;
}

void key_source_give_up(struct key_source *source, struct key_waiter *waiter)
{
    if (!waiter->is_waiting)
        return;
    for (size_t i = 0; i < source->count; i++) {
        struct key_waiter **at = &source->records[i]->first;
        while (*at != NULL && *at != waiter)
            at = &(*at)->next;
        if (*at != NULL)
            *at = waiter->next;
    }
    waiter->next = NULL;
    waiter->is_waiting = false;
}

static const char *key_record_text(const struct key_record *record)
{
    const struct endpoint *endpoint = record->endpoint;
    return secret_text(endpoint->key != NULL ? endpoint->key : record->secret);
}

bool key_source_get(struct key_source *source, const struct endpoint *endpoint,
                    const char **key, struct error *err)
{
    *key = key_record_text(key_source_find(source, endpoint));
    if (*key != NULL || endpoint->key_cmd_count == 0)
        return true;
    error_set(err, ERROR_AUTH, "no key for %s: the command %s could not be started",
              endpoint->name, endpoint->key_cmd[0]);
    return false;
}

/* Stars out every stretch of `words` that the secret begins with. */
static void key_hide(char *words, const char *secret)
{
    if (secret == NULL || strlen(secret) < KEY_HIDDEN_MIN)
        return;
    while (*words != '\0') {
        size_t same = 0;
        while (secret[same] != '\0' && words[same] == secret[same])
            same++;
        if (same >= KEY_HIDDEN_MIN)
            memset(words, '*', same);
        words += same >= KEY_HIDDEN_MIN ? same : 1;
    }
}

void key_source_hide(struct key_source *source, const struct endpoint *endpoint,
                     char *words)
{
    const struct key_record *record = key_source_find(source, endpoint);
    if (words == NULL)
        return;
    key_hide(words, key_record_text(record));
    key_hide(words, secret_text(record->former));
    /* An extra header may carry a key as well, some behind a word such as "Bearer". */
    for (size_t i = 0; i < endpoint->header_count; i++) {
        const char *value = strchr(endpoint->headers[i], ':');
        if (value == NULL)
            continue;
        key_hide(words, value + 1 + strspn(value + 1, " \t"));
        const char *last = strrchr(value, ' ');
        key_hide(words, last != NULL ? last + 1 : NULL);
    }
}

void key_source_forget(struct key_source *source, const struct endpoint *endpoint)
{
    struct key_record *record = key_source_find(source, endpoint);
    if (record->secret == NULL)
        return;
    secret_free(record->former);
    record->former = record->secret;
    record->secret = NULL;
}
