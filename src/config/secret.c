/* A string that is wiped when it goes. */
#include "src/config/secret.h"

#include <stdlib.h>
#include <string.h>

#include "src/base/mem.h"

struct secret {
    char *text;
};

struct secret *secret_from_env(const char *variable, struct error *err)
{
    const char *value = getenv(variable);
    if (value == NULL || value[0] == '\0') {
        error_set(err, ERROR_USAGE, "the environment variable %s is not set", variable);
        return NULL;
    }
    for (const char *at = value; *at != '\0'; at++) {
        if ((unsigned char)*at < 0x21 || (unsigned char)*at > 0x7e) {
            error_set(err, ERROR_USAGE,
                      "the key in %s holds a space, line end or other character that a "
                      "key cannot have",
                      variable);
            return NULL;
        }
    }
    struct secret *secret = mem_alloc(sizeof(*secret));
    secret->text = mem_strdup(value);
    return secret;
}

const char *secret_text(const struct secret *secret)
{
    return secret != NULL ? secret->text : NULL;
}

void secret_free(struct secret *secret)
{
    if (secret == NULL)
        return;
    mem_wipe(secret->text, strlen(secret->text));
    mem_free(secret->text);
    mem_free(secret);
}
