/*
 * The keys that the person has bound: the section "keys" of the configuration read
 * against the table of actions. The configuration itself knows neither keys nor actions;
 * main.c hands it the check.
 */
#ifndef UI_KEY_CONFIG_H
#define UI_KEY_CONFIG_H

#include "src/config/config.h"
#include "ui/keymap.h"

/* Binds what the section says, on top of what is bound. What is wrong is left out, and
 * added to the problems unless they are NULL. */
void key_config_apply(const struct config_section *keys, struct keymap *keymap,
                      struct problem_list *problems);

/* Adds what is wrong with the section to the problems: names that are none, a key that
 * is named twice, and modes that would have no way out. */
void key_config_check(const struct config_section *keys, struct problem_list *problems);

#endif
