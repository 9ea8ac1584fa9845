/*
 * The OpenAI Chat Completions protocol, as OpenAI and the many servers that imitate it
 * speak it. The record is in openai_chat.c with the encoder, the decoder's functions in
 * openai_chat_decode.c.
 */
#ifndef PROVIDER_OPENAI_CHAT_H
#define PROVIDER_OPENAI_CHAT_H

#include <stdbool.h>
#include <stddef.h>

#include "src/provider/provider.h"

extern const struct provider openai_chat_provider;

/* The record's decoder functions; provider.h says what they do. */
struct decoder *openai_chat_decoder_new(const struct decoder_sink *sink);
void openai_chat_decoder_free(struct decoder *decoder);
bool openai_chat_decode_event(struct decoder *decoder, const char *type, const char *data,
                              size_t len, bool is_last);
bool openai_chat_decode_document(struct decoder *decoder, const char *data, size_t len);
void openai_chat_decode_end(struct decoder *decoder, bool is_clean);

#endif
