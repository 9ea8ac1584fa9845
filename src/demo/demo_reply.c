/*
 * A reply walks through steps (start, tokens, end). Tokens run over three parts of the
 * script, in this order: reasoning, text, pieces of the tool calls; `index` counts them
 * through. How they are written is the protocol's (demo_event). Text that is to be longer
 * than the script asks the script for another round when it runs out, so that an answer
 * of any length takes little memory.
 *
 * Plain tokens are written straight into the reader's buffer. Everything else, and tokens
 * for which the buffer has no room, goes through `spill`. An answer that is not streamed
 * is put into `spill` as one object.
 */
#include "src/demo/demo_reply.h"

#include <assert.h>
#include <math.h>
#include <string.h>

#include "src/base/mem.h"
#include "src/base/utf8.h"
#include "src/demo/demo_event.h"
#include "src/demo/demo_fault.h"
#include "src/demo/demo_fragment.h"
#include "src/demo/demo_model.h"
#include "src/demo/demo_script.h"
#include "src/demo/demo_token.h"

/* `garbage` puts an odd but legal event before every token with this distance. */
#define ODDITY_DISTANCE 5

/* No wait is planned beyond this, so that it fits its type (285 years). */
#define DUE_US_MAX 9e15

/* What `flood` and `line` send in all, and at once. */
#define FLOOD_BYTES ((int64_t)1 << 30)
#define FLOOD_BLOCK ((size_t)16 << 10)

enum reply_step { STEP_START, STEP_TOKENS, STEP_END, STEP_WHOLE, STEP_FLOOD, STEP_OVER };

/* A slice of a script's text. */
struct reply_token {
    const char *text;
    size_t len;
};

struct demo_reply {
    const struct demo_chat *chat;
    double speed;
    struct demo_script script;
    struct demo_event event;
    size_t token_max; /* the longest chunk of a plain token */

    int64_t reasoning_count; /* tokens of each part */
    int64_t text_count;
    int64_t fragment_count;
    int64_t total; /* tokens that will be given: the sum, or less under a limit */
    enum demo_finish finish;
    struct demo_fragment *fragments;

    enum reply_step step;
    enum demo_reply_state ending; /* what STEP_OVER means */
    int64_t index;                /* tokens given so far */
    int64_t fault_at;             /* index before which the fault strikes; -1 = never */
    size_t reasoning_at;          /* offsets of the next token */
    size_t text_at;
    uint64_t round;
    bool is_in_fence; /* inside a code block, as far as the text was given */
    char last_byte;
    int64_t flooded; /* bytes of a flood that were sent */

    struct strbuf spill;
    size_t spill_at;
};

/* ---- the plan ---------------------------------------------------------------------- */

/* A number in [-0.5, 0.5) for token `k`, the same in every run. */
static double jitter_at(const struct demo_reply *reply, int64_t k)
{
    struct rng rng;
    rng_init(&rng, reply->chat->seed ^ ((uint64_t)k + 1) * 0xa0761d6478bd642fu);
    return rng_unit(&rng) - 0.5;
}

/* Microseconds that the first `count` tokens take at `rate`; `k` chooses the jitter. */
static double span_us(const struct demo_reply *reply, int64_t count, double rate,
                      int64_t k)
{
    if (rate <= 0 || count <= 0)
        return 0;
    const double off = reply->chat->params.jitter * jitter_at(reply, k);
    return ((double)count + off) * 1e6 / (rate * reply->speed);
}

/* When token `k` is due. It grows with `k`, because the jitter is at most half a step. */
static int64_t token_due_us(const struct demo_reply *reply, int64_t k)
{
    const struct demo_params *params = &reply->chat->params;
    double due = (double)params->ttft_ms * 1e3 / reply->speed;
    const int64_t thought = k < reply->reasoning_count ? k : reply->reasoning_count;
    due += span_us(reply, thought, params->reasoning_rate, thought);
    due += span_us(reply, k - thought, params->rate, k);
    return due < DUE_US_MAX ? (int64_t)due : (int64_t)DUE_US_MAX;
}

