#include "serve/tls.h"

#include <openssl/pem.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <setjmp.h>
#include <cmocka.h>

/*
 * PCEP over TLS without a socket: OpenSSL plays the peer on two memory BIOs of its own.  Certificates are made here:
 * an authority, one of a server, and peers' of this authority and of another one.
 */

enum { PIECE = 16384 };

static char folder[] = "/tmp/cleanpath-tls-XXXXXX";
static struct tls_context *context;
static const cp_ip address = {.family = 4, .bytes = {10, 0, 0, 1}};

struct made {
    X509 *certificate;
    EVP_PKEY *key;
};
static struct made authority, stranger, ours, theirs, strange, unnamed;

/* --- certificates -------------------------------------------------------------------------------- */

static void add_extension(X509 *to, X509 *issuer, int kind, const char *value)
{
    X509V3_CTX about;
    X509_EXTENSION *extension;

    X509V3_set_ctx(&about, issuer, to, NULL, NULL, 0);
    extension = X509V3_EXT_conf_nid(NULL, &about, kind, value);
    assert_non_null(extension);
    assert_int_equal(X509_add_ext(to, extension, -1), 1);
    X509_EXTENSION_free(extension);
}

/* by NULL: by itself, an authority. */
static struct made certify(const char *name, const struct made *by, const char *names)
{
    struct made m = {X509_new(), EVP_EC_gen("P-256")};
    X509_NAME *subject = X509_get_subject_name(m.certificate);
    const struct made *issuer = by != NULL ? by : &m;

    assert_non_null(m.key);
    (void)X509_set_version(m.certificate, 2);
    (void)ASN1_INTEGER_set(X509_get_serialNumber(m.certificate),
                           (long)name[0] * 1000 + rand() % 999);
    (void)X509_gmtime_adj(X509_getm_notBefore(m.certificate), -3600);
    (void)X509_gmtime_adj(X509_getm_notAfter(m.certificate), 3600);
    (void)X509_NAME_add_entry_by_txt(subject, "CN", MBSTRING_UTF8, (const unsigned char *)name, -1,
                                     -1, 0);
    (void)X509_set_issuer_name(m.certificate, X509_get_subject_name(issuer->certificate));
    (void)X509_set_pubkey(m.certificate, m.key);
    if (by == NULL)
        add_extension(m.certificate, issuer->certificate, NID_basic_constraints,
                      "critical,CA:TRUE");
    if (names != NULL)
        add_extension(m.certificate, issuer->certificate, NID_subject_alt_name, names);
    assert_true(X509_sign(m.certificate, issuer->key, EVP_sha256()) > 0);
    return m;
}

static const char *path_of(const char *name)
{
    static char paths[4][256];
    static unsigned at;
    char *path = paths[at++ % 4];

    (void)snprintf(path, sizeof paths[0], "%s/%s", folder, name);
    return path;
}

static void put_certificate(const char *name, X509 *certificate)
{
    FILE *file = fopen(path_of(name), "w");

    assert_non_null(file);
    assert_int_equal(PEM_write_X509(file, certificate), 1);
    assert_int_equal(fclose(file), 0);
}

static void put_key(const char *name, EVP_PKEY *key, mode_t mode)
{
    FILE *file = fopen(path_of(name), "w");

    assert_non_null(file);
    assert_int_equal(PEM_write_PrivateKey(file, key, NULL, NULL, 0, NULL, NULL), 1);
    assert_int_equal(fclose(file), 0);
    assert_int_equal(chmod(path_of(name), mode), 0);
}

static cp_exit open_with(const char *certificate, const char *key, struct tls_context **out)
{
    const struct cp_placed_file file = {"cleanpathd.yaml", NULL};
    const char *paths[] = {path_of(certificate), path_of(key), path_of("ca.pem")};
    const struct tls_files files = {&file, &paths[0], &paths[1], &paths[2]};

    return tls_context_open(&files, out);
}

static int make_all(void **state)
{
    (void)state;
    assert_non_null(mkdtemp(folder));
    authority = certify("authority", NULL, NULL);
    stranger = certify("stranger", NULL, NULL);
    ours = certify("controller", &authority, "DNS:controller.example");
    theirs = certify("r1", &authority, "DNS:r1.example,IP:10.0.0.1");
    strange = certify("r1", &stranger, "DNS:r1.example,IP:10.0.0.1");
    unnamed = certify("r1.example", &authority, NULL);
    put_certificate("ca.pem", authority.certificate);
    put_certificate("own.pem", ours.certificate);
    put_key("own.key", ours.key, 0600);
    put_key("open.key", ours.key, 0640);
    put_key("other.key", theirs.key, 0600);
    assert_int_equal(open_with("own.pem", "own.key", &context), CP_EXIT_OK);
    return 0;
}

static void drop(struct made *m)
{
    X509_free(m->certificate);
    EVP_PKEY_free(m->key);
}

