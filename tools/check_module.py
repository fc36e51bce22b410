#!/usr/bin/env python3
"""Checks that MODULE.bazel declares what the BUILD files name, without a Bazel that reads it.

Usage: tools/check_module.py [FOLDER]

Every repository in a label or load() of FOLDER's BUILD and .bzl files (by default this
repository's) has to come from a bazel_dep, use_repo or the module itself, and each of
those has to be named somewhere. Packages that users of cex load name none that is a
dev_dependency, which they don't have. Folders with a MODULE.bazel of their own are checked by
themselves.
"""

import os
import re
import sys

# Bazel's own, in every build.
BUILT_IN = {"bazel_tools", "local_config_cc"}
# Repository rules that a WORKSPACE uses; MODULE.bazel has other ways.
WORKSPACE_ONLY = ("third_party/deps.bzl", "third_party/debian/repositories.bzl")
# The packages that a user of the module loads.
PUBLIC = ("", "allocator", "arena", "collections", "debug", "platforms/runs", "sanitizer", "tempmem", "testing", "trace")
LABEL = re.compile(r'"@([A-Za-z0-9_.-]+)(?:"|//)')


def fail(message: str) -> None:
    """Ends the program with one line."""
    print(f"check_module: {message}", file=sys.stderr)
    sys.exit(2)


def read(path: str) -> str:
    """The file, without its comments, which may name anything."""
    try:
        with open(path, encoding="utf-8") as file:
            return re.sub(r"(?m)(^|\s)#.*$", "", file.read())
    except (OSError, UnicodeDecodeError) as error:
        fail(f"{path}: {getattr(error, 'strerror', None) or error}")
        raise


def declared(module: str) -> dict[str, str]:
    """The repositories that MODULE.bazel makes visible, and how."""
    found = {}
    for call, arguments in re.findall(r"(?ms)^(module|bazel_dep|use_repo)\((.*?)\)", module):
        if call == "use_repo":
            names = re.findall(r'"([^"]+)"', arguments)
        else:
            names = re.findall(r'\b(?:repo_name) = "([^"]+)"', arguments)
            names = names or re.findall(r'\bname = "([^"]+)"', arguments)
        found.update((name, call) for name in names)
    return found


def dev_only(module: str) -> set[str]:
    """The repositories that only the module itself has, not who depends on it."""
    extensions = re.findall(r"(?m)^(\w+) = use_extension\(.*dev_dependency = True", module)
    found = set(re.findall(r'(?m)^bazel_dep\(name = "([^"]+)".*dev_dependency = True', module))
    for extension, names in re.findall(r"(?m)^use_repo\((\w+), (.*)\)", module):
        if extension in extensions:
            found.update(re.findall(r'"([^"]+)"', names))
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
            if file not in ("BUILD", "BUILD.bazel") and not file.endswith(".bzl"):
                continue
            if shown in WORKSPACE_ONLY:
                continue
            for repository in LABEL.findall(read(path)):
                found.setdefault(repository, []).append(shown)
    return found


def problems(root: str) -> list[str]:
    """What is wrong with the module in `root`."""
    module = read(os.path.join(root, "MODULE.bazel"))
    visible = declared(module)
    dev = dev_only(module)
    used = named(root)
    found = [f"{files[0]} names @{repository}, which MODULE.bazel does not declare"
             for repository, files in sorted(used.items())
             if repository not in visible and repository not in BUILT_IN]
    found += [f"MODULE.bazel declares @{repository}, which no BUILD file names"
              for repository, call in sorted(visible.items())
              if call != "module" and repository not in used]
    found += [f"{file} names @{repository}, a dev_dependency: users have no such repository"
              for repository, files in sorted(used.items()) if repository in dev
              for file in files if os.path.dirname(file) in PUBLIC]
    # It makes every user fetch protobuf: each rule has a file of its own.
    found += [f"{file} loads @rules_cc//cc:defs.bzl; load each rule from its own file"
              for file in used.get("rules_cc", []) if os.path.dirname(file) in PUBLIC
              and "@rules_cc//cc:defs.bzl" in read(os.path.join(root, file))]
    return found


def main() -> None:
    """Checks one folder, or this repository and the example beside it."""
    arguments = sys.argv[1:]
    if arguments and arguments[0] in ("-h", "--help"):
        print(__doc__.strip())
        return
    if len(arguments) > 1 or any(argument.startswith("-") for argument in arguments):
        fail("one FOLDER at most; try --help")
    top = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
    roots = arguments or [top, os.path.join(top, "examples", "downstream")]
    found = [f"{os.path.relpath(root)}: {problem}" for root in roots for problem in problems(root)]
    for problem in found:
        print(f"check_module: {problem}", file=sys.stderr)
    if found:
        sys.exit(1)
    print(f"check_module: {len(roots)} passed")


if __name__ == "__main__":
    main()
