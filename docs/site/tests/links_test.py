"""The site of this very repository has no dead links, as Debian's linkchecker sees it."""

import os
import pathlib
import subprocess
import sys
import tempfile
import unittest

# As root it would become a user who can't read Bazel's folders.
_LINKCHECKER = """
import os
os.geteuid = lambda: 1
from linkcheck.command.linkchecker import linkchecker
linkchecker()
"""

_SITE = pathlib.Path(sys.argv.pop(1))


def _dead_links(page):
    """What linkchecker says of dead links, pictures and anchors on a page and those that it leads
    to; nothing is fetched. Empty where there are none."""
    with tempfile.TemporaryDirectory(dir=os.environ.get("TEST_TMPDIR")) as place:
        settings = pathlib.Path(place) / "settings"
        settings.write_text("[AnchorCheck]\n", encoding="utf-8")
        done = subprocess.run([sys.executable, "-c", _LINKCHECKER, "-f", settings, "--no-status",
                               page.resolve().as_uri()], capture_output=True, encoding="utf-8",
                              check=False, env={**os.environ, "HOME": place})
    return "" if done.returncode == 0 else done.stdout + done.stderr


class LinksTest(unittest.TestCase):

    def test_no_link_is_dead(self):
        self.assertEqual(_dead_links(_SITE / "index.html"), "")

    def test_a_dead_link_on_one_of_its_pages_is_found(self):
        with tempfile.TemporaryDirectory(dir=os.environ.get("TEST_TMPDIR")) as place:
            copy = pathlib.Path(place)
            page = copy / "arr_8h.html"  # the links to the others are dead here
            text = (_SITE / page.name).read_text(encoding="utf-8")
            page.write_text(text.replace("</main>", '<a href="#gone">x</a></main>'),
                            encoding="utf-8")
            found = _dead_links(page)
            self.assertRegex(found, "URL +`arena_8h\\.html'\n(.*\n){4,6}Result +Error: ")
            self.assertIn("Anchor `gone'", found)


if __name__ == "__main__":
    unittest.main()
