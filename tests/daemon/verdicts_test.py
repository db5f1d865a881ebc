"""Each change of a demand's verdict is an entry of the log of decisions, over restarts and in whatever numbers"""

import collections
import json
import os
import re
import signal
import subprocess
import sys
import unittest
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))
from play import LAB_FEED, Daemon, Pcc, lab_case, message, poll

CLEANPATH = os.environ.get("CLEANPATH", "build/cleanpath")
PEERS = "".join(f"    - {{name: pcc{n}, address: 127.0.0.{n + 1}, system: frr-8.4, node: {node}}}\n"
                for n, node in ((1, "r1"), (2, "r8")))
MANY = 3000
FEW, TURNS, AT_ONCE = 20, 12, 8  # src/drive/include/drive/verdict.h; all within a minute


class Pair(Pcc):
    """A router that may report what it likes."""

    def report(self, by):
        self.last = by
        super().report(by)

    def say(self, up):
        """Of the first LSP, unasked: up, or down."""
        told, flags = self.lsps[1], 0x01 | 0x08 | 0x80 | (0x10 if up else 0)
        head = bytes([32, 0x10]) + (8 + len(told)).to_bytes(2, "big") + (1 << 12 | flags).to_bytes(4, "big")
        self.s.sendall(message(10, head + told + self.paths[1]))


class Verdicts(unittest.TestCase):
    def setUp(self):
        self.daemon = Daemon()
        self.addCleanup(self.daemon.end)

    def write(self, demands):
        lab_case(self.daemon.case, [(d, "r1", "r8") for d in demands])
        self.daemon.write(PEERS, top=LAB_FEED)

    def routers(self):
        pair = [Pair(self.daemon, f"127.0.0.{n}") for n in (2, 3)]
        for pcc in pair:
            self.addCleanup(pcc.close)
        return pair

    def log(self, *args, code=0):
        done = subprocess.run([CLEANPATH, "log", *args, "--state", f"{self.daemon.folder}/state"],
                              capture_output=True, text=True, timeout=60)
        self.assertEqual((done.returncode, done.stderr), (code, ""), done.stdout)
        return done.stdout

    def changes(self):
        told = [json.loads(line) for line in self.log("show", "--kind", "verdict", "--json").splitlines()]
        return [(e["subject"], e["document"]["from"], e["document"]["to"]) for e in told]

    def verdict(self, demand="d1"):
        return {d["id"]: d["verdict"] for d in self.daemon.get("/v1/demands")["items"]}[demand]

    def expect(self, verdict):
        poll(lambda: self.verdict() == verdict, why=verdict)

    def test_each_change_is_told_with_the_one_before_over_a_kill_too(self):
        self.write(["d1"])
        self.daemon.start()
        self.expect("violation")
        first = self.routers()[0]
        self.expect("ok")
        first.say(up=False)
        self.expect("violation")
        first.say(up=True)
        self.expect("ok")
        poll(lambda: len(self.changes()) >= 4, why="the log")
        expected = [("d1", None, "violation"), ("d1", "violation", "ok"), ("d1", "ok", "violation"),
                    ("d1", "violation", "ok")]
        # On the way a router may be told and not have answered yet.
        told = [c for c in self.changes() if "undecided" not in c]
        self.assertEqual(told[:1] + told[-2:], expected[:1] + expected[-2:])
        self.daemon.kill()
        self.daemon.start()
        self.routers()
        self.expect("ok")
        poll(lambda: self.changes()[-1][2] == "ok", why="the log")
        told = self.changes()
        self.assertEqual([c[1] for c in told[1:]], [c[2] for c in told[:-1]])
        self.assertEqual(self.daemon.kill(signal.SIGTERM), 0)
        self.assertIn("whole: ", self.log("verify"))
        self.assertIn("from: ", self.log("explain", "d1"))

    def test_thousands_at_once_are_all_told_and_the_loop_turns(self):
        demands = [f"d{i}" for i in range(MANY)]
        self.write(demands)
        self.daemon.start()
        poll(lambda: self.log("show", "--kind", "verdict").count("\n") >= MANY, why="the log")
        first = self.routers()[0]
        self.expect("ok")
        first.say(up=False)
        poll(lambda: sum(c[2] == "violation" for c in self.changes()) >= 2 * MANY, why="the second violation of all")
        self.assertEqual({c[0] for c in self.changes()}, set(demands))
        poll(lambda: any("more demands changed their verdict" in line.get("message", "") for line in self.daemon.lines()),
             why="the number of the rest, which is said once a second")
        self.assertLess(len([line for line in self.daemon.lines() if line["kind"] == "verdict"]), 300)
        self.assertEqual(self.daemon.kill(signal.SIGTERM), 0)
        self.log("verify")

    def counted(self):
        return int(re.search(r"(?m)^cleanpath_verdict_changes_total (\d+)$", self.daemon.ask("/metrics")[1])[1])

    def test_what_alternates_for_ever_is_not_told_for_ever(self):
        """And the API has it at once, and the metric counts each."""
        few = [f"d{i}" for i in range(FEW)]
        self.write(few)
        self.daemon.start()
        poll(lambda: self.log("show", "--kind", "verdict").count("\n") >= FEW, why="the log")
        first = self.routers()[0]
        self.expect("ok")
        for up in (False, True) * TURNS:
            first.say(up)
            self.expect("ok" if up else "violation")
        poll(lambda: self.counted() >= 2 * TURNS * FEW, why="all are counted")
        told = collections.Counter(c[0] for c in self.changes())
        self.assertEqual(set(told), set(few))
        self.assertLessEqual(max(told.values()), AT_ONCE)
        self.assertEqual(self.daemon.kill(signal.SIGTERM), 0)
        self.log("verify")


if __name__ == "__main__":
    unittest.main()
