/*
 * Sending what stands in the composer: to whom, with which files, and what of MCP servers
 * has to be fetched first. Until that has come the text stays where it is.
 */
#include <string.h>

#include "src/base/mem.h"
#include "src/engine/attachment_file.h"
#include "src/engine/estimate.h"
#include "src/engine/server_fetch.h"
#include "ui/app_state.h"
#include "ui/view/transcript_choose.h"

/* Ends writing: the text goes into the history and the composer is empty. */
static void app_text_is_sent(struct app *app)
{
    struct error err = {ERROR_NONE, NULL};
    const char *path = app_history_path(app);
    /* A rewritten answer is no prompt. */
    if (!app_edits_answer(app))
        history_add(app->history, line_edit_text(app->edit));
    /* What was told of this prompt a moment ago (that it is not kept) weighs more. */
    if (path != NULL && !history_save(app->history, path, &err) && app->notice == NULL)
        app_notify(app, error_text(&err));
    error_clear(&err);
    app_draft_is_sent(app);
    app_mark_all(app);
}

static size_t app_send_to_panes(struct app *app, const struct prompt *prompt,
                                bool to_focused_only)
{
    size_t sent = 0;
    for (size_t i = 0; i < app->pane_count; i++) {
        const bool is_target =
            to_focused_only ? i == app->focused : app->panes[i].is_ticked;
        if (!is_target)
            continue;
        /* It stands for itself, not for a template. */
        if (!engine_is_busy(app->engine, app->panes[i].chat))
            app_expect_schema(&app->panes[i], NULL);
        sent += engine_send_prompt(app->engine, app->panes[i].chat, prompt);
        /* Who sends wants to see the answer. */
        transcript_choose(app->panes[i].transcript, 0);
        transcript_go_end(app->panes[i].transcript);
    }
    return sent;
}

static bool app_send_edited(struct app *app, const struct prompt *prompt)
{
    if (app_edits_answer(app)) {
        if (!app_rewrite_answer(app, prompt))
            return false;
    } else {
        engine_send_prompt(app->engine, app->edited_chat, prompt);
    }
    for (size_t i = 0; i < app->pane_count; i++) {
        if (app->panes[i].chat != app->edited_chat)
            continue;
        transcript_choose(app->panes[i].transcript, 0);
        transcript_go_end(app->panes[i].transcript);
    }
    return true;
}

/*
 * Reads what the prompt names with @, and adds what belongs to it in any case. A draft
 * that is sent by itself may hold text that was piped in, which is not to choose files:
 * what it names was read on the command line. Nor does what stands in a chip, which
 * nobody may have looked at.
 */
static bool app_attach(struct app *app, const struct prompt *prompt,
                       struct attachment_list *list, struct error *err)
{
    const char *shown = line_edit_shown(app->edit);
    const struct chat *chat = engine_get_chat(app->engine, app->edited_chat);
    const struct message *edited = app->edited_message != 0 && chat != NULL
                                       ? chat_find(chat, app->edited_message)
                                       : NULL;
    if (edited != NULL)
        attachment_keep(list, edited);
    else if (!app->has_attached)
        attachment_list_copy(list, app->options.attachments);
    if (!app->is_sending_draft && !app_edits_answer(app) &&
        !attachment_read_words(list, shown, err))
        return false;
    return attachment_check_size(list, prompt->len, err);
}

static bool app_is_blank(const char *text)
{
    return text[strspn(text, " \t\n")] == '\0';
}

/* What a prompt to several panes may cost by the prices that are known; the number of
 * panes in `targets`. */
static double app_estimate(struct app *app, const struct prompt *prompt, size_t *targets)
{
    double sum = 0;
    *targets = 0;
    for (size_t i = 0; i < app->pane_count; i++) {
        if (!app->panes[i].is_ticked)
            continue;
        const struct chat_setup *setup =
            engine_get_setup(app->engine, app->panes[i].chat);
        const struct chat *chat = engine_get_chat(app->engine, app->panes[i].chat);
        const struct rendered_prompt path = {.messages = chat->path,
                                             .message_count = chat->path_len};
        const int64_t input = estimate_prompt_tokens(&path, setup->system) +
                              estimate_text_tokens(prompt->text, prompt->len);
        const double cost =
            estimate_cost(app->options.catalog, setup->endpoint, setup->model, input,
                          estimate_answer_tokens(setup->params, 0));
        sum += cost > 0 ? cost : 0;
        ++*targets;
    }
    return sum;
}

