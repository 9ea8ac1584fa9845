/*
 * A table says which class a code belongs to; the few codes that mean different things
 * at different times are told apart first. Codes that are not in the table come from
 * protocols or options that this program does not use.
 */
#include "src/net/http_failure.h"

#include <errno.h>
#include <string.h>
#include <strings.h>

#include "src/base/compiler.h"
#include "src/base/mem.h"
#include "src/base/safe_text.h"
#include "src/base/strbuf.h"

/* The most that is quoted of libcurl's words; its own buffer is smaller. */
#define HTTP_FAILURE_WORDS_MAX 1024

struct failure_code {
    CURLcode code;
    enum error_class class;
};

static const struct failure_code failure_codes[] = {
    {CURLE_UNSUPPORTED_PROTOCOL, ERROR_BAD_REQUEST},
    {CURLE_URL_MALFORMAT, ERROR_BAD_REQUEST},
    {CURLE_COULDNT_RESOLVE_PROXY, ERROR_NETWORK_DNS},
    {CURLE_COULDNT_RESOLVE_HOST, ERROR_NETWORK_DNS},
    {CURLE_COULDNT_CONNECT, ERROR_NETWORK_REFUSED},
    {CURLE_PROXY, ERROR_NETWORK_REFUSED},
    {CURLE_OPERATION_TIMEDOUT, ERROR_TIMEOUT_CONNECT},
    {CURLE_SSL_CONNECT_ERROR, ERROR_NETWORK_TLS},
    {CURLE_SSL_ENGINE_NOTFOUND, ERROR_NETWORK_TLS},
    {CURLE_SSL_ENGINE_SETFAILED, ERROR_NETWORK_TLS},
    {CURLE_SSL_CERTPROBLEM, ERROR_NETWORK_TLS},
    {CURLE_SSL_CIPHER, ERROR_NETWORK_TLS},
    {CURLE_PEER_FAILED_VERIFICATION, ERROR_NETWORK_TLS},
    {CURLE_SSL_ENGINE_INITFAILED, ERROR_NETWORK_TLS},
    {CURLE_SSL_CACERT_BADFILE, ERROR_NETWORK_TLS},
    {CURLE_SSL_SHUTDOWN_FAILED, ERROR_NETWORK_TLS},
    {CURLE_SSL_ISSUER_ERROR, ERROR_NETWORK_TLS},
    {CURLE_SSL_PINNEDPUBKEYNOTMATCH, ERROR_NETWORK_TLS},
    {CURLE_SSL_INVALIDCERTSTATUS, ERROR_NETWORK_TLS},
    {CURLE_HTTP2, ERROR_NETWORK_RESET},
    {CURLE_PARTIAL_FILE, ERROR_NETWORK_RESET},
    {CURLE_GOT_NOTHING, ERROR_NETWORK_RESET},
    {CURLE_SEND_ERROR, ERROR_NETWORK_RESET},
    {CURLE_RECV_ERROR, ERROR_NETWORK_RESET},
    {CURLE_HTTP2_STREAM, ERROR_NETWORK_RESET},
    {CURLE_HTTP3, ERROR_NETWORK_RESET},
    {CURLE_WEIRD_SERVER_REPLY, ERROR_PROTOCOL},
    {CURLE_TOO_MANY_REDIRECTS, ERROR_PROTOCOL},
    {CURLE_BAD_CONTENT_ENCODING, ERROR_PROTOCOL},
    {CURLE_FAILED_INIT, ERROR_INTERNAL},
    {CURLE_OUT_OF_MEMORY, ERROR_INTERNAL},
    {CURLE_WRITE_ERROR, ERROR_CANCELLED},
    {CURLE_ABORTED_BY_CALLBACK, ERROR_CANCELLED},
};

/* OpenSSL reports a connection that just went away as a failed handshake. */
static bool is_bare_reset(const struct http_failure *failure)
{
    return failure->os_errno == ECONNRESET ||
           strstr(failure->words, "reset by peer") != NULL ||
           strstr(failure->words, "SSL_ERROR_SYSCALL") != NULL ||
           strstr(failure->words, "unexpected eof") != NULL;
}

