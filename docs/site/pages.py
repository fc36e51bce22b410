"""The Markdown pages of the repository, as Doxygen is to read them."""

import posixpath
import re

_HEADING = re.compile(r"^(#{1,6})\s+(.*?)\s*#*\s*$")
_LINK = re.compile(r"(?<!!)\[([^\]\[]*(?:\[[^\]]*\][^\]\[]*)*)\]\(([^()\s]+)\)")
_IMAGE = re.compile(r"!\[([^\]]*)\]\((?:[^()\s]*/)?([^()\s/]+)\)")  # its text, its file without folders
_FOLD = re.compile(r"\s*(<details>(<summary>[^<]*</summary>)?|</details>)\s*")
_CODE = re.compile(r"(`+)(?!`).*?(?<!`)\1(?!`)")


def page_id(path):
    """What Doxygen calls the page of the file `path`: the name of its .html, too."""
    if path == "README.md":
        return "index"
    return re.sub(r"\W", "_", re.sub(r"^docs/|(/README)?\.md$", "", path)).lower()


def address(path):
    return page_id(path) + ".html"


def slug(heading):
    """The anchor by which a Markdown link names a heading."""
    text = re.sub(r"\[([^\]]*)\]\([^)]*\)", r"\1", heading).replace("`", "").lower()
    return re.sub(r"[^\w\- ]", "", text).replace(" ", "-")


def anchor_id(path, anchor):
    return page_id(path) + "_" + re.sub(r"\W", "_", anchor)


def _lines(text):
    """Each line, and whether it is Markdown and not code of a fence."""
    in_code = False
    for line in text.split("\n"):
        is_fence = line.startswith("```")
        in_code ^= is_fence
        yield line, not in_code and not is_fence


def _headings(text):
    for line, is_markdown in _lines(text):
        if is_markdown and (heading := _HEADING.match(line)):
            yield heading.group(2)


def anchors_of(text):
    """The anchors of a page's headings, in order; a repeated one is numbered."""
    slugs = list(map(slug, _headings(text)))
    repeated = [slugs[:i].count(each) for i, each in enumerate(slugs)]
    return [f"{each}-{number}" if number else each for each, number in zip(slugs, repeated)]


def title_of(text):
    return next(_headings(text), "").replace("`", "")


def _outside_code(line, change):
    """`line` with `change` applied to what is not in backticks. A link may have code in
    its text, so that code is hidden behind placeholders and comes back afterwards."""
    kept = []

    def hide(match):
        kept.append(match.group(0))
        return f"\x00{len(kept) - 1}\x00"

    line = change(_CODE.sub(hide, line))
    return re.sub("\x00(\\d+)\x00", lambda match: kept[int(match.group(1))], line)


class Site:
    """All pages: `texts` by path in the repository."""

    def __init__(self, texts):
        self.texts = texts
        self.anchors = {path: anchors_of(text) for path, text in texts.items()}

    def _link(self, path, match):
        text, link = match.groups()
        if re.match(r"[a-z]+:", link):
            return match.group(0)
        target, _, anchor = link.partition("#")
        page = posixpath.normpath(posixpath.join(posixpath.dirname(path), target)) if target else path
        if page not in self.texts:
            page = posixpath.join(page, "README.md")
        if page not in self.texts:  # a file that is in the repository only
            return text
        # The first heading is the page itself.
        place = "#" + anchor_id(page, anchor) if anchor and anchor != self.anchors[page][0] else ""
        return f'<a href="{address(page)}{place}">{text}</a>'

    def markdown(self, path):
        """The page as Doxygen is to read it: with ids, and links to pages of the site."""
        anchors = iter(self.anchors[path])
        out = []
        for line, is_markdown in _lines(self.texts[path]):
            if is_markdown and _FOLD.fullmatch(line):
                # Doxygen would end it with the paragraph.
                line = f"@htmlonly[block]{line}@endhtmlonly"
            elif is_markdown:
                heading = _HEADING.match(line)
                line = _outside_code(line, lambda part: _LINK.sub(
                    lambda match: self._link(path, match), _IMAGE.sub(r'<img src="\2" alt="\1">', part)))
                if heading:
                    label = anchor_id(path, next(anchors))
                    if not any(out):  # the title
                        label = "mainpage" if path == "README.md" else page_id(path)
                    line += f" {{#{label}}}"
            out.append(line)
        return "\n".join(out)
