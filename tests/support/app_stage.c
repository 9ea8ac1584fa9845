/* The display is a canvas that the app's frames are copied to. */
#include "tests/support/app_stage.h"

#include <locale.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "src/base/compiler.h"
#include "src/base/mem.h"
#include "src/base/utf8.h"
#include "src/demo/demo_model.h"
#include "src/demo/demo_server.h"
#include "src/engine/session_keeper.h"
#include "tests/support/canvas_text.h"
#include "tests/support/loop_wait.h"
#include "tests/support/raw_server.h"
#include "ui/key_config.h"

/* --- The display ------------------------------------------------------------------ */

static bool stage_draw(void *user, const struct canvas *canvas)
{
    struct app_stage *stage = user;
    if (stage->is_refusing) {
        stage->refused_count++;
        return false;
    }
    canvas_copy(stage->shown, canvas);
    stage->draw_count++;
    return true;
}

static void stage_suspend(void *user)
{
    struct app_stage *stage = user;
    stage->suspend_count++;
}

static bool stage_edit(void *user, const char *path, struct error *err)
{
    struct app_stage *stage = user;
    (void)err;
    mem_free(stage->edited_path);
    stage->edited_path = mem_strdup(path);
    return true;
}

static void stage_redraw(void *user)
{
    struct app_stage *stage = user;
    stage->redraw_count++;
}

static bool stage_open_link(void *user, const char *address, struct error *err)
{
    struct app_stage *stage = user;
    (void)err;
    mem_free(stage->opened_address);
    stage->opened_address = mem_strdup(address);
    return true;
}

static void stage_set_mouse(void *user, bool use_mouse)
{
    struct app_stage *stage = user;
    stage->has_mouse = use_mouse;
}

static void stage_set_styles(void *user, const struct style styles[ROLE_COUNT])
{
    struct app_stage *stage = user;
    memcpy(stage->styles, styles, sizeof(stage->styles));
}

static void stage_set_title(void *user, const char *title)
{
    struct app_stage *stage = user;
    snprintf(stage->title, sizeof(stage->title), "%s", title);
}

static void stage_notify(void *user, const char *text)
{
    struct app_stage *stage = user;
    snprintf(stage->alert, sizeof(stage->alert), "%s", text);
    stage->alert_count++;
}

static enum copy_result stage_copy(void *user, const char *text, size_t len)
{
    struct app_stage *stage = user;
    mem_free(stage->copied);
    stage->copied = mem_strndup(text, len);
    stage->copied_len = len;
    stage->copy_count++;
    return stage->copy_result;
}

static int stage_get_wait_ms(void *user)
{
    const struct app_stage *stage = user;
    return stage->wait_ms;
}

/* --- Life ------------------------------------------------------------------------- */

static void add_endpoint(struct app_stage *stage, const char *name, const char *url)
{
    struct endpoint *endpoint = catalog_add_endpoint(&stage->catalog);
    endpoint_init(endpoint, name, "openai-chat", url);
    if (stage->catalog.default_endpoint == NULL)
        stage->catalog.default_endpoint = endpoint;
}

static void fill_catalog(struct app_stage *stage, const struct app_stage_options *options)
{
    char *url = strbuf_format("http://127.0.0.1:%u",
                              (unsigned)demo_server_get_port(stage->server));
    catalog_init(&stage->catalog);
    add_endpoint(stage, "demo", url);
    mem_free(url);
    if (options->other_url != NULL)
        add_endpoint(stage, "other", options->other_url);
    if (options->has_raw) {
        stage->raw = raw_server_new(stage->loop);
        add_endpoint(stage, "raw", raw_server_get_url(stage->raw));
    }
    for (size_t i = 0; i < demo_model_count(); i++) {
        char *name = strbuf_format("demo/%s", demo_model_get(i)->name);
        catalog_add_model(&stage->catalog, name);
        mem_free(name);
    }
}

