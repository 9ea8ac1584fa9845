/*
 * The tools of a turn. An answer that ends with calls begins a round: its calls go to
 * the desk, and once all have ended their results become one message, after which the
 * model is asked again. What could go on for ever is counted: rounds, rounds whose
 * arguments did not fit, and the same call with the same arguments.
 *
 * A turn that ends in the middle of a round (stopped, or given up) gets its results all
 * the same, and after them an empty answer that says how it ended: so every call has a
 * result whatever is asked next.
 */
#include "src/engine/engine_state.h"

#include <string.h>

#include "src/base/clock.h"
#include "src/base/json.h"
#include "src/base/mem.h"
#include "src/engine/replay_state.h"

/* Rounds past the limit in which nobody was there to allow more, before the turn ends. */
#define ROUND_GRACE 2

void round_reset(struct conversation *conversation)
{
    struct tool_round *round = &conversation->round;
    for (size_t i = 0; i < round->made_len; i++)
        mem_free(round->made[i].what);
    round->made_len = 0;
    round->count = 0;
    round->misfits = 0;
    round->is_running = false;
    round->is_stop_wanted = false;
}

void round_clear(struct conversation *conversation)
{
    round_reset(conversation);
    mem_free(conversation->round.made);
    conversation->round.made = NULL;
}

static int64_t round_setting(const struct conversation *conversation, enum setting_id id)
{
    return conversation->engine->settings.values[id];
}

/* Counts the call; how often it was made in this turn, this time included. */
static size_t round_count_call(struct conversation *conversation, const char *tool,
                               const struct part *part)
{
    struct tool_round *round = &conversation->round;
    struct strbuf what;
    strbuf_init(&what, STRBUF_OWN_MAX);
    strbuf_append_format(&what, "%s ", tool);
    json_append_compact(&what, strbuf_text(&part->text), part->text.len);
    for (size_t i = 0; i < round->made_len; i++) {
        if (strcmp(round->made[i].what, strbuf_text(&what)) == 0) {
            strbuf_clear(&what);
            return ++round->made[i].count;
        }
    }
    round->made = mem_grow(round->made, &round->made_cap, round->made_len + 1,
                           sizeof(round->made[0]));
    round->made[round->made_len++] = (struct made_call){strbuf_take(&what), 1};
    strbuf_clear(&what);
    return 1;
}

/* Why the call fails before it is looked at; NULL: it does not. Caller frees. */
static char *round_call_failure(struct conversation *conversation, const char *tool,
                                const struct part *part)
{
    const int64_t repeats = round_setting(conversation, SETTING_TOOL_REPEATS);
    if (!part->is_whole)
        return mem_strdup("The arguments of this call are not valid JSON.");
    const size_t count = round_count_call(conversation, tool, part);
    if ((int64_t)count <= repeats)
        return NULL;
    return strbuf_format("This call was not run: it was made %lld times in this turn "
                         "with the same arguments. Use its earlier result.",
                         (long long)repeats);
}

static void round_add_call(struct conversation *conversation,
                           const struct message *answer, size_t part_index,
                           const char *ask_cause)
{
    const struct part *part = &answer->parts[part_index];
    const char *wire = part->name != NULL ? part->name : "";
    const char *known = tool_offer_find(conversation->offer, wire);
    char *failure = round_call_failure(conversation, wire, part);
    struct call_request request = {
        .chat = conversation->id,
        .message_id = answer->id,
        .part_index = part_index,
        .call_id = part->call_id,
        .model = answer->facts.model,
        .tool = known != NULL ? known : wire,
        .arguments = strbuf_text(&part->text),
        .len = part->text.len,
        .approval = conversation->setup.approval,
        .failure = known == NULL ? "There is no tool of this name here." : failure,
        .ask_cause = ask_cause,
    };
    /* What became of it is played. */
    if (conversation->engine->replay != NULL)
        request.failure = NULL;
    tool_desk_add(conversation->engine->desk, &request);
    mem_free(failure);
}

/* True if somebody else is to make the calls of this answer: none can be run, or one of
 * them cannot and the chat hands those out. */
static bool round_is_for_caller(const struct conversation *conversation,
                                const struct message *answer)
{
    const struct tool_offer *offer = conversation->offer;
    const struct replay *replay = conversation->engine->replay;
    if (replay != NULL)
        return !replay_has_calls(replay, conversation->id, answer->id);
    if (!tool_offer_has_runnable(offer))
        return true;
    for (size_t i = 0; conversation->setup.hands_out_calls && i < answer->part_count;
         i++) {
        const struct part *part = &answer->parts[i];
        const char *name = part->kind == PART_TOOL_CALL && part->name != NULL
                               ? tool_offer_find(offer, part->name)
                               : NULL;
        if (part->kind == PART_TOOL_CALL &&
            (name == NULL || !tool_offer_is_runnable(offer, name)))
            return true;
    }
    return false;
}

