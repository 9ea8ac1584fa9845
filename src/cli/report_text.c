/* Each sentence has one place, so that both front ends in lines say the same. */
#include "src/cli/report_text.h"

void report_append_call(const struct call_facts *call, enum call_change change,
                        struct strbuf *out)
{
    if (change == CALL_CHANGE_DECIDED && call->decision == CALL_DENIED)
        strbuf_append_format(out, "tool %s %s: denied%s%s", call->tool, call->arguments,
                             call->reason != NULL ? ": " : "",
                             call->reason != NULL ? call->reason : "");
    else if (change == CALL_CHANGE_DECIDED)
        strbuf_append_format(out, "tool %s %s: runs", call->tool, call->arguments);
    else if (change == CALL_CHANGE_ENDED && call->is_ok)
        strbuf_append_format(out, "tool %s: done in %.1f s", call->tool,
                             (double)(call->ended_ms - call->started_ms) / 1000);
    else if (change == CALL_CHANGE_ENDED && call->decision != CALL_DENIED)
        strbuf_append_format(out, "tool %s failed: %s", call->tool, call->result);
}

void report_append_error(const struct answer_facts *facts, struct strbuf *out)
{
    const struct error_class_info *info = error_class_get(facts->error.class);
    strbuf_append_format(out, "%s: %s", info->title, error_text(&facts->error));
    /* A provider's words may bring their own period. */
    while (out->len > 0 && out->text[out->len - 1] == '.')
        strbuf_truncate(out, out->len - 1);
    if (info->advice[0] != '\0')
        strbuf_append_format(out, ". %s", info->advice);
    if (facts->request_id != NULL)
        strbuf_append_format(out, " (request %s)", facts->request_id);
}

void report_append_oddity(const struct message *answer, struct strbuf *out)
{
    const enum finish finish = answer->facts.finish;
    if (finish == FINISH_LENGTH)
        strbuf_append_text(out, "the answer was cut at the token limit");
    else if (finish == FINISH_CONTENT_FILTER)
        strbuf_append_text(out, "the answer was cut by a content filter");
    else if (finish != FINISH_CANCELLED && !message_has_content(answer))
        strbuf_append_text(out, "the answer is empty");
}
