/*
 * What an answer cost, by the prices of the configuration. A pure function: prices belong
 * to the model at its endpoint that really answered, under whatever name it was asked.
 * What is not known is never guessed.
 */
#ifndef ENGINE_COST_H
#define ENGINE_COST_H

#include "src/chat/usage.h"
#include "src/config/catalog.h"

/*
 * The cost in the money of the prices; negative if it is not known, because a price is
 * missing for tokens that were used, or because the provider did not say how many those
 * were. A provider that does not speak of cached tokens had none. `catalog` may be NULL.
 */
double cost_reckon(const struct catalog *catalog, const struct endpoint *endpoint,
                   const char *model, const struct usage *usage);

#endif
