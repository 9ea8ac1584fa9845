/* A build folder first, then what stands beside the program's own bin folder, then what
 * was fixed when it was configured. */
#include "src/tool/tool_places.h"

#include <string.h>
#include <unistd.h>

#include "src/base/mem.h"
#include "src/base/path.h"
#include "src/base/strbuf.h"

#define PROGRAM_PATH_MAX 4096

#ifndef MOTET_LIBEXECDIR
#define MOTET_LIBEXECDIR "/usr/local/libexec/motet"
#endif
#ifndef MOTET_DATADIR
#define MOTET_DATADIR "/usr/local/share/motet"
#endif

/* The folder of the program; NULL if the system does not say. Caller frees. */
static char *program_folder(const char *program)
{
    char path[PROGRAM_PATH_MAX];
    if (program == NULL) {
        const ssize_t len = readlink("/proc/self/exe", path, sizeof(path) - 1);
        if (len <= 0)
            return NULL;
        path[len] = '\0';
        program = path;
    }
    const char *slash = strrchr(program, '/');
    return slash != NULL ? mem_strndup(program, (size_t)(slash - program)) : NULL;
}

/* Takes the folder as the helper's if the helper stands there. */
static bool take_helper(struct tool_places *places, char *folder)
{
    char *helper = strbuf_format("%s/motet-tool", folder);
    const bool is_there = access(helper, X_OK) == 0;
    mem_free(helper);
    if (is_there)
        places->helper_folder = folder;
    else
        mem_free(folder);
    return is_there;
}

/* The folder of the shipped tools. Caller frees. */
static char *find_shipped(struct tool_places *places, const char *folder)
{
    if (folder != NULL && take_helper(places, strbuf_format("%s/tools", folder)))
        return strbuf_format("%s/tools", folder);
    if (folder != NULL &&
        take_helper(places, strbuf_format("%s/../libexec/motet", folder)))
        return strbuf_format("%s/../share/motet/tools", folder);
    take_helper(places, mem_strdup(MOTET_LIBEXECDIR));
    return mem_strdup(MOTET_DATADIR "/tools");
}

void tool_places_init(struct tool_places *places, const char *program)
{
    *places = (struct tool_places){0};
    char *folder = program_folder(program);
    places->folders[places->len++] = find_shipped(places, folder);
    char *own = path_config_file("tools");
    if (own != NULL)
        places->folders[places->len++] = own;
    places->rules_file = path_config_file("tool-rules");
    mem_free(folder);
}

void tool_places_clear(struct tool_places *places)
{
    for (size_t i = 0; i < places->len; i++)
        mem_free(places->folders[i]);
    mem_free(places->helper_folder);
    mem_free(places->rules_file);
    *places = (struct tool_places){0};
}
