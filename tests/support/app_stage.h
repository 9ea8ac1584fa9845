/*
 * The whole app without a terminal: engine and demo server on one loop, keys by name in,
 * the canvas out. What the display accepted last is in `shown`; every wait runs the loop
 * until a condition on it holds and fails the test, with the picture, when it never does.
 */
#ifndef SUPPORT_APP_STAGE_H
#define SUPPORT_APP_STAGE_H

#include <stdbool.h>
#include <stddef.h>

#include <ev.h>

#include "src/config/catalog.h"
#include "src/config/config.h"
#include "src/config/setting.h"
#include "ui/app.h"

struct demo_server;
struct raw_server;
struct session_keeper;

struct app_stage_options {
    const char *const *models; /* a pane each, "demo/sage"; NULL-terminated */
    const char *draft;
    bool sends_draft;
    const struct attachment_list *attachments; /* for the first prompt; or NULL */
    const char *history_path;
    const char *layout_path;         /* where layouts are remembered, or NULL */
    const char *session_path;        /* the database of sessions, or NULL: no keeper */
    int64_t session;                 /* is opened again; 0: none, -1: the last */
    bool is_temporary;
    const char *other_url;           /* where "other/NAME" leads; NULL: nowhere */
    bool has_raw;                    /* "raw/NAME" leads to a raw_server of the stage */
    const struct settings *settings; /* NULL: defaults */
    const char *tool_path;           /* a folder of tools, all offered; or NULL */
    const char *rule_path;           /* the file for rules, or NULL */
    struct theme *theme;             /* taken; NULL: the default theme */
    const struct theme_set *themes;  /* that can be chosen, or NULL */
    enum clipboard_use clipboard;    /* as in app_options */
    const char *keys;                /* a configuration with bound keys, or NULL */
    bool has_hints;
    const char *prompt_path; /* a folder of templates, or NULL */
    double ask_above;        /* as in app_options; 0: never */
    double speed;            /* of the demo server; 0: 1.0 */
    int width;               /* 0: 100 */
    int height;              /* 0: 30 */
};

struct app_stage {
    struct ev_loop *loop;
    struct demo_server *server;
    struct raw_server *raw; /* or NULL */
    struct engine *engine;
    struct catalog catalog;
    struct template_places prompts;
    struct config config;        /* with the keys of the options */
    struct chat_setup chats[16]; /* the app borrows them */
    struct session_keeper *keeper; /* or NULL */
    struct app *app;
    struct canvas *shown;
    size_t draw_count;    /* frames that were accepted */
    size_t refused_count; /* … that were not */
    bool is_refusing;     /* the display takes no frames */
    size_t suspend_count;
    size_t redraw_count;
    char *opened_address; /* the link that was opened last, or NULL */
    char *edited_path;    /* the file that the editor was wanted for last, or NULL */
    bool has_mouse;
    struct style styles[ROLE_COUNT]; /* as the display was told last */
    char title[200];
    char alert[200]; /* the last call of the person, "" before */
    size_t alert_count;
    char *copied; /* what the display was given for its clipboard last, or NULL */
    size_t copied_len;
    size_t copy_count;
    enum copy_result copy_result; /* what it says to that */
    int wait_ms;                  /* what the display asks streamed frames to wait */
    unsigned base_watchers;       /* active on the loop before the app came */
};

/* Opens the app and shows its first frame. Chats have the ids 1, 2, … in their order. */
struct app_stage *app_stage_new(const struct app_stage_options *options);
void app_stage_free(struct app_stage *stage);

/* Opens it for these models (NULL-terminated) with defaults elsewhere. */
struct app_stage *app_stage_open(const char *const *models);

/* --- doing ------------------------------------------------------------------------ */

void app_stage_press(struct app_stage *stage, const char *key_name);

/* Presses the keys of a text, one by one. */
void app_stage_type(struct app_stage *stage, const char *text);

/* Types a text and presses Enter. */
void app_stage_send(struct app_stage *stage, const char *text);

void app_stage_paste(struct app_stage *stage, const char *text);
void app_stage_click(struct app_stage *stage, int x, int y);
void app_stage_drag(struct app_stage *stage, int from_x, int from_y, int to_x, int to_y);
void app_stage_click_text(struct app_stage *stage, const char *text);
void app_stage_wheel(struct app_stage *stage, int x, int y, bool is_up);

/* Takes frames again after is_refusing, and says so to the app. */
void app_stage_accept(struct app_stage *stage);

/* Runs what is due without waiting; returns the number of active watchers. */
unsigned app_stage_run_due(struct app_stage *stage);

/* --- waiting and looking ---------------------------------------------------------- */

typedef bool app_stage_condition(struct app_stage *stage, void *user);

void app_stage_wait(struct app_stage *stage, app_stage_condition *condition, void *user);
void app_stage_wait_text(struct app_stage *stage, const char *text);
void app_stage_wait_no_text(struct app_stage *stage, const char *text);

/* Waits until no turn is running, and the frame that shows it. */
void app_stage_wait_idle(struct app_stage *stage);

/* Waits until the answer of a chat has at least so many bytes of text. */
void app_stage_wait_answer(struct app_stage *stage, chat_id chat, size_t min_len);

bool app_stage_has(const struct app_stage *stage, const char *text);
void assert_stage_shows(const struct app_stage *stage, const char *text);
void assert_stage_hides(const struct app_stage *stage, const char *text);

/* The text of the last answer, and of the last prompt, of a chat; "" without one. Caller
 * frees. */
char *app_stage_answer(const struct app_stage *stage, chat_id chat);
char *app_stage_prompt(const struct app_stage *stage, chat_id chat);

#endif
