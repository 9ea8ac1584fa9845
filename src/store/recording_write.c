/*
 * Lines are collected and go out in one write: a program that is killed leaves a file
 * whose last line may be torn, all before it is whole.
 */
#include "src/store/recording_write.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "src/base/json.h"
#include "src/base/mem.h"
#include "src/base/base64.h"
#include "src/base/utf8.h"
#include "src/store/recording_member.h"

/* --- Lines ----------------------------------------------------------------------- */

/* Appends `,"text":` or, for what JSON cannot hold as text, `,"base64":`. */
static void append_bytes(struct strbuf *line, const char *bytes, size_t len)
{
    if (utf8_is_valid(bytes, len) && memchr(bytes, '\0', len) == NULL) {
        strbuf_append_text(line, ",\"text\":");
        json_append_string(line, bytes, len);
        return;
    }
    strbuf_append_text(line, ",\"base64\":\"");
    base64_append(line, bytes, len);
    strbuf_append_char(line, '"');
}

static void append_text(struct strbuf *line, const char *name, const char *text)
{
    if (text == NULL)
        return;
    strbuf_append_format(line, ",\"%s\":", name);
    json_append_string(line, text, strlen(text));
}

/* Appends an object of these members. */
static void append_object(struct strbuf *line, const struct recording_member *members,
                          const void *object)
{
    const size_t start = line->len;
    recording_members_write(members, object, line);
    if (line->len > start)
        line->text[start] = '{';
    else
        strbuf_append_char(line, '{');
    strbuf_append_char(line, '}');
}

static void append_fields(struct strbuf *line, const struct recording_fields *fields)
{
    strbuf_append_text(line, ",\"headers\":[");
    for (size_t i = 0; i < fields->len; i++) {
        strbuf_append_text(line, i > 0 ? ",[" : "[");
        json_append_string(line, fields->items[i].name, strlen(fields->items[i].name));
        strbuf_append_char(line, ',');
        json_append_string(line, fields->items[i].value, strlen(fields->items[i].value));
        strbuf_append_char(line, ']');
    }
    strbuf_append_char(line, ']');
}

static void append_error(struct strbuf *line, const struct error *error)
{
    if (error->class == ERROR_NONE)
        return;
    strbuf_append_format(line, ",\"error\":{\"class\":\"%s\"",
                         error_class_get(error->class)->name);
    append_text(line, "message", error_text(error));
    strbuf_append_char(line, '}');
}

static void append_params(struct strbuf *line, const struct param_list *params)
{
    strbuf_append_text(line, ",\"params\":{");
    for (size_t i = 0; i < params->len; i++) {
        const struct param *param = &params->items[i];
        strbuf_append_format(line, "%s\"%s\":", i > 0 ? "," : "", param->info->name);
        if (param->info->type == PARAM_CHOICE)
            json_append_string(line, param->text, strlen(param->text));
        else
            strbuf_append_format(line, "%.17g", param->number);
    }
    strbuf_append_char(line, '}');
}

static void append_open(struct strbuf *line, const struct recording_open *open)
{
    recording_members_write(recording_model_members, &open->model, line);
    recording_members_write(recording_open_members, open, line);
    append_params(line, &open->params);
    strbuf_append_text(line, ",\"tools\":[");
    for (size_t i = 0; i < open->tools.len; i++) {
        strbuf_append_text(line, i > 0 ? "," : "");
        json_append_string(line, open->tools.items[i], strlen(open->tools.items[i]));
    }
    strbuf_append_text(line, "],\"fallbacks\":[");
    for (size_t i = 0; i < open->fallback_count; i++) {
        strbuf_append_text(line, i > 0 ? "," : "");
        append_object(line, recording_model_members, &open->fallbacks[i]);
    }
    strbuf_append_char(line, ']');
}

static void append_parts(struct strbuf *line, const struct message *message)
{
    strbuf_append_text(line, ",\"parts\":[");
    for (size_t i = 0; i < message->part_count; i++) {
        const struct part *part = &message->parts[i];
        strbuf_append_format(line, "%s{\"kind\":\"%s\"", i > 0 ? "," : "",
                             recording_part_names[part->kind]);
        append_bytes(line, strbuf_text(&part->text), part->text.len);
        recording_members_write(recording_part_members, part, line);
        strbuf_append_char(line, '}');
    }
    strbuf_append_char(line, ']');
}

