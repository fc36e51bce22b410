"""Builds the site of guide and reference: Doxygen, with names that have a $ in them.

    build_site.py --out DIR --parts DIR --files LIST

LIST has a line for each input: its path in the site (cex/arena.h for a header, the path
in the repository for a page or an image), a tab, and where it lies. DIR of --parts has
the Doxyfile, the frame and the style. Doxygen does not take a $ for part of a name, so it
is shown another letter in its place, which becomes a $ again in what it writes.
"""

import argparse
import html
import json
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile
import xml.etree.ElementTree as ElementTree

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))
import pages

_DOLLAR = "$"
_STAND_IN = "\uff04"  # a letter to Doxygen, and in no text of ours

# What Doxygen writes and the site does without: links to pages about folders, texts for a
# script that shows them beside the pointer, a heading above what each page begins with.
_UNUSED = re.compile(
    r'<div id="nav-path"[\s\S]*?</ul>\s*</div>|^<div class="ttc".*\n|'
    r'<h2 class="groupheader">Detailed Description</h2>|</div><!-- top -->\n', re.MULTILINE)

# Doxygen's lists of everything, which the navigation and the search replace.
_INDEX = re.compile(r"(annotated|classes|files|pages|(functions|globals|namespacemembers)(_\w+)?|"
                    r"namespaces|dir_\w+|hierarchy)\.html")

# Text that looks like an address to Doxygen: `file:line: what`.
_NO_ADDRESS = re.compile(r'<a href="file:[^"]*">(.*?)</a>')

_PARTS = ["site.css", "search.js"]
_IMAGES = (".svg", ".png")


class SiteError(Exception):
    """What is wrong, in one line."""


def _read(path):
    try:
        return pathlib.Path(path).read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise SiteError(f"{path}: {getattr(error, 'strerror', None) or error}") from error


def _hide_dollars(text):
    if _STAND_IN in text:
        raise SiteError(f"a text has {_STAND_IN} in it, which stands for {_DOLLAR} here")
    return re.sub(r"(?<=[a-z])\$", _STAND_IN, text)


def _write_inputs(work, files):
    """The headers and pages as Doxygen is to see them, below `work`."""
    headers = [name for name in files if name.endswith(".h")]
    texts = {name: _read(place) for name, place in files.items() if name.endswith(".md")}
    site = pages.Site(texts)
    inputs = {}
    for name in headers:
        text = _read(files[name])
        if "@file" in text:
            inputs[name] = text
        elif "/internal/" not in name:
            raise SiteError(f"{name}: a public header without a Doxygen comment (/// @file)")
    for name in texts:
        inputs["pages/" + name] = site.markdown(name)
    for name, text in inputs.items():
        target = work / "in" / name
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(_hide_dollars(text), encoding="utf-8")


def _run_doxygen(work, parts):
    settings = _read(parts / "Doxyfile") + f"""
OUTPUT_DIRECTORY = {work}
HTML_OUTPUT = html
INPUT = {work}/in
RECURSIVE = YES
STRIP_FROM_PATH = {work}/in
STRIP_FROM_INC_PATH = {work}/in
GENERATE_TAGFILE = {work}/site.tag
LAYOUT_FILE = {parts}/layout.xml
HTML_HEADER = {parts}/header.html
HTML_FOOTER = {parts}/footer.html
HTML_STYLESHEET = {parts}/site.css
"""
    try:
        done = subprocess.run(["doxygen", "-"], input=settings, stdout=subprocess.PIPE,
                              stderr=subprocess.STDOUT, encoding="utf-8", check=False,
                              cwd=work)
    except OSError as error:
        raise SiteError(f"doxygen: {error.strerror}") from error
    said = done.stdout.replace(f"{work}/in/pages/", "").replace(f"{work}/in/", "")
    said = said.replace(_STAND_IN, _DOLLAR).strip()
    if said or done.returncode != 0:
        raise SiteError(f"Doxygen's warnings are errors:\n{said}")


