"""The plots: bars with their spread, curves over sizes, and how far ahead each family is."""

import math
import statistics

import model
import stats
import svg
import words

WIDTH = 360  # of a panel: a phone shows it as it is
_LETTER = 7.8  # about as wide as one is, in bold
_PEER_CURVES = 8
_LONGEST = 25  # times ours that a bar may be


def _whos_class(who):
    return "ours" if model.is_ours(who) else "floor" if who == "floor" else "peer"


def is_curve(table):
    """Sizes over at least two powers of ten."""
    sizes = [int(case) for case in table.cases if case.isdigit()]
    return len(sizes) == len(table.cases) >= 3 and min(sizes) > 0 and max(sizes) >= 100 * min(sizes)


def of_table(table, caches):
    """The panels of one table."""
    if is_curve(table):
        return [curves(table, caches)]
    return [bars(table, case) for case in table.cases]


def _shorten(name, letters):
    return name if len(name) <= letters else name[:letters - 1] + "…"


def bars(table, case):
    """A bar for each WHO, with a whisker from quartile to quartile."""
    rows = [(who, stats.quartiles(table.values[case, who])) for who in table.whos
            if (case, who) in table.values]
    letters = min(22, max(len(who) for who, _ in rows))
    left = letters * _LETTER + 8
    room = WIDTH - left - 58
    most = _end_of_axis(rows)
    parts = [svg.text(0, 13, f"{words.count(case)}: {words.heading(table)}", "strong")]
    for i, (who, (low, median, high)) in enumerate(rows):
        y = 24 + 21 * i
        parts.append(svg.text(left - 8, y + 11, _shorten(who, letters),
                              "strong" if model.is_ours(who) else "", "end"))
        parts.append(svg.element(
            "rect", svg.hint(f"{who}: {words.figure(median)} {table.unit}, {words.figure(low)} to "
                             f"{words.figure(high)}"),
            x=float(left), y=float(y), width=max(1.5, room * min(1, median / most)), height=15,
            rx=2, cls="bar " + _whos_class(who)))
        if median > most:  # too long for the panel: an arrow
            parts.append(svg.element("path", d=f"M{left + room - 14:.1f} {y}l7 7.5l-7 7.5h5l7 -7.5"
                                     "l-7 -7.5z", cls="paper arrow"))
        elif high > low:
            x1, x2 = left + room * low / most, left + room * min(1, high / most)
            parts.append(svg.element("path", d=f"M{x1:.1f} {y + 7.5}H{x2:.1f}M{x1:.1f} {y + 4}v7"
                                     f"M{x2:.1f} {y + 4}v7", cls="whisker"))
        end = left + room * min(1, high / most)
        parts.append(svg.text(end + 6, y + 11.5, words.figure(median),
                              "strong" if model.is_ours(who) else ""))
    said = ", ".join(f"{who} {words.figure(median)}" for who, (_, median, _) in rows)
    return svg.Panel(WIDTH, 24 + 21 * len(rows) + 4, "".join(parts),
                     f"{table.name}, {case}", f"In {table.unit}: {said}.")


def _end_of_axis(rows):
    """Where one takes a thousand times as long as ours, the others still are to be seen."""
    medians = [median for _, (_, median, _) in rows]
    ours = [median for who, (_, median, _) in rows if model.is_ours(who)]
    room_for = _LONGEST * (max(ours) if ours else statistics.median(medians))
    return min(max(high for _, (_, _, high) in rows), room_for if room_for > 0 else math.inf) or 1


def _ticks(low, high):
    """1, 2, 5, 10, …: those between, at most about six."""
    found = [m * 10.0 ** e for e in range(math.floor(math.log10(low)), math.ceil(math.log10(high)) + 1)
             for m in (1, 2, 5)]
    inside = [tick for tick in found if low <= tick <= high]
    if len(inside) > 7:
        inside = [tick for tick in inside if abs(math.log10(tick) - round(math.log10(tick))) < 1e-9]
    return inside


