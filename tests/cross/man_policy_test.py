"""The examples of the manual page of the policy language: each is run, and together they use every word."""

import os
import re
import subprocess
import tempfile
import unittest
from pathlib import Path

PROGRAM = os.environ["CLEANPATH"]
ROOT = Path(__file__).resolve().parent.parent.parent
PAGE = ROOT / "docs/man/cleanpath-policy.5"
HEAD = "cleanpath-policy: 1\nid: example\n"


class Example:
    def __init__(self, line, order, text):
        self.line = line
        self.order = order  # "example", "refused: WORDS"
        self.text = text if text.startswith("cleanpath-policy:") else HEAD + text


def read_examples():
    """What stands between .EX and .EE, with the comment in front of it"""
    examples, order, inside, start = [], "", None, 0
    for number, line in enumerate(PAGE.read_text(encoding="utf-8").splitlines(), 1):
        if line == ".EX":
            inside, start = [], number
        elif line == ".EE":
            examples.append(Example(start, order, "\n".join(inside) + "\n"))
            order, inside = "", None
        elif inside is not None:
            inside.append(line.replace("\\e", "\\"))
        elif line.startswith('.\\" '):
            order = line[4:]
    return examples


def read_vocabulary():
    """[(name, words)] of src/policy/vocabulary.c"""
    source = (ROOT / "src/policy/vocabulary.c").read_text(encoding="utf-8")
    found = []
    for name, strings in re.findall(r'\[(CP_(?:KEYS|WORDS)_\w+)\]\s*=\s*\(?((?:"[^"]*"\s*)+)', source):
        found.append((name, "".join(re.findall(r'"([^"]*)"', strings)).split()))
    return found


class Manual(unittest.TestCase):
    def setUp(self):
        holder = tempfile.TemporaryDirectory()
        self.addCleanup(holder.cleanup)
        self.path = Path(holder.name) / "policy.yaml"

    def run_policy(self, command, text):
        self.path.write_text(text, encoding="utf-8")
        return subprocess.run([PROGRAM, "policy", command, str(self.path)], capture_output=True,
                              check=False, timeout=60, encoding="utf-8")

    def test_every_example_does_what_the_page_says(self):
        for example in read_examples():
            with self.subTest(line=example.line):
                if example.order == "example":
                    self.check_example(example)
                elif example.order.startswith("refused: "):
                    done = self.run_policy("check", example.text)
                    self.assertEqual(done.returncode, 78, done.stdout)
                    self.assertIn(": " + example.order[9:], done.stderr)
                else:
                    self.fail("nothing says what the example is")

    def check_example(self, example):
        done = self.run_policy("test", example.text)
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
        expected = re.findall(r"expect: (\w+)", example.text)
        self.assertIn("ok", expected, "no accepting use")
        self.assertTrue({"violates", "undecided"} & set(expected), "no refusing use")
        passed = re.search(r"^(\d+) passed, 0 failed$", done.stdout, re.MULTILINE)
        self.assertEqual(int(passed[1]), len(expected))

    def test_each_rule_of_an_example_is_seen_to_refuse(self):
        for example in read_examples():
            if example.order == "example":
                done = self.run_policy("check", example.text)
                self.assertEqual(done.returncode, 0, done.stderr)
                self.assertNotIn("has no test", done.stderr, example.line)

    def test_the_examples_use_every_key(self):
        text = "\n".join(example.text for example in read_examples())
        for name, words in read_vocabulary():
            for word in words:
                if name.startswith("CP_KEYS_"):
                    self.assertRegex(text, rf"(?<![\w-]){re.escape(word)}:", name)

    def test_the_page_names_every_word(self):
        page = PAGE.read_text(encoding="utf-8")
        vocabulary = read_vocabulary()
        self.assertGreater(len(vocabulary), 30)
        for name, words in vocabulary:
            for word in words:
                self.assertRegex(page, rf"(?<![\w-]){re.escape(word)}(?![\w-])", name)


if __name__ == "__main__":
    unittest.main()
