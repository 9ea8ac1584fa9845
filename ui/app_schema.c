/* Answers of a template with a schema that went to panes: checked when they are whole, as
 * a run does it with those of its cells. */
#include "ui/app_state.h"

#include "src/base/mem.h"
#include "src/engine/answer_form.h"

/* As in the matrix: the person sees the rest, and can ask again. */
#define SCHEMA_MENDS 1

void app_expect_schema(struct pane *pane, const char *schema)
{
    mem_free(pane->schema);
    pane->schema = mem_strdup(schema);
    pane->mends = SCHEMA_MENDS;
    pane->was_mended = false;
}

/* The answer does not fit: the model mends it, or it has failed. */
static void schema_refuse(struct app *app, struct pane *pane, const char *why)
{
    /* What waits in the queue was written after it, and comes first. */
    if (pane->mends > 0 && engine_queue_count(app->engine, pane->chat) == 0) {
        const chat_id chat = pane->chat;
        struct strbuf words;
        strbuf_init(&words, STRBUF_OWN_MAX);
        answer_write_mend(pane->schema, why, &words);
        pane->mends--;
        pane->was_mended = true;
        engine_send(app->engine, chat, strbuf_text(&words), words.len);
        strbuf_clear(&words);
        return;
    }
    struct error err = {ERROR_NONE, NULL};
    answer_set_misfit(&err, why, pane->was_mended);
    engine_reject_answer(app->engine, pane->chat, &err);
    error_clear(&err);
    /* Should the person ask again, it may be mended again. */
    pane->mends = SCHEMA_MENDS;
    pane->was_mended = false;
}

void app_check_schema(struct app *app, chat_id id)
{
    struct pane *pane = NULL;
    for (size_t i = 0; i < app->pane_count; i++) {
        if (app->panes[i].chat == id)
            pane = &app->panes[i];
    }
    const struct chat *chat = engine_get_chat(app->engine, id);
    const struct message *answer =
        chat != NULL ? chat_last_by(chat, MESSAGE_ASSISTANT) : NULL;
    if (pane == NULL || pane->schema == NULL || answer == NULL ||
        answer->state != MESSAGE_WHOLE)
        return;
    struct strbuf text;
    struct strbuf why;
    strbuf_init(&text, STRBUF_OWN_MAX);
    strbuf_init(&why, 4000);
    message_join(answer, PART_TEXT, &text);
    if (!answer_fits(pane->schema, strbuf_text(&text), text.len, &why))
        schema_refuse(app, pane, strbuf_text(&why));
    else if (engine_queue_count(app->engine, id) > 0)
        app_expect_schema(pane, NULL); /* what comes next is the person's own */
    strbuf_clear(&why);
    strbuf_clear(&text);
}
