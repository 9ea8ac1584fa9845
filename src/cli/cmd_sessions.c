/* motet sessions: what was kept, out to files and in from them. */
#include "src/cli/command.h"

#include <string.h>

#include "src/base/compiler.h"
#include "src/base/mem.h"
#include "src/cli/session_files.h"
#include "src/cli/session_verbs.h"
#include "src/cli/setup_sessions.h"

struct sessions_verb {
    const char *name;
    /* Carries the words out; `path` is the database's. */
    int (*run)(const struct options *options, const char *path, struct error *err);
};

static const struct sessions_verb verbs[] = {
    {"list", session_verb_list},      {"show", session_verb_show},
    {"search", session_verb_search},  {"rename", session_verb_rename},
    {"tag", session_verb_tag},        {"untag", session_verb_untag},
    {"rm", session_verb_remove},      {"export", session_files_export},
    {"import", session_files_import},
};

static int sessions_run(struct options *options, cli_screen_fn open_screen,
                        struct error *err)
{
    (void)open_screen;
    const char *word = options->words.len > 0 ? options->words.items[0] : "list";
    int code = EXIT_CODE_USAGE;
    char *path = setup_session_path();
    for (size_t i = 0; i < COUNT_OF(verbs); i++) {
        if (strcmp(verbs[i].name, word) != 0)
            continue;
        if (path != NULL)
            code = verbs[i].run(options, path, err);
        else
            error_set(err, ERROR_USAGE, "there is no home folder to keep sessions in");
        mem_free(path);
        return code;
    }
    error_set(err, ERROR_USAGE,
              "motet sessions takes list, show, search, rename, tag, untag, rm, export "
              "or import, not \"%s\"",
              word);
    mem_free(path);
    return code;
}

const struct command cmd_sessions = {
    .name = "sessions",
    .synopsis =
        "motet sessions [list | show ID | search WORDS | rename ID TITLE | tag ID "
        "TAG... | untag ID TAG... | rm ID... | export ID [-o FILE] | import "
        "FILE...]",
    .help = "the sessions that were kept: listed, found, shown, named, removed, out to "
            "files and in from files",
    .scope = OPTION_SESSIONS,
    .run = sessions_run,
};
