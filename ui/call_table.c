/* A flat list; the calls of one turn are few. */
#include "ui/call_table.h"

#include <string.h>

#include "src/base/json.h"
#include "src/base/mem.h"

void call_table_init(struct call_table *table)
{
    *table = (struct call_table){0};
}

void call_table_clear(struct call_table *table)
{
    for (size_t i = 0; i < table->count; i++) {
        mem_free(table->entries[i].tool);
        mem_free(table->entries[i].arguments);
    }
    mem_free(table->entries);
    call_table_init(table);
}

static struct call_entry *call_table_find(struct call_table *table, const char *tool,
                                          const char *arguments)
{
    size_t first = table->count;
    for (size_t i = 0; i < table->count; i++) {
        if (strcmp(table->entries[i].tool, tool) != 0)
            continue;
        if (strcmp(table->entries[i].arguments, arguments) == 0)
            return &table->entries[i];
        if (first == table->count)
            first = i;
    }
    table->entries = mem_grow(table->entries, &table->cap, table->count + 1,
                              sizeof(table->entries[0]));
    struct call_entry *entry = &table->entries[table->count++];
    *entry = (struct call_entry){.tool = mem_strdup(tool),
                                 .arguments = mem_strdup(arguments),
                                 .first_of_tool = first};
    return entry;
}

static void call_table_add_call(struct call_table *table, unsigned source,
                                const struct part *part)
{
    struct strbuf arguments;
    strbuf_init(&arguments, STRBUF_OWN_MAX);
    json_append_compact(&arguments, strbuf_text(&part->text), part->text.len);
    struct call_entry *entry = call_table_find(
        table, part->name != NULL ? part->name : "", strbuf_text(&arguments));
    entry->sources |= (uint32_t)1 << source;
    entry->times++;
    table->callers |= (uint32_t)1 << source;
    strbuf_clear(&arguments);
}

void call_table_add(struct call_table *table, unsigned source, const struct chat *chat)
{
    size_t start = chat->path_len;
    while (start > 0 && (chat->path[start - 1]->author != MESSAGE_USER ||
                         chat->path[start - 1]->is_automatic))
        start--;
    for (size_t i = start; i < chat->path_len; i++) {
        const struct message *message = chat->path[i];
        for (size_t at = 0; at < message->part_count; at++) {
            if (message->parts[at].kind == PART_TOOL_CALL)
                call_table_add_call(table, source, &message->parts[at]);
        }
    }
}

/* --- Differences --- */

/* Finds a member's own bytes. */
static bool call_table_raw(const char *json, const char *name, const char **value,
                           size_t *len)
{
    const char *const path[] = {name, NULL};
    return json_find_raw(json, strlen(json), path, value, len);
}

static void call_table_put(struct strbuf *out, const char *sign, const char *name,
                           const char *value, size_t len)
{
    strbuf_append_format(out, "%s%s ", out->len > 0 ? "  " : "", sign);
    json_append_string(out, name, strlen(name));
    if (value != NULL)
        strbuf_append_format(out, ": %.*s", (int)len, value);
}

static void call_table_compare(const struct call_entry *entry,
                               const struct call_entry *first, const cJSON *members,
                               const cJSON *first_members, struct strbuf *out)
{
    const char *value;
    const char *other;
    size_t len;
    size_t other_len;
    for (const cJSON *member = members->child; member != NULL; member = member->next) {
        if (!call_table_raw(entry->arguments, member->string, &value, &len))
            continue;
        if (!call_table_raw(first->arguments, member->string, &other, &other_len))
            call_table_put(out, "+", member->string, value, len);
        else if (len != other_len || memcmp(value, other, len) != 0)
            call_table_put(out, "\xe2\x89\xa0", member->string, value, len);
    }
    for (const cJSON *member = first_members->child; member != NULL;
         member = member->next) {
        if (!json_has(members, member->string) &&
            !call_table_raw(entry->arguments, member->string, &value, &len))
            call_table_put(out, "\xe2\x88\x92", member->string, NULL, 0);
    }
}

void call_table_differ(const struct call_table *table, size_t index, struct strbuf *out)
{
    const struct call_entry *entry = &table->entries[index];
    const struct call_entry *first = &table->entries[entry->first_of_tool];
    if (entry == first)
        return;
    cJSON *members = json_parse(entry->arguments, strlen(entry->arguments));
    cJSON *first_members = json_parse(first->arguments, strlen(first->arguments));
    if (cJSON_IsObject(members) && cJSON_IsObject(first_members))
        call_table_compare(entry, first, members, first_members, out);
    if (out->len == 0)
        strbuf_append_format(out, "\xe2\x89\xa0 %s", entry->arguments);
    cJSON_Delete(members);
    cJSON_Delete(first_members);
}
