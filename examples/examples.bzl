"""example: a program of one file that shows one pattern, and the test that runs it."""

load("@rules_shell//shell:sh_test.bzl", "sh_test")
load("//sanitizer:defs.bzl", "cex_cc_program", "cex_cc_test")

def example(name, args = [], takes_arguments = False, srcs = [], deps = []):
    """`bazel run //examples:NAME`, and NAME_test, which compares what it prints.

    The test runs the program as it is and with the checks of CEX_TEST, and wants
    expected/NAME.txt of both.

    Args:
      name: the program; its source is NAME.cc.
      args: what the test calls it with.
      takes_arguments: whether it has a --help and refuses to run without arguments.
      srcs: further sources.
      deps: what it is built on.
    """
    cex_cc_program(
        name = name,
        srcs = [name + ".cc"] + srcs,
        deps = deps,
    )

    # A cex_cc_test for its `checks`, built like the tests.
    cex_cc_test(
        name = name + "_checked",
        srcs = [name + ".cc"] + srcs,
        tags = ["manual"],
        deps = deps,
    )
    files = [
        "tests/run_example.py",
        "expected/%s.txt" % name,
        ":" + name,
        ":%s_checked" % name,
    ]
    sh_test(
        name = name + "_test",
        size = "small",
        srcs = ["//tools:run_python.sh"],
        args = ["$(location %s)" % file for file in files] +
               (["--takes-arguments"] if takes_arguments else []) +
               ["--"] + ["'%s'" % arg for arg in args],
        data = files,
    )
