"""The report as Markdown: what is printed, report.md, and what report.html is made of."""

import html

import compare
import model
import words


def _escape(text):
    return html.escape(text, quote=False).replace("|", "\\|").replace("\n", " ")


def _rows(rows):
    return "".join("| " + " | ".join(row) + " |\n" for row in rows)


def table(t):
    rows = [[_escape(t.name), *map(_escape, map(words.count, t.cases))], ["---"] + ["---:"] * len(t.cases)]
    for who in t.whos:
        name = f"**{_escape(who)}**" if model.is_ours(who) else _escape(who)
        rows.append([name] + [words.cell(t, case, who) for case in t.cases])
    for contest, speeds in t.contests.items():
        name = "**best peer / cex**" + (f": {contest.name}" if contest.name else "")
        rows.append([name] + [f"**{speeds[case]:.2f}**" if case in speeds else "" for case in t.cases])
    return _rows(rows)


def summary(report):
    rows = [[_escape(each.title), f"**{each.mean:.2f}**", f"{each.least:.2f}", f"{each.most:.2f}", str(each.cells)]
            for each in words.standings(report)]
    return _rows([["from behind to ahead", "best peer / cex, geometric mean", "least", "most", "cells"],
                  ["---"] + ["---:"] * 4, *rows]) if rows else ""


def page(report, pictures):
    """`pictures`: {family: its file}, "" for the overview."""

    def picture(family, title):
        return f"![{_escape(title)}]({pictures[family]})\n\n" if family in pictures else ""

    parts = ["# Benchmarks\n\n"]
    notices = words.notices(report)
    if notices:
        parts.append("".join(f"* **{_escape(line)}**\n" for line in notices) + "\n")
    parts += [f"**{_escape(name)}:**{_escape(rest)}\n\n" for name, _, rest in
              (line.partition(":") for line in words.headline(report))]
    parts.append(picture("", "Times as fast, or as small, as the best peer of its kind"))
    parts.append(summary(report) + "\n" + words.HOW_TO_READ + "\n\n")
    if report.comparison:
        parts.append("## Compared with an older report\n\n" + compare.markdown(report.comparison) + "\n")
    for family, tables in report.families().items():
        about = tables[0].about
        parts.append(f"## {_escape(about.title)}\n\n" + (_escape(about.about) + "\n\n" if about.about else ""))
        parts.append(picture(family, about.title))
        parts += [table(t) + "\n" for t in tables]
    facts = [[what, _escape(text)] for what, text in words.facts(report)]
    parts.append("## Where and how\n\n" + _rows([["", ""], ["---", "---"], *facts]))
    return "".join(parts)
