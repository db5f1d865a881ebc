#include "kernel/links.h"

#include <string.h>

#include <libmnl/libmnl.h>
#include <linux/rtnetlink.h>
#include <net/if.h>
#include <sys/ioctl.h>
#include <sys/socket.h>

enum { RECEIVE_BYTES = 1 << 22 };

struct mnl_socket *links_open(void)
{
    struct mnl_socket *links = mnl_socket_open2(NETLINK_ROUTE, SOCK_CLOEXEC | SOCK_NONBLOCK);
    int bytes = RECEIVE_BYTES;

    if (links == NULL ||
        mnl_socket_bind(links, RTMGRP_LINK | RTMGRP_IPV6_IFADDR, MNL_SOCKET_AUTOPID) < 0)
        return NULL;
    (void)setsockopt(mnl_socket_get_fd(links), SOL_SOCKET, SO_RCVBUF, &bytes, sizeof bytes);
    return links;
}

static struct ifreq request_of(cp_text interface)
{
    struct ifreq request = {.ifr_mtu = 0};

    memcpy(request.ifr_name, interface.at, interface.len < IFNAMSIZ ? interface.len : IFNAMSIZ - 1);
    return request;
}

uint32_t links_find(cp_text interface)
{
    return if_nametoindex(request_of(interface).ifr_name);
}

uint32_t links_mtu(struct mnl_socket *links, cp_text interface)
{
    struct ifreq request = request_of(interface);

    if (ioctl(mnl_socket_get_fd(links), SIOCGIFMTU, &request) != 0 || request.ifr_mtu < 0)
        return 0;
    return (uint32_t)request.ifr_mtu;
}
