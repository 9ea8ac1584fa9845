#include "src/store/store_salvage.h"

#include <stddef.h>

bool store_salvage(const char *path, char **notice, struct error *err)
{
    *notice = NULL;
    error_set(err, ERROR_INTERNAL, "%s is damaged", path);
    return false;
}

void store_salvage_note(const char *path)
{
    (void)path;
}

bool store_salvage_is_noted(const char *path)
{
    (void)path;
    return false;
}

void store_salvage_unnote(const char *path)
{
    (void)path;
}
