/* Markdown to lay out: small samples of every construct of CommonMark and its corners,
 * and documents as models write them. */
#ifndef SUPPORT_MARKDOWN_SAMPLES_H
#define SUPPORT_MARKDOWN_SAMPLES_H

#include <stddef.h>

struct markdown_sample {
    const char *text;
    const char *lost; /* letters and digits that are rightly not shown */
};

extern const struct markdown_sample markdown_samples[];
extern const size_t markdown_sample_count;

extern const char *const markdown_documents[];
extern const size_t markdown_document_count;

#endif
