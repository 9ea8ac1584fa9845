/* Thin layers over store.h with assertions. */
#include "tests/support/store_stage.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

#include <ctype.h>
#include <stdlib.h>
#include <unistd.h>

#include "src/base/mem.h"
#include "src/base/path.h"
#include "tests/support/session_sample.h"

const char *store_stage_path(void)
{
    static char path[400];
    static int count;
    snprintf(path, sizeof(path), "%s/store-%d-%d/sessions.db", getenv("TMPDIR"),
             (int)getpid(), count++);
    return path;
}

struct store *store_stage_open_noticed(const char *path, char **notice)
{
    struct error err = {.class = ERROR_NONE};
    struct store *store =
        store_open(&(struct store_options){.path = path, .wait_ms = 2000}, notice, &err);
    assert_string_equal(error_text(&err), "");
    assert_non_null(store);
    return store;
}

struct store *store_stage_open(const char *path)
{
    char *notice;
    struct store *store = store_stage_open_noticed(path, &notice);
    assert_null(notice);
    return store;
}

void store_stage_begin(struct store *store)
{
    struct error err = {.class = ERROR_NONE};
    const enum store_result result = store_begin(store, &err);
    assert_string_equal(error_text(&err), "");
    assert_int_equal(result, STORE_OK);
}

void store_stage_commit(struct store *store)
{
    struct error err = {.class = ERROR_NONE};
    const enum store_result result = store_commit(store, &err);
    assert_string_equal(error_text(&err), "");
    assert_int_equal(result, STORE_OK);
}

int64_t store_stage_put_sample(struct store *store)
{
    struct session session;
    session_init(&session);
    session_sample_fill(&session);
    store_stage_begin(store);
    if (!store_put_whole(store, &session))
        store_stage_commit(store); /* says why */
    store_stage_commit(store);
    const int64_t id = session.id;
    session_clear(&session);
    return id;
}

void store_stage_new(struct store *store, struct session *session, const char *title)
{
    session_init(session);
    session->title = mem_strdup(title);
    session->created_ms = session->updated_ms = 1000;
    struct session_chat *chat = session_add_chat(session);
    chat->model = (struct session_model){mem_strdup("demo"), mem_strdup("echo")};
    store_stage_begin(store);
    assert_true(store_put_session(store, session));
    assert_true(store_put_chat(store, session->id, 0, chat));
    store_stage_commit(store);
}

struct message *store_stage_say(struct store *store, struct session *session,
                                enum message_author author, const char *text)
{
    struct session_chat *chat = &session->chats[0];
    struct message *message = session_sample_say(&chat->chat, author, text);
    store_stage_begin(store);
    assert_true(store_put_message(store, chat->id, message));
    assert_true(store_put_tip(store, chat->id, message->id));
    store_stage_commit(store);
    return message;
}

size_t store_stage_search(struct store *store, const char *words, struct strbuf *first)
{
    struct error err = {.class = ERROR_NONE};
    struct session_hit *hits;
    size_t count;
    const bool is_good = store_search(store, words, 50, &hits, &count, &err);
    assert_string_equal(error_text(&err), "");
    assert_true(is_good);
    if (first != NULL)
        strbuf_reset(first);
    if (first != NULL && count > 0)
        strbuf_append_text(first, hits[0].snippet);
    session_hits_free(hits, count);
    return count;
}

static bool file_holds(const char *path, const char *text)
{
    struct strbuf bytes;
    strbuf_init(&bytes, (size_t)1 << 28);
    const size_t len = strlen(text);
    bool holds = false;
    if (path_read_file(path, &bytes, NULL)) {
        for (size_t i = 0; i + len <= bytes.len && !holds; i++) {
            size_t same = 0;
            while (same < len && tolower((unsigned char)bytes.text[i + same]) ==
                                     tolower((unsigned char)text[same]))
                same++;
            holds = same == len;
        }
    }
    strbuf_clear(&bytes);
    return holds;
}

bool store_stage_file_holds(const char *path, const char *text)
{
    char *log = strbuf_format("%s-wal", path);
    const bool holds = file_holds(path, text) || file_holds(log, text);
    mem_free(log);
    return holds;
}
