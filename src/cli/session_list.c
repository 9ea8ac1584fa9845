/* Lists are read whole before anything is printed: a list that cannot be read prints
 * nothing. What is printed may be anybody's words, so it is made harmless. */
#include "src/cli/session_verbs.h"

#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "src/base/json.h"
#include "src/base/mem.h"
#include "src/base/number.h"
#include "src/base/safe_text.h"
#include "src/store/export_format.h"
#include "src/store/store.h"

/* So many lines are printed at most. */
#define LIST_MAX   100000
#define SEARCH_MAX 200

/* How long another program is waited for. */
#define LIST_WAIT_MS 3000

/* Opens for reading; `*is_empty` where nothing was ever kept. */
static struct store *list_open(const char *path, bool *is_empty, struct error *err)
{
    const struct store_options options = {path, LIST_WAIT_MS, true};
    char *notice = NULL;
    *is_empty = access(path, F_OK) != 0;
    struct store *store = *is_empty ? NULL : store_open(&options, &notice, err);
    mem_free(notice);
    return store;
}

bool session_read_id(const char *word, int64_t *id, struct error *err)
{
    if (number_parse_int(word, id) && *id > 0)
        return true;
    error_set(err, ERROR_USAGE,
              "\"%s\" is no number of a session; motet sessions lists them", word);
    return false;
}

/* The local time: "2026-11-29 17:59". */
static void append_time(struct strbuf *out, int64_t wall_ms)
{
    const time_t seconds = (time_t)(wall_ms / 1000);
    struct tm local;
    char text[32] = "-";
    if (wall_ms > 0 && localtime_r(&seconds, &local) != NULL)
        strftime(text, sizeof(text), "%Y-%m-%d %H:%M", &local);
    strbuf_append_text(out, text);
}

static void append_words(struct strbuf *out, const char *words, size_t max)
{
    if (words != NULL)
        safe_text_append_line(out, words, strlen(words), max);
}

/* Lists. */

void session_row_append(struct strbuf *out, const struct session_row *row)
{
    strbuf_append_format(out, "%4lld  ", (long long)row->id);
    append_time(out, row->updated_ms);
    strbuf_append_format(out, "  %3zu  ", row->message_count);
    append_words(out, row->title != NULL ? row->title : "-", 200);
    if (row->tags != NULL && row->tags[0] != '\0') {
        strbuf_append_text(out, "  [");
        append_words(out, row->tags, 100);
        strbuf_append_text(out, "]");
    }
    strbuf_append_text(out, "  (");
    append_words(out, row->models, 100);
    strbuf_append_text(out, row->is_interrupted ? ", interrupted)" : ")");
}

static void append_member(struct strbuf *out, const char *name, const char *text)
{
    strbuf_append_format(out, ",\"%s\":", name);
    if (text != NULL)
        json_append_string(out, text, strlen(text));
    else
        strbuf_append_text(out, "null");
}

/* An array of the words that have commas between. */
static void append_list(struct strbuf *out, const char *name, const char *words)
{
    strbuf_append_format(out, ",\"%s\":[", name);
    for (const char *at = words != NULL ? words : ""; *at != '\0';) {
        const size_t len = strcspn(at, ",");
        if (at != words)
            strbuf_append_char(out, ',');
        json_append_string(out, at, len);
        at += len + (at[len] == ',');
        at += strspn(at, " ");
    }
    strbuf_append_char(out, ']');
}

static void append_row_json(struct strbuf *out, const struct session_row *row)
{
    strbuf_append_format(out, "{\"id\":%lld", (long long)row->id);
    append_member(out, "title", row->title);
    append_list(out, "tags", row->tags);
    append_list(out, "models", row->models);
    strbuf_append_format(
        out,
        ",\"created_ms\":%lld,\"updated_ms\":%lld,\"chats\":%zu,\"messages\":%zu,"
        "\"interrupted\":%s}",
        (long long)row->created_ms, (long long)row->updated_ms, row->chat_count,
        row->message_count, row->is_interrupted ? "true" : "false");
}

