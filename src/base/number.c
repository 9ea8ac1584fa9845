/*
 * strtod and strtoll do the arithmetic; what they accept beyond plain decimal numbers
 * (white space, hex, inf, nan, partial reads) is refused here first.
 */
#include "src/base/number.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "src/base/mem.h"

bool number_parse_int(const char *text, int64_t *value)
{
    const char *digits = text + (text[0] == '-' || text[0] == '+');
    if (digits[0] == '\0' || digits[strspn(digits, "0123456789")] != '\0')
        return false;
    errno = 0;
    const long long parsed = strtoll(text, NULL, 10);
    if (errno != 0)
        return false;
    *value = parsed;
    return true;
}

/* Skips digits and counts them. */
static const char *number_skip_digits(const char *text, size_t *count)
{
    const size_t len = strspn(text, "0123456789");
    *count += len;
    return text + len;
}

bool number_parse_double(const char *text, double *value)
{
    size_t digits = 0;
    const char *at = text + (text[0] == '-' || text[0] == '+');
    at = number_skip_digits(at, &digits);
    if (*at == '.')
        at = number_skip_digits(at + 1, &digits);
    if (digits == 0)
        return false;
    if (*at == 'e' || *at == 'E') {
        size_t exponent_digits = 0;
        at++;
        at += *at == '-' || *at == '+';
        at = number_skip_digits(at, &exponent_digits);
        if (exponent_digits == 0)
            return false;
    }
    if (*at != '\0')
        return false;
    /* LC_NUMERIC is never set by this program, so the decimal sign is a point. */
    const double parsed = strtod(text, NULL);
    if (parsed > 1e300 || parsed < -1e300)
        return false;
    *value = parsed;
    return true;
}

bool number_parse_seconds_ms(const char *text, int64_t *value_ms)
{
    double seconds;
    if (!number_parse_double(text, &seconds) || seconds < 0 || seconds > 1e9)
        return false;
    *value_ms = (int64_t)(seconds * 1000 + 0.5);
    return true;
}
