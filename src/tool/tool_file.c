/*
 * A table of the names that may stand in a file, each with the function that takes its
 * value. All faults are found in one walk.
 */
#include "src/tool/tool_file.h"

#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "src/base/compiler.h"
#include "src/base/mem.h"
#include "src/base/path.h"
#include "src/config/quantity.h"
#include "src/config/suggest.h"
#include "src/config/yaml_file.h"
#include "src/config/yaml_json.h"

#define TOOL_TIMEOUT_MS     60000
#define TOOL_TIMEOUT_MAX_MS ((int64_t)24 * 3600 * 1000)
#define TOOL_OUTPUT_MAX     ((size_t)16 << 20)
#define TOOL_NAME_MAX       64
#define TOOL_ARGV_MAX       1000
#define TOOL_SCHEMA_MAX     ((size_t)1 << 20)

static const char no_parameters[] = "{\"type\":\"object\",\"properties\":{}}";

struct tool_reader {
    struct tool *tool;
    struct command_tool *command;
    const char *path;
    const struct tool_file_options *options;
    struct problem_list *problems;
};

/* --- Values
 * -------------------------------------------------------------------------------
 */

/* Notes a fault of a value. */
static void fault(struct tool_reader *reader, const struct yaml_value *value,
                  const char *remedy, const char *what)
{
    problem_list_add(reader->problems, value->place, remedy, "%s", what);
}

/* The text of a value, or NULL with the fault noted. */
static const char *get_text(struct tool_reader *reader, const struct yaml_value *value,
                            const char *what)
{
    if (value->kind == YAML_VALUE_TEXT && value->text[0] != '\0')
        return value->text;
    fault(reader, value, "", what);
    return NULL;
}

