"""Alarms of cleanpathd: over restarts, and as docs/man/cleanpathd.8 tells of them"""

import json
import re
import sqlite3
import sys
import time
import unittest
import urllib.parse
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))
from play import LAB_FEED, ROOT, Daemon, Pcc, lab_case, poll

PEER = "    - {name: pcc1, address: 127.0.0.2, node: r1, system: frr-8.4}\n"


class Standing(unittest.TestCase):
    def setUp(self):
        self.daemon = Daemon()
        lab_case(self.daemon.case, [("d1", "r1", "r8")])
        self.nodes = self.daemon.case / "nodes.csv"
        self.links = self.daemon.case / "links.csv"
        self.whole = {file: file.read_text() for file in (self.nodes, self.links)}
        self.forget_r7()
        self.daemon.write(PEER, top=LAB_FEED + "decisions: {settle: 300 ms}\n")

    def tearDown(self):
        self.daemon.end()

    def forget_r7(self):
        """The inventory has it no more: unknown-node/r7"""
        for file, text in self.whole.items():
            file.write_text("".join(line for line in text.splitlines(True) if "r7" not in line))

    def alarms(self):
        return {a["id"]: a for a in self.daemon.get("/v1/alarms?limit=1000")["items"]}

    def stands(self, *ids):
        return poll(lambda: {i: a for i, a in self.alarms().items() if i in ids} if set(ids) <= set(self.alarms()) else None,
                    why=f"the alarms {ids}")

    def acknowledge(self, alarm):
        status, text = self.daemon.ask(f"/v1/alarms/{urllib.parse.quote(alarm, safe='')}/acknowledge", "POST",
                                       {"reason": "looked at it"})
        self.assertEqual((status, json.loads(text)["changed"]), (200, True), text)

    def unknown(self):
        return poll(lambda: next((i for i in self.alarms() if i.startswith("unknown-node/")), None), why="the unknown node")

    def rows(self, table):
        """Of the state, while no daemon has it."""
        with sqlite3.connect(f"file:{self.daemon.folder}/state/cleanpath.db?mode=ro", uri=True) as db:
            return {bytes(k).decode(): json.loads(bytes(v)) for k, v in
                    db.execute("SELECT key, value FROM state WHERE tab = ?", (table,))}

    def told(self):
        """By the log of decisions: the alarms that stand."""
        with sqlite3.connect(f"file:{self.daemon.folder}/state/cleanpath.db?mode=ro", uri=True) as db:
            last = {bytes(s).decode(): json.loads(bytes(d)) for s, d in
                    db.execute("SELECT subject, document FROM log WHERE kind = 'alarm' ORDER BY seq")
                    if "begins" in json.loads(bytes(d))}
        return {s for s, d in last.items() if d["begins"]}

    def entered(self, alarm):
        """What the log of decisions has of it: begins, ends, acknowledged; each with its severity."""
        return [("acknowledged" if "acknowledged" in e["document"] else "begins" if e["document"]["begins"] else "ends",
                 e["document"]["severity"]) for e in self.daemon.get("/v1/log?limit=1000")["items"]
                if (e["kind"], e["subject"]) == ("alarm", alarm)]

    def test_what_begins_is_acknowledged_and_ends_is_entered_whosever_it_is(self):
        self.daemon.start()
        node = self.unknown()
        self.stands("peer/pcc1", node)
        for alarm in ("peer/pcc1", node):
            self.acknowledge(alarm)
        for file, text in self.whole.items():
            file.write_text(text)
        self.assertEqual(self.daemon.ask("/v1/reload", "POST")[0], 200)
        router = Pcc(self.daemon)
        self.addCleanup(router.close)
        whole = [(deed, "warning") for deed in ("begins", "acknowledged", "ends")]
        for alarm in ("peer/pcc1", node):
            poll(lambda: sorted(self.entered(alarm)) == sorted(whole), why=f"{alarm}: {self.entered(alarm)}")
        line = next(line for line in self.daemon.lines() if line["kind"] == "alarm" and line["about"] == node)
        self.assertEqual(line["document"]["severity"], "warning")

    def test_what_stands_again_after_a_kill_has_stood_and_is_acknowledged(self):
        self.daemon.start()
        ids = ("fails-open/pcc1", "peer/pcc1", self.unknown())
        for alarm in self.stands(*ids):
            self.acknowledge(alarm)
        before = self.stands(*ids)
        for a in before.values():
            self.assertIsNotNone(a["acknowledged"])
        for _ in range(2):
            self.daemon.kill()
            self.daemon.start()
            self.assertEqual(self.stands(*ids), before)
            self.assertEqual(self.daemon.get("/v1/status")["alarms"]["standing"] > 0, True)
        began = [line["document"] for line in self.daemon.lines() if line["kind"] == "alarm" and line["about"] == "peer/pcc1"]
        self.assertEqual([d.get("since") for d in began], [None, before["peer/pcc1"]["since"], before["peer/pcc1"]["since"]])

    def test_what_had_ended_before_the_kill_and_begins_anew_is_new(self):
        self.daemon.start()
        node = self.unknown()
        ids = ("peer/pcc1", node)
        for alarm in self.stands(*ids):
            self.acknowledge(alarm)
        before = self.stands(*ids)
        router = Pcc(self.daemon)
        for file, text in self.whole.items():
            file.write_text(text)
        self.assertEqual(self.daemon.ask("/v1/reload", "POST")[0], 200)
        self.daemon.told("RELOADING=1")
        self.daemon.told("READY=1")
        poll(lambda: not set(ids) & set(self.alarms()), why="their ends")
        poll(lambda: sum(line["kind"] == "alarm" and line["about"] == node for line in self.daemon.lines()) == 2, why="the log")
        time.sleep(0.2)  # what is decided is kept within that
        self.daemon.kill()
        router.close()
        self.assertFalse(set(ids) & (set(self.rows("alarms")) | set(self.rows("acknowledged"))))
        self.forget_r7()
        self.daemon.start()
        after = self.stands(*ids)
        for alarm in ids:
            self.assertGreater(after[alarm]["since"], before[alarm]["since"])
            self.assertIsNone(after[alarm]["acknowledged"])

    def test_after_a_kill_at_any_moment_the_state_has_the_alarms_that_the_log_says_stand(self):
        self.daemon.start()
        for wait in (0, 0.001, 0.003, 0.01, 0.02, 0.05):
            for deed in ("freeze", "thaw", "freeze"):
                self.assertEqual(self.daemon.ask("/v1/" + deed, "POST", {"reason": "works"})[0], 200)
            self.acknowledge("hold")
            router = Pcc(self.daemon)
            time.sleep(wait)
            self.daemon.kill()
            router.close()
            told = self.told()
            self.assertEqual(set(self.rows("alarms")), told)
            self.assertIn("hold", set(self.rows("acknowledged")) & told)
            self.daemon.start()
            self.assertEqual(self.daemon.ask("/v1/thaw", "POST", {})[0], 200)
            self.assertNotIn("hold", self.alarms())


