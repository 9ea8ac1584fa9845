/*
 * Secrets are found by their text wherever they stand; where a name says that a secret
 * follows, its text does not matter. Short texts are not searched for: a key of three
 * letters would be found in every other word.
 */
#include "src/engine/wire_mask.h"

#include <string.h>
#include <strings.h>

#include "src/base/compiler.h"
#include "src/base/mem.h"
#include "src/base/strbuf.h"
#include "src/engine/wire.h"

/* The shortest text that is searched for. */
#define SECRET_MIN 8

/* The longest word before a key that is shown: "AWS4-HMAC-SHA256". */
#define SCHEME_MAX 16

void wire_mask_clear(struct wire_mask *mask)
{
    for (size_t i = 0; i < mask->count; i++) {
        mem_wipe(mask->secrets[i], strlen(mask->secrets[i]));
        mem_free(mask->secrets[i]);
    }
    mem_free(mask->secrets);
    *mask = (struct wire_mask){0};
}

static void mask_add(struct wire_mask *mask, const char *text, size_t len)
{
    if (len < SECRET_MIN)
        return;
    mask->secrets =
        mem_grow(mask->secrets, &mask->cap, mask->count + 1, sizeof(mask->secrets[0]));
    mask->secrets[mask->count++] = mem_strndup(text, len);
}

void wire_mask_add_key(struct wire_mask *mask, const char *key)
{
    if (key == NULL)
        return;
    mask_add(mask, key, strlen(key));
    const char *part = strchr(key, ':');
    while (part != NULL) {
        const size_t len = strcspn(part + 1, ":");
        mask_add(mask, part + 1, len);
        part = part[1 + len] == ':' ? part + 1 + len : NULL;
    }
}

void wire_mask_add_value(struct wire_mask *mask, const char *value)
{
    const char *last = strrchr(value, ' ');
    mask_add(mask, value, strlen(value));
    if (last != NULL)
        mask_add(mask, last + 1, strlen(last + 1));
}

/* --- Names ----------------------------------------------------------------------- */

bool wire_mask_is_secret_name(const char *name, size_t len)
{
    static const char *const words[] = {"auth",      "key",    "token",      "secret",
                                        "cookie",    "passw",  "credential", "session",
                                        "signature", "apikey", "sig"};
    for (size_t i = 0; i < COUNT_OF(words); i++) {
        const size_t word_len = strlen(words[i]);
        for (size_t at = 0; at + word_len <= len; at++) {
            if (strncasecmp(name + at, words[i], word_len) == 0)
                return true;
        }
    }
    return false;
}

bool wire_mask_is_known_name(const char *name)
{
    static const char *const names[] = {"Accept",        "Accept-Language",
                                        "Content-Type",  "User-Agent",
                                        "HTTP-Referer",  "Referer",
                                        "X-Title",       "Anthropic-Version",
                                        "OpenAI-Beta",   "OpenAI-Organization",
                                        "Anthropic-Beta"};
    for (size_t i = 0; i < COUNT_OF(names); i++) {
        if (strcasecmp(name, names[i]) == 0)
            return true;
    }
    return false;
}

/* --- Texts ----------------------------------------------------------------------- */

/* The length of the longest secret that stands at `at`, or 0. */
static size_t secret_at(const struct wire_mask *mask, const char *at, size_t len)
{
    size_t longest = 0;
    for (size_t i = 0; i < mask->count; i++) {
        const size_t secret_len = strlen(mask->secrets[i]);
        if (secret_len > longest && secret_len <= len && at[0] == mask->secrets[i][0] &&
            memcmp(at, mask->secrets[i], secret_len) == 0)
            longest = secret_len;
    }
    return longest;
}

