/* Numbers that are guesses say "about"; what is not known is left out. */
#include "src/cli/run_report.h"

/* In words; the names of the JSON are for scripts. */
static const char *reason_words(enum queue_reason reason)
{
    switch (reason) {
    case QUEUE_JOBS: return "jobs";
    case QUEUE_CONCURRENCY: return "the service's limit at once";
    case QUEUE_REQUESTS: return "rate of requests";
    case QUEUE_TOKENS: return "rate of tokens";
    case QUEUE_RETRY_AFTER: return "the service asked to wait";
    case QUEUE_REASON_COUNT: break;
    }
    return "";
}

static void report_seconds(struct strbuf *out, int64_t ms)
{
    const double seconds = (double)ms / 1000;
    if (seconds < 10)
        strbuf_append_format(out, "%.2f s", seconds);
    else if (seconds < 120)
        strbuf_append_format(out, "%.1f s", seconds);
    else if (seconds < 7200)
        strbuf_append_format(out, "%.0f min", seconds / 60);
    else
        strbuf_append_format(out, "%.1f h", seconds / 3600);
}

static double tokens_per_second(const struct run_summary *sum)
{
    return sum->elapsed_ms > 0
               ? (double)sum->output_tokens * 1000 / (double)sum->elapsed_ms
               : 0;
}

/* Cells that have an end, of whatever kind. */
static size_t count_settled(const struct run_summary *sum)
{
    return sum->cells[RUN_CELL_DONE] + sum->cells[RUN_CELL_FAILED] +
           sum->cells[RUN_CELL_LEFT] + sum->cells[RUN_CELL_SPARED] +
           sum->cells[RUN_CELL_SKIPPED];
}

static void report_waiting(struct strbuf *out, const struct run_activity *activity)
{
    for (size_t i = 0; i < QUEUE_REASON_COUNT; i++) {
        if (activity->queued[i] > 0)
            strbuf_append_format(out, ", %zu waiting (%s)", activity->queued[i],
                                 reason_words((enum queue_reason)i));
    }
    if (activity->retrying > 0)
        strbuf_append_format(out, ", %zu to be tried again", activity->retrying);
}

void run_report_progress(struct strbuf *out, const struct run_summary *sum,
                         const struct run_activity *activity, size_t total)
{
    const size_t settled = count_settled(sum);
    const size_t failed = sum->cells[RUN_CELL_FAILED] + sum->cells[RUN_CELL_LEFT];
    const size_t done = sum->cells[RUN_CELL_DONE] + sum->cells[RUN_CELL_SKIPPED] +
                        sum->cells[RUN_CELL_SPARED];
    strbuf_append_format(out, "%zu", done);
    if (total > 0)
        strbuf_append_format(out, " of %zu", total);
    strbuf_append_format(out, " done, %zu running", activity->streaming);
    report_waiting(out, activity);
    if (failed > 0)
        strbuf_append_format(out, ", %zu failed", failed);
    if (sum->output_tokens > 0)
        strbuf_append_format(out, "; %.0f tokens/s", tokens_per_second(sum));
    if (sum->cost > 0)
        strbuf_append_format(out, "; cost %.4f", sum->cost);
    /* What was skipped took no time. */
    const size_t worked = settled - sum->cells[RUN_CELL_SKIPPED];
    if (total > settled && worked > 0 && sum->elapsed_ms > 2000) {
        strbuf_append_text(out, "; about ");
        report_seconds(out, (int64_t)((double)sum->elapsed_ms *
                                      (double)(total - settled) / (double)worked));
        strbuf_append_text(out, " left");
    }
}

void run_report_estimate(struct strbuf *out, size_t cells, int64_t input, int64_t output,
                         double cost)
{
    strbuf_append_format(out,
                         "%zu requests, about %lld tokens in and %lld out (an estimate)",
                         cells, (long long)input, (long long)output);
    if (cost >= 0)
        strbuf_append_format(out, ", about %.4f in money", cost);
}

/* --- After the end --------------------------------------------------------------- */

static void report_part(struct strbuf *out, size_t count, const char *what)
{
    if (count > 0)
        strbuf_append_format(out, ", %zu %s", count, what);
}

static void report_classes(struct strbuf *out, const struct run_summary *sum)
{
    bool is_first = true;
    for (size_t i = 0; i < ERROR_CLASS_COUNT; i++) {
        if (sum->errors[i] == 0)
            continue;
        strbuf_append_format(out, "%s%s %zu", is_first ? " (" : ", ",
                             error_class_get((enum error_class)i)->name, sum->errors[i]);
        is_first = false;
    }
    if (!is_first)
        strbuf_append_char(out, ')');
}

static void report_times(struct strbuf *out, const struct run_summary *sum,
                         const char *slowest)
{
    strbuf_append_text(out, "in ");
    report_seconds(out, sum->elapsed_ms);
    if (sum->slowest_ms >= 0) {
        strbuf_append_text(out, "; slowest ");
        report_seconds(out, sum->slowest_ms);
        if (slowest[0] != '\0')
            strbuf_append_format(out, " (%s)", slowest);
        strbuf_append_text(out, ", median ");
        report_seconds(out, sum->median_ms);
    }
    if (sum->output_tokens > 0)
        strbuf_append_format(out, "; %lld tokens in, %lld out, %.0f tokens/s",
                             (long long)sum->input_tokens, (long long)sum->output_tokens,
                             tokens_per_second(sum));
    if (sum->cost > 0) {
        strbuf_append_format(out, "; cost %.4f", sum->cost);
        if (sum->cost_unknown > 0)
            strbuf_append_format(out, " and what %zu answers took that is not known",
                                 sum->cost_unknown);
    }
    strbuf_append_char(out, '\n');
}

static void report_spared(struct strbuf *out, const struct run_summary *sum)
{
    const size_t spared = sum->cells[RUN_CELL_SPARED];
    if (spared == 0)
        return;
    strbuf_append_format(out, "%zu rows were good enough early: %zu answers spared",
                         sum->winners, spared);
    if (sum->spared_cost > 0)
        strbuf_append_format(out, ", about %.4f in money", sum->spared_cost);
    strbuf_append_char(out, '\n');
}

void run_report_summary(struct strbuf *out, const struct run_summary *sum,
                        const char *slowest)
{
    strbuf_append_format(out, "%zu answered", sum->cells[RUN_CELL_DONE]);
    report_part(out, sum->cached, "of them from the cache");
    report_part(out, sum->cells[RUN_CELL_SKIPPED], "answered before");
    report_part(out, sum->cells[RUN_CELL_FAILED], "failed");
    report_part(out, sum->cells[RUN_CELL_LEFT], "not run");
    report_classes(out, sum);
    strbuf_append_text(out, "; ");
    report_times(out, sum, slowest);
    report_spared(out, sum);
    if (sum->misfits > 0)
        strbuf_append_format(out, "%zu answers did not fit the schema\n", sum->misfits);
    if (sum->stability >= 0)
        strbuf_append_format(out, "repeats agree in %.0f%% of their answers\n",
                             sum->stability * 100);
}
