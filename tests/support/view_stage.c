/* The script is run line by line; a size is a stage of its own, so nothing is left over.
 */
#include "tests/support/view_stage.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "src/base/compiler.h"
#include "src/base/mem.h"
#include "src/base/path.h"
#include "tests/support/canvas_text.h"
#include "tests/support/prompt_stage.h"
#include "tests/support/tool_folder.h"
#include "ui/theme/theme_set.h"

static const int sizes[VIEW_SIZES][2] = {
    {20, 5}, {40, 12}, {80, 24}, {120, 40}, {240, 64}};

struct view_stage {
    struct app_stage *app;
    struct tool_folder *tools;
    struct theme_set themes;
    char *database; /* of sessions; NULL: they are not kept */
    const struct view *view;
    enum view_size size;
};

void view_size_get(enum view_size size, int *width, int *height)
{
    *width = sizes[size][0];
    *height = sizes[size][1];
}

static void view_stage_open(struct view_stage *stage, const struct view *view,
                            enum view_size size)
{
    *stage = (struct view_stage){.view = view, .size = size, .tools = tool_folder_new()};
    const char *top = getenv("MOTET_SRCDIR");
    char *folder = strbuf_format("%s/themes", top != NULL ? top : ".");
    theme_set_add_folder(&stage->themes, folder);
    mem_free(folder);
    if (strcmp(view->name, "sessions") == 0)
        stage->database = strbuf_format("%s/view-%d.db", getenv("TMPDIR"), (int)size);
    stage->app = prompt_stage_new(
        &(struct app_stage_options){.models = view->models,
                                    .tool_path = tool_folder_path(stage->tools),
                                    .rule_path = tool_folder_rule_path(stage->tools),
                                    .themes = &stage->themes,
                                    .session_path = stage->database,
                                    .has_hints = view->kind == VIEW_HINTS,
                                    .width = sizes[size][0],
                                    .height = sizes[size][1]});
}

static void view_stage_close(struct view_stage *stage)
{
    prompt_stage_free(stage->app);
    tool_folder_free(stage->tools);
    theme_set_clear(&stage->themes);
    mem_free(stage->database);
}

/* --- The script -----------------------------------------------------------------------
 */

static bool has_asking(struct app_stage *app, void *user)
{
    const size_t *wanted = user;
    const struct call_facts *calls;
    const size_t count = engine_get_calls(app->engine, &calls);
    size_t asking = 0;
    for (size_t i = 0; i < count; i++)
        asking += calls[i].state == CALL_ASKING && calls[i].decision == CALL_UNDECIDED;
    return asking >= *wanted;
}

/* They rest for a moment after a dialog gets them. */
static bool has_keys(struct app_stage *app, void *user)
{
    (void)user;
    return app_stage_has(app, "\u203a y ") || app_stage_has(app, "\u203a v ");
}

static void run_step(struct app_stage *app, const char *verb, const char *rest)
{
    size_t number = (size_t)strtoul(rest, NULL, 10);
    if (strcmp(verb, "send") == 0)
        app_stage_send(app, rest);
    else if (strcmp(verb, "type") == 0)
        app_stage_type(app, rest);
    else if (strcmp(verb, "paste") == 0)
        app_stage_paste(app, rest);
    else if (strcmp(verb, "press") == 0)
        app_stage_press(app, rest);
    else if (strcmp(verb, "wait") == 0)
        app_stage_wait_text(app, rest);
    else if (strcmp(verb, "keys") == 0)
        app_stage_wait(app, has_keys, NULL);
    else if (strcmp(verb, "idle") == 0)
        app_stage_wait_idle(app);
    else if (strcmp(verb, "answer") == 0)
        app_stage_wait_answer(app, (chat_id)number, 1);
    else if (strcmp(verb, "asking") == 0)
        app_stage_wait(app, has_asking, &number);
    else
        fail_msg("no such step: %s", verb);
}

static void run_script(struct app_stage *app, const char *script)
{
    while (*script != '\0') {
        const size_t len = strcspn(script, "\n");
        char *line = mem_strndup(script, len);
        char *rest = strchr(line, ' ');
        if (rest != NULL)
            *rest++ = '\0';
        for (char *nl = rest != NULL ? strstr(rest, "{nl}") : NULL; nl != NULL;
             nl = strstr(nl, "{nl}")) {
            nl[0] = '\n';
            memmove(nl + 1, nl + 4, strlen(nl + 4) + 1);
        }
        run_step(app, line, rest != NULL ? rest : "");
        mem_free(line);
        script += len + (script[len] == '\n');
    }
}

