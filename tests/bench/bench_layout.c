/*
 * Laying out an answer as it grows, without a terminal: what one update costs, in the
 * middle and at worst, and what it costs at once, as for another width.
 */
#include <stdio.h>
#include <stdlib.h>

#include "src/base/clock.h"
#include "src/base/mem.h"
#include "src/base/strbuf.h"
#include "tests/bench/bench_cases.h"
#include "tests/bench/bench_table.h"
#include "tests/support/markdown_samples.h"
#include "ui/render/markdown.h"

#define ANSWER_BYTES ((size_t)1 << 20)
#define FENCE_BYTES  ((size_t)300 << 10)
#define WIDTH        80

/* A piece of a stream. */
#define STEP_BYTES ((size_t)16)

static int compare(const void *a, const void *b)
{
    const double left = *(const double *)a;
    const double right = *(const double *)b;
    return (left > right) - (left < right);
}

static void add(const char *what, const char *unit, double value, double budget)
{
    const struct bench_row row = {.what = what,
                                  .unit = unit,
                                  .value = value,
                                  .limit =
                                      budget > 0 ? BENCH_LIMIT_VALUE : BENCH_NO_LIMIT,
                                  .budget = budget};
    bench_table_add(&row);
}

/* Times every update of a text that grows; returns the sorted times in ms. */
static double *grow(const struct strbuf *text, size_t *count)
{
    double *times = mem_alloc_array(text->len / STEP_BYTES + 1, sizeof(*times));
    struct markdown *markdown = markdown_new();
    *count = 0;
    for (size_t len = STEP_BYTES; len <= text->len; len += STEP_BYTES) {
        const int64_t begin_us = clock_now_us();
        markdown_update(markdown, strbuf_text(text), len, WIDTH, true);
        times[(*count)++] = (double)(clock_now_us() - begin_us) / 1e3;
    }
    markdown_free(markdown);
    qsort(times, *count, sizeof(*times), compare);
    return times;
}

static void measure(const char *what, const struct strbuf *text)
{
    size_t count;
    double *times = grow(text, &count);
    char line[100];
    snprintf(line, sizeof(line), "%s, 16 bytes more: p99", what);
    add(line, "ms", times[count * 99 / 100], 1);
    snprintf(line, sizeof(line), "... at worst");
    add(line, "ms", times[count - 1], 16);
    mem_free(times);
    struct markdown *markdown = markdown_new();
    const int64_t begin_us = clock_now_us();
    markdown_update(markdown, strbuf_text(text), text->len, WIDTH, true);
    snprintf(line, sizeof(line), "... all at once");
    add(line, "ms", (double)(clock_now_us() - begin_us) / 1e3, 50);
    markdown_free(markdown);
}

void bench_layout(const struct bench *bench)
{
    struct strbuf text;
    (void)bench;
    strbuf_init(&text, STRBUF_OWN_MAX);
    while (text.len < ANSWER_BYTES) {
        for (size_t i = 0; i < markdown_document_count; i++)
            strbuf_append_format(&text, "%s\n\n", markdown_documents[i]);
    }
    measure("Markdown, an answer of 1 MiB", &text);
    strbuf_reset(&text);
    strbuf_append_text(&text, "```\n");
    for (int i = 0; text.len < FENCE_BYTES; i++)
        strbuf_append_format(&text, "    value[%d] = read(%d); // one more\n", i, i);
    measure("an open fence of 300 KiB", &text);
    strbuf_clear(&text);
}
