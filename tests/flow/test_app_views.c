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
    {"empty",
     VIEW_TYPING,
     two,
     "",
     {"echo?rate|> |motet", "to all 2|✓1 echo", "F1 keys|2 coder"}},
    {"no-pane",
     VIEW_STILL,
     none,
     "",
     {"no pane is open|>", "Alt-n opens one|to nobody: tick a pane", "Ctrl-D quits"}},
    {"answers",
     VIEW_TYPING,
     two,
     "send one two three\nidle",
     {"✓ done|one two three", "› one two three|TTFT", "2 coder"}},
    {"streaming",
     VIEW_MOVING,
     stalled,
     "send go\nwait turned —",
     {"turned —|1 running", "› go|Málaga|TTFT"}},
    {"queued",
     VIEW_MOVING,
     stalled,
     "send go\nwait turned —\nsend and then",
     {"1 running", "… and then|1 queued"}},
    {"failed",
     VIEW_STILL,
     failing,
     "send go\nidle",
     {"✗ failed", "Alt-r retry|API key", "✗ not authorised|request req_"}},
    {"reasoning-folded",
     VIEW_TYPING,
     thinking,
     "send go\nidle",
     {"✓ done|may change.", NULL, "▸ reasoning · "}},
    {"reasoning",
     VIEW_TYPING,
     thinking,
     "send go\nidle\npress Alt-i",
     {"✓ done|may change.", NULL, NULL, "▾ The question is"}},
    {"raw",
     VIEW_TYPING,
     two,
     "send one\nidle\npress Tab\npress Alt-s",
     {"✓ done", "*vocabulary*"}},
    {"scrolled",
     VIEW_STILL,
     two,
     "send one\nidle\npress Tab\npress PgUp",
     {"↓ more below", "2 coder|✓ done"}},
    {"call",
     VIEW_MOVING,
     calling,
     "send weather\nasking 2\nwait 2 to app",
     {"⚑ approve|get_weather", "╭ get_weather|Alt-a moves here",
      "{ \"city\": \"Kyoto\", \"unit\": \"celsius\" }|sandbox none|rules   ask"}},
    {"call-keys",
     VIEW_MOVING,
     calling,
     "send weather\nasking 2\npress Alt-a\nkeys",
     {"n deny|view", "╭ get_weather",
      "› y once|s session|a always|e edit|N deny with reason"}},
    {"call-full",
     VIEW_MOVING,
     calling,
     "send weather\nasking 2\npress Alt-a\nkeys\npress v",
     {"╭ get_weather|n deny|back", "\"city\"",
      "y once|from    |always  always get_weather"}},
    {"approvals",
     VIEW_MOVING,
     calling_twice,
     "send weather\nasking 4\npress Alt-l",
     {"tool calls|[ ] 2 get_weath", "Space ticks|[ ] 1 format_book",
      "y n answer the ticked|\"Kyoto\""}},
    {"tools",
     VIEW_LIST,
     calling,
     "press Alt-w",
     {"[x] format_book|[x] get_weather", "[x] wait_long|offered to pane 1",
      "ask (no rule says otherwise)"}},
    {"tool-calls",
     VIEW_MOVING,
     calling_twice,
     "send weather\nasking 4\npress Alt-v",
     {"get_weather|1 tools", "format_book", "(2 calls)|Kyoto"}},
    {"connections",
     VIEW_MOVING,
     one,
     "send hello\nidle\npress Alt-k",
     {"connections|requests", "0 open, 1 ended|1 new, 0 reused|HTTP/1.1",
      "last answers|first byte"}},
    {"help",
     VIEW_LIST,
     one,
     "press F1",
     {"Writing|Enter", "send the text to the ticked panes", "Esc closes|Ctrl-J"}},
    {"palette", VIEW_LIST, one, "press Ctrl-P", {"> ", "send", "Esc"}},
    {"search",
     VIEW_LIST,
     two,
     "send one\nidle\npress Esc\npress /\ntype vocab",
     {"vocab"}},
    {"picker",
     VIEW_LIST,
     one,
     "press Ctrl-L",
     {"> |demo/sage", "another model for this pane", "demo/firehose|Ctrl-R asks again"}},
    {"themes",
     VIEW_LIST,
     one,
     "press Esc\npress t",
     {"themes|dark|high-contrast", "solarized-dark", "Enter keeps one"}},
    {"prompts",
     VIEW_LIST,
     one,
     "press Alt-p",
     {"prompts|movie", "rate|review|today|Tell a plot", "Enter opens its form"}},
    {"form",
     VIEW_STILL,
     one,
     "send /rate something",
     {"/rate|something|Enter: 1 new pane",
      "tone|stars|models|what is sent|You rate texts.",
      "Alt-g: matrix|In a calm tone|tokens in"}},
    {"matrix",
     VIEW_MOVING,
     two,
     "send /movie aa,bb\npress Alt-v\npress Alt-g\nwait aa ✓\nwait bb ✓",
     {"›aa ✓|bb ✓", "2 rows × 2 models", "demo/echo?rate=0&ttft=0|demo/coder|r R again"}},
    {"matrix-cell",
     VIEW_MOVING,
     two,
     "send /movie aa,bb\npress Alt-v\npress Alt-g\nwait aa ✓\npress v",
     {"aa · row 1|Summarize the", "demo/echo?rate=0&ttft=0 · done", "Esc closes"}},
    {"long-draft",
     VIEW_TYPING,
     one,
     "paste one{nl}two{nl}three{nl}four{nl}five{nl}six",
     {"six", "five", "> one|two"}},
    {"many", VIEW_TYPING, many, "", {"echo?rate|> ", "to all 16", NULL, NULL, "16 echo"}},
    {"zoomed", VIEW_TYPING, many, "press Alt-z", {"zoomed|echo?rate", "to all 16"}},
    {"normal", VIEW_STILL, two, "press Esc", {"normal mode", NULL, "i type"}},
    {"tabs",
     VIEW_STILL,
     many,
     "press Esc\npress W\npress W\npress W\npress W",
     {"1/16 echo|layout: tabs", "1 echo"}},
    {"stack",
     VIEW_STILL,
     many,
     "press Esc\npress W\npress W\npress W",
     {"layout: stack", NULL, "16 echo"}},
    {"completion", VIEW_LIST, one, "type /m", {"> /m|movie", "Tell a plot|message-next"}},
    {"history-search",
     VIEW_LIST,
     one,
     "send one two\nidle\npress Ctrl-R\ntype tw",
     {"> tw|one two", "earlier prompts, the newest first", "Enter takes it"}},
    {"selection",
     VIEW_STILL,
     two,
     "send one two\nidle\npress Esc\npress v\npress k",
     {"selecting", NULL, "y copy"}},
    {"wire",
     VIEW_MOVING,
     one,
     "send hello\nidle\npress Esc\npress I",
     {"wire \u00b7 1", "try 1|request",
      "POST http://127.0.0.1|body: ", "\"content\": \"hello\""}},
    {"race",
     VIEW_MOVING,
     two,
     "send one\nidle\npress Esc\npress H",
     {"\u2713", "2 coder|\u2713", "TTFT|total|t/s", "cost"}},
    {"race-many",
     VIEW_MOVING,
     many,
     "send one\nidle\npress Esc\npress H",
     {"\u2713", "1 e", NULL, NULL, "16 echo"}},
    {"race-page",
     VIEW_MOVING,
     many,
     "send one\nidle\npress Esc\npress H\npress H",
     {NULL, "1 echo"}},
    {"branches",
     VIEW_TYPING,
     one,
     "send one\nidle\npress Alt-r\nidle",
     {"✓ done|‹ 2 of 2 ›", "› one"}},
    {"chosen",
     VIEW_STILL,
     one,
     "send one\nidle\npress Esc\npress K",
     {"normal mode", "▌one"}},
    {"shared",
     VIEW_TYPING,
     two,
     "send one\nidle\npress Esc\npress &\npress i",
     {"motet", "shared"}},
    {"sessions",
     VIEW_LIST,
     one,
     "send one two\nidle\npress Ctrl-O",
     {"> ", "sessions, the newest first|one two", "begin a new session|Enter opens"}},
    {"hints",
     VIEW_HINTS,
     two,
     "press Esc\npress 0",
     {"echo?rate", NULL, "\u250c normal mode|all keys|z zoom"}},
};

