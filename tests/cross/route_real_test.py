"""Clean paths on networks that were really built: what `route` says is clean, `audit` finds clean, and
cleanpath-check finds proven, at depth 2.  A tenth of the nodes, picked by a seed, is forbidden.
"""

import csv
import json
import os
import random
import subprocess
import tempfile
import unittest
from pathlib import Path

PROGRAM = os.environ["CLEANPATH"]
CHECKER = Path(PROGRAM).with_name("cleanpath-check")
ROOT = Path(__file__).resolve().parent.parent.parent
DATA = Path(os.environ.get("CP_SHARED_DATA", ROOT.parent / "shared/data"))
DEMANDS = 2
DEPTH = "2"
DAY = ["--as-of", "2026-01-01"]

POLICY = """cleanpath-policy: 1
id: kr
says: Sensitive traffic passes nothing of Huawei.
authority: { by: Nobody, ref: A test }
traffic: { sensitive: { says: Whatever names it. } }
rules:
  - id: no-huawei
    says: No Huawei, also after two failures.
    forbid-transit: { maker: huawei }
    of: sensitive
    under-failure: { any-two-of: [link, node, shared-risk-group] }
"""


def run(*args):
    return subprocess.run([str(arg) for arg in args], capture_output=True, check=False, timeout=300)


def write_rows(path, header, rows):
    with open(path, "w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([header, *rows])


def make_case(network, folder, seed):
    """The network as tables, a tenth of its nodes forbidden, and some demands between others; False
    where there are none."""
    numbers = random.Random(seed)
    done = run(PROGRAM, "import", network, "--to", "csv", "--out", folder, "--lenient")
    assert done.returncode == 0, (network, done.stderr)
    with open(folder / "nodes.csv", encoding="utf-8", newline="") as file:
        nodes = [row["id"] for row in csv.DictReader(file)]
    bad = {node for node in nodes if numbers.random() < 0.1}
    good = [node for node in nodes if node not in bad]
    if len(good) < 2:
        return False
    write_rows(folder / "facts.csv", ["object", "attribute", "value"],
               [[node, "maker", "Huawei" if node in bad else "Nokia"] for node in nodes])
    pairs = [numbers.sample(good, 2) for _ in range(DEMANDS)]
    write_rows(folder / "demands.csv", ["id", "src", "dst", "class"],
               [[f"d{i}", *pair, "sensitive"] for i, pair in enumerate(pairs)])
    (folder / "policy.yaml").write_text(POLICY, encoding="utf-8")
    return True


class RealNetworks(unittest.TestCase):
    def check(self, network, seed, tally):
        with tempfile.TemporaryDirectory() as name:
            folder = Path(name) / "case"
            folder.mkdir()
            if not make_case(network, folder, seed):
                return
            bundle = Path(name) / "bundle"
            done = run(PROGRAM, "route", folder, "--failures", DEPTH, *DAY, "--json", "--bundle", bundle)
            self.assertIn(done.returncode, (0, 1, 2), (network, done.stderr))
            answer = json.loads(done.stdout)
            (Path(name) / "routes.json").write_bytes(done.stdout)
            again = run(PROGRAM, "route", folder, "--failures", DEPTH, *DAY, "--json", "--jobs", "1")
            self.assertEqual(again.stdout, done.stdout, network)
            verified = run(CHECKER, "--inputs", folder, bundle)
            self.assertEqual(verified.returncode, 0, (network, verified.stdout, verified.stderr))
            self.check_audit(network, folder, Path(name) / "routes.json", answer, tally)

    def check_audit(self, network, folder, routes, answer, tally):
        done = run(PROGRAM, "audit", folder, "--routes", routes, "--failures", DEPTH, *DAY, "--json")
        self.assertIn(done.returncode, (0, 1), (network, done.stderr))
        judged = {demand["id"]: demand for demand in json.loads(done.stdout)["demands"]}
        plain = {demand["id"]: demand for demand in json.loads(run(
            PROGRAM, "audit", folder, "--failures", DEPTH, *DAY, "--json").stdout)["demands"]}
        for demand in answer["demands"]:
            tally[demand["status"]] = tally.get(demand["status"], 0) + 1
            if demand["status"] == "no-path":
                self.assertNotEqual(plain[demand["id"]]["verdict"], "ok", (network, demand["id"]))
                continue
            self.assertEqual(judged[demand["id"]]["verdict"], "ok", (network, demand["id"]))
            self.assertIsNone(judged[demand["id"]]["exposure_depth"], (network, demand["id"]))
            if plain[demand["id"]]["exposure_depth"] is not None:
                tally["mended"] = tally.get("mended", 0) + 1

    def check_folder(self, pattern):
        tally = {}
        for seed, network in enumerate(sorted(DATA.glob(pattern))):
            self.check(network, seed, tally)
        return tally

    def setUp(self):
        if not DATA.is_dir():
            self.skipTest(f"there is no {DATA}")

    def test_what_route_says_is_clean_audit_finds_clean_on_the_topology_zoo(self):
        tally = self.check_folder("topologyzoo/gml/*.gml")
        self.assertGreater(tally["routed"], 100)
        self.assertGreater(tally["no-path"], 20)
        self.assertGreater(tally["mended"], 50)

    def test_what_route_says_is_clean_audit_finds_clean_on_sndlib(self):
        self.assertGreater(self.check_folder("sndlib/xml/*.xml")["routed"], 10)

    def test_what_route_says_is_clean_audit_finds_clean_on_rocketfuel(self):
        self.assertGreater(self.check_folder("repetita/rocketfuel2016/*.graph")["routed"], 1)


if __name__ == "__main__":
    unittest.main()
