/*
 * libyaml makes a document of the bytes; the document's nodes are then copied into our
 * own tree, counting. Aliases are followed while copying, so a node that stands for many
 * costs what it stands for, and one that holds itself ends at the ceiling of levels.
 *
 * Two things make libyaml slow far beyond the size of a file: for each token inside of
 * brackets it looks at all that are open, and for each anchor at all anchors. Both are
 * counted before it sees the text. What stands inside of quotes is counted as well, which
 * is why these ceilings are far above what a file of settings needs.
 */
#include "src/config/yaml_file.h"

#include <string.h>

#include <yaml.h>

#include "src/base/mem.h"
#include "src/base/strbuf.h"
#include "src/base/utf8.h"

#define YAML_MAX_LEVELS    32
#define YAML_MAX_NODES     20000
#define YAML_MAX_KEY_BYTES 200
#define YAML_MAX_BRACKETS  100
#define YAML_MAX_ANCHORS   5000

/* The copying of one document. */
struct yaml_copy {
    yaml_document_t *document;
    struct problem_list *problems;
    size_t node_count;
    size_t level;
};

static struct text_place place_of(yaml_mark_t mark)
{
    return (struct text_place){mark.line + 1, mark.column + 1};
}

/* A short form of a key for sentences. */
static int shown_len(const char *text)
{
    const size_t len = strlen(text);
    return (int)(len < 60 ? len : 60);
}

static struct yaml_value *copy_node(struct yaml_copy *copy, int index);

static bool is_own_tag(const yaml_node_t *node)
{
    static const char prefix[] = "tag:yaml.org,2002:";
    return node->tag == NULL ||
           strncmp((const char *)node->tag, prefix, sizeof(prefix) - 1) == 0;
}

static bool copy_text(struct yaml_copy *copy, const yaml_node_t *node,
                      struct yaml_value *value)
{
    const char *text = (const char *)node->data.scalar.value;
    if (memchr(text, '\0', node->data.scalar.length) != NULL) {
        problem_list_add(copy->problems, value->place, "leave it out",
                         "there is a NUL character in this text");
        return false;
    }
    value->text = mem_strndup(text, node->data.scalar.length);
    value->is_plain = node->data.scalar.style == YAML_PLAIN_SCALAR_STYLE;
    return true;
}

static bool copy_list(struct yaml_copy *copy, const yaml_node_t *node,
                      struct yaml_value *value)
{
    const yaml_node_item_t *first = node->data.sequence.items.start;
    const size_t count = (size_t)(node->data.sequence.items.top - first);
    value->items = mem_alloc_array(count, sizeof(value->items[0]));
    for (size_t i = 0; i < count; i++) {
        struct yaml_value *item = copy_node(copy, first[i]);
        if (item == NULL)
            return false;
        value->items[value->len++] = item;
    }
    return true;
}

/* The place of a key in the map's index: open addressing over a power of two. */
static size_t key_slot(const struct yaml_value *map, const size_t *slots, size_t mask,
                       const char *key)
{
    size_t hash = 5381;
    for (const char *at = key; *at != '\0'; at++)
        hash = hash * 33 + (unsigned char)*at;
    size_t slot = (hash ^ hash >> 16) & mask;
    while (slots[slot] != 0 && strcmp(map->keys[slots[slot] - 1]->text, key) != 0)
        slot = (slot + 1) & mask;
    return slot;
}

/* Appends the pair, unless the key is there. Takes both. */
static void map_add(struct yaml_copy *copy, struct yaml_value *map, size_t *slot,
                    struct yaml_value *key, struct yaml_value *item)
{
    if (*slot == 0) {
        map->keys[map->len] = key;
        map->items[map->len++] = item;
        *slot = map->len;
        return;
    }
    problem_list_add(copy->problems, key->place, "leave one of them out",
                     "\"%.*s\" is there twice, first on line %zu", shown_len(key->text),
                     key->text, map->keys[*slot - 1]->place.line);
    yaml_value_free(key);
    yaml_value_free(item);
}

static bool is_good_key(struct yaml_copy *copy, const struct yaml_value *key)
{
    if (key->kind == YAML_VALUE_TEXT && strlen(key->text) <= YAML_MAX_KEY_BYTES)
        return true;
    problem_list_add(copy->problems, key->place, "",
                     key->kind == YAML_VALUE_TEXT
                         ? "this name is too long"
                         : "a name is a text, not a list or map");
    return false;
}

