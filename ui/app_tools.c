/*
 * The list of MCP servers and tools: how the servers are, what rule applies to a tool,
 * and whether the focused pane's model is told of it.
 */
#include <string.h>

#include "src/base/clock.h"
#include "src/base/mem.h"
#include "ui/app_state.h"

#define TOOLS_LEFT_WIDTH 28

/* The last lines of a server's standard error that are shown. */
#define TOOLS_ERROR_LINES 3

/* The most of a tool's description in its row. */
#define TOOLS_TEXT_MAX 200

static const char *server_state_word(enum server_state state)
{
    switch (state) {
    case SERVER_STARTING: return "\xe2\x97\x8c starting";
    case SERVER_READY: return "\xe2\x9c\x93 ready";
    case SERVER_FAILED: return "\xe2\x9c\x97 failed";
    case SERVER_STOPPED: return "\xe2\x96\xa0 stopped";
    }
    return "";
}

/* The start of the last `count` lines of a text. */
static const char *app_last_lines(const char *text, int count)
{
    const char *at = text + strlen(text);
    while (at > text && at[-1] == '\n')
        at--;
    for (; at > text; at--) {
        if (at[-1] == '\n' && --count == 0)
            break;
    }
    return at;
}

static void app_add_errors(struct app *app, const char *text)
{
    for (const char *at = app_last_lines(text, TOOLS_ERROR_LINES); *at != '\0';) {
        const size_t len = strcspn(at, "\n");
        if (len > 0)
            app_add_row(app, mem_strdup("      stderr"), mem_strndup(at, len));
        at += len + (at[len] == '\n');
    }
}

static void app_add_server(struct app *app, const struct server_facts *server)
{
    struct strbuf text;
    strbuf_init(&text, STRBUF_OWN_MAX);
    strbuf_append_text(&text, server_state_word(server->state));
    if (server->state == SERVER_STARTING)
        strbuf_append_format(&text, " %lld s",
                             (long long)(clock_now_ms() - server->since_ms) / 1000);
    if (server->state == SERVER_READY)
        strbuf_append_format(&text, " \xc2\xb7 %zu tools, %zu resources, %zu prompts",
                             server->tool_count, server->resource_count,
                             server->prompt_count);
    if (server->title != NULL)
        strbuf_append_format(&text, " \xc2\xb7 %s", server->title);
    strbuf_append_format(&text, " \xc2\xb7 %s", server->where);
    app_add_row(app, strbuf_format("    %s", server->name), strbuf_take(&text));
    if (server->message != NULL)
        app_add_row(app, mem_strdup("      why"), mem_strdup(server->message));
    if (server->state != SERVER_READY)
        app_add_errors(app, server->last_errors);
}

static void app_add_tool(struct app *app, const struct tool_facts *tool)
{
    struct strbuf text;
    strbuf_init(&text, STRBUF_OWN_MAX);
    strbuf_append_format(&text, "%s \xc2\xb7 %s", tool->rule, tool->origin);
    if (tool->description[0] != '\0') {
        strbuf_append_text(&text, " \xc2\xb7 ");
        strbuf_append(&text, tool->description,
                      strnlen(tool->description, TOOLS_TEXT_MAX));
    }
    for (size_t i = 0; i < text.len; i++) {
        if (text.text[i] == '\n' || text.text[i] == '\t')
            text.text[i] = ' ';
    }
    app_add_row(app, strbuf_format("[%s] %s", tool->is_offered ? "x" : " ", tool->name),
                strbuf_take(&text));
}

static chat_id app_tools_chat(const struct app *app)
{
    return app->pane_count > 0 ? app->panes[app->focused].chat : 0;
}

static void app_fill_tools(struct app *app)
{
    const struct server_facts *servers;
    const struct tool_facts *tools;
    app_clear_list(app);
    const size_t server_count = engine_get_servers(app->engine, &servers);
    if (server_count > 0)
        app_add_row(app, NULL, mem_strdup("MCP servers (r restarts the chosen one)"));
    for (size_t i = 0; i < server_count; i++)
        app_add_server(app, &servers[i]);
    if (server_count > 0)
        app_add_row(app, NULL, mem_strdup(""));
    app_add_row(app, NULL,
                strbuf_format("tools; [x]: offered to pane %zu (Space changes that)",
                              app->pane_count > 0 ? app->focused + 1 : 0));
    const size_t tool_count = engine_get_tools(app->engine, app_tools_chat(app), &tools);
    for (size_t i = 0; i < tool_count; i++)
        app_add_tool(app, &tools[i]);
    if (tool_count == 0)
        app_add_row(app, NULL, mem_strdup("  there are none"));
    if (app->list.selected >= app->list_row_count)
        app->list.selected = app->list_row_count - 1;
    app_show_list(app);
}

void app_open_tools(struct app *app)
{
    app->overlay = OVERLAY_TOOLS;
    app->list = (struct list_view){
        .title = " tools ",
        .hint = " Up Down choose, Space offers or not, r restarts a server, Esc closes ",
        .left_width = TOOLS_LEFT_WIDTH,
        .selected = 1,
    };
    app_fill_tools(app);
}

void app_refresh_tools(struct app *app)
{
    if (app->overlay == OVERLAY_TOOLS)
        app_fill_tools(app);
}

/* What stands in the chosen row behind its first four columns, or NULL for a heading. */
static const char *app_chosen_name(const struct app *app)
{
    if (app->list.selected >= app->list_row_count)
        return NULL;
    const char *left = app->list_rows[app->list.selected].left;
    return left != NULL && strlen(left) > 4 ? left + 4 : NULL;
}

static void app_toggle_tool(struct app *app)
{
    const char *name = app_chosen_name(app);
    const struct tool_facts *tools;
    const chat_id chat = app_tools_chat(app);
    const size_t count = engine_get_tools(app->engine, chat, &tools);
    if (name == NULL || app->list_rows[app->list.selected].left[0] != '[')
        return;
    for (size_t i = 0; i < count; i++) {
        if (strcmp(tools[i].name, name) != 0)
            continue;
        char *copy = mem_strdup(name);
        engine_offer_tool(app->engine, chat, copy, !tools[i].is_offered);
        mem_free(copy);
        break;
    }
    app_fill_tools(app);
}

static void app_restart_chosen(struct app *app)
{
    const char *name = app_chosen_name(app);
    const char *left = name != NULL ? app->list_rows[app->list.selected].left : "";
    if (name == NULL || left[0] != ' ' || name[0] == ' ') {
        app_notify(app, "choose a server first");
        return;
    }
    char *copy = mem_strdup(name);
    engine_restart_server(app->engine, copy);
    mem_free(copy);
    app_fill_tools(app);
}

void app_tools_key(struct app *app, const struct key *key)
{
    const bool is_rune = key->code == INPUT_RUNE && key->mods == 0;
    if (is_rune && key->rune == ' ')
        app_toggle_tool(app);
    else if (is_rune && key->rune == 'r')
        app_restart_chosen(app);
    else if (key->code == INPUT_UP || key->code == INPUT_WHEEL_UP)
        app_choose(app, -1);
    else if (key->code == INPUT_DOWN || key->code == INPUT_TAB ||
             key->code == INPUT_WHEEL_DOWN)
        app_choose(app, 1);
    else if (key->code == INPUT_PGUP || key->code == INPUT_PGDN) {
        for (int i = 0; i < app->list_shown; i++)
            app_choose(app, key->code == INPUT_PGUP ? -1 : 1);
    } else if (is_rune && (key->rune == 'q' || key->rune == '?'))
        app_close_overlay(app);
}
