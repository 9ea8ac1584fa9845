/*
 * Motet's own JSON. The raw bytes of the document are walked, so that whole numbers keep
 * all their digits. Members that are not known are passed over: a newer program may have
 * written them; what is known must be right.
 */
#include <string.h>

#include "src/base/base64.h"
#include "src/base/json.h"
#include "src/base/mem.h"
#include "src/base/number.h"
#include "src/chat/facts_json.h"
#include "src/chat/message_words.h"
#include "src/chat/setup_json.h"
#include "src/store/import_form.h"
#include "src/store/session_members.h"

struct motet_reader {
    struct imported *imported;
    struct session_chat *chat;
    uint64_t tip; /* that the chat's "tip" names */
    struct error *err;
};

bool import_is_motet(const char *bytes, size_t len)
{
    static const char member[] = "\"format\"";
    static const char value[] = "\"" SESSION_FILE_FORMAT "\"";
    const char *end = bytes + len;
    const char *const wanted[] = {"{", member, ":", value};
    for (size_t i = 0; i < 4; i++) {
        const size_t size = strlen(wanted[i]);
        while (bytes < end && *bytes != '\0' && strchr(" \t\r\n", *bytes) != NULL)
            bytes++;
        if ((size_t)(end - bytes) < size || memcmp(bytes, wanted[i], size) != 0)
            return false;
        bytes += size;
    }
    return true;
}

static bool take(const struct json_item *item, const struct member_table *table, void *to)
{
    return member_json_take(item, table->members, table->count, to);
}

static bool is_kind(const struct json_item *item, char bracket)
{
    return item->value_len > 0 && item->value[0] == bracket;
}

/* A whole number of an item; false if it is none. */
static bool take_number(const struct json_item *item, int64_t *value)
{
    char text[24];
    if (item->value_len >= sizeof(text))
        return false;
    memcpy(text, item->value, item->value_len);
    text[item->value_len] = '\0';
    return number_parse_int(text, value);
}

/* The number that a word has in an enum, or `otherwise`. */
static size_t take_word(const struct json_item *item, const char *(*word_of)(size_t),
                        size_t otherwise)
{
    char *word = member_json_string(item);
    size_t found = otherwise;
    for (size_t i = 0; word != NULL && word_of(i)[0] != '\0'; i++) {
        if (strcmp(word_of(i), word) == 0)
            found = i;
    }
    mem_free(word);
    return found;
}

static void take_texts(const struct json_item *list, struct text_list *texts)
{
    struct json_item item;
    size_t at = 0;
    while (is_kind(list, '[') &&
           json_next_item(list->value, list->value_len, &at, &item)) {
        char *text = member_json_string(&item);
        if (text != NULL)
            text_list_add(texts, text, strlen(text));
        mem_free(text);
    }
}

/* --- Parts ------------------------------------------------------------------------- */

static bool take_part_bytes(struct motet_reader *reader, struct message *message,
                            struct part *part, const struct json_item *item,
                            bool is_base64)
{
    struct strbuf bytes;
    char *text = member_json_string(item);
    strbuf_init(&bytes, MESSAGE_MAX);
    bool ok = text != NULL;
    if (ok && is_base64)
        ok = base64_append_decoded(&bytes, text, strlen(text));
    else if (ok)
        ok = strbuf_append_text(&bytes, text);
    mem_free(text);
    message_reset_part(message, part);
    if (ok)
        ok = message_append_part(message, part, strbuf_text(&bytes), bytes.len);
    strbuf_clear(&bytes);
    if (!ok)
        error_set(reader->err, ERROR_USAGE,
                  "the %s of a part is missing, damaged or larger than %zu MiB",
                  is_base64 ? "base64" : "text", MESSAGE_MAX >> 20);
    return ok;
}

/* The words of a part that are not in its table. */
static void take_part_words(struct part *part, const struct json_item *item)
{
    char *word = member_json_string(item);
    if (member_json_is(item, "decision"))
        part->decision = message_decision_word(word);
    else if (member_json_is(item, "decided_by"))
        part->decided_by = message_decided_by_word(word);
    mem_free(word);
}

/* What others rely on, whatever the file says. Opaque JSON and the arguments of whole
 * calls are put into requests as they are, so they have to be JSON. */
static bool settle_part(struct motet_reader *reader, struct part *part)
{
    const enum part_kind kind = part->kind;
    const bool is_tool = kind == PART_TOOL_CALL || kind == PART_TOOL_RESULT;
    const bool is_json = json_is_valid(strbuf_text(&part->text), part->text.len);
    if (is_tool && part->call_id == NULL)
        part->call_id = mem_strdup("");
    if (part->name == NULL && (is_tool || kind == PART_FILE || kind == PART_IMAGE))
        part->name = mem_strdup("");
    if (kind == PART_TOOL_CALL)
        part->is_whole = part->is_whole && is_json;
    if (kind != PART_OPAQUE || is_json)
        return true;
    error_set(reader->err, ERROR_USAGE, "an opaque part is not JSON");
    return false;
}

