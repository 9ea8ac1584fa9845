/*
 * A line of the section is a key and the action it is for. The YAML reader finds a key
 * that is written twice; one that is written in two ways ("PgUp", "PageUp") is found
 * here.
 */
#include "ui/key_config.h"

#include <string.h>

#include "src/base/compiler.h"
#include "src/base/mem.h"
#include "src/config/suggest.h"

static const enum setting_id mode_settings[MODE_COUNT] = {
    [MODE_TYPING] = SETTING_KEYS_TYPING,
    [MODE_NORMAL] = SETTING_KEYS_NORMAL,
    [MODE_MATRIX] = SETTING_KEYS_MATRIX,
};

static const char *const mode_names[MODE_COUNT] = {
    [MODE_TYPING] = "while typing",
    [MODE_NORMAL] = "in normal mode",
    [MODE_MATRIX] = "in the matrix",
};

/* A mode is no trap: one of these actions has to have a key in it. */
static const struct {
    enum input_mode mode;
    enum action actions[3]; /* ACTION_NONE at the end */
    const char *what;
    const char *remedy;
} ways_out[] = {
    {MODE_TYPING,
     {ACTION_QUIT, ACTION_INTERRUPT},
     "no key ends the program while typing",
     "keep a key for quit or interrupt"},
    {MODE_NORMAL,
     {ACTION_QUIT, ACTION_INTERRUPT},
     "no key ends the program in normal mode",
     "keep a key for quit or interrupt"},
    {MODE_NORMAL,
     {ACTION_TYPE},
     "no key leads from normal mode back to typing",
     "keep a key for type"},
    {MODE_MATRIX,
     {ACTION_MATRIX_LEAVE, ACTION_INTERRUPT},
     "no key leads from the matrix back to the panes",
     "keep a key for matrix-leave or interrupt"},
};

/* One line being read. */
struct key_line {
    const struct config_value *lines;
    size_t index; /* of the key's text; the action's follows */
    enum input_mode mode;
    struct key key;
    enum action action;
    struct problem_list *problems; /* or NULL */
};

static const char *line_text(const struct key_line *line, size_t offset)
{
    return line->lines->value.texts[line->index + offset];
}

/* Adds a problem with the line's key (0) or action (1). */
static void add_problem(const struct key_line *line, size_t offset, const char *remedy,
                        const char *what)
{
    if (line->problems != NULL)
        problem_list_add(line->problems, line->lines->places[line->index + offset],
                         remedy, "%s", what);
}

static bool is_bindable(const struct key *key)
{
    return key->code < INPUT_MOUSE_PRESS;
}

/* Without Ctrl, Shift and a character are another character. */
static bool is_hidden_by_shift(const struct key *key)
{
    return key->code == INPUT_RUNE && (key->mods & INPUT_MOD_SHIFT) != 0 &&
           (key->mods & INPUT_MOD_CTRL) == 0;
}

static bool is_other_esc(const struct key *key)
{
    return key->code == INPUT_RUNE && key->rune == '[' && key->mods == INPUT_MOD_CTRL;
}

static bool read_key(struct key_line *line)
{
    const char *name = line_text(line, 0);
    char *what = NULL;
    const char *remedy = "";
    if (!key_parse(name, &line->key) || !is_bindable(&line->key)) {
        what = strbuf_format("there is no key \"%s\"", name);
        remedy =
            "keys are written like Ctrl-S, Alt-Enter, Shift-Up, F5, PgDn, Space or x";
    } else if (is_hidden_by_shift(&line->key)) {
        what = strbuf_format("no terminal sends \"%s\"", name);
        remedy = "bind the character that is written with Shift, such as \"!\"";
    } else if (is_other_esc(&line->key)) {
        what = strbuf_format("\"%s\" is Esc on every terminal", name);
        remedy = "bind Esc, or another key";
    } else if (line->mode == MODE_TYPING && line->key.code == INPUT_RUNE &&
               line->key.mods == 0) {
        what = strbuf_format("\"%s\" writes itself while typing", name);
        remedy = "bind it with Ctrl or Alt, or in normal mode";
    }
    if (what == NULL)
        return true;
    add_problem(line, 0, remedy, what);
    mem_free(what);
    return false;
}

