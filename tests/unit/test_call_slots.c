/* How deltas become calls, one rule after the other. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

#include "src/base/mem.h"
#include "src/provider/call_slots.h"

struct kept_call {
    size_t index;
    char *id;
    char *name;
    char *arguments;
    bool is_valid;
};

struct fixture {
    struct call_slots slots;
    struct kept_call calls[8];
    size_t call_count;
    size_t delta_count;
    struct piece last; /* text and names not to be used */
    char last_text[64];
};

static void keep_piece(void *user, const struct piece *piece)
{
    struct fixture *fixture = user;
    if (piece->kind == PIECE_CALL_DELTA) {
        fixture->delta_count++;
        fixture->last = *piece;
        assert_true(piece->len < sizeof(fixture->last_text));
        memcpy(fixture->last_text, piece->text, piece->len + 1);
        return;
    }
    assert_int_equal(piece->kind, PIECE_CALL);
    assert_true(fixture->call_count < 8);
    fixture->calls[fixture->call_count++] = (struct kept_call){
        piece->call_index, mem_strdup(piece->call_id), mem_strdup(piece->call_name),
        mem_strndup(piece->text, piece->len), piece->is_valid_call};
}

static void open_fixture(struct fixture *fixture)
{
    *fixture = (struct fixture){.call_count = 0};
    call_slots_init(&fixture->slots, keep_piece, fixture);
}

static void close_fixture(struct fixture *fixture)
{
    for (size_t i = 0; i < fixture->call_count; i++) {
        mem_free(fixture->calls[i].id);
        mem_free(fixture->calls[i].name);
        mem_free(fixture->calls[i].arguments);
    }
    call_slots_clear(&fixture->slots);
}

static void add(struct fixture *fixture, struct call_delta delta)
{
    assert_true(call_slots_add(&fixture->slots, &delta, NULL));
}

static struct call_delta indexed(int64_t index, const char *id, const char *name,
                                 const char *arguments)
{
    return (struct call_delta){.has_index = true,
                               .index = index,
                               .id = id,
                               .name = name,
                               .arguments = arguments};
}

static struct call_delta unindexed(const char *id, const char *name,
                                   const char *arguments)
{
    return (struct call_delta){.id = id, .name = name, .arguments = arguments};
}

static void assert_call(const struct fixture *fixture, size_t at, const char *id,
                        const char *name, const char *arguments)
{
    assert_true(at < fixture->call_count);
    if (id != NULL)
        assert_string_equal(fixture->calls[at].id, id);
    assert_string_equal(fixture->calls[at].name, name);
    assert_string_equal(fixture->calls[at].arguments, arguments);
}

static void call_slots__by_index__interleave(void **state)
{
    (void)state;
    struct fixture fixture;
    open_fixture(&fixture);
    add(&fixture, indexed(0, "a", "f", ""));
    add(&fixture, indexed(1, "b", "g", ""));
    add(&fixture, indexed(1, NULL, NULL, "{\"y\":"));
    add(&fixture, indexed(0, NULL, NULL, "{\"x\":1}"));
    add(&fixture, indexed(1, "", NULL, "2}"));
    assert_int_equal(call_slots_finish(&fixture.slots), 2);
    assert_call(&fixture, 0, "a", "f", "{\"x\":1}");
    assert_call(&fixture, 1, "b", "g", "{\"y\":2}");
    assert_true(fixture.calls[0].is_valid && fixture.calls[1].is_valid);
    close_fixture(&fixture);
}

static void call_slots__same_index_other_id__is_a_new_call(void **state)
{
    (void)state;
    struct fixture fixture;
    open_fixture(&fixture);
    add(&fixture, indexed(0, "a", "f", "{}"));
    add(&fixture, indexed(0, "b", "g", "{\"x\""));
    add(&fixture, indexed(0, NULL, NULL, ":1}"));
    assert_int_equal(call_slots_finish(&fixture.slots), 2);
    assert_call(&fixture, 0, "a", "f", "{}");
    assert_call(&fixture, 1, "b", "g", "{\"x\":1}");
    close_fixture(&fixture);
}

