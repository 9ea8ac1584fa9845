/*
 * CommonMark's own examples on the screen. "Without loss" means, at every width:
 *
 * - every character that the reference HTML shows as text is shown, in that order, and in
 *   rows that are wide enough every word whole;
 * - every address and title of a link or picture is shown;
 * - nothing is invented: each letter and digit comes from the source, or is one of the
 * few that we put ourselves (labels of code, numbers of lists, "picture");
 * - byte by byte as a stream gives the same rows as at once.
 *
 * Tags of HTML, and definitions of references with what refers to them, are shown as they
 * were written, which satisfies all of this. Where an example cannot hold, the table of
 * exceptions says why; one that holds after all fails the test too.
 */
#include <ctype.h>
#include <locale.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include <cJSON.h>

#include "src/base/compiler.h"
#include "src/base/json.h"
#include "src/base/mem.h"
#include "src/base/path.h"
#include "tests/support/canvas_text.h"
#include "ui/render/entity.h"
#include "ui/render/markdown.h"

#define WIDE 600

struct example {
    int number;
    const char *source;
    const char *html;
};

/* An example that is not shown as the specification would have it, on purpose. */
struct exception {
    int number;
    const char *reason;
};

static const char html_is_read[] = "Markdown between tags is read: models write it there";
static const char reference_is_text[] =
    "a reference is text, so emphasis may begin in it and end outside";

static const struct exception exceptions[] = {
    {25, "names of entities that models never write stay as written"},
    {148, html_is_read},
    {150, html_is_read},
    {151, html_is_read},
    {155, html_is_read},
    {159, html_is_read},
    {161, html_is_read},
    {162, html_is_read},
    {163, html_is_read},
    {164, html_is_read},
    {165, html_is_read},
    {166, html_is_read},
    {171, html_is_read},
    {177, html_is_read},
    {178, html_is_read},
    {186, html_is_read},
    {189, html_is_read},
    {216, "a definition is text, so the line below makes a heading of it"},
    {354, "md4c 0.4.8 knows no currency signs as punctuation, which is new in 0.31"},
    {520, "the inner address stands in the middle of the words"},
    {534, reference_is_text},
    {535, reference_is_text},
    {564, reference_is_text},
};

/* --- The reference ------------------------------------------------------------------ */

/* What the HTML of an example shows. */
struct shown {
    struct strbuf text;   /* words apart by blanks */
    struct strbuf places; /* addresses and titles, a line each */
};

static bool is_name_at(const char *tag, const char *name)
{
    const size_t len = strlen(name);
    return strncmp(tag, name, len) == 0 && !isalnum((unsigned char)tag[len]);
}

/* True for tags inside words; not for links, for something may stand around them: their
 * address, or the brackets of a reference. */
static bool is_inside_word(const char *tag)
{
    static const char *const names[] = {"<em",      "</em",  "<strong",
                                        "</strong", "<code", "</code"};
    for (size_t i = 0; i < COUNT_OF(names); i++) {
        if (is_name_at(tag, names[i]))
            return true;
    }
    return false;
}

/* Where a tag, comment or declaration ends. */
static const char *find_tag_end(const char *tag)
{
    static const char *const pairs[][2] = {
        {"<!--", "-->"}, {"<?", "?>"}, {"<![CDATA[", "]]>"}};
    for (size_t i = 0; i < COUNT_OF(pairs); i++) {
        if (strncmp(tag, pairs[i][0], strlen(pairs[i][0])) == 0) {
            const char *end = strstr(tag, pairs[i][1]);
            return end != NULL ? end + strlen(pairs[i][1]) : tag + strlen(tag);
        }
    }
    char quote = '\0';
    for (; *tag != '\0' && (quote != '\0' || *tag != '>'); tag++) {
        if (quote == *tag)
            quote = '\0';
        else if (quote == '\0' && (*tag == '"' || *tag == '\''))
            quote = *tag;
    }
    return *tag != '\0' ? tag + 1 : tag;
}

