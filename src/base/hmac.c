#include "base/hmac.h"

#include <openssl/evp.h>

cp_err cp_hmac_sha256(cp_text key, cp_text bytes, uint8_t out[32])
{
    size_t len = 0;
    unsigned char *made = EVP_Q_mac(
        NULL, "HMAC", NULL, "SHA256", NULL, key.len == 0 ? "" : key.at, key.len,
        (const unsigned char *)(bytes.len == 0 ? "" : bytes.at), bytes.len, out, 32, &len);

    return made != NULL && len == 32 ? CP_OK : CP_ERR_NOMEM;
}

bool cp_hmac_same(const uint8_t a[32], const uint8_t b[32])
{
    uint8_t differs = 0;

    for (size_t i = 0; i < 32; i++)
        differs = (uint8_t)(differs | (a[i] ^ b[i]));
    return differs == 0;
}
