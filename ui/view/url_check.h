/*
 * Looks for addresses whose host is not what it seems: letters of several scripts,
 * letters outside ASCII, punycode, a name before "@". Made for the arguments of tool
 * calls; finds "scheme://host" anywhere in a text. What it does not find is not safe by
 * that.
 */
#ifndef VIEW_URL_CHECK_H
#define VIEW_URL_CHECK_H

#include <stdbool.h>
#include <stddef.h>

#include "src/base/strbuf.h"

/*
 * Looks on from offset `*at`. For the next host that is worth a warning, appends a
 * sentence to `why`, moves `*at` behind it and returns true; false when there is none.
 */
bool url_check_next(const char *text, size_t len, size_t *at, struct strbuf *why);

#endif
