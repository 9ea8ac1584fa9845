/*
 * The way back: what is read is checked against the catalog, chats are opened from it,
 * and the notes say that all of it is stored. Nothing is written before everything was
 * read.
 */
#include "src/engine/session_keeper_state.h"

#include <stdlib.h>
#include <string.h>

#include "src/base/mem.h"
#include "src/base/number.h"
#include "src/engine/engine_restore.h"

/* A session on its way back. */
struct restoring {
    struct session_keeper *keeper;
    struct restored_session *restored;
    struct kept_session *kept;
    struct strbuf notice;
};

/* Models. */

/* The endpoint called so, if it can be used. */
static const struct endpoint *restore_find_endpoint(const struct session_keeper *keeper,
                                                    const char *name)
{
    const struct session_keeper_options *options = &keeper->options;
    const struct endpoint *endpoint = options->catalog != NULL && name != NULL
                                          ? catalog_find_endpoint(options->catalog, name)
                                          : NULL;
    if (endpoint == NULL && options->find_endpoint != NULL && name != NULL)
        endpoint = options->find_endpoint(options->find_user, name);
    return endpoint != NULL && endpoint->trouble == NULL ? endpoint : NULL;
}

/* The first model that can be used, of those worth offering. */
static bool restore_find_stand_in(const struct session_keeper *keeper,
                                  struct model_ref *ref)
{
    const struct catalog *catalog = keeper->options.catalog;
    for (size_t i = 0; catalog != NULL && i < catalog->model_count; i++) {
        struct error err = {ERROR_NONE, NULL};
        const bool ok = catalog_find(catalog, catalog->models[i], ref, &err);
        error_clear(&err);
        if (ok)
            return true;
    }
    ref->endpoint = restore_find_endpoint(keeper, "demo");
    ref->model = "sage";
    return ref->endpoint != NULL;
}

static void restore_say(struct restoring *restoring, const char *format,
                        const struct session_model *model)
{
    if (restoring->notice.len > 0)
        strbuf_append_text(&restoring->notice, "; ");
    strbuf_append_format(&restoring->notice, "%s/%s %s", model->provider, model->model,
                         format);
}

static bool restore_find_model(struct restoring *restoring,
                               const struct session_model *model, struct model_ref *ref,
                               struct error *err)
{
    *ref = (struct model_ref){restore_find_endpoint(restoring->keeper, model->provider),
                              model->model};
    if (ref->endpoint != NULL && model->model != NULL)
        return true;
    if (!restore_find_stand_in(restoring->keeper, ref)) {
        error_set(err, ERROR_USAGE,
                  "no model of this session can be used, and there is no other one: name "
                  "one with -m");
        return false;
    }
    char *text = strbuf_format("cannot be used here: %s/%s stands in",
                               ref->endpoint->name, ref->model);
    restore_say(restoring, text, model);
    mem_free(text);
    return true;
}

/* Chats. */

static void restore_collect_fallbacks(const struct session_keeper *keeper,
                                      const struct session_chat *chat,
                                      struct model_ref *fallbacks, size_t *count)
{
    *count = 0;
    for (size_t i = 0; i < chat->fallback_count; i++) {
        const struct session_model *model = &chat->fallbacks[i];
        const struct endpoint *endpoint = restore_find_endpoint(keeper, model->provider);
        if (endpoint != NULL)
            fallbacks[(*count)++] = (struct model_ref){endpoint, model->model};
    }
}

static size_t chat_count_interrupted(const struct chat *chat)
{
    const struct message *tip = chat_tip(chat);
    return tip != NULL && tip->is_interrupted;
}

/* False if another model stands in. */
static bool restore_is_own(const struct session_model *model, const struct model_ref *ref)
{
    return model->provider != NULL && model->model != NULL &&
           strcmp(model->provider, ref->endpoint->name) == 0 &&
           strcmp(model->model, ref->model) == 0;
}

static void restore_open_chat(struct restoring *restoring, size_t index,
                              const struct model_ref *ref)
{
    struct session_keeper *keeper = restoring->keeper;
    struct session_chat *chat = &restoring->restored->session.chats[index];
    struct model_ref *fallbacks =
        mem_alloc_array(chat->fallback_count, sizeof(fallbacks[0]));
    struct chat_setup setup = {.endpoint = ref->endpoint,
                               .model = ref->model,
                               .system = chat->system,
                               .params = &chat->params,
                               .fallbacks = fallbacks,
                               .tools = (const char *const *)chat->tools.items,
                               .tool_count = chat->tools.len,
                               .approval = keeper->options.approval,
                               .is_streaming = chat->is_streaming};
    restore_collect_fallbacks(keeper, chat, fallbacks, &setup.fallback_count);
    struct kept_chat *kept = session_notes_add_chat(&keeper->notes, restoring->kept, 0);
    kept->position = index;
    kept->id = chat->id;
    kept->label = mem_strdup(chat->label);
    kept_chat_note_stored(kept, &chat->chat);
    kept->chat = engine_open_restored(keeper->options.engine, &setup, &chat->chat);
    if (!restore_is_own(&chat->model, ref) || setup.fallback_count < chat->fallback_count)
        kept_chat_keep_models(&keeper->notes, kept, chat);
    const struct chat *opened = engine_get_chat(keeper->options.engine, kept->chat);
    for (size_t i = 0; i < kept->message_count; i++)
        kept_chat_mark_message(kept, i + 1, false);
    restoring->restored->chats[index] = kept->chat;
    restoring->restored->interrupted_count += chat_count_interrupted(opened);
    mem_free(fallbacks);
}

