"""Options, exit statuses, and output that cannot be written."""

import os
import pty
import re
import select
import signal

from independent_count import EXTENSIONS
from support import Case, PROGRAMS, main, parse_dot, run


class UsageTest(Case):

    def test_usage_errors(self):
        for args in (["--nope"], ["-x"], ["-J"], ["--json=1"], ["--dotty"], ["--topmost=1"],
                     ["--top"], ["--top="], ["--top", "x"], ["--top", "-1"], ["--top", "1x"],
                     ["--top", "99999999999999999999999"], ["--dot"], ["--dot="], ["--dot", ""],
                     ["--trace"], ["--trace="], ["--trace", ""],
                     ["-I"], ["-I", ""], [""], ["--", ""], ["-\n\x1b[31m"]):
            for result in self.each(*args, status=2, err=[".*; see --help"]):
                self.assertEqual(result.out, b"")
                self.assertNotIn("\x1b", result.err)

    def test_help(self):
        for option in ("--help", "-h"):
            for result in self.each(option, err=[]):
                text = result.out.decode()
                self.assertTrue(text.startswith("usage: include_map "))
                for word in ("-I DIR", "--top N", "--dot FILE", "--trace FILE", "--json", "--help", "--version",
                             "Exit status", "#if is not evaluated"):
                    self.assertIn(word, text)
                self.assertLessEqual(max(map(len, text.splitlines())), 80)
                extensions = re.findall(r"(?<=\s)\.[A-Za-z+]+(?=\s)", text)
                self.assertEqual(set(extensions), {"." + e for e in EXTENSIONS})

    def test_version(self):
        for result in self.each("--version", err=[]):
            self.assertRegex(result.out, rb"\Ainclude_map \d+\.\d+\.\d+\n\Z")

    def test_names_after_two_dashes(self):
        self.write("--json/a.h")
        for result in self.each("--json", "--", "--json", err=[], cwd=self.tree):
            self.assertEqual(result.json["files"], 1)

    def test_relative_names(self):
        self.write("sub/a.h", b'#include "a.h"\n')
        for args, path in ((["."], "./sub/a.h"), (["sub"], "sub/a.h"), (["./sub//"], "./sub/a.h")):
            for result in self.each("--json", *args, err=[], cwd=self.tree):
                self.assertEqual(result.json["cycles"], [[path]])

    def test_no_arguments_means_usr_include(self):
        for program in PROGRAMS:
            alone = run(program, "--json")
            self.assertEqual(alone.json["roots"], ["/usr/include"])
            self.assertGreater(alone.json["files"], 0)
            if os.environ.get("CEX_ROUNDS"):  # a sample will do
                continue
            named = run(program, "--json", "/usr/include")
            self.assertEqual(alone.status, named.status)
            self.assertEqual(alone.json["files"], named.json["files"])


class OutputTest(Case):

    def setUp(self):
        super().setUp()
        self.write("a.h", b'#include "a.h"\n')

    def test_full_stdout(self):
        for args in ([self.tree], ["--json", self.tree], ["--help"], ["--version"]):
            with open("/dev/full", "wb") as full:
                self.each(*args, status=1, err=["standard output: No space left on device"],
                          stdout=full)

    def test_closed_stdout(self):
        dot_file = os.path.join(self.dir, "out.dot")
        for _ in self.each("--dot", dot_file, self.tree, status=1,
                           err=["standard output: Bad file descriptor"],
                           stdout=None, preexec_fn=lambda: os.close(1)):
            # The report must not have gone into the file that took stdout's number.
            with open(dot_file, encoding="utf-8") as file:
                parse_dot(file.read())

    def test_closed_stderr(self):
        for found in self.each_json(self.tree, self.path("none"), status=1, err=None,
                                    stderr=None, preexec_fn=lambda: os.close(2)):
            self.assertEqual(found["files"], 1)

    def test_reader_that_went_away(self):
        def default_sigpipe():
            signal.signal(signal.SIGPIPE, signal.SIG_DFL)
        read_end, write_end = os.pipe()
        os.close(read_end)
        try:
            self.each(self.tree, status=1, err=["standard output: Broken pipe"],
                      stdout=write_end, preexec_fn=default_sigpipe)
        finally:
            os.close(write_end)

    def test_dot_file_that_cannot_be_written(self):
        for path, message in ((self.path("none/out.dot"), "No such file or directory"),
                              (self.tree, "Is a directory"),
                              ("/dev/full", "No space left on device")):
            for found in self.each_json("--dot", path, self.tree, status=1,
                                        err=[re.escape(path) + ": " + message]):
                self.assertEqual(found["files"], 1)

    def test_no_progress_without_a_terminal(self):
        for i in range(600):
            self.write("f%d.h" % i)
        self.each(self.tree, err=[])

    def test_progress_on_a_terminal(self):
        for i in range(600):
            self.write("f%d.h" % i)
        for program in PROGRAMS:
            master, slave = pty.openpty()
            try:
                result = run(program, self.tree, stderr=slave)
                shown = b""
                while select.select([master], [], [], 0)[0]:
                    shown += os.read(master, 4096)
            finally:
                os.close(master)
                os.close(slave)
            self.assertEqual(result.status, 0)
            self.assertEqual(shown, b"256 files\r512 files\r\x1b[K")


if __name__ == "__main__":
    main()
