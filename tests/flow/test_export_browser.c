/* Exported pages in a browser: what it shows of them, and that nothing of a text becomes
 * script or leads to the network. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "src/base/mem.h"
#include "src/store/export_format.h"
#include "tests/support/browser.h"
#include "tests/support/export_sample.h"

static char *export_page(void (*fill)(struct session *session))
{
    struct session session;
    struct strbuf out;
    fill(&session);
    const struct export_view view = export_view_of(&session);
    strbuf_init(&out, STRBUF_OWN_MAX);
    export_format_find("html")->write(&view, &out);
    session_clear(&session);
    return strbuf_take(&out);
}

/* Opens the page with a script of the test; returns what that found. */
static char *measure(struct cli_world *world, const char *page, int width,
                     const char *script)
{
    char *copy = browser_instrument(page, script);
    char *document = browser_open(world, copy, width, 1000);
    char *result = browser_result(document);
    if (result == NULL)
        fail_msg("no result in %.2000s", document);
    mem_free(document);
    mem_free(copy);
    return result;
}

static const char rects[] =
    "return [...document.querySelectorAll('.panes')[0].children].map(e=>{const r="
    "e.getBoundingClientRect();return [r.left,r.top,r.right,r.bottom].map(Math.round)"
    ".join(' ')}).join(' ')+' '+document.documentElement.scrollWidth";

struct two_panes {
    int left[2];
    int top[2];
    int right[2];
    int bottom[2];
    int page_width;
};

static struct two_panes read_panes(const char *text)
{
    struct two_panes panes;
    const int count =
        sscanf(text, "%d %d %d %d %d %d %d %d %d", &panes.left[0], &panes.top[0],
               &panes.right[0], &panes.bottom[0], &panes.left[1], &panes.top[1],
               &panes.right[1], &panes.bottom[1], &panes.page_width);
    if (count != 9)
        fail_msg("not two panes: %s", text);
    return panes;
}

static void page__wide_window__has_panes_side_by_side(void **state)
{
    struct cli_world *world = *state;
    if (!browser_is_there())
        skip();
    char *page = export_page(export_sample_rich);
    char *found = measure(world, page, 1200, rects);
    const struct two_panes panes = read_panes(found);
    assert_int_equal(panes.top[0], panes.top[1]);
    assert_true(panes.right[0] <= panes.left[1]);
    assert_true(panes.right[0] - panes.left[0] > 400);
    assert_true(panes.page_width <= 1200);
    mem_free(found);
    mem_free(page);
}

static void page__phone__has_panes_one_below_the_other(void **state)
{
    struct cli_world *world = *state;
    if (!browser_is_there())
        skip();
    char *page = export_page(export_sample_rich);
    /* A window is never narrower than 500 pixels; a frame may be. */
    char *found = measure(
        world, page, 1200,
        "document.body.style.width='360px';const "
        "p=document.querySelectorAll('.panes')[0];"
        "return [...p.children].map(e=>{const r=e.getBoundingClientRect();return "
        "[r.left,r.top,r.right,r.bottom].map(Math.round).join(' ')}).join(' ')+' '+"
        "p.scrollWidth");
    const struct two_panes panes = read_panes(found);
    assert_int_equal(panes.left[0], panes.left[1]);
    assert_true(panes.bottom[0] <= panes.top[1]);
    assert_true(panes.page_width <= 360);
    mem_free(found);
    mem_free(page);
}

/* The page as it is, then once more without its policy: each alone has to hold. */
static void page__hostile_texts__run_nothing_and_ask_for_nothing(void **state)
{
    struct cli_world *world = *state;
    if (!browser_is_there())
        skip();
    char *page = export_page(export_sample_hostile);
    char *document = browser_open(world, page, 1200, 1000);
    assert_null(strstr(document, "<title>injected"));
    assert_non_null(strstr(document, "<title>&lt;/title&gt;&lt;script&gt;"));
    mem_free(document);
    char *found =
        measure(world, page, 1200,
                "const all=[...document.querySelectorAll('*')];return ["
                "document.title=='injected','injected' in window,"
                "document.scripts.length,"
                "all.filter(e=>[...e.attributes].some(a=>/^on/i.test(a.name))).length,"
                "all.filter(e=>/^(svg|iframe|object|embed|base|form|link|video)$/i"
                ".test(e.tagName)).length,"
                "[...document.links].filter(a=>!/^(https?|mailto):/.test(a.href)).length,"
                "[...document.images].filter(i=>!i.src.startsWith('data:image/')).length,"
                "document.querySelectorAll('style').length,"
                "getComputedStyle(document.body).display].join(' ')");
    assert_string_equal(found, "false false 1 0 0 0 0 1 block");
    assert_int_equal(browser_count_requests(world, "example"), 0);
    assert_int_equal(browser_count_requests(world, "evil"), 0);
    mem_free(found);
    mem_free(page);
}

/* That the tests above can fail: the proxy sees what a page asks for. */
static void page__that_asks_for_a_picture__is_seen(void **state)
{
    struct cli_world *world = *state;
    if (!browser_is_there())
        skip();
    static const struct raw_step gone[] = {{RAW_CLOSE, NULL, 0}};
    raw_server_answer_always(world->raw, gone, 1);
    char *document = browser_open(world,
                                  "<!DOCTYPE html><title>x</title>"
                                  "<img src='http://tracker.example/x.png'>"
                                  "<script>document.title='injected'</script>",
                                  1200, 1000);
    assert_non_null(strstr(document, "<title>injected"));
    assert_true(browser_count_requests(world, "tracker.example") > 0);
    mem_free(document);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(page__wide_window__has_panes_side_by_side,
                                        cli_world_setup, cli_world_teardown),
        cmocka_unit_test_setup_teardown(page__phone__has_panes_one_below_the_other,
                                        cli_world_setup, cli_world_teardown),
        cmocka_unit_test_setup_teardown(
            page__hostile_texts__run_nothing_and_ask_for_nothing, cli_world_setup,
            cli_world_teardown),
        cmocka_unit_test_setup_teardown(page__that_asks_for_a_picture__is_seen,
                                        cli_world_setup, cli_world_teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
