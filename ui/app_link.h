/* What a click on a link does. For the files ui/app*.c only. */
#ifndef UI_APP_LINK_H
#define UI_APP_LINK_H

#include <stdbool.h>

struct app;

/* A click on a cell: if it leads somewhere the status line says where, and the same click
 * again, while it says so, opens it. False if it leads nowhere. */
bool app_link_press(struct app *app, int x, int y);

#endif
