"""Tests of the tools that decide whether our other tests passed."""

import json
import re
import os
import shutil
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

TOOLS = Path(__file__).resolve().parent
GOLDEN = TOOLS.parent / "tests" / "golden" / "run.py"


def counted(runs, meson_code=0):
    """count_tests.py over the runs given"""
    with tempfile.TemporaryDirectory() as folder:
        log = Path(folder) / "testlog.json"
        log.write_text("".join(json.dumps(run) + "\n" for run in runs), encoding="utf-8")
        done = subprocess.run([sys.executable, TOOLS / "count_tests.py", str(meson_code), log],
                              capture_output=True, text=True, check=False)
    return done


def count(runs, meson_code=0):
    """(last line, exit code) of the same"""
    done = counted(runs, meson_code)
    return done.stdout.splitlines()[-1], done.returncode


def program(result, stdout="", code=0):
    return {"name": "cleanpath:unit / base/x_test", "result": result, "stdout": stdout,
            "stderr": "", "returncode": code}


class Install(unittest.TestCase):
    def test_every_manual_page_is_installed(self):
        made = (TOOLS.parent / "meson.build").read_text(encoding="utf-8")
        pages = sorted((TOOLS.parent / "docs" / "man").iterdir())
        self.assertGreater(len(pages), 5)
        for page in pages:
            self.assertIn(f"'docs/man/{page.name}'", made)

    def test_whatever_is_installed_has_a_tag(self):
        """make install and make install-headend install by tags: what has none is left out in silence"""
        made = (TOOLS.parent / "meson.build").read_text(encoding="utf-8")
        calls = re.findall(r"^ *(install_(?:data|subdir)\(.*?\))$", made, re.MULTILINE | re.DOTALL)
        self.assertGreater(len(calls), 5)
        for call in calls:
            self.assertIn("install_tag:", call)


class CountTests(unittest.TestCase):
    def test_each_tap_case_counts(self):
        self.assertEqual(count([program("OK", "1..2\nok 1 - a\nok 2 - b\n")]),
                         ("2 passed, 0 failed", 0))

    def test_program_without_tap_counts_as_one(self):
        self.assertEqual(count([program("OK", "12 inputs\n")]), ("1 passed, 0 failed", 0))

    def test_failed_case_counts_once(self):
        run = program("ERROR", "1..2\nok 1 - a\nnot ok 2 - b\n# why\n", 1)
        self.assertEqual(count([run], 1), ("1 passed, 1 failed", 1))

    def test_crash_after_a_passed_case_is_a_failure(self):
        run = program("ERROR", "1..2\nok 1 - a\n", -6)
        self.assertEqual(count([run], 1), ("1 passed, 1 failed", 1))

    def test_of_what_a_crashed_program_said_both_ends_are_shown(self):
        run = program("ERROR", "", 99) | {"stderr": "".join(f"line {i}\n" for i in range(100))}
        shown = counted([run], 1).stdout
        for wanted in ("line 0\n", "line 19\n", "...\n", "line 80\n", "line 99\n"):
            self.assertIn(wanted, shown)
        self.assertNotIn("line 20\n", shown)

    def test_early_end_without_error_is_a_failure(self):
        self.assertEqual(count([program("OK", "1..3\nok 1 - a\n")]), ("1 passed, 1 failed", 1))

    def test_timeout_is_a_failure(self):
        self.assertEqual(count([program("TIMEOUT")], 1), ("0 passed, 1 failed", 1))

    def test_nothing_run_is_a_failure(self):
        self.assertEqual(count([]), ("0 passed, 0 failed", 1))

    def test_error_of_meson_itself_is_a_failure(self):
        self.assertEqual(count([program("OK", "1..1\nok 1 - a\n")], 2), ("1 passed, 1 failed", 1))

    def test_skipped_case_is_neither(self):
        run = program("OK", "1..2\nok 1 - a\nok 2 - b # SKIP no network\n")
        self.assertEqual(count([run]), ("1 passed, 0 failed", 0))

    def test_a_program_whose_cases_are_all_skipped_is_no_failure(self):
        runs = [program("OK", "1..1\nok 1 - a\n"), program("SKIP", "1..1\nok 1 - b # SKIP no data\n")]
        self.assertEqual(count(runs), ("1 passed, 0 failed", 0))

    def test_a_skipped_program_that_ends_early_is_a_failure(self):
        run = program("SKIP", "1..2\nok 1 - b # SKIP no data\n")
        self.assertEqual(count([run]), ("0 passed, 1 failed", 1))


