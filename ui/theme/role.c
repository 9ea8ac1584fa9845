/*
 * One table: a role, its name in theme files, what it is for, and its look in the default
 * theme. Of the 16 colours only red, green, magenta and cyan are used, as foreground:
 * yellow and the whites vanish on light screens, blue and black on dark ones. Grey is the
 * dim attribute, not colour 8, which some palettes set to their background.
 */
#include "ui/theme/role.h"

#include <string.h>

#include "src/base/compiler.h"

#define RED     1
#define GREEN   2
#define MAGENTA 5
#define CYAN    6
#define NONE    STYLE_COLOR_DEFAULT

static const struct role_info role_table[ROLE_COUNT] = {
    [ROLE_TEXT] = {"text",
                   "Ordinary text, such as an answer.",
                   {NONE, NONE, 0},
                   ROLE_TEXT},
    [ROLE_DIM] = {"dim", "Details of less weight.", {NONE, NONE, STYLE_DIM}, ROLE_TEXT},
    [ROLE_STRONG] = {"strong",
                     "Words that stand out.",
                     {NONE, NONE, STYLE_BOLD},
                     ROLE_TEXT},
    [ROLE_USER] = {"user", "What you wrote.", {CYAN, NONE, STYLE_BOLD}, ROLE_TEXT},
    [ROLE_REASONING] = {"reasoning",
                        "What a model thinks before it answers.",
                        {NONE, NONE, STYLE_DIM | STYLE_ITALIC},
                        ROLE_DIM},
    [ROLE_TITLE] = {"title", "The title of a pane.", {NONE, NONE, 0}, ROLE_TEXT},
    [ROLE_TITLE_FOCUSED] = {"title_focused",
                            "The title of the pane with the focus.",
                            {NONE, NONE, STYLE_BOLD | STYLE_REVERSE},
                            ROLE_TITLE},
    [ROLE_BORDER] = {"border", "The frame of a pane.", {NONE, NONE, STYLE_DIM}, ROLE_DIM},
    [ROLE_BORDER_FOCUSED] = {"border_focused",
                             "The frame of the pane with the focus.",
                             {CYAN, NONE, STYLE_BOLD},
                             ROLE_BORDER},
    [ROLE_STATE_ACTIVE] = {"state_active",
                           "The state of a pane whose answer is arriving.",
                           {GREEN, NONE, STYLE_BOLD},
                           ROLE_TEXT},
    [ROLE_STATE_DONE] = {"state_done",
                         "The state of a pane whose answer is complete.",
                         {NONE, NONE, STYLE_DIM},
                         ROLE_DIM},
    [ROLE_STATE_WAIT] = {"state_wait",
                         "The state of a pane that waits: queue, server or person.",
                         {MAGENTA, NONE, 0},
                         ROLE_TEXT},
    [ROLE_ERROR] = {"error", "A failure.", {RED, NONE, STYLE_BOLD}, ROLE_TEXT},
    [ROLE_WARNING] = {"warning",
                      "Something to look at.",
                      {MAGENTA, NONE, STYLE_BOLD},
                      ROLE_ERROR},
    [ROLE_MARK] = {"mark",
                   "A hidden or control character made visible.",
                   {MAGENTA, NONE, STYLE_REVERSE},
                   ROLE_WARNING},
    [ROLE_KEY] = {"key",
                  "The name of a key that can be pressed.",
                  {CYAN, NONE, STYLE_BOLD},
                  ROLE_USER},
    [ROLE_CHIP_ON] = {"chip_on",
                      "A pane that the next prompt goes to.",
                      {NONE, NONE, STYLE_BOLD | STYLE_REVERSE},
                      ROLE_TEXT},
    [ROLE_CHIP_OFF] = {"chip_off",
                       "A pane that the next prompt does not go to.",
                       {NONE, NONE, STYLE_DIM},
                       ROLE_DIM},
    [ROLE_COMPOSER] = {"composer", "The text being written.", {NONE, NONE, 0}, ROLE_TEXT},
    [ROLE_CURSOR_LINE] = {"cursor_line",
                          "The line of a list or text on which the cursor stands.",
                          {NONE, NONE, STYLE_BOLD},
                          ROLE_TEXT},
    [ROLE_STATUS] = {"status", "The status bar.", {NONE, NONE, STYLE_REVERSE}, ROLE_TEXT},
    [ROLE_SELECTED] = {"selected",
                       "What is selected.",
                       {NONE, NONE, STYLE_REVERSE},
                       ROLE_TEXT},
    [ROLE_NEW_LINES] = {"new_lines",
                        "The mark that counts new lines below what is shown.",
                        {NONE, NONE, STYLE_BOLD | STYLE_REVERSE},
                        ROLE_STRONG},
    [ROLE_TOOL] = {"tool",
                   "A tool call and its result.",
                   {MAGENTA, NONE, STYLE_BOLD},
                   ROLE_STATE_WAIT},
    [ROLE_ADDED] = {"added",
                    "A line of a diff that would come.",
                    {GREEN, NONE, 0},
                    ROLE_STATE_ACTIVE},
    [ROLE_REMOVED] = {"removed",
                      "A line of a diff that would go.",
                      {RED, NONE, 0},
                      ROLE_ERROR},
};

const struct role_info *role_get(enum role role)
{
    const unsigned index = (unsigned)role;
    return &role_table[index < COUNT_OF(role_table) ? index : (unsigned)ROLE_TEXT];
}

enum role role_find(const char *name)
{
    int role = 0;
    while (role < ROLE_COUNT && strcmp(role_table[role].name, name) != 0)
        role++;
    return (enum role)role;
}
