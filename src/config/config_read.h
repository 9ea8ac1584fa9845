/*
 * From the tree of a file to sections of values: names are looked up in the table of
 * settings, values are read by their types. Whether the values go together is another
 * question (config_check.h).
 */
#ifndef CONFIG_CONFIG_READ_H
#define CONFIG_CONFIG_READ_H

#include "src/config/config.h"
#include "src/config/yaml_file.h"

/* Fills the sections of `config` from the root of a file, and its problems. */
void config_read_tree(struct config *config, const struct yaml_value *root);

#endif
