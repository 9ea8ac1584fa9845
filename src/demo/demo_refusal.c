/*
 * Which problem it is is decided here, how it is told by the protocol: its table has the
 * status, the words and the usual sentence, so that a client that can read these can read
 * those of the real services.
 */
#include "src/demo/demo_refusal.h"

#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "src/base/mem.h"
#include "src/base/strbuf.h"
#include "src/demo/demo_protocol.h"

/* Told where a form of waiting was asked for but no time. */
#define WAIT_S 1.0

static const char page_portal[] =
    "<!DOCTYPE html>\n<html>\n<head><title>Welcome to Harbour Hotel "
    "Wi-Fi</title></head>\n"
    "<body>\n<h1>Almost there</h1>\n<p>Please accept our terms to go online.</p>\n"
    "<form><button>Accept</button></form>\n</body>\n</html>\n";

void demo_refusal_init(struct demo_refusal *refusal, const struct demo_protocol *protocol)
{
    *refusal = (struct demo_refusal){.protocol = protocol, .retry_after_s = -1};
}

void demo_refusal_clear(struct demo_refusal *refusal)
{
    mem_free(refusal->body);
    demo_refusal_init(refusal, refusal->protocol);
}

/* The protocol's form of the problem. */
static const struct demo_problem_form *form_of(const struct demo_refusal *refusal,
                                               enum demo_problem problem)
{
    return &refusal->protocol->problems[problem];
}

/* Writes the body; status 0 stands for the problem's own. */
static void set_note(struct demo_refusal *refusal, const struct demo_problem_note *note)
{
    struct strbuf body;
    strbuf_init(&body, STRBUF_OWN_MAX);
    refusal->protocol->append_error(&body, note);
    strbuf_append_char(&body, '\n');
    mem_free(refusal->body);
    refusal->body = strbuf_take(&body);
    refusal->status = note->status;
}

void demo_refusal_set(struct demo_refusal *refusal, enum demo_problem problem,
                      const char *param, const char *format, ...)
{
    struct strbuf message;
    strbuf_init(&message, STRBUF_OWN_MAX);
    va_list args;
    va_start(args, format);
    strbuf_append_args(&message, format, args);
    va_end(args);
    const struct demo_problem_note note = {.problem = problem,
                                           .status = form_of(refusal, problem)->status,
                                           .message = strbuf_text(&message),
                                           .param = param,
                                           .wait_s = -1};
    set_note(refusal, &note);
    strbuf_clear(&message);
}

bool demo_refuse(struct demo_refusal *refusal, const char *member, const char *problem)
{
    demo_refusal_set(refusal, DEMO_PROBLEM_REQUEST, member, "Invalid value for '%s': %s.",
                     member, problem);
    return false;
}

bool demo_refuse_item(struct demo_refusal *refusal, const char *list, size_t index,
                      const char *member, const char *problem)
{
    char *name = strbuf_format("%s[%zu].%s", list, index, member);
    demo_refuse(refusal, name, problem);
    mem_free(name);
    return false;
}

/* ---- faults ------------------------------------------------------------------------ */

static void set_page(struct demo_refusal *refusal, int status)
{
    static const char *const titles[] = {"502 Bad Gateway",
                                         "503 Service Temporarily Unavailable"};
    refusal->status = status;
    refusal->is_html = true;
    if (status < 400)
        refusal->body = mem_strdup(page_portal);
    else
        refusal->body = strbuf_format(
            "<!DOCTYPE html>\n<html>\n<head><title>%s</title></head>\n<body>\n"
            "<h1>%s</h1>\n<p>The model has left the building. It will be back after "
            "tea.</p>\n<hr><center>motet demo</center>\n</body>\n</html>\n",
            titles[status != 502], titles[status != 502]);
}

enum demo_problem demo_problem_of_status(int status)
{
    static const struct {
        int status;
        enum demo_problem problem;
    } rows[] = {
        {401, DEMO_PROBLEM_KEY},        {402, DEMO_PROBLEM_BILLING},
        {403, DEMO_PROBLEM_REGION},     {404, DEMO_PROBLEM_MODEL},
        {405, DEMO_PROBLEM_METHOD},     {408, DEMO_PROBLEM_TIMEOUT},
        {413, DEMO_PROBLEM_LARGE},      {429, DEMO_PROBLEM_RATE},
        {503, DEMO_PROBLEM_OVERLOADED}, {529, DEMO_PROBLEM_OVERLOADED},
    };
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        if (rows[i].status == status)
            return rows[i].problem;
    }
    return status >= 500 ? DEMO_PROBLEM_SERVER : DEMO_PROBLEM_REQUEST;
}

/* Sets the problem in the protocol's own words; `status` 0 stands for its own. A wait
 * that belongs into the body is put there. */
static void set_problem(struct demo_refusal *refusal, enum demo_problem problem,
                        int status)
{
    const struct demo_problem_form *form = form_of(refusal, problem);
    struct demo_problem_note note = {
        .problem = problem, .status = status > 0 ? status : form->status, .wait_s = -1};
    char *message = refusal->retry_after_s >= 0 && refusal->wait == DEMO_WAIT_WORDS
                        ? strbuf_format("%s. Please try again in %.15gs.", form->message,
                                        refusal->retry_after_s)
                        : mem_strdup(form->message);
    note.message = message;
    if (refusal->wait == DEMO_WAIT_INFO)
        note.wait_s = refusal->retry_after_s;
    set_note(refusal, &note);
    mem_free(message);
}

