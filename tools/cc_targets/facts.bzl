"""cc_facts: what C++ targets include, depend on and hand on, as JSON for a test to judge."""

load("@rules_cc//cc/common:cc_info.bzl", "CcInfo")
load("//sanitizer:features.bzl", "TRANSITION_ATTRS")

_CEX_TEST = str(Label("//sanitizer:cex_test"))
_OWN = Label("//sanitizer:cex_test").workspace_name

def _configure_impl(_settings, attr):
    return {_CEX_TEST: attr.checks}

_configure = transition(
    implementation = _configure_impl,
    inputs = [],
    outputs = [_CEX_TEST],
)

_FactsInfo = provider(
    "What the aspect knows of a target.",
    fields = {
        "files": "depset of the sources and headers of all targets.",
        "headers": "list: how its own headers are included.",
        "lines": "depset of JSON objects, one per target.",
    },
)

def _files_of(ctx, name):
    return [
        file
        for target in getattr(ctx.rule.attr, name, [])
        for file in target.files.to_list()
        if file.is_source
    ]

def _included_as(ctx, label, file):
    prefix = getattr(ctx.rule.attr, "include_prefix", "")
    if not prefix:
        return file.short_path
    return prefix + "/" + file.short_path[len(label.package):].lstrip("/")

def _facts_impl(target, ctx):
    if CcInfo not in target:
        return []
    label = target.label
    own = label.workspace_name == _OWN
    deps = [dep for dep in getattr(ctx.rule.attr, "deps", []) if _FactsInfo in dep]
    headers = [_included_as(ctx, label, file) for file in _files_of(ctx, "hdrs")] if own else []
    sources = _files_of(ctx, "srcs") + _files_of(ctx, "hdrs") if own else []
    compilation = target[CcInfo].compilation_context
    line = json.encode({
        "copts": getattr(ctx.rule.attr, "copts", []),
        "defines": compilation.defines.to_list(),
        "deps": {str(dep.label): dep[_FactsInfo].headers for dep in deps},
        "files": [file.short_path for file in sources],
        "headers": headers,
        "includes": compilation.includes.to_list() + compilation.system_includes.to_list(),
        "kind": ctx.rule.kind,
        "label": str(label),
        "linkopts": getattr(ctx.rule.attr, "linkopts", []),
        "visibility": [str(entry) for entry in ctx.rule.attr.visibility],
    })
    return [_FactsInfo(
        files = depset(sources, transitive = [dep[_FactsInfo].files for dep in deps]),
        headers = headers,
        lines = depset([line] if own else [], transitive = [dep[_FactsInfo].lines for dep in deps]),
    )]

_facts = aspect(
    implementation = _facts_impl,
    attr_aspects = ["deps"],
)

def _cc_facts_impl(ctx):
    out = ctx.actions.declare_file(ctx.label.name + ".json")
    lines = depset(transitive = [dep[_FactsInfo].lines for dep in ctx.attr.deps])
    ctx.actions.write(out, "[\n" + ",\n".join(lines.to_list()) + "\n]\n")
    files = depset([out], transitive = [dep[_FactsInfo].files for dep in ctx.attr.deps])
    return [DefaultInfo(files = depset([out]), runfiles = ctx.runfiles(transitive_files = files))]

cc_facts = rule(
    implementation = _cc_facts_impl,
    attrs = dict({
        "checks": attr.bool(doc = "Whether they are built with CEX_TEST."),
        "deps": attr.label_list(
            aspects = [_facts],
            cfg = _configure,
            doc = "C++ targets; all of this repository that they depend on are told of, too.",
            providers = [CcInfo],
        ),
    }, **TRANSITION_ATTRS),
    doc = "A file NAME.json, with the sources that it tells of as runfiles.",
)
