/*
 * Terminal bytes to keys: sequences of many terminals, any cut into reads, hostile input.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <string.h>

#include "src/base/mem.h"
#include "src/base/strbuf.h"
#include "ui/term/keys.h"

/* What was delivered, as text: a key name and a space each, pastes in [ ]. */
static void on_key(void *user, const struct key *key)
{
    struct strbuf *log = user;
    char name[KEY_NAME_SIZE];
    key_format(key, name);
    strbuf_append_text(log, name);
    const bool has_cell = key->code >= INPUT_MOUSE_PRESS && key->code <= INPUT_WHEEL_DOWN;
    if (has_cell)
        strbuf_append_format(log, "(%u,%d,%d)", (unsigned)key->rune, key->x, key->y);
    strbuf_append_char(log, ' ');
}

static void on_paste(void *user, const char *text, size_t len)
{
    struct strbuf *log = user;
    strbuf_append_char(log, '[');
    strbuf_append(log, text, len);
    strbuf_append_text(log, "] ");
}

struct fixture {
    struct keys *keys;
    struct strbuf log;
    struct keys_handler handler;
};

static void fixture_start(struct fixture *f)
{
    f->keys = keys_new();
    strbuf_init(&f->log, STRBUF_OWN_MAX);
    f->handler =
        (struct keys_handler){.on_key = on_key, .on_paste = on_paste, .user = &f->log};
}

static void fixture_end(struct fixture *f)
{
    keys_free(f->keys);
    strbuf_clear(&f->log);
}

static void feed(struct fixture *f, const char *text)
{
    keys_feed(f->keys, text, strlen(text), &f->handler);
}

/* Feeds the bytes as one read and then one byte at a time; both must give `wanted`. */
static void check_bytes(const char *bytes, size_t len, const char *wanted)
{
    struct fixture f;
    fixture_start(&f);
    keys_feed(f.keys, bytes, len, &f.handler);
    keys_flush(f.keys, &f.handler);
    assert_string_equal(strbuf_text(&f.log), wanted);
    strbuf_reset(&f.log);
    for (size_t i = 0; i < len; i++)
        keys_feed(f.keys, bytes + i, 1, &f.handler);
    keys_flush(f.keys, &f.handler);
    assert_string_equal(strbuf_text(&f.log), wanted);
    assert_false(keys_is_pending(f.keys));
    fixture_end(&f);
}

/* The name of the key as key_format writes it is what key_parse makes of `name`. */
static void check(const char *bytes, const char *name)
{
    struct key key;
    char wanted[KEY_NAME_SIZE + 1];
    assert_true(key_parse(name, &key));
    key_format(&key, wanted);
    strncat(wanted, " ", sizeof(wanted) - strlen(wanted) - 1);
    check_bytes(bytes, strlen(bytes), wanted);
}

static void check_swallowed(const char *bytes)
{
    check_bytes(bytes, strlen(bytes), "");
}

static void keys_feed__decodes__characters(void **state)
{
    (void)state;
    check("a", "a");
    check("é", "é");
    check("世", "世");
    check("😀", "😀");
    check(" ", "Space");
    check("\r", "Enter");
    check("\t", "Tab");
    check("\x7f", "Backspace");
    check("\b", "Backspace");
    check("\n", "Ctrl-J");
    check("\x03", "Ctrl-C");
    check("\x1a", "Ctrl-Z");
    check("\x1c", "Ctrl-\\");
    check_bytes("\0", 1, "Ctrl-Space ");
}

static void keys_feed__decodes__alt(void **state)
{
    (void)state;
    check("\033x", "Alt-x");
    check("\033X", "Alt-X");
    check("\0331", "Alt-1");
    check("\033é", "Alt-é");
    check("\033\r", "Alt-Enter");
    check("\033\x7f", "Alt-Backspace");
    check("\033\t", "Alt-Tab");
    check("\033\x02", "Ctrl-Alt-b");
    check("\033[", "Alt-[");
    check("\033O", "Alt-O");
    check("\033]", "Alt-]");
    check("\033P", "Alt-P");
}

