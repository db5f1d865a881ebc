"""BGP-LS from real FRR 10.7 into our speaker: what it tells of IS-IS, OSPF and SRv6, and what changes.

One router runs FRR 10.7 from another Debian release (netlab.newer_root) and tells the network's link state to bgp_hear.c,
which stands on a host behind it; the others run this release's FRR.
"""

import os
import re
import subprocess
import sys
import threading
import time
import unittest
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))

import netlab  # noqa: E402

HEAR = os.environ["BGP_HEAR"]
HOLD_S = 6
# a, b, metric, delay, colour: two planes between r1 and r8
LINKS = [("r1", "r2", 10, 1000, None), ("r2", "r3", 10, 1000, 1), ("r3", "r8", 10, None, None),
         ("r1", "r4", 20, 3000, 2), ("r4", "r5", 20, None, None), ("r5", "r6", 20, None, None),
         ("r6", "r8", 20, None, None), ("r4", "r7", 10, None, None), ("r7", "r6", 10, None, None),
         ("r2", "r5", 30, None, None)]


def bgp(peer, n):
    """Router n tells the peer what its IGP has"""
    return f"""router bgp 65000
 bgp router-id 10.255.0.{n}
 no bgp ebgp-requires-policy
 neighbor {peer} remote-as 65000
 neighbor {peer} timers connect 2
 address-family link-state
  neighbor {peer} activate
 exit-address-family
exit
"""


def srv6(n):
    return f"""segment-routing
 srv6
  encapsulation
   source-address fcff:{n}::1
  exit
  locators
   locator MAIN
    prefix fcbc:{n}::/48 block-len 32 node-len 16 func-bits 16
   exit
  exit
 exit
exit
router isis 1
 segment-routing srv6
  locator MAIN
 exit
exit
"""


def routers(nlri):
    """(local, remote) of a link's NLRI: router rN has system id 0000.0000.000N"""
    return tuple(f"r{int(x, 16)}" for x in re.findall(r"router 0000\.0000\.(\d{4})", nlri))


class Heard:
    """bgp_hear, and what stands by what it said"""

    def __init__(self, lab, host):
        self.lines = []
        self.standing = {}  # NLRI: what its attribute says
        self.process = lab.start(host, HEAR, "179", str(HOLD_S), stdin=subprocess.PIPE,
                                 stdout=subprocess.PIPE)
        self.lock = threading.Lock()
        threading.Thread(target=self.read, daemon=True).start()

    def read(self):
        for line in self.process.stdout:
            with self.lock:
                self.take(line.rstrip("\n"))

    def take(self, line):
        self.lines.append(line)
        word, _, rest = line.partition(" ")
        if word == "announced":
            nlri, *facts = rest.split(" | ")
            self.standing[nlri] = " | ".join(x.strip() for x in facts)
        elif word == "withdrawn":
            self.standing.pop(rest, None)
        elif word == "up":
            self.standing.clear()

    def say(self, line):
        self.process.stdin.write(line + "\n")
        self.process.stdin.flush()

    def now(self, kind=""):
        with self.lock:
            return {key: facts for key, facts in self.standing.items()
                    if key.startswith(kind + " ") or not kind}

    def counts(self):
        keys = [key.split()[0] for key in self.now()]
        return {kind: keys.count(kind) for kind in sorted(set(keys))}

    def of(self, word):
        with self.lock:
            return [line for line in self.lines if line.split()[0] == word]


class Network(unittest.TestCase):
    """One network, and what is heard of it"""
    IGP = "isis"
    PREFIX = "cpf"

    @classmethod
    def setUpClass(cls):
        if cls is Network:
            raise unittest.SkipTest("what the networks share")
        why = netlab.lacking("ospfd")
        root, no_root = netlab.newer_root()
        if why or no_root:
            raise unittest.SkipTest(why or no_root)
        cls.lab = netlab.Lab(cls.PREFIX, igp=cls.IGP)
        try:
            cls.build(root)
            cls.lab.up()
            cls.prepare()
            cls.lab.converge()
            cls.heard = Heard(cls.lab, "h1")
        except BaseException:
            cls.tearDownClass()
            raise

    @classmethod
    def build(cls, root):
        for n in range(1, 9):
            cls.lab.router(f"r{n}", **({"root": root, "daemons": ["bgpd"],
                                        "config": bgp("10.2.1.2", 1)} if n == 1 else {}))
        for a, b, metric, delay, colour in LINKS:
            cls.lab.link(a, b, metric=metric, delay_us=delay, colour=colour)
        cls.lab.host("h1", "r1")

    @classmethod
    def prepare(cls):
        """What is wanted once the routers run"""

    @classmethod
    def tearDownClass(cls):
        if hasattr(cls, "lab"):
            cls.lab.down()

    def until(self, what, seconds=60):
        got = netlab.poll(what, seconds, 0.2)
        self.assertTrue(got, f"{self.heard.counts()}\n" + "\n".join(self.heard.lines[-20:]))
        return got

    def counts_are(self, **wanted):
        self.until(lambda: {k: self.heard.counts().get(k, 0) for k in wanted} == wanted)

    def nothing_is_malformed(self):
        self.assertEqual(self.heard.of("malformed"), [])
        self.assertIsNone(self.heard.process.poll())


