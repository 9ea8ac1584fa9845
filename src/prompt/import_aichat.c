/*
 * Roles of aichat. A role with __INPUT__ in it is one prompt; any other is a system text,
 * perhaps with examples ("### INPUT:" and "### OUTPUT:"), before what a person says.
 */
#include <string.h>

#include "src/base/compiler.h"
#include "src/base/mem.h"
#include "src/prompt/import_draft.h"

static const char from_input[] = "{from: input}";
static const char input_mark[] = "__INPUT__";

/* The name between "{{__" and "__}}", with its length; 0: there is none. */
static size_t variable_length(const char *text)
{
    static const char letters[] = "abcdefghijklmnopqrstuvwxyz_";
    if (strncmp(text, "{{__", 4) != 0)
        return 0;
    const size_t len = strspn(text + 4, letters);
    return len > 2 && strncmp(text + 4 + len - 2, "__}}", 4) == 0 ? len - 2 : 0;
}

/* "__ARG1__" … "__ARG9__" */
static bool is_argument(const char *text)
{
    return strncmp(text, "__ARG", 5) == 0 && text[5] >= '1' && text[5] <= '9' &&
           strncmp(text + 6, "__", 2) == 0;
}

static void use_variable(struct import_draft *draft, const char *name, size_t len,
                         struct strbuf *out)
{
    char *word = mem_strndup(name, len);
    import_draft_use_field(draft, out, word, NULL);
    import_draft_note(draft,
                      "{{__%s__}} was filled in by itself there and is the field "
                      "\"%s\" here; give it a default, or from: {command: […]}",
                      word, word);
    mem_free(word);
}

static void convert(struct import_draft *draft, const char *text, struct strbuf *out)
{
    const size_t mark_len = sizeof(input_mark) - 1;
    while (*text != '\0') {
        const size_t len = variable_length(text);
        if (strncmp(text, input_mark, mark_len) == 0) {
            import_draft_use_field(draft, out, "input", from_input);
            text += mark_len;
        } else if (is_argument(text)) {
            const char name[] = {'a', 'r', 'g', text[5], '\0'};
            import_draft_use_field(draft, out, name, NULL);
            text += 8;
        } else if (len > 0) {
            use_variable(draft, text + 4, len, out);
            text += len + 8;
        } else {
            import_draft_append(out, *text++);
        }
    }
}

static void add_message(struct import_draft *draft, const char *role, const char *text,
                        size_t len)
{
    struct strbuf converted;
    while (len > 0 && strchr(" \t\r\n", text[0]) != NULL) {
        text++;
        len--;
    }
    while (len > 0 && strchr(" \t\r\n", text[len - 1]) != NULL)
        len--;
    if (len == 0)
        return;
    char *copy = mem_strndup(text, len);
    strbuf_init(&converted, STRBUF_OWN_MAX);
    convert(draft, copy, &converted);
    import_draft_add_message(draft, role, strbuf_text(&converted));
    strbuf_clear(&converted);
    mem_free(copy);
}

/* How many of the marks stand in the text, each after the other kind. */
static size_t count_marks(const char *text)
{
    size_t count = 0;
    while ((text = strstr(text, count % 2 == 0 ? "### INPUT:" : "### OUTPUT:")) != NULL) {
        count++;
        text++;
    }
    return count;
}

/* The examples of a system text, and what they stand behind. */
static void add_examples(struct import_draft *draft, const char *text)
{
    const char *role = "SYSTEM";
    for (size_t i = 0;; i++) {
        const char *mark = i % 2 == 0 ? "### INPUT:" : "### OUTPUT:";
        const char *stop = strstr(text, mark);
        add_message(draft, role, text,
                    stop != NULL ? (size_t)(stop - text) : strlen(text));
        if (stop == NULL)
            return;
        role = i % 2 == 0 ? "USER" : "ASSISTANT";
        text = stop + strlen(mark);
    }
}

static void add_messages(struct import_draft *draft, const char *prompt)
{
    const size_t marks = count_marks(prompt);
    if (strstr(prompt, input_mark) != NULL) {
        add_message(draft, "USER", prompt, strlen(prompt));
        return;
    }
    if (marks > 0 && marks % 2 == 0)
        add_examples(draft, prompt);
    else
        add_message(draft, "SYSTEM", prompt, strlen(prompt));
    add_message(draft, "USER", input_mark, sizeof(input_mark) - 1);
}

