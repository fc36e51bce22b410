#!/usr/bin/env python3
"""Counts the instructions of the fast paths and holds them against a golden file.

Usage: fast_path_test.py SOURCE GOLDEN INCLUDE_DIR [--update | --strict]

Compiles SOURCE at -O2 with each compiler that there is, disassembles it, and
follows each function from its entry to a return without passing a call or an
indirect jump: the fewest instructions on such a way, the return included, are
its count. Of a function called NAME_loop it is the fewest on a way once round a
loop. A function without such a way makes a call on its fast path, and fails. One
called NAME_prefetches is not counted; it fails without an instruction that prefetches. A
count above the golden one fails; one below it is only mentioned. The counts are of a
compiler's major version; those of a version that the golden file does not have are
held against the nearest one and only reported, or fail with --strict. --update prints
the golden file's lines for the compilers there are. One called NAME_aarch64.golden
is for Debian's cross compiler, where that is installed.
"""

import argparse
import collections
import platform
import re
import shutil
import subprocess
import sys
import tempfile

COMPILERS = {
    "x86_64": {"gcc": "g++", "clang": "clang++"},
    "aarch64": {"gcc": "aarch64-linux-gnu-g++"},
}
OBJDUMP = {"x86_64": "objdump", "aarch64": "aarch64-linux-gnu-objdump"}
LINE = re.compile(r"^\s*([0-9a-f]+):\s+(\S+)\s*(.*)$")
TARGET = re.compile(r"(?:^|\s)([0-9a-f]+) <")
# What ends a way or leads elsewhere, on either machine.
JUMP = re.compile(r"j\w+|b|b\.\w+|cbn?z|tbn?z")
ALWAYS_JUMPS = re.compile(r"jmp\w*|b")
CALL = re.compile(r"call\w*|bl|blr")
INDIRECT = re.compile(r"br")
PREFETCH = re.compile(r"prefetch\w*|prfm")
# Padding and landing pads do no work that the path needs.
FREE = ("nop", "nopl", "nopw", "data16", "cs", "endbr64")


def disassemble(compiler, objdump, source, include):
    with tempfile.NamedTemporaryFile(suffix=".o") as obj:
        subprocess.run([compiler, "-std=c++20", "-O2", "-DNDEBUG", "-isystem", include, "-c",
                        source, "-o", obj.name], check=True)
        dump = subprocess.run([objdump, "-d", "--no-show-raw-insn", obj.name], check=True,
                              stdout=subprocess.PIPE, text=True).stdout
    functions = {}
    body = None
    for line in dump.splitlines():
        head = re.match(r"^[0-9a-f]+ <(.+)>:$", line)
        if head:
            body = functions.setdefault(head.group(1), collections.OrderedDict())
            continue
        match = LINE.match(line)
        if match and body is not None:
            body[int(match.group(1), 16)] = (match.group(2), match.group(3))
    return functions


def jump_target(body, mnemonic, operands):
    """Where a jump leads to within its function, or None."""
    target = TARGET.search(operands) if JUMP.fullmatch(mnemonic) else None
    address = int(target.group(1), 16) if target else None
    return address if address in body else None


def fewest(body, start, goal=None):
    """The fewest instructions from `start` to `goal`, or to a return, on a way without a call; or None."""
    addresses = list(body)
    following = dict(zip(addresses, addresses[1:]))
    best = {start: 0}
    queue = collections.deque([start])
    found = []
    while queue:
        address = queue.popleft()
        mnemonic, operands = body[address]
        count = best[address] + (0 if mnemonic in FREE else 1)
        if mnemonic.startswith("ret"):
            if goal is None:
                found.append(count)
            continue
        ways = []
        if not CALL.fullmatch(mnemonic):
            ways.append(jump_target(body, mnemonic, operands))
        if not any(kind.fullmatch(mnemonic) for kind in (CALL, ALWAYS_JUMPS, INDIRECT)):
            ways.append(following.get(address))
        for way in ways:
            if way is not None and way == goal:
                found.append(count)
            elif way is not None and count < best.get(way, count + 1):
                best[way] = count
                queue.append(way)
    return min(found, default=None)


def fast_loop(body):
    """The fewest instructions once round a loop, or None: each has a call, or there is none."""
    heads = {jump_target(body, *instruction) for instruction in body.values()} - {None}
    rounds = [fewest(body, head, head) for head in heads]
    return min((count for count in rounds if count is not None), default=None)


def read_golden(path):
    """The counts by compiler, major version and function."""
    golden = {}
    with open(path, encoding="utf-8") as lines:
        for line in lines:
            fields = line.split("#")[0].split()
            if fields:
                compiler, version = fields[0].split("-")
                of_version = golden.setdefault(compiler, {}).setdefault(int(version), {})
                of_version[fields[1]] = int(fields[2])
    return golden


def major_version(tool):
    said = subprocess.run([tool, "-dumpversion"], check=True, stdout=subprocess.PIPE, text=True)
    return int(said.stdout.split(".")[0])


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    for name in ("source", "golden", "include"):
        parser.add_argument(name)
    parser.add_argument("--update", action="store_true")
    parser.add_argument("--strict", action="store_true")
    options = parser.parse_args()
    source, update = options.source, options.update
    target = "aarch64" if options.golden.endswith("_aarch64.golden") else "x86_64"
    if platform.machine() != "x86_64" and target == "x86_64":
        print(f"the counts are x86-64's; this machine is {platform.machine()}")
        return 0
    golden = read_golden(options.golden)
    failures = []
    compilers = {name: shutil.which(tool) for name, tool in COMPILERS[target].items()}
    if not any(compilers.values()) and target == "x86_64":
        failures.append("there is no compiler")
    for name, tool in compilers.items():
        if tool is None:
            print(f"{name}: not on this machine")
            continue
        functions = disassemble(tool, OBJDUMP[target], source, options.include)
        version = major_version(tool)
        versions = golden.get(name, {})
        nearest = min(versions, key=lambda known: (abs(known - version), known), default=None)
        limits = versions.get(nearest, {})
        is_known = nearest == version or options.strict
        for function in limits:
            if function not in functions:
                failures.append(f"{name}: {function} is in the golden file and not in the code")
        for function, body in functions.items():
            if function.startswith(("_", ".")) or ".cold" in function:
                continue
            if function.endswith("_prefetches"):
                if not any(PREFETCH.fullmatch(mnemonic) for mnemonic, _ in body.values()):
                    failures.append(f"{name}: {function} does not prefetch")
                continue
            count = fast_loop(body) if function.endswith("_loop") else fewest(body, next(iter(body)))
            limit = limits.get(function)
            print(f"{name}-{version} {function} {count}" +
                  ("" if update else f" (golden: {limit} of {nearest})"))
            if update:
                continue
            if count is None:
                failures.append(f"{name}: {function} has a call on its fast path")
            elif limit is None:
                failures.append(f"{name}: {function} is not in the golden file")
            elif count > limit and is_known:
                failures.append(f"{name}: {function} takes {count} instructions, golden are {limit}")
            elif count > limit:
                print(f"REPORTED {name}: {function} takes {count} instructions with version "
                      f"{version}, which has no golden counts; {nearest} takes {limit}")
    for failure in failures:
        print(f"FAILED {failure}")
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())
