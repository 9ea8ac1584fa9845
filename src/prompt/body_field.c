/* A table of forms; what is none of them is a format specification or a mistake. */
#include "src/prompt/body_field.h"

#include <string.h>

#include "src/base/compiler.h"
#include "src/base/mem.h"
#include "src/base/strbuf.h"
#include "src/base/text_list.h"
#include "src/config/suggest.h"

struct form_info {
    const char *name;
    enum body_form form;
    enum field_type type; /* what the field has to be; FIELD_TEXT: as it is */
    bool takes_many;
    bool is_refused;
};

static const struct form_info forms[] = {
    {"list", BODY_LIST, FIELD_LIST, false, false},
    {"lists", BODY_LISTS, FIELD_LISTS, false, false},
    {"text", BODY_TEXTS, FIELD_TEXT, false, false},
    {"texts", BODY_TEXTS, FIELD_LIST, false, false},
    {"file", BODY_FILES, FIELD_FILE, false, false},
    {"files", BODY_FILES, FIELD_FILE, true, false},
    {"document", BODY_FILES, FIELD_FILE, false, false},
    {"documents", BODY_FILES, FIELD_FILE, true, false},
    {"image", BODY_IMAGES, FIELD_IMAGE, false, false},
    {"images", BODY_IMAGES, FIELD_IMAGE, true, false},
    {"audio", BODY_PLAIN, FIELD_TEXT, false, true},
    {"audios", BODY_PLAIN, FIELD_TEXT, false, true},
    {"part", BODY_PLAIN, FIELD_TEXT, false, true},
    {"parts", BODY_PLAIN, FIELD_TEXT, false, true},
    {"cache_control", BODY_PLAIN, FIELD_TEXT, false, true},
};

static bool is_name_byte(char byte, bool is_first)
{
    const unsigned char value = (unsigned char)byte;
    return byte == '_' || (byte >= 'a' && byte <= 'z') || (byte >= 'A' && byte <= 'Z') ||
           value >= 0x80 || (!is_first && byte >= '0' && byte <= '9');
}

static size_t name_length(const char *text, size_t len)
{
    size_t at = 0;
    while (at < len && is_name_byte(text[at], at == 0))
        at++;
    return at;
}

bool body_field_is_name(const char *text, size_t len)
{
    return len > 0 && name_length(text, len) == len;
}

size_t body_field_find(struct prompt_template *template, const char *name, size_t len,
                       struct text_place place)
{
    for (size_t i = 0; i < template->field_count; i++) {
        if (strlen(template->fields[i].name) == len &&
            memcmp(template->fields[i].name, name, len) == 0)
            return i;
    }
    template->fields = mem_resize_array(template->fields, template->field_count + 1,
                                        sizeof(template->fields[0]));
    template->fields[template->field_count] =
        (struct template_field){.name = mem_strndup(name, len), .place = place};
    return template->field_count++;
}

/* Reads ".a.b" and "[0]" into the piece; returns the bytes used, or len + 1 for none. */
static size_t parse_path(const char *text, size_t len, struct body_piece *piece)
{
    struct text_list path = {0};
    size_t at = 0;
    while (at < len && (text[at] == '.' || text[at] == '[')) {
        const bool is_index = text[at] == '[';
        const char *start = text + ++at;
        size_t used = name_length(start, len - at);
        if (is_index)
            for (used = 0; at + used < len && start[used] != ']';)
                used++;
        if (used == 0 || (is_index && at + used == len)) {
            text_list_clear(&path);
            return len + 1;
        }
        text_list_add(&path, start, used);
        at += used + is_index;
    }
    if (path.len > 0)
        piece->path = text_list_take(&path);
    return at;
}

/* "detail=low": the one option there is. It is checked and not sent, see the guide. */
static bool options_are_known(const struct form_info *form, const char *text, size_t len)
{
    static const char *const known[] = {"", "detail=low", "detail=high", "detail=auto"};
    for (size_t i = 0; i < COUNT_OF(known); i++) {
        if (strlen(known[i]) == len && memcmp(known[i], text, len) == 0)
            return i == 0 || form->type == FIELD_IMAGE;
    }
    return false;
}

