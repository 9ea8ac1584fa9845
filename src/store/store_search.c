/*
 * Full text. What a person types is never the index's own syntax: each word becomes a
 * quoted phrase, which cannot mean anything else.
 *
 * A word that is in every message must not cost more than a rare one. So only the newest
 * CANDIDATES places are looked at (they are found in the order of their keys, the newest
 * chats first, which the index does without sorting), and only these are weighed: by
 * BM25, which prefers rare words and short texts, and a little by how new they are. The
 * text around the words is then made for those that are given back, in a second walk of
 * the same query, because preparing a query may be the dearest part of it.
 */
#include <stdlib.h>
#include <string.h>

#include "src/base/mem.h"
#include "src/base/strbuf.h"
#include "src/chat/message_words.h"
#include "src/store/store_connection.h"
#include "src/store/store_state.h"
#include "src/store/store_upkeep.h"

#define CANDIDATES 500
#define WORDS_MAX  32

/* How much less the oldest of the candidates weighs than the newest. */
#define AGE_WEIGHT 0.3

/* Texts that wait for the index are put there by the search itself, up to this much. */
#define SLICE_BYTES (64 << 10)
#define SLICES_MAX  6

/* Marks of the index around a found word: bytes that no UTF-8 text can hold. */
#define MARK_BEGIN 0xff
#define MARK_END   0xfe

struct search_place {
    int64_t part; /* its key */
    double weight;
    char *snippet; /* once it is wanted and was made */
};

struct search {
    struct store *store;
    struct strbuf query;
    struct search_place *places;
    size_t count;
    size_t cap;
    size_t wanted; /* so many places, sorted by part */
};

/* --- The query ------------------------------------------------------------------------
 */

/* Appends a phrase; `is_beginning`: its last word may go on. */
static void search_add(struct strbuf *query, const char *text, size_t len,
                       bool is_beginning)
{
    strbuf_append_text(query, query->len > 0 ? " \"" : "\"");
    for (size_t i = 0; i < len; i++) {
        strbuf_append_char(query, text[i]);
        if (text[i] == '"')
            strbuf_append_char(query, '"');
    }
    strbuf_append_text(query, is_beginning ? "\"*" : "\"");
}

/* Words with blanks between; "…" is one phrase, also without an end. */
static void search_make_query(struct strbuf *query, const char *words)
{
    int count = 0;
    words += strspn(words, " \t\r\n");
    while (*words != '\0' && count++ < WORDS_MAX) {
        const bool is_phrase = words[0] == '"' && strcspn(words + 1, "\"") > 0;
        const size_t len =
            is_phrase ? strcspn(words + 1, "\"") : strcspn(words, " \t\r\n");
        const char *text = words + is_phrase;
        words = text + len + (is_phrase && text[len] != '\0');
        words += strspn(words, " \t\r\n");
        /* One letter begins too many words; a character of more bytes few. */
        search_add(query, text, len, !is_phrase && *words == '\0' && len > 1);
    }
}

/* --- The walks ------------------------------------------------------------------------
 */

static int search_by_part(const void *left, const void *right)
{
    const int64_t a = ((const struct search_place *)left)->part;
    const int64_t b = ((const struct search_place *)right)->part;
    return (a > b) - (a < b);
}

/* The heaviest first, the newest among equals. */
static int search_by_weight(const void *left, const void *right)
{
    const struct search_place *a = left;
    const struct search_place *b = right;
    if (a->weight < b->weight || a->weight > b->weight)
        return a->weight < b->weight ? 1 : -1;
    return search_by_part(right, left);
}

static bool search_failed(struct store *store, struct error *err)
{
    store_explain(store, err);
    error_clear(&store->error);
    store->result = STORE_OK;
    return false;
}

static bool search_weigh(struct search *search, struct error *err)
{
    struct store *store = search->store;
    sqlite3_stmt *statement =
        store_statement(store, SLOT_SEARCH,
                        "SELECT rowid, bm25(text_index) FROM text_index"
                        " WHERE text_index MATCH ?1 ORDER BY rowid DESC LIMIT ?2");
    if (statement == NULL)
        return search_failed(store, err);
    store_bind_text(statement, 1, strbuf_text(&search->query));
    (void)sqlite3_bind_int(statement, 2, CANDIDATES);
    int code;
    while ((code = sqlite3_step(statement)) == SQLITE_ROW) {
        search->places = mem_grow(search->places, &search->cap, search->count + 1,
                                  sizeof(search->places[0]));
        const double age = (double)search->count / CANDIDATES;
        search->places[search->count++] = (struct search_place){
            .part = sqlite3_column_int64(statement, 0),
            .weight = -sqlite3_column_double(statement, 1) * (1 - AGE_WEIGHT * age)};
    }
    const bool is_good = code == SQLITE_DONE || search_failed(store, err);
    (void)sqlite3_reset(statement);
    return is_good;
}

/* Keeps the heaviest places of different messages, at most `max`. */
static void search_choose(struct search *search, size_t max)
{
    size_t kept = 0;
    qsort(search->places, search->count, sizeof(search->places[0]), search_by_weight);
    for (size_t i = 0; i < search->count && kept < max; i++) {
        const int64_t message = search->places[i].part >> STORE_PLACE_BITS;
        bool is_new = true;
        for (size_t j = 0; j < kept && is_new; j++)
            is_new = search->places[j].part >> STORE_PLACE_BITS != message;
        if (is_new)
            search->places[kept++] = search->places[i];
    }
    search->count = kept;
    search->wanted = kept;
}

static struct search_place *search_find(const struct search *search, int64_t part)
{
    const struct search_place key = {.part = part};
    return search->wanted == 0 ? NULL
                               : bsearch(&key, search->places, search->wanted,
                                         sizeof(key), search_by_part);
}

