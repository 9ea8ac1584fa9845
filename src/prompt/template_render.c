/*
 * Everything is checked before anything is made, with the same functions that make it;
 * so making it can fail only for want of room. Values go into the messages byte for byte:
 * nothing here looks into them for braces or roles.
 */
#include "src/prompt/template_render.h"

#include <string.h>

#include "src/base/json.h"
#include "src/base/mem.h"
#include "src/config/suggest.h"
#include "src/prompt/field_check.h"
#include "src/prompt/piece_text.h"
#include "src/prompt/template_body.h"

/* A check, or a prompt in the making. */
struct render {
    const struct prompt_template *template;
    const struct field_values *values;
    struct problem_list *problems;
    bool is_sending; /* files and sources have to be read by now */
};

static struct piece_value get_value(const struct render *render,
                                    const struct template_field *field)
{
    const struct field_value *value = field_values_find(render->values, field->name);
    if (value != NULL)
        return (struct piece_value){value->text, value->items};
    return (struct piece_value){field->origin == FIELD_DEFAULT ? field->default_text : "",
                                NULL};
}

/* --- Checks
 * -----------------------------------------------------------------------------
 */

/* True if the field goes without a value of its own. */
static bool check_missing(const struct render *render, const struct template_field *field)
{
    char *remedy = strbuf_format("give it as %s=VALUE", field->name);
    const char *place = render->values->place;
    bool is_fine = true;
    switch (field->origin) {
    case FIELD_DEFAULT: break;
    case FIELD_ASKED:
        is_fine = field->type == FIELD_MESSAGES;
        if (!is_fine)
            problem_list_add(render->problems, field->place, remedy,
                             "the field \"%s\" has no value%s%s%s", field->name,
                             place != NULL ? " (" : "", place != NULL ? place : "",
                             place != NULL ? ")" : "");
        break;
    case FIELD_FROM_FILE:
    case FIELD_FROM_INPUT:
    case FIELD_FROM_COMMAND:
        is_fine = !render->is_sending;
        if (!is_fine)
            problem_list_add(render->problems, field->place, remedy,
                             "the source of the field \"%s\" has not been read",
                             field->name);
        break;
    }
    mem_free(remedy);
    return is_fine;
}

static void check_files(const struct render *render, const struct template_field *field,
                        const struct field_value *value)
{
    const enum part_kind kind = field->type == FIELD_IMAGE ? PART_IMAGE : PART_FILE;
    if (field->type != FIELD_FILE && field->type != FIELD_IMAGE)
        return;
    if (value == NULL || value->files.len == 0) {
        if (render->is_sending)
            problem_list_add(render->problems, field->place, "",
                             "the file of the field \"%s\" has not been read",
                             field->name);
        return;
    }
    for (size_t i = 0; i < value->files.len; i++) {
        if (value->files.items[i].kind != kind)
            problem_list_add(render->problems, field->place, "",
                             "the field \"%s\" has to be %s, and %s is %s (%s)",
                             field->name,
                             kind == PART_IMAGE ? "a picture" : "a file of text",
                             value->files.items[i].name,
                             kind == PART_IMAGE ? "none" : "a picture", value->where);
    }
}

static bool check_field(const struct render *render, const struct template_field *field)
{
    const struct field_value *value = field_values_find(render->values, field->name);
    if (value == NULL && !check_missing(render, field))
        return false;
    const size_t faults = render->problems->len + render->problems->left_out;
    if (value != NULL) {
        char *trouble = field_check_text(field, value->text, value->items);
        if (trouble != NULL)
            problem_list_add(render->problems, field->place, "",
                             "the field \"%s\" %s (%s)", field->name, trouble,
                             value->where);
        mem_free(trouble);
    }
    if (value != NULL || field->origin == FIELD_DEFAULT)
        check_files(render, field, value);
    return render->problems->len + render->problems->left_out == faults;
}

static bool is_text_form(const struct body_piece *piece)
{
    return piece->text == NULL && piece->form != BODY_FILES && piece->form != BODY_IMAGES;
}

/* What an attribute or a format asks of the value. */
static void check_pieces(const struct render *render, const struct body_message *message,
                         const bool *is_good)
{
    for (size_t i = 0; i < message->len && !message->is_history; i++) {
        const struct body_piece *piece = &message->pieces[i];
        const bool may_fail = piece->path != NULL || piece->format.is_set;
        if (!is_text_form(piece) || !may_fail || !is_good[piece->field])
            continue;
        const struct template_field *field = &render->template->fields[piece->field];
        struct strbuf text;
        struct error err = {ERROR_NONE, NULL};
        if (field->origin != FIELD_DEFAULT &&
            field_values_find(render->values, field->name) == NULL)
            continue;
        strbuf_init(&text, STRBUF_OWN_MAX);
        if (!piece_text_append(field, piece, get_value(render, field), &text, &err))
            problem_list_add(render->problems, piece->place, "", "the field \"%s\" %s",
                             field->name, error_text(&err));
        error_clear(&err);
        strbuf_clear(&text);
    }
}

