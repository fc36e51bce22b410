"""Bazel repositories made from what Debian's packages install; no network.

Each rule looks for its files first and, where they are missing, fails with the
name of the package that brings them.
"""

def _need(ctx, path, package):
    if not ctx.path(path).exists:
        fail(("cex: {} is missing, which @{} is made from. Install Debian's package {} " +
              "(./bazelw does that on a Debian machine), or use Bazel 7 or newer with " +
              "MODULE.bazel, or declare @{} before cex_dependencies().").format(
            path,
            ctx.name,
            package,
            ctx.name,
        ))

_RULE_PACKAGES = {
    "bazel_skylib": "bazel-skylib",
    "platforms": "bazel-platforms",
    "rules_cc": "bazel-rules-cc",
    "rules_java": "bazel-rules-java",
    "rules_license": "bazel-rules-license",
    "rules_proto": "bazel-rules-proto",
    "rules_python": "bazel-rules-python",
}

# Files of rules_cc that load a symbol which older Bazels' @bazel_tools lacks.
_TOOLCHAIN_USERS = [
    "cc/private/rules_impl/cc_flags_supplier.bzl",
    "cc/private/rules_impl/compiler_flag.bzl",
]

# Files of newer rules_cc, one per rule, and what of the older cc/defs.bzl each has.
_CC_FILES = {
    "cc/cc_binary.bzl": "cc_binary",
    "cc/cc_import.bzl": "cc_import",
    "cc/cc_library.bzl": "cc_library",
    "cc/cc_shared_library.bzl": "cc_shared_library",
    "cc/cc_test.bzl": "cc_test",
    "cc/common/cc_common.bzl": "cc_common",
    "cc/common/cc_info.bzl": "CcInfo",
}

def _add_files_per_rule(ctx):
    """Makes rules_cc one that has a file per rule, where it is too old for that."""
    defs = ctx.read(ctx.attr.path + "/cc/defs.bzl")
    for file, symbol in _CC_FILES.items():
        has_symbol = "def {}(".format(symbol) in defs or "\n{} = ".format(symbol) in defs
        if has_symbol and not ctx.path(file).exists:
            ctx.file(file, "load(\"//cc:defs.bzl\", _{0} = \"{0}\")\n\n{0} = _{0}\n".format(symbol))
    if not ctx.path("cc/common/BUILD").exists:
        ctx.file("cc/common/BUILD", "")

def _debian_rules_impl(ctx):
    _need(ctx, ctx.attr.path, _RULE_PACKAGES.get(ctx.name, "that holds " + ctx.attr.path))
    for entry in ctx.path(ctx.attr.path).readdir():
        if ctx.name != "rules_cc" or entry.basename != "cc":
            ctx.symlink(entry, entry.basename)
    if ctx.name != "rules_cc":
        return

    # A copy of cc/, because two files in it may have to change.
    result = ctx.execute(["cp", "-RL", ctx.attr.path + "/cc", "cc"])
    if result.return_code != 0:
        fail("cex: copying {} failed: {}".format(ctx.attr.path, result.stderr))
    _add_files_per_rule(ctx)
    tools = ctx.read(Label("@bazel_tools//tools/cpp:toolchain_utils.bzl"))
    if "def use_cpp_toolchain" in tools:
        return
    for file in _TOOLCHAIN_USERS:
        text = ctx.read(ctx.attr.path + "/" + file)
        text = text.replace(", \"use_cpp_toolchain\")", ")")
        text = text.replace(
            "use_cpp_toolchain()",
            "[\"@bazel_tools//tools/cpp:toolchain_type\"]",
        )
        ctx.delete(file)
        ctx.file(file, text)

debian_rules = repository_rule(
    implementation = _debian_rules_impl,
    doc = "A Starlark rule set as Debian installs it, made to load on this Bazel.",
    attrs = {"path": attr.string(mandatory = True, doc = "Where Debian installs it.")},
    local = True,
)

def _pkg_config_libs(ctx, module, package):
    tool = ctx.which("pkg-config")
    if not tool:
        fail("cex: pkg-config is missing. Install Debian's package pkg-config.")
    result = ctx.execute([tool, "--libs", module])
    if result.return_code != 0:
        fail("cex: pkg-config knows no {}; install Debian's package {}. It said: {}".format(
            module,
            package,
            result.stderr,
        ))
    return [flag for flag in result.stdout.strip().split(" ") if flag]

# The Abseil targets that cex uses, under the labels that Abseil's own build
# gives them. None but these is linked by accident.
_ABSEIL_TARGETS = [
    "base:core_headers",
    "container:flat_hash_map",
    "container:inlined_vector",
    "debugging:failure_signal_handler",
    "debugging:symbolize",
    "flags:flag",
    "flags:parse",
    "flags:usage",
    "hash:hash",
    "status:status",
    "status:statusor",
    "strings:str_format",
    "strings:strings",
    "types:span",
]