static void plan(struct demo_reply *reply)
{
    const struct demo_chat *chat = reply->chat;
    const struct demo_script *script = &reply->script;
    if (chat->params.fault != DEMO_FAULT_EMPTY) {
        reply->reasoning_count = (int64_t)demo_token_count(
            strbuf_text(&script->reasoning), script->reasoning.len);
        reply->text_count =
            (int64_t)demo_token_count(strbuf_text(&script->text), script->text.len);
        if (chat->params.tokens > 0 && reply->text_count > 0 && script->call_count == 0)
            reply->text_count = chat->params.tokens;
        size_t count = 0;
        enum demo_call_style style = chat->protocol->call_style;
        if (style == DEMO_CALLS_MIXED && demo_chat_user_count(chat) % 2 != 0)
            style = DEMO_CALLS_IN_TURN;
        reply->fragments = demo_fragment_list(script, style, &count);
        reply->fragment_count = (int64_t)count;
    }
    reply->total = reply->reasoning_count + reply->text_count + reply->fragment_count;
    reply->finish = reply->fragment_count > 0 ? DEMO_FINISH_CALLS : DEMO_FINISH_STOP;
    if (chat->max_tokens >= 0 && reply->total > chat->max_tokens) {
        reply->total = chat->max_tokens;
        reply->finish = DEMO_FINISH_LENGTH;
    }
    reply->fault_at = demo_fault_place(&chat->params, reply->total);
}

struct demo_reply *demo_reply_new(const struct demo_chat *chat, double speed)
{
    assert(speed > 0);
    struct demo_reply *reply = mem_alloc(sizeof(*reply));
    reply->chat = chat;
    reply->speed = speed;
    reply->step = chat->is_streaming ? STEP_START : STEP_WHOLE;
    reply->ending = DEMO_REPLY_END;
    demo_script_init(&reply->script);
    chat->model->write(&reply->script, chat, 0);
    demo_event_init(&reply->event, chat, &reply->script);
    reply->token_max = demo_event_token_max(&reply->event);
    strbuf_init(&reply->spill, STRBUF_OWN_MAX);
    plan(reply);
    return reply;
}

void demo_reply_free(struct demo_reply *reply)
{
    if (reply == NULL)
        return;
    demo_script_clear(&reply->script);
    demo_event_clear(&reply->event);
    strbuf_clear(&reply->spill);
    mem_free(reply->fragments);
    mem_free(reply);
}

int64_t demo_reply_due_us(const struct demo_reply *reply)
{
    switch (reply->step) {
    case STEP_START: return token_due_us(reply, 0);
    case STEP_TOKENS:
        if (reply->index < reply->total)
            return token_due_us(reply, reply->index);
        break;
    case STEP_END:
    case STEP_WHOLE: break;
    case STEP_FLOOD:
    case STEP_OVER: return 0;
    }
    return token_due_us(reply, reply->total > 0 ? reply->total - 1 : 0);
}

/* ---- tokens ------------------------------------------------------------------------ */

/* Gets more text from the script when the text has run out. */
static void start_round(struct demo_reply *reply)
{
    reply->round++;
    strbuf_reset(&reply->script.text);
    if (reply->last_byte != '\n')
        strbuf_append_text(&reply->script.text, "\n\n");
    reply->chat->model->write(&reply->script, reply->chat, reply->round);
    if (reply->script.text.len == 0)
        strbuf_append_char(&reply->script.text, ' ');
    reply->text_at = 0;
}

/*
 * The last token of text that was cut to a wanted length: a full stop after a word, the
 * closing marks inside a code block, otherwise the token itself.
 */
static struct reply_token close_text(const struct demo_reply *reply,
                                     struct reply_token token)
{
    const unsigned char last = (unsigned char)reply->last_byte;
    const bool is_word = (last >= '0' && last <= '9') || (last >= 'A' && last <= 'Z') ||
                         (last >= 'a' && last <= 'z');
    if (reply->is_in_fence)
        return (struct reply_token){"\n```", 4};
    return is_word ? (struct reply_token){".", 1} : token;
}