static bool take_part(struct motet_reader *reader, struct message *message,
                      const struct json_item *object)
{
    static const char *const kind_path[] = {"kind", NULL};
    struct json_item item = {0};
    enum part_kind kind;
    size_t at = 0;
    if (is_kind(object, '{'))
        json_find_raw(object->value, object->value_len, kind_path, &item.value,
                      &item.value_len);
    char *word = item.value != NULL ? member_json_string(&item) : NULL;
    const bool is_known = message_part_read(word, &kind);
    mem_free(word);
    if (!is_known) {
        error_set(reader->err, ERROR_USAGE, "a part has no kind that is known");
        return false;
    }
    struct part *part = message_add_part(message, kind);
    while (json_next_item(object->value, object->value_len, &at, &item)) {
        const bool is_base64 = member_json_is(&item, "base64");
        if (is_base64 || member_json_is(&item, "text")) {
            if (!take_part_bytes(reader, message, part, &item, is_base64))
                return false;
        } else if (!take(&item, &session_part_members, part)) {
            take_part_words(part, &item);
        }
    }
    return settle_part(reader, part);
}

static bool take_parts(struct motet_reader *reader, struct message *message,
                       const struct json_item *list)
{
    struct json_item item;
    size_t at = 0;
    while (is_kind(list, '[') &&
           json_next_item(list->value, list->value_len, &at, &item)) {
        if (!take_part(reader, message, &item))
            return false;
    }
    return true;
}

/* --- Messages ---------------------------------------------------------------------- */

/* What must be known before a message can be made. */
struct message_head {
    int64_t id;
    int64_t parent;
    enum message_author author;
    bool has_author;
};

static struct message_head read_head(const struct json_item *object)
{
    struct message_head head = {-1, -1, MESSAGE_USER, false};
    struct json_item item;
    size_t at = 0;
    while (is_kind(object, '{') &&
           json_next_item(object->value, object->value_len, &at, &item)) {
        if (member_json_is(&item, "id")) {
            take_number(&item, &head.id);
        } else if (member_json_is(&item, "parent")) {
            take_number(&item, &head.parent);
        } else if (member_json_is(&item, "author")) {
            char *word = member_json_string(&item);
            head.has_author = message_author_read(word, &head.author);
            mem_free(word);
        }
    }
    return head;
}

static bool take_message_item(struct motet_reader *reader, struct message *message,
                              const struct json_item *item)
{
    if (member_json_is(item, "parts"))
        return take_parts(reader, message, item);
    if (member_json_is(item, "facts")) {
        facts_json_read(item->value, item->value_len, &message->facts);
    } else if (member_json_is(item, "state")) {
        char *word = member_json_string(item);
        message_state_read(word, &message->state);
        mem_free(word);
    } else {
        take(item, &session_message_members, message);
    }
    return true;
}

static bool take_message(struct motet_reader *reader, const struct json_item *object)
{
    struct chat *chat = &reader->chat->chat;
    const struct message_head head = read_head(object);
    const size_t number = chat->message_count + 1;
    struct json_item item;
    size_t at = 0;
    if (head.id != (int64_t)number || head.parent < 0 || head.parent >= head.id ||
        !head.has_author) {
        error_set(
            reader->err, ERROR_USAGE,
            "message %zu: its id must be %zu, its parent a number below, its author "
            "one of system, user, assistant, tool",
            number, number);
        return false;
    }
    /* The path is made once, at the end: making it costs its length. */
    chat_set_tip(chat, NULL);
    struct message *message =
        imported_add_message(reader->imported, chat, head.author, reader->err);
    if (message == NULL)
        return false;
    message->parent = chat_find(chat, (uint64_t)head.parent);
    while (json_next_item(object->value, object->value_len, &at, &item)) {
        if (!take_message_item(reader, message, &item)) {
            error_prefix(reader->err, "message %zu", number);
            return false;
        }
    }
    if (message->state == MESSAGE_GROWING) { /* nobody goes on writing it */
        message->state = MESSAGE_STOPPED;
        message->is_interrupted = true;
    }
    return true;
}

static bool take_messages(struct motet_reader *reader, const struct json_item *list)
{
    struct json_item item;
    size_t at = 0;
    while (is_kind(list, '[') &&
           json_next_item(list->value, list->value_len, &at, &item)) {
        if (!take_message(reader, &item))
            return false;
    }
    return true;
}

