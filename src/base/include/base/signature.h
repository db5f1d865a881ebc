#pragma once

#include "base/text.h"

/* Ed25519 (RFC 8032) signatures as base64 (RFC 4648 4), keys as PEM. */
#define CP_SIGNATURE_LEN 88u

/**
 * Whether the base64 text is the key's signature of the bytes.  public_pem: SubjectPublicKeyInfo.
 * Errors: MALFORMED (key or text is none), CONFLICT (it is not), NOMEM.
 */
CP_MUST_USE cp_err cp_signature_check(cp_text bytes, cp_text base64, cp_text public_pem);
/** Whether the text holds a public key of Ed25519, as cp_signature_check wants it. */
bool cp_signature_is_public_key(cp_text public_pem);
/** Signs; a zero closes the text.  private_pem: PKCS #8, not encrypted.  Errors: MALFORMED (key), NOMEM. */
CP_MUST_USE cp_err cp_signature_make(cp_text bytes, cp_text private_pem,
                                     char out[CP_SIGNATURE_LEN + 1]);
