/* What is opened is not waited for: whether a window came only the person sees. */
#include "src/proc/opener.h"

#include <stdlib.h>

#include "src/base/compiler.h"
#include "src/base/mem.h"
#include "src/base/path.h"
#include "src/proc/detached.h"
#include "src/proc/process_spawn.h"

static const char *const usual_openers[] = {"xdg-open", "open", "wslview"};

/* Where the program is; `*name` is set to what it is called. NULL with err filled. */
static char *opener_find(const char *const *words, size_t word_count, const char **name,
                         struct error *err)
{
    const char *search = getenv("PATH");
    if (word_count > 0) {
        *name = words[0];
        char *path = path_find_program(words[0], search);
        if (path == NULL)
            error_set(err, ERROR_USAGE,
                      "the program \"%s\" of the setting opener is not there", words[0]);
        return path;
    }
    for (size_t i = 0; i < COUNT_OF(usual_openers); i++) {
        *name = usual_openers[i];
        char *path = path_find_program(usual_openers[i], search);
        if (path != NULL)
            return path;
    }
    error_set(
        err, ERROR_USAGE,
        "no program for addresses is there (xdg-open, open, wslview): name one with "
        "the setting opener");
    return NULL;
}

bool opener_open(const char *const *words, size_t word_count, const char *address,
                 struct error *err)
{
    const struct process_options options = {.environment =
                                                PROCESS_ENVIRONMENT_WITHOUT_KEYS};
    char **environment = process_make_environment(&options);
    const char *name;
    char *path = opener_find(words, word_count, &name, err);
    bool is_ok = path != NULL;
    if (is_ok) {
        const char **argv = mem_alloc_array(word_count + 3, sizeof(argv[0]));
        size_t len = 0;
        argv[len++] = name;
        for (size_t i = 1; i < word_count; i++)
            argv[len++] = words[i];
        argv[len++] = address;
        argv[len] = NULL;
        is_ok = detached_start(path, argv, environment, err);
        mem_free(argv);
    }
    mem_free(path);
    process_free_environment(environment);
    return is_ok;
}