/* Appends HTML text with its entities decoded; returns what follows it. */
static const char *append_decoded(struct strbuf *out, const char *text, char end)
{
    static const char *const entities[][2] = {
        {"&amp;", "&"}, {"&lt;", "<"}, {"&gt;", ">"}, {"&quot;", "\""}};
    while (*text != '\0' && *text != end) {
        size_t i = 0;
        while (i < COUNT_OF(entities) &&
               strncmp(text, entities[i][0], strlen(entities[i][0])) != 0)
            i++;
        if (i < COUNT_OF(entities)) {
            strbuf_append_text(out, entities[i][1]);
            text += strlen(entities[i][0]);
        } else if (strncmp(text, "\xc2\xa0", 2) == 0) { /* drawn as a blank */
            strbuf_append_char(out, ' ');
            text += 2;
        } else {
            strbuf_append_char(out, *text++);
        }
    }
    return text;
}

static void append_attribute(struct strbuf *out, const char *tag, const char *end,
                             const char *name)
{
    const char *at = strstr(tag, name);
    if (at == NULL || at >= end)
        return;
    at += strlen(name);
    if (strncmp(at, "mailto:", 7) == 0)
        at += 7;
    append_decoded(out, at, '"');
    strbuf_append_char(out, '\n');
}

static void read_html(struct shown *shown, const char *html)
{
    strbuf_init(&shown->text, STRBUF_OWN_MAX);
    strbuf_init(&shown->places, STRBUF_OWN_MAX);
    while (*html != '\0') {
        if (*html != '<') {
            html = append_decoded(&shown->text, html, '<');
            continue;
        }
        const char *end = find_tag_end(html);
        if (!is_inside_word(html))
            strbuf_append_char(&shown->text, ' ');
        append_attribute(&shown->places, html, end, " href=\"");
        append_attribute(&shown->places, html, end, " src=\"");
        append_attribute(&shown->places, html, end, " title=\"");
        if (is_name_at(html, "<img"))
            append_attribute(&shown->text, html, end, " alt=\"");
        html = end;
    }
}

static void clear_shown(struct shown *shown)
{
    strbuf_clear(&shown->text);
    strbuf_clear(&shown->places);
}

/* --- The screen -----------------------------------------------------------------------
 */

static struct canvas *draw(const struct markdown *markdown, const char *text, int width)
{
    const int count = (int)markdown_row_count(markdown);
    struct canvas *canvas = canvas_new(width, count);
    for (int y = 0; y < count; y++)
        markdown_draw(markdown, (size_t)y, text, canvas, (struct rect){0, y, width, 1});
    return canvas;
}

static struct canvas *lay_out(const char *text, int width)
{
    struct markdown *markdown = markdown_new();
    markdown_update(markdown, text, strlen(text), width, false);
    struct canvas *canvas = draw(markdown, text, width);
    markdown_free(markdown);
    return canvas;
}

/* Copies without blanks, and with the bytes that %xx stands for. */
static char *squeeze(const char *text)
{
    struct strbuf out;
    strbuf_init(&out, STRBUF_OWN_MAX);
    for (const char *at = text; *at != '\0'; at++) {
        if (isspace((unsigned char)*at) || strncmp(at, "%20", 3) == 0) {
            at += *at == '%' ? 2 : 0;
        } else if (strncmp(at, "\xc2\xa0", 2) == 0) {
            at++;
        } else if (strncmp(at, "%C2%A0", 6) == 0) {
            at += 5;
        } else if (*at == '%' && isxdigit((unsigned char)at[1]) &&
                   isxdigit((unsigned char)at[2])) {
            const char digits[] = {at[1], at[2], '\0'};
            strbuf_append_char(&out, (char)strtol(digits, NULL, 16));
            at += 2;
        } else {
            strbuf_append_char(&out, *at);
        }
    }
    return strbuf_take(&out);
}

