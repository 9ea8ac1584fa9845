/*
 * Two chats are aligned when one's typed prompts are the beginning of the other's: then a
 * reader wants to see the answers beneath each prompt, otherwise chat after chat.
 */
#include "src/store/export_view.h"

#include <stdio.h>
#include <string.h>
#include <time.h>

#include "src/base/compiler.h"
#include "src/base/safe_text.h"
#include "src/base/utf8.h"
#include "src/chat/turn_sum.h"

struct export_view export_view_of(const struct session *session)
{
    return (struct export_view){.session = session, .is_whole = true};
}

size_t export_view_count(const struct export_view *view)
{
    return view->chats != NULL ? view->chat_count : view->session->chat_count;
}

const struct session_chat *export_view_chat(const struct export_view *view, size_t index)
{
    return &view->session->chats[view->chats != NULL ? view->chats[index] : index];
}

void export_append_name(const struct session_chat *chat, struct strbuf *out)
{
    const char *model = chat->model.model;
    strbuf_append_text(out, model != NULL && model[0] != '\0' ? model : "model");
    if (chat->label != NULL && chat->label[0] != '\0')
        strbuf_append_format(out, " (%s)", chat->label);
}

const char *export_title(const struct session *session)
{
    return session->title != NULL ? session->title : "Untitled session";
}

void export_append_date(int64_t ms, struct strbuf *out)
{
    struct tm parts;
    const time_t seconds = (time_t)(ms / 1000);
    if (ms <= 0 || gmtime_r(&seconds, &parts) == NULL)
        return;
    strbuf_append_format(out, "%04d-%02d-%02d %02d:%02d UTC", parts.tm_year + 1900,
                         parts.tm_mon + 1, parts.tm_mday, parts.tm_hour, parts.tm_min);
}

size_t export_hidden_count(const struct session_chat *chat)
{
    return chat->chat.message_count - chat->chat.path_len;
}

/* --- Turns ------------------------------------------------------------------------- */

static bool begins_turn(const struct message *message)
{
    return message->author == MESSAGE_USER && !message->is_automatic;
}

size_t export_turn_count(const struct session_chat *chat)
{
    size_t count = 1;
    for (size_t i = 0; i < chat->chat.path_len; i++)
        count += begins_turn(chat->chat.path[i]);
    return count;
}

struct export_turn export_turn_get(const struct session_chat *chat, size_t number)
{
    struct export_turn turn = {0, 0};
    size_t count = 0;
    for (; turn.end < chat->chat.path_len; turn.end++) {
        if (!begins_turn(chat->chat.path[turn.end]))
            continue;
        if (count == number)
            return turn;
        count++;
        turn.first = turn.end;
    }
    if (count != number)
        turn.first = turn.end;
    return turn;
}

static bool is_same_part(const struct part *a, const struct part *b)
{
    return a->kind == b->kind && a->text.len == b->text.len &&
           memcmp(strbuf_text(&a->text), strbuf_text(&b->text), a->text.len) == 0;
}

static bool is_same_prompt(const struct message *a, const struct message *b)
{
    if (a->part_count != b->part_count)
        return false;
    for (size_t i = 0; i < a->part_count; i++) {
        if (!is_same_part(&a->parts[i], &b->parts[i]))
            return false;
    }
    return true;
}

/* The next prompt on the path at or behind `*at`; NULL: there is none. */
static const struct message *next_prompt(const struct session_chat *chat, size_t *at)
{
    while (*at < chat->chat.path_len) {
        const struct message *message = chat->chat.path[(*at)++];
        if (begins_turn(message))
            return message;
    }
    return NULL;
}

static bool is_asked_alike(const struct session_chat *a, const struct session_chat *b)
{
    size_t at_a = 0;
    size_t at_b = 0;
    for (;;) {
        const struct message *prompt_a = next_prompt(a, &at_a);
        const struct message *prompt_b = next_prompt(b, &at_b);
        if (prompt_a == NULL || prompt_b == NULL)
            return true;
        if (!is_same_prompt(prompt_a, prompt_b))
            return false;
    }
}

bool export_is_aligned(const struct export_view *view)
{
    const size_t count = export_view_count(view);
    size_t longest = 0;
    for (size_t i = 1; i < count; i++) {
        if (export_turn_count(export_view_chat(view, i)) >
            export_turn_count(export_view_chat(view, longest)))
            longest = i;
    }
    for (size_t i = 0; i < count; i++) {
        if (!is_asked_alike(export_view_chat(view, longest), export_view_chat(view, i)))
            return false;
    }
    return count > 1;
}

/* --- Numbers ----------------------------------------------------------------------- */

static void append_state(const struct message *answer, struct strbuf *out)
{
    const struct answer_facts *facts = &answer->facts;
    switch (answer->state) {
    case MESSAGE_GROWING: strbuf_append_text(out, "still being written"); break;
    case MESSAGE_STOPPED:
        strbuf_append_text(out, answer->is_interrupted ? "interrupted" : "stopped");
        break;
    case MESSAGE_FAILED:
        strbuf_append_format(out, "failed: %s",
                             error_class_get(facts->error.class)->title);
        if (error_text(&facts->error)[0] != '\0')
            strbuf_append_format(out, " (%s)", error_text(&facts->error));
        break;
    case MESSAGE_WHOLE:
        strbuf_append_text(out, facts->finish != FINISH_NONE ? finish_name(facts->finish)
                                                             : "done");
        break;
    }
    if (answer->is_edited)
        strbuf_append_text(out, ", edited by hand");
}

