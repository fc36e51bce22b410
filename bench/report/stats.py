"""What a handful of repetitions says: the middle, how far they spread, how sure a ratio is."""

import random
import statistics

_DRAWS = 1000
_ENOUGH = 4  # values, for quartiles to mean something


def quartiles(values):
    """(low, median, high): the quartiles, or of fewer than four values the least and the most."""
    median = statistics.median(values)
    if len(values) < _ENOUGH:
        return min(values), median, max(values)
    low, _, high = statistics.quantiles(values, n=4)
    return low, median, high


def spread(values):
    """Half the distance between the quartiles as a part of the median; None of fewer than four
    values, and where the median is zero."""
    low, median, high = quartiles(values)
    if len(values) < _ENOUGH or median <= 0:
        return None
    return (high - low) / 2 / median


def ratio_interval(above, below):
    """Between which values the ratio of the two medians lies in 95 of 100 draws with repetition
    (a bootstrap). Fewer than four values are too few to draw from: then as far apart as
    single values are."""
    if min(len(above), len(below)) < _ENOUGH:
        return min(above) / max(below), max(above) / min(below)
    draw = random.Random(1)  # the same report twice gives the same figures
    ratios = sorted(statistics.median(draw.choices(above, k=len(above)))
                    / statistics.median(draw.choices(below, k=len(below)))
                    for _ in range(_DRAWS))
    return ratios[_DRAWS // 40], ratios[_DRAWS - 1 - _DRAWS // 40]