/* --- What must hold
 * --------------------------------------------------------------------- */

static const char *find_missing(const char *screen, const struct shown *shown)
{
    char *wanted = squeeze(strbuf_text(&shown->text));
    char *found = squeeze(screen);
    const char *at = found;
    const char *missing = NULL;
    for (const char *next = wanted; *next != '\0' && missing == NULL; next++) {
        while (*at != '\0' && *at != *next)
            at++;
        if (*at == '\0')
            missing = "a character is missing, or not in its place";
        else
            at++;
    }
    mem_free(wanted);
    mem_free(found);
    return missing;
}

static const char *find_broken_word(const char *screen, const struct shown *shown)
{
    char *words = mem_strdup(strbuf_text(&shown->text));
    const char *missing = NULL;
    char *rest = words;
    for (char *word = strtok_r(rest, " \t\n", &rest); word != NULL && missing == NULL;
         word = strtok_r(rest, " \t\n", &rest)) {
        screen = strstr(screen, word);
        if (screen == NULL)
            missing = "a word is not whole";
        else
            screen += strlen(word);
    }
    mem_free(words);
    return missing;
}

static const char *find_missing_place(const char *screen, const struct shown *shown)
{
    char *found = squeeze(screen);
    char *places = mem_strdup(strbuf_text(&shown->places));
    const char *missing = NULL;
    char *rest = places;
    for (char *line = strtok_r(rest, "\n", &rest); line != NULL;
         line = strtok_r(rest, "\n", &rest)) {
        char *place = squeeze(line);
        if (strstr(found, place) == NULL)
            missing = "an address or a title is not shown";
        mem_free(place);
    }
    mem_free(places);
    mem_free(found);
    return missing;
}

static void count_text(const char *text, int sign, int counts[128])
{
    for (; *text != '\0'; text++) {
        if (isalnum((unsigned char)*text))
            counts[(unsigned char)*text] += sign;
    }
}

/* What we may put beside the text of the source. */
static void allow_own_words(const struct example *example, int counts[128])
{
    for (const char *at = strchr(example->source, '&'); at != NULL;
         at = strchr(at + 1, '&')) {
        const char *end = strchr(at, ';');
        const uint32_t code = end != NULL ? entity_decode(at, (size_t)(end + 1 - at)) : 0;
        if (code > 0 && code < 128)
            counts[code]++;
    }
    for (const char *at = strchr(example->html, '<'); at != NULL;
         at = strchr(at + 1, '<')) {
        if (is_name_at(at, "<pre"))
            count_text("code 1 2 3", 1, counts);
        if (is_name_at(at, "<li"))
            count_text("1 2 3 4 5 6 7 8 9 0", 1, counts);
    }
    for (const char *at = strstr(example->source, "!["); at != NULL;
         at = strstr(at + 1, "!["))
        count_text("picture", 1, counts);
}

static const char *find_invented(const char *screen, const struct example *example)
{
    int counts[128] = {0};
    count_text(example->source, 1, counts);
    allow_own_words(example, counts);
    count_text(screen, -1, counts);
    for (size_t i = 0; i < COUNT_OF(counts); i++) {
        if (counts[i] < 0)
            return "something is invented";
    }
    return NULL;
}

/* What is wrong with an example, or NULL. */
static const char *check_example(const struct example *example)
{
    static const int widths[] = {WIDE, 80, 40, 20, 12};
    struct shown shown;
    read_html(&shown, example->html);
    const char *fault = NULL;
    for (size_t i = 0; i < COUNT_OF(widths) && fault == NULL; i++) {
        struct canvas *canvas = lay_out(example->source, widths[i]);
        assert_canvas_is_whole(canvas);
        char *screen = canvas_text(canvas);
        fault = find_missing(screen, &shown);
        if (fault == NULL)
            fault = find_invented(screen, example);
        if (fault == NULL && widths[i] == WIDE)
            fault = find_broken_word(screen, &shown);
        if (fault == NULL && widths[i] == WIDE)
            fault = find_missing_place(screen, &shown);
        mem_free(screen);
        canvas_free(canvas);
    }
    clear_shown(&shown);
    return fault;
}

