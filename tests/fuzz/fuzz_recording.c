/*
 * Recordings from strangers. What is read, written and read again is the same; what is
 * refused is refused with a sentence.
 */
#include "tests/fuzz/fuzz.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "src/base/strbuf.h"
#include "src/store/recording.h"
#include "src/store/recording_write.h"

static void require(bool is_true, const char *what)
{
    if (is_true)
        return;
    fprintf(stderr, "does not hold: %s\n", what);
    abort();
}

static void write_all(const struct recording *recording, struct strbuf *out)
{
    recording_append_head(out, recording);
    for (size_t i = 0; i < recording->record_count; i++)
        require(recording_append_record(out, &recording->records[i]), "it fits");
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct recording first;
    struct recording second;
    struct error err = {ERROR_NONE, NULL};
    if (!recording_parse(&first, "it", (const char *)data, size, &err)) {
        require(err.class == ERROR_USAGE && error_text(&err)[0] != '\0', "it is said");
        error_clear(&err);
        recording_clear(&first);
        return 0;
    }
    struct strbuf once;
    struct strbuf twice;
    strbuf_init(&once, STRBUF_OWN_MAX);
    strbuf_init(&twice, STRBUF_OWN_MAX);
    write_all(&first, &once);
    require(recording_parse(&second, "it", once.text, once.len, &err), error_text(&err));
    write_all(&second, &twice);
    require(once.len == twice.len && memcmp(once.text, twice.text, once.len) == 0,
            "what was written is read as it was");
    strbuf_clear(&once);
    strbuf_clear(&twice);
    recording_clear(&first);
    recording_clear(&second);
    return 0;
}
