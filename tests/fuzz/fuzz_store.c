/*
 * Any bytes as a database of sessions. The first byte says what they are: a whole file; a
 * good database, in which the bytes lie at a place that they name; or such a log beside
 * it. Whatever it is, the store opens or says why not, everything can be read or fails
 * with words, and what is read is in order.
 */
#include "tests/fuzz/fuzz.h"

#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <glob.h>

#include "src/base/mem.h"
#include "src/base/path.h"
#include "src/base/strbuf.h"
#include "src/base/utf8.h"
#include "src/store/store.h"

static char folder[100];
static char path[140];
static struct strbuf good;

static void require(bool is_true, const char *what)
{
    if (is_true)
        return;
    fprintf(stderr, "does not hold: %s\n", what);
    abort();
}

static void clear_folder(void)
{
    glob_t found;
    char pattern[160];
    snprintf(pattern, sizeof(pattern), "%s/*", folder);
    if (glob(pattern, 0, NULL, &found) == 0) {
        for (size_t i = 0; i < found.gl_pathc; i++)
            (void)unlink(found.gl_pathv[i]);
        globfree(&found);
    }
}

static void remove_folder(void)
{
    clear_folder();
    (void)rmdir(folder);
    strbuf_clear(&good);
}

/* A small good database, once. */
static void make_good(void)
{
    struct session session;
    char *notice;
    snprintf(folder, sizeof(folder), "/tmp/motet-fuzz-store-%d", (int)getpid());
    snprintf(path, sizeof(path), "%s/db", folder);
    (void)mkdir(folder, 0700);
    (void)atexit(remove_folder);
    session_init(&session);
    session.title = mem_strdup("title");
    struct session_chat *chat = session_add_chat(&session);
    for (int i = 0; i < 12; i++) {
        struct message *message =
            chat_add(&chat->chat, i % 2 ? MESSAGE_ASSISTANT : MESSAGE_USER);
        for (int j = 0; j < 400 * (i % 3); j++)
            (void)message_append(message, PART_TEXT, "some words ", 11);
        message->state = i == 11 ? MESSAGE_GROWING : MESSAGE_WHOLE;
    }
    struct store *store =
        store_open(&(struct store_options){.path = path}, &notice, NULL);
    require(store != NULL && store_begin(store, NULL) == STORE_OK &&
                store_put_whole(store, &session) && store_commit(store, NULL) == STORE_OK,
            "a good database can be made");
    store_close(store);
    session_clear(&session);
    strbuf_init(&good, (size_t)1 << 24);
    require(path_read_file(path, &good, NULL), "a good database can be read");
}

static void write_file(const char *name, const char *bytes, size_t len)
{
    const int fd = open(name, O_WRONLY | O_CREAT | O_TRUNC, 0600);
    require(fd >= 0 && write(fd, bytes, len) == (ssize_t)len && close(fd) == 0,
            "a file can be written");
}

/* The good database with the bytes at a place of their choice. */
static void write_changed(const uint8_t *data, size_t size)
{
    char *bytes = mem_strndup(good.text, good.len);
    if (size > 3) {
        const size_t at =
            ((size_t)data[0] << 16 | (size_t)data[1] << 8 | data[2]) % good.len;
        const size_t len = size - 3 < good.len - at ? size - 3 : good.len - at;
        memcpy(bytes + at, data + 3, len);
    }
    write_file(path, bytes, good.len);
    mem_free(bytes);
}

static void check_session(const struct session *session)
{
    for (size_t i = 0; i < session->chat_count; i++) {
        const struct chat *chat = &session->chats[i].chat;
        for (size_t j = 0; j < chat->message_count; j++) {
            const struct message *message = chat->messages[j];
            require(message->id == j + 1, "messages are counted");
            require(message->parent == NULL || message->parent->id < message->id,
                    "a parent comes first");
            require(message->state != MESSAGE_GROWING, "nothing grows");
            for (size_t k = 0; k < message->part_count; k++)
                require(message->parts[k].kind == PART_IMAGE ||
                            utf8_is_valid(strbuf_text(&message->parts[k].text),
                                          message->parts[k].text.len),
                        "text is UTF-8");
        }
    }
}

static void read_everything(struct store *store)
{
    struct session_row *rows = NULL;
    size_t count = 0;
    struct error err = {.class = ERROR_NONE};
    const bool is_listed = store_list(store, "", NULL, 50, &rows, &count, &err);
    require(is_listed == (err.class == ERROR_NONE), "a list fails with words");
    error_clear(&err);
    for (size_t i = 0; i < count; i++) {
        struct session session;
        const bool is_read = store_read_session(store, rows[i].id, &session, &err);
        require(is_read == (err.class == ERROR_NONE), "reading fails with words");
        if (is_read)
            check_session(&session);
        session_clear(&session);
        error_clear(&err);
    }
    session_rows_free(rows, count);
    struct session_hit *hits;
    const bool is_found = store_search(store, "some wo", 50, &hits, &count, &err);
    require(is_found == (err.class == ERROR_NONE), "a search fails with words");
    session_hits_free(hits, count);
    error_clear(&err);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (good.text == NULL)
        make_good();
    if (size == 0 || size > (1 << 18))
        return 0;
    clear_folder();
    if (data[0] % 3 == 0) {
        write_file(path, (const char *)data + 1, size - 1);
    } else {
        write_changed(data + 1, data[0] % 3 == 1 ? size - 1 : 0);
        char log[160];
        snprintf(log, sizeof(log), "%s-wal", path);
        if (data[0] % 3 == 2)
            write_file(log, (const char *)data + 1, size - 1);
    }
    /* Twice: what was met the first time is mended the second time. */
    for (int i = 0; i < 2; i++) {
        struct error err = {.class = ERROR_NONE};
        char *notice;
        struct store *store =
            store_open(&(struct store_options){.path = path}, &notice, &err);
        require((store != NULL) == (err.class == ERROR_NONE), "opening fails with words");
        if (store != NULL)
            read_everything(store);
        store_close(store);
        mem_free(notice);
        error_clear(&err);
    }
    return 0;
}
