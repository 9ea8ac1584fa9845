/* Scripts are told apart by a short table of those whose letters look like Latin ones. */
#include "ui/view/url_check.h"

#include <string.h>
#include <strings.h>

#include "src/base/compiler.h"
#include "src/base/utf8.h"

/* A host is named in a warning with at most so many bytes. */
#define URL_HOST_SHOWN 80

enum url_script { SCRIPT_LATIN = 1, SCRIPT_OTHER = 2 };

struct url_host {
    const char *text;
    size_t len;
    bool has_user; /* something stood before "@" */
};

struct url_range {
    uint32_t first;
    uint32_t last;
};

/* Latin letters outside ASCII; all other letters are of other scripts. */
static const struct url_range latin_ranges[] = {
    {0xc0, 0x24f}, {0x1e00, 0x1eff}, {0x2c60, 0x2c7f}, {0xa720, 0xa7ff}};

static unsigned url_script_of(uint32_t code)
{
    if (code < 0x80)
        return (code >= 'a' && code <= 'z') || (code >= 'A' && code <= 'Z') ? SCRIPT_LATIN
                                                                            : 0;
    for (size_t i = 0; i < COUNT_OF(latin_ranges); i++) {
        if (code >= latin_ranges[i].first && code <= latin_ranges[i].last)
            return SCRIPT_LATIN;
    }
    return SCRIPT_OTHER;
}

static bool url_ends_host(char byte)
{
    return strchr("/?#\\\"'<> \t\n`|)]},;", byte) != NULL;
}

/* The host that begins at `text`, behind "://". */
static struct url_host url_read_host(const char *text, size_t len)
{
    struct url_host host = {text, 0, false};
    size_t end = 0;
    while (end < len && !url_ends_host(text[end]))
        end++;
    for (size_t i = 0; i < end; i++) {
        if (text[i] == '@') {
            host.text = text + i + 1;
            host.has_user = true;
        }
    }
    host.len = (size_t)(text + end - host.text);
    return host;
}

static bool url_has_punycode(const struct url_host *host)
{
    for (size_t i = 0; i + 4 <= host->len; i++) {
        if ((i == 0 || host->text[i - 1] == '.') &&
            strncasecmp(host->text + i, "xn--", 4) == 0)
            return true;
    }
    return false;
}

/* What to say about a host; NULL if it looks as it is. */
static const char *url_judge(const struct url_host *host)
{
    unsigned scripts = 0;
    bool is_ascii = true;
    for (size_t at = 0; at < host->len;) {
        uint32_t code;
        at += utf8_decode(host->text + at, host->len - at, &code);
        scripts |= url_script_of(code);
        is_ascii = is_ascii && code < 0x80;
    }
    if (scripts == (SCRIPT_LATIN | SCRIPT_OTHER))
        return "mixes letters of several scripts";
    if (!is_ascii)
        return "has letters outside ASCII";
    if (url_has_punycode(host))
        return "is written in punycode: it may look like another one";
    if (host->has_user)
        return "stands behind a name and \"@\": it leads there, not to the name";
    return NULL;
}

bool url_check_next(const char *text, size_t len, size_t *at, struct strbuf *why)
{
    while (*at + 3 <= len) {
        const char *found = memchr(text + *at, ':', len - *at);
        if (found == NULL)
            break;
        *at = (size_t)(found - text) + 1;
        if (*at + 2 > len || found[1] != '/' || found[2] != '/')
            continue;
        *at += 2;
        const struct url_host host = url_read_host(text + *at, len - *at);
        const char *judgement = url_judge(&host);
        if (judgement == NULL)
            continue;
        size_t shown = host.len < URL_HOST_SHOWN ? host.len : URL_HOST_SHOWN;
        while (shown > 0 && shown < host.len && (host.text[shown] & 0xc0) == 0x80)
            shown--;
        strbuf_append_format(why, "the host \"%.*s\" %s", (int)shown, host.text,
                             judgement);
        return true;
    }
    *at = len;
    return false;
}
