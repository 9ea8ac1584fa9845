/*
 * Marks are words that no prompt holds by chance. Braces of the server's own text are
 * doubled, and a line that looks like a template's role gets a blank before it, so that
 * nothing in it is read as a template but what we have put there.
 */
#include "src/engine/server_prompt.h"

#include <string.h>

#include "src/base/compiler.h"
#include "src/base/json.h"
#include "src/base/mem.h"
#include "src/engine/engine_state.h"
#include "src/tool/mcp_call.h"

#define MARK_FORMAT "qZmark%zuZq"

struct server_prompt {
    struct mcp_call *call;
    server_prompt_fn on_text;
    void *user;
    char *name;
    char *description;
    struct mcp_prompt_argument *arguments; /* texts owned */
    size_t argument_count;
};

/* Where the name's server and prompt are; false if there is no such server. */
static bool find_server(const struct engine *engine, const char *name,
                        struct mcp_server **server, const char **prompt)
{
    for (size_t i = 0; i < toolbox_server_count(engine->toolbox); i++) {
        struct mcp_facts facts;
        *server = toolbox_get_server(engine->toolbox, i);
        mcp_server_get_facts(*server, &facts);
        const size_t len = strlen(facts.name);
        if (strncmp(name, facts.name, len) == 0 && name[len] == '.' &&
            name[len + 1] != '\0') {
            *prompt = name + len + 1;
            return true;
        }
    }
    return false;
}

bool server_prompt_is_one(struct engine *engine, const char *name, char **server_name)
{
    struct mcp_server *server;
    const char *prompt;
    if (!find_server(engine, name, &server, &prompt))
        return false;
    if (server_name != NULL)
        *server_name = mem_strndup(name, (size_t)(prompt - name - 1));
    return true;
}

/* Writing the template. */

static void write_header(const struct server_prompt *fetch, struct strbuf *out)
{
    strbuf_append_text(out, "---\ndescription: ");
    json_append_string(out, fetch->description, strlen(fetch->description));
    strbuf_append_text(out, fetch->argument_count > 0 ? "\nfields:\n" : "\n");
    for (size_t i = 0; i < fetch->argument_count; i++) {
        const struct mcp_prompt_argument *argument = &fetch->arguments[i];
        strbuf_append_format(out, "  %s: {type: text", argument->name);
        if (!argument->is_required)
            strbuf_append_text(out, ", default: \"\"");
        if (argument->description != NULL) {
            strbuf_append_text(out, ", help: ");
            json_append_string(out, argument->description, strlen(argument->description));
        }
        strbuf_append_text(out, "}\n");
    }
    strbuf_append_text(out, "---\n");
}

/* Writes a mark as its field; returns its length, 0 where there is none. */
static size_t write_mark(const struct server_prompt *fetch, const char *at,
                         struct strbuf *out)
{
    for (size_t i = 0; i < fetch->argument_count; i++) {
        char mark[40];
        const int len = snprintf(mark, sizeof(mark), MARK_FORMAT, i);
        if (strncmp(at, mark, (size_t)len) != 0)
            continue;
        strbuf_append_format(out, "{%s}", fetch->arguments[i].name);
        return (size_t)len;
    }
    return 0;
}

static bool looks_like_role(const char *line)
{
    static const char *const roles[] = {"SYSTEM:", "USER:", "ASSISTANT:", "MESSAGES:"};
    for (size_t i = 0; i < COUNT_OF(roles); i++) {
        if (strncmp(line, roles[i], strlen(roles[i])) == 0)
            return true;
    }
    return false;
}

static void write_message(const struct server_prompt *fetch,
                          const struct mcp_prompt_message *message, struct strbuf *out)
{
    char *text = mem_strndup(message->text, message->len);
    strbuf_append_text(out, message->is_assistant ? "ASSISTANT:\n" : "USER:\n");
    bool is_line_start = true;
    for (const char *at = text; *at != '\0';) {
        if (is_line_start && looks_like_role(at))
            strbuf_append_char(out, ' ');
        const size_t mark = write_mark(fetch, at, out);
        is_line_start = *at == '\n';
        if (mark > 0) {
            at += mark;
            continue;
        }
        if (*at == '{' || *at == '}')
            strbuf_append_char(out, *at);
        strbuf_append_char(out, *at++);
    }
    strbuf_append_char(out, '\n');
    mem_free(text);
}

/* Fetching. */