static bool copy_map(struct yaml_copy *copy, const yaml_node_t *node,
                     struct yaml_value *value)
{
    const yaml_node_pair_t *first = node->data.mapping.pairs.start;
    const size_t count = (size_t)(node->data.mapping.pairs.top - first);
    size_t mask = 1;
    while (mask < 2 * count)
        mask = 2 * mask + 1;
    size_t *slots = mem_alloc_array(mask + 1, sizeof(slots[0]));
    value->keys = mem_alloc_array(count, sizeof(value->keys[0]));
    value->items = mem_alloc_array(count, sizeof(value->items[0]));
    bool ok = true;
    for (size_t i = 0; i < count && ok; i++) {
        struct yaml_value *key = copy_node(copy, first[i].key);
        struct yaml_value *item = NULL;
        ok = key != NULL && is_good_key(copy, key);
        if (ok)
            item = copy_node(copy, first[i].value);
        ok = ok && item != NULL;
        if (ok)
            map_add(copy, value, &slots[key_slot(value, slots, mask, key->text)], key,
                    item);
        else
            yaml_value_free(key);
    }
    mem_free(slots);
    return ok;
}

static bool copy_content(struct yaml_copy *copy, const yaml_node_t *node,
                         struct yaml_value *value)
{
    switch (node->type) {
    case YAML_SCALAR_NODE:
        value->kind = YAML_VALUE_TEXT;
        return copy_text(copy, node, value);
    case YAML_SEQUENCE_NODE:
        value->kind = YAML_VALUE_LIST;
        return copy_list(copy, node, value);
    case YAML_MAPPING_NODE:
        value->kind = YAML_VALUE_MAP;
        return copy_map(copy, node, value);
    case YAML_NO_NODE: break;
    }
    return false;
}

/* Copies the node and what it holds; NULL once a problem is in the way. */
static struct yaml_value *copy_node(struct yaml_copy *copy, int index)
{
    const yaml_node_t *node = yaml_document_get_node(copy->document, index);
    if (node == NULL)
        return NULL;
    const struct text_place place = place_of(node->start_mark);
    if (copy->level == YAML_MAX_LEVELS || copy->node_count == YAML_MAX_NODES) {
        problem_list_add(
            copy->problems, place, "",
            copy->level == YAML_MAX_LEVELS ? "this is nested more than %d levels deep"
                                           : "there are more than %d values in this file",
            copy->level == YAML_MAX_LEVELS ? YAML_MAX_LEVELS : YAML_MAX_NODES);
        return NULL;
    }
    if (!is_own_tag(node)) {
        problem_list_add(copy->problems, place, "leave it out",
                         "the tag \"%.*s\" means nothing here",
                         shown_len((const char *)node->tag), (const char *)node->tag);
        return NULL;
    }
    copy->node_count++;
    copy->level++;
    struct yaml_value *value = mem_alloc(sizeof(*value));
    value->place = place;
    const bool ok = copy_content(copy, node, value);
    copy->level--;
    if (ok)
        return value;
    yaml_value_free(value);
    return NULL;
}

void yaml_value_free(struct yaml_value *value)
{
    if (value == NULL)
        return;
    /* It may be a key that somebody has written into the file. */
    if (value->text != NULL)
        mem_wipe(value->text, strlen(value->text));
    mem_free(value->text);
    for (size_t i = 0; i < value->len; i++) {
        if (value->keys != NULL)
            yaml_value_free(value->keys[i]);
        yaml_value_free(value->items[i]);
    }
    mem_free(value->keys);
    mem_free(value->items);
    mem_free(value);
}

/* The byte at which the place stands, 0 past the end. Columns count characters. */
static char byte_at(const char *bytes, size_t len, struct text_place place)
{
    size_t at = 0;
    for (size_t line = 1; line < place.line && at < len; at++)
        line += bytes[at] == '\n';
    for (size_t column = 1; column < place.column && at < len; column++)
        at = utf8_next(bytes, len, at);
    return at < len ? bytes[at] : '\0';
}

static struct text_place place_of_offset(const char *bytes, size_t offset)
{
    struct text_place place = {1, 1};
    for (size_t i = 0; i < offset; i = utf8_next(bytes, offset, i)) {
        place.column = bytes[i] == '\n' ? 1 : place.column + 1;
        place.line += bytes[i] == '\n';
    }
    return place;
}

/* What libyaml has to say, as one sentence at its place. */
static void add_parser_problem(struct problem_list *problems, const yaml_parser_t *parser,
                               const char *bytes, size_t len)
{
    const char *problem = parser->problem != NULL ? parser->problem : "it cannot be read";
    if (parser->error == YAML_READER_ERROR) {
        const size_t offset = parser->problem_offset < len ? parser->problem_offset : len;
        problem_list_add(problems, place_of_offset(bytes, offset),
                         "the file has to be text in UTF-8", "this is not YAML: %s",
                         problem);
        return;
    }
    const struct text_place place = place_of(parser->problem_mark);
    const char *remedy =
        byte_at(bytes, len, place) == '\t' ? "indent with spaces, not with tabs" : "";
    if (parser->context == NULL)
        problem_list_add(problems, place, remedy, "this is not YAML: %s", problem);
    else
        problem_list_add(problems, place, remedy,
                         "this is not YAML: %s, %s (begun on line %zu)", problem,
                         parser->context, parser->context_mark.line + 1);
}

