"""Every value is in a plot, at the place where it belongs; files stand alone."""

import re
import unittest
import xml.etree.ElementTree as xml

from support import FIXED, scratch
import files
import model
import plots
import words

_SVG = "{http://www.w3.org/2000/svg}"


def hinted(picture):
    """{what a pointer shows: the element with it}, of an SVG."""
    return {title.text: group for group in xml.fromstring(picture).iter(_SVG + "g")
            for title in group.findall(_SVG + "title")}


def shape(group):
    """(left, right, top) of the path in it."""
    numbers = re.findall(r"[ML] (\S+) (\S+)", group.find(_SVG + "path").get("d"))
    return (min(float(x) for x, _ in numbers), max(float(x) for x, _ in numbers),
            min(float(y) for _, y in numbers))


class PlotTest(unittest.TestCase):

    def setUp(self):
        self.report = model.load(FIXED)
        self.caches = self.report.machine["caches"]
        self.tables = {t.name: t for t in self.report.tables()}

    def draw(self, table, panel=0):
        return plots.picture([plots.of_tables([table], self.caches)[panel]], "A title")

    def widths(self, picture):
        return {name.partition(":")[0]: shape(group)[1] - shape(group)[0]
                for name, group in hinted(picture).items() if name != "longer"}

    def test_a_bar_for_each_who_as_long_as_its_median(self):
        t = self.tables["blocks, ns"]
        widths = self.widths(self.draw(t))
        self.assertEqual(set(widths), set(t.whos))
        for who in t.whos:
            self.assertAlmostEqual(widths[who] / widths["malloc_free"],
                                   t.median("16", who) / t.median("16", "malloc_free"), delta=0.01)

    def test_no_line_ends_in_white_space(self):
        for name in ("blocks, ns", "u64 insert, ns"):
            self.assertNotRegex(self.draw(self.tables[name]), r"[ \t]\n")

    def test_what_is_far_longer_ends_in_an_arrow(self):
        t = model.Table("f", "", "ns")
        for who, value in (("cex", 2.0), ("absl", 4.0), ("slow", 4000.0)):
            t.values["1", who] = [value]
        picture = self.draw(t)
        self.assertIn("longer", hinted(picture))
        self.assertNotIn("longer", hinted(self.draw(self.tables["blocks, ns"])))
        widths = self.widths(picture)
        self.assertAlmostEqual(widths["absl"] / widths["cex"], 2, delta=0.05)
        self.assertAlmostEqual(widths["slow"] / widths["cex"], 25, delta=0.5)
        self.assertIn(">4000<", picture)

    def test_sizes_are_curves_with_caches(self):
        t = self.tables["u64 insert, ns"]
        self.assertTrue(plots.is_curve(t))
        self.assertFalse(plots.is_curve(self.tables["blocks, ns"]))
        picture = self.draw(t)
        self.assertEqual(len(hinted(picture)), len(t.cases) * len(t.whos))
        self.assertEqual(re.findall(r">(L\d)<", picture), ["L1", "L2", "L3"])
        self.caches = {}
        self.assertNotIn(">L1<", self.draw(t))

    def test_slower_is_higher(self):
        t = self.tables["u64 insert, ns"]
        places = {name: float(group.find(f".//{_SVG}use").get("y"))
                  for name, group in hinted(self.draw(t)).items()}
        at = {who: y for name, y in places.items() for who in t.whos if name.startswith(who + ", 1,000,000")}
        self.assertEqual(sorted(at, key=at.get), ["tsl_ordered", "absl_flat", "cex_flat", "cex"])

    def test_the_overview(self):
        panel = plots.overview([words.Standing("B", 0.8, 0.5, 1.1, 2), words.Standing("A", 2.0, 1.5, 3.0, 4)])
        picture = plots.picture([panel], "A title")
        fills = [group.find(_SVG + "path").get("style") for group in hinted(picture).values()]
        self.assertEqual([re.search(r"var\((.*?)\)", fill)[1] for fill in fills], ["--bad", "--ours"])
        self.assertIn("A 2.00 (1.50 to 3.00)", picture)

    def test_odd_values_can_be_drawn(self):
        for values in ([0.0], [0.0, 0.0, 0.0, 0.0], [1e-9], [1e12], [1e100], [5.0] * 5):
            for cases in (("1", "100", "10000"), ("1",)):
                t = model.Table("u64", "", "ns")
                for case in cases:
                    t.values[case, "cex"] = values
                xml.fromstring(self.draw(t))

    def test_names_are_text(self):
        t = model.Table("f", "", "ns")
        t.values["<b>&\"'", "cex<i>'\"$x_1$"] = [1.0]
        picture = self.draw(t)
        self.assertIn("cex&lt;i&gt;", picture)
        self.assertIn("cex<i>'\"$x_1$: 1 ns, 1 to 1", hinted(picture))


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
            self.assertNotRegex(re.sub(r'xmlns(:xlink)?="[^"]*"', "", source), r"https?:|url\((?!#)")
            self.assertNotRegex(source, "#[0-9a-f]{6}[^;]")  # all colours are the reader's theme's

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


class WordsTest(unittest.TestCase):

    def test_the_headline_says_what_is_behind_first(self):
        report = model.Report()
        for family, who, value in (("heap", "libc", 1.0), ("heap", "cex", 2.0), ("heap", "tcmalloc", 0.1),
                                   ("push", "std", 3.0), ("push", "cex", 1.0),
                                   ("json", "std", 1.0), ("json", "cex", 1.0)):
            report.add(model.Key(family, "", "ns", "16", who), value)
        self.assertEqual(words.headline(report), [
            "Behind the best peer (1 of 3): Heap, one block 0.50",
            "Level with it (1 of 3): Whole program: JSON 1.00",
            "Ahead of it (1 of 3): Arrays, push 3.00",
            "1 of 3 cells are behind, the furthest: heap, ns, 16: 0.50"])

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
