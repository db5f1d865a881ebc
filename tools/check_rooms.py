"""Checks the rules of rooms that a compiler cannot: check_rooms.py BUILD

Of each pure room's static library: no writable globals; only symbols with our prefix leave it,
each of one room alone; it calls only its list of libc functions, its libraries and the rooms that it names. Of the
sources: includes, `#pragma once`, marks without an issue, forgotten files. Long files are only
warned of. The certificate checker sees two rooms alone and stays small. BUILD is a release build:
sanitizers add globals and calls of their own.
"""

import re
import subprocess
import sys
from pathlib import Path

SYSTEM_ROOMS = {"barrier", "agent", "store", "web", "app", "serve", "daemon", "edged"}
PREFIX = "cp_"
LINES_MAX = 600

# The certificate checker: what it may see, and how many lines of code (no blank lines, no comments) an
# auditor has to read, its main() included.
CHECKER = "check"
CHECKER_SEES = {"base", "model"}
CHECKER_LINES_MAX = 1000

# The privileged program's own room: what it may see, and how many lines it has, counted likewise.
AGENT = "agent"
AGENT_SEES = {"base", "permit", "netlink", "barrier"}
AGENT_LINES_MAX = 800

# What every pure room may call from libc: functions of their arguments alone.
LIBC = {
    "memchr", "memcmp", "memcpy", "memmove", "memset", "mempcpy",
    "strchr", "strchrnul", "strcmp", "strcpy", "strcspn", "strlen", "strncmp", "strnlen",
    "strpbrk", "strrchr", "strspn", "strstr",
    "bsearch", "qsort", "snprintf",
}

# What single rooms may call beyond that: exact names, or a prefix ending in `*`.
EXTRA = {
    "base": {"malloc", "calloc", "realloc", "free", "abort", "vsnprintf",
             "fprintf", "fputs", "fwrite", "fputc", "stderr", "SHA256*", "EVP_*", "BIO_*", "PEM_*", "yaml_*"},
    "netlink": {"mnl_*", "ntohl", "htonl", "htons", "ntohs"},
    "capacity": {"exp", "floor", "ceil", "Clp_*"},
    "edge": {"vsnprintf"},
    "read": {"XML_*"},
}

# What compilers call by themselves.
COMPILER = {"__stack_chk_fail", "_GLOBAL_OFFSET_TABLE_"}

# Globals that tools put in, not we.
TOOL_GLOBALS = re.compile(r"__odr_asan|__asan|__ubsan|__tsan|__sancov|__gcov|__llvm")

# Sections that the loader makes read-only, and those that hold no variables.
READ_ONLY = re.compile(r"\.data\.rel\.ro|\.rodata|\.text|\.init_array|\.fini_array|\.note|\.debug"
                       r"|\.eh_frame|\.group|\.comment")

ROOT = Path(__file__).resolve().parent.parent
SRC = ROOT / "src"

problems, warnings = [], []


def symbols(library):
    """(name, bind-and-kind letter, section) of each symbol of an archive"""
    text = subprocess.run(["nm", "--format=sysv", str(library)], capture_output=True, text=True,
                          check=True).stdout
    for line in text.splitlines():
        cells = [cell.strip() for cell in line.split("|")]
        if len(cells) == 7 and cells[2] != "Class":
            yield cells[0], cells[2], cells[6]


def meson_names(room, variable):
    """The quoted names of a list in the room's meson.build"""
    text = (SRC / room / "meson.build").read_text(encoding="utf-8")
    text = re.sub(r"#.*", "", text)
    found = re.search(rf"^{variable}\s*=\s*(?:files\(|\[)([^\])]*)[\])]", text, re.MULTILINE)
    return re.findall(r"'([^']*)'", found[1]) if found else []


def plain(name):
    """The libc name behind a checked or versioned variant: __snprintf_chk is snprintf"""
    checked = re.fullmatch(r"__(\w+)_chk", name)
    return checked[1] if checked else re.sub(r"^__isoc\d+_", "", name)


def allowed(room, name):
    extra = EXTRA.get(room, set())
    prefixes = tuple(word[:-1] for word in extra if word.endswith("*"))
    return (name in COMPILER or plain(name) in LIBC | extra
            or bool(prefixes) and name.startswith(prefixes))


def check_library(room, library, defined_by_room):
    defined = defined_by_room[room]
    reachable = set(defined).union(*(defined_by_room.get(n, set())
                                     for n in meson_names(room, "room_needs")))
    for name, kind, section in symbols(library):
        if TOOL_GLOBALS.search(name):
            continue
        if kind in "Uwv":
            if name not in reachable and not allowed(room, name):
                problems.append(f"src/{room}: calls {name}, which is neither on its list nor in a "
                                "room that it names")
        elif kind in "CBbDdSsGgu" and not READ_ONLY.match(section):
            problems.append(f"src/{room}: {name} is a writable global")
        elif kind.isupper() and kind != "N" and not name.startswith(PREFIX):
            problems.append(f"src/{room}: exports {name} without the prefix {PREFIX}")


