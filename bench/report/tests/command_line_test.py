"""The program as a user calls it: what it writes, its exit status, ^C, and bad arguments."""

import json
import os
import pathlib
import shutil
import signal
import time
import unittest
from unittest import mock

from support import FIXED, bench, call, fake_program, scratch, start
import files
import model

GOOD = ["f/1/cex", "f/1/absl", "f/1000/cex", "f/1000/absl", "f/2000000/cex"]


class RunTest(unittest.TestCase):

    def setUp(self):
        self.program = fake_program("fake", GOOD)
        self.out = scratch("out")

    def run_it(self, *arguments, **options):
        return bench(self.program, "--repetitions", 2, "--out", self.out, *arguments, **options)

    def test_a_run(self):
        status, out, err = self.run_it("--missing-peer", "apr")
        self.assertEqual(status, 0, err)
        self.assertIn("| **best peer / cex** | **1.00** | **1.00** |", out)
        self.assertIn("Peers not installed: apr", out)
        self.assertTrue(out.splitlines()[-1].startswith(f"bench: the report is {self.out.resolve()}"))
        self.assertRegex(err, r"bench: +\d+%, 0:0\d so far, about \d:\d\d left, round 1: f/\d+")
        report = model.load(self.out / "report.json")
        self.assertTrue(report.complete)
        self.assertEqual(len(report.results[model.Key("f", "", "ns", "1", "cex")]), 2)
        self.assertIn("<h1 ", (self.out / "report.html").read_text(encoding="utf-8"))
        for name in ("report.json", "report.html", "report.md"):
            text = (self.out / name).read_text(encoding="utf-8")
            for secret in ("secret-host", str(scratch()), str(pathlib.Path.home()) + "/"):
                self.assertNotIn(secret, text)

    def test_quick_leaves_out_what_takes_long_and_says_so(self):
        status, out, _ = self.run_it("--quick", "--slow", "^f/1000$")
        self.assertEqual(status, 0)
        self.assertIn("Left out (larger than 100,000, with --quick): f/2000000", out)
        self.assertIn("Left out (takes long, with --quick): f/1000", out)

    def test_a_machine_that_tells_little(self):
        fake = scratch("fakes") / "lscpu"
        fake.parent.mkdir(exist_ok=True)
        for text in ("usage: lscpu", "[]", '{"lscpu": [{"field": "Model name:", "data": null}]}',
                     '{"caches": [{"name": "L1d", "one-size": null, "field": "a", "data": "b"}]}'):
            fake.write_text(f"#!/bin/sh\necho '{text}'\n", encoding="utf-8")
            fake.chmod(0o755)
            status, out, err = self.run_it(environment={"PATH": f"{fake.parent}:{os.environ['PATH']}"})
            self.assertEqual(status, 0, err)
            self.assertIn("| best peer / cex", out.replace("**", ""))
        self.assertEqual(model.load(self.out / "report.json").machine["caches"], {})

    def test_filter(self):
        status, out, _ = self.run_it("--filter", "/absl$")
        self.assertEqual(status, 0)
        self.assertIn("| absl |", out)
        self.assertNotIn("| cex", out)

    def test_paths_are_the_users(self):
        scratch("user").mkdir(exist_ok=True)
        status, _, _ = bench(self.program, "--out", "here", "--repetitions", 1,
                             environment={"BUILD_WORKING_DIRECTORY": str(scratch("user"))})
        self.assertEqual(status, 0)
        self.assertTrue((scratch("user") / "here" / "report.html").exists())

    def test_different_results_fail(self):
        program = fake_program("differ", [{"name": "f/1/cex", "checksum": 1.0},
                                          {"name": "f/1/absl", "checksum": 2.0}])
        status, out, _ = bench(program, "--out", self.out)
        self.assertEqual(status, 1)
        self.assertIn("Failed: f/1: the checksum of absl is 2, that of cex is 1", out)
        self.assertIn("checksum of absl", (self.out / "report.html").read_text(encoding="utf-8"))
        self.assertIn("checksum of absl", (self.out / "report.md").read_text(encoding="utf-8"))

    def test_limits(self):
        slow = fake_program("slow", [{"name": "f/1/cex", "cpu_time": 30.0},
                                     {"name": "f/1/absl", "cpu_time": 10.0}])
        self.assertEqual(bench(slow, "--out", self.out, "--limit", "f=4")[0], 0)
        status, out, _ = bench(slow, "--out", self.out, "--limit", "f=2")
        self.assertEqual(status, 1)
        self.assertIn("f/1: cex takes 3.00 times the time of absl, above the limit of 2", out)

    def test_limits_of_the_checks_are_against_the_program_without(self):
        both = fake_program("both", [{"name": "checks/a/cex_with_checks", "cpu_time": 30.0},
                                     {"name": "checks/a/cex_without_checks", "cpu_time": 10.0}])
        self.assertEqual(bench(both, "--out", self.out, "--limit", "checks=4")[0], 0)
        status, out, _ = bench(both, "--out", self.out, "--limit", "checks=2")
        self.assertEqual(status, 1)
        self.assertIn("cex_with_checks takes 3.00 times the time of cex_without_checks", out)


