/*
 * The layouts a person has made, remembered in a file of the state folder: one for each
 * set of models that was opened together, the last used ones first. Two programs may use
 * the file at once: it is replaced as a whole, and read again before.
 */
#ifndef UI_LAYOUT_FILE_H
#define UI_LAYOUT_FILE_H

#include <stdbool.h>
#include <stddef.h>

#include "src/base/error.h"
#include "src/base/strbuf.h"
#include "ui/view/tiling.h"

/* So many are kept; the file has at most so many bytes. */
#define LAYOUT_ENTRY_MAX 50
#define LAYOUT_FILE_MAX  ((size_t)512 << 10)

struct layout_entry {
    char *models[TILING_PANE_MAX]; /* as they were opened; owned */
    size_t count;
    enum tiling_mode mode;
    struct tiling_weights weights;
    bool is_zoomed;
    size_t focused;                /* a place on the screen */
    size_t order[TILING_PANE_MAX]; /* which of the models stands in each place */
};

struct layout_list {
    struct layout_entry *entries;
    size_t count;
};

void layout_entry_clear(struct layout_entry *entry);

/* True if both say the same; are they for the same models? */
bool layout_entry_equal(const struct layout_entry *a, const struct layout_entry *b);
bool layout_entry_is_for(const struct layout_entry *entry, char *const *models,
                         size_t count);

/* Reads and writes the text of a file. False with err filled, and an empty list, if it is
 * damaged. */
bool layout_list_parse(const char *text, size_t len, struct layout_list *list,
                       struct error *err);
void layout_list_write(const struct layout_list *list, struct strbuf *out);
void layout_list_clear(struct layout_list *list);

/* Finds what is remembered for the models of `entry` and fills the rest of it;
 * `*is_found` says if there is any. False with err filled if the file could not be read,
 * or is damaged: then it was put aside. */
bool layout_file_find(const char *path, struct layout_entry *entry, bool *is_found,
                      struct error *err);

/* Remembers the entry in the place of an older one for the same models. */
bool layout_file_keep(const char *path, const struct layout_entry *entry,
                      struct error *err);

#endif
