/*
 * Curses on a file in memory. newterm gets a FILE on a memfd, so doupdate never waits for
 * a terminal, and one frame is exactly the bytes that were added to the memfd meanwhile.
 * They are read from where the frame before ended; the file is emptied only when it has
 * become large, which spares most frames the system calls for it.
 *
 * A copy of the last canvas finds the changed cells of a row (a memcmp first, since most
 * rows of most frames are equal) before curses is asked at all. A changed stretch is
 * widened to whole wide characters of both the old and the new row, so no half stays.
 */
/* For memfd_create, where the system has it. */
#define _GNU_SOURCE
#define NCURSES_WIDECHAR         1
#define NCURSES_NOMACROS         1
#define NCURSES_ENABLE_STDBOOL_H 1

#include "ui/term/painter.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>
#include <wchar.h>

#include <curses.h>
#include <term.h>

#include "src/base/compiler.h"
#include "src/base/mem.h"
#include "ui/term/cell_text.h"
#include "ui/term/link_painter.h"
#include "src/base/utf8.h"
#include "ui/render/ascii_sign.h"
#include "ui/term/capability.h"
#include "ui/term/frame_trim.h"
#include "ui/term/loose_cells.h"
#include "ui/term/palette.h"
#include "ui/theme/role.h"

/* The memory file is emptied when it has grown beyond this. */
#define KEEP_BYTES ((off_t)64 << 10)

/* The most bytes of one frame before colours are put in. */
#define RAW_MAX ((size_t)256 << 20)

/* A buffer that grew beyond this is freed after the frame. */
#define RAW_KEEP ((size_t)256 << 10)

/* The parts in which a row is painted at most. */
#define PARTS_MAX 8

static const char begin_update[] = "\033[?2026h";
static const char end_update[] = "\033[?2026l";

struct role_look {
    attr_t attrs;
    short pair;
};

struct painter {
    SCREEN *curses;
    FILE *memory;
    off_t taken; /* bytes of the memory file that were read */
    int width;
    int height;
    struct cell *shown; /* what curses was given, `width` times `height` cells */
    cchar_t *line;      /* room for one row */
    int *given;         /* of each row: the columns curses was given in this frame */
    struct loose_cells loose;
    bool is_xterm_like; /* private modes of xterm are understood or ignored */
    bool is_cursor_visible;
    bool is_clean; /* the terminal shows `shown`; otherwise everything is painted */
    int cursor_x;
    int cursor_y;
    struct palette palette;
    enum color_depth depth;
    bool is_direct; /* curses counts in true colour */
    bool use_ascii;
    bool has_links;
    struct link_painter links;
    struct strbuf link_bytes; /* for the cells of this frame that lead somewhere */
    struct role_look looks[ROLE_COUNT];
    struct strbuf raw;  /* a frame as curses wrote it, while colours are put in */
    char *enter_screen; /* capabilities without padding, "" where there is none */
    char *leave_screen;
    char *keypad_on;
    char *keypad_off;
    char *no_attributes;
    char *no_colors;
    char *show_cursor;
    char *hide_cursor;
    char *wipe_screen;
};

/* --- The file in memory ----------------------------------------------------------- */

static int open_memory(void)
{
    const int fd = memfd_create("frame", MFD_CLOEXEC);
    if (fd >= 0)
        return fd;
    char name[] = "/tmp/motet-frame-XXXXXX"; /* a system without memfd */
    const int file = mkstemp(name);
    if (file >= 0) {
        unlink(name);
        fcntl(file, F_SETFD, FD_CLOEXEC);
    }
    return file;
}

static bool painter_open_memory(struct painter *painter, struct error *err)
{
    const int fd = open_memory();
    if (fd >= 0)
        painter->memory = fdopen(fd, "w+");
    if (painter->memory != NULL)
        return true;
    error_set(err, ERROR_INTERNAL, "cannot make a file in memory for the screen: %s",
              strerror(errno));
    if (fd >= 0)
        close(fd);
    return false;
}

