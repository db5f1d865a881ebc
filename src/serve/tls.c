#include "serve/tls.h"

#include <errno.h>
#include <openssl/err.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "app/message.h"
#include "base/rd.h"
#include "serve/secret.h"

/*
 * The StartTLS messages are PCEP, in the clear: the peer's first header is gathered byte by byte, and whatever
 * follows it belongs to TLS.  OpenSSL then works on two memory BIOs; it never sees a socket.
 */

enum { HEADER_BYTES = 4, PLAIN_BYTES = 16, TYPE_OPEN = 1, TYPE_ERROR = 6, TYPE_START_TLS = 13 };

struct tls_context {
    SSL_CTX *ssl;
};

typedef enum { WAITS, SHAKES, UP, OVER } state;

struct tls {
    SSL *ssl;
    BIO *in, *out; /* belong to ssl */
    state state;
    const char *why;
    char header[HEADER_BYTES]; /* of the peer's first message */
    size_t header_len;
    uint8_t plain[PLAIN_BYTES]; /* in the clear, for the peer */
    size_t plain_len;
};

/* --- certificates -------------------------------------------------------------------------------- */

/* The file that the configuration names at *path; *code: of the first that is refused. */
static void refuse(const struct tls_files *files, const char *const *path, const char *why,
                   cp_exit *code)
{
    const char *reason = ERR_reason_error_string(ERR_peek_last_error());

    cp_placed_say(files->file, path, "'%s' %s%s%s", *path, why, reason != NULL ? ": " : "",
                  reason != NULL ? reason : "");
    ERR_clear_error();
    if (*code == CP_EXIT_OK)
        *code = CP_EXIT_INPUT;
}

/* OpenSSL does not say why a file cannot be read. */
static bool can_read(const struct tls_files *files, const char *const *path, cp_exit *code)
{
    FILE *file = fopen(*path, "re");
    int why = errno;

    if (file != NULL) {
        (void)fclose(file);
        return true;
    }
    cp_placed_say(files->file, path, "'%s' cannot be read: %s", *path, strerror(why));
    if (*code == CP_EXIT_OK)
        *code = why == ENOENT ? CP_EXIT_MISSING : CP_EXIT_IO;
    return false;
}

static void set_rules(SSL_CTX *ssl)
{
    /* RFC 8253 3.4: TLS 1.2 or later, certificates of both sides. */
    (void)SSL_CTX_set_min_proto_version(ssl, TLS1_2_VERSION);
    SSL_CTX_set_verify(ssl, SSL_VERIFY_PEER | SSL_VERIFY_FAIL_IF_NO_PEER_CERT, NULL);
    (void)SSL_CTX_set_options(ssl, SSL_OP_NO_TICKET | SSL_OP_NO_RENEGOTIATION |
                                       SSL_OP_NO_COMPRESSION | SSL_OP_CIPHER_SERVER_PREFERENCE);
    (void)SSL_CTX_set_session_cache_mode(ssl, SSL_SESS_CACHE_OFF);
    (void)SSL_CTX_set_mode(ssl, SSL_MODE_ENABLE_PARTIAL_WRITE | SSL_MODE_RELEASE_BUFFERS);
}

static cp_exit load(SSL_CTX *ssl, const struct tls_files *files)
{
    cp_exit code = secret_check(files->file, files->key);
    bool key = code == CP_EXIT_OK;
    bool certificate = can_read(files, files->certificate, &code);

    if (certificate && SSL_CTX_use_certificate_chain_file(ssl, *files->certificate) != 1) {
        refuse(files, files->certificate, "holds no certificate that can be used", &code);
        certificate = false;
    }
    if (key && SSL_CTX_use_PrivateKey_file(ssl, *files->key, SSL_FILETYPE_PEM) != 1)
        refuse(files, files->key,
               certificate ? "holds no private key of that certificate" : "holds no private key",
               &code);
    else if (key && certificate && SSL_CTX_check_private_key(ssl) != 1)
        refuse(files, files->key, "is not the key of that certificate", &code);
    if (can_read(files, files->authority, &code) &&
        SSL_CTX_load_verify_file(ssl, *files->authority) != 1)
        refuse(files, files->authority, "holds no certificates of authorities", &code);
    return code;
}

