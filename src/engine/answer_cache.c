/*
 * One small JSON object a file. The size of the folder is counted once, when it is
 * opened, and kept by adding up; when it is over the ceiling the folder is read again and
 * the oldest files go until a quarter is free.
 */
#include "src/engine/answer_cache.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "src/base/json.h"
#include "src/base/mem.h"
#include "src/base/path.h"
#include "src/base/sha256.h"
#include "src/engine/request_body.h"

/* Names are the 32 bytes of the hash in hex. */
#define KEY_LEN 64

struct answer_cache {
    char *folder;
    size_t max;
    size_t size;
};

/* A file of the folder. */
struct kept {
    char name[KEY_LEN + 1];
    time_t age;
    size_t size;
};

struct kept_list {
    struct kept *items;
    size_t len;
    size_t cap;
};

/* --- The folder ------------------------------------------------------------------ */

/* Lists the answers; what else is there is left alone. Returns their size. */
static size_t cache_list(const struct answer_cache *cache, struct kept_list *list)
{
    size_t size = 0;
    DIR *folder = opendir(cache->folder);
    if (folder == NULL)
        return 0;
    for (const struct dirent *entry = readdir(folder); entry != NULL;
         entry = readdir(folder)) {
        struct stat info;
        if (strlen(entry->d_name) != KEY_LEN ||
            fstatat(dirfd(folder), entry->d_name, &info, AT_SYMLINK_NOFOLLOW) != 0 ||
            !S_ISREG(info.st_mode))
            continue;
        size += (size_t)info.st_size;
        if (list == NULL)
            continue;
        list->items =
            mem_grow(list->items, &list->cap, list->len + 1, sizeof(list->items[0]));
        struct kept *kept = &list->items[list->len++];
        memcpy(kept->name, entry->d_name, KEY_LEN + 1);
        kept->age = info.st_mtime;
        kept->size = (size_t)info.st_size;
    }
    closedir(folder);
    return size;
}

static int compare_ages(const void *left, const void *right)
{
    const struct kept *a = left;
    const struct kept *b = right;
    return a->age != b->age ? (a->age > b->age) - (a->age < b->age)
                            : strcmp(a->name, b->name);
}

static void cache_shrink(struct answer_cache *cache)
{
    struct kept_list list = {0};
    cache->size = cache_list(cache, &list);
    if (list.len > 0)
        qsort(list.items, list.len, sizeof(list.items[0]), compare_ages);
    for (size_t i = 0; i < list.len && cache->size > cache->max / 4 * 3; i++) {
        char *path = strbuf_format("%s/%s", cache->folder, list.items[i].name);
        if (unlink(path) == 0)
            cache->size -= list.items[i].size;
        mem_free(path);
    }
    mem_free(list.items);
}

struct answer_cache *answer_cache_new(const char *folder, size_t max, struct error *err)
{
    struct stat info;
    if (mkdir(folder, 0700) != 0 && errno != EEXIST) {
        error_set(err, ERROR_USAGE, "cannot make the folder %s: %s", folder,
                  strerror(errno));
        return NULL;
    }
    if (stat(folder, &info) != 0 || !S_ISDIR(info.st_mode) ||
        access(folder, R_OK | W_OK | X_OK) != 0) {
        error_set(err, ERROR_USAGE, "cannot use the folder %s", folder);
        return NULL;
    }
    struct answer_cache *cache = mem_alloc(sizeof(*cache));
    cache->folder = mem_strdup(folder);
    cache->max = max;
    cache->size = cache_list(cache, NULL);
    if (cache->size > cache->max)
        cache_shrink(cache);
    return cache;
}

void answer_cache_free(struct answer_cache *cache)
{
    if (cache == NULL)
        return;
    mem_free(cache->folder);
    mem_free(cache);
}

/* --- Keys ------------------------------------------------------------------------ */

/* Adds a text with its end, so that no two lists of texts look alike. */
static void hash_text(struct sha256 *hash, const char *text)
{
    sha256_add(hash, text != NULL ? text : "", text != NULL ? strlen(text) : 0);
    sha256_add(hash, "", 1);
}

