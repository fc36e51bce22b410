"""Names with anything in them, in JSON, in the graph and in text."""

import os
import re
import shutil
import subprocess

from support import Case, TIMEOUT, main, parse_dot


class NamesTest(Case):

    def setUp(self):
        super().setUp()
        names = [b"a b.h", b'q"uote.h', b"new\nline.h", b"tab\t\x01\x7f.h", b"bad\xff\xc3.h",
                 "gr\u00fc\u00df\U0001f600.h".encode(), b"back\\slash.h", b"a&lt;b.h", b"<x>.h",
                 b"it's.h"]
        self.names = []
        for name in names:
            try:
                self.write(name, b'#include "b.h"\n')
                self.names.append(name)
            except OSError:
                pass  # a file system that takes only UTF-8
        self.write("b.h")

    @staticmethod
    def shown(name):
        """What JSON is to hold: text as it is, bytes that are none as \\xNN."""
        return re.sub("[\udc80-\udcff]", lambda m: "\\x%02x" % (ord(m[0]) - 0xDC00),
                      name.decode("utf-8", "surrogateescape"))

    @staticmethod
    def on_one_line(name):
        return re.sub("[\x00-\x1f\x7f]",
                      lambda m: "\\n" if m[0] == "\n" else "\\x%02x" % ord(m[0]), name)

    def test_json(self):
        for name in self.names:
            os.symlink(b"nowhere", self.path(b"broken " + name))
        for result in self.each("--json", self.tree, status=1):
            self.assertEqual(len(result.err.splitlines()), len(self.names))
            self.assertNotRegex(result.err, "[\x00-\x09\x0b-\x1f\x7f]")
            found = result.json
            self.assertEqual(sorted(e["path"] for e in found["errors"]),
                             sorted(self.path("broken " + self.shown(n)) for n in self.names))
            self.assertEqual(found["most_included"],
                             [{"path": self.path("b.h"), "count": len(self.names)}])

    def test_json_of_the_names(self):
        for name in self.names:
            self.write(name, b'#include "' + name + b'"\n')
        includable = [n for n in self.names if b'"' not in n and b"\n" not in n]
        shown = sorted(self.path(self.shown(n)) for n in includable)
        for found in self.each_json(self.tree):
            self.assertEqual(sorted(p for c in found["cycles"] for p in c), shown)

    def test_text_is_one_line_each(self):
        for result in self.each("--top", "0", self.tree, self.path(b"none\n\xff"), status=1):
            self.assertEqual(result.err, "include_map: %s: No such file or directory\n" %
                             self.path("none\\n\\xff"))
            self.assertNotRegex(result.out.decode("utf-8"), "[\x00-\x09\x0b-\x1f\x7f]")

    def test_dot(self):
        dot_file = os.path.join(self.dir, "out.dot")
        for _ in self.each("--dot", dot_file, self.tree, err=[]):
            with open(dot_file, encoding="utf-8") as file:
                text = file.read()
            labels, edges = parse_dot(text)
            expected = [self.path(self.on_one_line(self.shown(n))) for n in self.names]
            self.assertEqual(sorted(labels.values()), sorted(expected + [self.path("b.h")]))
            self.assertEqual(len(edges), len(self.names))
            self.assertEqual({labels[to] for _, to in edges}, {self.path("b.h")})
            if shutil.which("dot"):
                subprocess.run(["dot", "-Tplain", "-o", os.devnull, dot_file], check=True,
                               timeout=TIMEOUT)


class DotTest(Case):

    def test_edges_once(self):
        self.write("a.h", b'#include "b.h"\n#include "b.h"\n#include "a.h"\n')
        self.write("b.h", b'#include "a.h"\n')
        dot_file = os.path.join(self.dir, "out.dot")
        for option in (["--dot", dot_file], ["--dot=" + dot_file]):
            for _ in self.each(*option, self.tree, err=[]):
                with open(dot_file, encoding="utf-8") as file:
                    labels, edges = parse_dot(file.read())
                self.assertEqual({(labels[x][-3:], labels[y][-3:]) for x, y in edges},
                                 {("a.h", "b.h"), ("a.h", "a.h"), ("b.h", "a.h")})


if __name__ == "__main__":
    main()
