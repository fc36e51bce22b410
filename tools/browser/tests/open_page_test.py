"""open_page sees what a page's scripts make of it, and every error they run into."""

import os
import sys
import unittest

sys.path.insert(0, "tools/browser")
from open_page import open_page  # pylint: disable=wrong-import-position


class OpenPageTest(unittest.TestCase):

    def page(self, body):
        path = os.path.join(os.environ["TEST_TMPDIR"], "page.html")
        with open(path, "w", encoding="utf-8") as file:
            file.write("<!doctype html><title>t</title><body>" + body)
        return path

    def test_the_document_is_what_scripts_made_of_it(self):
        page = open_page(self.page("<script>document.body.append('one' + 'two')</script>"))
        self.assertIn("onetwo", page.dom)
        self.assertEqual(page.console, [])

    def test_every_error_is_seen(self):
        for body in ("<script>nothing.there = 1</script>", "<script>console.error('bad')</script>",
                     "<script>syntax error</script>"):
            self.assertNotEqual(open_page(self.page(body)).console, [], body)


if __name__ == "__main__":
    unittest.main()
