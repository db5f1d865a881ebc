"""What hosts quote, in errors of ICMP, of packets of a class; and ports that the kernel does not find in a packet."""

import socket
import struct
import sys
import unittest
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))
import barrierlab  # noqa: E402
from barrierlab import chain, policy_text  # noqa: E402

LACKING = barrierlab.lacking()
HOST = {4: "192.168.3.2", 6: "fc01:3::2"}
OUT, CLEAR, ORDINARY, KEPT = {"e-a": 1}, {"clear": 1}, {"astray": 1}, {"kept": 1}
ERRORS = {4: (3, 4, 5, 11, 12), 6: (1, 2, 3, 4, 100, 127)}
OTHERS = {4: (0, 8, 13, 14), 6: (128, 129)}
PROTO_ICMP, PROTO_ICMPV6, PROTO_UDP = 1, 58, 17
FAR = {4: "10.4.1.1", 6: "fd00:4::1"}
HIDING, HIDING_LATER, DSCP_PORT, DSCP_PROTO = (51, 135, 139, 140), (0, 43, 51, 60, 135, 139, 140), 33, 34


def raw(number):
    return socket.inet_pton(socket.AF_INET6 if ":" in number else socket.AF_INET, number)


def folded(words):
    total = sum(struct.unpack(f"!{len(words) // 2}H", words))
    total = (total & 0xffff) + (total >> 16)
    return ~(total + (total >> 16)) & 0xffff


