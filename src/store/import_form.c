/* Small helpers; each keeps a limit or a promise of session_import.h. */
#include "src/store/import_form.h"

#include <string.h>

#include "src/base/base64.h"
#include "src/base/json.h"
#include "src/base/mem.h"
#include "src/base/utf8.h"

struct session *imported_add(struct imported *imported, struct error *err)
{
    if (imported->count >= IMPORT_SESSIONS_MAX) {
        error_set(err, ERROR_USAGE, "it holds more than %zu conversations; split it",
                  IMPORT_SESSIONS_MAX);
        return NULL;
    }
    imported->sessions = mem_grow(imported->sessions, &imported->cap, imported->count + 1,
                                  sizeof(imported->sessions[0]));
    struct session *session = &imported->sessions[imported->count++];
    session_init(session);
    return session;
}

struct message *imported_add_message(struct imported *imported, struct chat *chat,
                                     enum message_author author, struct error *err)
{
    if (imported->message_count >= IMPORT_MESSAGES_MAX) {
        error_set(err, ERROR_USAGE, "it holds more than %zu messages; split it",
                  IMPORT_MESSAGES_MAX);
        return NULL;
    }
    imported->message_count++;
    return chat_add(chat, author);
}

void imported_note(struct imported *imported, const char *sentence)
{
    for (size_t i = 0; i < imported->notes.len; i++) {
        if (strcmp(imported->notes.items[i], sentence) == 0)
            return;
    }
    text_list_add(&imported->notes, sentence, strlen(sentence));
}

static bool fail_size(struct error *err)
{
    error_set(err, ERROR_USAGE, "a message is larger than %zu MiB", MESSAGE_MAX >> 20);
    return false;
}

bool import_append(struct message *message, enum part_kind kind, const char *text,
                   size_t len, struct error *err)
{
    struct strbuf valid;
    strbuf_init(&valid, STRBUF_OWN_MAX);
    utf8_append_valid(&valid, text, len);
    const bool ok = message_append(message, kind, strbuf_text(&valid), valid.len);
    strbuf_clear(&valid);
    return ok || fail_size(err);
}

bool import_add_bytes(struct imported *imported, struct message *message,
                      const char *media_type, const struct strbuf *bytes,
                      struct error *err)
{
    const bool is_image = strncmp(media_type, "image/", 6) == 0;
    const bool is_text = memchr(strbuf_text(bytes), '\0', bytes->len) == NULL &&
                         utf8_is_valid(strbuf_text(bytes), bytes->len);
    if (!is_image && !is_text) {
        imported_note(imported,
                      "attachments that are neither picture nor text were left out");
        return true;
    }
    struct part *part = message_add_part(message, is_image ? PART_IMAGE : PART_FILE);
    part->name = mem_strdup(is_image ? "picture" : "attachment");
    part->media_type = is_image ? mem_strdup(media_type) : NULL;
    return message_append_part(message, part, strbuf_text(bytes), bytes->len) ||
           fail_size(err);
}

/* Base64 as people pass it on: with line ends in it, or without "=" at its end. */
static bool decode(struct strbuf *bytes, const char *text)
{
    struct strbuf plain;
    strbuf_init(&plain, 2 * MESSAGE_MAX);
    while (*text != '\0') {
        const size_t blank = strspn(text, " \t\r\n");
        const size_t len = strcspn(text + blank, " \t\r\n");
        strbuf_append(&plain, text + blank, len);
        text += blank + len;
    }
    while (plain.len % 4 != 0 && strbuf_append_char(&plain, '='))
        continue;
    const bool ok =
        !plain.is_full && base64_append_decoded(bytes, strbuf_text(&plain), plain.len);
    strbuf_clear(&plain);
    return ok;
}

bool import_add_url(struct imported *imported, struct message *message, const char *url,
                    struct error *err)
{
    const char *comma = strchr(url, ',');
    const char *mark = strstr(url, ";base64");
    if (strncmp(url, "data:", 5) != 0) {
        imported_note(imported, "pictures that are elsewhere were kept as their address");
        return import_append(message, PART_TEXT, "\n[picture: ", 11, err) &&
               import_append(message, PART_TEXT, url, strlen(url), err) &&
               import_append(message, PART_TEXT, "]\n", 2, err);
    }
    struct strbuf bytes;
    strbuf_init(&bytes, MESSAGE_MAX);
    bool ok = comma != NULL && mark != NULL && mark < comma && decode(&bytes, comma + 1);
    if (!ok) {
        error_set(err, ERROR_USAGE, "the data of a picture is not readable base64");
    } else {
        char *media_type = mem_strndup(url + 5, strcspn(url + 5, ";,"));
        ok = import_add_bytes(imported, message, media_type, &bytes, err);
        mem_free(media_type);
    }
    strbuf_clear(&bytes);
    return ok;
}

