/*
 * The trial runs exactly what a read-only call would, with "true" in its place: on many
 * systems the program is there and user namespaces are not.
 */
#include "src/tool/sandbox.h"

#include <stdlib.h>
#include <string.h>

#include "src/base/mem.h"
#include "src/base/path.h"
#include "src/base/strbuf.h"
#include "src/proc/process.h"

#define SANDBOX_TRIAL_MS 5000

struct sandbox {
    struct ev_loop *loop;
    char *program;
    enum sandbox_state state;
    struct process *trial;
    struct ev_timer told; /* the trial could not even be started: told from the loop */
    struct sandbox_waiter *first;
};

/* --- The trial
 * ----------------------------------------------------------------------------
 */

static void sandbox_settle(struct sandbox *sandbox, enum sandbox_state state)
{
    sandbox->state = state;
    /* A waiter may leave others, or free the sandbox's user; each is taken off first. */
    while (sandbox->first != NULL) {
        struct sandbox_waiter *waiter = sandbox->first;
        sandbox->first = waiter->next;
        waiter->next = NULL;
        waiter->on_known(waiter->user);
    }
}

static void sandbox_on_trial(void *user, const struct process_result *result)
{
    struct sandbox *sandbox = user;
    process_free(sandbox->trial);
    sandbox->trial = NULL;
    if (result->error.class != ERROR_NONE)
        sandbox_settle(sandbox, SANDBOX_MISSING);
    else
        sandbox_settle(sandbox, result->exit_code == 0 ? SANDBOX_WORKS : SANDBOX_FAILS);
}

static void sandbox_on_told(struct ev_loop *loop, struct ev_timer *timer, int events)
{
    (void)events;
    ev_timer_stop(loop, timer);
    sandbox_settle(timer->data, SANDBOX_FAILS);
}

void sandbox_try(struct sandbox *sandbox)
{
    if (sandbox->state != SANDBOX_UNTRIED)
        return;
    sandbox->state = SANDBOX_TRYING;
    char *program = path_find_program("true", getenv("PATH"));
    char word[] = "true";
    char *const inner[] = {program != NULL ? program : word, NULL};
    char **argv = sandbox_make_argv(sandbox, SANDBOX_READ_ONLY, "/", inner);
    const struct process_options options = {.argv = (const char *const *)argv,
                                            .environment = PROCESS_ENVIRONMENT_MINIMAL,
                                            .output_max = 1000,
                                            .errors_max = 1000,
                                            .deadline_ms = SANDBOX_TRIAL_MS};
    const struct process_handler handler = {.on_done = sandbox_on_trial, .user = sandbox};
    sandbox->trial = process_start(sandbox->loop, &options, &handler, NULL);
    if (sandbox->trial == NULL)
        ev_timer_start(sandbox->loop, &sandbox->told);
    sandbox_argv_free(argv);
    mem_free(program);
}

/* --- Life
 * ------------------------------------------------------------------------------
 */

struct sandbox *sandbox_new(struct ev_loop *loop, const char *program)
{
    struct sandbox *sandbox = mem_alloc(sizeof(*sandbox));
    sandbox->loop = loop;
    sandbox->program = mem_strdup(program != NULL ? program : "bwrap");
    ev_timer_init(&sandbox->told, sandbox_on_told, 0., 0.);
    sandbox->told.data = sandbox;
    return sandbox;
}

void sandbox_free(struct sandbox *sandbox)
{
    if (sandbox == NULL)
        return;
    ev_timer_stop(sandbox->loop, &sandbox->told);
    process_free(sandbox->trial);
    mem_free(sandbox->program);
    mem_free(sandbox);
}

enum sandbox_state sandbox_get_state(const struct sandbox *sandbox)
{
    return sandbox->state;
}

void sandbox_wait(struct sandbox *sandbox, struct sandbox_waiter *waiter)
{
    waiter->next = sandbox->first;
    sandbox->first = waiter;
    sandbox_try(sandbox);
}

void sandbox_leave(struct sandbox *sandbox, struct sandbox_waiter *waiter)
{
    for (struct sandbox_waiter **at = &sandbox->first; *at != NULL; at = &(*at)->next) {
        if (*at == waiter) {
            *at = waiter->next;
            waiter->next = NULL;
            return;
        }
    }
}

/* --- What is run
 * --------------------------------------------------------------------------
 */

struct argv_list {
    char **items;
    size_t len;
    size_t cap;
};

static void argv_add(struct argv_list *list, const char *word)
{
    list->items =
        mem_grow(list->items, &list->cap, list->len + 2, sizeof(list->items[0]));
    list->items[list->len++] = mem_strdup(word);
    list->items[list->len] = NULL;
}

static void argv_add_bind(struct argv_list *list, const char *how, const char *path)
{
    argv_add(list, how);
    argv_add(list, path);
    argv_add(list, path);
}

/* The folder of Motet's configuration without links, or NULL. Caller frees with free. */
static char *find_own_folder(void)
{
    char *file = path_config_file("");
    char *folder = file != NULL ? realpath(file, NULL) : NULL;
    mem_free(file);
    return folder;
}

/* Lets it write to its working directory, but not to our rules and tools if they lie
 * there. A program in the /tmp that is hidden from it is shown again. */
static void argv_add_writable(struct argv_list *list, const char *directory,
                              const char *program)
{
    char *own = find_own_folder();
    argv_add(list, "--tmpfs");
    argv_add(list, "/tmp");
    if (strncmp(program, "/tmp/", 5) == 0)
        argv_add_bind(list, "--ro-bind", program);
    argv_add_bind(list, "--bind", directory);
    if (own != NULL && strncmp(own, directory, strlen(directory)) == 0)
        argv_add_bind(list, "--ro-bind", own);
    free(own);
}

char **sandbox_make_argv(const struct sandbox *sandbox, enum sandbox_kind kind,
                         const char *directory, char *const *argv)
{
    static const char *const walls[] = {"--dev",
                                        "/dev",
                                        "--proc",
                                        "/proc",
                                        "--unshare-net",
                                        "--unshare-pid",
                                        "--unshare-ipc",
                                        "--unshare-uts",
                                        "--die-with-parent",
                                        "--new-session",
                                        NULL};
    struct argv_list list = {0};
    argv_add(&list, sandbox->program);
    argv_add_bind(&list, "--ro-bind", "/");
    if (kind == SANDBOX_NO_NETWORK)
        argv_add_writable(&list, directory, argv[0]);
    for (size_t i = 0; walls[i] != NULL; i++)
        argv_add(&list, walls[i]);
    argv_add(&list, "--chdir");
    argv_add(&list, directory);
    argv_add(&list, "--");
    for (size_t i = 0; argv[i] != NULL; i++)
        argv_add(&list, argv[i]);
    return list.items;
}

void sandbox_argv_free(char **argv)
{
    for (size_t i = 0; argv != NULL && argv[i] != NULL; i++)
        mem_free(argv[i]);
    mem_free(argv);
}
