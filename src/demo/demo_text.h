/*
 * The scripts of the models, one function each; see struct demo_model for what they are
 * given. All are pure: the same chat and round give the same text.
 */
#ifndef DEMO_TEXT_H
#define DEMO_TEXT_H

#include <stdint.h>

#include "src/demo/demo_script.h"

/* Prose with headings, lists, tables and quotations. */
void demo_text_sage(struct demo_script *script, const struct demo_chat *chat,
                    uint64_t round);

/* Code blocks in several languages with a few words between them. */
void demo_text_coder(struct demo_script *script, const struct demo_chat *chat,
                     uint64_t round);

/* Many scripts: wide signs, emoji sequences, combining marks, right-to-left. */
void demo_text_polyglot(struct demo_script *script, const struct demo_chat *chat,
                        uint64_t round);

/* Reasoning first, then a short text. */
void demo_text_thinker(struct demo_script *script, const struct demo_chat *chat,
                       uint64_t round);

/* The psychotherapist of 1966: answers what was typed. */
void demo_text_eliza(struct demo_script *script, const struct demo_chat *chat,
                     uint64_t round);

/* The last user message, word for word. */
void demo_text_echo(struct demo_script *script, const struct demo_chat *chat,
                    uint64_t round);

/* Two tool calls, or words about their results. */
void demo_text_tools(struct demo_script *script, const struct demo_chat *chat,
                     uint64_t round);

/* A tale of the sea with accents and dashes, for the models that fail. */
void demo_text_voyage(struct demo_script *script, const struct demo_chat *chat,
                      uint64_t round);

#endif