def _short(number):
    for unit, size in (("G", 10 ** 9), ("M", 10 ** 6), ("k", 1000)):
        if number >= size:
            return f"{number / size:g}{unit}"
    return f"{number:g}"


class _Scale:
    """From values to places, by their logarithms or straight."""

    def __init__(self, low, high, start, end, straight=False):
        self.function = float if straight else math.log10
        self.low, self.high = self.function(low), self.function(high)
        self.start, self.end = start, end

    def __call__(self, value):
        part = (self.function(value) - self.low) / ((self.high - self.low) or 1)
        return self.start + part * (self.end - self.start)


def _linear_ticks(high):
    step = 10 ** math.floor(math.log10(high))
    for part in (0.2, 0.5, 1, 2):
        if high / (step * part) <= 6:
            return [i * step * part for i in range(int(high / (step * part)) + 1)]
    return [0, high]


def _curve_classes(whos):
    """{who: (class, dashed)}: ours in one colour, each peer in its own."""
    found, ours, peers = {}, 0, 0
    for who in whos:
        if model.is_ours(who):
            found[who] = ("ours", ours > 0)
            ours += 1
        elif who == "floor":
            found[who] = ("floor", True)
        else:
            found[who] = (f"c{peers % _PEER_CURVES}", peers >= _PEER_CURVES)
            peers += 1
    return found


def curves(table, caches):
    """Time over size. Bytes begin at zero, times are on a logarithmic axis."""
    sizes = sorted(int(case) for case in table.cases)
    points = {who: [(int(case), *stats.quartiles(table.values[case, who])) for case in table.cases
                    if (case, who) in table.values] for who in table.whos}
    lows = [low for series in points.values() for _, low, _, _ in series]
    highs = [high for series in points.values() for _, _, _, high in series]
    straight = table.unit == "bytes" or min(lows) <= 0
    top, bottom, left = 38, 236, 42
    high = max(highs) * 1.05 or 1
    low = 0 if straight else min(lows) / 1.15
    x = _Scale(sizes[0], sizes[-1], left + 8, WIDTH - 12)
    y = _Scale(low, high, bottom, top, straight)
    parts = [svg.text(0, 13, words.heading(table), "strong")]
    for tick in _linear_ticks(high) if straight else _ticks(low, high):
        parts.append(svg.line(left, y(tick), WIDTH - 4, y(tick), "grid"))
        parts.append(svg.text(left - 6, y(tick) + 4, f"{tick:g}", "faint", "end"))
    for size in sizes:
        parts.append(svg.text(x(size), bottom + 16, _short(size), "faint", "middle"))
    parts += _cache_marks(table, caches, sizes, x, top, bottom)
    classes = _curve_classes(table.whos)
    for who in reversed(table.whos):  # ours on top
        parts.append(_curve(who, points[who], classes[who], x, y, table.unit))
    legend, height = _legend(classes, bottom + 34)
    said = "; ".join(f"{who} " + ", ".join(f"{words.figure(m)} at {_short(n)}"
                                          for n, _, m, _ in points[who]) for who in table.whos[:3])
    return svg.Panel(WIDTH, height, "".join(parts) + legend, table.name,
                     f"In {table.unit} over the number of entries: {said}.")


def _cache_marks(table, caches, sizes, x, top, bottom):
    entry = table.about.entry_bytes
    parts = []
    for name, size in sorted(caches.items()):
        if entry and sizes[0] <= size / entry <= sizes[-1]:
            at = x(size / entry)
            parts.append(svg.line(at, top - 6, at, bottom, "cache"))
            parts.append(svg.text(at, top - 10, name, "faint", "middle"))
    return parts


