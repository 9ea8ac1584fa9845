/* The table of forms, how they are told apart, and that a file gives all or nothing. */
#include "src/store/session_import.h"

#include <string.h>

#include "src/base/compiler.h"
#include "src/base/mem.h"
#include "src/store/import_form.h"

static const struct import_form forms[] = {
    {"motet", "what motet sessions export --format json has written", false, false,
     import_motet},
    {"openai", "messages as OpenAI's API takes them, as JSON or a conversation a line",
     false, false, import_openai},
    {"aichat", "a session of aichat (YAML)", false, true, import_aichat_session},
    {"llm", "the logs.db of llm (SQLite)", true, false, import_llm_logs},
};

const struct import_form *import_form_get(size_t index)
{
    return index < COUNT_OF(forms) ? &forms[index] : NULL;
}

const struct import_form *import_form_find(const char *name)
{
    for (size_t i = 0; i < COUNT_OF(forms); i++) {
        if (strcmp(forms[i].name, name) == 0)
            return &forms[i];
    }
    return NULL;
}

const struct import_form *import_form_guess(const char *bytes, size_t len)
{
    static const char database[] = "SQLite format 3";
    const size_t look = len < 4096 ? len : 4096;
    size_t at = len >= 3 && memcmp(bytes, "\xef\xbb\xbf", 3) == 0 ? 3 : 0;
    if (len >= sizeof(database) && memcmp(bytes, database, sizeof(database)) == 0)
        return import_form_find("llm");
    while (at < look && bytes[at] != '\0' && strchr(" \t\r\n", bytes[at]) != NULL)
        at++;
    if (at >= look)
        return NULL;
    if (bytes[at] == '[')
        return import_form_find("openai");
    if (bytes[at] == '{')
        return import_form_find(import_is_motet(bytes + at, len - at) ? "motet"
                                                                      : "openai");
    for (; at < len && at < look; at++) {
        const bool is_line_start = at == 0 || bytes[at - 1] == '\n';
        if (is_line_start && len - at > 9 &&
            (memcmp(bytes + at, "messages:", 9) == 0 ||
             memcmp(bytes + at, "model:", 6) == 0))
            return import_form_find("aichat");
    }
    return NULL;
}

bool session_import(const struct import_form *form, const struct import_source *source,
                    struct imported *imported, struct error *err)
{
    struct import_source text = *source;
    /* The mark that some editors put before a text says nothing here. */
    if (!form->is_database && text.len >= 3 &&
        memcmp(text.bytes, "\xef\xbb\xbf", 3) == 0) {
        text.bytes += 3;
        text.len -= 3;
    }
    if (!form->read(&text, imported, err)) {
        imported_clear(imported);
        return false;
    }
    if (imported->count > 0)
        return true;
    error_set(err, ERROR_USAGE, "there is no conversation in it");
    imported_clear(imported);
    return false;
}

void imported_clear(struct imported *imported)
{
    for (size_t i = 0; i < imported->count; i++)
        session_clear(&imported->sessions[i]);
    mem_free(imported->sessions);
    text_list_clear(&imported->notes);
    *imported = (struct imported){0};
}
