/*
 * Myers' way ("An O(ND) Difference Algorithm"): with each step one more line may differ,
 * and for each diagonal the point furthest along it is kept. The kept rows of all steps
 * lead back from the end to the beginning. What both texts begin and end with is set
 * aside first, so that a small change in a long file takes no time.
 */
#include "src/tool/text_diff.h"

#include <stdint.h>
#include <string.h>

#include "src/base/mem.h"

#define DIFF_AROUND    3
#define DIFF_STEPS_MAX 500     /* lines that may differ before it is given up */
#define DIFF_WORK_MAX  4000000 /* comparisons of lines */
#define DIFF_BYTES_MAX ((size_t)512 << 10)

struct diff_line {
    const char *text;
    size_t len; /* with its line end, if it has one */
    uint64_t hash;
    bool is_changed;
};

struct diff_side {
    struct diff_line *lines;
    size_t len;
    size_t cap;
};

static void side_split(struct diff_side *side, const char *text, size_t len)
{
    const char *end = text + len;
    /* Never NULL, also of an empty text. */
    side->lines = mem_grow(NULL, &side->cap, 1, sizeof(side->lines[0]));
    while (text < end) {
        const char *stop = memchr(text, '\n', (size_t)(end - text));
        struct diff_line line = {.text = text, .hash = 14695981039346656037U};
        line.len = (size_t)((stop != NULL ? stop + 1 : end) - text);
        for (size_t i = 0; i < line.len; i++)
            line.hash = (line.hash ^ (unsigned char)text[i]) * 1099511628211U;
        side->lines =
            mem_grow(side->lines, &side->cap, side->len + 1, sizeof(side->lines[0]));
        side->lines[side->len++] = line;
        text += line.len;
    }
}

static bool is_same(const struct diff_line *one, const struct diff_line *other)
{
    return one->hash == other->hash && one->len == other->len &&
           memcmp(one->text, other->text, one->len) == 0;
}

/* --- What changed
 * -------------------------------------------------------------------------
 */

/* The part of both sides that is compared. */
struct diff_search {
    struct diff_line *old;
    struct diff_line *new;
    int old_len;
    int new_len;
    int *rows[DIFF_STEPS_MAX + 1]; /* row d has the diagonals -d to d */
    int work;
};

/* How far step d comes on diagonal k before lines differ again. */
static int search_start(const struct diff_search *search, int d, int k)
{
    if (d == 0)
        return 0;
    const int *row = search->rows[d - 1] + (d - 1);
    if (k == -d || (k != d && row[k - 1] < row[k + 1]))
        return row[k + 1];
    return row[k - 1] + 1;
}

/* Makes row d; true if it reaches the end. */
static bool search_step(struct diff_search *search, int d)
{
    search->rows[d] = mem_alloc_array(2 * (size_t)d + 1, sizeof(search->rows[d][0]));
    for (int k = -d; k <= d; k += 2) {
        int x = search_start(search, d, k);
        while (x < search->old_len && x - k >= 0 && x - k < search->new_len &&
               is_same(&search->old[x], &search->new[x - k])) {
            x++;
            search->work++;
        }
        search->rows[d][k + d] = x;
        search->work++;
        if (x >= search->old_len && x - k >= search->new_len)
            return true;
    }
    return false;
}

/* Walks back from the end and marks what changed. */
static void search_mark(const struct diff_search *search, int steps)
{
    int k = search->old_len - search->new_len;
    for (int d = steps; d > 0; d--) {
        const int *row = search->rows[d - 1] + (d - 1);
        const bool is_insert = k == -d || (k != d && row[k - 1] < row[k + 1]);
        if (is_insert) {
            k++;
            search->new[row[k] - k].is_changed = true;
        } else {
            k--;
            search->old[row[k]].is_changed = true;
        }
    }
}

static void mark_all(struct diff_line *lines, int len)
{
    for (int i = 0; i < len; i++)
        lines[i].is_changed = true;
}

static void find_changes(struct diff_search *search)
{
    int d = 0;
    bool is_found = false;
    while (!is_found && d <= DIFF_STEPS_MAX && search->work < DIFF_WORK_MAX)
        is_found = search_step(search, d++);
    if (is_found) {
        search_mark(search, d - 1);
    } else {
        mark_all(search->old, search->old_len);
        mark_all(search->new, search->new_len);
    }
    while (d > 0)
        mem_free(search->rows[--d]);
}

/* Leaves out what both begin and end with; true if something is left. */
static bool compare_sides(struct diff_side *before, struct diff_side *after)
{
    size_t start = 0;
    size_t old_end = before->len;
    size_t new_end = after->len;
    while (start < old_end && start < new_end &&
           is_same(&before->lines[start], &after->lines[start]))
        start++;
    while (old_end > start && new_end > start &&
           is_same(&before->lines[old_end - 1], &after->lines[new_end - 1])) {
        old_end--;
        new_end--;
    }
    struct diff_search search = {.old_len = (int)(old_end - start),
                                 .new_len = (int)(new_end - start)};
    if (search.old_len == 0 && search.new_len == 0)
        return false;
    search.old = before->lines + start;
    search.new = after->lines + start;
    find_changes(&search);
    return true;
}

