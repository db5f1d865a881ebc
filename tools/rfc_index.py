"""Gathers the comments that cite RFCs into docs/rfc.md.

`/* RFC 5440 7.1: ... */` marks where a rule is carried out, `/* RFC 5440 7.1 DEVIATION: why */`
where we do otherwise on purpose, `/* RFC 5440 7.1 TEST */` the test that proves it.
"""

import re
from collections import defaultdict
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
OUT = ROOT / "docs" / "rfc.md"
CITE = re.compile(r"/\*\s*RFC (\d+) ([A-Z\d][\w.]*)( DEVIATION| TEST)?(?::\s*(.*?))?\s*\*/",
                  re.DOTALL)


def gather():
    """{(rfc, section): {"rule" | "DEVIATION" | "TEST": [(file:line, text)]}}"""
    found = defaultdict(lambda: defaultdict(list))
    for top in ("src", "tests"):
        for path in sorted((ROOT / top).rglob("*.[ch]")):
            text = path.read_text(encoding="utf-8")
            for cite in CITE.finditer(text):
                line = text.count("\n", 0, cite.start()) + 1
                where = f"{path.relative_to(ROOT).as_posix()}:{line}"
                said = re.sub(r"\s*\n\s*\**\s*", " ", cite[4] or "").replace("|", "\\|")
                found[int(cite[1]), cite[2]][(cite[3] or " rule").strip()].append((where, said))
    return found


def order(key):
    number, section = key
    return number, [(part.isdigit(), int(part) if part.isdigit() else 0, part)
                    for part in section.split(".")]


def page(found):
    lines = ["# RFC rules and where they are kept", "", "Written by `tools/rfc_index.py`.", "",
             "| rule | what it says | kept at | proved by |", "| --- | --- | --- | --- |"]
    for key in sorted(found, key=order):
        kinds = found[key]
        said = [text for _, text in kinds["rule"] if text]
        said += ["we do otherwise: " + text for _, text in kinds["DEVIATION"]]
        kept = [where for where, _ in kinds["rule"] + kinds["DEVIATION"]]
        tests = [where for where, _ in kinds["TEST"]]
        cells = [f"RFC {key[0]} {key[1]}", "; ".join(said), ", ".join(kept), ", ".join(tests)]
        lines.append("| " + " | ".join(cell or "none" for cell in cells) + " |")
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    OUT.write_text(page(gather()), encoding="utf-8")
