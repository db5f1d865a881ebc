"""Licences that end soon are alarms of cleanpathd, until they are renewed or nothing needs them"""

import datetime
import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import unittest
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))
import new_day_test
from play import LAB_FEED, ROOT, Daemon, lab_case, poll

ALARM = "licence/lab/tgl"
CLEANPATH = os.environ.get("CLEANPATH", "build/cleanpath")


class Licences(unittest.TestCase):
    ZONE = ""

    def setUp(self):
        self.daemon = Daemon()
        self.addCleanup(self.daemon.end)
        lab_case(self.daemon.case, [("d1", "r1", "r8")], forbidden=("r2", "r3", "r4"))
        self.policy = self.daemon.case / "policy.yaml"
        self.bare = self.policy.read_text().replace("authority:", self.ZONE + "authority:")
        self.today = datetime.date.today()

    def licence(self, days, warn_days, covers="{ site: here }", more=""):
        """r4 stands where the licence covers."""
        nodes = self.daemon.case / "nodes.csv"
        if "site" not in nodes.read_text():
            lines = nodes.read_text().splitlines()
            nodes.write_text("\n".join([lines[0] + ",site"] + [line + (",here" if line.startswith("r4") else ",")
                                                              for line in lines[1:]]) + "\n")
            (self.daemon.case / "sites.csv").write_text("id\nhere\nthere\n")
        self.until = self.today + datetime.timedelta(days=days)
        self.policy.write_text(self.bare + f"""licences:
  - id: tgl
    says: Until it is replaced.
    relaxes: no-huawei
    covers: {covers}
    granted: {{ by: us, on: 2020-01-01 }}
    until: {self.until}
    warn-before: {warn_days} days
{more}""")

    def start(self, top=LAB_FEED):
        self.daemon.write(top=top)
        self.daemon.start()
        return self

    def alarms(self):
        return {a["id"]: a for a in self.daemon.get("/v1/alarms")["items"] if a["kind"] == "licence"}

    def told(self):
        return [(line["level"], line["document"]["begins"]) for line in self.daemon.lines()
                if line["kind"] == "alarm" and line.get("about") == ALARM]

    def warnings(self):
        return int(re.search(r'(?m)^cleanpath_alarms\{severity="warning"\} (\d+)', self.daemon.ask("/metrics")[1])[1])

    def reload(self):
        status, text = self.daemon.ask("/v1/reload?accept-loss", "POST")
        self.assertEqual(status, 200, text)

    def test_an_element_that_a_licence_lets_in_says_so_with_its_end(self):
        """Also where nothing about it is an alarm: r4 is Huawei's."""
        self.licence(40, 30)
        self.start()
        element = self.daemon.get("/v1/elements/node:r4")
        reason = f"licence tgl of us, until {self.until}: maker huawei, evidence claim; nodes.csv:5"
        self.assertEqual((element["verdict"], element["reasons"]), ("trusted", [
            {"class": None, "verdict": "trusted", "rule": "no-huawei", "policy": "lab", "reason": reason, "licence": "tgl",
             "until": str(self.until)}]))
        self.assertEqual([(x["verdict"], x["licence"], x["until"]) for x in
                          self.daemon.get("/v1/elements/node:r2")["reasons"]], [("untrusted", None, None)])
        self.assertEqual(self.daemon.get("/v1/elements/node:r1")["reasons"], [])
        text = subprocess.run([CLEANPATH, "elements", "node:r4", "--socket", str(self.daemon.api)], capture_output=True,
                              text=True, timeout=60).stdout
        self.assertRegex(text, r"(?m)^trusted +node:r4 +huawei +inventory, feeds +" + re.escape(reason) + r" \(rule no-huawei\)$")

    def test_where_licences_end_on_several_days_the_end_told_is_the_latest(self):
        second = "  - { id: other, says: x, relaxes: no-huawei, covers: { site: there }, granted: { by: us, on: 2020-01-01 } }\n"
        self.licence(40, 30, more=second)
        self.start()
        reason, = self.daemon.get("/v1/elements/node:r4")["reasons"]
        self.assertIn(f", until {self.until} at the latest: ", reason["reason"])

    def test_one_that_ends_soon_stands_until_it_is_renewed(self):
        self.licence(10, 30)
        self.start()
        alarm = poll(lambda: self.alarms().get(ALARM), why="the alarm")
        self.assertEqual((alarm["severity"], alarm["object"]), ("warning", "lab/tgl"))
        self.assertEqual(alarm["what"], f"it ends with {self.until}; 1 element and 2 of 2 paths of the plan are by it")
        poll(lambda: self.told() == [("warning", True)], why="the log")
        before = self.warnings()
        self.licence(10, 30, more="    extended: [{ on: 2020-02-01, until: 2099-01-01, ref: letter 2 }]\n")
        self.reload()
        poll(lambda: not self.alarms(), why="its end")
        poll(lambda: self.told() == [("warning", True), ("notice", False)], why="the log")
        self.assertEqual(self.warnings(), before - 1)

    def test_a_restart_does_not_begin_it_anew(self):
        self.licence(10, 30)
        self.start()
        before = poll(lambda: self.alarms().get(ALARM), why="the alarm")
        poll(self.told, why="the log")
        self.assertEqual(self.daemon.kill(signal.SIGTERM), 0)
        self.start()
        self.assertEqual(poll(lambda: self.alarms().get(ALARM), why="the alarm")["since"], before["since"])

    def test_one_that_ends_later_or_covers_nothing_is_none(self):
        self.licence(31, 30)
        self.start()
        self.assertEqual(self.alarms(), {})
        self.licence(30, 30, covers="{ site: there }")
        self.reload()
        version = self.daemon.get("/v1/status")["view"]["version"]
        poll(lambda: self.daemon.get("/v1/status")["paths"]["down"], why=f"the plan after {version}")
        self.assertEqual(self.alarms(), {})
        self.licence(30, 30)
        self.reload()
        poll(lambda: ALARM in self.alarms(), why="the alarm")

    def test_of_what_is_clean_without_it_no_path_is_by_it(self):
        self.bare = self.bare.replace("maker: huawei", "maker: zte")
        self.licence(10, 30)
        nodes = self.daemon.case / "nodes.csv"
        nodes.write_text(nodes.read_text().replace("r7,nokia", "r7,zte").replace("r7,zte,10.255.0.7,", "r7,zte,10.255.0.7,here"))
        self.start()
        alarm = poll(lambda: self.alarms().get(ALARM), why="the alarm")
        self.assertRegex(alarm["what"], "; 1 element and 0 of 2 paths of the plan are by it$")


