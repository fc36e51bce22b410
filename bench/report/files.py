"""Writes the report's files; each is whole or as it was before."""

import os
import re
import tempfile

import markdown_report
import page
import plots
import words
from failure import Failure


def make_folder(path):
    try:
        path.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=path):
            pass
    except OSError as error:
        raise Failure(f"can't write to {path}: {error.strerror}") from error


def _write(path, content):
    scratch = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        scratch.write_text(content, encoding="utf-8")
        os.replace(scratch, path)
    except OSError as error:
        scratch.unlink(missing_ok=True)
        raise Failure(f"can't write {path}: {error.strerror}") from error


def write_json(report, folder):
    _write(folder / "report.json", report.to_json())


def _panels(report, width):
    """{family: (title, its panels)}, "" for the overview; nothing where they can't be drawn."""
    standings = words.standings(report)
    found = {"": ("Times as fast, or as small, as the best peer of its kind",
                  [plots.overview(standings, width)])} if standings else {}
    caches = report.machine.get("caches", {})
    found.update((family, (tables[0].about.title, plots.of_tables(tables, caches)))
                 for family, tables in report.families().items())
    return found if plots.matplotlib else {}


def write_all(report, folder):
    """report.json, report.md and report.html; returns a line that says where they are, and what of
    it could not be made."""
    write_json(report, folder)
    _write(folder / "report.md", markdown_report.page(report, {}))
    (folder / "report.html").unlink(missing_ok=True)
    if not page.markdown:
        return f"the report is {folder}/report.md, with report.json; report.html takes python3-markdown"
    _write(folder / "report.html", page.page(report, {
        family: [plots.picture([panel], title, alone=False) for panel in panels]
        for family, (title, panels) in _panels(report, 700).items()}))
    return (f"the report is {folder}/report.html, with report.json and report.md"
            + ("" if plots.matplotlib else "; plots take python3-matplotlib"))


def publish(report, folder):
    """report.md and its plots, and nothing that the plots of an older one left behind."""
    make_folder(folder)
    pictures = {}
    for family, (title, panels) in _panels(report, 732).items():
        name = re.sub(r"[^a-z0-9_]", "_", family.lower()) if family else "headline"
        pictures[family] = name + ".svg"
        _write(folder / pictures[family], plots.picture(panels, title, columns=2))
    older = folder / "report.md"
    text = older.read_text(encoding="utf-8", errors="replace") if older.is_file() else ""
    for name in re.findall(r"^!\[.*\]\(([a-z0-9_]+\.svg)\)$", text, re.MULTILINE):
        if name not in pictures.values():
            (folder / name).unlink(missing_ok=True)
    _write(folder / "report.md", markdown_report.page(report, pictures))
