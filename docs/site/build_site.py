"""Builds the site of guide and reference: Doxygen, with names that have a $ in them.

    build_site.py OUT LIST

LIST has a line for each input: its path in the site (cex/arena.h for a header, the path
in the repository for a page or an image), a tab, and where it lies. The Doxyfile, the frame and
the style lie beside this script. Doxygen does not take a $ for part of a name, so it
is shown another letter in its place, which becomes a $ again in what it writes.
"""

import functools
import html
import json
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile
import xml.etree.ElementTree as ElementTree

import pages

_PARTS = pathlib.Path(__file__).absolute().parent
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

# What a macro's kind and others are called.
_KINDS = {"define": "macro", "enumeration": "enum", "enumvalue": "value", "typedef": "type"}


def _fail(message):
    sys.exit(f"build_site: {message}")


@functools.cache
def _read(path):
    try:
        return pathlib.Path(path).read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        return _fail(f"{path}: {getattr(error, 'strerror', None) or error}")


def _write_inputs(work, files, texts):
    """The headers and pages as Doxygen is to see them, below `work`."""
    site = pages.Site(texts)
    inputs = {"pages/" + name: site.markdown(name) for name in texts}
    for name in files:
        if name.endswith(".h"):
            if "@file" in _read(files[name]):
                inputs[name] = _read(files[name])
            elif "/internal/" not in name:
                _fail(f"{name}: a public header without a Doxygen comment (/// @file)")
    for name, text in inputs.items():
        if _STAND_IN in text:
            _fail(f"{name}: has {_STAND_IN} in it, which stands for {_DOLLAR} here")
        target = work / "in" / name
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(re.sub(r"(?<=[a-z])\$", _STAND_IN, text), encoding="utf-8")


def _run_doxygen(work):
    settings = _read(_PARTS / "Doxyfile") + f"""
OUTPUT_DIRECTORY = {work}
HTML_OUTPUT = html
INPUT = {work}/in
RECURSIVE = YES
STRIP_FROM_PATH = {work}/in
STRIP_FROM_INC_PATH = {work}/in
GENERATE_TAGFILE = {work}/site.tag
LAYOUT_FILE = {_PARTS}/layout.xml
HTML_HEADER = {_PARTS}/header.html
HTML_FOOTER = {_PARTS}/footer.html
HTML_STYLESHEET = {_PARTS}/site.css
"""
    try:
        done = subprocess.run(["doxygen", "-"], input=settings, stdout=subprocess.PIPE,
                              stderr=subprocess.STDOUT, encoding="utf-8", check=False, cwd=work)
    except OSError as error:
        _fail(f"doxygen: {error.strerror}")
    said = done.stdout.replace(f"{work}/in/pages/", "").replace(f"{work}/in/", "")
    said = said.replace(_STAND_IN, _DOLLAR).strip()
    if said or done.returncode != 0:
        _fail(f"Doxygen's warnings are errors:\n{said}")


def _page_of(compound):
    """Doxygen's index leaves the .html away for some."""
    return compound.findtext("filename").removesuffix(".html") + ".html"


def _nameless(tags, folder):
    """The addresses that Doxygen links to and has nothing at: what lies in a struct without
    a name, as the fields of Allocator_i::meta."""
    return {_address(member) for member in tags.iter("member") if member.findtext("anchor")
            and f'id="{member.findtext("anchor")}"' not in _read(folder / member.findtext("anchorfile"))}


def _address(member):
    return f"{member.findtext('anchorfile')}#{member.findtext('anchor')}"


def _names(tags, nameless):
    """[[name, kind, address]] of all macros, functions and types."""
    found = {}
    for compound in tags.iter("compound"):
        kind, name = compound.get("kind"), compound.findtext("name", "")
        if kind not in ("file", "class", "struct", "namespace"):
            continue
        if kind in ("class", "struct"):
            found.setdefault((name, kind), _page_of(compound))
        scope = name + "::" if kind != "file" else ""
        for member in compound.findall("member"):
            if member.findtext("anchor") and _address(member) not in nameless:
                # A file's members are those of its namespace again, with its name.
                full = scope + member.findtext("name", "").removeprefix(scope)
                shown = _KINDS.get(member.get("kind"), member.get("kind"))
                found.setdefault((full, shown), _address(member))
    return [[name, kind, address] for (name, kind), address in sorted(found.items())]


