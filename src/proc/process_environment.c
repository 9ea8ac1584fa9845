/* What of our environment a child is given. Keys are not among it, whoever it is. */
#include <string.h>
#include <unistd.h>

#include "src/base/compiler.h"
#include "src/base/mem.h"
#include "src/base/strbuf.h"
#include "src/proc/process_spawn.h"

extern char **environ;

/* Endings of names that hold keys, by the habit of the services. */
static const char *const key_endings[] = {
    "_KEY",    "_KEY_ID",   "_TOKEN",      "_SECRET",      "_PASS",
    "_PASSWD", "_PASSWORD", "_PASSPHRASE", "_CREDENTIALS", "AWS_BEARER_TOKEN_BEDROCK",
};

static const char *const minimal_names[] = {
    "PATH", "HOME",     "USER", "LOGNAME", "SHELL",
    "LANG", "LANGUAGE", "TZ",   "TMPDIR",  "TERM",
};

static bool process_is_key_variable(const char *name, size_t len)
{
    for (size_t i = 0; i < COUNT_OF(key_endings); i++) {
        const size_t ending_len = strlen(key_endings[i]);
        if (len >= ending_len &&
            memcmp(name + len - ending_len, key_endings[i], ending_len) == 0)
            return true;
    }
    return false;
}

static bool process_is_minimal(const char *name, size_t len)
{
    if (len > 3 && memcmp(name, "LC_", 3) == 0)
        return true;
    for (size_t i = 0; i < COUNT_OF(minimal_names); i++) {
        if (strlen(minimal_names[i]) == len && memcmp(name, minimal_names[i], len) == 0)
            return true;
    }
    return false;
}

/* True if the person has named the variable as the place of a key. */
static bool process_is_named_key(const struct process_options *options, const char *name,
                                 size_t len)
{
    const char *const *keys = options->key_variables;
    for (size_t i = 0; keys != NULL && keys[i] != NULL; i++) {
        if (strlen(keys[i]) == len && memcmp(name, keys[i], len) == 0)
            return true;
    }
    return false;
}

static bool process_may_have(const struct process_options *options, const char *variable)
{
    const size_t len = strcspn(variable, "=");
    if (process_is_named_key(options, variable, len))
        return false;
    /* What is added takes the place of what was there. */
    for (size_t i = 0; options->variables != NULL && options->variables[i] != NULL; i++) {
        if (strncmp(options->variables[i], variable, len + 1) == 0)
            return false;
    }
    switch (options->environment) {
    case PROCESS_ENVIRONMENT_WITHOUT_KEYS: return !process_is_key_variable(variable, len);
    case PROCESS_ENVIRONMENT_MINIMAL: return process_is_minimal(variable, len);
    }
    return false;
}

char **process_make_environment(const struct process_options *options)
{
    char **made = NULL;
    size_t cap = 0;
    size_t len = 0;
    for (size_t i = 0; environ != NULL && environ[i] != NULL; i++) {
        if (!process_may_have(options, environ[i]))
            continue;
        made = mem_grow(made, &cap, len + 1, sizeof(made[0]));
        made[len++] = mem_strdup(environ[i]);
    }
    for (size_t i = 0; options->variables != NULL && options->variables[i] != NULL; i++) {
        made = mem_grow(made, &cap, len + 1, sizeof(made[0]));
        made[len++] = mem_strdup(options->variables[i]);
    }
    made = mem_grow(made, &cap, len + 1, sizeof(made[0]));
    made[len] = NULL;
    return made;
}

void process_free_environment(char **environment)
{
    for (size_t i = 0; environment != NULL && environment[i] != NULL; i++)
        mem_free(environment[i]);
    mem_free(environment);
}