static void open_engine(struct app_stage *stage, const struct app_stage_options *options)
{
    struct error err = {ERROR_NONE, NULL};
    struct settings settings;
    settings_init(&settings);
    if (options->settings != NULL)
        settings = *options->settings;
    const struct demo_options demo_options = {
        .speed = options->speed > 0 ? options->speed : 1., .seed = 1};
    const struct engine_options engine_options = {.settings = &settings, .seed = 1};
    stage->loop = ev_loop_new(EVFLAG_AUTO);
    assert_non_null(stage->loop);
    stage->server = demo_server_new(stage->loop, &demo_options, &err);
    assert_non_null(stage->server);
    stage->engine = engine_new(stage->loop, &engine_options, &err);
    assert_non_null(stage->engine);
}

static void open_tools(struct app_stage *stage, const struct app_stage_options *options)
{
    struct error err = {ERROR_NONE, NULL};
    if (options->tool_path != NULL &&
        !engine_add_tool_folder(stage->engine, options->tool_path, &err))
        fail_msg("%s", error_text(&err));
    if (options->rule_path != NULL)
        engine_use_rule_file(stage->engine, options->rule_path, &err);
    error_clear(&err);
}

static void open_keeper(struct app_stage *stage, const struct app_stage_options *options)
{
    if (options->session_path == NULL)
        return;
    stage->keeper = session_keeper_new(
        &(struct session_keeper_options){.engine = stage->engine,
                                         .loop = stage->loop,
                                         .catalog = &stage->catalog,
                                         .path = options->session_path,
                                         .approval = APPROVAL_ASK});
    if (options->is_temporary)
        session_keeper_set_temporary(stage->keeper, true);
}

static void open_app(struct app_stage *stage, const struct app_stage_options *options)
{
    static const char *const all_tools[] = {"*", NULL};
    size_t count = 0;
    for (; options->models != NULL && options->models[count] != NULL; count++) {
        struct model_ref ref;
        assert_true(count < COUNT_OF(stage->chats));
        assert_true(catalog_find(&stage->catalog, options->models[count], &ref, NULL));
        stage->chats[count] =
            (struct chat_setup){.endpoint = ref.endpoint,
                                .model = ref.model,
                                .tools = all_tools,
                                .tool_count = options->tool_path != NULL ? 1 : 0,
                                .approval = APPROVAL_ASK,
                                .is_streaming = true};
    }
    if (options->prompt_path != NULL)
        stage->prompts.folders[stage->prompts.len++] = mem_strdup(options->prompt_path);
    config_init(&stage->config);
    if (options->keys != NULL &&
        !config_parse(&stage->config, "keys.yaml", options->keys, strlen(options->keys),
                      &(struct config_rules){.check_keys = key_config_check}))
        fail_msg("%s", stage->config.problems.items[0].what);
    const struct app_options app_options = {
        .loop = stage->loop,
        .engine = stage->engine,
        .catalog = &stage->catalog,
        .keeper = stage->keeper,
        .session = options->session < 0 ? session_keeper_last(stage->keeper, NULL)
                                        : options->session,
        .chats = stage->chats,
        .chat_count = count,
        .draft = options->draft,
        .sends_draft = options->sends_draft,
        .attachments = options->attachments,
        .history_path = options->history_path,
        .layout_path = options->layout_path,
        .prompts = &stage->prompts,
        .ask_above = options->ask_above > 0 ? options->ask_above : -1,
        .use_mouse = true,
        .clipboard = options->clipboard,
        .use_hints = options->has_hints,
        .keys = &stage->config.keys,
        .theme = options->theme,
        .themes = options->themes};
    const struct display display = {.draw = stage_draw,
                                    .suspend = stage_suspend,
                                    .edit = stage_edit,
                                    .open_link = stage_open_link,
                                    .redraw = stage_redraw,
                                    .set_mouse = stage_set_mouse,
                                    .set_styles = stage_set_styles,
                                    .set_title = stage_set_title,
                                    .notify = stage_notify,
                                    .copy = stage_copy,
                                    .get_wait_ms = stage_get_wait_ms,
                                    .user = stage};
    stage->app = app_new(&app_options, &display);
}

