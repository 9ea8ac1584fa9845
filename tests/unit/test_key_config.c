/* The section "keys" of a configuration: what it binds and what is wrong with it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "src/base/compiler.h"
#include "src/base/mem.h"
#include "src/base/path.h"
#include "ui/key_config.h"

static const struct config_rules rules = {.check_keys = key_config_check};

static int set_up(void **state)
{
    static struct config config;
    config_init(&config);
    *state = &config;
    return 0;
}

static int tear_down(void **state)
{
    config_clear(*state);
    return 0;
}

/* All problems, a line each. Caller frees. */
static char *parse(struct config *config, const char *text)
{
    struct strbuf out;
    strbuf_init(&out, STRBUF_OWN_MAX);
    strbuf_append_text(&out, "");
    config_parse(config, "c.yaml", text, strlen(text), &rules);
    for (size_t i = 0; i < config->problems.len; i++) {
        char *problem = problem_list_format(&config->problems, i);
        strbuf_append_format(&out, "%s\n", problem);
        mem_free(problem);
    }
    return strbuf_take(&out);
}

static void assert_problems(struct config *config, const char *text, const char *expected)
{
    char *problems = parse(config, text);
    assert_string_equal(problems, expected);
    mem_free(problems);
}

static enum action find(const struct keymap *keymap, enum input_mode mode,
                        const char *name)
{
    struct key key;
    assert_true(key_parse(name, &key));
    return keymap_find(keymap, mode, &key);
}

static void key_config_apply__binds__in_each_mode(void **state)
{
    struct config *config = *state;
    assert_problems(config,
                    "keys:\n"
                    "  typing: {Ctrl-S: send, Enter: newline, F5: none, PageUp: top}\n"
                    "  normal:\n"
                    "    J: pane-next\n"
                    "    \":\": none\n"
                    "  matrix: {o: cell-open}\n",
                    "");
    struct keymap *keymap = keymap_new();
    key_config_apply(&config->keys, keymap, NULL);
    assert_int_equal(find(keymap, MODE_TYPING, "Ctrl-S"), ACTION_SEND);
    assert_int_equal(find(keymap, MODE_TYPING, "Enter"), ACTION_NEWLINE);
    assert_int_equal(find(keymap, MODE_TYPING, "PgUp"), ACTION_TOP);
    assert_int_equal(find(keymap, MODE_NORMAL, "J"), ACTION_PANE_NEXT);
    assert_int_equal(find(keymap, MODE_NORMAL, "j"), ACTION_PANE_NEXT);
    assert_int_equal(find(keymap, MODE_NORMAL, ":"), ACTION_NONE);
    assert_int_equal(find(keymap, MODE_MATRIX, "o"), ACTION_CELL_OPEN);
    assert_int_equal(find(keymap, MODE_MATRIX, ":"), ACTION_PALETTE);
    keymap_free(keymap);
}

static void key_config_apply__wrong_lines__are_left_out(void **state)
{
    struct config *config = *state;
    mem_free(parse(config, "keys: {typing: {Ctrl-X: sned, F5: send, x: send}}"));
    struct keymap *keymap = keymap_new();
    key_config_apply(&config->keys, keymap, NULL);
    assert_int_equal(find(keymap, MODE_TYPING, "Ctrl-X"), ACTION_NONE);
    assert_int_equal(find(keymap, MODE_TYPING, "x"), ACTION_NONE);
    assert_int_equal(find(keymap, MODE_TYPING, "F5"), ACTION_SEND);
    keymap_free(keymap);
}

