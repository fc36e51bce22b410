"""The three DOMs of json_sum hold what Python's json module finds in the same document.

usage: json_agreement_test.py JSON_SUM
"""

import json
import random
import struct
import subprocess
import sys
import unittest

DOMS = ("cex", "std", "std_pmr")
WORD = (1 << 64) - 1


def mix(x):
    x &= WORD
    x = (x ^ (x >> 30)) * 0xbf58476d1ce4e5b9 & WORD
    x = (x ^ (x >> 27)) * 0x94d049bb133111eb & WORD
    return x ^ (x >> 31)


def text_sum(text):
    data = text.encode()
    total = len(data)
    for byte in data:
        total = (total * 31 + byte) & WORD
    return mix(total + 3)


def checksum(value):
    if value is None:
        return mix(1)
    if isinstance(value, bool):
        return mix(5 if value else 4)
    if isinstance(value, (int, float)):
        return mix(struct.unpack("<Q", struct.pack("<d", float(value) + 0.0))[0] + 6)
    if isinstance(value, str):
        return text_sum(value)
    if isinstance(value, list):
        total = 0
        for element in value:
            total = mix(total + checksum(element) + 7)
        return mix(total + len(value) + 8)
    total = sum(mix(text_sum(name) * 3 + checksum(member)) for name, member in value.items())
    return mix(total + len(value) + 9)


def run(*arguments, data=b""):
    return subprocess.run([JSON_SUM, *arguments], input=data, stdout=subprocess.PIPE,
                          stderr=subprocess.PIPE, check=False, timeout=60)


def random_value(random_, depth):
    kind = random_.randrange(8 if depth < 5 else 6)
    if kind == 0:
        return random_.choice([None, True, False])
    if kind == 1:
        return random_.randrange(-10**9, 10**9)
    if kind == 2:
        return random_.uniform(-1, 1) * 10.0 ** random_.randrange(-300, 300)
    if kind in (3, 4, 5):
        return "".join(random_.choice("aé€😀\"\\/\n\t\0\x7f z") for _ in range(random_.randrange(9)))
    if kind == 6:
        return [random_value(random_, depth + 1) for _ in range(random_.randrange(7))]
    return {str(random_.randrange(100)): random_value(random_, depth + 1)
            for _ in range(random_.randrange(7))}


class JsonAgreementTest(unittest.TestCase):
    def expect(self, text):
        wanted = "%016x\n" % checksum(json.loads(text))
        for dom in DOMS:
            done = run(dom, data=text.encode())
            self.assertEqual((done.stdout.decode(), done.returncode), (wanted, 0), dom)

    def test_the_benchmarks_document(self):
        text = run("--make", "100000").stdout.decode()
        self.assertGreater(len(text), 90000)
        self.expect(text)

    def test_random_documents(self):
        random_ = random.Random(1)
        for i in range(8):
            value = [random_value(random_, 0) for _ in range(60)]
            self.expect(json.dumps(value, ensure_ascii=i % 2 == 0, indent=i % 3))

    def test_a_change_anywhere_changes_the_sum(self):
        value = json.loads(run("--make", "1000").stdout)
        before = checksum(value)
        value["records"][-1]["place"]["y"] += 1
        self.assertNotEqual(checksum(value), before)

    def test_broken_documents_are_refused_alike(self):
        random_ = random.Random(2)
        text = run("--make", "1").stdout
        refused = 0
        for _ in range(40):
            broken = bytearray(text)
            broken[random_.randrange(len(text))] = random_.choice(b'{}[],:"\\x0- \xff\n')
            try:
                value = json.loads(bytes(broken).decode())
            except ValueError:
                value = None
            said = [run(dom, data=bytes(broken)) for dom in DOMS]
            self.assertEqual(len({(one.stdout, one.returncode) for one in said}), 1)
            if value is None:
                self.assertEqual(said[0].returncode, 1, bytes(broken))
                refused += 1
            else:
                self.assertEqual(said[0].stdout.decode(), "%016x\n" % checksum(value))
        self.assertGreater(refused, 5)

    def test_usage(self):
        for arguments in ([], ["other"], ["cex", "more"]):
            done = run(*arguments)
            self.assertEqual(done.returncode, 2)
            self.assertTrue(done.stderr.startswith(b"json_sum: "))


if __name__ == "__main__":
    JSON_SUM = sys.argv.pop(1)
    unittest.main()