static void keys_feed__decodes__cursor_keys(void **state)
{
    (void)state;
    check("\033[A", "Up");
    check("\033OB", "Down");
    check("\033[1;5C", "Ctrl-Right");
    check("\033[1;2D", "Shift-Left");
    check("\033[1;3A", "Alt-Up");
    check("\033[1;8A", "Ctrl-Alt-Shift-Up");
    check("\033O5A", "Ctrl-Up");
    check("\033[a", "Shift-Up");  /* rxvt */
    check("\033Od", "Ctrl-Left"); /* rxvt */
    check("\033[H", "Home");
    check("\033OF", "End");
    check("\033[1~", "Home"); /* linux, screen */
    check("\033[7~", "Home"); /* rxvt */
    check("\033[4~", "End");
    check("\033[8~", "End");
    check("\033[2~", "Insert");
    check("\033[3~", "Delete");
    check("\033[3;5~", "Ctrl-Delete");
    check("\033[3$", "Shift-Delete"); /* rxvt */
    check("\033[3^", "Ctrl-Delete");  /* rxvt */
    check("\033[5~", "PgUp");
    check("\033[6;3~", "Alt-PgDn");
    check("\033[Z", "Shift-Tab");
}

static void keys_feed__decodes__function_keys(void **state)
{
    (void)state;
    check("\033OP", "F1");
    check("\033[11~", "F1"); /* rxvt */
    check("\033[[A", "F1");  /* linux */
    check("\033[[E", "F5");
    check("\033[1;5P", "Ctrl-F1");
    check("\033OS", "F4");
    check("\033[15~", "F5");
    check("\033[17;2~", "Shift-F6");
    check("\033[21~", "F10");
    check("\033[24~", "F12");
}

static void keys_feed__decodes__keypad(void **state)
{
    (void)state;
    check("\033OM", "Enter");
    check("\033Op", "0");
    check("\033Oy", "9");
    check("\033Ok", "+");
    check("\033Oo", "/");
}

static void keys_feed__decodes__kitty_and_modify_other_keys(void **state)
{
    (void)state;
    check("\033[13;2u", "Shift-Enter");
    check("\033[27;2;13~", "Shift-Enter");
    check("\033[27u", "Esc");
    check("\033[97;5u", "Ctrl-a");
    check("\033[105;5u", "Ctrl-i");
    check("\033[97;3u", "Alt-a");
    check("\033[97;4u", "Alt-A");
    check("\033[97;6u", "Ctrl-Shift-a");
    check("\033[27;6;65~", "Ctrl-Shift-a");
    check("\033[27;5;9~", "Ctrl-Tab");
    check("\033[27;6;95~", "Ctrl-_");
    check("\033[97:65;3:1u", "Alt-a");
    check("\033[91;5u", "Esc"); /* Ctrl-[ */
    check("\033[127;2u", "Backspace");
    check("\033[27;2;127~", "Backspace");
    check("\033[127;5u", "Ctrl-Backspace");
    check("\033[27;2;32~", "Space");
    check("\033[27;3;13~", "Alt-Enter");
    check("\033[57414u", "Enter");
    check("\033[57417;5u", "Ctrl-Left");
    check_swallowed("\033[97;5:3u");  /* released */
    check_swallowed("\033[97;9u");    /* Super */
    check_swallowed("\033[57441;2u"); /* the Shift key alone */
}

/* Kitty tells the number of the key, what it writes with Shift, and where it stands. */
static void keys_feed__decodes__kitty_keys_of_any_keyboard(void **state)
{
    (void)state;
    check("\033[45:95;6u", "Ctrl-_");
    check("\033[45:95;4u", "Alt-_");
    check("\033[47;5u", "Ctrl-/");
    check("\033[55:47;6u", "Ctrl-/"); /* Shift-7 of a German keyboard */
    check("\033[49:33;4u", "Alt-!");
    check("\033[97:65;6u", "Ctrl-Shift-a");
    check("\033[97:65;4u", "Alt-A");
    check("\033[1089::99;5u", "Ctrl-c"); /* a Cyrillic one */
    check("\033[1089:1057:99;6u", "Ctrl-Shift-c");
    check("\033[1092:1060:97;4u", "Alt-A");
    check("\033[1094::119;3:1u", "Alt-w");
    check("\033[233::50;3u", "Alt-\u00e9"); /* not where a letter is: as it is written */
    check("\033[246::59;3u", "Alt-\u00f6");
    check("\033[13:10;2u", "Shift-Enter");
    check_swallowed("\033[1089::99;5:3u"); /* released */
    check_swallowed("\033[1089::99;9u");   /* Super */
}

