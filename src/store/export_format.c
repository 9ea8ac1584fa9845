#include "src/store/export_format.h"

#include <string.h>
#include <strings.h>

#include "src/base/compiler.h"
#include "src/store/export_html.h"
#include "src/store/export_json.h"
#include "src/store/export_markdown.h"
#include "src/store/export_text.h"

static const struct export_format formats[] = {
    {"markdown", ".md", "headings, quotations, a table of numbers", export_markdown},
    {"json", ".json", "everything, to be imported again", export_json},
    {"html", ".html", "one file for a browser, panes side by side", export_html},
    {"text", ".txt", "plain text", export_text},
};

const struct export_format *export_format_get(size_t index)
{
    return index < COUNT_OF(formats) ? &formats[index] : NULL;
}

const struct export_format *export_format_find(const char *name)
{
    for (size_t i = 0; i < COUNT_OF(formats); i++) {
        if (strcmp(formats[i].name, name) == 0)
            return &formats[i];
    }
    return NULL;
}

const struct export_format *export_format_of(const char *path)
{
    static const struct {
        const char *ending;
        const char *name;
    } others[] = {{".markdown", "markdown"}, {".htm", "html"}, {".text", "text"}};
    const char *slash = strrchr(path, '/');
    const char *dot = strrchr(slash != NULL ? slash : path, '.');
    if (dot == NULL)
        return NULL;
    for (size_t i = 0; i < COUNT_OF(formats); i++) {
        if (strcasecmp(formats[i].ending, dot) == 0)
            return &formats[i];
    }
    for (size_t i = 0; i < COUNT_OF(others); i++) {
        if (strcasecmp(others[i].ending, dot) == 0)
            return export_format_find(others[i].name);
    }
    return NULL;
}
