/* Recursive, which cJSON's own limit of depth bounds. */
#include "src/base/json_print.h"

#include <math.h>
#include <string.h>

#include "src/base/json.h"

/* Up to here a double holds every whole number. */
#define WHOLE_MAX 9007199254740992.0

static bool json_print_number(struct strbuf *out, double number)
{
    if (!isfinite(number))
        return strbuf_append_text(out, "null");
    if (fabs(number) <= WHOLE_MAX && number == floor(number))
        return strbuf_append_format(out, "%.0f", number);
    return strbuf_append_format(out, "%.17g", number);
}

static bool json_print_items(struct strbuf *out, const cJSON *value)
{
    const bool is_object = cJSON_IsObject(value);
    bool is_good = strbuf_append_char(out, is_object ? '{' : '[');
    for (const cJSON *item = value->child; item != NULL && is_good; item = item->next) {
        if (item != value->child)
            strbuf_append_char(out, ',');
        if (is_object) {
            json_append_string(out, item->string, strlen(item->string));
            strbuf_append_char(out, ':');
        }
        is_good = json_print(out, item);
    }
    return strbuf_append_char(out, is_object ? '}' : ']') && is_good;
}

bool json_print(struct strbuf *out, const cJSON *value)
{
    if (cJSON_IsObject(value) || cJSON_IsArray(value))
        return json_print_items(out, value);
    if (cJSON_IsString(value))
        return json_append_string(out, value->valuestring, strlen(value->valuestring));
    if (cJSON_IsNumber(value))
        return json_print_number(out, value->valuedouble);
    if (cJSON_IsBool(value))
        return strbuf_append_text(out, cJSON_IsTrue(value) ? "true" : "false");
    return strbuf_append_text(out, "null");
}
