"""Bundles: what audit proves, cleanpath-check upholds; the same bytes whatever the threads do."""

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

from share import share_of

PROGRAM = os.environ["CLEANPATH"]
CHECKER = str(Path(PROGRAM).parent / "cleanpath-check")
ROOT = Path(__file__).resolve().parent.parent.parent
DATA = Path(os.environ.get("CP_SHARED_DATA", ROOT.parent / "shared/data"))
DAY = ["--as-of", "2026-11-28"]
MAKERS = ["Huawei", "ZTE", "Nokia", "Nokia", "Nokia", "Nokia", ""]

POLICY = """cleanpath-policy: 1
id: p
says: A trial.
authority: {{ by: someone, ref: none, owner: a@example.net }}
makers:
  huawei: {{ names: [Huawei] }}
  zte: {{ names: [ZTE] }}
  nokia: {{ names: [Nokia] }}
traffic:
  s: {{ says: All that is marked., both-ends: {{ tag: never }} }}
  m: {{ says: All that is marked less., both-ends: {{ tag: never }} }}
rules:
  - {{ id: one, says: No Huawei., forbid-transit: {{ maker: huawei }}, of: s, unknown: {unknown}{one} }}
  - {{ id: two, says: No ZTE., forbid-transit: {{ maker: zte }}, of: s, unknown: trusted{two} }}
  - {{ id: three, says: Still no ZTE., forbid-transit: {{ maker: zte }}, of: m, unknown: trusted{two} }}
"""


def words(r, some):
    return r.choice(["", "", ", under-failure: { any-one-of: [link, node, shared-risk-group] }",
                     ", under-failure: { any-one-of: link }",
                     ", under-failure: { any-two-of: [link, node] }"]) if some else ""


def write_case(folder, seed):
    """A random small network with LANs, parallel links, SRLGs, unknown makers and demands of many ends"""
    r = random.Random(seed)
    count = r.randint(2, 9)
    metrics = r.choice([[1], [1, 2], [1, 2, 3, 10], list(range(1, 50))])
    lines = ["id,maker,site"]
    for v in range(count):
        lines.append(f"n{v},{r.choice(MAKERS)},x{v % 3}")
    (folder / "nodes.csv").write_text("\n".join(lines) + "\n")
    (folder / "sites.csv").write_text("id\nx0\nx1\nx2\n")
    lines = ["a,b,id,metric_ab,metric_ba,srlgs,class,maker"]
    joins = [(r.randrange(v), v) for v in range(1, count) if r.random() < 0.95]
    joins += [tuple(r.sample(range(count), 2)) for _ in range(r.randint(0, count + 2))]
    for i, (a, b) in enumerate(joins):
        m = r.choice(metrics)
        back = m if r.random() < 0.7 else r.choice(metrics)
        srlgs = " ".join(f"g{g}" for g in range(3) if r.random() < 0.12)
        maker = "Huawei" if r.random() < 0.05 else "Nokia"
        lines.append(f"n{a},n{b},l{i},{m},{back},{srlgs},,{maker}")
    if count > 3 and r.random() < 0.4:
        ends = r.sample(range(count), r.randint(3, count))
        lines.append(f"n{ends[0]},{' '.join(f'n{v}' for v in ends[1:])},lan0,"
                     f"{r.choice(metrics)},{r.choice(metrics)},,lan,Nokia")
    (folder / "links.csv").write_text("\n".join(lines) + "\n")
    lines = ["src,dst,id,class,bandwidth_bps"]
    for d in range(r.randint(1, 6)):
        ends = [f"n{v}" for v in r.sample(range(count), 2)]
        if r.random() < 0.15:
            ends[r.randrange(2)] = f"site:x{r.randrange(min(3, count))}"
        lines.append(f"{ends[0]},{ends[1]},d{d},{r.choice('ssm')},{r.choice(['', 1000])}")
    (folder / "demands.csv").write_text("\n".join(lines) + "\n")
    (folder / "policy.yaml").write_text(POLICY.format(
        unknown=r.choice(["undecided", "untrusted", "trusted"]), one=words(r, True),
        two=words(r, r.random() < 0.5)))


def prove(command, case, bundle, *more):
    return subprocess.run([PROGRAM, command, str(case), *DAY, "--bundle", str(bundle), "--lenient",
                           *more], capture_output=True, text=True, timeout=300)


def audit(case, bundle, *more):
    return prove("audit", case, bundle, *more)


