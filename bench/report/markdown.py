"""The report as Markdown: what is printed, and report.md."""

import statistics

import compare
import words


def _escape(text):
    return text.replace("|", "\\|").replace("\n", " ")


def table(t):
    cases = t.cases
    lines = [f"| {t.name} | " + " | ".join(map(_escape, cases)) + " |",
             "|---|" + "---:|" * len(cases)]
    for who in t.whos:
        row = [words.cell(t, case, who) for case in cases]
        lines.append(f"| {_escape(who)} | " + " | ".join(row) + " |")
    speeds = [t.speed(case) for case in cases]
    if any(speeds):
        lines.append("| **best peer / cex** | "
                     + " | ".join(f"**{speed:.2f}**" if speed else "" for speed in speeds) + " |")
    return "\n".join(lines) + "\n"


def overall(tables):
    """One line about all cells; empty where nothing has both a peer and ours."""
    speeds = [speed for t in tables for speed in t.speeds()]
    if not speeds:
        return ""
    return (f"Best peer / cex, geometric mean of {len(speeds)} cells: "
            f"{statistics.geometric_mean(speeds):.2f}; least: {min(speeds):.2f}\n")


def summary(report):
    lines = ["| family | best peer / cex, geometric mean | least | most | cells |",
             "|---|---:|---:|---:|---:|"]
    for tables in report.families().values():
        for name, part in split_by_kind(tables):
            figures = words.overall(part)
            if figures:
                mean, least, most, cells = figures
                lines.append(f"| {name} | **{mean:.2f}** | {least:.2f} | {most:.2f} | {cells} |")
    return "\n".join(lines) + "\n" if len(lines) > 2 else ""


def split_by_kind(tables):
    """[(title, tables)]: those of time, and those of memory."""
    title = tables[0].about.title
    timed = [t for t in tables if t.unit != "bytes"]
    sized = [t for t in tables if t.unit == "bytes"]
    return ([(title, timed)] if timed else []) + ([(title + ": memory", sized)] if sized else [])


def page(report, plots=None):
    """report.md. `plots`: {family: [(file name, alternative text)]}, "" for the first one."""
    plots = plots or {}

    def pictures(family):
        return "".join(f"![{_escape(text)}]({file})\n\n" for file, text in plots.get(family, []))

    parts = ["# Benchmarks\n\n"]
    notices = words.notices(report)
    if notices:
        parts.append("".join(f"* **{_escape(line)}**\n" for line in notices) + "\n")
    parts.append(pictures(""))
    parts.append(summary(report) + "\n")
    parts.append(words.HOW_TO_READ + "\n\n")
    if report.comparison:
        parts.append("## Compared with an older report\n\n"
                     + compare.markdown(report.comparison) + "\n")
    for family, tables in report.families().items():
        about = tables[0].about
        parts.append(f"## {about.title}\n\n" + (about.about + "\n\n" if about.about else ""))
        parts.append(pictures(family))
        parts += [table(t) + "\n" for t in tables]
    parts.append("## Where and how\n\n| | |\n|---|---|\n" + "".join(
        f"| {what} | {_escape(text)} |\n" for what, text in words.facts(report)))
    return "".join(parts).rstrip("\n") + "\n"
