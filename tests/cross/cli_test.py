"""What golden cases cannot show of the program: closed and full outputs, threads, memory, terminals."""

import csv
import datetime
import fcntl
import io
import json
import os
import pty
import resource
import shutil
import struct
import subprocess
import tempfile
import termios
import unittest
from pathlib import Path

PROGRAM = os.environ["CLEANPATH"]
ROOT = Path(__file__).resolve().parent.parent.parent
SMALL = ROOT / "tests/golden/small"
AUDIT = [PROGRAM, "audit", str(SMALL), "--as-of", "2026-11-21"]
KOREA = [PROGRAM, "audit", str(ROOT / "examples/korea"), "--as-of", "2026-11-21"]
SANITIZED = any(mark in Path(PROGRAM).read_bytes() for mark in (b"__asan_", b"__tsan_"))


def run(args, **options):
    return subprocess.run(args, capture_output=True, check=False, timeout=120, **options)


def on_terminal(args, columns=0, **options):
    """Exit code and what stdout, a terminal (of so many columns; 0: it does not tell), was given"""
    mine, theirs = pty.openpty()
    fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", 24, columns, 0, 0))
    with subprocess.Popen(args, stdout=theirs, stderr=subprocess.DEVNULL, **options) as child:
        os.close(theirs)
        shown = b""
        while True:
            try:
                more = os.read(mine, 65536)
            except OSError:  # EIO: the child has gone
                break
            if not more:
                break
            shown += more
        code = child.wait()
    os.close(mine)
    return code, shown


class Case(unittest.TestCase):
    """The small case, copied and changed."""

    def setUp(self):
        holder = tempfile.TemporaryDirectory()
        self.addCleanup(holder.cleanup)
        self.folder = Path(holder.name) / "case"
        shutil.copytree(SMALL, self.folder)

    def edit(self, name, old, new):
        text = (self.folder / name).read_text(encoding="utf-8")
        self.assertIn(old, text)
        (self.folder / name).write_text(text.replace(old, new, 1), encoding="utf-8")

    def audit(self, *more):
        return run([PROGRAM, "audit", str(self.folder), *more])

    def day_in(self, zone):
        text = (SMALL / "policy.yaml").read_text(encoding="utf-8")
        lines = [line for line in text.splitlines() if not line.startswith("timezone:")]
        lines.insert(2, f"timezone: {zone}")
        (self.folder / "policy.yaml").write_text("\n".join(lines) + "\n", encoding="utf-8")
        done = self.audit("--json")
        return json.loads(done.stdout)["as_of"], done.stderr.decode()

    @unittest.skipUnless(Path("/usr/share/zoneinfo/Pacific/Kiritimati").exists(), "no zones here")
    def test_today_is_the_day_of_the_policys_time_zone(self):
        # 26 hours apart: never the same day.
        for zone, hours in (("Pacific/Kiritimati", 14), ("Etc/GMT+12", -12)):
            offset = datetime.timezone(datetime.timedelta(hours=hours))
            before = datetime.datetime.now(offset).date().isoformat()
            day, said = self.day_in(zone)
            after = datetime.datetime.now(offset).date().isoformat()
            self.assertIn(day, (before, after))
            self.assertNotIn("time zone", said)

    def test_a_time_zone_that_the_machine_does_not_know_is_a_warning(self):
        _, said = self.day_in("Atlantis/Main")
        self.assertIn("does not know the policy's time zone Atlantis/Main", said)

    def test_files_that_are_passed_over_are_named_once(self):
        self.assertNotIn(b"not read", self.audit().stderr)
        for name in ("Facts.csv", "policy.yml", "notes.txt", ".hidden", "README", "more.csv"):
            (self.folder / name).write_text("object,attribute,value\n", encoding="utf-8")
        (self.folder / "old").mkdir()
        done = self.audit("--facts", f"{self.folder}/./more.csv")
        said = [line for line in done.stderr.decode().splitlines() if "not read" in line]
        self.assertEqual(
            [f"cleanpath: {self.folder}: not read: Facts.csv (did you mean facts.csv?), "
             "notes.txt, policy.yml (did you mean policy.yaml?)"], said)

    def test_an_error_shows_the_path_as_it_can_be_opened(self):
        self.edit("nodes.csv", "id,", "id,colour,")
        self.assertIn(f"\n{self.folder}/nodes.csv:1:4: ", "\n" + self.audit().stderr.decode())

    def test_a_record_that_is_not_understood_shows_the_path_as_it_can_be_opened(self):
        (self.folder / "facts-2.csv").write_text("object,attribute,value\nnowhere,maker,zte\n",
                                                 encoding="utf-8")
        done = self.audit()
        self.assertEqual(done.returncode, 65)
        self.assertIn(f"\n{self.folder}/facts-2.csv:2: not understood: ",
                      "\n" + done.stderr.decode())

    def test_a_broken_policy_shows_the_path_as_it_can_be_opened(self):
        self.edit("policy.yaml", "rules:", "ruls:")
        done = self.audit()
        self.assertEqual(done.returncode, 78)
        self.assertTrue(done.stderr.decode().startswith(f"{self.folder}/policy.yaml:"), done.stderr)

    def test_a_path_with_controls_is_escaped_in_json(self):
        name = str(self.folder) + "/f\x7f\u009b\u202e.csv"
        shutil.copy(self.folder / "facts.csv", name)
        done = self.audit("--facts", name, "--json")
        self.assertIn(b"/f\\u007f\\u009b\\u202e.csv\"", done.stdout)
        self.assertIn(name, [given["path"] for given in json.loads(done.stdout)["inputs"]])

    def test_srlgs_asked_for_where_there_are_none_are_a_warning(self):
        rows = list(csv.reader((SMALL / "links.csv").read_text(encoding="utf-8").splitlines()))
        keep = [at for at, name in enumerate(rows[0]) if name != "srlgs"]
        with (self.folder / "links.csv").open("w", encoding="utf-8", newline="") as file:
            csv.writer(file).writerows([row[at] for at in keep] for row in rows)
        self.assertNotIn(b"srlgs", self.audit().stderr)
        self.assertIn(b"warning: only srlgs were to fail", self.audit("--fail", "srlg").stderr)

    def test_a_word_that_no_site_bears_is_a_warning(self):
        sites = (self.folder / "sites.csv").read_text(encoding="utf-8")
        (self.folder / "sites.csv").write_text(sites.replace("gov", "gvo"), encoding="utf-8")
        self.assertIn(b"selects by what nothing in the case bears: ", self.audit().stderr)


