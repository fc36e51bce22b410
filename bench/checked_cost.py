#!/usr/bin/env python3
"""What the checks of CEX_TEST cost: whole programs with them and without, in turns.

Usage: checked_cost.py INCLUDE_MAP_OFF INCLUDE_MAP_ON (TEST_OFF TEST_ON)...

Prints the least CPU time of several runs of each, in seconds, and the ratio. Ends with
1 where one is above the limit.
"""

import pathlib
import resource
import subprocess
import sys

LIMIT = 10
ROUNDS = 3


def cpu_seconds(command):
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    done = subprocess.run(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
                          timeout=600, check=False)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    # include_map ends with 1 where this machine has a broken link, and has read the rest.
    if done.returncode not in (0, 1):
        sys.exit(f"checked_cost: {command[0]} ended with {done.returncode}")
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def main():
    programs = sys.argv[1:]
    if len(programs) < 2 or len(programs) % 2 != 0:
        sys.exit(__doc__)
    pairs = [(["include_map, /usr/include", ["/usr/include"]], *programs[:2])]
    pairs += [([str(pathlib.Path(off).parent) + " conformance suite", []], off, on)
              for off, on in zip(programs[2::2], programs[3::2])]
    print("| | without, s | with the checks, s | ratio |\n|---|---:|---:|---:|")
    worst = 0
    for (name, arguments), off, on in pairs:
        least = {off: float("inf"), on: float("inf")}
        for _ in range(ROUNDS):
            for program in (off, on):
                least[program] = min(least[program], cpu_seconds([f"./{program}", *arguments]))
        ratio = least[on] / least[off]
        worst = max(worst, ratio)
        print(f"| {name} | {least[off]:.2f} | {least[on]:.2f} | {ratio:.1f} |", flush=True)
    return 0 if worst <= LIMIT else 1


if __name__ == "__main__":
    sys.exit(main())
