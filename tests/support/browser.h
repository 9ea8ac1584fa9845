/*
 * A headless Chromium for tests of pages that Motet writes. Its only way to a network is
 * a raw server of the test in the place of a proxy, so that whatever a page asks for is
 * seen. Where no Chromium is installed a test is skipped.
 */
#ifndef SUPPORT_BROWSER_H
#define SUPPORT_BROWSER_H

#include <stdbool.h>
#include <stddef.h>

#include "tests/support/cli_world.h"

/* True if there is one; otherwise prints why the test is skipped. */
bool browser_is_there(void);

/*
 * Opens a page (its bytes; a file is made of them) and returns the document as HTML after
 * scripts have run and `virtual_ms` of the page's own time have passed. `width` of the
 * window in pixels. Caller frees. Fails the test if the browser does.
 */
char *browser_open(struct cli_world *world, const char *html, int width, int virtual_ms);

/* How many requests named the host, in the proxy of the world. */
size_t browser_count_requests(const struct cli_world *world, const char *host);

/*
 * A copy of a page with a script of the test before its end, and without its policy: what
 * the page itself keeps harmless is seen then. The script's last value is in the result
 * as the body's attribute "data-result". Caller frees.
 */
char *browser_instrument(const char *html, const char *script);

/* The attribute "data-result" of a document; NULL: there is none. Caller frees. */
char *browser_result(const char *document);

#endif
