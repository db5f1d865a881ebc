"""The PCE's machine (pce_probe.c) with real FRR routers as PCCs, in network namespaces."""

import os
import re
import subprocess
import sys
import threading
import unittest
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))

import netlab  # noqa: E402

PROBE = os.environ["PCE_PROBE"]
KEY = "cleanpath-live"

POLICY = """segment-routing
 traffic-eng
  mpls-te on
  mpls-te import isis
  policy color 100 endpoint 10.255.0.4
   name GREEN
   binding-sid 40100
   candidate-path preference 200 name pce dynamic
    metric bound te 100
   exit
  exit
"""


def pcep(source, *peers, key=""):
    """pathd's PCEP; peers: (name, address, precedence)"""
    lines = ["  pcep", "   pce-config G", f"    source-address ip {source}",
             "    timer keep-alive 30", "    pce-initiated"]
    lines += [f"    tcp-md5-auth {key}"] if key else []
    lines += ["   exit"]
    for name, address, _ in peers:
        lines += [f"   pce {name}", "    config G", f"    address ip {address}", "   exit"]
    lines += ["   pcc"]
    lines += [f"    peer {name} precedence {precedence}" for name, _, precedence in peers]
    return "\n".join([*lines, "   exit", "  exit", " exit", "exit", ""])


