/* One finding a server; what a remedy can be depends on how it is reached. */
#include "src/cli/server_check.h"

#include <string.h>

#include "src/base/mem.h"
#include "src/cli/tool_wait.h"

static void server_check(struct finding_list *list, const struct server_facts *server)
{
    char *check = strbuf_format("server %s", server->name);
    const bool is_url = strncmp(server->where, "http", 4) == 0;
    struct finding finding = {.check = check};
    if (server->state == SERVER_READY) {
        finding_tell(list, &finding,
                     "%s speaks %s: %zu tools, %zu resources, %zu prompts",
                     server->title != NULL ? server->title : "it",
                     server->protocol != NULL ? server->protocol : "MCP",
                     server->tool_count, server->resource_count, server->prompt_count);
    } else {
        finding.status = FINDING_FAIL;
        finding.class = ERROR_TOOL;
        finding.remedy = is_url ? "check its url, and try motet tools probe with it"
                                : "try its command by hand, or motet tools probe with it";
        finding_tell(list, &finding, "%s",
                     server->message != NULL ? server->message : "it does not answer");
    }
    mem_free(check);
}

int server_check_all(struct finding_list *list, struct setup *setup)
{
    const struct server_facts *servers;
    struct tool_wait wait;
    if (engine_get_servers(setup->engine, &servers) == 0)
        return 0;
    tool_wait_init(&wait, setup);
    const int signal_code = wait.signal_code;
    tool_wait_clear(&wait);
    const size_t count = engine_get_servers(setup->engine, &servers);
    for (size_t i = 0; i < count && signal_code == 0; i++)
        server_check(list, &servers[i]);
    return signal_code;
}
