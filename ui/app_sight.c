/* A frame that is painted may never reach the screen: what it shows is noted, and counted
 * when it has been taken. */
#include "ui/app_sight.h"

void app_begin_sight(struct app_sight *sight, struct call_view *view)
{
    /* In another view the rows are others. */
    if (sight->width != view->sheet->width || sight->drawn.is_full != view->is_full)
        sight->seen = 0;
    view->seen = sight->seen;
    view->was_seen = sight->is_whole;
}

void app_note_sight(struct app_sight *sight, const struct call_view *view)
{
    sight->drawn = view->sight;
    sight->width = view->sheet->width;
}

void app_sight_is_shown(struct app_sight *sight)
{
    sight->seen = sight->drawn.seen;
    if (call_sight_is_whole(&sight->drawn))
        sight->is_whole = true;
}

enum call_step app_next_step(const struct app_sight *sight)
{
    struct call_sight now = sight->drawn;
    now.seen = sight->is_whole ? now.wanted : sight->seen;
    return call_sight_decide(&now);
}

size_t app_sight_next_row(const struct app_sight *sight, const struct sheet *sheet)
{
    const size_t row = sheet->vital_row + sight->seen;
    /* The last row of the page before stays in sight. */
    return row > 0 && sight->drawn.shown > 1 ? row - 1 : row;
}
