/* There is always one place more than texts, for the NULL at the end. */
#include "src/base/text_list.h"

#include <string.h>

#include "src/base/mem.h"

void text_list_add(struct text_list *list, const char *text, size_t len)
{
    list->items =
        mem_grow(list->items, &list->cap, list->len + 2, sizeof(list->items[0]));
    list->items[list->len++] = mem_strndup(text, len);
    list->items[list->len] = NULL;
}

char **text_list_take(struct text_list *list)
{
    char **texts = list->items != NULL ? list->items : mem_alloc(sizeof(texts[0]));
    *list = (struct text_list){0};
    return texts;
}

void text_list_clear(struct text_list *list)
{
    texts_free(list->items);
    *list = (struct text_list){0};
}

size_t texts_count(char *const *texts)
{
    size_t count = 0;
    while (texts != NULL && texts[count] != NULL)
        count++;
    return count;
}

char **texts_copy(char *const *texts)
{
    struct text_list list = {0};
    if (texts == NULL)
        return NULL;
    for (; *texts != NULL; texts++)
        text_list_add(&list, *texts, strlen(*texts));
    return text_list_take(&list);
}

void texts_free(char **texts)
{
    for (size_t i = 0; texts != NULL && texts[i] != NULL; i++)
        mem_free(texts[i]);
    mem_free(texts);
}
