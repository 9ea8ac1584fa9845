/*
 * Titles by a model, where the person has named one for that: after the first answer of a
 * session it is asked once, in a chat that is not kept and not shown. Whatever goes wrong
 * with it, the title stays the first line of the first prompt.
 */
#include "src/engine/session_keeper_state.h"

#include <string.h>

#include "src/base/mem.h"

/* So much of the prompt and of the answer is shown to the model. */
#define TITLE_SHOWN_MAX ((size_t)2000)

static const char question[] =
    "Give this conversation a title of at most six words, in its language. Answer with "
    "the title only, without quotes.";

/* The first prompt and the first answer that are whole; false if there are none. */
static bool title_collect(const struct session_keeper *keeper,
                          const struct kept_session *session, struct strbuf *out)
{
    for (size_t i = 0; i < keeper->notes.chat_count; i++) {
        const struct kept_chat *kept = keeper->notes.chats[i];
        const struct chat *chat = engine_get_chat(keeper->options.engine, kept->chat);
        if (kept->session != session || chat == NULL || chat->path_len < 2 ||
            chat->path[1]->state != MESSAGE_WHOLE)
            continue;
        strbuf_append_format(out, "%s\n\n<prompt>\n", question);
        for (size_t j = 0; j < 2; j++) {
            struct strbuf text;
            strbuf_init(&text, MESSAGE_MAX);
            message_join(chat->path[j], PART_TEXT, &text);
            const size_t len = text.len < TITLE_SHOWN_MAX ? text.len : TITLE_SHOWN_MAX;
            strbuf_append(out, strbuf_text(&text), len);
            strbuf_append_text(out, j == 0 ? "\n</prompt>\n<answer>\n" : "\n</answer>");
            strbuf_clear(&text);
        }
        return true;
    }
    return false;
}

static void title_ask(struct session_keeper *keeper)
{
    struct kept_session *session = keeper->current;
    struct model_ref model;
    struct error err = {ERROR_NONE, NULL};
    struct strbuf text;
    if (session == NULL || keeper->title_chat != 0)
        return;
    strbuf_init(&text, STRBUF_OWN_MAX);
    if (!catalog_find(keeper->options.catalog, keeper->title_model, &model, &err)) {
        error_prefix(&err, "title_model");
        keeper_tell(keeper, error_text(&err));
        error_clear(&err);
    } else if (title_collect(keeper, session, &text)) {
        keeper->titled = session;
        keeper->title_chat = engine_open(keeper->options.engine,
                                         &(struct chat_setup){.endpoint = model.endpoint,
                                                              .model = model.model,
                                                              .approval = APPROVAL_NEVER,
                                                              .is_streaming = true,
                                                              .is_unkept = true});
        engine_send(keeper->options.engine, keeper->title_chat, strbuf_text(&text),
                    text.len);
    }
    strbuf_clear(&text);
}

/* Takes the answer, if the session is still there and nobody has named it meanwhile. */
static void title_take(struct session_keeper *keeper)
{
    const struct chat *chat = engine_get_chat(keeper->options.engine, keeper->title_chat);
    const struct message *answer = chat != NULL ? chat_tip(chat) : NULL;
    struct kept_session *session = keeper->titled;
    struct strbuf text;
    strbuf_init(&text, MESSAGE_MAX);
    if (answer != NULL && answer->state == MESSAGE_WHOLE)
        message_join(answer, PART_TEXT, &text);
    char *title = session_title_from(strbuf_text(&text), text.len);
    strbuf_clear(&text);
    engine_close(keeper->options.engine, keeper->title_chat);
    keeper->title_chat = 0;
    keeper->titled = NULL;
    if (title == NULL || session == NULL ||
        session->facts.title_source != TITLE_FIRST_LINE) {
        mem_free(title);
        return;
    }
    mem_free(session->facts.title);
    session->facts.title = title;
    session->facts.title_source = TITLE_MODEL;
    session->are_facts_dirty = true;
    keeper_plan(keeper);
}

void keeper_on_title_due(struct ev_loop *loop, struct ev_timer *timer, int events)
{
    (void)loop;
    (void)events;
    struct session_keeper *keeper = timer->data;
    if (keeper->title_chat != 0)
        title_take(keeper);
    else
        title_ask(keeper);
}

void keeper_hear_title(struct session_keeper *keeper, const struct engine_event *event,
                       const struct kept_chat *kept)
{
    if (keeper->title_model == NULL || event->kind != EVENT_DONE)
        return;
    const bool is_own = event->chat == keeper->title_chat && keeper->title_chat != 0;
    struct kept_session *session = kept != NULL ? kept->session : NULL;
    const bool is_first = session != NULL && session == keeper->current &&
                          !session->is_temporary && !session->has_title_asked &&
                          session->facts.title_source == TITLE_FIRST_LINE;
    if (!is_own && !is_first)
        return;
    if (!is_own)
        session->has_title_asked = true;
    /* From the loop: who watches changes nothing of the engine. */
    ev_timer_stop(keeper->options.loop, &keeper->title_due);
    ev_timer_set(&keeper->title_due, 0., 0.);
    ev_timer_start(keeper->options.loop, &keeper->title_due);
}
