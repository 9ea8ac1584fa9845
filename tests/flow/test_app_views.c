/*
 * Every view of the screen at five sizes, from 20 by 5 to 240 by 64: a table, one entry a
 * view. See tests/support/view_stage.h; with MOTET_TEST_SHOW=1 the pictures are printed.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "src/base/compiler.h"
#include "tests/support/view_stage.h"

#define FAST  "demo/echo?rate=0&ttft=0"
#define TOOLS "demo/tools?rate=0&ttft=0"

static const char *const none[] = {NULL};
static const char *const one[] = {FAST, NULL};
static const char *const two[] = {FAST, "demo/coder?rate=0&ttft=0", NULL};
static const char *const stalled[] = {"demo/stall?rate=0&ttft=0", NULL};
static const char *const failing[] = {"demo/sage?rate=0&ttft=0&fault=401", NULL};
static const char *const thinking[] = {"demo/thinker?rate=0&ttft=0", NULL};
static const char *const calling[] = {TOOLS, NULL};
static const char *const calling_twice[] = {TOOLS, TOOLS, NULL};
static const char *const many[] = {FAST, FAST, FAST, FAST, FAST, FAST, FAST, FAST, FAST,
                                   FAST, FAST, FAST, FAST, FAST, FAST, FAST, NULL};

static const struct view views[] = {
    {"empty", VIEW_TYPING, two, "", {"echo|> "}},
    {"no-pane", VIEW_STILL, none, "", {"no pane is open"}},
    {"answers", VIEW_TYPING, two, "send one two three\nidle", {"> "}},
    {"streaming", VIEW_MOVING, stalled, "send go\nanswer 1", {"> "}},
    {"queued", VIEW_MOVING, stalled, "send go\nanswer 1\nsend and then", {"> "}},
    {"failed", VIEW_STILL, failing, "send go\nidle", {"> "}},
    {"reasoning-folded", VIEW_TYPING, thinking, "send go\nidle", {"> "}},
    {"reasoning", VIEW_TYPING, thinking, "send go\nidle\npress Alt-i", {"> "}},
    {"raw", VIEW_TYPING, two, "send one\nidle\npress Tab\npress Alt-s", {"> "}},
    {"scrolled", VIEW_STILL, two, "send one{nl}two{nl}three\nidle\npress PgUp", {"> "}},
    {"call", VIEW_MOVING, calling, "send weather\nasking 2", {"> "}},
    {"call-keys", VIEW_MOVING,
     calling,
     "send weather\nasking 2\nuntil Alt-a \u203a",
     {"\u203a"}},
    {"call-full", VIEW_MOVING,
     calling,
     "send weather\nasking 2\nuntil Alt-a \u203a\nuntil v lines 1\u2013",
     {"lines 1\u2013"}},
    {"approvals", VIEW_MOVING, calling_twice, "send weather\nasking 4\npress Alt-l", {""}},
    {"tools", VIEW_STILL, calling, "press Alt-w", {""}},
    {"tool-calls", VIEW_MOVING, calling_twice, "send weather\nasking 4\npress Alt-v", {""}},
    {"connections", VIEW_MOVING, one, "send hello\nidle\npress Alt-k", {""}},
    {"help", VIEW_STILL, one, "press F1", {""}},
    {"picker", VIEW_STILL, one, "press Ctrl-L", {""}},
    {"themes", VIEW_STILL, one, "press Esc\npress t", {""}},
    {"prompts", VIEW_STILL, one, "press Alt-p", {""}},
    {"form", VIEW_STILL, one, "send /rate something", {"Enter: 1 new pane"}},
    {"matrix", VIEW_MOVING, two, "send /movie aa,bb\npress Alt-v\npress Alt-g\nidle", {""}},
    {"matrix-cell", VIEW_MOVING,
     two,
     "send /movie aa,bb\npress Alt-v\npress Alt-g\nidle\npress v",
     {""}},
    {"long-draft", VIEW_TYPING, one, "paste one{nl}two{nl}three{nl}four{nl}five{nl}six", {"six"}},
    {"many", VIEW_TYPING, many, "", {"> "}},
    {"zoomed", VIEW_TYPING, many, "press Alt-z", {"> "}},
    {"normal", VIEW_STILL, two, "press Esc", {""}},
};

static void app_view__every_size__holds(void **state)
{
    const struct view *view = *state;
    for (enum view_size size = VIEW_20X5; size < VIEW_SIZES; size++)
        view_check(view, size);
}

int main(void)
{
    struct CMUnitTest tests[COUNT_OF(views)];
    for (size_t i = 0; i < COUNT_OF(views); i++)
        tests[i] = (struct CMUnitTest){.name = views[i].name,
                                       .test_func = app_view__every_size__holds,
                                       .initial_state = (void *)&views[i]};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
