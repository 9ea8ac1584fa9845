/*
 * The box that compares what the models did in the last turn: for each tool who called it
 * with the same arguments, and in what the others differ.
 */
#include <string.h>

#include "src/base/mem.h"
#include "ui/app_state.h"
#include "ui/call_table.h"

#define TOOL_CALLS_LEFT_WIDTH 26

/* "1 gpt, 2 sonnet". Caller frees. */
static char *app_name_sources(const struct app *app, uint32_t sources, const char *sign)
{
    struct strbuf out;
    strbuf_init(&out, STRBUF_OWN_MAX);
    strbuf_append_text(&out, sign);
    const char *gap = "";
    for (size_t i = 0; i < app->pane_count; i++) {
        if ((sources >> i & 1) == 0)
            continue;
        const struct chat_setup *setup =
            engine_get_setup(app->engine, app->panes[i].chat);
        strbuf_append_format(&out, "%s%zu %s", gap, i + 1, setup->model);
        gap = ", ";
    }
    return strbuf_take(&out);
}

static void app_add_entry(struct app *app, const struct call_table *table, size_t index)
{
    const struct call_entry *entry = &table->entries[index];
    const bool is_first = entry->first_of_tool == index;
    struct strbuf text;
    strbuf_init(&text, STRBUF_OWN_MAX);
    if (is_first)
        strbuf_append_text(&text, entry->arguments);
    else
        call_table_differ(table, index, &text);
    if (entry->times > 1)
        strbuf_append_format(&text, "  (%zu calls)", entry->times);
    app_add_row(app,
                app_name_sources(app, entry->sources, is_first ? "  " : "\xe2\x89\xa0 "),
                strbuf_take(&text));
}

/* All entries of a tool, below its name. */
static void app_add_tool_group(struct app *app, const struct call_table *table,
                               size_t first)
{
    size_t variants = 0;
    for (size_t i = first; i < table->count; i++)
        variants += table->entries[i].first_of_tool == first;
    app_add_row(app, NULL,
                variants == 1 ? mem_strdup(table->entries[first].tool)
                              : strbuf_format("%s \xc2\xb7 %zu different calls",
                                              table->entries[first].tool, variants));
    for (size_t i = first; i < table->count; i++) {
        if (table->entries[i].first_of_tool == first)
            app_add_entry(app, table, i);
    }
    app_add_row(app, NULL, mem_strdup(""));
}

static void app_fill_tool_calls(struct app *app)
{
    struct call_table table;
    call_table_init(&table);
    for (size_t i = 0; i < app->pane_count; i++)
        call_table_add(&table, (unsigned)i,
                       engine_get_chat(app->engine, app->panes[i].chat));
    app_clear_list(app);
    for (size_t i = 0; i < table.count; i++) {
        if (table.entries[i].first_of_tool == i)
            app_add_tool_group(app, &table, i);
    }
    const uint32_t all = ((uint32_t)1 << app->pane_count) - 1;
    if ((all & ~table.callers) != 0) {
        app_add_row(app, NULL, mem_strdup("no tool"));
        app_add_row(app, app_name_sources(app, all & ~table.callers, "  "),
                    mem_strdup(""));
    }
    call_table_clear(&table);
    app->list.selected = app->list_row_count;
    app_show_list(app);
}

void app_open_tool_calls(struct app *app)
{
    app->overlay = OVERLAY_TOOL_CALLS;
    app->list = (struct list_view){
        .title = " tool calls of the last turn ",
        .hint = " arrows and PgUp PgDn scroll, Esc closes ",
        .left_width = TOOL_CALLS_LEFT_WIDTH,
    };
    app_fill_tool_calls(app);
}

void app_refresh_tool_calls(struct app *app)
{
    if (app->overlay == OVERLAY_TOOL_CALLS)
        app_fill_tool_calls(app);
}
