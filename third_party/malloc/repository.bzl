"""@mallocs: other mallocs to stand behind mem$, where the machine has them.

    ./bazelw test --config=jemalloc //...        or mimalloc, or tcmalloc

links every program with that malloc instead of the C library's. mem$ calls whatever
malloc a program has, so nothing else changes. Where the library is missing the build
fails and says which package has it.
"""

# name: (a header that its package installs, Debian's package, what to link)
_MALLOCS = {
    "jemalloc": ("/usr/include/jemalloc/jemalloc.h", "libjemalloc-dev", "-ljemalloc"),
    "mimalloc": ("/usr/include/mimalloc.h", "libmimalloc-dev", "-lmimalloc"),
    "tcmalloc": ("/usr/include/gperftools/tcmalloc.h", "libgoogle-perftools-dev", "-ltcmalloc_minimal"),
}

_MISSING_BZL = """\"\"\"A library that says what to do about its absence.\"\"\"

def _missing_impl(ctx):
    fail("--config={name}: {name} is not installed: apt-get install --no-install-recommends {package}".format(
        name = ctx.label.name,
        package = ctx.attr.package,
    ))

missing = rule(implementation = _missing_impl, attrs = {"package": attr.string()})
"""

def _mallocs_impl(ctx):
    text = "load(\"@rules_cc//cc:cc_library.bzl\", \"cc_library\")\nload(\":missing.bzl\", \"missing\")\n"
    found = []
    for name, (header, package, option) in _MALLOCS.items():
        if ctx.path(header).exists:
            found.append(name)
            text += """
cc_library(
    name = "{}",
    linkopts = ["{}"],
    visibility = ["//visibility:public"],
)
""".format(name, option)
        else:
            text += """
missing(
    name = "{}",
    package = "{}",
    visibility = ["//visibility:public"],
)
""".format(name, package)
    ctx.file("BUILD.bazel", text)
    ctx.file("missing.bzl", _MISSING_BZL)
    ctx.file("mallocs.bzl", "\"\"\"What this machine has.\"\"\"\n\nMALLOCS = {}\nFOUND_MALLOCS = {}\n".format(
        _MALLOCS.keys(),
        found,
    ))

mallocs_repository = repository_rule(
    implementation = _mallocs_impl,
    doc = "The mallocs that this machine has.",
    local = True,
)
