"""What `cleanpath status` ends with: never well while something critical stands, or while nobody looks; and what blocks a demand"""

import json
import os
import subprocess
import sys
import unittest
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))
from play import LAB_FEED, Daemon, Pcc, lab_case, poll

CLEANPATH = os.environ.get("CLEANPATH", "build/cleanpath")
PEERS = ("    - {name: pcc1, address: 127.0.0.2, system: frr-8.4, node: r1}\n"
         "    - {name: pcc8, address: 127.0.0.3, system: frr-8.4, node: r8}\n")


class Base(unittest.TestCase):
    def setUp(self):
        self.daemon = Daemon()
        self.addCleanup(self.daemon.end)
        lab_case(self.daemon.case, [("d1", "r1", "r8")])

    def code(self):
        return subprocess.run([CLEANPATH, "status", "--socket", str(self.daemon.api)], stdout=subprocess.DEVNULL,
                              timeout=60).returncode


class Status(Base):
    def test_it_is_not_well_while_a_critical_alarm_stands(self):
        self.daemon.write(PEERS, top=LAB_FEED)
        self.daemon.start()
        for address in ("127.0.0.2", "127.0.0.3"):
            self.addCleanup(Pcc(self.daemon, address).close)
        poll(lambda: self.code() == 0, why="all well")
        self.assertEqual(self.daemon.ask("/v1/freeze", "POST", {"reason": "a look"})[0], 200)
        critical = [a["kind"] for a in self.daemon.get("/v1/alarms")["items"] if a["severity"] == "critical"]
        self.assertEqual(critical, ["hold"])
        self.assertEqual(self.code(), 2)
        self.assertEqual(self.daemon.ask("/v1/thaw", "POST", {"reason": "done"})[0], 200)
        self.assertEqual(self.code(), 0)

    def test_it_is_not_well_where_no_feed_was_ever_read(self):
        self.daemon.write(PEERS, top="feeds:\n  - {name: a, kind: frr-isis, command: [\"false\"]}\n"
                                     "  - {name: b, kind: frr-isis, command: [\"true\"]}\n")
        self.daemon.start(planned=False)
        self.assertEqual(self.code(), 2)  # nothing has failed yet, and nothing is known
        ids = {"feed-lost/a", "feed-lost/b"}
        poll(lambda: {a["id"] for a in self.daemon.get("/v1/alarms")["items"]} >= ids, why="the alarms")
        poll(lambda: {x["about"] for x in self.daemon.lines() if x["kind"] == "alarm" and x["level"] == "warning"} >= ids,
             why="the log")
        self.assertEqual(self.code(), 2)

    def test_it_is_not_well_once_all_feeds_are_lost(self):
        """What is steered and well stays so for all that is known; but nobody looks any more."""
        said = self.daemon.folder / "said"
        said.write_text(Path("tests/ted/frr8.4.4-isis.json").read_text())
        self.daemon.write(PEERS, top=f"feeds:\n  - {{name: a, kind: frr-isis, command: [cat, {said}], every: 50 ms}}\n")
        self.daemon.start()
        for address in ("127.0.0.2", "127.0.0.3"):
            self.addCleanup(Pcc(self.daemon, address).close)
        poll(lambda: self.code() == 0, why="all well")
        said.rename(said.with_name("away"))
        poll(lambda: self.code() == 2, why="that nobody looks")
        poll(lambda: any(x["kind"] == "alarm" and x.get("about") == "feed-lost/a" for x in self.daemon.lines()), why="the log")
        said.with_name("away").rename(said)
        poll(lambda: self.code() == 0, why="all well again")


class Cuts(Base):
    """Of headends that let their traffic go, too."""

    def setUp(self):
        super().setUp()
        self.said = self.daemon.folder / "said"
        self.said.write_text(Path("tests/ted/frr8.4.4-isis.json").read_text())
        self.daemon.write(PEERS, top=f"feeds:\n  - {{name: a, kind: frr-isis, command: [cat, {self.said}], every: 50 ms}}\n"
                                     "decisions: {damp: 1 s, drain: 1 s}\n")
        self.daemon.start()
        for address in ("127.0.0.2", "127.0.0.3"):
            self.addCleanup(Pcc(self.daemon, address).close)
        poll(lambda: self.code() == 0, why="all well")

    def demand(self):
        return self.daemon.get("/v1/demands/d1")

    def alarm(self):
        return next((a["what"] for a in self.daemon.get("/v1/alarms")["items"] if a["id"] == "down/r1>r8/1000"), "")

    def test_what_rules_block_is_told_with_the_cut(self):
        nodes = self.daemon.case / "nodes.csv"
        nodes.write_text(nodes.read_text().replace("r6,nokia", "r6,huawei"))
        self.assertEqual(self.daemon.ask("/v1/reload?accept-loss", "POST")[0], 200)
        poll(lambda: len(self.demand()["blocking_cut"]) == 1, why="the cut")
        self.assertRegex(self.demand()["blocking_cut"][0], "^node:r[0-9]$")
        poll(lambda: "; blocked by node:r" in self.alarm(), why="the alarm's cut")
        self.assertTrue(self.alarm().endswith(" (rule no-huawei)"), self.alarm())

    def test_what_lost_links_leave_to_rules_is_told_with_the_cut(self):
        network = json.loads(self.said.read_text())
        ids = {v["name"]: v["vertex-id"] for v in network["ted"]["vertices"]}
        gone = {ids["r1"], ids["r4"]}
        edges = network["ted"]["edges"]
        network["ted"]["edges"] = [e for e in edges if {e["local-vertex-id"], e["remote-vertex-id"]} != gone]
        self.assertEqual(len(network["ted"]["edges"]), len(edges) - 2)
        new = self.said.with_name("new")
        new.write_text(json.dumps(network))
        new.rename(self.said)
        poll(lambda: self.demand()["blocking_cut"] == ["node:r2"], why="the cut")
        poll(lambda: self.alarm().endswith("; blocked by node:r2 (rule no-huawei)"), why="the alarm's cut")


if __name__ == "__main__":
    unittest.main()
