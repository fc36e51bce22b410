"""Checks the pages of a folder: every link and picture leads somewhere.

    check_links.py DIR

Within the folder, that the page is there and has the anchor. Of links that leave it, only
that they are written as an address: nothing is fetched. Also that no page names a folder of
the machine that it was made on.
"""

import argparse
import html.parser
import json
import os
import pathlib
import re
import sys
import urllib.parse

_ATTRIBUTES = {"href", "src"}


class _Page(html.parser.HTMLParser):

    def __init__(self, text):
        super().__init__(convert_charrefs=True)
        self.anchors = set()
        self.links = []  # (line, address)
        self.feed(text)
        self.close()

    def handle_starttag(self, tag, attrs):
        for name, value in attrs:
            if name == "id" or (name == "name" and tag == "a"):
                self.anchors.add(value)
            elif name in _ATTRIBUTES:
                self.links.append((self.getpos()[0], value or ""))


def _is_address(link):
    try:
        parts = urllib.parse.urlsplit(link)
        parts.port  # pylint: disable=pointless-statement  # raises where it is no number
    except ValueError:
        return False
    return re.fullmatch(r"[\w-]+(\.[\w-]+)+", parts.hostname or "") is not None \
        and re.search(r"[\s<>\"]", link) is None


def _names_links(path):
    """The addresses in names.js, which search.js makes links of."""
    text = path.read_text(encoding="utf-8")
    return [address for _, _, address in json.loads(text[text.index("["):text.rindex("]") + 1])]


def _machine_folders():
    """What a page would have in it by mistake: where this runs and where the site is made."""
    folders = {f"{folder}/" for folder in (pathlib.Path.home(), os.getcwd()) if str(folder) != "/"}
    return sorted(folders | {"/execroot/", "/cex_site_"})


def problems(folder, machine_folders=None):
    """A line for each thing that is wrong with the pages in `folder`."""
    folder = pathlib.Path(folder)
    texts = {path.relative_to(folder).as_posix(): path.read_text(encoding="utf-8")
             for path in sorted(folder.rglob("*.html"))}
    parsed = {name: _Page(text) for name, text in texts.items()}
    if "index.html" not in texts:
        return [f"{folder}: there is no index.html"]
    if machine_folders is None:
        machine_folders = _machine_folders()
    found = []
    for name, page in parsed.items():
        for place in machine_folders:
            if place in texts[name]:
                found.append(f"{name}: names {place}, a folder of this machine")
        links = list(page.links)
        for line, link in links:
            if re.match(r"(data|mailto):", link):
                continue
            if re.match(r"[a-z][a-z0-9+.-]*:", link) or link.startswith("//"):
                if not re.match(r"https?://", link) or not _is_address(link):
                    found.append(f"{name}:{line}: {link} is no address")
                continue
            found += _internal(folder, parsed, name, line, link)
    names = folder / "names.js"
    if names.is_file():
        for link in _names_links(names):
            found += _internal(folder, parsed, "names.js", 1, link)
    return found


def _internal(folder, parsed, name, line, link):
    target, _, anchor = link.partition("#")
    target = urllib.parse.unquote(target.partition("?")[0])
    page = pathlib.PurePosixPath(name).parent.joinpath(target).as_posix() if target else name
    if not (folder / page).is_file():
        return [f"{name}:{line}: dead link to {link}"]
    anchor = urllib.parse.unquote(anchor)
    if anchor and page in parsed and anchor not in parsed[page].anchors:
        return [f"{name}:{line}: dead link to {link}: the page has no such anchor"]
    return []


def main():
    parser = argparse.ArgumentParser(prog="check_links",
                                     description="Checks the links of a folder of pages.")
    parser.add_argument("folder", metavar="DIR")
    args = parser.parse_args()
    if not pathlib.Path(args.folder).is_dir():
        print(f"check_links: {args.folder}: not a folder", file=sys.stderr)
        return 2
    try:
        found = problems(args.folder)
    except (OSError, UnicodeDecodeError) as error:
        print(f"check_links: {error}", file=sys.stderr)
        return 2
    for line in found:
        print(f"check_links: {line}", file=sys.stderr)
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
