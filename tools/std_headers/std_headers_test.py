#!/usr/bin/env python3
"""Which headers of the standard library each public header of cex reaches, held against a list.

Usage: std_headers_test.py TREE GOLDEN [--update]

TREE is a directory with cex/NAME.h and cex/PACKAGE/internal/NAME.h below it. An #include under a
condition counts. What a header costs to parse is nearly all in these: a new one is to be meant.
"""

import pathlib
import re
import sys

_INCLUDE = re.compile(r'^\s*#\s*include\s*([<"])([^>"]+)[>"]', re.MULTILINE)


def reached(tree, name, seen):
    """The names of the foreign headers that cex's own header `name` includes, at any depth."""
    if name in seen:
        return set()
    seen.add(name)
    found = set()
    for kind, other in _INCLUDE.findall((tree / name).read_text(encoding="utf-8")):
        if kind == "<":
            found.add(other)
        else:
            found |= reached(tree, other, seen)
    return found


def main():
    tree, golden = (pathlib.Path(argument) for argument in sys.argv[1:3])
    names = sorted(str(path.relative_to(tree)) for path in tree.glob("cex/*.h"))
    lines = ["{}: {}".format(name, " ".join(sorted(reached(tree, name, set())))).rstrip()
             for name in names]
    if "--update" in sys.argv[3:]:
        golden.write_text("\n".join(lines) + "\n", encoding="utf-8")
        return 0
    expected = golden.read_text(encoding="utf-8").splitlines()
    for line in expected:
        if line not in lines:
            print("- " + line)
    for line in lines:
        if line not in expected:
            print("+ " + line)
    if not names:
        print("no headers below", tree)
    return 0 if names and lines == expected else 1


if __name__ == "__main__":
    sys.exit(main())
