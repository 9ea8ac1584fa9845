/*
 * A message is chosen in the transcript of the focused pane; where none is, the last one
 * counts. Which branches there are and what follows from going there knows the engine.
 */
#include "ui/app_tree.h"

#include <string.h>

#include "src/base/mem.h"
#include "src/chat/branch.h"
#include "src/chat/message_copy.h"
#include "src/engine/engine_tree.h"
#include "src/engine/session_keeper.h"
#include "ui/app_state.h"
#include "ui/view/transcript_choose.h"

static const struct chat *app_chat_of(const struct app *app, const struct pane *pane)
{
    return engine_get_chat(app->engine, pane->chat);
}

static const struct message *app_chosen(const struct pane *pane)
{
    return transcript_chosen(pane->transcript);
}

/* Says why something was not done, and clears it. */
static void app_tell_refusal(struct app *app, struct error *err)
{
    app_notify(app, error_text(err));
    error_clear(err);
}

/* The view follows what comes; nothing is chosen any more. */
static void app_look_at_end(const struct pane *pane)
{
    transcript_choose(pane->transcript, 0);
    transcript_go_end(pane->transcript);
}

/* --- Choosing ---------------------------------------------------------------------- */

static void app_step_message(struct app *app, const struct pane *pane, bool is_forward)
{
    if (app_chat_of(app, pane)->path_len == 0)
        app_notify(app, "there is no message in this pane to choose");
    else
        transcript_choose_step(pane->transcript, is_forward);
}

/* --- Branches ---------------------------------------------------------------------- */

/* The message whose branches are meant: in what is chosen, else the last of the path that
 * has some. NULL if there is none. */
static const struct message *app_find_fork(const struct chat *chat,
                                           const struct message *chosen)
{
    size_t begin = 0;
    size_t end = chat->path_len;
    if (chosen != NULL) {
        begin = branch_path_index(chat, chosen);
        end = branch_begins_turn(chosen) ? begin + 1 : branch_turn_end(chat, begin) + 1;
    }
    for (size_t i = end; i > begin; i--) {
        if (branch_of(chat, chat->path[i - 1]).count > 1)
            return chat->path[i - 1];
    }
    return NULL;
}

static void app_go_to_branch(struct app *app, const struct pane *pane, bool is_forward)
{
    const struct chat *chat = app_chat_of(app, pane);
    const struct message *chosen = app_chosen(pane);
    const struct message *at = app_find_fork(chat, chosen);
    struct error err = {ERROR_NONE, NULL};
    if (at == NULL) {
        app_notify_keys(app, chosen != NULL
                                 ? "the chosen message has no other branch: {retry} and "
                                   "{edit-prompt} make one"
                                 : "this conversation has no branches: {retry} and "
                                   "{edit-prompt} make one");
        return;
    }
    const struct branch branch = branch_of(chat, at);
    const struct message *to =
        branch_sibling(chat, at, is_forward ? branch.number + 1 : branch.number - 1);
    if (to == NULL)
        app_notify(app, is_forward ? "this is the last branch here"
                                   : "this is the first branch here");
    else if (engine_go_to_branch(app->engine, pane->chat, to->id, &err))
        transcript_choose(pane->transcript, to->id);
    else
        app_tell_refusal(app, &err);
}

/* --- Answering again --------------------------------------------------------------- */

static void app_retry(struct app *app, const struct pane *pane)
{
    const struct message *chosen = app_chosen(pane);
    struct error err = {ERROR_NONE, NULL};
    if (engine_is_busy(app->engine, pane->chat))
        app_notify(app, "the answer is still coming: stop it first");
    else if (chosen != NULL &&
             !engine_answer_again(app->engine, pane->chat, chosen->id, &err))
        app_tell_refusal(app, &err);
    else if (chosen == NULL && !engine_retry(app->engine, pane->chat))
        app_notify(app, engine_is_replaying(app->engine)
                            ? "this is a recording: nothing is sent"
                            : "there is no prompt in this pane to answer again");
    else
        app_look_at_end(pane);
}

static void app_continue(struct app *app, const struct pane *pane)
{
    const struct chat *chat = app_chat_of(app, pane);
    const struct message *chosen = app_chosen(pane);
    const bool is_last =
        chosen == NULL ||
        branch_turn_end(chat, branch_path_index(chat, chosen)) + 1 == chat->path_len;
    if (engine_is_busy(app->engine, pane->chat))
        app_notify(app, "the answer is still coming: stop it first");
    else if (!is_last)
        app_notify(app, "only the last answer can be gone on with: fork here first");
    else if (!engine_continue(app->engine, pane->chat))
        app_notify(app,
                   "the last answer of this pane was not cut: nothing to go on with");
    else
        app_look_at_end(pane);
}

