"""What cannot be read is said, makes the exit status 1, and leaves the rest readable."""

import os
import re
import resource
import shutil
import socket
import subprocess

from support import Case, PROGRAMS, main, run


class CannotReadTest(Case):

    def setUp(self):
        super().setUp()
        self.write("good/a.h", b'#include "b.h"\n')
        self.write("good/b.h")

    def check_error(self, path, message, *args):
        """The rest is read, the message is on stderr and in the JSON, the status is 1."""
        pattern = re.escape(path) + ": " + message
        args = args or (self.tree,)
        self.check(*args, status=1, err=[pattern], files=2, includes=1, resolved=1)
        for found in self.each_json(*args, status=1, err=[pattern]):
            self.assertEqual(found["errors"][0]["path"], path)
            self.assertRegex(found["errors"][0]["message"], "^" + message + "$")
        for result in self.each(*args, status=1, err=[pattern]):
            self.assertIn(b"\nNot read                 1\n", result.out)

    def test_missing_directory(self):
        none = self.path("none")
        self.check_error(none, "No such file or directory", none, self.tree)

    def test_missing_include_directory(self):
        none = self.path("none")
        self.check_error(none, "No such file or directory", "-I", none, self.tree)

    def test_file_for_a_directory(self):
        file = self.path("good/a.h")
        self.check_error(file, "not a directory", self.tree, file)
        self.check_error(file, "not a directory", "-I" + file, self.tree)

    def test_broken_link(self):
        os.symlink("nowhere", self.path("broken"))
        self.check_error(self.path("broken"), "broken symbolic link")

    def test_looping_link(self):
        os.symlink("loop.h", self.path("loop.h"))
        self.check_error(self.path("loop.h"), "Too many levels of symbolic links")

    def test_looping_links(self):
        os.symlink("loop2", self.path("loop1"))
        os.symlink("loop1", self.path("loop2"))
        self.check(status=1, files=2, err=[".*/loop1: Too many levels of symbolic links",
                                           ".*/loop2: Too many levels of symbolic links"])

    def test_loop_of_directories(self):
        os.symlink("..", self.path("good/up"))
        os.symlink(".", self.path("good/here"))
        os.symlink("good/up/good", self.path("round"))
        self.check(files=2, errors=[])

    def test_read_error(self):
        # Reading the first bytes of a process's memory is an error, for root too.
        os.symlink("/proc/self/mem", self.path("mem.h"))
        self.check_error(self.path("mem.h"), "Input/output error")
        os.unlink(self.path("mem.h"))
        os.symlink("/proc/self/mem", self.path("memory"))
        self.check_error(self.path("memory"), "Input/output error")

    def test_no_permission(self):
        for mode, name in ((0, "secret.h"), (0, "secret/"), (0o444, "listed/")):
            path = self.path(name)
            self.write(name if name.endswith(".h") else name + "x.h")
            os.chmod(path, mode)
            self.addCleanup(os.chmod, path, 0o700)
        os.symlink("secret/x.h", self.path("z.h"))
        names = ["/listed/x.h", "/secret", "/secret.h", "/z.h"]
        for program in PROGRAMS:
            copy = os.path.join(self.dir, "program")
            shutil.copyfile(program, copy)
            os.chmod(copy, 0o755)
            os.chmod(self.dir, 0o755)
            command = [copy, "--json", self.tree]
            if os.geteuid() == 0:
                # Root may read everything; somebody else may not.
                nobody = ["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups"]
                probe = nobody + ["test", "-x", copy, "-a", "!", "-r", self.path("secret.h")]
                if not shutil.which("setpriv") or subprocess.run(
                        probe, check=False, stderr=subprocess.DEVNULL).returncode:
                    self.skipTest("no way to give up root's permissions here")
                command = nobody + command
            result = run(*command)
            self.assertEqual(result.status, 1, result.err)
            self.assertEqual(result.json["files"], 2)
            errors = result.json["errors"]
            self.assertEqual(sorted(e["path"] for e in errors), [self.tree + n for n in names])
            self.assertEqual({e["message"] for e in errors}, {"Permission denied"})
            self.assertEqual(len(result.err.splitlines()), 4)

    def test_fifo(self):
        os.mkfifo(self.path("fifo.h"))
        self.check_error(self.path("fifo.h"), "is a FIFO, not a file; not opened")
        os.mkfifo(self.path("fifo.txt"))
        self.check_error(self.path("fifo.h"), "is a FIFO, not a file; not opened")

    def test_link_to_a_fifo(self):
        os.mkfifo(self.path("fifo.txt"))
        os.symlink("fifo.txt", self.path("link.h"))
        self.check_error(self.path("link.h"), "is a FIFO, not a file; not opened")

    def test_include_of_a_fifo(self):
        os.mkfifo(self.path("good/fifo"))
        self.write("good/b.h", b'#include "fifo"\n#include "/dev/zero"\n')
        self.check(status=1, err=[".*: is a FIFO, .*"], includes=3, resolved=1)

    def test_socket(self):
        with socket.socket(socket.AF_UNIX) as s:
            here = os.open(".", os.O_RDONLY)
            try:
                os.chdir(self.tree)  # the name of a socket is short
                s.bind("socket.h")
            finally:
                os.fchdir(here)
                os.close(here)
            self.check_error(self.path("socket.h"), "is a socket, not a file; not opened")

    def test_device(self):
        os.symlink("/dev/zero", self.path("zero.h"))
        self.check_error(self.path("zero.h"), "is a device, not a file; not opened")

    def test_path_too_long(self):
        here = os.open(".", os.O_RDONLY)
        try:
            os.chdir(self.tree)
            for _ in range(20):
                os.mkdir("d" * 250)
                os.chdir("d" * 250)
        finally:
            os.fchdir(here)
            os.close(here)
        self.check(status=1, err=[".*/d+: File name too long"], files=2)

    def test_no_memory_for_a_file(self):
        with open(self.path("big.h"), "wb") as file:
            file.truncate(1 << 30)

        def little_memory():
            resource.setrlimit(resource.RLIMIT_AS, (512 << 20, 512 << 20))

        # The sanitizers' programs reserve more than that to begin with.
        if any(run(p, "--version", preexec_fn=little_memory).status for p in PROGRAMS):
            self.skipTest("a program does not start in so little memory")
        for found in self.each_json(self.tree, status=1, err=[".*/big.h: Cannot allocate memory"],
                                    preexec_fn=little_memory):
            self.assertEqual((found["files"], found["resolved"]), (2, 1))


if __name__ == "__main__":
    main()
