/*
 * Numbers written by people and servers. The whole text must be the number: no trailing
 * words, no hex, no "inf" or "nan", no locale.
 */
#ifndef BASE_NUMBER_H
#define BASE_NUMBER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Reads decimal digits with an optional sign; false if not a whole number or too big. */
bool number_parse_int(const char *text, int64_t *value);

/* Reads a decimal fraction with optional exponent ("0.5", "3", "1e3"); false if not one.
 */
bool number_parse_double(const char *text, double *value);

/* Reads seconds with a fraction ("1.5", "0") as milliseconds, at most 10^9 seconds. */
bool number_parse_seconds_ms(const char *text, int64_t *value_ms);

#endif
