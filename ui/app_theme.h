/*
 * The look of the app: the theme in use, its file watched for edits, and the box in which
 * themes are tried on. A part of struct app; only ui/app*.c include it.
 */
#ifndef UI_APP_THEME_H
#define UI_APP_THEME_H

#include <ev.h>

#include "ui/edit/key.h"
#include "ui/theme/theme.h"

struct app;

struct app_theme {
    struct theme current; /* as shown */
    struct theme before;  /* while others are tried on: what Esc brings back */
    struct ev_stat watch; /* on the file of `current`, if it has one */
};

/* Shows the theme of the options. */
void app_init_theme(struct app *app);
void app_clear_theme(struct app *app);

/* Opens the box. */
void app_open_themes(struct app *app);
void app_themes_key(struct app *app, const struct key *key);

#endif
