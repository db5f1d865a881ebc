"""import: what it makes is valid, says what its source says, and never takes the place of anything by itself."""

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
SMALL = ROOT / "tests/golden/small"
DATA = Path(os.environ.get("CP_SHARED_DATA", ROOT.parent / "shared/data"))
MODULES = Path("/usr/share/yuma/modules/ietf")
SCHEMA = json.loads((ROOT / "docs/schema/cleanpath-import.schema.json").read_text(encoding="utf-8"))
OURS = ROOT / "docs/yang/cleanpath-network.yang"
RANDOM_CASES = share_of(60)


def run(*args, code=0, **options):
    """Stdout of the program, which must end with this code"""
    done = subprocess.run([PROGRAM, *map(str, args)], capture_output=True, check=False,
                          timeout=300, **options)
    if done.returncode != code:
        raise AssertionError(f"{args}: {done.returncode}\n{done.stderr.decode()}")
    return done.stdout


def case_folders():
    """Every case of the repository that is kept in a folder, and is understood"""
    found = {path.parent for top in ("tests/golden", "examples") for path in (ROOT / top).rglob("*.csv")
             if path.name == "nodes.csv"}
    found |= {path.parent for top in ("tests/golden", "examples")
              for path in (ROOT / top).rglob("network.*")}
    return sorted(path for path in found if path.parent.name not in ("missing", "refused"))


def shared_networks():
    """Real networks, the largest of each kind first, where they are there"""
    kinds = [("topologyzoo", "*.gml", 12), ("topologyzoo", "*.graphml", 4), ("sndlib/xml", "*.xml", 16),
             ("sndlib/native", "*.txt", 4), ("repetita", "*.graph", 6)]
    found = [path for folder, pattern, most in kinds
             for path in sorted((DATA / folder).rglob(pattern), key=lambda p: -p.stat().st_size)[:most]]
    walks = {path.parent for path in (DATA / "snmp").rglob("*.snmprec")}
    return found + sorted((DATA / "models/transport-nbi").glob("*topology.json")) + sorted(walks)


def tables(folder):
    return {path.name: path.read_bytes() for path in sorted(folder.iterdir())}


class Temporary(unittest.TestCase):
    def setUp(self):
        holder = tempfile.TemporaryDirectory()
        self.addCleanup(holder.cleanup)
        self.folder = Path(holder.name)

    def convert(self, source, name, form, *options):
        path = self.folder / name
        run("import", *source, "--to", form, "--out", path, "--lenient", *options)
        return path


def yanglint(*documents):
    """What is wrong with each document; yanglint not being there is wrong too"""
    command = ["yanglint", "-p", str(MODULES), str(MODULES / "ietf-network-topology@2018-02-26.yang"),
               str(OURS), "-t", "data", *map(str, documents)]
    try:
        done = subprocess.run(command, capture_output=True, check=False, timeout=600, text=True)
    except FileNotFoundError:
        return "yanglint is not installed: tools/setup.sh build"
    return done.stderr + (f"exit code {done.returncode}" if done.returncode else "")


class Networks(Temporary):
    """Documents of RFC 8345 against the modules."""

    def assert_valid(self, *documents):
        self.assertEqual(yanglint(*documents), "")

    def test_the_module_is_valid(self):
        command = ["yanglint", "-p", str(MODULES), str(OURS)]
        done = subprocess.run(command, capture_output=True, check=False, timeout=60, text=True)
        self.assertEqual((done.returncode, done.stderr), (0, ""))

    def test_a_document_that_breaks_the_module_is_found(self):
        path = self.folder / "wrong.json"
        path.write_text('{"ietf-network:networks": {"cleanpath-network:site": [{"id": "a", "wrong": 1}]}}')
        self.assertIn("wrong", yanglint(path))

    def test_cases_of_the_repository_are_valid(self):
        folders = case_folders()
        self.assertGreater(len(folders), 3)
        for at, folder in enumerate(folders):
            with self.subTest(folder=str(folder.relative_to(ROOT))):
                self.assert_valid(self.convert([folder], f"{at}.json", "rfc8345"))

    def test_real_networks_are_valid(self):
        networks = shared_networks()
        if not networks:
            self.skipTest("no shared data")
        documents = [self.convert([path], f"{at}.json", "rfc8345") for at, path in enumerate(networks)]
        for document in documents:
            self.assert_valid(document)

    def test_odd_cases_are_valid(self):
        for seed in range(RANDOM_CASES):
            folder = self.folder / f"case{seed}"
            odd_case(seed, folder)
            with self.subTest(seed=seed):
                self.assert_valid(self.convert([folder], f"{seed}.json", "rfc8345"))