static const struct {
    const char *text;
    const char *problems;
} wrong[] = {
    {"keys:\n  typing:\n    Ctrl-S: sned\n",
     "c.yaml:3:13: there is no action \"sned\"; did you mean \"send\"?\n"},
    {"keys: {normal: {x: fly-to-the-moon}}",
     "c.yaml:1:20: there is no action \"fly-to-the-moon\"; the palette of the screen and "
     "the manual name all actions\n"},
    {"keys: {typing: {Crtl-S: send}}",
     "c.yaml:1:17: there is no key \"Crtl-S\"; keys are written like Ctrl-S, Alt-Enter, "
     "Shift-Up, F5, PgDn, Space or x\n"},
    {"keys: {normal: {WheelUp: top}}",
     "c.yaml:1:17: there is no key \"WheelUp\"; keys are written like Ctrl-S, Alt-Enter, "
     "Shift-Up, F5, PgDn, Space or x\n"},
    {"keys: {typing: {x: send}}",
     "c.yaml:1:17: \"x\" writes itself while typing; bind it with Ctrl or Alt, or in "
     "normal mode\n"},
    {"keys: {typing: {Space: send}}",
     "c.yaml:1:17: \"Space\" writes itself while typing; bind it with Ctrl or Alt, or in "
     "normal mode\n"},
    {"keys: {normal: {Shift-1: retry}}", "c.yaml:1:17: no terminal sends \"Shift-1\"; "
                                         "bind the character that is written with "
                                         "Shift, such as \"!\"\n"},
    {"keys: {typing: {\"Ctrl-[\": retry}}",
     "c.yaml:1:17: \"Ctrl-[\" is Esc on every terminal; bind Esc, or another key\n"},
    {"keys: {typng: {F5: send}}",
     "c.yaml:1:8: there is no setting \"typng\" in keys; did you mean \"typing\"?\n"},
    {"keys:\n  normal:\n    PgUp: stop\n    PageUp: retry\n",
     "c.yaml:4:5: PageUp is bound twice in normal mode: here to retry, on line 3 (as "
     "PgUp) "
     "to stop; leave one of them out\n"},
    {"keys:\n  normal:\n    F5: stop\n    F5: retry\n",
     "c.yaml:4:5: \"F5\" is there twice, first on line 3; leave one of them out\n"},
    {"keys: {normal: {F5: cell-open}}",
     "c.yaml:1:21: cell-open does nothing in normal mode; bind it in matrix\n"},
    {"keys: {matrix: {F5: retry}}",
     "c.yaml:1:21: retry does nothing in the matrix; bind it in typing or normal\n"},
    {"keys: {normal: {F5: pane-number}}",
     "c.yaml:1:17: pane-number takes the pane's number from its key; bind it to Alt-1, "
     "Ctrl-2 and the like\n"},
    {"keys: {typing: {Ctrl-C: none, Ctrl-D: none}}",
     "c.yaml:1:16: no key ends the program while typing; keep a key for quit or "
     "interrupt\n"},
    {"keys: {normal: {Ctrl-C: none, q: none, i: none, Enter: none}}",
     "c.yaml:1:16: no key ends the program in normal mode; keep a key for quit or "
     "interrupt\n"
     "c.yaml:1:16: no key leads from normal mode back to typing; keep a key for type\n"},
    {"keys: {matrix: {Ctrl-C: none, q: none, Esc: none, Alt-g: none, \"#\": none}}",
     "c.yaml:1:16: no key leads from the matrix back to the panes; keep a key for "
     "matrix-leave or interrupt\n"},
    {"keys: {typing: [send]}",
     "c.yaml:1:16: typing takes names with their values, such as {Ctrl-S: send, F5: "
     "none}\n"},
    {"keys: all", "c.yaml:1:7: keys holds settings, each as NAME: VALUE\n"},
};

static void key_config_check__wrong_lines__are_told_with_their_place(void **state)
{
    struct config *config = *state;
    for (size_t i = 0; i < COUNT_OF(wrong); i++) {
        assert_problems(config, wrong[i].text, wrong[i].problems);
        config_clear(config);
        config_init(config);
    }
}

static void key_config_check__ctrl_c__may_be_moved(void **state)
{
    assert_problems(*state, "keys: {typing: {Ctrl-C: none, Ctrl-Q: interrupt}}", "");
}

/* The page's own example, as a person would copy it. */
static void guide__shows_an_example__without_a_problem(void **state)
{
    struct config *config = *state;
    const char *root = getenv("MOTET_SRCDIR");
    char *path = strbuf_format("%s/docs/guide/keys.md", root != NULL ? root : ".");
    struct strbuf page;
    strbuf_init(&page, 1 << 20);
    assert_true(path_read_file(path, &page, NULL));
    const char *begin = strstr(strbuf_text(&page), "```yaml\n");
    assert_non_null(begin);
    begin += strlen("```yaml\n");
    char *example = mem_strndup(begin, (size_t)(strstr(begin, "```") - begin));
    assert_problems(config, example, "");
    assert_int_equal(config->keys.values[SETTING_KEYS_TYPING].value.text_count, 8);
    mem_free(example);
    mem_free(path);
    strbuf_clear(&page);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(key_config_apply__binds__in_each_mode, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(key_config_apply__wrong_lines__are_left_out,
                                        set_up, tear_down),
        cmocka_unit_test_setup_teardown(
            key_config_check__wrong_lines__are_told_with_their_place, set_up, tear_down),
        cmocka_unit_test_setup_teardown(key_config_check__ctrl_c__may_be_moved, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(guide__shows_an_example__without_a_problem,
                                        set_up, tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