class Manual(unittest.TestCase):
    """cleanpathd(8) has each alarm that the sources can raise, with its severity, and no other."""

    def setUp(self):
        src = ROOT / "src"
        control = "\n".join(f.read_text() for f in src.glob("control/*.c") if not f.name.endswith("_test.c"))
        self.daemon = "\n".join(f.read_text() for f in src.glob("daemon/*.c") if not f.name.endswith("_test.c"))
        calls = re.findall(r"cp_ctl_alarm_(?:about|lsp|id|set)\(([^;]*?)[,)]\s*(?:CP_TEXT\()?\"([a-z-]+)\"", control)
        whole = re.findall(r"CP_TEXT\(\"([a-z]+-[a-z]+)\"\)", (src / "daemon/api_alarms.c").read_text())
        self.raised = {kind for _, kind in calls} | set(re.findall(r"\[CP_TED_ALARM_\w+\] = \"([a-z-]+)\"", self.daemon)) \
            | set(whole) | set(re.findall(r"cp_out_(?:str|format)\(&\w+, \"([a-z-]+)/", self.daemon))
        page = (ROOT / "docs/man/cleanpathd.8").read_text()
        page = page[page.index(".SH ALARMS"):page.index(".SH API")].replace("\\-", "-")
        self.told = dict(re.findall(r"^\.BR ([a-z-]+).*\n\(([a-z]+)\)", page, re.M))

    def test_each_alarm_stands_in_the_table(self):
        self.assertGreater(len(self.raised), 20)
        self.assertEqual(self.raised, set(self.told))

    def test_with_its_severity(self):
        table = self.daemon[self.daemon.index("severity_of(cp_text kind)"):]
        says = dict(re.findall(r"\{\"([a-z-]+)\", +\"([a-z]+)\"\}", table[:table.index("};")]))
        self.assertEqual(set(says) - self.raised, set())
        self.assertEqual({kind: says.get(kind, "warning") for kind in self.raised}, self.told)


if __name__ == "__main__":
    unittest.main()