def _debian_abseil_impl(ctx):
    _need(ctx, "/usr/include/absl/base/config.h", "libabsl-dev")
    builds = {}
    for target in _ABSEIL_TARGETS:
        package, name = target.split(":")
        module = "absl_flags" if target == "flags:flag" else "absl_" + {
            "flags:parse": "flags_parse",
            "flags:usage": "flags_usage",
        }.get(target, name)
        builds.setdefault(package, []).append((name, _pkg_config_libs(ctx, module, "libabsl-dev")))
    for package, targets in builds.items():
        text = "load(\"@rules_cc//cc:cc_library.bzl\", \"cc_library\")\n"
        for name, libs in targets:
            text += """
cc_library(
    name = "{}",
    linkopts = {},
    target_compatible_with = ["@platforms//os:linux"],
    visibility = ["//visibility:public"],
)
""".format(name, libs)
        ctx.file("absl/" + package + "/BUILD.bazel", text)

debian_abseil = repository_rule(
    implementation = _debian_abseil_impl,
    doc = "The Abseil shared libraries of libabsl-dev as the targets cex uses.",
    local = True,
)

def _debian_benchmark_impl(ctx):
    _need(ctx, "/usr/include/benchmark/benchmark.h", "libbenchmark-dev")
    ctx.file("BUILD.bazel", """load("@rules_cc//cc:cc_library.bzl", "cc_library")

cc_library(
    name = "benchmark",
    linkopts = {libs} + ["-lpthread"],
    visibility = ["//visibility:public"],
)

cc_library(
    name = "benchmark_main",
    linkopts = ["-lbenchmark_main"],
    visibility = ["//visibility:public"],
    deps = [":benchmark"],
)
""".format(libs = _pkg_config_libs(ctx, "benchmark", "libbenchmark-dev")))

debian_benchmark = repository_rule(
    implementation = _debian_benchmark_impl,
    doc = "Google Benchmark as libbenchmark-dev installs it.",
    local = True,
)

def _debian_googletest_impl(ctx):
    source = "/usr/src/googletest"
    _need(ctx, source + "/googletest/src/gtest.cc", "googletest")
    ctx.symlink(source + "/googletest", "googletest")
    ctx.symlink(source + "/googlemock", "googlemock")
    ctx.file("BUILD.bazel", """load("@rules_cc//cc:cc_library.bzl", "cc_library")

# Compiled here, so that it is instrumented like the code under test.
cc_library(
    name = "gtest",
    # Each is all of a library: what they include is parsed once for it.
    srcs = [
        "googlemock/src/gmock-all.cc",
        "googletest/src/gtest-all.cc",
    ],
    hdrs = glob([
        "googletest/include/gtest/**/*.h",
        "googlemock/include/gmock/**/*.h",
    ]),
    copts = ["-w"],
    includes = [
        "googlemock",
        "googlemock/include",
        "googletest",
        "googletest/include",
    ],
    linkopts = ["-lpthread"],
    target_compatible_with = select({
        "@cex//platforms/runs:is_bare": ["@platforms//:incompatible"],
        "//conditions:default": [],
    }),
    textual_hdrs = glob(
        [
            "googletest/src/*.cc",
            "googletest/src/*.h",
            "googlemock/src/*.cc",
        ],
        exclude = [
            "googletest/src/gtest-all.cc",
            "googletest/src/gtest_main.cc",
            "googlemock/src/gmock-all.cc",
            "googlemock/src/gmock_main.cc",
        ],
    ),
    visibility = ["//visibility:public"],
)

cc_library(
    name = "gtest_main",
    srcs = ["googlemock/src/gmock_main.cc"],
    copts = ["-w"],
    visibility = ["//visibility:public"],
    deps = [":gtest"],
)
""")

debian_googletest = repository_rule(
    implementation = _debian_googletest_impl,
    doc = "GoogleTest, compiled from the sources that Debian's package googletest installs.",
    local = True,
)

def _native_rules_shell_impl(ctx):
    ctx.file("BUILD.bazel", "")
    ctx.file("shell/BUILD.bazel", "")
    for rule in ["sh_binary", "sh_library", "sh_test"]:
        ctx.file("shell/" + rule + ".bzl", """def {rule}(**kwargs):
    native.{rule}(**kwargs)
""".format(rule = rule))

native_rules_shell = repository_rule(
    implementation = _native_rules_shell_impl,
    doc = "rules_shell over the sh_* rules that this Bazel has built in; Debian has no package of it.",
    local = True,
)

def _coverage_tools_impl(ctx):
    ctx.symlink(Label("//third_party/coverage:coverage_tools.BUILD"), "BUILD.bazel")

coverage_tools = repository_rule(
    implementation = _coverage_tools_impl,
    doc = "What merges the coverage of tests, as Bazel names it in a coverage run.",
)
