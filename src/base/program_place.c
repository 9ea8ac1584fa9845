/* Asks the system for the path of the program that runs, and looks around there. */
#include "src/base/program_place.h"

#include <stdbool.h>
#include <string.h>
#include <unistd.h>

#include "src/base/mem.h"
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
static bool take_helper(struct program_place *place, char *folder)
{
    char *helper = strbuf_format("%s/motet-tool", folder);
    const bool is_there = access(helper, X_OK) == 0;
    mem_free(helper);
    if (is_there)
        place->helper_folder = folder;
    else
        mem_free(folder);
    return is_there;
}

/* The folder of what is shipped. Caller frees. */
static char *find_data(struct program_place *place, const char *folder)
{
    if (folder != NULL && take_helper(place, strbuf_format("%s/tools", folder)))
        return mem_strdup(folder);
    if (folder != NULL &&
        take_helper(place, strbuf_format("%s/../libexec/motet", folder)))
        return strbuf_format("%s/../share/motet", folder);
    take_helper(place, mem_strdup(MOTET_LIBEXECDIR));
    return mem_strdup(MOTET_DATADIR);
}

void program_place_init(struct program_place *place, const char *program)
{
    *place = (struct program_place){0};
    char *folder = program_folder(program);
    place->data_folder = find_data(place, folder);
    mem_free(folder);
}

void program_place_clear(struct program_place *place)
{
    mem_free(place->helper_folder);
    mem_free(place->data_folder);
    *place = (struct program_place){0};
}
