/*
 * Attributes are found in the raw JSON of the value, so that numbers keep their digits.
 * What is found is text from then on.
 */
#include "src/prompt/piece_text.h"

#include <string.h>

#include "src/base/json.h"
#include "src/base/mem.h"
#include "src/base/number.h"
#include "src/prompt/field_check.h"

/* The names an object has, for a sentence about one that it has not. */
static void name_members(const char *text, struct strbuf *names)
{
    struct json_item item;
    size_t at = 0;
    while (json_next_item(text, strlen(text), &at, &item) && names->len < 100) {
        if (item.key == NULL)
            return;
        strbuf_append_text(names, names->len > 0 ? ", " : "; it has ");
        json_append_value_text(names, item.key, item.key_len);
    }
}

/* Appends what stands at the piece's path. */
static bool find_attribute(const struct body_piece *piece, const char *text,
                           struct strbuf *out, struct error *err)
{
    const char *raw;
    size_t raw_len;
    const bool is_container =
        text[strspn(text, " \t\r\n")] == '{' || text[strspn(text, " \t\r\n")] == '[';
    if (!is_container || !json_is_valid(text, strlen(text))) {
        error_set(err, ERROR_USAGE, "has to be a JSON object: %s is used", piece->shown);
        return false;
    }
    if (json_find_raw(text, strlen(text), (const char *const *)piece->path, &raw,
                      &raw_len))
        return json_append_value_text(out, raw, raw_len);
    struct strbuf names;
    strbuf_init(&names, STRBUF_OWN_MAX);
    name_members(text, &names);
    error_set(err, ERROR_USAGE, "does not have what %s asks for%s", piece->shown,
              strbuf_text(&names));
    strbuf_clear(&names);
    return false;
}

static bool append_list(const char *text, char *const *items, const char *glue,
                        struct strbuf *out, struct error *err)
{
    struct text_list list = {0};
    const bool ok = field_list_items(text, items, &list, err);
    for (size_t i = 0; ok && i < list.len; i++) {
        if (i > 0)
            strbuf_append_text(out, glue);
        strbuf_append_text(out, list.items[i]);
    }
    text_list_clear(&list);
    return ok;
}

static bool append_lists(const char *text, char *const *items, struct strbuf *out,
                         struct error *err)
{
    struct text_list groups = {0};
    bool ok = field_list_groups(text, items, &groups, err);
    for (size_t i = 0; ok && i < groups.len; i++) {
        if (i > 0)
            strbuf_append_text(out, "\n\n");
        ok = append_list(groups.items[i], NULL, "\n", out, err);
    }
    text_list_clear(&groups);
    return ok;
}

static bool append_formatted(const struct template_field *field,
                             const struct body_piece *piece, const char *text,
                             struct strbuf *out, struct error *err)
{
    double number;
    const bool is_number = field->type == FIELD_NUMBER || piece->format.wants_number;
    if (!is_number) {
        format_spec_write_text(&piece->format, text, strlen(text), out);
        return true;
    }
    if (number_parse_double(text, &number))
        return format_spec_write_number(&piece->format, text, out, err);
    error_set(err, ERROR_USAGE, "has to be a number in %s", piece->shown);
    return false;
}

static bool append_value(const struct template_field *field,
                         const struct body_piece *piece, struct piece_value value,
                         struct strbuf *out, struct error *err)
{
    bool flag;
    if (piece->form == BODY_LIST)
        return append_list(value.text, value.items, "\n", out, err);
    if (piece->form == BODY_LISTS)
        return append_lists(value.text, value.items, out, err);
    if (piece->path == NULL && field->type == FIELD_LIST)
        return append_list(value.text, value.items, ", ", out, err);
    const char *text = value.text;
    if (piece->path == NULL && field->type == FIELD_FLAG && field_flag(text, &flag))
        text = flag ? "true" : "false";
    if (piece->format.is_set)
        return append_formatted(field, piece, text, out, err);
    strbuf_append_text(out, text);
    return true;
}

bool piece_text_append(const struct template_field *field, const struct body_piece *piece,
                       struct piece_value value, struct strbuf *out, struct error *err)
{
    struct strbuf attribute;
    bool ok = true;
    if (piece->path == NULL)
        return append_value(field, piece, value, out, err);
    strbuf_init(&attribute, STRBUF_OWN_MAX);
    ok = find_attribute(piece, value.text, &attribute, err);
    if (ok)
        ok = append_value(field, piece,
                          (struct piece_value){strbuf_text(&attribute), NULL}, out, err);
    strbuf_clear(&attribute);
    return ok;
}

bool piece_text_items(const struct template_field *field, const struct body_piece *piece,
                      struct piece_value value, struct text_list *list, struct error *err)
{
    struct strbuf text;
    if (piece->path == NULL && field->type == FIELD_LIST)
        return field_list_items(value.text, value.items, list, err);
    strbuf_init(&text, STRBUF_OWN_MAX);
    const bool ok = piece_text_append(field, piece, value, &text, err);
    if (ok)
        text_list_add(list, strbuf_text(&text), text.len);
    strbuf_clear(&text);
    return ok;
}
