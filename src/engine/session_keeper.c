/*
 * When something is written. Events only mark; a timer of 150 ms, which runs while
 * something is marked, writes all of it in one transaction. A prompt, and every change of
 * state, is written at once, from inside of its event: that takes the time of a commit
 * without a wait for the disk (some tenths of a millisecond), see docs/decisions/0102.
 *
 * A refused transaction changes nothing here: what was marked stays so and is tried again
 * later, seldom enough that a store which takes its time to refuse slows nobody down.
 */
#include "src/engine/session_keeper_state.h"

#include <string.h>

#include "src/base/clock.h"
#include "src/base/mem.h"

/* Streamed text is written this long after it came: with the lateness of a busy loop it
 * is there within 200 ms. */
#define KEEPER_FLUSH_SECONDS 0.15

/* The store is opened this long after the first chat: the first frame is there by then.
 */
#define KEEPER_WARM_SECONDS 0.3

/* How long one call may wait for another program. A key waits as long. */
#define KEEPER_WAIT_MS 20

/* Tries again: another program writes; the store fails. */
#define KEEPER_BUSY_SECONDS   0.05
#define KEEPER_BUSY_MAX       0.4
#define KEEPER_FAILED_SECONDS 5.

/* How often a prompt is tried while another program writes. */
#define KEEPER_PROMPT_TRIES 3

/* Another program that holds the store this long is worth a sentence. */
#define KEEPER_BUSY_TOLD_MS 1500

/* How often a write is tried again when there will be no later. */
#define KEEPER_LAST_TRIES 50

void keeper_tell(struct session_keeper *keeper, const char *sentence)
{
    if (keeper->options.on_notice != NULL) {
        keeper->options.on_notice(keeper->options.user, sentence);
        return;
    }
    mem_free(keeper->untold);
    keeper->untold = mem_strdup(sentence);
}

/* The store. */

bool keeper_open(struct session_keeper *keeper, struct error *err)
{
    char *notice = NULL;
    if (keeper->store != NULL)
        return true;
    if (keeper->path == NULL) {
        error_set(err, ERROR_USAGE, "sessions are not kept here");
        return false;
    }
    const struct store_options options = {.path = keeper->path,
                                          .wait_ms = KEEPER_WAIT_MS};
    keeper->store = store_open(&options, &notice, err);
    if (notice != NULL) {
        keeper_tell(keeper, notice);
        log_warn(keeper->options.log, "session", "%s", notice);
    }
    mem_free(notice);
    return keeper->store != NULL;
}

/* Takes the lock of a session that is stored now. */
static void keeper_lock(struct session_keeper *keeper, struct kept_session *session)
{
    if (session->lock < 0 && session->facts.id != 0)
        session_lock_take(keeper->path, session->facts.id, &session->lock);
}

static void keeper_unlock(struct session_keeper *keeper, struct kept_session *session)
{
    session_lock_free(keeper->path, session->facts.id, session->lock);
    session->lock = -1;
}

static void keeper_on_drop(void *user, struct kept_session *session)
{
    struct session_keeper *keeper = user;
    keeper_unlock(keeper, session);
    if (keeper->titled == session)
        keeper->titled = NULL;
}

/* Writing. */

static bool keeper_has_work(const struct session_keeper *keeper)
{
    return keeper->doomed_count > 0 || session_notes_are_dirty(&keeper->notes);
}

static enum store_result keeper_transact(struct session_keeper *keeper, struct error *err)
{
    if (!keeper_open(keeper, err))
        return STORE_FAILED;
    const enum store_result begun = store_begin(keeper->store, err);
    if (begun != STORE_OK)
        return begun;
    for (size_t i = 0; i < keeper->doomed_count; i++)
        store_remove(keeper->store, keeper->doomed[i]);
    session_notes_write(&keeper->notes, keeper->store);
    return store_commit(keeper->store, err);
}

static void keeper_arm(struct session_keeper *keeper, double seconds)
{
    ev_timer_stop(keeper->options.loop, &keeper->due);
    ev_timer_set(&keeper->due, seconds, 0.);
    ev_timer_start(keeper->options.loop, &keeper->due);
}

static void keeper_note_success(struct session_keeper *keeper)
{
    session_notes_commit(&keeper->notes);
    keeper->doomed_count = 0;
    keeper->refusals = 0;
    for (size_t i = 0; i < keeper->notes.session_count; i++)
        keeper_lock(keeper, keeper->notes.sessions[i]);
    if (keeper->has_complained)
        keeper_tell(keeper, "the session is kept again: nothing of it is missing");
    keeper->has_complained = false;
}

