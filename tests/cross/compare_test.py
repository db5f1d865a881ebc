"""compare: a case and itself, a case and a changed copy of it, both ways round."""

import csv
import json
import os
import random
import subprocess
import tempfile
import unittest
from pathlib import Path

import jsonschema

from share import share_of

PROGRAM = os.environ["CLEANPATH"]
ROOT = Path(__file__).resolve().parent.parent.parent
KOREA = ROOT / "examples/korea"
GOLDEN = ROOT / "tests/golden/compare"
SEEDS = share_of(60)
SCHEMA = json.loads((ROOT / "docs/schema/cleanpath-compare.schema.json").read_text(encoding="utf-8"))
VALIDATOR = jsonschema.Draft202012Validator(SCHEMA)

NODE_COLUMNS = ["id", "layer", "role", "site", "operator", "maker", "model", "software", "loopback"]
LINK_COLUMNS = ["id", "a", "b", "a_port", "b_port", "layer", "class", "metric_ab", "metric_ba",
                "capacity_bps", "srlgs"]
FACT_COLUMNS = ["object", "attribute", "value", "evidence"]
SITE_COLUMNS = ["id", "name", "country"]
MAKERS = ["huawei", "nokia", "cisco", "juniper", "zte"]


class Net:
    """A network as tables; with everything stated, so that every change can be seen."""

    def __init__(self, rng):
        self.rng = rng
        count = rng.randint(4, 14)
        self.nodes = [self.node(i) for i in range(count)]
        self.links = []
        self.facts = []
        self.ports = dict.fromkeys(range(count), 0)
        for i in range(1, count):
            self.link(rng.randrange(i), i)
        for _ in range(rng.randint(1, count)):
            a, b = rng.sample(range(count), 2)
            self.link(a, b)
        for node in self.nodes:
            self.facts.append({"object": node["id"], "attribute": "serial",
                               "value": f"SN{rng.randrange(10**9):09}", "evidence": ""})
            self.facts.append({"object": f"{node['id']}/slot {rng.randint(1, 2)}",
                               "attribute": "maker", "value": rng.choice(MAKERS),
                               "evidence": "authenticated-read"})
        self.sites = [{"id": f"s{i}", "name": f"Site {i}", "country": rng.choice(["KR", "JP"])}
                      for i in range(3)]

    def node(self, i):
        return {"id": f"r{i}.example.net", "layer": "ip", "role": self.rng.choice(["core", "edge"]),
                "site": f"s{self.rng.randrange(3)}", "operator": "op1",
                "maker": self.rng.choice(MAKERS), "model": f"M{self.rng.randint(1, 5)}00",
                "software": f"os {self.rng.randint(1, 9)}.{self.rng.randint(0, 9)}",
                "loopback": f"10.0.{i // 200}.{i % 200 + 1}"}

    def port(self, node):
        self.ports[node] = self.ports.get(node, 0) + 1
        return f"GigabitEthernet0/{self.ports[node]}"

    def link(self, a, b):
        self.links.append({
            "id": f"c{len(self.links)}", "a": self.nodes[a]["id"], "b": self.nodes[b]["id"],
            "a_port": self.port(a), "b_port": self.port(b), "layer": "ip",
            "class": self.rng.choice(["", "fibre"]), "metric_ab": self.rng.randint(1, 9) + 1,
            "metric_ba": self.rng.randint(1, 9) + 1, "capacity_bps": 10**9, "srlgs": "g1 g2"})

    def copy(self):
        other = object.__new__(Net)
        other.rng = self.rng
        other.ports = dict(self.ports)
        for name in ("nodes", "links", "facts", "sites"):
            setattr(other, name, [dict(row) for row in getattr(self, name)])
        return other

    def shuffle(self):
        for rows in (self.nodes, self.links, self.facts, self.sites):
            self.rng.shuffle(rows)

    def write(self, folder):
        folder.mkdir()
        for name, columns, rows in (("nodes", NODE_COLUMNS, self.nodes),
                                    ("links", LINK_COLUMNS, self.links),
                                    ("facts", FACT_COLUMNS, self.facts),
                                    ("sites", SITE_COLUMNS, self.sites)):
            with open(folder / f"{name}.csv", "w", newline="", encoding="utf-8") as file:
                writer = csv.DictWriter(file, columns)
                writer.writeheader()
                writer.writerows(rows)