/* The days from 1970-01-01 to a date: years begin in March, so that the day that may be
 * missing is the last one. */
static int64_t days_to(int64_t year, int64_t month, int64_t day)
{
    year -= month <= 2;
    const int64_t era = year / 400;
    const int64_t of_era = year - era * 400;
    const int64_t of_year = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1;
    return era * 146097 + of_era * 365 + of_era / 4 - of_era / 100 + of_year - 719468;
}

/* Takes up to `max` digits. */
static bool take_digits(const char **text, size_t max, int64_t *value)
{
    size_t len = 0;
    *value = 0;
    for (; len < max && (*text)[len] >= '0' && (*text)[len] <= '9'; len++)
        *value = *value * 10 + ((*text)[len] - '0');
    *text += len;
    return len > 0;
}

int64_t import_date_ms(const char *text)
{
    static const char marks[] = "--T::";
    int64_t parts[6] = {0};
    int64_t fraction = 0;
    for (size_t i = 0; i < 6; i++) {
        if (!take_digits(&text, i == 0 ? 4 : 2, &parts[i]))
            return 0;
        if (i == 5)
            break;
        if (*text != marks[i] && !(marks[i] == 'T' && *text == ' '))
            return 0;
        text++;
    }
    if (*text == '.') {
        const char *digits = text + 1;
        take_digits(&digits, 3, &fraction);
        fraction *= digits - text == 2 ? 100 : digits - text == 3 ? 10 : 1;
    }
    if (parts[0] < 1970 || parts[1] < 1 || parts[1] > 12 || parts[2] < 1 || parts[2] > 31)
        return 0;
    const int64_t days = days_to(parts[0], parts[1], parts[2]);
    return ((days * 24 + parts[3]) * 60 + parts[4]) * 60000 + parts[5] * 1000 + fraction;
}

char *import_text(const cJSON *item)
{
    struct strbuf text;
    uint16_t half = 0;
    if (!cJSON_IsString(item))
        return NULL;
    strbuf_init(&text, STRBUF_OWN_MAX);
    json_join_halves(&text, item->valuestring, &half);
    json_flush_half(&text, &half);
    if (text.len == 0) {
        strbuf_clear(&text);
        return mem_strdup("");
    }
    return strbuf_take(&text);
}

char *import_valid(const char *text)
{
    struct strbuf valid;
    if (text == NULL || text[0] == '\0')
        return mem_strdup(text);
    strbuf_init(&valid, STRBUF_OWN_MAX);
    utf8_append_valid(&valid, text, strlen(text));
    return strbuf_take(&valid);
}

/* Where cJSON gave up. */
static void fail_syntax(const char *bytes, size_t len, struct error *err)
{
    const char *end = bytes;
    size_t line = 1;
    cJSON_Delete(cJSON_ParseWithLengthOpts(bytes, len, &end, false));
    const char *line_start = bytes;
    for (const char *at = bytes; at < end && at < bytes + len; at++) {
        if (*at != '\n')
            continue;
        line++;
        line_start = at + 1;
    }
    error_set(err, ERROR_USAGE, "line %zu, column %zu: this is not JSON", line,
              end >= line_start ? (size_t)(end - line_start) + 1 : 1);
}

cJSON *import_parse(const char *bytes, size_t len, struct error *err)
{
    cJSON *root = json_parse(bytes, len);
    if (root == NULL)
        fail_syntax(bytes, len, err);
    return root;
}

/* The title that the first prompt of the session makes. Caller frees. */
static char *first_line(const struct session *session)
{
    for (size_t i = 0; i < session->chat_count; i++) {
        const struct chat *chat = &session->chats[i].chat;
        for (size_t j = 0; j < chat->path_len; j++) {
            struct strbuf text;
            if (chat->path[j]->author != MESSAGE_USER)
                continue;
            strbuf_init(&text, STRBUF_OWN_MAX);
            message_join(chat->path[j], PART_TEXT, &text);
            char *title = session_title_from(strbuf_text(&text), text.len);
            strbuf_clear(&text);
            if (title != NULL)
                return title;
        }
    }
    return NULL;
}

void import_finish(struct session *session)
{
    if (session->title == NULL) {
        session->title = first_line(session);
        session->title_source = TITLE_FIRST_LINE;
    }
    for (size_t i = 0; i < session->chat_count; i++) {
        const struct chat *chat = &session->chats[i].chat;
        for (size_t j = 0; j < chat->message_count; j++) {
            const int64_t ms = chat->messages[j]->created_ms;
            if (ms > 0 && (session->created_ms == 0 || ms < session->created_ms))
                session->created_ms = ms;
            if (ms > session->updated_ms)
                session->updated_ms = ms;
        }
    }
}
