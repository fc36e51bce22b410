"""Counts what include_map counts, another way: regular expressions over whole files.

Nothing here follows the program's design: backslash-newlines are taken out first,
one regular expression then strips comments and raw strings and notes the includes
in passing, os.stat resolves, and cycles come from Kosaraju's algorithm.
"""

import bisect
import os
import re
import stat
import sys

EXTENSIONS = set(
    "h hh hp hpp hxx h++ H HPP c cc cp cpp cxx c++ C CPP cppm ixx inc inl ipp tcc tpp txx".split()
)

SPLICE = re.compile(rb"\\[ \t\v\f]*\r?\n")
BLANK = rb"[ \t\r\v\f\0]"
WORD = rb"[A-Za-z0-9_$\x80-\xff]"
COMMENT = rb"/\*[^*]*\*+(?:[^/*][^*]*\*+)*/"
SPACE = rb"(?:" + BLANK + rb"|" + COMMENT + rb")*"
DIRECTIVE = (rb"(?:#|%:)" + SPACE + rb"(?P<word>include_next|include|import)(?!" + WORD + rb")"
             + SPACE)

NUMBER_REST = rb"(?:" + WORD + rb"|\.)*"

TOKEN = re.compile(
    rb"(?P<include>(?:(?<=\n)|\A)" + SPACE + DIRECTIVE
    + rb"(?:<(?P<angle>[^>\n]*)>|\"(?P<quote>[^\"\n]*)\"))"
    rb"|(?P<comment>//[^\n]*|" + COMMENT + rb"|/\*[\s\S]*)"
    rb"|(?P<raw>(?<!" + WORD + rb")(?:u8|u|U|L)?R\"[^ ()\\\t\v\f\n\"]{0,16}\()"
    rb"|(?P<string>\"(?:[^\"\\\n]+|\\[^\n]|\\)*\"?|'(?:[^'\\\n]+|\\[^\n]|\\)*'?)"
    rb"|(?P<number>(?<!" + WORD + rb")[0-9]" + NUMBER_REST + rb"(?:'" + WORD + NUMBER_REST + rb")+)"
)
OTHER = re.compile(
    rb"^" + BLANK + rb"*(?:#|%:)" + BLANK + rb"*(?:include_next|include|import)(?!" + WORD + rb")"
    + BLANK + rb"*[^\n \t\r\v\f\0]", re.MULTILINE)

HEADER_HEAD = re.compile(
    rb"\A(?:\n|" + BLANK + rb")*(?://|/\*|#" + BLANK + rb"*(?:define|error|if|ifdef|ifndef|import"
    rb"|include|include_next|line|pragma|undef|warning)(?!" + WORD + rb"))")


def without_bom(text):
    return text[3:] if text.startswith(b"\xef\xbb\xbf") else text


def find_includes(text):
    """A list of (form, spelling, is_next); form is "quote", "angle" or "other"."""
    text = without_bom(text)
    pieces, ends, removed = [], [], []
    last = gone = 0
    for match in SPLICE.finditer(text):
        pieces.append(text[last:match.start()])
        last = match.end()
        gone += match.end() - match.start()
        ends.append(match.end())
        removed.append(gone)
    pieces.append(text[last:])
    joined = b"".join(pieces)

    def joined_offset(offset):
        i = bisect.bisect_right(ends, offset)
        return offset - (removed[i - 1] if i else 0)

    def text_offset(offset):
        # Behind every splice that was taken out before the byte at `offset`.
        i = bisect.bisect_right([end - gone for end, gone in zip(ends, removed)], offset)
        return offset + (removed[i - 1] if i else 0)

    found, kept, at = [], [], 0
    while True:
        match = TOKEN.search(joined, at)
        if not match:
            break
        kept.append(joined[at:match.start()])
        at = match.end()
        kind = match.lastgroup
        if match.group("include") is not None:
            is_next = match.group("word") == b"include_next"
            angle = match.group("angle")
            if angle is None:
                found.append(("quote", match.group("quote"), is_next))
            else:
                found.append(("angle", angle, is_next))
            kept.append(b"\x01")
        elif kind == "comment":
            kept.append(b" ")
        elif kind == "raw":
            # Lines inside are not joined, so its end is looked for in the file itself.
            delimiter = match.group("raw").split(b'"', 1)[1][:-1]
            begin = text_offset(match.end())
            end = text.find(b")" + delimiter + b'"', begin)
            kept.append(b'""')
            at = len(joined) if end < 0 else joined_offset(end + len(delimiter) + 2)
        else:
            kept.append(match.group(0))
    kept.append(joined[at:])
    found += [("other", b"", False)] * len(OTHER.findall(b"".join(kept)))
    return found


def may_be_source(name):
    """True, False, or None where the content decides."""
    if b"." not in name:
        return None
    return os.fsdecode(name.rsplit(b".", 1)[1]) in EXTENSIONS


