/*
 * One turn a chat. JSON events are written as they happen; plain text streams only where
 * there is one chat, otherwise whole answers come in the order asked, each as soon as
 * all before it have been printed.
 */
#include "src/cli/lines.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "src/base/clock.h"
#include "src/base/mem.h"
#include "src/cli/call_prompt.h"
#include "src/cli/console.h"
#include "src/cli/end_signals.h"
#include "src/cli/json_event.h"
#include "src/cli/record_notes.h"
#include "src/cli/report_text.h"
#include "src/engine/replay.h"
#include "src/engine/server_fetch.h"

struct lines {
    struct setup *setup;
    struct console console;
    struct end_signals signals;
    struct ev_timer progress;
    size_t opened_count;         /* chats of a replay that were opened so far */
    struct call_prompt *asker;   /* asks about tool calls, or NULL: nobody is there */
    struct server_fetch *fetch;  /* what servers have for the prompt, or NULL */
    const struct prompt *prompt; /* not sent yet: servers are still starting; or NULL */
    chat_id *ids;                /* by chat number */
    bool *is_settled;            /* by chat number */
    enum error_class *classes;   /* of their last answers */
    bool *is_whole;
    size_t settled_count;
    size_t printed_count; /* chats whose whole answer stands on standard output */
    int64_t start_ms;
    int signal_code; /* the exit code of the signal that ended it, or 0 */
    bool is_json;
    bool is_refused; /* nothing was sent: a resource could not be had */
};

static void lines_on_progress(struct ev_loop *loop, struct ev_timer *timer, int events)
{
    (void)loop;
    (void)events;
    struct lines *lines = timer->data;
    const int64_t seconds = (clock_now_ms() - lines->start_ms) / 1000;
    char *text = strbuf_format("%zu of %zu done, %lld s", lines->settled_count,
                               lines->setup->chat_count, (long long)seconds);
    console_progress(&lines->console, text);
    mem_free(text);
}

/* Standard output. */

static void lines_write_call(struct lines *lines, const struct part *call)
{
    struct strbuf text;
    strbuf_init(&text, STRBUF_OWN_MAX);
    console_end_line(&lines->console);
    strbuf_append_format(&text, "[tool call] %s %s%s\n",
                         call->name != NULL ? call->name : "", strbuf_text(&call->text),
                         call->is_whole ? "" : " (not valid JSON)");
    console_write_buf(&lines->console, &text);
}

static const struct message *lines_answer(const struct lines *lines, size_t chat)
{
    const struct chat *found = engine_get_chat(lines->setup->engine, lines->ids[chat]);
    return found != NULL ? chat_last_by(found, MESSAGE_ASSISTANT) : NULL;
}

/* Writes the calls of the turn's last answer: nobody here has made them. */
static void lines_write_calls(struct lines *lines, const struct message *answer)
{
    for (size_t i = 0; i < answer->part_count; i++) {
        if (answer->parts[i].kind == PART_TOOL_CALL)
            lines_write_call(lines, &answer->parts[i]);
    }
}

/* Writes the texts of the turn's answers, each on lines of its own. */
static void lines_write_texts(struct lines *lines, const struct message *answer)
{
    const struct message *previous = message_previous_answer(answer);
    if (previous != NULL)
        lines_write_texts(lines, previous);
    console_end_line(&lines->console);
    for (size_t i = 0; i < answer->part_count; i++) {
        const struct part *part = &answer->parts[i];
        if (part->kind == PART_TEXT || part->kind == PART_REFUSAL)
            console_write(&lines->console, strbuf_text(&part->text), part->text.len);
    }
}

/* Writes the whole answer of a chat, for runs that did not stream it. */
static void lines_write_answer(struct lines *lines, size_t chat)
{
    const struct message *answer = lines_answer(lines, chat);
    struct strbuf head;
    strbuf_init(&head, STRBUF_OWN_MAX);
    strbuf_append_format(&head, "== %s ==\n", lines->setup->names[chat]);
    console_write_buf(&lines->console, &head);
    lines_write_texts(lines, answer);
    lines_write_calls(lines, answer);
    console_end_line(&lines->console);
}

/* Events. */

static size_t lines_find_chat(const struct lines *lines, chat_id id)
{
    size_t chat = 0;
    while (chat < lines->setup->chat_count && lines->ids[chat] != id)
        chat++;
    return chat;
}

/* The name of the JSON event of a piece of text, or NULL if it is none. */
static const char *lines_text_event(enum event_kind kind)
{
    if (kind == EVENT_TEXT)
        return "text";
    if (kind == EVENT_REASONING)
        return "reasoning";
    return kind == EVENT_REFUSAL ? "refusal" : NULL;
}

static bool lines_is_notice(enum event_kind kind)
{
    return kind == EVENT_NOTICE || kind == EVENT_FALLBACK;
}