def _page_of(compound):
    """Doxygen's index leaves the .html away for some."""
    name = compound.findtext("filename")
    return name if name.endswith(".html") else name + ".html"


def _nameless(tags, folder):
    """The addresses that Doxygen links to and has nothing at: what lies in a struct without
    a name, as the fields of Allocator_i::meta."""
    texts = {}
    missing = set()
    for member in tags.iter("member"):
        page, anchor = member.findtext("anchorfile"), member.findtext("anchor")
        if not anchor:
            continue
        if page not in texts:
            texts[page] = _read(folder / page)
        if f'id="{anchor}"' not in texts[page]:
            missing.add(f"{page}#{anchor}")
    return missing


def _names(tags, nameless):
    """(name, kind, address) of all macros, functions and types."""
    found = []
    for compound in tags.iter("compound"):
        kind = compound.get("kind")
        if kind not in ("file", "class", "struct", "namespace"):
            continue
        scope = compound.findtext("name", "") + "::" if kind != "file" else ""
        if kind in ("class", "struct"):
            found.append((compound.findtext("name"), kind, _page_of(compound)))
        for member in compound.findall("member"):
            anchor = member.findtext("anchor")
            name = member.findtext("name", "")
            address = f"{member.findtext('anchorfile')}#{anchor}"
            if anchor and address not in nameless:
                # A file's members are those of its namespace again, with its name.
                full = name if name.startswith(scope) else scope + name
                kinds = {"define": "macro", "enumeration": "enum", "enumvalue": "value",
                         "typedef": "type"}
                shown = kinds.get(member.get("kind"), member.get("kind"))
                found.append((full, shown, address))
    unique = {}
    for name, kind, address in found:
        unique.setdefault((name, kind), address)
    return [[name, kind, address] for (name, kind), address in sorted(unique.items())]


def _header_name(compound):
    """As it is included, of a file in Doxygen's index, which has the folder's whole path."""
    return compound.findtext("path", "").partition("/in/")[2] + compound.findtext("name")


def _guide_order(texts):
    """The guide's chapters, as its table of contents has them."""
    first = [f"docs/guide/{name}" for name in
             re.findall(r"\]\(([\w.-]+\.md)[#)]", texts.get("docs/guide/README.md", ""))]
    for name in texts:
        if name.startswith("docs/guide/") and name not in [*first, "docs/guide/README.md"]:
            raise SiteError(f"{name}: not in the guide's table of contents")
    return [name for name in dict.fromkeys(first) if name in texts]


def _navigation(texts, tags):
    """[(heading, [(title, address)])]"""

    def page(name, title=None):
        return (title or pages.title_of(texts[name]), pages.page_id(name) + ".html")

    start = [page("README.md", "cex")] if "README.md" in texts else []
    start += [page(name, title) for name, title in
              [("docs/guide/README.md", "Guide: contents"), ("docs/bazel.md", "Macros for Bazel"),
               ("docs/bench/report.md", "Benchmarks"),
               ("CHANGELOG.md", "Changelog"), ("CONTRIBUTING.md", "Contributing")]
              if name in texts]
    guide = [page(name) for name in _guide_order(texts)]
    headers = {_header_name(compound):
               _page_of(compound)
               for compound in tags.iter("compound") if compound.get("kind") == "file"
               and compound.findtext("name", "").endswith(".h")}
    reference = sorted((name, address) for name, address in headers.items()
                       if "/internal/" not in name)
    types = sorted((compound.findtext("name"), _page_of(compound))
                   for compound in tags.iter("compound")
                   if compound.get("kind") in ("class", "struct"))
    listed = {address for _, address in start + guide}
    packages = [(re.sub(r"(/README)?\.md$", "", name), pages.page_id(name) + ".html")
                for name in sorted(texts)
                if pages.page_id(name) + ".html" not in listed]
    return [("", start), ("Guide", guide), ("Packages", packages), ("Headers", reference),
            ("Types", types)]


