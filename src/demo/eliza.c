/*
 * A message is cut into clauses at punctuation; the first clause with a keyword counts,
 * as in the original. Words keep the case in which they were typed and are compared
 * without it. Patterns are matched by trying, from the shortest, every length a star can
 * take: sentences are short, and both their words and the stars are bounded.
 */
#include "src/demo/eliza.h"

#include <ctype.h>
#include <stdbool.h>
#include <string.h>

#include "src/base/mem.h"
#include "src/base/rng.h"
#include "src/demo/eliza_script.h"

#define WORDS_MAX 40
#define WORD_MAX  48
#define PARTS_MAX 9
/* Nobody listens longer than this many bytes. */
#define TEXT_HEARD_MAX 4000
/* "=word" may lead on this often. */
#define LINKS_MAX 4

struct clause {
    char words[WORDS_MAX][WORD_MAX];
    size_t count;
};

/* A run of words of the clause. */
struct part {
    size_t start;
    size_t count;
};

struct match {
    struct part parts[PARTS_MAX];
    size_t count;
};

static bool is_same(const char *word, const char *lower)
{
    while (*word != '\0' && tolower((unsigned char)*word) == *lower) {
        word++;
        lower++;
    }
    return *word == '\0' && *lower == '\0';
}

/* ---- reading ----------------------------------------------------------------------- */

/* Bytes that may stand in a word: letters, digits, everything beyond ASCII, and some. */
static bool is_word_byte(unsigned char byte)
{
    return byte >= 0x80 || isalnum(byte) || byte == '\'' || byte == '-' || byte == '_' ||
           byte == '+' || byte == '#' || byte == '/';
}

static void add_word(struct clause *clause, const char *bytes, size_t len)
{
    if (clause->count == WORDS_MAX)
        return;
    if (len >= WORD_MAX) {
        len = WORD_MAX - 1;
        while (len > 0 && ((unsigned char)bytes[len] & 0xc0) == 0x80)
            len--;
    }
    char *word = clause->words[clause->count];
    memcpy(word, bytes, len);
    word[len] = '\0';
    if (len > 0)
        clause->count++;
}

/* Adds a word, spelled plainly; a spelling may stand for two words. */
static void add_spelled(struct clause *clause, const char *bytes, size_t len)
{
    struct clause one = {.count = 0};
    add_word(&one, bytes, len);
    for (size_t i = 0; one.count > 0 && i < eliza_script_spelling_count; i++) {
        if (!is_same(one.words[0], eliza_script_spellings[i].from))
            continue;
        const char *to = eliza_script_spellings[i].to;
        const char *blank = strchr(to, ' ');
        if (blank != NULL) {
            add_word(clause, to, (size_t)(blank - to));
            to = blank + 1;
        }
        add_word(clause, to, strlen(to));
        return;
    }
    add_word(clause, bytes, len);
}

/* True at bytes that end a clause. A dot inside "3.5" or "a.c" does not. */
static bool ends_clause(const char *at)
{
    if (strchr(",;:!?\n()\"", *at) != NULL)
        return true;
    return *at == '.' && !is_word_byte((unsigned char)at[1]);
}

/* Reads the next clause with at least one word; returns where it ends, NULL if none. */
static const char *read_clause(struct clause *clause, const char *text)
{
    clause->count = 0;
    while (*text != '\0' && !(clause->count > 0 && ends_clause(text))) {
        const char *start = text;
        while (is_word_byte((unsigned char)*text) ||
               (*text == '.' && text > start && is_word_byte((unsigned char)text[1])))
            text++;
        if (text > start)
            add_spelled(clause, start, (size_t)(text - start));
        else
            text++;
    }
    return clause->count > 0 ? text : NULL;
}

/* A copy of the text with typographic apostrophes as plain ones. Caller frees. */
static char *plain_apostrophes(const char *text)
{
    char *copy = mem_strdup(text);
    char *out = copy;
    for (const char *at = copy; *at != '\0';) {
        const bool is_curly = strncmp(at, "\xe2\x80\x99", 3) == 0;
        *out++ = is_curly ? '\'' : *at;
        at += is_curly ? 3 : 1;
    }
    *out = '\0';
    return copy;
}

/* ---- patterns ---------------------------------------------------------------------- */

static bool is_in_class(const char *word, const char *name, size_t len)
{
    char one[WORD_MAX];
    for (size_t i = 0; i < eliza_script_class_count; i++) {
        const struct eliza_class *class = &eliza_script_classes[i];
        if (strlen(class->name) != len || memcmp(class->name, name, len) != 0)
            continue;
        for (const char *at = class->words; *at != '\0';) {
            const size_t word_len = strcspn(at, " ");
            memcpy(one, at, word_len);
            one[word_len] = '\0';
            if (is_same(word, one))
                return true;
            at += word_len + (at[word_len] == ' ');
        }
    }
    return false;
}