/* --- Editing ----------------------------------------------------------------------- */

/* The last prompt that somebody has typed, or NULL. */
static const struct message *app_find_prompt(const struct chat *chat)
{
    return branch_turn_prompt(chat_tip(chat));
}

/* The answer that a person reads at the end of a turn: the last one with a text. */
static const struct message *app_find_answer_of(const struct chat *chat,
                                                const struct message *first)
{
    const size_t begin = branch_path_index(chat, first);
    const size_t end = branch_turn_end(chat, begin);
    for (size_t i = end + 1; i > begin; i--) {
        const struct message *message = chat->path[i - 1];
        if (message->author == MESSAGE_ASSISTANT && message_has_content(message))
            return message;
    }
    return first;
}

bool app_edits_answer(const struct app *app)
{
    const struct chat *chat =
        app->edited_message != 0 ? engine_get_chat(app->engine, app->edited_chat) : NULL;
    const struct message *message =
        chat != NULL ? chat_find(chat, app->edited_message) : NULL;
    return message != NULL && message->author == MESSAGE_ASSISTANT;
}

static void app_edit_message(struct app *app, const struct pane *pane)
{
    const struct chat *chat = app_chat_of(app, pane);
    const struct message *message = app_chosen(pane);
    if (message == NULL)
        message = app_find_prompt(chat);
    else if (!branch_begins_turn(message))
        message = app_find_answer_of(chat, message);
    if (message == NULL) {
        app_notify(app, "there is no prompt in this pane to edit");
        return;
    }
    if (message->author == MESSAGE_ASSISTANT && engine_is_busy(app->engine, pane->chat)) {
        app_notify(app, "the answer is still coming: stop it first");
        return;
    }
    struct strbuf text;
    strbuf_init(&text, STRBUF_OWN_MAX);
    message_join(message, PART_TEXT, &text);
    app_begin_prompt_edit(app, pane->chat, message->id, strbuf_text(&text));
    strbuf_clear(&text);
    app_set_mode(app, MODE_TYPING);
}

bool app_rewrite_answer(struct app *app, const struct prompt *prompt)
{
    struct error err = {ERROR_NONE, NULL};
    if (engine_edit_answer(app->engine, app->edited_chat, app->edited_message,
                           prompt->text, prompt->len, &err))
        return true;
    app_tell_refusal(app, &err);
    return false;
}

/* --- Forking ----------------------------------------------------------------------- */

/* Moves the last pane to the place behind the focused one, and goes there. */
static void app_place_fork(struct app *app)
{
    const size_t to = app->focused + 1;
    const size_t last = app->pane_count - 1;
    const struct pane fork = app->panes[last];
    memmove(app->panes + to + 1, app->panes + to, (last - to) * sizeof(fork));
    app->panes[to] = fork;
    app->focused = to;
}

static void app_fork(struct app *app, const struct pane *pane)
{
    const struct chat *chat = app_chat_of(app, pane);
    const struct message *message = app_chosen(pane);
    struct error err = {ERROR_NONE, NULL};
    if (message == NULL)
        message = chat_tip(chat);
    if (message == NULL) {
        app_notify_keys(app, "there is no message in this pane to fork at: {pane-new} "
                             "opens a pane");
        return;
    }
    const bool is_prompt = branch_begins_turn(message);
    const bool is_ticked = pane->is_ticked;
    struct pane *made = app_add_pane(app, 0);
    if (made == NULL)
        return;
    made->is_ticked = is_ticked;
    made->chat = engine_fork(app->engine, pane->chat, message->id, &err);
    if (made->chat == 0) {
        app_drop_last_pane(app);
        app_tell_refusal(app, &err);
        return;
    }
    app_place_fork(app);
    if (is_prompt)
        app_notify_keys(app, "forked at the prompt: {retry} answers it here");
}

/* --- One answer for everyone ------------------------------------------------------- */

static bool app_is_shared_with(const struct app *app, size_t index)
{
    return index != app->focused && app->panes[index].is_ticked;
}

