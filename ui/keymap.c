/* The table's key names, parsed once into a flat list: some hundred keys, found by going
 * through it. What the person has bound stands before the defaults. */
#include "ui/keymap.h"

#include <string.h>

#include "src/base/mem.h"

/* The longest name of an action in a sentence, with its NUL. */
#define ACTION_NAME_SIZE 40

/* A row of more keys than this is told by its ends. */
#define KEYS_LISTED 4

struct binding {
    struct key key;
    enum input_mode mode;
    enum action action;
};

struct keymap {
    struct binding *bindings;
    size_t count;
    size_t cap;
    size_t own_count; /* those that the person has bound come first */
};

/* Takes the next name from a list separated by spaces; false at its end. */
static bool keymap_next_name(const char **names, char out[KEY_NAME_SIZE])
{
    *names += strspn(*names, " ");
    const size_t len = strcspn(*names, " ");
    if (len == 0 || len >= KEY_NAME_SIZE)
        return false;
    memcpy(out, *names, len);
    out[len] = '\0';
    *names += len;
    return true;
}

static void keymap_insert(struct keymap *keymap, size_t at, const struct binding *binding)
{
    keymap->bindings = mem_grow(keymap->bindings, &keymap->cap, keymap->count + 1,
                                sizeof(keymap->bindings[0]));
    memmove(keymap->bindings + at + 1, keymap->bindings + at,
            (keymap->count - at) * sizeof(keymap->bindings[0]));
    keymap->bindings[at] = *binding;
    keymap->count++;
}

static void keymap_add_defaults(struct keymap *keymap, enum input_mode mode,
                                enum action action)
{
    const char *names = action_keys(action, mode);
    char name[KEY_NAME_SIZE];
    while (keymap_next_name(&names, name)) {
        struct binding binding = {.mode = mode, .action = action};
        if (key_parse(name, &binding.key))
            keymap_insert(keymap, keymap->count, &binding);
    }
}

struct keymap *keymap_new(void)
{
    struct keymap *keymap = mem_alloc(sizeof(*keymap));
    for (int action = 0; action < ACTION_COUNT; action++) {
        for (int mode = 0; mode < MODE_COUNT; mode++)
            keymap_add_defaults(keymap, (enum input_mode)mode, (enum action)action);
    }
    return keymap;
}

void keymap_free(struct keymap *keymap)
{
    if (keymap == NULL)
        return;
    mem_free(keymap->bindings);
    mem_free(keymap);
}

/* The place of the key's binding; `count` if it has none. */
static size_t keymap_index(const struct keymap *keymap, enum input_mode mode,
                           const struct key *key)
{
    size_t index = 0;
    while (index < keymap->count && !(keymap->bindings[index].mode == mode &&
                                      key_equal(&keymap->bindings[index].key, key)))
        index++;
    return index;
}

void keymap_bind(struct keymap *keymap, enum input_mode mode, const struct key *key,
                 enum action action)
{
    const struct binding binding = {.key = *key, .mode = mode, .action = action};
    const size_t index = keymap_index(keymap, mode, key);
    if (index < keymap->count) {
        keymap->count--;
        memmove(keymap->bindings + index, keymap->bindings + index + 1,
                (keymap->count - index) * sizeof(keymap->bindings[0]));
        keymap->own_count -= index < keymap->own_count;
    }
    if (action != ACTION_NONE)
        keymap_insert(keymap, keymap->own_count++, &binding);
}

enum action keymap_find(const struct keymap *keymap, enum input_mode mode,
                        const struct key *key)
{
    const size_t index = keymap_index(keymap, mode, key);
    return index < keymap->count ? keymap->bindings[index].action : ACTION_NONE;
}

/* The next binding of the action at or after `index`; `count` if there is none. */
static size_t keymap_next(const struct keymap *keymap, size_t index, enum action action,
                          enum input_mode mode)
{
    while (index < keymap->count && (keymap->bindings[index].mode != mode ||
                                     keymap->bindings[index].action != action))
        index++;
    return index;
}

