"""Runs benchmark programs, a few repetitions at a time, and reads what they measured.

A Slice is what runs in one go: every WHO of one FAMILY/CASE, one repetition each, in
a shuffled order. Slices are short, so that what they measure is next to each other
in time, and that an interruption loses little.
"""

import json
import os
import re
import resource
import subprocess
import time

from failure import Failure
from model import Key, is_number

_UNITS = {"ns": 1.0, "us": 1e3, "ms": 1e6, "s": 1e9}

# What Google Benchmark appends to a name.
_SUFFIX = re.compile(r"(real_time|process_time|manual_time|iterations:.*|repeats:.*|min_time:.*"
                     r"|min_warmup_time:.*|threads:.*)$")


def split_name(name, program):
    """(family, case, who)."""
    parts = name.split("/")
    threads = [part.split(":")[1] for part in parts if part.startswith("threads:")]
    parts = [part for part in parts if not _SUFFIX.match(part)]
    if len(parts) < 3:
        raise Failure(f"{program}: the benchmark {name} is not named FAMILY/CASE/WHO")
    family, case, who = parts[0], "/".join([parts[1], *parts[3:]]), parts[2]
    if threads:
        case += f", {threads[0]} thread" + ("s" if threads[0] != "1" else "")
    return family, case, who


def uses_threads(name):
    """Wall time is measured where several threads work; those may not share one CPU."""
    return re.search(r"/real_time|/threads:(?!1\b)", name) is not None


def _escape(name):
    """For a filter: an extended regular expression, or ECMAScript's."""
    return re.sub(r"([.\[\]{}()*+?|^$\\])", r"\\\1", name)


def _run(command, cpu, seconds):
    """(status, stdout, stderr, CPU seconds) of a command; subprocess.TimeoutExpired where it takes
    more than so many seconds."""
    # Not a preexec_fn, within which Python would swallow ^C.
    pin = [] if cpu is None else ["taskset", "--cpu-list", str(cpu)]
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    done = subprocess.run([*pin, *command], stdin=subprocess.DEVNULL, capture_output=True, text=True,
                          errors="replace", timeout=seconds, check=False)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    used = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return done.returncode, done.stdout, done.stderr, used


class Slice:
    """What runs in one go."""

    def __init__(self, family, case):
        self.family, self.case = family, case
        self.cost = 0.0  # seconds, guessed and then measured
        self.done = 0
        self.left_out = False

    @property
    def name(self):
        return f"{self.family}/{self.case}"

    @property
    def size(self):
        """Of a case that is a number; else 0."""
        return int(self.case) if is_number(self.case) else 0

    def measured(self, seconds):
        """The mean, as it goes."""
        self.cost = (self.cost * self.done + seconds) / (self.done + 1)
        self.done += 1


