"""Forwards MPLS for a router whose kernel cannot: label_switch.py VTY_FOLDER [--ingress LABEL]

Runs in the router's network namespace. What to do with a label is what its real zebra says (`show mpls table
json`, asked twice a second). With --ingress, packets that are routed into the device `mpls0` leave with the labels
that the table has for LABEL: the binding SID of an SR policy. On SIGUSR1 it writes what it has counted to stdout,
one line `label NUMBER COUNT`, `drop NUMBER COUNT`, `pushed COUNT`, and then `end`. For tests: slow, and plain.
"""

import collections
import fcntl
import json
import os
import select
import signal
import socket
import struct
import subprocess
import sys
import threading
import time

ETH_MPLS, ETH_IPV4, ETH_IPV6 = 0x8847, 0x0800, 0x86DD
IMPLICIT_NULL = 3
TUNSETIFF, IFF_TUN, IFF_NO_PI = 0x400454CA, 0x0001, 0x1000


class Switch:
    def __init__(self, vty_folder, ingress):
        self.vty_folder, self.ingress = vty_folder, ingress
        self.raw = socket.socket(socket.AF_PACKET, socket.SOCK_RAW, socket.htons(ETH_MPLS))
        self.out = socket.socket(socket.AF_PACKET, socket.SOCK_RAW, 0)
        self.knock = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.table, self.macs, self.interfaces = {}, {}, {}
        self.counts = collections.Counter()
        self.tun = self.open_tun() if ingress else None

    @staticmethod
    def open_tun():
        tun = os.open("/dev/net/tun", os.O_RDWR)
        fcntl.ioctl(tun, TUNSETIFF, struct.pack("16sH22x", b"mpls0", IFF_TUN | IFF_NO_PI))
        subprocess.run(["ip", "link", "set", "mpls0", "up", "mtu", "1400"], check=True)
        return tun

    # --- the table

    def ask(self):
        """label -> (labels to put on, interface, next hop)"""
        told = subprocess.run(["vtysh", "--vty_socket", self.vty_folder, "-d", "zebra", "-c",
                               "show mpls table json"], capture_output=True, text=True)
        try:
            entries = json.loads(told.stdout)
        except ValueError:
            return
        table = {}
        for label, entry in entries.items():
            for hop in entry.get("nexthops", []):
                if "nexthop" not in hop or ":" in hop["nexthop"]:
                    continue
                interface = hop.get("interface") or self.interface(hop["nexthop"])
                labels = hop.get("outLabelStack") or [hop.get("outLabel", IMPLICIT_NULL)]
                table[int(label)] = ([x for x in labels if x != IMPLICIT_NULL],
                                     interface, hop["nexthop"])
                break
        self.table = table

    def keep_asking(self):
        """Beside the packets: on a busy machine an answer takes longer than they can wait"""
        while True:
            self.ask()
            time.sleep(0.5)

    def interface(self, address):
        """Of a next hop of a policy zebra does not say it"""
        if address not in self.interfaces:
            told = subprocess.run(["ip", "-j", "route", "get", address], capture_output=True,
                                  text=True)
            self.interfaces[address] = json.loads(told.stdout)[0]["dev"]
        return self.interfaces[address]

    def mac(self, interface, address):
        """The neighbour's; None until the kernel has asked for it"""
        if (interface, address) not in self.macs:
            self.knock.sendto(b"", (address, 9))
            for line in open("/proc/net/arp", encoding="ascii").read().splitlines()[1:]:
                cells = line.split()
                if cells[0] == address and cells[5] == interface and cells[2] != "0x0":
                    self.macs[interface, address] = bytes.fromhex(cells[3].replace(":", ""))
        return self.macs.get((interface, address))

    # --- packets

    def send(self, label, ttl, payload, labelled):
        labels, interface, address = self.table[label]
        to = self.mac(interface, address)
        if to is None:
            return
        with open(f"/sys/class/net/{interface}/address", encoding="ascii") as own:
            me = bytes.fromhex(own.read().strip().replace(":", ""))
        stack = b""
        for at, each in enumerate(labels):
            last = at == len(labels) - 1 and not labelled
            stack += struct.pack("!I", each << 12 | last << 8 | ttl)
        kind = ETH_MPLS if labels or labelled else ETH_IPV4 if payload[0] >> 4 == 4 else ETH_IPV6
        try:
            self.out.sendto(to + me + struct.pack("!H", kind) + stack + payload, (interface, 0))
        except OSError:  # the link went down, which its table does not say yet
            self.counts["lost", label] += 1

    def forward(self, frame):
        word, = struct.unpack("!I", frame[14:18])
        label, bottom, ttl = word >> 12, word >> 8 & 1, (word & 255) - 1
        self.counts["label", label] += 1
        if label not in self.table or ttl <= 0:
            self.counts["drop", label] += 1
        else:
            self.send(label, ttl, frame[18:], not bottom)

    def push(self, packet):
        if packet[0] >> 4 == 4 and self.ingress in self.table:
            self.counts["pushed",] += 1
            self.send(self.ingress, 64, packet, False)
        elif packet[0] >> 4 == 4:
            self.counts["drop", self.ingress] += 1

    # --- running

    def say(self, *_):
        for key, count in sorted(self.counts.items(), key=str):
            print(*key, count)
        print("end", flush=True)

    def run(self):
        signal.signal(signal.SIGUSR1, self.say)
        ready = [self.raw] + ([self.tun] if self.tun is not None else [])
        threading.Thread(target=self.keep_asking, daemon=True).start()
        while True:
            for one in select.select(ready, [], [], 0.2)[0]:
                if one is self.raw:
                    frame, about = self.raw.recvfrom(65535)
                    if about[2] != socket.PACKET_OUTGOING:
                        self.forward(frame)
                else:
                    self.push(os.read(self.tun, 65535))


if __name__ == "__main__":
    Switch(sys.argv[1], int(sys.argv[3]) if sys.argv[2:3] == ["--ingress"] else None).run()