static int drop_all(void **state)
{
    static const char *const files[] = {"ca.pem", "own.pem", "own.key", "open.key", "other.key"};

    (void)state;
    tls_context_close(context);
    drop(&authority);
    drop(&stranger);
    drop(&ours);
    drop(&theirs);
    drop(&strange);
    drop(&unnamed);
    for (size_t i = 0; i < CP_COUNT(files); i++)
        (void)unlink(path_of(files[i]));
    return rmdir(folder);
}

/* --- the peer ------------------------------------------------------------------------------------ */

struct peer {
    SSL_CTX *context;
    SSL *ssl;
    BIO *in, *out;
};

/* with NULL: it shows no certificate. */
static struct peer call(const struct made *with, int version)
{
    struct peer p = {.context = SSL_CTX_new(TLS_client_method())};

    SSL_CTX_set_security_level(p.context, 0);
    (void)SSL_CTX_set_max_proto_version(p.context, version);
    (void)X509_STORE_add_cert(SSL_CTX_get_cert_store(p.context), authority.certificate);
    SSL_CTX_set_verify(p.context, SSL_VERIFY_PEER, NULL);
    if (with != NULL) {
        assert_int_equal(SSL_CTX_use_certificate(p.context, with->certificate), 1);
        assert_int_equal(SSL_CTX_use_PrivateKey(p.context, with->key), 1);
    }
    p.ssl = SSL_new(p.context);
    p.in = BIO_new(BIO_s_mem());
    p.out = BIO_new(BIO_s_mem());
    (void)BIO_set_mem_eof_return(p.in, -1);
    SSL_set_bio(p.ssl, p.in, p.out);
    SSL_set_connect_state(p.ssl);
    return p;
}

static void hang_up(struct peer *p)
{
    SSL_free(p->ssl);
    SSL_CTX_free(p->context);
}

/* All that each side has for the other, in pieces of `step` bytes, until neither has any. */
static void exchange(struct tls *tls, struct peer *p, size_t step)
{
    char piece[PIECE];

    for (bool more = true; more;) {
        size_t count = tls_out(tls, piece, step);
        int sent;

        (void)BIO_write(p->in, piece, (int)count);
        if (SSL_is_init_finished(p->ssl) == 0)
            (void)SSL_do_handshake(p->ssl);
        sent = BIO_read(p->out, piece, (int)step);
        if (sent > 0)
            tls_take(tls, (cp_text){piece, (size_t)sent});
        more = count > 0 || sent > 0;
    }
}

static void start(struct tls *tls)
{
    char said[16];

    assert_int_equal(tls_out(tls, said, sizeof said), 4);
    assert_memory_equal(said, "\x20\x0d\x00\x04", 4);
    tls_take(tls, (cp_text){"\x20\x0d\x00\x04", 4});
    assert_null(tls_over(tls));
}

static const char *result_of(const struct made *with, const char *name, int version)
{
    struct tls *tls = tls_open(context, TLS_CALLED, name, address);
    struct peer p = call(with, version);
    const char *why;

    start(tls);
    exchange(tls, &p, PIECE);
    why = tls_over(tls);
    assert_true((why == NULL) == tls_is_up(tls));
    hang_up(&p);
    tls_close(tls);
    return why;
}

/* --- facts --------------------------------------------------------------------------------------- */

static void the_peers_own_certificate_lets_it_in(void **state)
{
    (void)state;
    assert_null(result_of(&theirs, "r1.example", 0));
    assert_null(result_of(&theirs, NULL, 0));
    assert_null(result_of(&theirs, NULL, TLS1_2_VERSION));
}

static void certificates_of_others_do_not(void **state)
{
    (void)state;
    assert_string_equal(result_of(&theirs, "r2.example", 0), "the certificate is not this peer's");
    assert_non_null(result_of(&strange, "r1.example", 0));
    assert_non_null(result_of(&ours, NULL, 0));
    assert_string_equal(result_of(NULL, "r1.example", 0), "the peer shows no certificate");
}

/* RFC 6125: a name that the certificate does not list is not its name. */
static void a_common_name_is_no_name(void **state)
{
    (void)state;
    assert_non_null(result_of(&unnamed, "r1.example", 0));
}

static void tls_before_1_2_is_refused(void **state)
{
    (void)state;
    assert_non_null(result_of(&theirs, NULL, TLS1_1_VERSION));
}

static void bytes_go_both_ways_however_they_are_cut(void **state)
{
    (void)state;
    for (size_t step = 1; step < 400; step += 57) {
        struct tls *tls = tls_open(context, TLS_CALLED, NULL, address);
        struct peer p = call(&theirs, 0);
        char got[16];

        start(tls);
        exchange(tls, &p, step);
        assert_true(tls_is_up(tls));
        assert_int_equal(SSL_write(p.ssl, "hello", 5), 5);
        exchange(tls, &p, step);
        assert_int_equal(tls_read(tls, got, sizeof got), 5);
        assert_memory_equal(got, "hello", 5);
        assert_int_equal(tls_read(tls, got, sizeof got), 0);
        assert_true(tls_write(tls, CP_TEXT("path")));
        exchange(tls, &p, step);
        assert_int_equal(SSL_read(p.ssl, got, sizeof got), 4);
        hang_up(&p);
        tls_close(tls);
    }
}

