"""version_test.py MODULE_BAZEL CHANGELOG_MD VERSION_H: all three are of one version.

MODULE.bazel's counts. The changelog's newest numbered heading must be that version; with
no release behind it there is none, and an `Unreleased` heading has to be there instead.
"""

import re
import sys


class Disagreement(Exception):
    """Two files that name different versions."""


def only(pattern, text, what):
    found = re.findall(pattern, text, re.M)
    if len(found) != 1:
        raise Disagreement(f"{what}: found {len(found)} times")
    return found[0]


def check(module, changelog, header):
    """Raises Disagreement, or returns the version."""
    inside = only(r"^module\(\n((?:.*\n)*?)\)", module, "MODULE.bazel's module()")
    version = only(r'^\s+version = "(\d+\.\d+\.\d+)",$', inside, "the version in module()")
    text = only(r'^#define CEX_VERSION_STRING "(.*)"$', header, "CEX_VERSION_STRING")
    numbers = ".".join(
        only(rf"^#define CEX_VERSION_{part} (\d+)$", header, "CEX_VERSION_" + part)
        for part in ("MAJOR", "MINOR", "PATCH"))
    if text != version or numbers != version:
        raise Disagreement(f"version.h says {text} and {numbers}, MODULE.bazel {version}")
    headings = re.findall(r"^## \[?([^\]\s]+)", changelog, re.M)
    released = [heading for heading in headings if heading != "Unreleased"]
    if released and released[0] != version:
        raise Disagreement(f"CHANGELOG.md's newest release is {released[0]}, MODULE.bazel says "
                           f"{version}")
    if not headings:
        raise Disagreement("CHANGELOG.md has neither a release nor an Unreleased heading")
    return version


def must_disagree(what, module, changelog, header):
    """Negative control."""
    try:
        check(module, changelog, header)
    except Disagreement:
        return
    sys.exit(f"FAILED: nothing noticed {what}")


def main():
    if len(sys.argv) != 4:
        sys.exit("version_test: call it with MODULE.bazel, CHANGELOG.md and version.h")
    texts = []
    for path in sys.argv[1:]:
        with open(path, encoding="utf-8") as file:
            texts.append(file.read())
    module, changelog, header = texts
    try:
        version = check(module, changelog, header)
    except Disagreement as error:
        sys.exit(f"FAILED: {error}")

    other = "9.8.7"
    must_disagree("another version in MODULE.bazel",
                  module.replace(f'version = "{version}"', f'version = "{other}"', 1),
                  changelog, header)
    must_disagree("another CEX_VERSION_STRING", module, changelog,
                  header.replace(f'"{version}"', f'"{other}"'))
    must_disagree("another CEX_VERSION_MINOR", module, changelog,
                  re.sub(r"(CEX_VERSION_MINOR) \d+", r"\1 99", header))
    must_disagree("a newer release in CHANGELOG.md", module,
                  f"## {other} - 2030-01-01\n" + changelog, header)
    must_disagree("an empty CHANGELOG.md", module, "", header)
    print(f"all of version {version}")


if __name__ == "__main__":
    main()