class Output(unittest.TestCase):
    def test_json_is_one_document_with_the_promised_names(self):
        done = run([*AUDIT, "--json"])
        answer = json.loads(done.stdout)
        self.assertEqual(answer["schema"], "cleanpath.audit/1")
        self.assertEqual(answer["as_of"], "2026-11-21")
        self.assertEqual([d["id"] for d in answer["demands"]], ["now", "fails", "sites", "free"])
        for demand in answer["demands"]:
            self.assertEqual(set(demand["states"]), {"steady", "transition", "repair", "liar"})
            self.assertIn(demand["verdict"], {"ok", "violation", "undecided", "no-path"})
            exposure = demand["exposure"]
            self.assertEqual(exposure is None, demand["exposure_depth"] is None)
            if exposure:
                self.assertEqual(len(exposure["failures"]), demand["exposure_depth"])
                self.assertEqual(len(exposure["links"]), len(exposure["path"]) - 1)
        sums = answer["summary"]
        self.assertEqual(sums["ok"] + sums["violation"] + sums["undecided"] + sums["no_path"], 4)

    def test_csv_says_the_same_as_json(self):
        answer = json.loads(run([*AUDIT, "--json"]).stdout)
        rows = list(csv.DictReader(io.StringIO(run([*AUDIT, "--csv"]).stdout.decode(), newline="")))
        self.assertEqual([(r["id"], r["verdict"]) for r in rows],
                         [(d["id"], d["verdict"]) for d in answer["demands"]])

    def test_the_number_of_threads_changes_no_byte(self):
        for form in ([], ["--json"], ["--csv"]):
            answers = {run([*AUDIT, *form, "--failures", "2", "--jobs", jobs]).stdout
                       for jobs in ("1", "2", "7")}
            self.assertEqual(len(answers), 1)

    def test_a_full_disk_is_code_74(self):
        with open("/dev/full", "wb") as full:
            done = subprocess.run(AUDIT, stdout=full, stderr=subprocess.PIPE, check=False)
        self.assertEqual(done.returncode, 74)
        self.assertIn(b"cannot write the answer", done.stderr)

    def test_a_closed_stdout_is_code_74(self):
        done = run(AUDIT, preexec_fn=lambda: os.close(1))
        self.assertEqual(done.returncode, 74)

    def test_an_answer_is_whole_or_not_at_all(self):
        done = run([*AUDIT, "--policy", "/dev/null"])
        self.assertEqual((done.returncode, done.stdout), (78, b""))

    def test_a_pipe_serves_as_a_file(self):
        rules = (SMALL / "policy.yaml").read_bytes()
        done = run([*AUDIT, "--policy", "/dev/stdin"], input=rules)
        self.assertEqual(done.returncode, 1)
        self.assertIn(b"0 of 3 sensitive demands comply", done.stdout)

    def test_today_is_the_default_day(self):
        done = run([PROGRAM, "audit", str(SMALL), "--json"])
        self.assertRegex(json.loads(done.stdout)["as_of"], r"^20\d\d-\d\d-\d\d$")


