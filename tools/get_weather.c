/* Weather that never changes, from a table: for trying tools without a service. */
#include "tools/motet_tool.h"

#include <math.h>
#include <string.h>
#include <strings.h>

#include "src/base/compiler.h"

struct weather {
    const char *city;
    const char *plain_name; /* without accents; NULL: the same */
    double celsius;
    const char *sky;
    int wind; /* km/h */
};

static const struct weather table[] = {
    {"Amsterdam", NULL, 14, "light rain", 22},
    {"Athens", NULL, 27, "sunny", 12},
    {"Auckland", NULL, 16, "showers", 25},
    {"Bangkok", NULL, 33, "humid, thunder later", 8},
    {"Berlin", NULL, 17, "cloudy", 14},
    {"Bogotá", "Bogota", 15, "drizzle", 9},
    {"Buenos Aires", NULL, 19, "clear", 16},
    {"Cairo", NULL, 31, "sunny", 15},
    {"Cape Town", NULL, 18, "windy", 38},
    {"Delhi", NULL, 34, "hazy", 7},
    {"Dublin", NULL, 12, "rain", 24},
    {"Helsinki", NULL, 9, "clear", 13},
    {"Istanbul", NULL, 21, "partly cloudy", 17},
    {"Kyoto", NULL, 23, "clear", 6},
    {"Lagos", NULL, 30, "humid", 11},
    {"Lima", NULL, 18, "fog", 10},
    {"Lisbon", NULL, 22, "sunny", 19},
    {"London", NULL, 14, "cloudy", 18},
    {"Madrid", NULL, 25, "sunny", 9},
    {"Mexico City", NULL, 20, "partly cloudy", 8},
    {"Montréal", "Montreal", 11, "clear", 15},
    {"Nairobi", NULL, 23, "partly cloudy", 14},
    {"New York", NULL, 18, "clear", 16},
    {"Oslo", NULL, 8, "sleet", 12},
    {"Paris", NULL, 18, "light rain", 13},
    {"Reykjavík", "Reykjavik", 5, "wind and rain", 44},
    {"Rome", NULL, 24, "sunny", 10},
    {"San Francisco", NULL, 15, "fog", 21},
    {"São Paulo", "Sao Paulo", 22, "showers", 11},
    {"Singapore", NULL, 31, "thunderstorms", 9},
    {"Sydney", NULL, 21, "clear", 20},
    {"Tokyo", NULL, 22, "cloudy", 12},
    {"Vienna", NULL, 19, "partly cloudy", 15},
};

static const struct weather *find_weather(const char *city)
{
    for (size_t i = 0; i < COUNT_OF(table); i++) {
        const char *plain = table[i].plain_name;
        if (strcasecmp(table[i].city, city) == 0 ||
            (plain != NULL && strcasecmp(plain, city) == 0))
            return &table[i];
    }
    return NULL;
}

static bool get_weather(const cJSON *arguments, struct strbuf *out, struct error *err)
{
    const char *city = argument_text(arguments, "city", err);
    const char *unit =
        city != NULL ? argument_text_or(arguments, "unit", "celsius", err) : NULL;
    if (unit == NULL)
        return false;
    const bool is_fahrenheit = strcmp(unit, "fahrenheit") == 0;
    if (!is_fahrenheit && strcmp(unit, "celsius") != 0) {
        error_set(err, ERROR_USAGE, "the unit is celsius or fahrenheit");
        return false;
    }
    const struct weather *weather = find_weather(city);
    if (weather == NULL) {
        strbuf_append_format(out,
                             "There is no weather for %s here. There is for: ", city);
        for (size_t i = 0; i < COUNT_OF(table); i++)
            strbuf_append_format(out, "%s%s", i > 0 ? ", " : "", table[i].city);
        return strbuf_append_text(out, ".");
    }
    const double degrees =
        is_fahrenheit ? weather->celsius * 9 / 5 + 32 : weather->celsius;
    return strbuf_append_format(out, "%s: %.0f °%c, %s, wind %d km/h", weather->city,
                                nearbyint(degrees), is_fahrenheit ? 'F' : 'C',
                                weather->sky, weather->wind);
}

const struct shipped_tool shipped_get_weather = {"get_weather", get_weather};
