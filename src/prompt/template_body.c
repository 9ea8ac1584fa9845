/*
 * The body is a list of lines that know where they stand in the file. Lines are given to
 * messages, indentation that all lines of a message share is taken away, and what is left
 * is cut at braces, line by line. All of this happens before any value is there, so a
 * value is never read as anything but text.
 */
#include "src/prompt/template_body.h"

#include <string.h>

#include "src/base/compiler.h"
#include "src/base/mem.h"
#include "src/base/strbuf.h"
#include "src/base/text_list.h"
#include "src/prompt/body_field.h"

struct body_line {
    const char *text;
    size_t len;
    struct text_place place; /* of its first byte that is left */
};

struct body_lines {
    struct body_line *items;
    size_t len;
    size_t cap;
};

/* A message being read. */
struct body_reader {
    struct prompt_template *template;
    struct problem_list *problems;
    struct body_message *message;
    struct strbuf literal; /* text since the last field */
};

struct role_info {
    const char *word;
    enum message_author author;
    bool is_history;
};

static const struct role_info roles[] = {
    {"SYSTEM:", MESSAGE_SYSTEM, false},
    {"USER:", MESSAGE_USER, false},
    {"ASSISTANT:", MESSAGE_ASSISTANT, false},
    {"MESSAGES:", MESSAGE_USER, true},
};

/* --- Lines
 * ------------------------------------------------------------------------------
 */

static bool is_blank_byte(char byte)
{
    return byte == ' ' || byte == '\t';
}

static size_t indentation(const struct body_line *line)
{
    size_t at = 0;
    while (at < line->len && is_blank_byte(line->text[at]))
        at++;
    return at;
}

static bool is_blank_line(const struct body_line *line)
{
    return indentation(line) == line->len;
}

static void skip_bytes(struct body_line *line, size_t count)
{
    line->text += count;
    line->len -= count;
    if (line->place.column > 0)
        line->place.column += count;
}

/* Cuts the text into lines. Column 0 says that only the first line's place is known. */
static void split_lines(const char *text, size_t len, struct text_place place,
                        struct body_lines *lines)
{
    const char *end = text + len;
    while (text < end) {
        const char *stop = memchr(text, '\n', (size_t)(end - text));
        if (stop == NULL)
            stop = end;
        lines->items =
            mem_grow(lines->items, &lines->cap, lines->len + 1, sizeof(lines->items[0]));
        lines->items[lines->len++] =
            (struct body_line){text, (size_t)(stop - text), place};
        text = stop + 1;
        place.line += place.column > 0;
    }
}

/* Takes away the blanks that all lines begin with; empty lines do not count. */
static void dedent(struct body_line *lines, size_t count)
{
    const struct body_line *first = NULL;
    size_t common = 0;
    for (size_t i = 0; i < count; i++) {
        if (is_blank_line(&lines[i]))
            continue;
        size_t same = indentation(&lines[i]);
        if (first == NULL) {
            first = &lines[i];
            common = same;
        }
        for (size_t at = 0; at < same && at < common; at++) {
            if (lines[i].text[at] != first->text[at])
                same = at;
        }
        common = same < common ? same : common;
    }
    for (size_t i = 0; i < count; i++)
        skip_bytes(&lines[i], common < lines[i].len ? common : lines[i].len);
}

/* --- Pieces
 * -----------------------------------------------------------------------------
 */

static struct body_piece *add_piece(struct body_message *message)
{
    message->pieces = mem_grow(message->pieces, &message->cap, message->len + 1,
                               sizeof(message->pieces[0]));
    struct body_piece *piece = &message->pieces[message->len++];
    *piece = (struct body_piece){0};
    return piece;
}

static void flush_literal(struct body_reader *reader)
{
    const size_t len = reader->literal.len;
    if (len == 0)
        return;
    struct body_piece *piece = add_piece(reader->message);
    piece->text = strbuf_take(&reader->literal);
    piece->len = len;
}

static void piece_clear(struct body_piece *piece)
{
    mem_free(piece->text);
    mem_free(piece->shown);
    texts_free(piece->path);
}

static struct text_place place_in(const struct body_line *line, size_t at)
{
    struct text_place place = line->place;
    if (place.column == 0)
        return (struct text_place){place.line, 1};
    for (size_t i = 0; i < at; i++)
        place.column += ((unsigned char)line->text[i] & 0xc0) != 0x80;
    return place;
}

/* Reads the field whose brace stands at `at`; returns where the line goes on. */
static size_t read_field(struct body_reader *reader, const struct body_line *line,
                         size_t at)
{
    const char *start = line->text + at + 1;
    const char *close = memchr(start, '}', line->len - at - 1);
    const struct text_place place = place_in(line, at);
    if (close == NULL) {
        problem_list_add(reader->problems, place,
                         "write {{ for a brace that belongs to the text",
                         "the brace is not closed in its line");
        return line->len;
    }
    const size_t len = (size_t)(close - start);
    struct body_piece piece = {.place = place,
                               .shown = strbuf_format("{%.*s}", (int)len, start)};
    if (body_field_parse(reader->template, start, len, &piece, reader->problems)) {
        flush_literal(reader);
        *add_piece(reader->message) = piece;
    } else {
        piece_clear(&piece);
    }
    return at + len + 2;
}

static void read_line(struct body_reader *reader, const struct body_line *line)
{
    size_t at = 0;
    while (at < line->len) {
        const char byte = line->text[at];
        const bool is_double = at + 1 < line->len && line->text[at + 1] == byte;
        if (byte == '{' && !is_double) {
            at = read_field(reader, line, at);
            continue;
        }
        if (byte == '}' && !is_double)
            problem_list_add(reader->problems, place_in(line, at),
                             "write }} for a brace that belongs to the text",
                             "there is no { that this } closes");
        strbuf_append_char(&reader->literal, byte);
        at += byte == '{' || byte == '}' ? 2 : 1;
    }
}

