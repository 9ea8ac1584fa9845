/*
 * The environment as the screen and the transfers will see it. Where the screen can do
 * without something the finding is a warning.
 */
#include "src/cli/system_check.h"

#include <langinfo.h>
#include <locale.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "src/base/compiler.h"
#include "src/base/mem.h"
#include "src/base/strbuf.h"
#include "src/engine/engine.h"
#include "src/engine/engine_check.h"

/* The smallest screen on which a pane and the composer can be read. */
enum { GOOD_WIDTH = 40, GOOD_HEIGHT = 10 };

static const char *system_get(const char *name)
{
    const char *value = getenv(name);
    return value != NULL && value[0] != '\0' ? value : NULL;
}

/* Terminal. */

static void system_check_tty(struct finding_list *list)
{
    struct finding finding = {.check = "terminal"};
    const bool is_in = isatty(STDIN_FILENO) != 0;
    const bool is_out = isatty(STDOUT_FILENO) != 0;
    if (is_in && is_out) {
        finding_tell(list, &finding, "standard input and output are a terminal");
        return;
    }
    finding.status = FINDING_WARN;
    finding.remedy = "for the screen run motet in a terminal, without a pipe";
    finding_tell(list, &finding, "standard %s not a terminal: answers come in lines",
                 is_out  ? "input is"
                 : is_in ? "output is"
                         : "input and output are");
}

/* True if the folder describes the terminal, in either of the usual layouts. */
static bool system_folder_has(const char *folder, size_t len, const char *term)
{
    char *by_letter = strbuf_format("%.*s/%c/%s", (int)len, folder, term[0], term);
    char *by_number =
        strbuf_format("%.*s/%02x/%s", (int)len, folder, (unsigned char)term[0], term);
    const bool is_there = access(by_letter, R_OK) == 0 || access(by_number, R_OK) == 0;
    mem_free(by_letter);
    mem_free(by_number);
    return is_there;
}

/* Looks where terminfo usually is. A library may know other places. */
static bool system_knows_term(const char *term)
{
    static const char *const folders[] = {
        "/etc/terminfo",       "/lib/terminfo",           "/usr/share/terminfo",
        "/usr/lib/terminfo",   "/usr/share/lib/terminfo", "/usr/local/share/terminfo",
        "/opt/local/terminfo",
    };
    const char *own = system_get("TERMINFO");
    const char *home = system_get("HOME");
    const char *more = system_get("TERMINFO_DIRS");
    bool is_known = own != NULL && system_folder_has(own, strlen(own), term);
    if (home != NULL) {
        char *folder = strbuf_format("%s/.terminfo", home);
        is_known = is_known || system_folder_has(folder, strlen(folder), term);
        mem_free(folder);
    }
    while (more != NULL && *more != '\0' && !is_known) {
        const size_t len = strcspn(more, ":");
        is_known = len > 0 && system_folder_has(more, len, term);
        more += len;
        more += *more == ':';
    }
    for (size_t i = 0; i < COUNT_OF(folders) && !is_known; i++)
        is_known = system_folder_has(folders[i], strlen(folders[i]), term);
    return is_known;
}

static void system_check_term(struct finding_list *list)
{
    struct finding finding = {.check = "TERM"};
    const char *term = system_get("TERM");
    const bool is_name = term != NULL && strchr(term, '/') == NULL && term[0] != '.';
    if (is_name && strcmp(term, "dumb") != 0 && system_knows_term(term)) {
        finding_tell(list, &finding, "%s", term);
        return;
    }
    finding.status = FINDING_WARN;
    finding.remedy = "set TERM to the kind of your terminal, such as xterm-256color";
    if (term == NULL)
        finding_tell(list, &finding, "is not set");
    else
        finding_tell(list, &finding, "%s %s", term,
                     strcmp(term, "dumb") == 0 ? "cannot show a screen"
                                               : "is not described on this machine");
}

static void system_check_size(struct finding_list *list)
{
    struct finding finding = {.check = "size"};
    struct winsize size = {0};
    if (ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) != 0 || size.ws_col == 0)
        return;
    if (size.ws_col < GOOD_WIDTH || size.ws_row < GOOD_HEIGHT) {
        finding.status = FINDING_WARN;
        finding.remedy = "make the window larger, 80 by 24 or more";
    }
    finding_tell(list, &finding, "%d columns, %d rows", size.ws_col, size.ws_row);
}

static void system_check_colors(struct finding_list *list)
{
    const struct finding finding = {.check = "colours"};
    const char *term = system_get("TERM");
    const char *depth = system_get("COLORTERM");
    if (system_get("NO_COLOR") != NULL)
        finding_tell(list, &finding, "none, because NO_COLOR is set");
    else if (depth != NULL &&
             (strcmp(depth, "truecolor") == 0 || strcmp(depth, "24bit") == 0))
        finding_tell(list, &finding, "16 million, by COLORTERM");
    else if (term != NULL && strstr(term, "256color") != NULL)
        finding_tell(list, &finding, "256, by TERM");
    else
        finding_tell(list, &finding, "as TERM's description says");
}

