"""`cleanpath edge-policy` against plain rules, on random small cases: a step may be taken by a class where none of its
three elements is of a maker that is forbidden to it, until the licences end that some need."""

import os
import random
import subprocess
import tempfile
import unittest
from datetime import date, timedelta
from pathlib import Path

CLEANPATH = os.environ.get("CLEANPATH", "build/cleanpath")
CASES = 60
DAY = date(2026, 11, 29)
MAKERS = ("nokia", "huawei", "zte", "")  # the last: nobody knows
POLICY = """cleanpath-policy: 1
id: lab
says: Some traffic does not pass some equipment.
authority: {{ by: us, owner: us@example.org }}
traffic:
  secret: {{ says: Any flow that is named so. }}
  quiet: {{ says: Any other flow that is named so. }}
rules:
  - id: no-huawei
    says: Secret traffic does not pass Huawei equipment.
    forbid-transit: {{ maker: huawei }}
    of: secret
    unknown: untrusted
  - id: no-zte
    says: Quiet traffic does not pass ZTE equipment.
    forbid-transit: {{ maker: zte }}
    of: quiet
    unknown: trusted
licences:
  - id: old
    relaxes: no-huawei
    says: What is marked as old may go on.
    covers: {{ tag: old }}
    granted: {{ by: us, ref: letter, on: 2026-01-01 }}
    from: 2026-01-01
    until: {until}
"""


class Case:
    def __init__(self, random_, folder):
        self.folder, self.count = folder, random_.randint(3, 7)
        self.maker = [random_.choice(MAKERS) for _ in range(self.count)]
        self.old = [random_.random() < 0.5 for _ in range(self.count)]
        self.until = DAY + timedelta(days=random_.randint(-1, 40))
        self.maker[0] = self.maker[-1] = "nokia"
        self.links = [(a, b) for a in range(self.count) for b in range(a + 1, self.count) if random_.random() < 0.6]
        self.links = self.links or [(0, self.count - 1)]

    def sid(self, a, b):
        return f"fcbb:{a + 1}::{b + 1:x}"

    def write(self):
        nodes = "".join(f"r{i},{m},2001:db8::{i + 1},fcbb:{i + 1}::e,{'old' if self.old[i] else ''}\n"
                        for i, m in enumerate(self.maker))
        (self.folder / "nodes.csv").write_text("id,maker,loopback,sid,tags\n" + nodes)
        (self.folder / "links.csv").write_text("a,b,a_port,b_port\n" + "".join(
            f"r{a},r{b},e{b},e{a}\n" for a, b in self.links))
        (self.folder / "demands.csv").write_text("id,src,dst,class\n" + "".join(
            f"{name},r0,r{self.count - 1},{name}\n" for name in ("secret", "quiet")))
        facts = [("r0", "tunnel-source", "fcff:1::1"), ("r0", "inside", "e-h"), ("r0", "behind", "10.1.0.0/24"),
                 (f"r{self.count - 1}", "behind", "10.2.0.0/24"), (f"r{self.count - 1}", "unpack4", "fcbb:99::d4")]
        for a, b in self.links:
            facts += [(f"r{a}--r{b}", "adj-sid-ab", self.sid(a, b)), (f"r{a}--r{b}", "adj-sid-ba", self.sid(b, a)),
                      (f"r{a}--r{b}", "address-a", f"fc01:{a}:{b}::1"), (f"r{a}--r{b}", "address-b", f"fc01:{a}:{b}::2")]
        (self.folder / "facts.csv").write_text("object,attribute,value\n" + "".join(",".join(f) + "\n" for f in facts))
        (self.folder / "policy.yaml").write_text(POLICY.format(until=self.until))

    def node(self, v, name):
        """None: it may not be used; else the last day on which it may, or `never`"""
        if name == "quiet":
            return None if self.maker[v] == "zte" else "never"
        if self.maker[v] not in ("huawei", ""):
            return "never"
        return str(self.until) if self.old[v] and self.until >= DAY else None  # the licence covers what nobody knows, too

    def steps(self):
        """(SID, from, to, class): until"""
        found = {}
        for a, b in [*self.links, *((b, a) for a, b in self.links)]:
            for name, number in (("secret", "100"), ("quiet", "200")):
                both = [self.node(a, name), self.node(b, name)]
                if None not in both and 0 not in (a, b):
                    found[self.sid(a, b), str(a + 1), str(b + 1), number] = min(both)  # digits come before letters
        return found

    def firsts(self):
        return {(f"e{b}", str(b + 1), number) for a, b in self.links if a == 0
                for name, number in (("secret", "100"), ("quiet", "200")) if self.node(b, name) == "never"}