/* Decides how a wait is told, if one is. */
static void plan_wait(struct demo_refusal *refusal, const struct demo_params *params)
{
    refusal->retry_after_s = params->retry_after_s;
    refusal->wait = params->wait;
    if (params->wait != DEMO_WAIT_USUAL && params->retry_after_s < 0)
        refusal->retry_after_s = WAIT_S;
    if (params->wait == DEMO_WAIT_USUAL)
        refusal->wait = refusal->protocol->wait;
}

void demo_refusal_set_rate(struct demo_refusal *refusal, const char *message,
                           double wait_s)
{
    refusal->retry_after_s = wait_s;
    refusal->wait = refusal->protocol->wait;
    const struct demo_problem_note note = {
        .problem = DEMO_PROBLEM_RATE,
        .status = form_of(refusal, DEMO_PROBLEM_RATE)->status,
        .message = message,
        .wait_s = refusal->wait == DEMO_WAIT_INFO ? wait_s : -1};
    set_note(refusal, &note);
}

bool demo_refusal_set_fault(struct demo_refusal *refusal,
                            const struct demo_params *params)
{
    const int status = params->status;
    plan_wait(refusal, params);
    switch (params->fault) {
    case DEMO_FAULT_NONE:
    case DEMO_FAULT_CUT:
    case DEMO_FAULT_CUT_UTF8:
    case DEMO_FAULT_STALL:
    case DEMO_FAULT_GARBAGE:
    case DEMO_FAULT_ERROR:
    case DEMO_FAULT_EOF:
    case DEMO_FAULT_EMPTY:
    case DEMO_FAULT_TYPE:
    case DEMO_FAULT_BARE:
    case DEMO_FAULT_LINE:
    case DEMO_FAULT_FLOOD:
    case DEMO_FAULT_FILTER: return false;
    case DEMO_FAULT_DOWN: set_page(refusal, status > 0 ? status : 503); break;
    case DEMO_FAULT_GATEWAY: set_page(refusal, status > 0 ? status : 502); break;
    case DEMO_FAULT_HTML: set_page(refusal, status > 0 ? status : 200); break;
    case DEMO_FAULT_FLAKY:
        if (refusal->retry_after_s < 0)
            refusal->retry_after_s = WAIT_S;
        set_problem(refusal, demo_problem_of_status(status > 0 ? status : 429), status);
        break;
    case DEMO_FAULT_QUOTA: set_problem(refusal, DEMO_PROBLEM_QUOTA, status); break;
    case DEMO_FAULT_CONTEXT: set_problem(refusal, DEMO_PROBLEM_CONTEXT, status); break;
    case DEMO_FAULT_KEY: set_problem(refusal, DEMO_PROBLEM_KEY, status); break;
    case DEMO_FAULT_STATUS:
        set_problem(refusal, demo_problem_of_status(status), status);
        break;
    }
    return true;
}

/* ---- header fields ----------------------------------------------------------------- */

static void add_date(void (*add)(void *user, const char *name, const char *value),
                     void *user, const char *name, int64_t seconds)
{
    const time_t moment = (time_t)seconds;
    struct tm parts;
    char text[64];
    if (gmtime_r(&moment, &parts) != NULL &&
        strftime(text, sizeof(text), "%a, %d %b %Y %H:%M:%S GMT", &parts) > 0)
        add(user, name, text);
}

/* Tells the wait by the fields about limits: nothing is left until then. */
static void add_reset(const struct demo_refusal *refusal, int64_t now_s,
                      void (*add)(void *user, const char *name, const char *value),
                      void *user)
{
    const struct demo_limit_names *names = &refusal->protocol->limit_names;
    char value[64];
    add(user, names->remaining, "0");
    if (names->is_date) {
        const time_t moment = (time_t)now_s + (time_t)refusal->retry_after_s;
        struct tm parts;
        if (gmtime_r(&moment, &parts) != NULL &&
            strftime(value, sizeof(value), "%Y-%m-%dT%H:%M:%SZ", &parts) > 0)
            add(user, names->reset, value);
        add_date(add, user, "Date", now_s);
    } else {
        snprintf(value, sizeof(value), "%.15gs", refusal->retry_after_s);
        add(user, names->reset, value);
    }
}

void demo_refusal_list_headers(const struct demo_refusal *refusal, int64_t now_s,
                               void (*add)(void *user, const char *name,
                                           const char *value),
                               void *user)
{
    char value[64];
    const double wait_s = refusal->retry_after_s;
    if (wait_s < 0)
        return;
    switch (refusal->wait) {
    case DEMO_WAIT_INFO:
    case DEMO_WAIT_WORDS: return;
    case DEMO_WAIT_DATE:
        add_date(add, user, "Date", now_s);
        add_date(add, user, "Retry-After", now_s + (int64_t)wait_s);
        return;
    case DEMO_WAIT_MS:
        snprintf(value, sizeof(value), "%.15g", wait_s * 1e3);
        add(user, "retry-after-ms", value);
        return;
    case DEMO_WAIT_RESET:
        if (refusal->protocol->limit_names.reset != NULL) {
            add_reset(refusal, now_s, add, user);
            return;
        }
        break;
    case DEMO_WAIT_USUAL:
    case DEMO_WAIT_SECONDS: break;
    }
    snprintf(value, sizeof(value), "%.15g", wait_s);
    add(user, "Retry-After", value);
}
