/*
 * One walk over value and schema together. Where several forms are possible (anyOf,
 * oneOf, not) the walk is made without keeping sentences. The steps of all walks are
 * counted: forms within forms double the work with each level, and a schema may ask for
 * more than anyone has time for; then the arguments pass, for the tool has the last word.
 */
#include "src/tool/schema_check.h"

#include <math.h>
#include <stdarg.h>
#include <string.h>

#include "src/base/compiler.h"
#include "src/base/json.h"
#include "src/base/mem.h"
#include "src/base/safe_text.h"
#include "src/base/utf8.h"
#include "src/config/suggest.h"
#include "src/tool/schema_pattern.h"
#include "src/tool/schema_ref.h"

#define SCHEMA_LEVELS_MAX  200
#define SCHEMA_STEPS_MAX   200000
#define SCHEMA_POINTER_MAX ((size_t)300)
#define SCHEMA_WHY_MAX     ((size_t)600)
#define SCHEMA_SHOWN_MAX   ((size_t)60)
#define SCHEMA_UNIQUE_MAX  500

struct check {
    const cJSON *document;
    struct strbuf pointer; /* of the value that is looked at */
    struct strbuf *why;    /* NULL while forms are tried */
    size_t steps;
    int level;
};

/* Of a value that fits nowhere. Always false, so that it can be returned. */
static bool check_fail(struct check *check, const char *format, ...) LIKE_PRINTF(2, 3);

static bool check_fail(struct check *check, const char *format, ...)
{
    if (check->why == NULL || check->why->len > 0)
        return false;
    const char *pointer = check->pointer.len > 0 ? check->pointer.text : "/";
    struct strbuf sentence;
    va_list args;
    strbuf_init(&sentence, STRBUF_OWN_MAX);
    va_start(args, format);
    strbuf_append_format(&sentence, "%s: ", pointer);
    strbuf_append_args(&sentence, format, args);
    va_end(args);
    /* What was cut at a ceiling may have been cut within a character. */
    utf8_append_valid(check->why, strbuf_text(&sentence), sentence.len);
    strbuf_clear(&sentence);
    return false;
}

/* --- Words for values
 * ---------------------------------------------------------------------
 */

static bool is_whole(const cJSON *value)
{
    return cJSON_IsNumber(value) && !(floor(value->valuedouble) < value->valuedouble);
}

static const char *kind_of(const cJSON *value)
{
    if (cJSON_IsString(value))
        return "text";
    if (cJSON_IsNumber(value))
        return "a number";
    if (cJSON_IsBool(value))
        return "true or false";
    if (cJSON_IsNull(value))
        return "null";
    return cJSON_IsArray(value) ? "a list" : "an object";
}

static const char *words_for_type(const char *type)
{
    static const char *const words[][2] = {
        {"string", "text"},
        {"number", "a number"},
        {"integer", "a whole number"},
        {"boolean", "true or false"},
        {"null", "null"},
        {"array", "a list"},
        {"object", "an object"},
    };
    for (size_t i = 0; i < COUNT_OF(words); i++) {
        if (strcmp(words[i][0], type) == 0)
            return words[i][1];
    }
    return NULL;
}

/* Appends a value as short JSON. */
static void show_value(struct strbuf *out, const cJSON *value)
{
    char *text = cJSON_PrintUnformatted(value);
    if (text != NULL)
        safe_text_append_line(out, text, strlen(text), SCHEMA_SHOWN_MAX);
    cJSON_free(text);
}

/* --- Equality: cJSON's own compares objects twice at each level.
 * --------------------------
 */

static bool is_equal(struct check *check, const cJSON *one, const cJSON *other);

static bool has_equal_members(struct check *check, const cJSON *one, const cJSON *other)
{
    const cJSON *item;
    if (cJSON_GetArraySize(one) != cJSON_GetArraySize(other))
        return false;
    cJSON_ArrayForEach(item, one)
    {
        const cJSON *twin = json_get(other, item->string);
        if (twin == NULL || !is_equal(check, item, twin))
            return false;
    }
    return true;
}

