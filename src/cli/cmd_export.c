/* motet export: a recording as a page that plays it again. (Sessions: motet sessions
 * export.) The recording is played at once, without a screen, and watched. */
#include "src/cli/command.h"

#include <stdio.h>
#include <string.h>

#include <ev.h>

#include "src/base/file_out.h"
#include "src/base/mem.h"
#include "src/base/path.h"
#include "src/cli/setup.h"
#include "src/engine/replay.h"
#include "src/engine/replay_page.h"
#include "src/store/recording.h"

static void on_end(void *user)
{
    ev_break(user, EVBREAK_ALL);
}

/* Plays it and appends the page. */
static bool make_page(struct options *options, struct strbuf *out, struct error *err)
{
    struct setup setup = {0};
    options->needs_no_model = true;
    options->speed = 0;
    const bool ok = setup_init(&setup, options, err);
    if (ok) {
        struct replay_page *page = replay_page_new(setup.engine, setup.replay);
        replay_start(setup.replay, on_end, setup.loop);
        if (!replay_is_over(setup.replay))
            ev_run(setup.loop, 0);
        replay_page_append(page, out);
        replay_page_free(page);
    }
    setup_clear(&setup);
    return ok;
}

static bool write_page(const char *to, const struct strbuf *out, struct error *err)
{
    if (out->is_full) {
        error_set(err, ERROR_USAGE, "the recording is too large for a page");
        return false;
    }
    if (to == NULL || strcmp(to, "-") == 0) {
        const bool ok = fwrite(strbuf_text(out), 1, out->len, stdout) == out->len &&
                        fflush(stdout) == 0;
        if (!ok)
            error_set(err, ERROR_INTERNAL, "standard output could not be written");
        return ok;
    }
    char *path = path_from_text(to);
    const bool ok = file_out_replace(path, strbuf_text(out), out->len, err);
    mem_free(path);
    return ok;
}

static int cmd_export_run(struct options *options, cli_screen_fn open_screen,
                          struct error *err)
{
    const struct session_file_choice *choice = &options->session_file;
    struct recording recording = {0};
    struct strbuf out;
    (void)open_screen;
    if (choice->recording == NULL || options->words.len > 0) {
        error_set(
            err, ERROR_USAGE,
            "motet export takes --html RECORDING and -o FILE; motet sessions export "
            "writes a session");
        return EXIT_CODE_USAGE;
    }
    strbuf_init(&out, STRBUF_OWN_MAX);
    char *path = path_from_text(choice->recording);
    bool ok = recording_read(&recording, path, err);
    if (ok) {
        options->recording = &recording;
        ok = make_page(options, &out, err) && write_page(choice->out_path, &out, err);
        options->recording = NULL;
    }
    recording_clear(&recording);
    mem_free(path);
    strbuf_clear(&out);
    return ok                             ? EXIT_CODE_OK
           : err->class == ERROR_INTERNAL ? EXIT_CODE_INTERNAL
                                          : EXIT_CODE_USAGE;
}

const struct command cmd_export = {
    "export", "motet export --html RECORDING [-o FILE]",
    "a recording as one HTML file that plays the race again", OPTION_EXPORT,
    cmd_export_run};
