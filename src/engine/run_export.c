/*
 * One walk over rows and cells, and a set of functions for each format. What is not known
 * is left empty, never zero.
 */
#include "src/engine/run_export.h"

#include <string.h>
#include <strings.h>

#include "src/base/compiler.h"
#include "src/base/json.h"

bool run_export_format_of(const char *path, enum run_export_format *format)
{
    static const struct {
        const char *ending;
        enum run_export_format format;
    } endings[] = {{".md", RUN_EXPORT_MARKDOWN}, {".markdown", RUN_EXPORT_MARKDOWN},
                   {".csv", RUN_EXPORT_CSV},     {".json", RUN_EXPORT_JSON},
                   {".html", RUN_EXPORT_HTML},   {".htm", RUN_EXPORT_HTML}};
    const size_t len = strlen(path);
    for (size_t i = 0; i < COUNT_OF(endings); i++) {
        const size_t ending_len = strlen(endings[i].ending);
        if (len <= ending_len ||
            strcasecmp(path + len - ending_len, endings[i].ending) != 0)
            continue;
        *format = endings[i].format;
        return true;
    }
    return false;
}

/* --- What all formats say ---------------------------------------------------------- */

static bool cell_has_text(const struct run_cell *cell)
{
    return cell->result.text != NULL && cell->result.len > 0;
}

/* "done, 1.2 s, 34 tokens, 0.0021" or "failed: rate limited". */
static void append_facts(const struct run_cell *cell, struct strbuf *out)
{
    const struct turn_sum *sum = &cell->result.sum;
    strbuf_append_text(out, run_cell_state_name(cell->state));
    if (cell->result.error.class != ERROR_NONE)
        strbuf_append_format(out, ": %s",
                             error_class_get(cell->result.error.class)->title);
    if (sum->total_ms >= 0)
        strbuf_append_format(out, ", %.1f s", (double)sum->total_ms / 1000);
    if (sum->usage.output >= 0)
        strbuf_append_format(out, ", %lld tokens", (long long)sum->usage.output);
    if (sum->cost >= 0)
        strbuf_append_format(out, ", %.6g", sum->cost);
}

static const char *column_name(const struct run_export *export, size_t column)
{
    return column < export->column_count ? export->columns[column] : "";
}

/* The first held row without an error of its own says what the fields are called. */
static const struct run_row *first_row(const struct run_export *export)
{
    for (size_t i = 0; i < export->row_count; i++) {
        const struct run_row *row = run_get_row(export->run, i);
        if (row != NULL && row->values.len > 0)
            return row;
    }
    return NULL;
}

static const char *row_value(const struct run_row *row, const char *name)
{
    const struct field_value *value = field_values_find(&row->values, name);
    return value != NULL && value->text != NULL ? value->text : "";
}

/* --- Markdown ---------------------------------------------------------------------- */

/* Every line behind a mark, so that no answer ends its quotation. */
static void markdown_quote(struct strbuf *out, const char *text, size_t len)
{
    strbuf_append_text(out, "> ");
    for (size_t i = 0; i < len; i++) {
        if (text[i] == '\r')
            continue;
        strbuf_append_char(out, text[i]);
        if (text[i] == '\n')
            strbuf_append_text(out, "> ");
    }
    strbuf_append_text(out, "\n\n");
}

/* A text in one line that is no mark-up. */
static void markdown_inline(struct strbuf *out, const char *text)
{
    for (; *text != '\0'; text++) {
        if (*text == '\n' || *text == '\r') {
            strbuf_append_char(out, ' ');
            continue;
        }
        if (strchr("\\`*_{}[]<>#|!&~", *text) != NULL)
            strbuf_append_char(out, '\\');
        strbuf_append_char(out, *text);
    }
}

