"""lint_prose_test.py LINT CODESPELLRC: `tools/lint prose` finds what it is for, and nothing else.

It runs in a repository of its own. markdownlint-cli2 is a program of the test's, since npm can't be
reached from here: what counts is that it is called, and that its answer counts.
"""

import os
import shutil
import subprocess
import sys
import tempfile
import unittest

LINT, CODESPELLRC = (os.path.abspath(path) for path in sys.argv[1:3])


class LintProse(unittest.TestCase):

    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.root = folder.name
        os.makedirs(os.path.join(self.root, "tools"))
        os.makedirs(os.path.join(self.root, "bin"))
        shutil.copy(LINT, os.path.join(self.root, "tools", "lint"))
        shutil.copy(CODESPELLRC, os.path.join(self.root, ".codespellrc"))
        self.markdownlint("exit 0")
        self.git("init", "--quiet")

    def git(self, *arguments):
        subprocess.run(["git", *arguments], cwd=self.root, check=True)

    def markdownlint(self, *commands):
        path = os.path.join(self.root, "bin", "markdownlint-cli2")
        with open(path, "w", encoding="utf-8") as file:
            file.write("\n".join(("#!/bin/sh", *commands, "")))
        os.chmod(path, 0o755)

    def lint(self, text):
        """The status of `lint prose` where README.md says `text`, and what it prints."""
        with open(os.path.join(self.root, "README.md"), "w", encoding="utf-8") as file:
            file.write(text + "\n")
        self.git("add", "README.md", ".codespellrc")
        path = os.path.join(self.root, "bin") + ":" + os.environ["PATH"]
        done = subprocess.run(["tools/lint", "prose"], cwd=self.root, capture_output=True,
                              text=True, check=False, env={**os.environ, "PATH": path})
        return done.returncode, done.stdout + done.stderr

    def test_good_prose_passes(self):
        self.assertEqual(self.lint("Memory is freed when its scope ends."),
                         (0, "lint: passed\nlint: prose\n"))

    def test_a_misspelled_word(self):
        wrong = "w" + "ehn"  # so that it is not found here
        status, said = self.lint(f"Memory is freed {wrong} its scope ends.")
        self.assertEqual(status, 1)
        self.assertIn(f"README.md:1: {wrong} ==> when", said)

    def test_where_git_lists_no_files(self):
        shutil.rmtree(os.path.join(self.root, ".git"))
        with open(os.path.join(self.root, "README.md"), "w", encoding="utf-8") as file:
            file.write("white space \n")
        done = subprocess.run(["tools/lint", "text"], cwd=self.root, capture_output=True, text=True, check=False,
                              env={**os.environ, "GIT_CEILING_DIRECTORIES": os.path.dirname(self.root)})
        self.assertEqual((done.returncode, done.stdout), (2, ""))
        self.assertIn("lint: git does not list the files of", done.stderr)

    def test_words_of_ours_are_known(self):
        self.assertEqual(self.lint("`kOwn` is a constant.")[0], 0)

    def test_a_word_that_the_field_does_not_use(self):
        for text in ("Nobody frees it.", "for want of memory", "It gives back a page."):
            status, said = self.lint(text)
            self.assertEqual(status, 1)
            self.assertIn("README.md:1:" + text, said)

    def test_markdown(self):
        self.markdownlint('echo "$@ is wrong"', "exit 1")
        status, said = self.lint("# One\n# Two")
        self.assertEqual(status, 1)
        self.assertIn("README.md is wrong", said)

    def test_without_npm_it_says_so(self):
        os.remove(os.path.join(self.root, "bin", "markdownlint-cli2"))
        with open(os.path.join(self.root, "bin", "npm"), "w", encoding="utf-8") as file:
            file.write("#!/bin/sh\nexit 1\n")
        os.chmod(os.path.join(self.root, "bin", "npm"), 0o755)
        status, said = self.lint("Memory is freed when its scope ends.")
        self.assertEqual(status, 0)
        self.assertIn("Markdown is not checked", said)


unittest.main(argv=sys.argv[:1])
