/* Files that go with a prompt: which words name one, and what may be attached. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "src/base/compiler.h"
#include "src/base/mem.h"
#include "src/engine/attachment_file.h"

struct fixture {
    char *path; /* of the one file of a test */
    struct attachment_list list;
    struct error err;
};

static int setup(void **state)
{
    struct fixture *fixture = mem_alloc(sizeof(*fixture));
    const char *folder = getenv("TMPDIR");
    fixture->path = strbuf_format("%s/motet-attached.%ld",
                                  folder != NULL ? folder : "/tmp", (long)getpid());
    *state = fixture;
    return 0;
}

static int teardown(void **state)
{
    struct fixture *fixture = *state;
    unlink(fixture->path);
    attachment_list_clear(&fixture->list);
    error_clear(&fixture->err);
    mem_free(fixture->path);
    mem_free(fixture);
    return 0;
}

static void write_file(const char *path, const char *bytes, size_t len)
{
    FILE *file = fopen(path, "w");
    assert_non_null(file);
    assert_int_equal(fwrite(bytes, 1, len, file), len);
    assert_int_equal(fclose(file), 0);
}

static void assert_refused(struct fixture *fixture, const char *name, const char *words)
{
    assert_false(attachment_read(&fixture->list, name, &fixture->err));
    assert_int_equal(fixture->err.class, ERROR_USAGE);
    assert_non_null(strstr(error_text(&fixture->err), name));
    if (strstr(error_text(&fixture->err), words) == NULL)
        fail_msg("%s", error_text(&fixture->err));
    assert_int_equal(fixture->list.len, 0);
    error_clear(&fixture->err);
}

/* Reads the words of a text in which %s stands for the file's path. */
static bool read_words(struct fixture *fixture, const char *before, const char *behind)
{
    char *text = strbuf_format("%s%s%s", before, fixture->path, behind);
    attachment_list_clear(&fixture->list);
    const bool ok = attachment_read_words(&fixture->list, text, &fixture->err);
    mem_free(text);
    return ok;
}

static void attachment_read__takes__text_as_it_is(void **state)
{
    struct fixture *fixture = *state;
    write_file(fixture->path, "gr\xc3\xbc\xc3\x9f dich\n", 11);
    assert_true(attachment_read(&fixture->list, fixture->path, &fixture->err));
    const struct attachment *got = &fixture->list.items[0];
    assert_int_equal(got->kind, PART_FILE);
    assert_string_equal(got->name, fixture->path);
    assert_null(got->media_type);
    assert_int_equal(got->len, 11);
    assert_memory_equal(got->bytes, "gr\xc3\xbc\xc3\x9f dich\n", 11);
}

static void attachment_read__takes__an_empty_file(void **state)
{
    struct fixture *fixture = *state;
    write_file(fixture->path, "", 0);
    assert_true(attachment_read(&fixture->list, fixture->path, &fixture->err));
    assert_int_equal(fixture->list.items[0].len, 0);
}

static void attachment_read__knows_pictures__by_their_first_bytes(void **state)
{
    static const struct {
        const char *bytes;
        size_t len;
        const char *media_type;
    } cases[] = {
        {"\x89PNG\r\n\x1a\n\0\0", 10, "image/png"},
        {"\xff\xd8\xff\xe0xx", 6, "image/jpeg"},
        {"GIF89a\1\0", 8, "image/gif"},
        {"GIF87a\1\0", 8, "image/gif"},
        {"RIFF\1\0\0\0WEBPVP8 ", 16, "image/webp"},
    };
    struct fixture *fixture = *state;
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        write_file(fixture->path, cases[i].bytes, cases[i].len);
        attachment_list_clear(&fixture->list);
        assert_true(attachment_read(&fixture->list, fixture->path, &fixture->err));
        assert_int_equal(fixture->list.items[0].kind, PART_IMAGE);
        assert_string_equal(fixture->list.items[0].media_type, cases[i].media_type);
        assert_int_equal(fixture->list.items[0].len, cases[i].len);
    }
}

static void attachment_read__refuses__what_is_neither_text_nor_picture(void **state)
{
    struct fixture *fixture = *state;
    write_file(fixture->path, "a\0b", 3);
    assert_refused(fixture, fixture->path, "neither text");
    write_file(fixture->path,
               "\xff\xfe"
               "a",
               3);
    assert_refused(fixture, fixture->path, "neither text");
    write_file(fixture->path, "RIFF\1\0\0\0WAVEfmt ", 16);
    assert_refused(fixture, fixture->path, "neither text");
}

static void attachment_read__refuses__what_is_no_file(void **state)
{
    struct fixture *fixture = *state;
    assert_refused(fixture, fixture->path, "No such file");
    assert_refused(fixture, "/", "is a folder");
    assert_refused(fixture, "/dev/null", "a device or a pipe");
    /* Nobody writes to it: a reader that waits would wait for ever. */
    assert_int_equal(mkfifo(fixture->path, 0600), 0);
    assert_refused(fixture, fixture->path, "a device or a pipe");
}

static void attachment_read__refuses__a_file_above_the_ceiling(void **state)
{
    struct fixture *fixture = *state;
    write_file(fixture->path, "x", 1);
    assert_int_equal(truncate(fixture->path, (off_t)ATTACHMENT_MAX + 1), 0);
    assert_refused(fixture, fixture->path, "is too large: at most 8388608 bytes");
}

