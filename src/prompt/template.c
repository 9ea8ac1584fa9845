/*
 * The file is made simple first (no mark in front, lines that end with LF, UTF-8 only),
 * then cut into header and body, which go to their own readers.
 */
#include "src/prompt/template.h"

#include <string.h>

#include "src/base/mem.h"
#include "src/base/path.h"
#include "src/base/text_list.h"
#include "src/base/utf8.h"
#include "src/prompt/field_check.h"
#include "src/prompt/template_body.h"
#include "src/prompt/template_header.h"

/* Where the header and the body are. */
struct template_cut {
    size_t header_len; /* 0: there is none */
    size_t body_at;
    size_t body_line;
};

static void field_clear(struct template_field *field)
{
    mem_free(field->name);
    mem_free(field->default_text);
    mem_free(field->help);
    texts_free(field->command);
    texts_free(field->choices);
}

void template_free(struct prompt_template *template)
{
    if (template == NULL)
        return;
    for (size_t i = 0; i < template->field_count; i++)
        field_clear(&template->fields[i]);
    mem_free(template->fields);
    template_body_free(template->body);
    mem_free(template->name);
    mem_free(template->path);
    mem_free(template->description);
    mem_free(template->system);
    mem_free(template->schema);
    texts_free(template->models);
    texts_free(template->params);
    texts_free(template->tools);
    mem_free(template);
}

const struct template_field *template_find_field(const struct prompt_template *template,
                                                 const char *name)
{
    for (size_t i = 0; i < template->field_count; i++) {
        if (strcmp(template->fields[i].name, name) == 0)
            return &template->fields[i];
    }
    return NULL;
}

/* The file's name without folder and ".md". Caller frees. */
static char *name_of(const char *path)
{
    const char *slash = strrchr(path, '/');
    const char *name = slash != NULL ? slash + 1 : path;
    const size_t len = strlen(name);
    const bool has_end = len > 3 && strcmp(name + len - 3, ".md") == 0;
    return mem_strndup(name, has_end ? len - 3 : len);
}

/* Notes bytes that are no text, with their place; false if there are any. */
static bool check_bytes(const char *bytes, size_t len, struct problem_list *problems)
{
    struct text_place place = {1, 1};
    for (size_t at = 0; at < len;) {
        uint32_t code;
        const size_t used = utf8_decode(bytes + at, len - at, &code);
        if (code == 0 || !utf8_is_valid(bytes + at, used)) {
            problem_list_add(problems, place, "save the file as UTF-8",
                             code == 0 ? "there is a zero byte in the text"
                                       : "the text is not UTF-8");
            return false;
        }
        place.line += code == '\n';
        place.column = code == '\n' ? 1 : place.column + 1;
        at += used;
    }
    return true;
}

static void append_lines(struct strbuf *text, const char *bytes, size_t len)
{
    for (size_t at = 0; at < len; at++) {
        if (bytes[at] != '\r' || at + 1 == len || bytes[at + 1] != '\n')
            strbuf_append_char(text, bytes[at]);
    }
}

/* The end of the line that begins at `at`, and whether it is "---". */
static size_t line_end(const struct strbuf *text, size_t at, bool *is_rule)
{
    const char *start = text->text + at;
    const char *stop = memchr(start, '\n', text->len - at);
    const size_t len = stop != NULL ? (size_t)(stop - start) : text->len - at;
    size_t kept = len;
    while (kept > 0 && (start[kept - 1] == ' ' || start[kept - 1] == '\t'))
        kept--;
    *is_rule = kept == 3 && memcmp(start, "---", 3) == 0;
    return at + len;
}

/* Finds the header; false with a problem if it does not end. */
static bool cut(const struct strbuf *text, struct template_cut *parts,
                struct problem_list *problems)
{
    bool is_rule = false;
    *parts = (struct template_cut){0, 0, 1};
    size_t end = text->len > 0 ? line_end(text, 0, &is_rule) : 0;
    if (!is_rule)
        return true;
    for (size_t line = 2; end < text->len; line++) {
        const size_t start = end + 1;
        if (start >= text->len)
            break;
        end = line_end(text, start, &is_rule);
        if (is_rule) {
            parts->header_len = start;
            parts->body_at = end < text->len ? end + 1 : end;
            parts->body_line = line + 1;
            return true;
        }
    }
    problem_list_add(problems, (struct text_place){1, 1},
                     "put a line --- after the last line of the header",
                     "the header that begins here does not end");
    return false;
}

/* A default file stands beside the template. */
static void settle_default(const struct prompt_template *template,
                           struct template_field *field)
{
    const bool is_file = field->type == FIELD_FILE || field->type == FIELD_IMAGE;
    if (!is_file || field->takes_many || field->default_text[0] == '\0')
        return;
    char *path = path_from_file(template->path, field->default_text);
    mem_free(field->default_text);
    field->default_text = path;
}

/* Defaults are values like others. */
static void check_defaults(const struct prompt_template *template,
                           struct problem_list *problems)
{
    for (size_t i = 0; i < template->field_count; i++) {
        struct template_field *field = &template->fields[i];
        if (field->origin != FIELD_DEFAULT)
            continue;
        settle_default(template, field);
        char *trouble = field_check_text(field, field->default_text, NULL);
        if (trouble != NULL)
            problem_list_add(problems, field->place, "",
                             "the default of the field \"%s\" %s", field->name, trouble);
        mem_free(trouble);
    }
}

static void parse(struct prompt_template *template, const struct strbuf *text,
                  struct problem_list *problems)
{
    struct template_cut parts;
    struct text_place system_place = {0, 0};
    if (!cut(text, &parts, problems))
        return;
    if (parts.header_len > 0)
        template_header_parse(template, strbuf_text(text), parts.header_len,
                              &system_place, problems);
    if (template->system != NULL)
        template_body_add_system(template, system_place, problems);
    const struct body_source source = {
        .text = strbuf_text(text) + parts.body_at,
        .len = text->len - parts.body_at,
        .first_line = parts.body_line,
    };
    template_body_parse(template, &source, problems);
    template_body_finish(template, problems);
    check_defaults(template, problems);
}

struct prompt_template *template_parse(const char *path, const char *bytes, size_t len,
                                       struct problem_list *problems)
{
    static const char mark[] = "\xef\xbb\xbf";
    const size_t faults = problems->len + problems->left_out;
    if (len > TEMPLATE_MAX_BYTES) {
        problem_list_add(problems, (struct text_place){0, 0}, "",
                         "the file is larger than the %zu KiB a prompt may have",
                         TEMPLATE_MAX_BYTES >> 10);
        return NULL;
    }
    if (len >= 3 && memcmp(bytes, mark, 3) == 0) {
        bytes += 3;
        len -= 3;
    }
    if (!check_bytes(bytes, len, problems))
        return NULL;
    struct strbuf text;
    strbuf_init(&text, TEMPLATE_MAX_BYTES);
    append_lines(&text, bytes, len);
    struct prompt_template *template = mem_alloc(sizeof(*template));
    template->path = mem_strdup(path);
    template->name = name_of(path);
    parse(template, &text, problems);
    if (template->description == NULL)
        template->description = mem_strdup("");
    strbuf_clear(&text);
    if (problems->len + problems->left_out == faults)
        return template;
    problem_list_sort(problems);
    template_free(template);
    return NULL;
}
