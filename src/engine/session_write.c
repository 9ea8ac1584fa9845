/*
 * What differs between the engine's chats and the store, into a transaction. Whether the
 * small facts (a title, the parameters of a chat) differ is told by a hash over them: so
 * nobody has to report that they changed.
 */
#include "src/engine/session_notes.h"

#include <string.h>

#include "src/base/clock.h"
#include "src/base/mem.h"
#include "src/engine/engine_tools.h"

/* FNV-1a: to tell two versions of our own facts apart. */
#define HASH_START ((uint64_t)1469598103934665603)
#define HASH_PRIME ((uint64_t)1099511628211)

static void hash_bytes(uint64_t *hash, const void *bytes, size_t len)
{
    const unsigned char *at = bytes;
    for (size_t i = 0; i < len; i++)
        *hash = (*hash ^ at[i]) * HASH_PRIME;
}

static void hash_number(uint64_t *hash, int64_t number)
{
    hash_bytes(hash, &number, sizeof(number));
}

/* NULL and "" differ. */
static void hash_text(uint64_t *hash, const char *text)
{
    hash_number(hash, text != NULL ? (int64_t)strlen(text) : -1);
    if (text != NULL)
        hash_bytes(hash, text, strlen(text));
}

static uint64_t session_hash(const struct session *facts)
{
    uint64_t hash = HASH_START;
    hash_text(&hash, facts->title);
    hash_number(&hash, facts->title_source);
    for (size_t i = 0; i < facts->tags.len; i++)
        hash_text(&hash, facts->tags.items[i]);
    hash_number(&hash, facts->created_ms);
    hash_number(&hash, facts->updated_ms);
    hash_number(&hash, facts->going_on);
    hash_text(&hash, facts->layout);
    return hash;
}

static uint64_t drafts_hash(const struct session_draft *drafts, size_t count)
{
    uint64_t hash = HASH_START;
    for (size_t i = 0; i < count; i++) {
        hash_text(&hash, drafts[i].target);
        hash_text(&hash, drafts[i].text);
    }
    return hash;
}

static void hash_model(uint64_t *hash, const struct session_model *model)
{
    hash_text(hash, model->provider);
    hash_text(hash, model->model);
}

static uint64_t models_hash(const struct session_chat *chat)
{
    uint64_t hash = HASH_START;
    hash_model(&hash, &chat->model);
    hash_text(&hash, chat->api);
    for (size_t i = 0; i < chat->fallback_count; i++)
        hash_model(&hash, &chat->fallbacks[i]);
    return hash;
}

static uint64_t chat_hash(const struct session_chat *chat)
{
    uint64_t hash = models_hash(chat);
    hash_text(&hash, chat->label);
    hash_text(&hash, chat->system);
    for (size_t i = 0; i < chat->params.len; i++) {
        hash_text(&hash, chat->params.items[i].info->name);
        hash_bytes(&hash, &chat->params.items[i].number, sizeof(double));
        hash_text(&hash, chat->params.items[i].text);
    }
    for (size_t i = 0; i < chat->tools.len; i++)
        hash_text(&hash, chat->tools.items[i]);
    hash_number(&hash, chat->approval);
    hash_number(&hash, chat->is_streaming);
    hash_number(&hash, chat->is_closed);
    return hash;
}

/* Chats. */

/* Puts borrowed fallbacks in the place of those of the description. */
static void describe_fallbacks(struct session_chat *out,
                               const struct session_model *fallbacks, size_t count)
{
    mem_free(out->fallbacks);
    out->fallbacks = mem_alloc_array(count, sizeof(out->fallbacks[0]));
    out->fallback_count = count;
    for (size_t i = 0; i < count; i++)
        out->fallbacks[i] = fallbacks[i];
}

void session_chat_borrow(const struct engine *engine, chat_id id,
                         struct session_chat *out)
{
    const struct chat_setup *setup = engine_get_setup(engine, id);
    const char *const *patterns;
    const size_t tool_count = engine_get_tool_patterns(engine, id, &patterns);
    *out = (struct session_chat){
        .model = {setup->endpoint->name, (char *)setup->model},
        .api = setup->endpoint->api,
        .system = (char *)setup->system,
        .params = *setup->params,
        .fallbacks = mem_alloc_array(setup->fallback_count, sizeof(out->fallbacks[0])),
        .fallback_count = setup->fallback_count,
        .tools = {.items = (char **)patterns, .len = tool_count},
        .approval = setup->approval,
        .is_streaming = setup->is_streaming};
    for (size_t i = 0; i < setup->fallback_count; i++)
        out->fallbacks[i] = (struct session_model){setup->fallbacks[i].endpoint->name,
                                                   (char *)setup->fallbacks[i].model};
}

/* What an open chat is like, with what is noted of it; borrowed as above. */
static void session_chat_describe(const struct session_notes *notes,
                                  const struct kept_chat *kept, struct session_chat *out)
{
    session_chat_borrow(notes->engine, kept->chat, out);
    out->id = kept->id;
    out->label = kept->label;
    out->is_closed = kept->is_closed;
    if (kept->own_models.chat_count > 0 && models_hash(out) == kept->stand_in_hash) {
        const struct session_chat *own = &kept->own_models.chats[0];
        out->model = own->model;
        out->api = own->api;
        describe_fallbacks(out, own->fallbacks, own->fallback_count);
    }
}