class Probe:
    """pce_probe in a host's namespace: lines in, lines out"""

    def __init__(self, lab, host, *more):
        self.process = lab.start(host, PROBE, lab.address(host), "vendor", *more,
                                 stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        self.lines = []
        self.seen = 0
        self.changed = threading.Condition()
        self.thread = threading.Thread(target=self.read, daemon=True)
        self.thread.start()

    def read(self):
        for line in self.process.stdout:
            with self.changed:
                self.lines.append(line.rstrip("\n"))
                self.changed.notify_all()

    def say(self, line):
        self.process.stdin.write(line + "\n")
        self.process.stdin.flush()

    def find(self, pattern):
        for at in range(self.seen, len(self.lines)):
            match = re.search(pattern, self.lines[at])
            if match:
                self.seen = at + 1
                return match
        return None

    def wait(self, pattern, seconds=60):
        """The next line that has the pattern; lines before it are passed over"""
        with self.changed:
            found = None

            def has():
                nonlocal found
                found = self.find(pattern)
                return found

            self.changed.wait_for(has, seconds)
        if found is None:
            raise AssertionError(f"no '{pattern}' in {self.lines[self.seen:]}, all: {self.lines}")
        return found

    def stop(self):
        self.process.terminate()
        self.process.wait(timeout=5)


LACKING = netlab.lacking("pathd")


@unittest.skipIf(LACKING, LACKING)
class PcepFrrTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.lab = netlab.Lab("cpsp")
        cls.addClassCleanup(cls.lab.down)
        for name in ("r1", "r2", "r3"):
            cls.lab.router(name, daemons=["pathd"])
        cls.lab.router("r4")
        for a, b in (("r1", "r2"), ("r2", "r4"), ("r1", "r3"), ("r3", "r4")):
            cls.lab.link(a, b)
        for name in ("h1", "h2", "h3", "h4"):
            cls.lab.host(name, "r4")
        cls.lab.up()
        cls.lab.converge()

    def wait_for(self, router, what, pattern, seconds=30):
        text = ""

        def look():
            nonlocal text
            text = self.lab.show(router, what)
            return re.search(pattern, text)

        found = netlab.poll(look, seconds)
        self.assertTrue(found, f"'{pattern}' not in: {text}")
        return found

    def configure(self, router, text):
        self.assertEqual(self.lab.configure(router, text), "")

    def take_over(self, probe, labels):
        """r's GREEN asks for its path, gets it and delegates; its number"""
        probe.wait(r"^up .*stateful=1 updates=1 initiates=1 sr=1 srv6=0 depth=4$")
        probe.wait(r"^synced$")
        asked = probe.wait(r"^request id=(\d+) setup=1 .* metric=2:100:bound .* not_understood=0$")
        probe.say(f"reply {asked[1]} {labels}")
        told = probe.wait(r"^lsp plsp=(\d+) .*name=GREEN-pce state=2 delegated=1 created=[01] "
                          rf"removed=0 .*binding=40100 setup=1 .*intended={labels.replace(' ', '/')} ")
        return told[1]

    def test_a_path_is_asked_for_delegated_and_updated(self):
        probe = Probe(self.lab, "h1")
        self.configure("r1", POLICY + pcep("10.255.0.1", ("P1", self.lab.address("h1"), 10)))
        plsp = self.take_over(probe, "16002 16004")
        self.wait_for("r1", "sr-te policy detail", r"Name: GREEN .*Status: Active")
        probe.say(f"update {plsp} up 16003 16004")
        srp = probe.wait(r"^ordered srp=(\d+)$")[1]
        probe.wait(rf"^lsp plsp={plsp} srp={srp} ")
        probe.wait(rf"^lsp plsp={plsp} .*state=2 .*intended=16003/16004 ")
        self.wait_for("r1", "mpls table", r"40100 +SR-TE .*16003/16004|40100 .*16004")
        self.assert_initiates(probe)
        probe.stop()
        self.wait_for("r1", "sr-te policy", r"10\.255\.0\.4 +100 +GREEN +40100 +Active", 5)

    def assert_initiates(self, probe):
        probe.say("initiate cp-777 777 200 10.255.0.1 10.255.0.3 16004 16003")
        srp = probe.wait(r"^ordered srp=(\d+)$")[1]
        made = probe.wait(rf"^lsp plsp=(\d+) srp={srp} name=cp-777 .*created=1 removed=0 ")[1]
        probe.wait(rf"^lsp plsp={made} .*state=2 .*intended=16004/16003 ")
        self.wait_for("r1", "sr-te policy", r"10\.255\.0\.3 +777 +cp-777 .*Active")
        probe.say(f"remove {made}")
        srp = probe.wait(r"^ordered srp=(\d+)$")[1]
        probe.wait(rf"^lsp plsp={made} srp={srp} .*removed=1 ")
        self.assertNotIn("cp-777", self.lab.show("r1", "sr-te policy"))

    def test_a_second_pce_takes_over_when_the_first_is_gone(self):
        probes = {x: Probe(self.lab, x) for x in ("h2", "h3")}
        self.configure("r2", POLICY + pcep("10.255.0.2", ("P1", self.lab.address("h2"), 10),
                                           ("P2", self.lab.address("h3"), 20)))
        for probe in probes.values():
            probe.wait(r"^synced$")

        def asked():
            return [x for x, p in probes.items() if any(y.startswith("request ") for y in p.lines)]

        best = netlab.poll(asked, 30)
        self.assertEqual(len(best), 1)
        first, second = probes.pop(best[0]), next(iter(probes.values()))
        first.seen = 0
        request = first.wait(r"^request id=(\d+) ")[1]
        first.say(f"reply {request} 16001 16004")
        first.wait(r"^lsp .*name=GREEN-pce state=2 delegated=1 ")
        first.stop()
        second.wait(r"^lsp .*name=GREEN-pce .*delegated=1 ", 60)
        self.wait_for("r2", "sr-te policy", r"GREEN +40100 +Active", 5)

    def test_only_the_right_md5_key_opens_a_session(self):
        wrong = Probe(self.lab, "h4", "10.255.0.3", "another key")
        wrong.wait(r"^listening$")
        self.configure("r3", POLICY + pcep("10.255.0.3", ("P1", self.lab.address("h4"), 10),
                                           key=KEY))
        self.wait_for("r3", "sr-te pcep session", r"PCE P1")
        with self.assertRaises(AssertionError):
            wrong.wait(r"^up ", 5)
        wrong.stop()
        right = Probe(self.lab, "h4", "10.255.0.3", KEY)
        right.wait(r"^up peer=10\.255\.0\.3 ", 90)
        right.wait(r"^synced$")
        right.stop()


if __name__ == "__main__":
    unittest.main()
