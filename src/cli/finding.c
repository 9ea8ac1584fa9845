/* Lines are written as they come: the slow checks are the last ones. */
#include "src/cli/finding.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "src/base/json.h"
#include "src/base/safe_text.h"
#include "src/base/strbuf.h"

#define FINDING_TEXT_MAX 2000

/* The columns of the names of checks. */
#define FINDING_CHECK_COLUMNS 22

static const char *const finding_words[] = {
    [FINDING_OK] = "ok", [FINDING_WARN] = "warn", [FINDING_FAIL] = "fail"};

static void finding_append_member(struct strbuf *line, const char *name, const char *text)
{
    strbuf_append_format(line, "%s\"%s\":", line->len == 0 ? "{" : ",", name);
    json_append_string(line, text, strlen(text));
}

static void finding_make_json(const struct finding *finding, const char *text,
                              struct strbuf *line)
{
    finding_append_member(line, "check", finding->check);
    finding_append_member(line, "status", finding_words[finding->status]);
    finding_append_member(line, "text", text);
    finding_append_member(line, "remedy", finding->remedy != NULL ? finding->remedy : "");
    strbuf_append_char(line, '}');
}

static void finding_make_line(const struct finding *finding, const char *text,
                              struct strbuf *line)
{
    strbuf_append_format(line, "%-4s  ", finding_words[finding->status]);
    safe_text_append_line(line, finding->check, strlen(finding->check), FINDING_TEXT_MAX);
    while (line->len < FINDING_CHECK_COLUMNS)
        strbuf_append_char(line, ' ');
    strbuf_append_text(line, "  ");
    safe_text_append_line(line, text, strlen(text), FINDING_TEXT_MAX);
    if (finding->remedy == NULL || finding->remedy[0] == '\0')
        return;
    strbuf_append_text(line, " \xe2\x80\x94 ");
    safe_text_append_line(line, finding->remedy, strlen(finding->remedy),
                          FINDING_TEXT_MAX);
}

void finding_tell(struct finding_list *list, const struct finding *finding,
                  const char *format, ...)
{
    struct strbuf text;
    struct strbuf line;
    strbuf_init(&text, STRBUF_OWN_MAX);
    strbuf_init(&line, STRBUF_OWN_MAX);
    va_list args;
    va_start(args, format);
    strbuf_append_args(&text, format, args);
    va_end(args);
    if (list->is_json)
        finding_make_json(finding, strbuf_text(&text), &line);
    else
        finding_make_line(finding, strbuf_text(&text), &line);
    printf("%s\n", strbuf_text(&line));
    strbuf_clear(&text);
    strbuf_clear(&line);
    if (finding->status != FINDING_FAIL)
        return;
    const int code = (int)error_class_get(finding->class)->exit_code;
    list->exit_code = list->exit_code == EXIT_CODE_OK || list->exit_code == code
                          ? code
                          : EXIT_CODE_SOME_FAILED;
}
