#include "serve/socket.h"

#include <errno.h>
#include <netinet/tcp.h>
#include <string.h>
#include <unistd.h>

#include "serve/secret.h"

enum { USER_TIMEOUT_MS = 30000 };

void socket_address(cp_ip ip, uint32_t port, struct sockaddr_storage *out)
{
    memset(out, 0, sizeof *out);
    if (ip.family == 4) {
        struct sockaddr_in *v4 = (struct sockaddr_in *)out;

        v4->sin_family = AF_INET;
        v4->sin_port = htons((uint16_t)port);
        memcpy(&v4->sin_addr, ip.bytes, 4);
    } else {
        struct sockaddr_in6 *v6 = (struct sockaddr_in6 *)out;

        v6->sin6_family = AF_INET6;
        v6->sin6_port = htons((uint16_t)port);
        memcpy(&v6->sin6_addr, ip.bytes, 16);
    }
}

int socket_make(uv_tcp_t *tcp, int family)
{
    int fd =
        socket(family == 4 ? AF_INET : AF_INET6, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    int err = fd < 0 ? uv_translate_sys_error(errno) : uv_tcp_open(tcp, fd);

    if (err != 0 && fd >= 0)
        (void)close(fd);
    return err;
}

static cp_ip address_of(const uint8_t *bytes, size_t count)
{
    cp_ip ip = {.family = count == 4 ? 4 : 6};

    memcpy(ip.bytes, bytes, count);
    return ip;
}

cp_ip socket_peer(const uv_tcp_t *tcp)
{
    static const uint8_t mapped[12] = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff};
    struct sockaddr_storage from;
    int len = sizeof from;
    const uint8_t *bytes;

    if (uv_tcp_getpeername(tcp, (struct sockaddr *)&from, &len) != 0)
        return (cp_ip){0};
    if (from.ss_family == AF_INET)
        return address_of((const uint8_t *)&((const struct sockaddr_in *)&from)->sin_addr, 4);
    if (from.ss_family != AF_INET6)
        return (cp_ip){0};
    bytes = ((const struct sockaddr_in6 *)&from)->sin6_addr.s6_addr;
    return memcmp(bytes, mapped, sizeof mapped) == 0 ? address_of(bytes + sizeof mapped, 4)
                                                     : address_of(bytes, 16);
}

/* setsockopt of a connection that has a socket; an error of libuv. */
static int set_option(const uv_tcp_t *tcp, int option, const void *value, socklen_t len)
{
    uv_os_fd_t fd;
    int err = uv_fileno((const uv_handle_t *)tcp, &fd);

    if (err != 0)
        return err;
    return setsockopt(fd, IPPROTO_TCP, option, value, len) == 0 ? 0 : uv_translate_sys_error(errno);
}

static cp_ip map(cp_ip ip)
{
    cp_ip to = {.family = 6, .bytes = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff}};

    if (ip.family != 4)
        return ip;
    memcpy(to.bytes + 12, ip.bytes, 4);
    return to;
}

int socket_set_md5(const uv_tcp_t *tcp, const struct cp_placed_file *file,
                   const char *const *key_file, cp_ip peer, bool mapped)
{
    struct tcp_md5sig option = {0};
    struct sockaddr_storage address;
    char key[SECRET_BYTES_MAX];
    size_t len;
    int err;

    if (secret_read(file, key_file, key, &len) != CP_EXIT_OK)
        return UV_EACCES;
    socket_address(mapped ? map(peer) : peer, 0, &address);
    memcpy(&option.tcpm_addr, &address, sizeof option.tcpm_addr);
    option.tcpm_keylen = (uint16_t)len;
    memcpy(option.tcpm_key, key, len);
    err = set_option(tcp, TCP_MD5SIG, &option, sizeof option);
    explicit_bzero(&option, sizeof option);
    explicit_bzero(key, sizeof key);
    return err;
}

void socket_set_user_timeout(const uv_tcp_t *tcp)
{
    static const unsigned timeout_ms = USER_TIMEOUT_MS;

    (void)set_option(tcp, TCP_USER_TIMEOUT, &timeout_ms, sizeof timeout_ms);
}
