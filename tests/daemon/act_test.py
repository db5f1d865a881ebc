"""What a person has the daemon do by command: reload, hold, thaw, acknowledge; what is so then, and how each ends"""

import hashlib
import json
import os
import re
import subprocess
import sys
import unittest
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))
from play import poll
from reload_test import NO_NOKIA, Steering

CLEANPATH = os.environ.get("CLEANPATH", "build/cleanpath")
TIME = r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ"


class Acting(Steering):
    def run_it(self, *args, **more):
        done = subprocess.run([CLEANPATH, *args, "--socket", str(self.daemon.api)], capture_output=True, text=True, timeout=120,
                              **more)
        return done.returncode, done.stdout, done.stderr

    def nodes(self, old, new):
        nodes = self.daemon.case / "nodes.csv"
        before = nodes.read_bytes()
        nodes.write_text(nodes.read_text().replace(old, new))
        return hashlib.sha256(before).hexdigest(), hashlib.sha256(nodes.read_bytes()).hexdigest()


class Reload(Acting):
    def test_what_differs_is_told_in_full_and_alike_before_and_when_it_is_taken(self):
        before, after = self.nodes("r7,nokia", "r7,huawei")
        text = (rf"cleanpathd \S+ at {TIME}: the files, against what was in force since {TIME}" "\n"
                "result   RESULT\n"
                rf"files    \S*nodes.csv" "\n"
                f"           before: {before}\n"
                f"           after:  {after}\n"
                "audit    before: 0 ok, 1 violation, 0 undecided, 0 no-path\n"
                "         after:  0 ok, 1 violation, 0 undecided, 0 no-path\n"
                "demands  0 changed, 0 added, 0 gone\n"
                "elements 1 changed, 0 added, 0 gone\n"
                r"         node:r7: trusted -> untrusted; rule no-huawei: maker huawei; \S*nodes.csv:8" "\n"
                "steered  demands that routers carry: 1; of those planned for, without a clean path:\n"
                "         before: 0 of 1, after: 0 of 1\n"
                r"paths    carried by routers: 1; of these 0 kept, 1 moving \(1 at once\), 0 down, 0 removed; "
                "besides 0 installed\n"
                "         moving: 1\n"
                "           r1>r8/1000\n$")
        state = self.state()
        code, out, err = self.run_it("reload", "--dry-run")
        self.assertEqual((code, err), (0, ""))
        self.assertRegex(out, "^" + text.replace("RESULT", "a dry run: nothing is taken; it would be"))
        self.assertEqual(self.state(), state)
        code, out, err = self.run_it("reload")
        self.assertEqual((code, err), (0, ""))
        self.assertRegex(out, "^" + text.replace("RESULT", r"taken: entry \d+ of the log"))
        entry = next(e for e in self.daemon.get("/v1/log?limit=1000")["items"] if e["kind"] == "reload")
        self.assertIn(f"entry {entry['seq']} of the log\n", out)
        poll(lambda: "r7" not in self.path()["intended"]["branches"], why="the move")
        code, out, _ = self.run_it("reload")
        self.assertEqual(code, 0)
        self.assertRegex(out, "^cleanpathd .*\nresult   nothing is different\n$")

    def test_demands_with_the_rule_that_is_against_them_and_those_that_are_not_there_are_told(self):
        demands = self.daemon.case / "demands.csv"
        demands.write_text(demands.read_text() + "d2,r4,r7,secret\nd3,r2,r7,secret\n")
        out = self.run_it("reload", "--dry-run")[1]
        self.assertIn("\ndemands  0 changed, 2 added, 0 gone\n         d2: not there -> ok\n         d3: not there -> violation; "
                      "rule no-huawei: maker huawei; ", out)

    def test_the_answer_of_the_daemon_can_be_had(self):
        self.nodes("r7,nokia", "r7,huawei")
        told = json.loads(self.daemon.ask("/v1/reload?dry-run", "POST")[1])
        code, out, _ = self.run_it("reload", "--json", "--dry-run")
        self.assertEqual((code, json.loads(out)), (0, told))
        code, out, _ = self.run_it("reload", "--json")
        self.assertEqual((code, json.loads(out)["dry_run"]), (0, False))

    def test_a_loss_is_refused_with_its_place_and_named_by_a_dry_run_until_it_is_accepted(self):
        self.policy.write_text(self.old + NO_NOKIA)
        state = self.state()
        code, out, err = self.run_it("reload")
        self.assertEqual((code, out), (78, ""))
        place = rf"\S*/policy.yaml:{len(self.old.splitlines()) + 1}:5: "
        self.assertRegex(err, rf"^{place}1 of 1 demands that routers carry would lose their last clean path, first 'd1' by rule "
                              "'no-nokia': r[0-9]: maker nokia.*\n"
                              r"to take it all the same: cleanpath reload --accept-loss \(POST /v1/reload\?accept-loss\)" "\n"
                              "cleanpath: refused: what was in force stays\n$")
        code, out, err = self.run_it("reload", "--dry-run")
        self.assertEqual((code, err), (78, ""))
        self.assertIn("\nresult   a dry run: nothing is taken; it would be with --accept-loss alone\n", out)
        self.assertIn("\n         lose their last clean path: 1\n           d1\npaths    carried by routers: 1; of these 0 kept, "
                      "0 moving (0 at once), 1 down, ", out)
        self.assertEqual(self.run_it("reload", "--dry-run", "--json")[0], 78)
        self.assertEqual(self.run_it("reload", "--dry-run", "--accept-loss")[0], 0)
        self.assertEqual(self.state(), state)
        code, out, err = self.run_it("reload", "--accept-loss")
        self.assertEqual((code, err), (0, ""))
        self.assertIn("\n         lose their last clean path: 1\n           d1\n", out)
        poll(lambda: self.path()["phase"] == "down", why="the path's end")

    def test_who_would_be_steered_no_more_is_named(self):
        self.policy.write_text(self.old.replace("  secret: { says", "  other: { says: Any other flow. }\n  secret: { says")
                               .replace("of: secret", "of: other"))
        self.assertIn("\n         are steered no more: 1\n           d1\n", self.run_it("reload", "--dry-run")[1])
        code, _, err = self.run_it("reload")
        self.assertEqual(code, 78)
        self.assertIn("'d1' (no rule is for it any more)", err)

    def test_all_that_is_wrong_with_the_files_is_said(self):
        """Whoever asks cannot read the daemon's log, and a dry run is not in it."""
        self.policy.write_text(self.old.replace("forbid-transit", "forbid-transport"))
        (self.daemon.case / "links.csv").write_text("a,b,metric\n")
        said = (r"^\S*/links.csv:1:5: .*\n\S*/policy.yaml:10:5: .*did you mean 'forbid-transit'\?\n"
                "cleanpath: refused: what was in force stays\n$")
        for args in ((), ("--dry-run",)):
            code, out, err = self.run_it("reload", *args)
            self.assertEqual((code, out), (78, ""))
            self.assertRegex(err, said)
        problem = json.loads(self.daemon.ask("/v1/reload", "POST")[1])
        self.assertEqual(problem["detail"], problem["errors"][0] + " (the first of several)")


