/*
 * Ollama's own protocol: one JSON object a line. The record is in ollama.c with the
 * encoder, the decoder's functions in ollama_decode.c.
 */
#ifndef PROVIDER_OLLAMA_H
#define PROVIDER_OLLAMA_H

#include <stdbool.h>
#include <stddef.h>

#include "src/provider/provider.h"

extern const struct provider ollama_provider;

/* The record's decoder functions; provider.h says what they do. */
struct decoder *ollama_decoder_new(const struct decoder_sink *sink);
void ollama_decoder_free(struct decoder *decoder);
bool ollama_decode_line(struct decoder *decoder, const char *type, const char *data,
                        size_t len, bool is_last);
bool ollama_decode_document(struct decoder *decoder, const char *data, size_t len);
void ollama_decode_end(struct decoder *decoder, bool is_clean);

#endif
