/* Every cell that libvterm reports as damaged was written with the link that is open. */
#include "tests/support/link_screen.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>
#include <vterm.h>

#include "src/base/mem.h"

#define URL_SIZE 256

struct link_screen {
    VTerm *vterm;
    VTermScreen *screen;
    int width;
    int height;
    char (*cells)[URL_SIZE];
    char open[URL_SIZE]; /* what is written now leads there */
};

static int on_damage(VTermRect rect, void *user)
{
    struct link_screen *links = user;
    for (int y = rect.start_row; y < rect.end_row && y < links->height; y++) {
        for (int x = rect.start_col; x < rect.end_col && x < links->width; x++)
            memcpy(links->cells[y * links->width + x], links->open, URL_SIZE);
    }
    return 1;
}

struct link_screen *link_screen_new(int width, int height)
{
    static const VTermScreenCallbacks callbacks = {.damage = on_damage};
    struct link_screen *links = mem_alloc(sizeof(*links));
    links->width = width;
    links->height = height;
    links->cells = mem_alloc_array((size_t)width * (size_t)height, URL_SIZE);
    links->vterm = vterm_new(height, width);
    vterm_set_utf8(links->vterm, 1);
    links->screen = vterm_obtain_screen(links->vterm);
    vterm_screen_enable_altscreen(links->screen, 1);
    vterm_screen_set_callbacks(links->screen, &callbacks, links);
    vterm_screen_set_damage_merge(links->screen, VTERM_DAMAGE_CELL);
    vterm_screen_reset(links->screen, 1);
    return links;
}

void link_screen_free(struct link_screen *links)
{
    vterm_free(links->vterm);
    mem_free(links->cells);
    mem_free(links);
}

/* Takes "8;params;address" behind the ESC ]; returns the bytes of the sequence. */
static size_t take_sequence(struct link_screen *links, const char *bytes, size_t len)
{
    static const char end[] = "\033\\";
    size_t at = 2; /* behind "8;" */
    size_t stop = at;
    while (stop + 2 <= len && memcmp(bytes + stop, end, 2) != 0) {
        /* The promise: nothing but printable ASCII is ever part of it. */
        assert_in_range((unsigned char)bytes[stop], 0x21, 0x7e);
        stop++;
    }
    assert_true(stop + 2 <= len);
    while (at < stop && bytes[at] != ';')
        at++;
    at++;
    assert_true(stop - at < URL_SIZE);
    memset(links->open, 0, URL_SIZE);
    memcpy(links->open, bytes + at, stop - at);
    return stop + 2;
}

void link_screen_feed(struct link_screen *links, const char *bytes, size_t len)
{
    static const char begin[] = "\033]8;";
    size_t done = 0;
    for (size_t at = 0; at + 4 <= len; at++) {
        if (memcmp(bytes + at, begin, 4) != 0)
            continue;
        vterm_input_write(links->vterm, bytes + done, at - done);
        at += 2;
        at += take_sequence(links, bytes + at, len - at) - 1;
        done = at + 1;
    }
    vterm_input_write(links->vterm, bytes + done, len - done);
}

const char *link_screen_get(const struct link_screen *links, int x, int y)
{
    return links->cells[y * links->width + x];
}
