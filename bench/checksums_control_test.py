"""checksums.py finds each thing that can be wrong, in doctored output of a real program.

usage: checksums_control_test.py PROGRAM    of which two WHOs have one FAMILY/CASE
"""

import copy
import json
import pathlib
import stat
import subprocess
import sys
import tempfile
import unittest

import checksums


class ChecksumsControlTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.program, cls.output = checksums.run_shortly(PROGRAM)

    def doctored(self, change):
        output = copy.deepcopy(self.output)
        change(output["benchmarks"])
        return checksums.problems(self.program, output)

    def test_what_the_program_said_is_fine(self):
        self.assertEqual(self.doctored(lambda runs: None), [])

    def test_one_has_another_checksum(self):
        found = self.doctored(lambda runs: runs[0].update(checksum=runs[0]["checksum"] + 1))
        self.assertIn("not all checksums are equal", found[0])
        self.assertIn("should be", found[1])

    def test_all_have_the_same_wrong_checksum(self):
        def change(runs):
            for run in runs:
                run["checksum"] += 1
        found = self.doctored(change)
        self.assertEqual(len(found), len(self.output["benchmarks"]))
        self.assertTrue(all("should be" in line for line in found), found)

    def test_one_has_no_checksum(self):
        found = self.doctored(lambda runs: runs[-1].pop("checksum"))
        self.assertEqual([line.split(": ")[1] for line in found], ["has no checksum"])

    def test_one_failed(self):
        found = self.doctored(
            lambda runs: runs[0].update(error_occurred=True, error_message="lost a key"))
        self.assertEqual(len(found), 1)
        self.assertIn("lost a key", found[0])

    def test_nothing_ran(self):
        self.assertEqual(self.doctored(lambda runs: runs.clear()), ["no benchmark ran"])

    def test_a_name_that_no_report_understands(self):
        found = self.doctored(lambda runs: runs[0].update(name="BM_Loop"))
        self.assertEqual(len(found), 1)
        self.assertIn("FAMILY/CASE/WHO", found[0])

    def test_the_status_says_it(self):
        output = copy.deepcopy(self.output)
        for name, status in (("fine", 0), ("broken", 1)):
            if status:
                output["benchmarks"][0]["checksum"] += 1
            with tempfile.TemporaryDirectory() as folder:
                fake = pathlib.Path(folder) / self.program
                fake.write_text("#!/bin/sh\ncat <<'END'\n" + json.dumps(output) + "\nEND\n")
                fake.chmod(fake.stat().st_mode | stat.S_IXUSR)
                done = subprocess.run([sys.executable, "-B", checksums.__file__, str(fake)],
                                      stdout=subprocess.PIPE, stderr=subprocess.PIPE, check=False)
            self.assertEqual(done.returncode, status, name)
        self.assertIn(b"not all checksums are equal", done.stderr)

    def test_usage(self):
        done = subprocess.run([sys.executable, "-B", checksums.__file__], stderr=subprocess.PIPE,
                              check=False)
        self.assertEqual((done.returncode, done.stderr), (2, b"checksums: wants programs\n"))


if __name__ == "__main__":
    PROGRAM = sys.argv.pop(1)
    unittest.main()
