"""Tables recorded from FRR 10.7, told by our BGP speaker to GoBGP and to ExaBGP: what they read is what we read.

bgp_probe.c reads the recorded messages, writes each NLRI and attribute anew, and prints its own reading. Skipped where the
captures (CP_SHARED_LAB or ../shared/lab) or the programs are absent.
"""

import ipaddress
import json
import os
import re
import shutil
import socket
import subprocess
import sys
import tempfile
import time
import unittest
from collections import Counter
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))

import bgp_said  # noqa: E402
import netlab  # noqa: E402

PROBE = os.environ["BGP_PROBE"]
LAB = Path(os.environ.get("CP_SHARED_LAB", "../shared/lab")) / "captures"
CAPTURES = ("bgpls-frr10.7-isis", "bgpls-frr10.7-ospf", "bgpls-frr10.7-isis-srv6-flexalgo")
WAIT_S = 20

# What ExaBGP's helper does: keeps its lines. Its pipe does not block.
HELPER = """import os, select, sys
to = open(sys.argv[1], "wb", buffering=0)
while True:
    select.select([0], [], [])
    try:
        got = os.read(0, 65536)
    except BlockingIOError:
        continue
    if not got:
        break
    to.write(got)
"""

EXABGP = """process keep {{
    run {python} {folder}/helper.py {said};
    encoder json;
}}
neighbor 127.0.0.1 {{
    router-id 10.9.9.8;
    local-address 127.0.0.1;
    local-as 65000;
    peer-as 65000;
    passive;
    family {{ bgp-ls bgp-ls; }}
    api {{ processes [ keep ]; receive {{ parsed; update; }} }}
}}
"""

GOBGP = """[global.config]
  as = 65000
  router-id = "10.9.9.9"
  port = {port}
  local-address-list = ["127.0.0.1"]
[[neighbors]]
  [neighbors.config]
    neighbor-address = "127.0.0.1"
    peer-as = 65000
  [neighbors.transport.config]
    passive-mode = true
  [[neighbors.afi-safis]]
    [neighbors.afi-safis.config]
      afi-safi-name = "ls"
"""


def recorded(name):
    return max(bgp_said.streams(LAB / f"{name}.pcap").values(), key=len)


def free_port():
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return s.getsockname()[1]


def until(what, wanted):
    """The first answer that is true, within a while"""
    end = time.monotonic() + WAIT_S
    while time.monotonic() < end:
        got = wanted()
        if got:
            return got
        time.sleep(0.2)
    raise AssertionError(f"{what}: not within {WAIT_S} s")


