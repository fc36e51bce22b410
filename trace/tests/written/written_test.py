"""What a trace writes: the JSON against the model of the program that was traced, and
the rules that Perfetto has for it; the page's data against both."""

import collections
import json
import os
import re
import subprocess
import sys
import tempfile
import unittest

PROGRAMS = []


def strict(pairs):
    found = dict(pairs)
    assert len(found) == len(pairs), "a key twice"
    return found


class Run:

    def __init__(self, program, kind, seed):
        with tempfile.TemporaryDirectory(dir=os.environ.get("TEST_TMPDIR")) as directory:
            subprocess.run([program, kind, str(seed), directory], check=True, timeout=100)
            def read(name):
                with open(os.path.join(directory, name), encoding="utf-8") as file:
                    return file.read()
            self.trace = json.loads(read("trace.json"), object_pairs_hook=strict)
            text = read("model.json")
            self.model = json.loads(text) if text else []
            self.html = read("trace.html")
            found = re.search(r'<script type="application/json" id="data">(.*?)</script>',
                              self.html, re.DOTALL)
            self.page = json.loads(found[1], object_pairs_hook=strict)
        self.events = self.trace["traceEvents"]
        self.other = self.trace["otherData"]


class WrittenTest(unittest.TestCase):

    def each(self, kind, seeds):
        for program in PROGRAMS:
            for seed in seeds:
                yield Run(program, kind, seed)

    def check_nesting(self, run):
        """B and E of each thread match, and times never go back."""
        stacks = collections.defaultdict(list)
        times = collections.defaultdict(float)
        spans = collections.Counter()
        deepest = 0
        for event in run.events:
            if event["ph"] not in "BE":
                continue
            tid = event["tid"]
            self.assertGreaterEqual(event["ts"], times[tid])
            times[tid] = event["ts"]
            if event["ph"] == "B":
                stacks[tid].append(event)
                spans[event["name"]] += 1
                deepest = max(deepest, len(stacks[tid]))
                self.assertTrue(event["args"]["site"])
            else:
                self.assertTrue(stacks[tid], "an E without a B")
                stacks[tid].pop()
        self.assertFalse(any(stacks.values()), "a B without an E")
        return spans, deepest

    def check_totals(self, run):
        by_name = {a["name"]: a for a in run.other["allocators"]}
        in_page = {a["name"]: a for a in run.page["lanes"]}
        for model in run.model:
            found = by_name[model["name"]]
            for name, value in model.items():
                if name == "sizes":
                    sizes = {str(i): n for i, n in enumerate(found["sizes"]) if n}
                    self.assertEqual(sizes, value, model["name"])
                elif name != "name":
                    self.assertEqual(found["totals"][name], value, model["name"] + " " + name)
            self.assertTrue(found["totals"]["live_is_exact"])
            self.assertEqual(in_page[model["name"]]["totals"], found["totals"])
            sites = found["sites"]
            self.assertEqual(sum(s["bytes"] for s in sites), model["bytes_requested"])
            self.assertEqual(sum(s["failures"] for s in sites), model["failures"])
            self.assertEqual(sum(s["allocations"] for s in sites),
                             model["allocations"] + model["reallocations"])

    def test_random_operations(self):
        for run in self.each("random", range(1, 6)):
            self.check_totals(run)
            spans, deepest = self.check_nesting(run)
            self.assertGreater(deepest, 2)
            self.assertTrue(run.other["complete"])
            self.assertEqual(run.other["events_lost"], 0)
            phases = collections.Counter(e["ph"] for e in run.events)
            for event in run.events:
                self.assertEqual(event["pid"], 1)
                self.assertIn(event["ph"], "BECiM")
            for model in run.model:
                name = model["name"]
                # Scopes of two allocators that cross are cut: more spans, never fewer.
                self.assertGreaterEqual(spans[name], model["scopes"])
                counter = [e["args"]["live"] for e in run.events
                           if e["ph"] == "C" and e["name"] == name + " bytes"]
                self.assertEqual(max(counter), model["peak_bytes"])
                self.assertEqual(counter[-1], model["live_bytes"])
                self.assertGreaterEqual(min(counter), 0)
            # Of the pages, too: what the arena was asked for, it asked for there.
            self.assertEqual(phases["i"], sum(a["totals"]["failures"]
                                              for a in run.other["allocators"]))
            self.check_page(run)

    def check_page(self, run):
        for lane in run.page["lanes"]:
            self.assertEqual(len(lane["blocks"]), lane["blocks_total"])
            self.assertEqual(len(lane["scopes"]), lane["totals"]["scopes"])
            self.assertEqual(lane["blocks_total"],
                             lane["totals"]["allocations"] + lane["totals"]["reallocations"])
            live = [b for b in lane["blocks"] if b[6] == 0]
            self.assertEqual(len(live), lane["totals"]["live_blocks"])
            self.assertEqual(sum(b[1] for b in live), lane["totals"]["live_bytes"])
            # No two blocks may share an address at one time.
            at = []
            for b in lane["blocks"]:
                self.assertLessEqual(b[2], b[3])
                at += [(b[2], 1, b), (b[3], 0, b)]
            now = {}
            for time, begins, b in sorted(at, key=lambda e: (e[0], e[1])):
                if not begins:
                    now.pop(id(b), None)
                elif b[2] < b[3]:
                    for other in now.values():
                        self.assertTrue(b[0] + b[1] <= other[0] or other[0] + other[1] <= b[0])
                    now[id(b)] = b

    def test_a_full_trace_says_so_and_counts_on(self):
        for run in self.each("full", [1]):
            self.check_totals(run)
            self.check_nesting(run)
            self.assertFalse(run.other["complete"])
            self.assertGreater(run.other["events_lost"], 0)
            self.assertGreater(run.page["lost"], 0)

    def test_many_events_are_thinned_and_said_so(self):
        run = Run(PROGRAMS[-1], "many", 1)
        self.check_totals(run)
        self.check_nesting(run)
        self.assertTrue(run.other["complete"])
        self.assertGreater(sum(l["blocks_total"] for l in run.page["lanes"]), 40000)
        self.assertEqual(sum(len(l["blocks"]) for l in run.page["lanes"]), 40000)
        self.assertGreater(sum(l["totals"]["failures"] for l in run.page["lanes"]), 1000)
        self.assertEqual(sum(len(l["failures"]) for l in run.page["lanes"]), 1000)
        for lane in run.page["lanes"]:
            peak = max(lane["series"][1::2])
            self.assertEqual(peak, lane["totals"]["peak_bytes"])
            self.assertLess(len(lane["series"]), 7000)
        self.assertTrue(any(l["changes_per_sample"] > 1 for l in run.page["lanes"]))

    def test_of_many_allocators_the_page_has_the_largest(self):
        for run in self.each("lanes", [1]):
            self.assertEqual(run.page["lanes_total"], 150)
            self.assertEqual([lane["name"] for lane in run.page["lanes"]], list(map(str, range(51, 151))))
            self.assertEqual([len(lane["blocks"]) for lane in run.page["lanes"]], [1] * 100)
            self.assertEqual(len(run.other["allocators"]), 150)

    def test_allocators_of_one_name_have_counters_of_their_own(self):
        for run in self.each("same_name", [1]):
            counters = collections.defaultdict(list)
            for event in run.events:
                if event["ph"] == "C":
                    counters[event["name"], event.get("id")].append(event["args"]["live"])
            self.assertEqual(sorted(counters.values()), [[7, 0], [100, 0, 20, 0]])

    def test_an_empty_trace(self):
        for run in self.each("empty", [1]):
            self.assertEqual(run.page["lanes"], [])
            self.assertEqual(run.other["allocators"], [])
            self.assertTrue(run.other["complete"])

    def test_nothing_ends_the_script_early(self):
        for run in self.each("random", [1]):
            self.assertEqual(run.html.count("</script>"), 2)
            self.assertNotIn("http", run.html)


if __name__ == "__main__":
    PROGRAMS.extend(os.path.realpath(p) for p in sys.argv[1:])
    unittest.main(argv=sys.argv[:1])
