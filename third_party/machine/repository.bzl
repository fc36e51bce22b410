"""@machine: which programs the machine has that single tests need and no build does.

    load("@machine//:machine.bzl", "needs")
    sh_test(…, target_compatible_with = needs("gdb"))

A test whose program is missing is skipped, and Bazel says so. On Debian `./bazelw test`
installs most, and `./bazelw --install-extras` the rest.
"""

# The program as a test calls it, and where to look for it; or a file with its path.
_PROGRAMS = {
    "apt": ["apt-cache", "dpkg-query"],
    "chromium": ["chromium"],
    "clang": ["clang++"],
    "clang-tidy": ["clang-tidy"],
    "cmake": ["cmake", "make"],
    "codespell": ["codespell", "git"],
    "doxygen": ["doxygen"],
    "g++": ["g++"],
    "gdb": ["gdb"],
    "googletest": ["/usr/include/gmock/gmock.h", "/usr/include/gtest/gtest.h"],
    "linkchecker": ["linkchecker"],
    # What the page and the plots of //bench are made with.
    "matplotlib": [
        "/usr/lib/python3/dist-packages/markdown/__init__.py",
        "/usr/lib/python3/dist-packages/matplotlib/__init__.py",
    ],
    "pkg-config": ["pkg-config"],
}

# What no platform has. Not @platforms//:incompatible, which a select() that is added may name, too:
# a label may be in a list once.
_BUILD = """constraint_setting(name = "programs")

constraint_value(
    name = "program",
    constraint_setting = ":programs",
    visibility = ["//visibility:public"],
)
"""

def _has(ctx, program):
    return ctx.path(program).exists if program.startswith("/") else ctx.which(program)

def _machine_impl(ctx):
    found = []
    for name, programs in _PROGRAMS.items():
        if all([_has(ctx, program) for program in programs]):
            found.append(name)
    ctx.file("BUILD.bazel", _BUILD)
    ctx.file("machine.bzl", """\"\"\"What this machine has.\"\"\"

_KNOWN = {}
_FOUND = {}

def needs(*programs):
    \"\"\"What a test's target_compatible_with is, which calls these programs.\"\"\"
    for program in programs:
        if program not in _KNOWN:
            fail("//third_party/machine does not know " + program)
        if program not in _FOUND:
            return ["@machine//:program"]
    return []
""".format(_PROGRAMS.keys(), found))

machine_repository = repository_rule(
    implementation = _machine_impl,
    doc = "The programs that tests call where the machine has them.",
    environ = ["PATH"],
    local = True,
)