static bool match_from(const struct clause *clause, size_t at, const char *pattern,
                       struct match *match);

/* Tries every length for the star that `rest` follows. */
static bool match_star(const struct clause *clause, size_t at, const char *rest,
                       struct match *match)
{
    const size_t part = match->count++;
    for (size_t count = 0; at + count <= clause->count; count++) {
        match->parts[part] = (struct part){at, count};
        match->count = part + 1;
        if (match_from(clause, at + count, rest, match))
            return true;
    }
    match->count = part;
    return false;
}

/* Matches the words from `at` against the rest of the pattern. */
static bool match_from(const struct clause *clause, size_t at, const char *pattern,
                       struct match *match)
{
    char one[WORD_MAX];
    while (*pattern != '\0') {
        const size_t len = strcspn(pattern, " ");
        const char *rest = pattern + len + (pattern[len] == ' ');
        if (*pattern == '*')
            return match->count < PARTS_MAX && match_star(clause, at, rest, match);
        if (at == clause->count)
            return false;
        if (*pattern == '@') {
            if (match->count == PARTS_MAX ||
                !is_in_class(clause->words[at], pattern + 1, len - 1))
                return false;
            match->parts[match->count++] = (struct part){at, 1};
        } else {
            memcpy(one, pattern, len);
            one[len] = '\0';
            if (!is_same(clause->words[at], one))
                return false;
        }
        at++;
        pattern = rest;
    }
    return at == clause->count;
}

/* ---- putting together -------------------------------------------------------------- */

/* The pair that begins at word `at`; `*used` is how many words it stands for. */
static const struct eliza_pair *find_person(const struct clause *clause, size_t at,
                                            size_t end, size_t *used)
{
    for (size_t i = 0; i < eliza_script_person_count; i++) {
        const struct eliza_pair *pair = &eliza_script_persons[i];
        char first[WORD_MAX];
        const size_t len = strcspn(pair->from, " ");
        memcpy(first, pair->from, len);
        first[len] = '\0';
        if (!is_same(clause->words[at], first))
            continue;
        *used = 1;
        if (pair->from[len] == '\0')
            return pair;
        *used = 2;
        if (at + 1 < end && is_same(clause->words[at + 1], pair->from + len + 1))
            return pair;
    }
    *used = 1;
    return NULL;
}

/* Appends a part with the persons exchanged. "you" at its end is an object: "me". */
static void append_part(struct strbuf *out, const struct clause *clause,
                        const struct part *part)
{
    const size_t end = part->start + part->count;
    size_t at = part->start;
    while (at < end) {
        size_t used = 1;
        const struct eliza_pair *pair = find_person(clause, at, end, &used);
        const char *word = pair != NULL ? pair->to : clause->words[at];
        if (at + 1 == end && at > part->start && is_same(clause->words[at], "you"))
            word = "me";
        if (at > part->start)
            strbuf_append_char(out, ' ');
        strbuf_append_text(out, word);
        at += used;
    }
}

/* Appends the reply with $n replaced; an empty part becomes "that". */
static void assemble(struct strbuf *out, const char *reply, const struct clause *clause,
                     const struct match *match)
{
    for (; *reply != '\0'; reply++) {
        const size_t number = *reply == '$' ? (size_t)(reply[1] - '1') : PARTS_MAX;
        if (number >= match->count) {
            strbuf_append_char(out, *reply);
            continue;
        }
        reply++;
        const struct part *part = &match->parts[number];
        if (part->count > 0)
            append_part(out, clause, part);
        else
            strbuf_append_text(out, "that");
    }
}

/* The reply whose turn it is. */
static const char *next_reply(struct eliza *eliza, size_t rule)
{
    const char *const *replies = eliza_script_rules[rule].replies;
    size_t count = 1; /* a rule has at least one */
    while (count < ELIZA_REPLIES_MAX && replies[count] != NULL)
        count++;
    return replies[eliza->turns[rule]++ % count];
}

/* ---- the conversation -------------------------------------------------------------- */

/* Keeps a sentence for later if one of the keyword's memory rules matches. */
static void remember(struct eliza *eliza, const char *keyword,
                     const struct clause *clause)
{
    for (size_t i = 0; i < eliza_script_rule_count; i++) {
        const struct eliza_rule *rule = &eliza_script_rules[i];
        struct match match = {.count = 0};
        if (!rule->is_memory || strcmp(rule->keyword, keyword) != 0 ||
            !match_from(clause, 0, rule->pattern, &match))
            continue;
        struct strbuf text;
        strbuf_init(&text, STRBUF_OWN_MAX);
        assemble(&text, next_reply(eliza, i), clause, &match);
        if (eliza->memory_count == ELIZA_MEMORY_MAX) {
            mem_free(eliza->memory[0]);
            memmove(eliza->memory, eliza->memory + 1,
                    (ELIZA_MEMORY_MAX - 1) * sizeof(eliza->memory[0]));
            eliza->memory_count--;
        }
        eliza->memory[eliza->memory_count++] = strbuf_take(&text);
        return;
    }
}