class InterruptTest(unittest.TestCase):

    def test_what_is_measured_by_then_is_a_report(self):
        program = fake_program("patient", ["f/1/cex", "f/2/cex", "f/3/cex"], seconds=0.5)
        out = scratch("partial")
        shutil.rmtree(out, ignore_errors=True)
        with start(program, "--out", out, "--repetitions", 100) as process:
            deadline = time.monotonic() + 60
            # It is written after every round; so there is something to lose now.
            while not (out / "report.json").exists() and time.monotonic() < deadline:
                time.sleep(0.05)
            process.send_signal(signal.SIGINT)
            printed, _ = process.communicate(timeout=60)
        self.assertEqual(process.returncode, 130)
        self.assertIn("Stopped early: ", printed)
        report = model.load(out / "report.json")
        self.assertFalse(report.complete)
        self.assertEqual(len(report.results), 3)
        self.assertLess(*report.slices)
        self.assertEqual(sum(map(len, report.results.values())), report.slices[0])
        for name in ("report.html", "report.md"):
            self.assertIn("Stopped early: ", (out / name).read_text(encoding="utf-8"))

    def test_before_anything_is_measured(self):
        program = fake_program("never", ["f/1/cex"], seconds=60)
        with start(program, "--out", scratch("nothing")) as process:
            process.stderr.readline()  # the first progress line
            process.send_signal(signal.SIGINT)
            _, err = process.communicate(timeout=60)
        self.assertEqual(process.returncode, 130)
        self.assertNotIn("Traceback", err)
        self.assertFalse(model.load(scratch("nothing") / "report.json").results)


# Plots have tests of their own.
@mock.patch.object(files.plots, "picture", lambda *_, **__: "<svg/>")
class AgainTest(unittest.TestCase):

    def changed(self, factor, only=lambda key: True):
        report = model.load(FIXED)
        for key, values in report.results.items():
            if only(key):
                report.results[key] = [value * factor for value in values]
        path = scratch("changed.json")
        path.write_text(report.to_json(), encoding="utf-8")
        return path

    def compare(self, old, *arguments):
        return call("--from", FIXED, "--compare", old, "--out", scratch("out"), *arguments)

    def test_the_same_report_is_fine(self):
        status, out, _ = self.compare(FIXED)
        self.assertEqual(status, 0)
        self.assertIn("0 of ours are worse by more than 1.1", out)

    def test_slower_than_before_fails(self):
        status, out, _ = self.compare(self.changed(0.5))
        self.assertEqual(status, 1)
        self.assertIn("| u64 insert/1000/cex, ns |", out)
        self.assertIn("Compared with an older report",
                      (scratch("out") / "report.html").read_text(encoding="utf-8"))

    def test_the_threshold_is_the_users(self):
        self.assertEqual(self.compare(self.changed(0.5), "--threshold", 3)[0], 0)

    def test_faster_than_before_is_fine(self):
        status, out, _ = self.compare(self.changed(2))
        self.assertEqual(status, 0)
        self.assertIn("| better |", out)

    def test_a_peer_that_became_slower_is_fine(self):
        old = self.changed(0.5, lambda key: not model.is_ours(key.who))
        self.assertEqual(self.compare(old)[0], 0)

    def test_a_report_can_be_published_later(self):
        status, _, _ = call("--from", FIXED, "--out", scratch("out"), "--publish", scratch("docs"))
        self.assertEqual(status, 0)
        self.assertTrue((scratch("docs") / "headline.svg").exists())
        self.assertEqual(json.loads((scratch("out") / "report.json").read_text(encoding="utf-8")),
                         json.loads(FIXED.read_text(encoding="utf-8")))


