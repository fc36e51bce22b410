"""A report.json that was damaged, in hundreds of ways: it is read, or refused in one line."""

import copy
import json
import unittest

from unittest import mock

from support import FIXED, call, scratch
import files

DATA = json.loads(FIXED.read_text(encoding="utf-8"))

# What a value is put in place of.
OTHERS = [None, True, 0, -1, 1e308, 10 ** 400, "text", [], ["text"], [[]], {}, {"text": 1},
          float("nan"), "\ud800", "²", "9" * 5000]


def small():
    """Little of a report, with a part of every kind."""
    data = copy.deepcopy(DATA)
    data["results"] = data["results"][:2]
    data["checksums"] = data["checksums"][:1]
    results = [dict(entry, old=1.0, new=2.0, ratio=0.5, low=0.4, high=0.6, beyond=True)
               for entry in data["results"]]
    data["comparison"] = {"started": "2026", "threshold": 1.1, "cells": results[:1],
                          "only_old": 1, "only_new": 0}
    return data


def places(data):
    """[(container, key)] of all there is, `data` itself but for."""
    found = []
    for key in (range(len(data)) if isinstance(data, list) else list(data)):
        found.append((data, key))
        if isinstance(data[key], (list, dict)):
            found += places(data[key])
    return found


# Plots take long, and have a test of odd values.
@mock.patch.object(files.plots, "picture", lambda *_, **__: "")
class DamageTest(unittest.TestCase):

    def check(self, text, what):
        """The exit statuses of reading it as the old report, and as the new one."""
        path = scratch("damaged.json")
        if isinstance(text, bytes):
            path.write_bytes(text)
        else:
            path.write_text(text, encoding="utf-8")
        statuses = []
        for arguments in (["--from", FIXED, "--compare", path], ["--from", path]):
            try:
                status, _, err = call(*arguments, "--out", scratch("out"))
            except Exception as error:  # pylint: disable=broad-except
                self.fail(f"{what}: {arguments[0]}: {error!r}")
            if status == 2:
                self.assertEqual(len(err.splitlines()), 1, (what, err))
                self.assertRegex(err, "^bench: .{1,300}$", what)
            else:
                self.assertIn(status, (0, 1), what)
                self.assertEqual(err, "", what)
            statuses.append(status)
        return statuses

    def test_what_is_whole_is_read(self):
        self.assertNotIn(2, self.check(json.dumps(small()), "whole"))

    def test_each_value_in_place_of_each(self):
        refused = 0
        count = len(places(small()))
        for i in range(count):
            for other in OTHERS:
                data = small()
                container, key = places(data)[i]
                before, container[key] = container[key], other
                refused += 2 in self.check(json.dumps(data), f"{key} {before!r} -> {other!r:.40}")
        self.assertGreater(refused, count * len(OTHERS) // 2)

    def test_each_value_left_out_and_twice(self):
        for i in range(len(places(small()))):
            data = small()
            container, key = places(data)[i]
            before = container.pop(key)
            self.check(json.dumps(data), f"without {key}")
            if isinstance(container, list):
                container += [before, before]
                self.check(json.dumps(data), f"{key} twice")

    def test_another_kind_of_file(self):
        for other in OTHERS:
            self.assertEqual(self.check(json.dumps(other), f"{other!r:.40}"), [2, 2])

    def test_cut_off_and_overwritten(self):
        text = json.dumps(small()).encode()
        for size in range(0, len(text), 61):
            self.assertEqual(self.check(text[:size], f"cut at {size}"), [2, 2])
            for byte in (b"\0", b"\xff", b"}", b"9", b'"'):
                self.check(text[:size] + byte + text[size + 1:], f"{byte!r} at {size}")

    def test_deep(self):
        for text in ("[" * 100000, '{"a":' * 100000, "[" * 100000 + "]" * 100000):
            self.assertEqual(self.check(text, text[:5]), [2, 2])


if __name__ == "__main__":
    unittest.main()
