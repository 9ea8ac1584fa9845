/* Names of tools as models may see them. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

#include "src/base/compiler.h"
#include "src/tool/wire_name.h"

#define FIFTY "aaaaaaaaaabbbbbbbbbbccccccccccddddddddddeeeeeeeeee"

static void assert_wire(const char *name, const char *wire)
{
    struct wire_names table;
    wire_names_init(&table, &name, 1);
    assert_string_equal(table.items[0], wire);
    wire_names_clear(&table);
}

static void wire_name__is_made__of_allowed_characters(void **state)
{
    (void)state;
    assert_wire("get_weather", "get_weather");
    assert_wire("files.read-file", "files__read-file");
    assert_wire("srv.a.b/c d", "srv__a_b_c_d");
    assert_wire("srv.über", "srv___ber");
    assert_wire("9lives", "_9lives");
    assert_wire("-x", "_-x");
    assert_wire("", "_");
}

static void wire_name__is_cut__with_a_hash(void **state)
{
    (void)state;
    const char *const names[] = {"srv." FIFTY FIFTY "1", "srv." FIFTY FIFTY "2",
                                 FIFTY "12345678901234", FIFTY ".1234567890123"};
    struct wire_names table;
    wire_names_init(&table, names, COUNT_OF(names));
    for (size_t i = 0; i < COUNT_OF(names); i++)
        assert_int_equal(strlen(table.items[i]), WIRE_NAME_MAX);
    assert_memory_equal(table.items[0], "srv__" FIFTY "_", 56);
    assert_string_not_equal(table.items[0], table.items[1]);
    assert_string_equal(table.items[2], names[2]);
    wire_names_clear(&table);
}

static void wire_name__differs__where_names_would_collide(void **state)
{
    (void)state;
    const char *const names[] = {"a.b c", "a__b_c", "a.b_c", "same", "same", "x.y"};
    struct wire_names table;
    struct wire_names again;
    wire_names_init(&table, names, COUNT_OF(names));
    wire_names_init(&again, names, COUNT_OF(names));
    assert_string_equal(table.items[1], "a__b_c");
    assert_string_equal(table.items[5], "x__y");
    for (size_t i = 0; i < COUNT_OF(names); i++) {
        size_t index = 99;
        assert_true(wire_names_find(&table, table.items[i], &index));
        assert_int_equal(index, i);
        assert_string_equal(table.items[i], again.items[i]);
    }
    size_t index = 0;
    assert_false(wire_names_find(&table, "a.b c", &index));
    wire_names_clear(&table);
    wire_names_clear(&again);
}

static void wire_names__may_be_none(void **state)
{
    (void)state;
    struct wire_names table;
    size_t index = 0;
    wire_names_init(&table, NULL, 0);
    assert_false(wire_names_find(&table, "a", &index));
    wire_names_clear(&table);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(wire_name__is_made__of_allowed_characters),
        cmocka_unit_test(wire_name__is_cut__with_a_hash),
        cmocka_unit_test(wire_name__differs__where_names_would_collide),
        cmocka_unit_test(wire_names__may_be_none),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
