"""The report as Markdown: what is printed, report.md, and what report.html is made of."""

import compare
import model
import words


def table(t):
    rows = [[words.escape(t.name), *map(words.escape, map(words.count, t.cases))], ["---"] + ["---:"] * len(t.cases)]
    for who in t.whos:
        name = f"**{words.escape(who)}**" if model.is_ours(who) else words.escape(who)
        rows.append([name] + [words.cell(t, case, who) for case in t.cases])
    for contest, speeds in t.contests.items():
        name = "**best peer / cex**" + (f": {contest.name}" if contest.name else "")
        rows.append([name] + [f"**{speeds[case]:.2f}**" if case in speeds else "" for case in t.cases])
    return words.rows(rows)


def summary(report):
    rows = [[words.escape(each.title), f"**{each.mean:.2f}**", f"{each.least:.2f}", f"{each.most:.2f}", str(each.cells)]
            for each in words.standings(report)]
    return words.rows([["from behind to ahead", "best peer / cex, geometric mean", "least", "most", "cells"],
                  ["---"] + ["---:"] * 4, *rows]) if rows else ""


def page(report, pictures):
    """`pictures`: {family: its file}, "" for the overview."""

    def picture(family, title):
        return f"![{words.escape(title)}]({pictures[family]})\n\n" if family in pictures else ""

    parts = ["# Benchmarks\n\n"]
    notices = words.notices(report)
    if notices:
        parts.append("".join(f"* **{words.escape(line)}**\n" for line in notices) + "\n")
    parts += [f"**{words.escape(name)}:**{words.escape(rest)}\n\n" for name, _, rest in
              (line.partition(":") for line in words.headline(report))]
    parts.append(picture("", "Times as fast, or as small, as the best peer of its kind"))
    parts.append(summary(report) + "\n" + words.HOW_TO_READ + "\n\n")
    if report.comparison:
        parts.append("## Compared with an older report\n\n" + compare.markdown(report.comparison) + "\n")
    for family, tables in report.families().items():
        about = tables[0].about
        parts.append(f"## {words.escape(about.title)}\n\n" + (words.escape(about.about) + "\n\n" if about.about else ""))
        parts.append(picture(family, about.title))
        parts += [table(t) + "\n" for t in tables]
    facts = [[what, words.escape(text)] for what, text in words.facts(report)]
    parts.append("## Where and how\n\n" + words.rows([["", ""], ["---", "---"], *facts]))
    return "".join(parts)
