/*
 * Whether the values of a configuration go together and mean something to the program:
 * names that lead nowhere, providers without an address, keys from two sources; and
 * whether the files that it names are there.
 */
#ifndef CONFIG_CONFIG_CHECK_H
#define CONFIG_CONFIG_CHECK_H

#include "src/config/config.h"

/* Adds what is wrong to the configuration's problems. Touches no file and no network. */
void config_check(struct config *config, const struct config_rules *rules);

/* Adds what is wrong with the files that a provider needs (its key, certificates) and
 * returns how many problems those are. Not part of config_check: a file that is missing
 * stops its provider, not the others. */
size_t config_check_files(struct config *config, const struct config_section *provider);

#endif
