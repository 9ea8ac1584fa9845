/* What libcurl says of itself; SSL_CERT_FILE wins, as it does for each transfer. */
#include "src/net/network_facts.h"

#include <stddef.h>
#include <stdlib.h>

#include <curl/curl.h>

struct network_facts network_facts_get(void)
{
    const curl_version_info_data *info = curl_version_info(CURLVERSION_NOW);
    const char *given = getenv("SSL_CERT_FILE");
    struct network_facts facts = {
        .version = info->version,
        .has_http2 = (info->features & CURL_VERSION_HTTP2) != 0,
    };
    if ((info->features & CURL_VERSION_SSL) != 0)
        facts.tls = info->ssl_version;
    /* The age is that of the library at run time; the fields came with 7.70. */
    if (info->age >= CURLVERSION_SEVENTH) {
        facts.ca_file = info->cainfo;
        facts.ca_folder = info->capath;
    }
    if (given != NULL) {
        facts.ca_file = given;
        facts.is_ca_given = true;
    }
    return facts;
}