/* Moves what curses wrote since the last call to `out`. */
static bool take_memory(struct painter *painter, struct strbuf *out)
{
    char chunk[16 * 1024];
    const int fd = fileno(painter->memory);
    bool is_ok = true;
    ssize_t count;
    fflush(painter->memory);
    do {
        count = pread(fd, chunk, sizeof(chunk), painter->taken);
        is_ok = count >= 0 && strbuf_append(out, chunk, (size_t)count) && is_ok;
        painter->taken += count > 0 ? count : 0;
    } while (count == (ssize_t)sizeof(chunk));
    if (painter->taken <= KEEP_BYTES && is_ok)
        return true;
    painter->taken = 0;
    return lseek(fd, 0, SEEK_SET) == 0 && ftruncate(fd, 0) == 0 && is_ok;
}

/* Moves what curses wrote and the loose cells. */
static bool take_bytes(struct painter *painter, struct strbuf *out)
{
    return take_memory(painter, out) &&
           loose_cells_take(&painter->loose, painter->cursor_x, painter->cursor_y, out);
}

/* Moves a frame to `out` with the colours that curses cannot name. */
static bool take_colors(struct painter *painter, struct strbuf *out)
{
    struct strbuf *links = &painter->link_bytes;
    if (!painter->palette.has_slots && links->len == 0)
        return take_bytes(painter, out);
    struct strbuf *raw = &painter->raw;
    const bool is_ok =
        take_bytes(painter, raw) && strbuf_append(raw, strbuf_text(links), links->len) &&
        palette_translate(&painter->palette, strbuf_text(raw), raw->len, out);
    if (raw->cap > RAW_KEEP)
        strbuf_clear(raw);
    strbuf_reset(raw);
    if (links->cap > RAW_KEEP)
        strbuf_clear(links);
    strbuf_reset(links);
    return is_ok;
}

/* Moves a frame to `out` as it is to be sent. */
static bool take_frame(struct painter *painter, struct strbuf *out)
{
    const size_t begin = out->len;
    if (!take_colors(painter, out))
        return false;
    if (out->len > begin)
        strbuf_truncate(out, begin + frame_trim(out->text + begin, out->len - begin));
    return true;
}

/* --- Terminfo --------------------------------------------------------------------- */

static bool check_term(const char *term, struct error *err)
{
    if (term == NULL || term[0] == '\0') {
        error_set(err, ERROR_USAGE,
                  "TERM is not set; set it to the type of your terminal, for example "
                  "TERM=xterm-256color");
        return false;
    }
    int result = 0;
    const int devnull = open("/dev/null", O_RDWR | O_CLOEXEC);
    const bool is_known = setupterm(term, devnull, &result) == OK;
    if (devnull >= 0)
        close(devnull);
    if (!is_known) {
        error_set(err, ERROR_USAGE,
                  "the terminal type \"%s\" (TERM) is not known on this system; set TERM "
                  "to a known one such as xterm-256color, or install its description "
                  "(Debian: ncurses-term)",
                  term);
        return false;
    }
    const bool can_place = capability_is_there("cup") && capability_is_there("clear");
    del_curterm(cur_term);
    if (!can_place)
        error_set(err, ERROR_USAGE,
                  "the terminal type \"%s\" (TERM) cannot place the cursor; set TERM to "
                  "what your terminal is, often xterm-256color, or use \"motet ask\", "
                  "which needs no screen",
                  term);
    return can_place;
}

static void read_capabilities(struct painter *painter)
{
    painter->enter_screen = capability_copy("smcup");
    painter->leave_screen = capability_copy("rmcup");
    painter->keypad_on = capability_copy("smkx");
    painter->keypad_off = capability_copy("rmkx");
    painter->no_attributes = capability_copy("sgr0");
    painter->no_colors = capability_copy("op");
    painter->show_cursor = capability_copy("cnorm");
    painter->hide_cursor = capability_copy("civis");
    painter->wipe_screen = capability_copy("clear");
    /* A type with a mouse and a second screen takes xterm's other private modes or
     * ignores them; the Linux console and the old VTs are left alone. */
    painter->is_xterm_like = capability_is_there("kmous") && capability_is_there("smcup");
}

