"""combined_archive: the objects of many cc_library targets in one static library."""

load("@rules_cc//cc:find_cc_toolchain.bzl", "find_cc_toolchain")
load("@rules_cc//cc/common:cc_info.bzl", "CcInfo")
load("//sanitizer:features.bzl", "TRANSITION_ATTRS")

_CEX_TEST = str(Label("//sanitizer:cex_test"))
_COPT = "//command_line_option:copt"
_MODE = "//command_line_option:compilation_mode"

def _configure_impl(settings, attr):
    mode = str(settings[_MODE])  # older Bazels have a type of their own for it
    return {
        _COPT: settings[_COPT] + attr.copts,
        _CEX_TEST: attr.checks,
        _MODE: "opt" if mode == "fastbuild" else mode,
    }

_configure = transition(
    implementation = _configure_impl,
    inputs = [_COPT, _MODE],
    outputs = [_CEX_TEST, _COPT, _MODE],
)

def _combined_archive_impl(ctx):
    own = ctx.label.workspace_name
    objects = []
    for dep in ctx.attr.deps:
        for linker_input in dep[CcInfo].linking_context.linker_inputs.to_list():
            repository = linker_input.owner.workspace_name
            if repository != own:
                # Bzlmod's own names end with a mark, and older ones begin with an @.
                if repository.strip("@+~") not in ctx.attr.external:
                    fail("{} would need @{}, which users are not told of".format(ctx.label, repository))
                continue
            for flag in linker_input.user_link_flags:
                if flag not in ctx.attr.linkopts:
                    fail("{} would need {}, which users are not told of".format(ctx.label, flag))
            for library in linker_input.libraries:
                # Position independent code serves programs and shared libraries alike.
                objects += library.pic_objects or library.objects

    # One object may be reached by several ways.
    objects = depset(objects).to_list()
    names = {}
    for file in objects:
        if file.basename in names:
            fail("{}: two objects are called {}".format(ctx.label, file.basename))
        names[file.basename] = file
    archive = ctx.outputs.out
    toolchain = find_cc_toolchain(ctx)
    ctx.actions.run(
        executable = toolchain.ar_executable,
        arguments = [ctx.actions.args().add("rcsD", archive).add_all(objects)],
        inputs = depset(objects, transitive = [toolchain.all_files]),
        outputs = [archive],
        mnemonic = "CexArchive",
        progress_message = "Collecting %s" % archive.short_path,
    )
    return [DefaultInfo(files = depset([archive]), runfiles = ctx.runfiles(files = [archive]))]

combined_archive = rule(
    implementation = _combined_archive_impl,
    attrs = dict({
        "checks": attr.bool(doc = "Whether all of it is built with CEX_TEST."),
        "copts": attr.string_list(doc = "Options that all of it is compiled with."),
        "deps": attr.label_list(
            cfg = _configure,
            doc = "Libraries; those of this repository that they depend on come too.",
            providers = [CcInfo],
        ),
        "external": attr.string_list(
            doc = "Repositories that the user has to link; needing any other is an error.",
        ),
        "linkopts": attr.string_list(
            doc = "Options that the user has to link with; needing any other is an error.",
        ),
        "out": attr.output(doc = "The archive's name.", mandatory = True),
        "_cc_toolchain": attr.label(default = "@bazel_tools//tools/cpp:current_cc_toolchain"),
    }, **TRANSITION_ATTRS),
    doc = "An optimized static library with all objects below deps, with the checks or without.",
    fragments = ["cpp"],
    toolchains = ["@bazel_tools//tools/cpp:toolchain_type"],
)
