/*
 * The list of sessions, newest first: one walk through the index of times, which stops
 * when there are enough. Counts stand in the rows; only the models are looked up, by
 * session. Words are looked for without regard to case, in any script.
 */
#include <string.h>
#include <wctype.h>

#include "src/base/mem.h"
#include "src/base/utf8.h"
#include "src/store/store_state.h"
#include "src/store/store_words.h"

/* What a list is made for. */
struct list_wish {
    struct text_list words; /* in small letters */
    const char *tag;
};

/* Appends the text in small letters. */
static void list_fold(struct strbuf *out, const char *text)
{
    size_t len = text != NULL ? strlen(text) : 0;
    while (len > 0) {
        uint32_t code;
        char bytes[4];
        const size_t used = utf8_decode(text, len, &code);
        strbuf_append(out, bytes, utf8_encode((uint32_t)towlower((wint_t)code), bytes));
        text += used;
        len -= used;
    }
}

static void list_split(struct text_list *words, const char *text)
{
    struct strbuf folded;
    strbuf_init(&folded, STRBUF_OWN_MAX);
    list_fold(&folded, text);
    const char *at = strbuf_text(&folded);
    while (*at != '\0') {
        const size_t len = strcspn(at, " \t\n");
        if (len > 0)
            text_list_add(words, at, len);
        at += len + (at[len] != '\0');
    }
    strbuf_clear(&folded);
}

/* Makes "a, b" of texts. */
static char *list_join(const struct text_list *texts)
{
    struct strbuf out;
    strbuf_init(&out, STRBUF_OWN_MAX);
    for (size_t i = 0; i < texts->len; i++) {
        strbuf_append_text(&out, i > 0 ? ", " : "");
        strbuf_append_text(&out, texts->items[i]);
    }
    return strbuf_take(&out);
}

static bool list_has(const struct text_list *texts, const char *text)
{
    for (size_t i = 0; i < texts->len; i++) {
        if (strcmp(texts->items[i], text) == 0)
            return true;
    }
    return false;
}

static bool list_fits(const struct session_row *row, const struct list_wish *wish)
{
    struct strbuf text;
    strbuf_init(&text, STRBUF_OWN_MAX);
    list_fold(&text, row->title);
    strbuf_append_char(&text, '\n');
    list_fold(&text, row->tags);
    strbuf_append_char(&text, '\n');
    list_fold(&text, row->models);
    bool fits = true;
    for (size_t i = 0; i < wish->words.len && fits; i++)
        fits = strstr(strbuf_text(&text), wish->words.items[i]) != NULL;
    strbuf_clear(&text);
    return fits;
}

/* The different models of the row's chats, and how many chats there are. */
static int list_models(struct store *store, struct session_row *row)
{
    struct text_list models = {.len = 0};
    sqlite3_stmt *statement =
        store_statement(store, SLOT_LIST_MODELS,
                        "SELECT model FROM chat WHERE session = ?1 ORDER BY position");
    if (statement == NULL)
        return SQLITE_ERROR;
    int code;
    (void)sqlite3_bind_int64(statement, 1, row->id);
    while ((code = sqlite3_step(statement)) == SQLITE_ROW) {
        const char *model = (const char *)sqlite3_column_text(statement, 0);
        row->chat_count++;
        if (model != NULL && !list_has(&models, model))
            text_list_add(&models, model, strlen(model));
    }
    (void)sqlite3_reset(statement);
    row->models = list_join(&models);
    text_list_clear(&models);
    return code;
}

/* Fills a row; `fits`: whether it is wanted. */
static int list_row(struct store *store, sqlite3_stmt *statement,
                    const struct list_wish *wish, struct session_row *row, bool *fits)
{
    struct text_list tags = {.len = 0};
    store_tags_read(&tags, (const char *)sqlite3_column_text(statement, 2));
    const int64_t count = sqlite3_column_int64(statement, 5);
    *row = (struct session_row){.id = sqlite3_column_int64(statement, 0),
                                .title = store_column_text(statement, 1),
                                .tags = list_join(&tags),
                                .created_ms = sqlite3_column_int64(statement, 3),
                                .updated_ms = sqlite3_column_int64(statement, 4),
                                .message_count = count > 0 ? (size_t)count : 0,
                                .is_interrupted = sqlite3_column_int64(statement, 6) > 0};
    *fits = wish->tag == NULL || list_has(&tags, wish->tag);
    text_list_clear(&tags);
    if (!*fits)
        return SQLITE_DONE;
    const int code = list_models(store, row);
    *fits = code == SQLITE_DONE && list_fits(row, wish);
    return code;
}

bool store_list(struct store *store, const char *words, const char *tag, size_t max,
                struct session_row **rows, size_t *count, struct error *err)
{
    struct list_wish wish = {.tag = tag};
    size_t cap = 0;
    int code = SQLITE_ERROR;
    *rows = NULL;
    *count = 0;
    list_split(&wish.words, words);
    sqlite3_stmt *statement =
        store_statement(store, SLOT_LIST,
                        "SELECT id, title, tags, created_ms, updated_ms, message_count,"
                        " growing_count FROM session ORDER BY updated_ms DESC, id DESC");
    while (statement != NULL && *count < max &&
           (code = sqlite3_step(statement)) == SQLITE_ROW) {
        bool fits;
        *rows = mem_grow(*rows, &cap, *count + 1, sizeof((*rows)[0]));
        code = list_row(store, statement, &wish, &(*rows)[(*count)++], &fits);
        if (code != SQLITE_DONE)
            break;
        if (!fits) {
            (*count)--;
            session_row_clear(&(*rows)[*count]);
        }
    }
    const bool is_good = statement != NULL && (code == SQLITE_DONE || max == 0);
    if (!is_good)
        store_explain(store, err);
    (void)sqlite3_reset(statement);
    error_clear(&store->error);
    store->result = STORE_OK;
    text_list_clear(&wish.words);
    if (!is_good) {
        session_rows_free(*rows, *count);
        *rows = NULL;
        *count = 0;
    }
    return is_good;
}
