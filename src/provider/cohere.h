/*
 * The Cohere v2 chat protocol. The record is in cohere.c with the encoder, the decoder's
 * functions in cohere_decode.c.
 */
#ifndef PROVIDER_COHERE_H
#define PROVIDER_COHERE_H

#include <stdbool.h>
#include <stddef.h>

#include "src/provider/provider.h"

extern const struct provider cohere_provider;

/* The record's decoder functions; provider.h says what they do. */
struct decoder *cohere_decoder_new(const struct decoder_sink *sink);
void cohere_decoder_free(struct decoder *decoder);
bool cohere_decode_event(struct decoder *decoder, const char *type, const char *data,
                         size_t len, bool is_last);
bool cohere_decode_document(struct decoder *decoder, const char *data, size_t len);
void cohere_decode_end(struct decoder *decoder, bool is_clean);

#endif
