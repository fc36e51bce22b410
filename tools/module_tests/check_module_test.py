"""check_module_test.py CHECK_MODULE_PY: what tools/check_module.py finds, and that it does."""

import os
import subprocess
import sys
import tempfile
import unittest

MODULE = '''module(
    name = "mine",
)
# bazel_dep(name = "commented")
bazel_dep(name = "rules_cc", version = "1")
bazel_dep(name = "abseil", version = "1", repo_name = "absl")
tools = use_extension("//:tools.bzl", "tools")
use_repo(tools, "machine")
'''
BUILD = '''load("@rules_cc//cc:cc_library.bzl", "cc_library")
load("@machine//:machine.bzl", "needs")
load("@bazel_tools//tools:a.bzl", "a")
# In a comment "@nobody//:x" is fine.
cc_library(name = "a", deps = ["@absl//base", "@mine//:b", ":c"])
'''


class CheckModule(unittest.TestCase):

    def check(self, status, **files):
        """Checks a folder with these files; what is said."""
        with tempfile.TemporaryDirectory(dir=os.environ.get("TEST_TMPDIR")) as folder:
            for name, text in files.items():
                path = os.path.join(folder, name.replace("__", "/"))
                os.makedirs(os.path.dirname(path), exist_ok=True)
                with open(path + (".bzl" if name.endswith("rules") else ".bazel"), "w",
                          encoding="utf-8") as file:
                    file.write(text)
            done = subprocess.run((sys.executable, "-B", sys.argv[1], folder), check=False,
                                  stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
        self.assertEqual(done.returncode, status, done.stdout)
        return done.stdout

    def test_all_declared(self):
        self.check(0, MODULE=MODULE, BUILD=BUILD)

    def test_one_that_is_not(self):
        said = self.check(1, MODULE=MODULE, BUILD=BUILD,
                          deeper__BUILD='cc_library(name = "b", deps = ["@abseil//base"])\n')
        self.assertIn("deeper/BUILD.bazel names @abseil, which MODULE.bazel does not declare", said)
        said = self.check(1, MODULE=MODULE, BUILD=BUILD, own_rules='load("@skylib//:x.bzl", "x")\n')
        self.assertIn("own_rules.bzl names @skylib,", said)
        said = self.check(1, MODULE=MODULE.replace('"machine"', '"other"'), BUILD=BUILD)
        self.assertIn("names @machine,", said)

    def test_one_that_nobody_needs(self):
        said = self.check(1, MODULE=MODULE, BUILD=BUILD.replace("@absl//base", ":d"))
        self.assertIn("declares @absl, which no BUILD file names", said)

    def test_dev_dependency_in_a_public_package(self):
        dev = MODULE.replace('"tools")', '"tools", dev_dependency = True)')
        said = self.check(1, MODULE=dev, BUILD=BUILD)
        self.assertIn("BUILD.bazel names @machine, a dev_dependency: users have no such", said)
        dev = MODULE.replace('version = "1")', 'version = "1", dev_dependency = True)')
        said = self.check(1, MODULE=dev, BUILD="", arena__BUILD=BUILD)
        self.assertIn("arena/BUILD.bazel names @rules_cc, a dev_dependency", said)
        self.check(0, MODULE=dev, BUILD="", arena__tests__BUILD=BUILD)

    def test_all_rules_at_once(self):
        loads = BUILD.replace("cc:cc_library.bzl", "cc:defs.bzl")
        said = self.check(1, MODULE=MODULE, BUILD=loads)
        self.assertIn("BUILD.bazel loads @rules_cc//cc:defs.bzl", said)
        self.check(0, MODULE=MODULE, BUILD="", bench__BUILD=loads)

    def test_a_module_below_is_another(self):
        self.check(0, MODULE=MODULE, BUILD=BUILD, below__MODULE='module(name = "below")\n',
                   below__BUILD='x(name = "x", deps = ["@other//:y"])\n')

    def test_a_call_that_declares_nothing(self):
        self.check(0, MODULE=MODULE + 'archive_override(module_name = "absl", urls = ["x"])\n', BUILD=BUILD)

    def test_what_is_no_module(self):
        for text in ("bazel_dep(", "bazel_dep()", "1 / 0"):
            said = self.check(2, MODULE=text, BUILD=BUILD)
            self.assertRegex(said, r"\Acheck_module: MODULE\.bazel can't be read: .*\n\Z")

    def test_no_module(self):
        said = self.check(2, BUILD=BUILD)
        self.assertRegex(said, r"\Acheck_module: .*MODULE\.bazel: No such file or directory\n\Z")


unittest.main(argv=sys.argv[:1])
