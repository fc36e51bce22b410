#!/usr/bin/env python3
"""What headers cost their includers: time to parse, and time and size of an object of twenty maps.

Usage: parse_time.py TREE [--rounds N] [--compiler NAME]...

TREE holds cex's headers as they are included. Each round runs every command once, in turn; the
figures are medians of wall time with the compiler's own start taken off. Headers of others are
those that the system has; what it doesn't have is left out.
"""

import argparse
import pathlib
import shutil
import statistics
import subprocess
import sys
import tempfile
import time

_HEADERS = [("<vector>", ["vector"]), ("cex/arr.h", ["cex/arr.h"]),
            ("<vector>, <unordered_map>", ["vector", "unordered_map"]), ("cex/hm.h", ["cex/hm.h"]),
            ("cex/hf.h", ["cex/hf.h"]), ("cex/collections.h", ["cex/collections.h"]),
            ("cex/arena.h", ["cex/arena.h"]),
            ("absl/container/flat_hash_map.h", ["absl/container/flat_hash_map.h"]),
            ("boost/unordered/unordered_flat_map.hpp", ["boost/unordered/unordered_flat_map.hpp"])]

_STD = "long use(Map{n}& m) {{ m[{n}] = {{}}; return static_cast<long>(m.size()) + m.count(5); }}"
_CEX = ("long use(Map{n}& m) {{ m.set({n}, {{}}); "
        "return static_cast<long>(m.size()) + (m.find(5) != nullptr); }}")
_MAPS = [("cex/hm.h", "cex::Hm<int, Value<{n}>>", _CEX), ("cex/hf.h", "cex::Hf<int, Value<{n}>>", _CEX),
         ("unordered_map", "std::unordered_map<int, Value<{n}>>", _STD),
         ("absl/container/flat_hash_map.h", "absl::flat_hash_map<int, Value<{n}>>", _STD),
         ("boost/unordered/unordered_flat_map.hpp", "boost::unordered_flat_map<int, Value<{n}>>", _STD)]


class Job:
    """One command of a compiler on one source."""

    def __init__(self, name, command, output=None):
        self.name, self.command, self.output, self.seconds = name, command, output, []

    def run(self):
        """Whether it compiles."""
        start = time.perf_counter()
        done = subprocess.run(self.command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
                              check=False)
        self.seconds.append(time.perf_counter() - start)
        return done.returncode == 0


def jobs_of(compiler, tree, folder):
    """The empty source, one that parses each header, and one with twenty maps of each kind."""
    def source(name, text):
        path = folder / "{}.cc".format("".join(c if c.isalnum() else "_" for c in name))
        path.write_text(text, encoding="utf-8")
        return path

    flags = [compiler, "-std=c++20", "-I", str(tree)]
    jobs = [Job("", flags + ["-fsyntax-only", str(source("empty", ""))])]
    for name, headers in _HEADERS:
        text = "".join("#include <{}>\n".format(header) for header in headers)
        jobs.append(Job(name, flags + ["-fsyntax-only", str(source(name, text))]))
    for header, map_type, body in _MAPS:
        text = "#include <{}>\ntemplate <int n> struct Value {{ char bytes[n]; }};\n".format(header)
        for n in range(1, 21):
            text += "using Map{n} = {map};\n{body}\n".format(
                n=n, map=map_type.format(n=n), body=body.format(n=n))
        name = "20 x " + map_type.split("<")[0]
        output = folder / "{}.o".format(len(jobs))
        jobs.append(Job(name, flags + ["-O2", "-DNDEBUG", "-c", "-o", str(output), str(source(name, text))],
                        output))
    return jobs


def main():
    parser = argparse.ArgumentParser(prog="parse_time", description=__doc__.splitlines()[0])
    parser.add_argument("tree", type=pathlib.Path)
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--compiler", action="append")
    arguments = parser.parse_args()
    if arguments.rounds < 1:
        parser.error("--rounds: {} is not 1 or more".format(arguments.rounds))
    if not (arguments.tree / "cex").is_dir():
        parser.error("{} has no headers of cex".format(arguments.tree))
    status = 0
    for compiler in arguments.compiler or ["g++", "clang++"]:
        if shutil.which(compiler) is None:
            print("{}: not found".format(compiler))
            status = 1 if arguments.compiler else status
            continue
        with tempfile.TemporaryDirectory() as folder:
            jobs = jobs_of(compiler, arguments.tree.resolve(), pathlib.Path(folder))
            empty, jobs = jobs[0], [job for job in jobs if job.run()]
            if empty not in jobs:
                print("{}: does not compile C++20".format(compiler))
                status = 1
                continue
            for _ in range(arguments.rounds):
                for job in jobs:
                    job.run()
            # The first run read the files from disk.
            start = statistics.median(jobs[0].seconds[1:])
            print("\n| {} | ms | object, KiB |\n|---|---|---|".format(compiler))
            for job in jobs[1:]:
                took = statistics.median(job.seconds[1:]) - start
                size = "" if job.output is None else "{:.0f}".format(job.output.stat().st_size / 1024)
                print("| `{}` | {:.0f} | {} |".format(job.name, 1000 * took, size))
    return status


if __name__ == "__main__":
    sys.exit(main())