/* --- Looks ------------------------------------------------------------------------ */

static attr_t attrs_of_style(const struct style *style)
{
    attr_t attrs = A_NORMAL;
    if ((style->attrs & STYLE_BOLD) != 0)
        attrs |= A_BOLD;
    if ((style->attrs & STYLE_DIM) != 0)
        attrs |= A_DIM;
    if ((style->attrs & STYLE_REVERSE) != 0)
        attrs |= A_REVERSE;
    if ((style->attrs & STYLE_UNDERLINE) != 0)
        attrs |= A_UNDERLINE;
    if ((style->attrs & STYLE_ITALIC) != 0)
        attrs |= A_ITALIC;
    return attrs;
}

/* True if numbers beyond 15 are set by the bytes that palette_translate knows. */
static bool has_usual_bytes(void)
{
    char *form = tigetstr("setaf");
    if (form == NULL || form == (char *)-1 || COLORS < 256)
        return false;
    const char *bytes = tiparm(form, 100);
    return bytes != NULL &&
           (strcmp(bytes, "\033[38;5;100m") == 0 || strcmp(bytes, "\033[38:5:100m") == 0);
}

/* Finds out what the terminal can do with colours. */
static void find_depth(struct painter *painter, const struct painter_options *options)
{
    const bool has_any = options->use_colors && has_colors() && start_color() == OK;
    const struct palette_facts facts = {
        .colors = has_any ? COLORS : 0,
        .has_rgb = tigetflag("RGB") > 0 || tigetflag("Tc") > 0,
        .has_usual_bytes = has_any && has_usual_bytes(),
        .colorterm = options->colorterm,
        .is_off = !has_any,
    };
    painter->depth = palette_find_depth(&facts);
    painter->is_direct = palette_is_direct(&facts);
}

void painter_set_styles(struct painter *painter, const struct style styles[ROLE_COUNT])
{
    set_term(painter->curses);
    const bool has_colors_now = painter->depth > COLOR_DEPTH_NONE;
    const bool has_default = has_colors_now && use_default_colors() == OK;
    palette_init(&painter->palette, styles, painter->depth, painter->is_direct);
    for (int role = 0; role < ROLE_COUNT; role++) {
        const struct style *style = &painter->palette.looks[role];
        struct role_look *look = &painter->looks[role];
        *look = (struct role_look){attrs_of_style(style), 0};
        if (!has_colors_now || (style->fg < 0 && style->bg < 0))
            continue;
        const int fg = style->fg >= 0 || has_default ? style->fg : COLOR_WHITE;
        const int bg = style->bg >= 0 || has_default ? style->bg : COLOR_BLACK;
        if (init_extended_pair(role + 1, fg, bg) == OK)
            look->pair = (short)(role + 1);
    }
    painter->is_clean = false;
}

enum color_depth painter_get_depth(const struct painter *painter)
{
    return painter->depth;
}

/* --- Life ------------------------------------------------------------------------- */

static void set_size(struct painter *painter, int width, int height)
{
    painter->width = width;
    painter->height = height;
    mem_free(painter->shown);
    mem_free(painter->line);
    mem_free(painter->given);
    painter->shown = mem_alloc_array((size_t)width * (size_t)height, sizeof(struct cell));
    painter->line = mem_alloc_array((size_t)width, sizeof(cchar_t));
    painter->given = mem_alloc_array((size_t)height, sizeof(int));
}

/*
 * newterm without its signal handlers: signals are the loop's. Those that it would take
 * wait meanwhile and get their old actions back. SIGTSTP must not have the default action
 * just then; finding that, curses leaves it alone for ever (and saves two system calls a
 * frame).
 */
