"""What steer writes for Linux is run in network namespaces: packets keep to the path or stop.

The network is that of src/steer/sample.h, with a host h behind a and a host g behind c:

    h - a - b - c - g      what ordinary routing takes is a - d - c; the demand's path is a - b - c,
        a - d - c          its backup a - e - c, all by adjacency segments
        a - e - c

`forwarded` counts what each of b, d and e has forwarded: what d forwards of the demand is a leak.
"""

import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
import unittest
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
import pinging  # noqa: E402

SAMPLE = os.environ["STEER_SAMPLE"]
ROUTERS = "abcde"
LINKS = ["ab", "bc", "ad", "dc", "ae", "ec"]
PING = shutil.which("ping")
SYSCTLS = ["net.ipv6.conf.all.forwarding=1", "net.ipv4.ip_forward=1",
           "net.ipv6.conf.all.accept_dad=0", "net.ipv6.conf.default.accept_dad=0",
           "net.ipv4.conf.all.rp_filter=0", "net.ipv4.conf.default.rp_filter=0",
           "net.ipv6.conf.all.keep_addr_on_down=1", "net.ipv6.conf.default.keep_addr_on_down=1"]
HOST6, FAR6, LOOPBACK = "fc02:1::2", "fc02:2::2", "fcff:3::1"
HOST4, FAR4 = "10.2.1.2", "10.2.2.2"
COUNTER = """table inet seen {
 counter passed { }
 chain forward { type filter hook forward priority -300; counter name passed; }
}
"""


def run(*argv, **options):
    return subprocess.run(argv, capture_output=True, text=True, timeout=60, check=False, **options)


def lacking():
    """Why there can be no test here; empty: there can"""
    if os.geteuid() != 0:
        return "only root may make network namespaces"
    for program in ["ip", "nft", "ping", "sysctl"]:
        if not shutil.which(program):
            return f"there is no {program} here"
    name = f"cplp{os.getpid()}"
    if run("ip", "netns", "add", name).returncode != 0:
        return "there are no network namespaces here"
    try:
        inside = ["ip", "-n", name]
        run(*inside, "link", "set", "lo", "up")
        run("ip", "netns", "exec", name, "sysctl", "-qw", "net.ipv6.conf.all.seg6_enabled=1")
        done = run(*inside, "-6", "nexthop", "add", "id", "1", "encap", "seg6", "mode", "encap",
                   "segs", "fc00::1", "dev", "lo")
        return "" if done.returncode == 0 else "the kernel has no SRv6"
    finally:
        run("ip", "netns", "del", name)


LACKING = lacking()

POLICY = """cleanpath-policy: 1
id: live
says: Sensitive traffic does not pass what Acme made.
authority: { by: test, ref: test }
timezone: UTC
makers:
  acme: { names: [Acme] }
  nokia: { names: [Nokia] }
traffic:
  sensitive: { says: what is marked so }
rules:
  - id: r1
    says: Sensitive traffic does not pass what Acme made.
    forbid-transit: { maker: acme }
    of: sensitive
    unknown: untrusted
    under-failure: { any-one-of: [link, node] }
"""


def write_case(folder):
    """The network as a case, where d is forbidden"""
    nodes, links = ["id,maker,loopback,sid"], ["id,a,b,a_port,b_port,metric_ab,metric_ba"]
    facts = ["object,attribute,value"]
    for number, node in enumerate(ROUTERS, 1):
        maker = "acme" if node == "d" else "nokia"
        nodes.append(f"{node},{maker},fcff:{number}::1,fcbb:{number}::e")
    for k, (x, y) in enumerate(LINKS):
        metric = 1 if "d" in (x, y) else 10
        links.append(f"l{k},{x},{y},e-{y},e-{x},{metric},{metric}")
        for node, way in ((x, "ab"), (y, "ba")):
            facts.append(f"l{k},adj-sid-{way},fcbb:{ROUTERS.index(node) + 1}::{0x10 + k:x}")
    texts = {"nodes.csv": nodes, "links.csv": links, "facts.csv": facts,
             "demands.csv": ["id,src,dst,class", "d1,a,c,sensitive"], "policy.yaml": [POLICY]}
    for name, lines in texts.items():
        (folder / name).write_text("\n".join(lines) + "\n", encoding="utf-8")


