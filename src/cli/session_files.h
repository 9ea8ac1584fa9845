/* motet sessions export and import: sessions out to files and in from them. */
#ifndef CLI_SESSION_FILES_H
#define CLI_SESSION_FILES_H

#include "src/base/error.h"
#include "src/cli/options.h"

/* Carry out the words behind "export" and "import"; return the exit code, and fill err if
 * nothing was said yet. `path` is the database's. */
int session_files_export(const struct options *options, const char *path,
                         struct error *err);
int session_files_import(const struct options *options, const char *path,
                         struct error *err);

#endif
