"""include_tree: the headers of some libraries as one folder, for a test that calls a compiler."""

load("@rules_cc//cc/common:cc_info.bzl", "CcInfo")

_MARK = "/_virtual_includes/"

def _include_tree_impl(ctx):
    links = {}
    for dep in ctx.attr.deps:
        for header in dep[CcInfo].compilation_context.headers.to_list():
            if _MARK not in header.path:
                continue

            # …/_virtual_includes/LIBRARY/cex/name.h
            path = header.path.split(_MARK)[1].split("/", 1)[1]
            if path not in links:
                link = ctx.actions.declare_file(ctx.label.name + "/" + path)
                ctx.actions.symlink(output = link, target_file = header)
                links[path] = link
    files = depset(links.values())
    return [DefaultInfo(files = files, runfiles = ctx.runfiles(files = links.values()))]

include_tree = rule(
    implementation = _include_tree_impl,
    attrs = {"deps": attr.label_list(
        doc = "cc_library targets; the headers of all they depend on come too.",
        providers = [CcInfo],
    )},
    doc = "A folder NAME with the deps' headers as they are included: NAME/cex/arena.h and so on.",
)