static void session_chat_release(struct session_chat *chat)
{
    mem_free(chat->fallbacks);
    *chat = (struct session_chat){0};
}

void kept_chat_keep_models(const struct session_notes *notes, struct kept_chat *kept,
                           const struct session_chat *stored)
{
    struct session_chat now;
    session_chat_describe(notes, kept, &now);
    kept->stand_in_hash = models_hash(&now);
    session_chat_release(&now);
    struct session_chat *own = session_add_chat(&kept->own_models);
    own->model = (struct session_model){mem_strdup(stored->model.provider),
                                        mem_strdup(stored->model.model)};
    own->api = mem_strdup(stored->api);
    describe_fallbacks(own, stored->fallbacks, stored->fallback_count);
    for (size_t i = 0; i < own->fallback_count; i++)
        own->fallbacks[i] =
            (struct session_model){mem_strdup(stored->fallbacks[i].provider),
                                   mem_strdup(stored->fallbacks[i].model)};
}

/* Messages. */

static bool part_is_text(const struct part *part)
{
    return part->kind == PART_TEXT || part->kind == PART_REASONING ||
           part->kind == PART_REFUSAL;
}

static struct kept_mark mark_of(const struct message *message)
{
    const size_t count = message->part_count;
    return (struct kept_mark){
        .is_there = true,
        .is_settled = message->state != MESSAGE_GROWING,
        .version = message->version,
        .part = count > 0 ? count - 1 : 0,
        .len = count > 0 ? message->parts[count - 1].text.len : 0,
    };
}

/* The text that a growing answer has got. Its calls are of no use before they are whole,
 * and then the whole message is put. */
static bool write_pieces(struct store *store, const struct kept_chat *kept,
                         const struct message *message, const struct kept_mark *stored)
{
    for (size_t i = stored->part; i < message->part_count; i++) {
        const struct part *part = &message->parts[i];
        const size_t from = i == stored->part ? stored->len : 0;
        if (!part_is_text(part) || part->text.len <= from)
            continue;
        if (!store_put_piece(store, kept->written_id, message->id, i, part->kind,
                             part->text.text + from, part->text.len - from))
            return false;
    }
    return true;
}

static bool write_message(struct store *store, const struct kept_chat *kept,
                          const struct message *message, struct kept_message *note)
{
    const struct kept_mark *stored = &note->stored;
    const bool is_settled = message->state != MESSAGE_GROWING;
    note->written = mark_of(message);
    if (stored->is_there && stored->version == message->version &&
        stored->is_settled == is_settled)
        return true;
    if (stored->is_there && !stored->is_settled && !is_settled && !note->is_whole_wanted)
        return write_pieces(store, kept, message, stored);
    if (is_settled && !stored->is_settled)
        kept->session->is_touched = true;
    return store_put_message(store, kept->written_id, message);
}

static bool write_messages(struct store *store, struct kept_chat *kept,
                           const struct chat *chat)
{
    const struct message *tip = chat_tip(chat);
    const uint64_t tip_number = tip != NULL ? tip->id : 0;
    for (size_t i = 0; i < kept->dirty_count; i++) {
        const size_t index = (size_t)kept->dirty[i] - 1;
        if (!write_message(store, kept, chat->messages[index], &kept->messages[index]))
            return false;
    }
    kept->written_tip = tip_number;
    return tip_number == kept->stored_tip ||
           store_put_tip(store, kept->written_id, tip_number);
}

static bool write_chat(struct session_notes *notes, struct store *store,
                       struct kept_chat *kept)
{
    const struct chat *chat = engine_get_chat(notes->engine, kept->chat);
    struct session_chat facts;
    bool ok = true;
    if (chat == NULL || (kept->id == 0 && kept->is_closed && chat->message_count == 0))
        return true;
    session_chat_describe(notes, kept, &facts);
    kept->is_written = true;
    kept->written_hash = chat_hash(&facts);
    if (kept->id == 0 || kept->written_hash != kept->stored_hash)
        ok = store_put_chat(store, kept->session->written_id, kept->position, &facts);
    kept->written_id = facts.id;
    session_chat_release(&facts);
    kept_chat_add_notes(kept, chat->message_count);
    return ok && write_messages(store, kept, chat);
}

/* Sessions. */

/* The first prompt of the chat that says something; NULL: there is none. Caller frees. */
static char *find_title(const struct chat *chat)
{
    char *title = NULL;
    for (size_t i = 0; chat != NULL && i < chat->message_count && title == NULL; i++) {
        struct strbuf text;
        if (chat->messages[i]->author != MESSAGE_USER)
            continue;
        strbuf_init(&text, MESSAGE_MAX);
        message_join(chat->messages[i], PART_TEXT, &text);
        title = session_title_from(strbuf_text(&text), text.len);
        strbuf_clear(&text);
    }
    return title;
}

