"""Why the rules let a path pass, told from the log alone: when the files are gone, the daemon is gone, and the policy is another."""

import datetime
import hashlib
import json
import os
import shutil
import signal
import sqlite3
import subprocess
import sys
import tempfile
import time
import unittest
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))
import new_day_test
from play import LAB_FEED, ROOT, Daemon, lab_case, message, open_session, poll

try:
    import jsonschema
except ImportError:
    jsonschema = None

SCHEMA = json.loads((ROOT / "docs/schema/cleanpath-log-explain.schema.json").read_text(encoding="utf-8"))
CLEANPATH = str(Path(os.environ.get("CLEANPATH", "build/cleanpath")).resolve())
PATH = "r1>r8/1000"

# r4 is of a maker that the rules are against, and licensed; its link to r7 stands on optical equipment; r6 is excepted.
POLICY = """cleanpath-policy: 1
id: lab
says: Secret traffic does not pass Huawei equipment.
authority: { by: us, owner: us@example.org }
traffic:
  secret: { says: Any flow that is named so. }
rules:
  - id: no-huawei
    says: Secret traffic does not pass Huawei equipment.
    forbid-transit: { maker: huawei }
    of: secret
    layers: [ip, optical]
    except: [{ tag: inspected }]
    unknown: untrusted
  - id: no-zte-core
    says: Secret traffic does not pass ZTE equipment in the core.
    forbid-transit: { maker: zte }
    where: { role: core }
    of: secret
  - id: not-asked
    says: Nobody passes this.
    forbid-transit: { maker: nokia }
    of: other
licences:
  - id: tgl
    says: Until it is replaced.
    relaxes: no-huawei
    covers: { maker: huawei, role: edge }
    granted: { by: us, ref: letter 1, on: 2020-01-01 }
    until: 2096-12-31
"""


def rich_case(folder):
    lab_case(folder, [("d1", "r1", "r8"), ("d2", "r1", "r8")])
    (folder / "policy.yaml").write_text(POLICY.replace("  secret: {", "  other: { says: Others. }\n  secret: {"))
    rows = [("r1", "nokia", "core"), ("r2", "huawei", "core"), ("r3", "huawei", "core"), ("r4", "huawei", "edge"),
            ("r5", "nokia", "core"), ("r6", "huawei", "core"), ("r7", "nokia", ""), ("r8", "nokia", "core")]
    (folder / "nodes.csv").write_text("id,maker,role,loopback,layer,tags\n" + "".join(
        f"{n},{m},{role},10.255.0.{n[1]},,{'inspected' if n == 'r6' else ''}\n" for n, m, role in rows)
        + "o1,ciena,,,optical,\no2,ciena,,,optical,\n")
    links = (folder / "links.csv").read_text().splitlines()
    links = [line + (",layer,over" if i == 0 else ",,o1--o2" if line.startswith("r4,r7") else ",,")
             for i, line in enumerate(links)]
    (folder / "links.csv").write_text("\n".join(links + ["o1,o2,,optical,"]) + "\n")


def hash_anew(db, upto=None):
    """Each entry names the one before it again, as src/store/include/store/log.h says"""
    before = bytes(32)
    rows = db.execute("SELECT seq, at_us, kind, subject, because, contents, document FROM log ORDER BY seq").fetchall()
    for seq, at_us, *parts in rows:
        if upto is not None and seq > upto:
            break
        whole = before + seq.to_bytes(8, "big") + at_us.to_bytes(8, "big")
        for part in parts:
            part = part.encode() if isinstance(part, str) else part
            whole += len(part).to_bytes(4, "big") + part
        own = hashlib.sha256(whole).digest()
        db.execute("UPDATE log SET before = ?, hash = ? WHERE seq = ?", (before, own, seq))
        before = own