/* False where a broadcast may cost so much that a second press is to confirm it. */
static bool app_may_send(struct app *app, const struct prompt *prompt)
{
    size_t targets;
    const double cost = app_estimate(app, prompt, &targets);
    if (app->options.ask_above < 0 || targets < 2 || cost <= app->options.ask_above)
        return true;
    struct strbuf text;
    strbuf_init(&text, STRBUF_OWN_MAX);
    strbuf_append_format(&text, "to %zu models, about ", targets);
    pane_append_money(cost, &text);
    strbuf_append_text(&text, ": press again to send");
    const bool is_confirmed = app_is_confirmed(app, ACTION_SEND, strbuf_text(&text));
    strbuf_clear(&text);
    if (is_confirmed)
        app->armed = ACTION_NONE;
    return is_confirmed;
}

/* Sends the prompt; a sentence on why not, or NULL. */
static const char *app_send_prompt(struct app *app, const struct prompt *prompt,
                                   bool to_focused_only)
{
    const char *unpicked = to_focused_only ? NULL : app_unpicked_notice(app);
    if (prompt->replaces != 0) {
        if (!app_send_edited(app, prompt))
            return NULL;
    } else if (app_send_to_panes(app, prompt, to_focused_only) == 0) {
        return app->pane_count == 0
                   ? app_say(app, "no pane is open: {pane-new} opens one")
                   : app_say(app, "no pane is ticked: {tick} ticks the focused one, "
                                  "{send-focused} sends to it alone");
    } else {
        app->has_attached = true;
        if (unpicked != NULL)
            app_notify(app, unpicked);
    }
    app_text_is_sent(app);
    return NULL;
}

/* Sends what stands in the composer; `more`: what was fetched for it. */
static void app_send_now(struct app *app, bool to_focused_only,
                         const struct attachment_list *more)
{
    const char *text = line_edit_text(app->edit) + app_slash_escape(app);
    struct attachment_list attachments = {0};
    struct error err = {ERROR_NONE, NULL};
    const struct prompt prompt = {.text = text,
                                  .len = strlen(text),
                                  .attachments = &attachments,
                                  .replaces = app->edited_message};
    const char *trouble = NULL;
    attachment_list_copy(&attachments, more);
    if (engine_is_replaying(app->engine))
        trouble = "this is a recording: nothing is sent";
    else if (!app_attach(app, &prompt, &attachments, &err))
        trouble = error_text(&err);
    else if (prompt.replaces != 0 || to_focused_only || app_may_send(app, &prompt))
        trouble = app_send_prompt(app, &prompt, to_focused_only);
    if (trouble != NULL)
        app_notify(app, trouble);
    attachment_list_clear(&attachments);
    error_clear(&err);
}

static void app_on_resources(void *user, const struct attachment_list *list,
                             const struct error *err)
{
    struct app *app = user;
    char *text = app->fetch_text;
    app->fetch = NULL;
    app->fetch_text = NULL;
    if (err->class != ERROR_NONE)
        app_notify(app, error_text(err));
    else if (strcmp(line_edit_shown(app->edit), text) != 0)
        app_notify(app, "not sent: the text was changed meanwhile");
    else
        app_send_now(app, app->fetch_to_focused_only, list);
    mem_free(text);
    app_draw_now(app);
}

bool app_stop_fetch(struct app *app)
{
    if (app->fetch == NULL)
        return false;
    server_fetch_free(app->fetch);
    mem_free(app->fetch_text);
    app->fetch = NULL;
    app->fetch_text = NULL;
    app_notify(app, "not sent: what it names was not waited for");
    return true;
}

void app_send_text(struct app *app, bool to_focused_only)
{
    const char *shown = line_edit_shown(app->edit);
    if (app_is_blank(line_edit_text(app->edit))) {
        app_notify(app, "there is nothing to send: write something first");
    } else if (app->fetch != NULL) {
        app_notify_keys(app, "what the prompt names is being fetched; {interrupt} stops "
                             "that");
    } else if (!app->is_sending_draft && !app_edits_answer(app) &&
               server_fetch_is_needed(app->engine, shown)) {
        app->fetch_text = mem_strdup(shown);
        app->fetch_to_focused_only = to_focused_only;
        app->fetch = server_fetch_resources(
            app->engine, shown, &(struct fetch_handler){app_on_resources, app});
        app_notify(app, "fetching what the prompt names with @ …");
    } else {
        app_send_now(app, to_focused_only, NULL);
    }
}
