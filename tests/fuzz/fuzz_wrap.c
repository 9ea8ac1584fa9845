/*
 * Text that grows in pieces of any size, down to single bytes of a character, must give
 * the rows that it gives at once. The first byte of the input is the width, the second
 * decides how the rest is cut.
 */
#include "tests/fuzz/fuzz.h"

#include <assert.h>
#include <locale.h>

#include "src/base/rng.h"
#include "ui/render/wrap.h"

static void check_same(const struct wrap *a, const struct wrap *b)
{
    assert(a->row_count == b->row_count);
    for (size_t i = 0; i < a->row_count; i++) {
        assert(wrap_row(a, i)->start == wrap_row(b, i)->start);
        assert(wrap_row(a, i)->len == wrap_row(b, i)->len);
        assert(wrap_row(a, i)->ends_hard == wrap_row(b, i)->ends_hard);
        assert(wrap_find_row(a, wrap_row(a, i)->start) == i);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (size < 2)
        return 0;
    const char *text = (const char *)data + 2;
    const size_t len = size - 2;
    const int width = 1 + data[0] % 40;
    struct wrap grown;
    struct wrap whole;
    struct rng rng;
    setlocale(LC_ALL, "C.UTF-8");
    rng_init(&rng, data[1]);
    wrap_init(&grown, width);
    wrap_init(&whole, width);
    for (size_t at = 0; at < len;) {
        at += 1 + rng_below(&rng, 1 + data[1] % 16);
        wrap_extend(&grown, text, at < len ? at : len);
    }
    wrap_extend(&grown, text, len);
    wrap_extend(&whole, text, len);
    check_same(&grown, &whole);
    wrap_clear(&grown);
    wrap_clear(&whole);
    return 0;
}
