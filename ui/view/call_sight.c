/* One number is enough: how many of the rows, from the first one on, were shown. */
#include "ui/view/call_sight.h"

size_t call_sight_extend(const struct sheet *sheet, size_t seen, size_t first,
                         size_t shown)
{
    const size_t wanted = sheet->vital_row_end - sheet->vital_row;
    const size_t end = first + shown;
    /* Rows between those seen and these would be skipped. */
    if (first > sheet->vital_row + seen || end <= sheet->vital_row + seen)
        return seen;
    const size_t reached = end - sheet->vital_row;
    return reached < wanted ? reached : wanted;
}

bool call_sight_is_whole(const struct call_sight *sight)
{
    return sight->wanted > 0 && sight->seen >= sight->wanted && !sight->is_cut_off;
}

enum call_step call_sight_decide(const struct call_sight *sight)
{
    if (sight->is_cut_off)
        return CALL_STEP_LONG;
    if (call_sight_is_whole(sight))
        return CALL_STEP_APPROVE;
    if (!sight->is_full)
        return CALL_STEP_OPEN;
    return sight->shown > 0 ? CALL_STEP_ON : CALL_STEP_SMALL;
}
