"""extract_test.py: which chapters are refused, and where they say the fault is; that a broken
snippet is an error of the chapter's line; what the scripts beside it find."""

import os
import shutil
import subprocess
import sys
import tempfile
import unittest

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), ".."))
# pylint: disable=wrong-import-position
import extract
import faq_messages

SCRIPT = os.path.abspath(extract.__file__)
GOOD = "```cpp\nputs(\"x\");\n```\n```text\nx\n```\n"


class WithDirectory(unittest.TestCase):
    def setUp(self):
        self.directory = tempfile.mkdtemp()
        self.addCleanup(shutil.rmtree, self.directory)

    def write(self, name, text):
        path = os.path.join(self.directory, name)
        with open(path, "w", encoding="utf-8") as file:
            file.write(text)
        return path

    def read(self, name):
        with open(os.path.join(self.directory, name), encoding="utf-8") as file:
            return file.read()


class ExtractTest(WithDirectory):
    def run_script(self, text, *arguments):
        chapter = self.write("chapter.md", text)
        out = os.path.join(self.directory, "out.cc")
        return subprocess.run([sys.executable, "-B", SCRIPT, chapter, "--source", out, *arguments],
                              capture_output=True, text=True, check=False)

    def refuse(self, text, line, what):
        done = self.run_script(text)
        self.assertEqual(done.returncode, 2, done)
        self.assertEqual(done.stderr.count("\n"), 1, done.stderr)
        self.assertRegex(done.stderr, rf"^extract: \S*chapter\.md:{line}: .*{what}")

    def test_good_chapter(self):
        self.assertEqual(self.run_script(GOOD).returncode, 0)

    def test_unaccounted_fences(self):
        self.refuse(GOOD + "```python\nx\n```\n", 7, "nothing checks")
        self.refuse(GOOD + "```sh\nls\n```\n", 7, "nothing checks")
        self.refuse(GOOD + "```\nx\n```\n", 7, "names no language")
        self.refuse(GOOD + "```text\nx\n```\n", 7, "nothing right above prints")
        self.refuse(GOOD + "```c\nint x;\n```\n", 7, "nothing checks")
        self.refuse(GOOD + "  ```cpp\n  x\n  ```\n", 7, "indented")
        self.refuse(GOOD + "```cpp\nx\n", 7, "does not end")
        self.refuse(GOOD + "<!-- file: x.c -->\n```c\nint x;\n```\n", 8, "x.c is not compiled")

    def test_output_belongs_to_the_fence_above(self):
        self.refuse("```cpp\nputs(\"x\");\n```\n# Heading\n```text\nx\n```\n", 5, "nothing right above")
        self.refuse("<!-- snippet: declarations -->\n```cpp\nint x;\n```\n```text\nx\n```\n", 5,
                    "nothing right above")

    def test_directives(self):
        self.refuse("<!-- snipet: dies -->\n" + GOOD, 1, "no directive")
        self.refuse("<!-- snippet: dances -->\n" + GOOD, 2, "no kind of snippet")
        self.refuse("<!-- snippet: -->\n" + GOOD, 1, "says nothing")
        self.refuse("<!-- not run: -->\n" + GOOD, 1, "says nothing")
        self.refuse("<!-- named: x -->\nprose\n" + GOOD, 1, "does not stand above a fence")
        self.refuse(GOOD + "<!-- named: x -->\n", 7, "does not stand above a fence")
        self.refuse("<!-- named: x -->\n<!-- named: y -->\n" + GOOD, 2, "two of")
        self.refuse("<!-- not run: x -->\n<!-- named: y -->\n" + GOOD, 3, "nothing runs this fence")
        self.refuse("<!-- hidden\nint x;\n" + GOOD, 1, "does not end")

    def test_misuse_needs_its_message(self):
        for kind in sorted(extract.MUST_SAY):
            self.refuse(f"<!-- snippet: {kind} -->\n```cpp\nTEST(X, Y) {{}}\n```\n", 2, "with what message")

    def test_empty_chapter(self):
        done = self.run_script("# Nothing\n")
        self.assertEqual(done.returncode, 2)
        self.assertIn("no snippet", done.stderr)

    def test_bad_arguments(self):
        for arguments in (["--nonsense"], [], ["x.md", "--file", "x"]):
            done = subprocess.run([sys.executable, "-B", SCRIPT, *arguments], capture_output=True,
                                  text=True, check=False)
            self.assertEqual(done.returncode, 2, arguments)
        done = subprocess.run([sys.executable, "-B", SCRIPT, "/no/such.md", "--list-files"],
                              capture_output=True, text=True, check=False)
        self.assertEqual((done.returncode, done.stderr.count("\n")), (2, 1))
        self.assertIn("No such file", done.stderr)

    def test_a_broken_snippet_is_an_error_of_the_chapters_line(self):
        compiler = shutil.which("g++") or shutil.which("clang++")
        if compiler is None:
            self.fail("there is no compiler")
        self.assertEqual(self.run_script("Prose.\n\n```cpp\nint x = 1;\nint y = nonsense;\n```\n").returncode, 0)
        source = self.read("out.cc").replace("#include <gtest/gtest.h>", "#define TEST(x, y) void x##y()")
        source = source.replace('#include "docs/snippets/runner.h"',
                                "namespace cex::guide { template <typename... A> void expect_output(A...); }")
        path = self.write("broken.cc", source)
        done = subprocess.run([compiler, "-std=c++20", "-fsyntax-only", path], capture_output=True,
                              text=True, check=False)
        self.assertNotEqual(done.returncode, 0)
        self.assertRegex(done.stderr, r"chapter\.md:5:\d+: error: .*nonsense")

    def test_files_are_as_the_reader_saves_them(self):
        out = os.path.join(self.directory, "BUILD")
        done = self.run_script(GOOD + "<!-- file: BUILD -->\n```python\na\n\nb\n```\n", "--file", f"BUILD={out}")
        self.assertEqual(done.returncode, 0, done)
        self.assertEqual(self.read("BUILD"), "a\n\nb\n")
        done = self.run_script(GOOD, "--file", f"BUILD={out}")
        self.assertEqual(done.returncode, 2)


class FaqMessagesTest(WithDirectory):
    def compare(self, faq, source, name="source.cc"):
        faq_path = self.write("faq.md", "<!-- messages -->\n```text\n" + faq + "```\n")
        return faq_messages.compare(faq_path, [self.write(name, source)])

    def test_agreement(self):
        self.assertEqual([], self.compare("it was … bytes\n", 'die(site, "it was %zu "\n "bytes\\n facts");'))

    def test_missing_and_stale(self):
        wrong = self.compare("gone\n", '\n\ndie_here("a new message");')
        self.assertEqual(2, len(wrong), wrong)
        self.assertRegex(wrong[0], r"source\.cc:3: not in the FAQ: a new message")
        self.assertRegex(wrong[1], r"faq\.md:3: nothing says this: gone")

    def test_advice_of_headers(self):
        self.assertEqual([], self.compare("do so\n", 'static_assert(x < y, "cex: do "\n  "so. More.");', "a.h"))
        self.assertEqual(2, len(self.compare("other\n", 'static_assert(x, "cex: do so");', "a.h")))

    def test_a_call_that_cant_be_read(self):
        for call in ("die(site, format);", 'die_here("%s", text);', "die(site, name(x), y);"):
            with self.assertRaises(faq_messages.Unreadable):
                self.compare("x\n", call)

    def test_comments_are_no_messages(self):
        self.assertEqual(["no messages found"], self.compare("", '// die(site, "x");\n'))


if __name__ == "__main__":
    unittest.main()
