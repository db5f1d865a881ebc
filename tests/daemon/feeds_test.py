"""What two feeds of one network tell, and what becomes of paths when one of them is lost"""

import json
import os
import shutil
import signal
import sys
import unittest
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))
from play import ROOT, Daemon, Pcc, lab_case, poll

PATH = "r1>r8/1000"
PEER = "    - {name: pcc1, address: 127.0.0.2, system: frr-8.4, node: r1}\n"
WHOLE = ROOT / "tests/ted/frr8.4.4-isis.json"


class TwoFeeds(unittest.TestCase):
    """One with adjacency SIDs, and one without, as FRR's BGP-LS is."""

    def setUp(self):
        self.daemon = Daemon()
        self.addCleanup(self.daemon.end)
        lab_case(self.daemon.case, [("d1", "r1", "r8")])
        self.whole, self.bare = self.daemon.folder / "whole.json", self.daemon.folder / "bare.json"
        shutil.copy(WHOLE, self.whole)
        self.tell_bare(lambda edge: True)
        self.daemon.write(PEER, top=(
            "feeds:\n" + "".join(f"  - {{name: {f.stem}, kind: frr-isis, command: [cat, {f}], every: 50 ms}}\n"
                                 for f in (self.whole, self.bare))
            + "decisions: {stale: 1500 ms, disagree: 2 s, damp: 1 s}\n"))
        self.daemon.start()
        self.pcc = Pcc(self.daemon)
        self.addCleanup(self.pcc.close)
        poll(lambda: self.path()["phase"] == "installed", why="the path")

    def tell_bare(self, keeps):
        told = json.loads(WHOLE.read_text())
        told["ted"]["edges"] = [edge for edge in told["ted"]["edges"] if keeps(edge)]
        for edge in told["ted"]["edges"]:
            edge.pop("segment-routing", None)
        new = self.daemon.folder / "new"
        new.write_text(json.dumps(told))
        new.replace(self.bare)

    def path(self):
        return {p["id"]: p for p in self.daemon.get("/v1/paths")["items"]}[PATH]

    def alarms(self):
        return {a["id"] for a in self.daemon.get("/v1/alarms")["items"]}

    def lose(self):
        self.whole.unlink()
        poll(lambda: "feed-stale/whole" in self.alarms(), why="the end of what it told")
        poll(lambda: self.path()["why"] == "a feed that is lost may know its segments", why="a plan without it")

    def test_a_path_whose_sids_the_lost_one_alone_told_stays(self):
        before = dict(self.pcc.paths)
        self.lose()
        path = self.path()
        self.assertEqual(path["phase"], "installed")
        self.assertFalse(path["enforcing"])
        self.assertNotIn(f"down/{PATH}", self.alarms())
        self.assertEqual(self.pcc.paths, before)
        shutil.copy(WHOLE, self.whole)
        poll(lambda: self.path()["why"] is None, why="the feed")
        self.assertEqual(self.pcc.paths, before)

    def hold(self):
        return next((h for h in self.daemon.get("/v1/status")["holds"] if h["kind"] == "feeds-disagree"), None)

    def test_a_hold_of_feeds_that_disagree_says_since_when_over_restarts(self):
        self.tell_bare(lambda edge: {edge["local-vertex-id"], edge["remote-vertex-id"]} != {2, 5})
        hold = poll(self.hold, why="the hold")
        alarm = next(a for a in self.daemon.get("/v1/alarms")["items"] if a["id"] == "frozen")
        self.assertIsNotNone(hold["since"])
        self.assertEqual((hold["since"], hold["reason"]), (alarm["since"], alarm["what"]))
        poll(lambda: any(e["subject"] == "frozen" for e in self.daemon.get("/v1/log?limit=1000")["items"]), why="what is kept of it")
        self.daemon.kill()
        self.daemon.start()
        poll(lambda: self.hold() == hold, why="the same hold again")

    def test_what_feeds_disagree_about_is_told_with_who_says_what_beside_the_cut(self):
        """All clean ways go from r1 over r4."""
        self.tell_bare(lambda edge: {edge["local-vertex-id"], edge["remote-vertex-id"]} != {1, 4})
        poll(lambda: f"down/{PATH}" in self.alarms(), why="the path's end")
        said = "whole has it; bare has it not"
        poll(lambda: self.what(f"down/{PATH}") ==
             "no clean path is left; blocked by node:r2 (rule no-huawei); "
             f"feeds disagree about r1--r4, over which there may be a way: {said}", why="the plan")
        self.assertEqual(self.what("disagree/r1--r4"), f"a link that a feed has and another one has not: {said}")
        demand = self.daemon.get("/v1/demands/d1")
        self.assertEqual(demand["blocking_cut"], ["node:r2"])
        down = poll(lambda: [e["document"] for e in self.daemon.get("/v1/log?limit=1000")["items"] if "blocked-by" in e["document"]],
                    why="what is kept of it")
        self.assertEqual({(d["blocked-by"], d["disagree"], d["said"]) for d in down}, {("rules", "r1--r4", said)})
        shutil.copy(WHOLE, self.bare)
        poll(lambda: self.path()["phase"] == "installed", why="the path again")

    def what(self, alarm):
        return next((a["what"] for a in self.daemon.get("/v1/alarms")["items"] if a["id"] == alarm), None)

    def test_it_is_left_when_a_link_of_it_is_gone(self):
        self.lose()
        self.tell_bare(lambda edge: {edge["local-vertex-id"], edge["remote-vertex-id"]} != {4, 5} and
                       {edge["local-vertex-id"], edge["remote-vertex-id"]} != {4, 7})
        poll(lambda: f"down/{PATH}" in self.alarms(), why="the path's end")


class Runner(unittest.TestCase):
    """The process that runs the programs of feeds: the daemon itself may run none."""

    def setUp(self):
        self.daemon = Daemon()
        self.addCleanup(self.daemon.end)
        said = self.daemon.folder / "pid"
        self.daemon.write(top=f"feeds:\n  - {{name: slow, kind: frr-isis, command: [sh, -c, 'echo $$ > {said}; exec sleep 600']}}\n")
        self.daemon.start(planned=False)
        self.program = int(poll(lambda: said.exists() and said.read_text(), why="the feed's program"))

    def runs(self):
        return Path(f"/proc/{self.program}").exists() and " Z " not in Path(f"/proc/{self.program}/stat").read_text()

    def test_it_and_what_it_runs_end_with_a_daemon_that_is_killed(self):
        self.assertTrue(self.runs())
        self.daemon.kill()
        poll(lambda: not self.runs(), why="the end of the program")

    def test_it_stays_while_a_daemon_stops_that_its_group_is_told_to(self):
        runner = int(Path(f"/proc/{self.program}/stat").read_text().rsplit(")", 1)[1].split()[1])
        os.kill(runner, signal.SIGTERM)
        os.kill(runner, signal.SIGINT)
        self.assertEqual(self.daemon.kill(signal.SIGTERM), 0)
        poll(lambda: not Path(f"/proc/{runner}").exists() and not self.runs(), why="the end of the runner")

    def test_a_daemon_that_has_lost_it_ends(self):
        runner = int(Path(f"/proc/{self.program}/stat").read_text().rsplit(")", 1)[1].split()[1])
        os.kill(runner, signal.SIGKILL)
        self.assertEqual(self.daemon.process.wait(60), 71)
        self.assertIn("what runs the programs of feeds is gone: the daemon ends", [line["message"] for line in self.daemon.lines()])
        os.kill(self.program, signal.SIGKILL)


if __name__ == "__main__":
    unittest.main()
