/* The calendar by arithmetic: the C library's functions know only the local zone. */
#include "src/net/timestamp.h"

#include <ctype.h>
#include <string.h>
#include <strings.h>
#include <time.h>

#include <curl/curl.h>

/* Days from 1970-01-01 to a date of the Gregorian calendar; years are counted from
 * March, so that the leap day is a year's last. */
static int64_t days_from_date(int64_t year, int64_t month, int64_t day)
{
    year -= month <= 2;
    const int64_t month_from_march = (month + 9) % 12;
    const int64_t day_of_year = (153 * month_from_march + 2) / 5 + day - 1;
    return year * 365 + year / 4 - year / 100 + year / 400 + day_of_year - 719468;
}

/* Reads the two digits that `*text` must begin with, up to `max`, and steps over them. */
static bool take_two_digits(const char **text, int max, int64_t *value)
{
    const char *at = *text;
    if (!isdigit((unsigned char)at[0]) || !isdigit((unsigned char)at[1]))
        return false;
    *value = (at[0] - '0') * 10 + (at[1] - '0');
    *text = at + 2;
    return *value <= max;
}

static bool take_one_of(const char **text, const char *choices)
{
    if (**text == '\0' || strchr(choices, **text) == NULL)
        return false;
    ++*text;
    return true;
}

/* "Z" or "+02:00" to the end of the text, as seconds ahead of UTC. */
static bool read_zone(const char *text, int64_t *offset)
{
    *offset = 0;
    if (strcasecmp(text, "Z") == 0)
        return true;
    const bool is_behind = *text == '-';
    int64_t hours;
    int64_t minutes;
    if (!take_one_of(&text, "+-") || !take_two_digits(&text, 23, &hours) ||
        !take_one_of(&text, ":") || !take_two_digits(&text, 59, &minutes))
        return false;
    *offset = (hours * 60 + minutes) * (is_behind ? -60 : 60);
    return *text == '\0';
}

bool timestamp_parse(const char *text, double *value_ms)
{
    int64_t century;
    int64_t year;
    int64_t month;
    int64_t day;
    int64_t hour;
    int64_t minute;
    int64_t second;
    int64_t offset;
    if (!take_two_digits(&text, 99, &century) || !take_two_digits(&text, 99, &year) ||
        !take_one_of(&text, "-") || !take_two_digits(&text, 12, &month) ||
        !take_one_of(&text, "-") || !take_two_digits(&text, 31, &day) ||
        !take_one_of(&text, "Tt ") || !take_two_digits(&text, 23, &hour) ||
        !take_one_of(&text, ":") || !take_two_digits(&text, 59, &minute) ||
        !take_one_of(&text, ":") || !take_two_digits(&text, 60, &second))
        return false;
    double thousandths = 0;
    if (take_one_of(&text, "."))
        for (double weight = 100; isdigit((unsigned char)*text); text++, weight /= 10)
            thousandths += (*text - '0') * weight;
    if (!read_zone(text, &offset) || month == 0 || day == 0)
        return false;
    const int64_t days = days_from_date(century * 100 + year, month, day);
    const int64_t seconds = days * 86400 + hour * 3600 + minute * 60 + second - offset;
    *value_ms = (double)seconds * 1000 + thousandths;
    return true;
}

int64_t timestamp_of_response(const struct header_list *headers, int64_t now_seconds)
{
    const char *date = header_list_get(headers, "Date");
    const time_t time = date != NULL ? curl_getdate(date, NULL) : -1;
    return time != -1 ? (int64_t)time : now_seconds;
}
