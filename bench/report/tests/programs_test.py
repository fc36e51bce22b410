"""What is read from a benchmark program's output, and what is made of its failures."""

import re
import subprocess
import unittest

from support import fake_program, scratch
import model
import programs
from failure import Failure


def measure(runs, wanted="", **how):
    report = model.Report()
    for s in programs.list_slices([str(fake_program("fake", runs, **how))], [], re.compile(wanted),
                                  0.01):
        s.run(report, None, 60)
    return report


class NameTest(unittest.TestCase):

    def test_names(self):
        for name, expected in {
                "f/16/cex": ("f", "16", "cex"),
                "f/16/cex/real_time": ("f", "16", "cex"),
                "f/16/cex/iterations:1": ("f", "16", "cex"),
                "f/16/cex/real_time/threads:2": ("f", "16, 2 threads", "cex"),
                "f/16/cex/64": ("f", "16/64", "cex"),
        }.items():
            self.assertEqual(programs.split_name(name, "x/poison_benchmark"), expected)
        for name in ("BM_Loop", "BM_Heap/16", "f/16/real_time"):
            with self.assertRaisesRegex(Failure, f"{name} is not named FAMILY/CASE/WHO"):
                programs.split_name(name, "x/poison_benchmark")

    def test_threads_are_not_pinned(self):
        self.assertTrue(programs.uses_threads("f/1/cex/real_time"))
        self.assertTrue(programs.uses_threads("f/1/cex/threads:2"))
        self.assertFalse(programs.uses_threads("f/1/cex/threads:1"))
        self.assertFalse(programs.uses_threads("f/1/cex"))


class ReadTest(unittest.TestCase):

    def test_cpu_time_per_operation(self):
        report = measure([{"name": "f/1/cex", "per": 4}, {"name": "f/1/absl/real_time"},
                          {"name": "f/1/boost", "time_unit": "us"}])
        self.assertEqual(report.results, {model.Key("f", "", "ns", "1", "cex"): [2.0],
                                          model.Key("f", "", "ns", "1", "absl"): [9.0],
                                          model.Key("f", "", "ns", "1", "boost"): [8000.0]})
        self.assertEqual(report.build, {"compiler": "cc 1", "optimized": "yes", "checks": "off"})

    def test_several_things_of_one_benchmark(self):
        report = measure([{"name": "f/1/cex", "ns insert": 3.0, "bytes live": 20.0}])
        self.assertEqual(report.results, {model.Key("f", "insert", "ns", "1", "cex"): [3.0],
                                          model.Key("f", "live", "bytes", "1", "cex"): [20.0]})

    def test_one_slice_holds_all_of_one_case(self):
        found = programs.list_slices(
            [str(fake_program("fake", ["f/1/cex", "f/1/absl", "f/2/cex", "g/1/a+b.(c)"]))], [],
            re.compile(""), 0.01)
        self.assertEqual([(s.name, s.names) for s in found],
                         [("f/1", ["f/1/cex", "f/1/absl"]), ("f/2", ["f/2/cex"]),
                          ("g/1", ["g/1/a+b.(c)"])])

    def test_names_are_no_patterns(self):
        report = measure(["f/1/a+b.(c)", "f/1/aab"])
        self.assertEqual(len(report.results), 2)

    def test_a_filter_chooses_benchmarks(self):
        report = measure(["f/1/cex", "f/1/absl", "f/11/absl"], wanted="f/1/a")
        self.assertEqual([(key.case, key.who) for key in report.results], [("1", "absl")])

    def test_results_that_differ(self):
        report = measure([{"name": "f/1/cex", "checksum": 1.0},
                          {"name": "f/1/absl", "checksum": 2.0}])
        self.assertEqual(len(report.problems), 1)
        self.assertIn("f/1: the checksum of absl is 2, that of cex is 1", report.problems[0])


class FailureTest(unittest.TestCase):

    def test_a_benchmark_that_reports_an_error(self):
        report = measure([{"name": "f/1/cex", "error_occurred": True, "error_message": "no memory"},
                          "f/1/absl"])
        self.assertEqual(report.problems, ["f/1/cex failed: no memory"])
        self.assertEqual([key.who for key in report.results], ["absl"])

    def test_a_program_that_ends_badly(self):
        report = measure(["f/1/cex"], status=3)
        self.assertEqual(report.problems, ["fake ended with 3 in f/1: it broke"])

    def test_a_program_that_takes_too_long(self):
        found = programs.list_slices([str(fake_program("fake", ["f/1/cex"], seconds=30))], [],
                                     re.compile(""), 0.01)
        with self.assertRaises(subprocess.TimeoutExpired):
            found[0].run(model.Report(), None, 0.5)

    def test_a_program_that_is_not_there(self):
        with self.assertRaisesRegex(Failure, "there is no program"):
            programs.list_slices([str(scratch("missing"))], [], re.compile(""), 0.01)


def script(name, text):
    path = scratch(name)
    path.write_text("#!/bin/sh\n" + text, encoding="utf-8")
    path.chmod(0o755)
    return str(path)


class ProcessTest(unittest.TestCase):

    def measure(self, first, second):
        found = programs.list_slices([], [["p/x/cex", script("first", first), "an argument"],
                                          ["p/x/std", script("second", second)]],
                                     re.compile(""), 0.01)
        self.assertEqual([s.name for s in found], ["p/x"])
        report = model.Report()
        found[0].run(report, None, 60)
        return report

    def test_cpu_time_of_both(self):
        report = self.measure('test "$1" = "an argument"', "exit 0")
        self.assertEqual(report.problems, [])
        for who in ("cex", "std"):
            (value,) = report.results[model.Key("p", "", "ms", "x", who)]
            self.assertGreater(value, 0)

    def test_both_may_find_the_same_fault_in_their_input(self):
        self.assertEqual(self.measure("exit 1", "exit 1").problems, [])

    def test_but_not_one_alone_and_no_crash(self):
        self.assertEqual(len(self.measure("exit 1", "exit 0").problems), 1)
        self.assertEqual(len(self.measure("exit 3", "exit 3").problems), 1)
        self.assertEqual(self.measure("kill -9 $$", "exit 0").results, {})

    def test_names_have_three_parts(self):
        with self.assertRaisesRegex(Failure, "is not FAMILY/CASE/WHO"):
            programs.list_slices([], [["p/x", script("first", "")]], re.compile(""), 0.01)


if __name__ == "__main__":
    unittest.main()
