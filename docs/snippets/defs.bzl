"""guide_chapter: a chapter of the guide, and the tests that hold it to what it says."""

load("//sanitizer:defs.bzl", "cex_cc_test")

def guide_chapter(name, chapter = None, files = [], deps = [], has_test = True, manual = False):
    """Compiles and runs all that NAME.md shows, with the checks of CEX_TEST and without.

    Args:
      name: the chapter's name.
      chapter: the page itself, where it is not NAME.md.
      files: names of the files that the chapter has the reader save in C or as headers,
        and which are compiled along.
      deps: what the snippets need beyond //:cex, //testing and GoogleTest.
      manual: whether `bazel test //...` leaves the tests out.
      has_test: False for a chapter whose fences hold no C++: it is accounted for only.
    """
    chapter = chapter or name + ".md"
    if not has_test:
        native.genrule(
            name = name + "_accounted",
            testonly = True,
            srcs = [chapter],
            outs = [name + ".files"],
            cmd = " ".join([
                "$(location //tools:run_python.sh)",
                "$(location //docs/snippets:extract.py)",
                "$(location %s)" % chapter,
                "--list-files > $@",
            ]),
            tools = [
                "//docs/snippets:extract.py",
                "//tools:run_python.sh",
            ],
        )
        return
    source = name + "_test.cc"
    native.genrule(
        name = name + "_source",
        testonly = True,
        srcs = [chapter],
        outs = [source] + files,
        cmd = " ".join([
            "$(location //tools:run_python.sh)",
            "$(location //docs/snippets:extract.py)",
            "$(location %s)" % chapter,
            "--source $(location %s)" % source,
        ] + ["--file {0}=$(location {0})".format(file) for file in files]),
        tools = [
            "//docs/snippets:extract.py",
            "//tools:run_python.sh",
        ],
    )
    for suffix, checks, tags in [
        ("_test", True, []),
        ("_unchecked_test", False, ["slow", "variant"]),
    ]:
        cex_cc_test(
            name = name + suffix,
            size = "small",
            srcs = [source] + files,
            checks = checks,
            tags = tags + (["manual"] if manual else []),
            deps = [
                "//:cex",
                "//docs/snippets:runner",
                "//testing:gtest_main",
                "//testing",
            ] + deps,
        )
