/*
 * Whether the values of a configuration go together and mean something to the program:
 * names that lead nowhere, providers without an address, keys from two sources.
 */
#ifndef CONFIG_CONFIG_CHECK_H
#define CONFIG_CONFIG_CHECK_H

#include "src/config/config.h"

/* Adds what is wrong to the configuration's problems. Touches no file and no network. */
void config_check(struct config *config, const struct config_rules *rules);

#endif