static size_t message_count_calls(const struct message *answer)
{
    size_t count = 0;
    for (size_t i = 0; i < answer->part_count; i++)
        count +=
            answer->parts[i].kind == PART_TOOL_CALL && answer->parts[i].call_id != NULL;
    return count;
}

/* Tells the turn's state if it is another one than before. */
static void round_tell_state(struct conversation *conversation)
{
    struct tool_round *round = &conversation->round;
    const struct call_counts counts =
        tool_desk_count(conversation->engine->desk, conversation->id);
    const enum turn_state state =
        counts.asking + counts.questions > 0 ? TURN_APPROVAL : TURN_TOOLS;
    if (state == round->told)
        return;
    round->told = round->state = state;
    round->since_ms = clock_now_ms();
    engine_emit(conversation->engine,
                (struct engine_event){.kind = EVENT_TURN_STATE,
                                      .chat = conversation->id,
                                      .message_id = round->answer_id,
                                      .state = state});
}

/* From now on the calls are ours to decide: whoever finds them so after the end of the
 * program knows that they were waiting. */
static void round_mark_calls(struct message *answer)
{
    for (size_t i = 0; i < answer->part_count; i++) {
        struct part *part = &answer->parts[i];
        if (part->kind == PART_TOOL_CALL && part->call_id != NULL)
            part->decision = call_decision_name(CALL_UNDECIDED);
    }
    answer->version++;
}

bool round_begin(struct conversation *conversation, struct message *answer)
{
    struct tool_round *round = &conversation->round;
    if (conversation->is_closed || answer->state != MESSAGE_WHOLE ||
        message_count_calls(answer) == 0 || round_is_for_caller(conversation, answer))
        return false;
    const int64_t limit = round_setting(conversation, SETTING_TOOL_ROUNDS);
    char *cause = NULL;
    round->count++;
    if (limit > 0 && (int64_t)round->count > limit)
        cause = strbuf_format("this turn has had %lld rounds of tools (setting "
                              "tool_rounds)",
                              (long long)(round->count - 1));
    round->is_running = true;
    round->is_stop_wanted = false;
    round->answer_id = answer->id;
    round_mark_calls(answer);
    round->begin_ms = round->since_ms = clock_now_ms();
    for (size_t i = 0; i < answer->part_count; i++) {
        if (answer->parts[i].kind == PART_TOOL_CALL && answer->parts[i].call_id != NULL)
            round_add_call(conversation, answer, i, cause);
    }
    mem_free(cause);
    /* Told once the calls were looked at: whether a person is to be asked is known then.
     */
    round->state = TURN_TOOLS;
    round->told = TURN_IDLE;
    return true;
}

/* Writes into the call's part how it was decided. */
static void round_note_decision(struct conversation *conversation,
                                const struct call_facts *facts)
{
    struct message *answer = chat_find(&conversation->chat, facts->message_id);
    if (facts->is_question || answer == NULL || facts->part_index >= answer->part_count)
        return;
    struct part *part = &answer->parts[facts->part_index];
    const bool is_decided = facts->decision != CALL_UNDECIDED;
    /* One that failed before anybody was asked was never decided on. */
    const bool is_void = !is_decided && facts->state == CALL_ENDED;
    const char *decision = is_void ? NULL : call_decision_name(facts->decision);
    if (part->kind != PART_TOOL_CALL || part->decision == decision)
        return;
    part->decision = decision;
    part->decided_by = !is_decided ? NULL : facts->is_by_rule ? "rule" : "user";
    mem_free(part->reason);
    part->reason = mem_strdup(facts->reason);
    answer->version++;
}

/* Writes the results of the round into a message after its answer. */
static struct message *round_add_results(struct conversation *conversation)
{
    const struct call_facts *facts;
    const size_t count = tool_desk_list(conversation->engine->desk, &facts);
    struct message *results = conversation_add_message(conversation, MESSAGE_TOOL);
    for (size_t i = 0; i < count; i++) {
        if (facts[i].chat != conversation->id || facts[i].is_question)
            continue;
        round_note_decision(conversation, &facts[i]);
        struct part *part = message_add_part(results, PART_TOOL_RESULT);
        part->call_id = mem_strdup(facts[i].call_id);
        part->name = mem_strdup(facts[i].tool);
        part->is_error = !facts[i].is_ok;
        part->is_whole = true;
        part->elapsed_ms =
            facts[i].started_ms >= 0 ? facts[i].ended_ms - facts[i].started_ms : -1;
        message_append_part(results, part, facts[i].result, facts[i].result_len);
    }
    results->facts.total_ms = clock_now_ms() - conversation->round.begin_ms;
    return results;
}

struct message *round_add_end(struct conversation *conversation, const char *failure)
{
    struct message *answer = conversation_add_message(conversation, MESSAGE_ASSISTANT);
    struct answer_facts *facts = &answer->facts;
    facts->api = mem_strdup(conversation->setup.endpoint->api);
    facts->model = mem_strdup(conversation->setup.model);
    facts->total_ms = 0;
    facts->finish = failure != NULL ? FINISH_ERROR : FINISH_CANCELLED;
    answer->state = failure != NULL ? MESSAGE_FAILED : MESSAGE_STOPPED;
    if (failure != NULL)
        error_set(&facts->error, ERROR_TOOL, "%s", failure);
    return answer;
}

