/* Answers kept in files: found again by their request, bounded in size. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "src/base/mem.h"
#include "src/engine/answer_cache.h"

static int setup(void **state)
{
    const char *place = getenv("TMPDIR");
    char *folder = strbuf_format("%s/motet-cache-XXXXXX", place != NULL ? place : "/tmp");
    *state = folder;
    return mkdtemp(folder) != NULL ? 0 : -1;
}

static int teardown(void **state)
{
    mem_free(*state);
    return 0;
}

static char *key_of(const char *url, const char *model, const char *text, size_t repeat)
{
    struct endpoint endpoint;
    struct message *message = message_new(0, MESSAGE_USER);
    struct message *messages[] = {message};
    endpoint_init(&endpoint, "any", "openai-chat", url);
    message_append(message, PART_TEXT, text, strlen(text));
    const struct chat_setup setup_of_chat = {.endpoint = &endpoint, .model = model};
    const struct rendered_prompt prompt = {.messages = messages, .message_count = 1};
    char *key = answer_cache_make_key(&setup_of_chat, &prompt, repeat, NULL);
    message_free(message);
    endpoint_clear(&endpoint);
    assert_non_null(key);
    return key;
}

static void answer_cache_make_key__differs__with_whatever_matters(void **state)
{
    (void)state;
    char *keys[] = {key_of("http://127.0.0.1:1", "m", "hi", 0),
                    key_of("http://127.0.0.1:2", "m", "hi", 0),
                    key_of("http://127.0.0.1:1", "n", "hi", 0),
                    key_of("http://127.0.0.1:1", "m", "ho", 0),
                    key_of("http://127.0.0.1:1", "m", "hi", 1)};
    char *same = key_of("http://127.0.0.1:1", "m", "hi", 0);
    assert_string_equal(keys[0], same);
    for (size_t i = 0; i < 5; i++) {
        for (size_t j = i + 1; j < 5; j++)
            assert_string_not_equal(keys[i], keys[j]);
    }
    for (size_t i = 0; i < 5; i++)
        mem_free(keys[i]);
    mem_free(same);
}

static void answer_cache__gives_back__what_was_kept(void **state)
{
    struct answer_cache *cache = answer_cache_new(*state, ANSWER_CACHE_MAX, NULL);
    char *key = key_of("http://127.0.0.1:1", "m", "hi", 0);
    const struct run_result kept = {.text = (char[]){"a \"b\"\n"},
                                    .len = 6,
                                    .model = (char[]){"m"},
                                    .sum = {.usage = {7, 3, -1, 0}}};
    struct run_result found = {0};
    struct stat info;
    assert_false(answer_cache_find(cache, key, &found));
    answer_cache_store(cache, key, &kept);
    assert_true(answer_cache_find(cache, key, &found));
    assert_string_equal(found.text, "a \"b\"\n");
    assert_true(found.is_cached);
    assert_int_equal(found.sum.usage.input, 7);
    assert_int_equal(found.sum.usage.reasoning, -1);
    assert_float_equal(found.sum.cost, 0, 0);
    char *path = strbuf_format("%s/%s", (const char *)*state, key);
    assert_int_equal(stat(path, &info), 0);
    assert_int_equal(info.st_mode & 0777, 0600);
    /* What somebody has spoiled is no answer. */
    FILE *file = fopen(path, "w");
    fputs("{\"text\":", file);
    fclose(file);
    run_result_clear(&found);
    assert_false(answer_cache_find(cache, key, &found));
    mem_free(path);
    mem_free(key);
    answer_cache_free(cache);
}

static size_t folder_size(const char *path)
{
    size_t size = 0;
    DIR *folder = opendir(path);
    assert_non_null(folder);
    for (const struct dirent *entry = readdir(folder); entry != NULL;
         entry = readdir(folder)) {
        struct stat info;
        if (fstatat(dirfd(folder), entry->d_name, &info, 0) == 0 && S_ISREG(info.st_mode))
            size += (size_t)info.st_size;
    }
    closedir(folder);
    return size;
}

static void answer_cache__stays__under_its_ceiling(void **state)
{
    struct answer_cache *cache = answer_cache_new(*state, 10000, NULL);
    char text[1001];
    memset(text, 'x', 1000);
    text[1000] = '\0';
    const struct run_result kept = {.text = text, .len = 1000, .model = (char[]){"m"}};
    for (size_t i = 0; i < 50; i++) {
        char *key = key_of("http://127.0.0.1:1", "m", "hi", i);
        answer_cache_store(cache, key, &kept);
        mem_free(key);
    }
    assert_true(folder_size(*state) <= 10000);
    assert_true(folder_size(*state) > 2000);
    answer_cache_free(cache);
}

static void answer_cache_new__says__why_a_folder_is_no_good(void **state)
{
    struct error err = {ERROR_NONE, NULL};
    (void)state;
    assert_null(answer_cache_new("/nowhere/at/all", ANSWER_CACHE_MAX, &err));
    assert_non_null(strstr(error_text(&err), "/nowhere/at/all"));
    error_clear(&err);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

static const struct CMUnitTest tests[] = {
    TEST(answer_cache_make_key__differs__with_whatever_matters),
    TEST(answer_cache__gives_back__what_was_kept),
    TEST(answer_cache__stays__under_its_ceiling),
    TEST(answer_cache_new__says__why_a_folder_is_no_good),
};

int main(void)
{
    return cmocka_run_group_tests(tests, NULL, NULL);
}