static enum error_class failure_class(const struct http_failure *failure)
{
    if (failure->proxy_status == 407)
        return ERROR_AUTH;
    if (failure->code == CURLE_RECV_ERROR && failure->proxy_status >= 300)
        return ERROR_NETWORK_REFUSED;
    if (failure->code == CURLE_SSL_CONNECT_ERROR && is_bare_reset(failure))
        return ERROR_NETWORK_RESET;
    if (failure->code == CURLE_OPERATION_TIMEDOUT && failure->is_connected)
        return ERROR_NETWORK_RESET;
    /* The URL was checked before: what is not supported is the answer (HTTP/0.9). */
    if (failure->code == CURLE_UNSUPPORTED_PROTOCOL && failure->is_connected)
        return ERROR_PROTOCOL;
    /* A header line past libcurl's own ceiling; newer versions have a code for it. */
    if (failure->code == CURLE_OUT_OF_MEMORY && failure->is_connected &&
        !failure->has_head)
        return ERROR_PROTOCOL;
    for (size_t i = 0; i < COUNT_OF(failure_codes); i++)
        if (failure_codes[i].code == failure->code)
            return failure_codes[i].class;
    return failure->is_connected ? ERROR_PROTOCOL : ERROR_INTERNAL;
}

/* Why a connection was not made, as far as the system said. */
static const char *refusal_words(long os_errno)
{
    switch (os_errno) {
    case ECONNREFUSED: return "connection refused";
    case EHOSTUNREACH: return "no route to the host";
    case ENETUNREACH: return "the network is unreachable";
    case EACCES:
    case EPERM: return "not permitted";
    default: return NULL;
    }
}

/* True if a host in libcurl's words is that of our URL, where an IPv6 address stands in
 * brackets. */
static bool is_our_host(const struct http_failure *failure, const char *host, size_t len)
{
    const char *ours = failure->url->host;
    size_t ours_len = strlen(ours);
    if (ours[0] == '[' && ours_len >= 2) {
        ours++;
        ours_len -= 2;
    }
    return ours_len == len && strncasecmp(ours, host, len) == 0;
}

/* "host:port" as it stands in a URL. Caller frees. */
static char *make_place(const char *host, size_t host_len, const char *port)
{
    const bool is_ipv6 = memchr(host, ':', host_len) != NULL;
    return strbuf_format("%s%.*s%s:%.*s", is_ipv6 ? "[" : "", (int)host_len, host,
                         is_ipv6 ? "]" : "", (int)strspn(port, "0123456789"), port);
}

/*
 * The proxy that could not be reached, or NULL if it was the server itself. libcurl names
 * what it tried to connect to, "Failed to connect to HOST port N"; newer ones name the
 * server there and add "via PROXY". Caller frees.
 */
static char *unreached_proxy(const struct http_failure *failure, const char *words)
{
    static const char lead[] = "Failed to connect to ";
    const char *host = strstr(words, lead);
    if (host == NULL)
        return NULL;
    host += strlen(lead);
    const size_t len = strcspn(host, " ");
    const char *port = strstr(host, " port ");
    if (port == NULL)
        return NULL;
    port += strlen(" port ");
    const char *via = strstr(port, " via ");
    if (via != NULL)
        return mem_strndup(via + 5, strcspn(via + 5, " "));
    char *place = make_place(host, len, port);
    if (is_our_host(failure, host, len) && strcasecmp(place, failure->url->place) == 0) {
        mem_free(place);
        return NULL;
    }
    return place;
}

static void describe_refused(const struct http_failure *failure, const char *words,
                             struct error *err)
{
    const char *place = failure->url->place;
    const char *why = refusal_words(failure->os_errno);
    char *proxy = unreached_proxy(failure, words);
    if (failure->proxy_status != 0)
        error_set(err, ERROR_NETWORK_REFUSED,
                  "cannot connect to %s: the proxy answered %ld", place,
                  failure->proxy_status);
    else if (proxy != NULL)
        error_set(err, ERROR_NETWORK_REFUSED,
                  "cannot connect to %s: the proxy %s cannot be reached: %s", place,
                  proxy, why != NULL ? why : words);
    else
        error_set(err, ERROR_NETWORK_REFUSED, "cannot connect to %s: %s", place,
                  why != NULL ? why : words);
    mem_free(proxy);
}

