/* A growing array with a ceiling: nobody mends more than a hundred things at a time. */
#include "src/config/problem.h"

#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "src/base/mem.h"
#include "src/base/safe_text.h"
#include "src/base/strbuf.h"

#define PROBLEM_LIST_MAX 100
#define PROBLEM_TEXT_MAX ((size_t)1000)

void problem_list_init(struct problem_list *list, const char *file)
{
    *list = (struct problem_list){.file = mem_strdup(file)};
}

void problem_list_clear(struct problem_list *list)
{
    for (size_t i = 0; i < list->len; i++) {
        mem_free(list->items[i].what);
        mem_free(list->items[i].remedy);
    }
    mem_free(list->items);
    mem_free(list->file);
    *list = (struct problem_list){0};
}

static void problem_list_put(struct problem_list *list, struct text_place place,
                             const char *remedy, const char *what)
{
    if (list->len == PROBLEM_LIST_MAX) {
        list->left_out++;
        return;
    }
    struct strbuf safe;
    strbuf_init(&safe, STRBUF_OWN_MAX);
    safe_text_append_line(&safe, what, strlen(what), PROBLEM_TEXT_MAX);
    list->items =
        mem_grow(list->items, &list->cap, list->len + 1, sizeof(list->items[0]));
    list->items[list->len++] =
        (struct problem){place, strbuf_take(&safe), mem_strdup(remedy)};
}

void problem_list_add(struct problem_list *list, struct text_place place,
                      const char *remedy, const char *format, ...)
{
    struct strbuf text;
    strbuf_init(&text, STRBUF_OWN_MAX);
    va_list args;
    va_start(args, format);
    strbuf_append_args(&text, format, args);
    va_end(args);
    problem_list_put(list, place, remedy, strbuf_text(&text));
    strbuf_clear(&text);
}

void problem_list_add_error(struct problem_list *list, struct text_place place,
                            const char *remedy, const struct error *err)
{
    problem_list_put(list, place, remedy, error_text(err));
}

static int problem_compare(const void *one, const void *other)
{
    const struct text_place *a = &((const struct problem *)one)->place;
    const struct text_place *b = &((const struct problem *)other)->place;
    if (a->line != b->line)
        return a->line < b->line ? -1 : 1;
    return a->column < b->column ? -1 : a->column > b->column;
}

void problem_list_sort(struct problem_list *list)
{
    if (list->len > 1)
        qsort(list->items, list->len, sizeof(list->items[0]), problem_compare);
}

char *problem_list_format(const struct problem_list *list, size_t index)
{
    const struct problem *problem = &list->items[index];
    const char *link = problem->remedy[0] != '\0' ? "; " : "";
    if (problem->place.line == 0)
        return strbuf_format("%s: %s%s%s", list->file, problem->what, link,
                             problem->remedy);
    return strbuf_format("%s:%zu:%zu: %s%s%s", list->file, problem->place.line,
                         problem->place.column, problem->what, link, problem->remedy);
}

void problem_list_to_error(const struct problem_list *list, struct error *err)
{
    if (list->len == 0)
        return;
    char *first = problem_list_format(list, 0);
    const size_t more = list->len - 1 + list->left_out;
    if (more == 0)
        error_set(err, ERROR_USAGE, "%s", first);
    else
        error_set(err, ERROR_USAGE, "%s (and %zu more)", first, more);
    mem_free(first);
}
