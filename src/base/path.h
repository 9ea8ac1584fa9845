/*
 * Files by name: what people write for a path, where programs lie, where Motet's own
 * files live (XDG base directories), and reading a whole file with a ceiling.
 */
#ifndef BASE_PATH_H
#define BASE_PATH_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/stat.h>

#include "src/base/error.h"
#include "src/base/strbuf.h"

/* The path that a person's text means: "~/x" is below the home folder, others are as they
 * are. Caller frees. */
char *path_from_text(const char *text);

/* The same for a text in a file: other relative paths begin at the folder of `file`. */
char *path_from_file(const char *file, const char *text);

/* The program of that name in the folders of `search` (as PATH has them; NULL: the
 * system's); a name with a slash is its path. Relative folders are not looked in: nothing
 * is run from where we happen to be. NULL if there is none. Caller frees. */
char *path_find_program(const char *name, const char *search);

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

/* The same in the folder for what a person would miss ($XDG_DATA_HOME/motet or
 * ~/.local/share/motet). */
char *path_data_file(const char *name, bool create);

/* The same in the folder for what can be made again ($XDG_CACHE_HOME/motet or
 * ~/.cache/motet). */
char *path_cache_file(const char *name, bool create);

/* Makes the folders that are missing above `path`, mode 0700. */
bool path_make_folders(const char *path, struct error *err);

/* The path of `name` in the folder for configuration ($XDG_CONFIG_HOME/motet or
 * ~/.config/motet). NULL if there is no home. Caller frees. */
char *path_config_file(const char *name);

#endif
