"""identify: its answer against its schema, and what must not change it."""

import csv
import io
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
SCHEMA = json.loads((ROOT / "docs/schema/cleanpath-identify.schema.json").read_text(encoding="utf-8"))
CASES = [ROOT / "examples/korea", ROOT / "tests/golden/evidence/case", ROOT / "tests/golden/small"]
DAY = "2026-11-28"
DESCR = "1.3.6.1.2.1.1.1.0|4|"
OBJECT = "1.3.6.1.2.1.1.2.0|6|1.3.6.1.4.1."
TEXTS = ["Huawei Versatile Routing Platform Software, VRP (R) software, Version 5.160",
         "Cisco IOS Software, C2900 Software, Version 15.2(4)M3", "Linux box 5.10", ""]
NUMBERS = ["2011.2.62.2.5", "9.1.1045", "8072.3.2.10", "2636.1.1.1.2.29"]
GRADES = ["", "claim", "authenticated-read", "two-person-inspection", "attested"]


def run(*args, codes=(0,)):
    done = subprocess.run([PROGRAM, "identify", *map(str, args), "--as-of", DAY], check=False,
                          capture_output=True, timeout=120)
    if done.returncode not in codes:
        raise AssertionError(f"{done.returncode}: {done.stderr.decode()}")
    return done


def answer(*args, **options):
    return json.loads(run(*args, "--json", "--no-mac-registry", **options).stdout)


def conclusions(found):
    """Of each device and part, what is concluded and by which evidence, without where it stands"""
    def subject(thing):
        return (thing["maker"], thing["conclusion"], thing["grade"],
                sorted((e["kind"], e["value"], e["counts"], e["grade"]) for e in thing["evidence"]))
    return {device["id"]: (subject(device), subject(device["software"]),
                           [(part["part"], subject(part)) for part in device["parts"]])
            for device in found["devices"]}


class Room(unittest.TestCase):
    def setUp(self):
        holder = tempfile.TemporaryDirectory()
        self.addCleanup(holder.cleanup)
        self.room = Path(holder.name)

    def put(self, name, text):
        path = self.room / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
        return path


class Answers(Room):
    def test_the_schema_is_one(self):
        jsonschema.Draft202012Validator.check_schema(SCHEMA)

    def test_answers_are_as_the_schema_says(self):
        validator = jsonschema.Draft202012Validator(SCHEMA)
        for case in CASES:
            validator.validate(answer(case))

    def test_an_answer_that_is_changed_is_not(self):
        validator = jsonschema.Draft202012Validator(SCHEMA)
        good = answer(CASES[1])
        for change in (lambda a: a["devices"][0].pop("maker"), lambda a: a.update(extra=1),
                       lambda a: a["devices"][0].update(maker=None),
                       lambda a: a["devices"][0]["evidence"][0].update(grade="good"),
                       lambda a: a["devices"][0].update(conclusion="unknown")):
            bad = json.loads(json.dumps(good))
            change(bad)
            self.assertFalse(validator.is_valid(bad))

    def test_the_table_has_a_row_a_device_and_part(self):
        for case in CASES:
            found = answer(case)
            rows = list(csv.DictReader(io.StringIO(run(case, "--csv").stdout.decode(), newline="")))
            wanted = [(d["id"], part) for d in found["devices"]
                      for part in [""] + [p["part"] for p in d["parts"]]]
            self.assertEqual([(row["device"], row["part"]) for row in rows], wanted)
            self.assertEqual([row["make"] or None for row in rows if row["part"] == ""],
                             [d["maker"] for d in found["devices"]])

    def test_text_says_the_same_each_time(self):
        for case in CASES:
            self.assertEqual(run(case, "--verbose").stdout, run(case, "--verbose").stdout)


