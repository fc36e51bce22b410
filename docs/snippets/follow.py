#!/usr/bin/env python3
"""Does what a chapter tells its reader: saves its files, runs its commands, compares what they print.

Usage: follow.py CHAPTER_MD --repository PATH [--directory DIR]

Works in DIR, which must be empty or missing, or in a directory of its own that goes
when all is well. PATH stands in for the chapter's REPOSITORY. A file is saved into the
directory that the last `mkdir` made, as the chapter says. Fences without a `file:` or
a `run:` directive (see extract.py) are not followed. It calls Bazel, so it is no Bazel
test.
"""

import argparse
import os
import re
import shutil
import subprocess
import sys
import tempfile

import extract


class Failed(Exception):
    """A step that did not do what the chapter says."""


def run(at, command, directory, expected):
    print(f"follow: in {directory}:\n{command}", file=sys.stderr)
    done = subprocess.run(["bash", "-euo", "pipefail", "-c", command], cwd=directory,
                          stdout=subprocess.PIPE, text=True, check=False)
    if done.returncode != 0:
        raise Failed(f"{at}: exit status {done.returncode}\n{done.stdout}")
    if expected is not None and done.stdout.rstrip("\n") != expected:
        raise Failed(f"{at}: expected\n{expected}\nbut it printed\n{done.stdout}")


def follow(chapter, repository, directory):
    steps = 0
    project = directory
    for fence in extract.read_chapter(chapter):
        at = f"{chapter}:{fence.line}"
        code = "\n".join(fence.code) + "\n"
        if "run" in fence.marks:
            command = code.replace("REPOSITORY", repository)
            expected = "\n".join(fence.output.code) if fence.output else None
            run(at, command, os.path.join(directory, fence.marks["run"]), expected)
            for made in re.findall(r"^mkdir (\S+)$", command, re.MULTILINE):
                project = os.path.join(directory, made)
        elif "file" in fence.marks:
            with open(os.path.join(project, fence.marks["file"]), "w", encoding="utf-8") as file:
                file.write(code)
        else:
            continue
        steps += 1
    if steps == 0:
        raise Failed(f"{chapter}: nothing to follow")
    return steps


def main(arguments):
    parser = argparse.ArgumentParser(prog="follow", description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("chapter")
    parser.add_argument("--repository", required=True)
    parser.add_argument("--directory")
    options = parser.parse_args(arguments)
    repository = os.path.abspath(options.repository)
    if not os.path.isdir(repository):
        parser.error(f"{options.repository}: no such directory")
    if options.directory and os.path.isdir(options.directory) and os.listdir(options.directory):
        parser.error(f"{options.directory}: is not empty")
    directory = options.directory or tempfile.mkdtemp(prefix="follow.")
    try:
        os.makedirs(directory, exist_ok=True)
        steps = follow(options.chapter, repository, os.path.abspath(directory))
    except (Failed, extract.Refused, OSError) as error:
        print(f"follow: {error}", file=sys.stderr)
        return 1
    if not options.directory:
        shutil.rmtree(directory)
    print(f"follow: {options.chapter}: {steps} steps, all as the chapter says")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
