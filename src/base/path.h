/*
 * Files by name: where Motet's own files live (XDG base directories) and reading a
 * whole file with a ceiling.
 */
#ifndef BASE_PATH_H
#define BASE_PATH_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/stat.h>

#include "src/base/error.h"
#include "src/base/strbuf.h"

/* Reads the file into `out` (bounded by its ceiling); the error names the path. */
bool path_read_file(const char *path, struct strbuf *out, struct error *err);

/* The same, and says in `info` what the file is that was read. */
bool path_read_file_info(const char *path, struct strbuf *out, struct stat *info,
                         struct error *err);

/* The same for regular files only: nothing that would wait for a writer, or never end. */
bool path_read_regular_file(const char *path, struct strbuf *out, struct error *err);

/*
 * The path of `name` in the folder for state that survives restarts
 * ($XDG_STATE_HOME/motet or ~/.local/state/motet). NULL if there is no home. With
 * `create` the folder is made, mode 0700. Caller frees.
 */
char *path_state_file(const char *name, bool create);

/* The same in the folder for what can be made again ($XDG_CACHE_HOME/motet or
 * ~/.cache/motet). */
char *path_cache_file(const char *name, bool create);

/* Makes the folders that are missing above `path`, mode 0700. */
bool path_make_folders(const char *path, struct error *err);

/* The path of `name` in the folder for configuration ($XDG_CONFIG_HOME/motet or
 * ~/.config/motet). NULL if there is no home. Caller frees. */
char *path_config_file(const char *name);

#endif