NAMES = ["a", "b", "r 1", "r1/2", "node:a", "x,y", 'q"uote', "b ", "a--b", "ü", "50%", "a;b", "汉字", "[1]",
         "a|b", "s", "{}", "\\", "<b>"]


def odd_case(seed, folder):
    """A case with names that are hard to write, LANs, layers and alternatives"""
    rng = random.Random(seed)
    nodes = rng.sample(NAMES, rng.randint(3, 9))
    layers = {node: rng.choice(["ip", "ip", "ip", "ethernet", "optical", "radio", "management"]) for node in nodes}
    rows = [["id", "layer", "role", "site", "maker", "lat", "lon", "managed_by", "tags"]]
    for node in nodes:
        place = rng.choice([("", ""), ("52.52", "-0.5"), ("-90", "180")])
        rows.append([node, layers[node], rng.choice(["", "core"]), rng.choice(["", "s 1", "s2"]),
                     rng.choice(["", "Huawei", "KT"]), *place, rng.choice(["", rng.choice(nodes).strip()]) if "b " not in nodes else "",
                     rng.choice(["", "t", "t u"])])
    links = [["id", "a", "b", "a_port", "b_port", "layer", "class", "metric_ab", "metric_ba",
              "capacity_bps", "delay_us", "srlgs", "over"]]
    lower = []
    for at in range(rng.randint(1, 8)):
        ends = rng.sample(nodes, 2)
        lan = rng.random() < 0.3
        layer = rng.choice(["ethernet", "optical", "radio"])
        link = f"l{at}{rng.choice(NAMES)}"
        over = "" if not lower or rng.random() < 0.5 else " | ".join(rng.sample(lower, min(2, len(lower))))
        for k in range(rng.randint(1, 3) if lan else 1):
            pair = ends if k == 0 else rng.sample(nodes, 2)
            links.append([link, *pair, rng.choice(["", "et-0/0/1", "port 1"]), rng.choice(["", "Gi 1"]), layer,
                          "lan" if lan else rng.choice(["", "leased-circuit"]), rng.choice(["", "5"]),
                          rng.choice(["", "7"]), rng.choice(["", "1000"]), rng.choice(["", "0", "12"]),
                          rng.choice(["", "g1 g2"]), over if "|" not in link else ""])
        if "|" not in link and " " not in link:
            lower.append(link)
    facts = [["object", "attribute", "value", "evidence", "source", "who", "date", "expires", "part", "foreign"]]
    for node in nodes:
        facts.append([node, "serial", "x 1", "claim", "", "me", "2026-01-02", "", rng.choice(["", "1/2"]), ""])
        facts.append([node, "role", "edge", "", "", "", "", "2020-01-01", "", ""])
        facts.append([node, "Vendor", "?", "", "gml", "", "", "", "", "yes"])
    folder.mkdir()
    for name, table in (("nodes", rows), ("links", links), ("facts", facts)):
        text = "\r\n".join(",".join('"' + cell.replace('"', '""') + '"' for cell in row) for row in table)
        (folder / f"{name}.csv").write_text(text + "\r\n", encoding="utf-8")


class Tables(Temporary):
    """Folders of tables, against their sources."""

    def test_made_of_itself_a_folder_is_the_same(self):
        for at, source in enumerate(case_folders() + shared_networks()):
            with self.subTest(source=str(source)):
                first = self.convert([source], f"{at}-1", "csv")
                second = self.convert([first], f"{at}-2", "csv")
                self.assertEqual(tables(first), tables(second))

    def test_through_networks_a_folder_is_the_same_but_for_the_order_of_layers(self):
        for at, source in enumerate(case_folders() + shared_networks()):
            with self.subTest(source=str(source)):
                direct = self.convert([source], f"{at}-1", "csv")
                networks = self.convert([source], f"{at}-2.json", "rfc8345")
                again = self.convert([networks], f"{at}-3", "csv")
                self.assertEqual(*({name: sorted(text.splitlines()) for name, text in tables(folder).items()}
                                   for folder in (direct, again)))

    def test_an_audit_of_what_was_made_answers_the_same(self):
        for source in (SMALL, ROOT / "examples/korea"):
            made = self.convert([source], source.name, "csv")
            networks = self.convert([source], source.name + ".json", "rfc8345")
            policies = ["--policy", source / "policy.yaml"]
            for day in ("2014-05-01", "2026-11-21"):
                answers = []
                for case in ([source], [made], ["--network", networks]):
                    done = subprocess.run([PROGRAM, "audit", *case, *policies, "--as-of", day, "--json"],
                                          capture_output=True, check=False, timeout=120)
                    answer = json.loads(done.stdout)
                    answers.append((done.returncode, answer["summary"],
                                    [(d["id"], d["verdict"], d["exposure_depth"], d["cut_depth"], d["states"])
                                     for d in answer["demands"]]))
                self.assertEqual(answers[0], answers[1])
                self.assertEqual(answers[0], answers[2])