static bool has_equal_items(struct check *check, const cJSON *one, const cJSON *other)
{
    const cJSON *a = one->child;
    const cJSON *b = other->child;
    for (; a != NULL && b != NULL; a = a->next, b = b->next) {
        if (!is_equal(check, a, b))
            return false;
    }
    return a == NULL && b == NULL;
}

static bool is_equal(struct check *check, const cJSON *one, const cJSON *other)
{
    if (++check->steps > SCHEMA_STEPS_MAX)
        return true;
    if (cJSON_IsNumber(one) && cJSON_IsNumber(other))
        return !(one->valuedouble < other->valuedouble) &&
               !(one->valuedouble > other->valuedouble);
    if ((one->type & 0xff) != (other->type & 0xff))
        return false;
    if (cJSON_IsString(one))
        return strcmp(one->valuestring, other->valuestring) == 0;
    if (cJSON_IsArray(one))
        return has_equal_items(check, one, other);
    if (cJSON_IsObject(one))
        return has_equal_members(check, one, other);
    return true;
}

/* The object `name` of a schema, or NULL: a list has members without names. */
static const cJSON *get_members(const cJSON *schema, const char *name)
{
    const cJSON *members = json_get(schema, name);
    return cJSON_IsObject(members) ? members : NULL;
}

/* --- Any value
 * ----------------------------------------------------------------------------
 */

static bool check_value(struct check *check, const cJSON *schema, const cJSON *value);

/* Does the value fit, with no word about why not? */
static bool try_value(struct check *check, const cJSON *schema, const cJSON *value)
{
    struct strbuf *why = check->why;
    check->why = NULL;
    const bool fits = check_value(check, schema, value);
    check->why = why;
    return fits;
}

static bool has_type(const cJSON *value, const char *type)
{
    if (strcmp(type, "string") == 0)
        return cJSON_IsString(value);
    if (strcmp(type, "number") == 0)
        return cJSON_IsNumber(value);
    if (strcmp(type, "integer") == 0)
        return is_whole(value);
    if (strcmp(type, "boolean") == 0)
        return cJSON_IsBool(value);
    if (strcmp(type, "null") == 0)
        return cJSON_IsNull(value);
    if (strcmp(type, "array") == 0)
        return cJSON_IsArray(value);
    if (strcmp(type, "object") == 0)
        return cJSON_IsObject(value);
    return true; /* a type that we do not know */
}

static bool check_type(struct check *check, const cJSON *schema, const cJSON *value)
{
    const cJSON *type = json_get(schema, "type");
    const bool is_nullable = cJSON_IsTrue(json_get(schema, "nullable"));
    if (type == NULL || (is_nullable && cJSON_IsNull(value)))
        return true;
    struct strbuf wanted;
    const cJSON *one = cJSON_IsArray(type) ? type->child : type;
    bool fits = one == NULL;
    strbuf_init(&wanted, SCHEMA_WHY_MAX);
    for (; one != NULL && !fits; one = cJSON_IsArray(type) ? one->next : NULL) {
        const char *words = cJSON_IsString(one) ? words_for_type(one->valuestring) : NULL;
        fits = words == NULL || has_type(value, one->valuestring);
        strbuf_append_format(&wanted, "%s%s", wanted.len > 0 ? " or " : "",
                             words != NULL ? words : "");
    }
    if (!fits && cJSON_IsNumber(value))
        check_fail(check, "must be %s, is %s", strbuf_text(&wanted),
                   is_whole(value) ? "a number" : "a number with a fraction");
    else if (!fits)
        check_fail(check, "must be %s, is %s", strbuf_text(&wanted), kind_of(value));
    strbuf_clear(&wanted);
    return fits;
}