static SCREEN *start_terminal(const char *term, FILE *memory)
{
    static const int taken[] = {SIGTSTP, SIGINT, SIGTERM, SIGWINCH};
    struct sigaction old[COUNT_OF(taken)];
    sigset_t block;
    sigset_t before;
    sigemptyset(&block);
    for (size_t i = 0; i < COUNT_OF(taken); i++) {
        sigaddset(&block, taken[i]);
        sigaction(taken[i], NULL, &old[i]);
    }
    sigprocmask(SIG_BLOCK, &block, &before);
    const struct sigaction ignore = {.sa_handler = SIG_IGN};
    sigaction(SIGTSTP, &ignore, NULL);
    SCREEN *screen = newterm(term, memory, memory);
    for (size_t i = 0; i < COUNT_OF(taken); i++)
        sigaction(taken[i], &old[i], NULL);
    sigprocmask(SIG_SETMASK, &before, NULL);
    return screen;
}

static void set_default_styles(struct painter *painter)
{
    struct style styles[ROLE_COUNT];
    for (int role = 0; role < ROLE_COUNT; role++)
        styles[role] = role_get((enum role)role)->style;
    painter_set_styles(painter, styles);
}

static bool painter_start_curses(struct painter *painter,
                                 const struct painter_options *options, struct error *err)
{
    /* The size is set below. Until then curses must find one, in LINES and COLUMNS or
     * its own 24 by 80, because the description of "linux" has none. */
    use_env(TRUE);
    use_tioctl(FALSE);
    painter->curses = start_terminal(options->term, painter->memory);
    if (painter->curses == NULL) {
        error_set(err, ERROR_USAGE, "the terminal type \"%s\" (TERM) cannot be used",
                  options->term);
        return false;
    }
    set_term(painter->curses);
    typeahead(-1);
    resize_term(options->height, options->width);
    find_depth(painter, options);
    set_default_styles(painter);
    read_capabilities(painter);
    painter->has_links = options->use_links && painter->is_xterm_like;
    link_painter_init(&painter->links, painter->use_ascii);
    /* Cells that are shifted would take their links along. */
    if (painter->has_links)
        idcok(stdscr, false);
    loose_cells_init(&painter->loose, painter->palette.looks, painter->use_ascii);
    painter->is_cursor_visible = true;
    curs_set(1);
    struct strbuf unused; /* we enter and leave the screen by our own bytes */
    strbuf_init(&unused, STRBUF_OWN_MAX);
    take_memory(painter, &unused);
    strbuf_clear(&unused);
    return true;
}

struct painter *painter_new(const struct painter_options *options, struct error *err)
{
    if (!check_term(options->term, err))
        return NULL;
    struct painter *painter = mem_alloc(sizeof(*painter));
    painter->use_ascii = options->use_ascii;
    strbuf_init(&painter->raw, RAW_MAX);
    strbuf_init(&painter->link_bytes, RAW_MAX);
    if (!painter_open_memory(painter, err) ||
        !painter_start_curses(painter, options, err)) {
        painter_free(painter);
        return NULL;
    }
    set_size(painter, options->width, options->height);
    return painter;
}

void painter_free(struct painter *painter)
{
    if (painter == NULL)
        return;
    if (painter->curses != NULL) {
        set_term(painter->curses);
        endwin(); /* writes to the memory file, which nobody reads any more */
        delscreen(painter->curses);
    }
    if (painter->memory != NULL)
        fclose(painter->memory);
    mem_free(painter->shown);
    mem_free(painter->line);
    mem_free(painter->given);
    strbuf_clear(&painter->raw);
    strbuf_clear(&painter->link_bytes);
    link_painter_clear(&painter->links);
    loose_cells_clear(&painter->loose);
    char *const texts[] = {
        painter->enter_screen, painter->leave_screen,  painter->keypad_on,
        painter->keypad_off,   painter->no_attributes, painter->no_colors,
        painter->show_cursor,  painter->hide_cursor,   painter->wipe_screen};
    for (size_t i = 0; i < COUNT_OF(texts); i++)
        mem_free(texts[i]);
    mem_free(painter);
}

