/*
 * libcurl's options, in one place. What is not set is as libcurl has it: certificates and
 * host names are verified, redirects are not followed, no cookies, no netrc,
 * proxies from the environment.
 */
#include "src/net/http_options.h"

#include <limits.h>
#include <string.h>

#include "build-config.h"
#include "src/base/mem.h"
#include "src/base/strbuf.h"

/* One read: large enough for a stream as fast as the server can write; a slow one is
 * delivered as it comes, whatever the size. */
#define READ_SIZE         (32L << 10)
#define KEEPALIVE_SECONDS 60L

const char *http_user_agent(void)
{
    return "motet/" PACKAGE_VERSION;
}

static bool is_clean_field(const struct header *field)
{
    return field->name[0] != '\0' && strpbrk(field->name, "\r\n: \t") == NULL &&
           strpbrk(field->value, "\r\n") == NULL;
}

static bool append_field(struct curl_slist **fields, const char *text)
{
    struct curl_slist *grown = curl_slist_append(*fields, text);
    if (grown != NULL)
        *fields = grown;
    return grown != NULL;
}

static bool append_header(struct curl_slist **fields, const struct header *field)
{
    /* An empty value must be written "Name;", or libcurl leaves the field out. */
    char *text = field->value[0] != '\0'
                     ? strbuf_format("%s: %s", field->name, field->value)
                     : strbuf_format("%s;", field->name);
    const bool is_good = append_field(fields, text);
    mem_wipe(text, strlen(text));
    mem_free(text);
    return is_good;
}

bool http_options_make_fields(const struct http_request *request,
                              struct curl_slist **fields, struct error *err)
{
    static const struct header_list none = {.items = NULL};
    const struct header_list *headers =
        request->headers != NULL ? request->headers : &none;
    *fields = NULL;
    /* "Name:" makes libcurl leave out a field of its own: no waiting for a 100 before a
     * large body, no type for a body that only the caller knows. Before 8.3 it would also
     * sign what it leaves out. */
    bool is_good = request->aws_sigv4 != NULL || append_field(fields, "Expect:");
    if (is_good && request->aws_sigv4 == NULL &&
        header_list_get(headers, "Content-Type") == NULL)
        is_good = append_field(fields, "Content-Type:");
    for (size_t i = 0; is_good && i < headers->len; i++) {
        if (!is_clean_field(&headers->items[i])) {
            error_set(err, ERROR_BAD_REQUEST,
                      "header field number %zu cannot be sent: its name or value holds a "
                      "line end",
                      i + 1);
            goto fail;
        }
        is_good = append_header(fields, &headers->items[i]);
    }
    if (is_good)
        return true;
    error_set(err, ERROR_INTERNAL, "libcurl is out of memory");
fail:
    http_options_free_fields(*fields);
    *fields = NULL;
    return false;
}

void http_options_free_fields(struct curl_slist *fields)
{
    for (struct curl_slist *node = fields; node != NULL; node = node->next)
        mem_wipe(node->data, strlen(node->data));
    curl_slist_free_all(fields);
}

/* True if this libcurl signs the path as it stands. The signature has to be made over the
 * path encoded once more; from 8.14 on libcurl sees to that. */
static bool signs_path_as_it_is(void)
{
    return curl_version_info(CURLVERSION_NOW)->version_num < 0x080e00;
}

/* The URL with the percent signs of its path encoded; caller frees. */
static char *encode_path_again(const char *url, size_t path, size_t path_len)
{
    struct strbuf again;
    strbuf_init(&again, STRBUF_OWN_MAX);
    strbuf_append(&again, url, path);
    for (size_t i = path; i < path + path_len; i++) {
        strbuf_append_char(&again, url[i]);
        if (url[i] == '%')
            strbuf_append_text(&again, "25");
    }
    strbuf_append_text(&again, url + path + path_len);
    return strbuf_take(&again);
}

/*
 * Has libcurl sign the request. An older one is given the URL that it must sign, with the
 * path encoded twice, and told to send another one, which is the true one.
 */