class Count:

    def __init__(self, roots, include_dirs=()):
        def strip(path):
            return os.fsencode(path).rstrip(b"/") or b"/"
        self.roots = [strip(r) for r in roots]
        self.search = [strip(d) for d in include_dirs] + self.roots
        self.paths = {}      # identity -> path
        self.includes = {}   # identity -> list
        self.edges = {}      # identity -> list of identities
        self.bytes = 0
        self.failed = []
        self.stat_cache = {}
        self._walk()
        self._resolve()

    def _walk(self):
        pending, links, seen = [], [], set()
        for root in self.roots:
            (pending if os.path.isdir(root) else self.failed).append(root)
        while pending or links:
            if not pending:
                path = links.pop(0)
                try:
                    mode = os.stat(path).st_mode
                except OSError:
                    self.failed.append(path)
                    continue
                if stat.S_ISDIR(mode):
                    pending.append(path)
                else:
                    self._visit(path, mode)
                continue
            directory = pending.pop(0)
            try:
                info = os.stat(directory)
                names = sorted(os.listdir(directory))
            except OSError:
                self.failed.append(directory)
                continue
            if (info.st_dev, info.st_ino) in seen:
                continue
            seen.add((info.st_dev, info.st_ino))
            for name in names:
                path = os.path.join(directory, name)
                mode = os.lstat(path).st_mode
                if stat.S_ISDIR(mode):
                    pending.append(path)
                elif stat.S_ISLNK(mode):
                    links.append(path)
                else:
                    self._visit(path, mode)

    def _visit(self, path, mode):
        kind = may_be_source(os.path.basename(path))
        if kind is False:
            return
        if not stat.S_ISREG(mode):
            self.failed.append(path)
            return
        try:
            with open(path, "rb") as file:
                info = os.fstat(file.fileno())
                identity = (info.st_dev, info.st_ino)
                if identity in self.paths:
                    return
                text = file.read()
        except OSError:
            self.failed.append(path)
            return
        if kind is None and not HEADER_HEAD.match(without_bom(text[:4096])):
            return
        self.paths[identity] = path
        self.bytes += len(text)
        self.includes[identity] = find_includes(text)

    def _lookup(self, path):
        if path not in self.stat_cache:
            identity = None
            try:
                info = os.stat(path)
                if stat.S_ISREG(info.st_mode):
                    identity = (info.st_dev, info.st_ino)
            except (OSError, ValueError):  # ValueError: a NUL in the path
                pass
            self.stat_cache[path] = identity
        return self.stat_cache[path]

    def _resolve(self):
        for identity, includes in self.includes.items():
            targets = self.edges[identity] = []
            here = os.path.dirname(self.paths[identity])
            for form, spelling, is_next in includes:
                if form == "other" or not spelling:
                    continue
                places = list(self.search)
                if form == "quote" and not is_next:
                    places.insert(0, here)
                for place in places:
                    target = self._lookup(os.path.join(place, spelling))
                    if target is not None and not (is_next and target == identity):
                        targets.append(target)
                        break

    def numbers(self):
        includes = sum(map(len, self.includes.values()))
        resolved = sum(map(len, self.edges.values()))
        return {
            "files": len(self.includes),
            "bytes": self.bytes,
            "includes": includes,
            "resolved": resolved,
            "unresolved": includes - resolved,
        }

    def components(self):
        """File -> the file that names its strongly connected component. Kosaraju's algorithm."""
        nodes = set(self.edges)
        for targets in self.edges.values():
            nodes.update(targets)
        back = {n: [] for n in nodes}
        for node, targets in self.edges.items():
            for target in targets:
                back[target].append(node)
        order, seen = [], set()
        for start in nodes:
            if start in seen:
                continue
            seen.add(start)
            stack = [(start, iter(self.edges.get(start, ())))]
            while stack:
                node, rest = stack[-1]
                following = next((n for n in rest if n not in seen), None)
                if following is None:
                    order.append(node)
                    stack.pop()
                else:
                    seen.add(following)
                    stack.append((following, iter(self.edges.get(following, ()))))
        component = {}
        for start in reversed(order):
            if start in component:
                continue
            pending = [start]
            component[start] = start
            while pending:
                for node in back[pending.pop()]:
                    if node not in component:
                        component[node] = start
                        pending.append(node)
        return component

    def cycles(self):
        """The identities in each cycle."""
        groups = {}
        for node, number in self.components().items():
            groups.setdefault(number, set()).add(node)
        return [
            g for g in groups.values() if len(g) > 1 or any(n in self.edges.get(n, ()) for n in g)
        ]

    def longest(self):
        """The number of components on the longest path: relaxation until nothing changes."""
        component = self.components()
        following = {}
        for node, targets in self.edges.items():
            for target in targets:
                if component[node] != component[target]:
                    following.setdefault(component[node], set()).add(component[target])
        depth = dict.fromkeys(component.values(), 1)
        changed = True
        while changed:
            changed = False
            for node, targets in following.items():
                deepest = 1 + max(depth[t] for t in targets)
                if deepest > depth[node]:
                    depth[node] = deepest
                    changed = True
        return max(depth.values(), default=0)


if __name__ == "__main__":
    print(Count(sys.argv[1:] or ["/usr/include"]).numbers())
