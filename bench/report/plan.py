"""Which slice runs how often, so that all of them are done in the time there is."""

import random
import subprocess
import time

# A slice that has begun may take this much longer than the time there is.
_GRACE = 15  # seconds


class Run:
    """Runs slices in rounds; each round in an order of its own."""

    def __init__(self, report, slices, options, progress, save):
        self.report, self.slices, self.options = report, slices, options
        self.progress, self.save = progress, save
        self.started = time.monotonic()

    def elapsed(self):
        return time.monotonic() - self.started

    def all(self):
        """True when everything was run that fits, False when the user stopped it."""
        random_order = random.Random(1)
        try:
            # The first round goes from short to long, so that what is left out is the longest.
            order = sorted(self.slices, key=lambda s: s.cost)
            for number in range(1, self.options.repetitions + 1):
                self._round(order, number)
                random_order.shuffle(order)
            self.report.complete = True
        except KeyboardInterrupt:
            pass
        self.report.left_out += [[s.name, "the time was up"] for s in self.slices
                                 if s.done == 0 and (s.left_out or self.report.complete)]
        self._count()
        return self.report.complete

    def _count(self):
        self.report.seconds = self.elapsed()
        done = sum(s.done for s in self.slices)
        to_come = 0 if self.report.complete else sum(map(self._to_come, self.slices))
        self.report.slices = [done, done + to_come]

    def _to_come(self, s):
        """How often a slice would run if there were time."""
        return 0 if s.left_out else self.options.repetitions - s.done

    def _round(self, slices, number):
        """What fits into the time that is left: short slices still do when long ones don't."""
        for s in slices:
            left = self.options.budget - self.elapsed()
            if s.left_out or s.cost > left:
                continue
            to_come = sum(each.cost * self._to_come(each) for each in slices)
            self.progress.show(self.elapsed(), min(left, to_come), f"round {number}: {s.name}")
            before = time.monotonic()
            try:
                s.run(self.report, self.options.cpu, left + _GRACE)
            except subprocess.TimeoutExpired:
                s.left_out = True
                continue
            s.measured(time.monotonic() - before)
        self._count()
        self.save()
