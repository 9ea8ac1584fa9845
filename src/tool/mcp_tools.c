/*
 * A description that is too long is cut, because its beginning still serves; a schema is
 * whole or useless, so its tool is left out.
 */
#include "src/tool/mcp_tools.h"

#include <string.h>

#include "src/base/json.h"
#include "src/base/json_print.h"
#include "src/base/mem.h"
#include "src/base/utf8.h"
#include "src/tool/mcp_headers.h"

#define TITLE_MAX ((size_t)200)

char *mcp_tools_take_text(const char *text, size_t max)
{
    struct strbuf valid;
    uint16_t half = 0;
    if (text == NULL)
        return NULL;
    strbuf_init(&valid, STRBUF_OWN_MAX);
    json_join_halves(&valid, text, &half);
    json_flush_half(&valid, &half);
    if (valid.len > max) {
        const size_t len = max - strlen("…");
        strbuf_truncate(&valid, len - utf8_incomplete_tail(valid.text, len));
        strbuf_append_text(&valid, "…");
    }
    return strbuf_take(&valid);
}

/* How deep the value is nested, counted up to `max` + 1. */
static size_t tools_depth(const cJSON *value, size_t max)
{
    size_t deepest = 0;
    if (!cJSON_IsObject(value) && !cJSON_IsArray(value))
        return 0;
    for (const cJSON *item = max > 0 ? value->child : NULL; item != NULL;
         item = item->next) {
        const size_t depth = tools_depth(item, max - 1);
        deepest = depth > deepest ? depth : deepest;
    }
    return deepest + 1;
}

/* The schema as text with a type at its root; NULL, and why, if it is none that can be
 * sent to a model. Caller frees. */
static char *tools_take_schema(const cJSON *schema, const char **why)
{
    const cJSON *type = json_get(schema, "type");
    *why = "its schema is none of an object";
    if (schema == NULL || cJSON_IsNull(schema))
        return mem_strdup("{\"type\":\"object\",\"properties\":{}}");
    if (!cJSON_IsObject(schema))
        return NULL;
    if (type != NULL &&
        (!cJSON_IsString(type) || strcmp(type->valuestring, "object") != 0))
        return NULL;
    *why = "its schema is nested too deep";
    if (tools_depth(schema, MCP_SCHEMA_DEPTH_MAX + 1) > MCP_SCHEMA_DEPTH_MAX)
        return NULL;
    *why = "its schema is too large";
    struct strbuf text;
    strbuf_init(&text, MCP_SCHEMA_MAX);
    json_print(&text, schema);
    /* Some models' services demand the type at the root. */
    if (type == NULL)
        strbuf_insert(&text, 1, "\"type\":\"object\",", schema->child != NULL ? 16 : 15);
    if (!text.is_full)
        return strbuf_take(&text);
    strbuf_clear(&text);
    return NULL;
}

static bool tools_name_is_good(const char *name)
{
    if (name == NULL || name[0] == '\0' || strlen(name) > MCP_NAME_MAX ||
        !utf8_is_valid(name, strlen(name)))
        return false;
    for (; *name != '\0'; name++) {
        if ((unsigned char)*name < 0x20 || *name == 0x7f)
            return false;
    }
    return true;
}

static bool tools_has(const struct mcp_tools *tools, const char *name)
{
    for (size_t i = 0; i < tools->len; i++) {
        if (strcmp(tools->items[i]->remote_name, name) == 0)
            return true;
    }
    return false;
}

/* What a server claims; what it does not say has the protocol's defaults. */
static struct tool_hints tools_read_hints(const cJSON *annotations)
{
    const cJSON *destructive = json_get(annotations, "destructiveHint");
    const cJSON *open_world = json_get(annotations, "openWorldHint");
    struct tool_hints hints = {
        .is_given = cJSON_IsBool(json_get(annotations, "readOnlyHint")) ||
                    cJSON_IsBool(destructive) || cJSON_IsBool(open_world) ||
                    cJSON_IsBool(json_get(annotations, "idempotentHint")),
        .is_read_only = cJSON_IsTrue(json_get(annotations, "readOnlyHint")),
        .is_idempotent = cJSON_IsTrue(json_get(annotations, "idempotentHint")),
        .is_open_world = !cJSON_IsFalse(open_world),
    };
    hints.is_destructive = !hints.is_read_only && !cJSON_IsFalse(destructive);
    return hints;
}

