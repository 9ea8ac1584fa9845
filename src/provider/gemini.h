/*
 * Google's generateContent protocol. The record is in gemini.c with the encoder, the
 * decoder's functions in gemini_decode.c.
 *
 * What goes back unchanged (PIECE_OPAQUE, PART_OPAQUE) has one of these forms:
 *   with a call   {"id":…,"thoughtSignature":…}, either may be missing
 *   without one   {"thoughtSignature":…}: of a part with an empty text
 *                 otherwise a whole part as it came: a text with its signature (the text
 *                 ends what came before it as text), a thought, a file, code and its
 *                 result
 */
#ifndef PROVIDER_GEMINI_H
#define PROVIDER_GEMINI_H

#include <stdbool.h>
#include <stddef.h>

#include "src/provider/provider.h"

extern const struct provider gemini_provider;

/* The record's decoder functions; provider.h says what they do. */
struct decoder *gemini_decoder_new(const struct decoder_sink *sink);
void gemini_decoder_free(struct decoder *decoder);
bool gemini_decode_event(struct decoder *decoder, const char *type, const char *data,
                         size_t len, bool is_last);
bool gemini_decode_document(struct decoder *decoder, const char *data, size_t len);
void gemini_decode_end(struct decoder *decoder, bool is_clean);
bool gemini_decode_models(const char *data, size_t len, model_fn on_model, void *user);

#endif
