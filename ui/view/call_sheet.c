/*
 * The lines are made once to count what is hidden in them, and again below the warnings:
 * these must come first, so that no clipping hides them.
 */
#include "ui/view/call_sheet.h"

#include <string.h>

#include "src/base/mem.h"
#include "ui/view/json_sheet.h"
#include "ui/view/url_check.h"

/* The columns of the words before a fact. */
#define CALL_LABEL_WIDTH 8

#define CALL_DESCRIPTION_SHORT 160
#define CALL_COMMAND_MAX       ((size_t)64 << 10)

/* The ceiling of the warnings: some ten hosts by name. */
#define CALL_WARNINGS_MAX 2000

/* "runs    python3 weather.py", or nothing. */
static void call_sheet_fact(struct sheet *sheet, enum role role, const char *label,
                            const char *text)
{
    if (text == NULL || text[0] == '\0')
        return;
    char *head = strbuf_format("%-*s", CALL_LABEL_WIDTH, label);
    sheet_begin(sheet, role, 0);
    sheet_append(sheet, head, strlen(head));
    sheet_append_line(sheet, text, CALL_COMMAND_MAX);
    mem_free(head);
}

static void call_sheet_describe(struct sheet *sheet, enum role role,
                                const struct call_texts *texts, bool is_full)
{
    const bool has_title = texts->title != NULL && texts->title[0] != '\0';
    const bool has_description =
        texts->description != NULL && texts->description[0] != '\0';
    if (!has_title && !has_description)
        return;
    sheet_begin(sheet, role, 0);
    if (has_title)
        sheet_append_line(sheet, texts->title, CALL_DESCRIPTION_SHORT);
    if (has_title && has_description)
        sheet_append(sheet, ": ", 2);
    if (has_description && is_full)
        sheet_append(sheet, texts->description, strlen(texts->description));
    else if (has_description)
        sheet_append_line(sheet, texts->description, CALL_DESCRIPTION_SHORT);
}

static enum role call_sheet_diff_role(char sign)
{
    switch (sign) {
    case '+': return ROLE_ADDED;
    case '-': return ROLE_REMOVED;
    case '@': return ROLE_DIM;
    default: return ROLE_TEXT;
    }
}

static void call_sheet_preview(struct sheet *sheet, const char *diff)
{
    if (diff == NULL || diff[0] == '\0')
        return;
    sheet_begin(sheet, ROLE_DIM, 0);
    sheet_append_line(sheet, "what it would change:", 100);
    while (*diff != '\0') {
        const size_t len = strcspn(diff, "\n");
        sheet_begin(sheet, call_sheet_diff_role(diff[0]), 0);
        sheet_append(sheet, diff, len);
        diff += len + (diff[len] == '\n');
    }
}

static void call_sheet_twins(struct sheet *sheet, const struct call_texts *texts)
{
    if (texts->twin_count == 0)
        return;
    char *text =
        texts->with_twins
            ? strbuf_format("for all %zu panes: it runs once, each gets the same result",
                            texts->twin_count + 1)
            : strbuf_format("the same call waits in %zu other pane%s: t answers for all",
                            texts->twin_count, texts->twin_count == 1 ? "" : "s");
    sheet_begin(sheet, texts->with_twins ? ROLE_STRONG : ROLE_TEXT, 0);
    sheet_append(sheet, text, strlen(text));
    mem_free(text);
}

static void call_sheet_edited(struct sheet *sheet, const struct call_texts *texts)
{
    if (!texts->is_edited)
        return;
    sheet_begin(sheet, ROLE_STRONG, 0);
    sheet_append_line(sheet, "edited: these arguments are yours, not the model's", 100);
}

static void call_sheet_arguments(struct sheet *sheet, const struct call_texts *texts,
                                 int width)
{
    const char *arguments = texts->arguments != NULL ? texts->arguments : "";
    json_sheet_append(sheet, arguments, strlen(arguments), width);
    call_sheet_preview(sheet, texts->preview);
}

/* What would run, and what holds it. */
static void call_sheet_command(struct sheet *sheet, const struct call_texts *texts)
{
    call_sheet_fact(sheet, ROLE_TEXT, "runs", texts->command);
    if (texts->sandbox != NULL)
        call_sheet_fact(sheet, ROLE_TEXT, "sandbox", texts->sandbox);
    else if (!texts->is_question)
        call_sheet_fact(sheet, ROLE_WARNING, "sandbox", "none that are known here");
}

