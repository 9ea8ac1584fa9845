/*
 * The protocol wants 404 for a session that is gone; servers made with the official
 * library answer 400 and words instead.
 */
#include "src/tool/mcp_refusal.h"

#include <string.h>
#include <strings.h>

#include "src/base/json.h"

void mcp_refusal_describe(int status, const char *challenge, struct error *error)
{
    const bool is_oauth =
        challenge != NULL && strstr(challenge, "resource_metadata") != NULL;
    if (status == 401)
        error_set(error, ERROR_AUTH,
                  "the server wants to know who asks (HTTP 401)%s: give it a header "
                  "Authorization in its configuration",
                  is_oauth ? " and offers OAuth, which is not supported" : "");
    else if (status == 403)
        error_set(
            error, ERROR_AUTH,
            "the server does not allow this (HTTP 403): the header Authorization in "
            "its configuration may lack a right");
    else if (status >= 300 && status < 400)
        error_set(error, ERROR_PROTOCOL,
                  "the server redirects elsewhere (HTTP %d), which is not followed: its "
                  "configuration should have the address itself",
                  status);
    else if (status == 404)
        error_set(error, ERROR_NOT_FOUND,
                  "there is no MCP server at this address "
                  "(HTTP 404)");
    else if (status == 429)
        error_set(error, ERROR_RATE_LIMIT, "the server has too much to do (HTTP 429)");
    else
        error_set(error, status >= 500 ? ERROR_SERVER : ERROR_PROTOCOL,
                  "the server answers with HTTP status %d", status);
}

bool mcp_refusal_is_session(int status, const char *body, size_t len)
{
    if (status == 404)
        return true;
    if (status != 400)
        return false;
    cJSON *root = json_parse(body, len);
    const char *words = json_get_string(json_get(root, "error"), "message");
    bool is_session = false;
    for (; words != NULL && *words != '\0' && !is_session; words++)
        is_session = strncasecmp(words, "session", 7) == 0;
    cJSON_Delete(root);
    return is_session;
}
