/* Fields whose values commands print. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

#include "src/base/strbuf.h"
#include "src/engine/field_command.h"
#include "tests/support/loop_wait.h"

/* What came of a template's commands, as one text. */
struct trial {
    struct ev_loop *loop;
    struct prompt_template *template;
    struct field_values given;
    struct strbuf seen;
    bool is_done;
};

static void trial_init(struct trial *trial, const char *text)
{
    struct problem_list problems;
    *trial = (struct trial){.loop = ev_loop_new(EVFLAG_AUTO)};
    strbuf_init(&trial->seen, STRBUF_OWN_MAX);
    problem_list_init(&problems, "t.md");
    trial->template = template_parse("t.md", text, strlen(text), &problems);
    assert_non_null(trial->template);
    problem_list_clear(&problems);
}

static void trial_clear(struct trial *trial)
{
    field_values_clear(&trial->given);
    template_free(trial->template);
    strbuf_clear(&trial->seen);
    ev_loop_destroy(trial->loop);
}

static void on_done(void *user, const struct field_values *values,
                    const struct error *err)
{
    struct trial *trial = user;
    trial->is_done = true;
    if (err != NULL)
        strbuf_append_format(&trial->seen, "!%s", error_text(err));
    for (size_t i = 0; i < trial->template->field_count && err == NULL; i++) {
        const char *name = trial->template->fields[i].name;
        const struct field_value *value = field_values_find(values, name);
        if (value != NULL)
            strbuf_append_format(&trial->seen, "%s=%s;", name, value->text);
    }
}

static bool is_done(void *user)
{
    return ((struct trial *)user)->is_done;
}

static const char *run(struct trial *trial)
{
    struct error err = {ERROR_NONE, NULL};
    const struct field_commands_options options = {.loop = trial->loop,
                                                   .template = trial->template,
                                                   .given = &trial->given,
                                                   .on_done = on_done,
                                                   .user = trial};
    struct field_commands *commands = field_commands_start(&options, &err);
    assert_non_null(commands);
    assert_false(trial->is_done);
    assert_true(loop_wait(trial->loop, is_done, trial));
    field_commands_free(commands);
    return strbuf_text(&trial->seen);
}

static void field_commands__give__what_they_print(void **state)
{
    (void)state;
    struct trial trial;
    trial_init(&trial, "---\nfields:\n"
                       "  a: {from: {command: [echo, 'x  $HOME {y}']}}\n"
                       "  b: {from: {command: [printf, 'two\\nlines\\n\\n']}}\n"
                       "  c: {from: {command: [false]}}\n"
                       "---\n{a} {b} {c}");
    field_values_set(&trial.given, "c", "given", "a test");
    assert_true(field_commands_are_needed(trial.template, &trial.given));
    assert_string_equal(run(&trial), "a=x  $HOME {y};b=two\nlines\n;");
    trial_clear(&trial);
}

static void field_commands__say__which_one_failed(void **state)
{
    (void)state;
    struct trial trial;
    trial_init(&trial, "---\nfields:\n"
                       "  a: {from: {command: [sh, -c, 'echo sorry >&2; exit 3']}}\n"
                       "---\n{a}");
    assert_string_equal(run(&trial),
                        "!t.md:3: the field \"a\" is from the command sh: it ended with "
                        "code 3: sorry");
    trial_clear(&trial);
    trial_init(&trial, "---\nfields:\n"
                       "  a: {from: {command: [printf, '\\377']}}\n"
                       "---\n{a}");
    assert_string_equal(run(&trial),
                        "!t.md:3: the field \"a\" is from the command printf: it printed "
                        "what is no text in UTF-8");
    trial_clear(&trial);
}

static void field_commands__never_see__keys(void **state)
{
    (void)state;
    struct trial trial;
    setenv("OPENAI_API_KEY", "sk-secret", 1);
    trial_init(&trial, "---\nfields:\n"
                       "  a: {from: {command: [sh, -c, 'echo \"[$OPENAI_API_KEY]\"']}}\n"
                       "---\n{a}");
    assert_string_equal(run(&trial), "a=[];");
    unsetenv("OPENAI_API_KEY");
    trial_clear(&trial);
}

static void field_commands__can_be__given_up(void **state)
{
    (void)state;
    struct trial trial;
    struct error err = {ERROR_NONE, NULL};
    trial_init(&trial, "---\nfields:\n"
                       "  a: {from: {command: [cat, /dev/zero]}}\n"
                       "---\n{a}");
    const struct field_commands_options options = {.loop = trial.loop,
                                                   .template = trial.template,
                                                   .given = &trial.given,
                                                   .on_done = on_done,
                                                   .user = &trial};
    field_commands_free(field_commands_start(&options, &err));
    assert_true(loop_is_idle(trial.loop));
    assert_false(trial.is_done);
    trial_clear(&trial);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(field_commands__give__what_they_print),
        cmocka_unit_test(field_commands__say__which_one_failed),
        cmocka_unit_test(field_commands__never_see__keys),
        cmocka_unit_test(field_commands__can_be__given_up),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
