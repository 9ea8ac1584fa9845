/*
 * Prompts of MCP servers in the app: listed with the templates, fetched, and opened as a
 * form. For the files ui/app*.c only.
 */
#ifndef UI_APP_SERVER_PROMPTS_H
#define UI_APP_SERVER_PROMPTS_H

#include <stdbool.h>
#include <stddef.h>

struct app;
struct ranked_list;
struct server_prompt;

/* A server's prompt that is being fetched for a form. */
struct server_form {
    struct server_prompt *fetch; /* or NULL */
    char *name;
    char *text; /* for its first field */
    bool is_of_composer;
};

bool app_is_server_prompt(struct app *app, const char *name, size_t len);
/* What it says of itself. Caller frees. */
char *app_describe_server_prompt(struct app *app, const char *name);
/* Adds the prompts of all servers that are there. */
void app_add_server_prompts(struct app *app, struct ranked_list *ranked,
                            const char *filter);
/* Fetches one and opens its form, in the place of one that is still being fetched. */
void app_open_server_prompt(struct app *app, const char *name, const char *text,
                            bool is_of_composer);
void app_stop_server_prompt(struct app *app);

#endif
