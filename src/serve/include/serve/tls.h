#pragma once

#include "app/exit.h"
#include "base/address.h"
#include "serve/placed.h"

/**
 * PCEP over TLS (RFC 8253): both exchange StartTLS, then TLS 1.2 or later with certificates of
 * both sides, then PCEP.  There is no way back to plain TCP.
 *
 * A machine like the sessions: bytes of the connection go in and come out, and plain ones of the peer.
 */
struct tls_context; /* our certificate and whom we trust */
struct tls;         /* one connection */

typedef enum { TLS_CALLED, TLS_CALLS } tls_side; /* whether we were called, or call */

/** PEM files, by where their paths stand in a file of values. */
struct tls_files {
    const struct cp_placed_file *file;
    const char *const *certificate, *const *key, *const *authority;
};

enum { TLS_WAIT_US = 60000000 /* for StartTLS and for the handshake */ };

/** All that is wrong is said, with its place there, and the code is that of the first:
 * MISSING, IO, INPUT; REFUSED: others may read the key. */
cp_exit tls_context_open(const struct tls_files *files, struct tls_context **out);
void tls_context_close(struct tls_context *context); /* NULL is allowed */

/**
 * name: that the peer's certificate must bear (DNS name), without wildcards; NULL: its address (iPAddress).
 * StartTLS waits to be sent at once.  NULL: out of memory.
 */
struct tls *tls_open(struct tls_context *context, tls_side side, const char *name, cp_ip address);
void tls_close(struct tls *tls); /* NULL is allowed */

/** Bytes from the connection. */
void tls_take(struct tls *tls, cp_text bytes);
/** The handshake is done, and the certificate is the peer's: PCEP may begin. */
bool tls_is_up(const struct tls *tls);
/** Why it is over: constant; NULL: it is not.  The connection is closed once tls_out gave all. */
const char *tls_over(const struct tls *tls);
/** The peer took too long: says so to it. */
void tls_late(struct tls *tls);
/** Plain bytes of the peer; 0: none are left. */
size_t tls_read(struct tls *tls, char *to, size_t room);
/** Plain bytes for the peer, while it is up.  False: it is over. */
bool tls_write(struct tls *tls, cp_text bytes);
/** Bytes for the connection; 0: none are left. */
size_t tls_out(struct tls *tls, char *to, size_t room);
/** The peer's subject, for logs; "" where it has none yet. */
void tls_subject(const struct tls *tls, char *to, size_t room);