class Terminal(unittest.TestCase):
    def test_colours_only_on_a_terminal(self):
        self.assertNotIn(b"\033", run(AUDIT).stdout)
        plain = {k: v for k, v in os.environ.items() if k != "NO_COLOR"}
        code, shown = on_terminal(AUDIT, env={**plain, "TERM": "xterm"})
        self.assertEqual(code, 1)
        self.assertIn(b"\033[", shown)

    def test_lines_fit_the_terminal(self):
        plain = {**os.environ, "NO_COLOR": "1"}
        for columns, most in ((60, 60), (0, 100), (300, 100)):
            _, shown = on_terminal(KOREA, columns, env=plain)
            longest = max(len(line.rstrip("\r")) for line in shown.decode().split("\n"))
            self.assertLessEqual(longest, most)
            self.assertGreater(longest, most - 10)

    def test_no_color_is_honoured(self):
        _, shown = on_terminal(AUDIT, env={**os.environ, "TERM": "xterm", "NO_COLOR": "1"})
        self.assertNotIn(b"\033", shown)
        self.assertIn(b"VIOLATIONS TODAY", shown)

    def test_names_cannot_command_the_terminal(self):
        done = run([PROGRAM, "audit", "no\033[2Jsuch"])
        self.assertEqual(done.returncode, 66)
        self.assertNotIn(b"\033", done.stderr)


class Limits(unittest.TestCase):
    @unittest.skipIf(SANITIZED, "sanitizers need their address space")
    def test_no_memory_is_said_and_code_71(self):
        with tempfile.TemporaryDirectory() as folder:
            large = Path(folder) / "demands.csv"
            with large.open("wb") as file:
                file.truncate(1 << 30)
            done = run([*AUDIT, "--demands", str(large)], preexec_fn=lambda: resource.setrlimit(
                resource.RLIMIT_AS, (256 << 20, 256 << 20)))
        self.assertEqual(done.returncode, 71, done.stderr)
        self.assertIn(b"out of memory", done.stderr)


class Example(unittest.TestCase):
    def test_the_readme_shows_what_a_pipe_is_given(self):
        text = (ROOT / "README.md").read_text(encoding="utf-8")
        shown = text.split("$ make demo\n", 1)[1].split("```", 1)[0].splitlines()
        few = ["route", "examples/korea", "--demands", "examples/korea-bases.csv"]
        done = run(KOREA)
        demo = [*done.stdout.decode().splitlines(), f"exit code {done.returncode}",
                "$ build/cleanpath " + " ".join(few)]
        done = run([PROGRAM, *few, "--as-of", "2026-11-21"], cwd=ROOT)
        demo += [*done.stdout.decode().splitlines(), f"exit code {done.returncode}"]
        at, may_skip = 0, False
        for line in shown:
            if line.strip() == "...":
                may_skip = True
                continue
            self.assertIn(line, demo[at:])
            found = demo.index(line, at)
            self.assertTrue(found == at or may_skip, f"what stands before is left out: {line}")
            at, may_skip = found + 1, False
        self.assertTrue(at == len(demo) or may_skip)

    def test_a_sentence_is_one_line_in_a_pipe(self):
        demo = run(KOREA).stdout.decode()
        self.assertRegex(demo, r"(?m)^Summary: .* under no rule\.$")
        self.assertRegex(demo, r"(?m)^Sensitive bandwidth exposed: .* after one failure\.$")

    def test_the_demo_is_the_audit_of_the_example(self):
        date = ["--as-of", "2026-11-21", "--json"]
        demo = run([PROGRAM, "demo", *date])
        audit = run([PROGRAM, "audit", str(ROOT / "examples/korea"), *date])
        self.assertEqual((demo.returncode, demo.stdout), (audit.returncode, audit.stdout))


if __name__ == "__main__":
    unittest.main()