static void keys_feed__decodes__escape(void **state)
{
    (void)state;
    check("\033", "Esc");
    check_bytes("\033\033", 2, "Esc Esc ");
    check_bytes("\033\033\033", 3, "Esc Esc Esc ");
    check_bytes("\033\033[A", 4, "Esc Up ");
    check_bytes("\033\033x", 3, "Esc Alt-x ");
}

static void keys_flush_escape__resolves__only_what_silence_can(void **state)
{
    (void)state;
    struct fixture f;
    fixture_start(&f);
    feed(&f, "\033");
    assert_int_equal(keys_get_wait_ms(f.keys), KEYS_ESCAPE_WAIT_MS);
    assert_string_equal(strbuf_text(&f.log), "");
    keys_flush_escape(f.keys, &f.handler);
    assert_string_equal(strbuf_text(&f.log), "Esc ");
    assert_int_equal(keys_get_wait_ms(f.keys), 0);
    feed(&f, "\033[1;");
    assert_true(keys_get_wait_ms(f.keys) > KEYS_ESCAPE_WAIT_MS);
    keys_flush_escape(f.keys, &f.handler);
    feed(&f, "5A");
    assert_string_equal(strbuf_text(&f.log), "Esc Ctrl-Up ");
    fixture_end(&f);
}

/* Checks one mouse report: its key's code, button, cell and modifiers. */
static void check_mouse(const char *bytes, const struct key *wanted)
{
    char name[KEY_NAME_SIZE];
    char text[100];
    key_format(wanted, name);
    snprintf(text, sizeof(text), "%s(%u,%d,%d) ", name, (unsigned)wanted->rune, wanted->x,
             wanted->y);
    check_bytes(bytes, strlen(bytes), text);
}

static void keys_feed__decodes__mouse(void **state)
{
    (void)state;
    check_mouse("\033[<0;13;8M",
                &(struct key){.code = INPUT_MOUSE_PRESS, .rune = 1, .x = 12, .y = 7});
    check_mouse("\033[<0;13;8m",
                &(struct key){.code = INPUT_MOUSE_RELEASE, .rune = 1, .x = 12, .y = 7});
    check_mouse("\033[<2;1;1M", &(struct key){.code = INPUT_MOUSE_PRESS, .rune = 3});
    check_mouse("\033[<32;300;200M",
                &(struct key){.code = INPUT_MOUSE_DRAG, .rune = 1, .x = 299, .y = 199});
    check_mouse("\033[<64;2;3M", &(struct key){.code = INPUT_WHEEL_UP, .x = 1, .y = 2});
    check_mouse(
        "\033[<81;2;3M",
        &(struct key){.code = INPUT_WHEEL_DOWN, .mods = INPUT_MOD_CTRL, .x = 1, .y = 2});
    check_mouse("\033[M !\"",
                &(struct key){.code = INPUT_MOUSE_PRESS, .rune = 1, .y = 1});
    check_mouse("\033[M#!!", &(struct key){.code = INPUT_MOUSE_RELEASE});
    check_swallowed("\033[<35;4;4M"); /* moved without a button */
    check_swallowed("\033[<66;4;4M"); /* wheel to the left */
    check_swallowed("\033[<0;0;0M");
    check_swallowed("\033[<0;1M");
}

static void keys_feed__decodes__focus(void **state)
{
    (void)state;
    struct fixture f;
    fixture_start(&f);
    feed(&f, "\033[I\033[O");
    struct key in = {.code = INPUT_FOCUS_IN};
    struct key out = {.code = INPUT_FOCUS_OUT};
    char names[2][KEY_NAME_SIZE];
    char wanted[2 * KEY_NAME_SIZE + 2];
    key_format(&in, names[0]);
    key_format(&out, names[1]);
    snprintf(wanted, sizeof(wanted), "%s %s ", names[0], names[1]);
    assert_string_equal(strbuf_text(&f.log), wanted);
    fixture_end(&f);
}

