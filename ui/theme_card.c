/* The picture is painted on a canvas like everything else; here its cells become text
 * with SGR sequences, which end before every line does. In a narrow terminal the pieces
 * of the picture stand below one another. */
#include "ui/theme_card.h"

#include <string.h>

#include "src/base/compiler.h"
#include "src/base/mem.h"
#include "src/base/utf8.h"
#include "ui/render/ascii_sign.h"
#include "ui/render/canvas.h"
#include "ui/render/glyph.h"
#include "ui/render/wrap.h"

/* The widest picture, and what stands before it. */
#define CARD_WIDTH  60
#define CARD_INDENT 2

/* In fewer columns than this nothing can be shown. */
#define CARD_WIDTH_MIN 8

/* The picture: the first rows of a canvas. */
struct card {
    struct canvas *canvas;
    int height;
};

/* A piece of the picture: it follows the one before in the same line. */
struct card_piece {
    int line;
    int gap; /* cells before it, if it is not the first of its row */
    enum role role;
    const char *text;
};

static const struct card_piece card_title = {0, 0, ROLE_TITLE_FOCUSED,
                                             " 1 sage \xc2\xb7 demo "};
static const struct card_piece card_metrics = {0, 0, ROLE_DIM,
                                               " 0.31 s \xc2\xb7 212 tok "};
static const struct card_piece card_state = {0, 0, ROLE_STATE_ACTIVE,
                                             " \xe2\x97\x8f 41 t/s "};

static const struct card_piece card_inside[] = {
    {1, 0, ROLE_USER, "you"},
    {1, 3, ROLE_TEXT, "What is a motet?"},
    {2, 0, ROLE_REASONING, "The question is about music."},
    {3, 0, ROLE_TEXT, "A piece in which several voices sing"},
    {3, 1, ROLE_STRONG, "different words"},
    {4, 0, ROLE_TOOL, "get_weather"},
    {4, 2, ROLE_ADDED, "+ added"},
    {4, 2, ROLE_REMOVED, "- removed"},
    {4, 2, ROLE_STATE_WAIT, "\xe2\x9a\x91 1 to approve"},
    {5, 0, ROLE_ERROR, "\xe2\x9c\x97 no data for 30 s"},
    {5, 3, ROLE_WARNING, "cut at the limit"},
    {5, 2, ROLE_KEY, "r"},
    {5, 1, ROLE_DIM, "retry"},
    {5, 2, ROLE_MARK, "\xe2\x80\xb9U+200B\xe2\x80\xba"},
};

static const struct card_piece card_below[] = {
    {1, 0, ROLE_CHIP_ON, " 1 sage "},
    {1, 1, ROLE_CHIP_OFF, " 2 coder "},
    {1, 1, ROLE_SELECTED, " selected "},
    {1, 1, ROLE_STATUS, " motet \xc2\xb7 1 running           "},
};

/* Each piece has a row of its own at worst; the state may, and three are the frame's. */
#define CARD_ROWS_MAX ((int)(COUNT_OF(card_inside) + COUNT_OF(card_below)) + 4)

static int piece_width(const struct card_piece *piece)
{
    return text_width(piece->text, strlen(piece->text));
}

static int put_piece(struct canvas *canvas, const struct card_piece *piece, int x, int y,
                     int room)
{
    return canvas_put_fit(canvas, x, y, room, piece->role, piece->text,
                          strlen(piece->text));
}

/* Puts the pieces into rows from the rectangle's first on; one that does not fit beside
 * those before it begins a row. Returns the row after the last. */
static int put_pieces(struct canvas *canvas, struct rect rect,
                      const struct card_piece *pieces, size_t count)
{
    int x = rect.x;
    int y = rect.y;
    for (size_t i = 0; i < count; i++) {
        const struct card_piece *piece = &pieces[i];
        const int right = rect.x + rect.width;
        const bool is_first = i == 0 || piece->line != pieces[i - 1].line;
        if (i > 0 && (is_first || x + piece->gap + piece_width(piece) > right)) {
            x = rect.x;
            y++;
        } else if (i > 0) {
            x += piece->gap;
        }
        x += put_piece(canvas, piece, x, y, right - x);
    }
    return y + 1;
}

