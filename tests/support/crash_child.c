/*
 * The program that crash tests kill: an engine and a keeper as motet has them, without a
 * screen. It opens all chats, hands each its prompts (the later ones wait in the queue)
 * and writes down what it gets, until it is killed or all is answered.
 *
 *   crash_child DATABASE SERVER-URL TOOL-FOLDER LOG
 */
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <ev.h>

#include "src/base/clock.h"
#include "src/base/mem.h"
#include "src/config/catalog.h"
#include "src/engine/session_keeper.h"
#include "tests/support/crash_log.h"

struct child {
    struct ev_loop *loop;
    struct engine *engine;
    struct crash_log *log;
    chat_id chats[CRASH_CHATS];
    size_t done;
};

static void note(const struct child *child, enum crash_kind kind, size_t chat,
                 uint64_t message, uint64_t value)
{
    const uint64_t at = child->log->count;
    if (at == CRASH_LOG_SIZE)
        abort();
    child->log->records[at] =
        (struct crash_record){clock_now_ms(), kind, (uint32_t)chat, message, value};
    child->log->count = at + 1;
}

static uint64_t text_len(const struct child *child, const struct engine_event *event)
{
    const struct message *message =
        chat_find(engine_get_chat(child->engine, event->chat), event->message_id);
    uint64_t len = 0;
    for (size_t i = 0; i < message->part_count; i++) {
        if (message->parts[i].kind == PART_TEXT ||
            message->parts[i].kind == PART_REASONING)
            len += message->parts[i].text.len;
    }
    return len;
}

static void on_event(void *user, const struct engine_event *event)
{
    struct child *child = user;
    const size_t chat = event->chat - 1;
    if (event->kind == EVENT_TEXT || event->kind == EVENT_REASONING)
        note(child, CRASH_TEXT, chat, event->message_id, text_len(child, event));
    if (event->kind == EVENT_CALL && event->change == CALL_CHANGE_DECIDED)
        note(child, CRASH_DECIDED, chat, event->message_id, event->part_index);
    if (event->kind == EVENT_MESSAGE_ADDED &&
        chat_find(engine_get_chat(child->engine, event->chat), event->message_id)
                ->author == MESSAGE_TOOL)
        note(child, CRASH_RESULTS, chat, event->message_id, 0);
    if (event->kind != EVENT_DONE)
        return;
    note(child, CRASH_DONE, chat, event->message_id, 0);
    if (++child->done == CRASH_CHATS * CRASH_PROMPTS)
        ev_break(child->loop, EVBREAK_ALL);
}

static void on_round(struct ev_loop *loop, struct ev_check *check, int events)
{
    (void)loop;
    (void)events;
    struct child *child = check->data;
    child->log->alive_ms = clock_now_ms();
}

static void on_signal(struct ev_loop *loop, struct ev_signal *watcher, int events)
{
    (void)watcher;
    (void)events;
    ev_break(loop, EVBREAK_ALL);
}

static void on_notice(void *user, const char *sentence)
{
    (void)user;
    fprintf(stderr, "%s\n", sentence);
}

static void talk(struct child *child, const struct endpoint *endpoint)
{
    static const char *const tools[] = {"*"};
    for (size_t i = 0; i < CRASH_CHATS; i++) {
        char *model = crash_model(i);
        child->chats[i] =
            engine_open(child->engine, &(struct chat_setup){.endpoint = endpoint,
                                                            .model = model,
                                                            .tools = tools,
                                                            .tool_count = 1,
                                                            .approval = APPROVAL_ALL,
                                                            .is_streaming = true});
        mem_free(model);
    }
    for (size_t number = 0; number < CRASH_PROMPTS; number++) {
        for (size_t i = 0; i < CRASH_CHATS; i++) {
            char *prompt = crash_prompt(i, number);
            engine_send(child->engine, child->chats[i], prompt, strlen(prompt));
            note(child, CRASH_SENT, i, 0, number);
            mem_free(prompt);
        }
    }
}

int main(int argc, char **argv)
{
    struct error err = {ERROR_NONE, NULL};
    struct child child = {.loop = ev_loop_new(EVFLAG_AUTO)};
    struct settings settings;
    struct endpoint endpoint;
    struct ev_check check;
    struct ev_signal terminate;
    if (argc != 5)
        return 2;
    child.log = crash_log_map(argv[4], 0);
    settings_init(&settings);
    endpoint_init(&endpoint, "demo", "openai-chat", argv[2]);
    child.engine = engine_new(
        child.loop, &(struct engine_options){.settings = &settings, .seed = 1}, &err);
    if (child.engine == NULL || !engine_add_tool_folder(child.engine, argv[3], &err)) {
        fprintf(stderr, "%s\n", error_text(&err));
        return 1;
    }
    struct session_keeper *keeper =
        session_keeper_new(&(struct session_keeper_options){.engine = child.engine,
                                                            .loop = child.loop,
                                                            .path = argv[1],
                                                            .on_notice = on_notice});
    engine_listen(child.engine, on_event, &child);
    ev_check_init(&check, on_round);
    check.data = &child;
    ev_check_start(child.loop, &check);
    ev_unref(child.loop);
    ev_signal_init(&terminate, on_signal, SIGTERM);
    ev_signal_start(child.loop, &terminate);
    talk(&child, &endpoint);
    ev_run(child.loop, 0);
    ev_signal_stop(child.loop, &terminate);
    ev_ref(child.loop);
    ev_check_stop(child.loop, &check);
    const bool is_stored = session_keeper_flush(keeper);
    session_keeper_free(keeper);
    engine_free(child.engine);
    endpoint_clear(&endpoint);
    crash_log_unmap(child.log);
    ev_loop_destroy(child.loop);
    return is_stored ? 0 : 1;
}