/* Replies by the rules of a keyword; false if no pattern fits. */
static bool reply_to_keyword(struct eliza *eliza, const char *keyword,
                             const struct clause *clause, struct strbuf *reply)
{
    for (int links = 0; links < LINKS_MAX; links++) {
        const char *next = NULL;
        for (size_t i = 0; i < eliza_script_rule_count && next == NULL; i++) {
            const struct eliza_rule *rule = &eliza_script_rules[i];
            struct match match = {.count = 0};
            if (rule->is_memory || strcmp(rule->keyword, keyword) != 0 ||
                !match_from(clause, 0, rule->pattern, &match))
                continue;
            next = next_reply(eliza, i);
            if (*next != '=') {
                assemble(reply, next, clause, &match);
                return true;
            }
        }
        if (next == NULL)
            return false;
        keyword = next + 1;
    }
    return false;
}

/* The highest rank of a rule for this word; -1 if it is no keyword. */
static int rank_of(const char *word)
{
    int best = -1;
    for (size_t i = 0; i < eliza_script_rule_count; i++) {
        const struct eliza_rule *rule = &eliza_script_rules[i];
        if (rule->rank > best && is_same(word, rule->keyword))
            best = rule->rank;
    }
    return best;
}

static const char *keyword_of(const char *word)
{
    for (size_t i = 0; i < eliza_script_rule_count; i++) {
        if (is_same(word, eliza_script_rules[i].keyword))
            return eliza_script_rules[i].keyword;
    }
    return NULL;
}

/* Tries the clause's keywords from the highest rank down; false if no rule fits. */
static bool reply_to_clause(struct eliza *eliza, const struct clause *clause,
                            struct strbuf *reply)
{
    bool is_tried[WORDS_MAX] = {false};
    for (size_t turn = 0; turn < clause->count; turn++) {
        size_t best = clause->count;
        int best_rank = -1;
        for (size_t i = 0; i < clause->count; i++) {
            const int rank = is_tried[i] ? -1 : rank_of(clause->words[i]);
            if (rank > best_rank) {
                best = i;
                best_rank = rank;
            }
        }
        if (best == clause->count)
            return false;
        is_tried[best] = true;
        const char *keyword = keyword_of(clause->words[best]);
        if (turn == 0)
            remember(eliza, keyword, clause);
        if (reply_to_keyword(eliza, keyword, clause, reply))
            return true;
    }
    return false;
}

/* What is said when nothing matched: something remembered, or something that fits all. */
static void reply_to_nothing(struct eliza *eliza, struct strbuf *reply)
{
    if (eliza->memory_count == 0) {
        const size_t turn = eliza->nothing_turn++ % eliza_script_nothing_count;
        strbuf_append_text(reply, eliza_script_nothing[turn]);
        return;
    }
    strbuf_append_text(reply, eliza->memory[0]);
    mem_free(eliza->memory[0]);
    eliza->memory_count--;
    memmove(eliza->memory, eliza->memory + 1,
            eliza->memory_count * sizeof(eliza->memory[0]));
}

void eliza_init(struct eliza *eliza, uint64_t seed)
{
    *eliza = (struct eliza){.nothing_turn = 0};
    eliza->turns = mem_alloc_array(eliza_script_rule_count, sizeof(eliza->turns[0]));
    if (seed == 0)
        return;
    struct rng rng;
    rng_init(&rng, seed);
    eliza->nothing_turn = rng_below(&rng, eliza_script_nothing_count);
    for (size_t i = 0; i < eliza_script_rule_count; i++)
        eliza->turns[i] = rng_below(&rng, ELIZA_REPLIES_MAX);
}

void eliza_hear(struct eliza *eliza, const char *text, struct strbuf *reply)
{
    char *plain = plain_apostrophes(text);
    struct clause clause;
    bool is_done = false;
    const char *at = plain;
    while (!is_done && (at = read_clause(&clause, at)) != NULL &&
           at - plain < TEXT_HEARD_MAX)
        is_done = reply_to_clause(eliza, &clause, reply);
    if (!is_done)
        reply_to_nothing(eliza, reply);
    mem_free(plain);
}

void eliza_clear(struct eliza *eliza)
{
    for (size_t i = 0; i < eliza->memory_count; i++)
        mem_free(eliza->memory[i]);
    mem_free(eliza->turns);
    *eliza = (struct eliza){.nothing_turn = 0};
}
