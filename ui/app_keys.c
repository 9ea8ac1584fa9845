/* Sentences are written once for each mode and kept: bindings do not change while the
 * program runs, and some views compare addresses. */
#include "ui/app_keys.h"

#include "src/base/mem.h"
#include "ui/app_state.h"
#include "ui/key_config.h"

#define GAP " \xc2\xb7 "

static char *write_card(const struct keymap *keymap, enum input_mode mode,
                        bool can_continue)
{
    struct strbuf out;
    strbuf_init(&out, STRBUF_OWN_MAX);
    /* After a cut: keep it, go on from it, or begin again. */
    if (can_continue)
        keymap_append_hint(keymap, mode, ACTION_CONTINUE, "continue", GAP, &out);
    keymap_append_hint(keymap, mode, ACTION_RETRY, can_continue ? "restart" : "retry",
                       GAP, &out);
    keymap_append_hint(keymap, mode, ACTION_EDIT_PROMPT, "edit", GAP, &out);
    keymap_append_hint(keymap, mode, ACTION_MODEL, "other model", GAP, &out);
    return strbuf_take(&out);
}

void app_init_keys(struct app *app)
{
    app->keymap = keymap_new();
    if (app->options.keys != NULL)
        key_config_apply(app->options.keys, app->keymap, NULL);
    for (int mode = 0; mode < MODE_COUNT; mode++) {
        for (int kind = 0; kind < 2; kind++)
            app->keys.cards[mode][kind] =
                write_card(app->keymap, (enum input_mode)mode, kind == 1);
    }
}

void app_clear_keys(struct app *app)
{
    for (size_t i = 0; i < app->keys.count; i++)
        mem_free(app->keys.sayings[i].text);
    mem_free(app->keys.sayings);
    for (int mode = 0; mode < MODE_COUNT; mode++) {
        mem_free(app->keys.cards[mode][0]);
        mem_free(app->keys.cards[mode][1]);
    }
    keymap_free(app->keymap);
}

enum input_mode app_key_mode(const struct app *app)
{
    if (app->page == PAGE_MATRIX)
        return MODE_MATRIX;
    return app->page == PAGE_FORM ? MODE_TYPING : app->mode;
}

const char *app_say(struct app *app, const char *sentence)
{
    struct app_keys *keys = &app->keys;
    const enum input_mode mode = app_key_mode(app);
    for (size_t i = 0; i < keys->count; i++) {
        if (keys->sayings[i].sentence == sentence && keys->sayings[i].mode == mode)
            return keys->sayings[i].text;
    }
    struct strbuf out;
    strbuf_init(&out, STRBUF_OWN_MAX);
    keymap_write(app->keymap, mode, sentence, &out);
    keys->sayings =
        mem_grow(keys->sayings, &keys->cap, keys->count + 1, sizeof(keys->sayings[0]));
    keys->sayings[keys->count] = (struct app_saying){
        .sentence = sentence, .mode = mode, .text = strbuf_take(&out)};
    return keys->sayings[keys->count++].text;
}

void app_notify_keys(struct app *app, const char *sentence)
{
    app_notify(app, app_say(app, sentence));
}

const char *app_card_keys(const struct app *app, bool can_continue)
{
    return app->keys.cards[app->mode][can_continue ? 1 : 0];
}
