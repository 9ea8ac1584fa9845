/* What is shipped is where program_place.h says; the person's own goes before it. */
#include "src/tool/tool_places.h"

#include "src/base/mem.h"
#include "src/base/path.h"
#include "src/base/program_place.h"
#include "src/base/strbuf.h"

void tool_places_init(struct tool_places *places, const char *program)
{
    *places = (struct tool_places){0};
    struct program_place place;
    program_place_init(&place, program);
    places->folders[places->len++] = strbuf_format("%s/tools", place.data_folder);
    places->helper_folder = mem_strdup(place.helper_folder);
    char *own = path_config_file("tools");
    if (own != NULL)
        places->folders[places->len++] = own;
    places->rules_file = path_config_file("tool-rules");
    program_place_clear(&place);
}

void tool_places_clear(struct tool_places *places)
{
    for (size_t i = 0; i < places->len; i++)
        mem_free(places->folders[i]);
    mem_free(places->helper_folder);
    mem_free(places->rules_file);
    *places = (struct tool_places){0};
}
