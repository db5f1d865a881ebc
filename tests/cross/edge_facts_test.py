"""What `cleanpath edge-policy` makes of facts: of lists in several rows nothing is left out, and what is wrong is told where it stands."""

import itertools
import os
import subprocess
import tempfile
import unittest
from pathlib import Path

CLEANPATH = os.environ.get("CLEANPATH", "build/cleanpath")
FILES = {
    "nodes.csv": "id,maker,loopback,sid\nr1,nokia,10.0.0.1 2001:db8::1,fcbb:1::e\nr2,nokia,2001:db8::2,fcbb:2::e\n"
                 "r3,nokia,2001:db8::3,fcbb:3::e\n",
    "links.csv": "id,a,b,a_port,b_port\nl12,r1,r2,e-2,e-1\nl23,r2,r3,e-3,e-2\n",
    "demands.csv": "id,src,dst,class\ns12,r1,r2,secret\ns13,r1,r3,secret\n",
    "policy.yaml": "cleanpath-policy: 1\nid: lab\nsays: Some traffic does not pass some equipment.\n"
                   "authority: { by: us, owner: us@example.org }\ntraffic:\n  secret: { says: Any flow that is named so. }\n"
                   "rules:\n  - id: no-zte\n    says: Secret traffic does not pass ZTE equipment.\n"
                   "    forbid-transit: { maker: zte }\n    of: secret\n    unknown: untrusted\n",
}
FACTS = ["r1,tunnel-source,fcff:1::1", "r1,inside,e-h1", "r1,inside,e-h2", "r1,behind,10.1.0.0/24", "r1,behind,fd01::/64",
         "r2,behind,10.2.0.0/24", "r2,unpack4,fcbb:2::d4", "r3,behind,10.3.0.0/24", "r3,behind,fd03::/64", "r3,unpack4,fcbb:3::d4",
         "r3,unpack6,fcbb:3::d6", "r1,router-id,10.9.9.1", "r1,router-id,0000.0000.0001", "l12,address-b,10.9.9.2/24",
         "l12,address-b,fc01:12::2"]
LISTS = ("inside", "behind", "router-id", "address-b")


class EdgeFactsTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.kept = tempfile.TemporaryDirectory()
        cls.addClassCleanup(cls.kept.cleanup)
        cls.folder, cls.key = Path(cls.kept.name) / "case", Path(cls.kept.name) / "key"
        cls.folder.mkdir()
        for name, text in FILES.items():
            (cls.folder / name).write_text(text)
        subprocess.run(["openssl", "genpkey", "-algorithm", "ed25519", "-out", str(cls.key)], check=True, capture_output=True)
        cls.key.chmod(0o600)

    def make(self, facts, *more, head="object,attribute,value\n"):
        (self.folder / "facts.csv").write_text(head + "".join(fact + "\n" for fact in facts))
        return subprocess.run([CLEANPATH, "edge-policy", str(self.folder), "--headend", "r1", "--key", str(self.key), "--class",
                               "secret=100", "--as-of", "2026-11-29", "--serial", "7", *more],
                              capture_output=True, text=True, timeout=60, check=False)

    def lines(self, facts):
        done = self.make(facts)
        self.assertEqual((done.returncode, done.stderr), (0, ""))
        return sorted(line for line in done.stdout.splitlines() if not line.startswith("signature"))

    def refused(self, facts, *said):
        """By the number of the row, counted from 1 where the header is, and what is told of it."""
        done = self.make(facts)
        self.assertEqual((done.returncode, done.stdout), (65, ""), done.stderr)
        for row, why in said:
            self.assertRegex(done.stderr, rf"(?m)facts\.csv:{row}:\d+: {why}")

    def test_rows_of_a_list_are_one_list_in_whatever_order_and_cell(self):
        whole = self.lines(FACTS)
        for wanted in ("head 1 r1 10.0.0.1 2001:db8::1 10.9.9.1", "inside e-h1", "inside e-h2", "first 1 e-2 fc01:12::2 2 100",
                       "select 100 from 10.1.0.0/24 to 10.2.0.0/24", "select 100 from 10.1.0.0/24 to 10.3.0.0/24",
                       "select 100 from fd01::/64 to fd03::/64", "behind 100 2 10.2.0.0/24", "behind 100 3 10.3.0.0/24",
                       "behind 100 3 fd03::/64"):
            self.assertIn(wanted, whole)
        self.assertEqual(sum(line.startswith(("select", "inside", "behind")) for line in whole), 8)
        self.assertEqual(self.lines(FACTS[::-1]), whole)
        cells, key = [], lambda fact: fact.split(",")[:2]
        for (thing, attribute), rows in itertools.groupby(sorted(FACTS, key=key), key):
            values = [row.split(",")[2] for row in rows]
            cells += [f"{thing},{attribute},{' '.join(values)}"] if attribute in LISTS else [f"{thing},{attribute},{values[0]}"]
        self.assertLess(len(cells), len(FACTS))
        self.assertEqual(self.lines(cells), whole)

    def test_what_two_rows_say_alike_stands_once(self):
        self.assertEqual(self.lines([*FACTS, "r1,behind,fd01:0::/64 10.1.0.0/24", "r1,inside,e-h2", "r1,tunnel-source,fcff:1:0::1",
                                     "r3,unpack6,fcbb:3::d6", "l12,address-b,fe80::2"]), self.lines(FACTS))

    def test_two_of_what_can_be_one_alone_are_refused_with_both_places(self):
        for more in ("r1,tunnel-source,fcff:1::2", "r3,unpack4,fcbb:3::d5", "r3,unpack6,fcbb:3::d7", "r1,unpack4,fcbb:1::d4",
                     "l12,address-b,fc01:12::3"):
            first = [fact for fact in (*FACTS, "r1,unpack4,fcbb:1::d3") if fact.split(",")[:2] == more.split(",")[:2]][-1]
            for pair in ((first, more), (more, first)):
                facts = [*(fact for fact in FACTS if fact != first), *pair]
                self.refused(facts, (len(facts) + 1, "another value than stated before"), (len(facts), "this is the other place"))

    def test_a_fact_that_is_wrong_is_told_with_its_place(self):
        for wrong, why in (("r1,behind,10.1.0.5/24", "not a prefix without bits behind its length: '10.1.0.5/24'"),
                           ("r3,behind,10.4.0.0/24 10.5.0.0", "not a prefix without bits behind its length: '10.5.0.0'"),
                           ("r1,inside,e/h", "not the name of an interface: 'e/h'"),
                           ("r1,tunnel-source,10.0.0.1", "not an IPv6 address: '10.0.0.1'"),
                           ("r3,unpack6,fcbb:3:d6", "not an IPv6 address: 'fcbb:3:d6'"),
                           ("l12,address-b,somewhere", "not an address: 'somewhere'"),
                           ("r2,behind,fd02::/64", "lies behind a node that states no unpack6: 'fd02::/64'")):
            self.refused([*FACTS, wrong], (len(FACTS) + 2, why))

    def test_a_prefix_behind_two_ends_is_refused_with_both_places(self):
        self.refused([*FACTS, "r2,behind,10.3.0.0/24"], (9, "lies behind another end of a demand of the class, too"),
                     (len(FACTS) + 2, "this is the other place"))

    def test_what_does_not_count_or_is_not_told_by_is_warned_of(self):
        for facts, row, why in (([f for f in FACTS if "10.1.0.0" not in f], 6, "no packet to here is of a class"),
                                ([f for f in FACTS if "fd03" not in f], 6, "no packet from here is of a class"),
                                ([*FACTS, "r1,behind,unknown"], len(FACTS) + 2, "nothing is known")):
            done = self.make(facts)
            self.assertEqual(done.returncode, 0, done.stderr)
            self.assertRegex(done.stderr, rf"facts\.csv:{row}:\d+: warning: {why}")
        for day, said in (("2026-11-29", 0), ("2026-11-28", 1)):
            done = self.make([f + "," for f in FACTS[:-1]] + [f"r1,inside,e-h3,{day}", FACTS[-1] + ","],
                             head="object,attribute,value,expires\n")
            self.assertEqual(done.returncode, 0, done.stderr)
            self.assertEqual(("inside e-h3" in done.stdout, done.stderr.count("warning: does not count, for it has expired")),
                             (not said, said), done.stderr)

    def test_a_headend_without_inside_interfaces_is_warned_of(self):
        done = self.make([fact for fact in FACTS if "inside" not in fact])
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertRegex(done.stderr, r"nodes\.csv:2:1: warning: no fact inside names the interfaces .*'r1'")
        self.assertNotIn("inside", done.stdout)

    def test_a_case_without_facts_lacks_some(self):
        done = self.make([])
        self.assertEqual((done.returncode, done.stdout), (65, ""))
        self.assertIn("tunnel-source", done.stderr)

    def test_a_wrong_option_is_one_of_usage_that_names_it(self):
        for option, values in (("--also", ["secret=dscp 99"]), ("--also", ["secret=proto 17 dscp 3"]), ("--also", ["secret=dscp"]),
                               ("--also", ["secret=port 80"]), ("--also", ["secret=dscp 1", "secret=proto 6"]),
                               ("--also", ["other=dscp 1"]), ("--also", ["secret=from 10.0.0.0/8"]), ("--hmac", ["70000=sha1"]),
                               ("--hmac", ["5=sha1", "5=sha256"]), ("--class", ["a b=200"]), ("--class", ["quiet=1024"])):
            done = self.make(FACTS, *(word for value in values for word in (option, value)))
            self.assertEqual((done.returncode, done.stdout), (64, ""), done.stderr)
            self.assertIn(f"{option}: '{values[-1]}'", done.stderr)

    def test_hmac_keys_stand_by_number(self):
        done = self.make(FACTS, "--hmac", "17=sha256", "--hmac", "5=sha1", "--also", "secret=dscp 32 proto 17 port 5000-5999 mark 0x7")
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertIn("\nhmac 5 sha1\nhmac 17 sha256\n", done.stdout)
        self.assertIn("select 100 from 10.1.0.0/24 to 10.2.0.0/24 dscp 32 proto 17 port 5000-5999 mark 0x7\n", done.stdout)


if __name__ == "__main__":
    unittest.main()