static struct reply_token next_text(struct demo_reply *reply)
{
    struct demo_script *script = &reply->script;
    if (reply->text_at == script->text.len)
        start_round(reply);
    struct reply_token token = {script->text.text + reply->text_at, 0};
    token.len = demo_token_len(token.text, script->text.len - reply->text_at);
    reply->text_at += token.len;
    const bool is_last = reply->index + 1 == reply->reasoning_count + reply->text_count;
    if (is_last && reply->text_at < script->text.len)
        token = close_text(reply, token);
    if (token.len >= 3 && memcmp(token.text, "```", 3) == 0)
        reply->is_in_fence = !reply->is_in_fence;
    reply->last_byte = token.text[token.len - 1];
    return token;
}

/* True while the next token is one of plain text. */
static bool is_plain_next(const struct demo_reply *reply)
{
    return reply->index < reply->reasoning_count + reply->text_count;
}

/* Takes the next plain token; `*channel` says which part it belongs to. */
static struct reply_token take_plain(struct demo_reply *reply, enum demo_channel *channel)
{
    struct reply_token token;
    if (reply->index < reply->reasoning_count) {
        const struct strbuf *reasoning = &reply->script.reasoning;
        token.text = reasoning->text + reply->reasoning_at;
        token.len = demo_token_len(token.text, reasoning->len - reply->reasoning_at);
        reply->reasoning_at += token.len;
        *channel = DEMO_CHANNEL_REASONING;
    } else {
        token = next_text(reply);
        *channel = DEMO_CHANNEL_TEXT;
    }
    reply->index++;
    return token;
}

static void spill_plain(struct demo_reply *reply)
{
    enum demo_channel channel = DEMO_CHANNEL_TEXT;
    const struct reply_token token = take_plain(reply, &channel);
    char *chunk = mem_alloc(reply->token_max);
    const size_t len =
        demo_event_write_token(&reply->event, channel, token.text, token.len, chunk);
    strbuf_append(&reply->spill, chunk, len);
    mem_free(chunk);
}

/* The piece of a call that is next. */
static const struct demo_fragment *next_fragment(const struct demo_reply *reply)
{
    return &reply->fragments[reply->index - reply->reasoning_count - reply->text_count];
}

static void spill_fragment(struct demo_reply *reply)
{
    const struct demo_fragment *fragment = next_fragment(reply);
    const struct demo_script_call *call = &reply->script.calls[fragment->call];
    const struct demo_call_piece piece = {.call = call,
                                          .index = fragment->call,
                                          .text = call->arguments + fragment->offset,
                                          .len = fragment->len};
    reply->event.protocol->append_call(&reply->event, &reply->spill, &piece);
    reply->event.call_len += piece.len;
    reply->index++;
}

/* Opens the part that the next token belongs to. */
static void spill_change(struct demo_reply *reply)
{
    struct demo_part part = {.kind = DEMO_PART_TEXT};
    if (reply->index < reply->reasoning_count)
        part.kind = DEMO_PART_REASONING;
    else if (!is_plain_next(reply))
        part = (struct demo_part){DEMO_PART_CALL, next_fragment(reply)->call};
    demo_event_change(&reply->event, &reply->spill, part);
}

/* ---- faults ------------------------------------------------------------------------ */

static void spill_oddity(struct demo_reply *reply)
{
    const char *const *oddities = reply->event.protocol->oddities;
    size_t count = 0;
    while (oddities[count] != NULL)
        count++;
    if (count == 0)
        return;
    const size_t which = (size_t)(reply->index / ODDITY_DISTANCE) % count;
    strbuf_append_text(&reply->spill, oddities[which]);
}

/*
 * Appends a chunk that stops inside a UTF-8 sequence: the text up to the next character
 * of several bytes and the first bytes of it; an ellipsis where the text has none.
 */
static void spill_half_character(struct demo_reply *reply)
{
    static const char ellipsis[] = "\xe2\x80\xa6";
    struct reply_token token = {ellipsis, sizeof(ellipsis) - 1};
    enum demo_channel channel = DEMO_CHANNEL_TEXT;
    if (reply->index < reply->total && is_plain_next(reply))
        token = take_plain(reply, &channel);
    struct strbuf text;
    strbuf_init(&text, STRBUF_OWN_MAX);
    size_t at = 0;
    while (at < token.len && (unsigned char)token.text[at] < 0x80)
        at++;
    strbuf_append(&text, token.text, at);
    if (at == token.len) {
        token = (struct reply_token){ellipsis, sizeof(ellipsis) - 1};
        at = 0;
    }
    const size_t whole = utf8_next(token.text, token.len, at) - at;
    strbuf_append(&text, token.text + at, whole - 1);
    demo_event_append_half(&reply->event, &reply->spill, channel, text.text, text.len);
    strbuf_clear(&text);
}