static void call_slots__same_index_same_id__is_the_same_call(void **state)
{
    (void)state;
    struct fixture fixture;
    open_fixture(&fixture);
    add(&fixture, indexed(0, "a", "f", "{\"x\""));
    add(&fixture, indexed(0, "a", "f", ":1}"));
    assert_int_equal(call_slots_finish(&fixture.slots), 1);
    assert_call(&fixture, 0, "a", "f", "{\"x\":1}");
    close_fixture(&fixture);
}

static void call_slots__indexes_with_gaps__keep_the_order_of_appearance(void **state)
{
    (void)state;
    struct fixture fixture;
    open_fixture(&fixture);
    add(&fixture, indexed(7, "a", "f", "{}"));
    add(&fixture, indexed(2, "b", "g", "{}"));
    assert_int_equal(call_slots_finish(&fixture.slots), 2);
    assert_call(&fixture, 0, "a", "f", "{}");
    assert_call(&fixture, 1, "b", "g", "{}");
    assert_int_equal(fixture.calls[1].index, 1);
    close_fixture(&fixture);
}

static void call_slots__no_index__goes_by_id(void **state)
{
    (void)state;
    struct fixture fixture;
    open_fixture(&fixture);
    add(&fixture, unindexed("a", "f", "{\"x\""));
    add(&fixture, unindexed("b", "f", "{}"));
    add(&fixture, unindexed("a", "f", ":1}"));
    assert_int_equal(call_slots_finish(&fixture.slots), 2);
    assert_call(&fixture, 0, "a", "f", "{\"x\":1}");
    assert_call(&fixture, 1, "b", "f", "{}");
    close_fixture(&fixture);
}

static void call_slots__no_index_no_id__a_name_opens_a_call(void **state)
{
    (void)state;
    struct fixture fixture;
    open_fixture(&fixture);
    add(&fixture, unindexed(NULL, "f", "{\"x\""));
    add(&fixture, unindexed(NULL, NULL, ":1}"));
    add(&fixture, unindexed("", "f", "{}"));
    assert_int_equal(call_slots_finish(&fixture.slots), 2);
    assert_call(&fixture, 0, NULL, "f", "{\"x\":1}");
    assert_call(&fixture, 1, NULL, "f", "{}");
    assert_string_not_equal(fixture.calls[0].id, fixture.calls[1].id);
    close_fixture(&fixture);
}

static void call_slots__late_name_and_id__are_kept(void **state)
{
    (void)state;
    struct fixture fixture;
    open_fixture(&fixture);
    add(&fixture, indexed(0, NULL, NULL, "{"));
    add(&fixture, indexed(0, NULL, "f", NULL));
    add(&fixture, indexed(0, "late", "other", "}"));
    assert_int_equal(call_slots_finish(&fixture.slots), 1);
    assert_call(&fixture, 0, "late", "f", "{}");
    close_fixture(&fixture);
}

static void call_slots__without_a_name__are_dropped(void **state)
{
    (void)state;
    struct fixture fixture;
    open_fixture(&fixture);
    add(&fixture, unindexed(NULL, NULL, "{}"));
    add(&fixture, indexed(3, "x", "", "{}"));
    add(&fixture, indexed(4, "y", "f", "{}"));
    assert_int_equal(call_slots_finish(&fixture.slots), 1);
    assert_call(&fixture, 0, "y", "f", "{}");
    close_fixture(&fixture);
}

static void call_slots__object__is_taken_whole(void **state)
{
    (void)state;
    static const char object[] = "{\"n\":9007199254740993}";
    struct fixture fixture;
    open_fixture(&fixture);
    struct call_delta delta = indexed(0, "a", "f", NULL);
    delta.object = object;
    delta.object_len = sizeof(object) - 1;
    add(&fixture, delta);
    add(&fixture, delta);
    assert_int_equal(call_slots_finish(&fixture.slots), 1);
    assert_call(&fixture, 0, "a", "f", object);
    close_fixture(&fixture);
}

