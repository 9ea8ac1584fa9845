/* What the screen keeps in a session, written and read again; and texts put back into a
 * set of drafts. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "src/base/compiler.h"
#include "src/base/mem.h"
#include "ui/session_words.h"

static const struct session_ranks ranks = {.chats = {7, 9, 12}, .count = 3};

static void session_panes__written__are_read_again(void **state)
{
    (void)state;
    struct session_panes panes = {.unticked = 5,
                                  .layout = {.count = 2,
                                             .mode = TILING_STACK,
                                             .is_zoomed = true,
                                             .focused = 1,
                                             .order = {1, 0}}};
    struct session_panes read;
    struct strbuf text;
    panes.layout.models[0] = mem_strdup("demo/sage");
    panes.layout.models[1] = mem_strdup("demo/\"odd\"");
    strbuf_init(&text, STRBUF_OWN_MAX);
    session_panes_write(&panes, &text);
    assert_true(session_panes_parse(strbuf_text(&text), &read));
    assert_int_equal(read.unticked, 5);
    assert_true(layout_entry_equal(&panes.layout, &read.layout));
    session_panes_clear(&panes);
    session_panes_clear(&read);
    strbuf_clear(&text);
}

static void session_panes__anything_else__is_refused(void **state)
{
    (void)state;
    static const char *const texts[] = {"",
                                        "{",
                                        "[]",
                                        "{}",
                                        "{\"panes\": 3}",
                                        "{\"unticked\": [], \"panes\": {}}",
                                        "{\"panes\": {\"version\": 1, \"layouts\": []}}"};
    for (size_t i = 0; i < COUNT_OF(texts); i++) {
        struct session_panes panes;
        assert_false(session_panes_parse(texts[i], &panes));
        session_panes_clear(&panes);
    }
}

static void assert_words(enum draft_place place, struct draft_target target,
                         const char *words)
{
    enum draft_place read_place;
    struct draft_target read;
    struct strbuf text;
    strbuf_init(&text, STRBUF_OWN_MAX);
    session_draft_write(place, &target, &ranks, &text);
    assert_string_equal(strbuf_text(&text), words);
    assert_true(session_draft_parse(words, &ranks, &read_place, &read));
    assert_int_equal(read_place, place);
    assert_int_equal(read.edited_message, target.edited_message);
    assert_int_equal(read.count, target.count);
    assert_memory_equal(read.chats, target.chats, target.count * sizeof(read.chats[0]));
    strbuf_clear(&text);
}

static void session_draft__written__is_read_again(void **state)
{
    (void)state;
    assert_words(DRAFT_NOW, (struct draft_target){.count = 0}, "now/");
    assert_words(DRAFT_NOW, (struct draft_target){.chats = {7, 12}, .count = 2},
                 "now/0,2");
    assert_words(DRAFT_ASIDE,
                 (struct draft_target){.edited_message = 5, .chats = {9}, .count = 1},
                 "aside/edit/1/5");
    assert_words(DRAFT_WAITING, (struct draft_target){.chats = {9}, .count = 1},
                 "waiting/1");
}

static void session_draft__anything_else__is_refused(void **state)
{
    (void)state;
    static const char *const texts[] = {"",
                                        "now",
                                        "later/1",
                                        "now/3",
                                        "now/x",
                                        "now/0,x",
                                        "now/1/5",
                                        "now/edit/5",
                                        "now/edit/1/0",
                                        "now/edit/",
                                        "now/edit/0,1/5",
                                        "now/edit/1/5x",
                                        "queue/0/1"};
    for (size_t i = 0; i < COUNT_OF(texts); i++) {
        enum draft_place place;
        struct draft_target target;
        assert_false(session_draft_parse(texts[i], &ranks, &place, &target));
    }
}

static void draft_set_put__everything__is_found_by_looking(void **state)
{
    (void)state;
    const struct draft_target all = {.chats = {7, 9}, .count = 2};
    const struct draft_target edit = {.edited_message = 3, .chats = {7}, .count = 1};
    struct draft_set *set = draft_set_new(1000);
    struct draft_look look;
    draft_set_put(set, DRAFT_NOW, &edit, "edited");
    draft_set_put(set, DRAFT_WAITING, &all, "waits");
    draft_set_put(set, DRAFT_ASIDE, &all, "aside");
    static const char *const texts[] = {"edited", "waits", "aside"};
    for (size_t i = 0; i < COUNT_OF(texts); i++) {
        assert_true(draft_set_look(set, i, &look));
        assert_string_equal(line_edit_text(look.edit), texts[i]);
        assert_int_equal(look.place, i);
    }
    assert_false(draft_set_look(set, 3, &look));
    /* The edit ends, and what waited is there again; what is aside comes after it. */
    draft_set_end_edit(set, &all, false);
    draft_set_free(set);
}

static void draft_set_put__waiting_without_an_edit__is_put_aside(void **state)
{
    (void)state;
    const struct draft_target all = {.chats = {7}, .count = 1};
    struct draft_set *set = draft_set_new(1000);
    draft_set_put(set, DRAFT_WAITING, &all, "text");
    assert_int_equal(draft_set_kept(set), 1);
    draft_set_put(set, DRAFT_NOW, &all, "now");
    assert_string_equal(line_edit_text(draft_set_edit(set)), "now");
    draft_set_free(set);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(session_panes__written__are_read_again),
        cmocka_unit_test(session_panes__anything_else__is_refused),
        cmocka_unit_test(session_draft__written__is_read_again),
        cmocka_unit_test(session_draft__anything_else__is_refused),
        cmocka_unit_test(draft_set_put__everything__is_found_by_looking),
        cmocka_unit_test(draft_set_put__waiting_without_an_edit__is_put_aside),
    };
    return cmocka_run_group_tests_name("session_words", tests, NULL, NULL);
}
