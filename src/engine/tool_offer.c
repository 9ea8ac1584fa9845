/* Arrays that run alike: our names, whether they can be run, and what is sent. */
#include "src/engine/tool_offer.h"

#include <string.h>

#include "src/base/mem.h"
#include "src/tool/tool_glob.h"
#include "src/tool/wire_name.h"

struct tool_offer {
    struct tool_list list;
    struct tool_definition *items; /* texts owned */
    char **names;
    bool *is_runnable;
    struct wire_names wires;
};

void tool_choice_add(struct tool_choice *choice, const char *pattern)
{
    choice->items =
        mem_grow(choice->items, &choice->cap, choice->len + 1, sizeof(choice->items[0]));
    choice->items[choice->len++] = mem_strdup(pattern);
}

void tool_choice_clear(struct tool_choice *choice)
{
    for (size_t i = 0; i < choice->len; i++)
        mem_free(choice->items[i]);
    mem_free(choice->items);
    *choice = (struct tool_choice){0};
}

bool tool_choice_has(const struct tool_choice *choice, const char *tool)
{
    for (size_t i = choice->len; i > 0; i--) {
        const char *pattern = choice->items[i - 1];
        const bool is_out = pattern[0] == '!';
        if (tool_glob_match(pattern + is_out, tool))
            return !is_out;
    }
    return false;
}

static void offer_add(struct tool_offer *offer, const struct tool *tool)
{
    const size_t at = offer->list.len++;
    offer->names[at] = mem_strdup(tool->name);
    offer->is_runnable[at] = tool->source != TOOL_FROM_DEFINITION;
    offer->items[at] = (struct tool_definition){
        .description = mem_strdup(tool->description),
        .schema = mem_strdup(tool->schema),
    };
}

struct tool_offer *tool_offer_new(const struct toolbox *box,
                                  const struct tool_choice *choice)
{
    const size_t count = toolbox_count(box);
    struct tool_offer *offer = mem_alloc(sizeof(*offer));
    offer->items = mem_alloc_array(count, sizeof(offer->items[0]));
    offer->names = mem_alloc_array(count, sizeof(offer->names[0]));
    offer->is_runnable = mem_alloc_array(count, sizeof(offer->is_runnable[0]));
    for (size_t i = 0; i < count; i++) {
        const struct tool *tool = toolbox_get(box, i);
        if (tool_choice_has(choice, tool->name))
            offer_add(offer, tool);
    }
    offer->list.items = offer->items;
    if (offer->list.len == 0) {
        tool_offer_free(offer);
        return NULL;
    }
    wire_names_init(&offer->wires, (const char *const *)offer->names, offer->list.len);
    for (size_t i = 0; i < offer->list.len; i++)
        offer->items[i].name = offer->wires.items[i];
    return offer;
}

void tool_offer_free(struct tool_offer *offer)
{
    if (offer == NULL)
        return;
    for (size_t i = 0; i < offer->list.len; i++) {
        mem_free((char *)offer->items[i].description);
        mem_free((char *)offer->items[i].schema);
        mem_free(offer->names[i]);
    }
    wire_names_clear(&offer->wires);
    mem_free(offer->items);
    mem_free(offer->names);
    mem_free(offer->is_runnable);
    mem_free(offer);
}

const struct tool_list *tool_offer_get_list(const struct tool_offer *offer)
{
    return offer != NULL ? &offer->list : NULL;
}

const char *tool_offer_find(const struct tool_offer *offer, const char *wire_name)
{
    size_t index;
    return offer != NULL && wire_names_find(&offer->wires, wire_name, &index)
               ? offer->names[index]
               : NULL;
}

bool tool_offer_is_runnable(const struct tool_offer *offer, const char *name)
{
    for (size_t i = 0; offer != NULL && i < offer->list.len; i++) {
        if (strcmp(offer->names[i], name) == 0)
            return offer->is_runnable[i];
    }
    return false;
}

bool tool_offer_has_runnable(const struct tool_offer *offer)
{
    for (size_t i = 0; offer != NULL && i < offer->list.len; i++) {
        if (offer->is_runnable[i])
            return true;
    }
    return false;
}
