/*
 * The database of sessions, without a screen: storing while 16 answers grow, an answer of
 * 100 kB, reading a session of 10 000 messages, searching in 100 000, listing 10 000
 * sessions. Words are as frequent as in a language: a few are in every message.
 */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "src/base/clock.h"
#include "src/base/mem.h"
#include "src/base/path.h"
#include "src/base/rng.h"
#include "src/base/strbuf.h"
#include "src/store/store.h"
#include "tests/bench/bench_cases.h"
#include "tests/bench/bench_screen.h"
#include "tests/bench/bench_process.h"
#include "tests/bench/bench_table.h"

#define PANES         16
#define COMMITS       1500
#define SESSIONS      90
#define SESSION_LEN   1000
#define LONG_LEN      10000
#define WORDS         30000
#define MESSAGE_WORDS 70
#define MANY_SESSIONS 10000
#define TRIES         15
#define SETTLED_BYTES ((size_t)100 << 10)
#define SETTLED_COUNT 40

static int compare(const void *a, const void *b)
{
    const double left = *(const double *)a;
    const double right = *(const double *)b;
    return (left > right) - (left < right);
}

static void add(const char *what, double value, double budget)
{
    bench_table_add(
        &(struct bench_row){.what = what,
                            .unit = "ms",
                            .value = value,
                            .limit = budget > 0 ? BENCH_LIMIT_VALUE : BENCH_NO_LIMIT,
                            .budget = budget});
}

static double since_ms(int64_t begin_us)
{
    return (double)(clock_now_us() - begin_us) / 1e3;
}

static void must(bool is_good, const char *what)
{
    if (!is_good)
        bench_die(what);
}

static struct store *open_store(const char *path)
{
    char *notice = NULL;
    struct error err = {.class = ERROR_NONE};
    struct store *store =
        store_open(&(struct store_options){.path = path, .wait_ms = 2000}, &notice, &err);
    must(store != NULL && notice == NULL, "bench: the store cannot be opened");
    return store;
}

/* Appends a word; the first ones come most often. */
static void add_word(struct strbuf *text, struct rng *rng)
{
    static const char *const common[] = {"the", "of", "and", "to", "a", "in", "is"};
    const size_t rank = (size_t)pow(WORDS, rng_unit(rng)) - 1;
    if (rank < sizeof(common) / sizeof(common[0])) {
        strbuf_append_text(text, common[rank]);
    } else {
        struct rng letters;
        rng_init(&letters, rank * 7919);
        const size_t len = 3 + rng_below(&letters, 7);
        for (size_t i = 0; i < len; i++)
            strbuf_append_char(text, (char)('a' + rng_below(&letters, 26)));
    }
    strbuf_append_char(text, ' ');
}

static void say(struct session_chat *chat, struct rng *rng)
{
    const bool is_answer = chat->chat.message_count % 2 == 1;
    struct message *message =
        chat_add(&chat->chat, is_answer ? MESSAGE_ASSISTANT : MESSAGE_USER);
    struct strbuf text;
    strbuf_init(&text, STRBUF_OWN_MAX);
    for (int i = 0; i < MESSAGE_WORDS; i++)
        add_word(&text, rng);
    (void)message_append(message, PART_TEXT, text.text, text.len);
    if (is_answer) {
        message->facts.model = mem_strdup("gpt");
        message->facts.usage = (struct usage){100, 200, -1, -1};
        message->facts.total_ms = 1234;
    }
    strbuf_clear(&text);
}

/* A session of so many messages; returns its id. */
static int64_t put_session(struct store *store, size_t count, struct rng *rng)
{
    struct session session;
    session_init(&session);
    session.title = mem_strdup("a session of the bench");
    struct session_chat *chat = session_add_chat(&session);
    chat->model = (struct session_model){mem_strdup("openai"), mem_strdup("gpt")};
    for (size_t i = 0; i < count; i++)
        say(chat, rng);
    must(store_begin(store, NULL) == STORE_OK && store_put_whole(store, &session) &&
             store_commit(store, NULL) == STORE_OK,
         "bench: a session cannot be stored");
    const int64_t id = session.id;
    session_clear(&session);
    return id;
}

