"""include_map against a count made another way, independent_count.py.

usage: agreement_test.py INCLUDE_MAP...

On trees that are made here to be as nasty as they come, and on /usr/include.
"""

import json
import os
import random
import shutil
import subprocess
import sys
import tempfile
import unittest

from independent_count import Count

PROGRAMS = []
TIMEOUT = 300

# Files are strings of these, at random, so that every construct meets every other.
PIECES = [
    b"\n", b"\n", b"\n", b"\r\n", b"\\\n", b"\\ \t\r\n", b"\\", b" ", b"\t", b"\0", b"\f", b"x",
    b"R", b"u8R", b"L", b"1", b"0x1'F", b"'", b"\"", b"\\\"", b"\\'", b"/", b"//", b"*", b"/*",
    b"*/", b"/**/", b"(", b")", b"R\"(", b")\"", b"R\"ab(", b")ab\"", b"R\"a b(", b"<", b">",
    b"#", b"%:", b"##", b"include", b"include_next", b"import", b"define X ", b"if 0\n",
    b"#include <a.h>", b"#include \"b.h\"", b"#include <dir/c.hpp>", b"#include \"../a.h\"",
    b"#include <vector>", b"\n#include <a.h>", b"\n#include \"b.h\"\n",
    b"\n# include/**/<dir/c.hpp>\n", b"\n#inc\\\nlude \"d e.h\"\n", b"\n#import <vector>\n",
    b"\n#include_next <b.h>\n", b"\n#include MACRO\n", b"\n#include <none.h>\n",
    b"\n#if __has_include(<a.h>)\n", b"\n%:include \"c.hpp\"\n", b"\n#include \"link.h\"\n",
    b"\n#include <linked/c.hpp>\n", b"\n#include \"x.def\"\n", b"\n#include \"dir\"\n",
    b"\n#include \"\xff.h\"\n", b"\n#include <<a.h>\n", b"\n#include \"a//b.h\"\n", b"don't",
    b"1'000'000", b".5e+3'0", b"// comment \\\n", b"\xef\xbb\xbf", b"\xc3\xa4",
]
NAMES = [
    b"a.h", b"b.h", b"dir/a.h", b"dir/b.h", b"dir/c.hpp", b"dir/vector", b"vector", b"d e.h",
    b"dir/deep/a.h", b"dir/deep/c.hpp", b"i/a.h", b"i/dir/c.hpp", b"x.def", b"README",
    b"\xff.h", b"a.cc", b"z.c++", b"UPPER.H", b"dir/.hidden.h",
]


def make_tree(tree, seed):
    rng = random.Random(seed)
    for name in NAMES:
        path = os.path.join(os.fsencode(tree), name)
        os.makedirs(os.path.dirname(path), exist_ok=True)
        # A random half of the names without extension begin as headers do.
        head = rng.choice([b"", b"// header\n"]) if b"." not in name else b""
        with open(path, "wb") as file:
            file.write(head + b"".join(rng.choices(PIECES, k=rng.randrange(200))))
    os.symlink("dir/b.h", os.path.join(tree, "link.h"))
    os.symlink("dir", os.path.join(tree, "linked"))
    os.symlink("..", os.path.join(tree, "dir", "up"))
    os.symlink("nowhere.h", os.path.join(tree, "broken.h"))


def run(program, *args):
    return subprocess.run([program, *args], stdin=subprocess.DEVNULL, capture_output=True,
                          timeout=TIMEOUT, check=False)


class AgreementTest(unittest.TestCase):

    def setUp(self):
        self.dir = tempfile.mkdtemp(dir=os.environ.get("TEST_TMPDIR"))
        self.addCleanup(shutil.rmtree, self.dir)

    def check_against_count(self, found, count):
        numbers = count.numbers()
        self.assertEqual({name: found[name] for name in numbers}, numbers)

        def identity(path):
            info = os.stat(path.replace("\\xff", "\udcff"))
            return info.st_dev, info.st_ino

        # The cycles are the same, and the chain is one: each file includes the next, and no
        # chain passes more components.
        cycles = sorted(sorted(map(identity, c)) for c in found["cycles"])
        self.assertEqual(cycles, sorted(map(sorted, count.cycles())))
        chain = [identity(p) for p in found["longest_chain"]]
        for here, following in zip(chain, chain[1:]):
            self.assertIn(following, count.edges[here])
        component = count.components()
        self.assertEqual(len({component.get(n, n) for n in chain}), count.longest() or len(chain))
        self.assertLessEqual(len(found["errors"]), len(count.failed))

        included = {}
        for targets in count.edges.values():
            for target in targets:
                included[target] = included.get(target, 0) + 1
        counts = [m["count"] for m in found["most_included"]]
        self.assertEqual(counts, sorted(included.values(), reverse=True)[:20])
        for entry in found["most_included"]:
            self.assertEqual(entry["count"], included[identity(entry["path"])])

    def found_by(self, program, *args):
        done = run(program, "--json", *args)
        self.assertIn(done.returncode, (0, 1))
        return json.loads(done.stdout)

    def test_nasty_trees(self):
        for seed in range(int(os.environ.get("SEEDS", "60"))):
            tree = os.path.join(self.dir, "tree")
            make_tree(tree, seed)
            for include_dirs in ([], [os.path.join(tree, "i")]):
                count = Count([tree], include_dirs)
                for program in PROGRAMS:
                    with self.subTest(seed=seed, include_dirs=include_dirs, program=program):
                        options = ["-I" + d for d in include_dirs]
                        found = self.found_by(program, *options, tree)
                        self.check_against_count(found, count)
                        self.assertEqual(len(found["errors"]), 1)
            shutil.rmtree(tree)

    def test_usr_include(self):
        roots = ["/usr/include"]
        count = Count(roots)
        for program in PROGRAMS:
            with self.subTest(program=program):
                found = self.found_by(program, *roots)
                self.check_against_count(found, count)
                self.assertGreater(found["resolved"], 0)


if __name__ == "__main__":
    PROGRAMS = [os.path.realpath(p) for p in sys.argv[1:]]
    unittest.main(argv=sys.argv[:1])
