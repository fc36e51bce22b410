"""What the tests of the report share: where things are, and a benchmark program that
measures nothing and says what it is told."""

import contextlib
import io
import json
import os
import pathlib
import subprocess
import sys
from unittest import mock

sys.path.insert(0, "bench/report")
# Where matplotlib keeps what it knows of fonts, which takes it seconds to find out.
os.environ["MPLCONFIGDIR"] = os.environ["TEST_TMPDIR"]

BENCH = pathlib.Path("bench/report/bench.py").resolve()
FIXED = pathlib.Path("bench/report/tests/fixed.json")
GOLDEN = pathlib.Path("bench/report/tests/fixed.md")

_FAKE = """#!/usr/bin/env -S python3 -ISB
import json, re, sys, time
RUNS = json.loads({runs!r})
options = dict(a.lstrip("-").partition("=")[::2] for a in sys.argv[1:])
if "benchmark_list_tests" in options:
    print("\\n".join(run["name"] for run in RUNS))
    sys.exit(0)
pattern = re.compile(options["benchmark_filter"])
time.sleep({seconds})
if {status}:
    print("it broke", file=sys.stderr)
    sys.exit({status})
print(json.dumps({{"context": {{"cex_compiler": "cc 1", "cex_optimized": "yes",
                                "cex_checks": "off", "host_name": "secret-host"}},
    "benchmarks": [{{"run_type": "iteration", "cpu_time": 8.0, "real_time": 9.0,
                     "time_unit": "ns", **run}} for run in RUNS if pattern.search(run["name"])]}}))
"""


def scratch(name=""):
    return pathlib.Path(os.environ["TEST_TMPDIR"]) / name


def fake_program(name, runs, seconds=0.0, status=0):
    """`runs`: what Google Benchmark would print of each; a name is enough."""
    path = scratch(name)
    runs = [{"name": run} if isinstance(run, str) else run for run in runs]
    path.write_text(_FAKE.format(runs=json.dumps(runs), seconds=seconds, status=status),
                    encoding="utf-8")
    path.chmod(0o755)
    return path


def start(*arguments, **options):
    environment = {key: value for key, value in os.environ.items()
                   if not key.startswith("BUILD_")}
    environment.update(options.pop("environment", {}))
    streams = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, **options}
    return subprocess.Popen([sys.executable, "-B", BENCH, *map(str, arguments)], text=True,
                            env=environment, **streams)


def bench(*arguments, **options):
    """(exit status, stdout, stderr)"""
    with start(*arguments, **options) as process:
        out, err = process.communicate(timeout=120)
    return process.returncode, out, err


def call(*arguments):
    """The same within this process, which is quicker; for what runs no program."""
    import bench as program  # pylint: disable=import-outside-toplevel
    out, err = io.StringIO(), io.StringIO()
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err), \
            mock.patch.object(sys, "argv", ["bench", *map(str, arguments)]):
        try:
            status = program.main()
        except SystemExit as end:  # --help
            status = end.code
    return status, out.getvalue(), err.getvalue()
