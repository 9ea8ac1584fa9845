/*
 * Everything stands in single quotes, where a shell looks at nothing but the quote. A
 * body longer than a kernel takes as one argument comes from the shell's own printf, and
 * so does one that curl would take for the name of a file, or that holds a NUL.
 */
#include "src/engine/wire_curl.h"

#include <ctype.h>
#include <string.h>
#include <strings.h>

#include "src/base/mem.h"

/* Linux takes 128 KiB as one argument; others more. */
#define ARGUMENT_MAX ((size_t)100 << 10)

/* What stands for a key whose endpoint names no variable. */
#define KEY_VARIABLE "API_KEY"

#define NEXT " \\\n  "

/* Appends a text so that a shell takes it as one word, whatever is in it but NUL. */
static void wire_curl_quote(struct strbuf *out, const char *text, size_t len)
{
    strbuf_append_char(out, '\'');
    for (size_t i = 0; i < len; i++) {
        if (text[i] == '\'')
            strbuf_append_text(out, "'\\''");
        else
            strbuf_append_char(out, text[i]);
    }
    strbuf_append_char(out, '\'');
}

/* The same, with "$variable" in the place of each mask. */
static void quote_masked(struct strbuf *out, const char *text, const char *variable)
{
    const char *mask = strstr(text, WIRE_MASK);
    if (mask == NULL) {
        wire_curl_quote(out, text, strlen(text));
        return;
    }
    for (; mask != NULL; mask = strstr(text, WIRE_MASK)) {
        if (mask > text)
            wire_curl_quote(out, text, (size_t)(mask - text));
        strbuf_append_format(out, "\"$%s\"", variable);
        text = mask + strlen(WIRE_MASK);
    }
    if (text[0] != '\0')
        wire_curl_quote(out, text, strlen(text));
}

/* True if it is one of the names, which stand in lines. */
static bool is_among(const char *names, const char *name, size_t len)
{
    for (const char *line = names; line != NULL && *line != '\0';
         line += strcspn(line, "\n") + 1) {
        if (strcspn(line, "\n") == len && strncasecmp(line, name, len) == 0)
            return true;
    }
    return false;
}

/* The variable for a masked field: the key's, or one called like the field of a person.
 * Caller frees. */
static char *name_variable(const struct wire_record *record, const char *field,
                           size_t len)
{
    if (strncasecmp(field, "X-Amz-Security-Token", len) == 0)
        return mem_strdup("AWS_SESSION_TOKEN");
    if (!is_among(record->extra_names, field, len))
        return mem_strdup(record->key_env != NULL ? record->key_env : KEY_VARIABLE);
    char *name = mem_strndup(field, len);
    for (char *at = name; *at != '\0'; at++)
        *at = isalnum((unsigned char)*at) ? (char)toupper((unsigned char)*at) : '_';
    return name;
}

static void append_fields(const struct wire_record *record, struct strbuf *out)
{
    const char *line = record->fields;
    while (line != NULL && *line != '\0') {
        const size_t len = strcspn(line, "\n");
        const size_t name_len = strcspn(line, ":");
        const bool is_signature =
            record->aws_sigv4 != NULL && strncasecmp(line, "Authorization:", 14) == 0;
        if (!is_signature) {
            char *field = mem_strndup(line, len);
            char *variable = name_variable(record, line, name_len);
            /* "Name:" would take the field away; "Name;" sends it empty. */
            if (len == name_len + 2)
                memcpy(field + name_len, ";", 2);
            strbuf_append_text(out, NEXT "-H ");
            quote_masked(out, field, variable);
            mem_free(variable);
            mem_free(field);
        }
        line += len + (line[len] == '\n');
    }
}

static void append_option(struct strbuf *out, const char *option, const char *value)
{
    if (value == NULL)
        return;
    strbuf_append_format(out, NEXT "%s ", option);
    quote_masked(out, value, "PROXY_USER");
}

/* The body with printf's escapes, for one that holds a NUL. */
static void quote_format(struct strbuf *out, const char *bytes, size_t len)
{
    struct strbuf format;
    strbuf_init(&format, STRBUF_OWN_MAX);
    for (size_t i = 0; i < len; i++) {
        if (bytes[i] == '\0')
            strbuf_append_text(&format, "\\000");
        else if (bytes[i] == '\\')
            strbuf_append_text(&format, "\\\\");
        else if (bytes[i] == '%')
            strbuf_append_text(&format, "%%");
        else
            strbuf_append_char(&format, bytes[i]);
    }
    wire_curl_quote(out, strbuf_text(&format), format.len);
    strbuf_clear(&format);
}

static bool is_inline(const struct strbuf *body)
{
    const char *bytes = strbuf_text(body);
    return body->len <= ARGUMENT_MAX && bytes[0] != '@' &&
           memchr(bytes, '\0', body->len) == NULL;
}

static void append_body_source(const struct strbuf *body, struct strbuf *out)
{
    const char *bytes = strbuf_text(body);
    if (memchr(bytes, '\0', body->len) != NULL) {
        strbuf_append_text(out, "printf ");
        quote_format(out, bytes, body->len);
    } else {
        strbuf_append_text(out, "printf %s ");
        wire_curl_quote(out, bytes, body->len);
    }
    strbuf_append_text(out, " |\n");
}

bool wire_curl_append(const struct wire_record *record, struct strbuf *out,
                      struct error *err)
{
    const struct strbuf *body = &record->body;
    const bool has_body = record->body_len > 0;
    if (record->is_dropped || record->url == NULL) {
        error_set(err, ERROR_USAGE, "the request is not kept any more");
        return false;
    }
    if (has_body && body->len == 0) {
        error_set(err, ERROR_USAGE,
                  "a recording does not hold what was sent: no command for it");
        return false;
    }
    if (record->body_len > body->len) {
        error_set(err, ERROR_USAGE,
                  "the request is too large to be kept (%zu bytes): no command for it",
                  record->body_len);
        return false;
    }
    if (has_body && !is_inline(body))
        append_body_source(body, out);
    strbuf_append_text(out, "curl -sS -N ");
    quote_masked(out, record->url,
                 record->key_env != NULL ? record->key_env : KEY_VARIABLE);
    const char *usual = has_body ? "POST" : "GET";
    if (strcmp(record->method, usual) != 0)
        append_option(out, "-X", record->method);
    append_fields(record, out);
    strbuf_append_text(out, NEXT "--compressed");
    if (record->aws_sigv4 != NULL) {
        append_option(out, "--aws-sigv4", record->aws_sigv4);
        strbuf_append_text(out, NEXT "--user "
                                     "\"$AWS_ACCESS_KEY_ID:$AWS_SECRET_ACCESS_KEY\"");
    }
    append_option(out, "--cacert", record->ca_file);
    append_option(out, "--cert", record->client_cert);
    append_option(out, "--key", record->client_key);
    append_option(out, "--proxy", record->proxy);
    if (has_body) {
        strbuf_append_text(out, NEXT "--data-binary ");
        if (is_inline(body))
            wire_curl_quote(out, body->text, body->len);
        else
            strbuf_append_text(out, "@-");
    }
    return true;
}
