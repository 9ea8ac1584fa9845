/* Siblings, the newest leaf, turns; and copies of messages. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

#include "src/base/mem.h"
#include "src/chat/branch.h"
#include "src/chat/message_copy.h"

/* A prompt with two answers; the first was gone on from, in two ways. */
struct tree {
    struct chat chat;
    struct message *prompt;
    struct message *first;
    struct message *second;
    struct message *next;
    struct message *next_answer;
    struct message *other_next;
};

static int setup(void **state)
{
    struct tree *tree = mem_alloc(sizeof(*tree));
    struct chat *chat = &tree->chat;
    chat_init(chat);
    tree->prompt = chat_add(chat, MESSAGE_USER);
    tree->first = chat_add(chat, MESSAGE_ASSISTANT);
    tree->second = chat_add_after(chat, tree->prompt, MESSAGE_ASSISTANT);
    tree->next = chat_add(chat, MESSAGE_USER);
    tree->other_next = chat_add_after(chat, tree->first, MESSAGE_USER);
    tree->next_answer = chat_add(chat, MESSAGE_ASSISTANT);
    *state = tree;
    return 0;
}

static int teardown(void **state)
{
    struct tree *tree = *state;
    chat_clear(&tree->chat);
    mem_free(tree);
    return 0;
}

static void chat_add_after__leaves__the_path(void **state)
{
    struct tree *tree = *state;
    assert_int_equal(tree->chat.message_count, 6);
    assert_int_equal(tree->chat.path_len, 4);
    assert_ptr_equal(chat_tip(&tree->chat), tree->next_answer);
    assert_ptr_equal(tree->second->parent, tree->prompt);
    assert_ptr_equal(chat_find(&tree->chat, tree->second->id), tree->second);
}

static void branch_of__counts__siblings_in_their_order(void **state)
{
    struct tree *tree = *state;
    const struct branch first = branch_of(&tree->chat, tree->first);
    const struct branch second = branch_of(&tree->chat, tree->second);
    const struct branch prompt = branch_of(&tree->chat, tree->prompt);
    assert_int_equal(first.number, 1);
    assert_int_equal(first.count, 2);
    assert_int_equal(second.number, 2);
    assert_int_equal(prompt.number, 1);
    assert_int_equal(prompt.count, 1);
}

static void branch_sibling__finds__by_number(void **state)
{
    struct tree *tree = *state;
    assert_ptr_equal(branch_sibling(&tree->chat, tree->first, 2), tree->second);
    assert_ptr_equal(branch_sibling(&tree->chat, tree->second, 1), tree->first);
    assert_null(branch_sibling(&tree->chat, tree->first, 3));
    assert_null(branch_sibling(&tree->chat, tree->first, 0));
}

static void branch_newest_leaf__is__the_last_made_below(void **state)
{
    struct tree *tree = *state;
    struct chat *chat = &tree->chat;
    assert_ptr_equal(branch_newest_leaf(chat, tree->prompt), tree->next_answer);
    assert_ptr_equal(branch_newest_leaf(chat, tree->second), tree->second);
    chat_set_tip(chat, tree->other_next);
    struct message *later = chat_add(chat, MESSAGE_ASSISTANT);
    assert_ptr_equal(branch_newest_leaf(chat, tree->first), later);
    assert_ptr_equal(branch_newest_leaf(chat, tree->next), tree->next_answer);
}

static void branch_turn__goes__from_prompt_to_prompt(void **state)
{
    struct tree *tree = *state;
    struct chat *chat = &tree->chat;
    struct message *asks_on = chat_add(chat, MESSAGE_USER);
    asks_on->is_automatic = true;
    struct message *more = chat_add(chat, MESSAGE_ASSISTANT);
    assert_ptr_equal(branch_turn_prompt(more), tree->next);
    assert_ptr_equal(branch_turn_prompt(tree->first), tree->prompt);
    assert_int_equal(branch_turn_end(chat, 0), 1);
    assert_int_equal(branch_turn_end(chat, 2), 5);
    assert_int_equal(branch_path_index(chat, more), 5);
    assert_int_equal(branch_path_index(chat, tree->second), chat->path_len);
}

