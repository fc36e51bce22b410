"""What benchmark programs found must be right, and the same for all that are compared.

usage: checksums.py PROGRAM...

Runs each program once, shortly, with its small cases, and looks at the counter `checksum`
of each benchmark FAMILY/CASE/WHO: it must be there, equal for all WHOs of a FAMILY/CASE,
and what `reference` works out here from what the benchmark is said to do.
"""

import functools
import json
import pathlib
import re
import subprocess
import sys

WORD = (1 << 64) - 1

# What Google Benchmark adds to a name.
SUFFIXES = r"(/(real_time|(iterations|threads|repeats):\d+))+$"

# The cases that take moments, of the programs that have others.
SMALL = {
    "array_benchmark": "/(100|1000)/",
    "json_benchmark": "/10kB/",
    "map_benchmark": "/100/",
    "map_memory": "/1000/",
    "policies_benchmark": "^(frames/|.*/10000/)",
    "temp_benchmark": "/2_threads/",
    "word_count_benchmark": "/1MB/",
}


def mix(x):
    x &= WORD
    x = (x ^ (x >> 30)) * 0xbf58476d1ce4e5b9 & WORD
    x = (x ^ (x >> 27)) * 0x94d049bb133111eb & WORD
    return x ^ (x >> 31)


def block(size, i):
    """The sum of the bytes of block number i."""
    return size * ((7 * i + 1) % 256)


def blocks(sizes):
    return sum(block(size, i) for i, size in enumerate(sizes))


def mixed_sizes():
    for i in range(1000):
        bits = mix(i + 1)
        least = 8 << bits % 5
        yield least + (bits >> 8) % least


def realloc_sum(case):
    if case == "to_1MiB":
        return mix(blocks([1048] * 1000))
    if case == "doubling":
        return mix(blocks([16] + [16 << i for i in range(16)]))
    if case == "two_in_turns":
        halves = [sum(block(1024, i) for i in range(first, 200, 2)) for first in (0, 1)]
        return mix(mix(halves[0]) + halves[1])
    if case == "back_and_forth":
        return mix(block(32768, 0) + block(32768, 100))
    return None


class Mersenne:
    """std::mt19937_64."""

    def __init__(self, seed):
        self.words = [seed]
        for i in range(1, 312):
            last = self.words[-1]
            self.words.append((6364136223846793005 * (last ^ (last >> 62)) + i) & WORD)
        self.next = 312

    def __call__(self):
        words = self.words
        if self.next == 312:
            for i in range(312):
                x = words[i] & ~0x7fffffff & WORD | words[(i + 1) % 312] & 0x7fffffff
                words[i] = words[(i + 156) % 312] ^ (x >> 1) ^ (0xb5026f5aa96619e9 if x & 1 else 0)
            self.next = 0
        x = words[self.next]
        self.next += 1
        x ^= (x >> 29) & 0x5555555555555555
        x ^= (x << 17) & 0x71d67fffeda60000 & WORD
        x ^= (x << 37) & 0xfff7eee000000000 & WORD
        return x ^ (x >> 43)