# Changes: each makes one in a network and says what is found: (kind, id in A, id in B) sets.

def other_than(rng, values, value):
    return rng.choice([v for v in values if v != value])


def change_cell(table, column, values, kind):
    def change(net):
        row = net.rng.choice(getattr(net, table))
        row[column] = other_than(net.rng, values, row[column])
        return {(kind, row["id"], row["id"])}
    return change


def change_serial(net):
    fact = net.rng.choice([f for f in net.facts if f["attribute"] == "serial"])
    fact["value"] = "SN-OTHER-1"
    return {("serial", fact["object"], fact["object"])}


def change_part(net):
    fact = net.rng.choice([f for f in net.facts if "/" in f["object"]])
    node = fact["object"].split("/")[0]
    fact["value"] = other_than(net.rng, MAKERS, fact["value"])
    return {("maker", node, node)}


def drop_link(net):
    link = net.links.pop(net.rng.randrange(len(net.links)))
    return {("link", link["id"], None)}


def add_link(net):
    a, b = net.rng.sample(range(len(net.nodes)), 2)
    net.link(a, b)
    net.links[-1]["id"] = "new"
    return {("link", None, "new")}


def move_end(net):
    link = net.rng.choice(net.links)
    free = [i for i, n in enumerate(net.nodes) if n["id"] not in (link["a"], link["b"])]
    to = net.rng.choice(free)
    link["b"], link["b_port"] = net.nodes[to]["id"], "TenGigE0/99"
    return {("end", link["id"], link["id"])}


def change_port(net):
    link = net.rng.choice(net.links)
    link["b_port"] = "TenGigE0/99"
    return {("port", link["id"], link["id"])}


def change_class(net):
    link = net.rng.choice(net.links)
    before = link["class"]
    link["class"] = "radio" if before else ""
    return {("class", link["id"], link["id"])} if before else set()


def drop_node(net):
    gone = net.nodes.pop(net.rng.randrange(len(net.nodes)))["id"]
    net.links = [link for link in net.links if gone not in (link["a"], link["b"])]
    net.facts = [fact for fact in net.facts if fact["object"].split("/")[0] != gone]
    return {("device", gone, None)}


def add_node(net):
    net.nodes.append(dict(net.node(150), id="new-node"))
    return {("device", None, "new-node")}


def rename(net, old, new):
    for node in net.nodes:
        node["id"] = new if node["id"] == old else node["id"]
    for link in net.links:
        link["a"] = new if link["a"] == old else link["a"]
        link["b"] = new if link["b"] == old else link["b"]
    for fact in net.facts:
        name, *part = fact["object"].split("/")
        fact["object"] = "/".join([new if name == old else name, *part])


def rename_node(net):
    """Found by its serial number: the name is the difference."""
    old = net.rng.choice(net.nodes)["id"]
    rename(net, old, "quite-another")
    return {("name", old, "quite-another")}


# Changes that are none.

def shorten_name(net):
    old = net.rng.choice(net.nodes)["id"]
    rename(net, old, old.split(".")[0].upper())
    return set()


def spell_ports(net):
    for link in net.links:
        link["a_port"] = link["a_port"].replace("GigabitEthernet", "Gi")
        link["b_port"] = link["b_port"].replace("GigabitEthernet", "gigabitethernet ")
    return set()


def spell_makers(net):
    for node in net.nodes:
        node["maker"] = {"huawei": "Huawei Technologies Co., Ltd.", "zte": "中兴通讯"}.get(
            node["maker"], node["maker"].upper())
    return set()


def turn_links(net):
    for link in net.links:
        for one, other in (("a", "b"), ("a_port", "b_port"), ("metric_ab", "metric_ba")):
            link[one], link[other] = link[other], link[one]
    return set()


def forget_columns(net):
    for node in net.nodes:
        for column in ("role", "site", "operator", "model", "software"):
            node[column] = ""
    return set()


def spell_software(net):
    for node in net.nodes:
        node["software"] = node["software"].upper() + " (build 7)"
    return set()


