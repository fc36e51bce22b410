#!/usr/bin/env python3
"""Runs each program with its bug and without, and says who caught what.

Usage: check.py --column NAME --programs BINARY --table README [--guarded] [--print]

The README has a table with a row per program and a column per checker. The column
NAME must be what BINARY, built for that checker, does: `line` where the report is
cex's and names the right line, `cex` where it names another, `guard` where it is of the
access itself at a page that can't be touched, `tool` where it is the tool's, `crash` where
the program died without a report, `-` where it went unnoticed; `hangs` is no good answer. The
twin of a program, the same without its bug, must end well and print nothing. --print
prints the column.
"""

import argparse
import pathlib
import re
import subprocess
import sys

GUARD = re.compile(r"^cex: \(unknown line\): (read|write|access) ", re.M)
HANGS = "hangs"  # in place of an exit status
TOOL = re.compile(r"(Address|Leak|Memory)Sanitizer|^==\d+== ", re.M)


def run(command):
    try:
        done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
                              errors="replace", check=False, timeout=120)
    except subprocess.TimeoutExpired:
        return HANGS, ""
    return done.returncode, done.stdout


def expected_lines(sources):
    """Of each program its file and the line with FOUND, or else with BUG, in it or in front of it."""
    lines = {}
    for source in sources.glob("*.cc"):
        name, marks = None, {}
        for number, line in enumerate(source.read_text(encoding="utf-8").splitlines(), 1):
            start = re.match(r"PROGRAM\((\w+)\) {", line)
            name = start.group(1) if start else name
            for mark in re.findall(r"// (FOUND|BUG)", line):
                marks.setdefault(mark, number)
            is_one_line = start is not None and "}" in line
            if name is not None and (line == "}" or is_one_line):
                lines[name] = source.name, marks.get("FOUND") or marks["BUG"]
                name, marks = None, {}
    return lines


def outcome(expected, code, output):
    if code == HANGS:
        return HANGS
    report = re.search(r"^cex: (\S+?):(\d+): .*", output, re.M)
    if report is None:
        if GUARD.search(output) and code != 0:
            return "guard"
        if TOOL.search(output) and code != 0:
            return "tool"
        return "crash" if code != 0 else "-"
    file, line = expected
    if not report.group(1).endswith(f"testing/bugs/{file}"):
        return "elsewhere: " + report.group(0)
    return "line" if int(report.group(2)) == line else "cex"


def read_column(table, column):
    rows = [[cell.strip() for cell in line.strip().strip("|").split("|")]
            for line in table.read_text(encoding="utf-8").splitlines() if line.startswith("|")]
    if not rows or column not in rows[0]:
        sys.exit(f"check.py: {table} has no column {column}")
    index = rows[0].index(column)
    return {row[0].strip("`"): row[index] for row in rows[2:]}


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--column", required=True)
    parser.add_argument("--programs", required=True, type=pathlib.Path)
    parser.add_argument("--table", required=True, type=pathlib.Path)
    parser.add_argument("--guarded", action="store_true", help="each block at a page's end")
    parser.add_argument("--print", action="store_true", dest="only_print")
    parser.add_argument("--under", nargs="*", default=[], help="a command to run each program with")
    options = parser.parse_args()
    lines = expected_lines(options.table.parent)
    names = sorted(run([options.programs.resolve(), "--list"])[1].split())
    if not names:
        sys.exit(f"check.py: {options.programs} lists no programs")
    expected = {} if options.only_print else read_column(options.table, options.column)
    failures = 0
    for name in names:
        command = [*options.under, options.programs.resolve(), name]
        how = ["guarded"] if options.guarded else []
        found = outcome(lines[name], *run([*command, "bug", *how]))
        code, output = run([*command, "correct", *how])
        if code != 0 or output:
            failures += 1
            print(f"FAILED {name}: its correct twin ends with {code} and prints: {output[:2000]}")
        if options.only_print:
            print(f"{name} {found}")
        elif found != expected.get(name):
            failures += 1
            print(f"FAILED {name}: {options.column} should have it as {expected.get(name)!r}, "
                  f"and has it as {found!r}")
    for name in sorted(expected.keys() - set(names) - {"**caught, of %d**" % len(names)}):
        failures += 1
        print(f"FAILED {name}: is in the table, but there is no such program")
    print(f"{len(names)} programs, {failures} failures")
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())
