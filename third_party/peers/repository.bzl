"""@peers: the libraries that benchmarks compare with, where the machine has them.

Each target defines CEX_BENCH_HAS_<NAME> where its package is installed, and is an
empty library where it is not, so that a benchmark leaves that peer out.
"""

# name: (a header that its package installs, the package, copts, linkopts)
_PEERS = {
    "apr": (
        "/usr/include/apr-1.0/apr_pools.h",
        "libapr1-dev",
        ["-isystem/usr/include/apr-1.0"],
        ["-lapr-1"],
    ),
    "boost": (
        "/usr/include/boost/unordered/unordered_flat_map.hpp",
        "libboost1.81-dev",
        [],
        [],
    ),
    "llvm": (
        "/usr/include/llvm-14/llvm/Support/Allocator.h",
        "llvm-14-dev",
        ["-isystem/usr/include/llvm-14", "-isystem/usr/include/llvm-c-14"],
        ["-L/usr/lib/llvm-14/lib", "-lLLVM-14"],
    ),
    "protobuf": (
        "/usr/include/google/protobuf/arena.h",
        "libprotobuf-dev",
        [],
        ["-lprotobuf"],
    ),
    "stb": (
        "/usr/include/stb/stb_ds.h",
        "libstb-dev",
        [],
        [],
    ),
    "tsl": (
        "/usr/include/tsl/hopscotch_map.h",
        "libtsl-hopscotch-map-dev",
        [],
        [],
    ),
}

def _peers_impl(ctx):
    text = "load(\"@rules_cc//cc:defs.bzl\", \"cc_library\")\n"
    copts = []
    missing = []
    for name, (header, package, flags, libs) in _PEERS.items():
        found = ctx.path(header).exists
        if found:
            copts += flags
        else:
            missing.append("{} (Debian's package {})".format(name, package))
        text += """
cc_library(
    name = "{}",
    defines = {},
    linkopts = {},
    visibility = ["//visibility:public"],
)
""".format(name, ["CEX_BENCH_HAS_" + name.upper()] if found else [], libs if found else [])
    ctx.file("BUILD.bazel", text)

    # Include folders are options of the compiler: Bazel takes no absolute `includes`.
    ctx.file("peers.bzl", "\"\"\"What the peers add to a benchmark's compilation.\"\"\"\n\nPEER_COPTS = {}\nMISSING_PEERS = {}\n".format(copts, missing))

peers_repository = repository_rule(
    implementation = _peers_impl,
    doc = "The peers of the benchmarks that this machine has.",
    local = True,
)