static void on_prompt(void *user, const struct mcp_prompt_result *result)
{
    struct server_prompt *fetch = user;
    struct error err = {ERROR_NONE, NULL};
    struct strbuf text;
    strbuf_init(&text, STRBUF_OWN_MAX);
    fetch->call = NULL;
    if (result->end != TOOL_END_OK)
        error_set(&err, ERROR_USAGE, "%s: %s", fetch->name, result->text);
    write_header(fetch, &text);
    for (size_t i = 0; i < result->message_count && err.class == ERROR_NONE; i++)
        write_message(fetch, &result->messages[i], &text);
    fetch->on_text(fetch->user, strbuf_text(&text), &err);
    server_prompt_free(fetch);
    strbuf_clear(&text);
    error_clear(&err);
}

/* True if the name can be a field's: letters, digits and '_', as in braces. */
static bool is_field_name(const char *name)
{
    const size_t len = strspn(name, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
                                    "0123456789_");
    return len > 0 && name[len] == '\0' && !(name[0] >= '0' && name[0] <= '9');
}

static bool copy_arguments(struct server_prompt *fetch, const struct mcp_prompt *prompt,
                           struct error *err)
{
    fetch->arguments = mem_alloc_array(prompt->argument_count, sizeof(*fetch->arguments));
    for (size_t i = 0; i < prompt->argument_count; i++) {
        const struct mcp_prompt_argument *argument = &prompt->arguments[i];
        if (!is_field_name(argument->name)) {
            error_set(err, ERROR_USAGE,
                      "%s: its argument \"%s\" has a name that no field can have",
                      fetch->name, argument->name);
            return false;
        }
        fetch->arguments[fetch->argument_count++] =
            (struct mcp_prompt_argument){.name = mem_strdup(argument->name),
                                         .description = mem_strdup(argument->description),
                                         .is_required = argument->is_required};
    }
    return true;
}

/* The arguments as JSON, each with its mark. Caller frees. */
static char *make_marks(const struct server_prompt *fetch)
{
    struct strbuf json;
    strbuf_init(&json, STRBUF_OWN_MAX);
    strbuf_append_char(&json, '{');
    for (size_t i = 0; i < fetch->argument_count; i++) {
        strbuf_append_text(&json, i > 0 ? "," : "");
        json_append_string(&json, fetch->arguments[i].name,
                           strlen(fetch->arguments[i].name));
        strbuf_append_format(&json, ":\"" MARK_FORMAT "\"", i);
    }
    strbuf_append_char(&json, '}');
    return strbuf_take(&json);
}

static const struct mcp_prompt *find_prompt(const struct mcp_server *server,
                                            const char *name)
{
    size_t count;
    const struct mcp_prompt *prompts = mcp_server_get_prompts(server, &count);
    for (size_t i = 0; i < count; i++) {
        if (strcmp(prompts[i].name, name) == 0)
            return &prompts[i];
    }
    return NULL;
}

struct server_prompt *server_prompt_fetch(struct engine *engine, const char *name,
                                          server_prompt_fn on_text, void *user,
                                          struct error *err)
{
    struct mcp_server *server = NULL;
    const char *prompt_name = NULL;
    const struct mcp_prompt *prompt = NULL;
    if (find_server(engine, name, &server, &prompt_name))
        prompt = find_prompt(server, prompt_name);
    if (prompt == NULL) {
        struct mcp_facts facts = {.state = MCP_STOPPED};
        if (server != NULL && prompt_name != NULL)
            mcp_server_get_facts(server, &facts);
        error_set(err, ERROR_USAGE, "there is no prompt %s%s%s", name,
                  facts.message != NULL ? ": " : "",
                  facts.message != NULL ? facts.message : "");
        return NULL;
    }
    struct server_prompt *fetch = mem_alloc(sizeof(*fetch));
    const struct mcp_prompt_handler handler = {on_prompt, fetch};
    fetch->on_text = on_text;
    fetch->user = user;
    fetch->name = mem_strdup(name);
    fetch->description =
        mem_strdup(prompt->description != NULL ? prompt->description : "");
    if (copy_arguments(fetch, prompt, err)) {
        char *marks = make_marks(fetch);
        fetch->call = mcp_call_get_prompt(server, prompt_name, marks, &handler, err);
        mem_free(marks);
    }
    if (fetch->call != NULL)
        return fetch;
    server_prompt_free(fetch);
    return NULL;
}

void server_prompt_free(struct server_prompt *fetch)
{
    if (fetch == NULL)
        return;
    mcp_call_free(fetch->call);
    for (size_t i = 0; i < fetch->argument_count; i++) {
        mem_free(fetch->arguments[i].name);
        mem_free(fetch->arguments[i].description);
    }
    mem_free(fetch->arguments);
    mem_free(fetch->name);
    mem_free(fetch->description);
    mem_free(fetch);
}
