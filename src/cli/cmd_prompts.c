/* motet prompts: which prompts there are, what one looks like, and taking over others. */
#include "src/cli/command.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "src/base/json.h"
#include "src/base/mem.h"
#include "src/base/path.h"
#include "src/base/safe_text.h"
#include "src/base/text_list.h"
#include "src/cli/server_template.h"
#include "src/config/suggest.h"
#include "src/prompt/prompt_import.h"
#include "src/prompt/template_folder.h"

/* --- Printing
 * ---------------------------------------------------------------------------
 */

static void print_line(FILE *file, const char *before, const char *text)
{
    struct strbuf safe;
    strbuf_init(&safe, STRBUF_OWN_MAX);
    safe_text_append_line(&safe, text, strlen(text), 2000);
    fprintf(file, "%s%s\n", before, strbuf_text(&safe));
    strbuf_clear(&safe);
}

/* Every problem of a file on standard error; returns the exit code they make. */
static int print_problems(const struct problem_list *problems)
{
    for (size_t i = 0; i < problems->len; i++) {
        char *text = problem_list_format(problems, i);
        print_line(stderr, "motet: ", text);
        mem_free(text);
    }
    if (problems->left_out > 0)
        fprintf(stderr, "motet: and %zu more\n", problems->left_out);
    return problems->len > 0 ? EXIT_CODE_USAGE : EXIT_CODE_OK;
}

static void append_member(struct strbuf *json, const char *name, const char *text)
{
    strbuf_append_format(json, ",\"%s\":", name);
    if (text != NULL)
        json_append_string(json, text, strlen(text));
    else
        strbuf_append_text(json, "null");
}

static void append_texts(struct strbuf *json, const char *name, char *const *texts)
{
    strbuf_append_format(json, ",\"%s\":[", name);
    for (size_t i = 0; texts != NULL && texts[i] != NULL; i++) {
        strbuf_append_text(json, i > 0 ? "," : "");
        json_append_string(json, texts[i], strlen(texts[i]));
    }
    strbuf_append_char(json, ']');
}

/* Where a value comes from when none is given. */
static const char *origin_name(const struct template_field *field)
{
    switch (field->origin) {
    case FIELD_ASKED:
    case FIELD_DEFAULT: return NULL;
    case FIELD_FROM_FILE: return "file";
    case FIELD_FROM_INPUT: return "input";
    case FIELD_FROM_COMMAND: return "command";
    }
    return NULL;
}

static void append_field(struct strbuf *json, const struct template_field *field)
{
    strbuf_append_text(json, "{\"name\":");
    json_append_string(json, field->name, strlen(field->name));
    append_member(json, "type", field_type_name(field->type));
    append_member(json, "default",
                  field->origin == FIELD_DEFAULT ? field->default_text : NULL);
    append_member(json, "from", origin_name(field));
    append_texts(json, "choices", field->choices);
    append_member(json, "help", field->help);
    strbuf_append_char(json, '}');
}

static void print_json(const struct prompt_template *template, bool is_own)
{
    struct strbuf json;
    strbuf_init(&json, STRBUF_OWN_MAX);
    strbuf_append_text(&json, "{\"name\":");
    json_append_string(&json, template->name, strlen(template->name));
    append_member(&json, "path", template->path);
    strbuf_append_format(&json, ",\"own\":%s", is_own ? "true" : "false");
    append_member(&json, "description", template->description);
    strbuf_append_text(&json, ",\"fields\":[");
    for (size_t i = 0; i < template->field_count; i++) {
        strbuf_append_text(&json, i > 0 ? "," : "");
        append_field(&json, &template->fields[i]);
    }
    strbuf_append_char(&json, ']');
    append_texts(&json, "models", template->models);
    append_texts(&json, "params", template->params);
    append_texts(&json, "tools", template->tools);
    strbuf_append_format(&json, ",\"schema\":%s}",
                         template->schema != NULL ? template->schema : "null");
    printf("%s\n", strbuf_text(&json));
    strbuf_clear(&json);
}

/* "genre (text), count (number, 3 if not given), tone (dry, warm)". */
static void append_field_words(struct strbuf *line, const struct template_field *field)
{
    strbuf_append_format(line, "%s (", field->name);
    for (char **choice = field->choices; choice != NULL && *choice != NULL; choice++)
        strbuf_append_format(line, "%s%s", choice > field->choices ? ", " : "", *choice);
    if (field->choices == NULL)
        strbuf_append_text(line, field_type_name(field->type));
    if (field->origin == FIELD_DEFAULT)
        strbuf_append_format(line, "; %s if not given", field->default_text);
    else if (field->origin != FIELD_ASKED)
        strbuf_append_format(line, "; from %s if not given", origin_name(field));
    strbuf_append_char(line, ')');
}