CHANGES = [
    change_cell("nodes", "maker", MAKERS, "maker"),
    change_cell("nodes", "model", ["M700", "M800"], "model"),
    change_cell("nodes", "software", ["os 11.0", "os 12.0"], "software"),
    change_cell("nodes", "site", ["s0", "s1", "s2"], "site"),
    change_cell("nodes", "role", ["core", "edge"], "role"),
    change_cell("nodes", "operator", ["op2"], "operator"),
    change_cell("nodes", "loopback", ["10.9.9.9"], "loopback"),
    change_cell("links", "metric_ab", [11, 12], "metric"),
    change_cell("links", "capacity_bps", [10**10], "capacity"),
    change_cell("links", "srlgs", ["g1"], "srlgs"),
    change_cell("sites", "country", ["CN"], "country"),
    change_serial, change_part, drop_link, add_link, move_end, change_port, change_class, drop_node,
    add_node, rename_node,
]
NO_CHANGES = [shorten_name, spell_ports, spell_makers, turn_links, forget_columns, spell_software]


class Walked:
    """The same network as lldpd of each device tells of it."""

    def __init__(self, net):
        self.net = net
        self.told = {node["id"]: [] for node in net.nodes}
        for link in net.links:
            self.tell(link, "a", "b")
            self.tell(link, "b", "a")

    def mac(self, name):
        return f"00:00:5e:00:{int(name[1:].split('.')[0]):02x}:01" if name.startswith("r") \
            else "00:00:5e:00:99:01"

    def tell(self, link, near, far):
        name = link[far]
        self.told[link[near]].append({link[f"{near}_port"]: {
            "via": "LLDP",
            "chassis": {name: {"id": {"type": "mac", "value": self.mac(name)}}},
            "port": {"id": {"type": "ifname",
                            "value": link[f"{far}_port"].replace("GigabitEthernet", "Gi")}}}})

    def write(self, folder):
        folder.mkdir()
        for name, interfaces in self.told.items():
            (folder / f"{name}.json").write_text(json.dumps({"lldp": {"interface": interfaces}}),
                                                 encoding="utf-8")