/* The field without a value that a name may have been meant for; or any. */
static const char *nearest_field(const struct render *render, const char *name,
                                 bool is_missing_only)
{
    struct suggestion suggestion;
    suggestion_init(&suggestion, name);
    for (size_t i = 0; i < render->template->field_count; i++) {
        const char *known = render->template->fields[i].name;
        if (!is_missing_only || field_values_find(render->values, known) == NULL)
            suggestion_consider(&suggestion, known);
    }
    return suggestion.best;
}

/* A table may have columns that are for others; but not one that looks like a mistake. */
static void check_unknown(const struct render *render, const struct field_value *value)
{
    if (template_find_field(render->template, value->name) != NULL)
        return;
    const char *nearest = nearest_field(render, value->name, value->is_column);
    if (value->is_column && nearest == NULL)
        return;
    char *remedy = nearest != NULL ? strbuf_format("did you mean \"%s\"?", nearest)
                   : render->template->field_count == 0
                       ? mem_strdup("it has no fields")
                       : mem_strdup("motet prompts show lists what it has");
    problem_list_add(render->problems, (struct text_place){0, 0}, remedy,
                     "there is no field \"%s\" (%s)", value->name, value->where);
    mem_free(remedy);
}

static void check_all(const struct render *render)
{
    const struct prompt_template *template = render->template;
    bool *is_good = mem_alloc_array(template->field_count, sizeof(is_good[0]));
    for (size_t i = 0; i < render->values->len; i++)
        check_unknown(render, &render->values->items[i]);
    for (size_t i = 0; i < template->field_count; i++)
        is_good[i] = check_field(render, &template->fields[i]);
    for (size_t i = 0; i < template->body->len; i++)
        check_pieces(render, &template->body->messages[i], is_good);
    mem_free(is_good);
}

bool template_check_values(const struct prompt_template *template,
                           const struct field_values *values,
                           struct problem_list *problems)
{
    const size_t faults = problems->len + problems->left_out;
    const struct render render = {template, values, problems, false};
    check_all(&render);
    return problems->len + problems->left_out == faults;
}

/* --- Making
 * -----------------------------------------------------------------------------
 */

static struct message *add_message(struct rendered_prompt *prompt,
                                   enum message_author author)
{
    prompt->messages = mem_resize_array(prompt->messages, prompt->message_count + 1,
                                        sizeof(prompt->messages[0]));
    struct message *message = message_new(0, author);
    prompt->messages[prompt->message_count++] = message;
    return message;
}

static const struct attachment_list *get_files(const struct render *render,
                                               const struct body_piece *piece)
{
    const char *name = render->template->fields[piece->field].name;
    const struct field_value *value = field_values_find(render->values, name);
    return value != NULL ? &value->files : NULL;
}

static bool refuse_size(struct error *err)
{
    error_set(err, ERROR_USAGE, "a message is larger than the %zu MiB that one may have",
              MESSAGE_MAX >> 20);
    return false;
}

/* Adds text to the last part, or to one of its own. */
static bool add_text(struct message *message, const char *text, size_t len,
                     bool is_new_part, struct error *err)
{
    if (len == 0)
        return true;
    const bool ok =
        is_new_part ? message_append_part(message, message_add_part(message, PART_TEXT),
                                          text, len)
                    : message_append(message, PART_TEXT, text, len);
    return ok || refuse_size(err);
}

/* {x:texts}: a part for each. */
static bool add_parts(const struct render *render, const struct body_piece *piece,
                      struct message *message, struct error *err)
{
    const struct template_field *field = &render->template->fields[piece->field];
    struct text_list texts = {0};
    bool ok = piece_text_items(field, piece, get_value(render, field), &texts, err);
    for (size_t i = 0; i < texts.len && ok; i++)
        ok = add_text(message, texts.items[i], strlen(texts.items[i]), true, err);
    text_list_clear(&texts);
    return ok;
}

static bool add_files(const struct render *render, const struct body_piece *piece,
                      struct message *message, struct error *err)
{
    const struct attachment_list *files = get_files(render, piece);
    if (files == NULL)
        return true;
    if (message->size + attachment_list_size(files) > MESSAGE_MAX)
        return refuse_size(err);
    attachment_list_write(files, message);
    return true;
}

static bool add_value(const struct render *render, const struct body_piece *piece,
                      struct message *message, bool is_new_part, struct error *err)
{
    const struct template_field *field = &render->template->fields[piece->field];
    struct strbuf text;
    strbuf_init(&text, STRBUF_OWN_MAX);
    const bool ok =
        piece_text_append(field, piece, get_value(render, field), &text, err) &&
        add_text(message, strbuf_text(&text), text.len, is_new_part, err);
    strbuf_clear(&text);
    return ok;
}