class Explained(unittest.TestCase):
    def setUp(self):
        self.daemon = Daemon()
        self.addCleanup(self.daemon.end)
        rich_case(self.daemon.case)

    def run_once(self, top=LAB_FEED):
        """A plan, its orders, and then neither daemon nor files."""
        self.daemon.write(top=top)
        self.daemon.start()
        poll(lambda: self.daemon.get("/v1/status")["paths"]["intended"], why="the paths")
        self.assertEqual(self.daemon.kill(signal.SIGTERM), 0)
        shutil.rmtree(self.daemon.case)

    def explain(self, *args, code=0, err=""):
        done = subprocess.run([CLEANPATH, "log", "explain", *args, "--state", f"{self.daemon.folder}/state"],
                              capture_output=True, text=True, timeout=60, cwd="/")
        self.assertEqual((done.returncode, done.stderr), (code, err), done.stdout)
        return done.stdout

    def judged(self, *args, **expected):
        whole = json.loads(self.explain(PATH, "--json", *args, **expected))
        if jsonschema is not None:
            jsonschema.validate(whole, SCHEMA)
        return whole["judged"]

    def tamper(self, *sql, anew=True):
        """anew: the whole chain is hashed again, so that nothing but what was changed is odd"""
        with sqlite3.connect(f"{self.daemon.folder}/state/cleanpath.db") as db:
            for (trigger,) in db.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
                db.execute(f"DROP TRIGGER {trigger}")
            for line in sql:
                db.execute(line)
            if anew:
                hash_anew(db)
        db.close()

    def rewrite(self, old, new):
        """In the entry about the inputs."""
        self.tamper(f"UPDATE log SET document = CAST(REPLACE(CAST(document AS TEXT), '{old}', '{new}') AS BLOB) "
                    "WHERE CAST(document AS TEXT) LIKE '%read_on%'")

    def rules(self, judged, element):
        found = [e for e in judged["elements"] if e["id"] == element]
        self.assertEqual(len(found), 1, element)
        return {r["rule"]: r for r in found[0]["rules"]}

    def test_each_rule_of_its_demands_is_told_of_each_element(self):
        self.run_once()
        judged = self.judged()
        self.assertIsNone(judged["cannot"])
        self.assertEqual((judged["class"], judged["demand"]), ("secret", "d1"))
        self.assertEqual([(r["id"], r["policy"], r["place"]) for r in judged["rules"]],
                         [("no-huawei", "lab", "policy.yaml:9"), ("no-zte-core", "lab", "policy.yaml:16")])
        self.assertEqual({e["kind"] + " " + e["id"] for e in judged["elements"]},
                         {"link r1--r4", "link r4--r7", "link r7--r6", "link r6--r8", "node r1", "node r4", "node r7", "node r6",
                          "node r8"})
        self.assertEqual(self.rules(judged, "r7")["no-huawei"]["why"], "maker nokia, nodes.csv:8")
        self.assertEqual(self.rules(judged, "r4--r7")["no-huawei"]["why"], "a link without equipment of its own")
        self.assertIsNone(self.rules(judged, "r7")["no-huawei"]["licence"])
        self.assertEqual(self.rules(judged, "r4")["no-huawei"]["licence"], {"id": "tgl", "until": "2096-12-31", "without": "maker huawei, nodes.csv:5"})
        self.assertEqual(self.rules(judged, "r4")["no-huawei"]["why"], "licensed: tgl")
        self.assertRegex(self.rules(judged, "r4")["no-zte-core"]["why"], "not what it asks: role edge")
        self.assertRegex(self.rules(judged, "r6")["no-huawei"]["why"], "excepted: its tags, nodes.csv:7")
        self.assertEqual((judged["forbidden"], judged["undecided"], judged["others"]), (0, 0, 0))
        self.assertEqual({r["is"] for e in judged["elements"] for r in e["rules"]}, {"allowed"})

    def test_the_text_has_the_same(self):
        self.run_once()
        text = self.explain(PATH)
        self.assertRegex(text, r"\n    class: secret\n    demands: d1, d2\n    demand-count: 2\n")
        self.assertRegex(text, r"(?m)^why the rules let it pass, judged again by what the log keeps of #\d+ and #\d+$")
        self.assertRegex(text, r"(?m)^    rule no-huawei of lab, policy.yaml:9, as of 2\d{3}-\d\d-\d\d: Secret traffic does not")
        self.assertIn("\n    node r4\n      no-huawei: licensed: tgl; by licence tgl, until 2096-12-31, without which: maker huawei, nodes.csv:5\n", text)
        self.assertIn("\n    node r8\n      no-huawei: maker nokia, nodes.csv:9\n", text)
        self.assertNotRegex(text, "not-asked|FORBIDS|NOT ALLOWED|are others today")
        self.assertNotIn("why the rules let it pass", self.explain("2"))

    def test_what_the_inventory_does_not_have_was_judged_too(self):
        for table in ("nodes.csv", "links.csv"):
            path = self.daemon.case / table
            path.write_text("".join(line for line in path.read_text().splitlines(True) if "r7" not in line))
        self.run_once()
        judged = self.judged()
        self.assertEqual((judged["forbidden"], judged["others"]), (0, 0))

    def test_a_case_with_evidence_is_read_again(self):
        case = ROOT / "tests/golden/evidence/case"
        shutil.copytree(case / "evidence", self.daemon.case / "evidence")
        shutil.copy(case / "evidence.csv", self.daemon.case)
        self.run_once()
        inputs = json.loads(self.explain(PATH, "--json"))["rests_on"][-1]["document"]["inputs"]
        self.assertEqual({i.get("as") for i in inputs}, {"network", "demands", "vouching", "evidence", None})
        judged = self.judged()
        self.assertEqual((judged["cannot"], judged["others"]), (None, 0))

    def test_an_older_order_is_explained_by_what_held_then(self):
        self.daemon.write(top=LAB_FEED)
        self.daemon.start()
        poll(lambda: self.daemon.get("/v1/status")["paths"]["intended"], why="the paths")
        (self.daemon.case / "policy.yaml").write_text(POLICY[:POLICY.index("licences:")].replace(
            "  secret: {", "  other: { says: Others. }\n  secret: {").replace("maker: huawei }", "maker: [huawei, cisco] }"))
        status, text = self.daemon.ask("/v1/reload?accept-loss", "POST")
        self.assertEqual(status, 200, text)
        poll(lambda: self.daemon.get("/v1/status")["paths"]["down"], why="the new rules")
        self.daemon.kill(signal.SIGTERM)
        shutil.rmtree(self.daemon.case)
        done = subprocess.run([CLEANPATH, "log", "show", "--subject", PATH, "--json", "--state", f"{self.daemon.folder}/state"],
                              capture_output=True, text=True, timeout=60)
        steps = [e for e in map(json.loads, done.stdout.splitlines()) if e["kind"] == "step"]
        self.assertEqual([bool(e["document"].get("after")) for e in steps], [True, False, False])
        older = json.loads(self.explain(str(steps[0]["seq"]), "--json"))["judged"]
        self.assertEqual((older["others"], self.rules(older, "r4")["no-huawei"]["licence"]["id"]), (0, "tgl"))
        newest = json.loads(self.explain(PATH, "--json"))
        self.assertIsNone(newest["judged"])
        cut = {c["id"]: c["rules"][0] for c in newest["entry"]["document"]["cut"]}
        self.assertEqual(cut, {"r2": {"rule": "no-huawei", "fact": "maker huawei; nodes.csv:3"}})
        plan, = [e for e in newest["rests_on"] if e["kind"] == "plan"]
        inputs = max(e["seq"] for e in newest["rests_on"] if e["kind"] == "inputs")
        self.assertIn(inputs, plan["because"])

    def test_what_goes_down_with_a_link_is_told_with_its_cut(self):
        """At once without, for no plan knows yet what blocks it; then once, with the plan that does."""
        lab_case(self.daemon.case, [("d1", "r1", "r8")], forbidden=("r2", "r3", "r7"))
        told = self.daemon.folder / "isis.json"
        shutil.copy(ROOT / "tests/ted/frr8.4.4-isis.json", told)
        self.daemon.write(top=LAB_FEED.replace("tests/ted/frr8.4.4-isis.json", str(told)).replace("]}", "], every: 50 ms}"))
        self.daemon.start()
        poll(lambda: self.daemon.get("/v1/status")["paths"]["intended"], why="the paths")
        new = self.daemon.folder / "new"
        shutil.copy(ROOT / "tests/ted/frr8.4.4-isis-r4-r5-down.json", new)
        new.replace(told)

        def downs():
            done = subprocess.run([CLEANPATH, "log", "show", "--subject", PATH, "--json", "--state", f"{self.daemon.folder}/state"],
                                  capture_output=True, text=True, timeout=60)
            return [d for d in (json.loads(line)["document"] for line in done.stdout.splitlines()) if d.get("why")]

        poll(lambda: len(downs()) > 1, why="the cut")
        version = self.daemon.get("/v1/status")["view"]["version"]
        policy = self.daemon.case / "policy.yaml"
        policy.write_text(policy.read_text() + "# Nothing that anybody decides by.\n")
        self.assertEqual(self.daemon.ask("/v1/reload", "POST")[0], 200)
        poll(lambda: self.daemon.get("/v1/status")["view"]["version"] > version, why="one more plan")
        self.assertEqual(["cut" in d for d in downs()], [False, True])
        first, second = downs()
        self.assertEqual((first["reason"], first["element"]["id"]), ("gone", "r4--r5"))
        self.assertEqual(second["blocked-by"], "rules")
        self.assertEqual(second["cut"], [{"kind": "node", "id": "r2", "rules": [{"rule": "no-huawei", "fact": "maker huawei; nodes.csv:3"}]}])
        self.assertRegex(self.explain(PATH), r"\n    cut: \(node r2, rules \(\(rule no-huawei, fact maker huawei; nodes.csv:3\)\)\)\n")
        self.assertRegex(self.explain(PATH), r"\n    after: none\n    reason: gone\n(?s:.*?)\n    element: link r4--r5\n")  # what took it down

    def test_a_path_that_was_ordered_again_is_explained_by_what_decided_it(self):
        self.daemon.write("    - {name: pcc1, address: 127.0.0.2, node: r1, system: frr-8.4}\n",
                          top=LAB_FEED + "decisions: {settle: 300 ms}\n")
        self.daemon.start()
        mute = open_session(self.daemon.connect("127.0.0.2"))
        self.addCleanup(mute.close)
        mute.sendall(message(10, bytes.fromhex("20100008" "00000000" "07100004")))

        def steps():
            done = subprocess.run([CLEANPATH, "log", "show", "--subject", PATH, "--kind", "step", "--json", "--state", f"{self.daemon.folder}/state"],
                                  capture_output=True, text=True, timeout=60)
            return [json.loads(line) for line in done.stdout.splitlines()]

        poll(lambda: len(steps()) > 2, why="the order again")
        self.assertEqual(self.daemon.kill(signal.SIGTERM), 0)
        intent, *again = steps()
        self.assertEqual([(e["document"]["ordered_again"], e["because"]) for e in again], [("path", [intent["seq"]])] * len(again))
        whole = json.loads(self.explain(PATH, "--json"))
        self.assertEqual((whole["entry"]["seq"], whole["since"]), (intent["seq"], [again[-1]]))
        self.assertEqual((whole["judged"]["cannot"], whole["judged"]["forbidden"]), (None, 0))
        self.assertRegex(self.explain(PATH), r"(?s)\n    after: .*\nwhy the rules let it pass.*\nsince then\n.*\n    ordered_again: path\n.*\nit rests on\n")
        self.rewrite('"as_of": "20', '"as_of": "21')  # after the licence's end
        self.assertIn("NOT ALLOWED", self.explain(PATH, code=1, err="cleanpath: log explain: judged again, 1 element of the path is not "
                                                  "allowed by the rules that it was ordered by\n"))

    FORGE = "UPDATE log SET document = CAST(REPLACE(CAST(document AS TEXT), '\"r6\"', '\"r5\"') AS BLOB) WHERE seq = {}"

    def test_of_a_whole_log_the_head_is_told(self):
        self.run_once()
        verified = subprocess.run([CLEANPATH, "log", "verify", "--state", f"{self.daemon.folder}/state", "--json"],
                                  capture_output=True, text=True, timeout=60, check=True).stdout
        head = json.loads(verified)["head"]
        whole = json.loads(self.explain(PATH, "--json"))
        self.assertEqual(whole["chain"], {"whole": True, "entries": head["seq"], "head": head, "broken": None})
        self.assertTrue(self.explain(PATH).endswith(
            f"\nthe chain of the log holds: {head['seq']} entries; head {head['seq']}:{head['hash']}\n"))

    def test_a_forged_entry_is_not_explained_without_a_word(self):
        self.run_once()
        entry = json.loads(self.explain(PATH, "--json"))["entry"]["seq"]
        self.tamper(self.FORGE.format(entry), anew=False)
        said = f"entry {entry}: its hash is not that of its contents; what is told here may be forged\n"
        err = "cleanpath: log explain: the chain of the log does not hold: " + said
        self.assertTrue(self.explain(PATH, code=1, err=err).startswith("THE CHAIN OF THE LOG DOES NOT HOLD: " + said))
        whole = json.loads(self.explain(PATH, "--json", code=1, err=err))
        if jsonschema is not None:
            jsonschema.validate(whole, SCHEMA)
        self.assertEqual((whole["chain"]["whole"], whole["chain"]["broken"]),
                         (False, {"seq": entry, "why": "its hash is not that of its contents"}))

    def test_a_forged_entry_that_was_hashed_anew_is_found_by_the_one_behind_it(self):
        self.run_once()
        entry = json.loads(self.explain(PATH, "--json"))["entry"]["seq"]
        self.tamper(self.FORGE.format(entry), anew=False)
        with sqlite3.connect(f"{self.daemon.folder}/state/cleanpath.db") as db:
            hash_anew(db, upto=entry)
        db.close()
        self.explain(PATH, code=1, err="cleanpath: log explain: the chain of the log does not hold: "
                     f"entry {entry + 1}: it does not name the hash of the entry before it; what is told here stands before it, "
                     "and may be forged, too\n")

    def test_where_all_about_it_was_taken_out_the_chain_is_told_before_that_there_is_nothing(self):
        self.run_once()
        whole = json.loads(self.explain(PATH, "--json"))
        entries, rests_on = whole["chain"]["entries"], whole["rests_on"][0]["seq"]
        nothing = "cleanpath: log explain: the log has nothing about this: 'r0>r9/1'"
        self.assertEqual(self.explain("r0>r9/1", code=66, err=f"{nothing}; its chain holds: {entries} entries, and no cut took any\n"), "")
        with sqlite3.connect(f"{self.daemon.folder}/state/cleanpath.db") as db:
            first = db.execute("SELECT MIN(seq) FROM log WHERE CAST(subject AS TEXT) = ?", (PATH,)).fetchone()[0]
            behind = db.execute("SELECT MIN(seq) FROM log WHERE seq > ? AND CAST(subject AS TEXT) <> ?", (first, PATH)).fetchone()[0]
        db.close()
        self.tamper(f"DELETE FROM log WHERE CAST(subject AS TEXT) = '{PATH}'", anew=False)
        err = (f"cleanpath: log explain: the chain of the log does not hold: entry {behind}: entries before it are missing; what was asked "
               f"about may have been taken out\ncleanpath: log explain: the log has nothing about this: '{PATH}'\n")
        self.assertEqual(self.explain(PATH, code=1, err=err), "")
        self.assertLess(rests_on, first)

    def test_what_no_cut_took_is_not_said_to_be_cut(self):
        self.run_once()
        whole = json.loads(self.explain(PATH, "--json"))
        gone = whole["rests_on"][0]["seq"]
        self.tamper(f"DELETE FROM log WHERE seq = {gone}", anew=False)
        with sqlite3.connect(f"{self.daemon.folder}/state/cleanpath.db") as db:
            self.assertEqual(db.execute("SELECT COUNT(*) FROM log WHERE seq = ?", (gone,)).fetchone()[0], 0)
        db.close()
        done = subprocess.run([CLEANPATH, "log", "explain", PATH, "--state", f"{self.daemon.folder}/state"],
                              capture_output=True, text=True, timeout=60, cwd="/")
        self.assertEqual(done.returncode, 1)
        self.assertTrue(done.stdout.startswith("THE CHAIN OF THE LOG DOES NOT HOLD: "))
        self.assertIn(f"\nentry #{gone} is not in the log\n", done.stdout)

    def test_what_is_no_json_any_more_is_said(self):
        self.run_once()
        entry = json.loads(self.explain(PATH, "--json"))["entry"]["seq"]
        self.tamper(f"UPDATE log SET document = X'7b' WHERE seq = {entry}")
        self.assertEqual(self.explain(str(entry), code=65, err="cleanpath: log explain: the document of an entry that is told "
                                      "is no JSON\n"), "")

    def test_what_is_not_kept_any_more_is_said(self):
        self.run_once()
        inputs = json.loads(self.explain(PATH, "--json"))["rests_on"][-1]["document"]["inputs"]
        nodes = next(i["sha256"] for i in inputs if i["path"] == "nodes.csv")
        self.tamper(f"DELETE FROM content WHERE digest = X'{nodes}'")
        said = "nodes.csv: it is not kept, or not any more"
        self.assertEqual(self.judged(), {"cannot": said})
        self.assertIn(f"\nwhy the rules let it pass cannot be judged again: {said}\n", self.explain(PATH))
        self.assertNotRegex(self.explain(PATH), "no-huawei")

    def test_what_is_damaged_is_said(self):
        self.run_once()
        inputs = json.loads(self.explain(PATH, "--json"))["rests_on"][-1]["document"]["policies"]
        self.tamper(f"UPDATE content SET packed = X'00' WHERE digest = X'{inputs[0]['sha256']}'")
        self.assertEqual(self.judged(), {"cannot": "policy.yaml: what the log keeps of it is damaged"})

    def test_what_an_older_release_wrote_is_not_made_up(self):
        self.run_once()
        self.rewrite('"read_on"', '"x"')
        self.assertRegex(self.judged()["cannot"], "^the log does not say how its inputs were read")

    def test_an_input_that_was_read_as_what_nobody_knows_is_not_left_out(self):
        self.run_once()
        self.rewrite('"as": "demands"', '"as": "wishes"')
        self.assertEqual(self.judged(), {"cannot": "demands.csv: it was read as what this release does not know"})

    def test_what_the_plan_did_not_have_was_not_judged_by_it(self):
        nodes = self.daemon.case / "nodes.csv"  # it is below the IP layer, which is all that a plan judges
        nodes.write_text(nodes.read_text() + "o3,huawei,,,optical,\n")
        self.run_once()
        self.tamper("UPDATE log SET document = CAST(REPLACE(CAST(document AS TEXT), '\"r6\"', '\"o3\"') AS BLOB) "
                    "WHERE kind = 'step'")
        err = "cleanpath: log explain: judged again, 1 element of the path is not allowed by the rules that it was ordered by\n"
        rule = self.rules(self.judged(code=1, err=err), "o3")["no-huawei"]
        self.assertEqual((rule["is"], rule["as_planned"]), ("forbidden", None))
        self.assertRegex(self.explain(PATH, code=1, err=err), r"(?m)^      no-huawei FORBIDS IT: .*; the plan did not judge it$")

    def test_a_path_that_is_not_allowed_by_what_is_kept_is_said_loudly(self):
        self.run_once()
        self.rewrite('"as_of": "20', '"as_of": "21')  # after the licence's end
        err = "cleanpath: log explain: judged again, 1 element of the path is not allowed by the rules that it was ordered by\n"
        judged = self.judged(code=1, err=err)
        self.assertEqual((judged["forbidden"], judged["others"]), (1, 1))
        rule = self.rules(judged, "r4")["no-huawei"]
        self.assertEqual((rule["is"], rule["as_planned"]), ("forbidden", False))
        text = self.explain(PATH, code=1, err=err)
        self.assertIn("\n    NOT ALLOWED: 1 of 9 elements\n", text)
        self.assertRegex(text, r"(?m)^      no-huawei FORBIDS IT: maker huawei, nodes.csv:5; the plan had nothing against it$")


