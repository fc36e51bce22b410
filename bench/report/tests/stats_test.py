"""Medians, spreads and ratios of few values, checked by hand."""

import unittest

import support  # noqa: F401 pylint: disable=unused-import
import stats


class StatsTest(unittest.TestCase):

    def test_quartiles(self):
        self.assertEqual(stats.quartiles([5.0]), (5, 5, 5))
        self.assertEqual(stats.quartiles([3, 1, 2]), (1, 2, 3))
        self.assertEqual(stats.quartiles([1, 2, 3, 4, 5, 6, 7]), (2, 4, 6))

    def test_spread_takes_four_values(self):
        self.assertIsNone(stats.spread([1, 2, 3]))
        self.assertAlmostEqual(stats.spread([1, 2, 3, 4, 5, 6, 7]), 0.5)
        self.assertIsNone(stats.spread([0, 0, 0, 0]))

    def test_the_ratio_of_equal_samples_may_be_one(self):
        values = [10, 11, 12, 13, 14]
        low, high = stats.ratio_interval(values, values)
        self.assertLess(low, 1)
        self.assertGreater(high, 1)

    def test_samples_far_apart_have_a_ratio_that_is_not_one(self):
        low, high = stats.ratio_interval([20, 21, 22, 23], [10, 10.5, 11, 11.5])
        self.assertGreater(low, 1.5)
        self.assertLess(high, 2.4)

    def test_few_values_count_with_their_extremes(self):
        self.assertEqual(stats.ratio_interval([2.0, 3.0], [1.0, 2.0]), (1.0, 3.0))

    def test_the_same_twice_is_the_same(self):
        sample = [1.0, 1.2, 1.1, 1.5, 1.3], [2.0, 2.2, 2.1, 2.5, 2.3]
        self.assertEqual(stats.ratio_interval(*sample), stats.ratio_interval(*sample))


if __name__ == "__main__":
    unittest.main()
