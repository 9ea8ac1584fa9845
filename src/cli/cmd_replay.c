/* motet replay: a recording again, on the screen or in lines. */
#include "src/cli/command.h"

#include <stdio.h>

#include "src/base/mem.h"
#include "src/base/program_place.h"
#include "src/base/strbuf.h"
#include "src/cli/lines.h"
#include "src/store/recording.h"

static const char torn_notice[] =
    "the recording's last line is not whole: the program that wrote it was ended there";

/* The path of the recording that comes with Motet. Caller frees. */
static char *find_shipped(void)
{
    struct program_place place;
    program_place_init(&place, NULL);
    char *path = strbuf_format("%s/recordings/race.jsonl", place.data_folder);
    program_place_clear(&place);
    return path;
}

static int replay_in_lines(struct options *options, struct error *err)
{
    struct setup setup = {0};
    int code = EXIT_CODE_USAGE;
    if (options->recording->is_torn)
        fprintf(stderr, "motet: %s\n", torn_notice);
    if (setup_init(&setup, options, err))
        code = lines_run(&setup, NULL, options->is_json);
    setup_clear(&setup);
    return code;
}

static int replay_on_screen(struct options *options, cli_screen_fn open_screen,
                            struct error *err)
{
    struct cli_screen screen = {
        .notice = options->recording->is_torn
                      ? torn_notice
                      : "a recording: nothing is sent, nothing runs; {quit} ends it"};
    return command_run_screen(options, &screen, open_screen, err);
}

static int cmd_replay_run(struct options *options, cli_screen_fn open_screen,
                          struct error *err)
{
    struct recording recording = {0};
    int code = EXIT_CODE_USAGE;
    if (options->words.len > 1) {
        error_set(err, ERROR_USAGE, "motet replay plays one recording: name one file");
        return code;
    }
    char *path =
        options->words.len == 1 ? mem_strdup(options->words.items[0]) : find_shipped();
    options->needs_no_model = true;
    if (recording_read(&recording, path, err)) {
        options->recording = &recording;
        if (command_can_show_screen(options) && !command_wants_plain(options) &&
            !command_has_plain_terminal())
            code = replay_on_screen(options, open_screen, err);
        else
            code = replay_in_lines(options, err);
    }
    options->recording = NULL;
    recording_clear(&recording);
    mem_free(path);
    return code;
}

const struct command cmd_replay = {"replay", "motet replay [FILE] [--speed X|max]",
                                   "a recording again, on the screen or in lines",
                                   OPTION_SCREEN | OPTION_LINES | OPTION_REPLAY,
                                   cmd_replay_run};