static void attachment_read__reads_a_file__once(void **state)
{
    struct fixture *fixture = *state;
    write_file(fixture->path, "x", 1);
    assert_true(attachment_read(&fixture->list, fixture->path, &fixture->err));
    assert_true(attachment_read(&fixture->list, fixture->path, &fixture->err));
    assert_int_equal(fixture->list.len, 1);
}

static void attachment_read_words__finds_names__wherever_a_word_begins(void **state)
{
    static const char *const places[][2] = {
        {"@", ""},        {"see @", " please"}, {"one\n@", "\n"},
        {"is it @", "?"}, {"(see\t@", ")."},    {"\"quoted\" @", ",\""},
    };
    struct fixture *fixture = *state;
    write_file(fixture->path, "x", 1);
    for (size_t i = 0; i < COUNT_OF(places); i++) {
        assert_true(read_words(fixture, places[i][0], places[i][1]));
        assert_int_equal(fixture->list.len, 1);
        assert_string_equal(fixture->list.items[0].name, fixture->path);
    }
}

static void attachment_read_words__leaves_alone__what_names_no_file(void **state)
{
    static const char *const texts[] = {
        "",           "@",  "@ x",  "@nobody-here.txt",    "someone@/etc/hostname", "@/",
        "@/dev/null", "@.", "@,.;", "a @media (print) {}",
    };
    struct fixture *fixture = *state;
    for (size_t i = 0; i < COUNT_OF(texts); i++) {
        assert_true(attachment_read_words(&fixture->list, texts[i], &fixture->err));
        assert_int_equal(fixture->list.len, 0);
    }
    /* Nor a file whose name goes on. */
    write_file(fixture->path, "x", 1);
    assert_true(read_words(fixture, "@", "x"));
    assert_int_equal(fixture->list.len, 0);
}

static void attachment_read_words__refuses__a_named_file_that_is_no_text(void **state)
{
    struct fixture *fixture = *state;
    write_file(fixture->path, "a\0b", 3);
    assert_false(read_words(fixture, "see @", "."));
    assert_non_null(strstr(error_text(&fixture->err), "neither text"));
}

static void attachment_read_words__knows__the_home_folder(void **state)
{
    struct fixture *fixture = *state;
    const char *home = getenv("HOME");
    char *path = strbuf_format("%s/motet-home.txt", home);
    write_file(path, "x", 1);
    assert_true(
        attachment_read_words(&fixture->list, "@~/motet-home.txt", &fixture->err));
    assert_int_equal(fixture->list.len, 1);
    assert_string_equal(fixture->list.items[0].name, "~/motet-home.txt");
    unlink(path);
    mem_free(path);
}

static void attachment_keep__keeps__what_the_text_does_not_name(void **state)
{
    struct fixture *fixture = *state;
    struct message *prompt = message_new(1, MESSAGE_USER);
    message_append(prompt, PART_TEXT, "see @named.txt, please", 22);
    static const char *const names[] = {"named.txt", "given.png"};
    for (size_t i = 0; i < COUNT_OF(names); i++) {
        struct part *part = message_add_part(prompt, i == 0 ? PART_FILE : PART_IMAGE);
        part->name = mem_strdup(names[i]);
        message_append_part(prompt, part, "\x89PNG\r\n\x1a\n", 8);
    }
    attachment_keep(&fixture->list, prompt);
    assert_int_equal(fixture->list.len, 1);
    assert_string_equal(fixture->list.items[0].name, "given.png");
    assert_string_equal(fixture->list.items[0].media_type, "image/png");
    assert_int_equal(fixture->list.items[0].len, 8);
    message_free(prompt);
}

static void attachment_check_size__refuses__more_than_a_prompt_may_have(void **state)
{
    struct fixture *fixture = *state;
    assert_true(attachment_check_size(&fixture->list, MESSAGE_MAX, &fixture->err));
    write_file(fixture->path, "x", 1);
    assert_int_equal(truncate(fixture->path, 1), 0);
    assert_true(attachment_read(&fixture->list, fixture->path, &fixture->err));
    assert_true(attachment_check_size(&fixture->list, MESSAGE_MAX / 2, &fixture->err));
    assert_false(attachment_check_size(&fixture->list, MESSAGE_MAX, &fixture->err));
    assert_non_null(strstr(error_text(&fixture->err), "16 MiB"));
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(attachment_read__takes__text_as_it_is),
        TEST(attachment_read__takes__an_empty_file),
        TEST(attachment_read__knows_pictures__by_their_first_bytes),
        TEST(attachment_read__refuses__what_is_neither_text_nor_picture),
        TEST(attachment_read__refuses__what_is_no_file),
        TEST(attachment_read__refuses__a_file_above_the_ceiling),
        TEST(attachment_read__reads_a_file__once),
        TEST(attachment_read_words__finds_names__wherever_a_word_begins),
        TEST(attachment_read_words__leaves_alone__what_names_no_file),
        TEST(attachment_read_words__refuses__a_named_file_that_is_no_text),
        TEST(attachment_read_words__knows__the_home_folder),
        TEST(attachment_keep__keeps__what_the_text_does_not_name),
        TEST(attachment_check_size__refuses__more_than_a_prompt_may_have),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
