/* Lines of a Markdown table, so that a run can be pasted into a page. */
#include "tests/bench/bench_table.h"

#include <stdio.h>

#define CELL_SIZE 64

void bench_table_begin(void)
{
    printf("| %-58s | %12s | %20s | %7s | %10s | %-6s |\n", "what", "motet", "floor",
           "ratio", "budget", "");
    printf("|%.60s|%.13s:|%.21s:|%.8s:|%.11s:|%.8s|\n",
           "------------------------------------------------------------",
           "--------------", "----------------------", "---------", "------------",
           "--------");
}

static void format_value(char cell[CELL_SIZE], double value, const char *unit)
{
    const char *space = unit[0] != '\0' ? " " : "";
    snprintf(cell, CELL_SIZE, value >= 100 ? "%.0f%s%s" : "%.2f%s%s", value, space, unit);
}

/* "ok" or "missed"; nothing where there is no budget. */
static const char *verdict(const struct bench_row *row, double ratio)
{
    switch (row->limit) {
    case BENCH_NO_LIMIT: break;
    case BENCH_LIMIT_VALUE: return row->value <= row->budget ? "ok" : "missed";
    case BENCH_LIMIT_RATIO: return ratio <= row->budget ? "ok" : "missed";
    }
    return "";
}

void bench_table_add(const struct bench_row *row)
{
    char value[CELL_SIZE];
    char floor[CELL_SIZE] = "";
    char named_floor[2 * CELL_SIZE] = "";
    char ratio_text[CELL_SIZE] = "";
    char budget[CELL_SIZE] = "";
    const double ratio = row->floor > 0 ? row->value / row->floor : 0;
    format_value(value, row->value, row->unit);
    if (row->floor_name != NULL) {
        format_value(floor, row->floor, row->unit);
        snprintf(named_floor, sizeof(named_floor), "%s %s", row->floor_name, floor);
        snprintf(ratio_text, sizeof(ratio_text), "%.2f", ratio);
    }
    if (row->limit == BENCH_LIMIT_VALUE)
        format_value(budget, row->budget, row->unit);
    if (row->limit == BENCH_LIMIT_RATIO)
        snprintf(budget, sizeof(budget), "%g x", row->budget);
    printf("| %-58s | %12s | %20s | %7s | %10s | %-6s |\n", row->what, value, named_floor,
           ratio_text, budget, verdict(row, ratio));
    fflush(stdout);
}