void export_append_facts(const struct message *answer, struct strbuf *out)
{
    const struct answer_facts *facts = &answer->facts;
    if (answer->author != MESSAGE_ASSISTANT)
        return;
    append_state(answer, out);
    for (size_t i = 0; i < facts->try_count; i++)
        strbuf_append_format(out, ", after %s failed (%s)", facts->tries[i].model,
                             error_class_get(facts->tries[i].class)->title);
    if (facts->total_ms >= 0)
        strbuf_append_format(out, ", %.1f s", (double)facts->total_ms / 1000);
    if (facts->first_token_ms >= 0)
        strbuf_append_format(out, ", first token after %.2f s",
                             (double)facts->first_token_ms / 1000);
    if (facts->usage.input >= 0)
        strbuf_append_format(out, ", %lld tokens in", (long long)facts->usage.input);
    if (facts->usage.output >= 0)
        strbuf_append_format(out, ", %lld tokens out", (long long)facts->usage.output);
    if (facts->cost >= 0)
        strbuf_append_format(out, ", cost %.6g", facts->cost);
}

static int64_t add_known(int64_t sum, int64_t value)
{
    return sum < 0 || value < 0 || sum > INT64_MAX - value ? -1 : sum + value;
}

/* The last answer of a turn, or NULL. */
static const struct message *last_answer(const struct session_chat *chat,
                                         struct export_turn turn)
{
    for (size_t i = turn.end; i > turn.first; i--) {
        if (chat->chat.path[i - 1]->author == MESSAGE_ASSISTANT)
            return chat->chat.path[i - 1];
    }
    return NULL;
}

struct export_sum export_sum_of(const struct session_chat *chat)
{
    struct export_sum sum = {.first_token_ms = -1};
    size_t first = 0;
    while (first < chat->chat.path_len) {
        struct export_turn turn = {first, first + 1};
        while (turn.end < chat->chat.path_len && !begins_turn(chat->chat.path[turn.end]))
            turn.end++;
        first = turn.end;
        const struct message *answer = last_answer(chat, turn);
        if (answer == NULL)
            continue;
        const struct turn_sum of_turn = turn_sum_of(answer);
        sum.turns++;
        sum.total_ms = add_known(sum.total_ms, of_turn.total_ms);
        sum.first_token_ms = of_turn.first_token_ms;
        sum.input = add_known(sum.input, of_turn.usage.input);
        sum.output = add_known(sum.output, of_turn.usage.output);
        sum.cost = sum.cost < 0 || of_turn.cost < 0 ? -1 : sum.cost + of_turn.cost;
    }
    return sum;
}

const char *export_sum_column(size_t column)
{
    static const char *const names[] = {"answers",   "seconds",    "first token, s",
                                        "tokens in", "tokens out", "cost"};
    return column < COUNT_OF(names) ? names[column] : NULL;
}

static void append_whole(int64_t value, struct strbuf *out)
{
    if (value >= 0)
        strbuf_append_format(out, "%lld", (long long)value);
}

void export_append_sum(const struct export_sum *sum, size_t column, struct strbuf *out)
{
    const bool is_answered = sum->turns > 0;
    switch (column) {
    case 0: append_whole((int64_t)sum->turns, out); break;
    case 1:
        if (is_answered && sum->total_ms >= 0)
            strbuf_append_format(out, "%.1f", (double)sum->total_ms / 1000);
        break;
    case 2:
        if (sum->first_token_ms >= 0)
            strbuf_append_format(out, "%.2f", (double)sum->first_token_ms / 1000);
        break;
    case 3: append_whole(is_answered ? sum->input : -1, out); break;
    case 4: append_whole(is_answered ? sum->output : -1, out); break;
    case 5:
        if (is_answered && sum->cost >= 0)
            strbuf_append_format(out, "%.6g", sum->cost);
        break;
    default: break;
    }
}

/* --- Texts ------------------------------------------------------------------------- */

/* Invisible, but scripts and line breaking need them, and they turn nothing around. */
static bool is_typographic(uint32_t code)
{
    return code == 0xad || code == 0x61c || (code >= 0x200b && code <= 0x200f) ||
           code == 0x2060 || code == 0xfeff;
}

void export_append_clean(struct strbuf *out, const char *text, size_t len)
{
    size_t at = 0;
    while (at < len) {
        uint32_t code;
        char mark[SAFE_TEXT_MARK_MAX];
        const size_t used = utf8_decode(text + at, len - at, &code);
        const bool is_crlf = code == '\r' && at + 1 < len && text[at + 1] == '\n';
        if (is_crlf) {
            at += used;
            continue;
        }
        if (code == '\r' || code == 0x2028 || code == 0x2029)
            strbuf_append_char(out, '\n');
        else if (code == UTF8_REPLACEMENT)
            strbuf_append_text(out, "\xef\xbf\xbd");
        else if (safe_text_is_hidden(code) && !is_typographic(code))
            strbuf_append(out, mark, safe_text_mark(code, mark));
        else
            strbuf_append(out, text + at, used);
        at += used;
    }
}