static bool check_enum(struct check *check, const cJSON *schema, const cJSON *value)
{
    const cJSON *choices = json_get(schema, "enum");
    const cJSON *only = json_get(schema, "const");
    struct strbuf shown;
    strbuf_init(&shown, SCHEMA_WHY_MAX / 2);
    bool fits = !cJSON_IsArray(choices);
    const cJSON *choice;
    if (!fits) {
        cJSON_ArrayForEach(choice, choices)
        {
            if (check->why != NULL && shown.len < SCHEMA_WHY_MAX / 3) {
                strbuf_append_text(&shown, shown.len > 0 ? ", " : "");
                show_value(&shown, choice);
            }
            fits = fits || is_equal(check, value, choice);
        }
    }
    if (!fits) {
        check_fail(check, "must be one of %s", strbuf_text(&shown));
    } else if (only != NULL && !is_equal(check, value, only)) {
        fits = false;
        strbuf_reset(&shown);
        show_value(&shown, only);
        check_fail(check, "must be %s", strbuf_text(&shown));
    }
    strbuf_clear(&shown);
    return fits;
}

/* The first form of anyOf or oneOf says what is missing if there is only that one. */
static bool check_forms(struct check *check, const cJSON *schema, const cJSON *value)
{
    const cJSON *any = json_get(schema, "anyOf");
    const cJSON *one = json_get(schema, "oneOf");
    const cJSON *all = json_get(schema, "allOf");
    const cJSON *not = json_get(schema, "not");
    const cJSON *form;
    size_t count = 0;
    if (cJSON_IsArray(all)) {
        cJSON_ArrayForEach(form, all)
        {
            if (!check_value(check, form, value))
                return false;
        }
    }
    if (cJSON_IsArray(any) && any->child != NULL) {
        for (form = any->child; form != NULL && count == 0; form = form->next)
            count += try_value(check, form, value);
        if (count == 0 && any->child->next == NULL)
            return check_value(check, any->child, value);
        if (count == 0)
            return check_fail(check, "fits none of the %d allowed forms",
                              cJSON_GetArraySize(any));
    }
    if (cJSON_IsArray(one) && one->child != NULL) {
        count = 0;
        cJSON_ArrayForEach(form, one) count += try_value(check, form, value);
        if (count == 0 && one->child->next == NULL)
            return check_value(check, one->child, value);
        if (count != 1)
            return check_fail(check, "fits %s of the %d allowed forms, and must fit one",
                              count == 0 ? "none" : "several", cJSON_GetArraySize(one));
    }
    if (not != NULL && try_value(check, not, value))
        return check_fail(check, "has a form that is not allowed");
    return true;
}

/* --- Text and numbers
 * ---------------------------------------------------------------------
 */

/* A limit of the schema that is a number. */
static bool get_limit(const cJSON *schema, const char *name, double *limit)
{
    const cJSON *item = json_get(schema, name);
    if (!cJSON_IsNumber(item))
        return false;
    *limit = item->valuedouble;
    return true;
}

static size_t count_characters(const char *text)
{
    size_t count = 0;
    for (; *text != '\0'; text++)
        count += ((unsigned char)*text & 0xc0) != 0x80;
    return count;
}

static bool check_text(struct check *check, const cJSON *schema, const cJSON *value)
{
    const char *text = value->valuestring;
    const double len = (double)count_characters(text);
    double limit;
    check->steps += strlen(text) / 100;
    if (get_limit(schema, "minLength", &limit) && len < limit)
        return limit > 1
                   ? check_fail(check, "must have at least %.0f characters, has %.0f",
                                limit, len)
                   : check_fail(check, "must not be empty");
    if (get_limit(schema, "maxLength", &limit) && len > limit)
        return check_fail(check, "must have at most %.0f characters, has %.0f", limit,
                          len);
    const char *pattern = json_get_string(schema, "pattern");
    if (pattern == NULL)
        return true;
    check->steps += SCHEMA_STEPS_MAX / 200;
    if (schema_pattern_match(pattern, text) != SCHEMA_MATCH_NO)
        return true;
    struct strbuf shown;
    strbuf_init(&shown, SCHEMA_WHY_MAX);
    safe_text_append_line(&shown, pattern, strlen(pattern), SCHEMA_SHOWN_MAX * 2);
    check_fail(check, "must match the pattern %s", strbuf_text(&shown));
    strbuf_clear(&shown);
    return false;
}

