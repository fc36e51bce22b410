"""report.html: one file that loads nothing, follows the reader's theme, and fits a phone."""

from html import escape

import compare
import markdown
import plots
import svg
import words

_STYLE = """
* { box-sizing: border-box; }
html { color-scheme: light dark; }
body { margin: 0 auto; max-width: 1240px; padding: 16px; background: var(--paper);
  color: var(--ink); font: 16px/1.5 system-ui, "Segoe UI", Roboto, "DejaVu Sans", sans-serif; }
h1 { font-size: 1.6rem; margin: .2em 0 .4em; } h2 { font-size: 1.25rem; margin: 2em 0 .2em; }
p { margin: .4em 0; max-width: 75ch; } a { color: var(--ours); }
nav ul { list-style: none; margin: .5em 0; padding: 0; display: flex; flex-wrap: wrap;
  gap: .3em 1.2em; }
.notice { border-left: 4px solid var(--bad); padding: .3em .8em; margin: .4em 0;
  max-width: none; overflow-wrap: anywhere; }
.plots { display: flex; flex-wrap: wrap; gap: 18px 30px; align-items: flex-start; margin: 12px 0; }
.plots svg { max-width: 100%; height: auto; flex: none; }
.scroll { overflow-x: auto; margin: 10px 0; }
table { border-collapse: collapse; font-size: .86rem; font-variant-numeric: tabular-nums; }
th, td { padding: .25em .7em; border-bottom: 1px solid var(--line); text-align: right;
  white-space: nowrap; }
th:first-child, td:first-child { text-align: left; position: sticky; left: 0;
  background: var(--paper); }
caption { text-align: left; font-weight: 600; padding: .3em 0; }
tr.ours th { color: var(--ours); } tr.sum { font-weight: 600; }
@media (max-width: 600px) { table:not(.facts) th:first-child { min-width: 9em; max-width: 9em;
  white-space: normal; overflow-wrap: anywhere; } }
table.facts td { white-space: normal; text-align: left; } table.facts th { vertical-align: top; }
"""


def _table(t):
    head = "".join(f"<th scope=\"col\">{escape(words.count(case))}</th>" for case in t.cases)
    rows = []
    for who in t.whos:
        cells = "".join(f"<td>{escape(words.cell(t, case, who))}</td>" for case in t.cases)
        kind = " class=\"ours\"" if who.startswith("cex") else ""
        rows.append(f"<tr{kind}><th scope=\"row\">{escape(who)}</th>{cells}</tr>")
    speeds = [t.speed(case) for case in t.cases]
    if any(speeds):
        cells = "".join(f"<td>{speed:.2f}</td>" if speed else "<td></td>" for speed in speeds)
        rows.append(f"<tr class=\"sum\"><th scope=\"row\">best peer / cex</th>{cells}</tr>")
    return (f"<div class=\"scroll\" tabindex=\"0\"><table><caption>{escape(t.name)}</caption>"
            f"<thead><tr><th></th>{head}</tr></thead><tbody>{''.join(rows)}</tbody></table></div>\n")


def _family(name, tables, caches):
    about = tables[0].about
    drawn = [panel for t in tables for panel in plots.of_table(t, caches)]
    marks = ""
    if about.entry_bytes and caches and any(map(plots.is_curve, tables)):
        marks = (f" Dotted lines: as many entries of {about.entry_bytes} bytes as fill a cache.")
    return (f"<section id=\"{escape(name, quote=True)}\"><h2>{escape(about.title)}</h2>"
            f"<p>{escape(about.about + marks)}</p>"
            f"<div class=\"plots\">{''.join(panel.inline() for panel in drawn)}</div>\n"
            + "".join(map(_table, tables)) + "</section>\n")


def _comparison(comparison):
    rows = "".join("<tr>" + "".join(
        f"<{'th' if i == 0 else 'td'}>{escape(cell)}</{'th' if i == 0 else 'td'}>"
        for i, cell in enumerate(row)) + "</tr>" for row in compare.rows(comparison))
    table = ("<div class=\"scroll\" tabindex=\"0\"><table><thead><tr><th>beyond the threshold</th>"
             f"<th>old</th><th>new</th><th>old / new</th><th></th></tr></thead><tbody>{rows}"
             "</tbody></table></div>") if rows else ""
    return (f"<section><h2>Compared with an older report</h2>"
            f"<p>{escape(compare.sentence(comparison))}</p>{table}</section>\n")


def page(report):
    families = report.families()
    kinds = [(title, words.overall(part)) for tables in families.values()
             for title, part in markdown.split_by_kind(tables)]
    overview = plots.overview(kinds)
    caches = report.machine.get("caches", {})
    links = "".join(f"<li><a href=\"#{escape(name, quote=True)}\">{escape(tables[0].about.title)}"
                    "</a></li>" for name, tables in families.items())
    facts = "".join(f"<tr><th scope=\"row\">{escape(what)}</th><td>{escape(text)}</td></tr>"
                    for what, text in words.facts(report))
    parts = [
        "<!doctype html>\n<html lang=\"en\"><head><meta charset=\"utf-8\">"
        "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">"
        f"<title>cex: benchmarks</title><style>{svg.STYLE}{_STYLE}</style></head><body>\n"
        "<h1>cex: benchmarks</h1>\n",
        "".join(f"<p class=\"notice\">{escape(line)}</p>\n" for line in words.notices(report)),
    ]
    if overview:
        parts.append("<p>How many times as fast, or as small, as the best peer: the bar ends at "
                     "the geometric mean of all cells, the whisker goes from the least to the "
                     f"most.</p><div class=\"plots\">{overview.inline()}</div>\n")
    parts.append(f"<nav aria-label=\"Families\"><ul>{links}</ul></nav>\n")
    parts.append(f"<p>{escape(words.HOW_TO_READ)}</p>\n")
    if report.comparison:
        parts.append(_comparison(report.comparison))
    parts += [_family(name, tables, caches) for name, tables in families.items()]
    parts.append("<section><h2>Where and how</h2><div class=\"scroll\"><table class=\"facts\">"
                 f"<tbody>{facts}</tbody></table></div></section>\n</body></html>\n")
    return "".join(parts)