static void app_view__every_size__holds(void **state)
{
    const struct view *view = *state;
    for (enum view_size size = VIEW_20X5; size < VIEW_SIZES; size++)
        view_check(view, size);
}

/* Stored pictures, for review: what does not hang from clocks and folders. */
static void app_view__pictures__are_as_stored(void **state)
{
    (void)state;
    static const struct {
        const char *name;
        enum view_size size;
    } pictures[] = {{"answers", VIEW_80X24}, {"themes", VIEW_80X24},
                    {"form", VIEW_80X24},    {"help", VIEW_80X24},
                    {"picker", VIEW_80X24},  {"long-draft", VIEW_40X12},
                    {"many", VIEW_240X64},   {"branches", VIEW_80X24},
                    {"chosen", VIEW_80X24},  {"normal", VIEW_20X5}};
    for (size_t i = 0; i < COUNT_OF(pictures); i++) {
        for (size_t j = 0; j < COUNT_OF(views); j++) {
            if (strcmp(views[j].name, pictures[i].name) == 0)
                view_check_picture(&views[j], pictures[i].size);
        }
    }
}

int main(void)
{
    struct CMUnitTest tests[COUNT_OF(views) + 1];
    tests[COUNT_OF(views)] =
        (struct CMUnitTest)cmocka_unit_test(app_view__pictures__are_as_stored);
    for (size_t i = 0; i < COUNT_OF(views); i++)
        tests[i] = (struct CMUnitTest){.name = views[i].name,
                                       .test_func = app_view__every_size__holds,
                                       .initial_state = (void *)&views[i]};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