def _nav_html(navigation, current):
    out = ['<label for="search">Find a name</label>',
           '<input id="search" type="search" autocomplete="off" spellcheck="false">',
           '<ul id="found"></ul>']
    for heading, links in navigation:
        if not links:
            continue
        holds = any(address == current for _, address in links)
        folded = heading in ("Types",) and not holds
        if heading:
            out.append(f'<details{"" if folded else " open"}><summary>{heading}</summary>')
        out.append("<ul>")
        for title, address in links:
            mark = ' aria-current="page"' if address == current else ""
            out.append(f'<li><a href="{address}"{mark}>{html.escape(title)}</a></li>')
        out.append("</ul>")
        if heading:
            out.append("</details>")
    return "\n".join(out)


def _linked(text, addresses):
    """Code such as `mem$malloc(a, n)` in running text leads to the reference."""

    def link(match):
        inside = match.group(1)
        name = re.match(r"[A-Za-z_][\w:]*\$?\w*", html.unescape(inside))
        address = addresses.get(name.group(0)) if name else None
        return f'<a class="code" href="{address}"><code>{inside}</code></a>' if address \
            else match.group(0)

    # Not inside another link.
    parts = re.split(r"(<a\b.*?</a>)", text, flags=re.DOTALL)
    for i in range(0, len(parts), 2):
        parts[i] = re.sub(r"<code>([^<]*)</code>", link, parts[i])
    return "".join(parts)


def _finish(work, parts, out, files):
    tags = ElementTree.fromstring(_read(work / "site.tag").replace(_STAND_IN, _DOLLAR))
    texts = {name: _read(place) for name, place in files.items() if name.endswith(".md")}
    navigation = _navigation(texts, tags)
    nameless = _nameless(tags, work / "html")
    names = _names(tags, nameless)
    addresses = {}
    for name, _, address in names:
        addresses.setdefault(name, address)
        addresses.setdefault(name.removeprefix("cex::"), address)
        addresses.setdefault("cex::" + name, address)
    headers = {_page_of(compound): _header_name(compound)
               for compound in tags.iter("compound") if compound.get("kind") == "file"}
    out.mkdir(parents=True, exist_ok=True)
    for page in sorted((work / "html").glob("*.html")):
        if _INDEX.fullmatch(page.name):
            continue
        text = _UNUSED.sub("", _read(page).replace(_STAND_IN, _DOLLAR))
        if page.name in headers:
            bare = headers[page.name].rpartition("/")[2]
            text = text.replace(f"{bare} File Reference", headers[page.name])
        text = _NO_ADDRESS.sub(r"\1", text)
        for address in nameless:
            text = re.sub(rf'<a [^>]*href="{re.escape(address)}"[^>]*>(.*?)</a>', r"\1", text)
        text = _linked(text, addresses)
        text = text.replace("<!--NAV-->", _nav_html(navigation, page.name))
        (out / page.name).write_text(text, encoding="utf-8")
    (out / "names.js").write_text(
        "const cexNames = " + json.dumps(names, ensure_ascii=False, separators=(",", ":")) + ";\n",
        encoding="utf-8")
    for name in _PARTS:
        shutil.copyfile(parts / name, out / name)
    for name, place in files.items():
        if name.endswith(_IMAGES):
            shutil.copyfile(place, out / pathlib.PurePosixPath(name).name)


def main():
    parser = argparse.ArgumentParser(description="Builds the site of guide and reference.")
    for option in ("--out", "--parts", "--files"):
        parser.add_argument(option, required=True)
    args = parser.parse_args()
    try:
        files = dict(line.split("\t") for line in _read(args.files).splitlines())
        with tempfile.TemporaryDirectory(prefix="cex_site_") as place:
            work = pathlib.Path(place).resolve()
            parts = pathlib.Path(args.parts).absolute()
            _write_inputs(work, files)
            _run_doxygen(work, parts)
            _finish(work, parts, pathlib.Path(args.out), files)
    except SiteError as error:
        print(f"build_site: {error}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
