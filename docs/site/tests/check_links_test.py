"""What check_links finds, and what it leaves alone."""

import os
import pathlib
import subprocess
import sys
import tempfile
import unittest

_TOOL = pathlib.Path(__file__).parent.parent / "check_links.py"


class CheckLinksTest(unittest.TestCase):

    def setUp(self):
        self._place = tempfile.TemporaryDirectory(dir=os.environ.get("TEST_TMPDIR"))
        self.addCleanup(self._place.cleanup)
        self.folder = pathlib.Path(self._place.name)
        self._write("other.html", '<h2 id="there">x</h2><a name="old"></a>')
        self._write("names.js", 'const cexNames = [["f","function","other.html#there"]];')

    def _write(self, name, text):
        (self.folder / name).write_text(text, encoding="utf-8")

    def _check(self, page):
        self._write("index.html", page)
        done = subprocess.run([sys.executable, "-B", str(_TOOL), str(self.folder)],
                              capture_output=True, encoding="utf-8", check=False)
        self.assertEqual(done.returncode, 1 if done.stderr else 0)
        return done.stderr

    def test_good_links(self):
        self.assertEqual(self._check(
            '<p id="here"><a href="other.html">a</a><a href="other.html#there">b</a>'
            '<a href="#here">c</a><a href="other.html#old">d</a><img src="data:,">'
            '<a href="https://example.org/x?y#z">e</a><a href="mailto:a@b.c">f</a>'), "")

    def test_dead_links(self):
        for link, what in {
                "gone.html": "dead link to gone.html\n",
                "gone.html#x": "dead link to gone.html#x\n",
                "other.html#x": "dead link to other.html#x: the page has no such anchor\n",
                "#x": "dead link to #x: the page has no such anchor\n",
                "https://": "https:// is no address\n",
                "https://host:port/": "https://host:port/ is no address\n",
                "htps://example.org": "htps://example.org is no address\n",
                "file:///etc/passwd": "file:///etc/passwd is no address\n",
                "": None}.items():
            found = self._check(f'\n<a href="{link}">x</a>')
            self.assertEqual(found, "" if what is None else f"check_links: index.html:2: {what}")

    def test_a_dead_picture_and_a_dead_script(self):
        self.assertIn("dead link to a.svg", self._check('<img src="a.svg">'))
        self.assertIn("dead link to a.js", self._check('<script src="a.js"></script>'))

    def test_a_dead_name_of_the_search(self):
        self._write("names.js", 'const cexNames = [["f","function","other.html#gone"]];')
        self.assertIn("names.js:1: dead link to other.html#gone", self._check(""))

    def test_a_folder_of_the_machine(self):
        self.assertIn("a folder of this machine", self._check(f"<p>{os.getcwd()}/arena.h"))

    def test_no_site_at_all(self):
        for folder in (self.folder / "gone", self.folder / "other.html"):
            done = subprocess.run([sys.executable, "-B", str(_TOOL), str(folder)],
                                  capture_output=True, encoding="utf-8", check=False)
            self.assertEqual((done.returncode, done.stderr),
                             (2, f"check_links: {folder}: not a folder\n"))


if __name__ == "__main__":
    unittest.main()
