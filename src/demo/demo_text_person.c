/* The models that take their words from the person: echo and eliza. */
#include "src/demo/demo_text.h"

#include "src/demo/eliza.h"

/* eliza starts to listen this many messages before the last. */
#define LISTEN_MAX 1000

void demo_text_echo(struct demo_script *script, const struct demo_chat *chat,
                    uint64_t round)
{
    (void)round; /* longer answers are the same words again */
    const char *prompt = demo_chat_prompt(chat);
    strbuf_append_text(&script->text, *prompt != '\0' ? prompt : "(nothing was said)");
}

void demo_text_eliza(struct demo_script *script, const struct demo_chat *chat,
                     uint64_t round)
{
    if (round > 0) {
        strbuf_append_text(&script->text, "Please go on. I am listening. ");
        return;
    }
    struct eliza eliza;
    eliza_init(&eliza, chat->params.has_seed ? chat->params.seed : 0);
    const size_t count = chat->message_count;
    for (size_t i = count > LISTEN_MAX ? count - LISTEN_MAX : 0; i < count; i++) {
        if (chat->messages[i].role != DEMO_ROLE_USER)
            continue;
        strbuf_reset(&script->text);
        eliza_hear(&eliza, chat->messages[i].text, &script->text);
    }
    eliza_clear(&eliza);
    if (script->text.len == 0)
        strbuf_append_text(&script->text, "Hello. What would you like to talk about?");
}
