/*
 * Reasoning before the answer. What is thought takes up the prompt's own words, so that
 * it reads as if it were about them.
 */
#include "src/demo/demo_text.h"

#include <string.h>

#include "src/base/compiler.h"
#include "src/base/utf8.h"

/* The prompt is quoted up to here. */
#define QUOTE_MAX 120

static const char *const blocks_thoughts[] = {
    "First, what is really being asked? There is the wording, and there is the wish "
    "behind "
    "it. The wording is clear enough; the wish might be for a short answer that can be "
    "trusted rather than a long one that can be admired.\n\n",
    "Let me try the obvious approach. Suppose the simplest reading is the right one. "
    "Then "
    "the answer has two parts: what it is, and why anyone should care. That looks "
    "fine.\n\n",
    "Wait. Is that too quick? A counterexample: if somebody already knows the first "
    "part, "
    "the second is all they need, and I would be wasting their time. So the second part "
    "has "
    "to stand on its own.\n\n",
    "Let me check with a small case. With one step: trivial. With two steps: the order "
    "matters. With three: nothing new happens. Good, so two is the interesting "
    "number.\n\n",
    "Could I be wrong about the premise? I see no sign of it, but I should say what I "
    "assume "
    "instead of hiding it.\n\n",
    "How long should this be? Shorter than what I have thought. Three points, one "
    "example, "
    "one caveat, and then stop.\n\n",
    NULL};

static const char *const blocks_answers[] = {
    "**In short:** start from what you can check, take the smallest step that could "
    "prove "
    "you wrong, and write down the result before you judge it.\n\n",
    "1. *State it plainly.* If one sentence will not do, it is two questions.\n"
    "2. *Look for the second step.* The first is usually obvious, and the third usually "
    "follows.\n"
    "3. *Name the assumption.* Here it is that you mean the ordinary case.\n\n",
    "For example: a recipe says \"salt to taste\". It is useless to a machine and "
    "perfect "
    "for a cook, because the missing part is the part the cook brings along.\n\n",
    "One caveat: I have reasoned from the words alone. If you had a special case in "
    "mind, "
    "tell me, and the second point may change.\n\n",
    "So the answer turns on the *second* step, and that one is worth doing slowly.\n\n",
    NULL};

/* Appends the beginning of the prompt, cut between characters, on one line. */
static void append_quote(struct strbuf *out, const char *prompt)
{
    const size_t len = strlen(prompt);
    size_t at = 0;
    while (at < len && prompt[at] != '\n') {
        const size_t next = utf8_next(prompt, len, at);
        if (next > QUOTE_MAX)
            break;
        at = next;
    }
    strbuf_append(out, prompt, at);
    if (at < len)
        strbuf_append_text(out, "…");
}

void demo_text_thinker(struct demo_script *script, const struct demo_chat *chat,
                       uint64_t round)
{
    struct rng rng = demo_script_rng(chat, round);
    if (round == 0) {
        strbuf_append_text(&script->reasoning, "The question is: \"");
        append_quote(&script->reasoning, demo_chat_prompt(chat));
        strbuf_append_text(&script->reasoning, "\"\n\n");
        demo_script_blocks(&script->reasoning, blocks_thoughts, 4, &rng);
        strbuf_append_text(&script->reasoning, "I am ready to answer.");
    }
    demo_script_blocks(&script->text, blocks_answers, 3 + rng_below(&rng, 2), &rng);
}
