"""cex_cc_test, cex_cc_benchmark and cex_cc_program.

A test wants CEX_TEST's checks, a benchmark wants none and the optimizer, and
both want it however the command line was written. Each macro declares the plain
cc_binary as NAME.bin, tagged manual, and a rule NAME that builds it (and all below it)
in a configuration of its own, and runs it. It is a cc_binary for a test, too: a cc_test,
reached from NAME and from a rule that is no test, would be built in two configurations
that differ in flags of tests only, and share their files.
"""

load("@rules_cc//cc:cc_binary.bzl", "cc_binary")
load(":features.bzl", "COVERAGE_FRAGMENTS", "LCOV_MERGER", "TRANSITION_ATTRS")

# As this .bzl file's own repository spells it, for users of @cex//sanitizer.
_CEX_TEST = str(Label("//sanitizer:cex_test"))
_MODE = "//command_line_option:compilation_mode"

def _configure_impl(settings, attr):
    checks = {"as_built": settings[_CEX_TEST], "off": False, "on": True}[attr.checks]
    mode = str(settings[_MODE])  # older Bazels have a type of their own for it
    if attr.optimize and mode == "fastbuild":
        mode = "opt"
    return {_CEX_TEST: checks, _MODE: mode}

_configure = transition(
    implementation = _configure_impl,
    inputs = [_CEX_TEST, _MODE],
    outputs = [_CEX_TEST, _MODE],
)

_ATTRS = dict({
    "binary": attr.label(
        doc = "The program to build with these settings.",
        executable = True,
        cfg = _configure,
        mandatory = True,
    ),
    "checks": attr.string(
        default = "as_built",
        values = ["as_built", "off", "on"],
        doc = "CEX_TEST on, off, or as the command line has it.",
    ),
    # In the binary's configuration, so that both mean the same files.
    "data": attr.label_list(allow_files = True, cfg = _configure),
    "env": attr.string_dict(),
    "optimize": attr.bool(doc = "Compile with -c opt where the command line asks for nothing."),
}, **TRANSITION_ATTRS)

def _binary_of(ctx):
    # A transition makes a list of what would be one target.
    binary = ctx.attr.binary
    return binary[0] if type(binary) == "list" else binary

def _run_impl(ctx):
    binary = _binary_of(ctx)
    link = ctx.actions.declare_file(ctx.label.name)
    ctx.actions.symlink(
        output = link,
        target_file = binary[DefaultInfo].files_to_run.executable,
        is_executable = True,
    )
    runfiles = ctx.runfiles(files = [link] + ctx.files.data)
    runfiles = runfiles.merge(binary[DefaultInfo].default_runfiles)
    for data in ctx.attr.data:
        runfiles = runfiles.merge(data[DefaultInfo].default_runfiles)
    providers = [DefaultInfo(executable = link, files = depset([link]), runfiles = runfiles)]
    if InstrumentedFilesInfo in binary:
        providers.append(binary[InstrumentedFilesInfo])
    if ctx.attr.env:
        providers.append(testing.TestEnvironment({
            key: ctx.expand_location(value, ctx.attr.data)
            for key, value in ctx.attr.env.items()
        }))
    return providers

_configured_binary = rule(
    implementation = _run_impl,
    attrs = _ATTRS,
    executable = True,
)

_configured_test = rule(
    implementation = _run_impl,
    attrs = dict(
        _ATTRS,
        # What `bazel coverage` looks for on a test rule.
        _collect_cc_coverage = attr.label(
            default = "@bazel_tools//tools/test:collect_cc_coverage",
            executable = True,
            cfg = "exec",
        ),
        _lcov_merger = attr.label(
            default = LCOV_MERGER,
            executable = True,
            cfg = "exec",
        ),
    ),
    fragments = COVERAGE_FRAGMENTS,
    test = True,
)

# Attributes that belong to the rule that is run, not to the one that is compiled.
_OUTER = [
    "args",
    "env",
    "flaky",
    "local",
    "shard_count",
    "size",
    "timeout",
]
_BOTH = ["data", "target_compatible_with", "testonly", "visibility"]

def _split(kwargs):
    outer = {key: kwargs.pop(key) for key in _OUTER if key in kwargs}
    outer.update({key: kwargs[key] for key in _BOTH if key in kwargs})
    return outer

def _manual(tags):
    return tags + ["manual"] if "manual" not in tags else tags

def cex_cc_test(name, checks = True, tags = [], **kwargs):
    """A cc_test that is built with CEX_TEST's checks, and so is all below it.

    It is tagged `checked` or `unchecked`, for `--test_tag_filters`.

    Args:
      name: (name) the test's name.
      checks: (bool) False builds the same test with the checks off, also under
        `--config=cex_test`, and sets CEX_ALLOW_UNCHECKED in its environment.
      tags: (list of strings) as for cc_test.
      **kwargs: (attributes) whatever cc_test takes, but for env_inherit.
    """
    if type(checks) != "bool":
        # "off", which cex_cc_program takes, would count as True.
        fail("cex_cc_test %s: checks is True or False, and not %r" % (name, checks))
    outer = _split(kwargs)
    if not checks:
        # For //testing:gtest_main, which else takes it for a mistake.
        outer["env"] = dict({"CEX_ALLOW_UNCHECKED": "1"}, **outer.get("env", {}))
    cc_binary(
        name = name + ".bin",
        testonly = kwargs.pop("testonly", True),
        # As for a cc_test, whose results are kept from one commit to the next.
        stamp = kwargs.pop("stamp", 0),
        tags = _manual(tags),
        **kwargs
    )
    _configured_test(
        name = name,
        binary = ":" + name + ".bin",
        checks = "on" if checks else "off",
        tags = tags + ["checked" if checks else "unchecked"],
        **outer
    )

def cex_cc_benchmark(name, tags = [], **kwargs):
    """A benchmark program: optimized, and CEX_TEST's checks are off.

    Its deps name the framework, and a main(): `@google_benchmark//:benchmark_main`, for example.

    Args:
      name: (name) the program's name; `bazel run` it.
      tags: (list of strings) as for cc_binary.
      **kwargs: (attributes) whatever cc_binary takes.
    """
    cex_cc_program(name = name, checks = "off", tags = tags, **kwargs)

def cex_cc_program(name, checks = "as_built", tags = [], **kwargs):
    """A cc_binary that is optimized unless the command line has its own `-c`.

    Args:
      name: (name) the program's name.
      checks: (string) "on", "off", or "as_built": as the command line has them, as for any other binary.
      tags: (list of strings) as for cc_binary.
      **kwargs: (attributes) whatever cc_binary takes.
    """
    outer = _split(kwargs)
    cc_binary(name = name + ".bin", tags = _manual(tags), **kwargs)
    _configured_binary(
        name = name,
        binary = ":" + name + ".bin",
        checks = checks,
        optimize = True,
        tags = tags,
        **outer
    )