/* SQL function is_wanted(rowid): only for these is a snippet made. */
static void search_is_wanted(sqlite3_context *context, int count, sqlite3_value **values)
{
    const struct search *search = sqlite3_user_data(context);
    (void)count;
    sqlite3_result_int(context,
                       search_find(search, sqlite3_value_int64(values[0])) != NULL);
}

/* Blanks for control characters, which then serve as marks. */
static char *search_clean(const char *snippet)
{
    char *text = mem_strdup(snippet != NULL ? snippet : "");
    for (char *at = text; *at != '\0'; at++) {
        const unsigned char byte = (unsigned char)*at;
        if (byte == MARK_BEGIN || byte == MARK_END)
            *at = byte == MARK_BEGIN ? '\x01' : '\x02';
        else if (byte < ' ')
            *at = ' ';
    }
    return text;
}

static bool search_snippets(struct search *search, struct error *err)
{
    struct store *store = search->store;
    if (sqlite3_create_function(store->db, "is_wanted", 1, SQLITE_UTF8, search,
                                search_is_wanted, NULL, NULL) != SQLITE_OK)
        return search_failed(store, err);
    sqlite3_stmt *statement = store_statement(
        store, SLOT_SNIPPET,
        "SELECT rowid, CASE WHEN is_wanted(rowid) THEN snippet(text_index, 0,"
        " CAST(x'ff' AS TEXT), CAST(x'fe' AS TEXT), '\xe2\x80\xa6', 24) END"
        " FROM text_index WHERE text_index MATCH ?1 ORDER BY rowid DESC LIMIT ?2");
    if (statement == NULL)
        return search_failed(store, err);
    store_bind_text(statement, 1, strbuf_text(&search->query));
    (void)sqlite3_bind_int(statement, 2, CANDIDATES);
    int code;
    qsort(search->places, search->count, sizeof(search->places[0]), search_by_part);
    while ((code = sqlite3_step(statement)) == SQLITE_ROW) {
        struct search_place *place =
            search_find(search, sqlite3_column_int64(statement, 0));
        if (place == NULL)
            continue;
        mem_free(place->snippet);
        place->snippet = search_clean((const char *)sqlite3_column_text(statement, 1));
    }
    const bool is_good = code == SQLITE_DONE || search_failed(store, err);
    (void)sqlite3_reset(statement);
    qsort(search->places, search->count, sizeof(search->places[0]), search_by_weight);
    return is_good;
}

/* --- Hits -----------------------------------------------------------------------------
 */

/* Fills a hit from its message, chat and session; false if they are gone. */
static bool search_hit(struct store *store, struct search_place *place,
                       struct session_hit *hit)
{
    sqlite3_stmt *statement =
        store_statement(store, SLOT_HIT,
                        "SELECT session.id, session.title, chat.id, message.author,"
                        " coalesce(message.model, chat.model), message.created_ms"
                        " FROM message, chat, session WHERE message.id = ?1"
                        " AND chat.id = message.id >> ?2 AND session.id = chat.session");
    if (statement == NULL)
        return false;
    const int64_t key = place->part >> STORE_PLACE_BITS;
    (void)sqlite3_bind_int64(statement, 1, key);
    (void)sqlite3_bind_int(statement, 2, STORE_NUMBER_BITS);
    const bool is_there = sqlite3_step(statement) == SQLITE_ROW;
    if (is_there) {
        *hit = (struct session_hit){.session = sqlite3_column_int64(statement, 0),
                                    .title = store_column_text(statement, 1),
                                    .chat = sqlite3_column_int64(statement, 2),
                                    .message = (uint64_t)(key & STORE_NUMBER_MAX),
                                    .author = MESSAGE_ASSISTANT,
                                    .model = store_column_text(statement, 4),
                                    .created_ms = sqlite3_column_int64(statement, 5)};
        (void)message_author_read((const char *)sqlite3_column_text(statement, 3),
                                  &hit->author);
        hit->snippet =
            place->snippet != NULL ? mem_strdup(place->snippet) : mem_strdup("");
    }
    (void)sqlite3_reset(statement);
    return is_there;
}

/* Puts texts that were stored a moment ago into the index. If it cannot be done now, the
 * upkeep does it later and the search finds what is there. */
static void search_catch_up(struct store *store)
{
    if (store->is_for_reading || sqlite3_get_autocommit(store->db) == 0)
        return;
    enum upkeep_rest rest = UPKEEP_MORE;
    for (int i = 0; i < SLICES_MAX && rest == UPKEEP_MORE; i++)
        rest = store_upkeep_index(store->db, SLICE_BYTES);
    store_end_waiting(store);
    if (rest != UPKEEP_DONE)
        store_upkeep_ask(store->upkeep, false);
}

static bool search_run(struct search *search, size_t max, struct error *err)
{
    if (!search_weigh(search, err))
        return false;
    if (search->count == 0)
        return true;
    search_choose(search, max);
    return search_snippets(search, err);
}

bool store_search(struct store *store, const char *words, size_t max,
                  struct session_hit **hits, size_t *count, struct error *err)
{
    struct search search = {.store = store};
    *hits = NULL;
    *count = 0;
    strbuf_init(&search.query, STRBUF_OWN_MAX);
    search_make_query(&search.query, words);
    search_catch_up(store);
    const bool is_good = search.query.len == 0 || search_run(&search, max, err);
    if (is_good && search.count > 0)
        *hits = mem_alloc_array(search.count, sizeof((*hits)[0]));
    for (size_t i = 0; i < search.count; i++) {
        if (is_good && search_hit(store, &search.places[i], &(*hits)[*count]))
            (*count)++;
        mem_free(search.places[i].snippet);
    }
    mem_free(search.places);
    strbuf_clear(&search.query);
    return is_good;
}