static void print_words(const struct prompt_template *template)
{
    struct strbuf line;
    strbuf_init(&line, STRBUF_OWN_MAX);
    print_line(stdout, "", template->name);
    if (template->description[0] != '\0')
        print_line(stdout, "  ", template->description);
    print_line(stdout, "  from   ", template->path);
    for (size_t i = 0; i < template->field_count; i++) {
        strbuf_append_text(&line, i > 0 ? ", " : "");
        append_field_words(&line, &template->fields[i]);
    }
    if (line.len > 0)
        print_line(stdout, "  fields ", strbuf_text(&line));
    strbuf_clear(&line);
}

/* --- list and show
 * ----------------------------------------------------------------------
 */

static int prompts_list(const struct template_places *places, bool is_json)
{
    struct template_list list = {0};
    int code = EXIT_CODE_OK;
    template_list_read(&list, places);
    for (size_t i = 0; i < list.len; i++) {
        struct problem_list problems;
        struct prompt_template *template =
            template_open(places, list.items[i].path, &problems);
        if (template == NULL)
            code = print_problems(&problems);
        else if (is_json)
            print_json(template, list.items[i].is_own);
        else
            print_words(template);
        template_free(template);
        problem_list_clear(&problems);
    }
    template_list_clear(&list);
    return code;
}

/* Prints the file, so that a copy can be made of it; harmless on a terminal. */
/* As it is into a pipe, harmless on a terminal. */
static void print_text(const char *text, size_t len)
{
    struct strbuf safe;
    if (!isatty(STDOUT_FILENO)) {
        fwrite(text, 1, len, stdout);
        return;
    }
    strbuf_init(&safe, STRBUF_OWN_MAX);
    safe_text_append(&safe, text, len);
    fputs(strbuf_text(&safe), stdout);
    strbuf_clear(&safe);
}

static bool print_file(const char *path, struct error *err)
{
    struct strbuf text;
    strbuf_init(&text, TEMPLATE_MAX_BYTES);
    const bool ok = path_read_regular_file(path, &text, err);
    if (ok)
        print_text(strbuf_text(&text), text.len);
    strbuf_clear(&text);
    return ok;
}

static int prompts_show_servers(const struct options *options, struct error *err)
{
    char *text = server_template_read(options, options->words.items[1], err);
    const int code = text != NULL ? EXIT_CODE_OK : EXIT_CODE_USAGE;
    if (text != NULL)
        print_text(text, strlen(text));
    mem_free(text);
    return code;
}

static int prompts_show(const struct template_places *places,
                        const struct options *options, struct error *err)
{
    struct problem_list problems;
    if (options->words.len != 2) {
        error_set(err, ERROR_USAGE,
                  "motet prompts show takes one prompt: motet prompts show NAME");
        return EXIT_CODE_USAGE;
    }
    const char *folder = places->len > 1 ? places->folders[1] : NULL;
    if (server_template_is_one(options, options->words.items[1]))
        return prompts_show_servers(options, err);
    struct prompt_template *template =
        template_open(places, options->words.items[1], &problems);
    int code = print_problems(&problems);
    if (template != NULL && options->is_json)
        print_json(template, folder != NULL &&
                                 strncmp(template->path, folder, strlen(folder)) == 0);
    else if (template != NULL && !print_file(template->path, err))
        code = EXIT_CODE_USAGE;
    template_free(template);
    problem_list_clear(&problems);
    return code;
}

/* --- import
 * -----------------------------------------------------------------------------
 */

/* Writes a new file; one that is there stays. */
static bool write_new(const char *path, const char *text, struct error *err)
{
    const size_t len = strlen(text);
    size_t at = 0;
    if (!path_make_folders(path, err))
        return false;
    const int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    while (fd >= 0 && at < len) {
        const ssize_t wrote = write(fd, text + at, len - at);
        if (wrote < 0 && errno != EINTR)
            break;
        at += wrote > 0 ? (size_t)wrote : 0;
    }
    if (fd >= 0 && at == len && close(fd) == 0)
        return true;
    error_set(err, ERROR_USAGE,
              errno == EEXIST ? "%s is there already, and stays as it is"
                              : "cannot write %s: %s",
              path, strerror(errno));
    if (fd >= 0)
        unlink(path);
    return false;
}

