/* A template from a text, for tests; one with a fault fails the test. */
#ifndef SUPPORT_TEMPLATE_TEXT_H
#define SUPPORT_TEMPLATE_TEXT_H

#include "src/prompt/template.h"

/* The file is called "t.md". Caller frees. */
struct prompt_template *template_from_text(const char *text);

#endif
