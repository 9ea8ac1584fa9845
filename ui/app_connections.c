/*
 * The box that shows the network at work: for each service the transfers under way, how
 * many requests found a connection ready, and the protocol; for each pane the times of
 * its last answer. Filled anew with every tick and every answer that ends.
 */
#include <string.h>

#include "src/base/mem.h"
#include "ui/app_state.h"

#define CONNECTIONS_LEFT_WIDTH 20

/* "TLS 12.3 ms", or nothing where it was not reached. */
static void connections_append_time(struct strbuf *out, const char *what, int64_t time_us)
{
    if (time_us < 0)
        return;
    const char *gap = out->len > 0 ? " \xc2\xb7 " : "";
    if (time_us < 100000)
        strbuf_append_format(out, "%s%s %.1f ms", gap, what, (double)time_us / 1000);
    else
        strbuf_append_format(out, "%s%s %.2f s", gap, what, (double)time_us / 1000000);
}

/* The way to a connection. */
static void connections_append_steps(struct strbuf *out, int64_t dns_us,
                                     int64_t connect_us, int64_t tls_us)
{
    connections_append_time(out, "DNS", dns_us);
    connections_append_time(out, "connect", connect_us);
    connections_append_time(out, "TLS", tls_us);
}

static void app_add_fact(struct app *app, const char *what, struct strbuf *text)
{
    app_add_row(app, mem_strdup(what),
                text->len > 0 ? strbuf_take(text) : mem_strdup("not known yet"));
    strbuf_reset(text);
}

static void app_add_connection(struct app *app, const struct connection_facts *facts)
{
    struct strbuf text;
    strbuf_init(&text, STRBUF_OWN_MAX);
    strbuf_append_format(&text, "%s  %s", facts->endpoint->name,
                         facts->endpoint->origin != NULL ? facts->endpoint->origin : "");
    app_add_row(app, NULL, strbuf_take(&text));
    strbuf_append_format(&text, "%zu open, %zu ended", facts->open, facts->requests);
    app_add_fact(app, "  requests", &text);
    /* Those that never had a connection are counted as new: they tried to make one. */
    strbuf_append_format(&text, "%zu new, %zu reused", facts->requests - facts->reused,
                         facts->reused);
    app_add_fact(app, "  connections", &text);
    if (facts->http_version != NULL)
        strbuf_append_format(&text, "HTTP/%s", facts->http_version);
    app_add_fact(app, "  protocol", &text);
    connections_append_steps(&text, facts->dns_us, facts->connect_us, facts->tls_us);
    app_add_fact(app, "  last new one", &text);
    strbuf_clear(&text);
}

static void app_add_answer(struct app *app, size_t index)
{
    const chat_id id = app->panes[index].chat;
    const struct chat_setup *setup = engine_get_setup(app->engine, id);
    const struct message *answer =
        chat_last_by(engine_get_chat(app->engine, id), MESSAGE_ASSISTANT);
    struct strbuf text;
    strbuf_init(&text, STRBUF_OWN_MAX);
    strbuf_append_format(&text, "  %zu %s", index + 1, setup->model);
    char *name = strbuf_take(&text);
    if (answer != NULL && answer->facts.http_version != NULL) {
        const struct answer_timing *timing = &answer->facts.timing;
        strbuf_append_format(&text, "%s HTTP/%s",
                             answer->facts.is_reused ? "reused" : "new",
                             answer->facts.http_version);
        connections_append_time(&text, "first byte", timing->first_byte_us);
    }
    app_add_fact(app, name, &text);
    mem_free(name);
    if (answer != NULL && !answer->facts.is_reused) {
        const struct answer_timing *timing = &answer->facts.timing;
        connections_append_steps(&text, timing->dns_us, timing->connect_us,
                                 timing->tls_us);
        if (text.len > 0)
            app_add_fact(app, " ", &text);
    }
    strbuf_clear(&text);
}

static void app_fill_connections(struct app *app)
{
    const struct connection_facts *facts;
    const size_t count = engine_get_connections(app->engine, &facts);
    app_clear_list(app);
    for (size_t i = 0; i < count; i++)
        app_add_connection(app, &facts[i]);
    if (count == 0)
        app_add_row(app, NULL, mem_strdup("nothing was sent yet"));
    app_add_row(app, NULL, mem_strdup(""));
    app_add_row(app, NULL, mem_strdup("last answers"));
    for (size_t i = 0; i < app->pane_count; i++)
        app_add_answer(app, i);
    app->list.selected = app->list_row_count;
    app_show_list(app);
}

void app_open_connections(struct app *app)
{
    app->overlay = OVERLAY_CONNECTIONS;
    app->list = (struct list_view){
        .title = " connections ",
        .hint = " arrows and PgUp PgDn scroll, Esc closes ",
        .left_width = CONNECTIONS_LEFT_WIDTH,
    };
    app_fill_connections(app);
}

void app_refresh_connections(struct app *app)
{
    if (app->overlay == OVERLAY_CONNECTIONS)
        app_fill_connections(app);
}
