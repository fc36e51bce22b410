"""Opens a page in headless Chromium: what a reader would see of it.

    page = open_page("report.html")
    page.console      what scripts printed, their errors included; a good page prints nothing
    page.dom          the document after its scripts have run
"""

import os
import pathlib
import re
import subprocess
import tempfile
from typing import NamedTuple

_OPTIONS = [
    "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
    "--disable-background-networking", "--disable-component-update", "--disable-sync",
    "--disable-dev-shm-usage", "--hide-scrollbars", "--enable-logging=stderr", "--v=0",
]
_CONSOLE = re.compile(r'^\[[^]]*:CONSOLE[^]]*\] (.*)$', re.MULTILINE)


class Page(NamedTuple):
    console: list
    dom: str


def open_page(page, width=1280, milliseconds=3000):
    """`page`: a file, or an address with its scheme (a #fragment may follow). Scripts and
    timers run for `milliseconds` of virtual time."""
    url = page if "://" in str(page) else pathlib.Path(page).resolve().as_uri()
    with tempfile.TemporaryDirectory(dir=os.environ.get("TEST_TMPDIR")) as home:
        command = ["chromium", *_OPTIONS, f"--user-data-dir={home}/profile",
                   f"--window-size={width},900", f"--virtual-time-budget={milliseconds}",
                   "--dump-dom", url]
        done = subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, timeout=120, check=True,
                              encoding="utf-8", errors="replace", env={**os.environ, "HOME": home})
    return Page(_CONSOLE.findall(done.stderr), done.stdout)
