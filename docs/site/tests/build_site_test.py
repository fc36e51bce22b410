"""What build_site refuses: each of its checks, seen to fire on a small repository."""

import os
import pathlib
import subprocess
import sys
import tempfile
import unittest

_PARTS = pathlib.Path(__file__).parent.parent

_HEADER = """/// @file
/// A header.
///
/// ```cpp
/// toy$make(1);
/// ```
#pragma once
namespace cex {
/// Makes a toy of `n` parts.
int toy_make(int n);
}
/// toy_make() as a macro.
#define toy$make(n) ::cex::toy_make(n)
"""


class BuildSiteTest(unittest.TestCase):

    def setUp(self):
        self._place = tempfile.TemporaryDirectory(dir=os.environ.get("TEST_TMPDIR"))
        self.addCleanup(self._place.cleanup)
        self.place = pathlib.Path(self._place.name)

    def _build(self, header=_HEADER, **pages):
        files = {"cex/toy.h": header, "README.md": "# Toys\n\nOf `toy$make(n)` and `toy$make`.\n"}
        files.update({f"docs/guide/{name}.md": text for name, text in pages.items()})
        lines = []
        for number, (name, text) in enumerate(files.items()):
            path = self.place / f"input{number}"
            path.write_text(text, encoding="utf-8")
            lines.append(f"{name}\t{path}\n")
        (self.place / "list").write_text("".join(lines), encoding="utf-8")
        return self._run(self.place / "list")

    def _run(self, files):
        done = subprocess.run(
            [sys.executable, "-B", str(_PARTS / "build_site.py"), str(self.place / "out"), str(files)],
            capture_output=True, encoding="utf-8", check=False)
        self.assertEqual(done.stdout, "")
        self.assertEqual(done.returncode, 1 if done.stderr else 0)
        return done.stderr

    def _page(self, name):
        return (self.place / "out" / name).read_text(encoding="utf-8")

    def test_a_good_one(self):
        self.assertEqual(self._build(README="# Guide\n\n1. [Two](two.md)\n2. [One](one.md#b-c)\n",
                                     one="# One\n\n## B, `c`\n", two="# Two\n"), "")
        for code in (r"toy\$make\(n\)", r"toy\$make"):  # Doxygen sees the first, we the second
            self.assertRegex(self._page("index.html"), rf'href="toy_8h\.html#\w+"[^/]*>{code}</')
        self.assertIn("toy$make", self._page("names.js"))
        self.assertIn('<a href="guide_one.html#guide_one_b_c">One</a>', self._page("guide.html"))
        # In the order of the table of contents.
        page = self._page("index.html")
        self.assertLess(page.index('guide_two.html"'), page.index('guide_one.html"'))

    def test_links_that_leave_the_site_become_text(self):
        self.assertEqual(self._build(README="# Guide\n\n[1](one.md)\n",
                                     one="# One\n\n[the sources](../../toy/toy.cc)\n"), "")
        self.assertRegex(self._page("guide_one.html"), r"</a> the sources </p>")

    def test_a_function_without_a_comment(self):
        said = self._build(header=_HEADER.replace("/// Makes a toy of `n` parts.\n", ""))
        self.assertIn("Doxygen's warnings are errors:\ncex/toy.h:9: ", said)
        self.assertIn("is not documented", said)

    def test_a_macro_without_a_comment(self):
        said = self._build(header=_HEADER.replace("/// toy_make() as a macro.\n", ""))
        self.assertRegex(said, r"cex/toy\.h:12: .*toy\$make\(n\) \(macro definition\).*not documented")

    def test_a_reference_to_nothing(self):
        said = self._build(header=_HEADER.replace("/// toy_make() as", "/// @ref toy_break as"))
        self.assertIn("unable to resolve reference to 'toy_break'", said)

    def test_a_public_header_without_a_comment(self):
        self.assertEqual(self._build(header="#pragma once\n"), "build_site: cex/toy.h: a public "
                         "header without a Doxygen comment (/// @file)\n")

    def test_a_chapter_that_is_not_in_the_table_of_contents(self):
        self.assertEqual(self._build(README="# Guide\n", one="# One\n"),
                         "build_site: docs/guide/one.md: not in the guide's table of contents\n")

    def test_what_is_in_code_is_no_link(self):
        self.assertEqual(self._build(README="# Guide\n\n[One](one.md) `[x](one.md)`\n\n```cpp\n[x](one.md)\n```\n",
                                     one="# One\n"), "")
        self.assertEqual(self._page("guide.html").count('"guide_one.html"'), 2)  # and in the navigation

    def test_files_that_are_not_there(self):
        gone = self.place / "gone"
        self.assertEqual(self._run(gone), f"build_site: {gone}: No such file or directory\n")


if __name__ == "__main__":
    unittest.main()
