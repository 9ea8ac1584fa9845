/* What can be said of a template's body only when all of it has been read. */
#include <string.h>

#include "src/base/mem.h"
#include "src/base/strbuf.h"
#include "src/config/suggest.h"
#include "src/prompt/template_body.h"

/* True if the piece is a part of the message by itself. */
static bool is_part(const struct body_piece *piece)
{
    return piece->text == NULL &&
           (piece->form == BODY_TEXTS || piece->form == BODY_FILES ||
            piece->form == BODY_IMAGES);
}

/* {x} of a list, a file or a picture means what its type says. */
static void settle_form(const struct template_field *field, struct body_piece *piece)
{
    if (piece->form != BODY_PLAIN || piece->path != NULL)
        return;
    if (field->type == FIELD_LISTS)
        piece->form = BODY_LISTS;
    else if (field->type == FIELD_FILE)
        piece->form = BODY_FILES;
    else if (field->type == FIELD_IMAGE)
        piece->form = BODY_IMAGES;
}

static void check_piece(const struct prompt_template *template,
                        const struct body_message *message, struct body_piece *piece,
                        struct problem_list *problems)
{
    const struct template_field *field = &template->fields[piece->field];
    settle_form(field, piece);
    const bool is_file = piece->form == BODY_FILES || piece->form == BODY_IMAGES;
    const bool is_plain = field->type == FIELD_TEXT || field->type == FIELD_NUMBER ||
                          field->type == FIELD_FLAG;
    if (is_file && message->author != MESSAGE_USER)
        problem_list_add(problems, piece->place, "put it after a USER: line",
                         "%s: only a user's message can hold files and pictures",
                         piece->shown);
    else if (field->type == FIELD_MESSAGES)
        problem_list_add(problems, piece->place,
                         "write MESSAGES: before it, on a line of its own",
                         "%s is a conversation and cannot stand in a text", piece->shown);
    else if (piece->format.is_set && !is_plain)
        problem_list_add(problems, piece->place, "",
                         "%s: a field of type %s has no format", piece->shown,
                         field_type_name(field->type));
    else if (piece->form == BODY_TEXTS && !is_plain && field->type != FIELD_LIST)
        problem_list_add(problems, piece->place, "", "%s: a field of type %s is no text",
                         piece->shown, field_type_name(field->type));
}

static bool is_white(char byte)
{
    return byte == ' ' || byte == '\t' || byte == '\n';
}

/* White space between a part and the text beside it belongs to neither. */
static void trim_beside_parts(struct body_message *message)
{
    for (size_t i = 0; i < message->len; i++) {
        struct body_piece *piece = &message->pieces[i];
        if (piece->text == NULL)
            continue;
        size_t start = 0;
        if (i > 0 && is_part(piece - 1))
            while (start < piece->len && is_white(piece->text[start]))
                start++;
        if (i + 1 < message->len && is_part(piece + 1))
            while (piece->len > start && is_white(piece->text[piece->len - 1]))
                piece->len--;
        piece->len -= start;
        memmove(piece->text, piece->text + start, piece->len);
        piece->text[piece->len] = '\0';
    }
}

/* Each field of the header has its place in the body. */
static void check_used(const struct prompt_template *template,
                       const struct template_field *field, struct problem_list *problems)
{
    struct suggestion suggestion;
    if (field->is_used)
        return;
    suggestion_init(&suggestion, field->name);
    for (size_t i = 0; i < template->field_count; i++) {
        if (!template->fields[i].is_declared)
            suggestion_consider(&suggestion, template->fields[i].name);
    }
    char *remedy =
        suggestion.best != NULL
            ? strbuf_format("line %zu has {%s}: did you mean {%s}?",
                            template_find_field(template, suggestion.best)->place.line,
                            suggestion.best, field->name)
            : strbuf_format("write {%s} where it belongs, or leave it out", field->name);
    problem_list_add(problems, field->place, remedy,
                     "the body never uses the field \"%s\"", field->name);
    mem_free(remedy);
}

/* The last message is what is sent; there is one place for the chat so far. */
static void check_order(const struct template_body *body, struct problem_list *problems)
{
    const struct body_message *last = NULL;
    const struct body_message *history = NULL;
    for (size_t i = 0; i < body->len; i++) {
        const struct body_message *message = &body->messages[i];
        if (message->is_history && history != NULL)
            problem_list_add(problems, message->place, "",
                             "there can be only one MESSAGES: line");
        if (message->is_history)
            history = message;
        if (message->author != MESSAGE_SYSTEM)
            last = message;
    }
    if (last == NULL)
        problem_list_add(problems, body->messages[0].place, "",
                         "there is no USER: message, so there is nothing to answer");
    else if (last->is_history || last->author != MESSAGE_USER)
        problem_list_add(problems, last->place, "put a USER: message at the end",
                         "the last message has to be the user's");
}

void template_body_finish(struct prompt_template *template, struct problem_list *problems)
{
    struct template_body *body = template->body;
    for (size_t i = 0; i < body->len; i++) {
        struct body_message *message = &body->messages[i];
        for (size_t j = 0; j < message->len && !message->is_history; j++) {
            if (message->pieces[j].text == NULL)
                check_piece(template, message, &message->pieces[j], problems);
        }
        trim_beside_parts(message);
    }
    for (size_t i = 0; i < template->field_count; i++)
        check_used(template, &template->fields[i], problems);
    if (body->len > 0)
        check_order(body, problems);
}