void painter_resize(struct painter *painter, int width, int height)
{
    set_term(painter->curses);
    resize_term(height, width);
    set_size(painter, width, height);
    painter->is_clean = false;
}

void painter_redraw(struct painter *painter)
{
    painter->is_clean = false;
}

/* --- Painting --------------------------------------------------------------------- */

static void set_curses_cell(const struct painter *painter, const struct cell *cell,
                            cchar_t *out)
{
    const struct role_look *look =
        &painter->looks[cell->role < ROLE_COUNT ? cell->role : ROLE_TEXT];
    wchar_t text[CELL_CHARACTER_MAX + 1];
    cell_text_get(cell, painter->use_ascii, text);
    if (setcchar(out, text, look->attrs, look->pair, NULL) != OK)
        setcchar(out, L"?", look->attrs, look->pair, NULL);
}

/* What curses has in place of a loose cell. It moves the cursor over blanks by writing
 * them again, but not over these, which are no ASCII. */
static void set_curses_blanks(const struct painter *painter, const struct cell *cell,
                              cchar_t *out)
{
    const struct role_look *look =
        &painter->looks[cell->role < ROLE_COUNT ? cell->role : ROLE_TEXT];
    for (int i = 0; i < cell->width; i++)
        setcchar(&out[i], L"\u00a0", look->attrs, look->pair, NULL);
}

/* A border, which has a look of its own and costs more bytes than it has cells. */
static bool is_seam(const struct cell *cell)
{
    return cell->role == ROLE_BORDER || cell->role == ROLE_BORDER_FOCUSED;
}

/* The last changed cell of a row from `first` on, or with `stops` the last one before the
 * next border that has not changed; `has_more` tells whether one lies behind that. */
static int find_last(const struct cell *shown, const struct cell *now, int first,
                     int width, bool stops, bool *has_more)
{
    int last = first;
    bool has_seam = false;
    *has_more = false;
    for (int x = first; x < width; x++) {
        if (memcmp(&shown[x], &now[x], sizeof(*now)) == 0) {
            has_seam = has_seam || (stops && is_seam(&now[x]));
        } else if (has_seam) {
            *has_more = true;
            return last;
        } else {
            last = x;
        }
    }
    return last;
}

/* Finds the next stretch of a row that changed, from column `*first` on; there is one.
 * True if there is another one behind it. */
static bool find_change(const struct cell *shown, const struct cell *now, int width,
                        bool stops, int *first, int *last)
{
    bool has_more;
    while (memcmp(&shown[*first], &now[*first], sizeof(*now)) == 0)
        ++*first;
    *last = find_last(shown, now, *first, width, stops, &has_more);
    while (*first > 0 &&
           (shown[*first].width == 0 || now[*first].width == 0 ||
            loose_cells_leans(&shown[*first]) || loose_cells_leans(&now[*first])))
        --*first;
    while (*last + 1 < width &&
           (shown[*last + 1].width == 0 || now[*last + 1].width == 0))
        ++*last;
    return has_more;
}

/* Gives curses the next part of a row that changed (see paint_parts). Both rows have
 * `width` cells. True if there is another one behind it. */