class NewDay(Licences):
    """It begins with the day that comes within its warn-before."""

    ZONE = "timezone: Soon\n"
    AFTER_S = 6

    def setUp(self):
        zones = tempfile.TemporaryDirectory(prefix="cpz-")
        self.addCleanup(zones.cleanup)
        self.midnight = int(time.time()) + self.AFTER_S
        Path(zones.name, "Soon").write_bytes(new_day_test.NewDay.zone(self.midnight))
        os.environ["TZDIR"] = zones.name
        self.addCleanup(os.environ.pop, "TZDIR")
        super().setUp()
        self.today = datetime.datetime.fromtimestamp(self.midnight - self.midnight % 86400, datetime.timezone.utc).date() \
            - datetime.timedelta(days=1)

    def test_the_day_begins_it(self):
        self.licence(31, 30)
        self.start()
        if self.alarms() and time.time() >= self.midnight:
            self.skipTest("the machine is too slow to be there before midnight")
        self.assertEqual(self.alarms(), {})
        poll(lambda: ALARM in self.alarms(), why="the new day")
        self.assertGreaterEqual(time.time(), self.midnight)

    def test_the_day_begins_it_also_where_all_feeds_are_lost(self):
        """No plan comes then: the last one has what is by it, and the day is that of the rules."""
        told = self.daemon.folder / "isis.json"
        shutil.copy(ROOT / "tests/ted/frr8.4.4-isis.json", told)
        self.licence(31, 30)
        self.start(LAB_FEED.replace("tests/ted/frr8.4.4-isis.json", str(told)).replace("]}", "], every: 50 ms}")
                   + "decisions: {stale: 100 ms}\n")
        told.unlink()
        lost = poll(lambda: any(a["kind"] == "feed-stale" for a in self.daemon.get("/v1/alarms")["items"]), why="the loss")
        if time.time() >= self.midnight:
            self.skipTest("the machine is too slow to be there before midnight")
        self.assertTrue(lost)
        self.assertEqual(self.alarms(), {})
        alarm = poll(lambda: self.alarms().get(ALARM), why="the new day")
        self.assertGreaterEqual(time.time(), self.midnight)
        self.assertEqual(alarm["what"], f"it ends with {self.until}; 1 element is by it")
        self.assertGreaterEqual(datetime.datetime.fromisoformat(alarm["since"].replace("Z", "+00:00")).timestamp(), self.midnight)


for name in [name for name in dir(Licences) if name.startswith("test_")]:
    setattr(NewDay, name, None)

if __name__ == "__main__":
    unittest.main()