/* A message with something in every field. */
static struct message *make_full(void)
{
    struct message *from = message_new(7, MESSAGE_ASSISTANT);
    message_append(from, PART_TEXT, "text", 4);
    struct part *call = message_add_part(from, PART_TOOL_CALL);
    call->call_id = mem_strdup("id");
    call->name = mem_strdup("tool");
    call->is_whole = true;
    call->decision = "denied";
    call->decided_by = "user";
    call->reason = mem_strdup("no");
    message_append_part(from, call, "{}", 2);
    from->state = MESSAGE_FAILED;
    from->is_edited = from->is_interrupted = from->is_continuation = true;
    from->created_ms = 12345;
    from->facts.api = mem_strdup("demo");
    from->facts.model = mem_strdup("sonnet");
    from->facts.finish = FINISH_ERROR;
    from->facts.usage.output = 9;
    from->facts.cost = 0.5;
    from->facts.total_ms = 77;
    from->facts.request_id = mem_strdup("req");
    error_set(&from->facts.error, ERROR_SERVER, "it %s", "broke");
    message_add_try(from, "haiku", ERROR_OVERLOADED);
    return from;
}

static void message_copy__takes__everything_and_shares_nothing(void **state)
{
    (void)state;
    struct message *from = make_full();
    struct message *to = message_new(1, MESSAGE_ASSISTANT);
    message_copy(to, from);
    assert_true(message_is_like(to, from));
    message_free(from);
    assert_int_equal(to->id, 1);
    assert_string_equal(strbuf_text(&to->parts[0].text), "text");
    assert_string_equal(to->parts[1].name, "tool");
    assert_string_equal(to->parts[1].reason, "no");
    assert_string_equal(to->parts[1].decision, "denied");
    assert_string_equal(strbuf_text(&to->parts[1].text), "{}");
    assert_int_equal(to->state, MESSAGE_FAILED);
    assert_true(to->is_edited && to->is_interrupted && to->is_continuation);
    assert_int_equal(to->created_ms, 12345);
    assert_string_equal(to->facts.model, "sonnet");
    assert_string_equal(to->facts.request_id, "req");
    assert_int_equal(to->facts.usage.output, 9);
    assert_string_equal(error_text(&to->facts.error), "it broke");
    assert_int_equal(to->facts.try_count, 1);
    assert_string_equal(to->facts.tries[0].model, "haiku");
    message_free(to);
}

static void message_is_like__sees__another_text_or_writer(void **state)
{
    (void)state;
    struct message *a = message_new(1, MESSAGE_USER);
    struct message *b = message_new(2, MESSAGE_USER);
    message_append(a, PART_TEXT, "same", 4);
    message_append(b, PART_TEXT, "same", 4);
    assert_true(message_is_like(a, b));
    b->facts.model = mem_strdup("m");
    assert_false(message_is_like(a, b));
    a->facts.model = mem_strdup("m");
    message_append(b, PART_TEXT, "!", 1);
    assert_false(message_is_like(a, b));
    message_free(a);
    message_free(b);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(chat_add_after__leaves__the_path, setup,
                                        teardown),
        cmocka_unit_test_setup_teardown(branch_of__counts__siblings_in_their_order, setup,
                                        teardown),
        cmocka_unit_test_setup_teardown(branch_sibling__finds__by_number, setup,
                                        teardown),
        cmocka_unit_test_setup_teardown(branch_newest_leaf__is__the_last_made_below,
                                        setup, teardown),
        cmocka_unit_test_setup_teardown(branch_turn__goes__from_prompt_to_prompt, setup,
                                        teardown),
        cmocka_unit_test(message_copy__takes__everything_and_shares_nothing),
        cmocka_unit_test(message_is_like__sees__another_text_or_writer),
    };
    return cmocka_run_group_tests_name("branch", tests, NULL, NULL);
}
