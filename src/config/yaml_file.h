/*
 * YAML files that a person has written, read into a tree of texts, lists and maps in
 * which each node knows its line and column. Everything that is wrong goes into a list of
 * problems. Knows nothing of settings: every value is text, and whoever reads it says
 * what it has to be.
 *
 * Ceilings: 1 MiB, 32 levels, 20,000 nodes (an alias counts as all that it stands for).
 * One document a file; a map has each key once; no tags but YAML's own.
 */
#ifndef CONFIG_YAML_FILE_H
#define CONFIG_YAML_FILE_H

#include <stdbool.h>
#include <stddef.h>

#include "src/config/problem.h"

#define YAML_FILE_MAX_BYTES ((size_t)1 << 20)

enum yaml_value_kind { YAML_VALUE_TEXT, YAML_VALUE_LIST, YAML_VALUE_MAP };

struct yaml_value {
    enum yaml_value_kind kind;
    struct text_place place;
    char *text;    /* of a text; never holds a NUL */
    bool is_plain; /* a text without quotes: "yes" may mean a flag, "" nothing at all */
    struct yaml_value **items; /* of a list or map, in the order of the file */
    struct yaml_value **keys;  /* of a map: the key of each item, always a text */
    size_t len;
};

/*
 * Reads a document. NULL if it cannot be understood, with the reason added to `problems`;
 * what can be mended by leaving something out (a key that is there twice) is added too,
 * and left out. An empty document is an empty map.
 */
struct yaml_value *yaml_file_parse(const char *bytes, size_t len,
                                   struct problem_list *problems);

/* Frees the tree; NULL is allowed. */
void yaml_value_free(struct yaml_value *value);

/* The item called `key` of a map, or NULL. */
const struct yaml_value *yaml_value_get(const struct yaml_value *map, const char *key);

/* True for what stands for nothing: an empty plain text, "~", "null". */
bool yaml_value_is_nothing(const struct yaml_value *value);

#endif
