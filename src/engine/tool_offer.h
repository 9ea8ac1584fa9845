/*
 * The tools that a turn's model was told of: copies, so that a server may change its
 * list meanwhile, under the names that services allow, with the way back to ours.
 */
#ifndef ENGINE_TOOL_OFFER_H
#define ENGINE_TOOL_OFFER_H

#include <stdbool.h>
#include <stddef.h>

#include "src/chat/tool_definition.h"
#include "src/tool/toolbox.h"

struct tool_offer;

/* Names and globs of tools, "!" before one takes its tools back out: the last that fits
 * a name decides. */
struct tool_choice {
    char **items;
    size_t len;
    size_t cap;
};

void tool_choice_add(struct tool_choice *choice, const char *pattern);
void tool_choice_clear(struct tool_choice *choice);
bool tool_choice_has(const struct tool_choice *choice, const char *tool);

/* Copies what the choice has of the tools there are now; NULL where that is none. */
struct tool_offer *tool_offer_new(const struct toolbox *box,
                                  const struct tool_choice *choice);
void tool_offer_free(struct tool_offer *offer);

/* What is sent; valid as long as the offer. */
const struct tool_list *tool_offer_get_list(const struct tool_offer *offer);

/* Our name of the tool that a model called so; NULL: it was not offered. */
const char *tool_offer_find(const struct tool_offer *offer, const char *wire_name);

/* True if a call to the tool (by our name) can be run here. */
bool tool_offer_is_runnable(const struct tool_offer *offer, const char *name);

/* True if any can. */
bool tool_offer_has_runnable(const struct tool_offer *offer);

#endif