class ProgramTest(unittest.TestCase):
    def test_the_program_writes_what_the_tests_below_apply(self):
        with tempfile.TemporaryDirectory() as name:
            folder = Path(name)
            (folder / "case").mkdir()
            write_case(folder / "case")
            done = run(os.environ["CLEANPATH"], "route", str(folder / "case"), "--strict",
                       "--disjoint", "link", "--co-routed", "--config", "linux", "--config-dir",
                       str(folder / "made"))
            self.assertEqual(done.returncode, 0, done.stderr)
            self.assertIn("leak: ", done.stderr)
            self.assertEqual(sorted(path.name for path in (folder / "made").iterdir()),
                             ["a.sh", "c.sh", "written"])
            for node in "ac":
                sample = run(SAMPLE, "linux", str(ROUTERS.index(node))).stdout
                made = (folder / "made" / f"{node}.sh").read_text(encoding="utf-8")
                self.assertEqual(made, sample)


@unittest.skipIf(LACKING, LACKING)
class LinuxTest(unittest.TestCase):
    def setUp(self):
        self.prefix = f"cpl{os.getpid()}"
        self.folder = Path(tempfile.mkdtemp(prefix="cpl"))
        self.addCleanup(shutil.rmtree, self.folder, ignore_errors=True)
        for node in ROUTERS + "hg":
            self.ok("ip", "netns", "add", self.space(node))
            self.addCleanup(run, "ip", "netns", "del", self.space(node))
            self.inside(node, "sysctl", "-qw", *SYSCTLS)
        self.held = {node: ["link set lo up"] for node in ROUTERS + "hg"}
        self.links()
        self.routes()
        self.segments()
        held, self.held = self.held, None
        for node, lines in held.items():
            self.ip(node, *lines)
        for node in "bde":
            self.ok("ip", "netns", "exec", self.space(node), "nft", "-f", "-", input=COUNTER)

    # ---- the network ------------------------------------------------------------------------

    def space(self, node):
        return f"{self.prefix}-{node}"

    def ok(self, *argv, **options):
        done = run(*argv, **options)
        self.assertEqual(done.returncode, 0, f"{argv}: {done.stdout}{done.stderr}")
        return done.stdout

    def inside(self, node, *argv):
        return self.ok("ip", "netns", "exec", self.space(node), *argv)

    def ip(self, node, *lines):
        """At once; while the network is made, together with all others of the node"""
        if self.held is not None:
            self.held[node] += lines
            return
        self.ok("ip", "-n", self.space(node), "-batch", "-", input="\n".join(lines) + "\n")

    def links(self):
        ends = [(x, y, f"fc01:{k + 1}::", f"10.1.{k + 1}.") for k, (x, y) in enumerate(LINKS)]
        ends += [("h", "a", "fc02:1::", "10.2.1."), ("g", "c", "fc02:2::", "10.2.2.")]
        self.ok("ip", "-batch", "-", input="".join(
            f"link add e-{y} netns {self.space(x)} mtu 1600 type veth "
            f"peer name e-{x} netns {self.space(y)} mtu 1600\n" for x, y, _, _ in ends))
        for x, y, net6, net4 in ends:
            sides = ((x, y, 2), (y, x, 1)) if x in "hg" else ((x, y, 1), (y, x, 2))
            for node, peer, number in sides:
                port = f"e-{peer}"
                self.ip(node, f"link set {port} up", f"addr add {net6}{number}/64 dev {port} nodad",
                        f"addr add {net4}{number}/24 dev {port}")
        for number, node in enumerate(ROUTERS, 1):
            self.ip(node, f"addr add fcff:{number}::1/128 dev lo",
                    f"addr add 10.0.0.{number}/32 dev lo")
        for node in "hg":
            self.ip(node, f"link set e-{'a' if node == 'h' else 'c'} mtu 1500")

    def routes(self):
        """By d, and as a way out that a router with a broken link may take, back over a"""
        self.ip("h", "route add default via fc02:1::1", "route add default via 10.2.1.1")
        self.ip("g", "route add default via fc02:2::1", "route add default via 10.2.2.1")
        there, back = ("fc02:2::/64", "fcff:3::/64", "10.2.2.0/24"), \
            ("fc02:1::/64", "fcff:1::/64", "10.2.1.0/24")
        ways = {"a": [(there, 3, 2)], "c": [(back, 4, 1)],
                "b": [(there, 2, 2), (back, 1, 1)], "d": [(there, 4, 2), (back, 3, 1)],
                "e": [(there, 6, 2), (back, 5, 1)]}
        for node, groups in ways.items():
            for prefixes, link, far in groups:
                for prefix in prefixes:
                    via = f"fc01:{link}::{far}" if ":" in prefix else f"10.1.{link}.{far}"
                    self.ip(node, f"route add {prefix} via {via}")
        for node, link in (("b", 1), ("e", 5)):
            self.ip(node, f"route add fc00::/6 via fc01:{link}::1 metric 4096")
        self.ip("a", "route add fcbb::/16 via fc01:3::2", "route add fcbb:2::/32 via fc01:1::2")
        self.ip("b", "route add fcbb:3::/32 via fc01:2::2")

    def segments(self):
        """SIDs as sample.h numbers them; a host's interface takes no routing header"""
        for number, node in enumerate(ROUTERS, 1):
            ports = [f"e-{y if x == node else x}" for x, y in LINKS if node in (x, y)]
            self.inside(node, "sysctl", "-qw", "net.ipv6.conf.all.seg6_enabled=1",
                        *(f"net.ipv6.conf.{port}.seg6_enabled=1" for port in ports))
            self.ip(node, "link add sr0 type bridge", "link set sr0 up",
                    f"route add fcbb:{number}::e encap seg6local action End count dev sr0")
            for k, ends in enumerate(LINKS):
                if node in ends:
                    far = 2 if node == ends[0] else 1
                    self.ip(node, f"route add fcbb:{number}::{0x10 + k:x} encap seg6local action "
                                  f"End.X nh6 fc01:{k + 1}::{far} count dev sr0")

    # ---- what is done and seen --------------------------------------------------------------

    def script(self, node, what="usual"):
        path = self.folder / f"{node}-{what}.sh"
        path.write_text(self.ok(SAMPLE, "linux", str(ROUTERS.index(node)), what), encoding="utf-8")
        return path

    def steer(self, node, *words, what="usual", prefixes=True):
        behind = {"a": "fc02:2::/64 10.2.2.0/24", "c": "fc02:1::/64 10.2.1.0/24"}[node]
        self.ok("ip", "netns", "exec", self.space(node), "sh", str(self.script(node, what)), *words,
                env=dict(os.environ, PREFIXES_1=behind if prefixes else ""))

    def steer_both(self, what="usual"):
        self.steer("a", what=what)
        self.steer("c", what=what)

    def arrivals(self, targets, *options, count=4):
        """How many of so many packets to each target arrive, all targets at once"""
        pings = [pinging.start(self.space("h"), target, *options, count=count) for target in targets]
        return [pinging.received(ping.communicate(timeout=60)[0]) for ping in pings]

    def arrive(self, target, *options, count=4):
        return self.arrivals([target], *options, count=count)[0]

    def forwarded(self):
        """Packets since the last question, by router"""
        seen = {}
        for node in "bde":
            text = self.inside(node, "nft", "reset", "counter", "inet", "seen", "passed")
            seen[node] = int(re.search(r"packets (\d+)", text)[1])
        return seen

    def carrier(self, node, peer, state):
        self.ip(node, f"link set e-{peer} {state}")
        time.sleep(0.1)

    def assert_stopped(self, targets=(FAR6, FAR4, LOOPBACK)):
        self.forwarded()
        self.assertEqual(self.arrivals(targets), [0] * len(targets))
        self.assertEqual(self.forwarded()["d"], 0, "a leak")

    def assert_by(self, router, targets=(FAR6, FAR4)):
        self.forwarded()
        self.assertEqual(self.arrivals(targets), [4] * len(targets))
        seen = self.forwarded()
        self.assertEqual({node for node, packets in seen.items() if packets}, {router}, seen)

    # ---- facts ------------------------------------------------------------------------------

    def test_traffic_keeps_to_the_path_both_ways(self):
        self.assert_by("d")
        self.steer_both()
        self.assert_by("b")
        text = self.ok("ip", "-n", self.space("b"), "-s", "-6", "route", "show", "fcbb:2::11")
        self.assertRegex(text, r"packets [1-9]\d* .*errors 0")

    def test_traffic_to_the_endpoint_itself_is_steered(self):
        self.steer("a")
        self.assertEqual(self.arrive(LOOPBACK), 4)
        self.assertEqual(self.forwarded(), {"b": 4, "d": 4, "e": 0})  # what c answers is not

    def test_other_traffic_is_left_alone(self):
        self.steer_both()
        self.forwarded()
        self.assertEqual(self.arrive("fc01:3::2"), 4)
        self.assertEqual(self.arrive("10.1.3.2"), 4)
        self.assertEqual(self.forwarded()["b"], 0)

    def test_full_size_packets_pass_where_links_carry_more(self):
        self.steer_both()
        self.assertEqual(self.arrive(FAR6, "-s", "1452", "-M", "do"), 4)
        self.assertEqual(self.arrive(FAR4, "-s", "1472", "-M", "do"), 4)

    def test_a_link_that_breaks_stops_traffic_until_the_backup_is_taken(self):
        self.steer_both()
        self.carrier("b", "c", "down")
        self.assert_stopped()
        self.steer("a", "backup", "1")
        self.steer("c", "backup", "1")
        self.assert_by("e")
        self.carrier("b", "c", "up")
        self.steer("a", "primary", "1")
        self.steer("c", "primary", "1")
        self.assert_by("b")

    def test_the_first_link_breaks(self):
        self.steer_both()
        self.carrier("a", "b", "down")
        self.assert_stopped()

    def test_stopped_by_hand(self):
        self.steer_both()
        self.steer("a", "stop", "1")
        self.assert_stopped()
        self.steer("a", "primary", "1")
        self.assert_by("b")

    def test_emptied_tables_stop_traffic(self):
        self.steer_both()
        self.ok("ip", "-n", self.space("a"), "nexthop", "flush")
        for family in ["-6", "-4"]:
            self.ok("ip", "-n", self.space("a"), family, "route", "flush", "table", "20000")
            left = run("ip", "-n", self.space("a"), family, "route", "show", "table", "20000")
            self.assertEqual(left.stdout, "")
        self.assert_stopped()
        dropped = self.inside("a", "nft", "list", "table", "inet", "cleanpath")
        self.assertRegex(dropped, r"packets [1-9]\d* bytes \d+ drop")

    def test_the_backstop_of_the_table_stops_traffic_without_the_guard(self):
        self.steer_both()
        self.inside("a", "nft", "delete", "table", "inet", "cleanpath")
        for target in ["fc02:2::/64", "10.2.2.0/24", LOOPBACK]:
            family = "-6" if ":" in target else "-4"
            self.ok("ip", "-n", self.space("a"), family, "route", "del", target, "table", "20000")
        self.assert_stopped()

    def test_lost_nexthops_stop_traffic(self):
        self.steer_both()
        self.ok("ip", "-n", self.space("a"), "nexthop", "flush")
        self.assert_stopped()

    def test_a_lost_device_stops_traffic(self):
        self.steer_both()
        self.ip("a", "link del sr0")
        self.assert_stopped()

    def test_lost_rules_stop_traffic(self):
        self.steer_both()
        for family in ["-6", "-4"]:
            for preference in ["1000", "1001", "1002", "1003", "1004"]:
                while run("ip", "-n", self.space("a"), family, "rule", "del", "preference",
                          preference).returncode == 0:
                    pass
        self.assert_stopped()

    def test_marked_traffic_goes_by_the_policy_or_not_at_all(self):
        self.steer("a", prefixes=False)
        self.assertEqual(self.arrive(FAR6), 4)
        self.ok("ip", "netns", "exec", self.space("a"), "nft", "-f", "-", input="""
            table inet marks { chain pre { type filter hook prerouting priority mangle;
            iifname "e-h" ip6 dscp cs4 meta mark set 100
            iifname "e-h" ip dscp cs4 meta mark set 100
            }
            }""")
        self.forwarded()
        self.assertEqual(self.arrive(LOOPBACK, "-Q", "0x80"), 4)
        self.assertEqual(self.forwarded(), {"b": 4, "d": 4, "e": 0})
        # Nobody has said that these lie behind c.
        self.assertEqual(self.arrivals([FAR6, FAR4], "-Q", "0x80"), [0, 0])
        self.assertEqual(self.forwarded()["d"], 0, "a leak")
        self.steer("a")
        self.steer("c")
        self.assertEqual(self.arrivals([FAR6, FAR4], "-Q", "0x80"), [4, 4])
        self.assertEqual(self.forwarded()["d"], 0, "a leak")

    def test_nothing_leaks_while_it_is_applied_again(self):
        self.steer_both()
        self.forwarded()
        with subprocess.Popen(["ip", "netns", "exec", self.space("h"), PING, "-q", "-n", "-i",
                               "0.002", FAR6], stdout=subprocess.PIPE, text=True) as pings:
            for _ in range(5):
                self.steer("a")
                self.steer("a", "backup", "1")
                self.steer("a", "primary", "1")
            pings.send_signal(2)
            self.assertGreater(int(re.search(r"(\d+) received", pings.communicate()[0])[1]), 10)
        seen = self.forwarded()
        self.assertEqual(seen["d"], 0, "a leak")
        self.assertGreater(seen["b"], 0)

    def test_where_a_command_fails_traffic_stops(self):
        done = run("ip", "netns", "exec", self.space("a"), "sh", str(self.script("a")),
                   env=dict(os.environ, CORE="none0", PREFIXES_1="fc02:2::/64 10.2.2.0/24"))
        self.assertNotEqual(done.returncode, 0)
        self.assert_stopped()

    def test_lists_of_node_segments_lead_from_node_to_node(self):
        self.steer("a", what="loose")
        self.assertEqual(self.arrivals([FAR6, FAR4]), [4, 4])
        self.assertEqual(self.forwarded(), {"b": 8, "d": 8, "e": 0})  # the way back is not steered
        text = self.ok("ip", "-n", self.space("b"), "-s", "-6", "route", "show", "fcbb:2::e")
        self.assertIn("packets 8 ", text)

    def test_a_list_of_the_endpoint_alone_goes_as_routing_does(self):
        self.steer("a", what="node")
        self.assertEqual(self.arrivals([FAR6, FAR4, LOOPBACK]), [4, 4, 4])
        self.assertEqual(self.forwarded(), {"b": 0, "d": 24, "e": 0})

    def test_two_lists_share_the_traffic(self):
        self.ip("g", *(f"addr add fc02:2::{n:x}/64 dev e-c nodad" for n in range(16, 48)))
        self.steer_both(what="shares")
        self.forwarded()
        targets = [f"fc02:2::{n:x}" for n in range(16, 48)]
        self.assertEqual(self.arrivals(targets, count=1), [1] * 32)
        seen = self.forwarded()
        self.assertEqual(seen["d"], 0, "a leak")
        self.assertGreater(seen["e"], 3)
        self.assertGreater(seen["b"], 32 + 3)  # the way back is by b alone

    def test_a_demand_without_a_clean_path_is_stopped(self):
        self.steer("a", what="blocked")
        self.assert_stopped()

    def test_removed_it_leaves_nothing_behind(self):
        before = self.state("a")
        self.steer_both()
        self.steer("a", "remove")
        self.steer("c", "remove")
        self.assertEqual(self.state("a"), before)
        self.assert_by("d")
        self.steer("a", "remove")  # nothing to remove is no fault

    def state(self, node):
        space = self.space(node)
        return [self.ok("ip", "-n", space, family, "rule", "show") for family in ["-6", "-4"]] + \
            [self.inside(node, "nft", "list", "tables"),
             self.ok("ip", "-n", space, "-6", "route", "show", "table", "all").count("20000"),
             self.ok("ip", "-n", space, "nexthop", "show")]

    def test_its_own_packets_reach_the_endpoint_by_ordinary_routing(self):
        """The leak that the text names: sessions of the router itself"""
        self.steer("a")
        self.forwarded()
        self.inside("a", PING, "-q", "-n", "-c", "3", "-i", "0.02", "-W", "1", "-I", "fcff:1::1",
                    LOOPBACK)
        self.assertGreater(self.forwarded()["d"], 0)

    def test_what_it_does_not_know_it_refuses(self):
        done = run("ip", "netns", "exec", self.space("a"), "sh", str(self.script("a")), "backup",
                   "2")
        self.assertEqual(done.returncode, 64)
        self.assertIn("usage:", done.stderr)


if __name__ == "__main__":
    unittest.main()
