/*
 * The best way to lay a word over the name is found row by row: `here[j]` is the score of
 * the word so far with its last letter on name[j]. A letter stands right behind the one
 * before it or after a gap, the cost of which grows with its length; the best start of a
 * gap is carried along, so that a row takes one walk over the name.
 */
#include "src/base/fuzzy.h"

#include <ctype.h>
#include <stdbool.h>
#include <string.h>

/* What is looked at of a name, and of a word: no model has a longer one. */
#define NAME_MAX_LEN 256
#define WORD_MAX_LEN 64

#define IMPOSSIBLE (-1000000)

enum {
    SCORE_LETTER = 16,
    SCORE_NEXT = 12,  /* right behind the letter before */
    SCORE_WORD = 10,  /* at the beginning of a word */
    SCORE_NAME = 6,   /* at the beginning of the name, on top of that */
    SCORE_WHOLE = 40, /* the word is all of the name */
    COST_GAP = 4,     /* of a gap's first letter; the others cost 1 */
    COST_LEAD_MAX = 8 /* of letters before the first; 1 each */
};

static bool is_same(char a, char b)
{
    return tolower((unsigned char)a) == tolower((unsigned char)b);
}

/* True if a word begins at name[at]: behind a mark, or a number behind letters. */
static bool is_word_start(const char *name, size_t at)
{
    if (at == 0)
        return true;
    const unsigned char before = (unsigned char)name[at - 1];
    const unsigned char here = (unsigned char)name[at];
    if (!isalnum(before) && before < 0x80)
        return true;
    return isdigit(here) && !isdigit(before);
}

static int place_score(const char *name, size_t at)
{
    return SCORE_LETTER + (is_word_start(name, at) ? SCORE_WORD : 0) +
           (at == 0 ? SCORE_NAME : 0);
}

static int larger(int a, int b)
{
    return a > b ? a : b;
}

/* Lays the next letter of the word over the name; `before` is NULL for the first one. */
static void lay_letter(char letter, const char *name, size_t len, const int *before,
                       int *here)
{
    int gap = IMPOSSIBLE; /* the best score up to here with a letter skipped behind it */
    for (size_t j = 0; j < len; j++) {
        int reached = IMPOSSIBLE;
        if (before == NULL) {
            reached = -(int)(j < COST_LEAD_MAX ? j : COST_LEAD_MAX);
        } else {
            gap = larger(gap - 1, j >= 2 ? before[j - 2] - COST_GAP : IMPOSSIBLE);
            reached = larger(gap, j >= 1 ? before[j - 1] + SCORE_NEXT : IMPOSSIBLE);
        }
        const bool fits = is_same(letter, name[j]) && reached > IMPOSSIBLE / 2;
        here[j] = fits ? reached + place_score(name, j) : IMPOSSIBLE;
    }
}

static int word_score(const char *word, size_t word_len, const char *name, size_t len)
{
    int rows[2][NAME_MAX_LEN] = {{0}};
    int best = IMPOSSIBLE;
    if (word_len > WORD_MAX_LEN || word_len > len)
        return IMPOSSIBLE;
    for (size_t i = 0; i < word_len; i++)
        lay_letter(word[i], name, len, i > 0 ? rows[(i - 1) % 2] : NULL, rows[i % 2]);
    for (size_t j = 0; j < len; j++)
        best = larger(best, rows[(word_len - 1) % 2][j]);
    return best + (word_len == len ? SCORE_WHOLE : 0);
}

int fuzzy_score(const char *pattern, const char *name)
{
    const size_t whole_len = strlen(name);
    const size_t len = whole_len < NAME_MAX_LEN ? whole_len : NAME_MAX_LEN;
    bool has_word = false;
    int score = 0;
    for (const char *at = pattern + strspn(pattern, " "); *at != '\0';) {
        const size_t word_len = strcspn(at, " ");
        const int own = word_score(at, word_len, name, len);
        if (own < IMPOSSIBLE / 2)
            return -1;
        score += own;
        has_word = true;
        at += word_len;
        at += strspn(at, " ");
    }
    if (!has_word)
        return 0;
    /* Length decides between fits that are equal otherwise. */
    score = score * NAME_MAX_LEN - (int)len;
    return larger(score, 0);
}