void system_check_terminal(struct finding_list *list)
{
    system_check_tty(list);
    system_check_term(list);
    system_check_size(list);
    system_check_colors(list);
}

/* Locale. */

/* The one the environment asks for; the program's own may have been mended. */
void system_check_locale(struct finding_list *list)
{
    struct finding finding = {.check = "locale"};
    const char *name = system_get("LC_ALL");
    if (name == NULL)
        name = system_get("LC_CTYPE");
    if (name == NULL)
        name = system_get("LANG");
    locale_t locale = newlocale(LC_CTYPE_MASK, "", (locale_t)0);
    const char *codeset =
        locale != (locale_t)0 ? nl_langinfo_l(CODESET, locale) : "unknown";
    if (strcmp(codeset, "UTF-8") != 0) {
        finding.status = FINDING_WARN;
        finding.remedy =
            "set LC_ALL to a UTF-8 locale that is installed, such as C.UTF-8";
    }
    finding_tell(list, &finding, "%s, characters in %s", name != NULL ? name : "none set",
                 codeset);
    if (locale != (locale_t)0)
        freelocale(locale);
}

/* TLS. */

static void system_check_certificates(struct finding_list *list,
                                      const struct network_facts *facts)
{
    struct finding finding = {.check = "certificates"};
    const bool has_file = facts->ca_file != NULL && access(facts->ca_file, R_OK) == 0;
    const bool has_folder =
        facts->ca_folder != NULL && access(facts->ca_folder, R_OK | X_OK) == 0;
    if (has_file || (has_folder && !facts->is_ca_given)) {
        finding_tell(list, &finding, "%s%s", has_file ? facts->ca_file : facts->ca_folder,
                     facts->is_ca_given ? ", by SSL_CERT_FILE" : "");
        return;
    }
    if (facts->ca_file == NULL && facts->ca_folder == NULL) {
        finding_tell(list, &finding, "in the TLS library's own place");
        return;
    }
    finding.status = FINDING_FAIL;
    finding.class = ERROR_NETWORK_TLS;
    finding.remedy = facts->is_ca_given
                         ? "correct SSL_CERT_FILE, or unset it"
                         : "install the system's certificates (ca-certificates), or set "
                           "SSL_CERT_FILE";
    finding_tell(list, &finding, "cannot read %s",
                 facts->ca_file != NULL ? facts->ca_file : facts->ca_folder);
}

void system_check_tls(struct finding_list *list)
{
    const struct network_facts facts = engine_get_network();
    struct finding finding = {.check = "TLS"};
    if (facts.tls == NULL) {
        finding.status = FINDING_FAIL;
        finding.class = ERROR_NETWORK_TLS;
        finding.remedy = "install a libcurl that was built with TLS";
        finding_tell(list, &finding, "libcurl %s cannot speak https", facts.version);
        return;
    }
    finding_tell(list, &finding, "libcurl %s, %s, HTTP/%s", facts.version, facts.tls,
                 facts.has_http2 ? "2" : "1.1");
    system_check_certificates(list, &facts);
}

/* Proxy. */

/* Appends the host of a proxy: what stands before it may be a name and a password, and
 * what comes after it is of no use. */
static void system_append_host(struct strbuf *out, const char *value)
{
    const char *scheme_end = strstr(value, "://");
    const char *host = scheme_end != NULL ? scheme_end + 3 : value;
    const char *credentials_end = strrchr(value, '@');
    const bool has_credentials = credentials_end != NULL && credentials_end >= host;
    if (has_credentials)
        host = credentials_end + 1;
    if (scheme_end != NULL && !has_credentials)
        strbuf_append(out, value, (size_t)(scheme_end - value) + 3);
    strbuf_append(out, host, strcspn(host, "/?#"));
    if (has_credentials)
        strbuf_append_text(out, " (with credentials)");
}

void system_check_proxy(struct finding_list *list)
{
    /* As libcurl reads them: http_proxy in small letters only. */
    static const char *const names[] = {"http_proxy", "https_proxy", "HTTPS_PROXY",
                                        "all_proxy", "ALL_PROXY"};
    static const char *const exceptions[] = {"no_proxy", "NO_PROXY"};
    const struct finding finding = {.check = "proxy"};
    struct strbuf text;
    strbuf_init(&text, STRBUF_OWN_MAX);
    for (size_t i = 0; i < COUNT_OF(names); i++) {
        const char *value = system_get(names[i]);
        if (value == NULL)
            continue;
        strbuf_append_format(&text, "%s%s is ", text.len > 0 ? ", " : "", names[i]);
        system_append_host(&text, value);
    }
    for (size_t i = 0; i < COUNT_OF(exceptions) && text.len > 0; i++) {
        if (system_get(exceptions[i]) != NULL)
            strbuf_append_format(&text, ", %s is %s", exceptions[i],
                                 system_get(exceptions[i]));
    }
    finding_tell(list, &finding, "%s",
                 text.len > 0 ? strbuf_text(&text) : "none in the environment");
    strbuf_clear(&text);
}
