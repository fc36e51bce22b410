"""What include_map finds and how it says so: small trees with known answers."""

import os
import resource

from support import Case, main


class FindsTest(Case):

    def test_counts(self):
        self.write("a.h", b'#include "b.h"\n#include <sub/c.h>\n#include <none.h>\n')
        self.write("b.h", b"#include MACRO\n")
        self.write("sub/c.h", b'#include "b.h"\n#include "../b.h"\n')
        self.write("notes.txt", b"#include <a.h>\n")
        self.check(files=3, bytes=100, includes=6, resolved=4, unresolved=2,
                   most_included=[{"path": "b.h", "count": 3}, {"path": "sub/c.h", "count": 1}],
                   longest_chain=["a.h", "sub/c.h", "b.h"], cycles=[], errors=[])

    def test_empty_directory(self):
        self.check(files=0, bytes=0, includes=0, resolved=0, unresolved=0, most_included=[],
                   longest_chain=[], cycles=[], roots=[self.tree], include_dirs=[])

    def test_empty_file(self):
        self.write("a.h")
        self.check(files=1, bytes=0, includes=0, longest_chain=["a.h"])

    def test_no_newline_at_the_end(self):
        self.write("a.h", b'#include "b.h"')
        self.write("b.h", b"int x;")
        self.check(files=2, bytes=20, resolved=1)

    def test_nul_bytes(self):
        self.write("a.h", b'\0\0#include "b.h"\0\n#include "b.h\0"\n\0')
        self.write("b.h", b"\0" * 1000)
        self.check(files=2, bytes=1035, includes=2, resolved=1)

    def test_line_of_100_megabytes(self):
        size = 100 << 20
        path = self.write("a.h", b'#include "b.h"\nchar s[] = "')
        with open(path, "ab") as file:
            for _ in range(100):
                file.write(b"x" * (1 << 20))
            file.write(b'";\n#include <b.h>')
        self.write("b.h")
        for found in self.each_json(self.tree):
            self.assertEqual(found["bytes"], size + 27 + 17)
            self.assertEqual(found["resolved"], 2)
            self.assertGreater(found["memory"]["tmem"]["bytes_peak"], size)
            self.assertLess(found["memory"]["tmem"]["bytes_reserved"], size)

    def test_names_without_extension(self):
        self.write("vector", b"// -*- C++ -*-\n#include <bits/vec.h>\n")
        self.write("bits/vec.h")
        self.write("QString", b'\n  #include "bits/vec.h"\n')
        self.write("README", b"Read this\n#include <bits/vec.h>\n")
        self.write("Makefile", b"# makes things\n#include <bits/vec.h>\n")
        self.write("program", b"\x7fELF\0\n#include <bits/vec.h>\n")
        self.write("empty")
        self.check(files=3, includes=2, resolved=2)

    def test_found_but_not_read(self):
        self.write("a.h", b'#include "x.def"\n#include <out.h>\n#include "README"\n')
        self.write("x.def", b"#include <a.h>\n")
        self.write("README", b"text")
        self.write("../outside/out.h", b"#include <none.h>\n")
        outside = os.path.join(self.dir, "outside")
        self.check("-I", outside, self.tree, files=1, includes=3, resolved=3,
                   longest_chain=["a.h", "x.def"], include_dirs=[outside])

    def test_order_of_places(self):
        for name in ("sub/a.h", "i1/a.h", "i2/a.h", "i2/b.h", "a.h", "b.h", "c.h"):
            self.write(name)
        self.write("sub/use.h", b'#include "a.h"\n#include <a.h>\n#include "b.h"\n#include <c.h>\n')
        counts = [{"path": p, "count": 1} for p in ("c.h", "i1/a.h", "i2/b.h", "sub/a.h")]
        for options in (["-I", self.path("i1"), "-I" + self.path("i2")],
                        ["-I" + self.path("i1") + "///", "-I", self.path("i2") + "/"]):
            self.check(*options, self.tree, resolved=4, most_included=counts)

    def test_include_next(self):
        self.write("i/a.h", b"#include_next <a.h>\n")
        self.write("a.h", b'#include_next "a.h"\n#include_next "only.h"\n')
        self.write("only.h", b"#include_next <only.h>\n")
        self.check("-I", self.path("i"), self.tree, includes=4, resolved=3, unresolved=1,
                   most_included=[{"path": p, "count": 1} for p in ("a.h", "i/a.h", "only.h")],
                   cycles=[["a.h", "i/a.h"]])

    def test_names_that_are_paths(self):
        b = self.write("b.h")
        self.write("sub/a.h", b'#include "%b"\n#include <%b>\n' % (b.encode(), b.encode()) +
                   b'#include "/none/b.h"\n#include "../sub/../b.h"\n#include "."\n'
                   b'#include <sub>\n#include ""\n#include "b.h/"\n')
        self.check(includes=8, resolved=3, most_included=[{"path": "b.h", "count": 3}])

    def test_very_long_name(self):
        self.write("a.h", b'#include "%b.h"\n#include <%b>\n' % (b"x" * 5000, b"y/" * 50000))
        self.check(includes=2, resolved=0)

    def test_links_to_a_file_count_once(self):
        self.write("real/a.h", b'#include "b.h"\n')
        self.write("real/b.h")
        os.symlink("real/a.h", self.path("0first.h"))
        os.symlink("real", self.path("0dir"))
        os.link(self.path("real/b.h"), self.path("zhard.h"))
        self.write("use.h", b'#include "0first.h"\n#include "0dir/a.h"\n#include "real/a.h"\n'
                   b'#include "zhard.h"\n')
        self.check(files=3, includes=5, resolved=5, most_included=[
            {"path": "real/a.h", "count": 3}, {"path": "zhard.h", "count": 2}])

    def test_links_that_lead_out(self):
        self.write("../out/a.h", b'#include "b.h"\n')
        self.write("../out/b.h")
        self.write("../one.h", b'#include "beside.h"\n')
        self.write("beside.h")
        os.symlink("../out", self.path("link"))
        os.symlink("../one.h", self.path("one.h"))
        self.check(files=4, resolved=2, most_included=[
            {"path": "beside.h", "count": 1}, {"path": "link/b.h", "count": 1}])

    def test_same_directory_twice(self):
        self.write("sub/a.h")
        os.symlink(self.tree, os.path.join(self.dir, "again"))
        again = os.path.join(self.dir, "again")
        self.check(self.tree, self.tree + "/", self.path("sub"), again, files=1)

    def test_cycles(self):
        self.write("a.h", b'#include "b.h"\n')
        self.write("b.h", b'#include "c.h"\n')
        self.write("c.h", b'#include "a.h"\n#include "d.h"\n')
        self.write("d.h", b'#include "e.h"\n')
        self.write("e.h", b'#include "d.h"\n')
        self.write("self.h", b'#include "self.h"\n#include "self.h"\n')
        self.write("z.h", b'#include "b.h"\n')
        self.check(cycles=[["a.h", "b.h", "c.h"], ["d.h", "e.h"], ["self.h"]],
                   longest_chain=["z.h", "b.h", "c.h", "d.h"])

    def test_long_chain_on_a_small_stack(self):
        count = 3000
        for i in range(count):
            self.write("f%05d.h" % i, b'#include "f%05d.h"\n' % (i + 1))

        def small_stack():
            resource.setrlimit(resource.RLIMIT_STACK, (256 << 10, 256 << 10))

        for found in self.each_json(self.tree, preexec_fn=small_stack):
            self.assertEqual(self.below_tree(found["longest_chain"]),
                             ["f%05d.h" % i for i in range(count)])
        self.write("f%05d.h" % count, b'#include "f00000.h"\n')
        for found in self.each_json(self.tree, preexec_fn=small_stack):
            self.assertEqual([len(c) for c in found["cycles"]], [count + 1])
            self.assertEqual(len(found["longest_chain"]), 1)

    def test_top(self):
        self.write("a.h", b"".join(b'#include "b%d.h"\n' % i for i in [*range(30), 7]))
        for i in range(30):
            self.write("b%d.h" % i)
        for args, count in (([], 20), (["--top", "0"], 0), (["--top=1"], 1),
                            (["--top", "1000"], 30)):
            for found in self.each_json(*args, self.tree):
                self.assertEqual(len(found["most_included"]), count)
                if count:
                    self.assertEqual(found["most_included"][0],
                                     {"path": self.path("b7.h"), "count": 2})

    def test_text(self):
        self.write("a.h", b'#include "b.h"\n#include "c.h"\n')
        self.write("b.h", b'#include "a.h"\n')
        self.write("c.h", b'#include "c.h"\n')
        for result in self.each("--top", "1", self.tree, err=[]):
            text = result.out.decode()
            head, memory = text.split("\nMemory\n")
            self.assertEqual(head.replace(self.tree, ""), (
                "Files read               3\n"
                "Bytes read              60\n"
                "Includes                 4\n"
                "  resolved               4\n"
                "  unresolved             0\n"
                "\n"
                "Most included\n"
                "       2  /c.h\n"
                "\n"
                "Longest include chain: 2 files\n"
                "  /a.h\n"
                "  /c.h\n"
                "\n"
                "Include cycles: 2\n"
                "  2 files\n"
                "    /a.h\n"
                "    /b.h\n"
                "  and 1 more\n"))
            figures = r" +\d+ bytes at the peak, \d+ pages taken, \d+ held, \d+ scopes entered\n"
            self.assertRegex(memory, r"\A  graph \(arena\)" + figures + r"  tmem\$" + figures +
                             r"\Z")

    def test_memory(self):
        self.write("a.h", b'#include "a.h"\n')
        for found in self.each_json(self.tree):
            for name in ("graph", "tmem"):
                memory = found["memory"][name]
                self.assertGreater(memory["bytes_peak"], 0)
                self.assertGreaterEqual(memory["bytes_peak"], memory["bytes_in_use"])
                self.assertGreaterEqual(memory["pages_created"],
                                        memory["pages_freed"] + memory["pages_live"])
            self.assertGreater(found["memory"]["tmem"]["scopes_entered"], 0)


if __name__ == "__main__":
    main()
