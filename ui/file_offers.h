/*
 * The files and folders below a folder, to be offered while a name is typed. What is read
 * has limits in number, depth and time, level by level, so that a huge folder costs no
 * more than a small one: then the list is not whole. Hidden folders are not entered.
 */
#ifndef UI_FILE_OFFERS_H
#define UI_FILE_OFFERS_H

#include <stdbool.h>
#include <stddef.h>

struct file_offer {
    char *name; /* below the folder: "base/mem.c"; a folder's ends with a slash */
    int depth;  /* 0: in the folder itself */
    bool is_folder;
};

/* All zero: nothing was read. */
struct file_offers {
    char *folder; /* as it was asked for */
    bool has_hidden;
    struct file_offer *items; /* level by level; in each folders first, then by name */
    size_t count;
    size_t cap;
};

/*
 * Reads what is below `folder` ("" is the current one, "~/" the home folder); names that
 * begin with a dot only with `has_hidden`. Below the first level nothing more is read
 * once `max_ms` have passed. A folder that cannot be read has nothing.
 */
void file_offers_read(struct file_offers *offers, const char *folder, bool has_hidden,
                      int max_ms);
void file_offers_clear(struct file_offers *offers);

#endif
