"""Installs cex for builds other than Bazel's.

Usage: ./bazelw run //:install -- [--help] PREFIX

Puts below PREFIX, which is made where it is missing:

  include/cex/            the headers
  lib/libcex.a            the library, optimized and without checks
  lib/libcex_checked.a    with the checks of CEX_TEST, and the testing aids
  lib/libcex_asan.a, lib/libcex_checked_asan.a
                          the same for programs built with -fsanitize=address
  lib/pkgconfig/          cex.pc, cex-checked.pc, cex-asan.pc, cex-checked-asan.pc and cex-trace.pc
  lib/cmake/cex/          find_package(cex), with cex::cex, cex::checked, cex::gtest_main, cex::trace
  share/cex/              main() for GoogleTest as sources; the list of what is installed
  share/cex/cex_gdb.py    printers for GDB: `source` it there
  share/doc/cex/LICENSE

The folder may be moved later. Installing again replaces what an earlier version
installed. With DESTDIR in the environment, all goes below DESTDIR/PREFIX instead.
"""

import os
import re
import sys
import tempfile

# Below the folder of runfiles that Bazel starts this in.
HERE = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
LIST = "share/cex/installed_files.txt"


def fail(message: str) -> None:
    """Ends the program with one line."""
    print(f"install: {message}", file=sys.stderr)
    sys.exit(2)


def version() -> str:
    """The version that MODULE.bazel gives the module."""
    with open(os.path.join(HERE, "MODULE.bazel"), encoding="utf-8") as file:
        module = re.search(r"^module\((.*?)^\)", file.read(), re.DOTALL | re.MULTILINE)
    found = module and re.search(r'^\s*version = "(\d+\.\d+\.\d+)"', module[1], re.MULTILINE)
    if not found:
        fail("MODULE.bazel gives the module no version of three numbers")
    return found[1]


def sources() -> dict[str, str]:
    """Where each file goes, below the prefix, and where it comes from."""
    tools = os.path.join(HERE, "tools", "install")
    files = {
        "lib/cmake/cex/cexConfig.cmake": f"{tools}/cexConfig.cmake.in",
        "lib/cmake/cex/cexConfigVersion.cmake": f"{tools}/cexConfigVersion.cmake.in",
        "lib/pkgconfig/cex-trace.pc": f"{tools}/cex-trace.pc.in",
        "share/cex/cex_gdb.py": f"{HERE}/debug/cex_gdb.py",
        "share/cex/gtest_checks.cc": f"{HERE}/testing/gtest_checks.cc",
        "share/cex/gtest_main.cc": f"{HERE}/testing/gtest_main.cc",
        "share/doc/cex/LICENSE": f"{HERE}/LICENSE",
    }
    for name in ("cex", "cex-checked", "cex-asan", "cex-checked-asan"):
        library = f"lib{name.replace('-', '_')}.a"
        files[f"lib/{library}"] = f"{tools}/{library}"
        files[f"lib/pkgconfig/{name}.pc"] = f"{tools}/{name}.pc.in"
    include = os.path.join(tools, "include")
    for folder, _, names in os.walk(os.path.join(include, "cex")):
        for name in names:
            path = os.path.join(folder, name)
            files["include/" + os.path.relpath(path, include)] = path
    return files


def content(source: str, target: str, number: str) -> bytes:
    """What is installed as `target`: the file, or what its template makes."""
    with open(source, "rb") as file:
        data = file.read()
    if not source.endswith(".in"):
        return data
    major, minor, _ = number.split(".")
    for name, value in (("VERSION", number), ("VERSION_MAJOR", major), ("VERSION_MINOR", minor)):
        data = data.replace(f"@{name}@".encode(), value.encode())
    left = re.search(rb"@[A-Z_]+@", data)
    if left:
        fail(f"{target}: nothing is known to put in place of {left[0].decode()}")
    return data


def write(path: str, data: bytes) -> None:
    """Replaces the file at once, so that no reader sees half of it."""
    folder = os.path.dirname(path)
    os.makedirs(folder, exist_ok=True)
    handle, temporary = tempfile.mkstemp(prefix=".cex-", dir=folder)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(data)
        os.chmod(temporary, 0o644)
        os.replace(temporary, path)
    except OSError:
        os.unlink(temporary)
        raise


def remove_stale(root: str, files: dict[str, str]) -> None:
    """Removes what an earlier version installed here and this one doesn't."""
    try:
        with open(os.path.join(root, LIST), encoding="utf-8") as file:
            earlier = file.read().splitlines()
    except FileNotFoundError:
        return
    for name in earlier:
        # Nothing outside the prefix, whatever became of the list.
        if name in files or os.path.isabs(name) or ".." in name.split("/"):
            continue
        try:
            os.unlink(os.path.join(root, name))
        except FileNotFoundError:
            pass


def install(root: str) -> None:
    """Puts everything below `root`."""
    files = sources()
    number = version()
    remove_stale(root, files)
    for target, source in sorted(files.items()):
        write(os.path.join(root, target), content(source, target, number))
    write(os.path.join(root, LIST), "".join(f"{name}\n" for name in sorted(files)).encode())
    print(f"install: cex {number} is in {root}")


def prefix(arguments: list[str]) -> str:
    """The folder to install below, as an absolute path."""
    if any(argument in ("-h", "--help") for argument in arguments):
        print(__doc__.strip())
        sys.exit(0)
    for argument in arguments:
        if argument.startswith("-"):
            fail(f"there is no option {argument}; try --help")
    if len(arguments) != 1 or not arguments[0]:
        fail(f"one PREFIX is needed, and there are {len(arguments)} arguments; try --help"
             if len(arguments) != 1 else "PREFIX is empty; try --help")
    destination = os.environ.get("DESTDIR", "")
    if destination and not os.path.isabs(arguments[0]):
        fail(f"with DESTDIR, PREFIX has to be an absolute path, and {arguments[0]} is none")
    # `bazel run` changes the working directory, and says which it was.
    start = os.environ.get("BUILD_WORKING_DIRECTORY", os.getcwd())
    path = destination + arguments[0] if destination else arguments[0]
    return os.path.normpath(os.path.join(start, path))


def main() -> None:
    """Installs below the one argument."""
    root = prefix(sys.argv[1:])
    try:
        install(root)
    except OSError as error:
        fail(f"{error.filename or root}: {error.strerror or error}")


if __name__ == "__main__":
    main()