static void end_with(struct demo_reply *reply, enum demo_reply_state ending)
{
    reply->step = STEP_OVER;
    reply->ending = ending;
}

static bool is_cut_inside_character(const struct demo_reply *reply)
{
    return reply->chat->params.fault == DEMO_FAULT_CUT_UTF8 ||
           demo_chat_user_count(reply->chat) % 2 == 0;
}

/* The bytes that a flood consists of. */
static void fill_block(char block[FLOOD_BLOCK])
{
    static const char words[] = "and so on ";
    for (size_t i = 0; i < FLOOD_BLOCK; i++)
        block[i] = words[i % (sizeof(words) - 1)];
}

/* Begins a flood: of events, or of one that does not end. */
static void start_flood(struct demo_reply *reply)
{
    reply->step = STEP_FLOOD;
    demo_event_change(&reply->event, &reply->spill,
                      (struct demo_part){.kind = DEMO_PART_TEXT});
    if (reply->chat->params.fault == DEMO_FAULT_LINE)
        demo_event_append_half(&reply->event, &reply->spill, DEMO_CHANNEL_TEXT, "", 0);
}

/* Does what the fault does at its place in a stream. */
static void strike(struct demo_reply *reply)
{
    const struct demo_problem_note note =
        demo_fault_note(&reply->chat->params, reply->event.protocol);
    reply->fault_at = -1;
    switch (reply->chat->params.fault) {
    case DEMO_FAULT_CUT:
    case DEMO_FAULT_CUT_UTF8:
        if (is_cut_inside_character(reply))
            spill_half_character(reply);
        end_with(reply, DEMO_REPLY_ABORT);
        return;
    case DEMO_FAULT_STALL: end_with(reply, DEMO_REPLY_STALL); return;
    case DEMO_FAULT_EOF: end_with(reply, DEMO_REPLY_END); return;
    case DEMO_FAULT_GARBAGE:
        strbuf_append_text(&reply->spill, reply->event.protocol->broken);
        return;
    case DEMO_FAULT_ERROR:
        reply->event.protocol->append_stream_error(&reply->event, &reply->spill, &note);
        end_with(reply, DEMO_REPLY_END);
        return;
    case DEMO_FAULT_FILTER:
        reply->finish = DEMO_FINISH_FILTER;
        reply->total = reply->index;
        return;
    case DEMO_FAULT_LINE:
    case DEMO_FAULT_FLOOD: start_flood(reply); return;
    case DEMO_FAULT_NONE:
    case DEMO_FAULT_EMPTY:
    case DEMO_FAULT_DOWN:
    case DEMO_FAULT_GATEWAY:
    case DEMO_FAULT_HTML:
    case DEMO_FAULT_FLAKY:
    case DEMO_FAULT_QUOTA:
    case DEMO_FAULT_CONTEXT:
    case DEMO_FAULT_KEY:
    case DEMO_FAULT_TYPE:
    case DEMO_FAULT_BARE:
    case DEMO_FAULT_STATUS: return;
    }
}

/* How the reply ends by a fault at its first or last byte. */
static enum demo_reply_state edge_state(const struct demo_reply *reply)
{
    switch (demo_fault_edge(&reply->chat->params)) {
    case DEMO_EDGE_STALL: return DEMO_REPLY_STALL;
    case DEMO_EDGE_CUT: return DEMO_REPLY_ABORT;
    case DEMO_EDGE_NONE:
    case DEMO_EDGE_EOF: break;
    }
    return DEMO_REPLY_END;
}

/* True if such a fault strikes in the phase. */
static bool strikes_in(const struct demo_reply *reply, enum demo_phase phase)
{
    const struct demo_params *params = &reply->chat->params;
    return params->phase == phase && demo_fault_edge(params) != DEMO_EDGE_NONE;
}