class OutputTest(unittest.TestCase):

    def test_what_can_not_be_printed_is_in_the_files_all_the_same(self):
        program = fake_program("fake", GOOD)
        for which, status in (("stdout", 2), ("stderr", 0)):
            out = scratch("full_" + which)
            with open("/dev/full", "w", encoding="utf-8") as full, \
                    start(program, "--repetitions", 1, "--out", out, **{which: full}) as process:
                _, err = process.communicate(timeout=60)
            self.assertEqual(process.returncode, status, err)
            if which == "stdout":
                self.assertEqual(err.splitlines()[-1], "bench: standard output: No space left on device")
                self.assertNotIn("Traceback", err)
            for name in ("report.json", "report.html", "report.md"):
                self.assertTrue((out / name).is_file(), (which, name))

    def test_without_streams(self):
        with start("--from", FIXED, "--out", scratch("out"), preexec_fn=lambda: os.closerange(0, 3)) as process:
            process.communicate(timeout=60)
        self.assertEqual(process.returncode, 0)

    def test_a_terminal_of_few_letters(self):
        status, out, err = bench("--from", FIXED, "--out", scratch("out"),
                                 environment={"PYTHONIOENCODING": "ascii"})
        self.assertEqual(status, 0, err)
        self.assertIn("\\xb1", out)


class BadArgumentsTest(unittest.TestCase):

    def fails(self, message, *arguments):
        status, out, err = call(*arguments)
        self.assertEqual(status, 2, err)
        self.assertEqual(out, "")
        self.assertEqual(len(err.splitlines()), 1, err)
        self.assertRegex(err, "^bench: .*" + message)

    def test_each(self):
        program = fake_program("fake", GOOD)
        out = ["--out", scratch("out")]
        notes = scratch("notes.txt")
        notes.write_text("not JSON", encoding="utf-8")
        self.fails("unrecognized arguments: --nonsense", program, "--nonsense")
        self.fails("no regular expression", program, "--filter", "(")
        self.fails("--filter 'zzz' finds no benchmark", program, "--filter", "zzz", *out)
        self.fails("there is nothing to run", *out)
        self.fails("there is no program", scratch("missing"), *out)
        self.fails("there is no program", notes, *out)
        text = shutil.copy(notes, scratch("text"))
        text.chmod(0o755)
        self.fails("text: Exec format error", text, *out)
        (scratch("folder") / "report.html").mkdir(parents=True, exist_ok=True)
        self.fails("report.html: Is a directory", "--from", FIXED, "--out", scratch("folder"))
        self.fails("--cpu 4000: this process may use", program, "--cpu", 4000, *out)
        self.fails("invalid int value", program, "--cpu", "x")
        self.fails("--repetitions 0 is not above 0", program, "--repetitions", 0)
        self.fails("invalid int value: '1.5'", program, "--repetitions", "1.5")
        self.fails("nan is not above 0", program, "--min-time", "nan")
        self.fails("inf is not above 0", program, "--budget", "inf")
        self.fails("0.5 is not 1 or more", program, "--threshold", "0.5")
        self.fails("invalid FAMILY=RATIO value: 'f'", program, "--limit", "f")
        self.fails("takes a name and a program", "--process", "f/1/cex")
        self.fails("not FAMILY/CASE/WHO", "--process", "f", program, *out)
        self.fails("can't read .*missing.json: No such file", program, *out, "--compare",
                   scratch("missing.json"))
        self.fails("is not JSON", program, *out, "--compare", notes)
        self.fails("can't read .*: Is a directory", program, *out, "--from", scratch())
        self.fails("can't write to", program, "--out", notes)
        self.fails("can't write to", program, *out, "--publish", notes / "below")
        self.fails("can't read .*: No such file", program, *out, "--packages", scratch("missing"))

    def test_help(self):
        status, out, _ = call("--help")
        self.assertEqual(status, 0)
        for option in ("--quick", "--out", "--filter", "--compare", "--cpu", "--publish"):
            self.assertIn(option, out)


if __name__ == "__main__":
    unittest.main()
