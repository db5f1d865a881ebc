"""A new day puts its rules in force whatever files lie about by then, and is told where it cannot"""

import datetime
import os
import re
import struct
import sys
import tempfile
import time
import unittest
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))
from play import poll
from steering import NO_NOKIA, PEER, Steering


class NewDay(Steering):
    """Midnight of the policy's zone: what is in force is judged as of the new day, which is no mistake of anybody."""

    AFTER_S = 8

    def setUp(self):
        # A zone where it is midnight in a moment; TZif: RFC 8536 3.1 and 3.2
        self.zones = tempfile.TemporaryDirectory(prefix="cpz-")
        self.addCleanup(self.zones.cleanup)
        now = int(time.time())
        midnight = now + self.AFTER_S
        self.midnight = midnight
        Path(self.zones.name, "Soon").write_bytes(self.zone(midnight))
        self.tomorrow = datetime.datetime.fromtimestamp(midnight - midnight % 86400, datetime.timezone.utc).date()
        os.environ["TZDIR"] = self.zones.name
        self.addCleanup(os.environ.pop, "TZDIR")
        try:
            super().setUp()
        except AssertionError:
            if time.time() < midnight:
                raise
        if time.time() > midnight - 1:
            self.skipTest("the machine is too slow to be there before midnight")

    def change(self, policy):
        return policy.replace("authority:", "timezone: Soon\nauthority:") + \
            NO_NOKIA.replace("    of:", f"    from: {self.tomorrow}\n    of:")

    @staticmethod
    def zone(midnight, ahead_s=0):
        return (b"TZif" + bytes(16) + struct.pack(">6l", 0, 0, 0, 0, 1, 4)
                + struct.pack(">lBB", ahead_s - midnight % 86400, 0, 0) + b"SOO\0")

    def test_a_rule_that_begins_is_heeded_also_where_paths_are_lost(self):
        self.assertIsNone(next((line for line in self.daemon.lines() if line["kind"] == "reload"), None))
        self.assertEqual(self.path()["phase"], "installed")
        poll(lambda: self.path()["phase"] == "down", why="the new day")
        told = [line for line in self.daemon.lines() if line["kind"] == "reload"]
        self.assertTrue(any("would lose their last clean path" in line.get("message", "") for line in told), told)
        self.assertEqual(self.refusals(), [])

    def alarms(self):
        return {a["id"]: a["severity"] for a in self.daemon.get("/v1/alarms")["items"] if a["id"] in ("new-day", "other-files")}

    def check_comes_all_the_same(self, alarms, place=""):
        """What is in force is judged as of the new day, and what lies about waits, told once."""
        poll(lambda: self.path()["phase"] == "down", why="the new day")
        self.assertEqual(self.refusals(), [])
        self.assertEqual(self.alarms(), alarms)
        told = [line for line in self.daemon.lines() if line["kind"] == "reload" and line["level"] == "warning"]
        self.assertEqual(sum("the files are not those in force" in line["message"] for line in told), 1, told)
        self.assertTrue(any(re.search(place, line["message"]) for line in told), told)
        poll(lambda: any(line["kind"] == "alarm" and line.get("about") in alarms for line in self.daemon.lines()), why="the log")

    def test_other_files_that_lie_about_do_not_keep_it_from_coming(self):
        self.policy.write_text(self.old + "# a comment that somebody saved\n")
        self.check_comes_all_the_same({"other-files": "warning"})
        self.reload()
        self.assertEqual((self.alarms(), self.path()["phase"]), ({}, "down"))

    def test_nor_do_files_that_do_not_hold(self):
        self.policy.write_text(self.old + "nonsense: [\n")
        self.check_comes_all_the_same({"other-files": "warning"}, r"/policy.yaml:\d+:1: ")
        self.policy.write_text(self.old)
        self.assertFalse(self.reload()["changed"])
        self.assertEqual((self.alarms(), self.path()["phase"]), ({}, "down"))


class NewDayOfFacts(NewDay):
    """What a fact filled in that expires with the day needs the files: that stands as an alarm where they cannot be had."""

    def change(self, policy):
        today = self.tomorrow - datetime.timedelta(days=1)
        (self.daemon.case / "facts.csv").write_text(
            f"object,attribute,value,evidence,source,who,date,expires\nr4,role,core,self-declared,a list,us,2026-01-01,{today}\n")
        return super().change(policy)

    def test_other_files_that_lie_about_do_not_keep_it_from_coming(self):
        self.policy.write_text(self.old + "# a comment that somebody saved\n")
        self.check_comes_all_the_same({"new-day": "critical"})

    def test_nor_do_files_that_do_not_hold(self):
        self.policy.write_text(self.old + "nonsense: [\n")
        self.check_comes_all_the_same({"new-day": "critical"}, r"/policy.yaml:\d+:1: ")
        self.policy.write_text(self.old)
        self.assertTrue(self.reload()["changed"])
        self.assertEqual(self.alarms(), {})


