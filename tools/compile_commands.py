#!/usr/bin/env python3
"""Writes compile_commands.json, so that clangd and clang-tidy know how each file is compiled.

Usage: tools/compile_commands.py [BAZEL_OPTION ...]

The options go to Bazel, for example --config=clang. Run it again after adding a
file. Targets are built first, because the headers that Bazel generates have to
exist for a tool to read them.
"""

import json
import os
import pathlib
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parent.parent
BAZEL = str(ROOT / "bazelw")
# Where our own sources are; what they are built from is not for our tools to judge.
OWN = ("allocator", "arena", "tempmem", "trace", "collections", "sanitizer", "testing", "bench",
       "examples", "docs", "debug", "third_party")
# Options of one compiler that the other, or a tool made of it, doesn't know.
UNKNOWN_TO_CLANG = ("-fno-canonical-system-headers", "-Wno-free-nonheap-object",
                    "-Wunused-but-set-parameter")


def bazel(*arguments: str) -> str:
    """What Bazel prints to stdout; its own messages pass through to stderr."""
    done = subprocess.run((BAZEL, *arguments), cwd=ROOT, stdout=subprocess.PIPE, check=False,
                          text=True)
    if done.returncode != 0:
        sys.exit(f"compile_commands: `bazelw {' '.join(arguments)}` failed, see above")
    return done.stdout


def source_of(arguments: list[str]) -> str | None:
    """The file that a compile command compiles."""
    for flag, value in zip(arguments, arguments[1:]):
        if flag == "-c":
            return value
    return None


def main() -> None:
    options = sys.argv[1:]
    if options and options[0] in ("-h", "--help"):
        print(__doc__.strip())
        return
    bazel("build", "--keep_going", *options, "//...")
    # Tests are behind a rule that builds them with the checks: aquery follows it.
    graph = json.loads(bazel("aquery", "--output=jsonproto", *options,
                             'mnemonic("CppCompile", deps(//...))'))
    directory = bazel("info", "execution_root", *options).strip()
    commands = {}
    for action in graph.get("actions", []):
        arguments = action["arguments"]
        source = source_of(arguments)
        if source is None or not source.startswith(tuple(f"{name}/" for name in OWN)):
            continue
        path = str(ROOT / source)
        known = [a for a in arguments if a not in UNKNOWN_TO_CLANG]
        # Of several builds of a file, the one with the checks sees the most code.
        if path in commands and "-DCEX_TEST=1" not in known:
            continue
        commands[path] = {"directory": directory, "file": path, "arguments": known}
    with open(ROOT / "compile_commands.json", "w", encoding="utf-8") as out:
        json.dump(list(commands.values()), out, indent=1)
        out.write("\n")
    print(f"compile_commands: {len(commands)} files in {os.path.relpath(ROOT / 'compile_commands.json')}")


if __name__ == "__main__":
    main()
