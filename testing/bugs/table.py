#!/usr/bin/env python3
"""Prints the table of bugs and checkers: ./bazelw run //testing/bugs:table

Builds the programs for each checker, runs them there and prints who caught what, as
the README of this directory has it and explains it.
"""

import os
import re
import subprocess
import sys

# The column, Bazel's options, the test that fills it.
COLUMNS = [
    ("CEX_TEST", [], "cex_test_test"),
    ("CEX_TEST + guard", [], "cex_test_guard_test"),
    ("ASan", ["--config=asan"], "asan_test"),
    ("CEX_TEST + ASan", ["--config=asan"], "cex_test_asan_test"),
    ("Valgrind", ["--config=valgrind"], "valgrind_test"),
    ("CEX_TEST + Valgrind", ["--config=valgrind"], "cex_test_valgrind_test"),
    ("MSan", ["--config=msan"], "msan_test"),
    ("CEX_TEST + MSan", ["--config=msan"], "cex_test_msan_test"),
]
OUTCOME = re.compile(r"^(\w+) (line|cex|guard|tool|crash|-|elsewhere: .*)$", re.M)


def measure(workspace, options, test):
    """{program: outcome}, or the end of this script."""
    command = ["./bazelw", "test", *options, "--test_arg=--print", "--test_output=all",
               "--color=no", "--noshow_progress", f"//testing/bugs:{test}"]
    print(" ".join(command), file=sys.stderr, flush=True)
    done = subprocess.run(command, cwd=workspace, stdout=subprocess.PIPE,
                          stderr=subprocess.STDOUT, text=True, errors="replace", check=False)
    found = dict(OUTCOME.findall(done.stdout))
    if done.returncode != 0 or not found:
        sys.exit(f"table.py: this failed:\n{done.stdout}")
    return found


def main():
    if sys.argv[1:] in (["-h"], ["--help"]):
        print(__doc__.strip())
        return
    if len(sys.argv) > 1:
        print(f"table.py: unknown argument {sys.argv[1]}; try --help", file=sys.stderr)
        sys.exit(2)
    workspace = os.environ.get("BUILD_WORKSPACE_DIRECTORY")
    if workspace is None:
        sys.exit("table.py: is to be run by ./bazelw run //testing/bugs:table")
    columns = {name: measure(workspace, options, test) for name, options, test in COLUMNS}
    programs = sorted(set().union(*columns.values()))
    print("| program | " + " | ".join(columns) + " |")
    print("|---" * (len(columns) + 1) + "|")
    for program in programs:
        cells = [column.get(program, "?") for column in columns.values()]
        print(f"| `{program}` | " + " | ".join(cells) + " |")
    caught = [sum(cell != "-" for cell in column.values()) for column in columns.values()]
    print(f"| **caught, of {len(programs)}** | "
          + " | ".join(f"**{count}**" for count in caught) + " |")


if __name__ == "__main__":
    main()