char *answer_cache_make_key(const struct chat_setup *setup,
                            const struct rendered_prompt *prompt, size_t repeat,
                            const char *schema)
{
    static const char digits[] = "0123456789abcdef";
    /* Streamed or whole, it is the same answer. */
    struct chat_setup plain = *setup;
    struct sha256 hash;
    struct strbuf body;
    unsigned char sum[32];
    plain.is_streaming = false;
    strbuf_init(&body, STRBUF_OWN_MAX);
    if (!request_body_write(&plain, prompt, &body, NULL, NULL)) {
        strbuf_clear(&body);
        return NULL;
    }
    char *number = strbuf_format("%zu", repeat);
    sha256_init(&hash);
    hash_text(&hash, "motet answer 1");
    hash_text(&hash, setup->endpoint->api);
    /* Our own server is the same one behind whatever port. */
    hash_text(&hash, setup->endpoint->is_own ? setup->endpoint->name
                                             : setup->endpoint->base_url);
    hash_text(&hash, setup->model);
    hash_text(&hash, number);
    hash_text(&hash, schema);
    for (size_t i = 0; i < setup->tool_count; i++)
        hash_text(&hash, setup->tools[i]);
    hash_text(&hash, "body");
    sha256_add(&hash, strbuf_text(&body), body.len);
    sha256_finish(&hash, sum);
    strbuf_clear(&body);
    mem_free(number);
    char *key = mem_alloc(KEY_LEN + 1);
    for (size_t i = 0; i < sizeof(sum); i++) {
        key[2 * i] = digits[sum[i] >> 4];
        key[2 * i + 1] = digits[sum[i] & 15];
    }
    return key;
}

/* --- Answers --------------------------------------------------------------------- */

static int64_t cache_count(const cJSON *object, const char *name)
{
    int64_t value;
    return json_get_int(object, name, &value) && value >= 0 ? value : -1;
}

static bool cache_read(const char *bytes, size_t len, struct run_result *result)
{
    cJSON *object = json_parse(bytes, len);
    const char *text = json_get_string(object, "text");
    const char *model = json_get_string(object, "model");
    if (text == NULL || model == NULL) {
        cJSON_Delete(object);
        return false;
    }
    result->text = mem_strdup(text);
    result->len = strlen(text);
    result->model = mem_strdup(model);
    result->finish = FINISH_STOP;
    result->is_cached = true;
    result->sum =
        (struct turn_sum){.usage = {.input = cache_count(object, "input"),
                                    .output = cache_count(object, "output"),
                                    .reasoning = cache_count(object, "reasoning"),
                                    .cached = cache_count(object, "cached")},
                          .cost = 0,
                          .first_token_ms = -1,
                          .total_ms = 0};
    cJSON_Delete(object);
    return true;
}

bool answer_cache_find(struct answer_cache *cache, const char *key,
                       struct run_result *result)
{
    struct strbuf bytes;
    char *path = strbuf_format("%s/%s", cache->folder, key);
    strbuf_init(&bytes, ANSWER_CACHE_ONE_MAX);
    const bool is_found = path_read_regular_file(path, &bytes, NULL) &&
                          cache_read(strbuf_text(&bytes), bytes.len, result);
    strbuf_clear(&bytes);
    mem_free(path);
    return is_found;
}

static void cache_add_count(struct strbuf *out, const char *name, int64_t value)
{
    if (value >= 0)
        strbuf_append_format(out, ",\"%s\":%lld", name, (long long)value);
}

static bool cache_write_file(const char *path, const struct strbuf *bytes)
{
    char *beside = strbuf_format("%s.%ld", path, (long)getpid());
    const int fd =
        open(beside, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0600);
    bool ok = fd >= 0 && write(fd, strbuf_text(bytes), bytes->len) == (ssize_t)bytes->len;
    if (fd >= 0)
        ok = close(fd) == 0 && ok;
    ok = ok && rename(beside, path) == 0;
    if (!ok)
        unlink(beside);
    mem_free(beside);
    return ok;
}

void answer_cache_store(struct answer_cache *cache, const char *key,
                        const struct run_result *result)
{
    const struct usage *usage = &result->sum.usage;
    struct strbuf bytes;
    strbuf_init(&bytes, ANSWER_CACHE_ONE_MAX);
    strbuf_append_text(&bytes, "{\"model\":");
    json_append_string(&bytes, result->model, strlen(result->model));
    cache_add_count(&bytes, "input", usage->input);
    cache_add_count(&bytes, "output", usage->output);
    cache_add_count(&bytes, "reasoning", usage->reasoning);
    cache_add_count(&bytes, "cached", usage->cached);
    strbuf_append_text(&bytes, ",\"text\":");
    json_append_string(&bytes, result->text, result->len);
    strbuf_append_text(&bytes, "}\n");
    char *path = strbuf_format("%s/%s", cache->folder, key);
    if (!bytes.is_full && cache_write_file(path, &bytes)) {
        cache->size += bytes.len;
        if (cache->size > cache->max)
            cache_shrink(cache);
    }
    mem_free(path);
    strbuf_clear(&bytes);
}
