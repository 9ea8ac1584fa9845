/* Finds the module and passes calls on. It stays loaded: to load it again is free. */
#include "ui/render/highlight.h"

#include <dlfcn.h>

#include "src/base/mem.h"
#include "src/base/program_place.h"
#include "src/base/strbuf.h"

struct highlight {
    const struct highlight_driver *driver;
    void *state;
};

static const struct highlight_driver *highlight_load(const char *folder)
{
    char *path = strbuf_format("%s/" HIGHLIGHT_MODULE, folder);
    void *module = dlopen(path, RTLD_NOW | RTLD_LOCAL);
    mem_free(path);
    return module != NULL ? dlsym(module, HIGHLIGHT_SYMBOL) : NULL;
}

struct highlight *highlight_new(const char *folder)
{
    struct program_place place = {0};
    if (folder == NULL)
        program_place_init(&place, NULL);
    const char *used = folder != NULL ? folder : place.helper_folder;
    const struct highlight_driver *driver = used != NULL ? highlight_load(used) : NULL;
    program_place_clear(&place);
    void *state = driver != NULL ? driver->open() : NULL;
    if (state == NULL)
        return NULL;
    struct highlight *highlight = mem_alloc(sizeof(*highlight));
    highlight->driver = driver;
    highlight->state = state;
    return highlight;
}

void highlight_free(struct highlight *highlight)
{
    if (highlight == NULL)
        return;
    highlight->driver->close(highlight->state);
    mem_free(highlight);
}

bool highlight_begin(struct highlight *highlight, const char *language, size_t len)
{
    return highlight != NULL && highlight->driver->begin(highlight->state, language, len);
}

size_t highlight_line(struct highlight *highlight, const char *line, size_t len,
                      struct highlight_span *spans)
{
    if (highlight == NULL || len > HIGHLIGHT_LINE_MAX)
        return 0;
    return highlight->driver->line(highlight->state, line, len, spans);
}