def check(bundle, case):
    return subprocess.run([CHECKER, "--inputs", str(case), str(bundle)], capture_output=True, text=True,
                          timeout=300)


def sums(bundle):
    return {f.name: hashlib.sha256(f.read_bytes()).hexdigest() for f in sorted(bundle.iterdir())}


def seal(bundle, text_of, file="answer.json"):
    """Another answer or network, with all sums made right again"""
    (bundle / file).write_text(text_of)
    rows = [json.loads(line) for line in (bundle / "manifest").read_text().splitlines()]
    text = ""
    for row in rows:
        if row[0] == file.removesuffix(".json"):
            row[1] = hashlib.sha256(text_of.encode()).hexdigest()
        if row[0] == "sum":
            row[1] = hashlib.sha256(text.encode()).hexdigest()
        text += json.dumps(row, ensure_ascii=False) + "\n"
    (bundle / "manifest").write_text(text)


def cheaper(demand):
    for candidate in demand["candidates"]:
        candidate["cost"] -= 1
    return bool(demand["candidates"])


def other_node(demand):
    for candidate in demand["candidates"]:
        if len(candidate["nodes"]) > 2:
            candidate["nodes"][1] = candidate["nodes"][0]
            return True
    return False


def shorter_list(demand):
    for candidate in demand["candidates"]:
        if candidate["segments"]:
            candidate["segments"].pop()
            return True
    return False


def no_way(demand):
    if demand["status"] == "no-path":
        return False
    demand.update(status="no-path", candidates=[])
    return True


def a_way(demand):
    if demand["status"] != "no-path" or demand["candidates"]:
        return False
    demand.update(status="routed", blocking_cut=None)
    return True


def loose_list(demand):
    """The last segment alone: where shortest paths would do there, it would have been the list"""
    for candidate in demand["candidates"]:
        if demand["covered"] and len(candidate["segments"] or []) > 1:
            candidate["segments"] = candidate["segments"][-1:]
            return candidate["segments"][0]["type"] == "node"
    return False


def other_sid(demand):
    for candidate in demand["candidates"]:
        for segment in candidate["segments"] or []:
            segment["sid"] = 7 if segment["sid"] is None else None
            return True
    return False


def other_blocker(demand):
    """A member of another name, or a cost that is not the sum"""
    cut = (demand["blocking_cut"] or {}).get("smallest")
    if not cut:
        return False
    cut["members"][0]["element"] += "x"
    return True


def other_cut_cost(demand):
    cut = (demand["blocking_cut"] or {}).get("cheapest")
    if not cut:
        return False
    cut["cost"] += 1
    return True


def one_more(demand):
    demand["verdict"] = "ok"
    return True


def one_more_within(demand):
    for candidate in demand["candidates"]:
        candidate["clean"] = True
        return True
    return False


def primary_of(demand):
    return next((c for c in demand["candidates"] if (c["role"], c["direction"]) == ("primary", "forward")), None)


def too_long(demand):
    first = primary_of(demand)
    if first:
        demand["wishes"]["max_hops"] = len(first["links"]) - 1
    return bool(first)


def too_slow(demand):
    first = primary_of(demand)
    if first and first["delay_us"]:
        demand["wishes"]["max_delay_us"] = first["delay_us"] - 1
    return bool(first and first["delay_us"])


def passes_avoided(demand):
    first = primary_of(demand)
    if first:
        demand["wishes"]["avoid"] = [first["links"][0]]
    return bool(first)


def misses_required(demand):
    first = primary_of(demand)
    if first:
        demand["wishes"]["require"] = [["nowhere"]]
    return bool(first)


def shallow(demand):
    first = primary_of(demand)
    if not first or not first["segments"]:
        return False
    first["headend_depth"] = len(first["segments"]) - 1
    return True


def other_share(demand):
    first = primary_of(demand)
    if first:
        first["share"] /= 2
    return bool(first)


def no_direction(demand, direction):
    left = [c for c in demand["candidates"] if c["direction"] != direction]
    lost = len(left) < len(demand["candidates"])
    demand["candidates"] = left
    return lost and demand["status"] == "routed"


def no_way_there(demand):
    return no_direction(demand, "forward")


def no_way_back(demand):
    return no_direction(demand, "reverse")


def no_list(demand):
    first = primary_of(demand)
    if not first or demand["status"] != "routed":
        return False
    first["segments"] = None
    return True


