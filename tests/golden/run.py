"""Golden cases: run.py PROGRAM [--bless] [CASE...]

A case is a folder below this one with a file `cmd`. Each line of it holds the arguments of one
run of the program (quoted as for a shell; `#` begins a comment); the runs take place in that
folder, in order, and their outputs are joined. Expected are `expected.stdout`, `expected.exit`
(a line a run, 0 where the file is absent) and, only where the file exists, `expected.stderr`.
--bless writes what the program did into these files instead: read the diff before you commit it.
Prints TAP, a line a case.
"""

import difflib
import os
import shlex
import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
TIMEOUT_S = 120


def run(program, folder):
    """What the case's runs wrote and returned, as {file name: bytes}"""
    out, err, codes = b"", b"", ""
    env = {**os.environ, "LC_ALL": "C", "TZ": "UTC"}
    for line in (folder / "cmd").read_text(encoding="utf-8").splitlines():
        args = shlex.split(line, comments=True)
        if not args:
            continue
        done = subprocess.run([program, *args], cwd=folder, env=env, capture_output=True,
                              stdin=subprocess.DEVNULL, timeout=TIMEOUT_S, check=False)
        out, err, codes = out + done.stdout, err + done.stderr, codes + f"{done.returncode}\n"
    return {"expected.stdout": out, "expected.stderr": err, "expected.exit": codes.encode()}


def bless(folder, got):
    for name, content in got.items():
        path = folder / name
        all_zero = name == "expected.exit" and not content.replace(b"0\n", b"")
        if (name == "expected.stderr" or all_zero) and not path.exists():
            continue
        path.write_bytes(content)


def differences(folder, got):
    """Lines of a diff; none where all is as expected"""
    lines = []
    for name, content in got.items():
        path = folder / name
        if name == "expected.stderr" and not path.exists():
            continue
        if path.exists():
            wanted = path.read_bytes()
        else:
            wanted = b"0\n" * content.count(b"\n") if name == "expected.exit" else b""
        if wanted != content:
            old, new = (text.decode("utf-8", "replace").splitlines() for text in (wanted, content))
            lines += difflib.unified_diff(old, new, name, "now", lineterm="")
    if lines and not (folder / "expected.stderr").exists():
        err = got["expected.stderr"].decode("utf-8", "replace")
        lines += ["stderr: " + line for line in err.splitlines()]
    return lines


def check(program, folder):
    try:
        return differences(folder, run(program, folder))
    except (OSError, ValueError, subprocess.TimeoutExpired) as error:
        return [str(error)]


def main():
    words = [word for word in sys.argv[1:] if word != "--bless"]
    program, wanted = Path(words[0]).resolve(), words[1:]
    folders = sorted(path.parent for path in HERE.rglob("cmd"))
    names = {folder.relative_to(HERE).as_posix(): folder for folder in folders}
    cases = [(name, folder) for name, folder in names.items() if not wanted or name in wanted]
    if "--bless" in sys.argv:
        for name, folder in cases:
            bless(folder, run(program, folder))
            print(f"blessed {name}")
        return 0
    print(f"1..{len(cases)}" + ("" if cases else " # SKIP no cases yet"), flush=True)
    failures = 0
    for number, (name, folder) in enumerate(cases, start=1):
        lines = check(program, folder)
        failures += bool(lines)
        print(f"{'not ok' if lines else 'ok'} {number} - {name}", flush=True)
        for line in lines:
            print("# " + line, flush=True)
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())
