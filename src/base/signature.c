#include "base/signature.h"

#include <limits.h>
#include <string.h>

#include <openssl/evp.h>
#include <openssl/pem.h>

enum { RAW = 64, DECODED = 66 }; /* 88 letters are 66 bytes, of which the padding makes 2 */

static EVP_PKEY *key_of(cp_text pem, bool public)
{
    BIO *bio = pem.len > INT_MAX ? NULL : BIO_new_mem_buf(pem.at, (int)pem.len);
    EVP_PKEY *key = NULL;
    char passphrase[1] = ""; /* nobody is asked for one */

    if (bio == NULL)
        return NULL;
    key = public ? PEM_read_bio_PUBKEY(bio, NULL, NULL, passphrase)
                 : PEM_read_bio_PrivateKey(bio, NULL, NULL, passphrase);
    BIO_free(bio);
    if (key != NULL && EVP_PKEY_get_id(key) != EVP_PKEY_ED25519) {
        EVP_PKEY_free(key);
        return NULL;
    }
    return key;
}

/* The bytes, where the text is the one way to write them. */
static bool decode(cp_text base64, unsigned char raw[DECODED])
{
    unsigned char again[CP_SIGNATURE_LEN + 1];

    if (base64.len != CP_SIGNATURE_LEN ||
        EVP_DecodeBlock(raw, (const unsigned char *)base64.at, (int)base64.len) != DECODED)
        return false;
    EVP_EncodeBlock(again, raw, RAW);
    return memcmp(again, base64.at, CP_SIGNATURE_LEN) == 0;
}

cp_err cp_signature_check(cp_text bytes, cp_text base64, cp_text public_pem)
{
    unsigned char raw[DECODED];
    EVP_PKEY *key = decode(base64, raw) ? key_of(public_pem, true) : NULL;
    EVP_MD_CTX *context;
    cp_err err = CP_ERR_CONFLICT;

    if (key == NULL)
        return CP_ERR_MALFORMED;
    context = EVP_MD_CTX_new();
    if (context == NULL || EVP_DigestVerifyInit(context, NULL, NULL, NULL, key) != 1)
        err = CP_ERR_NOMEM;
    else if (EVP_DigestVerify(context, raw, RAW, (const unsigned char *)bytes.at, bytes.len) == 1)
        err = CP_OK;
    EVP_MD_CTX_free(context);
    EVP_PKEY_free(key);
    return err;
}

bool cp_signature_is_public_key(cp_text public_pem)
{
    EVP_PKEY *key = key_of(public_pem, true);

    EVP_PKEY_free(key);
    return key != NULL;
}

cp_err cp_signature_make(cp_text bytes, cp_text private_pem, char out[CP_SIGNATURE_LEN + 1])
{
    unsigned char raw[RAW];
    size_t len = RAW;
    EVP_PKEY *key = key_of(private_pem, false);
    EVP_MD_CTX *context;
    cp_err err = CP_ERR_NOMEM;

    if (key == NULL)
        return CP_ERR_MALFORMED;
    context = EVP_MD_CTX_new();
    if (context != NULL && EVP_DigestSignInit(context, NULL, NULL, NULL, key) == 1 &&
        EVP_DigestSign(context, raw, &len, (const unsigned char *)bytes.at, bytes.len) == 1 &&
        len == RAW) {
        EVP_EncodeBlock((unsigned char *)out, raw, RAW);
        err = CP_OK;
    }
    EVP_MD_CTX_free(context);
    EVP_PKEY_free(key);
    return err;
}
