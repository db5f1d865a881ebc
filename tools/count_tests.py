"""Counts test cases in Meson's log of a test run: count_tests.py MESON_EXIT_CODE testlog.json

A program that speaks TAP counts a case a line, any other program counts as one. A program that
crashes, times out or stops early is one failure more. Prints what failed and why, a line a
suite, and last `N passed, N failed`; exits with 1 when anything failed or nothing ran.
"""

import json
import re
import sys
from collections import Counter
from pathlib import Path

CASE = re.compile(r"(not )?ok\b\s*(\d*)\s*-?\s*([^#]*)(#\s*skip)?", re.IGNORECASE)
PLAN = re.compile(r"1\.\.(\d+)")
STDERR_LINES = 20  # at either end: a sanitizer says first what it found


def tap_cases(text):
    """(cases as [passed, skipped, name, notes], how many were planned or None)"""
    cases, planned = [], None
    for line in text.splitlines():
        case, plan = CASE.match(line), PLAN.match(line)
        if case:
            cases.append([not case[1], bool(case[4]), case[3].strip() or case[2], []])
        elif plan:
            planned = int(plan[1])
        elif line.startswith("#") and cases:
            cases[-1][3].append(line)
    return cases, planned


def count_program(run, passed, failed):
    """Adds one program's cases; returns how many were skipped."""
    suite = run["name"].split(" / ")[0].split(":")[-1].split("+")[0]
    name = run["name"].split(" / ")[-1]
    cases, planned = tap_cases(run.get("stdout", ""))
    if run["result"] == "SKIP" and not cases:
        return 1
    failed_before = len(failed)
    for good, skipped, case, notes in cases:
        if good and not skipped:
            passed[suite] += 1
        elif not skipped:
            failed.append((f"{name}: {case}", notes))
    if not cases and planned is None and run["result"] == "OK":
        passed[suite] += 1
    stopped_early = planned is not None and len(cases) != planned
    all_skipped = run["result"] == "SKIP" and all(skipped for _, skipped, _, _ in cases)
    well = run["result"] == "OK" or all_skipped
    if stopped_early or (not well and len(failed) == failed_before):
        why = f"{run['result']}, return code {run['returncode']}"
        said = run.get("stderr", "").splitlines()
        if len(said) > 2 * STDERR_LINES:
            said[STDERR_LINES:-STDERR_LINES] = ["..."]
        failed.append((f"{name}: {why}", said))
    return sum(skipped for _, skipped, _, _ in cases)


def main():
    meson_code, path = int(sys.argv[1]), Path(sys.argv[2])
    passed, failed, skipped = Counter(), [], 0
    if path.exists():
        for line in path.read_text(encoding="utf-8").splitlines():
            skipped += count_program(json.loads(line), passed, failed)
    if meson_code != 0 and not failed:
        failed.append((f"meson test: exit code {meson_code}", []))
    for name, notes in failed:
        print("\n".join([f"FAILED {name}"] + ["    " + note for note in notes]))
    for suite in sorted(passed):
        print(f"{suite}: {passed[suite]} passed")
    if skipped:
        print(f"skipped: {skipped}")
    total = sum(passed.values())
    print(f"{total} passed, {len(failed)} failed")
    return 0 if total > 0 and not failed else 1


if __name__ == "__main__":
    sys.exit(main())
