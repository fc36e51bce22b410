"""Which code of a header is its example, and what fill_examples refuses."""

import pathlib
import sys
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).parent.parent))
from fill_examples import example_of, fill

_HEADER = """/// @file
/// A toy.
///
/// ```cpp
/// int f() {
///   \u2026
/// }
/// f();
/// ```
///
/// ```cpp
/// no_example();
/// ```
#pragma once
"""


class FillExamplesTest(unittest.TestCase):

    def test_the_first_fence_of_the_opening_comment(self):
        self.assertEqual(example_of(_HEADER), "int f() {\n  \n}\nf();")
        self.assertEqual(example_of("/** @file\n * A.\n *\n * ```cpp\n * f();\n * ```\n */\n"),
                         "f();")

    def test_headers_without_one(self):
        for text in ("", "/// @file\n", "/// @file\n/// ```text\n/// x\n/// ```\n",
                     "/// @file\n#pragma once\n/// ```cpp\n/// f();\n/// ```\n"):
            self.assertIsNone(example_of(text))

    def test_all_of_it_and_its_parts(self):
        source = "a\n  // example: cex/toy.h[0]\nb\n// example: cex/toy.h[1]\n"
        self.assertEqual(fill([source, "// example: cex/toy.h"], {"cex/toy.h": _HEADER}),
                         ["a\nint f() {\n  \n}\nb\nf();\n", "int f() {\n  \n}\nf();"])

    def test_an_example_that_nobody_asks_for(self):
        with self.assertRaisesRegex(ValueError, "the example of cex/toy.h is not asked for"):
            fill(["int main() {}"], {"cex/toy.h": _HEADER})

    def test_an_example_that_is_not_there(self):
        for headers in ({}, {"cex/toy.h": "#pragma once\n"}):
            with self.assertRaisesRegex(ValueError, "cex/toy.h has no example"):
                fill(["// example: cex/toy.h"], headers)


if __name__ == "__main__":
    unittest.main()