static void print_line(struct strbuf *line)
{
    printf("%s\n", strbuf_text(line));
    strbuf_clear(line);
}

static void print_rows(const struct session_row *rows, size_t count, bool is_json)
{
    for (size_t i = 0; i < count; i++) {
        struct strbuf line;
        strbuf_init(&line, STRBUF_OWN_MAX);
        if (is_json)
            append_row_json(&line, &rows[i]);
        else
            session_row_append(&line, &rows[i]);
        print_line(&line);
    }
}

/* The words behind the verb, with blanks between; NULL: there are none. Caller frees. */
static char *join_words(const struct options *options)
{
    struct strbuf text;
    strbuf_init(&text, STRBUF_OWN_MAX);
    for (size_t i = 1; i < options->words.len; i++)
        strbuf_append_format(&text, "%s%s", i > 1 ? " " : "", options->words.items[i]);
    if (text.len > 0)
        return strbuf_take(&text);
    strbuf_clear(&text);
    return NULL;
}

int session_verb_list(const struct options *options, const char *path, struct error *err)
{
    struct session_row *rows = NULL;
    size_t count = 0;
    bool is_empty;
    struct store *store = list_open(path, &is_empty, err);
    if (store == NULL && !is_empty)
        return EXIT_CODE_USAGE;
    char *words = join_words(options);
    const bool ok =
        store == NULL || store_list(store, words, NULL, LIST_MAX, &rows, &count, err);
    if (ok)
        print_rows(rows, count, options->is_json);
    if (ok && count == 0 && !options->is_json)
        fprintf(stderr, "motet: no session %s\n",
                words != NULL ? "has these words in its title, tags or models; motet "
                                "sessions search looks at what was said"
                              : "is kept yet");
    session_rows_free(rows, count);
    mem_free(words);
    store_close(store);
    return ok ? EXIT_CODE_OK : EXIT_CODE_INTERNAL;
}

/* Searches. */

/* Bold between the marks of a snippet, where the terminal shows that. */
static void append_snippet(struct strbuf *out, const char *snippet, bool is_bold)
{
    for (const char *at = snippet; *at != '\0';) {
        const size_t len = strcspn(at, "\x01\x02");
        char *piece = mem_strndup(at, len);
        for (size_t i = 0; i < len; i++)
            piece[i] = strchr("\r\n\t", piece[i]) != NULL ? ' ' : piece[i];
        safe_text_append(out, piece, len);
        mem_free(piece);
        at += len;
        if (*at == '\0')
            return;
        if (is_bold)
            strbuf_append_text(out, *at == '\x01' ? "\x1b[1m" : "\x1b[22m");
        at++;
    }
}

static const char *author_name(const struct session_hit *hit)
{
    switch (hit->author) {
    case MESSAGE_SYSTEM: return "system";
    case MESSAGE_USER: return "you";
    case MESSAGE_TOOL: return "tool";
    case MESSAGE_ASSISTANT: break;
    }
    return hit->model != NULL ? hit->model : "model";
}

static void append_hit_json(struct strbuf *out, const struct session_hit *hit)
{
    struct strbuf plain;
    strbuf_init(&plain, STRBUF_OWN_MAX);
    for (const char *at = hit->snippet; *at != '\0'; at++) {
        if (*at != '\x01' && *at != '\x02')
            strbuf_append_char(&plain, *at);
    }
    strbuf_append_format(out, "{\"id\":%lld", (long long)hit->session);
    append_member(out, "title", hit->title);
    strbuf_append_format(out, ",\"chat\":%lld,\"message\":%llu", (long long)hit->chat,
                         (unsigned long long)hit->message);
    append_member(out, "author", author_name(hit));
    append_member(out, "snippet", strbuf_text(&plain));
    strbuf_append_format(out, ",\"created_ms\":%lld}", (long long)hit->created_ms);
    strbuf_clear(&plain);
}

