/* Texts go into the header as JSON strings, which YAML reads as they are. */
#include "src/prompt/import_draft.h"

#include <ctype.h>
#include <string.h>

#include "src/base/json.h"
#include "src/base/mem.h"
#include "src/chat/param.h"
#include "src/prompt/template.h"

void import_draft_init(struct import_draft *draft, const char *name, size_t name_len)
{
    *draft = (struct import_draft){.name = mem_strndup(name, name_len)};
    for (char *at = draft->name; *at != '\0'; at++) {
        if (!isalnum((unsigned char)*at) && *at != '-' && *at != '_')
            *at = '_';
    }
    strbuf_init(&draft->header, TEMPLATE_MAX_BYTES);
    strbuf_init(&draft->params, TEMPLATE_MAX_BYTES);
    strbuf_init(&draft->fields, TEMPLATE_MAX_BYTES);
    strbuf_init(&draft->body, TEMPLATE_MAX_BYTES);
}

void import_draft_clear(struct import_draft *draft)
{
    mem_free(draft->name);
    strbuf_clear(&draft->header);
    strbuf_clear(&draft->params);
    strbuf_clear(&draft->fields);
    strbuf_clear(&draft->body);
    text_list_clear(&draft->field_names);
    text_list_clear(&draft->notes);
    *draft = (struct import_draft){0};
}

void import_draft_note(struct import_draft *draft, const char *format, ...)
{
    struct strbuf text;
    va_list args;
    strbuf_init(&text, STRBUF_OWN_MAX);
    va_start(args, format);
    strbuf_append_args(&text, format, args);
    va_end(args);
    for (size_t i = 0; i < draft->notes.len; i++) {
        if (strcmp(draft->notes.items[i], strbuf_text(&text)) == 0) {
            strbuf_clear(&text);
            return;
        }
    }
    text_list_add(&draft->notes, strbuf_text(&text), text.len);
    strbuf_clear(&text);
}

void import_draft_set(struct import_draft *draft, const char *name, const char *text)
{
    strbuf_append_format(&draft->header, "%s: ", name);
    json_append_string(&draft->header, text, strlen(text));
    strbuf_append_char(&draft->header, '\n');
}

void import_draft_set_model(struct import_draft *draft, const char *model)
{
    strbuf_append_text(&draft->header, "models: [");
    json_append_string(&draft->header, model, strlen(model));
    strbuf_append_text(&draft->header, "]\n");
    import_draft_note(
        draft, "the model is called \"%s\" there; see that yours has that name", model);
}

void import_draft_set_param(struct import_draft *draft, const char *name,
                            const struct yaml_value *value)
{
    struct param_list params = {0};
    struct error err = {ERROR_NONE, NULL};
    if (yaml_value_is_nothing(value))
        return;
    char *text =
        value->kind == YAML_VALUE_TEXT ? strbuf_format("%s=%s", name, value->text) : NULL;
    if (text != NULL && param_list_add(&params, text, &err)) {
        strbuf_append_format(&draft->params, "  %s: ", name);
        json_append_string(&draft->params, value->text, strlen(value->text));
        strbuf_append_char(&draft->params, '\n');
    } else {
        import_draft_note(draft, "the option \"%s\" was left out: %s", name,
                          text != NULL ? error_text(&err) : "it is a list");
    }
    error_clear(&err);
    param_list_clear(&params);
    mem_free(text);
}

void import_draft_append(struct strbuf *text, char byte)
{
    if (byte == '{' || byte == '}')
        strbuf_append_char(text, byte);
    strbuf_append_char(text, byte);
}

void import_draft_use_field(struct import_draft *draft, struct strbuf *text,
                            const char *name, const char *rest)
{
    strbuf_append_format(text, "{%s}", name);
    for (size_t i = 0; i < draft->field_names.len; i++) {
        if (strcmp(draft->field_names.items[i], name) == 0)
            return;
    }
    text_list_add(&draft->field_names, name, strlen(name));
    strbuf_append_format(&draft->fields, "  %s: %s\n", name,
                         rest != NULL ? rest : "text");
}

static bool begins_role(const char *line)
{
    static const char *const words[] = {"SYSTEM:", "USER:", "ASSISTANT:", "MESSAGES:"};
    for (size_t i = 0; i < COUNT_OF(words); i++) {
        if (strncmp(line, words[i], strlen(words[i])) == 0)
            return true;
    }
    return false;
}

void import_draft_add_message(struct import_draft *draft, const char *role,
                              const char *text)
{
    if (draft->body.len > 0)
        strbuf_append_char(&draft->body, '\n');
    strbuf_append_format(&draft->body, "%s:\n", role);
    while (*text != '\0') {
        const size_t len = strcspn(text, "\n");
        if (begins_role(text)) {
            strbuf_append_char(&draft->body, ' ');
            import_draft_note(draft,
                              "a line that begins like a role got a blank before "
                              "it: %.*s",
                              (int)(len < 60 ? len : 60), text);
        }
        strbuf_append(&draft->body, text, len);
        strbuf_append_char(&draft->body, '\n');
        text += len + (text[len] == '\n');
    }
}

static char *join(const struct import_draft *draft)
{
    const bool has_params = draft->params.len > 0;
    const bool has_fields = draft->fields.len > 0;
    return strbuf_format("---\n%s%s%s%s%s---\n%s", strbuf_text(&draft->header),
                         has_fields ? "fields:\n" : "", strbuf_text(&draft->fields),
                         has_params ? "params:\n" : "", strbuf_text(&draft->params),
                         strbuf_text(&draft->body));
}

bool import_draft_finish(struct import_draft *draft, struct import_list *list,
                         struct problem_list *problems)
{
    struct problem_list found;
    char *text = join(draft);
    char *path = strbuf_format("%s.md", draft->name);
    problem_list_init(&found, path);
    struct prompt_template *template = template_parse(path, text, strlen(text), &found);
    const bool ok = template != NULL && !draft->body.is_full && !draft->header.is_full;
    if (ok) {
        list->items =
            mem_grow(list->items, &list->cap, list->len + 1, sizeof(list->items[0]));
        list->items[list->len++] = (struct imported_prompt){
            .name = mem_strdup(draft->name),
            .text = text,
            .notes = {.items = text_list_take(&draft->notes)},
        };
        list->items[list->len - 1].notes.len =
            texts_count(list->items[list->len - 1].notes.items);
    } else {
        char *why = found.len > 0 ? problem_list_format(&found, 0)
                                  : mem_strdup("it is too large");
        problem_list_add(problems, (struct text_place){0, 0}, "",
                         "\"%s\" cannot be made into a prompt: %s", draft->name, why);
        mem_free(why);
        mem_free(text);
    }
    template_free(template);
    problem_list_clear(&found);
    mem_free(path);
    return ok;
}
