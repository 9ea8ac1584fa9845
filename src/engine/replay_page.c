/*
 * Events become pieces of a story (src/store/replay_story.h): which message began when,
 * what it got when. The phases of a turn are taken over from the race when it has ended.
 */
#include "src/engine/replay_page.h"

#include <string.h>

#include "src/base/mem.h"
#include "src/chat/session.h"
#include "src/engine/race.h"
#include "src/engine/session_export.h"
#include "src/engine/wire.h"
#include "src/store/export_replay.h"
#include "src/store/replay_story.h"

/* How the page calls a phase; also names for its style. */
static const char *const phase_words[RACE_PHASE_COUNT] = {[RACE_QUEUED] = "queued",
                                                          [RACE_CONNECT] = "connect",
                                                          [RACE_TLS] = "tls",
                                                          [RACE_WAITING] = "first-byte",
                                                          [RACE_REASONING] = "reasoning",
                                                          [RACE_TEXT] = "text",
                                                          [RACE_APPROVAL] = "approval",
                                                          [RACE_TOOLS] = "tools",
                                                          [RACE_RETRY] = "retry"};

struct replay_page {
    struct engine *engine;
    const struct replay *replay;
    struct race race;
    struct replay_story story;
    chat_id *chats; /* of the story's panes */
    size_t chat_count;
    size_t chat_cap;
};

static int64_t page_now_ms(const struct replay_page *page)
{
    return replay_get_time_us(page->replay) / 1000;
}

/* The place of the chat's pane; a new one for a chat that was not heard of. */
static size_t page_place(struct replay_page *page, chat_id chat)
{
    size_t place = 0;
    while (place < page->chat_count && page->chats[place] != chat)
        place++;
    if (place < page->chat_count)
        return place;
    page->chats = mem_grow(page->chats, &page->chat_cap, page->chat_count + 1,
                           sizeof(page->chats[0]));
    page->chats[page->chat_count++] = chat;
    return place;
}

static struct replay_message *page_message(struct replay_pane *pane, uint64_t id,
                                           int64_t now_ms)
{
    struct replay_message *message = replay_pane_find(pane, id);
    return message != NULL ? message : replay_pane_add(pane, id, now_ms);
}

static void note_piece(struct replay_pane *pane, const struct engine_event *event,
                       int64_t now_ms)
{
    const enum part_kind kind = event->kind == EVENT_REASONING ? PART_REASONING
                                : event->kind == EVENT_REFUSAL ? PART_REFUSAL
                                                               : PART_TEXT;
    replay_message_add(page_message(pane, event->message_id, now_ms), kind, now_ms,
                       event->text, event->len);
}

/* A call is shown as soon as all of it is there. */
static void note_call(const struct replay_page *page, struct replay_pane *pane,
                      const struct engine_event *event, int64_t now_ms)
{
    const struct chat *chat = engine_get_chat(page->engine, event->chat);
    const struct message *message =
        chat != NULL ? chat_find(chat, event->message_id) : NULL;
    if (message == NULL || event->part_index >= message->part_count)
        return;
    const struct part *part = &message->parts[event->part_index];
    char *text = strbuf_format("\n%s %s\n", part->name != NULL ? part->name : "",
                               strbuf_text(&part->text));
    replay_message_add(page_message(pane, event->message_id, now_ms), PART_TOOL_CALL,
                       now_ms, text, strlen(text));
    mem_free(text);
}

static void note_end(struct replay_page *page, struct replay_pane *pane,
                     const struct engine_event *event, int64_t now_ms)
{
    static const char *const ends[] = {[RACE_RUNNING] = "stopped",
                                       [RACE_DONE] = "done",
                                       [RACE_STOPPED] = "stopped",
                                       [RACE_FAILED] = "failed"};
    const struct race_track *track = race_find(&page->race, event->chat);
    page_message(pane, event->message_id, now_ms)->end_ms = now_ms;
    for (size_t i = 0; track != NULL && i < track->span_count; i++)
        replay_pane_add_phase(pane, phase_words[track->spans[i].phase],
                              track->begin_ms + track->spans[i].at_ms);
    if (track != NULL)
        replay_pane_add_phase(pane, ends[track->end], now_ms);
}

static void page_on_event(void *user, const struct engine_event *event)
{
    struct replay_page *page = user;
    const int64_t now_ms = page_now_ms(page);
    if (event->chat == 0)
        return;
    race_hear(&page->race, event, engine_get_chat(page->engine, event->chat), now_ms);
    struct replay_pane *pane =
        replay_story_pane(&page->story, page_place(page, event->chat));
    if (event->kind == EVENT_MESSAGE_ADDED)
        page_message(pane, event->message_id, now_ms);
    else if (event->kind == EVENT_TEXT || event->kind == EVENT_REASONING ||
             event->kind == EVENT_REFUSAL)
        note_piece(pane, event, now_ms);
    else if (event->kind == EVENT_TOOL_CALL)
        note_call(page, pane, event, now_ms);
    else if (event->kind == EVENT_DONE)
        note_end(page, pane, event, now_ms);
    if (now_ms > page->story.length_ms)
        page->story.length_ms = now_ms;
}

static void page_on_wire(void *user, const struct wire_event *event)
{
    struct replay_page *page = user;
    struct wire_event then = *event;
    then.at_us = replay_get_time_us(page->replay);
    race_hear_wire(&page->race, &then);
}

struct replay_page *replay_page_new(struct engine *engine, const struct replay *replay)
{
    struct replay_page *page = mem_alloc(sizeof(*page));
    page->engine = engine;
    page->replay = replay;
    engine_watch(engine, page_on_event, page);
    engine_tap(engine, page_on_wire, page);
    return page;
}

void replay_page_free(struct replay_page *page)
{
    if (page == NULL)
        return;
    engine_untap(page->engine, page_on_wire, page);
    engine_unwatch(page->engine, page_on_event, page);
    race_clear(&page->race);
    replay_story_clear(&page->story);
    mem_free(page->chats);
    mem_free(page);
}

void replay_page_append(const struct replay_page *page, struct strbuf *out)
{
    struct session session = {0};
    struct replay_story story = {.length_ms = page->story.length_ms};
    session_export_borrow(page->engine, page->chats, page->chat_count, &session);
    /* The panes of the chats that are still there; the story owns none of them. */
    story.panes = mem_alloc_array(page->chat_count, sizeof(story.panes[0]));
    for (size_t i = 0; i < page->chat_count; i++) {
        if (engine_get_chat(page->engine, page->chats[i]) != NULL)
            story.panes[story.pane_count++] = page->story.panes[i];
    }
    export_replay(&session, &story, out);
    mem_free(story.panes);
    session_export_release(&session);
}