static bool paint_row(struct painter *painter, int y, const struct cell *now, int width,
                      bool stops)
{
    struct cell *shown = painter->shown + (size_t)y * (size_t)painter->width;
    int first = painter->given[y];
    int last = width - 1;
    const bool has_more =
        painter->is_clean && find_change(shown, now, width, stops, &first, &last);
    const struct loose_row row = {now, width, y,
                                  y == painter->height - 1 && width == painter->width};
    int count = 0;
    for (int x = first; x <= last; x++) {
        const bool is_wide = now[x].width == 2;
        if (is_wide && x + 1 >= painter->width) { /* cut in half by a smaller screen */
            setcchar(&painter->line[count++], L" ", A_NORMAL, 0, NULL);
        } else if (loose_cells_has(&row, x)) {
            set_curses_blanks(painter, &now[x], &painter->line[count]);
            count += now[x].width;
        } else if (now[x].width > 0) {
            set_curses_cell(painter, &now[x], &painter->line[count++]);
        }
    }
    mvadd_wchnstr(y, first, painter->line, count);
    loose_cells_add(&painter->loose, &row, first, last);
    memcpy(shown + first, now + first, (size_t)(last + 1 - first) * sizeof(*now));
    painter->given[y] = has_more ? last + 1 : width;
    return has_more;
}

/*
 * Curses writes a row from its first changed cell to its last, but for stretches of more
 * cells than a cursor movement has bytes. Between two panes that change side by side
 * there are four cells of borders, which with their looks are 30 bytes. Curses is
 * therefore shown such rows a pane at a time; all other frames are done in one pass.
 */
static void paint_parts(struct painter *painter, const struct canvas *canvas, int width,
                        int height)
{
    bool has_more = true;
    leaveok(stdscr, TRUE); /* the cursor's place matters when all is painted */
    for (int part = 1; has_more && part <= PARTS_MAX; part++) {
        has_more = false;
        for (int y = 0; y < height; y++) {
            if (painter->given[y] < width &&
                paint_row(painter, y, canvas_row(canvas, y), width, part < PARTS_MAX))
                has_more = true;
        }
        wnoutrefresh(stdscr);
        if (has_more)
            doupdate();
    }
    leaveok(stdscr, FALSE);
}

static void paint_cursor(struct painter *painter, const struct canvas *canvas)
{
    const bool is_visible = canvas->is_cursor_visible &&
                            canvas->cursor_x < painter->width &&
                            canvas->cursor_y < painter->height;
    if (is_visible != painter->is_cursor_visible)
        curs_set(is_visible ? 1 : 0);
    painter->is_cursor_visible = is_visible;
    if (is_visible) {
        painter->cursor_x = canvas->cursor_x;
        painter->cursor_y = canvas->cursor_y;
    }
    move(painter->cursor_y, painter->cursor_x);
}

/* Paints the rows, and notes the bytes for links that are to follow curses' own. */
static void paint_rows(struct painter *painter, const struct canvas *canvas, int width,
                       int height)
{
    const bool is_renumbered =
        painter->has_links && link_table_copy(&painter->links.shown, &canvas->links);
    /* To get somewhere in a row, curses may write again what stands before it. */
    const bool has_cursor_moved =
        canvas->is_cursor_visible &&
        (canvas->cursor_x != painter->cursor_x || canvas->cursor_y != painter->cursor_y);
    for (int y = 0; y < height && width > 0; y++) {
        const struct cell *now = canvas_row(canvas, y);
        const struct cell *old = painter->shown + (size_t)y * (size_t)painter->width;
        const struct link_row row = {y, width, painter->is_clean ? old : NULL, now,
                                     y == painter->height - 1 && width == painter->width};
        const bool is_changed = !painter->is_clean || is_renumbered ||
                                memcmp(old, now, (size_t)width * sizeof(*now)) != 0;
        const bool is_touched = is_changed || (has_cursor_moved && y == canvas->cursor_y);
        if (is_touched && painter->has_links && link_painter_concerns(&row))
            link_painter_append_row(&painter->links, &row, painter->palette.looks,
                                    &painter->link_bytes);
        painter->given[y] =
            !painter->is_clean || memcmp(old, now, (size_t)width * sizeof(*now)) != 0
                ? 0
                : width;
    }
    paint_parts(painter, canvas, width, height);
}

