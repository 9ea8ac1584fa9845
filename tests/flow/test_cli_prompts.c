/* motet prompts: listed, shown, taken over from other programs. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "src/base/json.h"
#include "src/base/mem.h"
#include "src/base/path.h"
#include "src/base/strbuf.h"
#include "tests/support/cli_world.h"

static char *path_in(const char *variable, const char *name)
{
    return strbuf_format("%s/%s", getenv(variable), name);
}

static void write_file(const char *path, const char *text)
{
    FILE *file = fopen(path, "w");
    assert_non_null(file);
    fputs(text, file);
    assert_int_equal(fclose(file), 0);
}

static char *read_file(const char *path)
{
    struct strbuf text;
    struct error err = {ERROR_NONE, NULL};
    strbuf_init(&text, 1 << 20);
    if (!path_read_file(path, &text, &err))
        fail_msg("%s", error_text(&err));
    return strbuf_take(&text);
}

static void prompts_list__has__what_is_shipped(void **state)
{
    struct cli_world *world = *state;
    struct child_program *child = cli_run(world, "prompts", NULL);
    cli_assert_code(child, EXIT_CODE_OK);
    assert_non_null(strstr(strbuf_text(&child->out),
                           "summarize_movie\n  Tells the plot of a movie of a genre\n"));
    assert_non_null(strstr(strbuf_text(&child->out), "  fields genre (text)\n"));
    child_free(child);
    child = cli_run(world, "prompts|show|explain_concept|--json", NULL);
    cli_assert_code(child, EXIT_CODE_OK);
    cJSON *facts = json_parse(strbuf_text(&child->out), child->out.len);
    assert_string_equal(json_get_string(facts, "name"), "explain_concept");
    assert_true(cJSON_IsFalse(json_get(facts, "own")));
    const cJSON *field = cJSON_GetArrayItem(json_get(facts, "fields"), 0);
    assert_string_equal(json_get_string(field, "name"), "concept");
    assert_string_equal(json_get_string(field, "type"), "text");
    cJSON_Delete(facts);
    child_free(child);
}

static void prompts_show__prints__the_file_as_it_is(void **state)
{
    struct cli_world *world = *state;
    struct child_program *child = cli_run(world, "prompts|show|recommend_book", NULL);
    char *path = path_in("MOTET_SRCDIR", "prompts/recommend_book.md");
    char *text = read_file(path);
    cli_assert_code(child, EXIT_CODE_OK);
    assert_string_equal(strbuf_text(&child->out), text);
    mem_free(text);
    mem_free(path);
    child_free(child);
}

static void prompts__say__what_is_wrong(void **state)
{
    struct cli_world *world = *state;
    char *path = path_in("TMPDIR", "broken.md");
    char *line = strbuf_format("prompts|show|%s", path);
    write_file(path, "{a:lsit} {b");
    struct child_program *child = cli_run(world, line, NULL);
    cli_assert_code(child, EXIT_CODE_USAGE);
    assert_string_equal(strbuf_text(&child->out), "");
    assert_non_null(strstr(strbuf_text(&child->err),
                           "broken.md:1:1: {a:lsit}: there is no form \"lsit\"; did you "
                           "mean \"list\"?\n"));
    assert_non_null(strstr(strbuf_text(&child->err), "broken.md:1:10: the brace"));
    child_free(child);
    child = cli_run(world, "prompts|shwo", NULL);
    cli_assert_code(child, EXIT_CODE_USAGE);
    assert_non_null(strstr(strbuf_text(&child->err),
                           "there is no motet prompts shwo; did you mean \"show\"?"));
    child_free(child);
    child = cli_run(world, "prompts|show|recomend_book", NULL);
    cli_assert_code(child, EXIT_CODE_USAGE);
    assert_non_null(strstr(strbuf_text(&child->err), "did you mean \"recommend_book\"?"));
    child_free(child);
    mem_free(line);
    mem_free(path);
}

static void prompts_import__writes__new_files_only(void **state)
{
    struct cli_world *world = *state;
    char *from = path_in("TMPDIR", "steam.yaml");
    char *to = path_in("XDG_CONFIG_HOME", "motet/prompts/steam.md");
    char *line = strbuf_format("prompts|import|%s", from);
    struct stat info;
    write_file(from, "prompt: Write about $topic\nextract: true\n");
    struct child_program *child = cli_run(world, line, NULL);
    cli_assert_code(child, EXIT_CODE_OK);
    assert_non_null(strstr(strbuf_text(&child->out), "motet/prompts/steam.md\n"));
    assert_non_null(strstr(strbuf_text(&child->out), "  note: \"extract\" was left out"));
    child_free(child);
    assert_int_equal(stat(to, &info), 0);
    assert_int_equal(info.st_mode & 0777, 0600);
    char *text = read_file(to);
    assert_non_null(strstr(text, "USER:\nWrite about {topic}\n"));
    mem_free(text);
    child = cli_run(world, line, NULL);
    cli_assert_code(child, EXIT_CODE_USAGE);
    assert_non_null(strstr(strbuf_text(&child->err), "is there already"));
    child_free(child);
    child = cli_run(world, "prompts|show|steam", NULL);
    cli_assert_code(child, EXIT_CODE_OK);
    child_free(child);
    child = cli_run(world, "prompts|import", NULL);
    cli_assert_code(child, EXIT_CODE_USAGE);
    child_free(child);
    mem_free(line);
    mem_free(to);
    mem_free(from);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(prompts_list__has__what_is_shipped,
                                        cli_world_setup, cli_world_teardown),
        cmocka_unit_test_setup_teardown(prompts_show__prints__the_file_as_it_is,
                                        cli_world_setup, cli_world_teardown),
        cmocka_unit_test_setup_teardown(prompts__say__what_is_wrong, cli_world_setup,
                                        cli_world_teardown),
        cmocka_unit_test_setup_teardown(prompts_import__writes__new_files_only,
                                        cli_world_setup, cli_world_teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