class Isis(Network):
    def test_1_nodes_links_and_prefixes_are_told(self):
        self.counts_are(node=8, link=20)
        self.assertGreater(len(self.heard.now("prefix4")), 20)
        self.assertGreater(len(self.heard.now("prefix6")), 20)
        names = {m[1] for facts in self.heard.now("node").values()
                 if (m := re.search(r'node-name "(\w+)"', facts))}
        self.assertEqual(names, {f"r{n}" for n in range(1, 9)})
        self.nothing_is_malformed()


    def test_2_what_a_link_says_is_told(self):
        """The first UPDATEs say less than later ones"""
        self.until(lambda: sum("bandwidth-bps 1000000000" in facts
                               for facts in self.heard.now("link").values()) == 20)
        self.until(lambda: len(self.of_colour(2)) == 2)

    def test_3_a_silent_loss_takes_two_links_away_and_healing_brings_them_back(self):
        before = set(self.heard.now("link"))
        self.lab.silence("r4", "r5")
        self.counts_are(node=8, link=18)
        lost = before - set(self.heard.now("link"))
        self.assertEqual({tuple(sorted(routers(nlri))) for nlri in lost}, {("r4", "r5")})
        self.assertEqual({routers(nlri) for nlri in lost}, {("r4", "r5"), ("r5", "r4")})
        self.lab.silence("r4", "r5", silent=False)
        self.until(lambda: set(self.heard.now("link")) == before)

    def test_4_a_new_colour_and_delay_are_told(self):
        told = len(self.heard.of("announced"))
        self.lab.configure("r4", "interface e-r5\n link-params\n  admin-grp 0x8\n  delay 4321\n")
        self.until(lambda: len(self.of_colour(8)) == 1)
        nlri, facts = self.of_colour(8)[0]
        self.assertEqual(routers(nlri), ("r4", "r5"))
        self.until(lambda: " 4321" in self.heard.now("link")[nlri])
        self.assertGreater(len(self.heard.of("announced")), told)
        self.assertEqual(len(self.heard.of("up")), 1)

    def test_5_a_connection_that_is_cut_comes_back_and_all_is_told_again(self):
        before = self.heard.now()
        self.heard.say("cut")
        self.until(lambda: len(self.heard.of("up")) == 2)
        self.assertEqual(len(self.heard.of("down")), 1)
        self.until(lambda: self.heard.now() == before)

    def test_6_the_session_stays_up_for_several_hold_times(self):
        ups = len(self.heard.of("up"))
        time.sleep(4 * HOLD_S)
        self.assertEqual(len(self.heard.of("up")), ups)
        self.assertEqual(len(self.heard.of("down")), ups - 1)

    def test_7_all_was_told(self):
        self.until(lambda: len(self.heard.of("full")) > 0)

    def test_8_nothing_was_malformed(self):
        self.nothing_is_malformed()

    def of_colour(self, colour):
        return [(nlri, facts) for nlri, facts in self.heard.now("link").items()
                if f"admin-group 0x{colour:08x}" in facts]


class Ospf(Network):
    IGP = "ospf"
    PREFIX = "cpo"

    def test_1_nodes_links_and_prefixes_are_told(self):
        self.counts_are(node=8, link=20)
        self.assertGreater(len(self.heard.now("prefix4")), 20)
        self.nothing_is_malformed()


class Srv6(Network):
    """Four routers of FRR 10.7, which allocate SIDs and flood them"""
    PREFIX = "cps"

    @classmethod
    def build(cls, root):
        for n in range(1, 5):
            more = {"daemons": ["bgpd"]} if n == 1 else {}
            cls.lab.router(f"r{n}", root=root, **more)
        for a, b, metric in (("r1", "r2", 10), ("r2", "r3", 10), ("r3", "r4", 10), ("r1", "r4", 20)):
            cls.lab.link(a, b, metric=metric)
        cls.lab.host("h1", "r1")

    @classmethod
    def prepare(cls):
        for n in range(1, 5):  # FRR hangs its SIDs on a device sr0: a bridge will do
            for words in ("add sr0 type bridge", "set sr0 up"):
                cls.lab.must("ip", "-n", cls.lab.space(f"r{n}"), "link", *words.split())
            # In the configuration of the start it would keep what follows from being read.
            cls.lab.configure(f"r{n}", srv6(n))
        cls.lab.configure("r1", bgp("10.2.1.2", 1))

    def test_1_sids_are_told(self):
        self.counts_are(node=4, link=8, sid=4)
        self.assertEqual({m[1] for nlri in self.heard.now("sid") if (m := re.search(r" sid (\S+)", nlri))},
                         {f"fcbc:{n}::" for n in range(1, 5)})

    def test_2_links_have_sids_of_their_own(self):
        self.until(lambda: sum("end.x fcbc:" in facts for facts in self.heard.now("link").values()) == 8)

    def test_3_nothing_is_malformed(self):
        self.nothing_is_malformed()


if __name__ == "__main__":
    unittest.main()
