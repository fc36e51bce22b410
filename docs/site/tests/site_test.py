"""The site of this very repository: complete, and of no machine."""

import json
import os
import pathlib
import subprocess
import sys
import tempfile
import unittest

_HERE = pathlib.Path(__file__).parent
_SITE = pathlib.Path(sys.argv.pop(1))


def _names():
    text = (_SITE / "names.js").read_text(encoding="utf-8")
    return {name: address for name, _, address in
            json.loads(text[text.index("["):text.rindex("]") + 1])}


class SiteTest(unittest.TestCase):

    def test_no_page_names_the_machine(self):
        for path in _SITE.glob("*.html"):
            text = path.read_text(encoding="utf-8")
            for place in (f"{pathlib.Path.home()}/", f"{os.getcwd()}/", "/execroot/", "/cex_site_"):
                self.assertNotIn(place, text, path.name)

    def test_has_every_macro_and_the_functions_behind_them(self):
        names = _names()
        for name in ("mem$malloc", "mem$", "mem$scope", "mem$arena", "tmem$", "arr$push", "hm$get",
                     "for$each", "mem_malloc", "arr_len", "hf$get", "arena_create", "cex::Arr",
                     "cex::HmOf", "cex::HfOf", "cex::MapOf", "cex::MemScope", "AllocatorArena", "AllocatorFixed",
                     "cex::testing::LeakCheck", "IAllocator"):
            self.assertTrue(name in names, name)
            page, _, anchor = names[name].partition("#")
            text = (_SITE / page).read_text(encoding="utf-8")
            self.assertIn(f'id="{anchor}"' if anchor else "<main>", text, name)

    def test_every_name_that_the_search_finds_is_there(self):
        texts = {path.name: path.read_text(encoding="utf-8") for path in _SITE.glob("*.html")}
        for name, address in _names().items():
            page, _, anchor = address.partition("#")
            self.assertTrue(not anchor or f'id="{anchor}"' in texts[page], (name, address))

    def test_has_the_macros_for_bazel(self):
        page = (_SITE / "bazel.html").read_text(encoding="utf-8")
        self.assertTrue('id="bazel_cex_cc_test"' in page)
        self.assertIn("cex_dependencies", page)
        self.assertIn('href="bazel.html"', (_SITE / "index.html").read_text(encoding="utf-8"))

    def test_shows_nothing_internal(self):
        for name in _names():
            self.assertNotRegex(name, r"\bdetail::|CEX_DETAIL", name)

    def test_has_a_page_for_each_header_with_its_example(self):
        page = (_SITE / "arena_8h.html").read_text(encoding="utf-8")
        self.assertIn('<div class="title">cex/arena.h</div>', page)
        self.assertIn('class="fragment"', page)

    def test_code_of_the_pages_leads_to_the_reference(self):
        page = (_SITE / "allocator.html").read_text(encoding="utf-8")
        self.assertRegex(page, r'<a class="code" href="allocator_8h\.html#\w+"><code>mem\$malloc')

    def test_all_pages_have_the_frame(self):
        for path in _SITE.glob("*.html"):
            text = path.read_text(encoding="utf-8")
            self.assertEqual(text.count("<!DOCTYPE html>"), 1, path.name)
            self.assertIn('name="viewport"', text, path.name)
            self.assertIn('<input id="search"', text, path.name)
            self.assertNotIn("\uff04", text, path.name)


class ShowSiteTest(unittest.TestCase):

    def _run(self, *options, where):
        return subprocess.run([sys.executable, "-B", str(_HERE.parent / "show_site.py"),
                               str(_SITE), *options], capture_output=True, encoding="utf-8",
                              check=False, env={**os.environ, "BUILD_WORKING_DIRECTORY": where})

    def setUp(self):
        self._place = tempfile.TemporaryDirectory(dir=os.environ.get("TEST_TMPDIR"))
        self.addCleanup(self._place.cleanup)
        self.place = pathlib.Path(self._place.name).resolve()

    def test_says_where_it_is(self):
        done = self._run(where=str(self.place))
        self.assertRegex(done.stdout, r"\AThe site is /.*/index\.html\n\Z")
        self.assertEqual((done.returncode, done.stderr), (0, ""))

    def test_writes_it_where_it_is_wanted_and_again(self):
        for _ in range(2):
            done = self._run("--out", "web", where=str(self.place))
            self.assertEqual((done.returncode, done.stderr), (0, ""))
            self.assertEqual(done.stdout, f"The site is {self.place}/web/index.html\n")
            for path in _SITE.iterdir():
                self.assertEqual((self.place / "web" / path.name).read_bytes(), path.read_bytes())

    def test_leaves_a_folder_alone_that_is_no_site(self):
        (self.place / "thesis.txt").write_text("years of work", encoding="utf-8")
        done = self._run("--out", ".", where=str(self.place))
        self.assertEqual(done.returncode, 2)
        self.assertEqual(done.stderr, f"site: {self.place}: is not empty and not a site; "
                         "remove it first\n")
        self.assertTrue((self.place / "thesis.txt").is_file())

    def test_replaces_the_pages_of_an_older_site_and_nothing_else(self):
        self.assertEqual(self._run("--out", "web", where=str(self.place)).returncode, 0)
        (self.place / "web" / ".git").mkdir()
        for name in ("CNAME", ".git/config", "gone.html"):
            (self.place / "web" / name).write_text("", encoding="utf-8")
        self.assertEqual(self._run("--out", "web", where=str(self.place)).returncode, 0)
        self.assertEqual({path.name for path in (self.place / "web").iterdir()},
                         {path.name for path in _SITE.iterdir()} | {"CNAME", ".git"})
        self.assertTrue((self.place / "web" / ".git" / "config").is_file())

    def test_a_file_in_the_way_and_a_bad_option(self):
        (self.place / "web").write_text("", encoding="utf-8")
        self.assertEqual(self._run("--out", "web", where=str(self.place)).returncode, 2)
        self.assertEqual(self._run("--ouch", where=str(self.place)).returncode, 2)
        self.assertEqual(self._run("--out", str(_SITE.resolve()), where=str(self.place)).returncode, 2)
        self.assertTrue((_SITE / "names.js").is_file())


if __name__ == "__main__":
    unittest.main()
