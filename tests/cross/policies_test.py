"""Several policies on one case, and the commands that explain and compare: what holds whatever the case is."""

import datetime
import json
import os
import shutil
import subprocess
import tempfile
import unittest
from pathlib import Path

PROGRAM = os.environ["CLEANPATH"]
ROOT = Path(__file__).resolve().parent.parent.parent
SEVERAL = ROOT / "tests/golden/several"
SMALL = ROOT / "tests/golden/small"
KOREA = ROOT / "examples/korea"
KR, US, STRICT = (str(SEVERAL / f"{name}.yaml") for name in ("kr", "us", "kr-strict"))
DAY = ["--as-of", "2019-11-01"]
BADNESS = {"ok": 0, "undecided": 1, "violation": 2, "no-path": 3}


def run(*args):
    return subprocess.run([PROGRAM, *args], capture_output=True, check=False, timeout=120)


def document(*args, codes=(0, 1, 2)):
    done = run(*args, "--json")
    assert done.returncode in codes, (args, done.returncode, done.stderr)
    return json.loads(done.stdout)


def audit(*policies, folder=SEVERAL, day=DAY):
    return document("audit", str(folder), *day, *(f"--policy={path}" for path in policies))


def findings(answer):
    """All that stands beside the demands, without the order"""
    return {(name, item["rule"], item["policy"], item.get("element"), item["verdict"])
            for name in ("presence", "install", "caps", "suppliers") for item in answer[name]}


def verdicts(answer):
    return {demand["id"]: demand["verdict"] for demand in answer["demands"]}


