/*
 * What must not be told of an exchange: its key, and what else of the request a service
 * takes for proof of who asks. Texts and header fields get WIRE_MASK in the place of it;
 * in bytes that come back, where a server may repeat what it was sent, every byte of it
 * becomes a star, so that lengths stay true. Secrets are wiped when the mask is cleared.
 */
#ifndef ENGINE_WIRE_MASK_H
#define ENGINE_WIRE_MASK_H

#include <stdbool.h>
#include <stddef.h>

/* Owns copies of the secrets; a zeroed mask hides nothing by its text. */
struct wire_mask {
    char **secrets;
    size_t count;
    size_t cap;
};

void wire_mask_clear(struct wire_mask *mask);

/* Hides a key from now on, and each part of one that signs ("ACCESS:SECRET:TOKEN"). NULL
 * and what is too short to be told from other text are allowed and hide nothing. */
void wire_mask_add_key(struct wire_mask *mask, const char *key);

/* Hides the value of a header field, and what stands behind its last blank ("Bearer x").
 */
void wire_mask_add_value(struct wire_mask *mask, const char *value);

/* True for a field whose name tells that its value is a secret ("X-Api-Key"). */
bool wire_mask_is_secret_name(const char *name, size_t len);

/* True for a field whose value may be shown although the person has set it. */
bool wire_mask_is_known_name(const char *name);

/* The texts with masks; caller frees. wire_mask_url also hides user names, passwords and
 * the values of query members such as "key". wire_mask_value keeps a first word such as
 * "Bearer" and nothing else. */
char *wire_mask_text(const struct wire_mask *mask, const char *text);
char *wire_mask_url(const struct wire_mask *mask, const char *url);
char *wire_mask_value(const char *value);

/* Stars out each secret in the bytes, in place. */
void wire_mask_stars(const struct wire_mask *mask, char *bytes, size_t len);

/* True if one of the secrets is in the bytes. */
bool wire_mask_finds(const struct wire_mask *mask, const char *bytes, size_t len);

/* How many of the last bytes may be the beginning of a secret that goes on in the next
 * read. */
size_t wire_mask_open_end(const struct wire_mask *mask, const char *bytes, size_t len);

#endif