/* Those that a service gave none are called by chance: the same again have the same. */
static void append_call_ids(struct strbuf *line, const struct message *message)
{
    size_t count = 0;
    for (size_t i = 0; i < message->part_count; i++) {
        const struct part *part = &message->parts[i];
        if (part->kind != PART_TOOL_CALL || part->call_id == NULL)
            continue;
        strbuf_append_text(line, count++ == 0 ? ",\"call_ids\":[" : ",");
        json_append_string(line, part->call_id, strlen(part->call_id));
    }
    strbuf_append_text(line, count > 0 ? "]" : "");
}

static void append_facts(struct strbuf *line, const struct answer_facts *facts)
{
    strbuf_append_format(line, ",\"facts\":{\"finish\":\"%s\"",
                         finish_name(facts->finish));
    recording_members_write(recording_facts_members, facts, line);
    append_text(line, "http", facts->http_version);
    append_error(line, &facts->error);
    strbuf_append_text(line, ",\"tries\":[");
    for (size_t i = 0; i < facts->try_count; i++) {
        strbuf_append_text(line, i > 0 ? ",{\"model\":" : "{\"model\":");
        json_append_string(line, facts->tries[i].model, strlen(facts->tries[i].model));
        append_text(line, "class", error_class_get(facts->tries[i].class)->name);
        strbuf_append_char(line, '}');
    }
    strbuf_append_text(line, "]}");
}

static void append_message(struct strbuf *line, const struct message *message,
                           bool has_parts)
{
    if (has_parts)
        append_text(line, "author", recording_author_names[message->author]);
    append_text(line, "state", recording_state_names[message->state]);
    recording_members_write(recording_message_members, message, line);
    if (has_parts)
        append_parts(line, message);
    else
        append_call_ids(line, message);
    if (message->author == MESSAGE_ASSISTANT || message->author == MESSAGE_TOOL)
        append_facts(line, &message->facts);
}

static void append_end(struct strbuf *line, const struct recording_end *end)
{
    append_error(line, &end->error);
    append_text(line, "http", end->http_version);
    recording_members_write(recording_end_members, end, line);
}

static void append_call(struct strbuf *line, const struct recording_call *call)
{
    strbuf_append_format(line, ",\"call\":%llu", (unsigned long long)call->key);
    recording_members_write(recording_call_members, call, line);
    if (call->result != NULL)
        append_bytes(line, call->result, call->result_len);
}

static void append_content(struct strbuf *line, const struct recording_record *record)
{
    switch (record->kind) {
    case RECORDING_OPEN: append_open(line, record->of.open); break;
    case RECORDING_MESSAGE: append_message(line, record->of.content, true); break;
    case RECORDING_DONE: append_message(line, record->of.content, false); break;
    case RECORDING_ANSWER:
        recording_members_write(recording_model_members, &record->of.answer->model, line);
        recording_members_write(recording_answer_members, record->of.answer, line);
        break;
    case RECORDING_STATE:
        recording_members_write(recording_state_members, record->of.state, line);
        break;
    case RECORDING_REQUEST:
        recording_members_write(recording_model_members, &record->of.request->model,
                                line);
        recording_members_write(recording_request_members, record->of.request, line);
        append_fields(line, &record->of.request->fields);
        break;
    case RECORDING_HEAD:
        strbuf_append_format(line, ",\"status\":%d", record->of.head->status);
        append_fields(line, &record->of.head->fields);
        break;
    case RECORDING_BODY:
        append_bytes(line, record->of.body.bytes, record->of.body.len);
        break;
    case RECORDING_END: append_end(line, record->of.end); break;
    case RECORDING_CALL: append_call(line, record->of.call); break;
    case RECORDING_CONNECTED:
    case RECORDING_PATH:
    case RECORDING_CLOSE:
    case RECORDING_KIND_COUNT: break;
    }
}

static void append_number(struct strbuf *line, const char *name, uint64_t value)
{
    if (value != 0)
        strbuf_append_format(line, ",\"%s\":%llu", name, (unsigned long long)value);
}

bool recording_append_record(struct strbuf *line, const struct recording_record *record)
{
    const size_t start = line->len;
    strbuf_append_format(line, "{\"t\":%lld,\"kind\":\"%s\",\"chat\":%lu",
                         (long long)record->at_us, recording_kind_name(record->kind),
                         (unsigned long)record->chat);
    append_number(line, "message", record->message);
    append_number(line, "parent", record->parent);
    append_number(line, "exchange", record->exchange);
    append_content(line, record);
    strbuf_append_text(line, "}\n");
    const bool fits = !line->is_full && line->len - start <= RECORDING_LINE_MAX;
    if (!fits)
        strbuf_truncate(line, start);
    return fits;
}