static bool is_multiple(double value, double step)
{
    /* Large numbers have lost their last digits, and fractions never had them. */
    if (!(step > 0) || fabs(value) > 9e15)
        return true;
    const double parts = value / step;
    return fabs(parts - nearbyint(parts)) <= 1e-9 * fmax(1, fabs(parts));
}

static bool check_number(struct check *check, const cJSON *schema, const cJSON *value)
{
    const double number = value->valuedouble;
    double limit;
    const bool is_above = cJSON_IsTrue(json_get(schema, "exclusiveMinimum"));
    const bool is_below = cJSON_IsTrue(json_get(schema, "exclusiveMaximum"));
    if (get_limit(schema, "minimum", &limit) &&
        (number < limit || (is_above && number <= limit)))
        return check_fail(check, "must be %s %.15g", is_above ? "more than" : "at least",
                          limit);
    if (get_limit(schema, "maximum", &limit) &&
        (number > limit || (is_below && number >= limit)))
        return check_fail(check, "must be %s %.15g", is_below ? "less than" : "at most",
                          limit);
    if (get_limit(schema, "exclusiveMinimum", &limit) && number <= limit)
        return check_fail(check, "must be more than %.15g", limit);
    if (get_limit(schema, "exclusiveMaximum", &limit) && number >= limit)
        return check_fail(check, "must be less than %.15g", limit);
    if (get_limit(schema, "multipleOf", &limit) && !is_multiple(number, limit))
        return check_fail(check, "must be a multiple of %.15g", limit);
    return true;
}

/* --- Lists and objects
 * --------------------------------------------------------------------
 */

/* Checks a value inside of the one that is looked at; `name` NULL: by its index. */
static bool check_inside(struct check *check, const cJSON *schema, const cJSON *value,
                         const char *name, size_t index)
{
    if (schema == NULL)
        return true;
    const size_t len = check->pointer.len;
    strbuf_append_char(&check->pointer, '/');
    if (name == NULL)
        strbuf_append_format(&check->pointer, "%zu", index);
    for (; name != NULL && *name != '\0'; name++) {
        if (*name == '~' || *name == '/')
            strbuf_append_text(&check->pointer, *name == '~' ? "~0" : "~1");
        else
            strbuf_append_char(&check->pointer, *name);
    }
    const bool fits = check_value(check, schema, value);
    strbuf_truncate(&check->pointer, len);
    return fits;
}

static bool check_unique(struct check *check, const cJSON *schema, const cJSON *value)
{
    if (!cJSON_IsTrue(json_get(schema, "uniqueItems")) ||
        cJSON_GetArraySize(value) > SCHEMA_UNIQUE_MAX)
        return true;
    for (const cJSON *one = value->child; one != NULL; one = one->next) {
        for (const cJSON *other = one->next; other != NULL; other = other->next) {
            if (is_equal(check, one, other))
                return check_fail(check, "must not have the same item twice");
        }
    }
    return true;
}

/* The schema of an item beyond those that have one each. */
static const cJSON *rest_of_items(const cJSON *schema)
{
    const cJSON *items = json_get(schema, "items");
    return cJSON_IsArray(items) ? json_get(schema, "additionalItems") : items;
}

