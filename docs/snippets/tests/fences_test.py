"""What fences.py refuses, and what it mends; which messages faq_messages.py misses."""

import os
import shutil
import subprocess
import sys
import tempfile
import unittest

SNIPPETS = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
sys.path.insert(0, SNIPPETS)
import faq_messages  # pylint: disable=wrong-import-position
import fences  # pylint: disable=wrong-import-position

CODE = """// [one]
#include <cstdio>
// [end]

void one() {
  // [one]
#line 1 "example.cc"
  if (true) {
    puts("1");
  }
  // [end]
}

TEST(Chapter, One) {
  guide::expect_output(one, R"(
1
)");
}
"""

CHAPTER = """# One

```cpp one
#include <cstdio>

if (true) {
  puts("1");
}
```

It prints

```text
1
```
"""


class WithDirectory(unittest.TestCase):
    def setUp(self):
        self.directory = tempfile.mkdtemp()
        self.addCleanup(shutil.rmtree, self.directory)

    def write(self, name, text):
        path = os.path.join(self.directory, name)
        with open(path, "w", encoding="utf-8") as file:
            file.write(text)
        return path


class FencesTest(WithDirectory):
    def run_script(self, chapter, *options, code=CODE):
        self.write("chapter.cc", code)
        self.path = self.write("chapter.md", chapter)
        return subprocess.run([sys.executable, "-B", os.path.join(SNIPPETS, "fences.py"), *options,
                               self.directory, self.path], capture_output=True, text=True, check=False)

    def expect_wrong(self, message, chapter, code=CODE):
        done = self.run_script(chapter, code=code)
        self.assertEqual(done.returncode, 1, done)
        self.assertRegex(done.stderr, message)
        self.assertNotIn("Traceback", done.stderr)

    def test_same(self):
        done = self.run_script(CHAPTER)
        self.assertEqual((done.returncode, done.stderr), (0, ""))

    def test_other_code_or_output(self):
        for old, new, line in (("  puts", "puts", 3), ("```text\n1", "```text\n2", 13),
                               ("#include <cstdio>\n", "", 3)):
            self.expect_wrong(rf"chapter\.md:{line}: not what", CHAPTER.replace(old, new))

    def test_fix(self):
        done = self.run_script(CHAPTER.replace("puts", "gets").replace("\n1\n", "\n2\n"), "--fix")
        self.assertEqual((done.returncode, done.stderr), (0, ""))
        with open(self.path, encoding="utf-8") as file:
            self.assertEqual(file.read(), CHAPTER)

    def test_fences_of_nothing(self):
        for fence in ("```cpp\nint x;\n```", "```cpp two\nint x;\n```", "```sh\nls\n```",
                      "<!-- not run: -->\n```sh\nls\n```", "## Two\n\n```text\n1\n```"):
            self.expect_wrong(r"chapter\.md:1\d: no region, no output", CHAPTER + "\n" + fence + "\n")

    def test_fences_that_are_not_read(self):
        for fence in ("```\nls\n```", "* x\n\n  ```sh\n  ls\n  ```", "```sh x\nls"):
            self.expect_wrong("a fence that is indented", CHAPTER + "\n" + fence + "\n")

    def test_not_shown(self):
        self.expect_wrong(r"chapter\.cc: \[one\] is not shown", "# One\n")
        self.expect_wrong(r"chapter\.cc: what \[one\] prints", CHAPTER[:CHAPTER.index("It prints")])

    def test_not_run(self):
        done = self.run_script(CHAPTER + "\n<!-- not run: no shell -->\n```sh\nls\n```\n")
        self.assertEqual((done.returncode, done.stderr), (0, ""))

    def test_file(self):
        self.write("a.py", "import b\n# [shown]\nx\n# [end]\ny\n")
        self.assertEqual(self.run_script(CHAPTER + "\n```python a.py\nx\n```\n").returncode, 0)
        self.expect_wrong("not what", CHAPTER + "\n```python a.py\ny\n```\n")


    def test_what_can_not_be_read(self):
        self.expect_wrong(r"^fences: .*no\.py: No such file or directory\n$", CHAPTER + "\n```python no.py\nx\n```\n")
        binary = self.write("binary", "")
        with open(binary, "wb") as file:
            file.write(b"\xff")
        self.expect_wrong(r"^fences: .*binary: 'utf-8' codec", CHAPTER + "\n```text ./binary\nx\n```\n")


class FaqMessagesTest(WithDirectory):
    def compare(self, faq, source, name="source.cc"):
        faq_path = self.write("faq.md", "# Messages\n```text messages\n" + faq + "```\n")
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
            with self.assertRaises(fences.Unreadable):
                self.compare("x\n", call)

    def test_comments_are_no_messages(self):
        self.assertEqual(["no messages found"], self.compare("", '// die(site, "x");\n'))


if __name__ == "__main__":
    unittest.main()
