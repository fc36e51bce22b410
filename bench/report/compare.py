"""A report beside an older one: what became slower, by more than noise.

Of every cell the ratio of the old median to the new one, and between which values it
lies in 95 of 100 draws from the repetitions. A cell of ours is slower when the ratio
is beyond the threshold and all of that range is on the same side of 1. The floor and
the peers are listed as well, but only ours make the comparison fail: when they moved,
the machine did.
"""

import statistics

import model
import stats
import words
from failure import Failure


def compare(old, new, threshold):
    """What goes into the report; JSON can hold it."""
    cells = []
    for key, values in new.results.items():
        before = old.results.get(key)
        if not before or min(values) <= 0 or min(before) <= 0:
            continue
        ratio = statistics.median(before) / statistics.median(values)
        low, high = stats.ratio_interval(before, values)
        beyond = (ratio < 1 / threshold and high < 1) or (ratio > threshold and low > 1)
        tiny = key.unit == "ns" and max(map(statistics.median, (before, values))) < model.LEAST
        cells.append({**key._asdict(), "old": statistics.median(before),
                      "new": statistics.median(values), "ratio": ratio, "low": low, "high": high,
                      "beyond": beyond and not tiny})
    if not cells:
        raise Failure("the two reports have no benchmark in common")
    return {"started": old.started, "threshold": threshold, "cells": cells,
            "only_old": len(old.results.keys() - new.results.keys()),
            "only_new": len(new.results.keys() - old.results.keys())}


def regressions(comparison):
    return [cell for cell in comparison["cells"]
            if cell["beyond"] and cell["ratio"] < 1 and model.is_ours(cell["who"])]


def rows(comparison):
    """[(name, old, new, ratio with its range, verdict)] of what is beyond the threshold."""
    listed = sorted((cell for cell in comparison["cells"] if cell["beyond"]),
                    key=lambda cell: (not model.is_ours(cell["who"]), cell["ratio"]))
    return [(f"{cell['family']} {cell['what']}".strip() + f"/{cell['case']}/{cell['who']}, {cell['unit']}",
             words.figure(cell["old"]), words.figure(cell["new"]),
             f"{cell['ratio']:.2f} ({cell['low']:.2f} to {cell['high']:.2f})",
             "better" if cell["ratio"] > 1 else "worse") for cell in listed]


def sentence(comparison):
    cells = comparison["cells"]
    text = f"Old / new, of {len(cells)} cells since {comparison['started']}: " + ", ".join(
        f"{name} {statistics.geometric_mean(ratios):.2f}" for name, ours in (("cex", True), ("the others", False))
        if (ratios := [cell["ratio"] for cell in cells if model.is_ours(cell["who"]) == ours])) \
        + " (geometric means; more is faster, or smaller)."
    slower = len(regressions(comparison))
    text += (f" {slower} of ours {'is' if slower == 1 else 'are'} worse by more than "
             f"{comparison['threshold']:g} and by more than noise.")
    for name, number in (("the old", comparison["only_old"]), ("the new", comparison["only_new"])):
        if number:
            text += f" {number} only in {name} report."
    return text


def markdown(comparison):
    text = sentence(comparison) + "\n"
    listed = rows(comparison)
    if listed:
        text += "\n" + words.rows([["beyond the threshold", "old", "new", "old / new", ""],
                                   ["---", "---:", "---:", "---:", "---"],
                                   *(map(words.escape, row) for row in listed)])
    return text