static void measure_search(struct store *store, const char *words)
{
    char line[100];
    double times[TRIES];
    size_t count = 0;
    for (size_t i = 0; i < TRIES; i++) {
        struct session_hit *hits;
        const int64_t begin_us = clock_now_us();
        must(store_search(store, words, 50, &hits, &count, NULL), "bench: no search");
        times[i] = since_ms(begin_us);
        session_hits_free(hits, count);
    }
    qsort(times, TRIES, sizeof(times[0]), compare);
    snprintf(line, sizeof(line), "search in 100 000 messages: %s (%zu)", words, count);
    add(line, times[TRIES - 1], 50);
}

static void measure_reading(struct store *store, int64_t id)
{
    double times[TRIES];
    for (size_t i = 0; i < TRIES; i++) {
        struct session session;
        const int64_t begin_us = clock_now_us();
        must(store_read_session(store, id, &session, NULL), "bench: no session");
        times[i] = since_ms(begin_us);
        session_clear(&session);
    }
    qsort(times, TRIES, sizeof(times[0]), compare);
    add("read a session of 10 000 messages", times[TRIES / 2], 60);
}

static void measure_list(struct store *store)
{
    struct session_row *rows;
    size_t count;
    must(store_begin(store, NULL) == STORE_OK, "bench: no transaction");
    for (int i = 0; i < MANY_SESSIONS; i++) {
        struct session session = {.title = mem_strdup("one of many"), .updated_ms = i};
        must(store_put_session(store, &session), "bench: no session");
        struct session_chat *chat = session_add_chat(&session);
        chat->model.model = mem_strdup("gpt");
        must(store_put_chat(store, session.id, 0, chat), "bench: no chat");
        session_clear(&session);
    }
    must(store_commit(store, NULL) == STORE_OK, "bench: no commit");
    int64_t begin_us = clock_now_us();
    must(store_list(store, NULL, NULL, 200, &rows, &count, NULL), "bench: no list");
    add("list the newest 200 of 10 000 sessions", since_ms(begin_us), 20);
    session_rows_free(rows, count);
    begin_us = clock_now_us();
    must(store_list(store, "nothing like it", NULL, 200, &rows, &count, NULL),
         "bench: no list");
    add("... and look through all of them for words", since_ms(begin_us), 0);
    session_rows_free(rows, count);
}

/* Sixteen answers grow, a piece each a commit; the log passes its mark several times. */
static void measure_commits(struct store *store)
{
    static double times[COMMITS];
    char piece[400];
    struct session session;
    session_init(&session);
    memset(piece, 'x', sizeof(piece));
    must(store_begin(store, NULL) == STORE_OK && store_put_session(store, &session),
         "bench: no session");
    for (size_t i = 0; i < PANES; i++) {
        struct session_chat *chat = session_add_chat(&session);
        struct message *answer = chat_add(&chat->chat, MESSAGE_ASSISTANT);
        answer->state = MESSAGE_GROWING;
        must(store_put_chat(store, session.id, i, chat) &&
                 store_put_message(store, chat->id, answer),
             "bench: no chat");
    }
    must(store_commit(store, NULL) == STORE_OK, "bench: no commit");
    for (size_t i = 0; i < COMMITS; i++) {
        const struct timespec pause = {.tv_nsec = 3000000};
        (void)nanosleep(&pause, NULL); /* the loop does something else, too */
        const int64_t begin_us = clock_now_us();
        must(store_begin(store, NULL) == STORE_OK, "bench: no transaction");
        for (size_t j = 0; j < PANES; j++)
            must(store_put_piece(store, session.chats[j].id, 1, 0, PART_TEXT, piece,
                                 50 + (i * 37 + j * 101) % 350),
                 "bench: no piece");
        must(store_commit(store, NULL) == STORE_OK, "bench: no commit");
        times[i] = since_ms(begin_us);
    }
    qsort(times, COMMITS, sizeof(times[0]), compare);
    add("commit a piece of each of 16 answers: p50", times[COMMITS / 2], 0);
    add("... p99", times[COMMITS * 99 / 100], 2);
    add("... at worst", times[COMMITS - 1], 0);
    session_clear(&session);
}