static void print_imported(const char *path, const struct imported_prompt *prompt,
                           bool is_json)
{
    if (is_json) {
        struct strbuf json;
        strbuf_init(&json, STRBUF_OWN_MAX);
        strbuf_append_text(&json, "{\"name\":");
        json_append_string(&json, prompt->name, strlen(prompt->name));
        append_member(&json, "path", path);
        append_texts(&json, "notes", prompt->notes.items);
        printf("%s}\n", strbuf_text(&json));
        strbuf_clear(&json);
        return;
    }
    print_line(stdout, "wrote ", path);
    for (size_t i = 0; i < prompt->notes.len; i++)
        print_line(stdout, "  note: ", prompt->notes.items[i]);
}

static int write_imported(const struct import_list *list, const char *folder,
                          bool is_json)
{
    int code = EXIT_CODE_OK;
    for (size_t i = 0; i < list->len; i++) {
        struct error err = {ERROR_NONE, NULL};
        char *path = strbuf_format("%s/%s.md", folder, list->items[i].name);
        if (write_new(path, list->items[i].text, &err)) {
            print_imported(path, &list->items[i], is_json);
        } else {
            print_line(stderr, "motet: ", error_text(&err));
            code = EXIT_CODE_USAGE;
        }
        error_clear(&err);
        mem_free(path);
    }
    return code;
}

static int import_file(const char *file, const char *folder, bool is_json)
{
    struct error err = {ERROR_NONE, NULL};
    struct import_list list = {0};
    struct problem_list problems;
    struct strbuf text;
    strbuf_init(&text, IMPORT_MAX_BYTES);
    problem_list_init(&problems, file);
    if (!path_read_regular_file(file, &text, &err))
        problem_list_add_error(&problems, (struct text_place){0, 0}, "", &err);
    else
        prompt_import(file, strbuf_text(&text), text.len, &list, &problems);
    int code = print_problems(&problems);
    if (write_imported(&list, folder, is_json) != EXIT_CODE_OK)
        code = EXIT_CODE_USAGE;
    error_clear(&err);
    import_list_clear(&list);
    problem_list_clear(&problems);
    strbuf_clear(&text);
    return code;
}

static int prompts_import(const struct options *options, struct error *err)
{
    int code = EXIT_CODE_OK;
    char *folder = path_config_file("prompts");
    if (options->words.len < 2 || folder == NULL) {
        error_set(err, ERROR_USAGE,
                  folder == NULL ? "neither HOME nor XDG_CONFIG_HOME says where prompts "
                                   "could be"
                                 : "motet prompts import takes files: templates of llm "
                                   "(*.yaml), or roles of aichat (*.md, roles.yaml)");
        mem_free(folder);
        return EXIT_CODE_USAGE;
    }
    for (size_t i = 1; i < options->words.len; i++) {
        const int one = import_file(options->words.items[i], folder, options->is_json);
        code = one != EXIT_CODE_OK ? one : code;
    }
    mem_free(folder);
    return code;
}

/* --- The command
 * ------------------------------------------------------------------------
 */

static int prompts_refuse(const char *word, struct error *err)
{
    static const char *const known[] = {"list", "show", "import", NULL};
    struct suggestion suggestion;
    suggestion_init(&suggestion, word);
    for (size_t i = 0; known[i] != NULL; i++)
        suggestion_consider(&suggestion, known[i]);
    if (suggestion.best != NULL)
        error_set(err, ERROR_USAGE, "there is no motet prompts %s; did you mean \"%s\"?",
                  word, suggestion.best);
    else
        error_set(err, ERROR_USAGE,
                  "there is no motet prompts %s; there are list, show NAME and import "
                  "FILE",
                  word);
    return EXIT_CODE_USAGE;
}

static int cmd_prompts_run(struct options *options, cli_screen_fn open_screen,
                           struct error *err)
{
    (void)open_screen;
    struct template_places places;
    const char *word = options->words.len > 0 ? options->words.items[0] : "list";
    int code;
    template_places_init(&places, NULL);
    if (strcmp(word, "list") == 0)
        code = prompts_list(&places, options->is_json);
    else if (strcmp(word, "show") == 0)
        code = prompts_show(&places, options, err);
    else if (strcmp(word, "import") == 0)
        code = prompts_import(options, err);
    else
        code = prompts_refuse(word, err);
    template_places_clear(&places);
    return code;
}

const struct command cmd_prompts = {
    "prompts", "motet prompts [list | show NAME | import FILE...]",
    "the prompts there are, one of them as it is written, and those of other programs "
    "taken over",
    OPTION_TALK | OPTION_LINES | OPTION_CONFIG, cmd_prompts_run};