static bool check_list(struct check *check, const cJSON *schema, const cJSON *value)
{
    const double count = cJSON_GetArraySize(value);
    double limit;
    if (get_limit(schema, "minItems", &limit) && count < limit)
        return check_fail(check, "must have at least %.0f items, has %.0f", limit, count);
    if (get_limit(schema, "maxItems", &limit) && count > limit)
        return check_fail(check, "must have at most %.0f items, has %.0f", limit, count);
    const cJSON *prefix = json_get(schema, "prefixItems");
    if (!cJSON_IsArray(prefix))
        prefix = json_get(schema, "items");
    const cJSON *own = cJSON_IsArray(prefix) ? prefix->child : NULL;
    const cJSON *rest = rest_of_items(schema);
    size_t index = 0;
    for (const cJSON *item = value->child; item != NULL; item = item->next) {
        if (!check_inside(check, own != NULL ? own : rest, item, NULL, index++))
            return false;
        own = own != NULL ? own->next : NULL;
    }
    return check_unique(check, schema, value);
}

static bool check_required(struct check *check, const cJSON *schema, const cJSON *value)
{
    const cJSON *required = json_get(schema, "required");
    const cJSON *name;
    double limit;
    const double count = cJSON_GetArraySize(value);
    if (cJSON_IsArray(required)) {
        cJSON_ArrayForEach(name, required)
        {
            check->steps++;
            if (!cJSON_IsString(name) || json_get(value, name->valuestring) != NULL)
                continue;
            struct strbuf shown;
            strbuf_init(&shown, SCHEMA_WHY_MAX);
            safe_text_append_line(&shown, name->valuestring, strlen(name->valuestring),
                                  SCHEMA_SHOWN_MAX);
            check_fail(check, "\"%s\" is missing", strbuf_text(&shown));
            strbuf_clear(&shown);
            return false;
        }
    }
    if (get_limit(schema, "minProperties", &limit) && count < limit)
        return check_fail(check, "must have at least %.0f members, has %.0f", limit,
                          count);
    if (get_limit(schema, "maxProperties", &limit) && count > limit)
        return check_fail(check, "must have at most %.0f members, has %.0f", limit,
                          count);
    return true;
}

/* Says that nothing of that name is allowed, and which names are. */
static bool fail_unknown_member(struct check *check, const cJSON *schema,
                                const char *name)
{
    struct strbuf text;
    struct suggestion suggestion;
    const cJSON *known;
    strbuf_init(&text, SCHEMA_WHY_MAX);
    suggestion_init(&suggestion, name);
    strbuf_append_text(&text, "there is no \"");
    safe_text_append_line(&text, name, strlen(name), SCHEMA_SHOWN_MAX);
    strbuf_append_text(&text, "\"; ");
    const size_t start = text.len;
    cJSON_ArrayForEach(known, get_members(schema, "properties"))
    {
        suggestion_consider(&suggestion, known->string);
        strbuf_append_text(&text, text.len > start ? ", " : "what there is: ");
        safe_text_append_line(&text, known->string, strlen(known->string),
                              SCHEMA_SHOWN_MAX);
    }
    if (text.len == start)
        strbuf_append_text(&text, "nothing may be given");
    if (suggestion.best != NULL) {
        strbuf_truncate(&text, start);
        strbuf_append_text(&text, "did you mean \"");
        safe_text_append_line(&text, suggestion.best, strlen(suggestion.best),
                              SCHEMA_SHOWN_MAX);
        strbuf_append_text(&text, "\"?");
    }
    check_fail(check, "%s", strbuf_text(&text));
    strbuf_clear(&text);
    return false;
}