static bool fill_message(const struct render *render, const struct body_message *from,
                         struct message *message, struct error *err)
{
    bool ok = true;
    for (size_t i = 0; i < from->len && ok; i++) {
        const struct body_piece *piece = &from->pieces[i];
        const bool follows_part = i > 0 && from->pieces[i - 1].text == NULL &&
                                  from->pieces[i - 1].form == BODY_TEXTS;
        if (piece->text != NULL)
            ok = add_text(message, piece->text, piece->len, follows_part, err);
        else if (!is_text_form(piece))
            ok = add_files(render, piece, message, err);
        else if (piece->form == BODY_TEXTS)
            ok = add_parts(render, piece, message, err);
        else
            ok = add_value(render, piece, message, follows_part, err);
    }
    return ok;
}

/* Adds a message's texts to the system text, with an empty line between. */
static void join_system(const struct message *message, struct strbuf *system_text)
{
    for (size_t i = 0; i < message->part_count; i++) {
        const struct part *part = &message->parts[i];
        if (system_text->len > 0)
            strbuf_append_text(system_text, "\n\n");
        strbuf_append(system_text, strbuf_text(&part->text), part->text.len);
    }
}

static bool render_message(const struct render *render, const struct body_message *from,
                           struct rendered_prompt *prompt, struct strbuf *system_text,
                           struct error *err)
{
    const bool is_system = from->author == MESSAGE_SYSTEM;
    struct message *message =
        is_system ? message_new(0, MESSAGE_SYSTEM) : add_message(prompt, from->author);
    bool ok = fill_message(render, from, message, err);
    if (ok && !is_system && message->part_count == 0) {
        error_set(err, ERROR_USAGE, "with these values the message of line %zu is empty",
                  from->place.line);
        ok = false;
    }
    if (is_system) {
        join_system(message, system_text);
        message_free(message);
    }
    return ok;
}

/* The conversation that was given, or a note of where it goes. */
static bool render_history(const struct render *render, const struct body_message *from,
                           struct rendered_prompt *prompt, struct error *err)
{
    const char *name =
        from->len > 0 ? render->template->fields[from->pieces[0].field].name : NULL;
    const struct field_value *value =
        name != NULL ? field_values_find(render->values, name) : NULL;
    const cJSON *item;
    bool ok = true;
    if (value == NULL) {
        prompt->has_history = true;
        prompt->history_at = prompt->message_count;
        return true;
    }
    cJSON *root = json_parse(value->text, strlen(value->text));
    cJSON_ArrayForEach(item, root)
    {
        struct strbuf text;
        uint16_t half = 0;
        const bool is_user = strcmp(json_get_string(item, "role"), "user") == 0;
        strbuf_init(&text, STRBUF_OWN_MAX);
        json_join_halves(&text, json_get_string(item, "content"), &half);
        json_flush_half(&text, &half);
        ok = ok &&
             add_text(add_message(prompt, is_user ? MESSAGE_USER : MESSAGE_ASSISTANT),
                      strbuf_text(&text), text.len, false, err);
        strbuf_clear(&text);
    }
    cJSON_Delete(root);
    return ok;
}

static bool render_all(const struct render *render, struct rendered_prompt *prompt,
                       struct error *err)
{
    const struct template_body *body = render->template->body;
    struct strbuf system_text;
    bool ok = true;
    strbuf_init(&system_text, STRBUF_OWN_MAX);
    for (size_t i = 0; i < body->len && ok; i++) {
        const struct body_message *from = &body->messages[i];
        ok = from->is_history ? render_history(render, from, prompt, err)
                              : render_message(render, from, prompt, &system_text, err);
    }
    if (ok && system_text.len > 0)
        prompt->system = strbuf_take(&system_text);
    strbuf_clear(&system_text);
    return ok;
}

/* The first problem, and how many more there are. */
static void take_problems(const struct problem_list *problems, struct error *err)
{
    const size_t more = problems->len - 1 + problems->left_out;
    char *first = problem_list_format(problems, 0);
    if (more == 0)
        error_set(err, ERROR_USAGE, "%s", first);
    else
        error_set(err, ERROR_USAGE, "%s (and %zu more)", first, more);
    mem_free(first);
}

bool template_render(const struct prompt_template *template,
                     const struct field_values *values, struct rendered_prompt *prompt,
                     struct error *err)
{
    struct problem_list problems;
    problem_list_init(&problems, template->path);
    const struct render render = {template, values, &problems, true};
    *prompt = (struct rendered_prompt){0};
    check_all(&render);
    bool ok = problems.len == 0;
    if (!ok) {
        problem_list_sort(&problems);
        take_problems(&problems, err);
    } else if (!render_all(&render, prompt, err)) {
        error_prefix(err, "%s", template->path);
        rendered_prompt_clear(prompt);
        ok = false;
    }
    problem_list_clear(&problems);
    return ok;
}

void rendered_prompt_clear(struct rendered_prompt *prompt)
{
    for (size_t i = 0; i < prompt->message_count; i++)
        message_free(prompt->messages[i]);
    mem_free(prompt->messages);
    mem_free(prompt->system);
    *prompt = (struct rendered_prompt){0};
}