static void markdown_row(const struct run_export *export, const struct run_row *row,
                         struct strbuf *out)
{
    strbuf_append_format(out, "## Row %zu\n\n", row->number + 1);
    for (size_t i = 0; i < row->values.len; i++) {
        strbuf_append_text(out, "* ");
        markdown_inline(out, row->values.items[i].name);
        strbuf_append_text(out, ": ");
        markdown_inline(out, row_value(row, row->values.items[i].name));
        strbuf_append_char(out, '\n');
    }
    strbuf_append_text(out, row->values.len > 0 ? "\n" : "");
    for (size_t i = 0; i < row->cell_count; i++) {
        const struct run_cell *cell = &row->cells[i];
        strbuf_append_text(out, "### ");
        markdown_inline(out, column_name(export, i));
        strbuf_append_text(out, "\n\n");
        append_facts(cell, out);
        strbuf_append_text(out, "\n\n");
        if (cell_has_text(cell))
            markdown_quote(out, cell->result.text, cell->result.len);
        else if (cell->result.error.class != ERROR_NONE)
            markdown_quote(out, error_text(&cell->result.error),
                           strlen(error_text(&cell->result.error)));
    }
}

static void markdown_begin(const struct run_export *export, struct strbuf *out)
{
    strbuf_append_text(out, "# ");
    markdown_inline(out, export->title);
    strbuf_append_text(out, "\n\n");
}

static void end_nothing(const struct run_export *export, struct strbuf *out)
{
    (void)export;
    (void)out;
}

/* --- CSV --------------------------------------------------------------------------- */

static void csv_field(struct strbuf *out, bool is_first, const char *text, size_t len)
{
    if (!is_first)
        strbuf_append_char(out, ',');
    strbuf_append_char(out, '"');
    for (size_t i = 0; i < len; i++) {
        if (text[i] == '"')
            strbuf_append_char(out, '"');
        strbuf_append_char(out, text[i]);
    }
    strbuf_append_char(out, '"');
}

static void csv_text(struct strbuf *out, const char *text)
{
    csv_field(out, false, text, strlen(text));
}

static void csv_begin(const struct run_export *export, struct strbuf *out)
{
    static const char *const parts[] = {"", " state", " seconds", " cost"};
    const struct run_row *first = first_row(export);
    csv_field(out, true, "row", 3);
    for (size_t i = 0; first != NULL && i < first->values.len; i++)
        csv_text(out, first->values.items[i].name);
    for (size_t i = 0; i < export->column_count; i++) {
        for (size_t j = 0; j < COUNT_OF(parts); j++) {
            struct strbuf name;
            strbuf_init(&name, STRBUF_OWN_MAX);
            strbuf_append_format(&name, "%s%s", export->columns[i], parts[j]);
            csv_text(out, strbuf_text(&name));
            strbuf_clear(&name);
        }
    }
    strbuf_append_char(out, '\n');
}

/* Numbers have as many digits as tell something; "" where it is not known. */
static void csv_seconds(struct strbuf *out, int64_t total_ms)
{
    strbuf_append_char(out, ',');
    if (total_ms >= 0)
        strbuf_append_format(out, "%.3f", (double)total_ms / 1000);
}

static void csv_cost(struct strbuf *out, double cost)
{
    strbuf_append_char(out, ',');
    if (cost >= 0)
        strbuf_append_format(out, "%.6g", cost);
}

static void csv_row(const struct run_export *export, const struct run_row *row,
                    struct strbuf *out)
{
    const struct run_row *first = first_row(export);
    strbuf_append_format(out, "%zu", row->number + 1);
    for (size_t i = 0; first != NULL && i < first->values.len; i++)
        csv_text(out, row_value(row, first->values.items[i].name));
    for (size_t i = 0; i < row->cell_count; i++) {
        const struct run_cell *cell = &row->cells[i];
        const struct turn_sum *sum = &cell->result.sum;
        csv_field(out, false, cell_has_text(cell) ? cell->result.text : "",
                  cell_has_text(cell) ? cell->result.len : 0);
        csv_text(out, run_cell_state_name(cell->state));
        csv_seconds(out, sum->total_ms);
        csv_cost(out, sum->cost);
    }
    strbuf_append_char(out, '\n');
}

/* --- JSON -------------------------------------------------------------------------- */

