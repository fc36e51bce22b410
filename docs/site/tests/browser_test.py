"""The site in headless Chromium: three pages as a reader gets them, and the search."""

import os
import pathlib
import sys
import tempfile
import unittest

sys.path.insert(0, "tools/browser")
import open_page

_SITE = pathlib.Path(sys.argv.pop(1)).resolve()


class BrowserTest(unittest.TestCase):

    def _open(self, page, *expected):
        opened = open_page.open_page(page, milliseconds=1000)
        self.assertEqual(opened.console, [])
        for text in expected:
            self.assertIn(text, opened.dom)
        return opened

    def test_index(self):
        self._open(_SITE / "index.html", "cex: memory you can see", 'href="arena_8h.html"',
                   'aria-current="page"')

    def test_a_page_of_text(self):
        chapters = sorted(_SITE.glob("guide_*.html")) or [_SITE / "collections_hm.html"]
        self._open(chapters[0], '<div class="title">', '<div class="fragment">')

    def test_a_page_of_the_reference(self):
        self._open(_SITE / "arr_8h.html", "cex/arr.h", "arr$push", "cex::Arr")

    def _type(self, text, *parts):
        """The index page as after `text` was typed into the search, with these files beside it."""
        with tempfile.TemporaryDirectory(dir=os.environ.get("TEST_TMPDIR")) as place:
            copy = pathlib.Path(place)
            for name in parts:
                (copy / name).write_bytes((_SITE / name).read_bytes())
            script = ('<script>addEventListener("load", () => { const box = '
                      f'document.getElementById("search"); box.value = "{text}"; '
                      'box.dispatchEvent(new Event("input")); });</script></body>')
            page = copy / "index.html"
            page.write_text((_SITE / "index.html").read_text(encoding="utf-8").replace(
                "</body>", script), encoding="utf-8")
            return open_page.open_page(page, milliseconds=1000)

    def test_the_search_finds_a_macro(self):
        opened = self._type("arr$pu", "names.js", "search.js", "site.css")
        self.assertEqual(opened.console, [])
        found = opened.dom[opened.dom.index('<ul id="found">'):].split("</ul>")[0]
        self.assertIn(">arr$push</a> macro", found)
        self.assertNotIn("hm$", found)

    def test_an_error_of_a_script_is_seen(self):
        opened = self._type("arr$pu", "search.js", "site.css")
        self.assertRegex("\n".join(opened.console), "cexNames is not defined")


if __name__ == "__main__":
    unittest.main()