/* --- Messages
 * ---------------------------------------------------------------------------
 */

static struct template_body *get_body(struct prompt_template *template)
{
    if (template->body == NULL)
        template->body = mem_alloc(sizeof(*template->body));
    return template->body;
}

/* Reads a message from its lines; role and indentation are gone already. */
static void read_message(struct body_reader *reader, struct body_line *lines,
                         size_t count)
{
    strbuf_init(&reader->literal, STRBUF_OWN_MAX);
    while (count > 0 && is_blank_line(&lines[0])) {
        lines++;
        count--;
    }
    while (count > 0 && is_blank_line(&lines[count - 1]))
        count--;
    if (count > 0) {
        struct body_line *last = &lines[count - 1];
        while (last->len > 0 && is_blank_byte(last->text[last->len - 1]))
            last->len--;
    }
    for (size_t i = 0; i < count; i++) {
        if (i > 0)
            strbuf_append_char(&reader->literal, '\n');
        read_line(reader, &lines[i]);
    }
    flush_literal(reader);
    strbuf_clear(&reader->literal);
}

static void check_history(struct body_reader *reader)
{
    const struct body_message *message = reader->message;
    if (message->len == 0)
        return;
    const struct body_piece *piece = &message->pieces[0];
    if (message->len > 1 || piece->text != NULL || piece->path != NULL ||
        piece->form != BODY_PLAIN || piece->format.is_set) {
        problem_list_add(reader->problems, message->place, "",
                         "MESSAGES: takes one field and nothing else, such as MESSAGES: "
                         "{history}");
        return;
    }
    struct template_field *field = &reader->template->fields[piece->field];
    if (field->is_typed && field->type != FIELD_MESSAGES)
        problem_list_add(reader->problems, piece->place, "",
                         "MESSAGES: needs a field of type messages, and %s is of type %s",
                         field->name, field_type_name(field->type));
    field->type = FIELD_MESSAGES;
    field->is_typed = true;
}

static void add_message(struct prompt_template *template, const struct role_info *role,
                        struct body_line *lines, size_t count,
                        struct problem_list *problems)
{
    struct template_body *body = get_body(template);
    body->messages =
        mem_grow(body->messages, &body->cap, body->len + 1, sizeof(body->messages[0]));
    struct body_message *message = &body->messages[body->len++];
    *message = (struct body_message){.author = role->author,
                                     .is_history = role->is_history,
                                     .place = {lines[0].place.line, 1}};
    struct body_reader reader = {
        .template = template, .problems = problems, .message = message};
    const size_t faults = problems->len + problems->left_out;
    read_message(&reader, lines, count);
    if (problems->len + problems->left_out > faults)
        return;
    if (role->is_history)
        check_history(&reader);
    else if (message->len == 0)
        problem_list_add(problems, message->place, "", "%s has no text", role->word);
}

/* The role that the line begins with, or NULL. */
static const struct role_info *find_role(const struct body_line *line)
{
    for (size_t i = 0; i < COUNT_OF(roles); i++) {
        const size_t len = strlen(roles[i].word);
        if (line->len >= len && memcmp(line->text, roles[i].word, len) == 0)
            return &roles[i];
    }
    return NULL;
}

static size_t next_role(const struct body_lines *lines, size_t at)
{
    while (at < lines->len && find_role(&lines->items[at]) == NULL)
        at++;
    return at;
}

void template_body_add_system(struct prompt_template *template, struct text_place place,
                              struct problem_list *problems)
{
    struct body_lines lines = {0};
    /* YAML does not tell where the lines of a text stand. */
    place.column = 0;
    split_lines(template->system, strlen(template->system), place, &lines);
    dedent(lines.items, lines.len);
    if (lines.len > 0)
        add_message(template, &roles[0], lines.items, lines.len, problems);
    mem_free(lines.items);
}

void template_body_parse(struct prompt_template *template,
                         const struct body_source *source, struct problem_list *problems)
{
    struct body_lines lines = {0};
    get_body(template);
    split_lines(source->text, source->len, (struct text_place){source->first_line, 1},
                &lines);
    dedent(lines.items, lines.len);
    size_t blank = 0;
    while (blank < lines.len && is_blank_line(&lines.items[blank]))
        blank++;
    size_t at = next_role(&lines, 0);
    if (blank == lines.len)
        problem_list_add(problems, (struct text_place){source->first_line, 1},
                         "what is sent stands after the header",
                         "the template has no text");
    else if (at == lines.len)
        add_message(template, &roles[1], lines.items, lines.len, problems);
    else if (blank < at)
        problem_list_add(problems, place_in(&lines.items[blank], 0),
                         "begin with SYSTEM: or USER:",
                         "this text stands before the first role and belongs to none");
    while (at < lines.len) {
        const struct role_info *role = find_role(&lines.items[at]);
        const size_t next = next_role(&lines, at + 1);
        skip_bytes(&lines.items[at], strlen(role->word));
        skip_bytes(&lines.items[at], indentation(&lines.items[at]));
        dedent(lines.items + at + 1, next - at - 1);
        add_message(template, role, &lines.items[at], next - at, problems);
        at = next;
    }
    mem_free(lines.items);
}

void template_body_free(struct template_body *body)
{
    for (size_t i = 0; body != NULL && i < body->len; i++) {
        for (size_t j = 0; j < body->messages[i].len; j++)
            piece_clear(&body->messages[i].pieces[j]);
        mem_free(body->messages[i].pieces);
    }
    if (body != NULL)
        mem_free(body->messages);
    mem_free(body);
}