class Golden(unittest.TestCase):
    def setUp(self):
        self.folder = Path(tempfile.mkdtemp())
        self.addCleanup(shutil.rmtree, self.folder)
        shutil.copy(GOLDEN, self.folder)
        self.case = self.folder / "case"
        self.case.mkdir()
        (self.case / "cmd").write_text("-c 'echo out; exit 1' # a comment\n-c 'echo more'\n")

    def run_golden(self, *words):
        return subprocess.run([sys.executable, self.folder / "run.py", "/bin/sh", *words],
                              capture_output=True, text=True, check=False)

    def test_blessed_case_passes(self):
        self.run_golden("--bless")
        self.assertEqual((self.case / "expected.exit").read_text(), "1\n0\n")
        self.assertEqual(self.run_golden().returncode, 0)

    def test_changed_output_fails(self):
        self.run_golden("--bless")
        (self.case / "expected.stdout").write_text("out\n")
        done = self.run_golden()
        self.assertEqual(done.returncode, 1)
        self.assertIn("# +more", done.stdout)

    def test_changed_exit_code_fails(self):
        self.run_golden("--bless")
        (self.case / "expected.exit").unlink()
        self.assertEqual(self.run_golden().returncode, 1)

    def test_case_without_expected_output_fails(self):
        self.assertEqual(self.run_golden().returncode, 1)


