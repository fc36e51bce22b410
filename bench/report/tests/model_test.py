"""Tables, ratios, orders, checksums; and what a file must be to count as a report."""

import json
import unittest

from support import FIXED, scratch
import model
from failure import Failure


def table(values, family="family", unit="ns"):
    report = model.Report()
    for (case, who), numbers in values.items():
        for number in numbers:
            report.add(model.Key(family, "", unit, case, who), number)
    return report.tables()[0]


def speeds(t):
    return {contest.name: by_case for contest, by_case in t.contests.items()}


class TableTest(unittest.TestCase):

    def test_numbers_in_names_are_in_order(self):
        t = table({(case, "cex"): [1] for case in ("1000", "16", "64", "x10", "x9")})
        self.assertEqual(t.cases, ["16", "64", "1000", "x9", "x10"])

    def test_floor_then_ours_then_peers(self):
        t = table({("1", who): [1] for who in ("absl", "cex_b", "floor", "zlib", "cex")})
        self.assertEqual(t.whos, ["floor", "cex", "cex_b", "absl", "zlib"])

    def test_ratios(self):
        t = table({("1", "floor"): [2], ("1", "cex"): [3, 3, 9], ("1", "cex_b"): [4],
                   ("1", "absl"): [6], ("1", "boost"): [12]})
        self.assertEqual(t.ratio_to_reference("1", "cex"), 1.5)
        self.assertEqual(t.best("1", t.about.contests[0], ours=True), (3, "cex"))
        self.assertEqual(t.best("1", t.about.contests[0], ours=False), (6, "absl"))
        self.assertEqual(speeds(t), {"": {"1": 2}})

    def test_the_floor_is_no_peer(self):
        t = table({("1", "floor"): [2], ("1", "cex"): [3]})
        self.assertEqual(speeds(t), {})

    def test_the_heap_is_held_against_the_malloc_below_it(self):
        t = table({("16", "libc"): [6], ("16", "cex"): [4], ("16", "tcmalloc"): [2]}, "heap")
        self.assertEqual(t.best("16", t.about.contests[0], ours=False), (6, "libc"))
        self.assertEqual(speeds(t), {"": {"16": 1.5}})

    def test_ordered_maps_are_held_against_ordered_ones_and_flat_ones_against_flat_ones(self):
        t = table({("100", "cex"): [6], ("100", "cex_flat"): [4], ("100", "absl_flat"): [2],
                   ("100", "tsl_ordered"): [9]}, "u64")
        self.assertEqual(speeds(t), {"hm$ among ordered maps": {"100": 1.5},
                                     "hf$ among unordered maps": {"100": 0.5}})

    def test_times_too_short_to_tell_are_equal(self):
        t = table({("1", "cex"): [0.01], ("1", "absl"): [0.08]})
        self.assertEqual(speeds(t), {"": {"1": 1}})
        self.assertEqual(speeds(table({("1", "cex"): [0.01], ("1", "absl"): [0.08]}, unit="bytes")),
                         {"": {"1": 8}})

    def test_checks_are_compared_with_the_program_without_them(self):
        t = table({("x", "cex_with_checks"): [6], ("x", "cex_without_checks"): [4]}, "checks", "ms")
        self.assertEqual(t.whos, ["cex_without_checks", "cex_with_checks"])
        self.assertEqual(t.ratio_to_reference("x", "cex_with_checks"), 1.5)


class ChecksumTest(unittest.TestCase):

    def test_equal_ones_are_fine(self):
        report = model.Report()
        for who in ("cex", "absl", "cex"):
            report.add_checksum(("p", "f", "c"), who, 7.0)
        report.add_checksum(("p", "f", "other"), "cex", 8.0)
        self.assertEqual(report.problems, [])

    def test_a_difference_is_a_problem_once(self):
        report = model.Report()
        for who, value in (("cex", 7.0), ("absl", 8.0), ("cex", 7.0), ("absl", 8.0)):
            report.add_checksum(("p", "f", "c"), who, value)
        self.assertEqual(report.problems,
                         ["f/c: the checksum of absl is 8, that of cex is 7"])


class FileTest(unittest.TestCase):

    def test_what_is_written_can_be_read(self):
        text = FIXED.read_text(encoding="utf-8")
        self.assertEqual(model.load(FIXED).to_json(), text)

    def fails(self, content, message):
        path = scratch("bad.json")
        path.write_bytes(content)
        with self.assertRaisesRegex(Failure, message):
            model.load(path)

    def test_other_files_are_refused(self):
        self.fails(b"", "is not JSON")
        self.fails(b"{", "is not JSON")
        self.fails(b"\xff\xfe", "can't read")
        self.fails(b"[]", "no report of this program")
        self.fails(b"{}", "no report of this program")
        with self.assertRaisesRegex(Failure, "can't read.*No such file"):
            model.load(scratch("missing.json"))
        data = json.loads(FIXED.read_text(encoding="utf-8"))
        for change in ({"schema": 99}, {"results": [{}]}, {"results": 5}, {"seconds": "x"},
                       {"results": [{**data["results"][0], "values": []}]},
                       {"results": [{**data["results"][0], "values": ["x"]}]}):
            self.fails(json.dumps({**data, **change}).encode(), "no report of this program")


if __name__ == "__main__":
    unittest.main()