static void lines_json_call(struct lines *lines, size_t chat,
                            const struct engine_event *event, struct strbuf *line)
{
    const struct call_facts *call = engine_find_call(lines->setup->engine, event->call);
    if (event->change == CALL_CHANGE_DECIDED)
        json_event_tool_decision(line, chat, call);
    else if (event->change == CALL_CHANGE_PROGRESS)
        json_event_tool_progress(line, chat, call);
    else if (event->change == CALL_CHANGE_ENDED)
        json_event_tool_result(line, chat, call);
}

/* Says on standard error what becomes of a call; its arguments are those on a line. */
static void lines_report_call(struct lines *lines, size_t chat,
                              const struct engine_event *event)
{
    const struct call_facts *call = engine_find_call(lines->setup->engine, event->call);
    struct strbuf text;
    strbuf_init(&text, STRBUF_OWN_MAX);
    report_append_call(call, event->change, &text);
    if (text.len > 0)
        console_complain(&lines->console, lines->setup->names[chat], strbuf_text(&text));
    strbuf_clear(&text);
}

static void lines_json_event(struct lines *lines, size_t chat,
                             const struct engine_event *event)
{
    struct engine *engine = lines->setup->engine;
    const struct message *answer = lines_answer(lines, chat);
    const char *text_event = lines_text_event(event->kind);
    struct strbuf line;
    strbuf_init(&line, STRBUF_OWN_MAX);
    if (text_event != NULL) {
        json_event_text(&line, chat, text_event, event->text, event->len);
    } else if (event->kind == EVENT_TURN_STARTED) {
        const struct chat_setup *setup = engine_get_setup(engine, event->chat);
        json_event_start(&line, chat, lines->setup->names[chat], setup->endpoint->name,
                         NULL);
    } else if (event->kind == EVENT_TURN_STATE) {
        const struct turn_status status = engine_get_turn(engine, event->chat);
        json_event_state(&line, chat, &status, clock_now_ms());
    } else if (lines_is_notice(event->kind)) {
        json_event_notice(&line, chat, event->text, event->len);
    } else if (event->kind == EVENT_TOOL_CALL) {
        json_event_tool_call(&line, chat, &answer->parts[event->part_index]);
    } else if (event->kind == EVENT_CALL) {
        lines_json_call(lines, chat, event, &line);
    } else if (event->kind == EVENT_ERROR) {
        json_event_error(&line, chat, answer);
    } else if (event->kind == EVENT_DONE) {
        json_event_done(&line, chat, answer);
    }
    console_write_buf(&lines->console, &line);
}

static void lines_report_end(struct lines *lines, size_t chat)
{
    const struct message *answer = lines_answer(lines, chat);
    struct strbuf text;
    strbuf_init(&text, STRBUF_OWN_MAX);
    if (answer->facts.error.class != ERROR_NONE)
        report_append_error(&answer->facts, &text);
    else
        report_append_oddity(answer, &text);
    if (text.len > 0)
        console_complain(&lines->console, lines->setup->names[chat], strbuf_text(&text));
    strbuf_clear(&text);
}

static void lines_text_event_out(struct lines *lines, size_t chat,
                                 const struct engine_event *event)
{
    const bool is_single = lines->setup->chat_count == 1;
    const struct message *answer = lines_answer(lines, chat);
    if (lines_is_notice(event->kind))
        console_complain(&lines->console, lines->setup->names[chat], event->text);
    if (is_single && (event->kind == EVENT_TEXT || event->kind == EVENT_REFUSAL))
        console_write(&lines->console, event->text, event->len);
    if (event->kind == EVENT_CALL)
        lines_report_call(lines, chat, event);
    /* What a tool is asked for and what comes of it stand on lines of their own. */
    if (is_single && event->kind == EVENT_TOOL_CALL)
        console_end_line(&lines->console);
    if (event->kind != EVENT_DONE)
        return;
    if (is_single) {
        lines_write_calls(lines, answer);
        console_end_line(&lines->console);
        lines_report_end(lines, chat);
        return;
    }
    while (lines->printed_count < lines->setup->chat_count &&
           lines->is_settled[lines->printed_count]) {
        lines_write_answer(lines, lines->printed_count);
        lines_report_end(lines, lines->printed_count++);
    }
}

/* True once nothing more can come. */
static bool lines_is_over(const struct lines *lines)
{
    const struct replay *replay = lines->setup->replay;
    return replay != NULL ? replay_is_over(replay)
                          : lines->settled_count == lines->setup->chat_count;
}

static void lines_stop_if_over(struct lines *lines)
{
    const bool is_over = lines_is_over(lines);
    if (is_over && out_stream_is_drained(&lines->console.out))
        ev_break(lines->setup->loop, EVBREAK_ALL);
}