/* Everything but the warnings. */
static void call_sheet_body(struct sheet *sheet, const struct call_texts *texts,
                            int width, bool is_full)
{
    call_sheet_edited(sheet, texts);
    call_sheet_twins(sheet, texts);
    sheet->vital_line = sheet->line_count;
    /* Nobody agrees to what was not asked in full. */
    if (texts->is_question)
        call_sheet_describe(sheet, ROLE_STRONG, texts, true);
    call_sheet_arguments(sheet, texts, width);
    sheet->vital_line_end = sheet->line_count;
    call_sheet_command(sheet, texts);
    call_sheet_fact(sheet, ROLE_TEXT, "rules", texts->rule);
    call_sheet_fact(sheet, ROLE_DIM, "claims", texts->claims);
    if (texts->claims != NULL && texts->claims[0] != '\0')
        sheet_append(sheet, " (nobody checks that)", 21);
    if (!texts->is_question)
        call_sheet_describe(sheet, ROLE_DIM, texts, is_full);
    if (!is_full)
        return;
    call_sheet_fact(sheet, ROLE_DIM, "tool", texts->tool);
    call_sheet_fact(sheet, ROLE_DIM, "from", texts->origin);
    call_sheet_fact(sheet, ROLE_DIM, "always", texts->proposed);
    call_sheet_fact(sheet, ROLE_DIM, "call", texts->call_id);
}

/* Names the suspicious hosts of one line. */
static void call_sheet_warn_of_hosts(const char *text, size_t len, struct strbuf *out)
{
    struct strbuf why;
    strbuf_init(&why, 1000);
    for (size_t at = 0; url_check_next(text, len, &at, &why); strbuf_reset(&why))
        strbuf_append_format(out, "! %s\n", strbuf_text(&why));
    strbuf_clear(&why);
}

/* Writes the warnings; false if there is nothing to warn of. */
static bool call_sheet_warn(const struct sheet *body, struct strbuf *out)
{
    if (body->hidden_count > 0)
        strbuf_append_format(out, "! %zu hidden character%s, spelled out below\n",
                             body->hidden_count, body->hidden_count == 1 ? "" : "s");
    if (body->is_full)
        strbuf_append_text(out, "! too long to be shown whole\n");
    for (size_t i = 0; i < body->line_count; i++)
        call_sheet_warn_of_hosts(strbuf_text(&body->text) + body->lines[i].start,
                                 body->lines[i].len, out);
    if (out->len > 0)
        strbuf_truncate(out, out->len - 1);
    return out->len > 0;
}

void call_sheet_fill(struct sheet *sheet, const struct call_texts *texts, int width,
                     bool is_full)
{
    struct strbuf warnings;
    strbuf_init(&warnings, CALL_WARNINGS_MAX);
    sheet_reset(sheet);
    call_sheet_body(sheet, texts, width, is_full);
    if (call_sheet_warn(sheet, &warnings)) {
        sheet_reset(sheet);
        sheet_begin(sheet, ROLE_WARNING, 0);
        sheet_append(sheet, strbuf_text(&warnings), warnings.len);
        call_sheet_body(sheet, texts, width, is_full);
    }
    strbuf_clear(&warnings);
    sheet_wrap(sheet, width);
}

/* --- Several --- */

static void call_sheet_add(struct sheet *sheet, const struct call_texts *texts, int width)
{
    if (sheet->line_count > 0)
        sheet_begin(sheet, ROLE_TEXT, 0);
    sheet_begin(sheet, ROLE_STRONG, 0);
    sheet_append_line(sheet, texts->head != NULL ? texts->head : "",
                      CALL_DESCRIPTION_SHORT);
    if (texts->is_question)
        call_sheet_describe(sheet, ROLE_TEXT, texts, true);
    call_sheet_edited(sheet, texts);
    call_sheet_arguments(sheet, texts, width);
    call_sheet_command(sheet, texts);
}

void call_sheet_fill_several(struct sheet *sheet, const struct call_texts *texts,
                             size_t count, int width)
{
    struct strbuf warnings;
    strbuf_init(&warnings, CALL_WARNINGS_MAX);
    sheet_reset(sheet);
    for (size_t i = 0; i < count; i++)
        call_sheet_add(sheet, &texts[i], width);
    if (call_sheet_warn(sheet, &warnings)) {
        sheet_reset(sheet);
        sheet_begin(sheet, ROLE_WARNING, 0);
        sheet_append(sheet, strbuf_text(&warnings), warnings.len);
        for (size_t i = 0; i < count; i++)
            call_sheet_add(sheet, &texts[i], width);
    }
    strbuf_clear(&warnings);
    sheet->vital_line = 0;
    sheet->vital_line_end = sheet->line_count;
    sheet_wrap(sheet, width);
}

size_t call_sheet_measure(const struct call_texts *texts, int width)
{
    struct sheet sheet;
    sheet_init(&sheet);
    call_sheet_add(&sheet, texts, width);
    const size_t len = sheet.is_full ? SHEET_MAX + 1 : sheet.text.len;
    sheet_clear(&sheet);
    return len;
}

/* --- While an answer is written --- */

void call_sheet_fill_asked(struct sheet *sheet, const struct call_texts *texts, int width)
{
    sheet_reset(sheet);
    call_sheet_describe(sheet, ROLE_STRONG, texts, true);
    call_sheet_fact(sheet, ROLE_DIM, "from", texts->origin);
    sheet_wrap(sheet, width);
}
