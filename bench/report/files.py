"""Writes the report's files; each is whole or as it was before."""

import os
import pathlib
import re
import tempfile

import markdown
import page
import plots
import svg
import words
from failure import Failure


def make_folder(path):
    try:
        pathlib.Path(path).mkdir(parents=True, exist_ok=True)
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
    _write(pathlib.Path(folder) / "report.json", report.to_json())


def write_all(report, folder):
    folder = pathlib.Path(folder)
    write_json(report, folder)
    _write(folder / "report.md", markdown.page(report))
    _write(folder / "report.html", page.page(report))


def publish(report, folder):
    """report.md and its plots, and nothing that the plots of an older one left behind."""
    folder = pathlib.Path(folder)
    make_folder(folder)
    caches = report.machine.get("caches", {})
    families = report.families()
    kinds = [(title, words.overall(part)) for tables in families.values()
             for title, part in markdown.split_by_kind(tables)]
    drawn, pictures = {}, {}
    headline = plots.overview(kinds, width=732)
    if headline:
        drawn["headline.svg"] = svg.sheet([headline], headline.title, 1)
        pictures[""] = [("headline.svg", headline.title + ". " + headline.description)]
    for family, tables in families.items():
        panels = [panel for t in tables for panel in plots.of_table(t, caches)]
        file = re.sub(r"[^a-z0-9_]", "_", family.lower()) + ".svg"
        drawn[file] = svg.sheet(panels, tables[0].about.title)
        pictures[family] = [(file, tables[0].about.title)]
    for name, sheet in drawn.items():
        _write(folder / name, sheet.alone())
    for name in _plots_of_older(folder / "report.md") - drawn.keys():
        (folder / name).unlink(missing_ok=True)
    _write(folder / "report.md", markdown.page(report, pictures))


def _plots_of_older(report):
    try:
        text = report.read_text(encoding="utf-8", errors="replace")
    except OSError:
        return set()
    return set(re.findall(r"^!\[.*\]\(([a-z0-9_]+\.svg)\)$", text, re.MULTILINE))