static void call_slots_finish__blank_arguments__are_an_empty_object(void **state)
{
    (void)state;
    struct fixture fixture;
    open_fixture(&fixture);
    add(&fixture, indexed(0, "a", "f", NULL));
    add(&fixture, indexed(1, "b", "f", " \n"));
    assert_int_equal(call_slots_finish(&fixture.slots), 2);
    assert_call(&fixture, 0, "a", "f", "{}");
    assert_call(&fixture, 1, "b", "f", "{}");
    assert_true(fixture.calls[1].is_valid);
    close_fixture(&fixture);
}

static void call_slots_finish__cut_arguments__are_no_valid_call(void **state)
{
    (void)state;
    struct fixture fixture;
    open_fixture(&fixture);
    add(&fixture, indexed(0, "a", "f", "{\"x\":\"y"));
    add(&fixture, indexed(1, "b", "f", "{} {}"));
    assert_int_equal(call_slots_finish(&fixture.slots), 2);
    assert_call(&fixture, 0, "a", "f", "{\"x\":\"y");
    assert_false(fixture.calls[0].is_valid);
    assert_false(fixture.calls[1].is_valid);
    close_fixture(&fixture);
}

static void call_slots_finish__mints__nine_letters_or_digits(void **state)
{
    (void)state;
    struct fixture fixture;
    open_fixture(&fixture);
    add(&fixture, indexed(0, NULL, "f", "{}"));
    assert_int_equal(call_slots_finish(&fixture.slots), 1);
    const char *id = fixture.calls[0].id;
    assert_int_equal(strlen(id), 9);
    assert_int_equal(strspn(id, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
                                "0123456789"),
                     9);
    close_fixture(&fixture);
}

static void call_slots_finish__id_used_twice__is_replaced(void **state)
{
    (void)state;
    struct fixture fixture;
    open_fixture(&fixture);
    add(&fixture, indexed(0, "a", "f", "{}"));
    add(&fixture, indexed(1, "a", "f", "{}"));
    assert_int_equal(call_slots_finish(&fixture.slots), 2);
    assert_string_equal(fixture.calls[0].id, "a");
    assert_string_not_equal(fixture.calls[1].id, "a");
    close_fixture(&fixture);
}

static void call_slots_add__emits__a_delta_for_news_only(void **state)
{
    (void)state;
    struct fixture fixture;
    open_fixture(&fixture);
    add(&fixture, indexed(0, "a", "f", ""));
    assert_int_equal(fixture.delta_count, 1);
    assert_int_equal(fixture.last.len, 0);
    add(&fixture, indexed(0, "a", "f", ""));
    assert_int_equal(fixture.delta_count, 1);
    add(&fixture, indexed(0, NULL, NULL, "{}"));
    assert_int_equal(fixture.delta_count, 2);
    assert_string_equal(fixture.last_text, "{}");
    close_fixture(&fixture);
}

static void call_slots_add__joins__halves_in_each_call(void **state)
{
    (void)state;
    struct fixture fixture;
    open_fixture(&fixture);
    add(&fixture, indexed(0, "a", "f", "\"\xed\xa0\xbd"));
    add(&fixture, indexed(1, "b", "f", "\"\xed\xa0\xbd"));
    add(&fixture, indexed(0, NULL, NULL, "\xed\xba\x80\""));
    add(&fixture, indexed(1, NULL, NULL, "\""));
    assert_int_equal(call_slots_finish(&fixture.slots), 2);
    assert_call(&fixture, 0, "a", "f", "\"\U0001f680\"");
    assert_call(&fixture, 1, "b", "f", "\"\ufffd\"");
    close_fixture(&fixture);
}

