/*
 * Themes as a command shows them: a card each, a small picture of a pane in its looks, as
 * text with the colours that a terminal has; or a list for programs.
 */
#ifndef UI_THEME_CARD_H
#define UI_THEME_CARD_H

#include <stdbool.h>

#include "src/base/error.h"
#include "src/base/strbuf.h"
#include "ui/theme/color.h"
#include "ui/theme/theme_set.h"

struct theme_card_options {
    bool is_list; /* one line a theme: name, TAB, what it says of itself */
    enum color_depth depth;
    bool use_ascii;
    int width;           /* of the terminal: no line is longer, if it has ten columns */
    const char *current; /* the name of the theme in force, or NULL */
};

/*
 * Appends all themes of the set. A file with problems is told of in its place; false then
 * and err filled with the first one.
 */
bool theme_card_append_all(const struct theme_set *set,
                           const struct theme_card_options *options, struct strbuf *out,
                           struct error *err);

#endif
