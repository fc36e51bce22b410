"""report.html in headless Chromium: nothing on the console, nothing loaded, plots that show
something, light and dark, wide and on a phone."""

import html
import json
import re
import sys
import unittest

from support import FIXED, scratch
import compare
import files
import model
import words

sys.path.insert(0, "tools/browser")
from open_page import open_page  # pylint: disable=wrong-import-position

# Says what a reader would see of the page; a copy of the page gets it, never the page itself.
_PROBE = """<script>
const ground = getComputedStyle(document.body).backgroundColor;
const shown = [...document.querySelectorAll('svg g')].filter(
  g => g.firstElementChild?.tagName == 'title' && g.getBoundingClientRect().width > 0);
const bar = shown.find(g => g.textContent.startsWith('cex'))?.querySelector('path');
const cut = [...document.querySelectorAll('svg')].filter(s => {
  const b = s.getBBox(), v = s.viewBox.baseVal;
  return b.x < -0.5 || b.x + b.width > v.width + 0.5 || b.y + b.height > v.height + 0.5; });
document.title = JSON.stringify({
  shown: shown.length, ground, ours: bar && getComputedStyle(bar).fill,
  wider: document.documentElement.scrollWidth - document.documentElement.clientWidth,
  cut: cut.map(s => s.getAttribute('aria-label')),
  loaded: performance.getEntriesByType('resource').length});
</script>"""


def page(report):
    files.write_all(report, scratch())
    return scratch("report.html").read_text(encoding="utf-8")


class PageTest(unittest.TestCase):

    def write(self, report, probe=True):
        text = page(report)
        path = scratch("page.html")
        path.write_text(text + (_PROBE if probe else ""), encoding="utf-8")
        return path

    def look(self, report, width=1280, dark=False):
        path = self.write(report)
        if dark:  # headless Chromium has no switch for it: its query is made to hold
            path.write_text(path.read_text(encoding="utf-8").replace(
                "(prefers-color-scheme: dark)", "(min-width: 1px)"), encoding="utf-8")
        seen = open_page(path, width=width)
        self.assertEqual(seen.console, [])
        return json.loads(html.unescape(re.search(r"<title>(.*?)</title>", seen.dom)[1]))

    def test_what_is_on_it(self):
        report = model.load(FIXED)
        seen = self.look(report)
        cells = {(t.name, case, who) for t in report.tables() for case, who in t.values}
        # and a bar for each kind in the overview
        self.assertEqual(seen["shown"], len(cells) + len(words.standings(report)))
        self.assertEqual(seen["loaded"], 0)
        self.assertEqual(seen["cut"], [])

    def test_a_page_with_nothing_on_it_is_seen_to_be_empty(self):
        self.assertEqual(self.look(model.Report())["shown"], 0)

    def test_nothing_is_wider_than_a_phone(self):
        # Chromium's windows are at least 500 wide; frames are as narrow as one likes.
        inner = self.write(model.load(FIXED)).read_text(encoding="utf-8")
        scratch("inner.html").write_text(inner.replace(
            "</script>", "parent.postMessage(document.title, '*');</script>"), encoding="utf-8")
        outer = scratch("phone.html")
        for width, fits in ((390, True), (120, False)):
            outer.write_text(
                "<!doctype html><title>t</title><script>onmessage = e => "
                "{ document.title = e.data };</script><iframe src=\"inner.html\" "
                f"width={width} height=800></iframe>", encoding="utf-8")
            seen = open_page(outer)
            self.assertEqual(seen.console, [])
            wider = json.loads(html.unescape(re.search("<title>(.*?)</title>", seen.dom)[1]))["wider"]
            self.assertEqual(wider == 0, fits, wider)

    def test_light_and_dark(self):
        light, dark = self.look(model.load(FIXED)), self.look(model.load(FIXED), dark=True)
        self.assertEqual(light["ground"], "rgb(255, 255, 255)")
        self.assertEqual(dark["ground"], "rgb(20, 24, 31)")
        self.assertNotEqual(light["ours"], dark["ours"])

    def test_it_loads_nothing_and_runs_nothing(self):
        text = re.sub(r'xmlns(:xlink)?="[^"]*"', "", page(model.load(FIXED)))
        self.assertNotRegex(text, r"https?:|<script|<link|<img|@import|url\((?!#)| src=")

    def test_tables_stand_beside_the_plots(self):
        dom = open_page(self.write(model.load(FIXED), probe=False)).dom
        self.assertEqual(dom.count("<table>"), 9)
        self.assertIn("0.566 ±2% (1.10x)", dom)
        for name in re.findall(r'href="#([^"]+)"', dom):
            self.assertIn(f'id="{name}"', dom)

    def test_names_are_text(self):
        report = model.load(FIXED)
        report.add(model.Key("<script>alert(1)</script>", "", "ns", "\"><b>", "cex<i>"), 1.0)
        report.add_problem("<script>alert(2)</script>")
        report.comparison = compare.compare(report, report, 1.1)
        report.comparison["cells"][-1]["beyond"] = True
        self.assertNotIn("<script", page(report))


if __name__ == "__main__":
    unittest.main()