static void spill_flood(struct demo_reply *reply)
{
    char block[FLOOD_BLOCK];
    fill_block(block);
    if (reply->flooded >= FLOOD_BYTES)
        end_with(reply, DEMO_REPLY_ABORT);
    else if (reply->chat->is_streaming && reply->chat->params.fault == DEMO_FAULT_FLOOD)
        demo_event_append_text(&reply->event, &reply->spill, DEMO_CHANNEL_TEXT, block,
                               sizeof(block));
    else
        strbuf_append(&reply->spill, block, sizeof(block));
    reply->flooded += FLOOD_BLOCK;
}

/* ---- the whole answer -------------------------------------------------------------- */

/* A place inside a character in the second half; the middle if there is none. */
static size_t find_inside(const struct strbuf *body)
{
    for (size_t at = body->len / 2; at < body->len; at++) {
        if (((unsigned char)body->text[at] & 0xc0) == 0xc0)
            return at + 1;
    }
    return body->len / 2;
}

/* Breaks a whole answer in its middle, in the way of the fault. */
static void break_whole(struct demo_reply *reply)
{
    const enum demo_fault fault = reply->chat->params.fault;
    struct strbuf *body = &reply->spill;
    const bool is_cut = fault == DEMO_FAULT_CUT || fault == DEMO_FAULT_CUT_UTF8;
    const size_t half = is_cut && is_cut_inside_character(reply)
                            ? find_inside(body)
                            : utf8_next(body->text, body->len, body->len / 2);
    strbuf_truncate(body, half);
    if (is_cut)
        reply->ending = DEMO_REPLY_ABORT;
    else if (fault == DEMO_FAULT_STALL)
        reply->ending = DEMO_REPLY_STALL;
    else if (fault == DEMO_FAULT_LINE || fault == DEMO_FAULT_FLOOD)
        reply->step = STEP_FLOOD;
}

static struct demo_ending make_ending(const struct demo_reply *reply,
                                      const struct demo_script *said)
{
    const int64_t thought = reply->reasoning_count;
    return (struct demo_ending){
        .finish = reply->finish,
        .usage = {.prompt = demo_chat_prompt_tokens(reply->chat),
                  .completion = reply->total,
                  .reasoning = thought < reply->total ? thought : reply->total},
        .said = said,
    };
}

static void append_whole(struct demo_reply *reply)
{
    struct demo_script said;
    demo_script_init(&said);
    while (reply->index < reply->total && is_plain_next(reply)) {
        enum demo_channel channel = DEMO_CHANNEL_TEXT;
        const struct reply_token token = take_plain(reply, &channel);
        struct strbuf *part = channel == DEMO_CHANNEL_TEXT ? &said.text : &said.reasoning;
        strbuf_append(part, token.text, token.len);
    }
    if (reply->index < reply->total) {
        memcpy(said.calls, reply->script.calls, sizeof(said.calls));
        said.call_count = reply->script.call_count;
    }
    const struct demo_ending ending = make_ending(reply, &said);
    reply->event.protocol->append_whole(&reply->event, &reply->spill, &ending);
    said.call_count = 0; /* the calls belong to the reply's own script */
    demo_script_clear(&said);
}

/* Puts an error object in the place of the answer. */
static void append_late_error(struct demo_reply *reply)
{
    const struct demo_problem_note note =
        demo_fault_note(&reply->chat->params, reply->event.protocol);
    strbuf_reset(&reply->spill);
    reply->event.protocol->append_error(&reply->spill, &note);
}

static void spill_whole(struct demo_reply *reply)
{
    const enum demo_fault fault = reply->chat->params.fault;
    if (fault == DEMO_FAULT_FILTER) {
        reply->total = reply->fault_at;
        reply->finish = DEMO_FINISH_FILTER;
    }
    append_whole(reply);
    end_with(reply, DEMO_REPLY_END);
    if (strikes_in(reply, DEMO_PHASE_BODY))
        strbuf_reset(&reply->spill);
    if (strikes_in(reply, DEMO_PHASE_BODY) || strikes_in(reply, DEMO_PHASE_DONE))
        reply->ending = edge_state(reply);
    else if (fault == DEMO_FAULT_BARE ||
             (fault == DEMO_FAULT_ERROR && reply->fault_at >= 0))
        append_late_error(reply);
    else if (reply->fault_at >= 0 && fault != DEMO_FAULT_FILTER)
        break_whole(reply);
}

