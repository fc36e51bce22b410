"""A real benchmark program from end to end: its names, its counters, how it was built.

Usage: smoke_test.py PROGRAM
"""

import sys
import unittest

from support import bench, scratch
import model

PROGRAM = sys.argv.pop()


class SmokeTest(unittest.TestCase):

    def test_a_scope(self):
        status, out, err = bench(PROGRAM, "--filter", "^scope/1x64/(floor|cex|pmr_monotonic_reset)$",
                                 "--repetitions", 4, "--min-time", 0.001, "--out", scratch("out"))
        self.assertEqual(status, 0, err)
        self.assertIn("| scope, ns | 1x64 |", out)
        report = model.load(scratch("out") / "report.json")
        self.assertEqual(sorted(key.who for key in report.results),
                         ["cex", "floor", "pmr_monotonic_reset"])
        for values in report.results.values():
            self.assertEqual(len(values), 4)
            self.assertGreater(min(values), 0)
        self.assertRegex(report.build["compiler"], r"^(g\+\+|clang) \d+")
        self.assertEqual(report.build["optimized"], "yes")
        self.assertEqual(report.build["checks"], "off")
        self.assertTrue(report.machine["processor"])


if __name__ == "__main__":
    unittest.main()
