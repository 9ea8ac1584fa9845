/*
 * From a provider of the configuration to an endpoint: what the section says, what its
 * preset says where the section is silent, and the key. Here stands the rule for a
 * preset's own key variable: it is used for the preset's own origin only. A provider with
 * another URL says itself where its key is, or has none.
 */
#ifndef CONFIG_ENDPOINT_SETUP_H
#define CONFIG_ENDPOINT_SETUP_H

#include "src/config/config.h"
#include "src/config/endpoint.h"

/*
 * Fills an endpoint for a provider without problems. Variables and key files are read at
 * once; a command for the key is only stored. What keeps the endpoint from being used is
 * said in its `trouble`.
 */
void endpoint_setup(struct endpoint *endpoint, const struct config_section *provider,
                    const struct config_rules *rules);

/* The variable of the provider's key: its own or, if the rule allows it, its preset's;
 * NULL if there is none. */
const char *endpoint_setup_key_env(const struct config_section *provider,
                                   const struct config_rules *rules);

/* True if the provider has another address than its preset, so that the preset's key
 * variable is not used, and no key of its own. */
bool endpoint_setup_drops_key(const struct config_section *provider,
                              const struct config_rules *rules);

#endif
