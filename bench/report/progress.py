"""The line that says what runs and how long is left."""

import sys
import time

_SELDOM = 10  # seconds between lines where they stay, in a file or a log


def clock(seconds):
    return f"{int(seconds) // 60}:{int(seconds) % 60:02}"


class Progress:
    """On a terminal one line that is written over; else a line now and then."""

    def __init__(self, stream=sys.stderr):
        self.stream = stream
        self.live = stream.isatty()
        self.width = 0
        self.last = None

    def show(self, elapsed, left, text):
        whole = elapsed + left
        percent = int(100 * elapsed / whole) if whole > 0 else 0
        line = f"bench: {percent:3}%, {clock(elapsed)} so far, about {clock(left)} left, {text}"
        if self.live:
            line = line[:100]
            self.stream.write("\r" + line.ljust(self.width))
            self.width = len(line)
        elif self.last is None or time.monotonic() - self.last >= _SELDOM:
            self.last = time.monotonic()
            self.stream.write(line + "\n")
        self.stream.flush()

    def end(self):
        if self.live and self.width:
            self.stream.write("\r" + " " * self.width + "\r")
            self.stream.flush()
