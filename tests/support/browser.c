/* One run of the program a page: it prints the document and ends. */
#include "tests/support/browser.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "src/base/compiler.h"
#include "src/base/file_out.h"
#include "src/base/mem.h"
#include "src/base/path.h"

static char *find_browser(void)
{
    static const char *const names[] = {"chromium", "chromium-browser", "google-chrome"};
    char *found = NULL;
    for (size_t i = 0; i < COUNT_OF(names) && found == NULL; i++)
        found = path_find_program(names[i], getenv("PATH"));
    return found;
}

bool browser_is_there(void)
{
    char *found = find_browser();
    const bool is_there = found != NULL;
    if (!is_there)
        print_message(
            "skipped: there is no Chromium on this machine (Debian: chromium)\n");
    mem_free(found);
    return is_there;
}

static char *write_page(const char *html)
{
    struct error err = {ERROR_NONE, NULL};
    char *path = strbuf_format("%s/page.html", getenv("TMPDIR"));
    if (!file_out_replace(path, html, strlen(html), &err))
        fail_msg("%s", error_text(&err));
    return path;
}

char *browser_open(struct cli_world *world, const char *html, int width, int virtual_ms)
{
    char *program = find_browser();
    char *page = write_page(html);
    char *profile = strbuf_format("--user-data-dir=%s/browser", getenv("TMPDIR"));
    char *proxy = strbuf_format("--proxy-server=%s", raw_server_get_url(world->raw));
    char *window = strbuf_format("--window-size=%d,900", width);
    char *budget = strbuf_format("--virtual-time-budget=%d", virtual_ms);
    char *url = strbuf_format("file://%s", page);
    const char *args[] = {"--headless",
                          "--no-sandbox",
                          "--disable-gpu",
                          "--disable-dev-shm-usage",
                          "--disable-background-networking",
                          "--disable-component-update",
                          "--disable-sync",
                          "--no-first-run",
                          "--no-default-browser-check",
                          "--proxy-bypass-list=<-loopback>",
                          profile,
                          proxy,
                          window,
                          budget,
                          "--dump-dom",
                          url,
                          NULL};
    /* A Chromium of Debian writes caches where the font library wants them. */
    const struct child_options options = {
        .program = program, .args = args, .list = &world->children};
    struct child_program *child = child_start(world->loop, &options);
    if (child_wait(child) != 0 || child->out.len == 0)
        fail_msg("the browser ended with %d: %s", child->code, strbuf_text(&child->err));
    char *document = mem_strdup(strbuf_text(&child->out));
    child_free(child);
    mem_free(url);
    mem_free(budget);
    mem_free(window);
    mem_free(proxy);
    mem_free(profile);
    mem_free(page);
    mem_free(program);
    return document;
}

size_t browser_count_requests(const struct cli_world *world, const char *host)
{
    size_t count = 0;
    for (size_t i = 0; i < raw_server_count_requests(world->raw); i++)
        count += strstr(raw_server_get_request(world->raw, i)->bytes, host) != NULL;
    return count;
}

char *browser_instrument(const char *html, const char *script)
{
    static const char policy[] = "<meta http-equiv=\"Content-Security-Policy\"";
    const char *start = strstr(html, policy);
    const char *stop = start != NULL ? strchr(start, '>') : NULL;
    const char *end = strstr(html, "</body>");
    struct strbuf copy;
    if (stop == NULL || end == NULL)
        fail_msg("the page has no policy, or no end");
    strbuf_init(&copy, STRBUF_OWN_MAX);
    strbuf_append(&copy, html, (size_t)(start - html));
    strbuf_append(&copy, stop + 1, (size_t)(end - stop - 1));
    strbuf_append_format(
        &copy,
        "<script>document.body.setAttribute('data-result',(function(){%s})())"
        "</script>",
        script);
    strbuf_append_text(&copy, end);
    return strbuf_take(&copy);
}

char *browser_result(const char *document)
{
    static const char name[] = "data-result=\"";
    const char *start = strstr(document, name);
    if (start == NULL)
        return NULL;
    start += strlen(name);
    return mem_strndup(start, strcspn(start, "\""));
}
