/* Exported pages in a browser: what it shows of them, and that nothing of a text becomes
 * script or leads to the network. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "src/base/mem.h"
#include "src/store/export_format.h"
#include "src/store/export_replay.h"
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
    char *document = browser_open(world, copy, width, 10000);
    char *result = browser_result(document);
    if (result == NULL)
        fail_msg("no result in %.2000s", document);
    mem_free(document);
    mem_free(copy);
    return result;
}

/* Where the panes of the first row stand, and how wide that is. The second time the page
 * is as wide as a phone: a window is never narrower than 500 pixels. */
static const char rects[] =
    "const p=document.querySelector('.panes');const look=()=>[...p.children].map(e=>{"
    "const r=e.getBoundingClientRect();return [r.left,r.top,r.right,r.bottom]"
    ".map(Math.round).join(' ')}).join(' ')+' '+p.scrollWidth;"
    "const wide=look();document.body.style.width='360px';return wide+','+look()";

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
    int *const numbers[] = {&panes.left[0],   &panes.top[0],    &panes.right[0],
                            &panes.bottom[0], &panes.left[1],   &panes.top[1],
                            &panes.right[1],  &panes.bottom[1], &panes.page_width};
    const char *at = text;
    for (size_t i = 0; i < sizeof(numbers) / sizeof(numbers[0]); i++) {
        char *end;
        *numbers[i] = (int)strtol(at, &end, 10);
        if (end == at)
            fail_msg("not two panes: %s", text);
        at = end;
    }
    return panes;
}

static void page__panes__are_side_by_side_or_below_each_other(void **state)
{
    struct cli_world *world = *state;
    if (!browser_is_there())
        skip();
    char *page = export_page(export_sample_rich);
    char *found = measure(world, page, 1200, rects);
    assert_non_null(strchr(found, ','));
    const struct two_panes wide = read_panes(found);
    const struct two_panes phone = read_panes(strchr(found, ',') + 1);
    assert_int_equal(wide.top[0], wide.top[1]);
    assert_true(wide.right[0] <= wide.left[1]);
    assert_true(wide.right[0] - wide.left[0] > 400);
    assert_true(wide.page_width <= 1200);
    assert_int_equal(phone.left[0], phone.left[1]);
    assert_true(phone.bottom[0] <= phone.top[1]);
    assert_true(phone.page_width <= 360);
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

/* --- Replays ----------------------------------------------------------------------- */

#define STEP_MS    100
#define STEP_COUNT 50

/* Two panes that get a letter every 100 ms, five seconds long; the second one's texts try
 * to end the element that holds them. */
static char *replay_page(void)
{
    struct session session;
    struct replay_story story = {.length_ms = STEP_MS * STEP_COUNT};
    struct strbuf out;
    session_init(&session);
    for (size_t i = 0; i < 2; i++) {
        struct session_chat *chat = session_add_chat(&session);
        struct replay_pane *pane = replay_story_pane(&story, i);
        chat->model.model = mem_strdup(i == 0 ? "one" : "two");
        export_sample_say(chat, MESSAGE_USER, "Race!");
        struct message *answer = export_sample_say(chat, MESSAGE_ASSISTANT, "");
        replay_pane_add(pane, 1, 0);
        replay_pane_add_phase(pane, "queued", 0);
        replay_pane_add_phase(pane, "text", STEP_MS);
        replay_pane_add_phase(pane, "done", STEP_MS * STEP_COUNT);
        struct replay_message *growing = replay_pane_add(pane, answer->id, 0);
        for (int step = 1; step <= STEP_COUNT; step++) {
            const char *text =
                i == 0 ? "x" : "</script><script>window.injected=1</script>";
            message_append(answer, PART_TEXT, text, strlen(text));
            replay_message_add(growing, PART_TEXT, step * STEP_MS, text, strlen(text));
        }
    }
    strbuf_init(&out, STRBUF_OWN_MAX);
    export_replay(&session, &story, &out);
    replay_story_clear(&story);
    session_clear(&session);
    return strbuf_take(&out);
}

static void replay__time_goes_on__text_grows_to_its_end(void **state)
{
    struct cli_world *world = *state;
    if (!browser_is_there())
        skip();
    char *page = replay_page();
    char *found = measure(
        world, page, 1200,
        "const live=document.querySelector('#m-0-2 .live'),seen=[];"
        "const look=()=>seen.push(live.hidden?'over':live.textContent.length);"
        "setTimeout(look,1000);setTimeout(look,3000);setTimeout(()=>{look();"
        "document.body.setAttribute('data-result',seen.join(' '))},7000);return ''");
    char *end;
    const long early = strtol(found, &end, 10);
    const long later = strtol(end, &end, 10);
    /* A little late is what a browser may be. */
    assert_in_range(early, 5, 12);
    assert_in_range(later, early + 10, 32);
    assert_string_equal(end, " over");
    mem_free(found);
    mem_free(page);
}

/* With the policy in force: its hash has to be that of the script. */
static void replay__its_own_policy__lets_it_run(void **state)
{
    struct cli_world *world = *state;
    if (!browser_is_there())
        skip();
    char *page = replay_page();
    char *document = browser_open(world, page, 1200, 20000);
    assert_non_null(strstr(document, "id=\"clock\">5.0 / 5.0 s<"));
    assert_non_null(strstr(document, ">again</button>"));
    mem_free(document);
    mem_free(page);
}

/* Pause, a place, the end, another speed, again: without waiting. */
static void replay__controls__move_and_stop_it(void **state)
{
    struct cli_world *world = *state;
    if (!browser_is_there())
        skip();
    char *page = replay_page();
    char *found = measure(
        world, page, 1200,
        "const g=id=>document.getElementById(id),seen=[];"
        "const live=document.querySelector('#m-0-2 .live'),box=g('m-0-2');"
        "const go=t=>{g('seek').value=t;g('seek').dispatchEvent(new Event('input'));"
        "seen.push(live.hidden?'over':live.textContent.length)};"
        "g('play').click();seen.push(g('play').textContent);"
        "go(2050);go(1050);go(5000);seen.push(g('play').textContent);"
        "g('play').click();seen.push(g('play').textContent,live.textContent.length);"
        "const b=document.querySelectorAll('.pane').length,"
        "p=document.querySelectorAll('#s-0 .phase');"
        "seen.push(b,p.length,p[1].className,p[1].style.left,'injected' in window,"
        "document.scripts.length);return seen.join('|')");
    assert_string_equal(found, "play|20|10|over|again|pause|0|2|2|phase "
                               "text|2%|false|3");
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
        cmocka_unit_test_setup_teardown(page__panes__are_side_by_side_or_below_each_other,
                                        cli_world_setup, cli_world_teardown),
        cmocka_unit_test_setup_teardown(
            page__hostile_texts__run_nothing_and_ask_for_nothing, cli_world_setup,
            cli_world_teardown),
        cmocka_unit_test_setup_teardown(replay__time_goes_on__text_grows_to_its_end,
                                        cli_world_setup, cli_world_teardown),
        cmocka_unit_test_setup_teardown(replay__its_own_policy__lets_it_run,
                                        cli_world_setup, cli_world_teardown),
        cmocka_unit_test_setup_teardown(replay__controls__move_and_stop_it,
                                        cli_world_setup, cli_world_teardown),
        cmocka_unit_test_setup_teardown(page__that_asks_for_a_picture__is_seen,
                                        cli_world_setup, cli_world_teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
