/*
 * libyaml's events come one by one and are written as they come; what is kept is where
 * each open list or map stands. Keys are texts whatever they look like.
 */
#include "src/config/yaml_stream.h"

#include <string.h>

#include <yaml.h>

#include "src/base/json.h"
#include "src/config/yaml_json.h"

#define LEVELS_MAX 64

struct yaml_stream {
    struct strbuf *out;
    struct error *err;
    bool is_map[LEVELS_MAX];
    size_t items[LEVELS_MAX]; /* that were begun; of a map keys and values */
    size_t level;             /* how many are open */
    size_t documents;
};

static bool fail_at(struct yaml_stream *stream, yaml_mark_t mark, const char *what)
{
    error_set(stream->err, ERROR_USAGE, "line %zu, column %zu: %s", mark.line + 1,
              mark.column + 1, what);
    return false;
}

/* What stands between this value and the one before it. True in `*is_key` for a key. */
static bool begin_value(struct yaml_stream *stream, yaml_mark_t mark, bool *is_key)
{
    *is_key = false;
    if (stream->level == 0)
        return true;
    const size_t at = stream->level - 1;
    const size_t before = stream->items[at]++;
    *is_key = stream->is_map[at] && before % 2 == 0;
    if (stream->is_map[at] && !*is_key)
        strbuf_append_char(stream->out, ':');
    else if (before > 0)
        strbuf_append_char(stream->out, ',');
    return !stream->out->is_full || fail_at(stream, mark, "the document is too large");
}

static bool open_level(struct yaml_stream *stream, yaml_mark_t mark, bool is_map)
{
    bool is_key;
    if (!begin_value(stream, mark, &is_key))
        return false;
    if (is_key)
        return fail_at(stream, mark, "a name is a text, not a list or map");
    if (stream->level == LEVELS_MAX)
        return fail_at(stream, mark, "this is nested too deep");
    stream->is_map[stream->level] = is_map;
    stream->items[stream->level++] = 0;
    return strbuf_append_char(stream->out, is_map ? '{' : '[');
}

static bool take_scalar(struct yaml_stream *stream, const yaml_event_t *event)
{
    const char *text = (const char *)event->data.scalar.value;
    const size_t len = event->data.scalar.length;
    const bool is_plain = event->data.scalar.style == YAML_PLAIN_SCALAR_STYLE;
    bool is_key;
    if (!begin_value(stream, event->start_mark, &is_key))
        return false;
    if (is_key || memchr(text, '\0', len) != NULL)
        return json_append_string(stream->out, text, len);
    yaml_text_to_json(text, is_plain, stream->out);
    return !stream->out->is_full ||
           fail_at(stream, event->start_mark, "the document is too large");
}

static bool take_event(struct yaml_stream *stream, const yaml_event_t *event)
{
    switch (event->type) {
    case YAML_SCALAR_EVENT: return take_scalar(stream, event);
    case YAML_SEQUENCE_START_EVENT: return open_level(stream, event->start_mark, false);
    case YAML_MAPPING_START_EVENT: return open_level(stream, event->start_mark, true);
    case YAML_SEQUENCE_END_EVENT:
        stream->level--;
        return strbuf_append_char(stream->out, ']');
    case YAML_MAPPING_END_EVENT:
        stream->level--;
        return strbuf_append_char(stream->out, '}');
    case YAML_ALIAS_EVENT:
        return fail_at(stream, event->start_mark, "there are no aliases here");
    case YAML_DOCUMENT_START_EVENT:
        return ++stream->documents == 1 ||
               fail_at(stream, event->start_mark, "a second document begins here");
    case YAML_NO_EVENT:
    case YAML_STREAM_START_EVENT:
    case YAML_STREAM_END_EVENT:
    case YAML_DOCUMENT_END_EVENT: break;
    }
    return true;
}

bool yaml_stream_to_json(const char *bytes, size_t len, struct strbuf *out,
                         struct error *err)
{
    struct yaml_stream stream = {.out = out, .err = err};
    yaml_parser_t parser;
    bool is_end = false;
    bool ok = true;
    if (yaml_parser_initialize(&parser) == 0) {
        error_set(err, ERROR_INTERNAL, "out of memory");
        return false;
    }
    yaml_parser_set_encoding(&parser, YAML_UTF8_ENCODING);
    yaml_parser_set_input_string(&parser, (const unsigned char *)bytes, len);
    while (ok && !is_end) {
        yaml_event_t event;
        ok = yaml_parser_parse(&parser, &event) != 0;
        if (!ok) {
            fail_at(&stream, parser.problem_mark,
                    parser.problem != NULL ? parser.problem : "this is not YAML");
            break;
        }
        is_end = event.type == YAML_STREAM_END_EVENT;
        ok = take_event(&stream, &event);
        yaml_event_delete(&event);
    }
    if (ok && stream.documents == 0) {
        error_set(err, ERROR_USAGE, "there is nothing in it");
        ok = false;
    }
    yaml_parser_delete(&parser);
    return ok;
}