static struct tool *tools_new_tool(const cJSON *item, const struct mcp_origin *origin,
                                   char *schema)
{
    const cJSON *annotations = json_get(item, "annotations");
    const char *name = json_get_string(item, "name");
    const char *title = json_get_string(item, "title");
    const char *description = json_get_string(item, "description");
    if (title == NULL)
        title = json_get_string(annotations, "title");
    struct tool *tool = mem_alloc(sizeof(*tool));
    tool->source = TOOL_FROM_SERVER;
    tool->name = strbuf_format("%s.%s", origin->server_name, name);
    tool->title = mcp_tools_take_text(title, TITLE_MAX);
    tool->description =
        mcp_tools_take_text(description != NULL ? description : "", MCP_DESCRIPTION_MAX);
    tool->schema = schema;
    tool->origin = mem_strdup(origin->words);
    tool->hints = tools_read_hints(annotations);
    tool->server = origin->server;
    tool->remote_name = mem_strdup(name);
    return tool;
}

/* Why a tool cannot be taken whatever its schema, or NULL. */
static const char *tools_refuse(const struct mcp_tools *tools, const cJSON *item)
{
    const char *name = json_get_string(item, "name");
    const char *support = json_get_string(json_get(item, "execution"), "taskSupport");
    if (!tools_name_is_good(name))
        return "its name is missing, too long or holds control characters";
    if (tools_has(tools, name))
        return "another tool has its name";
    if (support != NULL && strcmp(support, "required") == 0)
        return "it can only be called as a task, which is not supported";
    return NULL;
}

static void tools_add(struct mcp_tools *tools, const cJSON *item,
                      const struct mcp_origin *origin, struct strbuf *complaints)
{
    const char *why = tools_refuse(tools, item);
    char *schema = NULL;
    if (why == NULL)
        schema = tools_take_schema(json_get(item, "inputSchema"), &why);
    if (schema != NULL && origin->has_headers &&
        !mcp_headers_check(json_get(item, "inputSchema"))) {
        mem_free(schema);
        schema = NULL;
        why = "an x-mcp-header in its schema is wrong";
    }
    if (schema == NULL) {
        const char *name = json_get_string(item, "name");
        tools->left_out++;
        strbuf_append_format(complaints, "the tool %.*s is left out: %s\n", MCP_NAME_MAX,
                             name != NULL ? name : "without a name", why);
        return;
    }
    tools->items =
        mem_grow(tools->items, &tools->cap, tools->len + 1, sizeof(tools->items[0]));
    tools->items[tools->len++] = tools_new_tool(item, origin, schema);
}

bool mcp_tools_add_page(struct mcp_tools *tools, const cJSON *result,
                        const struct mcp_origin *origin, struct strbuf *complaints)
{
    const cJSON *list = json_get(result, "tools");
    if (!cJSON_IsArray(list))
        return false;
    for (const cJSON *item = list->child; item != NULL; item = item->next) {
        if (tools->len == MCP_TOOLS_MAX) {
            strbuf_append_format(complaints, "only the first %d tools are used\n",
                                 MCP_TOOLS_MAX);
            break;
        }
        tools_add(tools, item, origin, complaints);
    }
    return true;
}

void mcp_tools_clear(struct mcp_tools *tools)
{
    for (size_t i = 0; i < tools->len; i++) {
        struct tool *tool = tools->items[i];
        mem_free(tool->name);
        mem_free(tool->title);
        mem_free(tool->description);
        mem_free(tool->schema);
        mem_free(tool->origin);
        mem_free(tool->remote_name);
        mem_free(tool);
    }
    mem_free(tools->items);
    *tools = (struct mcp_tools){0};
}
