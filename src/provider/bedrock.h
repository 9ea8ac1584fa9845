/*
 * Amazon Bedrock's Converse protocol: JSON up, binary messages down. The record is in
 * bedrock.c with the encoder, the decoder's functions in bedrock_decode.c.
 *
 * A key is either one of Bedrock's API keys, which is sent, or an AWS key written
 * "ACCESS:SECRET" or "ACCESS:SECRET:TOKEN", which signs.
 */
#ifndef PROVIDER_BEDROCK_H
#define PROVIDER_BEDROCK_H

#include <stdbool.h>
#include <stddef.h>

#include "src/provider/provider.h"

extern const struct provider bedrock_provider;

/* The record's decoder functions; provider.h says what they do. */
struct decoder *bedrock_decoder_new(const struct decoder_sink *sink);
void bedrock_decoder_free(struct decoder *decoder);
bool bedrock_decode_event(struct decoder *decoder, const char *type, const char *data,
                          size_t len, bool is_last);
bool bedrock_decode_document(struct decoder *decoder, const char *data, size_t len);
void bedrock_decode_end(struct decoder *decoder, bool is_clean);

#endif