static size_t lines_count_failed(const struct lines *lines)
{
    size_t failed = 0;
    for (size_t i = 0; i < lines->setup->chat_count; i++)
        failed += !lines->is_whole[i];
    return failed;
}

static void lines_write_end(struct lines *lines)
{
    struct strbuf line;
    strbuf_init(&line, STRBUF_OWN_MAX);
    json_event_end(&line, lines->setup->chat_count, lines_count_failed(lines),
                   clock_now_ms() - lines->start_ms);
    console_write_buf(&lines->console, &line);
}

static void lines_send(struct lines *lines);

static void lines_finish(struct lines *lines)
{
    ev_timer_stop(lines->setup->loop, &lines->progress);
    console_hide_progress(&lines->console);
    if (lines->is_json)
        lines_write_end(lines);
    lines_stop_if_over(lines);
}

static void lines_note_end(struct lines *lines, size_t chat)
{
    const struct message *answer = lines_answer(lines, chat);
    lines->settled_count += !lines->is_settled[chat];
    lines->is_settled[chat] = true;
    lines->is_whole[chat] = answer->state == MESSAGE_WHOLE;
    lines->classes[chat] = answer->facts.error.class;
}

/* Chats of a replay may have more than one turn: what has waited for others is printed,
 * and all begins anew. */
static void lines_begin_round(struct lines *lines)
{
    for (size_t i = lines->printed_count; i < lines->setup->chat_count; i++) {
        if (lines->is_settled[i] && !lines->is_json && lines->setup->chat_count > 1 &&
            lines_answer(lines, i) != NULL)
            lines_write_answer(lines, i);
    }
    for (size_t i = 0; i < lines->setup->chat_count; i++)
        lines->is_settled[i] = false;
    lines->printed_count = lines->settled_count = 0;
}

static void lines_on_replayed(void *user)
{
    struct lines *lines = user;
    if (replay_get_skipped(lines->setup->replay) > 0)
        console_complain(&lines->console, NULL,
                         "parts of the recording do not fit what came before them: they "
                         "were left out");
    if (!lines->is_json && lines->setup->chat_count > 1)
        lines_begin_round(lines);
    lines_finish(lines);
}

static void lines_on_event(void *user, const struct engine_event *event)
{
    struct lines *lines = user;
    if (event->kind == EVENT_TOOLS) {
        lines_send(lines);
        return;
    }
    if (event->kind == EVENT_CHAT_OPENED && lines->setup->replay != NULL)
        lines->ids[lines->opened_count++] = event->chat;
    const size_t chat = lines_find_chat(lines, event->chat);
    if (chat == lines->setup->chat_count)
        return;
    const bool is_end = event->kind == EVENT_DONE;
    if (event->kind == EVENT_TURN_STARTED && lines->is_settled[chat])
        lines_begin_round(lines);
    if (is_end)
        lines_note_end(lines, chat);
    if (lines->is_json)
        lines_json_event(lines, chat, event);
    else
        lines_text_event_out(lines, chat, event);
    if (event->kind == EVENT_CALL && lines->asker != NULL)
        call_prompt_look(lines->asker);
    if (is_end && lines_is_over(lines))
        lines_finish(lines);
}

/* Standard output was drained, or its reader is gone. */
static void lines_on_output(void *user)
{
    struct lines *lines = user;
    if (lines->console.out.failed_errno != 0)
        ev_break(lines->setup->loop, EVBREAK_ALL);
    lines_stop_if_over(lines);
}

static void lines_on_signal(struct ev_loop *loop, struct ev_signal *watcher, int events)
{
    (void)events;
    struct lines *lines = watcher->data;
    const bool is_second = lines->signal_code != 0;
    lines->signal_code = end_signals_code(watcher);
    engine_stop_all(lines->setup->engine);
    /* All is said, and only a reader that does not read keeps us. */
    const bool is_over = lines_is_over(lines) || lines->setup->replay != NULL;
    if (is_second || is_over || lines->prompt != NULL)
        ev_break(loop, EVBREAK_ALL);
}

static int lines_exit_code(const struct lines *lines)
{
    int code = -1;
    if (lines->signal_code != 0)
        return lines->signal_code;
    if (lines->console.out.failed_errno != 0)
        return EXIT_CODE_INTERNAL;
    if (lines->is_refused)
        return EXIT_CODE_USAGE;
    for (size_t i = 0; i < lines->setup->chat_count; i++) {
        const enum error_class class = lines->classes[i];
        const int own = (int)error_class_get(class)->exit_code;
        if (code >= 0 && code != own)
            return EXIT_CODE_SOME_FAILED;
        code = own;
    }
    return code < 0 ? EXIT_CODE_OK : code;
}