static void describe_dns(const struct http_failure *failure, const char *words,
                         struct error *err)
{
    /* "Could not resolve host: NAME"; a SOCKS proxy's name is called a host as well. */
    const char *colon = strstr(words, ": ");
    const char *name = colon != NULL ? colon + 2 : "";
    const size_t len = strcspn(name, " ");
    const bool is_proxy = failure->code == CURLE_COULDNT_RESOLVE_PROXY ||
                          (len > 0 && !is_our_host(failure, name, len));
    if (is_proxy)
        error_set(err, ERROR_NETWORK_DNS,
                  "cannot connect to %s: the name of the proxy %.*s does not resolve",
                  failure->url->place, (int)len, name);
    else
        error_set(err, ERROR_NETWORK_DNS, "the name %s does not resolve",
                  failure->url->host);
}

static void describe_reset(const struct http_failure *failure, const char *words,
                           struct error *err)
{
    const char *place = failure->url->place;
    if (failure->code == CURLE_GOT_NOTHING)
        error_set(err, ERROR_NETWORK_RESET, "%s closed the connection without an answer",
                  place);
    else if (failure->code == CURLE_PARTIAL_FILE)
        error_set(err, ERROR_NETWORK_RESET,
                  "%s closed the connection before the end of the answer", place);
    else
        error_set(err, ERROR_NETWORK_RESET, "the connection to %s was lost: %s", place,
                  words);
}

static void describe_timeout(const struct http_failure *failure, struct error *err)
{
    error_set(err, ERROR_TIMEOUT_CONNECT, "no connection to %s within %g s",
              failure->url->place, (double)failure->connect_timeout_ms / 1000);
}

/* libcurl's words may quote a certificate: nothing that a terminal would obey. */
static char *harmless_words(const struct http_failure *failure)
{
    const char *words =
        failure->words[0] != '\0' ? failure->words : curl_easy_strerror(failure->code);
    struct strbuf text;
    strbuf_init(&text, STRBUF_OWN_MAX);
    safe_text_append_line(&text, words, strlen(words), HTTP_FAILURE_WORDS_MAX);
    while (text.len > 0 &&
           (text.text[text.len - 1] == ' ' || text.text[text.len - 1] == '.'))
        strbuf_truncate(&text, text.len - 1);
    return strbuf_take(&text);
}

void http_failure_describe(const struct http_failure *failure, struct error *err)
{
    error_clear(err);
    if (failure->code == CURLE_OK)
        return;
    const enum error_class class = failure_class(failure);
    const char *place = failure->url->place;
    char *words = harmless_words(failure);
    if (class == ERROR_NETWORK_REFUSED)
        describe_refused(failure, words, err);
    else if (class == ERROR_NETWORK_DNS)
        describe_dns(failure, words, err);
    else if (class == ERROR_NETWORK_RESET)
        describe_reset(failure, words, err);
    else if (class == ERROR_TIMEOUT_CONNECT)
        describe_timeout(failure, err);
    else if (class == ERROR_NETWORK_TLS)
        error_set(err, class, "TLS to %s failed: %s", place, words);
    else if (class == ERROR_AUTH)
        error_set(err, class, "the proxy on the way to %s wants a password (407)", place);
    else if (class == ERROR_PROTOCOL && failure->code == CURLE_OUT_OF_MEMORY)
        error_set(err, class, "what %s sent is not valid HTTP: a header line is too long",
                  place);
    else if (class == ERROR_PROTOCOL)
        error_set(err, class, "what %s sent is not valid HTTP: %s", place, words);
    else
        error_set(err, class, "the request to %s failed: %s", place, words);
    mem_free(words);
}
