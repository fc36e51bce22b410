"""The plots, which matplotlib draws: bars with their spread, curves over sizes, the overview.

Without matplotlib (Debian's python3-matplotlib) a report has none. Colours are variables of CSS
where they are written, so that a plot follows the reader's theme, light or dark.
"""

import io
import re
from typing import Callable, NamedTuple
from xml.sax.saxutils import quoteattr

import model
import stats
import words

try:
    import matplotlib
    from matplotlib.figure import Figure
    from matplotlib.ticker import EngFormatter, LogLocator
except ImportError:
    matplotlib = None

WIDTH = 380  # of a panel: a phone shows it nearly as it is
_LONGEST = 25  # times ours that a bar may be

# Light, which matplotlib draws with and which are all different, and dark.
_COLOURS = {
    "paper": ("#ffffff", "#14181f"), "ink": ("#1c2430", "#e6eaf0"), "faint": ("#5b6675", "#a3adba"),
    "line": ("#d5dae1", "#39424f"), "ours": ("#2a6fdb", "#6ba6ff"), "floor": ("#6f7680", "#9aa3ae"),
    "peer": ("#a9b4c2", "#5d6b7c"), "bad": ("#b3261e", "#ff8a80"), "c0": ("#b45309", "#f0a04b"),
    "c1": ("#00796b", "#4cc9b5"), "c2": ("#a3258c", "#ec8ad6"), "c3": ("#66750a", "#c3d04f"),
    "c4": ("#b3392b", "#ff8f80"), "c5": ("#6a4bc0", "#b9a3ff"), "c6": ("#46627a", "#9fbcd3"),
    "c7": ("#8a5a2b", "#d9ab7c"),
}
_INK, _FAINT, _LINE, _PAPER, _OURS, _BAD = (
    _COLOURS[name][0] for name in ("ink", "faint", "line", "paper", "ours", "bad"))


def _variables(theme):
    return ":root { " + " ".join(f"--{name}: {both[theme]};" for name, both in _COLOURS.items()) + " }"


STYLE = f"{_variables(0)}\n@media (prefers-color-scheme: dark) {{ {_variables(1)} }}\n"


class Panel(NamedTuple):
    draw: Callable  # onto matplotlib's axes
    height: int
    says: str  # in words
    width: int = WIDTH


def picture(panels, title, columns=1, alone=True):
    """An SVG of the panels beside and below each other; `alone`: with its own colours."""
    columns = min(columns, len(panels))
    rows = [panels[i:i + columns] for i in range(0, len(panels), columns)]
    heights = [max(panel.height for panel in row) for row in rows]
    settings = {"svg.fonttype": "none", "svg.hashsalt": "cex", "text.parse_math": False,
                "font.size": 11, "text.color": _INK, "xtick.color": _FAINT, "ytick.color": _FAINT, "axes.titlesize": 12,
                "axes.titleweight": "semibold", "axes.titlelocation": "left"}
    written = io.StringIO()
    with matplotlib.rc_context(settings):
        figure = Figure((columns * panels[0].width / 72, sum(heights) / 72), 72, layout="constrained",
                        facecolor=_PAPER)
        axes = list(figure.subplots(len(rows), columns, squeeze=False, height_ratios=heights).flat)
        for ax in axes:
            ax.set_axis_off()
            ax.set_facecolor("none")
        for panel, ax in zip(panels, axes):
            ax.set_axis_on()
            ax.tick_params(length=0)
            ax.spines[:].set_visible(False)
            panel.draw(ax)
        figure.savefig(written, format="svg", metadata=dict.fromkeys(
            ("Creator", "Date", "Format", "Type")))
    text = written.getvalue()
    text = re.sub(r"'DejaVu Sans'.*?sans-serif", "system-ui, 'DejaVu Sans', sans-serif",
                  text[text.index("<svg"):])
    text = re.sub(r'(<svg[^>]*? width="\d+(?:\.\d+)?)pt(" height="\d+(?:\.\d+)?)pt', r"\1\2", text)
    for name, (light, _) in _COLOURS.items():
        text = text.replace(light, f"var(--{name})")
    # What a pointer that rests there shows; an id has no other use.
    text = re.sub(r"""<g id=["']hint:(.*?)["']>""", r"<g><title>\1</title>", text)
    text = re.sub(r' id="[A-Za-z][\w.]*_\d+"', "", text)
    # In attributes two decimals will do, a hundredth of a pixel; no line ends in white space.
    text = re.sub(r'="[^"]*"', lambda match: re.sub(r"(\d+\.\d\d)\d+", r"\1", match[0]), text)
    text = re.sub(r" \n(?=[A-Z])", " ", text)
    text = re.sub(r"[ \t]+$", "", text, flags=re.MULTILINE)
    label = title + ". " + " ".join(panel.says for panel in panels[:6])
    style = f"<style>{STYLE}</style>" if alone else ""
    return re.sub(r"<svg([^>]*)>", lambda match: f'<svg role="img" aria-label={quoteattr(label)}'
                  f"{match[1]}>{style}", text, count=1)


