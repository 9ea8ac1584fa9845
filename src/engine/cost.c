/*
 * `usage.input` is everything read, cached or not, in every protocol (the decoders see to
 * that), so cached tokens are taken out of it before they are billed at their own price.
 * Tokens written into a cache count as input.
 */
#include "src/engine/cost.h"

/* Prices are for this many tokens. */
#define COST_UNIT 1e6

/* Adds the price of `count` tokens; false if it is needed and not known. */
static bool cost_add(double *cost, int64_t count, double price)
{
    if (count == 0)
        return true;
    if (count < 0 || price < 0)
        return false;
    *cost += (double)count * price / COST_UNIT;
    return true;
}

double cost_reckon(const struct catalog *catalog, const struct endpoint *endpoint,
                   const char *model, const struct usage *usage)
{
    const struct catalog_entry *entry =
        catalog != NULL ? catalog_find_priced(catalog, endpoint, model) : NULL;
    const int64_t cached = usage->cached > 0 ? usage->cached : 0;
    double cost = 0;
    if (entry == NULL || usage->input < 0 || usage->input < cached)
        return -1;
    const bool is_known = cost_add(&cost, usage->input - cached, entry->price_input) &&
                          cost_add(&cost, cached, entry->price_cached) &&
                          cost_add(&cost, usage->output, entry->price_output);
    return is_known ? cost : -1;
}
