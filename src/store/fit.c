#include "inside.h"

#include <string.h>

#include "base/json.h"
#include "base/sha256.h"

/*
 * What others say ends up in subjects, keys and documents.  None of it may keep a batch, and so a decision, from being
 * kept: what cannot be kept as it is, is kept as what can, with a digest by which it is still one of its own.
 */

enum { DIGEST = 64, BEGINNING = 512 /* bytes of a document */ };

static void escape(struct cp_out *out, cp_text text, size_t most)
{
    for (size_t at = 0, len; at < text.len && out->err == CP_OK; at += len) {
        uint32_t before = out->len, c = 0;

        len = cp_text_char(text, at, &c);
        if (len > 1 || cp_text_bad_utf8(cp_text_sub(text, at, 1)) == 1)
            cp_out_text(out, cp_text_sub(text, at, len));
        else
            cp_out_format(out, "\\x%02x", (unsigned)(unsigned char)text.at[at]);
        if (out->len <= most)
            continue;
        out->len = before;
        return;
    }
}

static cp_err mark(struct cp_out *out, cp_text whole, cp_text *fit)
{
    char digest[DIGEST + 1];

    cp_sha256_hex(whole, digest);
    cp_out_char(out, '~');
    cp_out_text(out, (cp_text){digest, DIGEST});
    return cp_out_done(out, fit);
}

cp_err cp_store_fit_subject(cp_text subject, struct cp_arena *arena, cp_text *fit)
{
    struct cp_out out;

    *fit = subject;
    if (subject.len <= CP_STORE_KEY_BYTES_MAX && cp_text_bad_utf8(subject) == subject.len)
        return CP_OK;
    out = cp_out_make(arena);
    escape(&out, subject, CP_STORE_KEY_BYTES_MAX - DIGEST - 1);
    return mark(&out, subject, fit);
}

cp_err cp_store_fit_key(cp_text key, struct cp_arena *arena, cp_text *fit)
{
    struct cp_out out;

    *fit = key;
    if (key.len <= CP_STORE_KEY_BYTES_MAX)
        return CP_OK;
    out = cp_out_make(arena);
    cp_out_text(&out, cp_text_sub(key, 0, CP_STORE_KEY_BYTES_MAX - DIGEST - 1));
    return mark(&out, key, fit);
}

cp_err cp_store_fit_document(cp_text document, const char *why, struct cp_arena *arena,
                             cp_text *fit)
{
    struct cp_out out = cp_out_make(arena);
    struct cp_json json = cp_json_make(&out);
    char digest[DIGEST + 1];

    cp_sha256_hex(document, digest);
    cp_json_object(&json, NULL, CP_JSON_FLAT);
    cp_json_str(&json, "unfit", why);
    cp_json_u64(&json, "bytes", document.len);
    cp_json_str(&json, "sha256", digest);
    cp_json_text(&json, "begins", cp_text_sub(document, 0, BEGINNING));
    cp_json_close(&json);
    CP_TRY(cp_out_done(&out, fit));
    *fit = cp_text_trim(*fit);
    return CP_OK;
}