def is_curve(table):
    """Sizes over at least two powers of ten."""
    sizes = [int(case) for case in table.cases if model.is_number(case)]
    return len(sizes) == len(table.cases) >= 3 and min(sizes) > 0 and max(sizes) >= 100 * min(sizes)


def of_tables(tables, caches):
    """The panels of a family."""
    return [panel for t in tables for panel in (
        [_curves(t, caches)] if is_curve(t) else [_bars(t, case) for case in t.cases])]


def _hint(who, values, unit):
    low, median, high = map(words.figure, values)
    return f"hint:{who}: {median} {unit}, {low} to {high}"


def _label_ours(labels, names):
    for label, name in zip(labels, names):
        label.set(color=_INK, weight="bold" if model.is_ours(name) else "normal")


def _bars(table, case):
    """A bar for each WHO, with a whisker from quartile to quartile."""
    found = {who: stats.quartiles(table.values[case, who]) for who in table.whos
             if (case, who) in table.values}
    ours = max((m for who, (_, m, _) in found.items() if model.is_ours(who)), default=0)
    most = max(high for _, _, high in found.values()) or 1
    most = min(most, _LONGEST * ours) if ours else most

    def draw(ax):
        ax.set_title(f"{words.count(case)}: {words.heading(table)}")
        for i, (who, (low, median, high)) in enumerate(found.items()):
            colour = "ours" if model.is_ours(who) else "floor" if who == "floor" else "peer"
            ax.barh(i, min(median, most), 0.7, color=_COLOURS[colour][0],
                    gid=_hint(who, (low, median, high), table.unit))
            if median > most:
                ax.plot(most, i, ">", color=_PAPER, clip_on=False, gid="hint:longer")
            elif high > low:
                ax.errorbar(median, i, xerr=[[median - low], [min(high, most) - median]],
                            color=_INK, capsize=3, elinewidth=1)
            ax.text(min(high, most) + most / 40, i, words.figure(median), va="center",
                    weight="bold" if model.is_ours(who) else "normal")
        ax.set_yticks(range(len(found)), [who if len(who) <= 22 else who[:21] + "…" for who in found])
        _label_ours(ax.get_yticklabels(), found)
        ax.set_xticks([])
        ax.set_xlim(0, most * 1.2)
        ax.margins(y=0.02)
        ax.invert_yaxis()

    said = ", ".join(f"{who} {words.figure(median)}" for who, (_, median, _) in found.items())
    return Panel(draw, 36 + 21 * len(found), f"{table.name}, {case}: {said}.")


