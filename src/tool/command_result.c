/*
 * First how it ended, then what it printed. A text for a model is valid UTF-8 whatever a
 * command writes, and never longer than the tool's ceiling by more than our own words.
 */
#include "src/tool/command_result.h"

#include <stdlib.h>
#include <string.h>

#include "src/base/mem.h"
#include "src/base/number.h"
#include "src/base/utf8.h"
#include "src/config/quantity.h"

/* Appends text as valid UTF-8 without a NUL, at most `max` bytes; true if it was cut. */
static bool append_clean(struct strbuf *out, const char *bytes, size_t len, size_t max)
{
    const size_t start = out->len;
    const char *end = bytes + len;
    while (bytes < end) {
        const char *nul = memchr(bytes, '\0', (size_t)(end - bytes));
        const char *stop = nul != NULL ? nul : end;
        utf8_append_valid(out, bytes, (size_t)(stop - bytes));
        if (nul != NULL)
            strbuf_append_text(out, "\xef\xbf\xbd");
        bytes = nul != NULL ? nul + 1 : end;
    }
    if (out->len - start <= max)
        return false;
    size_t cut = start + max;
    while (cut > start && ((unsigned char)out->text[cut] & 0xc0) == 0x80)
        cut--;
    strbuf_truncate(out, cut);
    return true;
}

static void drop_line_ends(struct strbuf *text)
{
    while (text->len > 0 && strchr("\r\n", text->text[text->len - 1]) != NULL)
        strbuf_truncate(text, text->len - 1);
}

/* What was said on standard error, without the lines of progress. */
static void make_note(const struct process_result *process, struct strbuf *note)
{
    struct strbuf clean;
    strbuf_init(&clean, STRBUF_OWN_MAX);
    append_clean(&clean, process->errors, process->errors_len, SIZE_MAX);
    const char *at = strbuf_text(&clean);
    while (*at != '\0') {
        const size_t len = strcspn(at, "\n");
        char *line = mem_strndup(at, len);
        struct tool_progress progress;
        if (!command_progress_read(line, &progress))
            strbuf_append_format(note, "%s\n", line);
        mem_free(line);
        at += len + (at[len] == '\n');
    }
    drop_line_ends(note);
    strbuf_clear(&clean);
}

/* How it ended; a sentence, but for success. */
static enum tool_end append_end(const struct command_facts *facts,
                                const struct process_result *process, struct strbuf *text)
{
    if (process->error.class != ERROR_NONE) {
        strbuf_append_format(text, "%s could not be started: %s (its file: %s)",
                             facts->name, error_text(&process->error), facts->origin);
        return TOOL_END_FAULT;
    }
    if (process->is_stopped) {
        strbuf_append_text(text, "The call was stopped by the person.");
        return TOOL_END_STOPPED;
    }
    if (process->is_timed_out) {
        char *limit = quantity_format_duration(facts->timeout_ms);
        strbuf_append_format(text,
                             "%s was ended: it had not finished after %s (\"timeout\" in "
                             "%s).",
                             facts->name, limit, facts->origin);
        mem_free(limit);
        return TOOL_END_FAULT;
    }
    if (process->is_output_cut) {
        strbuf_append_format(text,
                             "%s was ended: it printed more than %zu bytes "
                             "(\"output_max\" in %s).",
                             facts->name, facts->output_max, facts->origin);
        return TOOL_END_FAULT;
    }
    if (process->exit_code == 0)
        return TOOL_END_OK;
    if (process->signal != 0)
        strbuf_append_format(text, "%s failed: it was ended by signal %d.", facts->name,
                             process->signal);
    else
        strbuf_append_format(text, "%s failed with exit code %d.", facts->name,
                             process->exit_code);
    return TOOL_END_ERROR;
}

void command_result_make(struct tool_result *result, const struct command_facts *facts,
                         const struct process_result *process, struct strbuf *text,
                         struct strbuf *note)
{
    struct strbuf output;
    strbuf_init(&output, STRBUF_OWN_MAX);
    const bool is_cut =
        append_clean(&output, process->output, process->output_len, facts->output_max) ||
        process->is_output_cut;
    drop_line_ends(&output);
    make_note(process, note);
    *result = (struct tool_result){.is_cut = is_cut};
    result->end = append_end(facts, process, text);
    if (result->end == TOOL_END_OK) {
        strbuf_append_text(text, output.len > 0 ? output.text : "(nothing was printed)");
    } else {
        if (output.len > 0)
            strbuf_append_format(text, "\nWhat it printed:\n%s", output.text);
        if (result->end == TOOL_END_ERROR && note->len > 0)
            strbuf_append_format(text, "\nStandard error:\n%s", note->text);
    }
    if (is_cut)
        strbuf_append_text(text, "\n[cut here: the rest is missing]");
    result->text = strbuf_text(text);
    result->len = text->len;
    result->note = note->len > 0 ? note->text : NULL;
    strbuf_clear(&output);
}

/* Takes a number or "-". */
static bool take_number(const char **at, double *value)
{
    const size_t len = strcspn(*at, " ");
    char word[32];
    if (len == 0 || len >= sizeof(word))
        return false;
    memcpy(word, *at, len);
    word[len] = '\0';
    *at += len + strspn(*at + len, " ");
    *value = -1;
    return strcmp(word, "-") == 0 || (number_parse_double(word, value) && *value >= 0);
}

bool command_progress_read(const char *line, struct tool_progress *progress)
{
    if (strncmp(line, "progress ", 9) != 0)
        return false;
    const char *at = line + 9;
    *progress = (struct tool_progress){0};
    if (!take_number(&at, &progress->done) || !take_number(&at, &progress->total))
        return false;
    progress->text = *at != '\0' ? at : NULL;
    return true;
}