static void keys_feed__swallows__answers_of_the_terminal(void **state)
{
    (void)state;
    check_swallowed("\033[?62;1;2c");
    check_swallowed("\033[>41;354;0c");
    check_swallowed("\033[24;80R");
    check_swallowed("\033[0n");
    check_swallowed("\033[?2026;2$y");
    check_swallowed("\033[?1u");
    check_swallowed("\033[8;24;80t");
    check_swallowed("\033]11;rgb:0000/0000/0000\033\\");
    check_swallowed("\033]52;c;aGVsbG8=\x07");
    check_swallowed("\033P>|XTerm(370)\033\\");
    check_swallowed("\033_Gi=1;OK\033\\");
    check_swallowed("\033[99~");
    check_swallowed("\033[1;2;3;4;5;6;7;8;9~");
    check_swallowed("\033[201~");
    check_swallowed("\033Oz");
    check_swallowed("\033[[Z");
}

static void keys_feed__after_cut_sequence__keys_work(void **state)
{
    (void)state;
    check_bytes("\033[1;\rx", 6, "Enter x ");
    check_bytes("\033[1;\033[A", 7, "Up ");
    check_bytes("\033]0;title\x03x", 11, "Ctrl-C x ");
    check_bytes("\033]0;ti\033[A", 9, "Up ");
    check_bytes("\033[\x7f", 3, "Alt-[ Backspace ");
}

static void keys_feed__hostile_lengths__bounded(void **state)
{
    (void)state;
    struct fixture f;
    fixture_start(&f);
    feed(&f, "\033[");
    for (int i = 0; i < 100000; i++)
        feed(&f, "1;");
    feed(&f, "A");
    feed(&f, "\033[99999999999999999999999999;2A");
    assert_string_equal(strbuf_text(&f.log), "");
    feed(&f, "x");
    assert_string_equal(strbuf_text(&f.log), "x ");
    strbuf_reset(&f.log);
    feed(&f, "\033]");
    for (int i = 0; i < 5000; i++)
        feed(&f, "y");
    assert_true(f.log.len > 0); /* the string was given up; typing shows again */
    fixture_end(&f);
}

static void keys_feed__ill_formed_utf8__replaced(void **state)
{
    (void)state;
    check_bytes("\xff", 1, "\xef\xbf\xbd ");
    check_bytes("\xc3(", 2, "\xef\xbf\xbd ( ");
    check_bytes("\xe2\x82!", 3, "\xef\xbf\xbd ! ");
    check_bytes("\xc3\033[A", 4, "\xef\xbf\xbd Up ");
    check_bytes("\xc2\x9b", 2, "");
}

/* --- Paste ------------------------------------------------------------------------ */

static void keys_feed__bracketed_paste__is_one_text(void **state)
{
    (void)state;
    check_bytes("a\033[200~one\rtwo\033[201~b", 21, "a [one\rtwo] b ");
    check_bytes("\033[200~\033[201~x", 13, "x ");
}

static void keys_feed__paste_with_escapes__is_data(void **state)
{
    (void)state;
    check_bytes("\033[200~a\033[A\033\033[20b\033[201~", 22, "[a\033[A\033\033[20b] ");
    check_bytes("\033[200~\033[200~\033[201~", 18, "[\033[200~] ");
    check_bytes("\033[200~\033\033[201~", 13, "[\033] ");
}

static void keys_flush__paste_without_end__is_delivered(void **state)
{
    (void)state;
    struct fixture f;
    fixture_start(&f);
    feed(&f, "\033[200~text\033[20");
    assert_true(keys_get_wait_ms(f.keys) >= 1000);
    keys_flush_escape(f.keys, &f.handler);
    assert_string_equal(strbuf_text(&f.log), "");
    keys_flush(f.keys, &f.handler);
    assert_string_equal(strbuf_text(&f.log), "[text\033[20] ");
    assert_false(keys_is_pending(f.keys));
    fixture_end(&f);
}

static void count_paste(void *user, const char *text, size_t len)
{
    (void)text;
    *(size_t *)user += len;
}

static void ignore_key(void *user, const struct key *key)
{
    (void)user;
    (void)key;
}

