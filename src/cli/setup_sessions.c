/* Nothing is opened here but for -c, which has to look which session was the last. */
#include "src/cli/setup_sessions.h"

#include <stdio.h>
#include <string.h>

#include "src/base/mem.h"
#include "src/base/path.h"
#include "src/cli/setup_config.h"
#include "src/engine/session_keeper.h"

char *setup_session_path(void)
{
    return path_data_file("motet.db", false);
}

bool setup_wants_session(const struct options *options)
{
    return options->is_continuing || options->session != 0;
}

/* The demo's port is another one each time, so its chats name it only. */
static const struct endpoint *setup_find_endpoint(void *user, const char *name)
{
    struct setup *setup = user;
    struct error err = {ERROR_NONE, NULL};
    const bool ok = strcmp(name, "demo") == 0 && setup_add_demo(setup, &err);
    error_clear(&err);
    return ok ? catalog_find_endpoint(&setup->catalog, name) : NULL;
}

static bool setup_check_session_options(const struct options *options, struct error *err)
{
    if (options->is_continuing && options->session != 0)
        error_set(err, ERROR_USAGE, "-c and --session exclude each other");
    else if (options->is_temporary && setup_wants_session(options))
        error_set(err, ERROR_USAGE,
                  "--temporary begins a session: it cannot open one again");
    else if (setup_wants_session(options) && options->models.len > 0)
        error_set(err, ERROR_USAGE, "a session has its models: leave -m out with %s",
                  options->is_continuing ? "-c" : "--session");
    return err->class == ERROR_NONE;
}

static bool setup_is_kept(const struct setup *setup, bool is_person)
{
    const struct options *options = setup->options;
    const bool is_wanted =
        config_whole(&options->config->config.defaults, SETTING_KEEP_SESSIONS, 1) != 0;
    return setup_wants_session(options) || (is_wanted && is_person && !options->is_demo);
}

bool setup_keep_sessions(struct setup *setup, bool is_person, enum approval approval,
                         struct error *err)
{
    const struct options *options = setup->options;
    if (!setup_check_session_options(options, err))
        return false;
    char *path = setup_is_kept(setup, is_person) ? setup_session_path() : NULL;
    setup->keeper = session_keeper_new(&(struct session_keeper_options){
        .engine = setup->engine,
        .loop = setup->loop,
        .catalog = &setup->catalog,
        .log = setup->log,
        .path = path,
        .approval = approval,
        .find_endpoint = setup_find_endpoint,
        .find_user = setup,
        .title_model =
            config_text(&options->config->config.defaults, SETTING_TITLE_MODEL)});
    mem_free(path);
    if (options->is_temporary)
        session_keeper_set_temporary(setup->keeper, true);
    setup->session = options->session;
    if (options->is_continuing)
        setup->session = session_keeper_last(setup->keeper, err);
    if (options->is_continuing && setup->session == 0 && err->class == ERROR_NONE)
        error_set(err, ERROR_USAGE, "there is no session yet to go on with");
    return err->class == ERROR_NONE;
}

void setup_flush_sessions(struct setup *setup)
{
    if (setup->keeper != NULL && !session_keeper_flush(setup->keeper))
        fprintf(stderr, "motet: what was said last could not be stored\n");
}
