"""The page in headless Chromium: it prints nothing, draws, and answers to pointer and keys."""

import os
import re
import subprocess
import sys
import tempfile
import unittest

sys.path.insert(0, os.path.join(os.path.dirname(os.path.realpath(__file__)), "../../../tools/browser"))
from open_page import open_page  # pylint: disable=wrong-import-position

PROGRAM = os.path.realpath(sys.argv[1])


class PageTest(unittest.TestCase):

    def setUp(self):
        temp = tempfile.TemporaryDirectory(dir=os.environ.get("TEST_TMPDIR"))
        self.addCleanup(temp.cleanup)
        self.dir = temp.name
        self.html = os.path.join(self.dir, "trace.html")

    def write(self, kind):
        subprocess.run([PROGRAM, kind, "1", self.dir], check=True, timeout=100)

    def open(self, width=1280):
        return open_page("file://" + self.html + "#selftest", width=width)

    def check(self, kind, lanes, least_shapes, widths=(1280,)):
        self.write(kind)
        for width in widths:
            page = self.open(width)
            self.assertEqual(page.console, [])
            result = re.search(r'<html[^>]* data-selftest="([^"]*)"', page.dom)
            self.assertTrue(result, "the page did not test itself")
            self.assertEqual(result[1], "passed")
            shapes = [int(n) for n in re.findall(r'<canvas[^>]* data-shapes="(\d+)"', page.dom)]
            self.assertEqual(len(shapes), lanes)
            self.assertGreaterEqual(sum(shapes), least_shapes)
        return page

    def test_demo(self):
        page = self.check("demo", 4, 300, widths=(1280, 390))
        self.assertIn("<h1>A parser's memory</h1>", page.dom)
        for word in ("tree (arena)", "Totals", "Sizes of blocks"):
            self.assertIn(word, page.dom)

    def test_random_operations(self):
        page = self.check("random", 4, 1000)
        self.assertIn("<h1>&lt;b&gt;\"Random\"&lt;/b&gt;</h1>", page.dom)
        self.assertIn("heap &lt;/script&gt;", page.dom)
        self.assertNotIn('class="note">Not everything is shown', page.dom)

    def test_many_events(self):
        page = self.check("many", 4, 10000)
        self.assertIn('class="note">Not everything is shown', page.dom)
        self.assertRegex(page.dom, "marked are the first [0-9,]+ of [0-9,]+ failures")

    def test_full(self):
        page = self.check("full", 4, 100)
        self.assertIn('class="note">The trace reached its limit', page.dom)

    def test_many_allocators(self):
        page = self.check("lanes", 100, 100)
        self.assertIn('class="note">Not everything is shown: of the allocators the 100 that', page.dom)
        self.assertIn("150 allocators.", page.dom)

    def test_empty(self):
        self.check("empty", 0, 0)

    def test_a_broken_page_is_noticed(self):
        """The self-test can fail, and so can the look at the console."""
        self.write("demo")
        with open(self.html, encoding="utf-8") as file:
            good = file.read()
        for old, new in (('showTip(say(', '(say('), ('g.fillStyle = c[hue[b.site]];', 'continue;'),
                         ('event.key === "+"', 'event.key === "x"')):
            self.assertIn(old, good)
            with open(self.html, "w", encoding="utf-8") as file:
                file.write(good.replace(old, new))
            page = self.open()
            self.assertNotIn('data-selftest="passed"', page.dom, old)
        with open(self.html, "w", encoding="utf-8") as file:
            file.write(good.replace("drawAll();", "nothingOfTheSort();", 1))
        self.assertNotEqual(self.open().console, [])


if __name__ == "__main__":
    unittest.main(argv=sys.argv[:1])
