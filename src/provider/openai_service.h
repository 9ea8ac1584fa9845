/*
 * What the two protocols of OpenAI share: where the API is (Azure keeps it elsewhere),
 * how the key is sent, the list of models.
 */
#ifndef PROVIDER_OPENAI_SERVICE_H
#define PROVIDER_OPENAI_SERVICE_H

#include <stdbool.h>
#include <stddef.h>

#include "src/net/header.h"
#include "src/provider/provider.h"

/* The URL of a route ("/chat/completions"). A base may end in it. Caller frees. */
char *openai_service_url(const struct provider_request *request, const char *route);

/* Adds the header fields with the key, if there is one. */
void openai_service_add_headers(struct header_list *headers,
                                const struct provider_request *request, const char *key);

/* The URL of the list of models, for a base that may end in `route`. Caller frees. */
char *openai_service_models_url(const struct provider_request *request,
                                const char *route);

/* Reads the list of models in the shapes that the imitators give it; false if it is none.
 */
bool openai_service_decode_models(const char *data, size_t len, model_fn on_model,
                                  void *user);

#endif