def packet(source, to, proto, body, dscp=0, offset=0):
    """offset: of a later fragment of IPv4, in bytes"""
    if ":" in to:
        return struct.pack("!IHBB", 6 << 28 | dscp << 22, len(body), proto, 64) + raw(source) + raw(to) + body
    words = struct.pack("!BBHHHBBH4s4s", 0x45, dscp << 2, 20 + len(body), 1, offset // 8, 64, proto, 0, raw(source), raw(to))
    return words[:10] + struct.pack("!H", folded(words)) + words[12:] + body


def checked(source, to, proto, body, at):
    """With its checksum, which stands there, 0 so far"""
    pseudo = raw(source) + raw(to) + struct.pack("!II", len(body), proto) if proto != PROTO_ICMP else b""
    return body[:at] + struct.pack("!H", folded(pseudo + body)) + body[at + 2:]


def udp(source, to, port=7000, size=200):
    body = struct.pack("!HHHH", 40000, port, 8 + size, 0) + bytes(size)
    return packet(source, to, PROTO_UDP, checked(source, to, PROTO_UDP, body, 6), dscp=32)


def error(source, to, kind):
    """From a host to another, about a packet of that one's"""
    family = 6 if ":" in to else 4
    proto = PROTO_ICMP if family == 4 else PROTO_ICMPV6
    body = struct.pack("!BBHI", kind, 3, 0, 0) + udp(to, source)
    return packet(source, to, proto, checked(source, to, proto, body, 2), dscp=48 if family == 4 else 0)


class LabTest(unittest.TestCase):
    """One lab for all cases of a class, which `prepare` raises a barrier in"""
    @classmethod
    def setUpClass(cls):
        cls.lab = barrierlab.Lab()
        try:
            cls.lab.up()
            cls.prepare()
        except BaseException:
            cls.lab.down()
            raise

    @classmethod
    def tearDownClass(cls):
        cls.lab.down()


@unittest.skipIf(LACKING, LACKING)
class ErrorsTest(LabTest):
    @classmethod
    def prepare(cls):
        cls.lab.at("h", "sysctl", "-qw", *(f"net.ipv4.conf.{name}.rp_filter=0" for name in ("all", "e-a", "e-b", "e-h")))
        cls.lab.raise_(policy_text())

    def entered(self, what, link="e-h"):
        return self.lab.changed(lambda: self.lab.enter(link, what))

    def made(self, what):
        """A packet that a program of the headend's own makes"""
        six = what[0] >> 4 == 6
        to = socket.inet_ntop(socket.AF_INET6, what[24:40]) if six else socket.inet_ntop(socket.AF_INET, what[16:20])

        def act():
            with barrierlab.inside(self.lab.space("h")), \
                    socket.socket(socket.AF_INET6 if six else socket.AF_INET, socket.SOCK_RAW, socket.IPPROTO_RAW) as sender:
                try:
                    sender.sendto(what, (to, 0))
                except OSError:
                    pass
        return self.lab.changed(act)

    def tearDown(self):
        for family in ("-4", "-6"):
            self.lab.at("h", "ip", family, "route", "flush", "table", str(barrierlab.CLASS + 100), check=False)
        self.lab.raise_(policy_text())

    def test_errors_of_hosts_go_the_clean_way_of_whom_they_tell(self):
        for family in (4, 6):
            self.lab.route(chain(4, family), FAR[family])
            for kind in ERRORS[family]:
                self.assertEqual(self.entered(error(HOST[family], FAR[family], kind)), OUT, kind)
            for kind in OTHERS[family]:
                self.assertEqual(self.entered(error(HOST[family], FAR[family], kind)), ORDINARY, kind)

    def test_without_a_clean_way_they_do_not_leave(self):
        for family in (4, 6):
            self.assertEqual(self.entered(error(HOST[family], FAR[family], 3)), {})

    def test_by_the_filter_alone_they_do_not_leave(self):
        for family in ("-4", "-6"):
            self.lab.at("h", "ip", family, "rule", "flush", "protocol", "201")
        for family in (4, 6):
            self.assertEqual(self.entered(error(HOST[family], FAR[family], 3)), {"marked": 1})
        # Others' software takes the mark away on its way.
        self.lab.at("h", "nft", "add table inet theirs; add chain inet theirs f { type filter hook postrouting priority 0; }; "
                    "add rule inet theirs f meta mark set 0")
        try:
            for family in (4, 6):
                self.assertEqual(self.entered(error(HOST[family], FAR[family], 3)), KEPT)
                self.assertEqual(self.made(error(HOST[family], FAR[family], 3)), KEPT)
        finally:
            self.lab.at("h", "nft", "delete table inet theirs")

    def test_the_headends_own_go_that_way_too(self):
        for family in (4, 6):
            self.lab.route(chain(4, family), FAR[family])
            source = HOST[family][:-1] + "1"
            self.assertEqual(self.made(error(source, FAR[family], 3)), OUT)
            self.assertEqual(self.made(error(source, FAR[family], ERRORS[family][-1])), OUT)
            # The kernel's: a port that is closed, of a packet that came in as an ordinary one.
            ours = {4: "192.168.2.1", 6: "fc01:2::1"}[family]
            self.assertEqual(self.entered(udp(FAR[family], ours), link="e-b"), OUT)

    def test_where_several_classes_are_behind_none_is_taken(self):
        self.lab.raise_(policy_text(more=["behind 200 9 fd00:9::/32"]))
        for to in ("10.2.1.1", "10.9.1.1", "10.3.1.1", "fd00:9::1"):
            self.assertEqual(self.entered(error(HOST[6 if ":" in to else 4], to, 3)), KEPT, to)
            self.assertEqual(self.made(error(HOST[6 if ":" in to else 4], to, 3)), KEPT, to)

    def test_it_is_the_longest_prefix_that_has_fewer_classes(self):
        self.lab.raise_(policy_text(more=["behind 200 9 10.8.9.64/26"]))
        self.lab.route(chain(9), "10.8.9.0/24")
        for to, expected in (("10.8.9.1", OUT), ("10.8.9.63", OUT), ("10.8.9.64", KEPT), ("10.8.9.127", KEPT)):
            self.assertEqual(self.entered(error(HOST[4], to, 3)), expected, to)

    def test_errors_to_others_go_on(self):
        for to in ("10.99.1.1", "fd00:99::1"):
            family = 6 if ":" in to else 4
            self.assertEqual(self.entered(error(HOST[family], to, 3)), ORDINARY)
            self.assertEqual(self.made(error(HOST[family][:-1] + "1", to, 3)), CLEAR)
        # Nor are others' our hosts'.
        self.assertEqual(self.entered(error("192.168.1.2", FAR[4], 3), link="e-a"), CLEAR)
        self.assertEqual(self.entered(error("fc01:1::7", FAR[6], 3), link="e-a"), CLEAR)

    def test_errors_to_our_own_hosts_and_to_us_go_on_whatever_is_behind_others(self):
        """Behind 20 there are our own hosts, too: errors to them would be of class 100, or of two"""
        one = ["behind 100 20 192.168.0.0/16", "behind 100 20 fc01::/16"]
        for more in (one, [*one, "behind 200 9 192.168.3.0/24", "behind 200 9 fc01:3::/64"]):
            text = policy_text(more=more[2:])
            self.lab.raise_(text.replace("behind 200 2 ", "\n".join([*more[:2], "behind 200 2 "]), 1))
            for family, source in ((4, "192.0.2.9"), (6, "fc01:9::9")):
                self.assertEqual(self.entered(error(source, HOST[family], 3)), {"own": 1}, more)
                self.assertEqual(self.made(error(source, HOST[family], 3)), {"own": 1}, more)
            self.assertEqual(self.entered(error(HOST[6], HOST[6][:-1] + "1", 3)), {}, more)


@unittest.skipIf(LACKING, LACKING)
class HiddenTest(LabTest):
    """Selects by port (DSCP 33) and by protocol alone (34)"""
    @classmethod
    def prepare(cls):
        more = [f"select 100 to fd00::/16 dscp {DSCP_PORT} proto 17 port 7000", f"select 100 to fd00::/16 dscp {DSCP_PROTO} proto 17"]
        cls.lab.raise_(policy_text(more=more))
        cls.lab.route(chain(4, 6), FAR[6])

    def entered(self, dscp, proto, body):
        return self.lab.changed(lambda: self.lab.enter("e-h", packet(HOST[6], FAR[6], proto, body, dscp=dscp)))

    def test_where_the_port_stands_behind_a_header_that_hides_it_nothing_leaves(self):
        payload = udp(HOST[6], FAR[6])[40:]
        for proto in HIDING:
            header = struct.pack("!BBHIIQ4x", PROTO_UDP, 4, 0, 1, 1, 1) if proto == 51 else struct.pack("!BB6x", PROTO_UDP, 0)
            for dscp, expected in ((DSCP_PORT, KEPT), (DSCP_PROTO, KEPT), (35, ORDINARY)):
                self.assertEqual(self.entered(dscp, proto, header + payload), expected, (proto, dscp))
                # Another header, which hides nothing, before it.
                first = struct.pack("!BBBB4x", proto, 0, 1, 4)
                self.assertEqual(self.entered(dscp, 60, first + header + payload), expected, (proto, dscp))
        for dscp in (DSCP_PORT, DSCP_PROTO):
            self.assertEqual(self.entered(dscp, 60, struct.pack("!BBBB4x", PROTO_UDP, 0, 1, 4) + payload), OUT, dscp)

    def test_where_a_later_fragment_does_not_say_its_protocol_it_does_not_leave(self):
        for proto, by_port, by_proto in ((PROTO_UDP, KEPT, OUT), (6, KEPT, ORDINARY), *((hides, KEPT, KEPT) for hides in HIDING_LATER)):
            fragment = struct.pack("!BBHI", proto, 0, 800, 7) + bytes(80)
            for dscp, expected in ((DSCP_PORT, by_port), (DSCP_PROTO, by_proto), (35, ORDINARY)):
                self.assertEqual(self.entered(dscp, 44, fragment), expected, (proto, dscp))


if __name__ == "__main__":
    unittest.main()
