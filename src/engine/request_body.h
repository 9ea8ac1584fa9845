/*
 * The body of a request as its protocol writes it, from a setup and a filled template:
 * for whoever needs to know what would be sent, or sends it another way (a batch). A pure
 * function; what a model's refusals have taught (adaptation.h) is not in it.
 */
#ifndef ENGINE_REQUEST_BODY_H
#define ENGINE_REQUEST_BODY_H

#include <stdbool.h>

#include "src/base/error.h"
#include "src/base/strbuf.h"
#include "src/engine/chat_setup.h"
#include "src/prompt/template_render.h"

/*
 * Appends the body to `out`; the tools of the setup are not part of it. `ignored` (may be
 * NULL) receives the parameters that the service does not take, separated by ", ". False
 * with err filled if it cannot be said.
 */
bool request_body_write(const struct chat_setup *setup,
                        const struct rendered_prompt *prompt, struct strbuf *out,
                        struct strbuf *ignored, struct error *err);

#endif
