/*
 * Templates of the llm tool: Python's string.Template, so $name, ${name} and $$. The text
 * that a person gives is $input; without a prompt it is the whole prompt.
 */
#include <ctype.h>
#include <string.h>

#include "src/base/compiler.h"
#include "src/base/json.h"
#include "src/base/mem.h"
#include "src/config/yaml_json.h"
#include "src/prompt/import_draft.h"

static const char from_input[] = "{from: input}";

static bool is_name_byte(char byte, bool is_first)
{
    return byte == '_' || (byte >= 'a' && byte <= 'z') || (byte >= 'A' && byte <= 'Z') ||
           (!is_first && byte >= '0' && byte <= '9');
}

static size_t name_length(const char *text)
{
    size_t len = 0;
    while (is_name_byte(text[len], len == 0))
        len++;
    return len;
}

/* What the header says of a variable: its default, or where it is from. Caller frees. */
static char *describe_variable(const struct yaml_value *root, const char *name)
{
    const struct yaml_value *defaults = yaml_value_get(root, "defaults");
    const struct yaml_value *value = defaults != NULL && defaults->kind == YAML_VALUE_MAP
                                         ? yaml_value_get(defaults, name)
                                         : NULL;
    if (strcmp(name, "input") == 0)
        return mem_strdup(from_input);
    if (value == NULL)
        return NULL;
    struct strbuf rest;
    struct strbuf text;
    strbuf_init(&rest, STRBUF_OWN_MAX);
    strbuf_init(&text, STRBUF_OWN_MAX);
    if (value->kind == YAML_VALUE_TEXT)
        strbuf_append_text(&text, value->text);
    else
        yaml_value_to_json(value, &text);
    strbuf_append_text(&rest, "{default: ");
    json_append_string(&rest, strbuf_text(&text), text.len);
    strbuf_append_char(&rest, '}');
    strbuf_clear(&text);
    return strbuf_take(&rest);
}

static void use_variable(struct import_draft *draft, const struct yaml_value *root,
                         const char *name, size_t len, struct strbuf *out)
{
    char *word = mem_strndup(name, len);
    char *rest = describe_variable(root, word);
    import_draft_use_field(draft, out, word, rest);
    mem_free(rest);
    mem_free(word);
}

/* Appends a text with its variables as fields. */
static void convert(struct import_draft *draft, const struct yaml_value *root,
                    const char *text, struct strbuf *out)
{
    while (*text != '\0') {
        const bool has_brace = text[0] == '$' && text[1] == '{';
        const char *name = text + 1 + has_brace;
        const size_t len = text[0] == '$' ? name_length(name) : 0;
        if (text[0] == '$' && text[1] == '$') {
            strbuf_append_char(out, '$');
            text += 2;
        } else if (len > 0 && (!has_brace || name[len] == '}')) {
            use_variable(draft, root, name, len, out);
            text = name + len + has_brace;
        } else {
            if (text[0] == '$')
                import_draft_note(draft, "a $ that begins no variable stays as it is");
            import_draft_append(out, *text++);
        }
    }
}

static const char *get_text(const struct yaml_value *root, const char *name)
{
    const struct yaml_value *value = yaml_value_get(root, name);
    return value != NULL && value->kind == YAML_VALUE_TEXT && value->text[0] != '\0'
               ? value->text
               : NULL;
}

static void add_messages(struct import_draft *draft, const struct yaml_value *root)
{
    const char *system_text = get_text(root, "system");
    const char *prompt = get_text(root, "prompt");
    struct strbuf text;
    strbuf_init(&text, STRBUF_OWN_MAX);
    if (system_text != NULL) {
        convert(draft, root, system_text, &text);
        import_draft_add_message(draft, "SYSTEM", strbuf_text(&text));
        strbuf_reset(&text);
    }
    if (prompt != NULL)
        convert(draft, root, prompt, &text);
    else
        import_draft_use_field(draft, &text, "input", from_input);
    import_draft_add_message(draft, "USER", strbuf_text(&text));
    strbuf_clear(&text);
}

static void take_options(struct import_draft *draft, const struct yaml_value *options)
{
    for (size_t i = 0; options->kind == YAML_VALUE_MAP && i < options->len; i++)
        import_draft_set_param(draft, options->keys[i]->text, options->items[i]);
}

static void take_schema(struct import_draft *draft, const struct yaml_value *schema)
{
    if (schema->kind != YAML_VALUE_MAP)
        return;
    strbuf_append_text(&draft->header, "schema: ");
    yaml_value_to_json(schema, &draft->header);
    strbuf_append_char(&draft->header, '\n');
}

/* Says which defaults have no variable; that would be a fault here. */
static void check_defaults(struct import_draft *draft, const struct yaml_value *defaults)
{
    for (size_t i = 0; defaults->kind == YAML_VALUE_MAP && i < defaults->len; i++) {
        const char *name = defaults->keys[i]->text;
        bool is_used = strcmp(name, "input") == 0;
        for (size_t j = 0; j < draft->field_names.len; j++)
            is_used = is_used || strcmp(draft->field_names.items[j], name) == 0;
        if (!is_used)
            import_draft_note(draft, "the default of $%s was left out: nothing uses it",
                              name);
    }
}

static void take_member(struct import_draft *draft, const char *name,
                        const struct yaml_value *value)
{
    static const char *const done[] = {"prompt", "system", "name"};
    for (size_t i = 0; i < COUNT_OF(done); i++) {
        if (strcmp(done[i], name) == 0)
            return;
    }
    if (yaml_value_is_nothing(value))
        return;
    if (strcmp(name, "model") == 0 && value->kind == YAML_VALUE_TEXT)
        import_draft_set_model(draft, value->text);
    else if (strcmp(name, "options") == 0)
        take_options(draft, value);
    else if (strcmp(name, "schema_object") == 0)
        take_schema(draft, value);
    else if (strcmp(name, "defaults") == 0)
        check_defaults(draft, value);
    else
        import_draft_note(draft, "\"%s\" was left out: there is nothing like it here",
                          name);
}

bool import_llm(const char *stem, const struct yaml_value *root, struct import_list *list,
                struct problem_list *problems)
{
    struct import_draft draft;
    import_draft_init(&draft, stem, strlen(stem));
    import_draft_set(&draft, "description", "Imported from a template of llm");
    if (root->kind == YAML_VALUE_TEXT) {
        struct strbuf text;
        strbuf_init(&text, STRBUF_OWN_MAX);
        convert(&draft, root, root->text, &text);
        import_draft_add_message(&draft, "USER", strbuf_text(&text));
        strbuf_clear(&text);
    } else {
        add_messages(&draft, root);
        for (size_t i = 0; i < root->len; i++)
            take_member(&draft, root->keys[i]->text, root->items[i]);
    }
    const bool ok = import_draft_finish(&draft, list, problems);
    import_draft_clear(&draft);
    return ok;
}
