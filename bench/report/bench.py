#!/usr/bin/env python3
"""Runs every benchmark, in turns, and writes what came out as tables and as a page.

The programs (Google Benchmark's, with benchmarks named FAMILY/CASE/WHO) and the whole
programs (--process) come from the BUILD file; what follows is the user's.

Writes report.html, report.json and report.md. ^C ends the run and writes what there is.
Exit status: 0; 1 when a benchmark failed, results differ, a --limit is exceeded or --compare
finds something of ours slower; 2 for bad arguments or files; 130 after ^C.
"""

import argparse
import datetime
import io
import math
import os
import pathlib
import re
import signal
import sys

import compare
import files
import machine
import markdown_report
import model
import words
from failure import Failure
from plan import Run
from programs import list_slices
from progress import Progress

# Repetitions, seconds that one takes at least, seconds for all, largest size.
_FULL = {"repetitions": 9, "min_time": 0.05, "budget": 1080, "largest": math.inf}
_QUICK = {"repetitions": 5, "min_time": 0.01, "budget": 95, "largest": 100_000}

_PACKAGES = ["libabsl-dev", "libbenchmark-dev", "libc6"]


class _Parser(argparse.ArgumentParser):

    def error(self, message):
        raise Failure(message + "; try --help")


def _pattern(text):
    try:
        return re.compile(text)
    except re.error as error:
        raise argparse.ArgumentTypeError(f"{text!r} is no regular expression: {error}") from error


def _limit(text):
    family, _, ratio = text.partition("=")
    return family, float(ratio)


_limit.__name__ = "FAMILY=RATIO"


def _path(text):
    # `bazel run` starts us elsewhere; paths are relative to where the user is.
    return pathlib.Path(os.environ.get("BUILD_WORKING_DIRECTORY", "."), text)


def _parse(arguments):
    parser = _Parser(prog="bench", description=__doc__, allow_abbrev=False,
                     formatter_class=argparse.RawDescriptionHelpFormatter)
    user = parser.add_argument_group("for the user")
    user.add_argument("--quick", action="store_true",
                      help="at most 2 minutes: fewer repetitions, no sizes above 100,000")
    user.add_argument("--out", type=_path, metavar="DIR", help="where the report goes; the last line says it")
    user.add_argument("--filter", type=_pattern, default=_pattern(""), metavar="REGEX",
                      help="only benchmarks whose name FAMILY/CASE/WHO it finds")
    user.add_argument("--compare", type=_path, metavar="OLD.json", help="a report.json to compare with")
    user.add_argument("--threshold", type=float, default=1.10, metavar="RATIO",
                      help="of --compare: how much slower is too slow (default 1.10)")
    user.add_argument("--cpu", type=int, metavar="N",
                      help="the CPU to pin to (default: the last one that may be used)")
    user.add_argument("--repetitions", type=int, metavar="N",
                      help="of each benchmark, as long as there is time (9; quick: 5)")
    user.add_argument("--min-time", type=float, metavar="SECONDS",
                      help="that one repetition takes at least (0.05; quick: 0.01)")
    user.add_argument("--budget", type=float, metavar="SECONDS",
                      help="for the whole run (1080; quick: 95)")
    user.add_argument("--from", dest="source", type=_path, metavar="REPORT.json",
                      help="run nothing; write the report of this file again")
    user.add_argument("--publish", type=_path, metavar="DIR",
                      help="also write report.md with SVG plots, to be committed, into DIR")
    build = parser.add_argument_group("for the BUILD file")
    build.add_argument("programs", nargs="*", metavar="PROGRAM")
    build.add_argument("--process", action="append", nargs="+", default=[],
                       metavar=("NAME PROGRAM", "ARGUMENT"),
                       help="a whole program whose CPU time is measured, FAMILY/CASE/WHO")
    build.add_argument("--limit", action="append", type=_limit, default=[], metavar="FAMILY=RATIO",
                       help="fail when ours takes more than so many times the reference's or "
                            "best peer's time")
    build.add_argument("--slow", action="append", type=_pattern, default=[], metavar="REGEX",
                       help="FAMILY/CASE that --quick leaves out")
    build.add_argument("--missing-peer", action="append", default=[], metavar="NAME",
                       help="a peer that this machine lacks")
    build.add_argument("--packages", metavar="FILE",
                       help="a list of Debian packages whose versions the report names")
    options = parser.parse_args(arguments)
    for process in options.process:
        if len(process) < 2:
            parser.error("--process takes a name and a program")
    if options.source and (options.programs or options.process) and options.filter.pattern:
        parser.error("--from runs nothing, so --filter has nothing to choose from")
    return options


