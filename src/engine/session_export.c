/*
 * A session that is kept is read back from the store, which knows more than the open
 * chats do: title, tags, closed chats. Of open chats a session is made that borrows
 * everything from the engine and lives as long as the call.
 */
#include "src/engine/session_export.h"

#include "src/base/mem.h"
#include "src/chat/session.h"
#include "src/engine/session_notes.h"
#include "src/store/export_format.h"

/* The first prompt that says something is the title, its time that of the session. */
static void name_session(struct session *session)
{
    for (size_t i = 0; i < session->chat_count && session->title == NULL; i++) {
        const struct chat *chat = &session->chats[i].chat;
        for (size_t j = 0; j < chat->path_len && session->title == NULL; j++) {
            struct strbuf text;
            if (chat->path[j]->author != MESSAGE_USER)
                continue;
            strbuf_init(&text, STRBUF_OWN_MAX);
            message_join(chat->path[j], PART_TEXT, &text);
            session->title = session_title_from(strbuf_text(&text), text.len);
            session->created_ms = chat->path[j]->created_ms;
            strbuf_clear(&text);
        }
    }
}

void session_export_borrow(const struct engine *engine, const chat_id *chats,
                           size_t count, struct session *session)
{
    session->chats = mem_alloc_array(count, sizeof(session->chats[0]));
    for (size_t i = 0; i < count; i++) {
        const struct chat *chat = engine_get_chat(engine, chats[i]);
        if (chat == NULL)
            continue;
        struct session_chat *out = &session->chats[session->chat_count++];
        session_chat_borrow(engine, chats[i], out);
        out->chat = *chat;
    }
    name_session(session);
}

void session_export_release(struct session *session)
{
    for (size_t i = 0; i < session->chat_count; i++)
        mem_free(session->chats[i].fallbacks);
    mem_free(session->chats);
    mem_free(session->title);
}

static void write_open(const struct session_export *export,
                       const struct export_format *format, struct strbuf *out)
{
    struct session session = {0};
    session_export_borrow(export->engine, export->chats, export->chat_count, &session);
    struct export_view view = export_view_of(&session);
    view.is_whole = export->is_whole;
    format->write(&view, out);
    session_export_release(&session);
}

static bool write_kept(const struct session_export *export,
                       const struct export_format *format, int64_t id, struct strbuf *out,
                       struct error *err)
{
    struct session session = {0};
    /* What cannot be written now is said by the keeper; what is there is exported. */
    (void)session_keeper_flush(export->keeper);
    const bool ok = session_keeper_read(export->keeper, id, &session, err);
    if (ok) {
        const struct export_view view = export_view_of(&session);
        format->write(&view, out);
    }
    session_clear(&session);
    return ok;
}

bool session_export_append(const struct session_export *export, const char *path,
                           struct strbuf *out, struct error *err)
{
    const struct export_format *format = export_format_of(path);
    if (format == NULL) {
        error_set(err, ERROR_USAGE, "the name of the file must end in %s",
                  SESSION_EXPORT_ENDINGS);
        return false;
    }
    const int64_t id = export->is_whole && export->keeper != NULL
                           ? session_keeper_current(export->keeper)
                           : 0;
    bool ok = true;
    if (id != 0)
        ok = write_kept(export, format, id, out, err);
    else
        write_open(export, format, out);
    if (ok && out->is_full) {
        error_set(err, ERROR_USAGE, "this is too large for one file: export its panes");
        ok = false;
    }
    return ok;
}
