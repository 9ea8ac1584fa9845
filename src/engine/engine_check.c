/* Asks the layers below, which a front end does not see. */
#include "src/engine/engine_check.h"

#include "src/base/strbuf.h"
#include "src/net/http.h"
#include "src/provider/provider.h"

bool engine_check_api(const char *api, struct error *err)
{
    if (provider_find(api) != NULL)
        return true;
    struct strbuf known;
    strbuf_init(&known, 1000);
    for (size_t i = 0; provider_get(i) != NULL; i++)
        strbuf_append_format(&known, "%s%s", i > 0 ? ", " : "", provider_get(i)->name);
    error_set(err, ERROR_USAGE, "there is no API \"%s\"; this version speaks: %s", api,
              strbuf_text(&known));
    strbuf_clear(&known);
    return false;
}

bool engine_check_url(const char *url, struct error *err)
{
    return http_check_url(url, err);
}

bool engine_check_header(const char *line, struct error *err)
{
    struct header_list checked = {0};
    const bool ok = header_list_add_line(&checked, line, err);
    header_list_clear(&checked);
    return ok;
}

struct network_facts engine_get_network(void)
{
    return network_facts_get();
}
