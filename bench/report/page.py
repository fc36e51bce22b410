"""report.html: one file that loads nothing, follows the reader's theme, and fits a phone.

It is report.md, which python3-markdown makes HTML of. Without that there is no page.
"""

import re

import markdown_report
import plots

try:
    import markdown
except ImportError:
    markdown = None

_STYLE = """
* { box-sizing: border-box; }
html { color-scheme: light dark; }
body { margin: 0 auto; max-width: 1240px; padding: 16px; background: var(--paper);
  color: var(--ink); font: 16px/1.5 system-ui, "Segoe UI", Roboto, "DejaVu Sans", sans-serif; }
h1 { font-size: 1.6rem; margin: .2em 0 .4em; } h2 { font-size: 1.25rem; margin: 2em 0 .2em; }
p { margin: .4em 0; max-width: 75ch; } a { color: var(--ours); }
nav ul { list-style: none; margin: .5em 0; padding: 0; display: flex; flex-wrap: wrap;
  gap: .3em 1.2em; }
h1 + ul { list-style: none; border-left: 4px solid var(--bad); padding: .3em .8em;
  overflow-wrap: anywhere; }
.plots { display: flex; flex-wrap: wrap; gap: 18px 30px; align-items: flex-start; margin: 12px 0; }
.plots svg { max-width: 100%; height: auto; flex: none; }
.scroll { overflow-x: auto; margin: 10px 0; }
table { border-collapse: collapse; font-size: .86rem; font-variant-numeric: tabular-nums; }
th, td { padding: .25em .7em; border-bottom: 1px solid var(--line); text-align: right;
  white-space: nowrap; }
th:first-child { text-align: left; position: sticky; left: 0; background: var(--paper);
  font-weight: normal; } thead th { font-weight: 600; } th strong { color: var(--ours); }
@media (max-width: 600px) { th:first-child { min-width: 9em; max-width: 9em;
  white-space: normal; overflow-wrap: anywhere; } }
.scroll:last-child td { white-space: normal; text-align: left; }
"""


def page(report, pictures):
    """`pictures`: {family: [SVG]}, "" for the overview."""
    reader = markdown.Markdown(extensions=["tables", "toc"],
                               extension_configs={"toc": {"toc_depth": "2-2"}})
    text = reader.convert(markdown_report.page(report, {name: i for i, name in enumerate(pictures)}))
    drawn = list(map("".join, pictures.values()))
    text = re.sub('<p><img alt="[^"]*" src="(\\d+)" /></p>',
                  lambda match: f'<div class="plots">{drawn[int(match[1])]}</div>', text)
    text = re.sub(r"<tr>\s*<td[^>]*>(.*?)</td>", r'<tr><th scope="row">\1</th>', text)
    text = text.replace("<table>", '<div class="scroll" tabindex="0"><table>').replace(
        "</table>", "</table></div>")
    first, mark, rest = text.partition("<h2")
    return ("<!doctype html>\n<html lang=\"en\"><head><meta charset=\"utf-8\">"
            "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">"
            f"<title>cex: benchmarks</title><style>{plots.STYLE}{_STYLE}</style></head><body>\n{first}"
            f"<nav aria-label=\"Families\">{reader.toc}</nav>\n{mark}{rest}\n</body></html>\n")
