"""docs/api/openapi.yaml as a C text of JSON: make_openapi.py OPENAPI.YAML OUT.C"""

import json
import sys

import yaml


def main():
    with open(sys.argv[1], encoding="utf-8") as source:
        text = json.dumps(yaml.safe_load(source), ensure_ascii=True, indent=1) + "\n"
    with open(sys.argv[2], "w", encoding="ascii") as out:
        # as numbers: ISO C promises no more than 4,095 bytes of a string literal
        out.write("extern const char cp_openapi[];\n\nconst char cp_openapi[] = {\n")
        for at in range(0, len(text), 20):
            out.write(" ".join(f"{ord(c)}," for c in text[at:at + 20]) + "\n")
        out.write("0};\n")


if __name__ == "__main__":
    main()
