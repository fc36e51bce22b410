"""bcr_test.py METADATA SOURCE PRESUBMIT: the files of .bcr/ are what its tools read.

The targets and the folder that the presubmit names are looked at by tools/test_bzlmod and
tools/test_downstream, which build the same.
"""

import json
import re
import sys
import unittest

METADATA, SOURCE, PRESUBMIT = sys.argv[1:]


def read(path):
    with open(path, encoding="utf-8") as file:
        return file.read()


class Bcr(unittest.TestCase):

    def test_metadata(self):
        metadata = json.loads(read(METADATA))
        self.assertEqual(sorted(metadata),
                         ["homepage", "maintainers", "repository", "versions", "yanked_versions"])
        self.assertEqual(metadata["versions"], [])

    def test_source(self):
        source = json.loads(read(SOURCE))
        self.assertEqual(sorted(source), ["integrity", "strip_prefix", "url"])
        for field in ("strip_prefix", "url"):
            self.assertLessEqual(set(re.findall(r"{\w+}", source[field])),
                                 {"{OWNER}", "{REPO}", "{TAG}", "{VERSION}"})

    def test_presubmit(self):
        presubmit = read(PRESUBMIT)
        self.assertIn('module_path: "examples/downstream"', presubmit)
        for part in re.findall(r"bazel: (\[.*\])", presubmit):
            self.assertEqual(json.loads(part), ["7.x", "8.x", "9.x"])
        self.assertEqual(set(re.findall(r'"(@cex[^"]*)"', presubmit)),
                         {"@cex//:cex", "@cex//testing:gtest_main", "@cex//trace"})
        # What is skipped elsewhere can't be built there by name, nor can a workspace of its tests.
        for part in re.findall(r"linux: (\[.*\])", presubmit):
            self.assertEqual(json.loads(part), ["debian12", "ubuntu2404"])
        for task in presubmit.split("name: ")[1:]:
            needs_linux = re.search("@cex//testing|@cex//trace|test_targets", task) is not None
            self.assertEqual("platform: ${{ linux }}" in task, needs_linux, task)


unittest.main(argv=sys.argv[:1])