/* A session's hits stand below its title, which comes once where they follow each other.
 */
static void append_hit(struct strbuf *out, const struct session_hit *hit, bool is_new,
                       bool is_bold)
{
    if (is_new) {
        strbuf_append_format(out, "%4lld  ", (long long)hit->session);
        append_time(out, hit->created_ms);
        strbuf_append_text(out, "  ");
        append_words(out, hit->title != NULL ? hit->title : "-", 200);
        strbuf_append_char(out, '\n');
    }
    strbuf_append_text(out, "      ");
    append_words(out, author_name(hit), 60);
    strbuf_append_text(out, ": ");
    append_snippet(out, hit->snippet != NULL ? hit->snippet : "", is_bold);
}

static void print_hits(const struct session_hit *hits, size_t count, bool is_json)
{
    const bool is_bold = isatty(STDOUT_FILENO) == 1;
    for (size_t i = 0; i < count; i++) {
        const bool is_new = i == 0 || hits[i].session != hits[i - 1].session;
        struct strbuf line;
        strbuf_init(&line, STRBUF_OWN_MAX);
        if (is_json)
            append_hit_json(&line, &hits[i]);
        else
            append_hit(&line, &hits[i], is_new, is_bold);
        print_line(&line);
    }
}

int session_verb_search(const struct options *options, const char *path,
                        struct error *err)
{
    struct session_hit *hits = NULL;
    size_t count = 0;
    bool is_empty;
    char *words = join_words(options);
    if (words == NULL) {
        error_set(err, ERROR_USAGE, "motet sessions search takes the words to look for");
        return EXIT_CODE_USAGE;
    }
    struct store *store = list_open(path, &is_empty, err);
    const bool ok = is_empty || (store != NULL && store_search(store, words, SEARCH_MAX,
                                                               &hits, &count, err));
    if (ok)
        print_hits(hits, count, options->is_json);
    if (ok && count == 0 && !options->is_json)
        fprintf(stderr, "motet: nothing was found\n");
    session_hits_free(hits, count);
    mem_free(words);
    store_close(store);
    return ok ? EXIT_CODE_OK : EXIT_CODE_USAGE;
}

/* One session. */

static void print_session(const struct session *session, bool is_json)
{
    const struct export_view view = export_view_of(session);
    const struct export_format *format = export_format_find(is_json ? "json" : "text");
    struct strbuf text;
    struct strbuf safe;
    strbuf_init(&text, STRBUF_OWN_MAX);
    strbuf_init(&safe, STRBUF_OWN_MAX);
    format->write(&view, &text);
    if (is_json)
        strbuf_append(&safe, strbuf_text(&text), text.len);
    else
        safe_text_append(&safe, strbuf_text(&text), text.len);
    fwrite(strbuf_text(&safe), 1, safe.len, stdout);
    strbuf_clear(&text);
    strbuf_clear(&safe);
}

int session_verb_show(const struct options *options, const char *path, struct error *err)
{
    struct session session;
    bool is_empty;
    int64_t id;
    if (options->words.len != 2) {
        error_set(err, ERROR_USAGE, "motet sessions show takes the number of a session");
        return EXIT_CODE_USAGE;
    }
    if (!session_read_id(options->words.items[1], &id, err))
        return EXIT_CODE_USAGE;
    struct store *store = list_open(path, &is_empty, err);
    session_init(&session);
    const bool ok = store != NULL && store_read_session(store, id, &session, err);
    if (ok)
        print_session(&session, options->is_json);
    else if (is_empty || err->class == ERROR_NOT_FOUND)
        error_set(err, ERROR_USAGE, "there is no session %lld; motet sessions lists them",
                  (long long)id);
    session_clear(&session);
    store_close(store);
    return ok ? EXIT_CODE_OK : EXIT_CODE_USAGE;
}