class Rooms(unittest.TestCase):
    def check(self, text, *compiler_options, room_name="base", needs="", header=None):
        """What check_rooms.py says of a room made of one source"""
        with tempfile.TemporaryDirectory() as folder:
            top = Path(folder)
            (top / "tools").mkdir()
            shutil.copy(TOOLS / "check_rooms.py", top / "tools")
            room, build = top / "src" / room_name, top / "build" / "src"
            room.mkdir(parents=True)
            build.mkdir(parents=True)
            (room / "x.c").write_text(text)
            if header is not None:
                (room / "y.h").write_text(header)
            (room / "meson.build").write_text(f"room_sources = files('x.c')\n{needs}")
            subprocess.run(["gcc", "-O2", "-fPIC", *compiler_options, "-c", room / "x.c",
                            "-o", build / "x.o"], check=True)
            subprocess.run(["ar", "rcs", build / f"libcp_{room_name}.a", build / "x.o"], check=True)
            done = subprocess.run([sys.executable, top / "tools" / "check_rooms.py",
                                   top / "build"], capture_output=True, text=True, check=False)
        self.assertEqual(done.returncode, 1 if done.stdout else 0, done.stderr)
        return done.stdout

    def test_clean_room_passes(self):
        text = ("#include <string.h>\n"
                "static const char *const names[] = {\"a\", \"b\"};\n"
                "const char *cp_name(int i) { return strchr(names[i], 'b'); }\n")
        self.assertEqual(self.check(text), "")

    def test_writable_global_is_found(self):
        text = "int *cp_f(void) { static int n; return &n; }\n"
        self.assertIn("writable global", self.check(text))

    def test_writable_table_of_pointers_is_found(self):
        self.assertIn("writable global", self.check("const char *cp_names[] = {\"a\"};\n"))

    def test_thread_local_is_found(self):
        self.assertIn("writable global",
                      self.check("int *cp_f(void) { static _Thread_local int n; return &n; }\n"))

    def test_forbidden_call_is_found(self):
        self.assertIn("calls getenv", self.check("#include <stdlib.h>\n"
                                                 "char *cp_f(void) { return getenv(\"X\"); }\n"))

    def test_checked_variant_of_an_allowed_call_passes(self):
        self.assertEqual(self.check("#include <stdio.h>\n"
                                    "int cp_f(char *b, unsigned n, const char *s)\n"
                                    "{ return snprintf(b, n, \"%s\", s); }\n",
                                    "-D_FORTIFY_SOURCE=2"), "")

    def test_missing_prefix_is_found(self):
        self.assertIn("exports f without", self.check("int f(void) { return 1; }\n"))

    def test_include_through_parent_is_found(self):
        text = "#if 0\n#include \"../graph/csr.h\"\n#endif\n"
        self.assertIn("goes through ..", self.check(text))

    def test_mark_without_issue_is_found(self):
        mark = "TO" + "DO"
        self.assertIn("without an issue", self.check(f"/* {mark}: later */\n"))
        self.assertEqual(self.check(f"/* {mark} #12: later */\n"), "")

    def test_a_file_has_600_lines_and_no_more_unless_it_was_generated(self):
        text = "int cp_f(void)\n{\n    return 1;\n}\n"
        self.assertEqual(self.check(text + "\n" * 596), "")
        self.assertIn("x.c: 601 lines", self.check(text + "\n" * 597))
        self.assertEqual(self.check("/* Generated by tools/check_rooms.py from nothing */\n" + text + "\n" * 597), "")
        self.assertIn("tools/make.py made it, which is not there",
                      self.check("/* Generated by tools/make.py */\n" + text + "\n" * 597))

    def test_python_and_c_run_the_same_share_of_cases(self):
        cross = TOOLS.parent / "tests" / "cross"
        with tempfile.TemporaryDirectory() as folder:
            (Path(folder) / "x.c").write_text('#include <stdio.h>\n#include "share.h"\n'
                                              'int main(void) { printf("%u\\n", share_of(100)); return 0; }\n')
            subprocess.run(["gcc", f"-I{cross.parent}", f"{folder}/x.c", "-o", f"{folder}/x"], check=True)
            for said in (None, "", "0", "1", "8", "+8", " 8", "8x", "x", "-8", "1000", "1001", "1" * 30):
                env = {k: v for k, v in os.environ.items() if k != "TEST_SHARE"} | ({} if said is None else {"TEST_SHARE": said})
                got = [subprocess.run(args, env=env, capture_output=True, text=True, check=False, cwd=cross).stdout
                       for args in ([f"{folder}/x"], [sys.executable, "-c", "from share import *; print(share_of(100))"])]
                self.assertEqual(got[1], got[0], said)

    def checker(self, lines, needs="['base', 'model']", other=""):
        text = "int cp_f(void)\n{\n" + "    ;\n" * (lines // 2 - 4) + "    return 1;\n}\n" + other
        header = "#pragma once\n" + "int f(int);\n" * (lines - lines // 2 - 1)
        return self.check(text, room_name="check", needs=f"room_needs = {needs}\n", header=header)

    def test_checker_has_a_thousand_lines_and_no_more(self):
        self.assertEqual(self.checker(1000), "")
        self.assertIn("1001 lines of code", self.checker(1001))

    def test_comments_and_blank_lines_of_the_checker_are_no_code(self):
        self.assertEqual(self.checker(1000, other="\n/* one\n * two */\n"), "")

    def test_checker_sees_base_and_model_alone(self):
        self.assertIn("it may see base, model alone", self.checker(10, "['base', 'model', 'graph']"))


class Privileged(unittest.TestCase):
    """What the privileged program is linked of: main.c, and of the room `permit` what main.c needs"""

    def sizes(self, *linker_options, spare_is_called=False, lines=1):
        """(output, exit code) of check_rooms.py BUILD --sizes"""
        files = {
            "agent/main.c": "#include \"permit/used.h\"\nint cp_spare(void);\n"
                            f"int main(void) {{ return cp_used(){' + cp_spare()' * spare_is_called}; }}\n",
            "agent/meson.build": "room_programs = {'cleanpath-agent': files('main.c')}\n"
                                 "room_needs = ['base', 'permit', 'netlink', 'barrier']\n",
            "permit/include/permit/used.h": "#pragma once\n/* why */\nint cp_used(void);\n",
            "permit/include/permit/other.h": "#pragma once\nint cp_other(void);\n",
            "permit/used.c": "#include \"permit/used.h\"\n\nint cp_used(void) { return 1; }\n"
                             + "/* a */ extern int cp_x;\n" * (lines - 1),
            "permit/spare.c": "int cp_spare(void);\nint cp_spare(void) { return 1; }\n",
            "permit/meson.build": "room_sources = files('used.c', 'spare.c')\n",
        }
        with tempfile.TemporaryDirectory() as folder:
            top = Path(folder)
            build = top / "build" / "src"
            build.mkdir(parents=True)
            (top / "tools").mkdir()
            shutil.copy(TOOLS / "check_rooms.py", top / "tools")
            for name, text in files.items():
                (top / "src" / name).parent.mkdir(parents=True, exist_ok=True)
                (top / "src" / name).write_text(text)
            for name in ("used", "spare"):
                subprocess.run(["gcc", f"-I{top}/src/permit/include", "-c", top / f"src/permit/{name}.c",
                                "-o", build / f"permit_{name}.c.o"], check=True)
            subprocess.run(["ar", "rcs", build / "libcp_permit.a", build / "permit_used.c.o",
                            build / "permit_spare.c.o"], check=True)
            subprocess.run(["ar", "rcs", build / "libcp_agent.a"], check=True)
            subprocess.run(["gcc", f"-I{top}/src/permit/include", top / "src/agent/main.c",
                            build / "libcp_permit.a", "-o", top / "build/cleanpath-agent",
                            *linker_options], check=True)
            done = subprocess.run([sys.executable, top / "tools/check_rooms.py", top / "build", "--sizes"],
                                  capture_output=True, text=True, check=False)
        self.assertEqual(done.stderr, "")
        return done.stdout, done.returncode

    def test_what_is_linked_is_counted_and_nothing_else(self):
        self.assertEqual(self.sizes(), ("     3 src/agent/main.c\n"
                                        "     2 src/permit/include/permit/used.h\n"
                                        "     2 src/permit/used.c\n"
                                        "     7 cleanpath-agent\n", 0))

    def test_a_file_of_another_room_counts_once_it_is_linked(self):
        self.assertIn("     9 cleanpath-agent\n", self.sizes(spare_is_called=True)[0])

    def test_a_program_that_was_stripped_is_a_failure(self):
        said, code = self.sizes("-s")
        self.assertIn("cleanpath-agent: stripped", said)
        self.assertEqual(code, 1)

    def test_lines_of_other_rooms_past_the_limit_are_a_failure(self):
        said, code = self.sizes(lines=800)
        self.assertIn("cleanpath-agent: 806 lines of code run with its privilege; at most 800", said)
        self.assertEqual(code, 1)


if __name__ == "__main__":
    unittest.main()