/* --- Chats ------------------------------------------------------------------------- */

static bool take_chat_item(struct motet_reader *reader, const struct json_item *item)
{
    int64_t number;
    if (member_json_is(item, "messages"))
        return take_messages(reader, item);
    if (member_json_is(item, "setup"))
        setup_json_read(item->value, item->value_len, reader->chat);
    else if (member_json_is(item, "tip") && take_number(item, &number) && number >= 0)
        reader->tip = (uint64_t)number;
    return true;
}

static bool take_chat(struct motet_reader *reader, struct session *session,
                      const struct json_item *object)
{
    struct json_item item;
    size_t at = 0;
    reader->chat = session_add_chat(session);
    reader->tip = 0;
    while (is_kind(object, '{') &&
           json_next_item(object->value, object->value_len, &at, &item)) {
        if (!take_chat_item(reader, &item)) {
            error_prefix(reader->err, "chat %zu", session->chat_count);
            return false;
        }
    }
    struct chat *chat = &reader->chat->chat;
    if (reader->tip > chat->message_count) {
        error_set(reader->err, ERROR_USAGE, "chat %zu: its tip is no message of it",
                  session->chat_count);
        return false;
    }
    chat_set_tip(chat, chat_find(chat, reader->tip));
    return true;
}

/* --- The session ------------------------------------------------------------------- */

static void take_drafts(struct session *session, const struct json_item *list)
{
    struct json_item object;
    struct json_item item;
    size_t at = 0;
    while (is_kind(list, '[') &&
           json_next_item(list->value, list->value_len, &at, &object)) {
        size_t inner = 0;
        struct session_draft *draft = session_add_draft(session);
        while (is_kind(&object, '{') &&
               json_next_item(object.value, object.value_len, &inner, &item))
            take(&item, &session_draft_members, draft);
        if (draft->target == NULL)
            draft->target = mem_strdup("");
        if (draft->text == NULL)
            draft->text = mem_strdup("");
    }
}

static bool take_session_item(struct motet_reader *reader, struct session *session,
                              const struct json_item *item)
{
    struct json_item object;
    size_t at = 0;
    if (member_json_is(item, "title_from")) {
        session->title_source =
            (enum title_source)take_word(item, session_title_word, TITLE_PERSON);
    } else if (member_json_is(item, "going_on")) {
        session->going_on =
            (enum going_on)take_word(item, session_going_on_word, GOING_ON_INDEPENDENT);
    } else if (member_json_is(item, "tags")) {
        take_texts(item, &session->tags);
    } else if (member_json_is(item, "drafts")) {
        take_drafts(session, item);
    } else if (member_json_is(item, "chats")) {
        while (is_kind(item, '[') &&
               json_next_item(item->value, item->value_len, &at, &object)) {
            if (!take_chat(reader, session, &object))
                return false;
        }
    } else {
        take(item, &session_members, session);
    }
    return true;
}

/* True if the version is one that can be read. */
static bool check_version(const struct import_source *source, struct error *err)
{
    static const char *const path[] = {"version", NULL};
    struct json_item item = {0};
    int64_t version = 0;
    if (!import_is_motet(source->bytes, source->len) ||
        !json_find_raw(source->bytes, source->len, path, &item.value, &item.value_len) ||
        !take_number(&item, &version) || version < 1) {
        error_set(err, ERROR_USAGE,
                  "it does not begin with \"format\":\"" SESSION_FILE_FORMAT
                  "\" and a version, as a session that Motet has exported does");
        return false;
    }
    if (version <= SESSION_FILE_VERSION)
        return true;
    error_set(err, ERROR_USAGE,
              "it is of version %lld and was written by a newer Motet; this one reads up "
              "to version %d",
              (long long)version, SESSION_FILE_VERSION);
    return false;
}

bool import_motet(const struct import_source *source, struct imported *imported,
                  struct error *err)
{
    struct motet_reader reader = {imported, NULL, 0, err};
    struct json_item item;
    size_t at = 0;
    if (!json_is_valid(source->bytes, source->len)) {
        cJSON *root = import_parse(source->bytes, source->len, err);
        if (root != NULL)
            error_set(err, ERROR_USAGE, "it is not UTF-8, or nested too deep");
        cJSON_Delete(root);
        return false;
    }
    if (!check_version(source, err))
        return false;
    struct session *session = imported_add(imported, err);
    if (session == NULL)
        return false;
    while (json_next_item(source->bytes, source->len, &at, &item)) {
        if (!take_session_item(&reader, session, &item))
            return false;
    }
    session->updated_ms = session->created_ms;
    return true;
}
