"""Every value is in a plot, at the place where it belongs; files stand alone."""

import re
import unittest
import xml.etree.ElementTree as xml

from support import FIXED, scratch
import files
import model
import plots
import svg
import words

_SVG = "{http://www.w3.org/2000/svg}"


def parts(panel, tag, cls):
    root = xml.fromstring(panel.inline())
    return [e for e in root.iter(_SVG + tag) if cls in e.get("class", "").split()]


class PlotTest(unittest.TestCase):

    def setUp(self):
        self.report = model.load(FIXED)
        self.tables = {t.name: t for t in self.report.tables()}

    def test_a_bar_for_each_who_as_long_as_its_median(self):
        t = self.tables["blocks, ns"]
        bars = parts(plots.bars(t, "16"), "rect", "bar")
        self.assertEqual(len(bars), len(t.whos))
        self.assertEqual(parts(plots.bars(t, "16"), "path", "arrow"), [])
        widths = {who: float(bar.get("width")) for who, bar in zip(t.whos, bars)}
        for who in t.whos:
            self.assertAlmostEqual(widths[who] / widths["malloc_free"],
                                   t.median("16", who) / t.median("16", "malloc_free"), delta=0.01)

    def test_a_whisker_for_each_spread(self):
        panel = plots.bars(self.tables["blocks, ns"], "16")
        self.assertEqual(len(parts(panel, "path", "whisker")), 5)

    def test_what_is_far_longer_ends_in_an_arrow(self):
        t = model.Table("f", "", "ns")
        for who, value in (("cex", 2.0), ("absl", 4.0), ("slow", 4000.0)):
            t.values["1", who] = [value]
        panel = plots.bars(t, "1")
        self.assertEqual(len(parts(panel, "path", "arrow")), 1)
        ours, absl, slow = (float(e.get("width")) for e in parts(panel, "rect", "bar"))
        self.assertAlmostEqual(absl / ours, 2, delta=0.05)
        self.assertAlmostEqual(slow / ours, 25, delta=0.5)
        self.assertIn(">4000<", panel.content)

    def test_sizes_are_curves_with_caches(self):
        t = self.tables["u64 insert, ns"]
        self.assertTrue(plots.is_curve(t))
        self.assertFalse(plots.is_curve(self.tables["blocks, ns"]))
        (panel,) = plots.of_table(t, self.report.machine["caches"])
        self.assertEqual(len(parts(panel, "circle", "dot")), len(t.cases) * len(t.whos))
        self.assertEqual(len(parts(panel, "path", "cache")), 3)
        self.assertEqual(parts(plots.curves(t, {}), "path", "cache"), [])

    def test_slower_is_higher(self):
        t = self.tables["u64 insert, ns"]
        (panel,) = plots.of_table(t, {})
        last = {e.find(_SVG + "title").text: float(e.get("cy")) for e in parts(panel, "circle", "dot")}
        at = {who: y for text, y in last.items() for who in t.whos if text.startswith(who + ", 1M")}
        self.assertEqual(sorted(at, key=at.get),
                         ["std_unordered", "absl_flat", "boost_flat", "cex"])

    def test_everything_stays_on_its_panel(self):
        for t in self.tables.values():
            for panel in plots.of_table(t, self.report.machine["caches"]):
                for number in re.findall(r' (?:x|cx)="([-\d.]+)"', panel.content):
                    self.assertGreaterEqual(float(number), 0, panel.title)
                    self.assertLessEqual(float(number), panel.width, panel.title)

    def test_the_overview(self):
        kinds = [("A", (2.0, 1.5, 3.0, 4)), ("B", (0.8, 0.5, 1.1, 2)), ("C", None)]
        panel = plots.overview(kinds)
        self.assertEqual([e.get("class") for e in parts(panel, "rect", "bar")],
                         ["bar ours", "bar worse"])
        self.assertIn("A 2.00 (1.50 to 3.00)", panel.description)
        self.assertIsNone(plots.overview([("C", None)]))

    def test_odd_values_can_be_drawn(self):
        for values in ([0.0], [0.0, 0.0, 0.0, 0.0], [1e-9], [1e12], [5.0] * 5):
            t = model.Table("f", "", "ns")
            for case in ("1", "100", "10000"):
                t.values[case, "cex"] = values
            xml.fromstring(plots.curves(t, {"L1": 4096}).inline())
            xml.fromstring(plots.bars(t, "1").inline())

    def test_names_are_text(self):
        t = model.Table("f", "", "ns")
        t.values["<b>&\"", "cex<i>"] = [1.0]
        self.assertIn("cex&lt;i&gt;", plots.bars(t, "<b>&\"").inline())
        xml.fromstring(plots.bars(t, "<b>&\"").alone())


class FileTest(unittest.TestCase):

    def test_published_files(self):
        folder = scratch("published")
        files.publish(model.load(FIXED), folder)
        text = (folder / "report.md").read_text(encoding="utf-8")
        drawn = re.findall(r"^!\[.+\]\((.+)\)$", text, re.MULTILINE)
        self.assertEqual(drawn[0], "headline.svg")
        self.assertEqual(sorted(path.name for path in folder.iterdir()),
                         sorted(["report.md", *drawn]))
        for name in drawn:
            source = (folder / name).read_text(encoding="utf-8")
            xml.fromstring(source)
            self.assertIn("prefers-color-scheme: dark", source)
            self.assertNotRegex(source.replace("http://www.w3.org/2000/svg", ""), r"https?:|url\(")

    def test_plots_of_an_older_one_go_and_other_files_stay(self):
        folder = scratch("again")
        report = model.load(FIXED)
        files.publish(report, folder)
        (folder / "mine.svg").write_text("<svg/>", encoding="utf-8")
        report.results = {key: values for key, values in report.results.items()
                          if key.family == "u64"}
        files.publish(report, folder)
        self.assertEqual(sorted(path.name for path in folder.iterdir()),
                         ["headline.svg", "mine.svg", "report.md", "u64.svg"])

    def test_all_colours_are_in_both_themes(self):
        light, dark = svg.STYLE.split("prefers-color-scheme: dark")
        names = set(re.findall(r"(--[a-z0-9]+):", light))
        self.assertEqual(names, set(re.findall(r"(--[a-z0-9]+):", dark)))
        self.assertLessEqual(set(re.findall(r"var\((--[a-z0-9]+)\)", svg.STYLE)), names)


class WordsTest(unittest.TestCase):

    def test_figures(self):
        for value, text in ((0, "0"), (1e-7, "<0.001"), (0.0123, "0.0123"), (1.2345, "1.23"),
                            (12.34, "12.3"), (123.4, "123"), (12345.6, "12346")):
            self.assertEqual(words.figure(value), text)

    def test_sizes(self):
        self.assertEqual(words.size(32768), "32 KiB")
        self.assertEqual(words.size(8 << 20), "8 MiB")
        self.assertEqual(words.size(12), "12 bytes")


if __name__ == "__main__":
    unittest.main()
