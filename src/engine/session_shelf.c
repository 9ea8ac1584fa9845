/* The store as lists and single sessions. What is open here is changed in the notes, so
 * that the next write does not bring the old back. */
#include "src/engine/session_keeper_state.h"

#include <string.h>

#include "src/base/mem.h"

int64_t session_keeper_last(struct session_keeper *keeper, struct error *err)
{
    return keeper_open(keeper, err) ? store_last(keeper->store) : 0;
}

bool session_keeper_list(struct session_keeper *keeper, const char *words,
                         const char *tag, size_t max, struct session_row **rows,
                         size_t *count, struct error *err)
{
    *rows = NULL;
    *count = 0;
    return keeper_open(keeper, err) &&
           store_list(keeper->store, words, tag, max, rows, count, err);
}

bool session_keeper_search(struct session_keeper *keeper, const char *words, size_t max,
                           struct session_hit **hits, size_t *count, struct error *err)
{
    *hits = NULL;
    *count = 0;
    return keeper_open(keeper, err) &&
           store_search(keeper->store, words, max, hits, count, err);
}

bool session_keeper_read(struct session_keeper *keeper, int64_t id,
                         struct session *session, struct error *err)
{
    session_init(session);
    return keeper_open(keeper, err) &&
           store_read_session(keeper->store, id, session, err);
}

/* Changes of a session's facts. */

static bool put_session(struct store *store, void *user)
{
    return store_put_session(store, user);
}

/* Changes the facts of a session, be it open here or not. */
static bool shelf_change(struct session_keeper *keeper, int64_t id,
                         void (*apply)(struct session *session, const char *text),
                         const char *text, struct error *err)
{
    struct kept_session *kept = session_notes_find_session(&keeper->notes, id);
    struct session session;
    int lock = -1;
    if (kept != NULL) {
        apply(&kept->facts, text);
        kept->are_facts_dirty = true;
        return session_keeper_flush(keeper) || (keeper_plan(keeper), true);
    }
    if (!keeper_open(keeper, err))
        return false;
    if (session_lock_take(keeper->path, id, &lock) == SESSION_LOCK_HELD) {
        error_set(err, ERROR_USAGE,
                  "session %lld is open in another program: change it there",
                  (long long)id);
        return false;
    }
    bool ok = store_read_session(keeper->store, id, &session, err);
    if (ok) {
        apply(&session, text);
        ok = keeper_change(keeper, put_session, &session, err);
    }
    session_clear(&session);
    session_lock_free(keeper->path, id, lock);
    return ok;
}

static void apply_title(struct session *session, const char *title)
{
    char *copy = session_title_from(title, strlen(title));
    mem_free(session->title);
    session->title = copy;
    session->title_source = TITLE_PERSON;
}

bool session_keeper_rename(struct session_keeper *keeper, int64_t id, const char *title,
                           struct error *err)
{
    char *usable = session_title_from(title, strlen(title));
    if (usable == NULL) {
        error_set(err, ERROR_USAGE, "a title needs a letter or two");
        return false;
    }
    const bool ok = shelf_change(keeper, id, apply_title, usable, err);
    mem_free(usable);
    return ok;
}

static void tags_remove(struct text_list *tags, const char *tag, size_t len)
{
    size_t kept = 0;
    for (size_t i = 0; i < tags->len; i++) {
        if (strlen(tags->items[i]) == len && memcmp(tags->items[i], tag, len) == 0)
            mem_free(tags->items[i]);
        else
            tags->items[kept++] = tags->items[i];
    }
    tags->len = kept;
    if (tags->items != NULL)
        tags->items[kept] = NULL;
}

/* Words with blanks or commas between; "-" before one takes it away. */
static void apply_tags(struct session *session, const char *words)
{
    for (const char *at = words; *at != '\0';) {
        const size_t len = strcspn(at, " ,\t\n");
        const bool is_removal = len > 1 && at[0] == '-';
        const char *tag = is_removal ? at + 1 : at;
        const size_t tag_len = is_removal ? len - 1 : len;
        if (tag_len > 0) {
            tags_remove(&session->tags, tag, tag_len);
            if (!is_removal)
                text_list_add(&session->tags, tag, tag_len);
        }
        at += len + (at[len] != '\0');
    }
}

bool session_keeper_tag(struct session_keeper *keeper, int64_t id, const char *tags,
                        struct error *err)
{
    return shelf_change(keeper, id, apply_tags, tags, err);
}

/* Removing and adding. */

static bool remove_session(struct store *store, void *user)
{
    const int64_t *id = user;
    return store_remove(store, *id);
}

bool session_keeper_remove(struct session_keeper *keeper, int64_t id, struct error *err)
{
    int lock = -1;
    if (session_notes_find_session(&keeper->notes, id) != NULL) {
        if (keeper->current == NULL || keeper->current->facts.id != id) {
            error_set(err, ERROR_USAGE, "close the chats of this session first");
            return false;
        }
        session_keeper_set_temporary(keeper, true);
        return true;
    }
    if (!keeper_open(keeper, err))
        return false;
    if (session_lock_take(keeper->path, id, &lock) == SESSION_LOCK_HELD) {
        error_set(err, ERROR_USAGE, "session %lld is open in another program",
                  (long long)id);
        return false;
    }
    struct session session;
    bool ok = store_read_session(keeper->store, id, &session, err);
    session_clear(&session);
    ok = ok && keeper_change(keeper, remove_session, &id, err);
    session_lock_free(keeper->path, id, lock);
    return ok;
}