/* Looks whether anything was said in the session, and gives it a title if so. */
static void session_look(const struct session_notes *notes, struct kept_session *session)
{
    struct session *facts = &session->facts;
    for (size_t i = 0; i < notes->chat_count; i++) {
        const struct kept_chat *kept = notes->chats[i];
        if (kept->session != session || (session->has_message && facts->title != NULL))
            continue;
        const struct chat *chat = engine_get_chat(notes->engine, kept->chat);
        session->has_message =
            session->has_message || (chat != NULL && chat->message_count > 0);
        if (facts->title == NULL)
            facts->title = find_title(chat);
    }
}

static bool session_is_kept(const struct session_notes *notes,
                            struct kept_session *session)
{
    if (session->is_temporary)
        return false;
    session_look(notes, session);
    return session->facts.id != 0 || session->has_message;
}

/* The follow-ups that wait in the chats' queues are kept as drafts of their own. */
static void add_queued(const struct session_notes *notes,
                       const struct kept_session *session, struct session *drafts)
{
    for (size_t i = 0; i < notes->chat_count; i++) {
        const struct kept_chat *kept = notes->chats[i];
        if (kept->session != session)
            continue;
        const size_t count = engine_queue_count(notes->engine, kept->chat);
        for (size_t j = 0; j < count; j++) {
            struct session_draft *draft = session_add_draft(drafts);
            draft->target =
                strbuf_format(SESSION_QUEUE_TARGET "%zu/%zu", kept->position, j);
            draft->text = mem_strdup(engine_queue_get(notes->engine, kept->chat, j));
        }
    }
}

static bool write_drafts(const struct session_notes *notes, struct store *store,
                         struct kept_session *session)
{
    struct session all;
    session_init(&all);
    for (size_t i = 0; i < session->facts.draft_count; i++) {
        struct session_draft *draft = session_add_draft(&all);
        draft->target = mem_strdup(session->facts.drafts[i].target);
        draft->text = mem_strdup(session->facts.drafts[i].text);
    }
    add_queued(notes, session, &all);
    session->written_drafts = drafts_hash(all.drafts, all.draft_count);
    const bool is_new = session->facts.id == 0 && all.draft_count > 0;
    const bool ok =
        (!is_new && session->written_drafts == session->stored_drafts) ||
        store_put_drafts(store, session->written_id, all.drafts, all.draft_count);
    session_clear(&all);
    return ok;
}

static bool write_session_row(struct store *store, struct kept_session *session)
{
    struct session row = session->facts; /* borrowed */
    session->written_hash = session_hash(&session->facts);
    session->written_id = session->facts.id;
    if (session->facts.id != 0 && session->written_hash == session->stored_hash)
        return true;
    const bool ok = store_put_session(store, &row);
    session->written_id = row.id;
    return ok;
}

static bool write_session(struct session_notes *notes, struct store *store,
                          struct kept_session *session)
{
    const int64_t now_ms = clock_wall_ms();
    bool ok = true;
    session->is_written = true;
    session->is_touched = session->facts.id == 0;
    if (session->facts.created_ms == 0)
        session->facts.created_ms = session->facts.updated_ms = now_ms;
    /* The chats' rows point to the session's. */
    if (session->facts.id == 0)
        ok = write_session_row(store, session);
    else
        session->written_id = session->facts.id;
    for (size_t i = 0; i < notes->chat_count && ok; i++) {
        if (notes->chats[i]->session == session && notes->chats[i]->is_dirty)
            ok = write_chat(notes, store, notes->chats[i]);
    }
    if (session->is_touched)
        session->facts.updated_ms = now_ms;
    if (ok && session->facts.id != 0)
        ok = write_session_row(store, session);
    return ok && write_drafts(notes, store, session);
}

static bool session_is_dirty(const struct session_notes *notes,
                             const struct kept_session *session)
{
    bool is_dirty = session->are_facts_dirty;
    for (size_t i = 0; i < notes->chat_count && !is_dirty; i++)
        is_dirty = notes->chats[i]->session == session && notes->chats[i]->is_dirty;
    return is_dirty;
}

bool session_notes_are_dirty(const struct session_notes *notes)
{
    for (size_t i = 0; i < notes->session_count; i++) {
        if (session_is_dirty(notes, notes->sessions[i]) &&
            session_is_kept(notes, notes->sessions[i]))
            return true;
    }
    return false;
}

bool session_notes_write(struct session_notes *notes, struct store *store)
{
    bool ok = true;
    for (size_t i = 0; i < notes->session_count; i++)
        notes->sessions[i]->is_written = false;
    for (size_t i = 0; i < notes->chat_count; i++)
        notes->chats[i]->is_written = false;
    for (size_t i = 0; i < notes->session_count && ok; i++) {
        if (session_is_dirty(notes, notes->sessions[i]) &&
            session_is_kept(notes, notes->sessions[i]))
            ok = write_session(notes, store, notes->sessions[i]);
    }
    return ok;
}
