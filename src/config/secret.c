/* A string that is wiped when it goes. */
#include "src/config/secret.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "src/base/mem.h"
#include "src/base/path.h"
#include "src/base/strbuf.h"

/* The largest file of a key, with room for what no key needs. */
#define SECRET_FILE_MAX ((size_t)64 << 10)

struct secret {
    char *text;
};

static struct secret *secret_new(const char *text, size_t len, const char *source,
                                 struct error *err)
{
    bool is_fit = len > 0;
    for (size_t i = 0; i < len; i++)
        is_fit =
            is_fit && (unsigned char)text[i] >= 0x21 && (unsigned char)text[i] <= 0x7e;
    if (!is_fit) {
        error_set(err, ERROR_USAGE, "%s %s", source,
                  len == 0 ? "gives no key"
                           : "gives a key with a space, a line end or another character "
                             "that a key cannot have");
        return NULL;
    }
    struct secret *secret = mem_alloc(sizeof(*secret));
    secret->text = mem_strndup(text, len);
    return secret;
}

struct secret *secret_from_text(const char *text, size_t len, const char *source,
                                struct error *err)
{
    while (len > 0 && isspace((unsigned char)text[len - 1]))
        len--;
    while (len > 0 && isspace((unsigned char)text[0])) {
        text++;
        len--;
    }
    return secret_new(text, len, source, err);
}

struct secret *secret_from_env(const char *variable, struct error *err)
{
    const char *value = getenv(variable);
    if (value == NULL || value[0] == '\0') {
        error_set(err, ERROR_USAGE, "the environment variable %s is not set", variable);
        return NULL;
    }
    char *source = strbuf_format("the variable %s", variable);
    struct secret *secret = secret_new(value, strlen(value), source, err);
    mem_free(source);
    return secret;
}

/* A key that others can read is no secret; one that others can write may be theirs. */
static bool secret_check_file(const char *path, const struct stat *info,
                              struct error *err)
{
    if (!S_ISREG(info->st_mode))
        error_set(err, ERROR_USAGE, "the key's file %s is not a plain file", path);
    else if (info->st_uid != geteuid())
        error_set(err, ERROR_USAGE, "the key's file %s belongs to another user", path);
    else if ((info->st_mode & (S_IRWXG | S_IRWXO)) != 0)
        error_set(err, ERROR_USAGE,
                  "the key's file %s is open to others: make it yours alone with chmod "
                  "600 %s",
                  path, path);
    else
        return true;
    return false;
}

struct secret *secret_from_file(const char *path, struct error *err)
{
    struct stat info;
    /* Looked at first: opening a pipe would wait for a writer. */
    if (stat(path, &info) == 0 && !secret_check_file(path, &info, err))
        return NULL;
    struct secret *secret = NULL;
    struct strbuf text;
    strbuf_init(&text, SECRET_FILE_MAX);
    char *source = strbuf_format("the file %s", path);
    if (path_read_file_info(path, &text, &info, err) &&
        secret_check_file(path, &info, err))
        secret = secret_from_text(strbuf_text(&text), text.len, source, err);
    mem_wipe(text.text, text.len);
    strbuf_clear(&text);
    mem_free(source);
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
