/*
 * A small scanner for CSI sequences with private marks and for ESC = and ESC >. Anything
 * longer than its buffer is no mode and is skipped.
 */
#include "tests/support/mode_tracker.h"

#include <stdlib.h>
#include <string.h>

#include "src/base/mem.h"

static void set_bit(unsigned *bits, unsigned bit, bool is_on)
{
    if (is_on)
        *bits |= bit;
    else
        *bits &= ~bit;
}

static void set_mode(struct mode_tracker *tracker, long mode, bool is_on)
{
    struct vt_modes *modes = &tracker->modes;
    switch (mode) {
    case 1: modes->has_application_cursor = is_on; break;
    case 25: modes->is_cursor_hidden = !is_on; break;
    case 47:
    case 1047:
    case 1049: modes->is_alternate = is_on; break;
    case 9: set_bit(&tracker->mouse_bits, 1, is_on); break;
    case 1000: set_bit(&tracker->mouse_bits, 2, is_on); break;
    case 1002: set_bit(&tracker->mouse_bits, 4, is_on); break;
    case 1003: set_bit(&tracker->mouse_bits, 8, is_on); break;
    case 1005: set_bit(&tracker->encoding_bits, 1, is_on); break;
    case 1006: set_bit(&tracker->encoding_bits, 2, is_on); break;
    case 1015: set_bit(&tracker->encoding_bits, 4, is_on); break;
    case 1004: modes->has_focus = is_on; break;
    case 2004: modes->has_bracketed_paste = is_on; break;
    case 2026:
        if (modes->is_updating && !is_on)
            modes->frame_count++;
        modes->is_updating = is_on;
        break;
    default: break;
    }
    modes->has_mouse = tracker->mouse_bits != 0;
    modes->has_mouse_encoding = tracker->encoding_bits != 0;
}

/* `sequence` is a whole CSI sequence. */
static void apply_csi(struct mode_tracker *tracker)
{
    char *at = tracker->sequence + 2;
    const char final = tracker->sequence[tracker->len - 1];
    tracker->sequence[tracker->len] = '\0';
    if (*at == '?' && (final == 'h' || final == 'l')) {
        for (at++; *at >= '0' && *at <= '9';) {
            set_mode(tracker, strtol(at, &at, 10), final == 'h');
            if (*at == ';')
                at++;
        }
    } else if (strncmp(at, ">4", 2) == 0 && final == 'm') {
        tracker->modes.has_other_keys = strcmp(at, ">4;1m") == 0;
    } else if (strcmp(at, "22;2t") == 0) {
        tracker->modes.title_depth++;
    } else if (strcmp(at, "23;2t") == 0 && tracker->modes.title_depth > 0) {
        tracker->modes.title_depth--;
    } else if (*at == '>' && final == 'u') {
        tracker->modes.kitty_depth++;
    } else if (*at == '<' && final == 'u' && tracker->modes.kitty_depth > 0) {
        tracker->modes.kitty_depth--;
    }
}

static void feed_byte(struct mode_tracker *tracker, char byte)
{
    if (byte == '\033')
        tracker->len = 0;
    else if (tracker->len == 0)
        return;
    if (tracker->len >= sizeof(tracker->sequence) - 1) {
        tracker->len = 0;
        return;
    }
    tracker->sequence[tracker->len++] = byte;
    if (tracker->len == 2 && byte != '[') {
        if (byte == '=' || byte == '>')
            tracker->modes.has_application_keypad = byte == '=';
        tracker->len = 0;
    } else if (tracker->len > 2 && byte >= 0x40 && byte <= 0x7e) {
        apply_csi(tracker);
        tracker->len = 0;
    }
}

void mode_tracker_feed(struct mode_tracker *tracker, const char *bytes, size_t len)
{
    for (size_t i = 0; i < len; i++)
        feed_byte(tracker, bytes[i]);
}
