/*
 * Sessions out of files: Motet's own JSON, messages as OpenAI's API takes them, sessions
 * of aichat, logs of llm. A file gives all of its sessions or none. Nothing is stored
 * here, and no configuration is needed: models keep the names that the file has.
 *
 * Files are from strangers: whatever the bytes, what comes out is a sound session, or one
 * sentence that says what is wrong and where ("message 3: …"). The caller names the file.
 */
#ifndef STORE_SESSION_IMPORT_H
#define STORE_SESSION_IMPORT_H

#include <stdbool.h>
#include <stddef.h>

#include "src/base/error.h"
#include "src/base/text_list.h"
#include "src/chat/session.h"

/* The largest file that is read at once (all but databases). */
#define IMPORT_FILE_MAX ((size_t)256 << 20)

/* The most sessions, and messages of all of them, that a file may hold. */
#define IMPORT_SESSIONS_MAX ((size_t)100000)
#define IMPORT_MESSAGES_MAX ((size_t)1000000)

struct imported {
    struct session *sessions;
    size_t count;
    size_t cap;
    size_t message_count;
    struct text_list notes; /* sentences on what could not be carried over */
};

struct import_source {
    const char *path;  /* of the file; databases are opened by it */
    const char *bytes; /* its contents; not of a database */
    size_t len;
};

/* A kind of file that can be imported. */
struct import_form {
    const char *name; /* for --as: "openai" */
    const char *help;
    bool is_database; /* read by its path */
    bool is_yaml;     /* the bytes are YAML: `read` takes the same document as JSON */
    bool (*read)(const struct import_source *source, struct imported *imported,
                 struct error *err);
};

/* The table: record `index`, NULL past the end; the one called `name`, or NULL. */
const struct import_form *import_form_get(size_t index);
const struct import_form *import_form_find(const char *name);

/* The form that the first bytes of a file (all of it, if it is no database) look like;
 * NULL if none. */
const struct import_form *import_form_guess(const char *bytes, size_t len);

/* Reads a file with one of the forms. False with err filled and nothing imported; clear
 * `imported` (zeroed at first) in any case. */
bool session_import(const struct import_form *form, const struct import_source *source,
                    struct imported *imported, struct error *err);
void imported_clear(struct imported *imported);

#endif
