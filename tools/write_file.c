/* A file of the working directory, written whole; folders that miss are made. */
#include "tools/motet_tool.h"

#include <string.h>
#include <sys/stat.h>
#include <fcntl.h>

#include "src/base/confined_path.h"

static bool write_file(const cJSON *arguments, struct strbuf *out, struct error *err)
{
    struct confined_place place;
    const char *path = argument_text(arguments, "path", err);
    const char *content = path != NULL ? argument_text(arguments, "content", err) : NULL;
    if (content == NULL || !confined_find(&place, NULL, path, CONFINED_MAKE_FOLDERS, err))
        return false;
    struct stat info;
    const bool is_new =
        fstatat(place.folder, place.name, &info, AT_SYMLINK_NOFOLLOW) != 0;
    const size_t len = strlen(content);
    const bool ok = confined_write(&place, content, len, err);
    if (ok)
        strbuf_append_format(out, "%s %s, %zu bytes", is_new ? "made" : "replaced",
                             place.shown, len);
    confined_clear(&place);
    return ok;
}

const struct shipped_tool shipped_write_file = {"write_file", write_file};