class Order(Room):
    """Files with random statements about few devices, under names that put them in any order."""

    def write(self, rng, folder, statements):
        rows = ["file,node,evidence"]
        for at, (node, text, number, grade) in enumerate(rng.sample(statements, len(statements))):
            lines = (f"{DESCR}{text}\n" if text else "") + f"{OBJECT}{number}\n"
            self.put(f"{folder}/{at:03}.snmprec", lines)
            rows.append(f"{at:03}.snmprec,{node},{grade}")
        self.put(f"{folder}/evidence.csv", "\n".join(rows) + "\n")

    def test_the_order_of_evidence_changes_no_conclusion(self):
        for seed in range(share_of(30)):
            rng = random.Random(seed)
            statements = [(f"r{rng.randrange(3)}", rng.choice(TEXTS), rng.choice(NUMBERS),
                           rng.choice(GRADES)) for _ in range(rng.randint(1, 8))]
            found = []
            for turn in ("a", "b"):
                self.write(rng, f"{seed}{turn}", statements)
                found.append(conclusions(answer(self.room / f"{seed}{turn}")))
            self.assertEqual(*found, f"seed {seed}")

    def test_evidence_of_others_changes_no_conclusion(self):
        for seed in range(share_of(15)):
            rng = random.Random(seed)
            own = [("own", rng.choice(TEXTS), rng.choice(NUMBERS), rng.choice(GRADES))]
            others = [(f"r{i}", rng.choice(TEXTS), rng.choice(NUMBERS), "") for i in range(5)]
            self.write(rng, f"{seed}a", own)
            self.write(rng, f"{seed}b", own + others)
            self.assertEqual(conclusions(answer(self.room / f"{seed}a"))["own"],
                             conclusions(answer(self.room / f"{seed}b"))["own"], f"seed {seed}")