bool painter_paint(struct painter *painter, const struct canvas *canvas,
                   struct strbuf *out)
{
    set_term(painter->curses);
    const int width = canvas->width < painter->width ? canvas->width : painter->width;
    const int height =
        canvas->height < painter->height ? canvas->height : painter->height;
    if (canvas->width != painter->width || canvas->height != painter->height)
        painter->is_clean = false;
    if (!painter->is_clean) {
        erase();
        clearok(curscr, TRUE);
    }
    const size_t begin = out->len;
    if (painter->is_xterm_like)
        strbuf_append(out, begin_update, sizeof(begin_update) - 1);
    const size_t frame = out->len;
    paint_rows(painter, canvas, width, height);
    paint_cursor(painter, canvas);
    wnoutrefresh(stdscr);
    doupdate();
    if (painter->link_bytes.len > 0)
        link_painter_append_end(getcurx(curscr), getcury(curscr), &painter->link_bytes);
    painter->is_clean = true;
    if (!take_frame(painter, out))
        return false;
    if (out->len == frame) {
        strbuf_truncate(out, begin);
        return true;
    }
    return !painter->is_xterm_like ||
           strbuf_append(out, end_update, sizeof(end_update) - 1);
}

/* --- Entering and leaving --------------------------------------------------------- */

void painter_append_enter(const struct painter *painter, struct strbuf *out)
{
    strbuf_append_text(out, painter->enter_screen);
    strbuf_append_text(out, painter->keypad_on);
    /* Nothing but this chooses the usual characters again, see frame_trim. */
    strbuf_append_text(out, painter->no_attributes);
    if (!painter->is_cursor_visible) /* as curses believes it to be */
        strbuf_append_text(out, painter->hide_cursor);
    if (!painter->is_xterm_like)
        return;
    strbuf_append_text(out, "\033[22;2t"); /* save the window's title */
    /* Shift-Enter is told from Enter by kitty's protocol (1, and 4: what a key writes
     * with Shift and on the standard keyboard), or as xterm does it. What does not know
     * the second may take it for an underline, which the third ends. */
    strbuf_append_text(out, "\033[>5u\033[>4;1m\033[m");
    strbuf_append_text(out, "\033[?1004h"); /* focus reports */
    strbuf_append_text(out, "\033[?2004h"); /* bracketed paste */
}

void painter_append_mouse(const struct painter *painter, bool use_mouse,
                          struct strbuf *out)
{
    if (painter->is_xterm_like)
        strbuf_append_text(out, use_mouse ? "\033[?1000h\033[?1002h\033[?1006h"
                                          : "\033[?1006l\033[?1002l\033[?1000l");
}

void painter_append_title(const struct painter *painter, const char *title,
                          struct strbuf *out)
{
    if (painter->is_xterm_like)
        strbuf_append_format(out, "\033]2;%s\033\\", title);
}

void painter_append_notice(const struct painter *painter, enum notice_form form,
                           const char *text, struct strbuf *out)
{
    if (form == NOTICE_OSC9 && painter->is_xterm_like)
        strbuf_append_format(out, "\033]9;%s\033\\", text);
    else if (form == NOTICE_OSC777 && painter->is_xterm_like)
        strbuf_append_format(out, "\033]777;notify;Motet;%s\033\\", text);
    else if (form != NOTICE_NONE)
        strbuf_append_char(out, '\a');
}

void painter_append_leave(const struct painter *painter, struct strbuf *out)
{
    if (painter->is_xterm_like) {
        strbuf_append_text(out, end_update);
        painter_append_mouse(painter, false, out);
        strbuf_append_text(out, "\033[?2004l\033[?1004l\033[>4m\033[<u\033[23;2t");
    }
    strbuf_append_text(out, painter->no_attributes);
    strbuf_append_text(out, painter->no_colors);
    strbuf_append_text(out, painter->show_cursor);
    strbuf_append_text(out, painter->keypad_off);
    /* Without an alternate screen to leave, what we painted would stay in the way. */
    strbuf_append_text(out, painter->leave_screen[0] != '\0' ? painter->leave_screen
                                                             : painter->wipe_screen);
}