static void refuse_spec(const struct body_piece *piece, const char *spec, size_t len,
                        struct problem_list *problems)
{
    char *word = mem_strndup(spec, len);
    struct suggestion suggestion;
    suggestion_init(&suggestion, word);
    for (size_t i = 0; i < COUNT_OF(forms); i++)
        suggestion_consider(&suggestion, forms[i].name);
    char *remedy = suggestion.best != NULL
                       ? strbuf_format("did you mean \"%s\"?", suggestion.best)
                       : mem_strdup("see docs/guide/prompts.md for the forms there are");
    problem_list_add(problems, piece->place, remedy, "%s: there is no form \"%s\"",
                     piece->shown, word);
    mem_free(remedy);
    mem_free(word);
}

/* Gives the field the type that a form or format asks for. */
static bool settle_type(struct template_field *field, enum field_type type,
                        const struct body_piece *piece, struct problem_list *problems)
{
    if (!field->is_typed) {
        field->type = type;
        field->is_typed = true;
        return true;
    }
    if (field->type == type)
        return true;
    problem_list_add(problems, piece->place, "",
                     "%s needs a field of type %s, and %s is of type %s", piece->shown,
                     field_type_name(type), field->name, field_type_name(field->type));
    return false;
}

static bool apply_form(struct template_field *field, const struct form_info *form,
                       struct body_piece *piece, struct problem_list *problems)
{
    const bool is_file = form->type == FIELD_FILE || form->type == FIELD_IMAGE;
    piece->form = form->form;
    if (form->is_refused) {
        problem_list_add(problems, piece->place,
                         "prompts are made of text, files of text, and pictures",
                         "%s: the form \"%s\" is not supported", piece->shown,
                         form->name);
        return false;
    }
    if (piece->path != NULL) {
        if (is_file)
            problem_list_add(problems, piece->place, "give the file a field of its own",
                             "%s: an attribute cannot be a file", piece->shown);
        return !is_file;
    }
    field->takes_many = field->takes_many || form->takes_many;
    return form->type == FIELD_TEXT || settle_type(field, form->type, piece, problems);
}

/* Reads what stands after the colon. */
static bool parse_spec(struct template_field *field, const char *spec, size_t len,
                       struct body_piece *piece, struct problem_list *problems)
{
    size_t word = 0;
    while (word < len && spec[word] != '(')
        word++;
    const bool has_options = word < len && spec[len - 1] == ')';
    for (size_t i = 0; i < COUNT_OF(forms) && (word == len || has_options); i++) {
        if (strlen(forms[i].name) != word || memcmp(forms[i].name, spec, word) != 0)
            continue;
        if (has_options && !forms[i].is_refused &&
            !options_are_known(&forms[i], spec + word + 1, len - word - 2)) {
            problem_list_add(problems, piece->place,
                             "pictures have (detail=low), (detail=high), (detail=auto)",
                             "%s: unknown option", piece->shown);
            return false;
        }
        return apply_form(field, &forms[i], piece, problems);
    }
    if (!format_spec_parse(spec, len, &piece->format)) {
        refuse_spec(piece, spec, word, problems);
        return false;
    }
    return !piece->format.wants_number || piece->path != NULL ||
           settle_type(field, FIELD_NUMBER, piece, problems);
}

static bool refuse(const struct body_piece *piece, struct problem_list *problems,
                   const char *what, const char *remedy)
{
    problem_list_add(problems, piece->place, remedy, "%s %s", piece->shown, what);
    return false;
}

bool body_field_parse(struct prompt_template *template, const char *text, size_t len,
                      struct body_piece *piece, struct problem_list *problems)
{
    static const char literal[] =
        "braces that belong to the text are written {{ and }}; a field is {name}";
    size_t at = name_length(text, len);
    if (at == 0)
        return refuse(piece, problems, "names no field", literal);
    const size_t name_len = at;
    at += parse_path(text + at, len - at, piece);
    if (at > len)
        return refuse(piece, problems, "has an attribute without a name",
                      "attributes are {field.name} or {field[0]}");
    if (at < len && text[at] == '!')
        return refuse(piece, problems, "has a conversion", "there are none here");
    if (at < len && text[at] != ':')
        return refuse(piece, problems, "is no field", literal);
    piece->field = body_field_find(template, text, name_len, piece->place);
    struct template_field *field = &template->fields[piece->field];
    field->is_used = true;
    if (piece->path != NULL && !settle_type(field, FIELD_TEXT, piece, problems))
        return false;
    if (at == len)
        return true;
    return parse_spec(field, text + at + 1, len - at - 1, piece, problems);
}
