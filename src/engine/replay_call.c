/* A call of the recording is the one that the round has put on the desk for the same part
 * of the same answer; a question of a server is put there when it is first told of. */
#include "src/base/mem.h"
#include "src/engine/replay_state.h"
#include "src/engine/tool_desk_play.h"

static call_key find_key(const struct replay *replay, uint64_t recorded)
{
    for (size_t i = replay->call_count; i > 0; i--) {
        if (replay->calls[i - 1].recorded == recorded)
            return replay->calls[i - 1].key;
    }
    return 0;
}

static call_key meet(struct replay *replay, const struct recording_record *record,
                     chat_id chat)
{
    const struct recording_call *call = record->of.call;
    const struct call_request question = {
        .chat = chat,
        .message_id = record->message,
        .part_index = call->part_index,
        .call_id = call->call_id,
        .tool = call->tool != NULL ? call->tool : "",
        .arguments = "",
        .approval = APPROVAL_ASK,
    };
    const call_key key = call->is_question
                             ? tool_desk_add_question(replay->engine->desk, &question)
                             : tool_desk_find_new(replay->engine->desk, chat,
                                                  record->message, call->part_index);
    if (key == 0)
        return 0;
    replay->calls = mem_grow(replay->calls, &replay->call_cap, replay->call_count + 1,
                             sizeof(replay->calls[0]));
    replay->calls[replay->call_count++] = (struct replay_call){call->key, key};
    return key;
}

enum replay_step replay_call(struct replay *replay, const struct recording_record *record)
{
    const struct conversation *conversation =
        replay_find_conversation(replay, record->chat);
    if (conversation == NULL)
        return REPLAY_PLAYED;
    call_key key = find_key(replay, record->of.call->key);
    if (key == 0 && conversation->round.is_running)
        key = meet(replay, record, conversation->id);
    if (key == 0)
        return REPLAY_NOT_YET;
    return tool_desk_play(replay->engine->desk, key, record->of.call) ? REPLAY_PLAYED
                                                                      : REPLAY_UNFIT;
}
