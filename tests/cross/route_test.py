"""route: its answers keep their schema, and what it says is clean an audit finds clean."""

import csv
import hashlib
import json
import os
import random
import shutil
import subprocess
import tempfile
import unittest
from pathlib import Path

import jsonschema

from share import share_of

PROGRAM = os.environ["CLEANPATH"]
ROOT = Path(__file__).resolve().parent.parent.parent
KOREA = ROOT / "examples/korea"
CASE = ROOT / "tests/golden/route/case"
DATA = Path(os.environ.get("CP_SHARED_DATA", ROOT.parent / "shared/data"))
SCHEMA = json.loads((ROOT / "docs/schema/cleanpath-route.schema.json").read_text(encoding="utf-8"))
VALIDATOR = jsonschema.Draft202012Validator(SCHEMA)
AS_OF = ["--as-of", "2026-11-21"]
SEEDS = share_of(40)

POLICY = """cleanpath-policy: 1
id: random
traffic: { gov: { any-end: { tag: gov } } }
rules:
  - { id: r1, says: Nothing of ZTE., forbid-transit: { maker: zte }, of: gov,
      under-failure: { any-one-of: [link, node, shared-risk-group] } }
  - { id: r2, says: Nothing of Huawei., forbid-transit: { maker: huawei }, of: gov }
"""


def run(*args, wanted=(0, 1, 2)):
    done = subprocess.run([PROGRAM, *map(str, args)], capture_output=True, check=False, timeout=120,
                          encoding="utf-8")
    if done.returncode not in wanted:
        raise AssertionError(f"{args}: exit {done.returncode}: {done.stderr}")
    return done


def write(path, rows):
    with path.open("w", newline="", encoding="utf-8") as file:
        table = csv.DictWriter(file, rows[0])
        table.writeheader()
        table.writerows(rows)


def random_case(folder, seed):
    """A small network with parallel links, odd metrics, capacities and SRLGs"""
    rng = random.Random(seed)
    count = rng.randint(4, 14)
    makers = ["nokia"] * 7 + ["zte", "huawei", ""]
    write(folder / "nodes.csv", [
        {"id": f"r{i}", "maker": "nokia" if i < 3 else rng.choice(makers),
         "tags": "gov" if i < 3 else "", "site": f"s{i // 2}"} for i in range(count)])
    pairs = [(rng.randrange(i), i) for i in range(1, count)]
    pairs += [tuple(rng.sample(range(count), 2)) for _ in range(rng.randint(2, 2 * count))]
    write(folder / "links.csv", [
        {"a": f"r{a}", "b": f"r{b}", "metric_ab": rng.randint(1, 4), "metric_ba": rng.randint(1, 4),
         "delay_us": rng.choice(["", 5, 10]), "capacity_bps": rng.choice(["", 10, 20, 40]),
         "srlgs": rng.choice(["", "", "g1", "g2", "g1 g2"])} for a, b in pairs])
    demands = []
    for i in range(6):
        a, b = rng.sample(range(3), 2) if i < 4 else rng.sample(range(count), 2)
        demands.append({
            "src": f"r{a}", "dst": f"r{b}", "bandwidth_bps": rng.choice(["", 3, 8, 15]),
            "metric": rng.choice(["", "igp", "te", "delay"]),
            "disjoint": rng.choice(["", "none", "link", "node", "srlg", "site"]),
            "co_routed": rng.choice(["", "yes", "no"]), "max_hops": rng.choice(["", "", 3, 6]),
            "avoid": rng.choice(["", "", f"r{count - 1}", ""]),
            "require": rng.choice(["", "", "", f"r{rng.randrange(count)}"])})
    write(folder / "demands.csv", demands)
    (folder / "policy.yaml").write_text(POLICY, encoding="utf-8")