static void take_name(struct tool_reader *reader, const struct yaml_value *value)
{
    static const char letters[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
                                  "0123456789_-";
    const char *text = get_text(reader, value, "name is a word, such as get_weather");
    if (text == NULL)
        return;
    if (strlen(text) > TOOL_NAME_MAX || text[strspn(text, letters)] != '\0')
        fault(reader, value, "services take no other names",
              "name is at most 64 letters, digits, '_' and '-'");
    else
        reader->tool->name = mem_strdup(text);
}

static void take_title(struct tool_reader *reader, const struct yaml_value *value)
{
    reader->tool->title = mem_strdup(get_text(reader, value, "title is a text"));
}

static void take_description(struct tool_reader *reader, const struct yaml_value *value)
{
    reader->tool->description = mem_strdup(
        get_text(reader, value, "description is a text that tells a model what it does"));
}

static void take_parameters(struct tool_reader *reader, const struct yaml_value *value)
{
    const struct yaml_value *type = yaml_value_get(value, "type");
    const bool is_object = type != NULL && type->kind == YAML_VALUE_TEXT &&
                           strcmp(type->text, "object") == 0;
    if (value->kind != YAML_VALUE_MAP || !is_object) {
        fault(reader, value, "see docs/guide/tools.md",
              "parameters is a JSON Schema with \"type: object\"");
        return;
    }
    struct strbuf json;
    strbuf_init(&json, TOOL_SCHEMA_MAX);
    yaml_value_to_json(value, &json);
    if (json.is_full)
        fault(reader, value, "", "parameters is too long");
    else
        reader->tool->schema = strbuf_take(&json);
    strbuf_clear(&json);
}

/* A list of texts as an array that ends with NULL; NULL with the fault noted. */
static char **get_texts(struct tool_reader *reader, const struct yaml_value *value,
                        const char *what)
{
    bool ok = value->kind == YAML_VALUE_LIST && value->len <= TOOL_ARGV_MAX;
    for (size_t i = 0; ok && i < value->len; i++)
        ok = value->items[i]->kind == YAML_VALUE_TEXT;
    if (!ok) {
        fault(reader, value, "", what);
        return NULL;
    }
    char **texts = mem_alloc_array(value->len + 1, sizeof(texts[0]));
    for (size_t i = 0; i < value->len; i++)
        texts[i] = mem_strdup(value->items[i]->text);
    return texts;
}

/* Where the command is, if that does not have to be looked for in PATH. Caller frees. */
static char *find_command(const struct tool_reader *reader, const char *word)
{
    if (strchr(word, '/') != NULL)
        return path_from_file(reader->path, word);
    const char *folder = reader->options->helper_folder;
    struct stat info;
    char *path = folder != NULL ? strbuf_format("%s/%s", folder, word) : NULL;
    if (path != NULL && stat(path, &info) == 0 && S_ISREG(info.st_mode) &&
        access(path, X_OK) == 0)
        return path;
    mem_free(path);
    return mem_strdup(word);
}

static void take_argv(struct tool_reader *reader, const struct yaml_value *value)
{
    char **argv =
        get_texts(reader, value, "argv is a list of words, such as [my-tool, --json]");
    if (argv == NULL)
        return;
    if (argv[0] == NULL || argv[0][0] == '\0') {
        fault(reader, value, "", "argv begins with the command");
        sandbox_argv_free(argv);
        return;
    }
    char *command = find_command(reader, argv[0]);
    mem_free(argv[0]);
    argv[0] = command;
    reader->command->argv = argv;
}

static void take_timeout(struct tool_reader *reader, const struct yaml_value *value)
{
    int64_t ms;
    if (value->kind == YAML_VALUE_TEXT && quantity_parse_duration(value->text, &ms) &&
        ms > 0 && ms <= TOOL_TIMEOUT_MAX_MS)
        reader->command->timeout_ms = ms;
    else
        fault(reader, value, "", "timeout is a time up to 24h, such as 30s");
}

static void take_output_max(struct tool_reader *reader, const struct yaml_value *value)
{
    int64_t size;
    if (value->kind == YAML_VALUE_TEXT && quantity_parse_size(value->text, &size) &&
        size > 0 && (size_t)size <= TOOL_OUTPUT_MAX)
        reader->command->output_max = (size_t)size;
    else
        fault(reader, value, "", "output_max is a size up to 16 MiB, such as 256 KiB");
}

static void take_directory(struct tool_reader *reader, const struct yaml_value *value)
{
    const char *text = get_text(reader, value, "directory is a path");
    if (text != NULL)
        reader->command->directory = path_from_file(reader->path, text);
}

static void take_environment(struct tool_reader *reader, const struct yaml_value *value)
{
    char **names = get_texts(reader, value,
                             "environment is a list of the names of variables that are "
                             "passed on, such as [LANG, EDITOR]");
    for (size_t i = 0; names != NULL && names[i] != NULL; i++) {
        if (names[i][0] == '\0' || strchr(names[i], '=') != NULL)
            fault(reader, value->items[i],
                  "values stand in the environment that Motet is started with",
                  "environment holds names only");
    }
    reader->command->variables = names;
}

/* True or false; a fault leaves false. */
static bool get_flag(struct tool_reader *reader, const struct yaml_value *value,
                     const char *what)
{
    const bool is_word = value->kind == YAML_VALUE_TEXT && value->is_plain;
    if (is_word && (strcmp(value->text, "true") == 0 || strcmp(value->text, "yes") == 0))
        return true;
    if (!is_word || (strcmp(value->text, "false") != 0 && strcmp(value->text, "no") != 0))
        fault(reader, value, "", what);
    return false;
}

static void take_read_only(struct tool_reader *reader, const struct yaml_value *value)
{
    reader->tool->hints.is_given = true;
    reader->tool->hints.is_read_only =
        get_flag(reader, value, "read_only is true or false");
}

static void take_destructive(struct tool_reader *reader, const struct yaml_value *value)
{
    reader->tool->hints.is_given = true;
    reader->tool->hints.is_destructive =
        get_flag(reader, value, "destructive is true or false");
}

static void take_sandbox(struct tool_reader *reader, const struct yaml_value *value)
{
    static const struct {
        const char *name;
        enum sandbox_kind kind;
        bool is_optional;
    } words[] = {{"none", SANDBOX_NONE, false},
                 {"read-only", SANDBOX_READ_ONLY, false},
                 {"no-network", SANDBOX_NO_NETWORK, false},
                 {"auto-read-only", SANDBOX_READ_ONLY, true},
                 {"auto-no-network", SANDBOX_NO_NETWORK, true}};
    for (size_t i = 0; value->kind == YAML_VALUE_TEXT && i < COUNT_OF(words); i++) {
        if (strcmp(words[i].name, value->text) == 0) {
            reader->command->sandbox = words[i].kind;
            reader->command->is_sandbox_optional = words[i].is_optional;
            return;
        }
    }
    fault(reader, value, "",
          "sandbox is read-only, no-network or none; with \"auto-\" in front (auto-read-"
          "only) it is left out where bwrap does not work");
}

static void take_preview(struct tool_reader *reader, const struct yaml_value *value)
{
    const char *text = value->kind == YAML_VALUE_TEXT ? value->text : "";
    if (strcmp(text, "write_file") == 0)
        reader->command->preview = PREVIEW_WRITE_FILE;
    else if (strcmp(text, "edit_file") == 0)
        reader->command->preview = PREVIEW_EDIT_FILE;
    else
        fault(reader, value, "", "preview is write_file or edit_file");
}

/* --- The file
 * -----------------------------------------------------------------------------
 */

static const struct {
    const char *name;
    void (*take)(struct tool_reader *reader, const struct yaml_value *value);
} members[] = {
    {"name", take_name},
    {"title", take_title},
    {"description", take_description},
    {"parameters", take_parameters},
    {"argv", take_argv},
    {"timeout", take_timeout},
    {"output_max", take_output_max},
    {"directory", take_directory},
    {"environment", take_environment},
    {"read_only", take_read_only},
    {"destructive", take_destructive},
    {"sandbox", take_sandbox},
    {"preview", take_preview},
};

static void fault_unknown(struct tool_reader *reader, const struct yaml_value *key)
{
    struct suggestion suggestion;
    suggestion_init(&suggestion, key->text);
    for (size_t i = 0; i < COUNT_OF(members); i++)
        suggestion_consider(&suggestion, members[i].name);
    char *remedy = suggestion.best != NULL
                       ? strbuf_format("did you mean \"%s\"?", suggestion.best)
                       : mem_strdup("docs/guide/tools.md lists what there is");
    problem_list_add(reader->problems, key->place, remedy,
                     "there is no \"%s\" in the file of a tool", key->text);
    mem_free(remedy);
}

static void take_member(struct tool_reader *reader, const struct yaml_value *key,
                        const struct yaml_value *value)
{
    for (size_t i = 0; i < COUNT_OF(members); i++) {
        if (strcmp(members[i].name, key->text) == 0) {
            members[i].take(reader, value);
            return;
        }
    }
    fault_unknown(reader, key);
}

static void check_needed(struct tool_reader *reader, const struct yaml_value *root)
{
    static const char *const needed[] = {"name", "description", "argv"};
    for (size_t i = 0; i < COUNT_OF(needed); i++) {
        if (yaml_value_get(root, needed[i]) == NULL)
            problem_list_add(reader->problems, (struct text_place){0, 0}, "",
                             "the file of a tool needs \"%s\"", needed[i]);
    }
}

static void read_tree(struct tool_reader *reader, const struct yaml_value *root)
{
    if (root->kind != YAML_VALUE_MAP) {
        fault(reader, root, "see docs/guide/tools.md",
              "the file of a tool holds NAME: VALUE lines");
        return;
    }
    for (size_t i = 0; i < root->len; i++)
        take_member(reader, root->keys[i], root->items[i]);
    check_needed(reader, root);
    if (reader->tool->schema == NULL)
        reader->tool->schema = mem_strdup(no_parameters);
}

void tool_free(struct tool *tool)
{
    if (tool == NULL)
        return;
    command_tool_free(tool->command);
    mem_free(tool->name);
    mem_free(tool->title);
    mem_free(tool->description);
    mem_free(tool->schema);
    mem_free(tool->origin);
    mem_free(tool->remote_name);
    mem_free(tool);
}

struct tool *tool_file_parse(const char *path, const char *bytes, size_t len,
                             const struct tool_file_options *options,
                             struct problem_list *problems)
{
    const size_t faults = problems->len + problems->left_out;
    struct yaml_value *root = yaml_file_parse(bytes, len, problems);
    if (root == NULL)
        return NULL;
    struct tool *tool = mem_alloc(sizeof(*tool));
    struct command_tool *command = mem_alloc(sizeof(*command));
    *command = (struct command_tool){.timeout_ms = TOOL_TIMEOUT_MS,
                                     .output_max = TOOL_RESULT_MAX,
                                     .host = options->host};
    *tool = (struct tool){
        .source = TOOL_FROM_FILE, .origin = mem_strdup(path), .command = command};
    struct tool_reader reader = {tool, command, path, options, problems};
    read_tree(&reader, root);
    yaml_value_free(root);
    if (problems->len + problems->left_out == faults)
        return tool;
    problem_list_sort(problems);
    tool_free(tool);
    return NULL;
}
