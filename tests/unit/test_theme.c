/* Theme files: what is read, what is filled in, and that faults say where they stand. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <string.h>

#include "src/base/mem.h"
#include "ui/theme/color.h"
#include "ui/theme/theme.h"

#define HEAD "name: T\nhelp: A test.\n"

static struct theme read_theme(const char *text)
{
    struct theme theme;
    struct problem_list problems;
    problem_list_init(&problems, "t.yaml");
    if (!theme_parse(&theme, text, strlen(text), &problems)) {
        char *first = problem_list_format(&problems, 0);
        fail_msg("%s", first);
    }
    problem_list_clear(&problems);
    return theme;
}

/* The only problem of the text is this one. */
static void assert_fault(const char *text, const char *wanted)
{
    struct theme theme;
    struct problem_list problems;
    problem_list_init(&problems, "t.yaml");
    assert_false(theme_parse(&theme, text, strlen(text), &problems));
    assert_int_equal(problems.len, 1);
    char *found = problem_list_format(&problems, 0);
    assert_string_equal(found, wanted);
    mem_free(found);
    problem_list_clear(&problems);
    theme_clear(&theme);
}

static void theme_parse__reads__colours_and_attributes(void **state)
{
    (void)state;
    struct theme theme = read_theme(HEAD "colors: {sky: \"#88ccff\"}\n"
                                         "roles:\n"
                                         "  text: {fg: 250, bg: black}\n"
                                         "  user: {fg: sky, bold: yes, underline: yes}\n"
                                         "  mark: {bg: default, reverse: no}\n");
    assert_string_equal(theme.title, "T");
    assert_string_equal(theme.help, "A test.");
    const struct style user = theme.styles[ROLE_USER];
    assert_int_equal(user.fg, COLOR_RGB | 0x88ccff);
    assert_int_equal(user.attrs, STYLE_BOLD | STYLE_UNDERLINE);
    assert_int_equal(theme.styles[ROLE_MARK].bg, STYLE_COLOR_DEFAULT);
    assert_int_equal(theme.styles[ROLE_MARK].attrs, 0);
    theme_clear(&theme);
}

static void theme_parse__takes_from_text__what_a_look_does_not_say(void **state)
{
    (void)state;
    struct theme theme = read_theme(HEAD "roles:\n"
                                         "  error: {fg: red}\n"
                                         "  text: {fg: 250, bg: 17}\n");
    assert_int_equal(theme.styles[ROLE_ERROR].fg, 1);
    assert_int_equal(theme.styles[ROLE_ERROR].bg, 17);
    theme_clear(&theme);
}

static void theme_parse__shows_a_missing_role__like_the_one_its_record_names(void **state)
{
    (void)state;
    struct theme theme = read_theme(HEAD "roles:\n"
                                         "  text: {fg: 250, bg: 17}\n"
                                         "  dim: {fg: 99}\n");
    assert_int_equal(role_get(ROLE_REASONING)->like, ROLE_DIM);
    assert_int_equal(theme.styles[ROLE_REASONING].fg, 99);
    assert_int_equal(theme.styles[ROLE_REASONING].bg, 17);
    assert_int_equal(theme.styles[ROLE_REASONING].attrs, STYLE_DIM | STYLE_ITALIC);
    theme_clear(&theme);
}

static void theme_parse__names_line_and_role__of_a_fault(void **state)
{
    (void)state;
    assert_fault(HEAD "roles:\n  user: {fg: rde}\n",
                 "t.yaml:4:14: role user: fg: there is no colour \"rde\"; did you mean "
                 "\"red\"?");
    assert_fault(HEAD "roles:\n  usr: {fg: red}\n",
                 "t.yaml:4:3: there is no role \"usr\"; did you mean \"user\"?");
    assert_fault(
        HEAD "roles:\n  user: {boldd: yes}\n",
        "t.yaml:4:10: role user: a look has no \"boldd\"; did you mean \"bold\"?");
    assert_fault(HEAD "roles:\n  user: {bold: perhaps}\n",
                 "t.yaml:4:16: role user: bold takes yes or no");
    assert_fault(HEAD "roles:\n  user: red\n",
                 "t.yaml:4:9: role user: a look is written as {fg: red, bold: yes}");
    assert_fault(HEAD "colours: {}\n",
                 "t.yaml:3:1: a theme has no \"colours\"; did you mean \"colors\"?");
    assert_fault("name: T\n", "t.yaml:1:1: a theme has a help, a text");
}

static void theme_parse__explains_quotes__for_a_colour_that_became_a_comment(void **state)
{
    (void)state;
    assert_fault(HEAD "roles:\n  user:\n    fg: #ff0000\n",
                 "t.yaml:5:8: role user: fg has no value; a colour that begins with # "
                 "stands in quotes: \"#ff8800\"");
}

static void theme_parse__says_a_wrong_own_colour_once__however_often_it_is_used(
    void **state)
{
    (void)state;
    assert_fault(HEAD "colors: {sky: bleu}\n"
                      "roles: {user: {fg: sky}, key: {fg: sky}}\n",
                 "t.yaml:3:15: colour sky: there is no colour \"bleu\"; did you mean "
                 "\"blue\"?");
}

static void theme_write__writes__what_is_read_again(void **state)
{
    (void)state;
    struct theme theme;
    struct strbuf text;
    strbuf_init(&text, STRBUF_OWN_MAX);
    theme_init_default(&theme);
    theme_write(&theme, &text);
    struct theme again = read_theme(strbuf_text(&text));
    assert_memory_equal(again.styles, theme.styles, sizeof(theme.styles));
    theme_clear(&again);
    theme_clear(&theme);
    strbuf_clear(&text);
}

static void role_table__names_an_earlier_role__for_themes_that_lack_one(void **state)
{
    (void)state;
    for (int role = 1; role < ROLE_COUNT; role++) {
        if ((int)role_get((enum role)role)->like >= role)
            fail_msg("%s is like a role behind it", role_get((enum role)role)->name);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(theme_parse__reads__colours_and_attributes),
        cmocka_unit_test(theme_parse__takes_from_text__what_a_look_does_not_say),
        cmocka_unit_test(
            theme_parse__shows_a_missing_role__like_the_one_its_record_names),
        cmocka_unit_test(theme_parse__names_line_and_role__of_a_fault),
        cmocka_unit_test(
            theme_parse__explains_quotes__for_a_colour_that_became_a_comment),
        cmocka_unit_test(
            theme_parse__says_a_wrong_own_colour_once__however_often_it_is_used),
        cmocka_unit_test(theme_write__writes__what_is_read_again),
        cmocka_unit_test(role_table__names_an_earlier_role__for_themes_that_lack_one),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
