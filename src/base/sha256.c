#include "base/sha256.h"

#include <openssl/evp.h>

void cp_sha256_hex(cp_text bytes, char out[65])
{
    static const char digits[] = "0123456789abcdef";
    unsigned char digest[EVP_MAX_MD_SIZE];
    unsigned len = 0;

    CP_ASSERT(EVP_Digest(bytes.len == 0 ? "" : bytes.at, bytes.len, digest, &len, EVP_sha256(),
                         NULL) == 1);
    CP_ASSERT(len == 32);
    for (size_t i = 0; i < len; i++) {
        out[2 * i] = digits[digest[i] >> 4];
        out[2 * i + 1] = digits[digest[i] & 15];
    }
    out[64] = '\0';
}
