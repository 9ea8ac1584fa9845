/*
 * What a cell of the screen means: a role. Views name roles, never colours; the table
 * behind role_get gives each role its look in the default theme. A new role is a value
 * here, a line in the table, and its row in docs/guide/themes.md: themes that do not know
 * it show it like the role that its record names.
 *
 * The default theme uses nothing but the terminal's own 16 colours on its own
 * background, so that it reads on light and on dark screens, and never tells anything by
 * colour alone: a word, a sign or an attribute always says the same.
 */
#ifndef THEME_ROLE_H
#define THEME_ROLE_H

#include <stdint.h>

enum role {
    ROLE_TEXT,
    ROLE_DIM,
    ROLE_STRONG,
    ROLE_USER,
    ROLE_REASONING,
    ROLE_TITLE,
    ROLE_TITLE_FOCUSED,
    ROLE_BORDER,
    ROLE_BORDER_FOCUSED,
    ROLE_STATE_ACTIVE,
    ROLE_STATE_DONE,
    ROLE_STATE_WAIT,
    ROLE_ERROR,
    ROLE_WARNING,
    ROLE_MARK, /* hidden characters made visible */
    ROLE_KEY,
    ROLE_CHIP_ON,
    ROLE_CHIP_OFF,
    ROLE_COMPOSER,
    ROLE_CURSOR_LINE,
    ROLE_STATUS,
    ROLE_SELECTED,
    ROLE_NEW_LINES,
    ROLE_TOOL,
    ROLE_ADDED, /* of a diff, beside their signs */
    ROLE_REMOVED,
    ROLE_HEADING, /* these are of Markdown */
    ROLE_SUBHEADING,
    ROLE_EMPHASIS,
    ROLE_STRONG_EMPHASIS,
    ROLE_LINK,
    ROLE_ADDRESS,
    ROLE_LIST_MARK,
    ROLE_STRUCTURE, /* bars of quotes, rules, the lines of tables */
    ROLE_CODE,
    ROLE_CODE_BLOCK,
    ROLE_CODE_LABEL,
    ROLE_CODE_KEYWORD,
    ROLE_CODE_TYPE,
    ROLE_CODE_NAME,
    ROLE_CODE_TEXT,
    ROLE_CODE_NUMBER,
    ROLE_CODE_COMMENT,
    ROLE_MATCH, /* what a search has found */
    ROLE_MATCH_CURRENT,
    ROLE_COUNT
};

enum style_attr {
    STYLE_BOLD = 1,
    STYLE_DIM = 2,
    STYLE_REVERSE = 4,
    STYLE_UNDERLINE = 8,
    STYLE_ITALIC = 16
};

#define STYLE_COLOR_DEFAULT (-1) /* the terminal's own */

struct style {
    int32_t fg; /* as in color.h; in the default theme 0 to 15 or STYLE_COLOR_DEFAULT */
    int32_t bg;
    uint8_t attrs; /* enum style_attr, or-ed */
};

struct role_info {
    const char *name; /* in theme files: "title_focused" */
    const char *help;
    struct style style;
    enum role like; /* an earlier role, whose colours it has in a theme that lacks it */
};

/* The role of that name, or ROLE_COUNT. */
enum role role_find(const char *name);

/* The record of a role; an unknown number gives that of ROLE_TEXT. Never NULL. */
const struct role_info *role_get(enum role role);

#endif
