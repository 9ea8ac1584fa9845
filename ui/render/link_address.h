/*
 * Addresses that a person may be led to: http and https only, with a host that is what it
 * looks like. What comes out is printable ASCII without blanks, so it can be given to a
 * terminal or to a program as it is.
 */
#ifndef RENDER_LINK_ADDRESS_H
#define RENDER_LINK_ADDRESS_H

#include <stdbool.h>
#include <stddef.h>

#include "src/base/strbuf.h"

/* Longer addresses are no links; browsers have about the same limit. */
#define LINK_ADDRESS_MAX ((size_t)2048)

/*
 * Appends the address with everything behind the host that is not printable ASCII
 * percent-encoded. False, and nothing appended, if it is no http or https address, is too
 * long, has a control character, or a host with a name before "@", letters outside ASCII,
 * or other characters that no host has.
 */
bool link_address_append(const char *text, size_t len, struct strbuf *out);

#endif
