/* Each value knows its line, so that what is wrong with it can be found. */
#include "src/prompt/row_table.h"

#include <string.h>

#include "src/base/json.h"
#include "src/base/mem.h"

/* --- CSV
 * --------------------------------------------------------------------------------
 */

static enum row_result read_record(struct row_table *table, struct error *err)
{
    struct row_file *file = &table->file;
    enum csv_result result = CSV_NEEDS_MORE;
    while (result == CSV_NEEDS_MORE) {
        size_t used = 0;
        const enum row_result filled = row_file_fill(file, err);
        if (filled == ROW_FAILED)
            return ROW_FAILED;
        if (filled == ROW_END) {
            result = csv_parser_finish(&table->parser, err);
            if (result == CSV_NEEDS_MORE)
                return ROW_END;
            break;
        }
        result = csv_parser_feed(&table->parser, file->chunk + file->at,
                                 file->len - file->at, &used, err);
        file->at += used;
    }
    return result == CSV_RECORD ? ROW_READ
                                : row_file_blame(file, table->parser.error_line, err);
}

static bool columns_have(const struct text_list *columns, const char *name)
{
    for (size_t i = 0; i < columns->len; i++) {
        if (strcmp(columns->items[i], name) == 0)
            return true;
    }
    return false;
}

static bool read_columns(struct row_table *table, struct error *err)
{
    const struct csv_parser *parser = &table->parser;
    const enum row_result result = read_record(table, err);
    if (result == ROW_FAILED)
        return false;
    if (result == ROW_END) {
        error_set(err, ERROR_USAGE, "%s is empty; its first line has to name the columns",
                  table->file.path);
        return false;
    }
    for (size_t i = 0; i < parser->count; i++) {
        const char *name = csv_parser_field(parser, i);
        name += strspn(name, " \t");
        size_t len = strlen(name);
        while (len > 0 && (name[len - 1] == ' ' || name[len - 1] == '\t'))
            len--;
        char *column = mem_strndup(name, len);
        const bool is_twice = columns_have(&table->columns, column);
        text_list_add(&table->columns, column, len);
        mem_free(column);
        if (len > 0 && !is_twice)
            continue;
        error_set(err, ERROR_USAGE,
                  len == 0 ? "column %zu has no name"
                           : "column %zu has the name of another one",
                  i + 1);
        row_file_blame(&table->file, parser->record_line, err);
        return false;
    }
    return true;
}

static enum row_result next_record(struct row_table *table, struct field_values *values,
                                   struct error *err)
{
    const struct csv_parser *parser = &table->parser;
    const enum row_result result = read_record(table, err);
    if (result != ROW_READ)
        return result;
    if (parser->count != table->columns.len) {
        error_set(err, ERROR_USAGE, "the row has %zu value%s, and there are %zu column%s",
                  parser->count, parser->count == 1 ? "" : "s", table->columns.len,
                  table->columns.len == 1 ? "" : "s");
        return row_file_blame(&table->file, parser->record_line, err);
    }
    char *where = strbuf_format("%s:%zu", table->file.path, parser->record_line);
    for (size_t i = 0; i < parser->count; i++)
        field_values_set(values, table->columns.items[i], csv_parser_field(parser, i),
                         where)
            ->is_column = true;
    values->place = where;
    return ROW_READ;
}

/* --- JSONL
 * ------------------------------------------------------------------------------
 */

static char **take_items(const char *text, size_t len)
{
    struct text_list list = {0};
    struct json_item item;
    struct strbuf value;
    size_t at = 0;
    strbuf_init(&value, ROW_MAX_BYTES);
    while (json_next_item(text, len, &at, &item)) {
        strbuf_reset(&value);
        json_append_value_text(&value, item.value, item.value_len);
        text_list_add(&list, strbuf_text(&value), value.len);
    }
    strbuf_clear(&value);
    return text_list_take(&list);
}

/* Takes a member; null is no value. False if the name was there. */
static bool take_member(struct field_values *values, const struct json_item *item,
                        const char *where, struct error *err)
{
    struct strbuf name;
    struct strbuf text;
    if (item->value_len == 4 && memcmp(item->value, "null", 4) == 0)
        return true;
    strbuf_init(&name, ROW_MAX_BYTES);
    strbuf_init(&text, ROW_MAX_BYTES);
    json_append_value_text(&name, item->key, item->key_len);
    json_append_value_text(&text, item->value, item->value_len);
    const bool ok = field_values_find(values, strbuf_text(&name)) == NULL;
    if (ok) {
        struct field_value *value =
            field_values_set(values, strbuf_text(&name), strbuf_text(&text), where);
        value->is_column = true;
        if (item->value[0] == '[')
            value->items = take_items(item->value, item->value_len);
    } else {
        error_set(err, ERROR_USAGE, "the object has \"%s\" twice", strbuf_text(&name));
    }
    strbuf_clear(&name);
    strbuf_clear(&text);
    return ok;
}

static enum row_result next_object(struct row_table *table, struct field_values *values,
                                   struct error *err)
{
    struct row_file *file = &table->file;
    struct json_item item;
    size_t at = 0;
    const enum row_result result = row_file_line(file, err);
    if (result != ROW_READ)
        return result;
    const char *text = strbuf_text(&file->text);
    if (text[strspn(text, " \t")] != '{' || !json_is_valid(text, file->text.len)) {
        error_set(err, ERROR_USAGE, "the line is not a JSON object");
        return row_file_blame(file, file->line, err);
    }
    char *where = strbuf_format("%s:%zu", file->path, file->line);
    bool ok = true;
    while (ok && json_next_item(text, file->text.len, &at, &item))
        ok = take_member(values, &item, where, err);
    values->place = where;
    return ok ? ROW_READ : row_file_blame(file, file->line, err);
}

bool row_table_open(struct row_table *table, const char *path, bool is_csv, FILE *input,
                    struct error *err)
{
    *table = (struct row_table){.is_csv = is_csv};
    csv_parser_init(&table->parser, ROW_MAX_BYTES);
    if (row_file_open(&table->file, path, input, err) &&
        (!is_csv || read_columns(table, err)))
        return true;
    row_table_close(table);
    return false;
}

void row_table_close(struct row_table *table)
{
    row_file_close(&table->file);
    csv_parser_clear(&table->parser);
    text_list_clear(&table->columns);
}

enum row_result row_table_next(struct row_table *table, struct field_values *values,
                               struct error *err)
{
    return table->is_csv ? next_record(table, values, err)
                         : next_object(table, values, err);
}
