/* Terminfo's names of the attributes, in one table. */
#include "ui/term/look_bytes.h"

#include "src/base/compiler.h"
#include "ui/term/capability.h"

static const struct {
    enum style_attr attr;
    const char *name;
} look_attrs[] = {{STYLE_BOLD, "bold"},
                  {STYLE_DIM, "dim"},
                  {STYLE_REVERSE, "rev"},
                  {STYLE_UNDERLINE, "smul"},
                  {STYLE_ITALIC, "sitm"}};

void look_bytes_append(const struct style *look, struct strbuf *out)
{
    capability_append("sgr0", 0, 0, out);
    capability_append("op", 0, 0, out);
    for (size_t i = 0; i < COUNT_OF(look_attrs); i++) {
        if ((look->attrs & look_attrs[i].attr) != 0)
            capability_append(look_attrs[i].name, 0, 0, out);
    }
    if (look->fg >= 0)
        capability_append("setaf", look->fg, 0, out);
    if (look->bg >= 0)
        capability_append("setab", look->bg, 0, out);
}
