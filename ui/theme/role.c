/*
 * One table: a role, its name in theme files, what it is for, and its look in the default
 * theme. Of the 16 colours only red, green, magenta and cyan are used, as foreground:
 * yellow and the whites vanish on light screens, blue and black on dark ones. Grey is the
 * dim attribute, not colour 8, which some palettes set to their background.
 */
#include "ui/theme/role.h"

#include "src/base/compiler.h"

#define RED     1
#define GREEN   2
#define MAGENTA 5
#define CYAN    6
#define NONE    STYLE_COLOR_DEFAULT

static const struct role_info role_table[ROLE_COUNT] = {
    [ROLE_TEXT] = {"text", "Ordinary text, such as an answer.", {NONE, NONE, 0}},
    [ROLE_DIM] = {"dim", "Details of less weight.", {NONE, NONE, STYLE_DIM}},
    [ROLE_STRONG] = {"strong", "Words that stand out.", {NONE, NONE, STYLE_BOLD}},
    [ROLE_USER] = {"user", "What you wrote.", {CYAN, NONE, STYLE_BOLD}},
    [ROLE_REASONING] = {"reasoning",
                        "What a model thinks before it answers.",
                        {NONE, NONE, STYLE_DIM | STYLE_ITALIC}},
    [ROLE_TITLE] = {"title", "The title of a pane.", {NONE, NONE, 0}},
    [ROLE_TITLE_FOCUSED] = {"title_focused",
                            "The title of the pane with the focus.",
                            {NONE, NONE, STYLE_BOLD | STYLE_REVERSE}},
    [ROLE_BORDER] = {"border", "The frame of a pane.", {NONE, NONE, STYLE_DIM}},
    [ROLE_BORDER_FOCUSED] = {"border_focused",
                             "The frame of the pane with the focus.",
                             {CYAN, NONE, STYLE_BOLD}},
    [ROLE_STATE_ACTIVE] = {"state_active",
                           "The state of a pane whose answer is arriving.",
                           {GREEN, NONE, STYLE_BOLD}},
    [ROLE_STATE_DONE] = {"state_done",
                         "The state of a pane whose answer is complete.",
                         {NONE, NONE, STYLE_DIM}},
    [ROLE_STATE_WAIT] = {"state_wait",
                         "The state of a pane that waits: queue, server or person.",
                         {MAGENTA, NONE, 0}},
    [ROLE_ERROR] = {"error", "A failure.", {RED, NONE, STYLE_BOLD}},
    [ROLE_WARNING] = {"warning", "Something to look at.", {MAGENTA, NONE, STYLE_BOLD}},
    [ROLE_MARK] = {"mark",
                   "A hidden or control character made visible.",
                   {MAGENTA, NONE, STYLE_REVERSE}},
    [ROLE_KEY] = {"key",
                  "The name of a key that can be pressed.",
                  {CYAN, NONE, STYLE_BOLD}},
    [ROLE_CHIP_ON] = {"chip_on",
                      "A pane that the next prompt goes to.",
                      {NONE, NONE, STYLE_BOLD | STYLE_REVERSE}},
    [ROLE_CHIP_OFF] = {"chip_off",
                       "A pane that the next prompt does not go to.",
                       {NONE, NONE, STYLE_DIM}},
    [ROLE_COMPOSER] = {"composer", "The text being written.", {NONE, NONE, 0}},
    [ROLE_CURSOR_LINE] = {"cursor_line",
                          "The line of a list or text on which the cursor stands.",
                          {NONE, NONE, STYLE_BOLD}},
    [ROLE_STATUS] = {"status", "The status bar.", {NONE, NONE, STYLE_REVERSE}},
    [ROLE_SELECTED] = {"selected", "What is selected.", {NONE, NONE, STYLE_REVERSE}},
    [ROLE_NEW_LINES] = {"new_lines",
                        "The mark that counts new lines below what is shown.",
                        {NONE, NONE, STYLE_BOLD | STYLE_REVERSE}},
    [ROLE_TOOL] = {"tool", "A tool call and its result.", {MAGENTA, NONE, STYLE_BOLD}},
    [ROLE_ADDED] = {"added", "A line of a diff that would come.", {GREEN, NONE, 0}},
    [ROLE_REMOVED] = {"removed", "A line of a diff that would go.", {RED, NONE, 0}},
    [ROLE_HEADING] = {"heading",
                      "A heading of the first or second level.",
                      {NONE, NONE, STYLE_BOLD | STYLE_UNDERLINE}},
    [ROLE_SUBHEADING] = {"subheading",
                         "A heading of a lower level.",
                         {NONE, NONE, STYLE_BOLD}},
    [ROLE_EMPHASIS] = {"emphasis",
                       "Words with emphasis in an answer.",
                       {NONE, NONE, STYLE_ITALIC}},
    [ROLE_STRONG_EMPHASIS] = {"strong_emphasis",
                              "Words with more than one emphasis.",
                              {NONE, NONE, STYLE_BOLD | STYLE_ITALIC}},
    [ROLE_LINK] = {"link", "The words of a link.", {NONE, NONE, STYLE_UNDERLINE}},
    [ROLE_ADDRESS] = {"address",
                      "Where a link leads, behind its words.",
                      {NONE, NONE, STYLE_DIM}},
    [ROLE_LIST_MARK] = {"list_mark",
                        "The bullet or number before a list's item.",
                        {NONE, NONE, 0}},
    [ROLE_STRUCTURE] = {"structure",
                        "The bars of quotes, rules, the lines of tables.",
                        {NONE, NONE, 0}},
    [ROLE_CODE] = {"code", "Code among words.", {CYAN, NONE, 0}},
    [ROLE_CODE_BLOCK] = {"code_block", "A block of code.", {NONE, NONE, 0}},
    [ROLE_CODE_LABEL] = {"code_label",
                         "The language and number above a block of code.",
                         {NONE, NONE, STYLE_DIM}},
    [ROLE_CODE_KEYWORD] = {"code_keyword",
                           "A keyword of a programming language.",
                           {CYAN, NONE, STYLE_BOLD}},
    [ROLE_CODE_TYPE] = {"code_type", "A type in code.", {GREEN, NONE, 0}},
    [ROLE_CODE_NAME] = {"code_name",
                        "A function or another name in code.",
                        {CYAN, NONE, 0}},
    [ROLE_CODE_TEXT] = {"code_text", "A string in code.", {MAGENTA, NONE, 0}},
    [ROLE_CODE_NUMBER] = {"code_number", "A number in code.", {RED, NONE, 0}},
    [ROLE_CODE_COMMENT] = {"code_comment",
                           "A comment in code.",
                           {NONE, NONE, STYLE_DIM | STYLE_ITALIC}},
};

const struct role_info *role_get(enum role role)
{
    const unsigned index = (unsigned)role;
    return &role_table[index < COUNT_OF(role_table) ? index : (unsigned)ROLE_TEXT];
}
