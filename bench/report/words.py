"""What the tables, the page and the plots all say, in words."""

import html
import statistics
from typing import NamedTuple

import model
import stats


def figure(value):
    """Three digits that count, without an exponent."""
    if value == 0:
        return "0"
    if abs(value) < 0.001:
        return "<0.001"
    return f"{value:.0f}" if abs(value) >= 100 else f"{value:.3g}"


def size(number_of_bytes):
    for unit, bits in (("GiB", 30), ("MiB", 20), ("KiB", 10)):
        if number_of_bytes >= 1 << bits:
            return f"{number_of_bytes / (1 << bits):.3g} {unit}"
    return f"{number_of_bytes} bytes"


def count(text):
    """1000000 as 1,000,000; what is no number stays."""
    return f"{int(text):,}" if model.is_number(text) else text


def escape(text):
    """As Markdown, in the cell of a table and elsewhere."""
    return html.escape(text, quote=False).replace("|", "\\|").replace("\n", " ")


def rows(cells):
    """A table of Markdown."""
    return "".join("| " + " | ".join(row) + " |\n" for row in cells)


def heading(table):
    """What a table is of, below its family's title."""
    what = table.what.replace("_", " ")
    return f"{what}, {table.unit}" if what else table.unit


def cell(table, case, who):
    """Median, spread, and ratio to the floor."""
    values = table.values.get((case, who))
    if not values:
        return ""
    text = figure(statistics.median(values))
    spread = stats.spread(values)
    if spread is not None:
        text += f" ±{100 * spread:.0f}%"
    ratio = table.ratio_to_reference(case, who)
    if ratio is not None:
        text += f" ({ratio:.2f}x)"
    return text


class Standing(NamedTuple):
    """How ours does in one contest: how many times as fast, or as small, as the best peer."""
    title: str
    mean: float  # geometric
    least: float
    most: float
    cells: int


def standings(report):
    """[Standing], those that are furthest behind first."""
    speeds = {}
    for t in report.tables():
        for contest, by_case in t.contests.items():
            title = t.about.title + (": memory" if t.unit == "bytes" else "")
            title += f", {contest.name}" if contest.name else ""
            speeds.setdefault(title, []).extend(by_case.values())
    return sorted((Standing(title, statistics.geometric_mean(each), min(each), max(each), len(each))
                   for title, each in speeds.items()), key=lambda standing: standing.mean)


def headline(report):
    """[line] of what is behind, what is level, what is ahead, and the cells furthest behind."""
    found = standings(report)
    lines = []
    for name, which in (("Behind the best peer", lambda mean: mean < 0.995),
                        ("Level with it", lambda mean: 0.995 <= mean < 1.005),
                        ("Ahead of it", lambda mean: mean >= 1.005)):
        listed = [f"{each.title} {each.mean:.2f}" for each in found if which(each.mean)]
        if found:
            lines.append(f"{name} ({len(listed)} of {len(found)}): " + ("; ".join(listed) or "none"))
    cells = sorted((speed, t.name, case) for t in report.tables()
                   for by_case in t.contests.values() for case, speed in by_case.items())
    behind = [cell for cell in cells if cell[0] < 0.995]
    if behind:
        lines.append(f"{len(behind)} of {len(cells)} cells are behind, the furthest: " + "; ".join(
            f"{name}, {count(case)}: {speed:.2f}" for speed, name, case in behind[:5]))
    return lines


def facts(report):
    """[(what, text)] of the machine, the compiler and the run."""
    machine, build = report.machine, report.build
    caches = ", ".join(f"{name} {size(n)}" for name, n in machine.get("caches", {}).items())
    cpus = machine.get("cpus", 0)
    rows = [
        ("Processor", f"{machine.get('processor', 'unknown')}, "
                      f"{cpus} CPU{'s' if cpus != 1 else ''} ({machine.get('architecture', '?')})"),
        ("Caches (data)", caches or "unknown"),
        ("Memory", size(machine.get("memory_bytes", 0))),
        ("System", machine.get("system", "unknown")),
        ("Compiler", f"{build.get('compiler', 'unknown')}, optimized: "
                     f"{build.get('optimized', 'unknown')}, checks: "
                     f"{build.get('checks', 'unknown')}"),
        ("Versions", ", ".join(f"{name} {version}" for name, version in report.versions.items())
         or "unknown"),
        ("Run", f"{report.started}, {report.mode}, {report.seconds:.0f} s, "
                + ("pinned to one CPU but for what uses threads" if machine.get("pinned")
                   else "not pinned")),
    ]
    if machine.get("governor"):
        rows.append(("Frequency governor", machine["governor"]))
    if report.missing_peers:
        rows.append(("Peers not installed", ", ".join(report.missing_peers)))
    return rows


def notices(report):
    """[line] that a reader must see first: failures, and what is missing."""
    lines = [f"Failed: {problem}" for problem in report.problems]
    if not report.complete:
        lines.append(f"Stopped early: {report.slices[0]} of {report.slices[1]} runs were "
                     "made. What stands here is complete in itself.")
    reasons = {}
    for name, reason in report.left_out:
        reasons.setdefault(reason, {})[name] = None
    lines += [f"Left out ({reason}): {', '.join(names)}" for reason, names in reasons.items()]
    if report.build.get("optimized", "yes") != "yes":
        lines.append("The programs were built without optimization: these figures say nothing.")
    if report.build.get("checks", "off") != "off":
        lines.append("The programs were built with the checks on: these figures are not a "
                     "release's.")
    return lines


HOW_TO_READ = (
    "Like is compared with like: ours with the best peer of its kind, mem$ with the malloc below it; "
    "who else stands in a table is there for orientation. Ordered maps keep the order of insertion. A figure above 1 says how many times as fast, "
    "or as small, ours is; below 1 it is behind. Times below 0.1 ns count as 0.1 ns.\n\n"
    "A cell is the median of all repetitions, ± half the distance between the quartiles (from "
    "four repetitions on), and in brackets the ratio to the hand-written floor where there is "
    "one. In plots the whisker goes from quartile to quartile, and a bar with an arrow is longer "
    "than there is room for. Dotted lines: as many entries as fill a cache.")