static void json_text(struct strbuf *out, const char *text)
{
    json_append_string(out, text, strlen(text));
}

static void json_begin(const struct run_export *export, struct strbuf *out)
{
    strbuf_append_text(out, "{\"title\":");
    json_text(out, export->title);
    strbuf_append_text(out, ",\"columns\":[");
    for (size_t i = 0; i < export->column_count; i++) {
        strbuf_append_text(out, i > 0 ? "," : "");
        json_text(out, export->columns[i]);
    }
    strbuf_append_text(out, "],\"rows\":[");
}

static void json_cell(const struct run_export *export, const struct run_cell *cell,
                      struct strbuf *out)
{
    const struct turn_sum *sum = &cell->result.sum;
    strbuf_append_text(out, "{\"column\":");
    json_text(out, column_name(export, cell->column));
    strbuf_append_text(out, ",\"state\":");
    json_text(out, run_cell_state_name(cell->state));
    if (cell->result.text != NULL) {
        strbuf_append_text(out, ",\"answer\":");
        json_append_string(out, cell->result.text, cell->result.len);
    }
    if (sum->total_ms >= 0)
        strbuf_append_format(out, ",\"ms\":%lld", (long long)sum->total_ms);
    if (sum->usage.input >= 0)
        strbuf_append_format(out, ",\"input_tokens\":%lld", (long long)sum->usage.input);
    if (sum->usage.output >= 0)
        strbuf_append_format(out, ",\"output_tokens\":%lld",
                             (long long)sum->usage.output);
    if (sum->cost >= 0)
        strbuf_append_format(out, ",\"cost\":%.9g", sum->cost);
    if (cell->result.error.class != ERROR_NONE) {
        strbuf_append_text(out, ",\"error\":{\"class\":");
        json_text(out, error_class_get(cell->result.error.class)->name);
        strbuf_append_text(out, ",\"message\":");
        json_text(out, error_text(&cell->result.error));
        strbuf_append_char(out, '}');
    }
    strbuf_append_char(out, '}');
}

static void json_row(const struct run_export *export, const struct run_row *row,
                     struct strbuf *out)
{
    const bool is_first = out->len > 0 && out->text[out->len - 1] == '[';
    strbuf_append_format(out, "%s\n{\"row\":%zu,\"values\":{", is_first ? "" : ",",
                         row->number + 1);
    for (size_t i = 0; i < row->values.len; i++) {
        strbuf_append_text(out, i > 0 ? "," : "");
        json_text(out, row->values.items[i].name);
        strbuf_append_char(out, ':');
        json_text(out, row_value(row, row->values.items[i].name));
    }
    strbuf_append_text(out, "},\"cells\":[");
    for (size_t i = 0; i < row->cell_count; i++) {
        strbuf_append_text(out, i > 0 ? "," : "");
        json_cell(export, &row->cells[i], out);
    }
    strbuf_append_text(out, "]}");
}

static void json_end(const struct run_export *export, struct strbuf *out)
{
    (void)export;
    strbuf_append_text(out, "\n]}\n");
}

/* --- HTML -------------------------------------------------------------------------- */

static void html_bytes(struct strbuf *out, const char *text, size_t len)
{
    for (size_t i = 0; i < len; i++) {
        switch (text[i]) {
        case '&': strbuf_append_text(out, "&amp;"); break;
        case '<': strbuf_append_text(out, "&lt;"); break;
        case '>': strbuf_append_text(out, "&gt;"); break;
        case '"': strbuf_append_text(out, "&quot;"); break;
        case '\'': strbuf_append_text(out, "&#39;"); break;
        case '\0': strbuf_append_text(out, "\xef\xbf\xbd"); break;
        default: strbuf_append_char(out, text[i]); break;
        }
    }
}

static void html_text(struct strbuf *out, const char *text)
{
    html_bytes(out, text, strlen(text));
}

/* The policy lets the page load nothing and run nothing, should an escape ever be
 * forgotten. */
