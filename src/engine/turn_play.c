/* The turn's own callbacks are called, as the transfer would have called them. */
#include "src/engine/turn_play.h"

#include <string.h>

#include "src/base/clock.h"
#include "src/engine/turn_state.h"

bool turn_play_is_of(const struct turn *turn, uint64_t answer)
{
    return !turn->is_settled && turn->request.answer->id == answer;
}

bool turn_play_is_waiting(const struct turn *turn)
{
    return !turn->is_settled && !turn->is_stop_wanted && turn->reply == NULL &&
           turn->start_error.class == ERROR_NONE;
}

bool turn_play_is_on_air(const struct turn *turn)
{
    return !turn->is_settled && turn->is_on_air;
}

void turn_play_queued(struct turn *turn, const char *reason)
{
    turn->status.queue_reason = QUEUE_JOBS;
    for (unsigned i = 0; i < QUEUE_REASON_COUNT && reason != NULL; i++) {
        if (strcmp(queue_reason_name((enum queue_reason)i), reason) == 0)
            turn->status.queue_reason = (enum queue_reason)i;
    }
    turn->status.wait_until_ms = -1;
    turn->queued_ms = clock_now_ms();
    turn_enter(turn, TURN_QUEUED);
}

/* Tells the taps of the request as it was recorded; of its body only the length was. */
static void tell_request(struct turn *turn, const struct recording_request *request)
{
    struct header_list fields = {0};
    for (size_t i = 0; i < request->fields.len; i++)
        header_list_add(&fields, request->fields.items[i].name,
                        request->fields.items[i].value);
    const struct http_request sent = {
        .url = request->url,
        .headers = &fields,
        .method = request->method,
        .body_len = request->body_len > 0 ? (size_t)request->body_len : 0};
    wire_tell_request(turn->exchange, &sent, NULL, 0);
    header_list_clear(&fields);
}

void turn_play_try(struct turn *turn, const struct recording_record *request)
{
    turn->status.wait_until_ms = -1;
    turn_try(turn);
    if (turn->is_on_air && turn->exchange != NULL)
        tell_request(turn, request->of.request);
}

void turn_play_connected(struct turn *turn)
{
    const struct http_handler handler = turn_make_handler(turn);
    handler.on_connected(turn);
}

void turn_play_head(struct turn *turn, const struct http_head *head)
{
    const struct http_handler handler = turn_make_handler(turn);
    handler.on_head(turn, head);
}

void turn_play_body(struct turn *turn, const char *bytes, size_t len)
{
    const struct http_handler handler = turn_make_handler(turn);
    handler.on_body(turn, bytes, len);
}

void turn_play_done(struct turn *turn, const struct http_result *result)
{
    const struct http_handler handler = turn_make_handler(turn);
    handler.on_done(turn, result);
}

void turn_play_cut(struct turn *turn, const struct error *error)
{
    if (turn->is_settled)
        return;
    if (turn->reply != NULL)
        turn_end_try(turn, error);
    else
        turn_fail(turn, error);
}

enum error_class turn_play_class(const char *name)
{
    for (unsigned i = ERROR_NONE; i < ERROR_CLASS_COUNT && name != NULL; i++) {
        if (strcmp(error_class_get((enum error_class)i)->name, name) == 0)
            return (enum error_class)i;
    }
    return ERROR_NETWORK_RESET;
}