cp_exit tls_context_open(const struct tls_files *files, struct tls_context **out)
{
    struct tls_context *context = calloc(1, sizeof *context);
    cp_exit code;

    *out = NULL;
    if (context != NULL)
        context->ssl = SSL_CTX_new(TLS_method());
    if (context == NULL || context->ssl == NULL) {
        tls_context_close(context);
        return cp_say_no_memory();
    }
    set_rules(context->ssl);
    code = load(context->ssl, files);
    if (code != CP_EXIT_OK)
        tls_context_close(context);
    else
        *out = context;
    return code;
}

void tls_context_close(struct tls_context *context)
{
    if (context != NULL)
        SSL_CTX_free(context->ssl);
    free(context);
}

/* --- one connection ------------------------------------------------------------------------------ */

/* What OpenSSL compares the peer's certificate with. */
static bool set_peer(SSL *ssl, const char *name, cp_ip address)
{
    X509_VERIFY_PARAM *rules = SSL_get0_param(ssl);

    X509_VERIFY_PARAM_set_hostflags(rules, X509_CHECK_FLAG_NO_WILDCARDS |
                                               X509_CHECK_FLAG_NEVER_CHECK_SUBJECT);
    if (name != NULL)
        return X509_VERIFY_PARAM_set1_host(rules, name, 0) == 1;
    return address.family != 0 &&
           X509_VERIFY_PARAM_set1_ip(rules, address.bytes, address.family == 4 ? 4 : 16) == 1;
}

static bool set_bios(struct tls *tls)
{
    tls->in = BIO_new(BIO_s_mem());
    tls->out = BIO_new(BIO_s_mem());
    if (tls->in == NULL || tls->out == NULL) {
        (void)BIO_free(tls->in);
        (void)BIO_free(tls->out);
        return false;
    }
    (void)BIO_set_mem_eof_return(tls->in, -1); /* empty: more will come */
    SSL_set_bio(tls->ssl, tls->in, tls->out);
    return true;
}

/* RFC 8253 3.2: StartTLS is a common header alone. */
static void say_start(struct tls *tls)
{
    static const uint8_t start[] = {0x20, TYPE_START_TLS, 0, HEADER_BYTES};

    memcpy(tls->plain, start, sizeof start);
    tls->plain_len = sizeof start;
}

struct tls *tls_open(struct tls_context *context, tls_side side, const char *name, cp_ip address)
{
    struct tls *tls = calloc(1, sizeof *tls);

    if (tls == NULL)
        return NULL;
    tls->ssl = SSL_new(context->ssl);
    if (tls->ssl == NULL || !set_bios(tls) || !set_peer(tls->ssl, name, address)) {
        tls_close(tls);
        return NULL;
    }
    if (side == TLS_CALLS) /* the one that connected begins the handshake */
        SSL_set_connect_state(tls->ssl);
    else
        SSL_set_accept_state(tls->ssl);
    say_start(tls);
    return tls;
}

void tls_close(struct tls *tls)
{
    if (tls != NULL)
        SSL_free(tls->ssl);
    free(tls);
}

static void end(struct tls *tls, const char *why)
{
    if (tls->state != OVER)
        tls->why = why;
    tls->state = OVER;
    ERR_clear_error();
}

/* RFC 8253 6.3: Error-Type 25, in the clear, while there is no TLS. */
static void refuse_start(struct tls *tls, uint8_t value, const char *why)
{
    const uint8_t error[] = {0x20, TYPE_ERROR, 0, 12, 13, 0x10, 0, 8, 0, 0, 25, value};

    if (tls->plain_len + sizeof error <= sizeof tls->plain) {
        memcpy(tls->plain + tls->plain_len, error, sizeof error);
        tls->plain_len += sizeof error;
    }
    end(tls, why);
}

void tls_late(struct tls *tls)
{
    if (tls->state == WAITS)
        refuse_start(tls, 5, "no StartTLS came in time");
    else if (tls->state == SHAKES)
        end(tls, "the TLS handshake took too long");
}

/* --- the handshake ------------------------------------------------------------------------------- */