def shares_nothing(demand):
    backup = any(c["role"] == "backup" for c in demand["candidates"])
    if not backup or not any(s for s in demand["shared"] if not s.startswith(("site:", "srlg:"))):
        return False
    demand["shared"] = []
    return True


def shares_more(demand):
    demand["shared"].append("srlg:nothing")
    return bool(demand["candidates"])


def lacks_nothing(demand):
    if demand["status"] != "partial":
        return False
    demand["status"] = "routed"
    return True


def by_wishes(demand):
    wishes = demand["wishes"]
    if not demand["blocking_cut"] or any(wishes[w] for w in ("avoid", "require", "max_hops", "max_delay_us")):
        return False
    demand["blocking_cut"].update(why="wishes", smallest=None, cheapest=None)
    return wishes["disjoint"] == "none" and not wishes["co_routed"] and wishes["metric"] == "igp"


ROUTE_FAULTS = [by_wishes, too_long, too_slow, passes_avoided, misses_required, shallow, other_share, no_way_there, no_way_back,
                no_list, shares_nothing, shares_more, lacks_nothing, one_more, one_more_within, cheaper, other_node, shorter_list, other_sid, no_way, a_way, loose_list, other_blocker, other_cut_cost]


class Bundles(unittest.TestCase):
    maxDiff = None

    def holds(self, case, bundle, *more, command="audit"):
        got = prove(command, case, bundle, *more)
        self.assertIn(got.returncode, (0, 1, 2), f"{case} {more}: {got.stderr}")
        seen = check(bundle, case)
        self.assertEqual(seen.returncode, 0, f"{case} {more}: {seen.stdout}{seen.stderr}")

    def random_cases(self, first, count, *more, command="audit"):
        for seed in range(first, first + share_of(count)):
            with tempfile.TemporaryDirectory() as folder, self.subTest(seed=seed):
                case = Path(folder) / "case"
                case.mkdir()
                write_case(case, seed)
                self.holds(case, Path(folder) / "bundle", *more, command=command)

    def test_small_networks_hold_without_failures(self):
        self.random_cases(0, 12, "--failures", "0")

    def test_small_networks_hold_after_one_failure(self):
        self.random_cases(1000, 25, "--failures", "1")

    def test_small_networks_hold_after_two_failures(self):
        self.random_cases(2000, 20, "--failures", "2")

    def test_small_networks_hold_after_three_failures_of_some_kinds(self):
        self.random_cases(3000, 8, "--failures", "3", "--fail", "link")
        self.random_cases(4000, 8, "--failures", "2", "--fail", "node,srlg")

    def test_routes_of_small_networks_hold(self):
        self.random_cases(5000, 20, command="route")
        self.random_cases(6000, 8, "--failures", "2", "--disjoint", "none", command="route")
        self.random_cases(7000, 8, "--failures", "1", "--liars", command="route")
        self.random_cases(8000, 5, "--strict", "--metric", "te", command="route")

    def test_routes_that_are_not_so_are_refused(self):
        with tempfile.TemporaryDirectory() as folder:
            case = ROOT / "tests/golden/route/case"
            for more in ([], ["--disjoint", "none"]):
                with self.subTest(more=more):
                    bundle = Path(folder) / f"bundle{len(more)}"
                    self.holds(case, bundle, "--capacity", "ignore", *more, command="route")
                    self.spoil_all(case, bundle)

    def test_inputs_named_by_a_path_are_found_beside_those_of_the_case(self):
        with tempfile.TemporaryDirectory() as folder:
            case = ROOT / "examples/korea"
            demands = "examples/korea-bases.csv"
            self.holds(case, Path(folder) / "bundle", "--demands", demands, command="route")

    def spoil_all(self, case, bundle):
        answer = json.loads((bundle / "answer.json").read_text())
        seen = 0
        for spoil in ROUTE_FAULTS:
            for at in range(len(answer["demands"])):
                spoilt = json.loads(json.dumps(answer))
                if not spoil(spoilt["demands"][at]):
                    continue
                with self.subTest(spoil=spoil.__name__, demand=spoilt["demands"][at]["id"]):
                    seal(bundle, json.dumps(spoilt).replace("{", "{\n  ", 1))
                    self.assertEqual(check(bundle, case).returncode, 1)
                seen += 1
        self.assertGreater(seen, 20)

    def test_what_is_not_understood_is_told_from_what_does_not_hold(self):
        with tempfile.TemporaryDirectory() as folder:
            case, bundle = Path(folder) / "case", Path(folder) / "bundle"
            case.mkdir()
            write_case(case, 3)
            audit(case, bundle)
            answer, network = ((bundle / f).read_text() for f in ("answer.json", "network"))
            for file, text, code, said in [
                    ("answer.json", answer.replace('"demands":', '"demands"', 1), 65, "answer.json:"),
                    ("answer.json", answer.replace('"as_of": "', '"as_of": "1', 1), 1, "refused: "),
                    ("network", network.replace('["node", "n0"]', '["node", ""]'), 65, "network:"),
                    ("network", network.replace('"as_of", "2026', '"as_of", "2025', 1), 1, "refused: ")]:
                seal(bundle, answer)
                seal(bundle, network, "network")
                seal(bundle, text, file)
                done = check(bundle, case)
                self.assertEqual(done.returncode, code, done)
                self.assertIn(said, done.stderr + done.stdout)

    def test_the_folder_of_inputs_may_stand_behind_the_bundle(self):
        with tempfile.TemporaryDirectory() as folder:
            case, bundle = Path(folder) / "case", Path(folder) / "bundle"
            case.mkdir()
            write_case(case, 4)
            audit(case, bundle)
            for words, code in [([bundle, "--inputs", case], 0), (["--inputs", case, bundle], 0),
                                ([bundle, bundle], 64), ([bundle, "--inputs"], 64), ([], 64),
                                (["--inputs", case], 64), (["--input", case, bundle], 64)]:
                done = subprocess.run([CHECKER, *map(str, words)], capture_output=True, timeout=300)
                self.assertEqual(done.returncode, code, (words, done))

    def test_inputs_may_not_be_dropped_and_it_is_said_how_many_were_compared(self):
        with tempfile.TemporaryDirectory() as folder:
            bundle = Path(folder)
            case = shutil.copytree(ROOT / "tests/golden/route/case", Path(folder) / "case")
            for command in ("audit", "route"):
                self.holds(case, bundle / command, command=command)
                count = len(json.loads((bundle / command / "answer.json").read_text())["inputs"])
                self.assertIn(f"compared with {count} of {count} inputs\n", check(bundle / command, case).stdout)
            (case / "links.csv").rename(case / "away")
            done = check(bundle / "audit", case)
            self.assertEqual(done.returncode, 66)
            self.assertIn(f"compared with {count - 1} of {count} inputs\n", done.stdout)
            done = check(bundle / "audit", bundle / "route")
            self.assertEqual(done.returncode, 66)
            self.assertIn(f"no input was compared: 0 of {count} inputs\n", done.stdout)
            (case / "away").rename(case / "links.csv")
            for command in ("audit", "route"):
                self.drop_inputs(bundle / command)
                self.assertEqual(check(bundle / command, case).returncode, 1)

    def drop_inputs(self, bundle):
        """Of manifest, answer and network alike"""
        answer = json.loads((bundle / "answer.json").read_text())
        answer["inputs"] = []
        rows = (bundle / "network").read_text().splitlines(keepends=True)
        seal(bundle, "".join(row for row in rows if not row.startswith('["input"')), "network")
        rows = (bundle / "manifest").read_text().splitlines(keepends=True)
        (bundle / "manifest").write_text("".join(row for row in rows if not row.startswith('["input"')))
        seal(bundle, json.dumps(answer).replace("{", "{\n  ", 1))

    def test_a_refusal_names_the_demand_and_the_element(self):
        with tempfile.TemporaryDirectory() as folder:
            case, bundle = ROOT / "tests/golden/route/case", Path(folder) / "bundle"
            self.holds(case, bundle, command="route")
            answer = json.loads((bundle / "answer.json").read_text())
            at = next(i for i, d in enumerate(answer["demands"]) if d["candidates"])
            first = answer["demands"][at]["candidates"][0]
            first["segments"][0]["sid"] = 5
            seal(bundle, json.dumps(answer).replace("{", "{\n  ", 1))
            self.assertIn(f", demand {answer['demands'][at]['id']}, at {first['nodes'][0]}\n",
                          check(bundle, case).stdout)

    def test_only_regular_files_are_read(self):
        with tempfile.TemporaryDirectory() as folder:
            case, bundle = ROOT / "tests/golden/route/case", Path(folder) / "bundle"
            self.holds(case, bundle)
            for name in ("answer.json", "network", "certificate", "manifest"):
                kept = (bundle / name).read_bytes()
                for spoil in (os.mkfifo, lambda at: at.symlink_to("/dev/zero"), Path.mkdir):
                    (bundle / name).unlink()
                    spoil(bundle / name)
                    self.assertIn(check(bundle, case).returncode, (65, 74), name)
                    (bundle / name).rmdir() if (bundle / name).is_dir() else (bundle / name).unlink()
                    (bundle / name).write_bytes(kept)
            self.assertEqual(check(bundle, case).returncode, 0)
            inputs = Path(folder) / "inputs"
            shutil.copytree(case, inputs)
            (inputs / "links.csv").unlink()
            (inputs / "links.csv").symlink_to("/dev/zero")
            self.assertEqual(check(bundle, inputs).returncode, 74)

    def test_a_name_at_the_top_twice_or_unknown_is_refused(self):
        lines = ['"demands": [],', '"status": "no-path",', '"warnings": [],', '"summary": {},']
        with tempfile.TemporaryDirectory() as folder:
            case = ROOT / "tests/golden/route/case"
            for command in ("audit", "route"):
                bundle = Path(folder) / command
                self.holds(case, bundle, command=command)
                answer = (bundle / "answer.json").read_text()
                for line in lines:
                    with self.subTest(command=command, line=line):
                        seal(bundle, answer.replace('  "summary"', f'  {line}\n  "summary"'))
                        self.assertEqual(check(bundle, case).returncode, 1)

    def test_a_bundle_is_the_same_whatever_the_threads_do(self):
        with tempfile.TemporaryDirectory() as folder:
            one, two = Path(folder) / "one", Path(folder) / "two"
            self.holds(ROOT / "examples/korea", one, "--jobs", "1", "--failures", "2")
            self.holds(ROOT / "examples/korea", two, "--jobs", "2", "--failures", "2")
            self.assertEqual(sums(one), sums(two))

    def test_the_answer_in_a_bundle_is_what_json_prints(self):
        with tempfile.TemporaryDirectory() as folder:
            got = audit(ROOT / "examples/korea", Path(folder) / "b", "--json")
            self.assertEqual(got.stdout, (Path(folder) / "b/answer.json").read_text())
            self.assertEqual(json.loads(got.stdout)["schema"], "cleanpath.audit/1")

    def test_a_folder_that_is_not_empty_is_never_written_over(self):
        with tempfile.TemporaryDirectory() as folder:
            (Path(folder) / "mine").write_text("mine")
            got = audit(ROOT / "examples/korea", folder)
            self.assertEqual((got.returncode, got.stdout), (64, ""))
            self.assertEqual([f.name for f in Path(folder).iterdir()], ["mine"])

    @unittest.skipUnless((DATA / "topologyzoo").is_dir(), "no shared data")
    def test_real_networks_hold(self):
        r = random.Random(7)
        files = sorted((DATA / "topologyzoo/graphml").glob("*.graphml"))
        for file in r.sample(files, 6):
            if file.stat().st_size > 90000:
                continue
            for depth in "012":
                with tempfile.TemporaryDirectory() as folder, self.subTest(file=file.name):
                    self.real(r, file, Path(folder), depth)

    def real(self, r, file, folder, depth):
        case = folder / "case"
        subprocess.run([PROGRAM, "import", str(file), "--to", "csv", "--out", str(case), "--lenient"],
                       capture_output=True, check=True, timeout=100)
        with (case / "nodes.csv").open(encoding="utf-8", newline="") as f:
            ids = [row["id"] for row in csv.DictReader(f)]
        with (case / "facts.csv").open("w", encoding="utf-8", newline="") as f:
            rows = csv.writer(f)
            rows.writerow(["object", "attribute", "value"])
            rows.writerows([f"node:{v}", "maker", r.choice(MAKERS[:-1] + MAKERS[2:6])] for v in ids)
        with (case / "demands.csv").open("w", encoding="utf-8", newline="") as f:
            rows = csv.writer(f)
            rows.writerow(["src", "dst", "id", "class"])
            for i in range(8 if len(ids) > 1 else 0):
                rows.writerow(r.sample(ids, 2) + [f"d{i}", "s"])
        (case / "policy.yaml").write_text(POLICY.format(
            unknown="trusted", one=", under-failure: { any-two-of: [link, node] }", two=""))
        for command in ("audit", "route"):
            self.holds(case, folder / command, "--failures", depth, command=command)


if __name__ == "__main__":
    unittest.main()