static void keys_feed__huge_paste__has_ceiling(void **state)
{
    (void)state;
    struct keys *keys = keys_new();
    size_t len = 0;
    const struct keys_handler handler = {
        .on_key = ignore_key, .on_paste = count_paste, .user = &len};
    char *block = mem_alloc((size_t)1 << 20);
    memset(block, 'x', (size_t)1 << 20);
    keys_feed(keys, "\033[200~", 6, &handler);
    for (int i = 0; i < 18; i++)
        keys_feed(keys, block, (size_t)1 << 20, &handler);
    keys_feed(keys, "\033[201~", 6, &handler);
    assert_int_equal(len, KEYS_PASTE_MAX);
    assert_false(keys_is_pending(keys));
    mem_free(block);
    keys_free(keys);
}

/* --- The burst rule --------------------------------------------------------------- */

static void keys_is_burst__text_with_newline_inside__only(void **state)
{
    (void)state;
    assert_true(keys_is_burst("two\rlines", 9));
    assert_true(keys_is_burst("int x;\n\tint y;\n", 15));
    assert_true(keys_is_burst("één\r\ntwee", 11));
    assert_false(keys_is_burst("a\rb", 3));
    assert_false(keys_is_burst("one line\r", 9));
    assert_false(keys_is_burst("one line\r\n", 10));
    assert_false(keys_is_burst("no newline at all", 17));
    assert_false(keys_is_burst("\r\r\r\r\r\r\r\r\r\r\r\r", 12));
    /* Control bytes are pasted with the text, but are not counted as such. */
    assert_true(keys_is_burst("with\x03\rctrl", 10));
    assert_true(keys_is_burst("a\a\0\x04 b\rc\033[31md", 15));
    assert_false(keys_is_burst("a\rb\x04\x04\x04\x04\x04\x04\x04", 10));
    assert_false(keys_is_burst("one line\r\x04", 10));
    assert_false(keys_is_burst("one line\r\033v", 11)); /* Enter, Alt-v */
}

static void keys_is_burst__keys_that_were_typed__are_no_text(void **state)
{
    (void)state;
    assert_true(keys_is_burst("with\033[A\rkeys", 12));
    assert_false(keys_is_burst("one line\r\033[A\033OB", 15));
    assert_false(keys_is_burst("a\033[D\033[D\rb", 9));
    assert_false(keys_is_burst("one line\r\033[<35;10;10M", 21));
    /* Held down keys, and reports. */
    assert_false(keys_is_burst("\033[A\033[A\033[A\rtext\rtext", 19));
    assert_false(keys_is_burst("typed\rahead\033[200~pasted\033[201~", 29));
}

static void keys_feed__burst__is_a_paste(void **state)
{
    (void)state;
    struct fixture f;
    fixture_start(&f);
    feed(&f, "first\rsecond");
    assert_string_equal(strbuf_text(&f.log), "");
    assert_int_equal(keys_get_wait_ms(f.keys), KEYS_ESCAPE_WAIT_MS);
    feed(&f, "\rthird\r"); /* what follows at once belongs to it */
    keys_flush_escape(f.keys, &f.handler);
    assert_string_equal(strbuf_text(&f.log), "[first\rsecond\rthird\r] ");
    strbuf_reset(&f.log);
    feed(&f, "\r");
    assert_string_equal(strbuf_text(&f.log), "Enter ");
    fixture_end(&f);
}

static void keys_feed__key_after_burst__ends_it(void **state)
{
    (void)state;
    struct fixture f;
    fixture_start(&f);
    feed(&f, "first\rsecond");
    feed(&f, "x\033[A");
    assert_string_equal(strbuf_text(&f.log), "[first\rsecondx] Up ");
    fixture_end(&f);
}

static void keys_feed__control_bytes_in_a_burst__are_pasted(void **state)
{
    (void)state;
    struct fixture f;
    fixture_start(&f);
    feed(&f, "bell\a\rend\x04\r\033[31mred\033[0m\r\x07last\r");
    keys_flush_escape(f.keys, &f.handler);
    assert_string_equal(strbuf_text(&f.log),
                        "[bell\a\rend\x04\r\033[31mred\033[0m\r\x07last\r] ");
    strbuf_reset(&f.log);
    /* Neither what means a key with kitty's protocol nor a click is one. */
    feed(&f, "first\rsecond\033[13u\033[99;5u\033OM\033[<0;1;1Mx");
    keys_flush_escape(f.keys, &f.handler);
    assert_string_equal(strbuf_text(&f.log),
                        "[first\rsecond\033[13u\033[99;5u\033OM] [x] ");
    fixture_end(&f);
}

