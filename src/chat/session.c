/* Nothing but life cycles: a session and its lists own what they hold. */
#include "src/chat/session.h"

#include <string.h>

#include "src/base/mem.h"
#include "src/base/safe_text.h"

/* The longest title, in bytes; its characters are counted when it is made. */
#define TITLE_BYTES_MAX 60

void session_init(struct session *session)
{
    *session = (struct session){0};
}

static void session_model_clear(struct session_model *model)
{
    mem_free(model->provider);
    mem_free(model->model);
}

static void session_chat_clear(struct session_chat *chat)
{
    session_model_clear(&chat->model);
    mem_free(chat->api);
    mem_free(chat->label);
    mem_free(chat->system);
    param_list_clear(&chat->params);
    for (size_t i = 0; i < chat->fallback_count; i++)
        session_model_clear(&chat->fallbacks[i]);
    mem_free(chat->fallbacks);
    text_list_clear(&chat->tools);
    chat_clear(&chat->chat);
}

void session_clear(struct session *session)
{
    mem_free(session->title);
    text_list_clear(&session->tags);
    mem_free(session->layout);
    for (size_t i = 0; i < session->chat_count; i++)
        session_chat_clear(&session->chats[i]);
    mem_free(session->chats);
    for (size_t i = 0; i < session->draft_count; i++) {
        mem_free(session->drafts[i].target);
        mem_free(session->drafts[i].text);
    }
    mem_free(session->drafts);
    session_init(session);
}

struct session_chat *session_add_chat(struct session *session)
{
    session->chats = mem_grow(session->chats, &session->chat_cap, session->chat_count + 1,
                              sizeof(session->chats[0]));
    struct session_chat *chat = &session->chats[session->chat_count++];
    *chat = (struct session_chat){.is_streaming = true};
    chat_init(&chat->chat);
    return chat;
}

struct session_draft *session_add_draft(struct session *session)
{
    session->drafts = mem_grow(session->drafts, &session->draft_cap,
                               session->draft_count + 1, sizeof(session->drafts[0]));
    struct session_draft *draft = &session->drafts[session->draft_count++];
    *draft = (struct session_draft){0};
    return draft;
}

void session_row_clear(struct session_row *row)
{
    mem_free(row->title);
    mem_free(row->tags);
    mem_free(row->models);
    *row = (struct session_row){0};
}

void session_rows_free(struct session_row *rows, size_t count)
{
    for (size_t i = 0; i < count; i++)
        session_row_clear(&rows[i]);
    mem_free(rows);
}

void session_hits_free(struct session_hit *hits, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        mem_free(hits[i].title);
        mem_free(hits[i].model);
        mem_free(hits[i].snippet);
    }
    mem_free(hits);
}

char *session_title_from(const char *text, size_t len)
{
    while (len > 0 && strchr(" \t\r\n", text[0]) != NULL) {
        text++;
        len--;
    }
    const char *end = memchr(text, '\n', len);
    const size_t line = end != NULL ? (size_t)(end - text) : len;
    struct strbuf title;
    strbuf_init(&title, STRBUF_OWN_MAX);
    safe_text_append_line(&title, text, line, TITLE_BYTES_MAX);
    if (title.len == 0) {
        strbuf_clear(&title);
        return NULL;
    }
    return strbuf_take(&title);
}
