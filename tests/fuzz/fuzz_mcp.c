/*
 * What an MCP server may send, as one JSON text: read as a message, as a page of each
 * list, as the result of a call, a resource, a prompt. Whatever it is, what comes out is
 * valid UTF-8 and within its bounds, and each name for models is its own.
 */
#include "tests/fuzz/fuzz.h"

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "src/base/json.h"
#include "src/base/mem.h"
#include "src/base/utf8.h"
#include "src/tool/mcp_content.h"
#include "src/tool/mcp_entries.h"
#include "src/tool/mcp_headers.h"
#include "src/tool/mcp_message.h"
#include "src/tool/mcp_tools.h"
#include "src/tool/wire_name.h"

#define RESULT_MAX 1024

static void require(bool is_true, const char *what)
{
    if (is_true)
        return;
    fprintf(stderr, "does not hold: %s\n", what);
    abort();
}

static bool is_text(const char *text)
{
    return text != NULL && utf8_is_valid(text, strlen(text));
}

/* Each request can be answered with one line of JSON. */
static bool on_message(void *user, const struct mcp_message *message)
{
    (void)user;
    if (message->kind != MCP_MESSAGE_REQUEST)
        return true;
    struct strbuf out;
    strbuf_init(&out, STRBUF_OWN_MAX);
    mcp_message_append_result(&out, message->id_text, "{}");
    require(json_is_valid(out.text, out.len), "an answer is JSON");
    require(memchr(out.text, '\n', out.len) == NULL, "an answer is one line");
    strbuf_clear(&out);
    return true;
}

static void try_names(const struct mcp_tools *tools)
{
    struct wire_names table;
    const char **names = mem_alloc_array(tools->len + 1, sizeof(names[0]));
    for (size_t i = 0; i < tools->len; i++)
        names[i] = tools->items[i]->name;
    wire_names_init(&table, names, tools->len);
    for (size_t i = 0; i < tools->len; i++) {
        size_t index = 0;
        require(wire_names_find(&table, table.items[i], &index) && index == i,
                "a name leads back");
    }
    wire_names_clear(&table);
    mem_free(names);
}

static void try_tools(const cJSON *root)
{
    const struct mcp_origin origin = {
        .server_name = "s", .words = "w", .has_headers = true};
    struct mcp_tools tools = {.items = NULL};
    struct strbuf complaints;
    strbuf_init(&complaints, 1000);
    mcp_tools_add_page(&tools, root, &origin, &complaints);
    for (size_t i = 0; i < tools.len; i++) {
        const struct tool *tool = tools.items[i];
        struct header_list headers = {.items = NULL};
        cJSON *schema = json_parse(tool->schema, strlen(tool->schema));
        require(cJSON_IsObject(schema), "a schema is an object");
        require(strlen(tool->schema) <= MCP_SCHEMA_MAX, "a schema is bounded");
        require(is_text(tool->description) && is_text(tool->name), "words are text");
        mcp_headers_add(&headers, schema, root);
        for (size_t j = 0; j < headers.len; j++)
            require(strpbrk(headers.items[j].value, "\r\n") == NULL, "fields are whole");
        header_list_clear(&headers);
        cJSON_Delete(schema);
    }
    try_names(&tools);
    mcp_tools_clear(&tools);
    strbuf_clear(&complaints);
}

static void try_content(const cJSON *root,
                        void (*read_it)(struct mcp_content *, const cJSON *))
{
    struct mcp_content content;
    mcp_content_init(&content, RESULT_MAX);
    read_it(&content, root);
    mcp_content_finish(&content);
    require(content.text.len <= RESULT_MAX, "a result is bounded");
    require(is_text(strbuf_text(&content.text)), "a result is text");
    require(is_text(strbuf_text(&content.note)), "a note is text");
    mcp_content_clear(&content);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct mcp_resources resources = {.items = NULL};
    struct mcp_prompts prompts = {.items = NULL};
    const char *bytes = (const char *)data;
    mcp_message_read(bytes, size, on_message, NULL);
    cJSON *root = json_parse(bytes, size);
    try_tools(root);
    try_content(root, mcp_content_read_result);
    try_content(root, mcp_content_read_resource);
    try_content(root, mcp_content_read_block);
    mcp_resources_add_page(&resources, root);
    for (size_t i = 0; i < resources.len; i++)
        require(is_text(resources.items[i].uri), "an address is text");
    mcp_prompts_add_page(&prompts, root);
    for (size_t i = 0; i < prompts.len; i++)
        require(is_text(prompts.items[i].name), "a name is text");
    mcp_resources_clear(&resources);
    mcp_prompts_clear(&prompts);
    cJSON_Delete(root);
    return 0;
}
