/*
 * The terminal stays in its own line mode: it hands over whole lines. The end of input
 * means no, to this call and to all that follow.
 */
#include "src/cli/call_prompt.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <termios.h>
#include <unistd.h>

#include "src/base/json.h"
#include "src/base/mem.h"
#include "src/base/safe_text.h"
#include "src/base/utf8.h"

struct call_prompt {
    struct ev_loop *loop; /* NULL: it is fed */
    struct engine *engine;
    struct ev_io input;
    call_key asked; /* the call that is shown; 0: none */
    bool is_ended;  /* no more input */
};

/* Appends the text with what is hidden in it spelled out, line separators too. What
 * follows a line end is moved under the text, so that it cannot pass for a line of ours.
 */
static void append_spelled_out(struct strbuf *out, const char *text)
{
    const size_t len = strlen(text);
    for (size_t at = 0; at < len;) {
        uint32_t code;
        char mark[SAFE_TEXT_MARK_MAX];
        const size_t used = utf8_decode(text + at, len - at, &code);
        if (code == '\n')
            strbuf_append_text(out, "\n             ");
        else if (code == 0x2028 || code == 0x2029)
            strbuf_append(out, mark, safe_text_mark(code, mark));
        else
            safe_text_append(out, text + at, used);
        at += used;
    }
}

static void prompt_line(const char *label, const char *text)
{
    struct strbuf safe;
    if (text == NULL || text[0] == '\0')
        return;
    strbuf_init(&safe, STRBUF_OWN_MAX);
    append_spelled_out(&safe, text);
    fprintf(stderr, "  %-10s %s\n", label, strbuf_text(&safe));
    strbuf_clear(&safe);
}

/* On one line, whatever white space the model has put between its tokens. */
static void prompt_arguments(const char *arguments)
{
    struct strbuf compact;
    strbuf_init(&compact, STRBUF_OWN_MAX);
    json_append_compact(&compact, arguments, strlen(arguments));
    prompt_line("arguments", strbuf_text(&compact));
    strbuf_clear(&compact);
}

static void prompt_keys(const struct call_facts *call)
{
    struct strbuf safe;
    strbuf_init(&safe, STRBUF_OWN_MAX);
    append_spelled_out(&safe, call->proposed);
    fputs("y once, s this session, ", stderr);
    if (safe.len > 0)
        fprintf(stderr, "a always (writes: %s), ", strbuf_text(&safe));
    fputs("n no, n REASON: ", stderr);
    fflush(stderr);
    strbuf_clear(&safe);
}

static void prompt_show(const struct call_facts *call)
{
    struct strbuf head;
    strbuf_init(&head, STRBUF_OWN_MAX);
    safe_text_append_line(&head, call->model, strlen(call->model), 200);
    strbuf_append_text(&head, " wants to call ");
    safe_text_append_line(&head, call->tool, strlen(call->tool), 200);
    fprintf(stderr, "\n%s\n", strbuf_text(&head));
    strbuf_clear(&head);
    prompt_arguments(call->arguments);
    prompt_line("runs", call->command);
    prompt_line("from", call->origin);
    prompt_line("sandbox", call->sandbox);
    prompt_line("claims", call->claims);
    prompt_line("rules", call->rule);
    prompt_line("changes", call->preview);
    prompt_keys(call);
}

static void prompt_answer(struct call_prompt *asker, const struct call_answer *answer)
{
    struct error err = {ERROR_NONE, NULL};
    const call_key key = asker->asked;
    asker->asked = 0;
    if (!engine_answer_call(asker->engine, key, answer, &err))
        fprintf(stderr, "motet: %s\n", error_text(&err));
    error_clear(&err);
    call_prompt_look(asker);
}

static void prompt_deny(struct call_prompt *asker, const char *reason)
{
    prompt_answer(asker,
                  &(struct call_answer){.decision = CALL_DENIED, .reason = reason});
}

void call_prompt_take(struct call_prompt *asker, const char *line)
{
    if (asker->asked == 0)
        return;
    if (strcmp(line, "y") == 0) {
        prompt_answer(asker, &(struct call_answer){.decision = CALL_ONCE});
    } else if (strcmp(line, "s") == 0) {
        prompt_answer(asker, &(struct call_answer){.decision = CALL_SESSION});
    } else if (strcmp(line, "a") == 0) {
        prompt_answer(asker, &(struct call_answer){.decision = CALL_ALWAYS});
    } else if (strcmp(line, "n") == 0) {
        prompt_deny(asker, NULL);
    } else if (strncmp(line, "n ", 2) == 0) {
        prompt_deny(asker, line + 2);
    } else {
        fprintf(stderr, "y, s, a, n, or n and a reason: ");
        fflush(stderr);
    }
}

void call_prompt_end(struct call_prompt *asker)
{
    asker->is_ended = true;
    if (asker->asked == 0)
        return;
    fputc('\n', stderr);
    prompt_deny(asker, "nobody is there to answer");
}

bool call_prompt_is_asking(const struct call_prompt *asker)
{
    return asker->asked != 0;
}

static void prompt_on_input(struct ev_loop *loop, struct ev_io *watcher, int events)
{
    (void)events;
    struct call_prompt *asker = watcher->data;
    char line[4096];
    const ssize_t got = read(STDIN_FILENO, line, sizeof(line) - 1);
    if (got < 0 && (errno == EINTR || errno == EAGAIN))
        return;
    if (got <= 0) {
        ev_io_stop(loop, &asker->input);
        call_prompt_end(asker);
        return;
    }
    line[got] = '\0';
    line[strcspn(line, "\r\n")] = '\0';
    call_prompt_take(asker, line);
}

struct call_prompt *call_prompt_new(struct ev_loop *loop, struct engine *engine)
{
    struct call_prompt *asker = mem_alloc(sizeof(*asker));
    asker->loop = loop;
    asker->engine = engine;
    ev_io_init(&asker->input, prompt_on_input, STDIN_FILENO, EV_READ);
    asker->input.data = asker;
    return asker;
}

struct call_prompt *call_prompt_new_fed(struct engine *engine)
{
    struct call_prompt *asker = mem_alloc(sizeof(*asker));
    asker->engine = engine;
    return asker;
}

static void prompt_listen(struct call_prompt *asker, bool is_on)
{
    if (asker->loop != NULL && is_on)
        ev_io_start(asker->loop, &asker->input);
    else if (asker->loop != NULL)
        ev_io_stop(asker->loop, &asker->input);
}

void call_prompt_free(struct call_prompt *asker)
{
    if (asker == NULL)
        return;
    prompt_listen(asker, false);
    mem_free(asker);
}

/* The first call that waits, or NULL. */
static const struct call_facts *prompt_find(struct call_prompt *asker)
{
    const struct call_facts *calls;
    const size_t count = engine_get_calls(asker->engine, &calls);
    for (size_t i = 0; i < count; i++) {
        if (calls[i].state == CALL_ASKING && calls[i].decision == CALL_UNDECIDED)
            return &calls[i];
    }
    return NULL;
}

void call_prompt_look(struct call_prompt *asker)
{
    const struct call_facts *current = engine_find_call(asker->engine, asker->asked);
    if (current != NULL && current->state == CALL_ASKING)
        return;
    const struct call_facts *call = prompt_find(asker);
    asker->asked = 0;
    if (call == NULL) {
        prompt_listen(asker, false);
        return;
    }
    asker->asked = call->key;
    if (asker->is_ended) {
        prompt_deny(asker, "nobody is there to answer");
        return;
    }
    tcflush(STDIN_FILENO, TCIFLUSH);
    prompt_show(call);
    prompt_listen(asker, true);
}