/* Returns the rows that it takes. */
static int draw_card(struct canvas *canvas)
{
    const int width = canvas->width;
    const int state_width = piece_width(&card_state);
    const bool has_state_above = 1 + piece_width(&card_title) + state_width + 2 <= width;
    struct rect inside = {2, 1, width - 4, CARD_ROWS_MAX};
    canvas_erase(canvas);
    if (!has_state_above)
        inside.y = put_pieces(canvas, inside, &card_state, 1);
    const int edge = put_pieces(canvas, inside, card_inside, COUNT_OF(card_inside));
    canvas_box(canvas, (struct rect){0, 0, width, edge + 1}, ROLE_BORDER_FOCUSED);
    put_piece(canvas, &card_title, 1, 0, width - 2);
    if (has_state_above)
        put_piece(canvas, &card_state, width - 2 - state_width, 0, state_width);
    put_piece(canvas, &card_metrics, 1, edge, width - 2);
    const struct rect below = {0, edge + 1, width, CARD_ROWS_MAX};
    return put_pieces(canvas, below, card_below, COUNT_OF(card_below));
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

static void append_card(struct strbuf *out, const struct card *card,
                        const struct theme *theme,
                        const struct theme_card_options *options)
{
    const struct canvas *canvas = card->canvas;
    for (int y = 0; y < card->height; y++) {
        const struct cell *row = canvas_row(canvas, y);
        int role = -1;
        strbuf_append_format(out, "%*s", CARD_INDENT, "");
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

/* Appends a sentence in lines of at most `width` cells. */
static void append_words(struct strbuf *out, const char *text, int width)
{
    struct wrap wrap;
    wrap_init(&wrap, width);
    wrap_extend(&wrap, text, strlen(text));
    for (size_t i = 0; i < wrap.row_count; i++) {
        const struct wrap_row *row = wrap_row(&wrap, i);
        strbuf_append(out, text + row->start, row->len);
        strbuf_append_char(out, '\n');
    }
    wrap_clear(&wrap);
}

static int usable_width(const struct theme_card_options *options)
{
    const int least = CARD_WIDTH_MIN + CARD_INDENT;
    return options->width > least ? options->width : least;
}

static void append_theme(struct strbuf *out, const struct theme *theme,
                         const struct card *card,
                         const struct theme_card_options *options)
{
    const bool is_current =
        options->current != NULL && strcmp(options->current, theme->name) == 0;
    if (options->is_list) {
        strbuf_append_format(out, "%s\t%s\n", theme->name, theme->help);
        return;
    }
    char *head = strbuf_format("%s%s: %s", theme->name, is_current ? " (in force)" : "",
                               theme->help);
    append_words(out, head, usable_width(options));
    mem_free(head);
    append_card(out, card, theme, options);
    strbuf_append_char(out, '\n');
}

/* How wide the picture is: as wide as the terminal, and no wider than it need be. */
static int card_width(const struct theme_card_options *options)
{
    const int room = usable_width(options) - CARD_INDENT;
    return room < CARD_WIDTH ? room : CARD_WIDTH;
}

bool theme_card_append_all(const struct theme_set *set,
                           const struct theme_card_options *options, struct strbuf *out,
                           struct error *err)
{
    struct card card = {.canvas = canvas_new(card_width(options), CARD_ROWS_MAX)};
    bool is_ok = true;
    card.height = draw_card(card.canvas);
    for (size_t i = 0; i < set->len; i++) {
        struct theme theme;
        struct error fault = {ERROR_NONE, NULL};
        if (theme_set_read(set, set->items[i].name, &theme, &fault))
            append_theme(out, &theme, &card, options);
        else if (is_ok)
            error_set(err, fault.class, "%s", error_text(&fault));
        is_ok = is_ok && fault.class == ERROR_NONE;
        error_clear(&fault);
        theme_clear(&theme);
    }
    if (!options->is_list) {
        char *foot = strbuf_format("as this terminal shows them: %s",
                                   color_depth_name(options->depth));
        append_words(out, foot, usable_width(options));
        mem_free(foot);
    }
    canvas_free(card.canvas);
    return is_ok;
}