class Tells(unittest.TestCase):
    maxDiff = None

    def setUp(self):
        if not (LAB / f"{CAPTURES[0]}.pcap").exists():
            self.skipTest("no captures")
        self.folder = Path(tempfile.mkdtemp(prefix="cpbgp-"))
        self.addCleanup(shutil.rmtree, self.folder, True)

    def start(self, *words, **more):
        process = subprocess.Popen([str(word) for word in words], text=True,
                                   stderr=subprocess.STDOUT, **more)
        self.addCleanup(process.wait)
        self.addCleanup(process.terminate)
        return process

    def tell(self, name, port):
        """Our speaker, telling; what it read of what was recorded"""
        path = self.folder / f"{name}.bin"
        path.write_bytes(recorded(name))

        return until("the peer listens and is told", lambda: self.told(path, port))

    def told(self, path, port):
        probe = self.start(PROBE, "127.0.0.1", port, path, stdin=subprocess.PIPE,
                           stdout=subprocess.PIPE)
        self.addCleanup(probe.stdin.close)
        self.addCleanup(probe.stdout.close)
        lines = []
        for line in probe.stdout:
            if line == "told\n":
                return "".join(lines)
            lines.append(line)
        return None

    def test_exabgp_reads_what_we_read(self):
        if not shutil.which("exabgp"):
            self.skipTest("no exabgp")
        for name in CAPTURES:
            with self.subTest(name):
                self.exabgp(name)

    def exabgp(self, name):
        port = free_port()
        said = self.folder / f"{name}.json"
        said.write_text("")
        (self.folder / "helper.py").write_text(HELPER)
        (self.folder / "exabgp.conf").write_text(
            EXABGP.format(python=sys.executable, folder=self.folder, said=said))
        environment = {**os.environ, "exabgp.tcp.bind": "127.0.0.1", "exabgp.tcp.port": str(port),
                       "exabgp.daemon.user": "root", "exabgp.daemon.drop": "false"}
        peer = self.start("exabgp", self.folder / "exabgp.conf", env=environment,
                          stdout=subprocess.DEVNULL)
        mine = [one for one in bgp_said.ours(self.tell(name, port)) if one[0] != "sid"]
        until("ExaBGP has all", lambda: len(bgp_said.exabgps(said)) >= len(mine))
        peer.terminate()
        peer.wait()
        theirs = bgp_said.exabgps(said)
        self.assertEqual([one[:5] for one in mine], [one[:5] for one in theirs])
        self.assertEqual([bgp_said.facts_of_ours(one[5]) for one in mine],
                         [bgp_said.facts_of_exabgp(one[5]) for one in theirs])
        self.assertGreater(len(mine), 50)

    def test_gobgp_holds_what_we_told(self):
        if not shutil.which("gobgpd") or not shutil.which("gobgp"):
            self.skipTest("no gobgpd")
        for name in CAPTURES:
            with self.subTest(name):
                self.gobgp(name)

    def test_gobgp_of_a_newer_release_holds_what_we_told(self):
        root, why = netlab.newer_root()
        if why or os.geteuid() != 0 or not (root / "usr/bin/gobgpd").exists():
            self.skipTest(why or "no gobgpd that can be run there")
        enter = ["unshare", "--mount", "sh", "-c", netlab.ENTER, "gobgp", root, self.folder]
        for name in CAPTURES:
            with self.subTest(name):
                self.gobgp(name, enter)
        root.joinpath(*self.folder.parts[1:]).rmdir()

    def gobgp(self, name, enter=()):
        port, api = free_port(), free_port()
        (self.folder / "gobgp.toml").write_text(GOBGP.format(port=port))
        peer = self.start(*enter, "gobgpd", "-f", self.folder / "gobgp.toml", "--api-hosts",
                          f"127.0.0.1:{api}", stdout=subprocess.DEVNULL)
        text = self.tell(name, port)
        standing = set()
        for line in text.splitlines():
            # An SRv6 SID (type 6) is younger than GoBGP 3.10, which leaves it out.
            if line.startswith(" announced ") and (enter or " announced sid " not in line):
                standing.add(line.removeprefix(" announced "))
            elif line.startswith(" withdrawn "):
                standing.discard(line.removeprefix(" withdrawn "))

        def held():
            answer = subprocess.run([*enter, "gobgp", "-p", str(api), "global", "rib", "-a", "ls", "-j"],
                                    capture_output=True, text=True, check=False).stdout
            return json.loads(answer) if answer.startswith("{") else {}

        table = until("GoBGP has all", lambda: (lambda t: len(t) >= len(standing) and t)(held()))
        peer.terminate()
        peer.wait()
        self.assertEqual(Counter(self.gobgp_form(line) for line in standing),
                         Counter(self.plain(key) for key in table))

    @staticmethod
    def plain(key):
        """What of GoBGP's text names the thing: its kind, routers, IPv4 addresses, prefix"""
        kind = re.search(r"\{ (\w+)", key)[1]
        if kind == "NODE":
            return ("node", re.search(r"ID:\d+ ([0-9a-f.:]+) ", key)[1])
        if kind == "SRv6SID":
            return ("sid", re.search(r"ROUTER ID: ([^}]+)\}", key)[1],
                    re.search(r"SIDs: ([^}]+)\}", key)[1])
        local = re.search(r"LOCAL_NODE: (\S+)", key)[1]
        if kind == "LINK":
            return ("link", local, re.search(r"REMOTE_NODE: (\S+)", key)[1],
                    re.search(r" LINK: (\S+?)[ }]", key)[1])
        prefix = re.search(r"PREFIX: \[(\S+)\]", key)[1]
        return ("prefix4" if kind == "PREFIXv4" else "prefix6", local,
                str(ipaddress.ip_network(prefix, strict=False)))

    @staticmethod
    def gobgp_form(line):
        words = line.split()
        routers = [words[i + 1] for i, word in enumerate(words) if word == "router"]
        if words[0] == "node":
            return ("node", routers[0])
        if words[0] == "sid":
            return ("sid", routers[0], words[words.index("sid", 1) + 1])
        if words[0] == "link":
            fours = [words[i + 1] for i, word in enumerate(words)
                     if word in ("from", "to") and ":" not in words[i + 1]]
            return ("link", routers[0], routers[1], "->".join(fours))
        prefix = words[words.index("prefix") + 1]
        return (words[0], routers[0], str(ipaddress.ip_network(prefix, strict=False)))


if __name__ == "__main__":
    unittest.main()