class NewDay(unittest.TestCase):
    """What is in force is judged as of a new day while other files lie about: the log has what was in force."""

    AFTER_S = 6

    def test_the_new_day_is_explained_by_what_was_in_force(self):
        daemon = Daemon()
        self.addCleanup(daemon.end)
        zones = tempfile.TemporaryDirectory(prefix="cpz-")
        self.addCleanup(zones.cleanup)
        midnight = int(time.time()) + self.AFTER_S
        Path(zones.name, "Soon").write_bytes(new_day_test.NewDay.zone(midnight))
        os.environ["TZDIR"] = zones.name
        self.addCleanup(os.environ.pop, "TZDIR")
        tomorrow = datetime.datetime.fromtimestamp(midnight - midnight % 86400, datetime.timezone.utc).date()
        lab_case(daemon.case, [("d1", "r1", "r8")])
        nodes, policy = daemon.case / "nodes.csv", daemon.case / "policy.yaml"
        nodes.write_text(nodes.read_text().replace("r7,nokia", "r7,zte"))
        # Why r6 is whose it is rests on evidence that is a day older then.
        (daemon.case / "facts.csv").write_text("object,attribute,value,evidence,source,who,date\n"
                                               "r6,model,NE40E,authenticated-read,a walk,us,2026-01-01\n"
                                               "r6,maker,nokia,two-person-inspection,a visit,us and them,2026-01-01\n")
        policy.write_text(policy.read_text().replace("authority:", "timezone: Soon\nauthority:") + f"""  - id: no-zte
    says: Secret traffic does not pass ZTE equipment.
    forbid-transit: {{ maker: zte }}
    from: {tomorrow}
    of: secret
""")
        daemon.write(top=LAB_FEED + "decisions: {damp: 100 ms}\n")
        daemon.start()
        poll(lambda: daemon.get("/v1/status")["paths"]["intended"], why="the paths")
        if time.time() > midnight - 1:
            self.skipTest("the machine is too slow to be there before midnight")
        policy.write_text(policy.read_text() + "# somebody saved this\n")

        def steps(kind="step"):
            done = subprocess.run([CLEANPATH, "log", "show", "--kind", kind, "--json", "--state", f"{daemon.folder}/state"],
                                  capture_output=True, text=True, timeout=60)
            return [e for e in map(json.loads, done.stdout.splitlines()) if kind != "step" or e["subject"] == PATH]

        poll(lambda: len(steps()) > 1, why="the new day")
        self.assertEqual(daemon.kill(signal.SIGTERM), 0)
        shutil.rmtree(daemon.case)
        inputs = steps("inputs")[-1]
        wanted = {i["sha256"] for i in inputs["document"]["inputs"]}
        self.assertEqual((inputs["document"]["policies"][0]["as_of"], set(inputs["contents"])), (str(tomorrow), wanted))
        for step, count in zip(steps(), (1, 2)):
            done = subprocess.run([CLEANPATH, "log", "explain", str(step["seq"]), "--json", "--state", f"{daemon.folder}/state"],
                                  capture_output=True, text=True, timeout=60)
            judged = json.loads(done.stdout)["judged"]
            self.assertEqual((done.returncode, judged["cannot"], judged["others"], len(judged["rules"])), (0, None, 0, count))


if __name__ == "__main__":
    unittest.main()
