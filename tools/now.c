/* The time: UTC, here, and at an offset that is asked for. */
#include "tools/motet_tool.h"

#include <string.h>
#include <time.h>

#include "src/base/clock.h"
#include "src/base/mem.h"

/* Appends "2025-01-31T12:00:00+02:00 (Friday)". */
static void append_time(struct strbuf *out, const struct tm *time, long offset)
{
    char text[64];
    const long minutes = (offset < 0 ? -offset : offset) / 60;
    strftime(text, sizeof(text), "%Y-%m-%dT%H:%M:%S", time);
    strbuf_append_format(out, "%s%c%02ld:%02ld", text, offset < 0 ? '-' : '+',
                         minutes / 60, minutes % 60);
    strftime(text, sizeof(text), " (%A)", time);
    strbuf_append_text(out, text);
}

/* Reads "+02:00", "-0330", "+5" or "Z" as seconds. */
static bool read_offset(const char *text, long *seconds)
{
    static const char digits[] = "0123456789";
    *seconds = 0;
    if (strcmp(text, "Z") == 0 || strcmp(text, "UTC") == 0)
        return true;
    if (text[0] != '+' && text[0] != '-')
        return false;
    char kept[5] = "";
    size_t count = 0;
    for (const char *at = text + 1; *at != '\0'; at++) {
        if (*at == ':' && at > text + 1)
            continue;
        if (count == 4 || strchr(digits, *at) == NULL)
            return false;
        kept[count++] = *at;
    }
    if (count == 0)
        return false;
    long value = 0;
    for (size_t i = 0; i < count; i++)
        value = value * 10 + (kept[i] - '0');
    const long hours = count <= 2 ? value : value / 100;
    const long minutes = count <= 2 ? 0 : value % 100;
    if (hours > 14 || minutes > 59)
        return false;
    *seconds = (hours * 3600 + minutes * 60) * (text[0] == '-' ? -1 : 1);
    return true;
}

/* How far local time is ahead of UTC. */
static long local_offset(const struct tm *local, const struct tm *utc)
{
    long days = local->tm_yday - utc->tm_yday;
    if (local->tm_year != utc->tm_year)
        days = local->tm_year > utc->tm_year ? 1 : -1;
    return days * 86400 + (local->tm_hour - utc->tm_hour) * 3600L +
           (local->tm_min - utc->tm_min) * 60L;
}

static bool now(const cJSON *arguments, struct strbuf *out, struct error *err)
{
    const time_t seconds = (time_t)clock_wall_seconds();
    const char *offset_text = argument_text_or(arguments, "offset", "", err);
    long offset = 0;
    if (offset_text == NULL)
        return false;
    if (offset_text[0] != '\0' && !read_offset(offset_text, &offset)) {
        error_set(err, ERROR_USAGE, "an offset from UTC looks like +02:00 or -03:30");
        return false;
    }
    struct tm utc;
    struct tm local;
    tzset();
    gmtime_r(&seconds, &utc);
    localtime_r(&seconds, &local);
    strbuf_append_text(out, "UTC: ");
    append_time(out, &utc, 0);
    strbuf_append_text(out, "\nlocal: ");
    append_time(out, &local, local_offset(&local, &utc));
    if (offset_text[0] != '\0') {
        const time_t moved = seconds + offset;
        gmtime_r(&moved, &utc);
        strbuf_append_format(out, "\nat %s: ", offset_text);
        append_time(out, &utc, offset);
    }
    return !out->is_full;
}

const struct shipped_tool shipped_now = {"now", now};
