/* A grid of code points, a cursor, and the dozen sequences of a VT100 that curses uses.
 */
#include "tests/support/odd_terminal.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "src/base/mem.h"
#include "src/base/utf8.h"

struct odd_terminal {
    int width;
    int height;
    odd_width *opinion;
    uint32_t *cells;
    int x; /* `width` while the next character will wrap */
    int y;
    bool can_wrap;
};

struct odd_terminal *odd_terminal_new(int width, int height, odd_width *opinion)
{
    struct odd_terminal *terminal = mem_alloc(sizeof(*terminal));
    *terminal = (struct odd_terminal){
        .width = width, .height = height, .opinion = opinion, .can_wrap = true};
    const size_t count = (size_t)width * (size_t)height;
    terminal->cells = mem_alloc_array(count, sizeof(terminal->cells[0]));
    for (size_t i = 0; i < count; i++)
        terminal->cells[i] = ' ';
    return terminal;
}

void odd_terminal_free(struct odd_terminal *terminal)
{
    mem_free(terminal->cells);
    mem_free(terminal);
}

uint32_t odd_terminal_get(const struct odd_terminal *terminal, int x, int y)
{
    return terminal->cells[y * terminal->width + x];
}

/* Writes a cell; the other half of a wide character that it breaks becomes a blank. */
static void odd_set(struct odd_terminal *terminal, int x, int y, uint32_t code)
{
    uint32_t *cell = &terminal->cells[y * terminal->width + x];
    if (*cell == 0 && x > 0)
        cell[-1] = ' ';
    if (x + 1 < terminal->width && cell[1] == 0)
        cell[1] = ' ';
    *cell = code;
}

static void odd_line_feed(struct odd_terminal *terminal)
{
    /* Nothing that we draw may scroll. */
    assert_in_range(terminal->y + 1, 0, terminal->height - 1);
    terminal->y++;
}

static void odd_put(struct odd_terminal *terminal, uint32_t code)
{
    const int width = code < 0x80 ? 1 : terminal->opinion(code);
    if (width == 0)
        return; /* on the cell before */
    if (terminal->x + width > terminal->width) {
        if (terminal->can_wrap) {
            odd_line_feed(terminal);
            terminal->x = 0;
        } else {
            terminal->x = terminal->width - width;
        }
    }
    odd_set(terminal, terminal->x, terminal->y, code);
    if (width == 2) {
        odd_set(terminal, terminal->x + 1, terminal->y, ' ');
        terminal->cells[terminal->y * terminal->width + terminal->x + 1] = 0;
    }
    terminal->x += width;
}

static void odd_erase(struct odd_terminal *terminal, int from, int to)
{
    for (int at = from; at < to; at++)
        odd_set(terminal, at % terminal->width, at / terminal->width, ' ');
}

static void odd_move(struct odd_terminal *terminal, int x, int y)
{
    terminal->x = x < 0 ? 0 : x >= terminal->width ? terminal->width - 1 : x;
    terminal->y = y < 0 ? 0 : y >= terminal->height ? terminal->height - 1 : y;
}

/* A sequence ESC [ NUMBERS FINAL. */
static void odd_control(struct odd_terminal *terminal, char final, const int numbers[2],
                        bool is_private)
{
    const int count = numbers[0] > 0 ? numbers[0] : 1;
    const int column = terminal->x < terminal->width ? terminal->x : terminal->width - 1;
    const int here = terminal->y * terminal->width + column;
    const int row = terminal->y * terminal->width;
    switch (final) {
    case 'A': odd_move(terminal, column, terminal->y - count); break;
    case 'B': odd_move(terminal, column, terminal->y + count); break;
    case 'C': odd_move(terminal, column + count, terminal->y); break;
    case 'D': odd_move(terminal, column - count, terminal->y); break;
    case 'H': odd_move(terminal, numbers[1] - 1, numbers[0] - 1); break;
    case 'J':
        odd_erase(terminal, numbers[0] == 2 ? 0 : here,
                  terminal->width * terminal->height);
        break;
    case 'K':
        odd_erase(terminal, numbers[0] == 0 ? here : row,
                  numbers[0] == 1 ? here + 1 : row + terminal->width);
        break;
    case 'h':
    case 'l':
        if (is_private && numbers[0] == 7)
            terminal->can_wrap = final == 'h';
        break;
    case 'm': break;
    case 'r': odd_move(terminal, 0, 0); break;
    default: fail_msg("the odd terminal does not know ESC [ … %c", final);
    }
}

/* Reads what follows an ESC; returns the bytes that it takes. */
static size_t odd_escape(struct odd_terminal *terminal, const char *bytes, size_t len)
{
    if (len >= 2 && (bytes[0] == '(' || bytes[0] == ')'))
        return 2;
    if (bytes[0] == 'M' && terminal->y > 0)
        terminal->y--;
    size_t at = 1;
    if (bytes[0] == '(') /* which characters are the usual ones */
        return 2;
    if (bytes[0] == ']') { /* where a link leads */
        while (at < len && bytes[at] != '\033')
            at++;
        return at + 2;
    }
    if (bytes[0] != '[')
        return 1;
    const bool is_private = bytes[at] == '?';
    at += is_private;
    int numbers[2] = {0, 0};
    size_t index = 0;
    for (; at < len && (bytes[at] == ';' || (bytes[at] >= '0' && bytes[at] <= '9'));
         at++) {
        if (bytes[at] == ';')
            index++;
        else if (index < 2)
            numbers[index] = numbers[index] * 10 + (bytes[at] - '0');
    }
    assert_true(at < len);
    odd_control(terminal, bytes[at], numbers, is_private);
    return at + 1;
}

void odd_terminal_feed(struct odd_terminal *terminal, const char *bytes, size_t len)
{
    for (size_t at = 0; at < len;) {
        const char byte = bytes[at];
        uint32_t code;
        at += utf8_decode(bytes + at, len - at, &code);
        if (byte == '\033')
            at += odd_escape(terminal, bytes + at, len - at);
        else if (byte == '\b')
            odd_move(terminal, terminal->x - 1, terminal->y);
        else if (byte == '\r')
            terminal->x = 0;
        else if (byte == '\n')
            odd_line_feed(terminal);
        else if (byte == '\t')
            odd_move(terminal, terminal->x / 8 * 8 + 8, terminal->y);
        else if (code >= ' ')
            odd_put(terminal, code);
        else if (byte != '\016' && byte != '\017')
            fail_msg("the odd terminal does not know the byte %02x", (unsigned)byte);
    }
}
