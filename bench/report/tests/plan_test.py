"""Time is shared out so that all of it fits, and short slices get all their repetitions."""

import types
import unittest

import support  # noqa: F401 pylint: disable=unused-import
import model
import plan
import programs


def slices(*costs):
    found = []
    for i, cost in enumerate(costs):
        s = programs.Slice("family", str(i))
        s.cost = cost
        found.append(s)
    return found


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


class ShareTest(unittest.TestCase):

    def test_all_repetitions_where_there_is_time(self):
        self.assertEqual(list(plan.share_out(slices(1, 2, 3), 100, 5).values()), [5, 5, 5])

    def test_long_slices_give_way_to_short_ones(self):
        found = slices(0.1, 0.1, 10)
        times = list(plan.share_out(found, 25, 9).values())
        self.assertEqual(times[:2], [9, 9])
        self.assertEqual(times[2], 2)

    def test_it_fits_always(self):
        for seconds in (0, 0.5, 3, 17, 100):
            found = slices(0.3, 0.7, 2, 5, 11)
            times = plan.share_out(found, seconds, 9)
            self.assertLessEqual(sum(s.cost * n for s, n in times.items()), seconds)

    def test_what_was_run_counts(self):
        found = slices(1)
        found[0].done = 4
        self.assertEqual(list(plan.share_out(found, 100, 5).values()), [1])


class RunTest(unittest.TestCase):

    def test_every_slice_runs_as_often_as_asked_in_rounds(self):
        log, report = [], model.Report()
        self.assertTrue(run([FakeSlice(case, log) for case in "abc"], report))
        self.assertEqual([sorted(log[i:i + 3]) for i in (0, 3, 6)], [["a", "b", "c"]] * 3)
        self.assertTrue(report.complete)
        self.assertEqual((report.slices_run, report.slices_planned), (9, 9))

    def test_what_does_not_fit_is_named(self):
        report = model.Report()
        run([FakeSlice("a", [])], report, budget=-1.0)
        self.assertEqual(report.left_out, [["family/a", "the time was up"]])

    def test_the_first_round_puts_the_longest_off_and_they_run_at_last(self):
        log, report = [], model.Report()
        found = [FakeSlice("short", log), FakeSlice("long", log)]
        found[1].cost = 5.0
        runner = plan.Run(report, found, types.SimpleNamespace(repetitions=3, budget=100.0, cpu=0),
                          Quiet(), lambda: None)
        times = iter([10.0, 10.0, 10.0])  # of the first slice; then 70 of 100 seconds are over
        runner.elapsed = lambda: next(times, 70.0)
        self.assertTrue(runner.all())
        self.assertEqual(log, ["short", "short", "short", "long"])
        self.assertEqual(report.left_out, [])

    def test_a_slice_that_takes_too_long_is_named(self):
        report, log = model.Report(), []
        self.assertTrue(run([FakeSlice("a", log, programs.TimeUp()), FakeSlice("b", log)], report))
        self.assertEqual(report.left_out, [["family/a", "the time was up"]])
        self.assertEqual(log, ["a", "b", "b", "b"])

    def test_the_user_may_stop_it(self):
        report = model.Report()
        self.assertFalse(run([FakeSlice("a", [], programs.Interrupted())], report))
        self.assertFalse(report.complete)
        self.assertEqual((report.slices_run, report.slices_planned), (0, 1))


if __name__ == "__main__":
    unittest.main()