class Holding(Acting):
    def line(self, *args):
        code, out, err = self.run_it(*args)
        self.assertEqual((code, err), (0, ""))
        self.assertEqual(out.count("\n"), 1)
        return out

    def operator(self):
        return [e for e in self.daemon.get("/v1/log?limit=1000")["items"] if e["kind"] == "operator" and "deed" in e["document"]]

    def test_a_hold_is_told_with_who_and_why_and_ends_with_a_thaw(self):
        self.assertEqual(self.line("thaw"), "nothing holds; it was so already\n")
        held = self.line("hold", "--reason", 'works at "r5" – till noon')
        entry = self.operator()[-1]
        self.assertEqual((entry["document"]["deed"], entry["document"]["reason"]), ("freeze", 'works at "r5" – till noon'))
        by = entry["document"]["by"]
        self.assertRegex(held, rf'^hold: operator since {TIME}, by {by}: works at "r5" – till noon; '
                               rf'entry {entry["seq"]} of the log\n$')
        self.assertEqual(self.line("hold", "--reason", "another"),
                         held.replace(f"entry {entry['seq']} of the log", "it was so already"))
        self.assertEqual([h["kind"] for h in self.status()["holds"]], ["operator"])
        thawed = self.line("thaw", "--reason", "done")
        entry = self.operator()[-1]
        self.assertEqual((entry["document"]["deed"], entry["document"]["reason"]), ("thaw", "done"))
        self.assertEqual(thawed, f"nothing holds; entry {entry['seq']} of the log\n")
        self.assertEqual(self.status()["holds"], [])

    def test_an_alarm_is_acknowledged_or_over_by_it(self):
        line = self.line("acknowledge", "fails-open/pcc1", "--reason", "a guard comes")
        entry = self.operator()[-1]
        self.assertEqual((entry["document"]["alarm"], entry["document"]["reason"]), ("fails-open/pcc1", "a guard comes"))
        self.assertRegex(line, rf"^warning fails-open/pcc1 since {TIME}: .*; acknowledged by {entry['document']['by']}; "
                               rf"entry {entry['seq']} of the log\n$")
        self.assertRegex(self.line("acknowledge", "fails-open/pcc1"), "; it was so already\n$")
        now = self.status()["now"]
        self.daemon.ask("/v1/observations", "POST", [{"path": self.PATH, "nodes": ["r1", "r2", "r3", "r8"], "at": now}])
        seen = "seen/" + self.PATH
        poll(lambda: seen in {a["id"] for a in self.daemon.get("/v1/alarms")["items"]}, why="the alarm")
        self.assertRegex(self.line("acknowledge", seen), rf"^{seen} stands no more; entry \d+ of the log\n$")
        code, out, err = self.run_it("acknowledge", seen)
        self.assertEqual((code, out, err), (66, "", "cleanpath: cleanpathd: no alarm of this id stands\n"))

    def test_the_answers_of_the_daemon_can_be_had(self):
        for args in (("hold", "--reason", "x"), ("thaw",), ("acknowledge", "fails-open/pcc1")):
            self.assertEqual(set(json.loads(self.line(*args, "--json"))), {"changed", "log_seq"})

    def test_wrong_use_is_64_and_does_nothing(self):
        for args in (("hold",), ("hold", "--reason", ""), ("hold", "now"), ("hold", "--reason", "a\nb"), ("thaw", "now"),
                     ("hold", "--reason", "x" * 1025), ("hold", "--reason", "\x1b[2J"), ("acknowledge",), ("acknowledge", ""),
                     ("acknowledge", "a", "b"), ("reload", "now"), ("reload", "--dry"), ("reload", "--json=yes")):
            code, out, err = self.run_it(*args)
            self.assertEqual((code, out), (64, ""), args)
            self.assertRegex(err, "^cleanpath: ", args)
        self.assertEqual(self.operator(), [])

    def test_who_may_not_is_77(self):
        if os.geteuid() != 0:
            self.skipTest("only root can be somebody else")
        os.chmod(self.daemon.folder, 0o755)
        os.chmod(self.daemon.api, 0o666)
        program = self.daemon.folder / "cleanpath"
        program.write_bytes(Path(CLEANPATH).read_bytes())
        program.chmod(0o755)
        for args in (("hold", "--reason", "x"), ("thaw",), ("reload",), ("reload", "--dry-run"),
                     ("acknowledge", "fails-open/pcc1")):
            done = subprocess.run([str(program), *args, "--socket", str(self.daemon.api)], capture_output=True, text=True,
                                  timeout=120, user=65534, group=65534, extra_groups=[], cwd="/")
            self.assertEqual((done.returncode, done.stdout), (77, ""), args)
            self.assertRegex(done.stderr, "^cleanpath: cleanpathd: this user may read but change nothing\n$")
        self.assertEqual(self.operator(), [])

    def test_no_daemon_is_69(self):
        self.daemon.kill()
        for args in (("hold", "--reason", "x"), ("thaw",), ("reload",), ("acknowledge", "x")):
            code, out, err = self.run_it(*args)
            self.assertEqual((code, out), (69, ""), args)
            self.assertTrue(re.match(r"cleanpath: \S+: ", err), err)


if __name__ == "__main__":
    unittest.main()