class Files(Temporary):
    """What is there already stays, unless one says --force."""

    def test_a_folder_is_made_whole_or_not_at_all(self):
        made = self.convert([SMALL], "made", "csv")
        self.assertEqual(sorted(path.name for path in self.folder.iterdir()), ["made"])
        self.assertEqual(sorted(tables(made)), ["demands.csv", "facts.csv", "links.csv", "nodes.csv", "sites.csv"])

    def test_nothing_is_left_of_what_was_not_understood(self):
        facts = self.folder / "facts.csv"
        facts.write_text("object,attribute,value\nnobody,maker,KT\n")
        for form in ("csv", "rfc8345"):
            run("import", SMALL, "--facts", facts, "--to", form, "--out", self.folder / "made", code=65)
        self.assertEqual([path.name for path in self.folder.iterdir()], ["facts.csv"])

    def test_what_is_there_is_written_over_by_force_alone(self):
        made = self.convert([SMALL], "made", "csv")
        before = tables(made)
        (made / "policy.yaml").write_text("mine")
        source = self.folder / "source"
        shutil.copytree(SMALL, source)
        (source / "demands.csv").unlink()
        run("import", source, "--to", "csv", "--out", made, code=64)
        self.assertEqual({**before, "policy.yaml": b"mine"}, tables(made))
        run("import", source, "--to", "csv", "--out", made, "--force")
        del before["demands.csv"]
        self.assertEqual({**before, "policy.yaml": b"mine"}, tables(made))

    def test_a_case_is_never_mixed_with_another(self):
        made = self.convert([SMALL], "made", "csv")
        (made / "facts-more.csv").write_text("object,attribute,value\n")
        run("import", SMALL, "--to", "csv", "--out", made, "--force", code=64)

    def test_an_empty_folder_is_as_good_as_none(self):
        (self.folder / "made").mkdir()
        made = self.convert([SMALL], "made", "csv")
        self.assertIn("nodes.csv", tables(made))

    def test_a_file_is_written_over_by_force_alone(self):
        path = self.convert([SMALL], "made.json", "rfc8345")
        before = path.read_bytes()
        path.write_text("mine")
        run("import", SMALL, "--to", "rfc8345", "--out", path, code=64)
        self.assertEqual(path.read_text(), "mine")
        run("import", SMALL, "--to", "rfc8345", "--out", path, "--force")
        self.assertEqual(path.read_bytes(), before)
        self.assertEqual(run("import", SMALL, "--to", "rfc8345"), before)

    def test_a_place_that_cannot_be_written_is_said(self):
        run("import", SMALL, "--to", "csv", "--out", self.folder / "no" / "such", code=74)
        run("import", SMALL, "--to", "rfc8345", "--out", self.folder / "no" / "such", code=74)
        run("import", SMALL, "--to", "rfc8345", "--out", "/dev/null", "--force", code=64)


class Counts(Temporary):
    def test_the_counts_are_those_of_an_audit(self):
        answer = json.loads(run("import", SMALL, "--to", "csv", "--out", self.folder / "made", "--json"))
        jsonschema.validate(answer, SCHEMA)
        audit = json.loads(subprocess.run([PROGRAM, "audit", SMALL, "--json"], capture_output=True,
                                          check=False, timeout=60).stdout)
        self.assertEqual(answer["inputs"], [i for i in audit["inputs"] if i["path"] != "policy.yaml"])
        self.assertEqual(answer["all"]["used"], sum(i["used"] for i in answer["inputs"]))
        self.assertEqual(answer["written"]["files"][0], str(self.folder / "made" / "nodes.csv"))

    def test_what_was_not_understood_is_an_answer_too(self):
        facts = self.folder / "facts.csv"
        facts.write_text("object,attribute,value\ns,makers,KT\ns,colour,red\nnobody,maker,KT\n")
        answer = json.loads(run("import", SMALL, "--facts", facts, "--to", "csv", "--out", self.folder / "made",
                                "--json", code=65))
        jsonschema.validate(answer, SCHEMA)
        self.assertEqual(answer["written"]["files"], [])
        self.assertEqual([entry["hint"] for entry in answer["not_understood"] if "hint" in entry], [])
        self.assertEqual(len(answer["not_understood"]), 2)
        self.assertEqual(answer["ignored"][0]["first"], "colour")


if __name__ == "__main__":
    unittest.main()
