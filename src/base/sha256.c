#include "base/sha256.h"

#include <openssl/evp.h>

static void write_hex(const unsigned char digest[32], char out[65])
{
    static const char digits[] = "0123456789abcdef";

    for (size_t i = 0; i < 32; i++) {
        out[2 * i] = digits[digest[i] >> 4];
        out[2 * i + 1] = digits[digest[i] & 15];
    }
    out[64] = '\0';
}

void cp_sha256_hex(cp_text bytes, char out[65])
{
    unsigned char digest[EVP_MAX_MD_SIZE];
    unsigned len = 0;

    CP_ASSERT(EVP_Digest(bytes.len == 0 ? "" : bytes.at, bytes.len, digest, &len, EVP_sha256(),
                         NULL) == 1);
    CP_ASSERT(len == 32);
    write_hex(digest, out);
}

/* It is OpenSSL's context under a name of ours. */
static EVP_MD_CTX *context_of(struct cp_sha256 *sum)
{
    return (EVP_MD_CTX *)sum;
}

cp_err cp_sha256_open(struct cp_sha256 **out)
{
    EVP_MD_CTX *context = EVP_MD_CTX_new();

    if (context == NULL)
        return CP_ERR_NOMEM;
    CP_ASSERT(EVP_DigestInit_ex(context, EVP_sha256(), NULL) == 1);
    *out = (struct cp_sha256 *)context;
    return CP_OK;
}

void cp_sha256_add(struct cp_sha256 *sum, cp_text bytes)
{
    CP_ASSERT(bytes.len == 0 || EVP_DigestUpdate(context_of(sum), bytes.at, bytes.len) == 1);
}

void cp_sha256_close(struct cp_sha256 *sum, char out[65])
{
    unsigned char digest[EVP_MAX_MD_SIZE];
    unsigned len = 0;

    CP_ASSERT(EVP_DigestFinal_ex(context_of(sum), digest, &len) == 1);
    CP_ASSERT(len == 32);
    if (out != NULL)
        write_hex(digest, out);
    EVP_MD_CTX_free(context_of(sum));
}