def _settle(options):
    """Fills in what depends on other options, and on the machine."""
    for name, value in (_QUICK if options.quick else _FULL).items():
        if getattr(options, name, None) is None:
            setattr(options, name, value)
    for name, least in (("repetitions", 0), ("min_time", 0), ("budget", 0), ("threshold", 0.99)):
        if not least < getattr(options, name) < math.inf:
            raise Failure(f"--{name.replace('_', '-')} {getattr(options, name)} is not "
                          + ("1 or more" if least else "above 0"))
    allowed = sorted(os.sched_getaffinity(0))
    if options.cpu is None:
        options.cpu = allowed[-1]
    elif options.cpu not in allowed:
        raise Failure(f"--cpu {options.cpu}: this process may use "
                      + ", ".join(map(str, allowed)))
    workspace = os.environ.get("BUILD_WORKSPACE_DIRECTORY")
    default = f"{workspace}/.cache/bench-report" if workspace else "bench-report"
    options.out = pathlib.Path(options.out or default).resolve()


def _packages(path):
    try:
        lines = pathlib.Path(path).read_text(encoding="utf-8").splitlines() if path else []
    except OSError as error:
        raise Failure(f"can't read {path}: {error.strerror}") from error
    return sorted({*_PACKAGES, *(name for line in lines if (name := line.partition("#")[0].strip()))})


def _run(options):
    """(report, whether the user let it run to its end)"""
    report = model.Report()
    report.mode = "quick" if options.quick else "full"
    report.started = datetime.datetime.now(datetime.timezone.utc).strftime("%Y-%m-%d %H:%M UTC")
    report.machine = machine.describe(options.cpu)
    report.versions = machine.versions(_packages(options.packages))
    report.missing_peers = options.missing_peer
    slices = []
    for s in list_slices(options.programs, options.process, options.filter, options.min_time):
        if s.size > options.largest:
            report.left_out.append([s.name, f"larger than {options.largest:,}, with --quick"])
        elif options.quick and any(slow.search(s.name) for slow in options.slow):
            report.left_out.append([s.name, "takes long, with --quick"])
        else:
            slices.append(s)
    if not slices:
        raise Failure(f"--filter {options.filter.pattern!r} finds no benchmark"
                      if options.filter.pattern else "there is nothing to run")
    progress = Progress()
    for which in (signal.SIGINT, signal.SIGTERM):
        signal.signal(which, signal.default_int_handler)
    finished = Run(report, slices, options, progress,
                   lambda: files.write_json(report, options.out)).all()
    # From here on only files are written, which is to be finished.
    for which in (signal.SIGINT, signal.SIGTERM):
        signal.signal(which, signal.SIG_IGN)
    progress.end()
    report.sort([s.family for s in slices])
    return report, finished


def _check_limits(report, limits):
    for family, limit in limits:
        for t in report.families().get(family, []):
            for case in t.cases if t.unit != "bytes" else []:
                ours, peer = (t.best(case, t.about.contests[0], ours=ours) for ours in (True, False))
                beside, name = (t.median(case, t.reference), t.reference) \
                    if (case, t.reference) in t.values else peer or (None, "")
                if ours and beside and ours[0] / beside > limit:
                    report.add_problem(f"{family}/{case}: {ours[1]} takes {ours[0] / beside:.2f} "
                                       f"times the time of {name}, above the limit of {limit:g}")


def _print(report):
    for line in words.notices(report):
        print(line)
    if report.missing_peers:
        print("Peers not installed: " + ", ".join(report.missing_peers))
    for tables in report.families().values():
        for t in tables:
            print("\n" + markdown_report.table(t), end="")
    print("\n" + "\n".join(words.headline(report)))
    if report.comparison:
        print("\n" + compare.markdown(report.comparison), end="")


def _main(arguments):
    options = _parse(arguments)
    _settle(options)
    old = model.load(options.compare) if options.compare else None
    files.make_folder(options.out)
    if options.publish:
        files.make_folder(options.publish)
        if not files.plots.matplotlib:
            raise Failure("--publish draws plots: install python3-matplotlib (./bazelw --install-extras)")
    report, finished = (model.load(options.source), True) if options.source else _run(options)
    _check_limits(report, options.limit)
    slower = False
    if old and report.results:
        report.comparison = compare.compare(old, report, options.threshold)
        slower = bool(compare.regressions(report.comparison))
    # Before anything is printed, which may fail: the measurements have taken their time.
    written = files.write_all(report, options.out)
    if options.publish:
        files.publish(report, options.publish)
    _print(report)
    print("\nbench: " + written, flush=True)
    if not finished:
        return 130
    return 1 if report.problems or slower else 0


def _let_go(stream):
    """Python writes what it holds once more at the end, and there a failure changes the exit status."""
    try:
        stream.flush()
    except OSError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())


def main():
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(errors="backslashreplace")  # no locale keeps a report from being made
    try:
        return _main(sys.argv[1:])
    except Failure as failure:
        print(f"bench: {failure}", file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        print("bench: stopped before anything was measured", file=sys.stderr)
        return 130
    except BrokenPipeError:
        return 1
    except OSError as error:
        print(f"bench: {error.filename or 'standard output'}: {error.strerror}", file=sys.stderr)
        return 2
    finally:
        for stream in filter(None, (sys.stdout, sys.stderr)):
            _let_go(stream)


if __name__ == "__main__":
    sys.exit(main())
