/* The way to a command. */
#include "src/cli/cli.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "src/base/safe_text.h"
#include "src/base/strbuf.h"
#include "src/cli/command.h"
#include "src/cli/setup_config.h"
#include "src/cli/setup_sessions.h"

#include "build-config.h"

/*
 * Opens what the caller closed, so that no file or socket of ours gets the number of a
 * standard stream. The wrong way round, so that using it still fails.
 */
static void cli_fill_standard_streams(void)
{
    for (int fd = STDIN_FILENO; fd <= STDERR_FILENO; fd++) {
        if (fcntl(fd, F_GETFD) < 0 && errno == EBADF)
            open("/dev/null", fd == STDIN_FILENO ? O_WRONLY : O_RDONLY);
    }
}

/* Errors go to standard error; they may quote what somebody else has written. */
static int cli_fail(struct error *err)
{
    struct strbuf safe;
    strbuf_init(&safe, STRBUF_OWN_MAX);
    safe_text_append(&safe, error_text(err), strlen(error_text(err)));
    fprintf(stderr, "motet: %s\n", strbuf_text(&safe));
    strbuf_clear(&safe);
    const int code = (int)error_class_get(err->class)->exit_code;
    error_clear(err);
    return code;
}

static void cli_print_help(const struct command *command)
{
    if (command->name[0] != '\0') {
        printf("Usage: %s\n\n%s\n\nOptions:\n", command->synopsis, command->help);
        options_print_help(command->scope, stdout);
        return;
    }
    printf("Motet: several language models side by side in one terminal.\n\nUsage:\n");
    for (size_t i = 0; command_get(i) != NULL; i++)
        printf("  %s\n        %s\n", command_get(i)->synopsis, command_get(i)->help);
    printf("\nOptions:\n");
    options_print_help(command->scope, stdout);
    printf(
        "\nmotet COMMAND --help shows the options of a command; man motet says more.\n");
}

static const struct command *cli_find_command(const char *word)
{
    for (size_t i = 1; command_get(i) != NULL; i++) {
        if (strcmp(command_get(i)->name, word) == 0)
            return command_get(i);
    }
    return command_get(0);
}

/* Reads the configuration and joins it with the options. False if it has problems and
 * the command is not there to show them. */
static bool cli_read_config(const struct command *command, struct options *options,
                            const struct cli_checks *checks, struct error *err)
{
    if (options->config_path != NULL && options->is_config_off) {
        error_set(err, ERROR_USAGE, "--config and --no-config exclude each other");
        return false;
    }
    /* A screen that lacks its theme says so itself; scripts do not need one. */
    struct cli_checks wanted = *checks;
    if ((command->scope & OPTION_CONFIG) == 0)
        wanted.check_theme = NULL;
    options->config = setup_config_new(options, &wanted);
    const struct problem_list *problems = &options->config->config.problems;
    if (problems->len > 0 && (command->scope & OPTION_CONFIG) == 0) {
        problem_list_to_error(problems, err);
        if (problems->len + problems->left_out > 1)
            error_set(err, ERROR_USAGE, "%s; motet config check lists them",
                      error_text(err));
        return false;
    }
    setup_config_join(options->config, options);
    /* A template may have models of its own, which go before those. */
    if ((command->scope & (OPTION_DEMO | OPTION_RUN | OPTION_REPLAY)) == 0 &&
        !setup_wants_session(options))
        setup_config_add_models(options->config, options);
    return true;
}

static int cli_run_command(const struct command *command, struct options *options,
                           cli_screen_fn open_screen, const struct cli_checks *checks,
                           struct error *err)
{
    if (options->wants_help)
        cli_print_help(command);
    else if (options->wants_version)
        printf("motet %s\n", PACKAGE_VERSION);
    else if (!cli_read_config(command, options, checks, err))
        return EXIT_CODE_USAGE;
    else
        return command->run(options, open_screen, err);
    return EXIT_CODE_OK;
}

/* Writes what is left of standard output. Returns the exit code, which was `code` so far;
 * a reader that has left is no news to anybody. */
static int cli_finish_output(int code, struct error *err)
{
    if (fflush(stdout) == 0)
        return code;
    if (errno != EPIPE && err->class == ERROR_NONE)
        error_set(err, ERROR_INTERNAL, "cannot write to standard output: %s",
                  strerror(errno));
    return code == EXIT_CODE_OK ? EXIT_CODE_INTERNAL : code;
}

int cli_run(int argc, const char *const *argv, cli_screen_fn open_screen,
            const struct cli_checks *checks)
{
    struct error err = {ERROR_NONE, NULL};
    struct options options;
    const struct command *command = cli_find_command(argc > 1 ? argv[1] : "");
    const int skip = command->name[0] != '\0' ? 2 : 1;
    int code = EXIT_CODE_USAGE;
    cli_fill_standard_streams();
    /* A reader that is gone and a file that may not grow are errors of the write. */
    signal(SIGPIPE, SIG_IGN);
    signal(SIGXFSZ, SIG_IGN);
    options_init(&options);
    if (options_parse(&options, command->scope, argc - skip, argv + skip, &err))
        code = cli_finish_output(
            cli_run_command(command, &options, open_screen, checks, &err), &err);
    setup_config_free(options.config);
    options_clear(&options);
    if (err.class != ERROR_NONE)
        code = cli_fail(&err);
    return code;
}
