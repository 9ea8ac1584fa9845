/* Sorted twice: by name, which brings equal ones together, and by fit. */
#include "ui/ranked_list.h"

#include <stdlib.h>
#include <string.h>

#include "src/base/fuzzy.h"
#include "src/base/mem.h"

void ranked_list_add(struct ranked_list *list, const char *pattern, const char *name)
{
    const int score = fuzzy_score(pattern, name);
    if (score < 0)
        return;
    list->items =
        mem_grow(list->items, &list->cap, list->len + 1, sizeof(list->items[0]));
    list->items[list->len] = (struct ranked_name){
        .name = mem_strdup(name), .score = score, .order = list->len};
    list->len++;
}

static int compare_order(const struct ranked_name *a, const struct ranked_name *b)
{
    return a->order < b->order ? -1 : a->order > b->order;
}

static int compare_name(const void *a, const void *b)
{
    const struct ranked_name *left = a;
    const struct ranked_name *right = b;
    const int names = strcmp(left->name, right->name);
    return names != 0 ? names : compare_order(left, right);
}

static int compare_fit(const void *a, const void *b)
{
    const struct ranked_name *left = a;
    const struct ranked_name *right = b;
    if (left->score != right->score)
        return left->score > right->score ? -1 : 1;
    return compare_order(left, right);
}

void ranked_list_sort(struct ranked_list *list)
{
    size_t kept = 0;
    if (list->len == 0)
        return;
    qsort(list->items, list->len, sizeof(list->items[0]), compare_name);
    for (size_t i = 0; i < list->len; i++) {
        const bool is_double =
            kept > 0 && strcmp(list->items[kept - 1].name, list->items[i].name) == 0;
        if (is_double)
            mem_free(list->items[i].name);
        else
            list->items[kept++] = list->items[i];
    }
    list->len = kept;
    qsort(list->items, list->len, sizeof(list->items[0]), compare_fit);
}

void ranked_list_clear(struct ranked_list *list)
{
    for (size_t i = 0; i < list->len; i++)
        mem_free(list->items[i].name);
    mem_free(list->items);
    *list = (struct ranked_list){0};
}
