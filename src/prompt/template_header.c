/* All faults are found in one walk over the tree that the reader of YAML gives. */
#include "src/prompt/template_header.h"

#include <string.h>

#include "src/base/compiler.h"
#include "src/base/mem.h"
#include "src/base/path.h"
#include "src/base/text_list.h"
#include "src/chat/param.h"
#include "src/config/suggest.h"
#include "src/config/yaml_file.h"
#include "src/config/yaml_json.h"
#include "src/prompt/body_field.h"

#define HEADER_SCHEMA_MAX ((size_t)1 << 20)

struct header_reader {
    struct prompt_template *template;
    struct problem_list *problems;
    struct text_place *system_place;
};

/* --- Values
 * -----------------------------------------------------------------------------
 */

static void fault(struct header_reader *reader, const struct yaml_value *value,
                  const char *remedy, const char *what)
{
    problem_list_add(reader->problems, value->place, remedy, "%s", what);
}

/* A copy of the text, or NULL with the fault noted. */
static char *take_text(struct header_reader *reader, const struct yaml_value *value,
                       const char *what)
{
    if (value->kind == YAML_VALUE_TEXT)
        return mem_strdup(value->text);
    fault(reader, value, "", what);
    return NULL;
}

/* The texts of a list, or the one text; NULL with the fault noted. */
static char **take_texts(struct header_reader *reader, const struct yaml_value *value,
                         const char *what)
{
    struct text_list list = {0};
    bool ok = value->kind != YAML_VALUE_MAP;
    if (value->kind == YAML_VALUE_TEXT && !yaml_value_is_nothing(value))
        text_list_add(&list, value->text, strlen(value->text));
    for (size_t i = 0; ok && i < value->len; i++) {
        ok = value->items[i]->kind == YAML_VALUE_TEXT;
        if (ok)
            text_list_add(&list, value->items[i]->text, strlen(value->items[i]->text));
    }
    if (ok)
        return text_list_take(&list);
    fault(reader, value, "", what);
    text_list_clear(&list);
    return NULL;
}

/* The nearest of the words that end with NULL, as a remedy. Caller frees. */
static char *did_you_mean(const char *word, const char *const *known, const char *other)
{
    struct suggestion suggestion;
    suggestion_init(&suggestion, word);
    for (; *known != NULL; known++)
        suggestion_consider(&suggestion, *known);
    return suggestion.best != NULL
               ? strbuf_format("did you mean \"%s\"?", suggestion.best)
               : mem_strdup(other);
}

/* --- Fields
 * -----------------------------------------------------------------------------
 */

static const char *const type_names[] = {
    [FIELD_TEXT] = "text",   [FIELD_NUMBER] = "number",     [FIELD_FLAG] = "flag",
    [FIELD_LIST] = "list",   [FIELD_LISTS] = "lists",       [FIELD_FILE] = "file",
    [FIELD_IMAGE] = "image", [FIELD_MESSAGES] = "messages", NULL,
};

const char *field_type_name(enum field_type type)
{
    return type_names[type];
}

static void take_type(struct header_reader *reader, struct template_field *field,
                      const struct yaml_value *value)
{
    char *word =
        take_text(reader, value, "the type of a field is a word, such as number");
    if (word == NULL || yaml_value_is_nothing(value)) {
        mem_free(word);
        return;
    }
    for (int type = 0; type_names[type] != NULL; type++) {
        if (strcmp(type_names[type], word) == 0) {
            field->type = (enum field_type)type;
            field->is_typed = true;
            mem_free(word);
            return;
        }
    }
    char *remedy = did_you_mean(
        word, type_names,
        "there are text, number, flag, list, lists, file, image and messages");
    problem_list_add(reader->problems, value->place, remedy,
                     "there is no type \"%s\" for a field", word);
    mem_free(remedy);
    mem_free(word);
}

/* A field has its value from one place only. */
static bool set_origin(struct header_reader *reader, struct template_field *field,
                       const struct yaml_value *value, enum field_origin origin)
{
    if (field->origin != FIELD_ASKED) {
        problem_list_add(reader->problems, value->place, "leave one of them out",
                         "the field \"%s\" has both a default and a source", field->name);
        return false;
    }
    field->origin = origin;
    return true;
}

static void take_default(struct header_reader *reader, struct template_field *field,
                         const struct yaml_value *value)
{
    struct strbuf json;
    if (!set_origin(reader, field, value, FIELD_DEFAULT))
        return;
    if (value->kind == YAML_VALUE_TEXT) {
        field->default_text = mem_strdup(value->text);
        return;
    }
    strbuf_init(&json, HEADER_SCHEMA_MAX);
    yaml_value_to_json(value, &json);
    field->default_text = strbuf_take(&json);
    strbuf_clear(&json);
}

