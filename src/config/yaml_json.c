/* The core schema of YAML 1.2, as far as JSON has the values: .inf and .nan are texts. */
#include "src/config/yaml_json.h"

#include <stdbool.h>
#include <string.h>

#include "src/base/compiler.h"
#include "src/base/json.h"
#include "src/base/mem.h"
#include "src/base/number.h"

/* Appends a whole number as JSON has it: no plus, no zeros in front. All digits stay. */
static bool append_whole(struct strbuf *out, const char *text)
{
    const bool is_negative = text[0] == '-';
    const char *digits = text + (text[0] == '-' || text[0] == '+');
    if (digits[0] == '\0' || digits[strspn(digits, "0123456789")] != '\0')
        return false;
    digits += strspn(digits, "0");
    if (digits[0] == '\0')
        return strbuf_append_char(out, '0');
    return strbuf_append_format(out, "%s%s", is_negative ? "-" : "", digits);
}

static bool append_fraction(struct strbuf *out, const char *text)
{
    double value;
    double again;
    if (!number_parse_double(text, &value))
        return false;
    char *shorter = strbuf_format("%.15g", value);
    const bool is_same =
        number_parse_double(shorter, &again) && !(again < value) && !(again > value);
    mem_free(shorter);
    return strbuf_append_format(out, is_same ? "%.15g" : "%.17g", value);
}

static bool append_word(struct strbuf *out, const char *text)
{
    static const char *const words[][2] = {
        {"true", "true"},   {"True", "true"},   {"TRUE", "true"}, {"false", "false"},
        {"False", "false"}, {"FALSE", "false"}, {"null", "null"}, {"Null", "null"},
        {"NULL", "null"},   {"~", "null"},      {"", "null"},
    };
    for (size_t i = 0; i < COUNT_OF(words); i++) {
        if (strcmp(words[i][0], text) == 0)
            return strbuf_append_text(out, words[i][1]);
    }
    return false;
}

void yaml_text_to_json(const char *text, bool is_plain, struct strbuf *out)
{
    if (is_plain &&
        (append_word(out, text) || append_whole(out, text) || append_fraction(out, text)))
        return;
    json_append_string(out, text, strlen(text));
}

/* The levels are bounded by the reader of YAML. */
void yaml_value_to_json(const struct yaml_value *value, struct strbuf *out)
{
    if (value->kind == YAML_VALUE_TEXT) {
        yaml_text_to_json(value->text, value->is_plain, out);
        return;
    }
    const bool is_map = value->kind == YAML_VALUE_MAP;
    strbuf_append_char(out, is_map ? '{' : '[');
    for (size_t i = 0; i < value->len; i++) {
        if (i > 0)
            strbuf_append_char(out, ',');
        if (is_map) {
            json_append_string(out, value->keys[i]->text, strlen(value->keys[i]->text));
            strbuf_append_char(out, ':');
        }
        yaml_value_to_json(value->items[i], out);
    }
    strbuf_append_char(out, is_map ? '}' : ']');
}
