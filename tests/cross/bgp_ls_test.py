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


FIELDS = {  # tshark's: what it is in our text
    "bgp.ls.nlri_ipv4_interface_address": r" from ([0-9.]+) ",
    "bgp.ls.nlri_ipv4_neighbor_address": r" to ([0-9.]+)(?: |$)",
    "bgp.ls.nlri_ipv6_interface_address": r" from ([0-9a-f:]+:[0-9a-f:]*) ",
    "bgp.ls.nlri_ipv6_neighbor_address": r" to ([0-9a-f:]+:[0-9a-f:]*)(?: |$)",
    "bgp.ls.tlv.node_name_value": r"^  node-name \"(.*)\"",
    "bgp.ls.tlv.te_default_metric_value": r"^  te-metric (\d+)",
    "bgp.ls.tlv.metric_value": r"^  igp-metric (\d+)",
    "bgp.ls.tlv.prefix_metric_value": r"^  prefix-metric (\d+)",
}


def plain(value):
    return str(int(value, 0)) if re.fullmatch(r"0x[0-9a-f]+", value) else value


def tshark(path, fields):
    """{field: how often it has which value} of a capture"""
    words = [word for field in fields for word in ("-e", field)]
    text = subprocess.run(["tshark", "-r", str(path), "-Y", "bgp", "-T", "fields", *words],
                          stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, check=True,
                          text=True).stdout
    columns = [line.split("\t") for line in text.splitlines()]
    return {field: Counter(plain(value) for line in columns for value in line[i].split(",") if value)
            for i, field in enumerate(fields)}


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
                self.compare(text, tshark(path, ["bgp.type", *FIELDS]))

    def compare(self, text, theirs):
        names = {"1": "open", "2": "update", "3": "notification", "4": "keepalive"}
        lines = text.splitlines()
        types = Counter(line.split()[0] for line in lines if line[0] != " ")
        types.pop("differs:", None)
        self.assertEqual(types, Counter({names[key]: count
                                         for key, count in theirs["bgp.type"].items()}))
        for field, pattern in FIELDS.items():
            ours = Counter(found for line in lines for found in re.findall(pattern, line))
            self.assertEqual(ours, theirs[field], field)


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
