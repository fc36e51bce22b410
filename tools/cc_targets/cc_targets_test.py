"""cc_targets_test.py CHECKED_JSON UNCHECKED_JSON FIXTURE_JSON: what cex's C++ targets include and hand on.

Every header that a target includes comes from itself or a direct dependency; no public
target hands on a define but CEX_TEST, a folder of headers but the generated ones, or a
link option but those known; a target of internal headers is not public; no dependency and
no include points up the house; and an internal header is spelled with its package.
"""

import json
import re
import sys
import unittest

# What cex's targets hand on, and docs/guide/installing.md tells of; the define only in a
# build with the checks.
DEFINES = {"CEX_TEST=1"}
LINKOPTS = {"-lpthread"}
# Headers of others' repositories: which dependency brings what begins so.
FOREIGN = {
    "absl/": r"@[^/]*abseil-cpp[^/]*//{package}:",
    "benchmark/": r"google_benchmark",
    "gmock/": r"googletest",
    "gtest/": r"googletest",
}
# The house, ground floor first: a package depends on those before it, and on itself.
FLOORS = ["", "sanitizer", "allocator", "arena", "tempmem", "collections", "trace", "testing"]
INCLUDE = re.compile(r'^\s*#\s*include\s+["<]([^">]+)[">]', re.MULTILINE)


def load(path):
    with open(path, encoding="utf-8") as file:
        return json.load(file)


def brings(target, header):
    """Whether the target has the header, or depends directly on what has it."""
    if header in target["headers"] or header in target["files"]:
        return True
    for prefix, pattern in FOREIGN.items():
        if header.startswith(prefix):
            wanted = re.compile(pattern.format(package=re.escape(header.rpartition("/")[0])))
            return any(wanted.search(label) for label in target["deps"])
    return any(header in headers for headers in target["deps"].values())


def layering(targets):
    """Includes that no direct dependency brings, where somebody's headers are meant."""
    known = {header for target in targets for header in target["headers"] + target["files"]}
    found = []
    for target in targets:
        for path in target["files"]:
            with open(path, encoding="utf-8") as file:
                text = file.read()
            for header in INCLUDE.findall(text):
                ours = header in known or header.startswith(("cex/", *FOREIGN))
                if ours and not brings(target, header):
                    found.append(f"{target['label']}: {path} includes {header}")
    return found


def handed_on(targets, defines):
    """What targets hand on without naming it."""
    found = []
    for target in targets:
        if target["kind"] != "cc_library":
            continue
        label = target["label"]
        found += [f"{label}: define {value}" for value in target["defines"] if value not in defines]
        found += [f"{label}: link option {value}" for value in target["linkopts"]
                  if value not in LINKOPTS]
        found += [f"{label}: headers in {value}" for value in target["includes"]
                  if "/_virtual_includes/" not in value and "external/" not in value]
    return found


def visible(targets):
    """Targets of nothing but internal headers that everyone may depend on."""
    return [target["label"] for target in targets
            if target["headers"] and all("/internal/" in name for name in target["headers"])
            and any("visibility:public" in entry for entry in target["visibility"])]


def floor_of(package):
    """Where a package stands; None: not in the house."""
    return FLOORS.index(package) if package in FLOORS else None


def package_of(label):
    """The first folder of a label of this repository, or None."""
    match = re.match(r"@*(?:cex|)//([^:/]*)", label)
    return match[1] if match else None


def pointing_up(targets):
    """Dependencies on a package further up, and includes of an internal header of one."""
    found = []
    for target in targets:
        own = floor_of(package_of(target["label"]))
        if not own:  # the root depends on all
            continue
        names = [(label, package_of(label)) for label in target["deps"]]
        for path in target["files"]:
            with open(path, encoding="utf-8") as file:
                for header in INCLUDE.findall(file.read()):
                    match = re.match(r"cex/([a-z]+)/internal/", header)
                    names += [(f"{path} includes {header}", match[1])] if match else []
        found += [f"{target['label']}: {name}" for name, package in names
                  if package is not None and (floor_of(package) or 0) > own]
    return sorted(set(found))


def misspelled(targets):
    """Includes of an internal header that don't say which package's it is."""
    found = []
    for target in targets:
        for path in target["files"]:
            with open(path, encoding="utf-8") as file:
                found += [f"{path} includes {header}" for header in INCLUDE.findall(file.read())
                          if header.startswith(("cex/internal/", "internal/"))]
    return sorted(set(found))


class Targets(unittest.TestCase):

    def setUp(self):
        self.targets = load(sys.argv[1])
        self.unchecked = load(sys.argv[2])
        self.fixture = load(sys.argv[3])

    def test_all_are_looked_at(self):
        labels = "\n".join(target["label"] for target in self.targets)
        for name in ("//allocator:allocator", "//allocator:pmr", "//arena:arena",
                     "//tempmem:tempmem", "//collections:hm_internal", "//testing:gtest_checks",
                     "//sanitizer:stack_trace", "//sanitizer:build_mode", "//:cex"):
            self.assertRegex(labels, rf"(?m)^@?{name}$")
        self.assertGreater(sum(len(target["files"]) for target in self.targets), 70)

    def test_layering(self):
        self.assertEqual(layering(self.targets), [])

    def test_nothing_undocumented_is_handed_on(self):
        self.assertEqual(handed_on(self.targets, DEFINES), [])
        self.assertEqual(handed_on(self.unchecked, set()), [])
        # The define is seen where it is.
        self.assertIn("CEX_TEST=1", str(handed_on(self.targets, set())))

    def test_internal_headers_are_private(self):
        self.assertEqual(visible(self.targets), [])

    def test_arrows_point_down(self):
        self.assertEqual(pointing_up(self.targets), [])
        self.assertEqual(pointing_up(self.unchecked), [])
        # The negative control: in a house that is upside down they do not.
        FLOORS.reverse()
        try:
            self.assertIn("//allocator:", str(pointing_up(self.targets)))
        finally:
            FLOORS.reverse()

    def test_internal_headers_are_spelled_with_their_package(self):
        self.assertEqual(misspelled(self.targets), [])

    def test_the_faults_of_the_fixture_are_found(self):
        """The negative control."""
        bad = "tools/cc_targets/fixture"
        found = [text.lstrip("@") for text in layering(self.fixture) if bad in text]
        self.assertEqual(sorted(found), [
            f"//{bad}:bad: {bad}/bad.cc includes absl/types/span.h",
            f"//{bad}:bad: {bad}/bad.cc includes cex/allocator.h",
            f"//{bad}:bad: {bad}/bad.cc includes cex/internal/open.h",
            f"//{bad}:bad: {bad}/bad.cc includes gtest/gtest.h",
        ])
        found = [text.lstrip("@") for text in handed_on(self.fixture, DEFINES) if f"//{bad}:" in text]
        self.assertGreater(len(found), 2)
        self.assertEqual(found[:2], [f"//{bad}:bad: define LEAKED", f"//{bad}:bad: link option -lm"])
        self.assertRegex(found[2], rf"^//{bad}:bad: headers in .*{bad}")
        self.assertEqual([text for text in misspelled(self.fixture) if bad in text],
                         [f"{bad}/bad.cc includes cex/internal/open.h"])
        found = [label.lstrip("@") for label in visible(self.fixture)]
        self.assertEqual(found, [f"//{bad}:open_internal"])


unittest.main(argv=sys.argv[:1])
