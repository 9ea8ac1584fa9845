/* Where templates are found, and what is said about those that are not. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "src/base/mem.h"
#include "src/prompt/template_folder.h"

/* Two folders of the test's own: what is shipped, and the person's. */
struct trial {
    char *root;
    struct template_places places;
};

static void write_file(const char *folder, const char *name, const char *text)
{
    char *path = strbuf_format("%s/%s", folder, name);
    FILE *file = fopen(path, "w");
    assert_non_null(file);
    fputs(text, file);
    fclose(file);
    mem_free(path);
}

static void trial_init(struct trial *trial)
{
    trial->root = strbuf_format("%s/prompts-XXXXXX", getenv("TMPDIR"));
    assert_non_null(mkdtemp(trial->root));
    trial->places = (struct template_places){.len = 2};
    for (size_t i = 0; i < 2; i++) {
        trial->places.folders[i] =
            strbuf_format("%s/%s", trial->root, i == 0 ? "shipped" : "own");
        assert_int_equal(mkdir(trial->places.folders[i], 0700), 0);
    }
    write_file(trial->places.folders[0], "recommend_book.md", "a {genre} book");
    write_file(trial->places.folders[0], "explain.md", "shipped {x}");
    write_file(trial->places.folders[0], "README.md", "no prompt");
    write_file(trial->places.folders[0], "notes.txt", "no prompt");
    write_file(trial->places.folders[1], "explain.md", "own {x}");
    write_file(trial->places.folders[1], "broken.md", "own {x");
}

static void trial_clear(struct trial *trial)
{
    template_places_clear(&trial->places);
    mem_free(trial->root);
}

static void template_places__are__beside_the_program_and_at_home(void **state)
{
    (void)state;
    struct template_places places;
    setenv("XDG_CONFIG_HOME", "/home/p/conf", 1);
    template_places_init(&places, "/nowhere/motet");
    assert_int_equal(places.len, 2);
    assert_string_equal(places.folders[1], "/home/p/conf/motet/prompts");
    template_places_clear(&places);
    setenv("XDG_CONFIG_HOME", "relative", 1);
    char *home = mem_strdup(getenv("HOME"));
    unsetenv("HOME");
    template_places_init(&places, "motet");
    assert_int_equal(places.len, 1);
    assert_int_equal(places.folders[0][0], '/');
    template_places_clear(&places);
    setenv("HOME", home, 1);
    mem_free(home);
}

static void template_list__has__each_name_once(void **state)
{
    (void)state;
    struct trial trial;
    struct template_list list = {0};
    trial_init(&trial);
    template_list_read(&list, &trial.places);
    assert_int_equal(list.len, 3);
    assert_string_equal(list.items[0].name, "broken");
    assert_string_equal(list.items[1].name, "explain");
    assert_true(list.items[1].is_own);
    assert_non_null(strstr(list.items[1].path, "/own/explain.md"));
    assert_string_equal(list.items[2].name, "recommend_book");
    assert_false(list.items[2].is_own);
    template_list_clear(&list);
    trial_clear(&trial);
}

static void template_open__finds__names_and_paths(void **state)
{
    (void)state;
    struct trial trial;
    struct problem_list problems;
    trial_init(&trial);
    struct prompt_template *template = template_open(&trial.places, "explain", &problems);
    assert_non_null(strstr(template->path, "/own/explain.md"));
    assert_string_equal(template->name, "explain");
    template_free(template);
    problem_list_clear(&problems);
    char *path = strbuf_format("%s/shipped/explain.md", trial.root);
    template = template_open(&trial.places, path, &problems);
    assert_string_equal(template->path, path);
    template_free(template);
    problem_list_clear(&problems);
    mem_free(path);
    trial_clear(&trial);
}

static void assert_problem(const struct trial *trial, const char *name,
                           const char *expected)
{
    struct problem_list problems;
    assert_null(template_open(&trial->places, name, &problems));
    assert_int_equal(problems.len, 1);
    char *first = problem_list_format(&problems, 0);
    assert_non_null(strstr(first, expected));
    mem_free(first);
    problem_list_clear(&problems);
}

static void template_open__says__what_it_cannot_find(void **state)
{
    (void)state;
    struct trial trial;
    trial_init(&trial);
    assert_problem(&trial, "recomend_book",
                   "there is no prompt \"recomend_book\"; did you mean "
                   "\"recommend_book\"?");
    assert_problem(&trial, "zzz",
                   "there is no prompt \"zzz\"; motet prompts lists them, and a file is "
                   "given by its path");
    assert_problem(&trial, "", "there is no prompt \"\"");
    assert_problem(&trial, "gone.md", "cannot open gone.md: No such file or directory");
    assert_problem(&trial, "broken",
                   "broken.md:1:5: the brace is not closed in its line");
    trial_clear(&trial);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(template_places__are__beside_the_program_and_at_home),
        cmocka_unit_test(template_list__has__each_name_once),
        cmocka_unit_test(template_open__finds__names_and_paths),
        cmocka_unit_test(template_open__says__what_it_cannot_find),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
