/*
 * The JSON is written so that it can be read back (run_file.c): the values of a row give
 * the same bytes each time, which tells whether a record is of the same input.
 */
#include "src/cli/run_record.h"

#include <string.h>

#include "src/base/json.h"
#include "src/base/mem.h"
#include "src/base/utf8.h"
#include "src/cli/json_event.h"

/* --- JSON ------------------------------------------------------------------------ */

static void record_text(struct strbuf *out, const char *name, const char *text)
{
    strbuf_append_format(out, ",\"%s\":", name);
    if (text != NULL)
        json_append_string(out, text, strlen(text));
    else
        strbuf_append_text(out, "null");
}

static void record_count(struct strbuf *out, const char *name, int64_t value)
{
    if (value >= 0)
        strbuf_append_format(out, "%s%lld", name, (long long)value);
    else
        strbuf_append_format(out, "%snull", name);
}

static void record_seconds(struct strbuf *out, const char *name, int64_t value_ms)
{
    if (value_ms >= 0)
        strbuf_append_format(out, ",\"%s\":%.3f", name, (double)value_ms / 1000);
    else
        strbuf_append_format(out, ",\"%s\":null", name);
}

static void record_sum(struct strbuf *out, const struct turn_sum *sum)
{
    record_count(out, ",\"usage\":{\"input\":", sum->usage.input);
    record_count(out, ",\"output\":", sum->usage.output);
    record_count(out, ",\"reasoning\":", sum->usage.reasoning);
    record_count(out, ",\"cached\":", sum->usage.cached);
    strbuf_append_char(out, '}');
    if (sum->cost >= 0)
        strbuf_append_format(out, ",\"cost\":%.10g", sum->cost);
    else
        strbuf_append_text(out, ",\"cost\":null");
    record_seconds(out, "first_token", sum->first_token_ms);
    record_seconds(out, "seconds", sum->total_ms);
    strbuf_append_format(out, ",\"attempts\":%d", sum->attempts);
}

static void record_error(struct strbuf *out, const struct run_result *result)
{
    if (result->error.class == ERROR_NONE) {
        strbuf_append_text(out, ",\"error\":null");
        return;
    }
    strbuf_append_format(out, ",\"error\":{\"class\":\"%s\"",
                         error_class_get(result->error.class)->name);
    record_text(out, "message", error_text(&result->error));
    if (result->status > 0)
        strbuf_append_format(out, ",\"status\":%d", result->status);
    if (result->request_id != NULL)
        record_text(out, "request_id", result->request_id);
    strbuf_append_char(out, '}');
}

void run_record_json(struct strbuf *out, const struct run_labels *labels,
                     const struct run_row *row, const struct run_cell *cell)
{
    const struct run_result *result = &cell->result;
    strbuf_append_format(out, "{\"row\":%zu,\"vars\":", row->number);
    json_append_values(out, &row->values);
    record_text(out, "model", labels->models[cell->model]);
    strbuf_append_format(out, ",\"repeat\":%zu,\"answer\":", cell->repeat);
    if (result->text != NULL)
        json_append_string(out, result->text, result->len);
    else
        strbuf_append_text(out, "null");
    if (labels->has_schema && cell->state == RUN_CELL_DONE) {
        strbuf_append_text(out, ",\"json\":");
        json_append_compact(out, result->text, result->len);
    }
    record_text(out, "state", run_cell_state_name(cell->state));
    record_text(out, "finish",
                result->finish != FINISH_NONE ? finish_name(result->finish) : NULL);
    record_sum(out, &result->sum);
    record_text(out, "answered_by", result->model);
    strbuf_append_format(out, ",\"misfits\":%zu,\"cached\":%s", result->misfits,
                         result->is_cached ? "true" : "false");
    record_error(out, result);
    strbuf_append_text(out, "}\n");
}

uint64_t run_record_hash(const char *bytes, size_t len)
{
    uint64_t hash = 14695981039346656037u; /* FNV-1a */
    for (size_t i = 0; i < len; i++)
        hash = (hash ^ (unsigned char)bytes[i]) * 1099511628211u;
    return hash;
}

uint64_t run_record_hash_values(const struct field_values *values)
{
    struct strbuf text;
    strbuf_init(&text, STRBUF_OWN_MAX);
    json_append_values(&text, values);
    const uint64_t hash = run_record_hash(strbuf_text(&text), text.len);
    strbuf_clear(&text);
    return hash;
}

/* --- CSV ------------------------------------------------------------------------- */

