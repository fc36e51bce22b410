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

_OPTIONS = [
    "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
    "--disable-background-networking", "--disable-component-update", "--disable-sync",
    "--disable-dev-shm-usage", "--hide-scrollbars", "--enable-logging=stderr", "--v=0",
]
_CONSOLE = re.compile(r'^\[[^]]*:CONSOLE[^]]*\] (.*)$', re.MULTILINE)


class Page:

    def __init__(self, console, dom):
        self.console = console
        self.dom = dom


def open_page(page, width=1280, height=900, milliseconds=3000):
    """`page`: a file, or an address with its scheme (a #fragment may follow). Scripts and
    timers run for `milliseconds` of virtual time."""
    url = page if "://" in str(page) else pathlib.Path(page).resolve().as_uri()
    with tempfile.TemporaryDirectory(dir=os.environ.get("TEST_TMPDIR")) as home:
        command = ["chromium", *_OPTIONS, f"--user-data-dir={home}/profile",
                   f"--window-size={width},{height}", f"--virtual-time-budget={milliseconds}",
                   "--dump-dom", url]
        done = subprocess.run(command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                              stderr=subprocess.PIPE, timeout=120, check=True,
                              env={**os.environ, "HOME": home})
    return Page(_CONSOLE.findall(done.stderr.decode("utf-8", "replace")),
                done.stdout.decode("utf-8"))
