/* A walk over the lines: headings, and fences with the name of what they hold. */
#include "tests/support/pattern_page.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "src/base/mem.h"
#include "src/base/path.h"
#include "src/base/strbuf.h"

char *pattern_next_line(char **text)
{
    char *line = *text;
    if (*line == '\0')
        return NULL;
    char *end = line + strcspn(line, "\n");
    *text = *end == '\n' ? end + 1 : end;
    *end = '\0';
    return line;
}

static char *read_page(void)
{
    const char *folder = getenv("MOTET_SRCDIR");
    char *path = strbuf_format("%s/docs/patterns.md", folder != NULL ? folder : ".");
    struct strbuf text;
    struct error err = {ERROR_NONE, NULL};
    strbuf_init(&text, (size_t)1 << 20);
    if (!path_read_file(path, &text, &err))
        fail_msg("%s", error_text(&err));
    mem_free(path);
    return strbuf_take(&text);
}

/* The lines up to the end of the fence. Caller frees. */
static char *read_fence(char **text)
{
    struct strbuf lines;
    const char *line;
    strbuf_init(&lines, STRBUF_OWN_MAX);
    while ((line = pattern_next_line(text)) != NULL && strcmp(line, "```") != 0)
        strbuf_append_format(&lines, "%s\n", line);
    assert_non_null(line);
    return strbuf_take(&lines);
}

static void take_result(struct pattern *pattern, char *text)
{
    struct strbuf lines;
    char *at = text;
    const char *line;
    assert_int_equal(pattern->kind, PATTERN_COMMAND);
    assert_null(pattern->result);
    strbuf_init(&lines, STRBUF_OWN_MAX);
    while ((line = pattern_next_line(&at)) != NULL) {
        if (strncmp(line, "exit ", 5) == 0)
            pattern->exit_code = (int)strtol(line + 5, NULL, 10);
        else
            strbuf_append_format(&lines, "%s\n", line);
    }
    pattern->result = strbuf_take(&lines);
    mem_free(text);
}

static void add(struct pattern_page *page, enum pattern_kind kind, const char *heading,
                char *text)
{
    page->items =
        mem_grow(page->items, &page->cap, page->len + 1, sizeof(page->items[0]));
    page->items[page->len++] =
        (struct pattern){.kind = kind, .heading = mem_strdup(heading), .text = text};
}

void pattern_page_read(struct pattern_page *page)
{
    char *text = read_page();
    char *at = text;
    const char *line;
    const char *heading = "";
    *page = (struct pattern_page){0};
    while ((line = pattern_next_line(&at)) != NULL) {
        if (line[0] == '#')
            heading = line + strspn(line, "# ");
        else if (strcmp(line, "```sh") == 0)
            add(page, PATTERN_COMMAND, heading, read_fence(&at));
        else if (strcmp(line, "```keys") == 0)
            add(page, PATTERN_KEYS, heading, read_fence(&at));
        else if (strcmp(line, "```result") == 0 && page->len > 0)
            take_result(&page->items[page->len - 1], read_fence(&at));
        else
            assert_int_not_equal(strncmp(line, "```", 3), 0);
    }
    mem_free(text);
    for (size_t i = 0; i < page->len; i++)
        assert_true(page->items[i].kind == PATTERN_KEYS || page->items[i].result != NULL);
}

void pattern_page_clear(struct pattern_page *page)
{
    for (size_t i = 0; i < page->len; i++) {
        mem_free(page->items[i].heading);
        mem_free(page->items[i].text);
        mem_free(page->items[i].result);
    }
    mem_free(page->items);
    *page = (struct pattern_page){0};
}
