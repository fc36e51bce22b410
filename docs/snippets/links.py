"""links.py CHAPTER_MD ...: whether the links of the chapters lead somewhere.

A link to a chapter, to a heading or to another file of the repository has to exist, and
every chapter has to be in README.md's table of contents. Addresses on the web are not
looked at.
"""

import os
import re
import sys

LINK = re.compile(r"\[[^]]*\]\(([^)\s]+)\)")


def anchors_of(text):
    """The names that headings get: lower case, words joined with -, the rest left out."""
    text = re.sub(r"^```.*?^```$", "", text, flags=re.MULTILINE | re.DOTALL)
    anchors = set()
    for heading in re.findall(r"^#+ (.*)$", text, re.MULTILINE):
        words = re.sub(r"[^\w\- ]", "", heading.lower())
        anchors.add(words.strip().replace(" ", "-"))
    return anchors


def check(paths):
    wrong, texts = [], {}
    for path in paths:
        with open(path, encoding="utf-8") as file:
            texts[os.path.normpath(path)] = file.read()
    for path, text in texts.items():
        prose = re.sub(r"^```.*?^```$", "", text, flags=re.MULTILINE | re.DOTALL)
        for link in LINK.findall(prose):
            if re.match(r"\w+:", link):
                continue
            target, _, anchor = link.partition("#")
            full = os.path.normpath(os.path.join(os.path.dirname(path), target)) if target else path
            if not os.path.exists(full):
                wrong.append(f"{path}: there is no {link}")
                continue
            if anchor:
                with open(full, encoding="utf-8") as file:
                    if anchor not in anchors_of(file.read()):
                        wrong.append(f"{path}: {target or path} has no heading #{anchor}")
    contents = [path for path in texts if os.path.basename(path) == "README.md"]
    if len(contents) != 1:
        return wrong + ["there has to be one README.md with the table of contents"]
    listed = set(LINK.findall(texts[contents[0]]))
    for path in texts:
        name = os.path.basename(path)
        if name != "README.md" and name not in listed:
            wrong.append(f"{contents[0]}: {name} is not in the table of contents")
    return wrong


def main(arguments):
    if not arguments or arguments[0] == "--help":
        print(__doc__)
        return 0 if arguments else 2
    try:
        wrong = check(arguments)
    except OSError as error:
        wrong = [f"{error.filename}: {error.strerror}"]
    for line in wrong:
        print(f"links: {line}", file=sys.stderr)
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
