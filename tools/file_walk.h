/*
 * All entries below a folder, in the order of their names, without following links. What
 * a version control keeps for itself is left out. Bounded in levels and in number.
 */
#ifndef TOOLS_FILE_WALK_H
#define TOOLS_FILE_WALK_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/stat.h>

#include "src/base/error.h"

struct file_walk_entry {
    const char *path; /* from the working directory */
    int folder;       /* the open folder that holds it */
    const char *name; /* in that folder */
    const struct stat *info;
};

struct file_walk {
    bool is_deep; /* folders in folders too */
    /* Called for each; false ends the walk. */
    bool (*visit)(void *user, const struct file_walk_entry *entry);
    void *user;
    size_t left; /* entries that may still be visited; 0 at the end: there were more */
};

/* Walks the folder that `path` leads to. False with err filled if it cannot be opened. */
bool file_walk_run(struct file_walk *walk, const char *path, struct error *err);

#endif
