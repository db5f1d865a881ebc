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


class Lists(Base):
    """cleanpath demands, paths and elements"""

    def setUp(self):
        super().setUp()
        lab_case(self.daemon.case, [("d1", "r1", "r8"), ("d2", "r2", "r8"), ("d3", "r4", "r7")])
        self.daemon.write(PEERS, top=LAB_FEED)
        self.daemon.start()
        for address in ("127.0.0.2", "127.0.0.3"):
            self.addCleanup(Pcc(self.daemon, address).close)
        poll(lambda: self.daemon.get("/v1/status")["paths"]["installed"] == 2, why="what can be carried")

    def ask(self, *args):
        done = subprocess.run([CLEANPATH, *args, "--socket", str(self.daemon.api)], capture_output=True, text=True, timeout=60)
        self.assertEqual(done.stderr, "")
        return done.returncode, done.stdout

    def ids(self, *args):
        """What is listed, the same in text and JSON"""
        code, out = self.ask(*args, "--json")
        ids = [item["id"] for item in json.loads(out)["items"]]
        text = self.ask(*args)
        self.assertEqual((text[0], [line.split()[1] for line in text[1].splitlines()[1:-1]]), (code, ids))
        return code, ids

    def test_what_is_picked_is_listed_and_decides_the_exit(self):
        self.assertEqual(self.ids("demands"), (1, ["d1", "d2", "d3"]))
        self.assertEqual(self.ids("demands", "--verdict", "ok"), (0, ["d1", "d3"]))
        self.assertEqual(self.ids("demands", "--verdict", "no-path"), (0, []))
        self.assertEqual(self.ids("demands", "--after", "d1", "--limit", "1"), (1, ["d2"]))
        self.assertEqual(self.ids("demands", "d3", "d1"), (0, ["d3", "d1"]))
        self.assertEqual(self.ids("paths", "--headend", "r8"), (1, ["r8>r1/1000", "r8>r2/1000"]))
        self.assertEqual(self.ids("paths", "--headend", "r"), (0, []))
        self.assertEqual(self.ids("paths", "--phase", "installed"), (0, ["r1>r8/1000", "r8>r1/1000"]))
        self.assertEqual(self.ids("paths", "--phase", "waiting", "--headend", "r4"), (2, ["r4>r7/1000"]))
        self.assertEqual(self.ids("elements", "--verdict", "untrusted"), (0, ["node:r2", "node:r3"]))
        self.assertEqual(self.ids("elements", "link:r1--r2"), (0, ["link:r1--r2"]))

    def test_each_row_says_why(self):
        rows = {line.split()[1]: line for x in ("demands", "paths", "elements") for line in self.ask(x)[1].splitlines()}
        self.assertRegex(rows["d2"], "^violation +d2 +r2 +r8 +secret +nobody steers it.*, and meets r2: maker huawei; nodes.csv:3 "
                                     r"\(rule no-huawei\); a clean path is blocked by node:r2$")
        self.assertRegex(rows["r1>r8/1000"], "^installed +r1>r8/1000 +pcc1 +- +r1 r4 r7 r6 r8$")
        self.assertRegex(rows["r4>r7/1000"], "no router session is configured for its headend$")
        self.assertRegex(rows["node:r2"], r"^untrusted +node:r2 +huawei +inventory, feeds +maker huawei; nodes.csv:3 \(rule no-huawei\)$")


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

    def lose(self, a, b):
        """The link between the two is told no more."""
        network = json.loads(self.said.read_text())
        ids = {v["name"]: v["vertex-id"] for v in network["ted"]["vertices"]}
        gone = {ids[a], ids[b]}
        edges = network["ted"]["edges"]
        network["ted"]["edges"] = [e for e in edges if {e["local-vertex-id"], e["remote-vertex-id"]} != gone]
        self.assertEqual(len(network["ted"]["edges"]), len(edges) - 2)
        new = self.said.with_name("new")
        new.write_text(json.dumps(network))
        new.rename(self.said)

    def test_a_path_that_is_held_to_tells_where_it_was_ordered_and_what_of_it_is_gone(self):
        """Before and after the plan that does not have the link any more; over a restart; until it is there again."""
        def path():
            return self.daemon.get("/v1/paths/r1%3Er8%2F1000")

        before, told = path(), self.said.read_text()
        self.assertEqual((before["intended"]["gone"], before["installed"]["gone"]), ([], []))
        self.assertEqual(self.daemon.ask("/v1/freeze", "POST", {"reason": "a look"})[0], 200)
        self.lose("r4", "r7")
        want = {**before["intended"], "gone": ["link:r4--r7"]}
        poll(lambda: path()["intended"]["gone"], why="that it is gone")
        self.assertEqual(path()["intended"], want)
        poll(lambda: path()["installed_is"] == "broken" and self.daemon.get("/v1/status")["view"]["links"] == 9,
             why="the plan without it")
        self.assertEqual(path()["intended"], want)
        self.assertEqual(path()["installed"], {**want, "since": before["installed"]["since"]})
        self.assertEqual(self.demand()["intended_nodes"], before["intended"]["branches"])
        self.daemon.kill()
        self.daemon.start()
        self.assertEqual(path()["intended"], want)
        self.said.write_text(told)
        poll(lambda: path()["intended"]["gone"] == [], why="that it is there again")
        self.assertEqual(path()["intended"]["nodes"], want["nodes"])

    def test_what_lost_links_leave_to_rules_is_told_with_the_cut(self):
        self.lose("r1", "r4")
        poll(lambda: self.demand()["blocking_cut"] == ["node:r2"], why="the cut")
        poll(lambda: self.alarm().endswith("; blocked by node:r2 (rule no-huawei)"), why="the alarm's cut")


if __name__ == "__main__":
    unittest.main()
