/*
 * Any bytes through the key decoder. The first byte of the input says how the rest is
 * cut into reads; keys and pastes must be the same as for single bytes (the burst rule
 * apart, which is about reads: it is switched off by a paste at the start), every key
 * must be well-formed, and a flush must leave nothing behind.
 */
#include "tests/fuzz/fuzz.h"

#include <assert.h>
#include <stdbool.h>
#include <string.h>

#include "src/base/strbuf.h"
#include "ui/term/keys.h"

static void check_key(const struct key *key)
{
    assert(key->code > INPUT_NONE && key->code < INPUT_CODE_COUNT);
    assert(key->x >= 0 && key->y >= 0);
    assert((key->mods & ~(unsigned)(INPUT_MOD_SHIFT | INPUT_MOD_ALT | INPUT_MOD_CTRL)) ==
           0);
    if (key->code == INPUT_RUNE) {
        assert(key->rune >= 0x20 && !(key->rune >= 0x7f && key->rune < 0xa0));
        assert(key->rune <= 0x10ffff && !(key->rune >= 0xd800 && key->rune < 0xe000));
        assert((key->mods & INPUT_MOD_SHIFT) == 0 || (key->mods & INPUT_MOD_CTRL) != 0);
    }
}

static void on_key(void *user, const struct key *key)
{
    check_key(key);
    strbuf_append_format(user, "%d.%u.%u.%d.%d ", (int)key->code, (unsigned)key->rune,
                         key->mods, key->x, key->y);
}

static void on_paste(void *user, const char *text, size_t len)
{
    assert(len > 0 && len <= KEYS_PASTE_MAX);
    strbuf_append_char(user, '[');
    strbuf_append(user, text, len);
    strbuf_append_text(user, "] ");
}

static void decode(const char *bytes, size_t len, size_t piece, struct strbuf *log)
{
    static const char paste[] = "\033[200~x\033[201~";
    const struct keys_handler handler = {
        .on_key = on_key, .on_paste = on_paste, .user = log};
    struct keys *keys = keys_new();
    keys_feed(keys, paste, sizeof(paste) - 1, &handler);
    for (size_t at = 0; at < len; at += piece)
        keys_feed(keys, bytes + at, len - at < piece ? len - at : piece, &handler);
    keys_flush(keys, &handler);
    assert(!keys_is_pending(keys) && keys_get_wait_ms(keys) == 0);
    keys_free(keys);
}

/* The same without the switch: only that it survives, flushes in between included. */
static void decode_with_bursts(const char *bytes, size_t len, size_t piece)
{
    struct strbuf log;
    strbuf_init(&log, STRBUF_OWN_MAX);
    const struct keys_handler handler = {
        .on_key = on_key, .on_paste = on_paste, .user = &log};
    struct keys *keys = keys_new();
    for (size_t at = 0; at < len; at += piece) {
        keys_feed(keys, bytes + at, len - at < piece ? len - at : piece, &handler);
        if (at % 3 == 0)
            keys_flush_escape(keys, &handler);
    }
    keys_flush(keys, &handler);
    assert(!keys_is_pending(keys));
    keys_free(keys);
    strbuf_clear(&log);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (size == 0)
        return 0;
    const char *bytes = (const char *)data + 1;
    const size_t piece = 1 + data[0] % 16;
    struct strbuf by_piece;
    struct strbuf by_byte;
    strbuf_init(&by_piece, STRBUF_OWN_MAX);
    strbuf_init(&by_byte, STRBUF_OWN_MAX);
    decode(bytes, size - 1, piece, &by_piece);
    decode(bytes, size - 1, 1, &by_byte);
    assert(by_piece.len == by_byte.len);
    assert(memcmp(by_piece.text, by_byte.text, by_byte.len) == 0);
    decode_with_bursts(bytes, size - 1, piece);
    strbuf_clear(&by_piece);
    strbuf_clear(&by_byte);
    return 0;
}
