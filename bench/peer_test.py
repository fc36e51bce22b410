"""A peer that this machine has takes part in each program that is said to have it.

usage: peer_test.py WHO_PREFIX PROGRAM...
"""

import subprocess
import sys


def main():
    if len(sys.argv) < 3:
        print("peer_test: wants the beginning of a WHO, and programs", file=sys.stderr)
        sys.exit(2)
    prefix, *programs = sys.argv[1:]
    absent = []
    for program in programs:
        names = subprocess.run([program, "--benchmark_list_tests"], stdout=subprocess.PIPE,
                               check=True, text=True).stdout.split()
        if not any(name.split("/")[2].startswith(prefix) for name in names):
            absent.append(program)
    for program in absent:
        print(f"peer_test: {program} has no {prefix}", file=sys.stderr)
    sys.exit(1 if absent else 0)


if __name__ == "__main__":
    main()
