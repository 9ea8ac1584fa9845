/*
 * An address is never followed by one click: the words of a link are a model's, and only
 * the address says where it leads. The status line is the memory: what it says is what
 * the second click does.
 */
#include "ui/app_link.h"

#include <string.h>

#include "src/base/mem.h"
#include "ui/app_state.h"
#include "ui/view/url_check.h"

/* "click again to open https://…"; with what is odd about its host before. Caller frees.
 */
static char *app_link_question(const char *address)
{
    struct strbuf text;
    size_t at = 0;
    strbuf_init(&text, STRBUF_OWN_MAX);
    while (url_check_next(address, strlen(address), &at, &text))
        strbuf_append_text(&text, "; ");
    strbuf_append_format(&text, "click again to open %s", address);
    return strbuf_take(&text);
}

static void app_link_open(struct app *app, const char *address)
{
    struct error err = {ERROR_NONE, NULL};
    if (app->display.open_link(app->display.user, address, &err)) {
        char *text = strbuf_format("opened %s", address);
        app_notify(app, text);
        mem_free(text);
    } else {
        app_notify(app, error_text(&err));
    }
    error_clear(&err);
}

bool app_link_press(struct app *app, int x, int y)
{
    const char *address = canvas_link_at(app->canvas, x, y);
    if (address == NULL)
        return false;
    char *question = app_link_question(address);
    if (app->notice != NULL && strcmp(app->notice, question) == 0)
        app_link_open(app, address);
    else
        app_notify(app, question);
    mem_free(question);
    return true;
}
