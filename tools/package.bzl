"""What the BUILD files of the packages have in common."""

load("//sanitizer:defs.bzl", "cex_cc_test")

# The target_compatible_with of what asks more of a system than every build does: fork(), signals,
# pages that can't be touched. What depends on it is skipped elsewhere, too.
NEEDS_POSIX = select({
    "//platforms/runs:is_bare": ["//platforms/runs:posix"],
    "//platforms/runs:is_wasi": ["//platforms/runs:posix"],
    "//platforms/runs:is_windows": ["//platforms/runs:posix"],
    "//conditions:default": [],
})

# Of a test of threads, exceptions, deaths or files, none of which a program of WASI has.
NEEDS_PROCESS = select({
    "//platforms/runs:is_wasi": ["//platforms/runs:posix"],
    "//conditions:default": [],
})

# Of what asks the C library something that glibc alone answers.
GLIBC = ["@platforms//os:linux"]

# And of what runs on the machine that builds it alone: scripts, and programs over its libraries.
NATIVE = NEEDS_POSIX + ["//platforms/runs:native"]

def cex_cc_test_pair(name, tags = [], unchecked_tags = [], **kwargs):
    """One test in two builds: NAME with the checks of CEX_TEST, NAME_unchecked without.

    EXPECT_CHECKED says in the test which of them it is, whatever the libraries believe.

    Args:
      name: the name of the test with the checks.
      tags: of both.
      unchecked_tags: of NAME_unchecked besides: "slow" where `test //...` need not have both.
      **kwargs: whatever cex_cc_test takes, but for `checks` and `local_defines`.
    """
    for suffix, checks in [("", "true"), ("_unchecked", "false")]:
        cex_cc_test(
            name = name + suffix,
            checks = checks == "true",
            local_defines = ["EXPECT_CHECKED=" + checks],
            tags = tags + ([] if checks == "true" else unchecked_tags),
            **kwargs
        )

def package_files(name = "pages", sources = True):
    """The files of a package that the documentation is made of, or held against.

    Args:
      name: what the site shows of this package.
      sources: whether the package says anything to a user. Its sources are all_sources then, for
        the test that looks for all of it in the guide's FAQ.
    """
    native.filegroup(
        name = name,
        srcs = native.glob(["*.md"], allow_empty = True),
        visibility = ["//docs:__subpackages__"],
    )
    if sources:
        native.filegroup(
            name = "all_sources",
            srcs = native.glob(
                [
                    "*.cc",
                    "*.h",
                    "internal/*.cc",
                    "internal/*.h",
                ],
                allow_empty = True,
            ),
            visibility = ["//docs:__subpackages__"],
        )