/* --- What must hold
 * --------------------------------------------------------------------- */

static void fail_at(const struct view_stage *stage, const char *what, int x, int y)
{
    char *text = canvas_text(stage->app->shown);
    fprintf(stderr, "%s\n", text);
    mem_free(text);
    fail_msg("%s at %dx%d: %s (column %d of row %d)", stage->view->name,
             sizes[stage->size][0], sizes[stage->size][1], what, x, y);
}

static void assert_words(const struct view_stage *stage)
{
    for (size_t size = 0; size <= (size_t)stage->size; size++) {
        const char *words = stage->view->seen[size];
        while (words != NULL && *words != '\0') {
            const size_t len = strcspn(words, "|");
            char *word = mem_strndup(words, len);
            if (!canvas_find(stage->app->shown, word, NULL, NULL))
                fail_at(stage, word, -1, -1);
            mem_free(word);
            words += len + (words[len] == '|');
        }
    }
}

static bool is_sign(const struct canvas *canvas, int x, int y, const char *const signs[2])
{
    const struct cell *cell = canvas_cell_at(canvas, x, y);
    for (size_t i = 0; cell != NULL && i < 2; i++) {
        if (cell->text_len == strlen(signs[i]) &&
            memcmp(cell->text, signs[i], cell->text_len) == 0)
            return true;
    }
    return false;
}

static const char *const top_left[] = {"\u250c", "\u256d"};
static const char *const top_right[] = {"\u2510", "\u256e"};
static const char *const low_left[] = {"\u2514", "\u2570"};
static const char *const low_right[] = {"\u2518", "\u256f"};
static const char *const side[] = {"\u2502", "\u2502"};

/*
 * Measures the frame whose upper left corner is at (x, y). Its upper edge ends at the
 * next corner, its left side at the next lower one; between them text may stand in the
 * edges, but not in the sides. False if it does not close.
 */
static bool measure_frame(const struct canvas *canvas, int x, int y, struct rect *frame)
{
    int right = x + 1;
    int bottom = y + 1;
    while (right < canvas->width && !is_sign(canvas, right, y, top_right))
        right++;
    while (bottom < canvas->height && is_sign(canvas, x, bottom, side))
        bottom++;
    *frame = (struct rect){x, y, right - x + 1, bottom - y + 1};
    if (!is_sign(canvas, x, bottom, low_left) ||
        !is_sign(canvas, right, bottom, low_right))
        return false;
    for (int row = y + 1; row < bottom; row++) {
        if (!is_sign(canvas, right, row, side))
            return false;
    }
    return true;
}

/* The row where an open list begins (a rule from the left edge, no frame), or 0. */
static int list_top(const struct canvas *canvas)
{
    static const char *const rule[] = {"\u2500", "\u2500"};
    int y = canvas->height - 1;
    while (y > 0 && !is_sign(canvas, 0, y, rule))
        y--;
    return y;
}

/* Every frame closes. One that a box or list lies over may be broken where that is: then
 * the box is the whole one of the two. */
static void assert_frames(const struct view_stage *stage)
{
    const struct canvas *canvas = stage->app->shown;
    struct rect whole[64];
    size_t whole_count = 0;
    struct rect frame;
    for (int at = 0; at < canvas->width * canvas->height; at++) {
        const int x = at % canvas->width;
        const int y = at / canvas->width;
        if (is_sign(canvas, x, y, top_left) && measure_frame(canvas, x, y, &frame) &&
            whole_count < COUNT_OF(whole))
            whole[whole_count++] = frame;
    }
    for (int at = 0; at < canvas->width * canvas->height; at++) {
        const int x = at % canvas->width;
        const int y = at / canvas->width;
        if (!is_sign(canvas, x, y, top_left) || measure_frame(canvas, x, y, &frame))
            continue;
        bool is_covered = list_top(canvas) > y;
        for (size_t i = 0; i < whole_count; i++)
            is_covered = is_covered || whole[i].y + whole[i].height > y;
        if (!is_covered)
            fail_at(stage, "a frame does not close", x, y);
    }
}

