/* The same steps as the shipped tools make, but for the writing. */
#include "src/tool/tool_preview.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>

#include "src/base/confined_path.h"
#include "src/base/json.h"
#include "src/base/mem.h"
#include "src/base/replace_once.h"
#include "src/base/utf8.h"
#include "src/tool/command_tool.h"
#include "src/tool/text_diff.h"

/* Nobody reads more; the ceiling of the diff itself is lower. */
#define PREVIEW_TEXT_MAX ((size_t)4 << 20)

/* A sentence in the place of a diff. */
static void say(struct strbuf *out, const char *what, const struct error *err)
{
    strbuf_append_format(out, "%s: %s", what, error_text(err));
}

static void append_diff(struct strbuf *out, const struct text_diff *diff)
{
    if (text_diff_append(out, diff))
        return;
    if (diff->before == NULL)
        strbuf_append_format(out, "%s would be made, and empty", diff->name);
    else
        strbuf_append_format(out, "no change: %s has this text already", diff->name);
}

static bool is_there(const struct confined_place *place)
{
    struct stat info;
    return place->folder >= 0 &&
           fstatat(place->folder, place->name, &info, AT_SYMLINK_NOFOLLOW) == 0;
}

static void preview_write(const struct confined_place *place, const cJSON *arguments,
                          struct strbuf *out)
{
    const char *content = json_get_string(arguments, "content");
    struct error err = {.class = ERROR_NONE};
    struct strbuf before;
    strbuf_init(&before, TOOL_PREVIEW_FILE_MAX);
    const bool is_new = !is_there(place);
    const size_t len = content != NULL ? strlen(content) : 0;
    if (content == NULL)
        error_set(&err, ERROR_USAGE, "the argument \"content\" is missing");
    else if (len > TOOL_PREVIEW_FILE_MAX)
        error_set(&err, ERROR_USAGE, "the new text is too large to be compared");
    if (err.class == ERROR_NONE && (is_new || confined_read_text(place, &before, &err))) {
        const struct text_diff diff = {.name = place->shown,
                                       .before = is_new ? NULL : strbuf_text(&before),
                                       .before_len = before.len,
                                       .after = content,
                                       .after_len = len};
        append_diff(out, &diff);
    } else {
        say(out, "no preview", &err);
    }
    error_clear(&err);
    strbuf_clear(&before);
}

static void preview_edit(const struct confined_place *place, const cJSON *arguments,
                         struct strbuf *out)
{
    const struct replacement replacement = {json_get_string(arguments, "old_text"),
                                            json_get_string(arguments, "new_text")};
    struct error err = {.class = ERROR_NONE};
    struct strbuf before;
    struct strbuf after;
    strbuf_init(&before, TOOL_PREVIEW_FILE_MAX);
    strbuf_init(&after, 2 * TOOL_PREVIEW_FILE_MAX);
    if (replacement.from == NULL || replacement.to == NULL) {
        strbuf_append_text(out, "no preview: old_text or new_text is missing");
    } else if (!confined_read_text(place, &before, &err)) {
        say(out, "no preview", &err);
    } else if (!replace_once(&after, strbuf_text(&before), &replacement, &err)) {
        say(out, "this edit would fail", &err);
    } else {
        const struct text_diff diff = {.name = place->shown,
                                       .before = strbuf_text(&before),
                                       .before_len = before.len,
                                       .after = strbuf_text(&after),
                                       .after_len = after.len};
        append_diff(out, &diff);
    }
    error_clear(&err);
    strbuf_clear(&before);
    strbuf_clear(&after);
}

static void preview_file(const struct command_tool *command, const cJSON *arguments,
                         struct strbuf *out)
{
    const char *path = json_get_string(arguments, "path");
    const bool is_edit = command->preview == PREVIEW_EDIT_FILE;
    struct error err = {.class = ERROR_NONE};
    struct confined_place place;
    if (path == NULL)
        error_set(&err, ERROR_USAGE, "the argument \"path\" is missing");
    if (path == NULL ||
        !confined_find(&place, command->directory, path,
                       is_edit ? CONFINED_IS_THERE : CONFINED_MAY_MISS, &err)) {
        say(out, "no preview", &err);
        error_clear(&err);
        return;
    }
    if (is_edit)
        preview_edit(&place, arguments, out);
    else
        preview_write(&place, arguments, out);
    confined_clear(&place);
}

bool tool_preview(const struct tool *tool, const char *arguments, struct strbuf *out)
{
    if (tool->command == NULL || tool->command->preview == PREVIEW_NONE)
        return false;
    struct strbuf text;
    strbuf_init(&text, PREVIEW_TEXT_MAX);
    cJSON *root = json_parse(arguments, strlen(arguments));
    if (cJSON_IsObject(root))
        preview_file(tool->command, root, &text);
    else
        strbuf_append_text(&text, "no preview: the arguments are not an object of JSON");
    /* Halves of characters in the arguments, and cuts. */
    utf8_append_valid(out, strbuf_text(&text), text.len);
    cJSON_Delete(root);
    strbuf_clear(&text);
    return true;
}
