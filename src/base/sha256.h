/* SHA-256 (FIPS 180-4), for telling whether a text is still the same. Not for secrets. */
#ifndef BASE_SHA256_H
#define BASE_SHA256_H

#include <stddef.h>
#include <stdint.h>

struct sha256 {
    uint32_t state[8];
    uint64_t len; /* bytes so far */
    unsigned char block[64];
};

void sha256_init(struct sha256 *sha256);
void sha256_add(struct sha256 *sha256, const void *bytes, size_t len);

/* Ends it and writes the sum. */
void sha256_finish(struct sha256 *sha256, unsigned char sum[32]);

#endif