class SeveralPolicies(unittest.TestCase):
    def test_their_order_changes_nothing_but_the_list_of_inputs(self):
        one, other = audit(KR, US), audit(US, KR)
        self.assertNotEqual(one.pop("inputs"), other.pop("inputs"))
        self.assertEqual(one, other)
        self.assertEqual([p["id"] for p in one["policies"]], ["kr", "us"])
        for output in ([], ["--csv"]):
            texts = {run("audit", str(SEVERAL), *DAY, *output, "--policy", first, "--policy", second).stdout
                     for first, second in ((KR, US), (US, KR))}
            self.assertEqual(len(texts), 1)

    def test_each_tells_its_own_breach_as_if_it_were_alone(self):
        both = audit(KR, US)
        breaches = 0
        for number, policy in enumerate((KR, US)):
            alone = audit(policy)
            for got, wanted in zip(both["demands"], alone["demands"], strict=True):
                told = got["by_policy"][number]
                self.assertEqual((told["policy"], told["authority"]),
                                 (alone["policies"][0]["id"], alone["policies"][0]["authority"]["by"]))
                for name in ("verdict", "exposure_depth"):
                    self.assertEqual(told[name], wanted[name])
                decisive = wanted["violation"] or wanted["exposure"]
                if wanted["verdict"] != "violation":
                    decisive = wanted["undecided"] if wanted["verdict"] == "undecided" else None
                for name in ("rule", "says", "element", "element_kind", "reason"):
                    self.assertEqual(told[name], decisive and decisive[name])
                breaches += told["verdict"] == "violation"
                self.assertNotIn("by_policy", wanted)
        self.assertGreater(breaches, len([d for d in both["demands"] if d["verdict"] == "violation"]))

    def test_the_worst_of_them_decides(self):
        both = audit(KR, US)
        alone = [audit(KR), audit(US)]
        for demand, verdict in verdicts(both).items():
            self.assertEqual(BADNESS[verdict],
                             max(BADNESS[verdicts(answer)[demand]] for answer in alone))
        self.assertEqual(findings(both), findings(alone[0]) | findings(alone[1]))

    def test_every_verdict_names_authority_rule_sentence_and_fact(self):
        answer = audit(KR, US)
        told = [demand["exposure"] for demand in answer["demands"] if demand["exposure"]]
        told += [item for name in ("presence", "install", "caps", "suppliers")
                 for item in answer[name]]
        self.assertGreater(len(told), 5)
        for item in told:
            for name in ("rule", "policy", "authority", "says", "reason"):
                self.assertTrue(item[name], item)

    @unittest.skipUnless(Path("/usr/share/zoneinfo/Pacific/Kiritimati").exists(), "no zones here")
    def test_each_is_judged_on_its_own_day(self):
        with tempfile.TemporaryDirectory() as folder:
            paths, days = [], []
            for name, hours, zone in (("a", 14, "Pacific/Kiritimati"), ("b", -12, "Etc/GMT+12")):
                text = (SMALL / "policy.yaml").read_text(encoding="utf-8")
                path = Path(folder) / f"{name}.yaml"
                path.write_text(text.replace("id: small", f"id: {name}\ntimezone: {zone}"),
                                encoding="utf-8")
                paths.append(str(path))
                days.append(datetime.timezone(datetime.timedelta(hours=hours)))
            before = [datetime.datetime.now(zone).date().isoformat() for zone in days]
            answer = audit(*paths, folder=SMALL, day=[])
            after = [datetime.datetime.now(zone).date().isoformat() for zone in days]
        got = [policy["as_of"] for policy in answer["policies"]]
        self.assertIn(got, (before, after))
        self.assertEqual(answer["as_of"], max(got))

    def test_an_extension_of_a_licence_leaves_earlier_answers_as_they_are(self):
        with tempfile.TemporaryDirectory() as folder:
            longer = Path(folder) / "us.yaml"
            text = Path(US).read_text(encoding="utf-8")
            notice = '      - { on: 2019-11-10, until: 2020-04-01, ref: "third notice" }\n'
            longer.write_text(text.replace("    warn-before:", notice + "    warn-before:"),
                              encoding="utf-8")
            for day, same in (("2019-11-09", True), ("2019-11-10", False), ("2019-12-01", False)):
                old, new = (audit(path, day=["--as-of", day]) for path in (US, str(longer)))
                for answer in (old, new):
                    del answer["policies"], answer["inputs"]
                self.assertEqual(old == new, same, day)


    def test_a_licence_that_lifts_a_cap_or_suppliers_is_told_and_so_is_what_they_do_not_count(self):
        licence = """licences:
  - { id: w, says: For now., relaxes: [share, two], granted: { by: Office, ref: r },
      from: 2019-01-01, until: 2020-01-01 }
"""
        with tempfile.TemporaryDirectory() as folder:
            lifted = Path(folder) / "kr.yaml"
            text = Path(KR).read_text(encoding="utf-8")
            self.assertNotIn("licences:", text)
            lifted.write_text(text.rstrip("\n") + "\n" + licence, encoding="utf-8")
            answer, bare = audit(str(lifted)), audit(KR)
            told = run("audit", str(SEVERAL), *DAY, "--policy", str(lifted)).stdout.decode()
            changed = run("policy", "diff", KR, str(lifted), str(SEVERAL), *DAY).stdout.decode()
            explained = run("explain", str(SEVERAL), "node:b", *DAY, "--policy", str(lifted)).stdout
        for name in ("caps", "suppliers"):
            [now], [was] = answer[name], bare[name]
            self.assertEqual((was["verdict"], was["licence"], now["verdict"]), ("violation", None, "ok"))
            self.assertEqual(now["licence"], {
                "id": "w", "policy": "kr", "says": "For now.", "by": "Office", "ref": "r",
                "until": "2020-01-01", "without": "violation"})
        self.assertIn("OK BY LICENCE (2)\n  share: ok by licence w until 2020-01-01; without it "
                      "violation: 50 % of sites, at most 33 %: b, c\n", told)
        self.assertEqual(changed.count("      after: ok by licence w until 2020-01-01\n"), 2)
        self.assertIn(b"at most 33 %: b, c; by licence w until 2020-01-01\n", explained)
        [gap] = [gap for gap in answer["gaps"] if gap["rule"] == "two"]
        self.assertEqual((gap["key"], gap["elements"], gap["first"]), ("role", 3, None))
        self.assertIn("rule two does not count 3 elements that state no role", answer["warnings"])

    def test_licences_have_one_shape(self):
        wanted = ["id", "policy", "says", "by", "ref", "until"]
        answer = audit(US, day=["--as-of", "2019-09-01"])
        told = document("explain", str(SEVERAL), "node:b", "demand:d1", "--policy", US,
                        "--as-of", "2019-09-01")
        found = answer["licences"] + [d["licence"] for d in answer["demands"] + told["demands"]]
        found += [rule["licence"] for element in told["elements"] for rule in element["rules"]]
        found = [licence for licence in found if licence]
        self.assertGreater(len(found), 3)
        for licence in found:
            self.assertEqual(list(licence)[:len(wanted)], wanted)


