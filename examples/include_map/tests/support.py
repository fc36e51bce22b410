"""What the tests of include_map share: a tree to write to, and programs to run on it.

Each test file is run with the programs to test as arguments, which are the same one
built in different ways; each test runs each of them.
"""

import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import unittest

PROGRAMS = []
TIMEOUT = 120


class Result:

    def __init__(self, status, out, err):
        self.status = status
        self.out = out
        self.err = err.decode("utf-8")

    @property
    def json(self):
        # Strict: stdout must be UTF-8 and nothing but one JSON value.
        return json.loads(self.out.decode("utf-8"))


def run(program, *args, **kwargs):
    kwargs.setdefault("stdout", subprocess.PIPE)
    kwargs.setdefault("stderr", subprocess.PIPE)
    done = subprocess.run([program, *args], stdin=subprocess.DEVNULL, timeout=TIMEOUT, check=False,
                          **kwargs)
    return Result(done.returncode, done.stdout, done.stderr or b"")


class Case(unittest.TestCase):

    def setUp(self):
        self.dir = os.path.realpath(tempfile.mkdtemp(dir=os.environ.get("TEST_TMPDIR")))
        self.addCleanup(shutil.rmtree, self.dir)
        self.tree = os.path.join(self.dir, "tree")
        os.mkdir(self.tree)

    def path(self, name):
        if isinstance(name, bytes):
            return os.path.join(os.fsencode(self.tree), name)
        return os.path.join(self.tree, name)

    def write(self, name, content=b""):
        path = self.path(name)
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with open(path, "wb") as file:
            file.write(content)
        return path

    def each(self, *args, status=0, err=None, **kwargs):
        """What every program gives; checks the exit status and, if given, stderr's lines."""
        results = []
        for program in PROGRAMS:
            result = run(program, *args, **kwargs)
            said = "%s said: %s" % (program, result.err)
            self.assertEqual(result.status, status, said)
            if err is not None:
                lines = result.err.splitlines()
                self.assertEqual(len(lines), len(err), said)
                for line, pattern in zip(lines, err):
                    self.assertRegex(line, "^include_map: " + pattern + "$", said)
            results.append(result)
        return results

    def each_json(self, *args, status=0, err=(), **kwargs):
        return [r.json for r in self.each("--json", *args, status=status, err=err, **kwargs)]

    def check(self, *args, status=0, err=(), **expected):
        """Checks top-level members of the JSON; paths are given below the tree."""
        for found in self.each_json(*(args or (self.tree,)), status=status, err=err):
            self.assertEqual(found["includes"], found["resolved"] + found["unresolved"])
            self.assertEqual(len(found["errors"]), len(err))
            for name, value in expected.items():
                self.assertEqual(self.below_tree(found[name]), value, name)

    def below_tree(self, value):
        if isinstance(value, str):
            return value[len(self.tree) + 1:] if value.startswith(self.tree + "/") else value
        if isinstance(value, list):
            return [self.below_tree(v) for v in value]
        if isinstance(value, dict):
            return {k: self.below_tree(v) for k, v in value.items()}
        return value


def parse_dot(text):
    """Node -> label, and the edges; fails on anything that isn't either."""
    lines = text.splitlines()
    assert lines[:3] == ["digraph includes {", "  rankdir=LR;", "  node [shape=box];"], text
    assert lines[-1] == "}", text
    labels, edges = {}, []
    for line in lines[3:-1]:
        node = re.fullmatch(r'  (f\d+) \[label="((?:[^"\\]|\\.)*)"\];', line)
        edge = re.fullmatch(r"  (f\d+) -> (f\d+);", line)
        assert node or edge, line
        if edge:
            edges.append(edge.groups())
        else:
            label = re.sub(r'\\(["\\])', r"\1", node[2])
            labels[node[1]] = label.replace("&amp;", "&")
    assert len(set(edges)) == len(edges)
    assert all(node in labels for edge in edges for node in edge)
    return labels, edges


def main():
    PROGRAMS.extend(os.path.realpath(p) for p in sys.argv[1:])
    unittest.main(module="__main__", argv=sys.argv[:1])