/* A test that failed left its stage, which holds the signals: the next one clears it. */
static struct app_stage *left_stage;

struct app_stage *app_stage_new(const struct app_stage_options *options)
{
    app_stage_free(left_stage);
    struct app_stage *stage = mem_alloc(sizeof(*stage));
    left_stage = stage;
    setlocale(LC_CTYPE, "C.UTF-8");
    stage->has_mouse = true;
    stage->shown = canvas_new(0, 0);
    open_engine(stage, options);
    open_tools(stage, options);
    fill_catalog(stage, options);
    stage->base_watchers = app_stage_run_due(stage);
    open_keeper(stage, options);
    open_app(stage, options);
    app_resize(stage->app, options->width > 0 ? options->width : 100,
               options->height > 0 ? options->height : 30);
    return stage;
}

struct app_stage *app_stage_open(const char *const *models)
{
    return app_stage_new(&(struct app_stage_options){.models = models});
}

void app_stage_free(struct app_stage *stage)
{
    if (stage == NULL)
        return;
    left_stage = NULL;
    app_free(stage->app);
    session_keeper_free(stage->keeper);
    engine_free(stage->engine);
    raw_server_free(stage->raw);
    demo_server_free(stage->server);
    template_places_clear(&stage->prompts);
    catalog_clear(&stage->catalog);
    config_clear(&stage->config);
    ev_loop_destroy(stage->loop);
    canvas_free(stage->shown);
    mem_free(stage->opened_address);
    mem_free(stage->edited_path);
    mem_free(stage->copied);
    mem_free(stage);
}

/* --- Doing ------------------------------------------------------------------------ */

void app_stage_press(struct app_stage *stage, const char *key_name)
{
    struct key key;
    assert_true(key_parse(key_name, &key));
    app_key(stage->app, &key);
}

void app_stage_type(struct app_stage *stage, const char *text)
{
    const size_t len = strlen(text);
    for (size_t at = 0; at < len;) {
        struct key key = {.code = INPUT_RUNE};
        at += utf8_decode(text + at, len - at, &key.rune);
        app_key(stage->app, &key);
    }
}

void app_stage_send(struct app_stage *stage, const char *text)
{
    app_stage_type(stage, text);
    app_stage_press(stage, "Enter");
}

void app_stage_paste(struct app_stage *stage, const char *text)
{
    app_paste(stage->app, text, strlen(text));
}

void app_stage_click(struct app_stage *stage, int x, int y)
{
    struct key key = {.code = INPUT_MOUSE_PRESS, .rune = 1, .x = x, .y = y};
    app_key(stage->app, &key);
    key.code = INPUT_MOUSE_RELEASE;
    app_key(stage->app, &key);
}

void app_stage_drag(struct app_stage *stage, int from_x, int from_y, int to_x, int to_y)
{
    struct key key = {.code = INPUT_MOUSE_PRESS, .rune = 1, .x = from_x, .y = from_y};
    app_key(stage->app, &key);
    key = (struct key){.code = INPUT_MOUSE_DRAG, .rune = 1, .x = to_x, .y = to_y};
    app_key(stage->app, &key);
    key.code = INPUT_MOUSE_RELEASE;
    app_key(stage->app, &key);
}

void app_stage_click_text(struct app_stage *stage, const char *text)
{
    int x;
    int y;
    assert_stage_shows(stage, text);
    canvas_find(stage->shown, text, &x, &y);
    app_stage_click(stage, x, y);
}

void app_stage_wheel(struct app_stage *stage, int x, int y, bool is_up)
{
    const struct key key = {
        .code = is_up ? INPUT_WHEEL_UP : INPUT_WHEEL_DOWN, .x = x, .y = y};
    app_key(stage->app, &key);
}

void app_stage_accept(struct app_stage *stage)
{
    stage->is_refusing = false;
    app_ready(stage->app);
}

