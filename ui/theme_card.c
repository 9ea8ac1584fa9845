/* The picture is painted on a canvas like everything else; here its cells become text
 * with SGR sequences, which end before every line does. */
#include "ui/theme_card.h"

#include <string.h>

#include "src/base/compiler.h"
#include "src/base/mem.h"
#include "src/base/utf8.h"
#include "ui/render/ascii_sign.h"
#include "ui/render/canvas.h"

#define CARD_WIDTH  60
#define CARD_HEIGHT 8

/* A piece of the picture. */
struct card_piece {
    int x;
    int y;
    enum role role;
    const char *text;
};

static const struct card_piece card_pieces[] = {
    {1, 0, ROLE_TITLE_FOCUSED, " 1 sage \xc2\xb7 demo "},
    {48, 0, ROLE_STATE_ACTIVE, " \xe2\x97\x8f 41 t/s "},
    {2, 1, ROLE_USER, "you"},
    {8, 1, ROLE_TEXT, "What is a motet?"},
    {2, 2, ROLE_REASONING, "The question is about music."},
    {2, 3, ROLE_TEXT, "A piece in which several voices sing"},
    {39, 3, ROLE_STRONG, "different words"},
    {2, 4, ROLE_TOOL, "get_weather"},
    {15, 4, ROLE_ADDED, "+ added"},
    {24, 4, ROLE_REMOVED, "- removed"},
    {35, 4, ROLE_STATE_WAIT, "\xe2\x9a\x91 1 to approve"},
    {2, 5, ROLE_ERROR, "\xe2\x9c\x97 no data for 30 s"},
    {23, 5, ROLE_WARNING, "cut at the limit"},
    {41, 5, ROLE_KEY, "r"},
    {43, 5, ROLE_DIM, "retry"},
    {50, 5, ROLE_MARK, "\xe2\x80\xb9U+200B\xe2\x80\xba"},
    {1, 6, ROLE_DIM, " 0.31 s \xc2\xb7 212 tok "},
    {0, 7, ROLE_CHIP_ON, " 1 sage "},
    {9, 7, ROLE_CHIP_OFF, " 2 coder "},
    {19, 7, ROLE_SELECTED, " selected "},
    {30, 7, ROLE_STATUS, " motet \xc2\xb7 1 running           "},
};

static void draw_card(struct canvas *canvas)
{
    canvas_erase(canvas);
    canvas_box(canvas, (struct rect){0, 0, CARD_WIDTH, CARD_HEIGHT - 1},
               ROLE_BORDER_FOCUSED);
    for (size_t i = 0; i < COUNT_OF(card_pieces); i++) {
        const struct card_piece *piece = &card_pieces[i];
        canvas_put(canvas, piece->x, piece->y, CARD_WIDTH - piece->x, piece->role,
                   piece->text, strlen(piece->text));
    }
}

/* --- Cells as text ---------------------------------------------------------------- */

/* `base` is 30 for the text, 40 for the ground. */
static void append_color(struct strbuf *out, int base, int32_t color)
{
    if (color < 0)
        return;
    if ((color & COLOR_RGB) != 0)
        strbuf_append_format(out, ";%d;2;%d;%d;%d", base + 8, (int)(color >> 16 & 255),
                             (int)(color >> 8 & 255), (int)(color & 255));
    else if (color >= 16)
        strbuf_append_format(out, ";%d;5;%d", base + 8, (int)color);
    else
        strbuf_append_format(out, ";%d",
                             (int)(color < 8 ? base + color : base + 60 + color - 8));
}

static void append_style(struct strbuf *out, const struct style *style)
{
    static const struct {
        enum style_attr attr;
        int code;
    } codes[] = {{STYLE_BOLD, 1},
                 {STYLE_DIM, 2},
                 {STYLE_ITALIC, 3},
                 {STYLE_UNDERLINE, 4},
                 {STYLE_REVERSE, 7}};
    strbuf_append_text(out, "\033[0");
    for (size_t i = 0; i < COUNT_OF(codes); i++) {
        if ((style->attrs & codes[i].attr) != 0)
            strbuf_append_format(out, ";%d", codes[i].code);
    }
    append_color(out, 30, style->fg);
    append_color(out, 40, style->bg);
    strbuf_append_char(out, 'm');
}

static void append_cell(struct strbuf *out, const struct cell *cell, bool use_ascii)
{
    uint32_t code;
    char bytes[4];
    if (cell->width == 0)
        return;
    utf8_decode(cell->text, cell->text_len, &code);
    if (use_ascii)
        strbuf_append(out, bytes, utf8_encode(ascii_sign(code), bytes));
    else
        strbuf_append(out, cell->text, cell->text_len);
}

static void append_canvas(struct strbuf *out, const struct canvas *canvas,
                          const struct theme *theme,
                          const struct theme_card_options *options)
{
    for (int y = 0; y < canvas->height; y++) {
        const struct cell *row = canvas_row(canvas, y);
        int role = -1;
        strbuf_append_text(out, "  ");
        for (int x = 0; x < canvas->width; x++) {
            if (row[x].role != role) {
                const struct style style =
                    style_reduce(&theme->styles[row[x].role], options->depth);
                append_style(out, &style);
                role = row[x].role;
            }
            append_cell(out, &row[x], options->use_ascii);
        }
        strbuf_append_text(out, "\033[0m\n");
    }
}

/* --- Themes ----------------------------------------------------------------------- */

static void append_theme(struct strbuf *out, const struct theme *theme,
                         struct canvas *canvas, const struct theme_card_options *options)
{
    const bool is_current =
        options->current != NULL && strcmp(options->current, theme->name) == 0;
    if (options->is_list) {
        strbuf_append_format(out, "%s\t%s\n", theme->name, theme->help);
        return;
    }
    strbuf_append_format(out, "%s%s: %s\n", theme->name, is_current ? " (in force)" : "",
                         theme->help);
    append_canvas(out, canvas, theme, options);
    strbuf_append_char(out, '\n');
}

bool theme_card_append_all(const struct theme_set *set,
                           const struct theme_card_options *options, struct strbuf *out,
                           struct error *err)
{
    struct canvas *canvas = canvas_new(CARD_WIDTH, CARD_HEIGHT);
    bool is_ok = true;
    draw_card(canvas);
    for (size_t i = 0; i < set->len; i++) {
        struct theme theme;
        struct error fault = {ERROR_NONE, NULL};
        if (theme_set_read(set, set->items[i].name, &theme, &fault))
            append_theme(out, &theme, canvas, options);
        else if (is_ok)
            error_set(err, fault.class, "%s", error_text(&fault));
        is_ok = is_ok && fault.class == ERROR_NONE;
        error_clear(&fault);
        theme_clear(&theme);
    }
    if (!options->is_list)
        strbuf_append_format(out, "as this terminal shows them: %s\n",
                             color_depth_name(options->depth));
    canvas_free(canvas);
    return is_ok;
}
