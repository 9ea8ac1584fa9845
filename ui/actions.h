/*
 * Everything a person can do on the screen: one const table with name, help sentence and
 * default keys. The keymap, the help screen and the manual are made from it; what an
 * action does stands in ui/app_act.c.
 */
#ifndef UI_ACTIONS_H
#define UI_ACTIONS_H

#include <stddef.h>

enum action {
    ACTION_NONE,
    ACTION_SEND,
    ACTION_SEND_FOCUSED,
    ACTION_NEWLINE,
    ACTION_INTERRUPT,
    ACTION_NORMAL,
    ACTION_TYPE,
    ACTION_PANE_NEXT,
    ACTION_PANE_PREVIOUS,
    ACTION_PANE_NUMBER,
    ACTION_PANE_NEW,
    ACTION_PANE_CLOSE,
    ACTION_PANE_ZOOM,
    ACTION_TICK,
    ACTION_TICK_ALL,
    ACTION_STOP,
    ACTION_STOP_ALL,
    ACTION_RETRY,
    ACTION_CONTINUE,
    ACTION_EDIT_PROMPT,
    ACTION_MODEL,
    ACTION_RAW,
    ACTION_TAKE_BACK,
    ACTION_APPROVE,
    ACTION_APPROVALS,
    ACTION_TOOL_CALLS,
    ACTION_TOOLS,
    ACTION_UNFOLD,
    ACTION_PROMPTS,
    ACTION_MATRIX,
    ACTION_CELL_LEFT,
    ACTION_CELL_RIGHT,
    ACTION_CELL_UP,
    ACTION_CELL_DOWN,
    ACTION_CELL_PAGE_UP,
    ACTION_CELL_PAGE_DOWN,
    ACTION_CELL_FIRST,
    ACTION_CELL_LAST,
    ACTION_CELL_OPEN,
    ACTION_CELL_VIEW,
    ACTION_CELL_RETRY,
    ACTION_CELLS_RETRY,
    ACTION_MATRIX_FILTER,
    ACTION_MATRIX_EXPORT,
    ACTION_MATRIX_STOP,
    ACTION_MATRIX_LEAVE,
    ACTION_PAGE_UP,
    ACTION_PAGE_DOWN,
    ACTION_HALF_UP,
    ACTION_HALF_DOWN,
    ACTION_LINE_UP,
    ACTION_LINE_DOWN,
    ACTION_TOP,
    ACTION_END,
    ACTION_CURSOR_LEFT,
    ACTION_CURSOR_RIGHT,
    ACTION_CURSOR_UP,
    ACTION_CURSOR_DOWN,
    ACTION_WORD_LEFT,
    ACTION_WORD_RIGHT,
    ACTION_LINE_START,
    ACTION_LINE_END,
    ACTION_DELETE_BACK,
    ACTION_DELETE_FORWARD,
    ACTION_DELETE_WORD_BACK,
    ACTION_DELETE_WORD_FORWARD,
    ACTION_KILL_TO_END,
    ACTION_KILL_TO_START,
    ACTION_YANK,
    ACTION_TRANSPOSE,
    ACTION_UNDO,
    ACTION_REDO,
    ACTION_EDITOR,
    ACTION_HELP,
    ACTION_CONNECTIONS,
    ACTION_THEME,
    ACTION_MOUSE,
    ACTION_SUSPEND,
    ACTION_REDRAW,
    ACTION_QUIT,
    ACTION_COUNT
};

enum action_group {
    ACTION_GROUP_TEXT,
    ACTION_GROUP_PANES,
    ACTION_GROUP_ANSWERS,
    ACTION_GROUP_TOOLS,
    ACTION_GROUP_PROMPTS,
    ACTION_GROUP_MATRIX,
    ACTION_GROUP_SCROLL,
    ACTION_GROUP_PROGRAM,
    ACTION_GROUP_COUNT
};

/* Three sets of keys: while typing, in normal mode (single keys act on panes), and in the
 * matrix (single keys act on cells). */
enum input_mode { MODE_TYPING, MODE_NORMAL, MODE_MATRIX, MODE_COUNT };

struct action_info {
    const char *name; /* "send-focused" */
    const char *help; /* a sentence without subject and period */
    enum action_group group;
    const char *keys[MODE_COUNT]; /* names separated by spaces; "" or NULL for none */
};

/* The record of an action. Never NULL. */
const struct action_info *action_get(enum action action);

/* The names of its keys in a mode, separated by spaces; "" if it has none. */
const char *action_keys(enum action action, enum input_mode mode);

/* The heading of a group. */
const char *action_group_title(enum action_group group);

#endif
