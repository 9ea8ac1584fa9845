/*
 * Motet's own session files from strangers. Whatever the bytes: what is imported gives a
 * file that can be imported again and is then the same, a failure has a sentence and
 * gives nothing.
 */
#include "tests/fuzz/fuzz.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "src/base/mem.h"
#include "src/store/export_format.h"
#include "src/store/session_import.h"

static void must(bool holds)
{
    if (!holds)
        abort();
}

static bool import(const char *bytes, size_t len, struct imported *imported)
{
    const struct import_source source = {NULL, bytes, len};
    struct error err = {ERROR_NONE, NULL};
    const bool ok = session_import(import_form_find("motet"), &source, imported, &err);
    must(ok == (imported->count > 0) && ok == (error_text(&err)[0] == '\0'));
    error_clear(&err);
    return ok;
}

static void write_as(const char *format, const struct session *session,
                     struct strbuf *out)
{
    const struct export_view view = export_view_of(session);
    strbuf_init(out, STRBUF_OWN_MAX);
    export_format_find(format)->write(&view, out);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct imported imported = {0};
    if (import((const char *)data, size, &imported)) {
        struct imported again = {0};
        struct strbuf first;
        struct strbuf second;
        write_as("json", &imported.sessions[0], &first);
        must(import(strbuf_text(&first), first.len, &again));
        write_as("json", &again.sessions[0], &second);
        must(first.len == second.len && memcmp(first.text, second.text, first.len) == 0);
        strbuf_clear(&second);
        for (size_t i = 0; export_format_get(i) != NULL; i++) {
            write_as(export_format_get(i)->name, &again.sessions[0], &second);
            strbuf_clear(&second);
        }
        strbuf_clear(&first);
        imported_clear(&again);
    }
    imported_clear(&imported);
    return 0;
}
