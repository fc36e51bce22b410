"""All slices run in rounds, and in the time there is."""

import subprocess
import types
import unittest

import support  # noqa: F401 pylint: disable=unused-import
import model
import plan
import programs


class FakeSlice(programs.Slice):

    def __init__(self, case, log, error=None):
        super().__init__("family", case)
        self.log, self.error = log, error

    def run(self, report, cpu, seconds):
        self.log.append(self.case)
        if self.error:
            raise self.error


class Quiet:

    def show(self, *_):
        pass


def run(found, report, **options):
    settings = types.SimpleNamespace(**{"repetitions": 3, "budget": 60.0, "cpu": 0, **options})
    return plan.Run(report, found, settings, Quiet(), lambda: None).all()


class RunTest(unittest.TestCase):

    def test_every_slice_runs_as_often_as_asked_in_rounds(self):
        log, report = [], model.Report()
        self.assertTrue(run([FakeSlice(case, log) for case in "abc"], report))
        self.assertEqual([sorted(log[i:i + 3]) for i in (0, 3, 6)], [["a", "b", "c"]] * 3)
        self.assertTrue(report.complete)
        self.assertEqual(report.slices, [9, 9])

    def test_what_does_not_fit_is_named(self):
        report = model.Report()
        run([FakeSlice("a", [])], report, budget=-1.0)
        self.assertEqual(report.left_out, [["family/a", "the time was up"]])

    def test_the_first_round_goes_from_short_to_long_and_short_ones_fit_to_the_end(self):
        log, report = [], model.Report()
        found = [FakeSlice("long", log), FakeSlice("short", log), FakeSlice("longest", log)]
        runner = plan.Run(report, found, types.SimpleNamespace(repetitions=3, budget=100.0, cpu=0),
                          Quiet(), lambda: None)
        costs = {"short": 5.0, "long": 40.0, "longest": 90.0}
        for s in found:
            s.cost = costs[s.case]
            s.measured = lambda _, s=s: setattr(s, "done", s.done + 1)
        runner.elapsed = lambda: sum(costs[case] for case in log)
        self.assertTrue(runner.all())
        self.assertEqual(log[:2], ["short", "long"])
        self.assertEqual((log.count("short"), log.count("long")), (3, 2))
        self.assertEqual(report.left_out, [["family/longest", "the time was up"]])
        self.assertEqual(report.slices, [5, 5])

    def test_a_slice_that_takes_too_long_is_named(self):
        report, log = model.Report(), []
        self.assertTrue(run([FakeSlice("a", log, subprocess.TimeoutExpired("a", 1)), FakeSlice("b", log)], report))
        self.assertEqual(report.left_out, [["family/a", "the time was up"]])
        self.assertEqual(log, ["a", "b", "b", "b"])

    def test_the_user_may_stop_it(self):
        report = model.Report()
        self.assertFalse(run([FakeSlice("a", [], KeyboardInterrupt())], report))
        self.assertFalse(report.complete)
        self.assertEqual(report.slices, [0, 3])


if __name__ == "__main__":
    unittest.main()
