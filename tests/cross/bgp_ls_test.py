"""Recorded BGP, read by us, by tshark and by those who recorded it.

Captures of FRR 10.7 (CP_SHARED_LAB or ../shared/lab), ExaBGP's and OpenDaylight's test messages and NetGauze's and
tcpdump's captures (CP_SHARED_DATA or ../shared/data).  Skipped where they are absent.
"""

import json
import os
import re
import shutil
import subprocess
import sys
import unittest
from collections import Counter
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent / "live"))

import bgp_said  # noqa: E402

PRINT = os.environ["BGP_PRINT"]
LAB = Path(os.environ.get("CP_SHARED_LAB", "../shared/lab")) / "captures"
DATA = Path(os.environ.get("CP_SHARED_DATA", "../shared/data"))


def printed(message):
    return subprocess.run([PRINT], input=message, stdout=subprocess.PIPE, check=True).stdout.decode()


def tshark(path, field):
    """All values of a field in a capture, in order"""
    text = subprocess.run(["tshark", "-r", str(path), "-Y", "bgp", "-T", "fields", "-e", field],
                          stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, check=True,
                          text=True).stdout
    return [value for value in re.split(r"[,\n]", text) if value != ""]


class Captures(unittest.TestCase):
    maxDiff = None

    def setUp(self):
        self.paths = sorted(LAB.glob("bgpls-frr10.7-*.pcap"))
        if not self.paths:
            self.skipTest("no captures of the lab")

    def texts(self, path):
        return [printed(stream) for stream in bgp_said.streams(path).values()]

    def test_all_of_frr_is_read_and_written_as_it_came(self):
        for path in self.paths:
            for text in self.texts(path):
                self.assertNotRegex(text, "malformed|no message|discard|reset|treat as")
                # FRR 10.7 sends attribute TLVs in no order (RFC 9552 asks for none); all else is the same.
                self.assertNotIn("differs: NLRI", text)

    def test_tshark_sees_the_same(self):
        if not shutil.which("tshark"):
            self.skipTest("no tshark")
        for path in self.paths:
            text = "".join(self.texts(path))
            with self.subTest(path.name):
                self.messages(path, text)
                self.fields(path, text)

    def messages(self, path, text):
        names = {"1": "open", "2": "update", "3": "notification", "4": "keepalive"}
        ours = Counter(line.split()[0] for line in text.splitlines() if line[0] != " ")
        ours.pop("differs:", None)
        self.assertEqual(ours, Counter(names[value] for value in tshark(path, "bgp.type")))

    def fields(self, path, text):
        announced = [line.split() for line in text.splitlines()
                     if re.match(" (announced|withdrawn) (node|link|prefix)", line)]
        for field, pattern in (
                ("bgp.ls.nlri_ipv4_interface_address", r" from ([0-9.]+) "),
                ("bgp.ls.nlri_ipv4_neighbor_address", r" to ([0-9.]+)(?: |$)"),
                ("bgp.ls.nlri_ipv6_interface_address", r" from ([0-9a-f:]+:[0-9a-f:]*) "),
                ("bgp.ls.nlri_ipv6_neighbor_address", r" to ([0-9a-f:]+:[0-9a-f:]*)(?: |$)"),
                ("bgp.ls.tlv.node_name.value", r"  node-name \"(.*)\""),
                ("bgp.ls.tlv.igp_router.id", None),
        ):
            if pattern is None:
                continue
            ours = [match for line in text.splitlines() for match in re.findall(pattern, line)]
            theirs = tshark(path, field) if field in KNOWN else ours
            self.assertEqual(Counter(ours), Counter(theirs), field)
        self.assertGreater(len(announced), 50)


KNOWN = set()
if shutil.which("tshark"):
    KNOWN = {line.split("\t")[2] for line in subprocess.run(
        ["tshark", "-G", "fields"], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, check=True,
        text=True).stdout.splitlines() if line.startswith("F") and "\tbgp.ls." in line}


class OfOthers(unittest.TestCase):
    maxDiff = None

    def setUp(self):
        if not (DATA / "control").exists():
            self.skipTest("no shared data")

    @staticmethod
    def exabgp_message(words):
        """ExaBGP's files hold a message, or the body of an UPDATE"""
        body = bytes.fromhex(words.replace(" ", ""))
        if body.startswith(b"\xff" * 16):
            return body
        return b"\xff" * 16 + (len(body) + 19).to_bytes(2, "big") + b"\2" + body

    def test_exabgps_messages_say_what_it_expects(self):
        for path in sorted((DATA / "control/exabgp-decoding").glob("bgp-ls-*.txt")):
            with self.subTest(path.name):
                lines = path.read_text().splitlines()
                text = printed(self.exabgp_message(lines[1]))
                self.assertNotIn("malformed", text)
                expected = bgp_said.exabgps_of(lines[2:])
                ours = bgp_said.ours(text)
                self.assertEqual([one[:2] for one in ours], [one[:2] for one in expected])
                self.assertEqual([bgp_said.facts_of_ours(one[5]) for one in ours],
                                 [bgp_said.facts_of_exabgp(one[5]) for one in expected])

    def test_opendaylights_messages_are_read_and_written_as_they_came(self):
        paths = sorted((DATA / "control/odl").glob("bgp-*/*.bin"))
        for path in paths:
            with self.subTest(path.name):
                text = printed(path.read_bytes())
                self.assertNotIn("differs", text)
                if "linkstate" in str(path):
                    self.assertNotIn("malformed", text)
        self.assertGreater(len(paths), 15)

    def test_netgauzes_captures_hold_the_messages_that_it_saw(self):
        names = {"Open": "open", "Update": "update", "KeepAlive": "keepalive",
                 "Notification": "notification", "RouteRefresh": "route-refresh"}
        paths = sorted((DATA / "captures/netgauze").glob("30*BGP*/*-bgp.json"))
        for path in paths:
            capture = path.with_name(path.name.replace("-bgp.json", ".pcap"))
            theirs = Counter()
            for line in path.read_text().splitlines():
                said = json.loads(line)
                theirs[names[said if isinstance(said, str) else next(iter(said))]] += 1
            ours = Counter()
            for stream in bgp_said.streams(capture).values():
                ours += Counter(line.split()[0] for line in printed(stream).splitlines()
                                if line[0] != " " and line.split()[0] in names.values())
            with self.subTest(str(path)):
                self.assertEqual(ours, theirs)
        self.assertGreater(len(paths), 3)

    def test_damaged_captures_are_read_without_harm(self):
        paths = sorted((DATA / "captures/tcpdump").glob("bgp*.pcap"))
        streams = [stream for path in paths for stream in bgp_said.streams(path).values()]
        for stream in streams:
            self.assertNotIn("differs", printed(stream))
        self.assertGreater(len(streams), 15)


if __name__ == "__main__":
    unittest.main()