/* Answers of 100 kB that end. */
static void measure_settled(struct store *store, struct rng *rng)
{
    double times[SETTLED_COUNT];
    struct session session;
    struct strbuf text;
    session_init(&session);
    strbuf_init(&text, STRBUF_OWN_MAX);
    while (text.len < SETTLED_BYTES)
        add_word(&text, rng);
    struct session_chat *chat = session_add_chat(&session);
    must(store_begin(store, NULL) == STORE_OK && store_put_session(store, &session) &&
             store_put_chat(store, session.id, 0, chat) &&
             store_commit(store, NULL) == STORE_OK,
         "bench: no session");
    for (size_t i = 0; i < SETTLED_COUNT; i++) {
        const struct timespec pause = {.tv_nsec = 100000000};
        struct message *answer = chat_add(&chat->chat, MESSAGE_ASSISTANT);
        (void)message_append(answer, PART_TEXT, text.text, text.len);
        (void)nanosleep(&pause, NULL);
        const int64_t begin_us = clock_now_us();
        must(store_begin(store, NULL) == STORE_OK &&
                 store_put_message(store, chat->id, answer) &&
                 store_commit(store, NULL) == STORE_OK,
             "bench: no answer");
        times[i] = since_ms(begin_us);
    }
    qsort(times, SETTLED_COUNT, sizeof(times[0]), compare);
    add("store an answer of 100 kB that ends: p50", times[SETTLED_COUNT / 2], 1);
    add("... at worst", times[SETTLED_COUNT - 1], 0);
    strbuf_clear(&text);
    session_clear(&session);
}

static double time_paint(const struct bench_screen_options *options)
{
    double times[TRIES];
    for (size_t i = 0; i < TRIES; i++) {
        const int64_t begin_us = clock_now_us();
        struct pty_program *program = bench_screen_start(options);
        bench_screen_wait_frame(program);
        times[i] = since_ms(begin_us);
        bench_screen_close(program);
    }
    qsort(times, TRIES, sizeof(times[0]), compare);
    return times[TRIES / 2];
}

/* The program itself, on the database of its home folder. */
static void measure_opening(const struct bench *bench, struct rng *rng)
{
    char *path = path_data_file("motet.db", true);
    struct store *store = open_store(path);
    char *number = strbuf_format("%lld", (long long)put_session(store, LONG_LEN, rng));
    store_close(store);
    const struct bench_screen_options plain = {
        .motet = bench->motet, .width = 100, .height = 30};
    struct bench_screen_options opening = plain;
    opening.session = number;
    const double start_ms = time_paint(&plain);
    const double whole_ms = time_paint(&opening);
    bench_table_add(&(struct bench_row){.what =
                                            "start with a session of 10 000 messages: "
                                            "to its first paint",
                                        .unit = "ms",
                                        .value = whole_ms,
                                        .floor_name = "start",
                                        .floor = start_ms});
    add("... what of it is the session's", whole_ms - start_ms, 100);
    mem_free(number);
    mem_free(path);
}

void bench_store(const struct bench *bench)
{
    static const char *const searches[] = {"the",    "the of and to a", "\"the of\"",
                                           "the in", "bibliophile",     "t",
                                           "th",     "the a xq"};
    struct rng rng;
    char *path = strbuf_format("%s/store/sessions.db", bench->folder);
    rng_init(&rng, 5);
    struct store *store = open_store(path);
    measure_commits(store);
    measure_settled(store, &rng);
    for (int i = 0; i < SESSIONS; i++)
        (void)put_session(store, SESSION_LEN, &rng);
    const int64_t id = put_session(store, LONG_LEN, &rng);
    /* The end of a program waits for the index only so long. */
    int64_t begin_us;
    double took_ms = 2000;
    while (took_ms >= 2000) {
        begin_us = clock_now_us();
        store_close(store);
        took_ms = since_ms(begin_us);
        begin_us = clock_now_us();
        store = open_store(path);
    }
    add("open 100 000 messages", since_ms(begin_us), 10);
    for (size_t i = 0; i < sizeof(searches) / sizeof(searches[0]); i++)
        measure_search(store, searches[i]);
    measure_reading(store, id);
    measure_list(store);
    store_close(store);
    measure_opening(bench, &rng);
    mem_free(path);
}