class Explained(unittest.TestCase):
    def test_an_element_is_explained_as_the_audit_has_it(self):
        answer = audit(folder=KOREA, day=["--as-of", "2026-11-21"])
        met = {(d["exposure"]["element_kind"], d["exposure"]["element"], d["exposure"]["rule"],
                d["exposure"]["reason"]) for d in answer["demands"] if d["exposure"]}
        names = sorted({f"{kind}:{element}" for kind, element, _, _ in met})
        told = document("explain", str(KOREA), *names, "--as-of", "2026-11-21")
        by_name = {(e["element_kind"], e["element"]): e for e in told["elements"]}
        self.assertGreater(len(met), 3)
        for kind, element, rule, reason in met:
            [got] = [r for r in by_name[kind, element]["rules"] if r["rule"] == rule]
            self.assertEqual((got["counts_as"], got["reason"]), ("untrusted", reason))
            self.assertEqual(got["chain"][-1]["step"], "fact")
            self.assertEqual(got["chain"][0]["element"], element)

    def test_a_demand_is_explained_as_the_audit_has_it(self):
        answer = audit(KR, US)
        names = [f"demand:{demand['id']}" for demand in answer["demands"]]
        told = document("explain", str(SEVERAL), *names, "--policy", KR, "--policy", US, *DAY)
        for demand, wanted in zip(told["demands"], answer["demands"], strict=True):
            for name in ("id", "class", "verdict", "exposure_depth", "cut_depth", "licence"):
                self.assertEqual(demand[name], wanted[name])
            if wanted["exposure"]:
                self.assertEqual(demand["exposure"], wanted["exposure"])
                self.assertEqual(demand["decided_by"][0]["rule"], wanted["exposure"]["rule"])

    def test_what_is_trusted_has_a_reason_too(self):
        nodes = [line.split(",")[0] for line in
                 (KOREA / "nodes.csv").read_text(encoding="utf-8").splitlines()[1:]]
        told = document("explain", str(KOREA), *(f"node:{node}" for node in nodes), *DAY)
        trusted = [rule for element in told["elements"] for rule in element["rules"]
                   if rule["verdict"] == "trusted"]
        self.assertGreater(len(trusted), len(nodes) // 2)
        for rule in trusted:
            self.assertTrue(rule["reason"], rule)

    def test_whoever_counts_under_a_cap_is_told_so(self):
        told = document("explain", str(SEVERAL), "node:b", "node:a", "--policy", KR, *DAY)
        answer = audit(KR)
        for element in told["elements"]:
            by_rule = {item["rule"]: item for item in element["counts"]}
            share = by_rule.get("share")
            self.assertEqual(share["counted"], "yes" if element["element"] == "b" else "no")
            self.assertEqual(share["verdict"], answer["caps"][0]["verdict"])
        self.assertEqual(by_rule.get("two"), None)

    def test_without_a_name_just_what_some_rule_is_against_or_in_doubt_of_is_told(self):
        told = document("explain", str(SEVERAL), "--policy", KR, *DAY)
        for element in told["elements"]:
            self.assertIn(element["verdict"], ("unknown", "untrusted"))
            for rule in element["rules"]:
                self.assertNotEqual(rule["counts_as"], "trusted")
        names = {element["element"] for element in told["elements"]}
        self.assertLess({"b", "c", "x", "a--c"}, names)
        self.assertNotIn("a", names)


class Compared(unittest.TestCase):
    def compare(self, old, new):
        done = run("policy", "diff", old, new, str(SEVERAL), *DAY, "--json")
        return done.returncode, json.loads(done.stdout)

    def test_a_policy_does_not_differ_from_itself(self):
        for policy in (KR, US, STRICT):
            code, told = self.compare(policy, policy)
            self.assertEqual(code, 0)
            for name in ("authority", "reading", "lists", "products", "classes", "rules", "licences",
                         "makers", "elements", "demands", "findings"):
                self.assertEqual(told[name], [])

    def test_what_is_told_is_the_difference_of_two_audits(self):
        for old, new in ((KR, US), (US, KR), (KR, STRICT), (STRICT, KR)):
            before, after = audit(old), audit(new)
            code, told = self.compare(old, new)
            changed = {d["id"]: (d["before"]["verdict"], d["after"]["verdict"])
                       for d in told["demands"]}
            for demand, verdict in verdicts(after).items():
                was = verdicts(before)[demand]
                self.assertEqual(changed.get(demand, (was, was)), (was, verdict))
            worse = told["worse"]
            self.assertEqual(worse["demands"], sum(
                verdicts(after)[d] == "violation" and was != "violation"
                for d, was in verdicts(before).items()))
            self.assertEqual(code, int(any(worse.values())))


    def test_what_changed_in_the_policy_is_told_in_its_english(self):
        base = """cleanpath-policy: 1
id: g
authority: { by: X }
timezone: Asia/Seoul
makers: { acme: { country: CN } }
maker-lists: { l: { makers: [zte] } }
products: { p: { model: ZX* } }
traffic: { t: { both-ends: { role: core } } }
rules:
  - { id: r, says: R., forbid-transit: { maker-list: l }, of: t }
licences:
  - { id: w, says: W., relaxes: r, from: 2019-01-01, until: 2020-01-01 }
"""
        changes = {"authority": ("by: X", "by: Y"), "reading": ("Asia/Seoul", "Asia/Tokyo"),
                   "makers": ("country: CN", "country: SE"), "lists": ("[zte]", "[zte, huawei]"),
                   "products": ("ZX*", "HG*"), "classes": ("both-ends", "any-end"),
                   "rules": ("of: t", "of: t, unknown: undecided"),
                   "licences": ("until: 2020-01-01", "until: 2020-02-01")}
        with tempfile.TemporaryDirectory() as folder:
            old, new = Path(folder) / "old.yaml", Path(folder) / "new.yaml"
            old.write_text(base, encoding="utf-8")
            for changed, (was, now) in changes.items():
                self.assertIn(was, base)
                new.write_text(base.replace(was, now), encoding="utf-8")
                _, told = self.compare(str(old), str(new))
                for name in changes:
                    self.assertEqual(len(told[name]), int(name == changed), (name, changed))
                [change] = told[changed]
                self.assertEqual(change["change"], "changed")
                self.assertTrue(change["gone"] or change["added"])
                english = run("policy", "explain", str(new)).stdout.decode()
                for sentence in change["added"]:
                    self.assertIn(sentence + "\n", english)


class Files(unittest.TestCase):
    def test_the_makers_of_the_field_are_built_in(self):
        makers = document("policy", "makers")["makers"]
        numbered = [maker for maker in makers if maker["enterprise_numbers"]]
        self.assertGreaterEqual(len(numbered), 60)
        [huawei] = [maker for maker in makers if maker["name"] == "huawei"]
        self.assertEqual((huawei["country"], huawei["enterprise_numbers"]), ("CN", [2011]))
        self.assertIn("hisilicon", huawei["affiliates"])
        text = run("policy", "makers").stdout.decode()
        self.assertIn("\nhuawei, CN\n", text)

    def test_a_policy_adds_makers_and_overrules_them(self):
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "p.yaml"
            text = (SMALL / "policy.yaml").read_text(encoding="utf-8")
            path.write_text(text.replace("makers: {", "makers: { acme: { names: [Acme Ltd], country: "
                                         "FR, pen: [4000000000] },"), encoding="utf-8")
            makers = document("policy", "makers", str(path))["makers"]
        [acme] = [maker for maker in makers if maker["name"] == "acme"]
        self.assertEqual((acme["country"], acme["names"], acme["enterprise_numbers"]),
                         ("FR", ["Acme Ltd"], [4000000000]))
        self.assertTrue(acme["from_policy"])

    def test_the_examples_are_valid_tested_and_told_in_english(self):
        policies = sorted((ROOT / "examples/policies").glob("*.yaml"))
        self.assertGreaterEqual(len(policies), 8)
        self.assertEqual(run("policy", "check", *map(str, policies)).returncode, 0)
        self.assertEqual(run("policy", "test", *map(str, policies)).returncode, 0)
        for path in policies:
            told = document("policy", "explain", str(path))
            self.assertIn(f"POLICY {told['id']}\n", told["english"])

    def test_a_file_that_is_invalid_stops_all(self):
        with tempfile.TemporaryDirectory() as folder:
            broken = Path(folder) / "broken.yaml"
            shutil.copy(KR, broken)
            broken.write_text(broken.read_text(encoding="utf-8").replace("rules:", "ruls:"),
                              encoding="utf-8")
            for command in ("check", "test"):
                done = run("policy", command, KR, str(broken))
                self.assertEqual((done.returncode, done.stdout), (78, b""))
                self.assertIn(b"broken.yaml:", done.stderr)


if __name__ == "__main__":
    unittest.main()
