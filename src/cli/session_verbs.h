/*
 * What motet sessions does with the store: a verb is a function here and a record in
 * cmd_sessions.c. Each returns the exit code and fills err where nothing was said yet;
 * `path` is the database's. The first word of the options is the verb itself.
 */
#ifndef CLI_SESSION_VERBS_H
#define CLI_SESSION_VERBS_H

#include <stdint.h>

#include "src/base/error.h"
#include "src/cli/options.h"

/* session_list.c: they only read, so they work while other programs write. */
int session_verb_list(const struct options *options, const char *path, struct error *err);
int session_verb_show(const struct options *options, const char *path, struct error *err);
int session_verb_search(const struct options *options, const char *path,
                        struct error *err);

/* session_change.c: a session that another program has open is left alone. */
int session_verb_rename(const struct options *options, const char *path,
                        struct error *err);
int session_verb_tag(const struct options *options, const char *path, struct error *err);
int session_verb_untag(const struct options *options, const char *path,
                       struct error *err);
int session_verb_remove(const struct options *options, const char *path,
                        struct error *err);

/* The number that a word says; false with err filled if it is none. */
bool session_read_id(const char *word, int64_t *id, struct error *err);

/* One line each of what lists print, for people; also for the front end in lines. */
struct session_row;
struct strbuf;
void session_row_append(struct strbuf *out, const struct session_row *row);

#endif