class NewDayOfOne(NewDay):
    """Each policy has days of its own: where it is tomorrow already for another one, its own still comes."""

    test_other_files_that_lie_about_do_not_keep_it_from_coming = test_nor_do_files_that_do_not_hold = None

    def change(self, policy):
        Path(self.zones.name, "Far").write_bytes(self.zone(self.midnight, ahead_s=43200))
        far = self.daemon.folder / "far.yaml"
        far.write_text(policy.replace("id: lab", "id: far").replace("authority:", "timezone: Far\nauthority:"))
        self.daemon.write(PEER, top=self.TOP + f"policies: [{far}, {self.policy}]\n")
        return super().change(policy)


class NewDayOfAge(NewDay):
    """Of evidence that comes to the end of its life with the day other evidence is left: what is concluded of both is concluded
    anew, also from memory."""

    test_a_rule_that_begins_is_heeded_also_where_paths_are_lost = test_nor_do_files_that_do_not_hold = None

    def change(self, policy):
        today = self.tomorrow - datetime.timedelta(days=1)
        old = self.tomorrow - datetime.timedelta(days=91)  # 90: the life of what is attested
        (self.daemon.case / "facts.csv").write_text(
            "object,attribute,value,evidence,source,who,date,expires\n"
            + "".join(f"r{i},maker,nokia,authenticated-read,a list,us,{today},\n" for i in (1, 5, 6, 7, 8))
            + f"r4,model,7750 SR-1,attested,a list,us,{old},\nr4,model,7750 SR-1,authenticated-read,a list,us,{today},\n")
        return policy.replace("authority:", "timezone: Soon\nauthority:").replace(
            "    unknown: untrusted\n", "    unknown: untrusted\n    enough-evidence: authenticated-read\n")

    def plans(self):
        return int(re.search(r"^cleanpath_plans_total (\d+)$", self.daemon.ask("/metrics")[1], re.M)[1])

    def test_other_files_that_lie_about_do_not_keep_it_from_coming(self):
        self.policy.write_text(self.old + "# a comment that somebody saved\n")
        before = self.plans()
        poll(self.alarms, why="the new day")
        self.assertEqual(self.alarms(), {"other-files": "warning"})
        poll(lambda: self.plans() > before, why="a plan of the new day")
        self.assertEqual(self.path()["phase"], "installed")
        self.assertEqual(self.daemon.get("/v1/elements/node%3Ar4")["verdict"], "trusted")


class NewDayThatFails(NewDay):
    """Where it cannot be put in force at all, the rules of the day before hold, which is an alarm, and it is tried again."""

    test_a_rule_that_begins_is_heeded_also_where_paths_are_lost = None
    test_other_files_that_lie_about_do_not_keep_it_from_coming = test_nor_do_files_that_do_not_hold = None

    def change(self, policy):
        """More of what one class may want than an audit tells apart."""
        kinds = ["link", "node", "shared-risk-group", "link, node", "link, shared-risk-group", "node, shared-risk-group"]
        wants = [f"any-{n}-of: [{kind}]" for n in ("one", "two", "three") for kind in kinds]
        return policy.replace("authority:", "timezone: Soon\nauthority:") + "".join(
            f"  - id: more-{i}\n    says: It does not pass Huawei equipment.\n    forbid-transit: {{ maker: huawei }}\n"
            f"    from: {self.tomorrow}\n    of: secret\n    unknown: untrusted\n    under-failure: {{ {want} }}\n"
            for i, want in enumerate(wants))

    def refused(self):
        return int(re.search(r"^cleanpath_reloads_refused_total (\d+)$", self.daemon.ask("/metrics")[1], re.M)[1])

    def test_it_is_an_alarm_until_it_can(self):
        poll(self.refusals, why="the refusal")
        self.assertRegex(self.refusals()[0], "more than 16 different under-failure in one class")
        self.assertEqual((self.alarms(), self.path()["phase"], self.refused()), ({"new-day": "critical"}, "installed", 1))
        poll(lambda: self.refused() == 2, seconds=70, why="the next try")
        self.assertEqual(len(self.refusals()), 2)  # it is not told again


if __name__ == "__main__":
    unittest.main()
