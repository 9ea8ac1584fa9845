/*
 * libvterm's screen layer with the alternate screen switched on. The modes come from our
 * own scan of the same bytes, because libvterm neither knows all of them nor tells which
 * it has.
 */
#include "tests/support/vt_screen.h"

#include <string.h>

#include <vterm.h>

#include "src/base/mem.h"
#include "src/base/utf8.h"

#define REPLIES_MAX ((size_t)64 << 10)

struct vt_screen {
    VTerm *vterm;
    VTermScreen *screen;
    VTermState *state;
    struct mode_tracker tracker;
    struct strbuf replies;
};

static void on_reply(const char *bytes, size_t len, void *user)
{
    struct vt_screen *vt = user;
    strbuf_append(&vt->replies, bytes, len);
}

struct vt_screen *vt_screen_new(int width, int height)
{
    struct vt_screen *vt = mem_alloc(sizeof(*vt));
    strbuf_init(&vt->replies, REPLIES_MAX);
    vt->vterm = vterm_new(height, width);
    vterm_set_utf8(vt->vterm, 1);
    vterm_output_set_callback(vt->vterm, on_reply, vt);
    vt->screen = vterm_obtain_screen(vt->vterm);
    vt->state = vterm_obtain_state(vt->vterm);
    vterm_screen_enable_altscreen(vt->screen, 1);
    vterm_screen_reset(vt->screen, 1);
    return vt;
}

void vt_screen_free(struct vt_screen *vt)
{
    if (vt == NULL)
        return;
    vterm_free(vt->vterm);
    strbuf_clear(&vt->replies);
    mem_free(vt);
}

void vt_screen_feed(struct vt_screen *vt, const char *bytes, size_t len)
{
    mode_tracker_feed(&vt->tracker, bytes, len);
    vterm_input_write(vt->vterm, bytes, len);
    vterm_screen_flush_damage(vt->screen);
}

void vt_screen_resize(struct vt_screen *vt, int width, int height)
{
    vterm_set_size(vt->vterm, height, width);
}

void vt_screen_get_size(const struct vt_screen *vt, int *width, int *height)
{
    vterm_get_size(vt->vterm, height, width);
}

static int color_number(const struct vt_screen *vt, VTermColor color)
{
    if (VTERM_COLOR_IS_DEFAULT_FG(&color) || VTERM_COLOR_IS_DEFAULT_BG(&color))
        return -1;
    if (VTERM_COLOR_IS_INDEXED(&color))
        return color.indexed.idx;
    vterm_screen_convert_color_to_rgb(vt->screen, &color);
    return VT_COLOR_RGB | color.rgb.red << 16 | color.rgb.green << 8 | color.rgb.blue;
}

bool vt_screen_get_cell(const struct vt_screen *vt, int x, int y, struct vt_cell *cell)
{
    *cell = (struct vt_cell){.fg = -1, .bg = -1};
    VTermScreenCell source;
    int width;
    int height;
    vt_screen_get_size(vt, &width, &height);
    if (x < 0 || y < 0 || x >= width || y >= height)
        return false;
    if (!vterm_screen_get_cell(vt->screen, (VTermPos){.row = y, .col = x}, &source))
        return false;
    size_t len = 0;
    for (int i = 0; i < VTERM_MAX_CHARS_PER_CELL && source.chars[i] != 0; i++) {
        if (source.chars[i] == (uint32_t)-1)
            break; /* the right half of the cell before */
        if (len + 4 < sizeof(cell->text))
            len += utf8_encode(source.chars[i], cell->text + len);
    }
    cell->width = source.chars[0] == (uint32_t)-1 ? 0 : source.width;
    cell->fg = color_number(vt, source.fg);
    cell->bg = color_number(vt, source.bg);
    cell->is_bold = source.attrs.bold != 0;
    cell->is_underline = source.attrs.underline != 0;
    cell->is_italic = source.attrs.italic != 0;
    cell->is_reverse = source.attrs.reverse != 0;
    return true;
}

void vt_screen_get_line(const struct vt_screen *vt, int y, struct strbuf *out)
{
    size_t end = out->len; /* behind the last character that is not a blank */
    struct vt_cell cell;
    for (int x = 0; vt_screen_get_cell(vt, x, y, &cell); x++) {
        const bool is_blank = cell.text[0] == '\0' || strcmp(cell.text, " ") == 0;
        if (cell.width > 0)
            strbuf_append_text(out, is_blank ? " " : cell.text);
        if (!is_blank)
            end = out->len;
    }
    strbuf_truncate(out, end);
}

void vt_screen_get_text(const struct vt_screen *vt, struct strbuf *out)
{
    int width;
    int height;
    vt_screen_get_size(vt, &width, &height);
    for (int y = 0; y < height; y++) {
        vt_screen_get_line(vt, y, out);
        strbuf_append_char(out, '\n');
    }
}

void vt_screen_get_cursor(const struct vt_screen *vt, int *x, int *y)
{
    VTermPos position;
    vterm_state_get_cursorpos(vt->state, &position);
    *x = position.col;
    *y = position.row;
}

const struct vt_modes *vt_screen_get_modes(const struct vt_screen *vt)
{
    return &vt->tracker.modes;
}

void vt_screen_take_replies(struct vt_screen *vt, struct strbuf *out)
{
    strbuf_append(out, strbuf_text(&vt->replies), vt->replies.len);
    strbuf_reset(&vt->replies);
}
