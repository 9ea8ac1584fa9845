/* Reading and showing one value; the records stand in setting_table.c. */
#include "src/config/setting.h"

#include <ctype.h>
#include <string.h>

#include "src/base/compiler.h"
#include "src/base/mem.h"
#include "src/base/number.h"
#include "src/base/safe_text.h"

/* What of a wrong value a sentence shows. */
#define SETTING_SHOWN_BYTES 60

void settings_init(struct settings *settings)
{
    *settings = (struct settings){{0}, {false}};
    for (int id = 0; id < SETTING_COUNT; id++)
        settings->values[id] = setting_info_get((enum setting_id)id)->default_value;
}

bool settings_read(struct settings *settings, enum setting_id id, const char *text,
                   struct error *err)
{
    const struct setting_info *info = setting_info_get(id);
    int64_t value = 0;
    const bool is_duration = info->type == SETTING_DURATION;
    const bool ok = is_duration ? number_parse_seconds_ms(text, &value)
                                : number_parse_int(text, &value);
    if (ok && value >= info->min && value <= info->max) {
        settings->values[id] = value;
        settings->is_given[id] = true;
        return true;
    }
    const int64_t scale = is_duration ? 1000 : 1;
    error_set(err, ERROR_USAGE, "--%s takes a %s from %lld to %lld, not \"%s\"",
              info->option, is_duration ? "number of seconds" : "whole number",
              (long long)(info->min / scale), (long long)(info->max / scale), text);
    return false;
}

/* Reading. */

static bool setting_refuse(const struct setting_info *info, const char *text,
                           const char *what, struct error *err)
{
    struct strbuf shown;
    strbuf_init(&shown, 1000);
    safe_text_append_line(&shown, text, strlen(text), SETTING_SHOWN_BYTES);
    error_set(err, ERROR_USAGE, "%s takes %s, not \"%s\"", info->name, what,
              strbuf_text(&shown));
    strbuf_clear(&shown);
    return false;
}

static bool setting_check_range(const struct setting_info *info, double number,
                                const char *text, const char *what, struct error *err)
{
    if (number >= (double)info->min && number <= (double)info->max)
        return true;
    const bool is_duration = info->type == SETTING_DURATION;
    const long long scale = is_duration ? 1000 : 1;
    char *words =
        strbuf_format("%s from %lld to %lld%s", what, (long long)info->min / scale,
                      (long long)info->max / scale, is_duration ? " s" : "");
    setting_refuse(info, text, words, err);
    mem_free(words);
    return false;
}

static bool setting_read_flag(struct setting_value *value,
                              const struct setting_info *info, const char *text,
                              struct error *err)
{
    static const char *const words[] = {"no", "yes", "false", "true", "off", "on"};
    for (size_t i = 0; i < COUNT_OF(words); i++) {
        if (strcmp(text, words[i]) == 0) {
            value->whole = (int64_t)(i % 2);
            return true;
        }
    }
    return setting_refuse(info, text, "yes or no", err);
}

static bool setting_read_number(struct setting_value *value,
                                const struct setting_info *info, const char *text,
                                struct error *err)
{
    if (!number_parse_int(text, &value->whole))
        return setting_refuse(info, text, "a whole number", err);
    return setting_check_range(info, (double)value->whole, text, "a whole number", err);
}

static bool setting_read_decimal(struct setting_value *value,
                                 const struct setting_info *info, const char *text,
                                 struct error *err)
{
    if (!number_parse_double(text, &value->decimal))
        return setting_refuse(info, text, "a number", err);
    return setting_check_range(info, value->decimal, text, "a number", err);
}

static bool setting_read_duration(struct setting_value *value,
                                  const struct setting_info *info, const char *text,
                                  struct error *err)
{
    if (!quantity_parse_duration(text, &value->whole))
        return setting_refuse(info, text, "a time such as 30s, 2m, 1h30m or 500ms", err);
    return setting_check_range(info, (double)value->whole, text, "a time", err);
}

static bool setting_read_rate(struct setting_value *value,
                              const struct setting_info *info, const char *text,
                              struct error *err)
{
    if (!quantity_parse_rate(text, &value->rate))
        return setting_refuse(info, text, "a rate such as 60/min, 10/s or 1000/day", err);
    return setting_check_range(info, (double)value->rate.count, text,
                               "a rate with a count", err);
}

/* The value is not shown: it is often the key itself. */
static bool setting_read_variable(struct setting_value *value,
                                  const struct setting_info *info, const char *text,
                                  struct error *err)
{
    bool ok = text[0] != '\0' && !isdigit((unsigned char)text[0]) && strlen(text) <= 200;
    for (const char *at = text; *at != '\0' && ok; at++)
        ok = isalnum((unsigned char)*at) || *at == '_';
    if (ok)
        setting_value_add(value, text);
    else
        error_set(err, ERROR_USAGE,
                  "%s takes the name of an environment variable (letters, digits and _), "
                  "not the key itself",
                  info->name);
    return ok;
}