static void html_begin(const struct run_export *export, struct strbuf *out)
{
    strbuf_append_text(
        out, "<!DOCTYPE html>\n<html lang=\"en\"><head><meta charset=\"utf-8\">\n"
             "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; "
             "style-src 'unsafe-inline'\">\n"
             "<meta name=\"viewport\" content=\"width=device-width\">\n<title>");
    html_text(out, export->title);
    strbuf_append_text(
        out,
        "</title>\n<style>\n"
        "body{font:15px/1.45 system-ui,sans-serif;margin:1.5rem}\n"
        "table{border-collapse:collapse;width:100%}\n"
        "th,td{border:1px solid #8886;padding:.5rem;vertical-align:top;text-align:left}\n"
        "thead th{position:sticky;top:0;background:Canvas}\n"
        ".answer{white-space:pre-wrap;overflow-wrap:anywhere}\n"
        ".facts{font-size:.85em;opacity:.75}\n.failed .facts{color:#c22;opacity:1}\n"
        ":root{color-scheme:light dark}\n</style></head><body>\n<h1>");
    html_text(out, export->title);
    strbuf_append_text(out, "</h1>\n<table><thead><tr><th></th>");
    for (size_t i = 0; i < export->column_count; i++) {
        strbuf_append_text(out, "<th>");
        html_text(out, export->columns[i]);
        strbuf_append_text(out, "</th>");
    }
    strbuf_append_text(out, "</tr></thead><tbody>\n");
}

static void html_cell(const struct run_cell *cell, struct strbuf *out)
{
    struct strbuf facts;
    strbuf_init(&facts, STRBUF_OWN_MAX);
    append_facts(cell, &facts);
    strbuf_append_format(out, "<td%s><div class=\"answer\" dir=\"auto\">",
                         cell->state == RUN_CELL_FAILED ? " class=\"failed\"" : "");
    if (cell_has_text(cell))
        html_bytes(out, cell->result.text, cell->result.len);
    else
        html_text(out, error_text(&cell->result.error));
    strbuf_append_text(out, "</div><div class=\"facts\">");
    html_text(out, strbuf_text(&facts));
    strbuf_append_text(out, "</div></td>");
    strbuf_clear(&facts);
}

static void html_row(const struct run_export *export, const struct run_row *row,
                     struct strbuf *out)
{
    (void)export;
    strbuf_append_format(out, "<tr><th>%zu", row->number + 1);
    for (size_t i = 0; i < row->values.len; i++) {
        strbuf_append_text(out, "<div class=\"answer\">");
        html_text(out, row->values.items[i].name);
        strbuf_append_text(out, ": ");
        html_text(out, row_value(row, row->values.items[i].name));
        strbuf_append_text(out, "</div>");
    }
    strbuf_append_text(out, "</th>");
    for (size_t i = 0; i < row->cell_count; i++)
        html_cell(&row->cells[i], out);
    strbuf_append_text(out, "</tr>\n");
}

static void html_end(const struct run_export *export, struct strbuf *out)
{
    (void)export;
    strbuf_append_text(out, "</tbody></table>\n</body></html>\n");
}

/* --- All --------------------------------------------------------------------------- */

bool run_export_write(const struct run_export *export, enum run_export_format format,
                      struct strbuf *out)
{
    static const struct {
        void (*begin)(const struct run_export *export, struct strbuf *out);
        void (*row)(const struct run_export *export, const struct run_row *row,
                    struct strbuf *out);
        void (*end)(const struct run_export *export, struct strbuf *out);
    } writers[] = {
        [RUN_EXPORT_MARKDOWN] = {markdown_begin, markdown_row, end_nothing},
        [RUN_EXPORT_CSV] = {csv_begin, csv_row, end_nothing},
        [RUN_EXPORT_JSON] = {json_begin, json_row, json_end},
        [RUN_EXPORT_HTML] = {html_begin, html_row, html_end},
    };
    writers[format].begin(export, out);
    for (size_t i = 0; i < export->row_count; i++) {
        const struct run_row *row = run_get_row(export->run, i);
        if (row != NULL)
            writers[format].row(export, row, out);
    }
    writers[format].end(export, out);
    return !out->is_full;
}
