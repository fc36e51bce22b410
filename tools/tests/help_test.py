"""help_test.py TOOL ...: every tool answers --help, and an argument that it does not know.

--help prints what the tool is for to stdout and succeeds. The other fails, and the last line
on stderr, which begins with the tool's name, says why.
"""

import itertools
import os
import re
import subprocess
import sys
import tempfile
import unittest

TOOLS = [os.path.abspath(tool) for tool in sys.argv[1:]]


def problems(tool):
    """What a reader would miss in the answers of `tool`, as a list of sentences."""
    def ask(argument):
        there = os.path.relpath(tool, "/")  # called by this name from elsewhere
        command = [sys.executable, "-B", there] if tool.endswith(".py") else [there]
        return subprocess.run([*command, argument], stdin=subprocess.DEVNULL, cwd="/",
                              capture_output=True, text=True, timeout=60, check=False)
    name = re.sub(r"\.py$|\.sh$", "", os.path.basename(tool))
    if tool.endswith("/.ci/run"):
        name = ".ci/run"
    found = []
    asked = ask("--help")
    if asked.returncode != 0:
        found.append(f"--help ends with {asked.returncode}")
    if len(asked.stdout.splitlines()) < 2 or asked.stdout.startswith(("#", "!")):
        found.append(f"--help prints {asked.stdout!r}")
    if asked.stderr:
        found.append(f"--help prints to stderr: {asked.stderr!r}")
    asked = ask("--no-such-option")
    if asked.returncode == 0:
        found.append("an unknown option is accepted")
    said = asked.stderr.splitlines()
    if not said or "Traceback" in asked.stderr or not said[-1].startswith(name + ": "):
        found.append(f"of an unknown option it says {asked.stderr!r}")
    return found


class HelpTest(unittest.TestCase):

    def test_tools(self):
        self.assertTrue(TOOLS)
        for tool in TOOLS:
            with self.subTest(tool=tool):
                self.assertEqual(problems(tool), [])

    def test_values_that_can_not_be(self):
        takes = {"mutate": ["--count"], "parse_time": [".", "--rounds"]}
        for tool, count in itertools.product(TOOLS, ("-3", "0", "x")):
            name = os.path.basename(tool).removesuffix(".py")
            if name not in takes:
                continue
            asked = subprocess.run([sys.executable, "-B", tool, *takes[name], count], stdin=subprocess.DEVNULL,
                                   capture_output=True, text=True, timeout=60, check=False)
            with self.subTest(tool=name, count=count):
                self.assertEqual(asked.returncode, 2, asked.stderr)
                self.assertRegex(asked.stderr.splitlines()[-1], f"^{name}: error: .*{count}")

    def test_a_silent_tool_is_noticed(self):
        with tempfile.TemporaryDirectory(dir=os.environ.get("TEST_TMPDIR")) as folder:
            for text, count in (("exit 0", 3), ("exit 1", 3), ("echo '# a'; echo b; exit 0", 3),
                                ("echo a; echo b; [ $1 = --help ] || { echo 'silent: no' >&2; exit 2; }", 0),
                                ("echo a; echo b; [ $1 = --help ] || { echo no >&2; exit 2; }", 1),
                                ("echo a; echo b; [ $1 = --help ] || exit 2", 1)):
                tool = os.path.join(folder, "silent")
                with open(tool, "w", encoding="utf-8") as file:
                    file.write("#!/usr/bin/env bash\n" + text + "\n")
                os.chmod(tool, 0o755)
                self.assertEqual(len(problems(tool)), count, text)


if __name__ == "__main__":
    unittest.main(argv=sys.argv[:1])
