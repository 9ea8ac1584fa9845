/*
 * A schema and arguments, parted by the first line end, both any bytes. What must hold:
 * the check ends, a refusal is a sentence in valid UTF-8, an example is JSON of an
 * object.
 */
#include "tests/fuzz/fuzz.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "src/base/json.h"
#include "src/base/mem.h"
#include "src/base/utf8.h"
#include "src/tool/schema_check.h"

static void must(bool holds)
{
    if (!holds)
        abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    char *text = mem_strndup((const char *)data, size);
    char *arguments = text + strcspn(text, "\n");
    if (*arguments != '\0')
        *arguments++ = '\0';
    struct strbuf out;
    strbuf_init(&out, STRBUF_OWN_MAX);
    const bool fits = schema_check(text, arguments, &out);
    must(fits == (out.len == 0));
    must(utf8_is_valid(strbuf_text(&out), out.len));
    strbuf_reset(&out);
    schema_example(text, &out);
    cJSON *example = json_parse(strbuf_text(&out), out.len);
    must(cJSON_IsObject(example));
    cJSON_Delete(example);
    strbuf_clear(&out);
    mem_free(text);
    return 0;
}