class Paths(Room):
    WALK = DESCR + TEXTS[0] + "\n"

    def test_links_out_of_a_folder_and_hidden_files_are_not_followed(self):
        self.put("out/secret.snmprec", self.WALK)
        self.put("walks/r1.snmprec", self.WALK)
        self.put("walks/.hidden.snmprec", self.WALK)
        os.symlink(self.room / "out", self.room / "walks/there")
        os.symlink(self.room / "out/secret.snmprec", self.room / "walks/r2.snmprec")
        done = run(self.room / "walks", "--json")
        self.assertEqual([d["id"] for d in json.loads(done.stdout)["devices"]], ["r1"])
        self.assertIn(b"not read: r2.snmprec (a symbolic link), there (a symbolic link)", done.stderr)

    def test_a_file_that_two_paths_lead_to_is_read_once(self):
        path = self.put("walks/r1.snmprec", self.WALK)
        found = answer(path, self.room / "walks", self.room / "walks/../walks/r1.snmprec")
        self.assertEqual(len(found["inputs"]), 1)

    def test_a_folder_is_what_is_in_it(self):
        shutil.copytree(CASES[1], self.room / "case")
        whole = answer(self.room / "case")
        self.assertEqual([d["id"] for d in whole["devices"]], ["r1", "r2", "r3", "r4"])
        only = answer(self.room / "case/evidence")
        self.assertEqual([d["id"] for d in only["devices"]], ["r2", "r3", "r4"])
        mixed = answer(self.room / "case/evidence", self.room / "case/nodes.csv")
        self.assertEqual(len(mixed["devices"]), 4)

    def test_a_broken_file_hides_no_other(self):
        self.put("walks/r1.snmprec", self.WALK)
        self.put("walks/junk.snmprec", "\0\1\2")
        done = run(self.room / "walks", codes=(65,))
        self.assertIn(b"junk.snmprec:1", done.stderr)
        found = answer(self.room / "walks", "--lenient")
        self.assertIn("r1", [d["id"] for d in found["devices"]])

    def test_what_is_said_of_a_network_is_not_passed_over(self):
        self.put("all/net.csv", "id\nr1\n")
        self.put("all/r1.snmprec", self.WALK)
        self.put("all/evidence.csv", "file,evidence\nnet.csv,attested\n")
        done = run(self.room / "all", codes=(65,))
        self.assertIn(b"evidence.csv:2: not understood: the file is a network", done.stderr)
        self.put("all/evidence.csv", "file,evidence\n.,authenticated-read\n")
        self.assertEqual(answer(self.room / "all")["devices"][0]["grade"], "authenticated-read")

    def test_what_a_device_printed_is_no_network_that_states_grades(self):
        self.put("case/nodes.csv", "id\ncore\n")
        self.put("case/links.csv", "a,b\n")
        self.put("case/facts.csv", "object,attribute,value,evidence\ncore,maker,nokia,attested\n")
        done = subprocess.run([PROGRAM, "import", self.room / "case", "--to", "rfc8345"],
                              check=True, capture_output=True, timeout=120)
        for name in ("r9.txt", "r9.log", "r9.cli", "r9.snmprec", "r9.lldp"):
            self.put(f"{name}.d/{name}", done.stdout.decode())
            found = answer(self.room / f"{name}.d", "--lenient")
            self.assertNotIn("core", [d["id"] for d in found["devices"]])
            named = answer(self.room / f"{name}.d/{name}")
            self.assertEqual(named["devices"][0]["grade"], "attested")  # whom the user trusts

    def test_a_table_among_files_vouches_for_none_outside_its_folder(self):
        self.put("walks/r1.snmprec", self.WALK)
        self.put("walks/r9/show.snmprec", self.WALK)
        for row in ("../r1.snmprec", "../../walks/r1.snmprec", "..", "../r9x"):
            self.put("walks/r9/evidence.csv", f"file,evidence\n{row},attested\n")
            done = run(self.room / "walks", codes=(65, 66))
            self.assertIn(b"speaks of files outside its own folder", done.stderr)
        self.put("walks/r9/evidence.csv", "file,evidence\n../r9/show.snmprec,attested\n")
        found = answer(self.room / "walks")
        self.assertEqual([d["grade"] for d in found["devices"]], ["unauthenticated-read", "attested"])
        self.put("walks/r9/evidence.csv", "file,evidence\n../r1.snmprec,attested\n")
        found = answer(self.room / "walks/r1.snmprec", self.room / "walks/r9/evidence.csv")
        self.assertEqual(found["devices"][0]["grade"], "attested")  # a table that the user names

    def test_a_grade_can_be_required(self):
        self.put("walks/r1.snmprec", self.WALK)
        run(self.room / "walks", "--require", "unauthenticated-read")
        run(self.room / "walks", "--require", "authenticated-read", codes=(2,))
        self.put("walks/evidence.csv", "file,evidence\nr1.snmprec,authenticated-read\n")
        run(self.room / "walks", "--require", "authenticated-read")
        run(self.room / "walks", "--device", "r9", codes=(66,))

    def test_a_grade_is_required_of_parts_too(self):
        part = "1.3.6.1.2.1.47.1.1.1.1.{}.2|{}|{}\n"
        slot = part.format(5, 2, 9) + part.format(7, 4, "slot 3")
        chassis = "1.3.6.1.2.1.47.1.1.1.1.5.1|2|3\n"
        self.put("walks/r1.snmprec", self.WALK + chassis + slot)
        run(self.room / "walks", "--require", "unauthenticated-read")
        self.put("walks/r1.snmprec", self.WALK + chassis + slot + part.format(13, 4, "X-1"))
        run(self.room / "walks", "--require", "unauthenticated-read", codes=(2,))

    def test_the_order_of_a_walk_hides_no_maker(self):
        lines = ["1.3.6.1.2.1.1.1.0|4|Cisco IOS Software\n", "1.3.6.1.2.1.1.1.0|4|Huawei VRP\n",
                 "1.3.6.1.2.1.1.2.0|6|1.3.6.1.4.1.9.1.1\n",
                 "1.3.6.1.2.1.1.2.0|6|1.3.6.1.4.1.2011.2.1\n"]
        for walk in (lines, lines[::-1]):
            self.put("walks/r1.snmprec", "".join(walk))
            found = answer(self.room / "walks")["devices"][0]
            self.assertEqual((found["maker"], found["conclusion"]), (None, "contradicted"))

    def test_what_describes_a_card_tells_whose_it_is(self):
        self.put("walks/r1.snmprec", "1.3.6.1.2.1.1.1.0|4|Cisco IOS Software\n"
                 "1.3.6.1.2.1.47.1.1.1.1.5.1|2|3\n"
                 "1.3.6.1.2.1.47.1.1.1.1.2.2|4|Huawei Technologies LPUF-240 line card\n"
                 "1.3.6.1.2.1.47.1.1.1.1.4.2|2|1\n"
                 "1.3.6.1.2.1.47.1.1.1.1.5.2|2|9\n"
                 "1.3.6.1.2.1.47.1.1.1.1.7.2|4|slot 3\n")
        found = answer(self.room / "walks")["devices"][0]
        self.assertEqual(found["maker"], "cisco")
        self.assertEqual([(p["part"], p["maker"]) for p in found["parts"]], [("slot 3", "huawei")])

    def test_evidence_ages_by_the_life_of_its_grade(self):
        self.put("walks/r1.snmprec", self.WALK)
        self.put("walks/evidence.csv",
                 "file,evidence,date\nr1.snmprec,authenticated-read,2026-11-18\n")
        for life, grade in (("9", "claim"), ("10", "authenticated-read"),
                            ("forever", "authenticated-read")):
            found = answer(self.room / "walks", "--life", f"authenticated-read={life}")
            self.assertEqual(found["devices"][0]["grade"], grade)

    def test_the_lists_that_were_read_are_named(self):
        self.put("walks/r1.snmprec", self.WALK)
        listed = self.put("oui.csv", "Registry,Assignment,Organization Name,Organization Address\n"
                                     "MA-L,AABBCC,Acme Works,Nowhere\n")
        found = json.loads(run(self.room / "walks", "--json", "--mac-registry", listed).stdout)
        self.assertEqual([r["path"] for r in found["mac_registries"]], [str(listed)])
        self.assertEqual(answer(self.room / "walks")["mac_registries"], [])