/* A field by RFC 4180; bytes that are not UTF-8 become U+FFFD. */
static void csv_field(struct strbuf *out, const char *text, size_t len)
{
    const bool is_plain =
        len > 0 && memchr(text, '"', len) == NULL && memchr(text, ',', len) == NULL &&
        memchr(text, '\n', len) == NULL && memchr(text, '\r', len) == NULL &&
        text[0] != ' ' && text[len - 1] != ' ';
    if (is_plain || len == 0) {
        utf8_append_valid(out, text, len);
        return;
    }
    struct strbuf valid;
    strbuf_init(&valid, STRBUF_OWN_MAX);
    utf8_append_valid(&valid, text, len);
    strbuf_append_char(out, '"');
    for (size_t i = 0; i < valid.len; i++) {
        if (valid.text[i] == '"')
            strbuf_append_char(out, '"');
        strbuf_append_char(out, valid.text[i]);
    }
    strbuf_append_char(out, '"');
    strbuf_clear(&valid);
}

static void csv_text(struct strbuf *out, const char *text)
{
    if (out->len > 0 && out->text[out->len - 1] != '\n')
        strbuf_append_char(out, ',');
    csv_field(out, text, strlen(text));
}

/* A column's name: "answer" alone, "answer gpt", "answer gpt #2". */
static void csv_column(struct strbuf *out, const struct run_labels *labels,
                       const char *what, size_t model, size_t repeat)
{
    struct strbuf name;
    strbuf_init(&name, STRBUF_OWN_MAX);
    strbuf_append_text(&name, what);
    if (labels->model_count > 1)
        strbuf_append_format(&name, " %s", labels->models[model]);
    if (labels->repeats > 1)
        strbuf_append_format(&name, " #%zu", repeat + 1);
    csv_text(out, strbuf_text(&name));
    strbuf_clear(&name);
}

/* The first field of a line is written by whoever has an empty name: a table needs one
 * column at least, and every run has answers. */
void run_record_csv_head(struct strbuf *out, const struct run_labels *labels)
{
    for (size_t i = 0; labels->columns[i] != NULL; i++)
        csv_text(out, labels->columns[i]);
    for (size_t i = 0; i < labels->model_count * labels->repeats; i++) {
        const size_t model = i / labels->repeats;
        csv_column(out, labels, "answer", model, i % labels->repeats);
        csv_column(out, labels, "error", model, i % labels->repeats);
    }
    strbuf_append_char(out, '\n');
}

void run_record_csv(struct strbuf *out, const struct run_labels *labels,
                    const struct run_row *row)
{
    bool is_first = true;
    for (size_t i = 0; labels->columns[i] != NULL; i++) {
        const struct field_value *value =
            field_values_find(&row->values, labels->columns[i]);
        const char *text = value != NULL && value->text != NULL ? value->text : "";
        if (!is_first)
            strbuf_append_char(out, ',');
        csv_field(out, text, strlen(text));
        is_first = false;
    }
    for (size_t i = 0; i < row->cell_count; i++) {
        const struct run_result *result = &row->cells[i].result;
        const enum error_class class = result->error.class;
        if (!is_first)
            strbuf_append_char(out, ',');
        if (result->text != NULL)
            csv_field(out, result->text, result->len);
        strbuf_append_char(out, ',');
        if (class != ERROR_NONE)
            strbuf_append_text(out, error_class_get(class)->name);
        is_first = false;
    }
    strbuf_append_char(out, '\n');
}

/* --- Names ----------------------------------------------------------------------- */

/* Appends the text on one line, its first letter large where that is one of ASCII. */
static void name_value(struct strbuf *out, const char *text, bool is_first)
{
    const size_t begin = out->len;
    for (const char *at = text; *at != '\0' && out->len - begin < 100; at++)
        strbuf_append_char(out, (unsigned char)*at < 0x20 ? ' ' : *at);
    /* A cut must not part the bytes of a character. */
    strbuf_truncate(out,
                    out->len - utf8_incomplete_tail(out->text + begin, out->len - begin));
    if (is_first && out->len > begin && out->text[begin] >= 'a' &&
        out->text[begin] <= 'z')
        out->text[begin] = (char)(out->text[begin] - 'a' + 'A');
}

void run_record_name(struct strbuf *out, const struct run_labels *labels,
                     const struct run_row *row, const struct run_cell *cell)
{
    bool is_first = true;
    for (size_t i = 0; labels->fields[i] != NULL; i++) {
        const struct field_value *value =
            field_values_find(&row->values, labels->fields[i]);
        if (value == NULL || value->text == NULL || value->text[0] == '\0')
            continue;
        if (!is_first)
            strbuf_append_text(out, ", ");
        name_value(out, value->text, is_first);
        is_first = false;
    }
    if (cell == NULL)
        return;
    if (labels->model_count > 1 || is_first)
        strbuf_append_format(out, "%s%s", is_first ? "" : " \xC2\xB7 ",
                             labels->models[cell->model]);
    if (labels->repeats > 1)
        strbuf_append_format(out, " #%zu", cell->repeat + 1);
}
