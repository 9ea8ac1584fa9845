/* One place of a text file of the working directory, changed. */
#include "tools/motet_tool.h"

#include "src/base/confined_path.h"
#include "src/base/replace_once.h"

#define EDIT_FILE_MAX ((size_t)10 << 20)

static bool edit_place(const struct confined_place *place,
                       const struct replacement *replacement, struct error *err)
{
    struct strbuf before;
    struct strbuf after;
    strbuf_init(&before, EDIT_FILE_MAX);
    strbuf_init(&after, EDIT_FILE_MAX);
    const bool ok = confined_read_text(place, &before, err) &&
                    replace_once(&after, strbuf_text(&before), replacement, err) &&
                    confined_write(place, strbuf_text(&after), after.len, err);
    strbuf_clear(&before);
    strbuf_clear(&after);
    return ok;
}

static bool edit_file(const cJSON *arguments, struct strbuf *out, struct error *err)
{
    struct confined_place place;
    const char *path = argument_text(arguments, "path", err);
    if (path == NULL)
        return false;
    struct replacement replacement = {.from = argument_text(arguments, "old_text", err)};
    if (replacement.from != NULL)
        replacement.to = argument_text(arguments, "new_text", err);
    if (replacement.to == NULL ||
        !confined_find(&place, NULL, path, CONFINED_IS_THERE, err))
        return false;
    const bool ok = edit_place(&place, &replacement, err);
    if (ok)
        strbuf_append_format(out, "changed %s", place.shown);
    confined_clear(&place);
    return ok;
}

const struct shipped_tool shipped_edit_file = {"edit_file", edit_file};
