/* A JSON pointer, percent-encoded as it is part of a URL. */
#include "src/tool/schema_ref.h"

#include <stdlib.h>
#include <string.h>

#include "src/base/json.h"
#include "src/base/mem.h"
#include "src/base/number.h"

static int hex_digit(char c)
{
    if (c >= '0' && c <= '9')
        return c - '0';
    if (c >= 'a' && c <= 'f')
        return c - 'a' + 10;
    return c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

/* Takes the next name off the pointer, decoded. Caller frees. */
static char *take_name(const char **at)
{
    const size_t len = strcspn(*at, "/");
    char *name = mem_alloc(len + 1);
    char *to = name;
    for (const char *from = *at; from < *at + len; from++) {
        char c = *from;
        if (c == '%' && hex_digit(from[1]) >= 0 && hex_digit(from[2]) >= 0) {
            c = (char)(hex_digit(from[1]) * 16 + hex_digit(from[2]));
            from += 2;
        }
        if (c == '~' && (from[1] == '0' || from[1] == '1'))
            c = *++from == '1' ? '/' : '~';
        *to++ = c;
    }
    *at += len + ((*at)[len] == '/');
    return name;
}

const cJSON *schema_ref_find(const cJSON *document, const char *ref)
{
    if (strcmp(ref, "#") == 0)
        return document;
    if (strncmp(ref, "#/", 2) != 0)
        return NULL;
    const cJSON *found = document;
    const char *at = ref + 2;
    while (found != NULL && *at != '\0') {
        char *name = take_name(&at);
        int64_t index;
        if (cJSON_IsArray(found))
            found = number_parse_int(name, &index) && index >= 0 && index < 100000
                        ? cJSON_GetArrayItem(found, (int)index)
                        : NULL;
        else
            found = json_get(found, name);
        mem_free(name);
    }
    return found;
}
