#!/usr/bin/env python3
"""Checks that MODULE.bazel declares what the BUILD files name, without a Bazel that reads it.

Every repository in a label or load() of FOLDER's BUILD and .bzl files (by default this
repository's) has to come from a bazel_dep, use_repo or the module itself, and each of
those has to be named somewhere. Packages that users of cex load name none that is a
dev_dependency, which they don't have. Folders with a MODULE.bazel of their own are checked by
themselves.
"""

import argparse
import os
import re
import sys
from collections import defaultdict
from functools import partial

# Bazel's own, in every build.
BUILT_IN = {"bazel_tools", "local_config_cc"}
# Repository rules that a WORKSPACE uses; MODULE.bazel has other ways.
WORKSPACE_ONLY = ("third_party/deps.bzl", "third_party/debian/repositories.bzl")
# The packages that a user of the module loads.
PUBLIC = ("", "allocator", "arena", "collections", "debug", "platforms/runs", "sanitizer", "tempmem", "testing", "trace")
LABEL = re.compile(r'"@([A-Za-z0-9_.-]+)(?:"|//)')


def read(path: str) -> str:
    """The file, without its comments, which may name anything."""
    try:
        with open(path, encoding="utf-8") as file:
            return re.sub(r"(?m)(^|\s)#.*$", "", file.read())
    except (OSError, UnicodeDecodeError) as error:
        print(f"check_module: {path}: {getattr(error, 'strerror', None) or error}", file=sys.stderr)
        sys.exit(2)


def declared(module: str) -> dict[str, tuple[str, bool]]:
    """The repositories that MODULE.bazel makes visible: by which call, and whether only to the module
    itself, not to who depends on it. Its Starlark is run as the Python that it is, too."""
    found: dict[str, tuple[str, bool]] = {}

    def add(call: str, name: str, repo_name: str = "", dev_dependency: bool = False, **_) -> None:
        found[repo_name or name] = call, dev_dependency

    def use_repo(is_dev: bool, *names: str) -> None:
        found.update((name, ("use_repo", is_dev)) for name in names)

    # Any other call, an override for one, declares nothing.
    calls = defaultdict(lambda: lambda *_, **__: None, {
        "module": partial(add, "module"), "bazel_dep": partial(add, "bazel_dep"), "use_repo": use_repo,
        "use_extension": lambda *_, dev_dependency=False: dev_dependency,
    })
    try:
        exec(module, {}, calls)
    except Exception as error:  # whatever is wrong with it
        print(f"check_module: MODULE.bazel can't be read: {error}", file=sys.stderr)
        sys.exit(2)
    return found


def named(root: str) -> dict[str, list[str]]:
    """The repositories that BUILD and .bzl files name, and the files that do."""
    found: dict[str, list[str]] = {}
    for folder, folders, files in os.walk(root):
        folders[:] = [name for name in folders
                      if not name.startswith((".", "bazel-")) and name != "node_modules"
                      and not os.path.exists(os.path.join(folder, name, "MODULE.bazel"))]
        for file in files:
            path = os.path.join(folder, file)
            shown = os.path.relpath(path, root)
            if re.fullmatch(r"BUILD(\.bazel)?|.*\.bzl", file) and shown not in WORKSPACE_ONLY:
                for repository in LABEL.findall(read(path)):
                    found.setdefault(repository, []).append(shown)
    return found


def problems(root: str) -> list[str]:
    """What is wrong with the module in `root`."""
    visible = declared(read(os.path.join(root, "MODULE.bazel")))
    used = named(root)
    found = [f"{files[0]} names @{repository}, which MODULE.bazel does not declare"
             for repository, files in sorted(used.items())
             if repository not in visible and repository not in BUILT_IN]
    found += [f"MODULE.bazel declares @{repository}, which no BUILD file names"
              for repository, (call, _) in sorted(visible.items())
              if call != "module" and repository not in used]
    found += [f"{file} names @{repository}, a dev_dependency: users have no such repository"
              for repository, files in sorted(used.items()) if visible.get(repository, ("", False))[1]
              for file in files if os.path.dirname(file) in PUBLIC]
    # It makes every user fetch protobuf: each rule has a file of its own.
    found += [f"{file} loads @rules_cc//cc:defs.bzl; load each rule from its own file"
              for file in used.get("rules_cc", []) if os.path.dirname(file) in PUBLIC
              and "@rules_cc//cc:defs.bzl" in read(os.path.join(root, file))]
    return found


def main() -> None:
    """Checks one folder, or this repository and the example beside it."""
    parser = argparse.ArgumentParser(prog="check_module", usage="%(prog)s [FOLDER]", description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", nargs="?", help=argparse.SUPPRESS)
    folder = parser.parse_args().folder
    top = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
    roots = [folder] if folder else [top, os.path.join(top, "examples", "downstream")]
    found = [f"check_module: {os.path.relpath(root)}: {problem}" for root in roots for problem in problems(root)]
    if found:
        sys.exit("\n".join(found))
    print(f"check_module: {len(roots)} passed")


if __name__ == "__main__":
    main()
