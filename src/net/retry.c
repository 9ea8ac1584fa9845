/*
 * Which failures are worth another try, how often, and how long to wait in between. The
 * numbers are the usual ones of client libraries; the jitter keeps many panes that were
 * refused together from coming back together. What servers ask for is read in
 * retry_wait.c.
 */
#include "src/net/retry.h"

#include <strings.h>

enum retry_hint retry_hint_from_headers(const struct header_list *headers)
{
    const char *text = header_list_get(headers, "x-should-retry");
    if (text != NULL && strcasecmp(text, "true") == 0)
        return RETRY_HINT_YES;
    if (text != NULL && strcasecmp(text, "false") == 0)
        return RETRY_HINT_NO;
    return RETRY_HINT_NONE;
}

int retry_limit(enum error_class class)
{
    switch (class) {
    case ERROR_RATE_LIMIT:
    case ERROR_OVERLOADED: return 4;
    case ERROR_SERVER:
    case ERROR_NETWORK_DNS:
    case ERROR_NETWORK_REFUSED:
    case ERROR_NETWORK_RESET: return 2;
    case ERROR_TIMEOUT_CONNECT:
    case ERROR_TIMEOUT_FIRST_BYTE:
    case ERROR_TIMEOUT_IDLE: return 1;
    case ERROR_NONE:
    case ERROR_AUTH:
    case ERROR_NOT_FOUND:
    case ERROR_BAD_REQUEST:
    case ERROR_CONTEXT_LENGTH:
    case ERROR_CONTENT_FILTER:
    case ERROR_QUOTA:
    case ERROR_TIMEOUT_TOTAL:
    case ERROR_NETWORK_TLS:
    case ERROR_PROTOCOL:
    case ERROR_CANCELLED:
    case ERROR_TOOL:
    case ERROR_SCHEMA:
    case ERROR_BUDGET:
    case ERROR_USAGE:
    case ERROR_INTERNAL:
    case ERROR_CLASS_COUNT: break;
    }
    return 0;
}

int64_t retry_backoff_ms(enum error_class class, int attempt, int64_t server_wait_ms,
                         struct rng *rng)
{
    if (server_wait_ms > 0)
        return server_wait_ms + (int64_t)((double)server_wait_ms * 0.1 * rng_unit(rng));
    int64_t wait_ms = class == ERROR_OVERLOADED ? 1000 : 500;
    for (int i = 0; i < attempt && wait_ms < 16000; i++)
        wait_ms *= 2;
    if (wait_ms > 16000)
        wait_ms = 16000;
    return (int64_t)((double)wait_ms * (0.75 + 0.25 * rng_unit(rng)));
}
