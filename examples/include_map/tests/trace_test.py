"""--trace: the page, the JSON, and what happens when they can't be written."""

import json
import os
import re

from support import Case, main


class TraceTest(Case):

    def setUp(self):
        super().setUp()
        for i in range(50):
            self.write("sub/f%d.h" % i, b'#include "f%d.h"\n#include <none.h>\n' % (i // 2))

    def trace(self, name, **kwargs):
        path = os.path.join(self.dir, name)
        for result in self.each("--trace", path, self.tree, **kwargs):
            with open(path, encoding="utf-8") as file:
                yield result, file.read()

    def test_json(self):
        plain = [r.out.split(b"\nMemory\n")[0] for r in self.each(self.tree, err=[])]
        for (result, text), other in zip(self.trace("trace.json", err=[]), plain):
            self.assertEqual(result.out.split(b"\nMemory\n")[0], other)
            found = json.loads(text)
            allocators = {a["name"]: a["totals"] for a in found["otherData"]["allocators"]}
            self.assertEqual(list(allocators),
                             ["pages of the graph", "graph (arena)", "scratch (tmem$)"])
            self.assertGreater(allocators["graph (arena)"]["live_bytes"], 0)
            self.assertGreater(allocators["scratch (tmem$)"]["scopes"], 50)
            self.assertEqual(allocators["scratch (tmem$)"]["live_bytes"], 0)
            self.assertTrue(found["otherData"]["complete"])
            sites = [s["site"] for a in found["otherData"]["allocators"] for s in a["sites"]]
            self.assertTrue(any("read_all" in s or "tree.cc" in s for s in sites), sites)

    def test_page(self):
        for _, text in self.trace("trace.html", err=[]):
            self.assertTrue(text.startswith("<!DOCTYPE html>"))
            found = re.search(r'id="data">(.*?)</script>', text, re.DOTALL)
            self.assertEqual(json.loads(found[1])["title"], "The memory of include_map")

    def test_a_file_that_cannot_be_written(self):
        for path, message in ((self.path("none/out.html"), "No such file or directory"),
                              (self.path("none/out.json"), "No such file or directory"),
                              (self.tree, "Is a directory"),
                              ("/dev/full", "No space left on device")):
            # The report is there all the same.
            for found in self.each_json("--trace", path, self.tree, status=1,
                                        err=[re.escape(path) + ": " + message]):
                self.assertEqual(found["files"], 50)


if __name__ == "__main__":
    main()