/* True if the word is among those that the table lists, or it lists none. */
static bool setting_check_choice(const struct setting_info *info, const char *text,
                                 struct error *err)
{
    const size_t len = strlen(text);
    bool is_known = info->choices == NULL;
    for (const char *at = info->choices; at != NULL && *at != '\0' && !is_known;) {
        const size_t word = strcspn(at, " ");
        is_known = word == len && strncmp(at, text, len) == 0;
        at += word + strspn(at + word, " ");
    }
    if (!is_known)
        error_set(err, ERROR_USAGE, "%s is one of: %s; not \"%s\"", info->name,
                  info->choices, text);
    return is_known;
}

bool setting_value_read(struct setting_value *value, const struct setting_info *info,
                        const char *text, struct error *err)
{
    switch (info->type) {
    case SETTING_TEXT:
    case SETTING_CHOICE:
    case SETTING_PATH:
    case SETTING_URL:
        if (text[0] == '\0') {
            error_set(err, ERROR_USAGE, "%s is empty", info->name);
            return false;
        }
        if (!setting_check_choice(info, text, err))
            return false;
        setting_value_add(value, text);
        return true;
    case SETTING_VARIABLE: return setting_read_variable(value, info, text, err);
    case SETTING_FLAG: return setting_read_flag(value, info, text, err);
    case SETTING_NUMBER: return setting_read_number(value, info, text, err);
    case SETTING_DECIMAL: return setting_read_decimal(value, info, text, err);
    case SETTING_DURATION: return setting_read_duration(value, info, text, err);
    case SETTING_RATE: return setting_read_rate(value, info, text, err);
    case SETTING_WORDS:
        error_set(err, ERROR_USAGE, "%s takes a list, such as %s", info->name,
                  info->example);
        return false;
    case SETTING_MAP:
        error_set(err, ERROR_USAGE, "%s takes names with their values, such as %s",
                  info->name, info->example);
        return false;
    }
    return false;
}

void setting_value_add(struct setting_value *value, const char *text)
{
    value->texts = mem_resize_array(value->texts, value->text_count + 1, sizeof(char *));
    value->texts[value->text_count++] = mem_strdup(text);
}

void setting_value_clear(struct setting_value *value)
{
    for (size_t i = 0; i < value->text_count; i++) {
        mem_wipe(value->texts[i], strlen(value->texts[i]));
        mem_free(value->texts[i]);
    }
    mem_free(value->texts);
    *value = (struct setting_value){0};
}

/* Showing. */

static void setting_show_text(const char *text, struct strbuf *out)
{
    safe_text_append_line(out, text, strlen(text), 200);
}

/* Without the parts of a URL in which keys stand: the user's name and the query. */
static void setting_show_url(const char *url, struct strbuf *out)
{
    const char *scheme_end = strstr(url, "://");
    const char *host = scheme_end != NULL ? scheme_end + 3 : url;
    const size_t authority_len = strcspn(host, "/?#");
    size_t skip = 0;
    for (size_t i = 0; i < authority_len; i++) {
        if (host[i] == '@')
            skip = i + 1;
    }
    safe_text_append_line(out, url, (size_t)(host - url), 200);
    host += skip;
    const size_t shown_len = strcspn(host, "?#");
    safe_text_append_line(out, host, shown_len, 200);
    if (host[shown_len] != '\0')
        strbuf_append_text(out, "?…");
}

static void setting_show_words(const struct setting_value *value,
                               const struct setting_info *info, struct strbuf *out)
{
    const size_t shown =
        info->is_private && value->text_count > 1 ? 1 : value->text_count;
    for (size_t i = 0; i < shown; i++) {
        strbuf_append_text(out, i > 0 ? ", " : "");
        setting_show_text(value->texts[i], out);
    }
    if (shown < value->text_count)
        strbuf_append_text(out, " …");
}

static void setting_show_map(const struct setting_value *value,
                             const struct setting_info *info, struct strbuf *out)
{
    for (size_t i = 0; i + 1 < value->text_count; i += 2) {
        strbuf_append_text(out, i > 0 ? ", " : "");
        setting_show_text(value->texts[i], out);
        strbuf_append_text(out, ": ");
        setting_show_text(info->is_private ? "…" : value->texts[i + 1], out);
    }
}

void setting_value_show(const struct setting_value *value,
                        const struct setting_info *info, struct strbuf *out)
{
    char *text = NULL;
    switch (info->type) {
    case SETTING_TEXT:
    case SETTING_CHOICE:
    case SETTING_VARIABLE:
    case SETTING_PATH: setting_show_text(value->texts[0], out); break;
    case SETTING_URL: setting_show_url(value->texts[0], out); break;
    case SETTING_FLAG: strbuf_append_text(out, value->whole != 0 ? "yes" : "no"); break;
    case SETTING_NUMBER:
        strbuf_append_format(out, "%lld", (long long)value->whole);
        break;
    case SETTING_DECIMAL: strbuf_append_format(out, "%g", value->decimal); break;
    case SETTING_DURATION:
        text = value->whole > 0 ? quantity_format_duration(value->whole)
                                : mem_strdup("never");
        break;
    case SETTING_RATE: text = quantity_format_rate(&value->rate); break;
    case SETTING_WORDS: setting_show_words(value, info, out); break;
    case SETTING_MAP: setting_show_map(value, info, out); break;
    }
    if (text != NULL)
        strbuf_append_text(out, text);
    mem_free(text);
}