static void take_choices(struct header_reader *reader, struct template_field *field,
                         const struct yaml_value *value)
{
    field->choices =
        take_texts(reader, value, "choices is a list of texts, such as [short, long]");
    if (field->choices != NULL && field->choices[0] == NULL)
        fault(reader, value, "", "choices is empty, so no value is allowed");
}

static void take_help(struct header_reader *reader, struct template_field *field,
                      const struct yaml_value *value)
{
    field->help = take_text(reader, value, "help is a text");
}

static void take_source_file(struct header_reader *reader, struct template_field *field,
                             const struct yaml_value *value)
{
    char *text = take_text(reader, value, "from: {file: PATH} needs a path");
    if (text != NULL && text[0] == '\0')
        fault(reader, value, "", "from: {file: PATH} needs a path");
    else if (text != NULL && set_origin(reader, field, value, FIELD_FROM_FILE))
        field->default_text = path_from_file(reader->template->path, text);
    mem_free(text);
}

static void take_source_command(struct header_reader *reader,
                                struct template_field *field,
                                const struct yaml_value *value)
{
    static const char form[] =
        "from: {command: [WORD, …]} needs a list of words; no shell reads them";
    char **argv = value->kind == YAML_VALUE_LIST ? take_texts(reader, value, form) : NULL;
    if (value->kind != YAML_VALUE_LIST)
        fault(reader, value, "", form);
    else if (argv != NULL && (argv[0] == NULL || argv[0][0] == '\0'))
        fault(reader, value, "", form);
    else if (argv != NULL && set_origin(reader, field, value, FIELD_FROM_COMMAND)) {
        if (strchr(argv[0], '/') != NULL) {
            char *path = path_from_file(reader->template->path, argv[0]);
            mem_free(argv[0]);
            argv[0] = path;
        }
        field->command = argv;
        return;
    }
    texts_free(argv);
}

static void take_from(struct header_reader *reader, struct template_field *field,
                      const struct yaml_value *value)
{
    static const char form[] = "from is input, {file: PATH} or {command: [WORD, …]}";
    if (value->kind == YAML_VALUE_TEXT && strcmp(value->text, "input") == 0)
        set_origin(reader, field, value, FIELD_FROM_INPUT);
    else if (value->kind != YAML_VALUE_MAP || value->len != 1)
        fault(reader, value, "", form);
    else if (strcmp(value->keys[0]->text, "file") == 0)
        take_source_file(reader, field, value->items[0]);
    else if (strcmp(value->keys[0]->text, "command") == 0)
        take_source_command(reader, field, value->items[0]);
    else if (strcmp(value->keys[0]->text, "input") == 0)
        set_origin(reader, field, value, FIELD_FROM_INPUT);
    else
        fault(reader, value->keys[0], "", form);
}

static const struct {
    const char *name;
    void (*take)(struct header_reader *reader, struct template_field *field,
                 const struct yaml_value *value);
} field_members[] = {
    {"type", take_type}, {"default", take_default}, {"choices", take_choices},
    {"help", take_help}, {"from", take_from},
};

static void take_field_member(struct header_reader *reader, struct template_field *field,
                              const struct yaml_value *key,
                              const struct yaml_value *value)
{
    static const char *const known[] = {"type", "default", "choices",
                                        "help", "from",    NULL};
    for (size_t i = 0; i < COUNT_OF(field_members); i++) {
        if (strcmp(field_members[i].name, key->text) == 0) {
            field_members[i].take(reader, field, value);
            return;
        }
    }
    char *remedy =
        did_you_mean(key->text, known, "there are type, default, choices, help and from");
    problem_list_add(reader->problems, key->place, remedy, "a field has no \"%s\"",
                     key->text);
    mem_free(remedy);
}

static void take_field(struct header_reader *reader, const struct yaml_value *key,
                       const struct yaml_value *value)
{
    const size_t len = strlen(key->text);
    if (!body_field_is_name(key->text, len)) {
        fault(reader, key, "",
              "the name of a field is made of letters, digits and _, and begins with no "
              "digit");
        return;
    }
    const size_t index = body_field_find(reader->template, key->text, len, key->place);
    struct template_field *field = &reader->template->fields[index];
    field->is_declared = true;
    if (value->kind == YAML_VALUE_TEXT)
        take_type(reader, field, value);
    else if (value->kind == YAML_VALUE_LIST)
        fault(reader, value, "",
              "a field is a type, such as genre: text, or type, default, choices, help "
              "and from");
    for (size_t i = 0; value->kind == YAML_VALUE_MAP && i < value->len; i++)
        take_field_member(reader, field, value->keys[i], value->items[i]);
}