def _headers(tags):
    """{page: the name by which it is included}; Doxygen's index has the folder's whole path."""
    return {_page_of(compound): compound.findtext("path", "").partition("/in/")[2] + compound.findtext("name")
            for compound in tags.iter("compound") if compound.get("kind") == "file"}


def _guide_order(texts):
    """The guide's chapters, as its table of contents has them."""
    contents = "docs/guide/README.md"
    listed = [f"docs/guide/{name}" for name in
              re.findall(r"\]\(([\w.-]+\.md)[#)]", texts.get(contents, ""))]
    for name in texts:
        if name.startswith("docs/guide/") and name not in [*listed, contents]:
            _fail(f"{name}: not in the guide's table of contents")
    return [name for name in dict.fromkeys(listed) if name in texts]


def _navigation(texts, tags, headers):
    """[(heading, [(title, address)])]"""
    titles = {"README.md": "cex", "docs/guide/README.md": "Guide: contents",
              "docs/bazel.md": "Macros for Bazel", "docs/bench/report.md": "Benchmarks",
              "CHANGELOG.md": "Changelog", "CONTRIBUTING.md": "Contributing"}
    guide = _guide_order(texts)
    packages = sorted(set(texts) - set(titles) - set(guide))
    return [
        ("", [(title, pages.address(name)) for name, title in titles.items() if name in texts]),
        ("Guide", [(pages.title_of(texts[name]), pages.address(name)) for name in guide]),
        ("Packages", [(re.sub(r"(/README)?\.md$", "", name), pages.address(name)) for name in packages]),
        ("Headers", sorted((name, page) for page, name in headers.items()
                           if name.endswith(".h") and "/internal/" not in name)),
        ("Types", sorted((compound.findtext("name"), _page_of(compound)) for compound in tags.iter("compound")
                         if compound.get("kind") in ("class", "struct")))]


def _nav_html(navigation, current):
    out = ['<label for="search">Find a name</label>',
           '<input id="search" type="search" autocomplete="off" spellcheck="false">',
           '<ul id="found"></ul>']
    for heading, links in navigation:
        text = "\n".join(["<ul>", *(f'<li><a href="{address}">{html.escape(title)}</a></li>'
                                    for title, address in links), "</ul>"])
        here = text.replace(f'"{current}"', f'"{current}" aria-current="page"')
        folded = heading == "Types" and here == text
        if heading and links:
            here = f'<details{"" if folded else " open"}><summary>{heading}</summary>\n{here}\n</details>'
        if links:
            out.append(here)
    return "\n".join(out)


def _linked(text, addresses):
    """Code such as `mem$malloc(a, n)` in running text leads to the reference."""

    def link(match):
        # Inside another link there is no group.
        name = re.match(r"[A-Za-z_][\w:]*\$?\w*", html.unescape(match[1] or ""))
        address = addresses.get(name[0]) if name else None
        return f'<a class="code" href="{address}">{match[0]}</a>' if address else match[0]

    return re.sub(r"<a\b.*?</a>|<code>([^<]*)</code>", link, text, flags=re.DOTALL)


def _finish(work, out, files, texts):
    tags = ElementTree.fromstring(_read(work / "site.tag").replace(_STAND_IN, _DOLLAR))
    headers = _headers(tags)
    navigation = _navigation(texts, tags, headers)
    nameless = _nameless(tags, work / "html")
    names = _names(tags, nameless)
    addresses = {}
    for name, _, address in names:
        for spelled in (name, name.removeprefix("cex::"), "cex::" + name):
            addresses.setdefault(spelled, address)
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
    images = [place for name, place in files.items() if name.endswith((".svg", ".png"))]
    for place in [_PARTS / "site.css", _PARTS / "search.js", *map(pathlib.Path, images)]:
        shutil.copyfile(place, out / place.name)


def main():
    out, listed = sys.argv[1:]
    files = dict(line.split("\t") for line in _read(listed).splitlines())
    texts = {name: _read(place) for name, place in files.items() if name.endswith(".md")}
    with tempfile.TemporaryDirectory(prefix="cex_site_") as place:
        work = pathlib.Path(place).resolve()
        _write_inputs(work, files, texts)
        _run_doxygen(work)
        _finish(work, pathlib.Path(out), files, texts)


if __name__ == "__main__":
    main()
