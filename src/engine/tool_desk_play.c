/* The record's texts become the call's; its state moves only forwards. */
#include "src/engine/tool_desk_play.h"

#include <string.h>

#include "src/base/clock.h"
#include "src/base/mem.h"
#include "src/base/utf8.h"
#include "src/engine/call_name.h"
#include "src/engine/tool_desk_state.h"

call_key tool_desk_find_new(const struct tool_desk *desk, chat_id chat,
                            uint64_t message_id, size_t part_index)
{
    for (size_t i = 0; i < desk->call_count; i++) {
        const struct call_facts *facts = &desk->calls[i]->facts;
        if (facts->state == CALL_NEW && facts->chat == chat && !facts->is_question &&
            facts->message_id == message_id && facts->part_index == part_index)
            return facts->key;
    }
    return 0;
}

call_key tool_desk_add_question(struct tool_desk *desk,
                                const struct call_request *request)
{
    const call_key key = tool_desk_add(desk, request);
    desk_find(desk, key)->facts.is_question = true;
    return key;
}

/* Takes a text that the record has, into the call's place and the facts that show it. */
static void take_text(char **place, const char **shown, const char *text)
{
    if (text == NULL)
        return;
    tool_call_keep(place, text);
    *shown = *place;
}

static void take_shown(struct tool_call *call, const struct recording_call *record)
{
    struct call_facts *facts = &call->facts;
    take_text(&call->title, &facts->title, record->title);
    take_text(&call->description, &facts->description, record->description);
    take_text(&call->origin, &facts->origin, record->origin);
    take_text(&call->command, &facts->command, record->command);
    take_text(&call->sandbox, &facts->sandbox, record->sandbox);
    take_text(&call->claims, &facts->claims, record->claims);
    take_text(&call->preview, &facts->preview, record->preview);
    take_text(&call->rule, &facts->rule, record->rule);
    take_text(&call->proposed, &facts->proposed, record->proposed);
    take_text(&call->tool, &facts->tool, record->tool);
    if (record->arguments != NULL)
        tool_call_set_arguments(call, record->arguments, strlen(record->arguments));
    facts->is_edited = record->is_edited;
}

static void play_decision(struct tool_call *call, const struct recording_call *record)
{
    enum call_decision decision;
    if (!call_decision_find(record->decision, &decision))
        decision = CALL_DENIED;
    call_decide(call, decision, record->is_by_rule, record->reason);
    if (call->facts.state == CALL_NEW)
        call->facts.state = CALL_ASKING;
}

static void play_progress(struct tool_call *call, const struct recording_call *record)
{
    call->facts.progress = record->progress;
    call->facts.progress_total = record->progress_total;
    take_text(&call->progress_text, &call->facts.progress_text, record->progress_text);
}

static void play_end(struct tool_call *call, const struct recording_call *record)
{
    struct call_facts *facts = &call->facts;
    strbuf_reset(&call->result);
    if (record->result != NULL)
        utf8_append_valid(&call->result, record->result, record->result_len);
    take_text(&call->note, &facts->note, record->note);
    facts->state = CALL_ENDED;
    facts->is_ok = record->is_ok;
    facts->ended_ms = clock_now_ms();
    facts->started_ms =
        record->elapsed_ms >= 0 ? facts->ended_ms - record->elapsed_ms : -1;
    facts->result = strbuf_text(&call->result);
    facts->result_len = call->result.len;
}

bool tool_desk_play(struct tool_desk *desk, call_key key,
                    const struct recording_call *record)
{
    struct tool_call *call = desk_find(desk, key);
    enum call_change change;
    if (call == NULL || call->facts.state == CALL_ENDED ||
        !call_change_find(record->change, &change))
        return false;
    take_shown(call, record);
    switch (change) {
    case CALL_CHANGE_ASKED:
        call->facts.state = CALL_ASKING;
        call->facts.asked_ms = clock_now_ms();
        break;
    case CALL_CHANGE_EDITED: break;
    case CALL_CHANGE_DECIDED: play_decision(call, record); break;
    case CALL_CHANGE_STARTED:
        call->facts.state = CALL_RUNNING;
        call->facts.started_ms = clock_now_ms();
        break;
    case CALL_CHANGE_PROGRESS: play_progress(call, record); break;
    case CALL_CHANGE_ENDED: play_end(call, record); break;
    }
    desk_tell(desk, key, change);
    return true;
}