static void keeper_note_refusal(struct session_keeper *keeper, const struct error *err)
{
    const int64_t now_ms = clock_now_ms();
    if (keeper->refusals++ == 0)
        keeper->refused_ms = now_ms;
    const bool is_worth_telling = keeper->last_result == STORE_FAILED ||
                                  now_ms - keeper->refused_ms >= KEEPER_BUSY_TOLD_MS;
    if (keeper->has_complained || !is_worth_telling)
        return;
    /* The path is in the log: the reason has to be on a narrow screen. */
    const char *why = error_text(err);
    const char *slash = strrchr(keeper->path, '/');
    if (slash != NULL && strncmp(why, keeper->path, strlen(keeper->path)) == 0)
        why += slash + 1 - keeper->path;
    char *text = strbuf_format("what is said is not kept for now: %s", why);
    keeper_tell(keeper, text);
    log_warn(keeper->options.log, "session", "not stored: %s", error_text(err));
    keeper->has_complained = true;
    mem_free(text);
}

static double keeper_patience(const struct session_keeper *keeper)
{
    double seconds = KEEPER_BUSY_SECONDS;
    if (keeper->last_result == STORE_FAILED)
        return KEEPER_FAILED_SECONDS;
    for (size_t i = 1; i < keeper->refusals && seconds < KEEPER_BUSY_MAX; i++)
        seconds *= 2;
    return seconds;
}

/* Writes what there is; true if everything is stored now. */
static bool keeper_write(struct session_keeper *keeper)
{
    struct error err = {ERROR_NONE, NULL};
    if (keeper->path == NULL || keeper->options.engine == NULL)
        return true;
    ev_timer_stop(keeper->options.loop, &keeper->due);
    if (!keeper_has_work(keeper))
        return true;
    keeper->last_result = keeper_transact(keeper, &err);
    const bool ok = keeper->last_result == STORE_OK;
    if (ok) {
        keeper_note_success(keeper);
    } else {
        keeper_note_refusal(keeper, &err);
        keeper_arm(keeper, keeper_patience(keeper));
    }
    error_clear(&err);
    return ok;
}

static void keeper_on_due(struct ev_loop *loop, struct ev_timer *timer, int events)
{
    (void)loop;
    (void)events;
    keeper_write(timer->data);
}

void keeper_plan(struct session_keeper *keeper)
{
    if (!ev_is_active(&keeper->due) && keeper->path != NULL)
        keeper_arm(keeper, KEEPER_FLUSH_SECONDS);
}

/* At once, unless the store refuses just now: then its own time comes. */
static void keeper_write_now(struct session_keeper *keeper)
{
    if (keeper->refusals == 0)
        keeper_write(keeper);
    else
        keeper_plan(keeper);
}

/* What a person has said is worth a try in any case, and a little wait: it is to be
 * stored before it is sent. */
static void keeper_write_prompt(struct session_keeper *keeper)
{
    for (size_t i = 0; i < KEEPER_PROMPT_TRIES; i++) {
        if (keeper_write(keeper) || keeper->last_result != STORE_BUSY ||
            keeper->has_complained)
            return;
    }
}

/* There is no later: another program is waited for. */
static bool keeper_write_last(struct session_keeper *keeper)
{
    for (size_t i = 0; i < KEEPER_LAST_TRIES; i++) {
        if (keeper_write(keeper))
            return true;
        if (keeper->last_result != STORE_BUSY)
            return false;
    }
    return false;
}

bool keeper_change(struct session_keeper *keeper,
                   bool (*put)(struct store *store, void *user), void *user,
                   struct error *err)
{
    if (!keeper_open(keeper, err))
        return false;
    enum store_result result = STORE_BUSY;
    for (size_t i = 0; i < KEEPER_LAST_TRIES && result == STORE_BUSY; i++) {
        error_clear(err);
        result = store_begin(keeper->store, err);
    }
    if (result != STORE_OK)
        return false;
    if (!put(keeper->store, user) && err->class != ERROR_NONE) {
        store_rollback(keeper->store);
        return false;
    }
    return store_commit(keeper->store, err) == STORE_OK;
}

/* Chats. */

static void keeper_on_warm(struct ev_loop *loop, struct ev_timer *timer, int events)
{
    (void)loop;
    (void)events;
    struct session_keeper *keeper = timer->data;
    struct error err = {ERROR_NONE, NULL};
    keeper_open(keeper, &err); /* whoever needs it finds out what is wrong */
    error_clear(&err);
}

static struct kept_session *keeper_session(struct session_keeper *keeper)
{
    if (keeper->current == NULL || keeper->wants_new)
        keeper->current = session_notes_add_session(&keeper->notes);
    keeper->wants_new = false;
    return keeper->current;
}