def links_of(case):
    with (case / "links.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


class Route(unittest.TestCase):
    def setUp(self):
        holder = tempfile.TemporaryDirectory()
        self.addCleanup(holder.cleanup)
        self.folder = Path(holder.name)

    def routes(self, case, *args):
        """The answer, checked by its schema and its own sums"""
        done = run("route", case, *args, "--json")
        answer = json.loads(done.stdout)
        VALIDATOR.validate(answer)
        sums = answer["summary"]
        failed = (answer["capacity"] or {}).get("after_failures")
        lacking = sums["partial"] or (case == CASE and failed and not failed["holds"])
        self.assertEqual(done.returncode, 1 if sums["no_path"] else 2 if lacking else 0)
        for demand in answer["demands"]:
            self.check_demand(demand)
        return answer, done.stdout

    def check_demand(self, demand):
        if demand["wishes"] is None:
            self.assertEqual((demand["candidates"], demand["status"]), ([], "routed"))
            return
        if demand["status"] == "routed":
            self.assertEqual(demand["lacks"], [])
        if not demand["candidates"]:
            self.assertEqual(demand["status"], "no-path")
            self.assertIsNotNone(demand["blocking_cut"])
        for c in demand["candidates"]:
            self.assertEqual(len(c["nodes"]), len(c["links"]) + 1)
            if demand["wishes"]["max_hops"] is not None:
                self.assertLessEqual(len(c["links"]), demand["wishes"]["max_hops"])
            if c["segments"] is not None:
                self.assertEqual(len(c["segments"]), c["segments_needed"])
                self.assertEqual(c["segments"][-1]["node"], c["nodes"][-1])
        for direction in ("forward", "reverse"):
            shares = [c["share"] for c in demand["candidates"]
                      if c["direction"] == direction and c["role"] == "primary"]
            if shares:
                self.assertAlmostEqual(sum(shares), 1, 5)

    def check_audit(self, case, *args):
        """What is routed under these options, an audit of the lists finds clean"""
        answer, text = self.routes(case, *args)
        path = self.folder / "routes.json"
        path.write_text(text, encoding="utf-8")
        kept = [a for a in args if a != "--liars" and a not in ("--strict", "--assign-sids")]
        done = run("audit", case, *kept, "--routes", path, "--json")
        found = {d["id"]: d for d in json.loads(done.stdout)["demands"]}
        held = 0
        for demand in answer["demands"]:
            directions = {c["direction"] for c in demand["candidates"] if c["segments"] is not None}
            if directions != {"forward", "reverse"}:
                continue
            held += 1
            states = found[demand["id"]]["states"]
            self.assertTrue(found[demand["id"]]["held_to_lists"])
            self.assertEqual(found[demand["id"]]["verdict"], "ok", demand["id"])
            if "--failures" in args:
                self.assertIsNone(states["steady"], demand["id"])
                self.assertIsNone(states["transition"], demand["id"])
            if "--liars" in args:
                self.assertIsNone(states["liar"], demand["id"])
        return held

    def test_ordinary_demands_that_are_moved_get_lists_and_configuration(self):
        case = self.folder / "case"
        case.mkdir()
        (case / "policy.yaml").write_text(POLICY, encoding="utf-8")
        write(case / "nodes.csv", [{"id": n, "maker": "nokia", "tags": "gov" if n == "g" else "",
                                    "loopback": f"10.0.0.{i}"} for i, n in enumerate("gabc", 1)])
        write(case / "links.csv", [
            {"a": a, "b": b, "metric_ab": m, "capacity_bps": 10}
            for a, b, m in (("g", "a", 1), ("a", "b", 1), ("a", "c", 2), ("c", "b", 2))])
        write(case / "demands.csv", [{"id": "s", "src": "g", "dst": "a", "bandwidth_bps": 1},
                                     {"id": "o", "src": "a", "dst": "b", "bandwidth_bps": 12}])
        out = self.folder / "configs"
        more = ["--capacity", "balance", "--move", "all", "--assign-sids", "--strict"]
        answer, _ = self.routes(case, *AS_OF, *more)
        self.assertEqual(answer["capacity"]["moved"], ["o"])
        (moved,) = [demand for demand in answer["demands"] if demand["id"] == "o"]
        self.assertFalse(moved["covered"])
        self.assertEqual({tuple(c["nodes"]) for c in moved["candidates"]},
                         {("a", "b"), ("a", "c", "b")})
        self.assertAlmostEqual(sum(c["share"] for c in moved["candidates"]), 1, 5)
        run("route", case, *AS_OF, *more, "--config", "frr", "--config-dir", out)
        self.assertIn('for demand "o"', (out / "a.conf").read_text(encoding="utf-8"))

    def test_the_schema_is_one(self):
        jsonschema.Draft202012Validator.check_schema(SCHEMA)

    def test_answers_keep_their_schema(self):
        small = ROOT / "tests/golden/small"
        for case in (KOREA, CASE, small):
            for more in ([], ["--strict", "--assign-sids"], ["--capacity", "ignore", "--liars"],
                         ["--flex-algo", "128"], ["--capacity", "balance", "--move", "all",
                                                  "--after-failures", "link,node"],
                         ["--msd", "1"], ["--data-plane", "srv6", "--assign-sids"]):
                if "srv6" in more and case != small:
                    continue  # they state labels
                self.routes(case, *AS_OF, *more)

    def test_what_route_finds_clean_an_audit_finds_clean(self):
        self.assertGreaterEqual(self.check_audit(KOREA, *AS_OF, "--failures", "2"), 18)
        self.assertGreaterEqual(self.check_audit(KOREA, *AS_OF, "--failures", "1", "--liars"), 10)
        self.assertGreaterEqual(self.check_audit(KOREA, *AS_OF, "--liars"), 10)
        self.assertGreaterEqual(self.check_audit(KOREA, *AS_OF), 18)
        self.assertGreaterEqual(self.check_audit(CASE, *AS_OF, "--failures", "2"), 3)

    def test_what_route_finds_clean_in_small_networks_an_audit_finds_clean(self):
        held = 0
        for seed in range(SEEDS):
            case = self.folder / f"case-{seed}"
            case.mkdir()
            random_case(case, seed)
            with self.subTest(seed=seed):
                held += self.check_audit(case, *AS_OF)
                held += self.check_audit(case, *AS_OF, "--failures", "2")
                held += self.check_audit(case, *AS_OF, "--failures", "1", "--liars")
        self.assertGreater(held, SEEDS * 3)

    def test_real_networks_too(self):
        graphs = sorted((DATA / "topologyzoo").rglob("*.graphml"))
        if not graphs:
            self.skipTest("no shared data")
        rng = random.Random(11)
        held = 0
        for path in rng.sample(graphs, min(12, len(graphs))):
            case = self.folder / path.stem
            case.mkdir()
            shutil.copy(path, case / "network.graphml")
            nodes = self.nodes_of(case)
            if len(nodes) < 6:
                continue
            write(case / "facts.csv", [
                {"object": f"node:{n}", "attribute": "maker",
                 "value": "zte" if rng.random() < 0.1 else "nokia"} for n in nodes])
            write(case / "demands.csv", [
                dict(zip(("src", "dst", "class"), (*rng.sample(nodes, 2), "gov"))) for _ in range(6)])
            (case / "policy.yaml").write_text(POLICY, encoding="utf-8")
            with self.subTest(network=path.stem):
                held += self.check_audit(case, *AS_OF, "--failures", "2", "--fail", "link,node",
                                         "--lenient")
        self.assertGreater(held, 6)

    def nodes_of(self, case):
        done = run("import", case / "network.graphml", "--to", "csv", "--out", case / "tables",
                   "--lenient", wanted=(0, 1, 2, 65))
        if done.returncode == 65:
            return []
        with (case / "tables/nodes.csv").open(encoding="utf-8", newline="") as file:
            found = [row["id"] for row in csv.DictReader(file)]
        shutil.rmtree(case / "tables")
        return [n for n in found if " " not in n and "/" not in n and ":" not in n]

    def test_the_same_bytes_whatever_the_threads_do(self):
        for more in ([], ["--capacity", "balance", "--flex-algo", "130"]):
            one = run("route", KOREA, *AS_OF, "--json", "--jobs", "1", *more).stdout
            for jobs in ("2", "5"):
                self.assertEqual(run("route", KOREA, *AS_OF, "--json", "--jobs", jobs, *more).stdout, one)

    def test_configuration_is_a_file_a_router_and_overwrites_nothing(self):
        out = self.folder / "configs"
        args = ["route", CASE, *AS_OF, "--assign-sids", "--config", "frr", "--config-dir", out]
        run(*args)
        self.assertEqual(sorted(p.name for p in out.iterdir()), ["g1.conf", "g2.conf", "written"])
        before = (out / "g1.conf").read_bytes()
        self.assertIn(b"segment-list", before)
        run(*args, wanted=(64,))
        run(*args, "--force")
        self.assertEqual((out / "g1.conf").read_bytes(), before)

    def test_configuration_of_an_earlier_answer_goes_where_it_is_as_it_was_written(self):
        case = self.folder / "case"
        shutil.copytree(CASE, case)
        out = self.folder / "configs"
        args = ["route", case, *AS_OF, "--assign-sids", "--config", "frr", "--config-dir", out, "--force"]
        run(*args)
        listed = (out / "written").read_text(encoding="utf-8")
        self.assertEqual(listed, "".join(
            f"{hashlib.sha256((out / name).read_bytes()).hexdigest()}  {name}\n"
            for name in ("g1.conf", "g2.conf")))
        for name in ("old.conf", "mine.conf", "mine.sh", "notes.txt"):
            (out / name).write_text(name, encoding="utf-8")
        outside = self.folder / "outside.conf"
        outside.write_text("old.conf", encoding="utf-8")
        (out / "link.conf").symlink_to(outside)
        old = hashlib.sha256(b"old.conf").hexdigest()
        (out / "written").write_text(
            f"{listed}{old}  old.conf\n{old}  mine.conf\n{old}  ../outside.conf\n{old}  link.conf\n"
            f"{hashlib.sha256(b'notes.txt').hexdigest()}  notes.txt\nnonsense", encoding="utf-8")
        done = run(*args)
        self.assertEqual(sorted(p.name for p in out.iterdir()),
                         ["g1.conf", "g2.conf", "link.conf", "mine.conf", "mine.sh", "notes.txt", "written"])
        self.assertEqual(outside.read_text(encoding="utf-8"), "old.conf")
        self.assertIn(f"{out}/old.conf is taken away", done.stderr)
        for name in ("link.conf", "mine.conf", "mine.sh"):
            self.assertIn(f"warning: {out}/{name} stays", done.stderr)
        self.assertNotIn("notes.txt", done.stderr)
        self.assertEqual((out / "written").read_text(encoding="utf-8"), listed)
        (case / "demands.csv").write_text("src,dst\n", encoding="utf-8")
        run(*args)
        self.assertEqual(sorted(out.glob("g*.conf")), [])
        self.assertEqual((out / "written").read_text(encoding="utf-8"), "")

    def test_where_no_configuration_can_be_written_the_exit_code_says_so(self):
        case = self.folder / "case"
        shutil.copytree(CASE, case)
        (case / "demands.csv").write_text("src,dst,disjoint\ng1,g2,none\n", encoding="utf-8")
        plain = run("route", case, *AS_OF, "--assign-sids", wanted=(0,))
        out = self.folder / "configs"
        done = run("route", case, *AS_OF, "--assign-sids", "--config", "linux", "--config-dir", out,
                   wanted=(2,))
        self.assertEqual(done.stdout, plain.stdout)
        self.assertIn("--config linux: nothing could be written", done.stderr)
        self.assertEqual(list(out.glob("*")), [])

    def test_names_of_routers_stay_inside_the_folder(self):
        case = self.folder / "case"
        shutil.copytree(CASE, case)
        for name in ("nodes.csv", "links.csv", "demands.csv", "facts.csv"):
            text = (case / name).read_text(encoding="utf-8")
            (case / name).write_text(text.replace("g1", "../g 1"), encoding="utf-8")
        out = self.folder / "configs"
        run("route", case, *AS_OF, "--assign-sids", "--config", "frr", "--config-dir", out)
        self.assertEqual(sorted(p.name for p in out.iterdir()), ["%2E./g%201.conf".replace("/", "%2F"),
                                                                 "g2.conf", "written"])

    def test_routes_that_do_not_fit_the_case_are_refused(self):
        answer, text = self.routes(CASE, *AS_OF)
        path = self.folder / "routes.json"
        list_of = answer["demands"][0]["candidates"][0]["segments"]

        def refuse(words, change, edit=lambda t: t):
            changed = json.loads(text)
            change(changed)
            path.write_text(edit(json.dumps(changed)), encoding="utf-8")
            done = run("audit", CASE, *AS_OF, "--routes", path, wanted=(65,))
            self.assertIn(words, done.stderr)

        def first(a):
            return a["demands"][0]["candidates"][0]

        self.assertEqual(list_of[0]["type"], "adjacency")
        refuse("no answer of cleanpath.route/1", lambda a: a.update(schema="cleanpath.audit/1"))
        refuse("no answer of cleanpath.route/1", lambda a: a.pop("schema"))
        refuse("no demand of the case", lambda a: a["demands"][0].update(id="other"))
        refuse("a demand stands twice", lambda a: a["demands"].append(a["demands"][0]))
        refuse("no node of layer ip", lambda a: first(a)["segments"][0].update(node="zz"))
        refuse("no link of layer ip", lambda a: first(a)["segments"][0].update(link="zz"))
        refuse("the link does not lead", lambda a: first(a)["segments"][0].update(node="p4"))
        refuse("the list does not begin", lambda a: first(a)["nodes"].pop(0))
        refuse("the list does not end", lambda a: first(a)["segments"].pop())
        refuse("expected node or adjacency", lambda a: first(a)["segments"][0].update(type="x"))
        refuse("expected forward or reverse", lambda a: first(a).update(direction="x"))
        refuse("expected primary or backup", lambda a: first(a).update(role="x"))
        for key in ("src", "dst", "class"):
            refuse("another src, dst or class", lambda a, k=key: a["demands"][0].update({k: "g9"}))
        refuse("a link between two nodes", lambda a: first(a)["links"].pop())
        refuse("the path does not end", lambda a: (first(a)["nodes"].pop(), first(a)["links"].pop()))
        refuse("does not join the nodes", lambda a: first(a)["links"].reverse())
        refuse("two lists of demands", lambda a: None, lambda t: t.replace('"capacity": ', '"demands": ', 1))
        path.write_text("{", encoding="utf-8")
        run("audit", CASE, *AS_OF, "--routes", path, wanted=(65,))
        run("audit", CASE, *AS_OF, "--routes", self.folder / "none", wanted=(66,))

    def square(self):
        """a-b-d and a-e-d, with c of Huawei on the least way; SIDs 16001 to 16005, of b to d 24001"""
        case = self.folder / "square"
        case.mkdir()
        write(case / "nodes.csv", [{"id": n, "maker": "huawei" if n == "c" else "nokia", "sid": 16001 + i, "tags": n}
                                   for i, n in enumerate("abcde")])
        write(case / "links.csv", [
            {"a": a, "b": b, "metric_ab": m, "metric_ba": m}
            for a, b, m in (("a", "b", 10), ("b", "d", 10), ("a", "e", 10), ("e", "d", 15),
                            ("a", "c", 5), ("c", "d", 5))])
        write(case / "demands.csv", [{"id": "q", "src": "a", "dst": "d", "class": "gov"}])
        write(case / "facts.csv", [{"object": "link:b--d", "attribute": "adj-sid-ab", "value": 24001}])
        (case / "policy.yaml").write_text(
            POLICY.replace("traffic: { gov: { any-end: { tag: gov } } }", "traffic: { gov: { says: Gov. } }"),
            encoding="utf-8")
        return case

    def test_what_paths_are_clean_by_a_licence_is_said_with_its_end(self):
        case = self.square()
        policy = (case / "policy.yaml").read_text(encoding="utf-8")
        one = ("  - {{ id: {0}, says: May stay., relaxes: r2, covers: {{ tag: {1} }}, "
               "granted: {{ by: the office, on: 2026-01-01 }}, from: 2026-01-01, until: {2} }}\n")
        (case / "policy.yaml").write_text(policy + "licences:\n" + one.format("later", "c", "2027-05-31")
                                          + one.format("unused", "b", "2027-01-31"), encoding="utf-8")
        answer, _ = self.routes(case, *AS_OF, "--bundle", self.folder / "bundle")
        demand = answer["demands"][0]
        self.assertEqual(demand["candidates"][0]["nodes"], ["a", "c", "d"])
        self.assertEqual(demand["by_licence"], {
            "id": "later", "policy": "random", "says": "May stay.", "by": "the office", "ref": None,
            "until": "2027-05-31", "without": "violation", "element": "c", "element_kind": "node", "rule": "r2"})
        text = run("route", case, *AS_OF).stdout
        self.assertIn("clean by licence later until 2027-05-31: without it node c is forbidden by rule r2.", text)
        after, _ = self.routes(case, "--as-of", "2027-06-01")
        self.assertIsNone(after["demands"][0]["by_licence"])
        self.assertNotIn("c", after["demands"][0]["candidates"][0]["nodes"])

    def test_against_lies_lists_lean_on_nobody_who_is_undecided(self):
        """As if what nobody knows were forbidden: an audit of that finds no lie"""
        held = 0
        for seed in range(SEEDS):
            case = self.folder / f"case-{seed}"
            case.mkdir()
            random_case(case, seed)
            policy = (case / "policy.yaml").read_text(encoding="utf-8").replace("of: gov", "of: gov, unknown: undecided")
            (case / "policy.yaml").write_text(policy, encoding="utf-8")
            answer, _ = self.routes(case, *AS_OF, "--failures", "1", "--liars")
            (case / "policy.yaml").write_text(policy.replace(": undecided", ": untrusted"), encoding="utf-8")
            done, said = self.audit_of(case, answer, (0, 1, 2), "--failures", "1")
            for demand in said["demands"]:
                if demand["held_to_lists"]:
                    held += 1
                    self.assertEqual(set(demand["states"].values()), {None}, (seed, demand["id"]))
        self.assertGreater(held, SEEDS)

    def audit_of(self, case, answer, wanted=(0, 1, 2), *more):
        path = self.folder / "routes.json"
        path.write_text(json.dumps(answer), encoding="utf-8")
        done = run("audit", case, *AS_OF, "--routes", path, *more, wanted=wanted)
        return done, json.loads(run("audit", case, *AS_OF, "--routes", path, "--json", *more,
                                    wanted=wanted).stdout or "null")

    def test_a_sid_that_is_not_the_segments_is_refused(self):
        case = self.square()
        answer, _ = self.routes(case, *AS_OF)
        segments = answer["demands"][0]["candidates"][0]["segments"]
        self.assertEqual((len(segments), segments[1]["sid"]), (2, 24001))
        segments[0] = {"type": "node", "node": "b", "sid": 16002}
        for segment in segments:
            right = segment["sid"]
            done, said = self.audit_of(case, answer, wanted=(0,))
            self.assertEqual((said["warnings"], done.stderr), ([], ""))
            for sid in (16003, 1, str(right), "fd00::1", True):
                segment["sid"] = sid
                done, _ = self.audit_of(case, answer, wanted=(65,))
                self.assertRegex(done.stderr, r"routes.json:1:\d+: not the segment's SID in the case")
            segment["sid"] = None  # nothing is stated
            self.audit_of(case, answer, wanted=(0,))
            segment["sid"] = right

    def test_routes_of_before_sids_were_renumbered_are_refused(self):
        case = self.square()
        answer, _ = self.routes(case, *AS_OF)
        facts = (case / "facts.csv").read_text(encoding="utf-8")
        (case / "facts.csv").write_text(facts.replace("24001", "24002"), encoding="utf-8")
        done, _ = self.audit_of(case, answer, wanted=(65,))
        self.assertIn("not the segment's SID in the case: '24001'", done.stderr)

    def test_sids_that_were_given_out_are_those_of_the_plan(self):
        for plane in ("sr-mpls", "srv6"):
            case = self.square()
            (case / "facts.csv").unlink()
            write(case / "nodes.csv", [{"id": n, "maker": "huawei" if n == "c" else "nokia"} for n in "abcde"])
            answer, _ = self.routes(case, *AS_OF, "--assign-sids", "--data-plane", plane, "--strict")
            self.audit_of(case, answer, wanted=(0,))
            segment = answer["demands"][0]["candidates"][0]["segments"][0]
            self.assertIsNotNone(segment["sid"])
            segment["sid"] = 15999 if plane == "sr-mpls" else "5f00:0:9::1"
            done, _ = self.audit_of(case, answer, wanted=(65,))
            self.assertIn("not the segment's SID", done.stderr)
            shutil.rmtree(case)

    def test_a_list_that_leaves_its_path_is_refused(self):
        case = self.square()
        answer, _ = self.routes(case, *AS_OF)
        first = answer["demands"][0]["candidates"][0]
        first["segments"].insert(0, {"type": "node", "node": "e", "sid": None})
        done, _ = self.audit_of(case, answer, wanted=(65,))
        self.assertIn("the segment leaves the path of its candidate: 'e'", done.stderr)

    def test_inputs_that_changed_since_are_named_and_all_is_judged_anew(self):
        case = self.square()
        answer, _ = self.routes(case, *AS_OF)
        links = (case / "links.csv").read_text(encoding="utf-8")
        (case / "links.csv").write_text(links.replace("e,d,15,15", "e,d,16,16"), encoding="utf-8")
        done, said = self.audit_of(case, answer, wanted=(0,))
        self.assertIn("made from other inputs than these: other bytes in links.csv", done.stderr)
        self.assertEqual(len(said["warnings"]), 1)
        self.assertIn("links.csv", said["warnings"][0])

    def test_a_first_path_without_a_list_is_not_in_force(self):
        case = self.square()
        answer, _ = self.routes(case, *AS_OF)
        candidates = answer["demands"][0]["candidates"]
        for direction, role, held_by in (
                ("forward", "primary", {"forward": "backup", "reverse": "primary"}),
                ("reverse", "backup", {"forward": "backup", "reverse": "primary"}),
                ("forward", "backup", {"forward": "network", "reverse": "primary"})):
            for c in candidates:
                if (c["direction"], c["role"]) == (direction, role):
                    c["segments"] = None
            done, said = self.audit_of(case, answer)
            found = said["demands"][0]
            self.assertEqual((found["held_by"], found["held_to_lists"]), (held_by, False))
            self.assertIn("0 of 1 demands", done.stdout)
            self.assertEqual(found["verdict"], "violation" if held_by["forward"] == "network" else "ok")
            self.assertIn("without a segment list", said["warnings"][0])
        self.assertIn("Not held in some direction, and there as the network routes them: q.", done.stdout)


if __name__ == "__main__":
    unittest.main()
