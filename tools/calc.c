/*
 * A small calculator: a parser by recursive descent that reckons as it reads.
 *
 *     sum     = product (('+' | '-') product)*
 *     product = sign (('*' | '/' | '%') sign)*
 *     sign    = ('-' | '+') sign | power
 *     power   = atom ('^' sign)?               2^3^2 is 2^(3^2), -2^2 is -(2^2)
 *     atom    = number | name | name '(' sum (',' sum)* ')' | '(' sum ')'
 *
 * Numbers are long doubles and printed with at most 15 digits, so that 0.1 + 0.2 is 0.3.
 */
#include "tools/motet_tool.h"

#include <ctype.h>
#include <float.h>
#include <math.h>
#include <string.h>
#include <strings.h>

#include "src/base/compiler.h"
#include "src/base/mem.h"
#include "src/base/number.h"

#define CALC_LEVELS_MAX 100
#define CALC_PI         3.14159265358979323846264338327950288L
#define CALC_E          2.71828182845904523536028747135266250L

struct calc {
    const char *start;
    const char *at;
    int level;
    struct error *err; /* the first fault ends everything */
    bool is_failed;
};

static long double calc_sum(struct calc *calc);
static long double calc_sign(struct calc *calc);

static long double calc_fail(struct calc *calc, const char *what)
{
    if (!calc->is_failed)
        error_set(calc->err, ERROR_USAGE, "%s, at character %zu of %.60s", what,
                  (size_t)(calc->at - calc->start) + 1, calc->start);
    calc->is_failed = true;
    return 0;
}

/* Takes the character if it is next. */
static bool calc_take(struct calc *calc, char c)
{
    calc->at += strspn(calc->at, " \t\r\n");
    if (*calc->at != c || c == '\0')
        return false;
    calc->at++;
    return true;
}

static long double log_to_base(long double x, long double base)
{
    return logl(x) / logl(base);
}

/* Half a unit goes away from zero, as at school; to that many decimals. */
static long double round_to(long double x, long double decimals)
{
    const long double unit = powl(10, truncl(decimals));
    return roundl(x * unit) / unit;
}

static const struct {
    const char *name;
    long double (*of_one)(long double);
    long double (*of_two)(long double, long double);
} functions[] = {
    {"abs", fabsl, NULL},         {"acos", acosl, NULL},       {"asin", asinl, NULL},
    {"atan", atanl, NULL},        {"atan2", NULL, atan2l},     {"cbrt", cbrtl, NULL},
    {"ceil", ceill, NULL},        {"cos", cosl, NULL},         {"exp", expl, NULL},
    {"floor", floorl, NULL},      {"hypot", NULL, hypotl},     {"ln", logl, NULL},
    {"log", log10l, log_to_base}, {"log10", log10l, NULL},     {"log2", log2l, NULL},
    {"max", NULL, fmaxl},         {"min", NULL, fminl},        {"mod", NULL, fmodl},
    {"pow", NULL, powl},          {"round", roundl, round_to}, {"sin", sinl, NULL},
    {"sqrt", sqrtl, NULL},        {"tan", tanl, NULL},         {"trunc", truncl, NULL},
};

static long double calc_call(struct calc *calc, const char *name)
{
    const long double one = calc_sum(calc);
    const bool has_two = calc_take(calc, ',');
    const long double two = has_two ? calc_sum(calc) : 0;
    if (!calc_take(calc, ')'))
        return calc_fail(calc, "a closing parenthesis is missing");
    for (size_t i = 0; i < COUNT_OF(functions); i++) {
        if (strcasecmp(functions[i].name, name) != 0)
            continue;
        if (has_two && functions[i].of_two != NULL)
            return functions[i].of_two(one, two);
        if (!has_two && functions[i].of_one != NULL)
            return functions[i].of_one(one);
        return calc_fail(calc, "the function takes another number of values");
    }
    return calc_fail(calc, "there is no such function");
}

static long double calc_name(struct calc *calc)
{
    char name[16];
    size_t len = 0;
    while (isalnum((unsigned char)calc->at[len]) || calc->at[len] == '_')
        len++;
    if (len >= sizeof(name))
        return calc_fail(calc, "there is no such name");
    memcpy(name, calc->at, len);
    name[len] = '\0';
    calc->at += len;
    if (calc_take(calc, '('))
        return calc_call(calc, name);
    if (strcasecmp(name, "pi") == 0)
        return CALC_PI;
    if (strcasecmp(name, "e") == 0)
        return CALC_E;
    return calc_fail(calc, "there is no such name");
}

