"""example: a program of one file that shows one pattern, and the test that runs it."""

load("//sanitizer:defs.bzl", "cex_cc_program", "cex_cc_test")
load("//tools:sh_test.bzl", "sh_test")

def example(name, args = [], takes_arguments = False, srcs = [], deps = []):
    """`bazel run //examples:NAME`, and tests that compare what it prints with expected/NAME.txt.

    NAME_test runs the program with the checks of CEX_TEST, NAME_release_test, which is tagged slow, as
    it is.

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
    for test, program, tags in [
        ("_test", name + "_checked", []),
        ("_release_test", name, ["slow"]),
    ]:
        files = [
            "tests/run_example.py",
            "expected/%s.txt" % name,
            ":" + program,
        ]
        sh_test(
            name = name + test,
            size = "small",
            srcs = ["//tools:run_python.sh"],
            args = ["$(location %s)" % file for file in files] +
                   (["--takes-arguments"] if takes_arguments else []) +
                   ["--"] + ["'%s'" % arg for arg in args],
            data = files,
            tags = tags,
        )