def check_names_once(defined_by_room):
    """Of two names alike the linker takes one and says nothing."""
    owner = {}
    for room in sorted(defined_by_room):
        for name in sorted(defined_by_room[room]):
            if TOOL_GLOBALS.search(name):
                continue
            if name in owner:
                problems.append(f"src/{room}: exports {name}, which src/{owner[name]} exports too")
            owner.setdefault(name, room)


def check_libraries(build):
    rooms = [path.parent.name for path in SRC.glob("*/meson.build")]
    libraries = {room: build / "src" / f"libcp_{room}.a" for room in sorted(rooms)}
    defined_by_room = {}
    for room, library in libraries.items():
        if not library.exists():
            problems.append(f"{library}: not built")
            continue
        defined_by_room[room] = {name for name, kind, _ in symbols(library)
                                 if kind.isupper() and kind != "U"}
    check_names_once(defined_by_room)
    for room in defined_by_room:
        if room not in SYSTEM_ROOMS:
            check_library(room, libraries[room], defined_by_room)


def own_header(path):
    """How a source includes its own header, or None where it has none"""
    room = path.relative_to(SRC).parts[0]
    stem = path.stem.removesuffix("_test")
    if (SRC / room / "include" / room / f"{stem}.h").exists():
        return f"{room}/{stem}.h"
    return f"{stem}.h" if path.with_name(f"{stem}.h").exists() else None


def check_source(path):
    name = path.relative_to(ROOT).as_posix()
    text = path.read_text(encoding="utf-8")
    includes = re.findall(r'^\s*#\s*include\s*[<"]([^>"]+)[>"]', text, re.MULTILINE)
    if any(".." in include.split("/") for include in includes):
        problems.append(f"{name}: an include goes through ..")
    if path.suffix == ".h" and not re.search(r"^#pragma once$", text, re.MULTILINE):
        problems.append(f"{name}: no #pragma once")
    own = own_header(path) if path.suffix == ".c" and path.is_relative_to(SRC) else None
    if own and not path.stem.endswith("_test") and includes[:1] != [own]:
        problems.append(f"{name}: the first include must be its own header, \"{own}\"")
    for mark in re.finditer(r"\b(TODO|FIXME|XXX)\b(?!\s*\(?#\d)", text):
        line = text.count("\n", 0, mark.start()) + 1
        problems.append(f"{name}:{line}: {mark[1]} without an issue number (write {mark[1]} #12)")
    lines = text.count("\n")
    if lines > LINES_MAX:
        warnings.append(f"{name}: {lines} lines; what is its second subject?")


def check_sources():
    for top in ("src", "tests", "fuzz", "bench"):
        for path in sorted((ROOT / top).rglob("*.[ch]")):
            check_source(path)


def code_lines(text):
    """Lines that hold more than comments"""
    text = re.sub(r"/\*.*?\*/", "", text, flags=re.DOTALL)
    return sum(1 for line in text.splitlines() if line.strip())


def check_small(name, may_see, lines_max):
    room = SRC / name
    if not room.exists():
        return
    seen = set(meson_names(name, "room_needs"))
    if seen != may_see:
        problems.append(f"src/{name}: sees {', '.join(sorted(seen))}; it may see "
                        f"{', '.join(sorted(may_see))} alone")
    lines = sum(code_lines(path.read_text(encoding="utf-8")) for path in room.rglob("*.[ch]")
                if not path.stem.endswith("_test"))
    if lines > lines_max:
        problems.append(f"src/{name}: {lines} lines of code; at most {lines_max}")


def check_forgotten():
    """Each source of a room is named in its meson.build."""
    for build_file in sorted(SRC.glob("*/meson.build")):
        room = build_file.parent
        text = re.sub(r"#.*", "", build_file.read_text(encoding="utf-8"))
        named = set(re.findall(r"'([^']*)'", text))
        for path in sorted(room.rglob("*.c")):
            name = path.relative_to(room).as_posix()
            if name not in named and name.removesuffix(".c") not in named:
                problems.append(f"src/{room.name}/{name}: not named in src/{room.name}/meson.build")


def main():
    check_libraries(Path(sys.argv[1]))
    check_sources()
    check_small(CHECKER, CHECKER_SEES, CHECKER_LINES_MAX)
    check_small(AGENT, AGENT_SEES, AGENT_LINES_MAX)
    check_forgotten()
    for line in warnings:
        print(f"warning: {line}")
    for line in problems:
        print(line)
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
