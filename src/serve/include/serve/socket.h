#pragma once

#include <uv.h>

#include "base/address.h"
#include "serve/placed.h"

/** What libuv has no call for. */

void socket_address(cp_ip ip, uint32_t port, struct sockaddr_storage *out);
/** Gives it a socket before it connects, so that options can be set.  An error of libuv. */
int socket_make(uv_tcp_t *tcp, int family);
/** Of the other side; an IPv4 address that comes mapped into IPv6 is one of IPv4.  Family 0: none. */
cp_ip socket_peer(const uv_tcp_t *tcp);
/**
 * TCP-MD5 (RFC 2385) with whom has this address; mapped: on a socket of IPv6.  The key is the file's first line.
 * An error of libuv; what is wrong with the file has been said.
 */
int socket_set_md5(const uv_tcp_t *tcp, const struct cp_placed_file *file,
                   const char *const *key_file, cp_ip peer, bool mapped);
/** Bytes that nobody acknowledges for 30 s end the connection (RFC 5482). */
void socket_set_user_timeout(const uv_tcp_t *tcp);
