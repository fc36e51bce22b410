"""report.md of a fixed report.json, to the letter.

After a change that is meant: `bench.py --from fixed.json --out DIR` writes the new one.
"""

import unittest

from support import FIXED, GOLDEN
import markdown_report
import model


class GoldenTest(unittest.TestCase):

    maxDiff = None

    def test_fixed_report(self):
        self.assertEqual(markdown_report.page(model.load(FIXED), {}), GOLDEN.read_text(encoding="utf-8"))

    def test_every_value_counts(self):
        for key in list(model.load(FIXED).results):
            report = model.load(FIXED)
            report.results[key] = [value * 2 for value in report.results[key]]
            self.assertNotEqual(markdown_report.page(report, {}), GOLDEN.read_text(encoding="utf-8"), key)

    def test_failures_come_first(self):
        report = model.load(FIXED)
        report.complete = False
        report.add_problem("f/c: the checksum | differs")
        text = markdown_report.page(report, {})
        self.assertIn("* **Failed: f/c: the checksum \\| differs**", text)
        self.assertLess(text.index("Stopped early: 40 of 40"), text.index("Ahead of it"))

    def test_debug_builds_are_named(self):
        report = model.load(FIXED)
        report.build = {"optimized": "no", "checks": "on"}
        self.assertIn("built without optimization", markdown_report.page(report, {}))
        self.assertIn("with the checks on", markdown_report.page(report, {}))


if __name__ == "__main__":
    unittest.main()
