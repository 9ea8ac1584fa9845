/*
 * Files of sessions, one after the other: what one holds is stored all or not at all, and
 * a bad one does not keep the next from coming in. YAML is made into JSON here, for the
 * room of the importers knows no YAML.
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "src/base/mem.h"
#include "src/base/path.h"
#include "src/base/safe_text.h"
#include "src/cli/session_files.h"
#include "src/config/yaml_stream.h"
#include "src/store/session_import.h"
#include "src/store/store.h"

/* The bytes by which a database is known. */
#define LOOK_BYTES 100

static void print_line(FILE *file, const char *text)
{
    struct strbuf safe;
    strbuf_init(&safe, STRBUF_OWN_MAX);
    safe_text_append_line(&safe, text, strlen(text), 2000);
    fprintf(file, "%s\n", strbuf_text(&safe));
    strbuf_clear(&safe);
}

static bool fail_form(const char *path, struct error *err)
{
    error_set(
        err, ERROR_USAGE,
        "%s: this is neither a session of Motet nor OpenAI's messages, a session of "
        "aichat or logs of llm; --as says what it is",
        path);
    return false;
}

/* True if a plain file is there: a pipe without a writer would be waited for. */
static bool is_plain_file(const char *path)
{
    struct stat info;
    return stat(path, &info) == 0 && S_ISREG(info.st_mode);
}

/* True if the file begins as a database does; it is read by its path then, not at once.
 */
static bool is_database(const char *path)
{
    char bytes[LOOK_BYTES];
    FILE *file = is_plain_file(path) ? fopen(path, "rbe") : NULL;
    if (file == NULL)
        return false;
    const size_t len = fread(bytes, 1, sizeof(bytes), file);
    (void)fclose(file);
    const struct import_form *form = import_form_guess(bytes, len);
    return form != NULL && form->is_database;
}

/* Reads the text of a file with the form, which is guessed if it is NULL. */
static bool read_text(const struct import_form *form, const char *path,
                      struct imported *imported, struct error *err)
{
    struct strbuf text;
    struct strbuf json;
    strbuf_init(&text, IMPORT_FILE_MAX);
    strbuf_init(&json, 2 * IMPORT_FILE_MAX);
    bool ok = path_read_regular_file(path, &text, err);
    if (ok && form == NULL) {
        form = import_form_guess(strbuf_text(&text), text.len);
        ok = form != NULL || fail_form(path, err);
    }
    if (ok) {
        struct import_source source = {path, strbuf_text(&text), text.len};
        if (form->is_yaml) {
            ok = yaml_stream_to_json(strbuf_text(&text), text.len, &json, err);
            source.bytes = strbuf_text(&json);
            source.len = json.len;
        }
        ok = ok && session_import(form, &source, imported, err);
        if (!ok)
            error_prefix(err, "%s", path);
    }
    strbuf_clear(&json);
    strbuf_clear(&text);
    return ok;
}

static bool read_file(const struct import_form *form, const char *path,
                      struct imported *imported, struct error *err)
{
    const bool is_named = form != NULL && form->is_database && is_plain_file(path);
    /* What is no plain file is refused by the reader of texts. */
    if ((form == NULL && is_database(path)) || is_named) {
        const struct import_source source = {path, NULL, 0};
        if (session_import(import_form_find("llm"), &source, imported, err))
            return true;
        error_prefix(err, "%s", path);
        return false;
    }
    return read_text(form, path, imported, err);
}

static bool store_all(struct store *store, struct imported *imported, struct error *err)
{
    if (store_begin(store, err) != STORE_OK)
        return false;
    for (size_t i = 0; i < imported->count; i++) {
        if (!store_put_whole(store, &imported->sessions[i]))
            break;
    }
    return store_commit(store, err) == STORE_OK;
}

static void report(const char *path, const struct imported *imported)
{
    for (size_t i = 0; i < imported->notes.len; i++) {
        char *note = strbuf_format("motet: %s: %s", path, imported->notes.items[i]);
        print_line(stderr, note);
        mem_free(note);
    }
    char *text = strbuf_format("%s: %zu %s with %zu %s", path, imported->count,
                               imported->count == 1 ? "session" : "sessions",
                               imported->message_count,
                               imported->message_count == 1 ? "message" : "messages");
    print_line(stdout, text);
    mem_free(text);
    for (size_t i = 0; i < imported->count && imported->count <= 20; i++) {
        const struct session *session = &imported->sessions[i];
        text = strbuf_format("%6lld  %s", (long long)session->id,
                             session->title != NULL ? session->title : "(no title)");
        print_line(stdout, text);
        mem_free(text);
    }
}

static int import_one(struct store *store, const struct import_form *form,
                      const char *word)
{
    struct imported imported = {0};
    struct error err = {ERROR_NONE, NULL};
    char *path = path_from_text(word);
    int code = EXIT_CODE_OK;
    if (!read_file(form, path, &imported, &err))
        code = EXIT_CODE_USAGE;
    else if (!store_all(store, &imported, &err))
        code = EXIT_CODE_INTERNAL;
    else
        report(path, &imported);
    if (code != EXIT_CODE_OK) {
        char *text = strbuf_format("motet: %s", error_text(&err));
        print_line(stderr, text);
        mem_free(text);
    }
    imported_clear(&imported);
    error_clear(&err);
    mem_free(path);
    return code;
}

static void fail_name(const char *name, struct error *err)
{
    struct strbuf names;
    strbuf_init(&names, STRBUF_OWN_MAX);
    for (size_t i = 0; import_form_get(i) != NULL; i++)
        strbuf_append_format(&names, "%s%s (%s)", i > 0 ? ", " : "",
                             import_form_get(i)->name, import_form_get(i)->help);
    error_set(err, ERROR_USAGE, "--as takes one of %s; not \"%s\"", strbuf_text(&names),
              name);
    strbuf_clear(&names);
}

int session_files_import(const struct options *options, const char *path,
                         struct error *err)
{
    const char *as = options->session_file.as;
    const struct import_form *form = as != NULL ? import_form_find(as) : NULL;
    int code = EXIT_CODE_OK;
    if (as != NULL && form == NULL) {
        fail_name(as, err);
        return EXIT_CODE_USAGE;
    }
    if (options->words.len < 2) {
        error_set(err, ERROR_USAGE, "motet sessions import takes files");
        return EXIT_CODE_USAGE;
    }
    const struct store_options store_options = {path, 3000, false};
    char *notice = NULL;
    struct store *store = store_open(&store_options, &notice, err);
    if (notice != NULL)
        print_line(stderr, notice);
    mem_free(notice);
    if (store == NULL)
        return EXIT_CODE_INTERNAL;
    for (size_t i = 1; i < options->words.len; i++) {
        const int one = import_one(store, form, options->words.items[i]);
        code = one != EXIT_CODE_OK ? one : code;
    }
    store_close(store);
    return code;
}
