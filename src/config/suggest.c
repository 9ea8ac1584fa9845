/*
 * The edit distance with swaps of neighbours (optimal string alignment), row by row: of
 * the whole table only the last two rows are ever needed. A word is near enough for a
 * suggestion if at most a third of the typed letters are wrong, or if it begins with what
 * was typed.
 */
#include "src/config/suggest.h"

#include <ctype.h>
#include <stdbool.h>
#include <stdint.h>
#include <string.h>

#define SUGGEST_MAX_LEN ((size_t)64)

/* A word that begins with what was typed counts as this far away. */
#define SUGGEST_PREFIX_DISTANCE 2

static char suggest_fold(char byte)
{
    return byte == '-' ? '_' : (char)tolower((unsigned char)byte);
}

static size_t smaller(size_t one, size_t other)
{
    return one < other ? one : other;
}

size_t suggest_distance(const char *one, const char *other)
{
    const size_t one_len = strlen(one);
    const size_t other_len = strlen(other);
    /* [0] is the row being filled, [1] the one above it, [2] the one above that. */
    size_t rows[3][SUGGEST_MAX_LEN + 1];
    if (one_len > SUGGEST_MAX_LEN || other_len > SUGGEST_MAX_LEN)
        return SIZE_MAX;
    for (size_t x = 0; x <= other_len; x++)
        rows[0][x] = x;
    for (size_t y = 1; y <= one_len; y++) {
        memmove(rows[1], rows[0], 2 * sizeof(rows[0]));
        rows[0][0] = y;
        for (size_t x = 1; x <= other_len; x++) {
            const char from = suggest_fold(one[y - 1]);
            const char to = suggest_fold(other[x - 1]);
            size_t best = rows[1][x - 1] + (from != to);
            best = smaller(best, smaller(rows[1][x], rows[0][x - 1]) + 1);
            const bool is_swap = x > 1 && y > 1 && from == suggest_fold(other[x - 2]) &&
                                 suggest_fold(one[y - 2]) == to;
            rows[0][x] = is_swap ? smaller(best, rows[2][x - 2] + 1) : best;
        }
    }
    return rows[0][other_len];
}

void suggestion_init(struct suggestion *suggestion, const char *typed)
{
    const size_t len = strlen(typed);
    *suggestion = (struct suggestion){typed, NULL, len < 3 ? 2 : len / 3 + 2};
}

static bool suggest_is_prefix(const char *typed, const char *known)
{
    size_t len = 0;
    while (typed[len] != '\0' && suggest_fold(typed[len]) == suggest_fold(known[len]))
        len++;
    return typed[len] == '\0' && len >= 3;
}

void suggestion_consider(struct suggestion *suggestion, const char *known)
{
    size_t distance = suggest_distance(suggestion->typed, known);
    if (distance > SUGGEST_PREFIX_DISTANCE && suggest_is_prefix(suggestion->typed, known))
        distance = SUGGEST_PREFIX_DISTANCE;
    /* Not each letter of a short word may be another one. */
    const bool is_another = distance >= strlen(suggestion->typed);
    if (is_another || distance >= suggestion->distance)
        return;
    suggestion->best = known;
    suggestion->distance = distance;
}
