/* Names that begin with the pattern are what a person means who types a name; letters
 * that fit somewhere help who does not remember it. */
#include "ui/complete.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "src/base/fuzzy.h"
#include "src/base/mem.h"
#include "src/engine/attachment_word.h"

/* More than any score of letters. */
#define SCORE_PREFIX 100000

static size_t line_end(const char *text, size_t at)
{
    return at + strcspn(text + at, "\n");
}

/* The word "@…" with the cursor in it or behind it. */
static struct complete_word find_file_word(const char *text, size_t cursor)
{
    const char *here = text + cursor;
    const char *stop = text + strlen(text);
    const char *word = attachment_word_find(text, text);
    struct complete_word found = {.kind = COMPLETE_NONE};
    while (word != NULL && word < here) {
        const char *plain_end = attachment_word_end(word);
        struct strbuf name;
        strbuf_init(&name, STRBUF_OWN_MAX);
        const char *end = attachment_word_unquote(word, stop, &name);
        strbuf_clear(&name);
        const bool is_open = word[1] == '"' && end == NULL;
        if (end != NULL && here < end)
            return (struct complete_word){COMPLETE_FILE, (size_t)(word - text),
                                          (size_t)(end - text)};
        if (end == NULL && (here <= plain_end ||
                            (is_open && cursor <= line_end(text, (size_t)(word - text)))))
            found = (struct complete_word){COMPLETE_FILE, (size_t)(word - text), cursor};
        word = attachment_word_find(text, end != NULL ? end : plain_end);
    }
    return found;
}

struct complete_word complete_find_word(const char *text, size_t cursor)
{
    const size_t name_end = strcspn(text, " \t\n");
    if (text[0] == '/' && cursor >= 1 && cursor <= name_end &&
        memchr(text + 1, '/', name_end - 1) == NULL)
        return (struct complete_word){COMPLETE_COMMAND, 0, cursor};
    /* A lone @ has nothing behind it and is not a word for the prompt yet. */
    if (cursor > 0 && text[cursor - 1] == '@' &&
        (cursor == 1 || strchr(" \t\n", text[cursor - 2]) != NULL))
        return (struct complete_word){COMPLETE_FILE, cursor - 1, cursor};
    const struct complete_word file = find_file_word(text, cursor);
    if (file.kind != COMPLETE_NONE || text[0] != '/' || name_end < 2)
        return file;
    const size_t argument = name_end + strspn(text + name_end, " ");
    const size_t argument_end = argument + strcspn(text + argument, " \t\n");
    if (argument > name_end && cursor >= argument && cursor <= argument_end)
        return (struct complete_word){COMPLETE_ARGUMENT, argument, cursor};
    return file;
}

bool complete_list_has(const struct complete_list *list, const char *name)
{
    for (size_t i = 0; i < list->count; i++) {
        if (strcmp(list->items[i].name, name) == 0)
            return true;
    }
    return false;
}

void complete_list_add(struct complete_list *list, const struct complete_item *item)
{
    list->items =
        mem_grow(list->items, &list->cap, list->count + 1, sizeof(list->items[0]));
    list->items[list->count++] = *item;
}

static int item_score(const struct complete_item *item, const char *pattern)
{
    if (pattern[0] == '\0')
        return item->depth == 0 ? 0 : -1;
    const bool is_prefix = strncasecmp(item->name, pattern, strlen(pattern)) == 0;
    const int score = fuzzy_score(pattern, item->name);
    return score < 0 ? -1 : score + (is_prefix ? SCORE_PREFIX : 0);
}

struct ranked_fit {
    int score;
    size_t index;
};

static int compare_fits(const void *a, const void *b)
{
    const struct ranked_fit *left = a;
    const struct ranked_fit *right = b;
    if (left->score != right->score)
        return left->score > right->score ? -1 : 1;
    return left->index < right->index ? -1 : left->index > right->index;
}

void complete_list_find(struct complete_list *list, const char *pattern)
{
    struct ranked_fit *ranked = mem_alloc_array(list->count, sizeof(ranked[0]));
    size_t count = 0;
    for (size_t i = 0; i < list->count; i++) {
        const int score = item_score(&list->items[i], pattern);
        if (score >= 0)
            ranked[count++] = (struct ranked_fit){score, i};
    }
    if (count > 0)
        qsort(ranked, count, sizeof(ranked[0]), compare_fits);
    mem_free(list->fits);
    list->fits = mem_alloc_array(count, sizeof(list->fits[0]));
    list->fit_count = count;
    for (size_t i = 0; i < count; i++)
        list->fits[i] = ranked[i].index;
    mem_free(ranked);
}

struct complete_item *complete_list_get(const struct complete_list *list, size_t index)
{
    return &list->items[list->fits[index]];
}

void complete_list_clear(struct complete_list *list)
{
    for (size_t i = 0; i < list->count; i++) {
        mem_free(list->items[i].name);
        mem_free(list->items[i].args);
        mem_free(list->items[i].help);
    }
    mem_free(list->items);
    mem_free(list->fits);
    *list = (struct complete_list){.items = NULL};
}
