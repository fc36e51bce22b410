"""rules_page_test.py BAZEL_MD: the page about the macros says all of them, and what else must be said."""

import os
import pathlib
import subprocess
import sys
import tempfile
import unittest

SCRIPT = pathlib.Path(__file__).parent.parent / "rules_page.py"
PAGE = sys.argv.pop(1)
MACRO = '''"""One line.

More of it.
"""

def mine(name, checks = True, **kwargs):
    """A test.

    Args:
      name: (name) what it is
        called.
      checks: (bool) whether a|b.
      **kwargs: (attributes) the rest.
    """
    _hidden(name)

def _hidden(name):
    pass
'''


def run(text):
    """The page of a file with this text, or what is said of it."""
    with tempfile.TemporaryDirectory(dir=os.environ.get("TEST_TMPDIR")) as folder:
        file = pathlib.Path(folder) / "mine.bzl"
        out = pathlib.Path(folder) / "out.md"
        file.write_text(text, encoding="utf-8")
        done = subprocess.run((sys.executable, "-B", SCRIPT, out, file, "@cex//:mine.bzl"), check=False,
                              capture_output=True, text=True)
        if done.returncode != 0:
            return done.stderr.replace(f"{folder}/", "")
        return out.read_text(encoding="utf-8")


class RulesPage(unittest.TestCase):

    def test_a_macro(self):
        page = run(MACRO)
        self.assertTrue(page.startswith("# Macros for Bazel\n\nMore of it.\n\n## mine\n"), page)
        self.assertIn('load("@cex//:mine.bzl", "mine")', page)
        self.assertIn("| `name` | name | required | what it is called. |", page)
        self.assertIn("| `checks` | bool | `True` | whether a\\|b. |", page)
        self.assertIn("| `**kwargs` | attributes |  | the rest. |", page)
        self.assertNotIn("_hidden", page)

    def test_what_is_refused(self):
        for old, new, said in (
                ("(bool) ", "", "mine.bzl: mine: Args: has not ['checks'] with a type"),
                ("(bool)", "(truth)", "mine.bzl: mine: Args: has not ['checks'] with a type"),
                ("      checks: (bool) whether a|b.\n", "", "mine.bzl: mine: Args: has not ['checks']"),
                ("checks: (bool)", "checked: (bool)", "not in the code are ['checked']"),
                ("def mine", "def _mine", "mine.bzl: no macros"),
                ('"""A test.', '_ = """A test.', "mine.bzl: mine: no docstring")):
            self.assertIn(said, run(MACRO.replace(old, new)))

    def test_the_page_of_cex(self):
        with open(PAGE, encoding="utf-8") as file:
            page = file.read()
        for macro in ("cex_cc_test", "cex_cc_benchmark", "cex_cc_program", "cex_dependencies"):
            self.assertIn(f"\n## {macro}\n", page)
        self.assertIn("| `checks` | bool | `True` |", page)


unittest.main()