class Compare(unittest.TestCase):
    def setUp(self):
        holder = tempfile.TemporaryDirectory()
        self.addCleanup(holder.cleanup)
        self.folder = Path(holder.name)
        self.count = 0

    def write(self, net):
        self.count += 1
        folder = self.folder / f"case{self.count}"
        net.write(folder)
        return folder

    def compare(self, a, b, *options):
        done = subprocess.run([PROGRAM, "compare", str(a), str(b), "--json", *options],
                              capture_output=True, check=False, timeout=120)
        self.assertNotIn(b"not understood", done.stderr)
        answer = json.loads(done.stdout)
        VALIDATOR.validate(answer)
        return done.returncode, answer

    @staticmethod
    def found(answer):
        """Which differences, of what: (kind, id in A, id in B)"""
        ids = (lambda thing: thing and thing["id"])
        return {(row["kind"], ids(row["a"]), ids(row["b"]))
                for row in answer["differences"] if not row["note"]}

    def test_a_case_does_not_differ_from_itself_in_any_order(self):
        for seed in range(SEEDS):
            net = Net(random.Random(seed))
            other = net.copy()
            other.shuffle()
            code, answer = self.compare(self.write(net), self.write(other))
            self.assertEqual((code, answer["differences"]), (0, []), seed)

    def test_each_change_is_found_and_nothing_else(self):
        for change in CHANGES:
            for seed in range(share_of(8)):
                net = Net(random.Random(seed))
                other = net.copy()
                expected = change(other)
                other.shuffle()
                code, answer = self.compare(self.write(net), self.write(other))
                what = (change.__name__, seed)
                self.assertEqual(self.found(answer), expected, what)
                self.assertEqual(answer["ambiguous"], [], what)
                self.assertEqual(code, 1 if expected else 0, what)

    def test_other_ways_to_say_the_same_are_no_change(self):
        for change in NO_CHANGES:
            for seed in range(share_of(4)):
                net = Net(random.Random(seed))
                other = net.copy()
                change(other)
                _, answer = self.compare(self.write(net), self.write(other))
                self.assertEqual(self.found(answer), set(), (change.__name__, seed))

    def test_the_sides_exchanged_give_the_same_exchanged(self):
        for seed in range(SEEDS):
            rng = random.Random(seed)
            net = Net(rng)
            other = net.copy()
            for change in rng.sample(CHANGES, 4):
                change(other)
            a, b = self.write(net), self.write(other)
            _, there = self.compare(a, b)
            _, back = self.compare(b, a)
            self.assertEqual(self.found(there),
                             {(kind, y, x) for kind, x, y in self.found(back)}, seed)

    def test_an_inventory_and_what_its_devices_see_agree(self):
        for seed in range(max(SEEDS // 4, 1)):
            net = Net(random.Random(seed))
            _, answer = self.compare(self.write(net), self.write(Walked(net)))
            self.assertEqual(self.found(answer), set(), seed)
            self.assertEqual(answer["a"]["links"]["matched"], len(net.links))

    def test_what_devices_see_otherwise_is_found(self):
        for change in (drop_link, add_link, move_end, change_port, drop_node):
            for seed in range(share_of(6)):
                net = Net(random.Random(seed))
                other = net.copy()
                expected = {(kind, a) for kind, a, _ in change(other)}
                walked = Walked(other)
                walked.told = {name: told for name, told in walked.told.items() if told}
                _, answer = self.compare(self.write(net), self.write(walked), "--only",
                                         "device,link,end,port")
                got = {(kind, a) for kind, a, _ in self.found(answer)}
                alone = {node["id"] for node in other.nodes} - set(walked.told)
                self.assertEqual(got - {("device", name) for name in alone}, expected,
                                 (change.__name__, seed))

    def test_a_device_that_was_not_read_lacks_no_link(self):
        for seed in range(max(SEEDS // 4, 1)):
            net = Net(random.Random(seed))
            walked = Walked(net)
            read = net.rng.choice(net.nodes)["id"]
            walked.told = {read: walked.told[read]}
            _, answer = self.compare(self.write(net), self.write(walked), "--only",
                                     "link,end,port,metric,class")
            self.assertEqual(self.found(answer), set(), seed)

    def test_only_kinds_asked_for_are_shown_and_counted(self):
        net = Net(random.Random(1))
        other = net.copy()
        change_serial(other)
        change_part(other)
        a, b = self.write(net), self.write(other)
        code, answer = self.compare(a, b, "--only", "serial")
        self.assertEqual((code, answer["summary"]["differences"]), (1, 1))
        code, answer = self.compare(a, b, "--only", "link,port")
        self.assertEqual((code, answer["differences"]), (0, []))

    def test_devices_that_cannot_be_told_apart_are_undecided(self):
        for name, ids in (("a", "sw.a sw.b"), ("b", "sw")):
            folder = self.folder / name
            folder.mkdir()
            (folder / "nodes.csv").write_text("id\n" + "\n".join(ids.split()) + "\n", encoding="utf-8")
            (folder / "links.csv").write_text("a,b\n", encoding="utf-8")
        code, answer = self.compare(self.folder / "a", self.folder / "b")
        self.assertEqual((code, answer["differences"]), (2, []))
        self.assertEqual(answer["ambiguous"], [{"by": "label", "key": "sw", "a": ["sw.a", "sw.b"], "b": ["sw"]}])
        code, _ = self.compare(self.folder / "a", self.folder / "b", "--only", "link")
        self.assertEqual(code, 0)

    def test_the_schema_is_one_and_refuses_what_is_changed(self):
        jsonschema.Draft202012Validator.check_schema(SCHEMA)
        _, answer = self.compare(GOLDEN / "inventory", GOLDEN / "network")
        for name in list(answer):
            changed = dict(answer)
            del changed[name]
            self.assertFalse(VALIDATOR.is_valid(changed), name)
        self.assertFalse(VALIDATOR.is_valid({**answer, "more": 1}))

    def test_the_table_has_a_row_a_difference(self):
        done = subprocess.run([PROGRAM, "compare", GOLDEN / "inventory", GOLDEN / "network", "--csv"],
                              capture_output=True, check=False, timeout=120)
        rows = list(csv.DictReader(done.stdout.decode().splitlines()))
        _, answer = self.compare(GOLDEN / "inventory", GOLDEN / "network")
        self.assertEqual([row["kind"] for row in rows if row["kind"] != "ambiguous"],
                         [row["kind"] for row in answer["differences"]])
        self.assertTrue(all(None not in row and None not in row.values() for row in rows))

    def test_the_example_does_not_differ_from_itself(self):
        code, answer = self.compare(KOREA, KOREA)
        self.assertEqual((code, answer["differences"]), (0, []))


if __name__ == "__main__":
    unittest.main()