/* Follow-ups that were waiting go to their queues, the other drafts stay. */
static void restore_queues(struct restoring *restoring)
{
    static const char head[] = SESSION_QUEUE_TARGET;
    struct session *session = &restoring->restored->session;
    size_t left = 0;
    for (size_t i = 0; i < session->draft_count; i++) {
        struct session_draft draft = session->drafts[i];
        if (draft.target == NULL || strncmp(draft.target, head, strlen(head)) != 0) {
            session->drafts[left++] = draft;
            continue;
        }
        const size_t position = strtoul(draft.target + strlen(head), NULL, 10);
        if (position < session->chat_count && draft.text != NULL)
            engine_queue_restored(restoring->keeper->options.engine,
                                  restoring->restored->chats[position], draft.text,
                                  strlen(draft.text));
        mem_free(draft.target);
        mem_free(draft.text);
    }
    session->draft_count = left;
}

/* The facts go to the notes; the caller keeps a copy. */
static void restore_note_facts(struct restoring *restoring)
{
    const struct session *from = &restoring->restored->session;
    struct session *facts = &restoring->kept->facts;
    *facts = (struct session){.id = from->id,
                              .title = mem_strdup(from->title),
                              .title_source = from->title_source,
                              .created_ms = from->created_ms,
                              .updated_ms = from->updated_ms,
                              .going_on = from->going_on,
                              .layout = mem_strdup(from->layout)};
    for (size_t i = 0; i < from->tags.len; i++)
        text_list_add(&facts->tags, from->tags.items[i], strlen(from->tags.items[i]));
    for (size_t i = 0; i < from->draft_count; i++) {
        struct session_draft *draft = session_add_draft(facts);
        draft->target = mem_strdup(from->drafts[i].target);
        draft->text = mem_strdup(from->drafts[i].text);
    }
}

/* Finds a model for each chat first: nothing is opened where one cannot be. */
static bool restore_open_chats(struct restoring *restoring, struct error *err)
{
    struct session *session = &restoring->restored->session;
    struct model_ref *refs = mem_alloc_array(session->chat_count, sizeof(refs[0]));
    bool ok = true;
    for (size_t i = 0; i < session->chat_count && ok; i++) {
        if (!session->chats[i].is_closed)
            ok = restore_find_model(restoring, &session->chats[i].model, &refs[i], err);
    }
    if (ok) {
        restoring->kept = session_notes_add_session(&restoring->keeper->notes);
        restoring->kept->has_message = true;
        restoring->keeper->is_restoring = true;
        for (size_t i = 0; i < session->chat_count; i++) {
            if (!session->chats[i].is_closed)
                restore_open_chat(restoring, i, &refs[i]);
        }
        restore_queues(restoring);
        restoring->keeper->is_restoring = false;
        restoring->kept->chat_count = session->chat_count;
        restore_note_facts(restoring);
    }
    mem_free(refs);
    return ok;
}

bool session_keeper_restore(struct session_keeper *keeper, int64_t id,
                            struct restored_session *restored, struct error *err)
{
    struct restoring restoring = {.keeper = keeper, .restored = restored};
    int lock = -1;
    *restored = (struct restored_session){0};
    session_init(&restored->session);
    if (session_notes_find_session(&keeper->notes, id) != NULL) {
        error_set(err, ERROR_USAGE, "session %lld is open here already", (long long)id);
        return false;
    }
    if (!keeper_open(keeper, err))
        return false;
    if (session_lock_take(keeper->path, id, &lock) == SESSION_LOCK_HELD) {
        error_set(err, ERROR_USAGE,
                  "session %lld is open in another program: end it there first",
                  (long long)id);
        return false;
    }
    strbuf_init(&restoring.notice, STRBUF_OWN_MAX);
    bool ok = store_read_session(keeper->store, id, &restored->session, err);
    restored->chats =
        mem_alloc_array(restored->session.chat_count, sizeof(restored->chats[0]));
    ok = ok && restore_open_chats(&restoring, err);
    if (ok) {
        keeper->current = restoring.kept;
        keeper->current->lock = lock;
        keeper->wants_new = false;
        keeper->last_heard = NULL;
        restored->notice =
            restoring.notice.len > 0 ? strbuf_take(&restoring.notice) : NULL;
        keeper_plan(keeper);
    } else {
        session_lock_free(keeper->path, id, lock);
    }
    strbuf_clear(&restoring.notice);
    return ok;
}

void restored_session_clear(struct restored_session *restored)
{
    session_clear(&restored->session);
    mem_free(restored->chats);
    mem_free(restored->notice);
    *restored = (struct restored_session){0};
}