void lines_complain_of_servers(struct console *console, struct engine *engine)
{
    const struct server_facts *servers;
    const size_t count = engine_get_servers(engine, &servers);
    for (size_t i = 0; i < count; i++) {
        if (servers[i].state == SERVER_FAILED)
            console_complain(console, servers[i].name,
                             servers[i].message != NULL ? servers[i].message
                                                        : "the MCP server failed");
    }
}

static void lines_send_with(struct lines *lines, const struct attachment_list *more)
{
    struct setup *setup = lines->setup;
    struct attachment_list all = {0};
    struct prompt prompt = *lines->prompt;
    lines->prompt = NULL;
    attachment_list_copy(&all, prompt.attachments);
    attachment_list_copy(&all, more);
    prompt.attachments = &all;
    for (size_t i = 0; i < setup->chat_count; i++)
        engine_send_prompt(setup->engine, lines->ids[i], &prompt);
    attachment_list_clear(&all);
}

static void lines_on_resources(void *user, const struct attachment_list *list,
                               const struct error *err)
{
    struct lines *lines = user;
    lines->fetch = NULL;
    if (err->class == ERROR_NONE) {
        lines_send_with(lines, list);
        return;
    }
    console_complain(&lines->console, NULL, error_text(err));
    lines->is_refused = true;
    ev_break(lines->setup->loop, EVBREAK_ALL);
}

/* Sends the prompt once all servers have answered or failed, and what its words name of
 * theirs has come. Piped text names nothing: it may be anybody's. */
static void lines_send(struct lines *lines)
{
    struct setup *setup = lines->setup;
    if (lines->prompt == NULL || lines->fetch != NULL ||
        !engine_are_tools_ready(setup->engine))
        return;
    lines_complain_of_servers(&lines->console, setup->engine);
    if (!server_fetch_is_needed(setup->engine, setup->spoken)) {
        lines_send_with(lines, NULL);
        return;
    }
    lines->fetch = server_fetch_resources(
        setup->engine, setup->spoken, &(struct fetch_handler){lines_on_resources, lines});
}

static void lines_start(struct lines *lines, const struct prompt *prompt)
{
    struct setup *setup = lines->setup;
    end_signals_start(&lines->signals, setup->loop, lines_on_signal, lines);
    ev_timer_init(&lines->progress, lines_on_progress, 1., 1.);
    lines->progress.data = lines;
    if (isatty(STDERR_FILENO) && !lines->is_json && setup->chat_count > 1)
        ev_timer_start(setup->loop, &lines->progress);
    engine_listen(setup->engine, lines_on_event, lines);
    if (setup->replay != NULL) {
        replay_start(setup->replay, lines_on_replayed, lines);
        return;
    }
    for (size_t i = 0; i < setup->chat_count; i++) {
        struct chat_setup chat = setup->chats[i];
        if (lines->asker == NULL && chat.approval == APPROVAL_ASK)
            chat.approval = APPROVAL_NEVER;
        lines->ids[i] = engine_open(setup->engine, &chat);
    }
    lines->prompt = prompt;
    lines_send(lines);
}

int lines_run(struct setup *setup, const struct prompt *prompt, bool is_json)
{
    struct lines lines = {.setup = setup, .is_json = is_json};
    lines.ids = mem_alloc_array(setup->chat_count, sizeof(lines.ids[0]));
    lines.is_settled = mem_alloc_array(setup->chat_count, sizeof(lines.is_settled[0]));
    lines.is_whole = mem_alloc_array(setup->chat_count, sizeof(lines.is_whole[0]));
    lines.classes = mem_alloc_array(setup->chat_count, sizeof(lines.classes[0]));
    lines.start_ms = clock_now_ms();
    if (isatty(STDIN_FILENO) && isatty(STDERR_FILENO) && setup->replay == NULL)
        lines.asker = call_prompt_new(setup->loop, setup->engine);
    console_init(&lines.console, setup->loop, is_json);
    lines.console.out.on_change = lines_on_output;
    lines.console.out.user = &lines;
    record_notes_start(setup->recorder, &lines.console);
    lines_start(&lines, prompt);
    /* The first events may have found the reader gone already. */
    if (lines.console.out.failed_errno == 0)
        ev_run(setup->loop, 0);
    record_notes_stop(setup->recorder);
    console_report_failure(&lines.console);
    const int code = lines_exit_code(&lines);
    engine_listen(setup->engine, NULL, NULL);
    ev_timer_stop(setup->loop, &lines.progress);
    end_signals_stop(&lines.signals);
    server_fetch_free(lines.fetch);
    call_prompt_free(lines.asker);
    console_clear(&lines.console);
    mem_free(lines.ids);
    mem_free(lines.is_settled);
    mem_free(lines.is_whole);
    mem_free(lines.classes);
    return code;
}
