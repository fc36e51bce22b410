"""Which slice runs how often, so that all of them are done in the time there is."""

import random
import time

from programs import Interrupted, TimeUp

# A slice that has begun may take this much longer than the time there is.
_GRACE = 15  # seconds

# The part of the time after which the first round puts off what it has not reached: one
# repetition of everything says less than a few of most.
_FIRST = 0.6


def share_out(slices, seconds, most):
    """How often each slice is to run from now on: {slice: times}.

    Each may take the same share of the time, and `most` runs in all: short ones reach
    that, and long ones get as many as fit.
    """
    def runs(share):
        return {s: max(0, min(most - s.done, int(share / max(s.cost, 1e-6)))) for s in slices}

    def cost(times):
        return sum(s.cost * n for s, n in times.items())

    low, high = 0.0, max(seconds, 0.0)
    if cost(runs(high)) <= seconds:
        return runs(high)
    for _ in range(40):
        middle = (low + high) / 2
        if cost(runs(middle)) <= seconds:
            low = middle
        else:
            high = middle
    return runs(low)


class Run:
    """Runs slices in rounds; each round in an order of its own."""

    def __init__(self, report, slices, options, progress, save):
        self.report, self.slices, self.options = report, slices, options
        self.progress, self.save = progress, save
        self.started = time.monotonic()
        self.order = random.Random(1)

    def elapsed(self):
        return time.monotonic() - self.started

    def all(self):
        """True when everything was run that fits, False when the user stopped it."""
        try:
            # The first round goes from short to long, so that what is put off is the longest.
            by_cost = sorted(self.slices, key=lambda s: s.cost)
            self._round(by_cost, 1, _FIRST * self.options.budget)
            for number in range(2, self.options.repetitions + 1):
                times = share_out(self._runnable(), self.options.budget - self.elapsed(),
                                  self.options.repetitions)
                again = [s for s, n in times.items() if n > 0]
                if not again:
                    break
                self.order.shuffle(again)
                self._round(again, number, self.options.budget)
            self._round([s for s in by_cost if s.done == 0 and not s.left_out],
                        self.options.repetitions, self.options.budget)
            for s in self.slices:
                if s.done == 0 and not s.left_out:
                    self._leave_out(s)
        except (KeyboardInterrupt, Interrupted):
            self._count()
            return False
        self._count()
        self.report.complete = True
        return True

    def _runnable(self):
        return [s for s in self.slices if s.done > 0]

    def _count(self):
        self.report.seconds = self.elapsed()
        self.report.slices_run = sum(s.done for s in self.slices)
        self.report.slices_planned = self.report.slices_run + sum(self._to_come().values())

    def _to_come(self):
        waiting = {s: 1 for s in self.slices if s.done == 0 and not s.left_out}
        left = self.options.budget - self.elapsed() - sum(s.cost for s in waiting)
        planned = share_out(self._runnable(), left, self.options.repetitions)
        return {**planned, **waiting}

    def _leave_out(self, s):
        if s.done == 0:
            s.left_out = True
            self.report.left_out.append([s.name, "the time was up"])

    def _round(self, slices, number, until):
        """What begins before `until`."""
        for s in slices:
            left = self.options.budget - self.elapsed()
            if self.elapsed() >= until:
                break
            to_come = sum(each.cost * times for each, times in self._to_come().items())
            self.progress.show(self.elapsed(), min(left, to_come), f"round {number}: {s.name}")
            before = time.monotonic()
            try:
                s.run(self.report, self.options.cpu, left + _GRACE)
            except TimeUp:
                self._leave_out(s)
                continue
            s.measured(time.monotonic() - before)
        self._count()
        self.save()