/* RFC 8253 3.2 TEST, 6.3: errors 25/3, 25/2 and 25/5 in the clear, then the end. */
static void who_begins_otherwise_is_told_so(void **state)
{
    static const struct {
        const char *said;
        uint8_t value; /* 0: it is told nothing */
    } cases[] = {{"\x20\x01\x00\x1c", 3},
                 {"\x20\x02\x00\x04", 2},
                 {"\x20\x0d\x00\x08", 2},
                 {"\x40\x0d\x00\x04", 2},
                 {"\x20\x06\x00\x0c", 0}};

    (void)state;
    for (size_t i = 0; i < CP_COUNT(cases); i++) {
        struct tls *tls = tls_open(context, TLS_CALLED, NULL, address);
        char said[32];
        size_t count;

        tls_take(tls, (cp_text){cases[i].said, 4});
        assert_non_null(tls_over(tls));
        assert_false(tls_is_up(tls));
        count = tls_out(tls, said, sizeof said);
        assert_int_equal(count, cases[i].value == 0 ? 4 : 16);
        if (cases[i].value != 0)
            assert_int_equal(said[15], cases[i].value);
        tls_take(tls, (cp_text){"\x20\x0d\x00\x04", 4});
        assert_non_null(tls_over(tls));
        tls_close(tls);
    }
}

static void who_says_nothing_is_told_that_it_is_late(void **state)
{
    struct tls *tls = tls_open(context, TLS_CALLED, NULL, address);
    char said[32];

    (void)state;
    tls_take(tls, (cp_text){"\x20\x0d", 2});
    assert_null(tls_over(tls));
    tls_late(tls);
    assert_string_equal(tls_over(tls), "no StartTLS came in time");
    assert_int_equal(tls_out(tls, said, sizeof said), 16);
    assert_int_equal(said[15], 5);
    tls_close(tls);
}

static void pcep_in_the_clear_after_starttls_is_no_tls(void **state)
{
    struct tls *tls = tls_open(context, TLS_CALLED, NULL, address);

    (void)state;
    tls_take(tls, CP_TEXT("\x20\x0d\x00\x04\x20\x01\x00\x0c\x01\x10\x00\x08\x20\x1e\x78\x00"));
    assert_non_null(tls_over(tls));
    tls_close(tls);
}

static void keys_that_others_may_read_are_refused(void **state)
{
    struct tls_context *none;

    (void)state;
    assert_int_equal(open_with("own.pem", "open.key", &none), CP_EXIT_REFUSED);
    assert_null(none);
    assert_int_equal(open_with("own.pem", "other.key", &none), CP_EXIT_INPUT);
    assert_int_equal(open_with("none.pem", "own.key", &none), CP_EXIT_MISSING);
    assert_int_equal(open_with("own.pem", "no.key", &none), CP_EXIT_MISSING);
}

/* Whatever the one has to send the other takes; false: nothing was sent. */
static bool move(struct tls *from, struct tls *to)
{
    static char piece[PIECE];
    size_t count = tls_out(from, piece, sizeof piece);

    if (count > 0)
        tls_take(to, (cp_text){piece, count});
    return count > 0;
}

static void who_calls_and_who_is_called_understand_each_other(void **state)
{
    struct tls *called = tls_open(context, TLS_CALLED, "controller.example", address);
    struct tls *calls = tls_open(context, TLS_CALLS, "controller.example", address);
    char got[16];

    (void)state;
    while (move(called, calls) || move(calls, called))
        ;
    assert_true(tls_is_up(called) && tls_is_up(calls));
    assert_true(tls_write(calls, CP_TEXT("hello")));
    while (move(calls, called))
        ;
    assert_int_equal(tls_read(called, got, sizeof got), 5);
    assert_memory_equal(got, "hello", 5);
    tls_close(called);
    tls_close(calls);
}

static void who_calls_believes_no_other_name(void **state)
{
    struct tls *called = tls_open(context, TLS_CALLED, "controller.example", address);
    struct tls *calls = tls_open(context, TLS_CALLS, "other.example", address);

    (void)state;
    while (move(called, calls) || move(calls, called))
        ;
    assert_false(tls_is_up(calls));
    assert_non_null(tls_over(calls));
    tls_close(called);
    tls_close(calls);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_peers_own_certificate_lets_it_in),
        cmocka_unit_test(certificates_of_others_do_not),
        cmocka_unit_test(a_common_name_is_no_name),
        cmocka_unit_test(tls_before_1_2_is_refused),
        cmocka_unit_test(bytes_go_both_ways_however_they_are_cut),
        cmocka_unit_test(who_begins_otherwise_is_told_so),
        cmocka_unit_test(who_says_nothing_is_told_that_it_is_late),
        cmocka_unit_test(pcep_in_the_clear_after_starttls_is_no_tls),
        cmocka_unit_test(keys_that_others_may_read_are_refused),
        cmocka_unit_test(who_calls_and_who_is_called_understand_each_other),
        cmocka_unit_test(who_calls_believes_no_other_name),
    };

    return cmocka_run_group_tests(tests, make_all, drop_all);
}
