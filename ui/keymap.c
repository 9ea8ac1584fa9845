/* The table's key names, parsed once into a flat list: some eighty keys, found by going
 * through it. */
#include "ui/keymap.h"

#include <string.h>

#include "src/base/mem.h"

struct binding {
    struct key key;
    enum input_mode mode;
    enum action action;
};

struct keymap {
    struct binding *bindings;
    size_t count;
    size_t cap;
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

static void keymap_bind(struct keymap *keymap, enum input_mode mode, enum action action)
{
    const char *names = action_keys(action, mode);
    char name[KEY_NAME_SIZE];
    while (keymap_next_name(&names, name)) {
        struct binding binding = {.mode = mode, .action = action};
        if (!key_parse(name, &binding.key))
            continue;
        keymap->bindings = mem_grow(keymap->bindings, &keymap->cap, keymap->count + 1,
                                    sizeof(keymap->bindings[0]));
        keymap->bindings[keymap->count++] = binding;
    }
}

struct keymap *keymap_new(void)
{
    struct keymap *keymap = mem_alloc(sizeof(*keymap));
    for (int action = 0; action < ACTION_COUNT; action++) {
        for (int mode = 0; mode < MODE_COUNT; mode++)
            keymap_bind(keymap, (enum input_mode)mode, (enum action)action);
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

enum action keymap_find(const struct keymap *keymap, enum input_mode mode,
                        const struct key *key)
{
    for (size_t i = 0; i < keymap->count; i++) {
        const struct binding *binding = &keymap->bindings[i];
        if (binding->mode == mode && key_equal(&binding->key, key))
            return binding->action;
    }
    return ACTION_NONE;
}

void keymap_describe(enum action action, enum input_mode mode, struct strbuf *out)
{
    const char *names = action_keys(action, mode);
    char name[KEY_NAME_SIZE] = "";
    char first[KEY_NAME_SIZE] = "";
    size_t count = 0;
    while (keymap_next_name(&names, name)) {
        if (count == 0)
            memcpy(first, name, sizeof(first));
        count++;
    }
    /* A long row of keys is a range. */
    if (count > 4) {
        strbuf_append_format(out, "%s \xe2\x80\xa6 %s", first, name);
        return;
    }
    names = action_keys(action, mode);
    for (size_t i = 0; keymap_next_name(&names, name); i++)
        strbuf_append_format(out, "%s%s", i > 0 ? ", " : "", name);
}

void keymap_first_key(enum action action, enum input_mode mode, char out[KEY_NAME_SIZE])
{
    const char *names = action_keys(action, mode);
    if (!keymap_next_name(&names, out))
        out[0] = '\0';
}
