"""The policies of governments: their own tests pass, and what is written about them is so."""

import os
import re
import subprocess
import unittest
from pathlib import Path

import yaml

PROGRAM = os.environ["CLEANPATH"]
FOLDER = Path(__file__).resolve().parent.parent.parent / "examples/policies"
FILES = sorted(FOLDER.glob("*.yaml"))
# As they were given: they have rules that no test of theirs expects to be violated.
GIVEN = {"base-ring.yaml", "kr-2014.yaml", "uk-2022.yaml", "us-2019.yaml"}


def run(command, file):
    return subprocess.run([PROGRAM, "policy", command, str(file)], capture_output=True, check=False,
                          timeout=60, encoding="utf-8")


class Policies(unittest.TestCase):
    def test_their_own_tests_pass(self):
        self.assertEqual(len(FILES), 8)
        for file in FILES:
            done = run("test", file)
            self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
            self.assertRegex(done.stdout, r"(?m)^[1-9]\d* passed, 0 failed$")

    def test_a_careful_reader_has_no_question_about_ours(self):
        for file in FILES:
            if file.name not in GIVEN:
                done = run("check", file)
                self.assertEqual((done.returncode, done.stderr), (0, ""))

    def test_each_rule_of_ours_is_violated_in_a_test_and_none_before_its_first_day(self):
        for file in FILES:
            if file.name in GIVEN:
                continue
            policy = yaml.load(file.read_text(encoding="utf-8"), Loader=yaml.BaseLoader)
            for rule in policy["rules"]:
                expected = [test for test in policy["tests"] if rule["id"] in test["expect"].split()]
                self.assertTrue(expected, rule["id"])
                self.assertTrue(all(test["at"] >= rule["from"] for test in expected), rule["id"])
            days = {test["at"] for test in policy["tests"] if test["expect"] == "ok"}
            self.assertTrue(any(day < rule["from"] for day in days for rule in policy["rules"]))

    def test_their_english_says_all_that_has_a_name(self):
        for file in FILES:
            text = file.read_text(encoding="utf-8")
            policy = yaml.load(text, Loader=yaml.BaseLoader)
            english = run("explain", file).stdout
            named = policy["rules"] + policy.get("licences", [])
            for thing in named:
                self.assertIn(thing["id"], english)
            for thing in named + policy["tests"]:
                self.assertIn(f'"{thing["says"]}"', english)
            for day in re.findall(r"\d{4}-\d\d-\d\d", re.sub(r"#.*", "", text)):
                self.assertIn(day, english, file.name)

    def test_the_readme_tells_of_each(self):
        told = re.findall(r"^\| `([^`]*)` \|", (FOLDER / "README.md").read_text(encoding="utf-8"),
                          re.MULTILINE)
        self.assertEqual(sorted(told), [file.name for file in FILES])


if __name__ == "__main__":
    unittest.main()
