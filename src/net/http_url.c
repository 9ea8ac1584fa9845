/*
 * libcurl's own URL parser does the work, so that what is checked here is what will be
 * requested. Its leniences (no scheme, too many slashes) are refused first: a wrong
 * setting is to be named at once, not guessed around.
 */
#include "src/net/http_url.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <string.h>
#include <strings.h>

#include <curl/curl.h>

#include "src/base/mem.h"
#include "src/base/strbuf.h"
#include "src/net/http.h"

#define SHOWN_MAX 120

/*
 * The URL as a sentence may show it: no user name, no query (keys stand there), no
 * control characters, not endless. Caller frees.
 */
static char *url_for_people(const char *text)
{
    const char *scheme_end = strstr(text, "://");
    const char *authority = scheme_end != NULL ? scheme_end + 3 : text;
    const size_t authority_len = strcspn(authority, "/?#");
    size_t secret_len = 0;
    for (size_t i = 0; i < authority_len; i++)
        if (authority[i] == '@')
            secret_len = i + 1;
    struct strbuf shown;
    strbuf_init(&shown, STRBUF_OWN_MAX);
    strbuf_append(&shown, text, (size_t)(authority - text));
    authority += secret_len;
    strbuf_append(&shown, authority, strcspn(authority, "?#"));
    if (shown.len > SHOWN_MAX) {
        strbuf_truncate(&shown, SHOWN_MAX);
        strbuf_append_text(&shown, "...");
    }
    for (size_t i = 0; i < shown.len; i++)
        if ((unsigned char)shown.text[i] < 0x20 || (unsigned char)shown.text[i] >= 0x7f)
            shown.text[i] = '?';
    return strbuf_take(&shown);
}

static bool url_fail(struct error *err, const char *text, const char *what)
{
    char *shown = url_for_people(text);
    error_set(err, ERROR_USAGE, "the URL \"%s\" %s", shown, what);
    mem_free(shown);
    return false;
}

/* One part of a parsed URL as a copy that the caller frees, or NULL. */
static char *url_take_part(CURLU *parsed, CURLUPart part)
{
    char *text = NULL;
    if (curl_url_get(parsed, part, &text, CURLU_DEFAULT_PORT) != CURLUE_OK)
        return NULL;
    char *copy = mem_strdup(text);
    curl_free(text);
    return copy;
}

bool http_url_parse(const char *text, struct http_url *url, struct error *err)
{
    *url = (struct http_url){.host = NULL};
    const bool is_tls = strncasecmp(text, "https://", 8) == 0;
    if (!is_tls && strncasecmp(text, "http://", 7) != 0)
        return url_fail(err, text, "does not begin with http:// or https://");
    const char *authority = text + (is_tls ? 8 : 7);
    if (*authority == '\0' || strchr("/?#:", *authority) != NULL)
        return url_fail(err, text, "names no host");
    CURLU *parsed = curl_url();
    if (parsed == NULL)
        return url_fail(err, text, "cannot be parsed: out of memory");
    bool is_good = false;
    char *port = NULL;
    const CURLUcode code = curl_url_set(parsed, CURLUPART_URL, text, 0);
    if (code != CURLUE_OK) {
        char *what = strbuf_format("is not valid: %s", curl_url_strerror(code));
        url_fail(err, text, what);
        mem_free(what);
        goto out;
    }
    url->is_tls = is_tls;
    url->host = url_take_part(parsed, CURLUPART_HOST);
    port = url_take_part(parsed, CURLUPART_PORT);
    if (url->host == NULL || url->host[0] == '\0' || port == NULL) {
        url_fail(err, text, "names no host");
        goto out;
    }
    url->place = strbuf_format("%s:%s", url->host, port);
    is_good = true;
out:
    mem_free(port);
    curl_url_cleanup(parsed);
    if (!is_good)
        http_url_clear(url);
    return is_good;
}

void http_url_clear(struct http_url *url)
{
    mem_free(url->host);
    mem_free(url->place);
    *url = (struct http_url){.host = NULL};
}

bool http_check_url(const char *url, struct error *err)
{
    struct http_url parsed;
    const bool is_good = http_url_parse(url, &parsed, err);
    http_url_clear(&parsed);
    return is_good;
}

/* `host` in brackets, as it stands in a URL. */
static bool is_loopback_ipv6(const char *host)
{
    char address[INET6_ADDRSTRLEN];
    const size_t len = strlen(host);
    if (len < 3 || host[0] != '[' || len - 2 >= sizeof(address))
        return false;
    memcpy(address, host + 1, len - 2);
    address[len - 2] = '\0';
    struct in6_addr ipv6;
    return inet_pton(AF_INET6, address, &ipv6) == 1 && IN6_IS_ADDR_LOOPBACK(&ipv6);
}

bool http_is_loopback(const char *url)
{
    struct http_url parsed;
    if (!http_url_parse(url, &parsed, NULL))
        return false;
    struct in_addr ipv4;
    const bool is_loopback =
        strcasecmp(parsed.host, "localhost") == 0 || is_loopback_ipv6(parsed.host) ||
        (inet_pton(AF_INET, parsed.host, &ipv4) == 1 && ntohl(ipv4.s_addr) >> 24 == 127);
    http_url_clear(&parsed);
    return is_loopback;
}
