/* Which of the two it is shows in which pointer is set. */
#include "src/tool/mcp_link.h"

#include "src/base/mem.h"
#include "src/tool/mcp_http.h"
#include "src/tool/mcp_stdio.h"

struct mcp_link {
    struct mcp_stdio *stdio; /* or … */
    struct mcp_http *http;
};

struct mcp_link *mcp_link_new(const struct mcp_link_options *options,
                              const struct mcp_link_handler *handler, struct error *err)
{
    struct mcp_link *link = mem_alloc(sizeof(*link));
    if (options->argv != NULL)
        link->stdio = mcp_stdio_new(options, handler, err);
    else
        link->http = mcp_http_new(options, handler, err);
    if (link->stdio != NULL || link->http != NULL)
        return link;
    mem_free(link);
    return NULL;
}

bool mcp_link_send(struct mcp_link *link, const struct mcp_outgoing *outgoing,
                   struct error *err)
{
    if (link->http != NULL)
        return mcp_http_send(link->http, outgoing, err);
    return mcp_stdio_send(link->stdio, outgoing->text, outgoing->len, err);
}

void mcp_link_cancel(struct mcp_link *link, int64_t id)
{
    if (link->http != NULL)
        mcp_http_cancel(link->http, id);
}

void mcp_link_set_version(struct mcp_link *link, const char *version, bool is_modern)
{
    if (link->http != NULL)
        mcp_http_set_version(link->http, version, is_modern);
}

void mcp_link_listen(struct mcp_link *link)
{
    if (link->http != NULL)
        mcp_http_listen(link->http);
}

void mcp_link_drop_session(struct mcp_link *link)
{
    if (link->http != NULL)
        mcp_http_drop_session(link->http);
}

void mcp_link_stop(struct mcp_link *link)
{
    if (link->http != NULL)
        mcp_http_stop(link->http);
    else
        mcp_stdio_stop(link->stdio);
}

void mcp_link_abandon(struct mcp_link *link)
{
    if (link->http != NULL)
        mcp_http_abandon(link->http);
    else
        mcp_stdio_abandon(link->stdio);
}

void mcp_link_free(struct mcp_link *link)
{
    if (link == NULL)
        return;
    mcp_http_free(link->http);
    mcp_stdio_free(link->stdio);
    mem_free(link);
}

bool mcp_link_is_http(const struct mcp_link *link)
{
    return link->http != NULL;
}

int64_t mcp_link_get_pid(const struct mcp_link *link)
{
    return link->stdio != NULL ? mcp_stdio_get_pid(link->stdio) : 0;
}

const char *mcp_link_get_errors(const struct mcp_link *link)
{
    return link->stdio != NULL ? mcp_stdio_get_errors(link->stdio) : "";
}