class BenchmarkSlice(Slice):
    """Some benchmarks of a Google Benchmark program."""

    def __init__(self, family, case, program, min_time):
        super().__init__(family, case)
        self.program, self.stem, self.min_time = program, os.path.basename(program), min_time
        self.names = []

    def add(self, name):
        self.names.append(name)
        once = "/iterations:1" in name
        self.cost += 0.3 + self.size * 3e-6 if once else 0.02 + 2 * self.min_time

    def run(self, report, cpu, seconds):
        """Adds what one repetition measures to the report."""
        pinned = None if any(map(uses_threads, self.names)) else cpu
        pattern = "^(" + "|".join(map(_escape, self.names)) + ")$"
        status, out, err, _ = _run(
            [self.program, "--benchmark_format=json", f"--benchmark_filter={pattern}",
             "--benchmark_repetitions=1", "--benchmark_enable_random_interleaving=true",
             f"--benchmark_min_time={self.min_time}"], pinned, seconds)
        if status != 0:
            last = (err.strip().splitlines() or ["it said nothing"])[-1]
            report.add_problem(f"{self.stem} ended with {status} in {self.name}: {last}")
            return
        try:
            data = json.loads(out)
            self._note_build(report, data.get("context", {}))
            for run in data["benchmarks"]:
                self._note_run(report, run)
        except (ValueError, KeyError, TypeError, AttributeError):
            report.add_problem(f"{self.stem} printed no JSON of a benchmark for {self.name}")

    @staticmethod
    def _note_build(report, context):
        for name in ("compiler", "optimized", "checks"):
            value = context.get(f"cex_{name}")
            if value is not None and report.build.setdefault(name, value) != value:
                report.add_problem(f"programs were built differently: {name} is {value} and "
                                   f"{report.build[name]}")

    def _note_run(self, report, run):
        if run.get("run_type", "iteration") != "iteration":
            return
        name = run["name"]
        family, case, who = split_name(name, self.program)
        if run.get("error_occurred"):
            report.add_problem(f"{name} failed: {run.get('error_message', 'it says not why')}")
            return
        if "checksum" in run:
            report.add_checksum((self.stem, family, case), who, run["checksum"])
        parts = {part: value for part, value in run.items() if re.match("(ns|bytes) ", part)}
        for part, value in parts.items():
            unit, what = part.split(" ", maxsplit=1)
            report.add(Key(family, what, unit, case, who), value)
        if not parts:
            wall = uses_threads(name) or "/manual_time" in name
            spent = run["real_time" if wall else "cpu_time"]
            spent *= _UNITS[run.get("time_unit", "ns")]
            report.add(Key(family, "", "ns", case, who), spent / (run.get("per") or 1))


class ProcessSlice(Slice):
    """Whole programs that do the same work, one after the other, in CPU time."""

    def __init__(self, family, case):
        super().__init__(family, case)
        self.commands = {}  # who: [program, argument...]

    def add(self, who, command):
        self.commands[who] = command
        self.cost += 2

    def run(self, report, cpu, seconds):
        started = time.monotonic()
        statuses, spent = {}, {}
        order = list(self.commands.items())
        for who, command in order if self.done % 2 == 0 else reversed(order):
            left = max(1.0, seconds - (time.monotonic() - started))
            statuses[who], _, _, spent[who] = _run(command, cpu, left)
        # 1 is "some of the input could not be read" of a tool; all must agree on it.
        if len(set(statuses.values())) > 1 or not set(statuses.values()) <= {0, 1}:
            report.add_problem(f"{self.name}: the programs ended with " + ", ".join(
                f"{status} ({who})" for who, status in statuses.items()))
            return
        for who, used in spent.items():
            report.add(Key(self.family, "", "ms", self.case, who), used * 1e3)


def _existing(program):
    if not os.path.isfile(program) or not os.access(program, os.X_OK):
        raise Failure(f"there is no program {program}")
    return os.path.abspath(program)  # with the name that the BUILD file gave it


def list_slices(programs, processes, wanted, min_time):
    """The slices of all programs, of the benchmarks whose names the pattern finds."""
    slices = {}
    for program in map(_existing, programs):
        try:
            status, out, err, _ = _run([program, "--benchmark_list_tests"], None, 60)
        except subprocess.TimeoutExpired:
            raise Failure(f"{program} does not list its benchmarks within a minute") from None
        if status != 0:
            raise Failure(f"{program} does not list its benchmarks: {err.strip()[:200]}")
        for name in out.split():
            if not wanted.search(name):
                continue
            family, case, _ = split_name(name, program)
            slices.setdefault((program, family, case), BenchmarkSlice(family, case, program, min_time)).add(name)
    for name, program, *arguments in processes:
        if name.count("/") != 2:
            raise Failure(f"--process {name}: the name is not FAMILY/CASE/WHO")
        family, case, who = name.split("/")
        program = _existing(program)
        if wanted.search(name):
            slices.setdefault((family, case), ProcessSlice(family, case)).add(
                who, [program, *arguments])
    return list(slices.values())