def _curves(table, caches):
    """Over sizes. Bytes begin at zero, times are on a logarithmic axis."""
    points = {who: {int(case): stats.quartiles(table.values[case, who]) for case in table.cases
                    if (case, who) in table.values} for who in table.whos}
    straight = table.unit == "bytes" or any(low <= 0 for each in points.values()
                                            for low, _, _ in each.values())
    others = [who for who in points if who != "floor" and not model.is_ours(who)]
    entry = table.about.entry_bytes

    def style(who):
        if model.is_ours(who) or who == "floor":
            first = who in ("cex", "floor")
            return {"color": _COLOURS["ours" if who != "floor" else "floor"][0],
                    "linewidth": 2.6, "linestyle": "-" if first else "--"}
        at = others.index(who)
        return {"color": _COLOURS[f"c{at % 8}"][0], "linestyle": "-" if at < 8 else "--"}

    def draw(ax):
        ax.set_title(words.heading(table), pad=16)
        ax.set_xscale("log", subs=[])
        if not straight:
            ax.set_yscale("log", subs=[])
            ax.yaxis.set_major_locator(LogLocator(subs=(1, 2, 5)))
        for who in reversed(points):  # ours on top
            ax.plot([*points[who]], [m for _, m, _ in points[who].values()], label=who, **style(who))
            for size, (low, median, high) in points[who].items():
                ax.errorbar(size, median, [[median - low], [high - median]], fmt="o", markersize=4,
                            color=style(who)["color"],
                            gid=_hint(f"{who}, {size:,}", (low, median, high), table.unit))
        if straight:
            ax.set_ylim(bottom=0)
        ax.grid(axis="y", color=_LINE)
        ax.set_axisbelow(True)
        low, high = ax.get_xlim()
        for name, size in sorted(caches.items()):
            if entry and low < size / entry < high:
                ax.axvline(size / entry, color=_FAINT, linestyle=":", linewidth=1)
                ax.text(size / entry, 1, name, transform=ax.get_xaxis_transform(), color=_FAINT)
        ax.xaxis.set_major_formatter(EngFormatter(sep=""))
        ax.yaxis.set_major_formatter(lambda value, _: words.figure(value))
        handles, names = ax.get_legend_handles_labels()
        legend = ax.legend(handles[::-1], names[::-1], loc="upper center", ncol=3, frameon=False,
                           bbox_to_anchor=(0.5, -0.08))
        _label_ours(legend.get_texts(), names[::-1])

    said = "; ".join(f"{who} " + ", ".join(f"{words.figure(m)} at {n:,}" for n, (_, m, _) in
                                          points[who].items()) for who in list(points)[:3])
    return Panel(draw, 250 + 18 * (len(points) // 3 + 1), f"{table.name}, over the number of entries: {said}.")


def overview(standings, width=WIDTH):
    """A bar for each contest from 1 to the geometric mean, a whisker from least to most."""

    def draw(ax):
        ax.set_xscale("log", base=2)
        for i, (title, mean, least, most, _) in enumerate(standings):
            ax.barh(i, mean - 1, 0.65, left=1, color=_OURS if mean >= 1 else _BAD,
                    gid=f"hint:{title}: {mean:.2f}, from {least:.2f} to {most:.2f}")
            ax.errorbar(mean, i, xerr=[[mean - least], [most - mean]], color=_INK, capsize=3,
                        elinewidth=1)
            ax.text(max(most, 1) * 1.1, i, f"{mean:.2f}×", va="center", weight="bold")
        ax.axvline(1, color=_INK, linewidth=1)
        ax.grid(axis="x", color=_LINE)
        ax.set_axisbelow(True)
        ax.set_yticks(range(len(standings)), [each.title for each in standings])
        _label_ours(ax.get_yticklabels(), ["" for _ in standings])
        ax.xaxis.set_major_formatter("{x:g}×")
        ax.set_xlim(right=ax.get_xlim()[1] * 1.6)
        ax.margins(y=0.02)
        ax.invert_yaxis()
        ax.xaxis.tick_top()

    said = "; ".join(f"{title} {mean:.2f} ({least:.2f} to {most:.2f})"
                     for title, mean, least, most, _ in standings)
    return Panel(draw, 40 + 24 * len(standings), f"Geometric mean, least and most: {said}.", width)
