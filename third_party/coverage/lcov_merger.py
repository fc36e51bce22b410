#!/usr/bin/env python3
"""Merges coverage data into one lcov report, as Bazel asks for twice in a coverage run.

After each test, with --coverage_dir=DIR --output_file=FILE: DIR holds what gcov
wrote (*.gcov.json.gz) and reports of other tools (*.dat). At the end, with
--reports_file=LIST --output_file=FILE: LIST names each test's report, one on a
line. Bazel's own program for both is a download; this one is its replacement
where there is no network. Only the Python standard library is needed.
"""

import argparse
import collections
import gzip
import json
import os
import re
import sys

# Headers are compiled through links that Bazel makes for include_prefix: these
# lead back to the source file. The configuration's name is in the path, too.
_VIRTUAL = re.compile(r"(?:.*/)?bazel-out/[^/]+/bin/(.*?)/_virtual_includes/[^/]+/cex/(.*)")
_GENERATED = re.compile(r"(?:.*/)?bazel-out/[^/]+/bin/(.*)")


def source_path(path):
    """The path in the source tree of a file as a compiler names it."""
    path = path.replace("/proc/self/cwd/", "")
    for pattern in (_VIRTUAL, _GENERATED):
        match = pattern.fullmatch(path)
        if match:
            return "/".join(match.groups())
    return path


class Source:
    """What is known of one source file: how often each line and function ran."""

    def __init__(self):
        self.lines = collections.Counter()
        self.functions = collections.Counter()
        self.function_lines = {}

    def add_function(self, name, line, count):
        self.functions[name] += count
        self.function_lines.setdefault(name, line)


class Coverage:
    """All sources of a report, by path."""

    def __init__(self):
        self.sources = collections.defaultdict(Source)

    def add_gcov(self, path):
        with gzip.open(path, "rt", encoding="utf-8") as file:
            data = json.load(file)
        for entry in data["files"]:
            source = self.sources[source_path(entry["file"])]
            # An inline function's lines come once per place it was compiled into.
            for line in entry["lines"]:
                source.lines[line["line_number"]] += line["count"]
            for function in entry["functions"]:
                source.add_function(
                    function["name"], function["start_line"], function["execution_count"])

    def add_lcov(self, path):
        source = None
        with open(path, encoding="utf-8") as file:
            for record in file:
                kind, _, value = record.strip().partition(":")
                if kind == "SF":
                    source = self.sources[source_path(value)]
                elif kind == "FN":
                    line, name = value.split(",", 1)
                    source.add_function(name, int(line), 0)
                elif kind == "FNDA":
                    count, name = value.split(",", 1)
                    source.functions[name] += int(count)
                elif kind == "DA":
                    line, count = value.split(",")[:2]
                    source.lines[int(line)] += int(count)

    def keep_only(self, is_wanted):
        for path in [path for path in self.sources if not is_wanted(path)]:
            del self.sources[path]

    def write(self, path):
        with open(path, "w", encoding="utf-8") as out:
            for name, source in sorted(self.sources.items()):
                if not source.lines:
                    continue
                print(f"SF:{name}", file=out)
                for function, line in sorted(source.function_lines.items(), key=lambda f: f[::-1]):
                    print(f"FN:{line},{function}", file=out)
                for function in sorted(source.function_lines):
                    print(f"FNDA:{source.functions[function]},{function}", file=out)
                print(f"FNF:{len(source.function_lines)}", file=out)
                print(f"FNH:{sum(source.functions[f] > 0 for f in source.function_lines)}", file=out)
                for line, count in sorted(source.lines.items()):
                    print(f"DA:{line},{count}", file=out)
                print(f"LF:{len(source.lines)}", file=out)
                print(f"LH:{sum(count > 0 for count in source.lines.values())}", file=out)
                print("end_of_record", file=out)


def lines_of(path):
    with open(path, encoding="utf-8") as file:
        return [line.strip() for line in file if line.strip()]


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--coverage_dir", help="merge what lies below this directory")
    parser.add_argument("--reports_file", help="merge the reports that this file names")
    parser.add_argument("--output_file", required=True)
    parser.add_argument("--filter_sources", action="append", default=[], help="sources to leave out")
    parser.add_argument("--source_file_manifest", help="names the sources to keep")
    # What else Bazel passes is for other languages.
    options, _ = parser.parse_known_args()

    coverage = Coverage()
    if options.reports_file:
        for report in lines_of(options.reports_file):
            coverage.add_lcov(report)
    if options.coverage_dir:
        for directory, _, names in os.walk(options.coverage_dir):
            for name in sorted(names):
                path = os.path.join(directory, name)
                if name.endswith(".gcov.json.gz"):
                    coverage.add_gcov(path)
                elif name.endswith(".dat") and os.path.abspath(path) != os.path.abspath(options.output_file):
                    coverage.add_lcov(path)

    filters = [re.compile(pattern) for pattern in options.filter_sources]
    coverage.keep_only(lambda path: not any(f.fullmatch(path) for f in filters))
    if options.source_file_manifest:
        wanted = {source_path(line) for line in lines_of(options.source_file_manifest)}
        coverage.keep_only(lambda path: path in wanted)
    coverage.write(options.output_file)
    return 0


if __name__ == "__main__":
    sys.exit(main())