/* True if the text holds no more than libyaml can bear; see the top of the file. */
static bool check_burden(const char *bytes, size_t len, struct problem_list *problems)
{
    size_t open = 0;
    size_t anchors = 0;
    for (size_t i = 0; i < len; i++) {
        if (bytes[i] == '[' || bytes[i] == '{')
            open++;
        else if ((bytes[i] == ']' || bytes[i] == '}') && open > 0)
            open--;
        else if (bytes[i] == '&')
            anchors++;
        if (open > YAML_MAX_BRACKETS || anchors > YAML_MAX_ANCHORS) {
            const bool is_open = open > YAML_MAX_BRACKETS;
            problem_list_add(problems, place_of_offset(bytes, i), "",
                             "there are more than %d %s",
                             is_open ? YAML_MAX_BRACKETS : YAML_MAX_ANCHORS,
                             is_open ? "open brackets" : "\"&\" in this file");
            return false;
        }
    }
    return true;
}

/* The tree of the parser's next document. NULL with no problem added: there is none. */
static struct yaml_value *take_document(yaml_parser_t *parser, const char *bytes,
                                        size_t len, struct problem_list *problems)
{
    yaml_document_t document;
    if (yaml_parser_load(parser, &document) == 0) {
        add_parser_problem(problems, parser, bytes, len);
        return NULL;
    }
    struct yaml_copy copy = {.document = &document, .problems = problems};
    struct yaml_value *value = NULL;
    if (yaml_document_get_root_node(&document) != NULL)
        value = copy_node(&copy, 1);
    yaml_document_delete(&document);
    return value;
}

/* A second document, or rubbish after the first, would go unread. */
static bool check_end(yaml_parser_t *parser, const char *bytes, size_t len,
                      struct problem_list *problems)
{
    yaml_document_t document;
    if (yaml_parser_load(parser, &document) == 0) {
        add_parser_problem(problems, parser, bytes, len);
        return false;
    }
    const yaml_node_t *root = yaml_document_get_root_node(&document);
    if (root != NULL)
        problem_list_add(problems, place_of(root->start_mark),
                         "leave out what comes after \"---\"",
                         "a second document begins here");
    const bool is_end = root == NULL;
    yaml_document_delete(&document);
    return is_end;
}

struct yaml_value *yaml_file_parse(const char *bytes, size_t len,
                                   struct problem_list *problems)
{
    /* libyaml counts a byte order mark as a column. */
    if (len >= 3 && memcmp(bytes, "\xef\xbb\xbf", 3) == 0) {
        bytes += 3;
        len -= 3;
    }
    if (len > YAML_FILE_MAX_BYTES) {
        problem_list_add(problems, (struct text_place){0, 0}, "",
                         "the file is larger than %zu bytes", YAML_FILE_MAX_BYTES);
        return NULL;
    }
    if (!check_burden(bytes, len, problems))
        return NULL;
    yaml_parser_t parser;
    if (yaml_parser_initialize(&parser) == 0) {
        problem_list_add(problems, (struct text_place){0, 0}, "", "out of memory");
        return NULL;
    }
    yaml_parser_set_encoding(&parser, YAML_UTF8_ENCODING);
    yaml_parser_set_input_string(&parser, (const unsigned char *)bytes, len);
    const size_t problem_count = problems->len + problems->left_out;
    struct yaml_value *value = take_document(&parser, bytes, len, problems);
    if (value != NULL && !check_end(&parser, bytes, len, problems)) {
        yaml_value_free(value);
        value = NULL;
    } else if (value == NULL && problems->len + problems->left_out == problem_count) {
        value = mem_alloc(sizeof(*value));
        value->kind = YAML_VALUE_MAP;
        value->place = (struct text_place){1, 1};
    }
    yaml_parser_delete(&parser);
    return value;
}

const struct yaml_value *yaml_value_get(const struct yaml_value *map, const char *key)
{
    for (size_t i = 0; map->kind == YAML_VALUE_MAP && i < map->len; i++) {
        if (strcmp(map->keys[i]->text, key) == 0)
            return map->items[i];
    }
    return NULL;
}

bool yaml_value_is_nothing(const struct yaml_value *value)
{
    return value->kind == YAML_VALUE_TEXT && value->is_plain &&
           (value->text[0] == '\0' || strcmp(value->text, "~") == 0 ||
            strcmp(value->text, "null") == 0);
}