static void keys_feed__typed_ahead__moves_between_its_texts(void **state)
{
    (void)state;
    struct fixture f;
    fixture_start(&f);
    feed(&f, "first\rsecomd\033[D\033OD\033[3~n");
    keys_flush_escape(f.keys, &f.handler);
    assert_string_equal(strbuf_text(&f.log), "[first\rsecomd] Left Left Delete [n] ");
    strbuf_reset(&f.log);
    feed(&f, "first\rsecond\033\033");
    keys_flush_escape(f.keys, &f.handler);
    assert_string_equal(strbuf_text(&f.log), "[first\rsecond] Esc Esc ");
    strbuf_reset(&f.log);
    feed(&f, "first\rsecond\033[200~third\r\033[201~\r");
    assert_string_equal(strbuf_text(&f.log),
                        "f i r s t Enter s e c o n d [third\r] Enter ");
    fixture_end(&f);
}

static void keys_feed__bracketed_paste_after_burst__ends_it(void **state)
{
    (void)state;
    struct fixture f;
    fixture_start(&f);
    feed(&f, "first\rsecond");
    feed(&f, "third\033[200~\r\033[201~\r");
    assert_string_equal(strbuf_text(&f.log), "[first\rsecondthird] [\r] Enter ");
    fixture_end(&f);
}

static void keys_feed__terminal_that_brackets__has_no_bursts(void **state)
{
    (void)state;
    struct fixture f;
    fixture_start(&f);
    feed(&f, "\033[200~x\033[201~");
    feed(&f, "a\rbcdefghij");
    assert_string_equal(strbuf_text(&f.log), "[x] a Enter b c d e f g h i j ");
    fixture_end(&f);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(keys_feed__decodes__characters),
        cmocka_unit_test(keys_feed__decodes__alt),
        cmocka_unit_test(keys_feed__decodes__cursor_keys),
        cmocka_unit_test(keys_feed__decodes__function_keys),
        cmocka_unit_test(keys_feed__decodes__keypad),
        cmocka_unit_test(keys_feed__decodes__kitty_and_modify_other_keys),
        cmocka_unit_test(keys_feed__decodes__kitty_keys_of_any_keyboard),
        cmocka_unit_test(keys_feed__decodes__escape),
        cmocka_unit_test(keys_flush_escape__resolves__only_what_silence_can),
        cmocka_unit_test(keys_feed__decodes__mouse),
        cmocka_unit_test(keys_feed__decodes__focus),
        cmocka_unit_test(keys_feed__swallows__answers_of_the_terminal),
        cmocka_unit_test(keys_feed__after_cut_sequence__keys_work),
        cmocka_unit_test(keys_feed__hostile_lengths__bounded),
        cmocka_unit_test(keys_feed__ill_formed_utf8__replaced),
        cmocka_unit_test(keys_feed__bracketed_paste__is_one_text),
        cmocka_unit_test(keys_feed__paste_with_escapes__is_data),
        cmocka_unit_test(keys_flush__paste_without_end__is_delivered),
        cmocka_unit_test(keys_feed__huge_paste__has_ceiling),
        cmocka_unit_test(keys_is_burst__text_with_newline_inside__only),
        cmocka_unit_test(keys_is_burst__keys_that_were_typed__are_no_text),
        cmocka_unit_test(keys_feed__control_bytes_in_a_burst__are_pasted),
        cmocka_unit_test(keys_feed__typed_ahead__moves_between_its_texts),
        cmocka_unit_test(keys_feed__bracketed_paste_after_burst__ends_it),
        cmocka_unit_test(keys_feed__burst__is_a_paste),
        cmocka_unit_test(keys_feed__key_after_burst__ends_it),
        cmocka_unit_test(keys_feed__terminal_that_brackets__has_no_bursts),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
