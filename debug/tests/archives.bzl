"""archives: a library's .a files, built with checks or without, for a test that links by itself."""

load("@rules_cc//cc/common:cc_info.bzl", "CcInfo")

_CEX_TEST = "//sanitizer:cex_test"

def _checks_impl(_settings, attr):
    return {_CEX_TEST: attr.checks}

_checks = transition(
    implementation = _checks_impl,
    inputs = [],
    outputs = [_CEX_TEST],
)

def _archives_impl(ctx):
    libraries = {}
    flags = []
    for dep in ctx.attr.deps:
        for linked in dep[CcInfo].linking_context.linker_inputs.to_list():
            flags.extend(linked.user_link_flags)
            for library in linked.libraries:
                archive = library.pic_static_library or library.static_library
                if archive:
                    libraries[archive] = True
    links = []
    for archive in libraries:
        # A number in front: two packages may have a library of one name.
        link = ctx.actions.declare_file("{}/{}_{}".format(ctx.label.name, len(links), archive.basename))
        ctx.actions.symlink(output = link, target_file = archive)
        links.append(link)

    # For the compiler, as @NAME/link.txt.
    options = ["-Wl,--start-group"] + [link.short_path for link in links] + ["-Wl,--end-group"] + flags
    file = ctx.actions.declare_file(ctx.label.name + "/link.txt")
    ctx.actions.write(file, "\n".join(options) + "\n")
    files = links + [file]
    return [DefaultInfo(files = depset(files), runfiles = ctx.runfiles(files = files))]

archives = rule(
    implementation = _archives_impl,
    attrs = {
        "checks": attr.bool(doc = "Whether CEX_TEST is on."),
        "deps": attr.label_list(
            cfg = _checks,
            doc = "cc_library targets; all that they depend on come too.",
            providers = [CcInfo],
        ),
        "_allowlist_function_transition": attr.label(
            default = "@bazel_tools//tools/allowlists/function_transition_allowlist",
        ),
    },
    doc = "A folder NAME with the static libraries of deps, and in link.txt how to link them.",
)