static void assert_streams(const struct example *example, int width)
{
    struct markdown *markdown = markdown_new();
    const size_t len = strlen(example->source);
    for (size_t i = 0; i < len; i++)
        markdown_update(markdown, example->source, i, width, true);
    markdown_update(markdown, example->source, len, width, false);
    struct canvas *grown = draw(markdown, example->source, width);
    struct canvas *whole = lay_out(example->source, width);
    char *grown_text = canvas_text(grown);
    char *whole_text = canvas_text(whole);
    assert_string_equal(grown_text, whole_text);
    assert_memory_equal(grown->cells, whole->cells,
                        (size_t)(width * whole->height) * sizeof(whole->cells[0]));
    mem_free(grown_text);
    mem_free(whole_text);
    canvas_free(grown);
    canvas_free(whole);
    markdown_free(markdown);
}

/* --- The examples
 * ------------------------------------------------------------------------ */

static cJSON *read_examples(void)
{
    const char *top = getenv("MOTET_SRCDIR");
    char *path =
        strbuf_format("%s/tests/markdown/commonmark.json", top != NULL ? top : ".");
    struct strbuf text;
    struct error err = {0};
    strbuf_init(&text, (size_t)1 << 20);
    if (!path_read_file(path, &text, &err))
        fail_msg("%s", error_text(&err));
    cJSON *examples = json_parse(strbuf_text(&text), text.len);
    assert_non_null(examples);
    strbuf_clear(&text);
    mem_free(path);
    return examples;
}

static struct example get_example(const cJSON *item)
{
    int64_t number = 0;
    assert_true(json_get_int(item, "example", &number));
    return (struct example){(int)number, json_get_string(item, "markdown"),
                            json_get_string(item, "html")};
}

static const struct exception *find_exception(int number)
{
    for (size_t i = 0; i < COUNT_OF(exceptions); i++) {
        if (exceptions[i].number == number)
            return &exceptions[i];
    }
    return NULL;
}

static void commonmark__examples__are_laid_out_without_loss(void **state)
{
    (void)state;
    cJSON *examples = read_examples();
    assert_int_equal(cJSON_GetArraySize(examples), 652);
    const cJSON *item;
    size_t wrong = 0;
    cJSON_ArrayForEach(item, examples)
    {
        const struct example example = get_example(item);
        const struct exception *exception = find_exception(example.number);
        const char *fault = check_example(&example);
        if (fault != NULL && exception != NULL)
            print_message("example %d: %s\n", example.number, exception->reason);
        if ((fault != NULL) == (exception != NULL))
            continue;
        wrong++;
        struct canvas *canvas = lay_out(example.source, 80);
        char *screen = canvas_text(canvas);
        print_message("example %d: %s\n--- source\n%s--- html\n%s--- screen\n%s\n",
                      example.number, fault != NULL ? fault : "is no exception any more",
                      example.source, example.html, screen);
        mem_free(screen);
        canvas_free(canvas);
    }
    cJSON_Delete(examples);
    assert_int_equal(wrong, 0);
}

static void commonmark__examples__stream_as_they_are(void **state)
{
    (void)state;
    cJSON *examples = read_examples();
    const cJSON *item;
    cJSON_ArrayForEach(item, examples)
    {
        const struct example example = get_example(item);
        assert_streams(&example, 80);
        assert_streams(&example, 17);
    }
    cJSON_Delete(examples);
}

int main(void)
{
    setlocale(LC_ALL, "C.UTF-8");
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(commonmark__examples__are_laid_out_without_loss),
        cmocka_unit_test(commonmark__examples__stream_as_they_are),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
