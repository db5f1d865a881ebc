"""What selects name, to the kernel: that the first of them in the policy says the class, and nothing of it leaves."""

import contextlib
import random
import re
import socket
import subprocess
import sys
import unittest
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))
import barrierlab  # noqa: E402
from barrierlab import IPV6_TCLASS, policy_text  # noqa: E402

LACKING = barrierlab.lacking()
POLICIES, PACKETS, SELECTS = 8, 60, 12
SO_MARK, PROTO_UDP, PROTO_TCP = 36, 17, 6
ADDRESSES = {4: ("10.1.128.1", "10.1.128.2", "10.1.0.1", "10.2.0.1", "192.0.2.1"),
             6: ("fd00:1:8000::1", "fd00:1:8000::2", "fd00:1::1", "fd00:2::1", "2001:db8::1")}
TO = {4: ("10.0.0.0/8", "10.1.0.0/16", "10.1.128.0/17", "10.1.128.1/32"),
      6: ("fd00::/16", "fd00:1::/32", "fd00:1:8000::/33", "fd00:1:8000::1/128")}
FROM = {4: ("192.168.1.0/24", "192.168.2.0/24", "192.168.0.0/16", "192.168.2.1/32"),
        6: ("fc01:1::/64", "fc01:2::/64", "fc01::/32", "fc01:2::1/128")}
SOURCES = {4: [f"192.168.{n}.1" for n in (1, 2, 3)], 6: [f"fc01:{n}::1" for n in (1, 2, 3)]}
PORTS, DSCPS, MARKS = (80, 81, 5000), (0, 32, 33), (0, 7, 9)
FROM_PORT = 20000  # of the first packet; each has another one


def number(address):
    family = socket.AF_INET6 if ":" in address else socket.AF_INET
    return int.from_bytes(socket.inet_pton(family, address), "big"), 128 if ":" in address else 32


def holds(prefix, address):
    network, length = prefix.split("/")
    (value, width), (asked, asked_width) = number(network), number(address)
    return width == asked_width and (value ^ asked) >> (width - int(length)) == 0


def any_select(random_):
    words = {}
    family = random_.choice((4, 6))
    if random_.random() < .3:  # one packet at most
        words = {"proto": PROTO_UDP, "from-port": f"{FROM_PORT + random_.randrange(PACKETS)}"}
        if random_.random() < .3:
            words["port"] = f"{random_.choice(PORTS)}"
    while not words:
        if random_.random() < .5:
            words["from"] = random_.choice(FROM[family])
        if random_.random() < .5:
            words["to"] = random_.choice(TO[family])
        if random_.random() < .3:
            words["dscp"] = random_.choice(DSCPS[1:])
        if random_.random() < .4:
            words["proto"] = random_.choice((PROTO_UDP, PROTO_UDP, PROTO_TCP))
            if random_.random() < .5:
                low = FROM_PORT + random_.randrange(PACKETS)
                words["from-port"] = random_.choice((f"{low}", f"{low}-{low + PACKETS // 2}", f"1024-{low}"))
            if random_.random() < .6:
                words["port"] = random_.choice(("80", "81", "80-81", "81-5000"))
        if random_.random() < .3:
            words["mark"] = random_.choice(MARKS[1:])
    return random_.choice((100, 200)), words


def holds_port(ports, asked):
    low, _, high = ports.partition("-")
    return int(low) <= asked <= int(high or low)


def names(words, packet):
    return (holds(words["from"], packet["from"]) if "from" in words else True) and \
        (holds(words["to"], packet["to"]) if "to" in words else True) and \
        words.get("dscp", packet["dscp"]) == packet["dscp"] and words.get("proto", PROTO_UDP) == PROTO_UDP and \
        words.get("mark", packet["mark"]) == packet["mark"] and \
        all(holds_port(words.get(key, "0-65535"), packet[key]) for key in ("from-port", "port"))


