/*
 * The Anthropic Messages protocol, as Anthropic and the servers that imitate it speak it.
 * The record is in anthropic.c with the encoder, the decoder's functions in
 * anthropic_decode.c.
 */
#ifndef PROVIDER_ANTHROPIC_H
#define PROVIDER_ANTHROPIC_H

#include <stdbool.h>
#include <stddef.h>

#include "src/provider/provider.h"

extern const struct provider anthropic_provider;

/* The record's decoder functions; provider.h says what they do. */
struct decoder *anthropic_decoder_new(const struct decoder_sink *sink);
void anthropic_decoder_free(struct decoder *decoder);
bool anthropic_decode_event(struct decoder *decoder, const char *type, const char *data,
                            size_t len, bool is_last);
bool anthropic_decode_document(struct decoder *decoder, const char *data, size_t len);
void anthropic_decode_end(struct decoder *decoder, bool is_clean);

#endif