static long double calc_number(struct calc *calc)
{
    const char *at = calc->at;
    at += strspn(at, "0123456789");
    if (*at == '.')
        at += 1 + strspn(at + 1, "0123456789");
    if ((*at == 'e' || *at == 'E') &&
        isdigit((unsigned char)at[1 + (at[1] == '-' || at[1] == '+')]))
        at += 2 + strspn(at + 2, "0123456789");
    char *text = mem_strndup(calc->at, (size_t)(at - calc->at));
    double value;
    const bool ok = number_parse_double(text, &value);
    const long double exact = ok ? strtold(text, NULL) : 0;
    mem_free(text);
    if (!ok)
        return calc_fail(calc, "this is no number");
    calc->at = at;
    return exact;
}

static long double calc_atom(struct calc *calc)
{
    calc->at += strspn(calc->at, " \t\r\n");
    if (calc_take(calc, '(')) {
        const long double value = calc_sum(calc);
        return calc_take(calc, ')') ? value
                                    : calc_fail(calc, "a closing parenthesis is missing");
    }
    if (isdigit((unsigned char)*calc->at) || *calc->at == '.')
        return calc_number(calc);
    if (isalpha((unsigned char)*calc->at))
        return calc_name(calc);
    return calc_fail(calc,
                     *calc->at == '\0' ? "something is missing" : "a number is expected");
}

static long double calc_power(struct calc *calc)
{
    const long double base = calc_atom(calc);
    if (!calc_take(calc, '^'))
        return base;
    return powl(base, calc_sign(calc));
}

static long double calc_sign(struct calc *calc)
{
    if (calc->is_failed || calc->level == CALC_LEVELS_MAX)
        return calc_fail(calc, "this is nested too deep");
    calc->level++;
    long double value;
    if (calc_take(calc, '-'))
        value = -calc_sign(calc);
    else if (calc_take(calc, '+'))
        value = calc_sign(calc);
    else
        value = calc_power(calc);
    calc->level--;
    return value;
}

static long double calc_product(struct calc *calc)
{
    long double value = calc_sign(calc);
    while (!calc->is_failed) {
        if (calc_take(calc, '*')) {
            value *= calc_sign(calc);
            continue;
        }
        const bool is_division = calc_take(calc, '/');
        if (!is_division && !calc_take(calc, '%'))
            break;
        const long double by = calc_sign(calc);
        if (fpclassify(by) == FP_ZERO)
            return calc_fail(calc, "division by zero");
        value = is_division ? value / by : fmodl(value, by);
    }
    return value;
}

static long double calc_sum(struct calc *calc)
{
    long double value = calc_product(calc);
    while (!calc->is_failed) {
        if (calc_take(calc, '+'))
            value += calc_product(calc);
        else if (calc_take(calc, '-'))
            value -= calc_product(calc);
        else
            break;
    }
    return value;
}

static void append_number(struct strbuf *out, long double value)
{
    const bool is_whole = !(floorl(value) < value);
    /* So far each whole number has a long double of its own. */
    if (is_whole && fabsl(value) < ldexpl(1, LDBL_MANT_DIG - 1))
        strbuf_append_format(out, "%.0Lf", value + 0.0L);
    else
        strbuf_append_format(out, "%.15Lg", value);
}

static bool run_calc(const cJSON *arguments, struct strbuf *out, struct error *err)
{
    const char *expression = argument_text(arguments, "expression", err);
    if (expression == NULL)
        return false;
    struct calc calc = {.start = expression, .at = expression, .err = err};
    const long double value = calc_sum(&calc);
    calc.at += strspn(calc.at, " \t\r\n");
    if (!calc.is_failed && *calc.at != '\0')
        calc_fail(&calc, "this cannot be read");
    if (!calc.is_failed && !isfinite(value))
        error_set(err, ERROR_USAGE, "the result of %.60s is %s", expression,
                  isnan(value) ? "not a number" : "too large");
    if (calc.is_failed || !isfinite(value))
        return false;
    append_number(out, value);
    return true;
}

const struct shipped_tool shipped_calc = {"calc", run_calc};