/* "openai:gpt-4o" is openai/gpt-4o here. */
static void take_model(struct import_draft *draft, const char *text)
{
    char *model = mem_strdup(text);
    char *colon = strchr(model, ':');
    if (colon != NULL)
        *colon = '/';
    import_draft_set_model(draft, model);
    mem_free(model);
}

static void take_member(struct import_draft *draft, const char *name,
                        const struct yaml_value *value)
{
    if (strcmp(name, "name") == 0 || strcmp(name, "prompt") == 0 ||
        yaml_value_is_nothing(value))
        return;
    if (strcmp(name, "model") == 0 && value->kind == YAML_VALUE_TEXT)
        take_model(draft, value->text);
    else if (strcmp(name, "temperature") == 0 || strcmp(name, "top_p") == 0)
        import_draft_set_param(draft, name, value);
    else if (strcmp(name, "use_tools") == 0)
        import_draft_note(draft, "\"use_tools\" was left out: tools have other names "
                                 "here, see motet tools");
    else
        import_draft_note(draft, "\"%s\" was left out: there is nothing like it here",
                          name);
}

static bool import_role(const char *name, const char *prompt,
                        const struct yaml_value *header, struct import_list *list,
                        struct problem_list *problems)
{
    struct import_draft draft;
    import_draft_init(&draft, name, strcspn(name, ":"));
    import_draft_set(&draft, "description", "Imported from a role of aichat");
    add_messages(&draft, prompt);
    for (size_t i = 0; header != NULL && i < header->len; i++)
        take_member(&draft, header->keys[i]->text, header->items[i]);
    const bool ok = import_draft_finish(&draft, list, problems);
    import_draft_clear(&draft);
    return ok;
}

bool import_aichat_roles(const struct yaml_value *root, struct import_list *list,
                         struct problem_list *problems)
{
    bool ok = true;
    for (size_t i = 0; i < root->len && ok; i++) {
        const struct yaml_value *role = root->items[i];
        const bool is_map = role->kind == YAML_VALUE_MAP;
        const struct yaml_value *name = is_map ? yaml_value_get(role, "name") : NULL;
        const struct yaml_value *prompt = is_map ? yaml_value_get(role, "prompt") : NULL;
        ok = name != NULL && prompt != NULL && name->kind == YAML_VALUE_TEXT &&
             prompt->kind == YAML_VALUE_TEXT && name->text[0] != '\0';
        if (ok)
            ok = import_role(name->text, prompt->text, role, list, problems);
        else
            problem_list_add(problems, role->place, "",
                             "a role of aichat needs a name and a prompt");
    }
    return ok;
}

/* The start of the line after "---" at `at`, or NULL. */
static const char *after_rule(const char *at)
{
    if (strncmp(at, "---", 3) != 0)
        return NULL;
    at += strspn(at, "-");
    at += strspn(at, " \t\r");
    return *at == '\n' ? at + 1 : *at == '\0' ? at : NULL;
}

bool import_aichat_role(const char *stem, const char *bytes, size_t len,
                        struct import_list *list, struct problem_list *problems)
{
    char *text = mem_strndup(bytes, len);
    struct yaml_value *header = NULL;
    const char *prompt = text;
    const char *start = after_rule(text);
    bool ok = true;
    for (const char *at = start; at != NULL;) {
        const char *rest = after_rule(at);
        if (rest != NULL) {
            header = yaml_file_parse(start, (size_t)(at - start), problems);
            ok = header != NULL && header->kind == YAML_VALUE_MAP;
            prompt = rest;
            break;
        }
        at = strchr(at, '\n');
        at = at != NULL ? at + 1 : NULL;
    }
    if (ok)
        ok = import_role(stem, prompt, header, list, problems);
    else if (problems->len == 0)
        problem_list_add(problems, (struct text_place){1, 1}, "",
                         "the lines between --- are no NAME: VALUE lines");
    yaml_value_free(header);
    mem_free(text);
    return ok;
}
