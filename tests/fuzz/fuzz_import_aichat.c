/*
 * Sessions of aichat, from their YAML on.
 * Whatever the bytes: what is imported has sessions and can be exported, a failure has a
 * sentence and gives nothing.
 */
#include "tests/fuzz/fuzz.h"

#include <stdbool.h>
#include <stdlib.h>

#include "src/config/yaml_stream.h"
#include "src/store/export_format.h"
#include "src/store/session_import.h"

static void must(bool holds)
{
    if (!holds)
        abort();
}

static void write_out(const struct session *session)
{
    const struct export_view view = export_view_of(session);
    struct strbuf out;
    strbuf_init(&out, STRBUF_OWN_MAX);
    for (size_t i = 0; export_format_get(i) != NULL; i++)
        export_format_get(i)->write(&view, &out);
    strbuf_clear(&out);
}

static bool import(const char *bytes, size_t len, struct imported *imported,
                   struct error *err)
{
    struct strbuf json;
    strbuf_init(&json, 64 * len + 1024);
    bool ok = yaml_stream_to_json(bytes, len, &json, err);
    if (ok) {
        const struct import_source source = {"a/b.yaml", strbuf_text(&json), json.len};
        ok = session_import(import_form_find("aichat"), &source, imported, err);
    }
    strbuf_clear(&json);
    return ok;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct imported imported = {0};
    struct error err = {ERROR_NONE, NULL};
    const bool ok = import((const char *)data, size, &imported, &err);
    must(ok == (imported.count > 0) && ok == (error_text(&err)[0] == '\0'));
    for (size_t i = 0; i < imported.count; i++)
        write_out(&imported.sessions[i]);
    imported_clear(&imported);
    error_clear(&err);
    return 0;
}