static CURLcode set_signature(CURL *easy, const struct http_request *request)
{
    const char *scheme_end = strstr(request->url, "://");
    const char *host = scheme_end != NULL ? scheme_end + 3 : request->url;
    const char *path = host + strcspn(host, "/?#");
    const size_t path_len = strcspn(path, "?#");
    CURLcode code = curl_easy_setopt(easy, CURLOPT_AWS_SIGV4, request->aws_sigv4);
    if (code == CURLE_OK)
        code = curl_easy_setopt(easy, CURLOPT_USERPWD, request->user_password);
    if (code != CURLE_OK || memchr(path, '%', path_len) == NULL || !signs_path_as_it_is())
        return code;
    char *again =
        encode_path_again(request->url, (size_t)(path - request->url), path_len);
    char *target = mem_strndup(path, strcspn(path, "#"));
    code = curl_easy_setopt(easy, CURLOPT_URL, again);
    if (code == CURLE_OK)
        code = curl_easy_setopt(easy, CURLOPT_REQUEST_TARGET, target);
    mem_free(again);
    mem_free(target);
    return code;
}

bool http_options_set_request(CURL *easy, const struct http_request *request,
                              const struct http_url *url, struct error *err)
{
    CURLcode code = curl_easy_setopt(easy, CURLOPT_URL, request->url);
    if (code == CURLE_OK)
        code = curl_easy_setopt(easy, CURLOPT_PROTOCOLS_STR, "http,https");
    if (code == CURLE_OK && request->body != NULL) {
        curl_easy_setopt(easy, CURLOPT_POSTFIELDSIZE_LARGE,
                         (curl_off_t)request->body_len);
        code = curl_easy_setopt(easy, CURLOPT_COPYPOSTFIELDS, request->body);
    }
    if (code == CURLE_OK && request->method != NULL)
        code = curl_easy_setopt(easy, CURLOPT_CUSTOMREQUEST, request->method);
    if (code == CURLE_OK && request->aws_sigv4 != NULL)
        code = set_signature(easy, request);
    if (code != CURLE_OK) {
        error_set(err, ERROR_INTERNAL, "the request to %s cannot be made: %s", url->place,
                  curl_easy_strerror(code));
        return false;
    }
    curl_easy_setopt(easy, CURLOPT_USERAGENT, http_user_agent());
    curl_easy_setopt(easy, CURLOPT_FOLLOWLOCATION, 0L);
    curl_easy_setopt(easy, CURLOPT_SUPPRESS_CONNECT_HEADERS, 1L);
    curl_easy_setopt(easy, CURLOPT_BUFFERSIZE, READ_SIZE);
    return true;
}

static long clamp_timeout(int64_t timeout_ms)
{
    /* To libcurl zero means its own default of five minutes. */
    return timeout_ms > 0 && timeout_ms < INT_MAX ? (long)timeout_ms : INT_MAX;
}

void http_options_set_connection(CURL *easy, const struct http_request *request,
                                 const struct http_url *url, const char *ca_file)
{
    if (ca_file != NULL)
        curl_easy_setopt(easy, CURLOPT_CAINFO, ca_file);
    curl_easy_setopt(easy, CURLOPT_CONNECTTIMEOUT_MS,
                     clamp_timeout(request->connect_timeout_ms));
    curl_easy_setopt(easy, CURLOPT_HTTP_VERSION, (long)CURL_HTTP_VERSION_2TLS);
    /* Several streams to one host share a connection instead of racing to open more. */
    curl_easy_setopt(easy, CURLOPT_PIPEWAIT, url->is_tls ? 1L : 0L);
    /* Whatever this libcurl can unpack; we see plain bytes. */
    curl_easy_setopt(easy, CURLOPT_ACCEPT_ENCODING, "");
    curl_easy_setopt(easy, CURLOPT_TCP_NODELAY, 1L);
    curl_easy_setopt(easy, CURLOPT_TCP_KEEPALIVE, 1L);
    curl_easy_setopt(easy, CURLOPT_TCP_KEEPIDLE, KEEPALIVE_SECONDS);
    curl_easy_setopt(easy, CURLOPT_TCP_KEEPINTVL, KEEPALIVE_SECONDS);
    curl_easy_setopt(easy, CURLOPT_NOSIGNAL, 1L);
    /* What runs on this machine is not reached through a proxy of the environment. */
    if (http_is_loopback(request->url))
        curl_easy_setopt(easy, CURLOPT_PROXY, "");
    /* A name server that is silent must not hold up the loop when the transfer is
     * cancelled: the thread that waits for it is left to end by itself. */
    curl_easy_setopt(easy, CURLOPT_QUICK_EXIT, 1L);
    if (request->proxy != NULL)
        curl_easy_setopt(easy, CURLOPT_PROXY, request->proxy);
    if (request->client_cert != NULL)
        curl_easy_setopt(easy, CURLOPT_SSLCERT, request->client_cert);
    if (request->client_key != NULL)
        curl_easy_setopt(easy, CURLOPT_SSLKEY, request->client_key);
}