/* The notes of the chat; NULL if it is not one that is kept. */
static struct kept_chat *keeper_find(struct session_keeper *keeper, chat_id chat)
{
    if (keeper->last_heard != NULL && keeper->last_heard->chat == chat)
        return keeper->last_heard;
    struct kept_chat *kept = session_notes_find_chat(&keeper->notes, chat);
    const struct chat_setup *setup = engine_get_setup(keeper->options.engine, chat);
    if (kept == NULL && setup != NULL && !setup->is_unkept)
        kept = session_notes_add_chat(&keeper->notes, keeper_session(keeper), chat);
    if (kept != NULL)
        keeper->last_heard = kept;
    return kept;
}

static void keeper_on_closed(struct session_keeper *keeper, struct kept_chat *kept)
{
    /* Of a session that is left, chats are put away together: none was closed. */
    kept->is_closed = kept->session == keeper->current && !keeper->wants_new;
    kept_chat_mark(kept);
    for (size_t i = 0; i < kept->message_count; i++)
        kept_chat_mark_message(kept, i + 1, false);
    if (!keeper_write_last(keeper) && !kept->session->is_temporary && kept->id != 0)
        log_warn(keeper->options.log, "session",
                 "chat %lld was closed before its last "
                 "words could be stored",
                 (long long)kept->id);
    keeper->last_heard = NULL;
    session_notes_drop_chat(&keeper->notes, kept);
    session_notes_drop_sessions(&keeper->notes, keeper->current, keeper_on_drop, keeper);
}

static void keeper_on_added(struct session_keeper *keeper, const struct kept_chat *kept,
                            uint64_t number)
{
    const struct chat *chat = engine_get_chat(keeper->options.engine, kept->chat);
    const struct message *message = chat != NULL ? chat_find(chat, number) : NULL;
    if (message == NULL)
        return;
    switch (message->author) {
    case MESSAGE_USER: keeper_write_prompt(keeper); break;
    case MESSAGE_TOOL: keeper_write_now(keeper); break;
    case MESSAGE_SYSTEM:
    case MESSAGE_ASSISTANT: keeper_plan(keeper); break;
    }
}

static void keeper_on_event(void *user, const struct engine_event *event)
{
    struct session_keeper *keeper = user;
    /* What is brought back is stored already. */
    if (keeper->is_restoring)
        return;
    struct kept_chat *kept = event->chat != 0 ? keeper_find(keeper, event->chat) : NULL;
    keeper_hear_title(keeper, event, kept);
    if (kept == NULL)
        return;
    switch (event->kind) {
    case EVENT_CHAT_OPENED:
        if (keeper->store == NULL && keeper->path != NULL && !kept->session->is_temporary)
            ev_timer_start(keeper->options.loop, &keeper->warm);
        break;
    case EVENT_CHAT_CLOSED: keeper_on_closed(keeper, kept); break;
    case EVENT_MESSAGE_ADDED:
        kept_chat_mark_message(kept, event->message_id, true);
        keeper_on_added(keeper, kept, event->message_id);
        break;
    case EVENT_TEXT:
    case EVENT_REASONING:
    case EVENT_REFUSAL:
        kept_chat_mark_message(kept, event->message_id, false);
        keeper_plan(keeper);
        break;
    case EVENT_CALL:
        if (event->change == CALL_CHANGE_PROGRESS)
            break;
        kept_chat_mark_message(kept, event->message_id, true);
        keeper_write_now(keeper);
        break;
    case EVENT_TURN_STATE:
    case EVENT_PATH:
        kept_chat_mark(kept);
        keeper_write_now(keeper);
        break;
    case EVENT_TOOL_CALL:
    case EVENT_FALLBACK:
    case EVENT_ERROR:
    case EVENT_DONE:
    case EVENT_MESSAGE_CHANGED:
        kept_chat_mark_message(kept, event->message_id, true);
        keeper_write_now(keeper);
        break;
    case EVENT_QUEUE:
        /* A follow-up that has left the queue is a message now: both in one go. */
        kept->session->are_facts_dirty = true;
        kept_chat_mark(kept);
        keeper_write_prompt(keeper);
        break;
    case EVENT_TURN_STARTED:
    case EVENT_CALL_DELTA:
    case EVENT_MODELS:
    case EVENT_NOTICE:
    case EVENT_TOOLS: break;
    }
}

/* Life. */

struct session_keeper *session_keeper_new(const struct session_keeper_options *options)
{
    struct session_keeper *keeper = mem_alloc(sizeof(*keeper));
    keeper->options = *options;
    keeper->path = mem_strdup(options->path);
    keeper->options.path = keeper->path;
    keeper->notes.engine = options->engine;
    keeper->title_model = keeper->path != NULL ? mem_strdup(options->title_model) : NULL;
    ev_init(&keeper->title_due, keeper_on_title_due);
    keeper->title_due.data = keeper;
    ev_init(&keeper->due, keeper_on_due);
    ev_timer_init(&keeper->warm, keeper_on_warm, KEEPER_WARM_SECONDS, 0.);
    keeper->due.data = keeper->warm.data = keeper;
    if (options->engine != NULL)
        engine_watch(options->engine, keeper_on_event, keeper);
    return keeper;
}

