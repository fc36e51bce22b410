#!/usr/bin/env python3
"""Runs benchmark programs and prints their medians as Markdown tables.

Usage: tables.py [--repetitions N] [--min-time SECONDS] [--filter REGEX] PROGRAM...

Benchmarks are named FAMILY/CASE/WHO; each family is a table with a row for each
WHO and a column for each CASE. The repetitions of all benchmarks of a program run
in a shuffled order, in one process. A cell is the median in ns per operation (the
counter `per` says how many one iteration does), the spread (half the distance
between the quartiles, in percent) and, where the family has a floor, the ratio to
it. A benchmark that measures several things has a counter `ns OPERATION` or
`bytes WHAT` for each, and each of those is a table. The last row says how many times as fast as the best
peer ours is.
"""

import argparse
import json
import pathlib
import re
import statistics
import subprocess
import sys


# Ratios take what is shorter for this: nobody waits for a tenth of a nanosecond per
# operation, and clocks don't tell such times apart.
LEAST = 0.1  # ns


def measure(program, options):
    """{(family with its unit, case, who): [ns per operation, one for each repetition]}"""
    command = [program, "--benchmark_format=json", "--benchmark_enable_random_interleaving=true",
               f"--benchmark_repetitions={options.repetitions}",
               f"--benchmark_min_time={options.min_time}"]
    if options.filter:
        command.append(f"--benchmark_filter={options.filter}")
    done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
                          check=False)
    if done.returncode != 0:
        sys.exit(f"tables: {program} failed:\n{done.stderr}")
    if not done.stdout.strip():
        return {}
    times = {}
    for run in json.loads(done.stdout)["benchmarks"]:
        if run["run_type"] != "iteration":
            continue
        real = "/real_time" in run["name"]
        family, case, who = run["name"].removesuffix("/real_time").split("/")[:3]
        parts = {name: value for name, value in run.items() if re.match("(ns|bytes) ", name)}
        for name, value in parts.items():
            unit, what = name.split(" ", maxsplit=1)
            times.setdefault((f"{family} {what}, {unit}", case, who), []).append(value)
        if not parts:
            time = run["real_time" if real else "cpu_time"] / run.get("per", 1)
            times.setdefault((f"{family}, ns", case, who), []).append(time)
    return times


def cell(times, floor):
    if not times:
        return ""
    median = statistics.median(times)
    text = f"{median:.3g}"
    if len(times) >= 4 and median > 0:
        low, _, high = statistics.quantiles(times, n=4)
        text += f" ±{50 * (high - low) / median:.0f}%"
    if floor is not None and floor > 0:
        text += f" ({median / floor:.2f}x)"
    return text


def best(medians, family, case, ours):
    """The least median of our variants, or of the peers; None where there are none."""
    return min((max(median, LEAST) for (f, c, who), median in medians.items()
                if (f, c) == (family, case) and who != "floor"
                and who.startswith("cex") == ours), default=None)


def case_order(case):
    """Numbers in a name count as numbers: 16, 64, 1000."""
    return [int(part) if part.isdigit() else part for part in re.split(r"(\d+)", case)]


def who_order(who):
    """The floor, then ours, then the peers."""
    return (who != "floor", not who.startswith("cex"), who)


def print_tables(times):
    medians = {key: statistics.median(values) for key, values in times.items()}
    ratios = []
    for family in dict.fromkeys(key[0] for key in times):
        cases = sorted({key[1] for key in times if key[0] == family}, key=case_order)
        whos = sorted({key[2] for key in times if key[0] == family}, key=who_order)
        floors = {case: statistics.median(times[family, case, "floor"])
                  for case in cases if (family, case, "floor") in times}
        print(f"\n| {family} | " + " | ".join(cases) + " |")
        print("|---|" + "---:|" * len(cases))
        for who in whos:
            row = [cell(times.get((family, case, who)), floors.get(case)) for case in cases]
            print(f"| {who} | " + " | ".join(row) + " |")
        speeds = [None if (peer := best(medians, family, case, ours=False)) is None
                  or (cex := best(medians, family, case, ours=True)) is None
                  else peer / cex for case in cases]
        ratios += [speed for speed in speeds if speed]
        print("| **best peer / cex** | "
              + " | ".join(f"**{speed:.2f}**" if speed else "" for speed in speeds) + " |")
    if ratios:
        print(f"\nBest peer / cex, geometric mean of {len(ratios)} cells: "
              f"{statistics.geometric_mean(ratios):.2f}; least: {min(ratios):.2f}")


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n\n", maxsplit=1)[0])
    parser.add_argument("--repetitions", type=int, default=9, help="runs of each benchmark")
    parser.add_argument("--min-time", type=float, default=0.05, help="seconds each run takes")
    parser.add_argument("--filter", default="", help="which benchmarks to run, a regular expression")
    parser.add_argument("programs", nargs="+", type=pathlib.Path, metavar="PROGRAM")
    options = parser.parse_args()
    if options.repetitions < 1 or options.min_time <= 0:
        parser.error("--repetitions and --min-time must be positive")
    for program in options.programs:
        if not program.exists():
            parser.error(f"there is no program {program}")
        print_tables(measure(str(program.resolve()), options))


if __name__ == "__main__":
    main()
