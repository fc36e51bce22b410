"""What counts as slower: beyond the threshold, beyond noise, and ours."""

import unittest

import support  # noqa: F401 pylint: disable=unused-import
import compare
import model
from failure import Failure


def report(**times):
    found = model.Report()
    found.started = "2026-01-02 03:04 UTC"
    for who, values in times.items():
        for value in values:
            found.add(model.Key("f", "", "ns", "1", who), value)
    return found


STEADY = [10, 10.1, 10.2, 9.9, 9.8]
SLOWER = [13, 13.1, 13.2, 12.9, 12.8]


class CompareTest(unittest.TestCase):

    def slower(self, old, new, threshold=1.1):
        return [cell["who"] for cell in compare.regressions(compare.compare(old, new, threshold))]

    def test_the_same_is_not_slower(self):
        self.assertEqual(self.slower(report(cex=STEADY), report(cex=STEADY)), [])

    def test_ours_beyond_the_threshold_is(self):
        self.assertEqual(self.slower(report(cex=STEADY), report(cex=SLOWER)), ["cex"])

    def test_below_the_threshold_is_not(self):
        self.assertEqual(self.slower(report(cex=STEADY), report(cex=SLOWER), 1.5), [])

    def test_faster_is_not(self):
        self.assertEqual(self.slower(report(cex=SLOWER), report(cex=STEADY)), [])

    def test_peers_may_do_as_they_like(self):
        old, new = report(absl=STEADY, floor=STEADY), report(absl=SLOWER, floor=SLOWER)
        self.assertEqual(self.slower(old, new), [])
        self.assertEqual(len(compare.rows(compare.compare(old, new, 1.1))), 2)

    def test_noise_is_not(self):
        noisy = [8, 30, 9, 28, 12]
        self.assertEqual(self.slower(report(cex=STEADY), report(cex=noisy)), [])

    def test_what_no_clock_can_tell_is_not(self):
        old, new = report(cex=[0.01, 0.01, 0.01, 0.01]), report(cex=[0.05, 0.05, 0.05, 0.05])
        self.assertEqual(self.slower(old, new), [])

    def test_it_says_what_is_only_in_one(self):
        text = compare.markdown(compare.compare(report(cex=STEADY, absl=STEADY),
                                                report(cex=SLOWER, boost=STEADY), 1.1))
        self.assertIn("| f/1/cex, ns | 10 | 13 | 0.77 (0.7", text)
        self.assertIn("| worse |", text)
        self.assertIn("1 only in the old report", text)
        self.assertIn("1 only in the new report", text)

    def test_nothing_in_common_is_an_error(self):
        with self.assertRaises(Failure):
            compare.compare(report(cex=STEADY), report(absl=STEADY), 1.1)


if __name__ == "__main__":
    unittest.main()