@functools.lru_cache(maxsize=None)
def map_sum(n):
    """A map of n keys whose values are 0 to n - 1, searched and then changed."""
    count = 1 << (14 if n < 1000 else 20)
    random = Mersenne(n)
    hits = [random() % n for _ in range(count)]
    values = list(range(n))
    for i in range(count):
        values[random() % n] = i
    total = 0
    for found in (sum(hits), 0, hits[count // 4 - 1], sum(hits), n * (n - 1) // 2, sum(values)):
        total = mix(total + found + 1)
    return total


def word(i):
    bits = mix(i + 1)
    letters = []
    for j in range(2 + bits % 4 + (3 if i >= 100 else 0) + (4 if i >= 5000 else 0)):
        bits = mix(bits + j + 1)
        letters.append("abcdefghijklmnopqrstuvwxyz"[bits % 26])
    return "".join(letters)


@functools.lru_cache(maxsize=None)
def word_count_sum(size):
    text = []
    length = i = 0
    spelled = functools.lru_cache(maxsize=None)(word)
    counts = {}
    while length < size:
        bits = mix(i + 12345)
        rank = (((bits & 0xffff) * (bits >> 16 & 0xffff) >> 16) * (bits >> 32 & 0xffff) * 50000) >> 32
        text.append(spelled(rank))
        counts[text[-1]] = counts.get(text[-1], 0) + 1
        length += len(text[-1]) + (2 if bits >> 61 == 1 else 1)
        i += 1
    top = 0
    for name, count in sorted(counts.items(), key=lambda item: (-item[1], item[0]))[:100]:
        for letter in name.encode():
            top = (top * 31 + letter) & WORD
        top = mix(top + count)
    return mix(mix(len(text)) + len(counts)) + top


def reference(program, family, case):
    """The checksum that FAMILY/CASE of a program must have; None where it isn't known here."""
    if program == "arena_benchmark":
        return blocks(mixed_sizes() if case == "mixed" else [int(case)] * 1000)
    if family == "scope":
        return blocks([64] * int(case.split("x")[0]))
    if family == "scope_nested":
        depth, _, taken = case.split("_")
        return blocks([64] * (int(depth) * int(taken.split("x")[0])))
    if family == "temp":
        return int(case.split("_")[0]) * 100 * blocks([48] * 4)
    if family == "realloc":
        return realloc_sum(case)
    if family == "frames":
        return blocks([1 << 20 if i == 500 and "MiB" in case else 64 for i in range(1000)])
    if family in ("grow_in_turns", "reserved"):
        return (10 if family == "grow_in_turns" else 1) * (int(case) * (int(case) - 1) // 2)
    if family == "heap":
        return block(int(case), 0)
    if family == "heap_many":
        return blocks([int(case)] * 1000)
    if program in ("array_benchmark", "map_memory"):
        return int(case) * (int(case) - 1) // 2
    if program == "map_benchmark":
        return map_sum(int(case))
    if family == "word_count":
        return word_count_sum(int(case.removesuffix("MB")) * 1000000)
    if family == "poison":
        return 64
    return None


def problems(program, output):
    """What is wrong with the JSON of a program's run, one line for each."""
    found = []
    cases = {}
    for run in output["benchmarks"]:
        name = re.sub(SUFFIXES, "", run["name"])
        if run.get("error_occurred"):
            found.append(f"{name}: {run['error_message']}")
        elif "checksum" not in run:
            found.append(f"{name}: has no checksum")
        elif name.count("/") != 2:
            found.append(f"{name}: is not named FAMILY/CASE/WHO")
        else:
            family, case, who = name.split("/")
            cases.setdefault((family, case), {})[who] = int(run["checksum"])
    if not cases:
        found.append("no benchmark ran")
    for (family, case), sums in cases.items():
        if len(set(sums.values())) > 1:
            found.append(f"{family}/{case}: not all checksums are equal: {sums}")
        wanted = reference(program, family, case)
        if wanted is not None:
            wanted %= 1 << 53
            found += [f"{family}/{case}/{who}: the checksum is {value}, should be {wanted}"
                      for who, value in sums.items() if value != wanted]
    return found


def run_shortly(path):
    """The JSON of a short run, and the program's name without what it was built with."""
    program = pathlib.Path(path).name.removesuffix("_without_peers")
    command = [path, "--benchmark_format=json", "--benchmark_min_time=0.001",
               "--benchmark_filter=" + SMALL.get(program, ".")]
    done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
                          check=False)
    if done.returncode != 0:
        sys.exit(f"checksums: {path} ended with {done.returncode}: {done.stderr}")
    return program, json.loads(done.stdout)


def main():
    if len(sys.argv) < 2:
        print("checksums: wants programs", file=sys.stderr)
        sys.exit(2)
    count = 0
    for path in sys.argv[1:]:
        program, output = run_shortly(path)
        for problem in problems(program, output):
            print(f"checksums: {program}: {problem}", file=sys.stderr)
            count += 1
        print(f"{program}: {len(output['benchmarks'])} benchmarks; "
              f"missing peers: {output['context'].get('missing_peers', 'not said')}")
    sys.exit(1 if count else 0)


if __name__ == "__main__":
    main()
