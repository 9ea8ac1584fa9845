/*
 * The pattern is translated byte by byte; what POSIX does not have (look-around, lazy
 * repetition, named classes, \u) or what is dear in the C library (back-references, large
 * counts) is not tried at all. Counts are bounded by their product over the whole
 * pattern, which is what the C library's memory grows with.
 */
#include "src/tool/schema_pattern.h"

#include <regex.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "src/base/mem.h"
#include "src/base/strbuf.h"

#define SCHEMA_PATTERN_MAX ((size_t)200)
#define SCHEMA_SUBJECT_MAX ((size_t)4096)
#define SCHEMA_COUNT_MAX   500
#define SCHEMA_GROUPS_MAX  20

struct translation {
    const char *at;
    struct strbuf out;
    long counts; /* product of the counts so far */
    int groups;
    bool is_in_class;
};

/* Classes that stand for several characters, outside and inside of brackets. */
static const char *class_of(char letter, bool is_inside)
{
    switch (letter) {
    case 'd': return is_inside ? "0-9" : "[0-9]";
    case 'D': return is_inside ? NULL : "[^0-9]";
    case 'w': return is_inside ? "A-Za-z0-9_" : "[A-Za-z0-9_]";
    case 'W': return is_inside ? NULL : "[^A-Za-z0-9_]";
    case 's': return is_inside ? " \t\r\n\f\v" : "[ \t\r\n\f\v]";
    case 'S': return is_inside ? NULL : "[^ \t\r\n\f\v]";
    case 't': return "\t";
    case 'n': return "\n";
    case 'r': return "\r";
    default: return NULL;
    }
}

/* Takes a backslash and what follows it. */
static bool translate_escape(struct translation *translation)
{
    const char letter = translation->at[1];
    const char *class = class_of(letter, translation->is_in_class);
    translation->at += 2;
    if (class != NULL)
        return strbuf_append_text(&translation->out, class);
    if (letter == '\0' || strchr("^$.*+?()[]{}|\\/-\"'#@:,;=<>!%& _~", letter) == NULL)
        return false;
    if (!translation->is_in_class) {
        if (strchr("^$.*+?()[]{}|\\", letter) != NULL)
            strbuf_append_char(&translation->out, '\\');
        return strbuf_append_char(&translation->out, letter);
    }
    /* POSIX has no escapes within brackets: what would mean something there is left. */
    return strchr("[]^-\\", letter) == NULL &&
           strbuf_append_char(&translation->out, letter);
}

/* Takes "{2,5}", bounded. */
static bool translate_count(struct translation *translation)
{
    char *end;
    const char *start = translation->at;
    const long low = strtol(start + 1, &end, 10);
    long high = low;
    if (end == start + 1 || start[1] < '0' || start[1] > '9')
        return false;
    if (*end == ',' && end[1] != '}')
        high = strtol(end + 1, &end, 10);
    else if (*end == ',')
        end++;
    if (*end != '}' || low < 0 || high < low || high > SCHEMA_COUNT_MAX)
        return false;
    translation->counts *= high > 0 ? high : 1;
    translation->at = end + 1;
    return translation->counts <= SCHEMA_COUNT_MAX &&
           strbuf_append(&translation->out, start, (size_t)(translation->at - start));
}

/* Takes "[", "[^", and a bracket that is the first of the set. */
static bool translate_class_start(struct translation *translation)
{
    const size_t len = translation->at[1] == '^' ? 2 : 1;
    strbuf_append(&translation->out, translation->at, len);
    translation->at += len;
    translation->is_in_class = true;
    /* "[]" and "[]x" mean different things in the two languages. */
    return *translation->at != ']';
}

static bool translate_in_class(struct translation *translation)
{
    const char c = *translation->at;
    if (c == '[')
        return false; /* "[:", "[." and "[=" begin something in POSIX */
    if (c == ']')
        translation->is_in_class = false;
    translation->at++;
    return strbuf_append_char(&translation->out, c);
}

/* Takes what comes next outside of brackets. */
static bool translate_plain(struct translation *translation)
{
    const char c = *translation->at;
    const char next = translation->at[1];
    if (c == '[')
        return translate_class_start(translation);
    if (c == '{')
        return translate_count(translation);
    if (c == '(' && next == '?') {
        /* A group that is not remembered is one that nobody asks for here. */
        if (translation->at[2] != ':')
            return false;
        translation->at += 2;
        translation->groups++;
        return strbuf_append_char(&translation->out, '(');
    }
    if (strchr("*+?", c) != NULL && next != '\0' && strchr("*+?", next) != NULL)
        return false;
    translation->groups += c == '(';
    translation->at++;
    return strbuf_append_char(&translation->out, c);
}

static bool translate(struct translation *translation)
{
    while (*translation->at != '\0') {
        bool ok;
        if (*translation->at == '\\')
            ok = translate_escape(translation);
        else if (translation->is_in_class)
            ok = translate_in_class(translation);
        else
            ok = translate_plain(translation);
        if (!ok || translation->groups > SCHEMA_GROUPS_MAX)
            return false;
    }
    return !translation->is_in_class;
}

static bool is_ascii(const char *text)
{
    for (; *text != '\0'; text++) {
        if ((unsigned char)*text >= 0x80)
            return false;
    }
    return true;
}

enum schema_match schema_pattern_match(const char *pattern, const char *text)
{
    const size_t len = strlen(pattern);
    /* Where a character is a byte, what is beyond ASCII would be counted wrongly. */
    if (len == 0 || len > SCHEMA_PATTERN_MAX || strlen(text) > SCHEMA_SUBJECT_MAX ||
        (MB_CUR_MAX == 1 && !(is_ascii(text) && is_ascii(pattern))))
        return len == 0 ? SCHEMA_MATCH_YES : SCHEMA_MATCH_UNKNOWN;
    enum schema_match match = SCHEMA_MATCH_UNKNOWN;
    struct translation translation = {.at = pattern, .counts = 1};
    regex_t regex;
    strbuf_init(&translation.out, SCHEMA_PATTERN_MAX * 16);
    if (translate(&translation) &&
        regcomp(&regex, strbuf_text(&translation.out), REG_EXTENDED | REG_NOSUB) == 0) {
        const int result = regexec(&regex, text, 0, NULL, 0);
        if (result == 0)
            match = SCHEMA_MATCH_YES;
        else if (result == REG_NOMATCH)
            match = SCHEMA_MATCH_NO;
        regfree(&regex);
    }
    strbuf_clear(&translation.out);
    return match;
}
