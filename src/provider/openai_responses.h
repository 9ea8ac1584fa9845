/*
 * The OpenAI Responses protocol. The record is in openai_responses.c with the encoder,
 * the decoder's functions in openai_responses_decode.c. It is used without state on the
 * server: every item that a reply is made of goes back whole (PIECE_OPAQUE, PART_OPAQUE;
 * with the number of its call if it is one).
 */
#ifndef PROVIDER_OPENAI_RESPONSES_H
#define PROVIDER_OPENAI_RESPONSES_H

#include <stdbool.h>
#include <stddef.h>

#include "src/provider/provider.h"

extern const struct provider openai_responses_provider;

/* The record's decoder functions; provider.h says what they do. */
struct decoder *openai_responses_decoder_new(const struct decoder_sink *sink);
void openai_responses_decoder_free(struct decoder *decoder);
bool openai_responses_decode_event(struct decoder *decoder, const char *type,
                                   const char *data, size_t len, bool is_last);
bool openai_responses_decode_document(struct decoder *decoder, const char *data,
                                      size_t len);
void openai_responses_decode_end(struct decoder *decoder, bool is_clean);

#endif