/* Ends the turn after the results, with an empty answer that says how. */
static void round_end_turn(struct conversation *conversation, const char *failure)
{
    struct message *answer = round_add_end(conversation, failure);
    conversation_emit(conversation, EVENT_MESSAGE_ADDED, answer->id);
    if (!conversation->is_closed)
        conversation_finish(conversation, answer);
}

/* True if a person has allowed a call of the round: the count of rounds starts anew. */
static bool round_was_allowed(const struct conversation *conversation)
{
    const struct call_facts *facts;
    const size_t count = tool_desk_list(conversation->engine->desk, &facts);
    for (size_t i = 0; i < count; i++) {
        if (facts[i].chat == conversation->id && !facts[i].is_by_rule &&
            facts[i].decision != CALL_UNDECIDED && facts[i].decision != CALL_DENIED)
            return true;
    }
    return false;
}

/* The reason for which the turn cannot go on, or NULL. Caller frees. */
static char *round_find_end(struct conversation *conversation)
{
    struct tool_round *round = &conversation->round;
    if (conversation->engine->replay != NULL)
        return NULL;
    const int64_t limit = round_setting(conversation, SETTING_TOOL_ROUNDS);
    const int64_t misfits = round_setting(conversation, SETTING_TOOL_MISFITS);
    const struct call_counts counts =
        tool_desk_count(conversation->engine->desk, conversation->id);
    round->misfits = counts.misfits > 0 ? round->misfits + 1 : 0;
    if (round_was_allowed(conversation))
        round->count = 0;
    if ((int64_t)round->misfits > misfits)
        return strbuf_format("the model's arguments did not fit its tools %zu times in a "
                             "row",
                             round->misfits);
    if (limit > 0 && (int64_t)round->count >= limit + ROUND_GRACE &&
        conversation->setup.approval != APPROVAL_ASK)
        return strbuf_format("%zu rounds of tools, and the model asks for more",
                             round->count);
    return NULL;
}

static void round_conclude(struct conversation *conversation)
{
    struct tool_round *round = &conversation->round;
    const bool is_stopped = round->is_stop_wanted;
    char *failure = is_stopped ? NULL : round_find_end(conversation);
    struct message *results = round_add_results(conversation);
    const struct replay *replay = conversation->engine->replay;
    if (replay != NULL)
        replay_fill_results(replay, conversation->id, results);
    if (replay != NULL && !is_stopped)
        failure = mem_strdup(replay_find_failure(replay, conversation->id, results->id));
    round->is_running = false;
    tool_desk_close_chat(conversation->engine->desk, conversation->id);
    if (is_stopped || failure != NULL) {
        conversation_emit(conversation, EVENT_MESSAGE_ADDED, results->id);
        round_end_turn(conversation, failure);
    } else {
        conversation_go_on(conversation, results->id);
    }
    mem_free(failure);
}

void round_on_call(void *user, call_key key, enum call_change change)
{
    struct engine *engine = user;
    const struct call_facts *facts = tool_desk_find(engine->desk, key);
    struct conversation *conversation = engine_find(engine, facts->chat);
    if (conversation != NULL && change != CALL_CHANGE_PROGRESS)
        round_note_decision(conversation, facts);
    engine_emit(engine, (struct engine_event){.kind = EVENT_CALL,
                                              .chat = facts->chat,
                                              .message_id = facts->message_id,
                                              .part_index = facts->part_index,
                                              .call = key,
                                              .change = change});
    if (conversation == NULL || conversation->is_closed ||
        !conversation->round.is_running)
        return;
    const struct call_counts counts = tool_desk_count(engine->desk, conversation->id);
    if (change == CALL_CHANGE_ENDED && counts.asking + counts.running == 0)
        round_conclude(conversation);
    else
        round_tell_state(conversation);
}

void round_stop(struct conversation *conversation)
{
    struct engine *engine = conversation->engine;
    if (!conversation->round.is_running || conversation->round.is_stop_wanted)
        return;
    conversation->round.is_stop_wanted = true;
    tool_desk_stop_chat(engine->desk, conversation->id);
    ev_timer_stop(engine->loop, &engine->round_due);
    ev_timer_set(&engine->round_due, 0., 0.);
    ev_timer_start(engine->loop, &engine->round_due);
}

void round_on_due(struct ev_loop *loop, struct ev_timer *timer, int events)
{
    (void)loop;
    (void)events;
    struct engine *engine = timer->data;
    for (size_t i = 0; i < engine->chat_count; i++) {
        struct conversation *conversation = engine->chats[i];
        if (!conversation->is_closed && conversation->round.is_running &&
            conversation->round.is_stop_wanted)
            round_conclude(conversation);
    }
}

void round_abandon(struct conversation *conversation)
{
    tool_desk_close_chat(conversation->engine->desk, conversation->id);
    conversation->round.is_running = false;
}