/* --- The header
 * -------------------------------------------------------------------------
 */

static void take_description(struct header_reader *reader, const struct yaml_value *value)
{
    reader->template->description = take_text(reader, value, "description is a text");
}

static void take_fields(struct header_reader *reader, const struct yaml_value *value)
{
    if (value->kind != YAML_VALUE_MAP && !yaml_value_is_nothing(value)) {
        fault(reader, value, "", "fields holds NAME: TYPE lines, such as genre: text");
        return;
    }
    for (size_t i = 0; value->kind == YAML_VALUE_MAP && i < value->len; i++)
        take_field(reader, value->keys[i], value->items[i]);
}

static void take_models(struct header_reader *reader, const struct yaml_value *value)
{
    reader->template->models =
        take_texts(reader, value, "models is a model, or a list of them");
}

static void take_system(struct header_reader *reader, const struct yaml_value *value)
{
    reader->template->system = take_text(reader, value, "system is a text");
    *reader->system_place = value->place;
}

static void take_params(struct header_reader *reader, const struct yaml_value *value)
{
    struct text_list list = {0};
    struct param_list params = {0};
    struct error err = {ERROR_NONE, NULL};
    if (value->kind != YAML_VALUE_MAP && !yaml_value_is_nothing(value))
        fault(reader, value, "",
              "params holds NAME: VALUE lines, such as temperature: 0.2");
    for (size_t i = 0; value->kind == YAML_VALUE_MAP && i < value->len; i++) {
        const struct yaml_value *item = value->items[i];
        if (item->kind != YAML_VALUE_TEXT) {
            fault(reader, item, "", "the value of a parameter is a number or a word");
            continue;
        }
        char *text = strbuf_format("%s=%s", value->keys[i]->text, item->text);
        if (param_list_add(&params, text, &err))
            text_list_add(&list, text, strlen(text));
        else
            problem_list_add_error(reader->problems, item->place, "", &err);
        error_clear(&err);
        mem_free(text);
    }
    param_list_clear(&params);
    reader->template->params = text_list_take(&list);
}

static void take_tools(struct header_reader *reader, const struct yaml_value *value)
{
    reader->template->tools =
        take_texts(reader, value, "tools is a list of tools, such as [format_book]");
}

static void take_schema(struct header_reader *reader, const struct yaml_value *value)
{
    struct strbuf json;
    if (value->kind != YAML_VALUE_MAP) {
        fault(reader, value, "see docs/guide/prompts.md",
              "schema is a JSON Schema, such as {type: object, …}");
        return;
    }
    strbuf_init(&json, HEADER_SCHEMA_MAX);
    yaml_value_to_json(value, &json);
    if (json.is_full)
        fault(reader, value, "", "schema is too long");
    else
        reader->template->schema = strbuf_take(&json);
    strbuf_clear(&json);
}

static const struct {
    const char *name;
    void (*take)(struct header_reader *reader, const struct yaml_value *value);
} members[] = {
    {"description", take_description}, {"fields", take_fields}, {"models", take_models},
    {"system", take_system},           {"params", take_params}, {"tools", take_tools},
    {"schema", take_schema},
};

static void take_member(struct header_reader *reader, const struct yaml_value *key,
                        const struct yaml_value *value)
{
    static const char *const known[] = {"description", "fields", "models", "system",
                                        "params",      "tools",  "schema", NULL};
    for (size_t i = 0; i < COUNT_OF(members); i++) {
        if (strcmp(members[i].name, key->text) == 0) {
            members[i].take(reader, value);
            return;
        }
    }
    char *remedy =
        did_you_mean(key->text, known, "docs/guide/prompts.md lists what there is");
    problem_list_add(reader->problems, key->place, remedy,
                     "there is no \"%s\" in the header of a prompt", key->text);
    mem_free(remedy);
}

void template_header_parse(struct prompt_template *template, const char *bytes,
                           size_t len, struct text_place *system_place,
                           struct problem_list *problems)
{
    struct header_reader reader = {template, problems, system_place};
    struct yaml_value *root = yaml_file_parse(bytes, len, problems);
    if (root == NULL)
        return;
    if (root->kind == YAML_VALUE_MAP)
        for (size_t i = 0; i < root->len; i++)
            take_member(&reader, root->keys[i], root->items[i]);
    else if (!yaml_value_is_nothing(root))
        fault(&reader, root, "see docs/guide/prompts.md",
              "the header of a prompt holds NAME: VALUE lines");
    yaml_value_free(root);
}
