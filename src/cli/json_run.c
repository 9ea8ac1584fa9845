/*
 * The facts of a cell are those of its result, the words those of its chat's last answer.
 * A cell without a chat (from the cache, or never begun) gets a message made for the
 * occasion.
 */
#include "src/cli/json_run.h"

#include <string.h>

#include "src/base/clock.h"
#include "src/base/json.h"
#include "src/base/mem.h"
#include "src/cli/json_event.h"

static const char *text_event(enum event_kind kind)
{
    if (kind == EVENT_TEXT)
        return "text";
    if (kind == EVENT_REASONING)
        return "reasoning";
    return kind == EVENT_REFUSAL ? "refusal" : NULL;
}

static void write_call(struct strbuf *out, struct engine *engine, size_t chat,
                       const struct engine_event *event)
{
    const struct call_facts *call = engine_find_call(engine, event->call);
    if (event->change == CALL_CHANGE_DECIDED)
        json_event_tool_decision(out, chat, call);
    else if (event->change == CALL_CHANGE_PROGRESS)
        json_event_tool_progress(out, chat, call);
    else if (event->change == CALL_CHANGE_ENDED)
        json_event_tool_result(out, chat, call);
}

static const struct message *last_answer(struct engine *engine, chat_id id)
{
    const struct chat *chat = engine_get_chat(engine, id);
    return chat != NULL ? chat_last_by(chat, MESSAGE_ASSISTANT) : NULL;
}

/* What the engine tells of the chat; its end is the cell's to tell. */
static void write_chat(struct strbuf *out, struct engine *engine, size_t chat,
                       const struct engine_event *event)
{
    const char *text = text_event(event->kind);
    if (text != NULL) {
        json_event_text(out, chat, text, event->text, event->len);
    } else if (event->kind == EVENT_TURN_STATE) {
        const struct turn_status status = engine_get_turn(engine, event->chat);
        json_event_state(out, chat, &status, clock_now_ms());
    } else if (event->kind == EVENT_NOTICE || event->kind == EVENT_FALLBACK) {
        json_event_notice(out, chat, event->text, event->len);
    } else if (event->kind == EVENT_TOOL_CALL) {
        const struct message *answer = last_answer(engine, event->chat);
        json_event_tool_call(out, chat, &answer->parts[event->part_index]);
    } else if (event->kind == EVENT_CALL) {
        write_call(out, engine, chat, event);
    }
}

static void write_start(struct strbuf *out, size_t chat, const struct run_labels *labels,
                        const struct chat_setup *setup, const struct run_event *event)
{
    json_event_start(out, chat, labels->models[event->cell->model], setup->endpoint->name,
                     &event->row->values);
}

static void write_end_of(struct strbuf *out, size_t chat, const struct run_cell *cell,
                         const struct message *answer)
{
    const struct run_result *result = &cell->result;
    struct message view = *answer;
    view.facts.error = result->error;
    view.facts.finish = result->finish;
    view.facts.status = result->status;
    view.facts.provider_code = result->provider_code;
    view.facts.request_id = result->request_id;
    if (cell->state == RUN_CELL_FAILED || cell->state == RUN_CELL_LEFT)
        json_event_error(out, chat, &view);
    json_event_done_members(out, chat, &view, &result->sum);
    strbuf_append_format(out, ",\"outcome\":\"%s\",\"cached\":%s,\"misfits\":%zu}\n",
                         run_cell_state_name(cell->state),
                         result->is_cached ? "true" : "false", result->misfits);
}

bool json_run_is_told(const struct run_cell *cell)
{
    return cell->chat != 0 || cell->result.is_cached || cell->state == RUN_CELL_FAILED ||
           cell->state == RUN_CELL_LEFT;
}

static void write_settled(struct strbuf *out, struct engine *engine, size_t chat,
                          const struct run_labels *labels, const struct chat_setup *setup,
                          const struct run_event *event)
{
    const struct run_cell *cell = event->cell;
    const struct message *answer = last_answer(engine, cell->chat);
    if (!json_run_is_told(cell))
        return;
    if (cell->chat == 0 && !cell->result.is_cached)
        write_start(out, chat, labels, setup, event);
    if (answer != NULL) {
        write_end_of(out, chat, cell, answer);
        return;
    }
    struct message *made = message_new(0, MESSAGE_ASSISTANT);
    if (cell->result.len > 0)
        message_append(made, PART_TEXT, cell->result.text, cell->result.len);
    made->facts.model = mem_strdup(cell->result.model);
    write_end_of(out, chat, cell, made);
    message_free(made);
}

void json_run_event(struct strbuf *out, struct engine *engine,
                    const struct run_labels *labels, const struct chat_setup *setup,
                    const struct run_event *event)
{
    const struct run_cell *cell = event->cell;
    const size_t chat = cell->row * labels->model_count * labels->repeats + cell->column;
    switch (event->kind) {
    case RUN_EVENT_STARTED: write_start(out, chat, labels, setup, event); break;
    case RUN_EVENT_CHAT: write_chat(out, engine, chat, event->event); break;
    case RUN_EVENT_AGAIN:
        strbuf_append_format(out, "{\"event\":\"again\",\"chat\":%zu,\"reason\":", chat);
        json_append_string(out, event->text, strlen(event->text));
        strbuf_append_text(out, "}\n");
        break;
    case RUN_EVENT_SETTLED: write_settled(out, engine, chat, labels, setup, event); break;
    case RUN_EVENT_ROW:
    case RUN_EVENT_END: break;
    }
}

static void write_seconds(struct strbuf *out, const char *name, int64_t ms)
{
    if (ms >= 0)
        strbuf_append_format(out, ",\"%s\":%.3f", name, (double)ms / 1000);
    else
        strbuf_append_format(out, ",\"%s\":null", name);
}

void json_run_end(struct strbuf *out, size_t chats, const struct run_summary *sum)
{
    strbuf_append_format(out, "{\"event\":\"end\",\"chats\":%zu,\"failed\":%zu", chats,
                         sum->cells[RUN_CELL_FAILED] + sum->cells[RUN_CELL_LEFT]);
    write_seconds(out, "seconds", sum->elapsed_ms);
    strbuf_append_format(out,
                         ",\"rows\":%zu,\"cached\":%zu,\"skipped\":%zu,\"spared\":%zu,"
                         "\"not_run\":%zu",
                         sum->rows, sum->cached, sum->cells[RUN_CELL_SKIPPED],
                         sum->cells[RUN_CELL_SPARED], sum->cells[RUN_CELL_LEFT]);
    write_seconds(out, "slowest", sum->slowest_ms);
    write_seconds(out, "median", sum->median_ms);
    strbuf_append_format(out, ",\"input_tokens\":%lld,\"output_tokens\":%lld",
                         (long long)sum->input_tokens, (long long)sum->output_tokens);
    if (sum->cost > 0 || sum->cost_unknown == 0)
        strbuf_append_format(out, ",\"cost\":%.10g", sum->cost);
    else
        strbuf_append_text(out, ",\"cost\":null");
    strbuf_append_format(out, ",\"cost_unknown\":%zu,\"spared_cost\":%.10g}\n",
                         sum->cost_unknown, sum->spared_cost);
}