void recording_append_head(struct strbuf *line, const struct recording *recording)
{
    strbuf_append_format(line, "{\"motet_recording\":%d", RECORDING_VERSION);
    append_text(line, "program", recording->program);
    strbuf_append_format(line, ",\"created_ms\":%lld", (long long)recording->created_ms);
    if (recording->retries >= 0)
        strbuf_append_format(line, ",\"retries\":%lld", (long long)recording->retries);
    strbuf_append_text(line, "}\n");
}

/* --- The file -------------------------------------------------------------------- */

struct recording_writer {
    int fd; /* -1: it is over */
    char *path;
    struct strbuf lines;
};

/* True if the open file may be overwritten: it is empty, or a recording. */
static bool file_is_ours(int fd)
{
    static const char mark[] = "{\"motet_recording\":";
    char start[sizeof(mark) - 1];
    const ssize_t got = pread(fd, start, sizeof(start), 0);
    return got == 0 ||
           (got == (ssize_t)sizeof(start) && memcmp(start, mark, sizeof(start)) == 0);
}

/* The descriptor of the empty file, or -1 with err filled. */
static int open_file(const char *path, struct error *err)
{
    struct stat status;
    /* Whatever is no plain file could make the loop wait. */
    const int fd =
        open(path, O_RDWR | O_CREAT | O_APPEND | O_CLOEXEC | O_NOCTTY | O_NONBLOCK, 0600);
    if (fd < 0) {
        error_set(err, ERROR_USAGE, "cannot make the recording %s: %s", path,
                  strerror(errno));
        return -1;
    }
    const char *trouble = NULL;
    if (fstat(fd, &status) != 0 || !S_ISREG(status.st_mode))
        trouble = "it is no plain file";
    else if (!file_is_ours(fd))
        trouble = "it is there already and is no recording: name another file";
    else if (flock(fd, LOCK_EX | LOCK_NB) != 0 && errno == EWOULDBLOCK)
        trouble = "another motet writes it: name another file";
    else if (ftruncate(fd, 0) != 0)
        trouble = strerror(errno);
    if (trouble == NULL)
        return fd;
    error_set(err, ERROR_USAGE, "cannot make the recording %s: %s", path, trouble);
    close(fd);
    return -1;
}

struct recording_writer *recording_writer_open(const char *path,
                                               const struct recording *head,
                                               struct error *err)
{
    const int fd = open_file(path, err);
    if (fd < 0)
        return NULL;
    struct recording_writer *writer = mem_alloc(sizeof(*writer));
    writer->fd = fd;
    writer->path = mem_strdup(path);
    strbuf_init(&writer->lines, STRBUF_OWN_MAX);
    recording_append_head(&writer->lines, head);
    if (recording_writer_flush(writer, err))
        return writer;
    recording_writer_close(writer);
    return NULL;
}

void recording_writer_close(struct recording_writer *writer)
{
    if (writer == NULL)
        return;
    recording_writer_flush(writer, NULL);
    if (writer->fd >= 0)
        close(writer->fd);
    strbuf_clear(&writer->lines);
    mem_free(writer->path);
    mem_free(writer);
}

void recording_writer_add(struct recording_writer *writer, const char *line, size_t len)
{
    if (writer->fd >= 0)
        strbuf_append(&writer->lines, line, len);
}

bool recording_writer_is_due(const struct recording_writer *writer)
{
    return writer->lines.len > 0;
}

bool recording_writer_flush(struct recording_writer *writer, struct error *err)
{
    size_t done = 0;
    while (writer->fd >= 0 && done < writer->lines.len) {
        const ssize_t count =
            write(writer->fd, writer->lines.text + done, writer->lines.len - done);
        if (count >= 0) {
            done += (size_t)count;
            continue;
        }
        if (errno == EINTR)
            continue;
        error_set(err, ERROR_USAGE, "the recording %s is over: %s", writer->path,
                  strerror(errno));
        close(writer->fd);
        writer->fd = -1;
        strbuf_clear(&writer->lines);
        return false;
    }
    strbuf_reset(&writer->lines);
    return true;
}