static void add_unknown_action(const struct key_line *line)
{
    struct suggestion suggestion;
    suggestion_init(&suggestion, line_text(line, 1));
    for (int action = ACTION_NONE; action < ACTION_COUNT; action++)
        suggestion_consider(&suggestion, action_get((enum action)action)->name);
    char *remedy =
        suggestion.best != NULL
            ? strbuf_format("did you mean \"%s\"?", suggestion.best)
            : mem_strdup("the palette of the screen and the manual name all actions");
    char *what = strbuf_format("there is no action \"%s\"", line_text(line, 1));
    add_problem(line, 1, remedy, what);
    mem_free(what);
    mem_free(remedy);
}

static bool read_action(struct key_line *line)
{
    line->action = action_find(line_text(line, 1));
    if (line->action == ACTION_COUNT) {
        add_unknown_action(line);
        return false;
    }
    if (line->action != ACTION_NONE && !action_fits(line->action, line->mode)) {
        char *what = strbuf_format("%s does nothing %s", line_text(line, 1),
                                   mode_names[line->mode]);
        add_problem(line, 1,
                    line->mode == MODE_MATRIX ? "bind it in typing or normal"
                                              : "bind it in matrix",
                    what);
        mem_free(what);
        return false;
    }
    const bool is_digit =
        line->key.code == INPUT_RUNE && line->key.rune >= '1' && line->key.rune <= '9';
    if (line->action == ACTION_PANE_NUMBER && !is_digit) {
        add_problem(line, 0, "bind it to Alt-1, Ctrl-2 and the like",
                    "pane-number takes the pane's number from its key");
        return false;
    }
    return true;
}

/* Two lines for one key: which of them is meant nobody can tell. */
static bool is_first_of_key(const struct key_line *line)
{
    for (size_t i = 0; i < line->index; i += 2) {
        struct key key;
        if (!key_parse(line->lines->value.texts[i], &key) || !key_equal(&key, &line->key))
            continue;
        char *what =
            strbuf_format("%s is bound twice %s: here to %s, on line %zu (as %s) to %s",
                          line_text(line, 0), mode_names[line->mode], line_text(line, 1),
                          line->lines->places[i].line, line->lines->value.texts[i],
                          line->lines->value.texts[i + 1]);
        add_problem(line, 0, "leave one of them out", what);
        mem_free(what);
        return false;
    }
    return true;
}

void key_config_apply(const struct config_section *keys, struct keymap *keymap,
                      struct problem_list *problems)
{
    for (int mode = 0; mode < MODE_COUNT; mode++) {
        const struct config_value *lines = &keys->values[mode_settings[mode]];
        for (size_t i = 0; i + 1 < lines->value.text_count; i += 2) {
            struct key_line line = {.lines = lines,
                                    .index = i,
                                    .mode = (enum input_mode)mode,
                                    .problems = problems};
            if (read_key(&line) && is_first_of_key(&line) && read_action(&line))
                keymap_bind(keymap, line.mode, &line.key, line.action);
        }
    }
}

static bool has_key(const struct keymap *keymap, enum input_mode mode,
                    const enum action actions[3])
{
    char name[KEY_NAME_SIZE] = "";
    for (size_t i = 0; actions[i] != ACTION_NONE && name[0] == '\0'; i++)
        keymap_first_key(keymap, actions[i], mode, name);
    return name[0] != '\0';
}

void key_config_check(const struct config_section *keys, struct problem_list *problems)
{
    struct keymap *keymap = keymap_new();
    key_config_apply(keys, keymap, problems);
    for (size_t i = 0; i < COUNT_OF(ways_out); i++) {
        const enum input_mode mode = ways_out[i].mode;
        if (!has_key(keymap, mode, ways_out[i].actions))
            problem_list_add(problems, keys->values[mode_settings[mode]].place,
                             ways_out[i].remedy, "%s", ways_out[i].what);
    }
    keymap_free(keymap);
}
