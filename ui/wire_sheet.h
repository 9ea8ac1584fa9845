/*
 * What went over the wire for an answer, as a sheet: request, connection, response and
 * stream of each try. All of it is a stranger's text: what is not plainly visible is
 * spelled out.
 */
#ifndef UI_WIRE_SHEET_H
#define UI_WIRE_SHEET_H

#include <stdbool.h>
#include <stdint.h>

#include "src/engine/wire_log.h"
#include "ui/view/sheet.h"

struct wire_sheet_style {
    bool is_raw;    /* bodies as they are, the stream as its bytes */
    int room;       /* JSON that fits into so many cells stays in one line */
    int64_t now_us; /* of clock_now_us, for what is under way */
};

/* Appends one try. */
void wire_sheet_append(struct sheet *sheet, const struct wire_record *record,
                       const struct wire_sheet_style *style);

#endif