static bool check_member(struct check *check, const cJSON *schema, const cJSON *member)
{
    const char *name = member->string;
    const cJSON *own = json_get(json_get(schema, "properties"), name);
    const cJSON *rest = json_get(schema, "additionalProperties");
    const cJSON *patterns = get_members(schema, "patternProperties");
    bool is_known = own != NULL;
    if (!check_inside(check, own, member, name, 0))
        return false;
    const cJSON *pattern;
    cJSON_ArrayForEach(pattern, patterns)
    {
        check->steps += SCHEMA_STEPS_MAX / 200;
        const enum schema_match match = schema_pattern_match(pattern->string, name);
        is_known = is_known || match != SCHEMA_MATCH_NO;
        if (match == SCHEMA_MATCH_YES && !check_inside(check, pattern, member, name, 0))
            return false;
        if (check->steps > SCHEMA_STEPS_MAX)
            return true;
    }
    if (is_known || rest == NULL)
        return true;
    if (cJSON_IsFalse(rest))
        return check->why == NULL ? false : fail_unknown_member(check, schema, name);
    return check_inside(check, rest, member, name, 0);
}

static bool check_object(struct check *check, const cJSON *schema, const cJSON *value)
{
    if (!check_required(check, schema, value))
        return false;
    const cJSON *member;
    cJSON_ArrayForEach(member, value)
    {
        if (!check_member(check, schema, member))
            return false;
    }
    return true;
}

/* --- All
 * ----------------------------------------------------------------------------------
 */

static bool check_by_kind(struct check *check, const cJSON *schema, const cJSON *value)
{
    if (cJSON_IsString(value))
        return check_text(check, schema, value);
    if (cJSON_IsNumber(value))
        return check_number(check, schema, value);
    if (cJSON_IsArray(value))
        return check_list(check, schema, value);
    return !cJSON_IsObject(value) || check_object(check, schema, value);
}

static bool check_ref(struct check *check, const cJSON *schema, const cJSON *value)
{
    const char *ref = json_get_string(schema, "$ref");
    const cJSON *target = ref != NULL ? schema_ref_find(check->document, ref) : NULL;
    return target == NULL || check_value(check, target, value);
}

static bool check_value(struct check *check, const cJSON *schema, const cJSON *value)
{
    if (cJSON_IsFalse(schema))
        return check_fail(check, "is not allowed");
    if (!cJSON_IsObject(schema) || ++check->steps > SCHEMA_STEPS_MAX)
        return true;
    if (check->level == SCHEMA_LEVELS_MAX)
        return check_fail(check, "is nested deeper than can be checked, or the schema of "
                                 "the tool leads in a circle");
    check->level++;
    const bool fits =
        check_ref(check, schema, value) && check_type(check, schema, value) &&
        check_enum(check, schema, value) && check_by_kind(check, schema, value) &&
        check_forms(check, schema, value);
    check->level--;
    /* What was found when the steps were used up means nothing. */
    return fits || check->steps > SCHEMA_STEPS_MAX;
}

/* True if the text is more than white space. */
static bool is_said(const char *text)
{
    return text[strspn(text, " \t\r\n")] != '\0';
}

bool schema_check(const char *schema, const char *arguments, struct strbuf *why)
{
    if (!is_said(arguments))
        arguments = "{}";
    cJSON *document = json_parse(schema, strlen(schema));
    cJSON *value = json_is_valid(arguments, strlen(arguments))
                       ? json_parse(arguments, strlen(arguments))
                       : NULL;
    struct check check = {.document = document};
    struct strbuf sentence;
    strbuf_init(&check.pointer, SCHEMA_POINTER_MAX);
    strbuf_init(&sentence, SCHEMA_WHY_MAX * 10);
    check.why = &sentence;
    bool fits = false;
    if (value == NULL)
        check_fail(&check, "the arguments are not JSON");
    else if (!cJSON_IsObject(value))
        check_fail(&check, "the arguments must be an object, are %s", kind_of(value));
    else
        fits = document == NULL || check_value(&check, document, value);
    if (!fits)
        strbuf_append_text(why, strbuf_text(&sentence));
    strbuf_clear(&sentence);
    strbuf_clear(&check.pointer);
    cJSON_Delete(value);
    cJSON_Delete(document);
    return fits;
}