/* ---- reading ----------------------------------------------------------------------- */

static void spill_start(struct demo_reply *reply)
{
    reply->step = STEP_TOKENS;
    if (strikes_in(reply, DEMO_PHASE_BODY)) {
        end_with(reply, edge_state(reply));
    } else if (reply->chat->params.fault == DEMO_FAULT_BARE) {
        append_late_error(reply);
        end_with(reply, DEMO_REPLY_END);
    } else {
        reply->event.protocol->append_start(&reply->event, &reply->spill);
    }
}

static void spill_end(struct demo_reply *reply)
{
    const struct demo_ending ending = make_ending(reply, NULL);
    demo_event_end(&reply->event, &reply->spill, &ending);
    end_with(reply,
             strikes_in(reply, DEMO_PHASE_DONE) ? edge_state(reply) : DEMO_REPLY_END);
}

/* Puts the next bytes that are not a plain token, or one plain token, into `spill`. */
static void spill_next(struct demo_reply *reply)
{
    switch (reply->step) {
    case STEP_START: spill_start(reply); break;
    case STEP_TOKENS:
        if (is_plain_next(reply))
            spill_plain(reply);
        else
            spill_fragment(reply);
        break;
    case STEP_END: spill_end(reply); break;
    case STEP_WHOLE: spill_whole(reply); break;
    case STEP_FLOOD: spill_flood(reply); break;
    case STEP_OVER: break;
    }
}

/* Lets a fault strike and puts oddities before the token that is next. */
static void prepare_token(struct demo_reply *reply)
{
    if (reply->index < reply->total)
        spill_change(reply);
    if (reply->index == reply->fault_at)
        strike(reply);
    else if (reply->chat->params.fault == DEMO_FAULT_GARBAGE &&
             reply->index % ODDITY_DISTANCE == ODDITY_DISTANCE - 1)
        spill_oddity(reply);
    if (reply->step == STEP_TOKENS && reply->index == reply->total)
        reply->step = STEP_END;
}

/* Moves spilled bytes to the reader; true if none are left. */
static bool drain_spill(struct demo_reply *reply, char *buf, size_t max, size_t *used)
{
    const size_t left = reply->spill.len - reply->spill_at;
    const size_t count = left < max - *used ? left : max - *used;
    if (count > 0)
        memcpy(buf + *used, reply->spill.text + reply->spill_at, count);
    *used += count;
    reply->spill_at += count;
    if (reply->spill_at < reply->spill.len)
        return false;
    strbuf_reset(&reply->spill);
    reply->spill_at = 0;
    return true;
}

/* Writes one token into the buffer if it is plain and fits for certain. */
static bool write_plain(struct demo_reply *reply, char *buf, size_t max, size_t *used)
{
    if (reply->step != STEP_TOKENS || reply->spill.len > 0 || !is_plain_next(reply) ||
        max - *used < reply->token_max)
        return false;
    enum demo_channel channel = DEMO_CHANNEL_TEXT;
    const struct reply_token token = take_plain(reply, &channel);
    *used += demo_event_write_token(&reply->event, channel, token.text, token.len,
                                    buf + *used);
    return true;
}

size_t demo_reply_read(struct demo_reply *reply, int64_t elapsed_us, char *buf,
                       size_t max, enum demo_reply_state *state)
{
    size_t used = 0;
    for (;;) {
        if (!drain_spill(reply, buf, max, &used) || used == max) {
            *state = DEMO_REPLY_MORE;
            return used;
        }
        if (reply->step == STEP_OVER) {
            *state = reply->ending;
            return used;
        }
        if (demo_reply_due_us(reply) > elapsed_us) {
            *state = DEMO_REPLY_WAIT;
            return used;
        }
        if (reply->step == STEP_TOKENS)
            prepare_token(reply);
        if (!write_plain(reply, buf, max, &used))
            spill_next(reply);
    }
}