/* --- Writing it
 * ---------------------------------------------------------------------------
 */

struct diff_writer {
    struct strbuf *out;
    const struct diff_side *before;
    const struct diff_side *after;
    size_t lines;
    size_t left_out;
};

static void write_line(struct diff_writer *writer, char mark,
                       const struct diff_line *line)
{
    if (writer->lines >= TEXT_DIFF_LINES_MAX || writer->out->len > DIFF_BYTES_MAX) {
        writer->left_out++;
        return;
    }
    writer->lines++;
    strbuf_append_char(writer->out, mark);
    strbuf_append(writer->out, line->text, line->len);
    if (line->text[line->len - 1] != '\n')
        strbuf_append_text(writer->out, "\n\\ No newline at end of file\n");
}

static bool is_changed(const struct diff_side *side, size_t at)
{
    return at < side->len && side->lines[at].is_changed;
}

/* A stretch of both sides. */
struct diff_hunk {
    size_t old_start;
    size_t old_end;
    size_t new_start;
    size_t new_end;
};

/* Extends the hunk until more lines than stand around two changes are the same. */
static void hunk_extend(const struct diff_writer *writer, struct diff_hunk *hunk)
{
    size_t same = 0;
    size_t old = hunk->old_end;
    size_t new = hunk->new_end;
    while (same <= 2 * DIFF_AROUND &&
           (old < writer->before->len || new < writer->after->len)) {
        const bool is_old = is_changed(writer->before, old);
        const bool is_new = is_changed(writer->after, new);
        old += is_old || !is_new;
        new += is_new || !is_old;
        same = is_old || is_new ? 0 : same + 1;
    }
    const size_t extra = same > DIFF_AROUND ? same - DIFF_AROUND : 0;
    hunk->old_end = old - extra;
    hunk->new_end = new - extra;
}

static void write_range(struct strbuf *out, char mark, size_t start, size_t end)
{
    const size_t len = end - start;
    strbuf_append_format(out, "%c%zu", mark, len == 0 ? start : start + 1);
    if (len != 1)
        strbuf_append_format(out, ",%zu", len);
}

static void write_hunk(struct diff_writer *writer, const struct diff_hunk *hunk)
{
    if (writer->left_out == 0) {
        strbuf_append_text(writer->out, "@@ ");
        write_range(writer->out, '-', hunk->old_start, hunk->old_end);
        strbuf_append_char(writer->out, ' ');
        write_range(writer->out, '+', hunk->new_start, hunk->new_end);
        strbuf_append_text(writer->out, " @@\n");
    }
    size_t old = hunk->old_start;
    size_t new = hunk->new_start;
    while (old < hunk->old_end || new < hunk->new_end) {
        if (old < hunk->old_end && is_changed(writer->before, old)) {
            write_line(writer, '-', &writer->before->lines[old++]);
        } else if (new < hunk->new_end && is_changed(writer->after, new)) {
            write_line(writer, '+', &writer->after->lines[new ++]);
        } else {
            write_line(writer, ' ', &writer->before->lines[old++]);
            new ++;
        }
    }
}

static void write_hunks(struct diff_writer *writer)
{
    size_t old = 0;
    size_t new = 0;
    while (old < writer->before->len || new < writer->after->len) {
        if (!is_changed(writer->before, old) && !is_changed(writer->after, new)) {
            old++;
            new ++;
            continue;
        }
        const size_t around = old < DIFF_AROUND ? old : DIFF_AROUND;
        struct diff_hunk hunk = {old - around, old, new - around, new};
        hunk_extend(writer, &hunk);
        write_hunk(writer, &hunk);
        old = hunk.old_end;
        new = hunk.new_end;
    }
    if (writer->left_out > 0)
        strbuf_append_format(writer->out, "[cut here: %zu more lines]\n",
                             writer->left_out);
}

bool text_diff_append(struct strbuf *out, const struct text_diff *diff)
{
    struct diff_side before = {0};
    struct diff_side after = {0};
    side_split(&before, diff->before != NULL ? diff->before : "", diff->before_len);
    side_split(&after, diff->after, diff->after_len);
    const bool is_different = compare_sides(&before, &after);
    if (is_different) {
        struct diff_writer writer = {.out = out, .before = &before, .after = &after};
        if (diff->before != NULL)
            strbuf_append_format(out, "--- a/%s\n", diff->name);
        else
            strbuf_append_text(out, "--- /dev/null\n");
        strbuf_append_format(out, "+++ b/%s\n", diff->name);
        write_hunks(&writer);
    }
    mem_free(before.lines);
    mem_free(after.lines);
    return is_different;
}