static void app_share(struct app *app, const struct pane *pane)
{
    const struct message *chosen = app_chosen(pane);
    const uint64_t message = chosen != NULL ? chosen->id : 0;
    size_t done = 0;
    size_t wanted = 0;
    struct strbuf out;
    strbuf_init(&out, STRBUF_OWN_MAX);
    for (size_t i = 0; i < app->pane_count; i++) {
        struct error err = {ERROR_NONE, NULL};
        if (!app_is_shared_with(app, i))
            continue;
        wanted++;
        if (engine_share_answer(app->engine, pane->chat, message, app->panes[i].chat,
                                &err)) {
            app_look_at_end(&app->panes[i]);
            done++;
        } else {
            strbuf_append_format(&out, "; pane %zu left out: %s", i + 1,
                                 error_text(&err));
        }
        error_clear(&err);
    }
    char *notice =
        strbuf_format("%zu other pane%s go%s on from this answer%s", done,
                      done == 1 ? "" : "s", done == 1 ? "es" : "", strbuf_text(&out));
    app_notify(app, wanted > 0 ? notice
                               : app_say(app, "no other pane is ticked to share the "
                                              "answer with"));
    mem_free(notice);
    strbuf_clear(&out);
}

static void app_set_going_on(struct app *app)
{
    const bool is_shared = app->going_on == GOING_ON_SHARED;
    app->going_on = is_shared ? GOING_ON_INDEPENDENT : GOING_ON_SHARED;
    if (app->options.keeper != NULL)
        session_keeper_set_going_on(app->options.keeper, app->going_on);
    app_notify_keys(app, is_shared
                             ? "each pane goes on from its own answer"
                             : "panes go on from one answer: {share-answer} picks it");
}

/* True if both panes were asked the same and have other answers. */
static bool app_differ(const struct app *app, const struct pane *a, const struct pane *b)
{
    struct message *left = chat_tip(app_chat_of(app, a));
    struct message *right = chat_tip(app_chat_of(app, b));
    const struct message *left_prompt = branch_turn_prompt(left);
    const struct message *right_prompt = branch_turn_prompt(right);
    return left_prompt != NULL && right_prompt != NULL &&
           message_is_like(left_prompt, right_prompt) && !message_is_like(left, right);
}

const char *app_unpicked_notice(struct app *app)
{
    const struct pane *first = NULL;
    if (app->going_on != GOING_ON_SHARED)
        return NULL;
    for (size_t i = 0; i < app->pane_count; i++) {
        const struct pane *pane = &app->panes[i];
        if (!pane->is_ticked || engine_is_busy(app->engine, pane->chat))
            continue;
        if (first != NULL && app_differ(app, first, pane))
            return app_say(app, "no answer was picked ({share-answer}): each pane goes "
                                "on from its own");
        first = first != NULL ? first : pane;
    }
    return NULL;
}

const char *app_going_on_label(struct app *app)
{
    if (app->pane_count < 2)
        return NULL;
    return app->going_on == GOING_ON_SHARED
               ? app_say(app, "history: shared[, {share-answer} picks]")
               : "history: each its own";
}

/* --- Actions ----------------------------------------------------------------------- */

static void app_do_on_tree(struct app *app, const struct pane *pane, enum action action)
{
    if (action == ACTION_RETRY)
        app_retry(app, pane);
    else if (action == ACTION_CONTINUE)
        app_continue(app, pane);
    else if (action == ACTION_EDIT_PROMPT)
        app_edit_message(app, pane);
    else if (action == ACTION_MESSAGE_PREVIOUS || action == ACTION_MESSAGE_NEXT)
        app_step_message(app, pane, action == ACTION_MESSAGE_NEXT);
    else if (action == ACTION_BRANCH_PREVIOUS || action == ACTION_BRANCH_NEXT)
        app_go_to_branch(app, pane, action == ACTION_BRANCH_NEXT);
    else if (action == ACTION_FORK)
        app_fork(app, pane);
    else
        app_share(app, pane);
}

bool app_act_on_tree(struct app *app, enum action action)
{
    const bool is_of_tree =
        action == ACTION_RETRY || action == ACTION_CONTINUE ||
        action == ACTION_EDIT_PROMPT ||
        (action >= ACTION_MESSAGE_PREVIOUS && action <= ACTION_GOING_ON);
    if (!is_of_tree)
        return false;
    if (action == ACTION_GOING_ON)
        app_set_going_on(app);
    else if (app->pane_count == 0)
        app_notify(app, "no pane is open");
    else
        app_do_on_tree(app, app_focused_pane(app), action);
    app_mark_all(app);
    return true;
}
