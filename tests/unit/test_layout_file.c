/* Remembered layouts: there and back, the newest first, and damaged files. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "src/base/compiler.h"
#include "src/base/mem.h"
#include "src/base/path.h"
#include "ui/layout_file.h"

static char *make_folder(void)
{
    char *folder = mem_strdup("/tmp/motet-layout-XXXXXX");
    assert_non_null(mkdtemp(folder));
    return folder;
}

/* Removes the folder with what it may hold. */
static void remove_folder(char *folder)
{
    static const char *const names[] = {"layout.json", "layout.json.damaged"};
    for (size_t i = 0; i < COUNT_OF(names); i++) {
        char *path = strbuf_format("%s/%s", folder, names[i]);
        unlink(path);
        mem_free(path);
    }
    assert_int_equal(rmdir(folder), 0); /* nothing else was left there */
    mem_free(folder);
}

static struct layout_entry make_entry(const char *first, const char *second)
{
    struct layout_entry entry = {.count = 2, .mode = TILING_STACK, .focused = 1};
    entry.models[0] = mem_strdup(first);
    entry.models[1] = mem_strdup(second);
    entry.order[0] = 1;
    entry.order[1] = 0;
    entry.weights = (struct tiling_weights){
        .columns = 1, .rows = 2, .widths = {80}, .heights = {8, 16}, .last_widths = {80}};
    return entry;
}

static void layout_file__kept__is_found_again(void **state)
{
    (void)state;
    char *folder = make_folder();
    char *path = strbuf_format("%s/layout.json", folder);
    struct error err = {ERROR_NONE, NULL};
    struct layout_entry kept = make_entry("demo/\"sage\"", "demo/coder");
    struct layout_entry other = make_entry("x/y", "demo/coder");
    struct layout_entry found = make_entry("demo/\"sage\"", "demo/coder");
    bool is_found = true;
    found.mode = TILING_AUTO;
    assert_true(layout_file_find(path, &found, &is_found, &err));
    assert_false(is_found); /* there is no file yet */
    assert_true(layout_file_keep(path, &kept, &err));
    assert_true(layout_file_keep(path, &other, &err));
    assert_true(layout_file_find(path, &found, &is_found, &err));
    assert_true(is_found);
    assert_true(layout_entry_equal(&found, &kept));
    struct stat info;
    assert_int_equal(stat(path, &info), 0);
    assert_int_equal(info.st_mode & 0777, 0600);
    layout_entry_clear(&kept);
    layout_entry_clear(&other);
    layout_entry_clear(&found);
    mem_free(path);
    remove_folder(folder);
}

static void layout_file__same_models__replace(void **state)
{
    (void)state;
    char *folder = make_folder();
    char *path = strbuf_format("%s/layout.json", folder);
    struct error err = {ERROR_NONE, NULL};
    struct layout_entry entry = make_entry("a", "b");
    assert_true(layout_file_keep(path, &entry, &err));
    entry.mode = TILING_TABS;
    assert_true(layout_file_keep(path, &entry, &err));
    struct strbuf text;
    struct layout_list list;
    strbuf_init(&text, STRBUF_OWN_MAX);
    assert_true(path_read_file(path, &text, &err));
    assert_true(layout_list_parse(strbuf_text(&text), text.len, &list, &err));
    assert_int_equal(list.count, 1);
    assert_int_equal(list.entries[0].mode, TILING_TABS);
    layout_list_clear(&list);
    strbuf_clear(&text);
    layout_entry_clear(&entry);
    mem_free(path);
    remove_folder(folder);
}

static void layout_file__many__the_oldest_go(void **state)
{
    (void)state;
    char *folder = make_folder();
    char *path = strbuf_format("%s/layout.json", folder);
    struct error err = {ERROR_NONE, NULL};
    bool is_found;
    for (int i = 0; i < LAYOUT_ENTRY_MAX + 3; i++) {
        char *name = strbuf_format("m%d", i);
        struct layout_entry entry = make_entry(name, "b");
        assert_true(layout_file_keep(path, &entry, &err));
        layout_entry_clear(&entry);
        mem_free(name);
    }
    struct layout_entry first = make_entry("m2", "b");
    struct layout_entry last = make_entry("m3", "b");
    assert_true(layout_file_find(path, &first, &is_found, &err));
    assert_false(is_found);
    assert_true(layout_file_find(path, &last, &is_found, &err));
    assert_true(is_found);
    layout_entry_clear(&first);
    layout_entry_clear(&last);
    mem_free(path);
    remove_folder(folder);
}

static void layout_file__damaged__is_put_aside(void **state)
{
    (void)state;
    char *folder = make_folder();
    char *path = strbuf_format("%s/layout.json", folder);
    struct error err = {ERROR_NONE, NULL};
    FILE *file = fopen(path, "w");
    assert_non_null(file);
    fputs("{\"version\": 1, \"layouts\": [{", file);
    fclose(file);
    struct layout_entry entry = make_entry("a", "b");
    bool is_found = true;
    assert_false(layout_file_find(path, &entry, &is_found, &err));
    assert_false(is_found);
    assert_non_null(strstr(error_text(&err), "layout.json.damaged"));
    error_clear(&err);
    assert_int_not_equal(access(path, F_OK), 0);
    assert_true(layout_file_keep(path, &entry, &err));
    assert_true(layout_file_find(path, &entry, &is_found, &err));
    assert_true(is_found);
    layout_entry_clear(&entry);
    mem_free(path);
    remove_folder(folder);
}

static void layout_list_parse__wrong_values__are_damage(void **state)
{
    (void)state;
    static const char *const texts[] = {
        "",
        "[]",
        "{}",
        "{\"version\": 2, \"layouts\": []}",
        "{\"version\": 1, \"layouts\": {}}",
        "{\"version\": 1, \"layouts\": [1]}",
        "{\"version\": 1, \"layouts\": [{\"models\": [], \"mode\": \"grid\"}]}",
        "{\"version\": 1, \"layouts\": [{\"models\": [\"a\"], \"mode\": \"heap\"}]}",
        "{\"version\": 1, \"layouts\": [{\"models\": [\"a\"], \"mode\": \"grid\", "
        "\"focused\": 1}]}",
        "{\"version\": 1, \"layouts\": [{\"models\": [\"a\", \"b\"], \"mode\": \"grid\", "
        "\"order\": [1, 1]}]}",
        "{\"version\": 1, \"layouts\": [{\"models\": [\"a\", \"b\"], \"mode\": \"grid\", "
        "\"order\": [1]}]}",
        "{\"version\": 1, \"layouts\": [{\"models\": [\"a\"], \"mode\": \"grid\", "
        "\"widths\": [70000]}]}",
        "{\"version\": 1, \"layouts\": [{\"models\": [\"a\"], \"mode\": \"grid\", "
        "\"widths\": [-1]}]}",
        "{\"version\": 1, \"layouts\": [{\"models\": [\"a\"], \"mode\": \"grid\", "
        "\"rows\": 1.5}]}"};
    for (size_t i = 0; i < COUNT_OF(texts); i++) {
        struct layout_list list;
        struct error err = {ERROR_NONE, NULL};
        assert_false(layout_list_parse(texts[i], strlen(texts[i]), &list, &err));
        assert_int_equal(list.count, 0);
        error_clear(&err);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(layout_file__kept__is_found_again),
        cmocka_unit_test(layout_file__same_models__replace),
        cmocka_unit_test(layout_file__many__the_oldest_go),
        cmocka_unit_test(layout_file__damaged__is_put_aside),
        cmocka_unit_test(layout_list_parse__wrong_values__are_damage),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