def _curve(who, series, style, x, y, unit):
    cls, dashed = style
    path = "M" + "L".join(f"{x(n):.1f} {y(m):.1f}" for n, _, m, _ in series)
    parts = [svg.element("path", svg.hint(who), d=path,
                         cls=f"curve {cls}" + (" dashed" if dashed else ""))]
    for n, low, median, high in series:
        if abs(y(low) - y(high)) > 3:
            parts.append(svg.line(x(n), y(low), x(n), y(high), f"curve {cls}"))
        parts.append(svg.element(
            "circle", svg.hint(f"{who}, {_short(n)}: {words.figure(median)} {unit}"),
            cx=x(n), cy=y(median), r=3.4 if cls == "ours" else 2.4, cls=f"dot {cls}"))
    return "".join(parts)


def _legend(classes, top):
    parts, left = [], 4.0
    for who, (cls, dashed) in classes.items():
        width = 30 + len(who) * _LETTER + 10
        if left + width > WIDTH and left > 4:
            left, top = 4.0, top + 19
        parts.append(svg.line(left, top - 4, left + 22, top - 4,
                              f"curve {cls}" + (" dashed" if dashed else "")))
        parts.append(svg.text(left + 28, top, who, "strong" if cls == "ours" else ""))
        left += width
    return "".join(parts), top + 10


def overview(kinds, width=WIDTH):
    """How many times as fast as the best peer ours is: a bar to the geometric mean, a whisker
    from least to most. `kinds`: [(title, words.overall())]. None without any."""
    kinds = [(title, figures) for title, figures in kinds if figures]
    if not kinds:
        return None
    wide = width > 500
    left = max(len(title) for title, _ in kinds) * _LETTER + 14 if wide else 24
    step, above = (26, 0) if wide else (42, 18)
    low = min(0.5, *(least for _, (_, least, _, _) in kinds)) / 1.02
    high = max(2.0, *(most for _, (_, _, most, _) in kinds)) * 1.02
    x = _Scale(low, high, left, width - 70)
    bottom = 20 + step * len(kinds)
    parts = [svg.text(x(tick), 12, f"{tick:g}×", "strong" if tick == 1 else "faint", "middle")
             + svg.line(x(tick), 18, x(tick), bottom, "grid" if tick != 1 else "whisker")
             for tick in _powers(low, high)]
    for i, (title, (mean, least, most, _)) in enumerate(kinds):
        y = 22 + step * i
        parts.append(svg.text(left - 8, y + 14, title, "", "end") if wide
                     else svg.text(2, y + 11, title, "over"))
        begin, end = sorted((x(1), x(mean)))
        parts.append(svg.element(
            "rect", svg.hint(f"{title}: {mean:.2f}, from {least:.2f} to {most:.2f}"), x=begin,
            y=float(y + above + 2), width=max(1.5, end - begin), height=16, rx=2,
            cls="bar ours" if mean >= 1 else "bar worse"))
        middle = y + above + 10
        parts.append(svg.element("path", d=f"M{x(least):.1f} {middle}H{x(most):.1f}M{x(least):.1f} "
                                 f"{middle - 4}v8M{x(most):.1f} {middle - 4}v8", cls="whisker"))
        parts.append(svg.text(max(x(most), end) + 8, middle + 4, f"{mean:.2f}×", "strong"))
    said = "; ".join(f"{title} {mean:.2f} ({least:.2f} to {most:.2f})"
                     for title, (mean, least, most, _) in kinds)
    return svg.Panel(width, bottom + 6, "".join(parts),
                     "Times as fast, or as small, as the best peer",
                     f"Geometric mean, least and most: {said}.")


def _powers(low, high):
    """0.25, 0.5, 1, 2, …; only some of them where they are many."""
    exponents = list(range(math.ceil(math.log2(low)), math.floor(math.log2(high)) + 1))
    step = 1
    while len(exponents) > 5:
        exponents = [e for e in exponents if e % (2 * step) == 0]
        step *= 2
    return [2.0 ** e for e in exponents]
