/*
 * The presets and protocols of src/provider in the form that the configuration knows:
 * front ends hand them on, because neither they nor the configuration know providers.
 */
#ifndef ENGINE_PRESET_LIST_H
#define ENGINE_PRESET_LIST_H

#include <stddef.h>

#include "src/config/preset_info.h"

/* All presets, in the order of their table. Caller frees; the texts are static. */
struct preset_info *preset_list_new(size_t *count);

/* The name of protocol number `index`, NULL past the end. */
const char *preset_list_get_api(size_t index);

#endif