unsigned app_stage_run_due(struct app_stage *stage)
{
    return (unsigned)ev_run(stage->loop, EVRUN_NOWAIT);
}

/* --- Waiting and looking ---------------------------------------------------------- */

struct stage_wait {
    struct app_stage *stage;
    app_stage_condition *condition;
    void *user;
};

static bool wait_is_met(void *user)
{
    const struct stage_wait *wait = user;
    return wait->condition(wait->stage, wait->user);
}

static void print_shown(const struct app_stage *stage)
{
    char *text = canvas_text(stage->shown);
    fprintf(stderr, "the screen:\n%s---\n", text);
    mem_free(text);
}

static void wait_for(struct app_stage *stage, app_stage_condition *condition, void *user,
                     const char *what)
{
    struct stage_wait wait = {stage, condition, user};
    if (loop_wait(stage->loop, wait_is_met, &wait))
        return;
    print_shown(stage);
    fail_msg("waited in vain for %s", what);
}

void app_stage_wait(struct app_stage *stage, app_stage_condition *condition, void *user)
{
    wait_for(stage, condition, user, "a condition");
}

bool app_stage_has(const struct app_stage *stage, const char *text)
{
    return canvas_find(stage->shown, text, NULL, NULL);
}

static bool has_text(struct app_stage *stage, void *user)
{
    return app_stage_has(stage, user);
}

static bool has_no_text(struct app_stage *stage, void *user)
{
    return !app_stage_has(stage, user);
}

void app_stage_wait_text(struct app_stage *stage, const char *text)
{
    wait_for(stage, has_text, (void *)text, text);
}

void app_stage_wait_no_text(struct app_stage *stage, const char *text)
{
    wait_for(stage, has_no_text, (void *)text, text);
}

static bool is_idle(struct app_stage *stage, void *user)
{
    (void)user;
    return engine_busy_count(stage->engine) == 0 && !app_stage_has(stage, " running");
}

void app_stage_wait_idle(struct app_stage *stage)
{
    wait_for(stage, is_idle, NULL, "all turns to end");
}

struct wanted_answer {
    chat_id chat;
    size_t min_len;
};

static bool has_answer(struct app_stage *stage, void *user)
{
    const struct wanted_answer *wanted = user;
    char *text = app_stage_answer(stage, wanted->chat);
    const bool is_there = strlen(text) >= wanted->min_len;
    mem_free(text);
    return is_there;
}

void app_stage_wait_answer(struct app_stage *stage, chat_id chat, size_t min_len)
{
    struct wanted_answer wanted = {chat, min_len};
    wait_for(stage, has_answer, &wanted, "an answer");
}

void assert_stage_shows(const struct app_stage *stage, const char *text)
{
    if (app_stage_has(stage, text))
        return;
    print_shown(stage);
    fail_msg("the screen does not show: %s", text);
}

void assert_stage_hides(const struct app_stage *stage, const char *text)
{
    if (!app_stage_has(stage, text))
        return;
    print_shown(stage);
    fail_msg("the screen shows: %s", text);
}

static char *last_text(const struct app_stage *stage, chat_id id,
                       enum message_author author)
{
    const struct chat *chat = engine_get_chat(stage->engine, id);
    const struct message *message = chat != NULL ? chat_last_by(chat, author) : NULL;
    struct strbuf text;
    strbuf_init(&text, STRBUF_OWN_MAX);
    strbuf_append_text(&text, "");
    if (message != NULL)
        message_join(message, PART_TEXT, &text);
    char *copy = mem_strdup(strbuf_text(&text));
    strbuf_clear(&text);
    return copy;
}

char *app_stage_answer(const struct app_stage *stage, chat_id chat)
{
    return last_text(stage, chat, MESSAGE_ASSISTANT);
}

char *app_stage_prompt(const struct app_stage *stage, chat_id chat)
{
    return last_text(stage, chat, MESSAGE_USER);
}
