/* The loop runs only while something is waited for. */
#include "src/cli/tool_wait.h"

static void wait_on_event(void *user, const struct engine_event *event)
{
    struct tool_wait *wait = user;
    struct ev_loop *loop = wait->setup->loop;
    if (event->kind == EVENT_TOOLS && wait->key == 0 &&
        engine_are_tools_ready(wait->setup->engine))
        ev_break(loop, EVBREAK_ALL);
    if (event->kind != EVENT_CALL || event->call != wait->key ||
        event->change != CALL_CHANGE_ENDED)
        return;
    const struct call_facts *call = engine_find_call(wait->setup->engine, wait->key);
    wait->is_ok = call->is_ok;
    strbuf_append(&wait->result, call->result, call->result_len);
    ev_break(loop, EVBREAK_ALL);
}

static void wait_on_signal(struct ev_loop *loop, struct ev_signal *watcher, int events)
{
    (void)events;
    struct tool_wait *wait = watcher->data;
    wait->signal_code = end_signals_code(watcher);
    ev_break(loop, EVBREAK_ALL);
}

void tool_wait_init(struct tool_wait *wait, struct setup *setup)
{
    *wait = (struct tool_wait){.setup = setup};
    strbuf_init(&wait->result, STRBUF_OWN_MAX);
    end_signals_start(&wait->signals, setup->loop, wait_on_signal, wait);
    engine_listen(setup->engine, wait_on_event, wait);
    if (!engine_are_tools_ready(setup->engine))
        ev_run(setup->loop, 0);
}

void tool_wait_clear(struct tool_wait *wait)
{
    engine_listen(wait->setup->engine, NULL, NULL);
    end_signals_stop(&wait->signals);
    strbuf_clear(&wait->result);
}

void tool_wait_call(struct tool_wait *wait, const char *tool, const char *arguments)
{
    strbuf_reset(&wait->result);
    wait->is_ok = false;
    wait->key = engine_call_tool(wait->setup->engine, tool, arguments);
    ev_run(wait->setup->loop, 0);
}
