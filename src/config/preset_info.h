/*
 * What is known of a service by its name alone. The table of them stands with the wire
 * protocols; here is only what the configuration and the catalog need of a record.
 */
#ifndef CONFIG_PRESET_INFO_H
#define CONFIG_PRESET_INFO_H

#include <stdbool.h>

/* Static text; "" or NULL where there is none. */
struct preset_info {
    const char *name;
    const char *api;
    const char *base_url; /* none: the person has to give one */
    const char *key_env;  /* none: needs no key */
    const char *help;
    unsigned quirks; /* as the encoders know them */
    bool is_local;
};

#endif