class Pages(Room):
    """Objects of NetBox: as pages in a folder, and as lines of one file that is read in pieces."""

    URL = "https://netbox.example/api/dcim"
    PIECE_BYTES = 4 << 20  # a file that is larger is read in pieces

    def dump(self, count, padding):
        kind = {"id": 1, "manufacturer": {"id": 1, "name": "Nokia", "slug": "nokia"},
                "model": "7750 SR-7", "slug": "sr7"}
        yield {"id": 1, "url": f"{self.URL}/sites/1/", "name": "Hub", "slug": "hub"}
        for at in range(1, count + 1):
            yield {"id": at, "url": f"{self.URL}/devices/{at}/", "name": f"dev{at}",
                   "device_type": kind, "site": {"id": 1, "name": "Hub", "slug": "hub"},
                   "role": {"id": 1, "name": "core", "slug": "core"}, "serial": f"S{at}",
                   "comments": "x" * padding}

    def test_pieces_and_pages_say_the_same(self):
        count = 300
        dump = [json.dumps(item) for item in self.dump(count, 2 * self.PIECE_BYTES // count)]
        whole = self.put("whole.jsonl", "\n".join(dump))
        self.assertGreater(whole.stat().st_size, self.PIECE_BYTES)
        for at in range(0, len(dump), 50):
            self.put(f"case/netbox/{at:03}.jsonl", "\n".join(dump[at:at + 50]) + "\n")
        by_pieces = answer(whole)
        self.assertEqual(len(by_pieces["devices"]), count)
        self.assertEqual(by_pieces["inputs"][0]["used"], len(dump))
        self.assertEqual(conclusions(by_pieces), conclusions(answer(self.room / "case")))
        self.assertEqual(conclusions(by_pieces),
                         conclusions(answer("--network", self.room / "case/netbox")))

    def test_two_networks_in_a_folder_are_one_too_many(self):
        self.put("case/netbox/all.jsonl", json.dumps(next(self.dump(1, 0))) + "\n")
        self.put("case/nodes.csv", "id\nr1\n")
        self.put("case/links.csv", "a,b\n")
        done = run(self.room / "case", codes=(65,))
        self.assertIn(b"has both netbox and nodes.csv: one network, please", done.stderr)

    def test_a_folder_without_pages_is_no_network(self):
        self.put("case/notes.txt", "nothing")
        done = run("--network", self.room / "case", codes=(66,))
        self.assertIn(b"has no files *.json, *.jsonl or *.ndjson", done.stderr)


if __name__ == "__main__":
    unittest.main()
