"""bench_run: a target that runs benchmark programs and writes a report of them."""

load("@bazel_skylib//lib:shell.bzl", "shell")
load("@peers//:peers.bzl", "MISSING_PEERS")
load("@rules_shell//shell:sh_binary.bzl", "sh_binary")

def quoted(text):
    """`text` as one argument of a *_binary or *_test, which Bazel splits as a shell does.

    Args:
      text: anything; `$` stands for itself.

    Returns:
      what to put into `args`.
    """
    return shell.quote(text).replace("$", "$$")

def bench_run(name, programs = [], processes = [], limits = [], slow = [], **kwargs):
    """`./bazelw run` it; it takes the options that `-- --help` lists.

    Args:
      name: the target's name.
      programs: cex_cc_benchmarks, whose benchmarks are named FAMILY/CASE/WHO.
      processes: whole programs to be timed, each (FAMILY/CASE/WHO, program, argument...).
      limits: FAMILY=RATIO each; the run fails when ours takes more than that many times the
        time of the family's reference, or of the best peer.
      slow: regular expressions of FAMILY/CASE that --quick leaves out.
      **kwargs: whatever sh_binary takes.
    """
    args = ["$(rootpath //bench/report:bench.py)"]
    args += ["$(rootpath %s)" % program for program in programs]
    for process in processes:
        args += ["--process", process[0], "$(rootpath %s)" % process[1]] + list(process[2:])
    args += ["--limit=" + limit for limit in limits]
    args += [quoted("--slow=" + pattern) for pattern in slow]
    args += [quoted("--missing-peer=" + peer) for peer in MISSING_PEERS]
    args.append("--packages=$(rootpath //third_party/debian:packages_peers.txt)")
    data = {program: None for program in programs + [process[1] for process in processes]}
    sh_binary(
        name = name,
        srcs = ["//tools:run_python.sh"],
        args = args,
        data = [
            "//bench/report",
            "//bench/report:bench.py",
            "//third_party/debian:packages_peers.txt",
        ] + data.keys(),
        **kwargs
    )