static const char *why_not(const struct tls *tls)
{
    long verdict = SSL_get_verify_result(tls->ssl);
    unsigned long error = ERR_peek_last_error();

    if (verdict == X509_V_ERR_HOSTNAME_MISMATCH || verdict == X509_V_ERR_IP_ADDRESS_MISMATCH)
        return "the certificate is not this peer's";
    if (verdict != X509_V_OK)
        return X509_verify_cert_error_string(verdict);
    if (ERR_GET_REASON(error) == SSL_R_PEER_DID_NOT_RETURN_A_CERTIFICATE)
        return "the peer shows no certificate";
    return "the TLS handshake failed";
}

static void shake(struct tls *tls)
{
    int done = SSL_do_handshake(tls->ssl);
    int error = SSL_get_error(tls->ssl, done);

    if (done == 1)
        tls->state = UP;
    else if (error != SSL_ERROR_WANT_READ && error != SSL_ERROR_WANT_WRITE)
        end(tls, why_not(tls));
}

/* RFC 8253 3.2: only StartTLS goes on; whoever opens in the clear, or says anything else, is told so. */
static void look_at_header(struct tls *tls)
{
    cp_rd rd = cp_rd_make((cp_text){tls->header, HEADER_BYTES});
    uint8_t version = cp_rd_u8(&rd), type = cp_rd_u8(&rd);
    uint16_t len = cp_rd_u16(&rd);

    if (version >> 5 == 1 && type == TYPE_START_TLS && len == HEADER_BYTES)
        tls->state = SHAKES;
    else if (type == TYPE_OPEN)
        refuse_start(tls, 3, "the peer wants no TLS, which is required");
    else if (type == TYPE_ERROR)
        end(tls, "the peer refuses TLS");
    else
        refuse_start(tls, 2, "something else than StartTLS came first");
}

void tls_take(struct tls *tls, cp_text bytes)
{
    while (tls->state == WAITS && bytes.len > 0) {
        tls->header[tls->header_len++] = bytes.at[0];
        bytes = cp_text_sub(bytes, 1, bytes.len - 1);
        if (tls->header_len == HEADER_BYTES)
            look_at_header(tls);
    }
    if (tls->state == OVER || tls->state == WAITS)
        return;
    if (bytes.len > 0 && BIO_write(tls->in, bytes.at, (int)bytes.len) != (int)bytes.len) {
        end(tls, "out of memory");
        return;
    }
    if (tls->state == SHAKES)
        shake(tls);
}

bool tls_is_up(const struct tls *tls)
{
    return tls->state == UP;
}

const char *tls_over(const struct tls *tls)
{
    return tls->state == OVER ? tls->why : NULL;
}

/* --- bytes --------------------------------------------------------------------------------------- */

size_t tls_read(struct tls *tls, char *to, size_t room)
{
    size_t count = 0;
    int error;

    if (tls->state != UP || SSL_read_ex(tls->ssl, to, room, &count) == 1)
        return count;
    error = SSL_get_error(tls->ssl, 0);
    if (error == SSL_ERROR_ZERO_RETURN)
        end(tls, "the peer ended TLS");
    else if (error != SSL_ERROR_WANT_READ && error != SSL_ERROR_WANT_WRITE)
        end(tls, "what came is no TLS");
    return 0;
}

bool tls_write(struct tls *tls, cp_text bytes)
{
    while (tls->state == UP && bytes.len > 0) {
        size_t count = 0;

        if (SSL_write_ex(tls->ssl, bytes.at, bytes.len, &count) != 1) {
            end(tls, "TLS takes no more bytes");
            break;
        }
        bytes = cp_text_sub(bytes, count, bytes.len - count);
    }
    return tls->state == UP;
}

size_t tls_out(struct tls *tls, char *to, size_t room)
{
    int count;

    if (tls->plain_len > 0) {
        size_t len = tls->plain_len < room ? tls->plain_len : room;

        memcpy(to, tls->plain, len);
        memmove(tls->plain, tls->plain + len, tls->plain_len - len);
        tls->plain_len -= len;
        return len;
    }
    count = BIO_read(tls->out, to, room > INT32_MAX ? INT32_MAX : (int)room);
    return count > 0 ? (size_t)count : 0;
}

void tls_subject(const struct tls *tls, char *to, size_t room)
{
    X509 *peer = SSL_get0_peer_certificate(tls->ssl);

    to[0] = '\0';
    if (peer != NULL)
        (void)X509_NAME_oneline(X509_get_subject_name(peer), to, (int)room);
}