static void call_slots_add__too_many_calls__fail(void **state)
{
    (void)state;
    struct fixture fixture;
    struct error err = {.class = ERROR_NONE};
    open_fixture(&fixture);
    const struct call_delta delta = unindexed(NULL, "f", NULL);
    for (int i = 0; i < CALL_SLOTS_MAX; i++)
        add(&fixture, delta);
    assert_false(call_slots_add(&fixture.slots, &delta, &err));
    assert_int_equal(err.class, ERROR_PROTOCOL);
    error_clear(&err);
    close_fixture(&fixture);
}

static struct call_delta whole(int64_t index, const char *arguments)
{
    struct call_delta delta = indexed(index, NULL, NULL, arguments);
    delta.is_all = true;
    return delta;
}

static void call_slots_add__whole_arguments__replace_what_differs(void **state)
{
    (void)state;
    struct fixture fixture;
    open_fixture(&fixture);
    add(&fixture, indexed(0, "a", "f", "{\"x\":"));
    add(&fixture, whole(0, "{\"x\":1}"));
    assert_string_equal(fixture.last_text, "1}"); /* only what is new */
    assert_int_equal(fixture.delta_count, 2);
    add(&fixture, whole(0, "{\"x\":1}"));
    assert_int_equal(fixture.delta_count, 2);
    add(&fixture, whole(0, "{\"y\":2}"));
    add(&fixture, whole(0, NULL));
    assert_int_equal(call_slots_finish(&fixture.slots), 1);
    assert_call(&fixture, 0, "a", "f", "{\"y\":2}");
    close_fixture(&fixture);
}

static void call_slots_add__says__which_call_it_was(void **state)
{
    (void)state;
    struct fixture fixture;
    open_fixture(&fixture);
    add(&fixture, indexed(7, "a", "f", ""));
    add(&fixture, indexed(3, "b", "g", ""));
    assert_int_equal(fixture.slots.last, 1);
    add(&fixture, indexed(7, NULL, NULL, "{}"));
    assert_int_equal(fixture.slots.last, 0);
    close_fixture(&fixture);
}

static void call_slots_finish_cut__only_finished_calls__are_valid(void **state)
{
    (void)state;
    struct fixture fixture;
    open_fixture(&fixture);
    struct call_delta done = indexed(0, "a", "f", "{}");
    done.is_done = true;
    add(&fixture, done);
    add(&fixture, indexed(0, NULL, NULL, NULL));
    add(&fixture, indexed(1, "b", "g", "{}"));
    assert_int_equal(call_slots_finish_cut(&fixture.slots), 2);
    assert_true(fixture.calls[0].is_valid);
    assert_false(fixture.calls[1].is_valid);
    close_fixture(&fixture);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(call_slots__by_index__interleave),
        cmocka_unit_test(call_slots__same_index_other_id__is_a_new_call),
        cmocka_unit_test(call_slots__same_index_same_id__is_the_same_call),
        cmocka_unit_test(call_slots__indexes_with_gaps__keep_the_order_of_appearance),
        cmocka_unit_test(call_slots__no_index__goes_by_id),
        cmocka_unit_test(call_slots__no_index_no_id__a_name_opens_a_call),
        cmocka_unit_test(call_slots__late_name_and_id__are_kept),
        cmocka_unit_test(call_slots__without_a_name__are_dropped),
        cmocka_unit_test(call_slots__object__is_taken_whole),
        cmocka_unit_test(call_slots_finish__blank_arguments__are_an_empty_object),
        cmocka_unit_test(call_slots_finish__cut_arguments__are_no_valid_call),
        cmocka_unit_test(call_slots_finish__mints__nine_letters_or_digits),
        cmocka_unit_test(call_slots_finish__id_used_twice__is_replaced),
        cmocka_unit_test(call_slots_add__emits__a_delta_for_news_only),
        cmocka_unit_test(call_slots_add__joins__halves_in_each_call),
        cmocka_unit_test(call_slots_add__too_many_calls__fail),
        cmocka_unit_test(call_slots_add__whole_arguments__replace_what_differs),
        cmocka_unit_test(call_slots_add__says__which_call_it_was),
        cmocka_unit_test(call_slots_finish_cut__only_finished_calls__are_valid),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
