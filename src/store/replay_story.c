/* Lists that grow, and nothing else. */
#include "src/store/replay_story.h"

#include "src/base/mem.h"

struct replay_pane *replay_story_pane(struct replay_story *story, size_t place)
{
    while (story->pane_count <= place) {
        story->panes = mem_grow(story->panes, &story->pane_cap, story->pane_count + 1,
                                sizeof(story->panes[0]));
        story->panes[story->pane_count++] = (struct replay_pane){0};
    }
    return &story->panes[place];
}

struct replay_message *replay_pane_find(struct replay_pane *pane, uint64_t id)
{
    for (size_t i = pane->message_count; i > 0; i--) {
        if (pane->messages[i - 1].id == id)
            return &pane->messages[i - 1];
    }
    return NULL;
}

struct replay_message *replay_pane_add(struct replay_pane *pane, uint64_t id,
                                       int64_t at_ms)
{
    pane->messages = mem_grow(pane->messages, &pane->message_cap, pane->message_count + 1,
                              sizeof(pane->messages[0]));
    struct replay_message *message = &pane->messages[pane->message_count++];
    *message = (struct replay_message){.id = id, .begin_ms = at_ms, .end_ms = at_ms};
    return message;
}

void replay_message_add(struct replay_message *message, enum part_kind kind,
                        int64_t at_ms, const char *text, size_t len)
{
    message->pieces = mem_grow(message->pieces, &message->piece_cap,
                               message->piece_count + 1, sizeof(message->pieces[0]));
    message->pieces[message->piece_count++] =
        (struct replay_piece){at_ms, kind, mem_strndup(text, len), len};
    if (at_ms > message->end_ms)
        message->end_ms = at_ms;
}

void replay_pane_add_phase(struct replay_pane *pane, const char *name, int64_t at_ms)
{
    pane->phases = mem_grow(pane->phases, &pane->phase_cap, pane->phase_count + 1,
                            sizeof(pane->phases[0]));
    pane->phases[pane->phase_count++] = (struct replay_phase){name, at_ms};
}

static void replay_pane_clear(struct replay_pane *pane)
{
    for (size_t i = 0; i < pane->message_count; i++) {
        for (size_t j = 0; j < pane->messages[i].piece_count; j++)
            mem_free(pane->messages[i].pieces[j].text);
        mem_free(pane->messages[i].pieces);
    }
    mem_free(pane->messages);
    mem_free(pane->phases);
}

void replay_story_clear(struct replay_story *story)
{
    for (size_t i = 0; i < story->pane_count; i++)
        replay_pane_clear(&story->panes[i]);
    mem_free(story->panes);
    *story = (struct replay_story){0};
}
