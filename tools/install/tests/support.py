"""What the tests of //:install share: folders, programs to run, and an installed cex."""

import os
import shutil
import subprocess
import sys
import tempfile
import unittest

# Bazel starts tests in the folder of runfiles.
ROOT = os.getcwd()
INSTALL = os.path.join(ROOT, "tools", "install", "install.sh")


def new_folder():
    return os.path.realpath(tempfile.mkdtemp(dir=os.environ.get("TEST_TMPDIR")))


class Case(unittest.TestCase):
    """Tests with a folder self.dir: each its own, or `shared` by all of a class."""

    shared = False

    @classmethod
    def setUpClass(cls):
        if cls.shared:
            cls.dir = new_folder()
            cls.addClassCleanup(shutil.rmtree, cls.dir)

    def setUp(self):
        if not self.shared:
            self.dir = new_folder()
            self.addCleanup(shutil.rmtree, self.dir)

    def path(self, *names):
        return os.path.join(self.dir, *names)

    def run_program(self, *command, status=0, env=None, cwd=None):
        """What the program prints, on both streams; it has to exit with `status`."""
        done = subprocess.run(command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                              stderr=subprocess.STDOUT, check=False, text=True, cwd=cwd,
                              env={**os.environ, "LC_ALL": "C", **(env or {})})
        ok = done.returncode == status if status is not None else done.returncode != 0
        self.assertTrue(ok, f"{' '.join(command)}\nexits with {done.returncode}:\n{done.stdout}")
        return done.stdout

    def install(self, *arguments, status=0, program=INSTALL, **env):
        return self.run_program(program, *arguments, status=status, env=env)

    def installed(self):
        """The prefix of a fresh installation that was moved since."""
        self.install(self.path("before"))
        os.rename(self.path("before"), self.path("moved"))
        return self.path("moved")


def main():
    """Runs the test cases of the file that calls this."""
    unittest.main(argv=sys.argv[:1])