class EdgePolicyTest(unittest.TestCase):
    def make(self, folder, key, *more):
        return subprocess.run([CLEANPATH, "edge-policy", str(folder), "--headend", "r0", "--key", key, "--class",
                               "quiet=200", "--class", "secret=100", "--as-of", str(DAY), "--serial", "7", *more],
                              capture_output=True, text=True, timeout=60, check=False)

    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.key = folder.name + "/key"
        subprocess.run(["openssl", "genpkey", "-algorithm", "ed25519", "-out", self.key], check=True, capture_output=True)
        os.chmod(self.key, 0o600)

    def case(self, random_):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        case = Case(random_, Path(folder.name))
        case.write()
        return case

    def test_it_permits_what_plain_rules_permit_and_nothing_else(self):
        for seed in range(CASES):
            case = self.case(random.Random(seed))
            done = self.make(case.folder, self.key)
            self.assertEqual(done.returncode, 0, done.stderr)
            steps, firsts = {}, set()
            for words in (line.split() for line in done.stdout.splitlines()):
                if words[0] == "adjacency":
                    until = words[6].replace("T10:00:00Z", "") if len(words) > 5 else "never"
                    steps.update({(*words[1:4], number): until for number in words[4].split(",")})
                if words[0] == "first":
                    firsts.update((words[2], words[4], number) for number in words[5].split(","))
            self.assertEqual(steps, case.steps(), seed)
            self.assertEqual(firsts, case.firsts(), seed)

    def test_the_same_case_gives_the_same_bytes(self):
        case = self.case(random.Random(3))
        self.assertEqual(self.make(case.folder, self.key).stdout, self.make(case.folder, self.key).stdout)

    def test_where_a_select_names_ports_there_is_another_one_for_the_answers(self):
        case = self.case(random.Random(3))
        for words, expected in (
                ("dscp 32", ["dscp 32"]),
                ("dscp 32 proto 6 port 5432 mark 0x7", ["dscp 32 proto 6 port 5432 mark 0x7", "dscp 32 proto 6 from-port 5432 mark 0x7"]),
                ("proto 17 from-port 5000-5999", ["proto 17 from-port 5000-5999", "proto 17 port 5000-5999"]),
                ("proto 6 from-port 1024-65534 port 179",
                 ["proto 6 from-port 1024-65534 port 179", "proto 6 from-port 179 port 1024-65534"]),
                ("proto 17 from-port 500 port 500", ["proto 17 from-port 500 port 500"])):
            done = self.make(case.folder, self.key, "--also", f"secret={words}")
            self.assertEqual(done.returncode, 0, done.stderr)
            self.assertEqual([line for line in done.stdout.splitlines() if line.startswith("select 100")],
                             [f"select 100 from 10.1.0.0/24 to 10.2.0.0/24 {one}" for one in expected])
            self.assertEqual(done.stdout.count("select 200"), 1)

    def test_a_key_that_others_may_read_signs_nothing(self):
        case = self.case(random.Random(3))
        os.chmod(self.key, 0o640)
        done = self.make(case.folder, self.key)
        self.assertEqual((done.returncode, done.stdout), (77, ""))

    def test_what_is_lacking_is_named_and_nothing_is_written(self):
        case = self.case(random.Random(3))
        facts = case.folder / "facts.csv"
        facts.write_text(facts.read_text().replace("tunnel-source", "serial"))
        done = self.make(case.folder, self.key)
        self.assertEqual((done.returncode, done.stdout), (65, ""))
        self.assertIn("tunnel-source", done.stderr)


if __name__ == "__main__":
    unittest.main()
