/*
 * Several models answer at once, but somebody who listens can follow one. So one chat has
 * the floor: its lines are written as they come, those of the others are held until it
 * has ended, and then come whole. A chat that waits (for a tool, a retry) gives the floor
 * to one that has something to say. While a person is asked about a call all are silent.
 */
#include <stdarg.h>
#include <string.h>

#include "src/base/mem.h"
#include "src/base/safe_text.h"
#include "src/cli/plain_state.h"

/* A paragraph without line ends is written up to its last blank when it is so long. */
#define LONG_LINE 160

static bool is_asking(const struct plain *plain)
{
    return plain->asker != NULL && call_prompt_is_asking(plain->asker);
}

static void write_notes(struct plain *plain)
{
    if (plain->notes.len == 0)
        return;
    plain->is_prompted = false;
    console_end_line(&plain->console);
    console_write_buf(&plain->console, &plain->notes);
}

void plain_say(struct plain *plain, const char *format, ...)
{
    va_list args;
    struct strbuf text;
    struct strbuf safe;
    strbuf_init(&text, STRBUF_OWN_MAX);
    strbuf_init(&safe, STRBUF_OWN_MAX);
    va_start(args, format);
    strbuf_append_args(&text, format, args);
    va_end(args);
    safe_text_append_line(&safe, strbuf_text(&text), text.len, 4000);
    strbuf_append_char(&safe, '\n');
    strbuf_append(&plain->notes, strbuf_text(&safe), safe.len);
    if (!is_asking(plain))
        write_notes(plain);
    strbuf_clear(&safe);
    strbuf_clear(&text);
}

/* How much of the held text is written now. */
static size_t due_len(const struct plain_chat *chat)
{
    const char *text = strbuf_text(&chat->held);
    size_t len = chat->held.len;
    if (chat->closing != NULL)
        return len;
    while (len > 0 && text[len - 1] != '\n')
        len--;
    if (chat->held.len - len < LONG_LINE)
        return len;
    size_t blank = chat->held.len;
    while (blank > len && text[blank - 1] != ' ')
        blank--;
    return blank;
}

static bool has_something(const struct plain_chat *chat)
{
    return chat->closing != NULL || due_len(chat) > 0;
}

/* The next to have the floor, or PLAIN_NOBODY. */
static size_t find_speaker(const struct plain *plain)
{
    for (size_t i = 0; i < plain->chat_count; i++) {
        if (i != plain->speaker && has_something(&plain->chats[i]))
            return i;
    }
    return PLAIN_NOBODY;
}

static void write_held(struct plain *plain, struct plain_chat *chat, size_t len)
{
    if (len == 0)
        return;
    if (plain->is_prompted)
        console_end_line(&plain->console);
    plain->is_prompted = false;
    console_write(&plain->console, strbuf_text(&chat->held), len);
    strbuf_remove(&chat->held, 0, len);
}

static void give_floor(struct plain *plain, size_t index)
{
    plain->speaker = index;
    if (plain->chat_count > 1 && plain->chats[index].held.len > 0)
        plain_say(plain, "%s:", plain->chats[index].name);
}

/* Says what the speaker has; false while it keeps the floor. */
static bool finish_speaker(struct plain *plain)
{
    struct plain_chat *chat = &plain->chats[plain->speaker];
    write_held(plain, chat, due_len(chat));
    if (chat->closing != NULL) {
        plain_say(plain, "%s", chat->closing);
        mem_free(chat->closing);
        chat->closing = NULL;
        plain->speaker = PLAIN_NOBODY;
        return true;
    }
    const struct turn_status turn = engine_get_turn(plain->setup->engine, chat->id);
    if (turn.state == TURN_STREAMING || find_speaker(plain) == PLAIN_NOBODY)
        return false;
    write_held(plain, chat, chat->held.len);
    plain->speaker = PLAIN_NOBODY;
    return true;
}

/* Shows that a line may be typed, if nothing else is going on. */
static void show_prompt(struct plain *plain)
{
    if (!plain->is_person || plain->is_prompted || is_asking(plain) ||
        plain->is_input_over || plain->exit_code >= 0 ||
        engine_busy_count(plain->setup->engine) > 0)
        return;
    console_end_line(&plain->console);
    console_write(&plain->console, "> ", 2);
    plain->is_prompted = true;
}

void plain_speak(struct plain *plain)
{
    if (is_asking(plain))
        return;
    write_notes(plain);
    for (;;) {
        if (plain->speaker == PLAIN_NOBODY) {
            const size_t next = find_speaker(plain);
            if (next == PLAIN_NOBODY)
                break;
            give_floor(plain, next);
        }
        if (!finish_speaker(plain))
            break;
    }
    show_prompt(plain);
}