@unittest.skipIf(LACKING, LACKING)
class SelectsTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.lab = barrierlab.Lab()
        try:
            cls.lab.up()
        except BaseException:
            cls.lab.down()
            raise

    @classmethod
    def tearDownClass(cls):
        cls.lab.down()

    def send(self, packet):
        six = ":" in packet["to"]
        with barrierlab.inside(self.lab.space("h")), \
                socket.socket(socket.AF_INET6 if six else socket.AF_INET, socket.SOCK_DGRAM) as sender:
            sender.setsockopt(socket.SOL_SOCKET, SO_MARK, packet["mark"])
            if six:
                sender.setsockopt(socket.IPPROTO_IPV6, IPV6_TCLASS, packet["dscp"] << 2)
            else:
                sender.setsockopt(socket.IPPROTO_IP, socket.IP_TOS, packet["dscp"] << 2)
            sender.bind((packet["from"], packet["from-port"]))
            with contextlib.suppress(OSError):  # what is dropped of our own is told to us
                sender.sendto(b"?", (packet["to"], packet["port"]))

    def marks(self):
        """By source port: the mark that a packet had behind the barrier's first hook"""
        said = self.lab.list("-n", "list", "set", "inet", "watch", "marks")
        return {int(port): int(mark, 16) for port, mark in re.findall(r"(\d+) \. (0x[0-9a-f]{8})", said)}

    def test_the_first_select_that_names_a_packet_says_its_class(self):
        named = 0
        for case in range(POLICIES):
            random_ = random.Random(case)
            selects = [any_select(random_) for _ in range(SELECTS)]
            more = ["select {} {}".format(class_, " ".join(f"{key} {value}" for key, value in words.items()))
                    for class_, words in selects]
            text = re.sub(r"select [12]00 to .*\n", "", policy_text(more=["select 100 mark 0xffff"]))
            self.lab.raise_(text.replace("select 100 mark 0xffff\n", "".join(f"{line}\n" for line in more)))
            for family in ("-4", "-6"):  # the filter alone
                self.lab.at("h", "ip", family, "rule", "flush", "protocol", "201")
            self.lab.at("h", "nft", "-f", "-", input="""table inet watch { }
                delete table inet watch
                table inet watch {
                    set marks { typeof udp sport . meta mark; size 1024; flags dynamic; }
                    chain out { type filter hook output priority 0; policy accept;
                        udp sport 20000-29999 add @marks { udp sport . meta mark }
                    }
                }""")
            before, expected = self.lab.counts()["kept"], {}
            for port in range(FROM_PORT, FROM_PORT + PACKETS):
                family = random_.choice((4, 6))
                packet = {"from": random_.choice(SOURCES[family]), "to": random_.choice(ADDRESSES[family]),
                          "dscp": random_.choice(DSCPS), "from-port": port, "port": random_.choice(PORTS),
                          "mark": random_.choice(MARKS)}
                class_ = next((class_ for class_, words in selects if names(words, packet)), 0)
                expected[port] = class_ << 16 | packet["mark"]
                self.send(packet)
            self.assertEqual(self.marks(), expected, (case, text, more))
            kept = sum(mark >> 16 != 0 for mark in expected.values())
            self.assertEqual(self.lab.counts()["kept"] - before, kept, more)
            named += kept
        self.assertGreater(named, PACKETS)

    def prohibited(self, source, to):
        said = subprocess.run(["ip", "-n", self.lab.space("h"), "route", "get", to, "from", source], capture_output=True, text=True,
                              timeout=60, check=False)
        return "Permission denied" in said.stderr

    def test_the_rules_alone_keep_what_is_selected_and_nothing_else_whatever_was_before(self):
        random_ = random.Random(1)
        pairs = [(source, f"10.{n % 3}.{n}.0/24") for n in range(0, 120, 6) for source in ("192.168.1.0/24", "192.168.2.0/24")]
        for count in (24, 32, 1, 20, 0):
            selected = set(random_.sample(pairs, count))
            more = [f"select {random_.choice((100, 200))} from {source} to {to}" for source, to in sorted(selected)]
            random_.shuffle(more)
            self.lab.raise_(re.sub(r"select [12]00 to .*\n", "", policy_text(more=more)))
            self.assertEqual("goto" in self.lab.at("h", "ip", "rule"), count > 4)
            self.lab.at("h", "nft", "flush", "ruleset")
            for source, to in pairs:
                self.assertEqual(self.prohibited(source.replace("0/24", "1"), to.replace("0/24", "9")), (source, to) in selected,
                                 (more, source, to))

    def test_a_policy_of_two_thousand_selects_is_a_lookup(self):
        more = [f"select {100 + 100 * (n % 2)} to 10.{n >> 8}.{n & 255}.0/24 dscp 33" for n in range(2000)]
        self.lab.raise_(policy_text(more=more))
        rules = self.lab.list("list", "chain", "inet", "cleanpath", "selected")
        self.assertEqual(rules.count("@select"), 6)


if __name__ == "__main__":
    unittest.main()