/* What is typed appears before the cursor, inside the screen, and goes again. */
static void assert_cursor(const struct view_stage *stage)
{
    const struct canvas *canvas = stage->app->shown;
    assert_true(canvas->is_cursor_visible);
    app_stage_type(stage->app, "q");
    const int x = canvas->cursor_x;
    const int y = canvas->cursor_y;
    const struct cell *typed = canvas_cell_at(canvas, x - 1, y);
    if (!canvas->is_cursor_visible || typed == NULL || typed->text[0] != 'q')
        fail_at(stage, "no cursor behind what is typed", x, y);
    app_stage_press(stage->app, "Backspace");
}

/* Painted anew, and after another size, the picture is the same. */
static void assert_repaint(const struct view_stage *stage)
{
    const struct canvas *shown = stage->app->shown;
    const int width = shown->width;
    const int height = shown->height;
    char *before = canvas_text(shown);
    struct canvas *copy = canvas_new(0, 0);
    canvas_copy(copy, shown);
    app_resize(stage->app->app, width, height);
    const size_t len = (size_t)(width * height) * sizeof(copy->cells[0]);
    char *after = canvas_text(shown);
    assert_string_equal(after, before);
    assert_memory_equal(shown->cells, copy->cells, len);
    app_resize(stage->app->app, width * 2 / 3, height * 2 / 3);
    assert_canvas_is_whole(shown);
    app_resize(stage->app->app, width, height);
    mem_free(after);
    after = canvas_text(shown);
    if (stage->view->kind != VIEW_LIST)
        assert_string_equal(after, before);
    mem_free(before);
    mem_free(after);
    canvas_free(copy);
}

void view_check(const struct view *view, enum view_size size)
{
    struct view_stage stage;
    view_stage_open(&stage, view, size);
    run_script(stage.app, view->script);
    if (getenv("MOTET_TEST_SHOW") != NULL) {
        char *text = canvas_text(stage.app->shown);
        printf("=== %s %dx%d\n%s", view->name, sizes[size][0], sizes[size][1], text);
        mem_free(text);
    }
    assert_int_equal(stage.app->shown->width, sizes[size][0]);
    assert_int_equal(stage.app->shown->height, sizes[size][1]);
    assert_canvas_is_whole(stage.app->shown);
    assert_words(&stage);
    assert_frames(&stage);
    if (view->kind == VIEW_TYPING)
        assert_cursor(&stage);
    if (view->kind != VIEW_MOVING)
        assert_repaint(&stage);
    view_stage_close(&stage);
}

/* --- Pictures
 * ------------------------------------------------------------------------------ */

/* Metrics depend on the machine: what stands from "TTFT" to the frame's corner becomes a
 * line again. */
static char *hide_metrics(const char *text)
{
    struct strbuf out;
    strbuf_init(&out, STRBUF_OWN_MAX);
    const char *at = text;
    for (const char *next = strstr(at, " TTFT"); next != NULL;
         next = strstr(at, " TTFT")) {
        strbuf_append(&out, at, (size_t)(next - at));
        const char *end = strstr(next, low_right[0]);
        assert_non_null(end);
        for (at = next; at < end; at++) {
            if (((unsigned char)*at & 0xc0) != 0x80)
                strbuf_append_text(&out, "\u2500");
        }
    }
    strbuf_append_text(&out, at);
    return strbuf_take(&out);
}

void view_check_picture(const struct view *view, enum view_size size)
{
    struct view_stage stage;
    view_stage_open(&stage, view, size);
    run_script(stage.app, view->script);
    char *text = canvas_text(stage.app->shown);
    char *shown = hide_metrics(text);
    mem_free(text);
    view_stage_close(&stage);
    const char *top = getenv("MOTET_SRCDIR");
    char *path =
        strbuf_format("%s/tests/screen/golden/%s-%dx%d.txt", top != NULL ? top : ".",
                      view->name, sizes[size][0], sizes[size][1]);
    if (getenv("MOTET_TEST_RENEW") != NULL) {
        FILE *file = fopen(path, "w");
        assert_non_null(file);
        assert_true(fputs(shown, file) >= 0);
        assert_int_equal(fclose(file), 0);
    }
    struct strbuf wanted;
    struct error err = {0};
    strbuf_init(&wanted, STRBUF_OWN_MAX);
    if (!path_read_file(path, &wanted, &err))
        fail_msg("%s; MOTET_TEST_RENEW=1 writes it", error_text(&err));
    if (strcmp(shown, strbuf_text(&wanted)) != 0)
        fail_msg("%s is not what is shown (if that is right, run the test with "
                 "MOTET_TEST_RENEW=1 and look at the difference):\n%s",
                 path, shown);
    strbuf_clear(&wanted);
    mem_free(path);
    mem_free(shown);
}
