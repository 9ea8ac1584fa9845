#include "src/store/store_state.h"

bool store_search(struct store *store, const char *words, size_t max,
                  struct session_hit **hits, size_t *count, struct error *err)
{
    (void)words;
    (void)max;
    *hits = NULL;
    *count = 0;
    (void)store;
    error_set(err, ERROR_INTERNAL, "not yet");
    return false;
}