char *wire_mask_text(const struct wire_mask *mask, const char *text)
{
    struct strbuf masked;
    strbuf_init(&masked, STRBUF_OWN_MAX);
    size_t left = strlen(text);
    while (left > 0) {
        const size_t len = secret_at(mask, text, left);
        if (len > 0)
            strbuf_append_text(&masked, WIRE_MASK);
        else
            strbuf_append_char(&masked, text[0]);
        text += len > 0 ? len : 1;
        left -= len > 0 ? len : 1;
    }
    return strbuf_take(&masked);
}

char *wire_mask_value(const char *value)
{
    const size_t word = strcspn(value, " ");
    if (value[word] == '\0' || word > SCHEME_MAX)
        return mem_strdup(WIRE_MASK);
    return strbuf_format("%.*s " WIRE_MASK, (int)word, value);
}

/* Appends the query with masks in the place of values that are secrets by their names. */
static void append_query(struct strbuf *masked, const char *query)
{
    while (*query != '\0' && *query != '#') {
        const size_t len = strcspn(query, "&#");
        const size_t name = strcspn(query, "=&#");
        if (name < len && wire_mask_is_secret_name(query, name)) {
            strbuf_append(masked, query, name + 1);
            strbuf_append_text(masked, WIRE_MASK);
        } else {
            strbuf_append(masked, query, len);
        }
        query += len;
        if (*query == '&')
            strbuf_append_char(masked, *query++);
    }
    strbuf_append_text(masked, query);
}

char *wire_mask_url(const struct wire_mask *mask, const char *url)
{
    struct strbuf masked;
    strbuf_init(&masked, STRBUF_OWN_MAX);
    const char *scheme_end = strstr(url, "://");
    const char *host = scheme_end != NULL ? scheme_end + 3 : url;
    const size_t host_len = strcspn(host, "/?#");
    const char *path = host + host_len;
    strbuf_append(&masked, url, (size_t)(host - url));
    const char *at = memchr(host, '@', host_len);
    if (at != NULL) {
        while (memchr(at + 1, '@', (size_t)(path - at - 1)) != NULL)
            at = memchr(at + 1, '@', (size_t)(path - at - 1));
        strbuf_append_text(&masked, WIRE_MASK);
        host = at;
    }
    const size_t before_query = strcspn(path, "?#");
    strbuf_append(&masked, host, (size_t)(path - host) + before_query);
    const char *query = path + before_query;
    if (*query == '?')
        strbuf_append_char(&masked, *query++);
    append_query(&masked, query);
    char *text = wire_mask_text(mask, strbuf_text(&masked));
    strbuf_clear(&masked);
    return text;
}

/* --- Bytes ----------------------------------------------------------------------- */

void wire_mask_stars(const struct wire_mask *mask, char *bytes, size_t len)
{
    for (size_t at = 0; at < len;) {
        const size_t secret_len = secret_at(mask, bytes + at, len - at);
        memset(bytes + at, '*', secret_len);
        at += secret_len > 0 ? secret_len : 1;
    }
}

/* Every read goes through here: it must cost little where nothing is found. */
bool wire_mask_finds(const struct wire_mask *mask, const char *bytes, size_t len)
{
    for (size_t i = 0; i < mask->count; i++) {
        const char *secret = mask->secrets[i];
        const size_t secret_len = strlen(secret);
        const char *at = bytes;
        size_t left = len;
        while (left >= secret_len) {
            const char *first = memchr(at, secret[0], left - secret_len + 1);
            if (first == NULL)
                break;
            if (memcmp(first, secret, secret_len) == 0)
                return true;
            left -= (size_t)(first + 1 - at);
            at = first + 1;
        }
    }
    return false;
}

size_t wire_mask_open_end(const struct wire_mask *mask, const char *bytes, size_t len)
{
    size_t longest = 0;
    for (size_t i = 0; i < mask->count; i++) {
        const size_t secret_len = strlen(mask->secrets[i]);
        const size_t most = len < secret_len - 1 ? len : secret_len - 1;
        for (size_t end = most; end > longest; end--) {
            if (memcmp(bytes + len - end, mask->secrets[i], end) == 0)
                longest = end;
        }
    }
    return longest;
}
