"""What the barrier lets out, of packets that the kernel makes: nothing of ours runs beside it."""

import os
import socket
import sys
import time
import unittest
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))
import barrierlab  # noqa: E402
from barrierlab import SOURCE, adjacency, chain, policy_text, unpack  # noqa: E402

LACKING = barrierlab.lacking()
MODES = ("encap", "encap.red")
LENGTHS = (1, 2, 3, 13)
OUT, DROPPED = {"e-a": 1}, {"tunnel": 1}
LOOSE, BEYOND = "fcbb:20::e", unpack(20)
SO_MARK = 36


def inner(node, family=4):
    return f"10.{node}.1.1" if family == 4 else f"fd00:{node}::1"


@unittest.skipIf(LACKING, LACKING)
class BarrierTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.lab = barrierlab.Lab()
        try:
            cls.lab.up()
            cls.lab.raise_(policy_text())
        except BaseException:
            cls.lab.down()
            raise

    @classmethod
    def tearDownClass(cls):
        cls.lab.down()

    def went(self, segments, to, expected, **options):
        self.assertEqual(self.lab.went(segments, to, **options), expected, (segments, to, options))

    def test_a_permitted_chain_passes_in_every_form(self):
        for count in LENGTHS:
            for family in (4, 6):
                for mode in MODES:
                    for hmac in (0, 17):
                        self.went(chain(count + 1, family), inner(count + 1, family), OUT, mode=mode, hmac=hmac)

    def test_a_chain_with_one_other_sid_is_dropped_wherever_it_stands(self):
        for count in LENGTHS:
            for at in range(count):
                for other in ("fcbb:99::1", f"fcbb:{at + 2}::99", adjacency(13 if at != 11 else 2), unpack(7)):
                    for mode in MODES:
                        segments = chain(count + 1)
                        segments[at] = other
                        self.went(segments, inner(count + 1), DROPPED, mode=mode)

    def test_a_chain_that_lacks_a_sid_or_has_one_twice_is_dropped(self):
        for at in range(5):
            short, long = chain(6), chain(6)
            del short[at]
            long.insert(at, long[at])
            for mode in MODES:
                self.went(short, inner(6), DROPPED, mode=mode)
                self.went(long, inner(6), DROPPED, mode=mode)

    def test_what_one_class_may_another_may_not(self):
        self.went(chain(2), inner(2), OUT, number=200)
        self.went(chain(3), inner(3), OUT, number=200)
        for mode in MODES:
            self.went(chain(9), inner(9), DROPPED, number=200, mode=mode)
            self.went(chain(9), inner(9), OUT, number=100, mode=mode)
        self.went(chain(4, begin=3), inner(4), DROPPED, number=200, link="e-b")
        self.went(chain(4, begin=3), inner(4), {"e-b": 1}, number=100, link="e-b")

    def test_another_way_out_is_none(self):
        self.went(chain(4), inner(4), DROPPED, link="e-b")
        self.went(chain(4, begin=3), inner(4), DROPPED, link="e-a")
        self.went(chain(2), inner(2), DROPPED, link="e-b")

    def test_a_packet_is_unpacked_where_its_destination_lies(self):
        for family in (4, 6):
            for mode in MODES:
                self.went(chain(8, family), inner(7, family), DROPPED, mode=mode)
                self.went(chain(2, family), inner(3, family), DROPPED, mode=mode)
                self.went(chain(8, family), inner(99, family), DROPPED, mode=mode)

    def test_the_longest_prefix_says_where(self):
        behind_8 = ["10.8.8.255", "10.8.9.128", "10.8.9.255", "10.8.10.0", "fd00:8:8:ffff::1", "fd00:8:9:8000::1",
                    "fd00:8:9:ffff::1", "fd00:8:a::1"]
        behind_9 = ["10.8.9.0", "10.8.9.127", "fd00:8:9::1", "fd00:8:9:7fff::1"]
        for addresses, right, wrong in ((behind_8, 8, 9), (behind_9, 9, 8)):
            for to in addresses:
                family = 6 if ":" in to else 4
                self.went(chain(right, family), to, OUT)
                self.went(chain(wrong, family), to, DROPPED)

    def test_a_list_that_does_not_end_in_what_unpacks_the_packet_is_dropped(self):
        for mode in MODES:
            self.went(chain(6)[:-1] + [adjacency(6)], inner(7), DROPPED, mode=mode)
            self.went(chain(6)[:-1] + [unpack(6, 6)], inner(6), DROPPED, mode=mode)
            self.went(chain(6)[:-1] + [unpack(6, 4)], inner(6, 6), DROPPED, mode=mode)

    def test_a_node_sid_may_come_after_anything_and_not_before(self):
        for mode in MODES:
            for before in ([], chain(3)[:-1], chain(9)[:-1]):
                self.went([*before, LOOSE, BEYOND], inner(20), OUT, mode=mode)
                self.went([*before, LOOSE, *chain(3)], inner(3), DROPPED, mode=mode)
                self.went([*before, LOOSE], inner(20), DROPPED, mode=mode)
            for node in (2, 3, 8):
                self.went([*chain(node)[:-1], f"fcbb:{node}::99", LOOSE, BEYOND], inner(20), DROPPED, mode=mode)
        self.went([LOOSE, BEYOND], inner(20), DROPPED, number=200)

    def crafted(self, expected, *what, **options):
        self.assertEqual(self.lab.changed(lambda: self.lab.craft(*what, **options)), expected, (what, options))

    def test_what_no_route_should_make_is_walked_as_routers_would(self):
        two, three, nine = unpack(2), unpack(3), unpack(9)
        self.crafted(OUT, two, [two], 0, inner(2))
        self.crafted(OUT, adjacency(2), [three, adjacency(2)], 1, inner(3))
        self.crafted(OUT, adjacency(2), [three], 1, inner(3))
        # Nothing is left: the destination unpacks it, whatever stands in the list.
        self.crafted(DROPPED, two, [nine], 0, inner(9))
        self.crafted(DROPPED, two, [nine, two], 0, inner(9))
        self.crafted(DROPPED, adjacency(2), [three, adjacency(2)], 0, inner(3))
        self.crafted(OUT, two, [nine, two], 0, inner(2))
        # The list begins elsewhere than the destination says: it goes where what is left leads.
        self.crafted(DROPPED, two, [*reversed(chain(9))], 7, inner(9))
        self.crafted(DROPPED, adjacency(2), [*reversed(chain(9))], 5, inner(9))

    def test_other_headers_are_none(self):
        self.crafted(DROPPED, adjacency(2), [unpack(3), adjacency(2)], 1, inner(3), kind=0)
        for inside_is in (0, 43, 44, 58, 59, 60, 143):
            self.crafted(DROPPED, adjacency(2), [unpack(3), adjacency(2)], 1, inner(3), inside_is=inside_is)
        self.crafted(DROPPED, adjacency(2), [*reversed(chain(14)), adjacency(2)], 13, inner(14))

    def probed(self, segments, expected, **options):
        self.assertEqual(self.lab.changed(lambda: self.lab.probe(segments, **options)), expected, segments)

    def test_probes_pass_by_what_some_class_may(self):
        for count in (1, 2, 3, 12):
            self.probed([adjacency(node) for node in range(2, 2 + count)], OUT)
        self.probed([adjacency(3)], {"e-b": 1}, link="e-b")
        self.probed([adjacency(2), LOOSE], OUT)

    def test_probes_by_other_chains_do_not(self):
        for count in (2, 3, 12):
            for at in range(count):
                for other in ("fcbb:99::1", f"fcbb:{at + 2}::99"):
                    segments = [adjacency(node) for node in range(2, 2 + count)]
                    segments[at] = other
                    self.probed(segments, DROPPED)
        self.probed([adjacency(2)], DROPPED, link="e-b")
        self.probed([adjacency(2), adjacency(4)], DROPPED)

    def test_nothing_else_of_the_tunnels_source_leaves(self):
        self.lab.route([adjacency(2)], inner(2))

        def plain(mark=0):
            with barrierlab.inside(self.lab.space("h")), socket.socket(socket.AF_INET6, socket.SOCK_DGRAM) as sender:
                sender.bind((SOURCE, 0))
                sender.setsockopt(socket.SOL_SOCKET, SO_MARK, mark)
                try:
                    sender.sendto(b"?", (adjacency(2), 7000))
                except OSError:
                    pass
        self.assertEqual(self.lab.changed(plain), DROPPED)
        self.assertEqual(self.lab.changed(lambda: plain(100 << 16)), DROPPED)

    def test_the_filter_alone_keeps_what_is_selected_and_what_is_marked(self):
        def marked():
            with barrierlab.inside(self.lab.space("h")), socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sender:
                sender.setsockopt(socket.SOL_SOCKET, SO_MARK, 100 << 16)
                try:
                    sender.sendto(b"?", ("192.0.2.1", 7000))
                except OSError:
                    pass
        for family in ("-4", "-6"):
            self.lab.at("h", "ip", family, "rule", "flush", "protocol", "201")
        try:
            for to in (inner(2), inner(2, 6)):
                self.assertEqual(self.lab.changed(lambda to=to: self.lab.send(to)), {"kept": 1})
            self.assertEqual(self.lab.changed(marked), {"marked": 1})
        finally:
            self.lab.raise_(policy_text())

    def test_what_is_unpacked_here_leaves_towards_our_own_hosts_alone(self):
        end, last, ours = "fcbb:1::e", "fcbb:1::d4", "fc01:1::1"
        self.lab.raise_(policy_text(serial=2, more=[f"local-unpack4 {last}"]))
        try:
            for sid, action in ((end, "End"), (last, "End.DX4 nh4 0.0.0.0")):
                barrierlab.run("ip", "-n", self.lab.space("h"), "-6", "route", "add", sid, "encap", "seg6local", "action",
                               *action.split(), "dev", "sr0", "table", str(barrierlab.LOCALS))
            barrierlab.run("ip", "-n", self.lab.space("f"), "-6", "route", "replace", "fcbb:1::/64", "via", "fc01:1::1", "dev", "e-a")
            self.lab.at("h", "sysctl", "-qw", "net.ipv4.conf.all.rp_filter=0", "net.ipv4.conf.e-a.rp_filter=0")
            # Over a SID or an address of ours the last one is reached without another hook; what ends at an address the kernel unpacks.
            for to, segments, left in ((last, [last], 0), (end, [last, end], 1), (end, [last], 1), (end, [last, end, end], 2),
                                       (ours, [last, ours], 1), (ours, [ours], 0)):
                for inner_to, expected in (("10.99.0.1", {"marked": 1}), ("192.168.3.2", {"own": 1})):
                    self.assertEqual(self.lab.changed(lambda *a: self.lab.arrive(to, segments, left, inner_to)), expected,
                                     (to, segments, left))
            # A route that packs for ourselves would have the kernel unpack and pack, one in the other, until its stack ends.
            self.lab.at("h", "ip", "-6", "route", "get", last, "from", "fc01:1::2", "iif", "e-a")
            with self.assertRaisesRegex(AssertionError, "Permission denied"):
                self.lab.at("h", "ip", "-6", "route", "get", last, "from", SOURCE, "iif", "e-h")
            # What goes on to others is theirs.
            self.assertEqual(self.lab.changed(lambda: self.lab.arrive(end, ["fc01:2::2", end], 1, "10.99.0.1")), {"others": 1})
        finally:
            self.lab.raise_(policy_text(serial=2))

    def test_our_own_hosts_cannot_lead_packets_by_ways_of_their_own(self):
        """The filter would see a destination that is not of the class, as long as others have to be visited first"""
        end, host, bad, last = "fcbb:1::e", "fc01:3::2", "fcff:bad::1", inner(3, 6)
        barrierlab.run("ip", "-n", self.lab.space("h"), "-6", "route", "replace", end, "encap", "seg6local", "action", "End", "dev", "sr0",
                       "table", str(barrierlab.LOCALS))
        ways = [(to, [last, bad, to], 2) for to in ("fc01:3::1", "fc01:1::1", end)] + [(bad, [last, bad], 1)]

        def went(link, packet):
            return self.lab.changed(lambda: self.lab.enter(link, packet))
        try:
            for to, segments, left in ways:
                self.assertEqual(went("e-h", barrierlab.led(host, to, segments, left)), {"routed": 1}, segments)
            for option in (131, 137):
                self.assertEqual(went("e-h", barrierlab.led4("192.168.3.2", "198.51.100.1", "10.3.1.1", option)), {"routed": 1})
            # Such packets would be on their way; from outside they are others', and go on.
            self.lab.at("h", "nft", "flush", "chain", "inet", "cleanpath", "hosts")
            self.assertEqual(went("e-h", barrierlab.led(host, end, [last, bad, end], 2)), {"astray": 1})
            self.assertEqual(went("e-h", barrierlab.led(host, bad, [last, bad], 1)), {"astray": 1})
            self.assertEqual(went("e-a", barrierlab.led("fc01:1::2", end, [last, bad, end], 2)), {"others": 1})
            # The kernel itself hears no list of theirs that is for an address of ours.
            for link, expected in (("e-h", {}), ("e-a", {"astray": 1})):
                self.assertEqual(went(link, barrierlab.led(host, "fc01:1::1", [last, bad, "fc01:1::1"], 2)), expected)
        finally:
            barrierlab.run("ip", "-n", self.lab.space("h"), "-6", "route", "del", end, "table", str(barrierlab.LOCALS))
            self.lab.raise_(policy_text())

    def test_what_is_quoted_in_errors_leaves_towards_our_own_hosts_alone(self):
        last = "fcbb:1::d4"
        self.lab.raise_(policy_text(serial=2, more=[f"local-unpack4 {last}"]))
        try:
            barrierlab.run("ip", "-n", self.lab.space("h"), "-6", "route", "add", last, "encap", "seg6local", "action", "End.DX4",
                           "nh4", "0.0.0.0", "dev", "sr0", "table", str(barrierlab.LOCALS))
            barrierlab.run("ip", "-n", self.lab.space("f"), "-6", "route", "replace", "fcbb:1::/64", "via", "fc01:1::1", "dev", "e-a")
            self.lab.at("h", "sysctl", "-qw", "net.ipv4.conf.all.rp_filter=0", "net.ipv4.conf.e-a.rp_filter=0")
            # To a host of ours that is not there: nobody answers ARP, and after a while the kernel tells the sender.
            def act():
                self.lab.arrive(last, [last], 0, "192.168.3.77")
                time.sleep(3.5)
            self.assertEqual(self.lab.changed(act), {"marked": 1})
        finally:
            barrierlab.run("ip", "-n", self.lab.space("h"), "-6", "route", "del", last, "table", str(barrierlab.LOCALS))
            self.lab.raise_(policy_text(serial=2))

    def test_a_table_can_be_listed(self):
        for words in (["list"], ["-j", "list"], ["-n", "-a", "list"]):
            self.assertIn("behind4", self.lab.list(*words, "table", "inet", "cleanpath"))

    def test_ways_count_what_left(self):
        def packets():
            line = [line for line in self.lab.list("list", "set", "inet", "cleanpath", "ways").splitlines()
                    if f'0x00640000 . "e-a" . {unpack(2)} . fc01:1::2' in line]
            return int(line[0].split("packets ")[1].split()[0])
        before = packets()
        self.went(chain(2), inner(2), OUT)
        self.assertEqual(packets(), before + 1)

    def test_a_dry_run_tells_all_and_does_nothing(self):
        before = self.lab.table()
        self.lab.write_policy(policy_text(serial=9))
        said = self.lab.at("h", *self.lab.words()[4:], "--dry-run", preexec_fn=os.setsid)
        self.assertIn("add element inet cleanpath issued { 0x0000000000000009 . ", said)
        self.assertIn("ip -6 rule add", said)
        self.assertEqual(self.lab.table(), before)


if __name__ == "__main__":
    unittest.main()
