/*
 * Takes a picture of a program in a terminal: runs it, plays a small script of keys and
 * waits, and writes what the screen shows then.
 *
 *   screenshot WIDTHxHEIGHT TITLE COMMAND [ARGUMENT…] < SCRIPT > PICTURE.svg
 *
 * The script has one command a line:
 *   type TEXT   press KEY   paste TEXT   wait TEXT   wait-gone TEXT   # a comment
 */
#include <locale.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "src/base/error.h"
#include "src/base/mem.h"
#include "src/base/strbuf.h"
#include "tests/support/pty_program.h"
#include "tests/support/svg_screen.h"

#define LINE_MAX_BYTES 4096

/* The text after `word` and a space, or NULL if the line does not begin so. */
static const char *argument_of(const char *line, const char *word)
{
    const size_t len = strlen(word);
    return strncmp(line, word, len) == 0 && line[len] == ' ' ? line + len + 1 : NULL;
}

/* Plays one line; false when a wait failed or the line is no command. */
static bool play(struct pty_program *program, const char *line)
{
    const char *text;
    if (line[0] == '\0' || line[0] == '#')
        return true;
    if ((text = argument_of(line, "wait")) != NULL)
        return pty_program_wait_text(program, text);
    if ((text = argument_of(line, "wait-gone")) != NULL)
        return pty_program_wait_no_text(program, text);
    if ((text = argument_of(line, "type")) != NULL)
        pty_program_type(program, text);
    else if ((text = argument_of(line, "press")) != NULL)
        pty_program_press(program, text);
    else if ((text = argument_of(line, "paste")) != NULL)
        pty_program_paste(program, text);
    else
        fprintf(stderr, "screenshot: no such command: %s\n", line);
    return text != NULL;
}

static bool play_script(struct pty_program *program, FILE *script)
{
    char line[LINE_MAX_BYTES];
    while (fgets(line, sizeof(line), script) != NULL) {
        line[strcspn(line, "\n")] = '\0';
        if (!play(program, line))
            return false;
    }
    return true;
}

static bool read_size(const char *text, int *width, int *height)
{
    char *end;
    const long columns = strtol(text, &end, 10);
    if (*end != 'x')
        return false;
    const long rows = strtol(end + 1, &end, 10);
    if (*end != '\0' || columns < 1 || columns > 1000 || rows < 1 || rows > 1000)
        return false;
    *width = (int)columns;
    *height = (int)rows;
    return true;
}

int main(int argc, char **argv)
{
    setlocale(LC_ALL, "C.UTF-8");
    struct pty_options options = {0};
    if (argc < 4 || !read_size(argv[1], &options.width, &options.height)) {
        fprintf(stderr, "usage: screenshot WIDTHxHEIGHT TITLE COMMAND [ARGUMENT...]\n");
        return EXIT_CODE_USAGE;
    }
    options.argv = (const char *const *)argv + 3;
    struct pty_program *program = pty_program_start(&options);
    struct strbuf picture;
    strbuf_init(&picture, STRBUF_OWN_MAX);
    const bool is_ok = play_script(program, stdin);
    if (is_ok)
        svg_screen_append(pty_program_get_screen(program), argv[2], &picture);
    const bool is_written =
        is_ok && fwrite(strbuf_text(&picture), 1, picture.len, stdout) == picture.len &&
        fflush(stdout) == 0;
    strbuf_clear(&picture);
    pty_program_free(program);
    return is_written ? EXIT_CODE_OK : EXIT_CODE_INTERNAL;
}