void session_keeper_free(struct session_keeper *keeper)
{
    if (keeper == NULL)
        return;
    keeper->options.on_notice = NULL;
    session_keeper_flush(keeper);
    if (keeper->options.engine != NULL) {
        engine_unwatch(keeper->options.engine, keeper_on_event, keeper);
        ev_timer_stop(keeper->options.loop, &keeper->due);
        ev_timer_stop(keeper->options.loop, &keeper->warm);
        ev_timer_stop(keeper->options.loop, &keeper->title_due);
    }
    for (size_t i = 0; i < keeper->notes.session_count; i++)
        keeper_unlock(keeper, keeper->notes.sessions[i]);
    session_notes_clear(&keeper->notes);
    store_close(keeper->store);
    mem_free(keeper->doomed);
    mem_free(keeper->untold);
    mem_free(keeper->title_model);
    mem_free(keeper->path);
    mem_free(keeper);
}

void session_keeper_listen(struct session_keeper *keeper,
                           void (*on_notice)(void *user, const char *sentence),
                           void *user)
{
    char *untold = keeper->untold;
    keeper->untold = NULL;
    keeper->options.on_notice = on_notice;
    keeper->options.user = user;
    if (untold != NULL)
        keeper_tell(keeper, untold);
    mem_free(untold);
}

bool session_keeper_flush(struct session_keeper *keeper)
{
    if (keeper->path == NULL)
        return true;
    session_notes_mark_all(&keeper->notes);
    return keeper_write_last(keeper);
}

/* The current session. */

int64_t session_keeper_current(const struct session_keeper *keeper)
{
    return keeper->current != NULL && !keeper->wants_new ? keeper->current->facts.id : 0;
}

const char *session_keeper_title(const struct session_keeper *keeper)
{
    return keeper->current != NULL && !keeper->wants_new ? keeper->current->facts.title
                                                         : NULL;
}

bool session_keeper_keeps(const struct session_keeper *keeper)
{
    return keeper->path != NULL && !session_keeper_is_temporary(keeper);
}

void session_keeper_begin(struct session_keeper *keeper)
{
    keeper->wants_new = true;
}

void session_keeper_set_temporary(struct session_keeper *keeper, bool is_temporary)
{
    struct kept_session *session = keeper_session(keeper);
    if (session->is_temporary == is_temporary)
        return;
    session->is_temporary = is_temporary;
    if (is_temporary && session->facts.id != 0) {
        keeper->doomed = mem_grow(keeper->doomed, &keeper->doomed_cap,
                                  keeper->doomed_count + 1, sizeof(keeper->doomed[0]));
        keeper->doomed[keeper->doomed_count++] = session->facts.id;
        keeper_unlock(keeper, session);
        session_notes_forget_stored(&keeper->notes, session);
    }
    keeper_write(keeper);
}

bool session_keeper_is_temporary(const struct session_keeper *keeper)
{
    return keeper->current != NULL && !keeper->wants_new && keeper->current->is_temporary;
}

/* The current session, whose facts are about to be changed. */
static struct session *keeper_change_facts(struct session_keeper *keeper)
{
    struct kept_session *session = keeper_session(keeper);
    session->are_facts_dirty = true;
    keeper_plan(keeper);
    return &session->facts;
}

void session_keeper_set_layout(struct session_keeper *keeper, const char *layout)
{
    struct session *facts = keeper_change_facts(keeper);
    char *copy = mem_strdup(layout);
    mem_free(facts->layout);
    facts->layout = copy;
}

void session_keeper_set_going_on(struct session_keeper *keeper, enum going_on going_on)
{
    keeper_change_facts(keeper)->going_on = going_on;
}

void session_keeper_set_drafts(struct session_keeper *keeper,
                               const struct session_draft *drafts, size_t count)
{
    struct session *facts = keeper_change_facts(keeper);
    for (size_t i = 0; i < facts->draft_count; i++) {
        mem_free(facts->drafts[i].target);
        mem_free(facts->drafts[i].text);
    }
    facts->draft_count = 0;
    for (size_t i = 0; i < count; i++) {
        struct session_draft *draft = session_add_draft(facts);
        draft->target = mem_strdup(drafts[i].target);
        draft->text = mem_strdup(drafts[i].text);
    }
}

void session_keeper_set_label(struct session_keeper *keeper, chat_id chat,
                              const char *label)
{
    struct kept_chat *kept = keeper_find(keeper, chat);
    if (kept == NULL)
        return;
    char *copy = mem_strdup(label);
    mem_free(kept->label);
    kept->label = copy;
    kept_chat_mark(kept);
    keeper_plan(keeper);
}
