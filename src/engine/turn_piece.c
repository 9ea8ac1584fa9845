/* Pieces of a reply into the answer's message, and word of it to the owner. */
#include "src/engine/turn_state.h"

#include "src/base/clock.h"
#include "src/base/mem.h"
#include "src/engine/replay_state.h"

static void turn_note_output(struct turn *turn)
{
    turn->has_output = true;
    if (turn->clock.first_token_ms >= 0)
        return;
    const int64_t now = clock_now_ms();
    turn->clock.first_token_ms = now;
    turn->status.first_token_ms = now;
    turn->request.answer->facts.first_token_ms = now - turn->clock.begin_ms;
    turn_enter(turn, TURN_STREAMING);
}

static void turn_add_text(struct turn *turn, const struct piece *piece,
                          enum part_kind part, enum event_kind event)
{
    if (piece->len == 0)
        return;
    turn_note_output(turn);
    turn->status.delta_count++;
    if (!message_append(turn->request.answer, part, piece->text, piece->len)) {
        turn->is_over_ceiling = true;
        return;
    }
    turn_emit(turn, (struct engine_event){
                        .kind = event, .text = piece->text, .len = piece->len});
}

/* The part of the call number `index`, made if it is not there. */
static struct part *turn_call_part(struct message *answer, size_t index,
                                   size_t *part_index)
{
    size_t seen = 0;
    for (size_t i = 0; i < answer->part_count; i++) {
        if (answer->parts[i].kind != PART_TOOL_CALL)
            continue;
        if (seen++ == index) {
            *part_index = i;
            return &answer->parts[i];
        }
    }
    *part_index = answer->part_count;
    return message_add_part(answer, PART_TOOL_CALL);
}

static const char *turn_call_id(const struct turn *turn, const struct piece *piece)
{
    const struct replay *replay = turn->context.replay;
    return replay == NULL
               ? piece->call_id
               : replay_find_call_id(replay, turn->request.chat, turn->request.answer->id,
                                     piece->call_index, piece->call_id);
}

static void turn_add_call(struct turn *turn, const struct piece *piece, bool is_whole)
{
    turn_note_output(turn);
    size_t part_index;
    struct part *part =
        turn_call_part(turn->request.answer, piece->call_index, &part_index);
    if (is_whole)
        message_reset_part(turn->request.answer, part);
    else
        turn->status.delta_count++;
    if (!message_append_part(turn->request.answer, part, piece->text, piece->len))
        turn->is_over_ceiling = true;
    if (piece->call_name != NULL && part->name == NULL)
        part->name = mem_strdup(piece->call_name);
    if (is_whole) {
        mem_free(part->call_id);
        part->call_id = mem_strdup(turn_call_id(turn, piece));
        part->is_whole = piece->is_valid_call;
    }
    turn_emit(turn,
              (struct engine_event){.kind = is_whole ? EVENT_TOOL_CALL : EVENT_CALL_DELTA,
                                    .part_index = part_index});
}

/* Kept for the next request; nothing a person sees. */
static void turn_add_opaque(struct turn *turn, const struct piece *piece)
{
    struct part *part = message_add_part(turn->request.answer, PART_OPAQUE);
    part->call_index =
        piece->call_index == PIECE_NO_CALL ? -1 : (int64_t)piece->call_index;
    if (!message_append_part(turn->request.answer, part, piece->text, piece->len))
        turn->is_over_ceiling = true;
}

void turn_on_piece(void *user, const struct piece *piece)
{
    struct turn *turn = user;
    if (turn->is_stop_wanted || turn->is_over_ceiling)
        return;
    if (piece->len > 0 || piece->kind == PIECE_CALL)
        turn->barren_len = 0;
    switch (piece->kind) {
    case PIECE_TEXT: turn_add_text(turn, piece, PART_TEXT, EVENT_TEXT); break;
    case PIECE_REASONING:
        turn_add_text(turn, piece, PART_REASONING, EVENT_REASONING);
        break;
    case PIECE_REFUSAL: turn_add_text(turn, piece, PART_REFUSAL, EVENT_REFUSAL); break;
    case PIECE_CALL_DELTA: turn_add_call(turn, piece, false); break;
    case PIECE_OPAQUE: turn_add_opaque(turn, piece); break;
    case PIECE_CALL: turn_add_call(turn, piece, true); break;
    }
}
