"""The line that says what runs and how long is left."""

import contextlib
import sys
import time

_SELDOM = 10  # seconds between lines where they stay, in a file or a log


def clock(seconds):
    return f"{int(seconds) // 60}:{int(seconds) % 60:02}"


def _say(text):
    # Nothing that is measured goes lost because this can't be said.
    with contextlib.suppress(OSError):
        print(text, end="", file=sys.stderr, flush=True)


class Progress:
    """On a terminal one line that is written over; else a line now and then."""

    def __init__(self):
        self.live = sys.stderr.isatty()
        self.last = -_SELDOM

    def show(self, elapsed, left, text):
        percent = int(100 * elapsed / max(elapsed + left, 1e-9))
        line = f"bench: {percent:3}%, {clock(elapsed)} so far, about {clock(left)} left, {text}"
        if self.live:
            _say(f"\r{line[:100]:100}")
        elif time.monotonic() - self.last >= _SELDOM:
            self.last = time.monotonic()
            _say(line + "\n")

    def end(self):
        if self.live:
            _say(f"\r{'':100}\r")