void keymap_describe(const struct keymap *keymap, enum action action,
                     enum input_mode mode, struct strbuf *out)
{
    const size_t first = keymap_next(keymap, 0, action, mode);
    char name[KEY_NAME_SIZE];
    size_t count = 0;
    size_t last = first;
    for (size_t i = first; i < keymap->count;
         i = keymap_next(keymap, i + 1, action, mode)) {
        last = i;
        count++;
    }
    for (size_t i = first; i < keymap->count;
         i = keymap_next(keymap, i + 1, action, mode)) {
        if (count > KEYS_LISTED && i != first && i != last)
            continue;
        key_format(&keymap->bindings[i].key, name);
        strbuf_append_format(out, "%s%s",
                             i == first            ? ""
                             : count > KEYS_LISTED ? " \xe2\x80\xa6 "
                                                   : ", ",
                             name);
    }
}

void keymap_first_key(const struct keymap *keymap, enum action action,
                      enum input_mode mode, char out[KEY_NAME_SIZE])
{
    const size_t index = keymap_next(keymap, 0, action, mode);
    out[0] = '\0';
    if (index < keymap->count)
        key_format(&keymap->bindings[index].key, out);
}

/* The key, or the way through the palette. */
static void keymap_write_action(const struct keymap *keymap, enum input_mode mode,
                                enum action action, struct strbuf *out)
{
    char name[KEY_NAME_SIZE];
    keymap_first_key(keymap, action, mode, name);
    if (name[0] == '\0') {
        keymap_first_key(keymap, ACTION_PALETTE, mode, name);
        strbuf_append_format(out, "%s%s%s", name, name[0] != '\0' ? " " : "",
                             action_get(action)->name);
        return;
    }
    strbuf_append_text(out, name);
}

/* Reads "{name}" at `*at` and goes behind it; ACTION_COUNT if it is none. */
static enum action keymap_read_action(const char **at)
{
    const size_t len = strcspn(*at, "}");
    char name[ACTION_NAME_SIZE] = "";
    if ((*at)[len] == '\0' || len > sizeof(name)) {
        *at += strlen(*at);
        return ACTION_COUNT;
    }
    memcpy(name, *at + 1, len - 1);
    *at += len + 1;
    return action_find(name);
}

/* True if every action that the text names has a key. */
static bool keymap_has_keys(const struct keymap *keymap, enum input_mode mode,
                            const char *text, size_t len)
{
    const char *end = text + len;
    const char *at = text;
    while ((at = memchr(at, '{', (size_t)(end - at))) != NULL) {
        if (keymap_next(keymap, 0, keymap_read_action(&at), mode) == keymap->count)
            return false;
    }
    return true;
}

void keymap_write(const struct keymap *keymap, enum input_mode mode, const char *sentence,
                  struct strbuf *out)
{
    for (const char *at = sentence; *at != '\0';) {
        const size_t len = strcspn(at, "{[]");
        strbuf_append(out, at, len);
        at += len;
        if (*at == '{') {
            const enum action action = keymap_read_action(&at);
            if (action != ACTION_COUNT)
                keymap_write_action(keymap, mode, action, out);
        } else if (*at == '[') {
            const size_t part = strcspn(at, "]");
            at += keymap_has_keys(keymap, mode, at, part) ? 1 : part;
        } else {
            at += *at != '\0';
        }
    }
}

void keymap_append_hint(const struct keymap *keymap, enum input_mode mode,
                        enum action action, const char *words, const char *gap,
                        struct strbuf *out)
{
    char name[KEY_NAME_SIZE];
    keymap_first_key(keymap, action, mode, name);
    if (name[0] != '\0')
        strbuf_append_format(out, "%s%s %s", out->len > 0 ? gap : "", name, words);
}
