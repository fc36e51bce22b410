"""@peers: the libraries that benchmarks compare with, where the machine has them.

Each target defines CEX_BENCH_HAS_<NAME> where its package is installed, and is an
empty library where it is not, so that a benchmark leaves that peer out. peers.bzl
names what is missing (MISSING_PEERS), and so does every benchmark's output; tests of
a peer are skipped by target_compatible_with = needs_peer(NAME).

--repo_env=CEX_PEERS=none leaves all of them out, as if no package was there, and
--repo_env=CEX_PEERS=NAME,NAME all but those named.
"""

# name: the package, the files that must be there (the first directory that has a
# {lib} is taken), what to add to the compiler's and to the linker's options, headers
# from outside /usr/include, which Bazel wants to be a repository's, and how the target
# is made where that takes more than the linker's options.
_PEERS = {
    "apr": struct(
        package = "libapr1-dev",
        files = ["/usr/include/apr-1.0/apr_pools.h"],
        copts = ["-isystem/usr/include/apr-1.0"],
        libs = ["-lapr-1"],
    ),
    "boost": struct(
        package = "libboost1.81-dev",
        files = ["/usr/include/boost/unordered/unordered_flat_map.hpp"],
    ),
    "bumpalo": struct(
        package = "librust-bumpalo-dev and a rustc",
        files = ["/usr/share/cargo/registry"],
        make = "rust",
    ),
    "glib": struct(
        package = "libglib2.0-dev",
        files = ["/usr/include/glib-2.0/glib.h", "{lib}/glib-2.0/include/glibconfig.h"],
        copts = ["-isystem/usr/include/glib-2.0"],
        headers = ["{lib}/glib-2.0/include/glibconfig.h"],
        libs = ["-lglib-2.0"],
    ),
    "jemalloc": struct(
        package = "libjemalloc-dev",
        files = ["{lib}/libjemalloc_pic.a"],
        libs = ["-lpthread", "-ldl", "-lm", "-lstdc++"],
        make = "renamed",
    ),
    "llvm": struct(
        package = "llvm-14-dev",
        files = ["/usr/include/llvm-14/llvm/Support/Allocator.h"],
        copts = ["-isystem/usr/include/llvm-14", "-isystem/usr/include/llvm-c-14"],
        libs = ["-L/usr/lib/llvm-14/lib", "-lLLVM-14"],
    ),
    # Has no archive; bench/malloc_peers.cc opens the shared library.
    "mimalloc": struct(
        package = "libmimalloc-dev",
        files = ["{lib}/libmimalloc.so"],
        libs = ["-ldl"],
    ),
    "protobuf": struct(
        package = "libprotobuf-dev",
        files = ["/usr/include/google/protobuf/arena.h"],
        libs = ["-lprotobuf"],
    ),
    "stb": struct(
        package = "libstb-dev",
        files = ["/usr/include/stb/stb_ds.h"],
    ),
    "talloc": struct(
        package = "libtalloc-dev",
        files = ["/usr/include/talloc.h"],
        libs = ["-ltalloc"],
    ),
    "tcmalloc": struct(
        package = "libgoogle-perftools-dev",
        files = ["{lib}/libtcmalloc_minimal.a"],
        libs = ["-lpthread", "-lstdc++"],
        make = "renamed",
    ),
    "tsl": struct(
        package = "libtsl-hopscotch-map-dev",
        files = ["/usr/include/tsl/hopscotch_map.h"],
    ),
    "tsl_ordered": struct(
        package = "libtsl-ordered-map-dev",
        files = ["/usr/include/tsl/ordered_map.h"],
    ),
    "uthash": struct(
        package = "uthash-dev",
        files = ["/usr/include/uthash.h"],
    ),
}

# Where Debian keeps an architecture's libraries.
_LIBS = ["/usr/lib/x86_64-linux-gnu", "/usr/lib/aarch64-linux-gnu"]

def _lib_dir(ctx, peer):
    """The directory that {lib} stands for, or None where a file is missing."""
    for lib in _LIBS:
        if all([ctx.path(file.format(lib = lib)).exists for file in peer.files]):
            return lib
    return None

def _renamed(ctx, name, archive):
    """A malloc's archive with NAME_ before all that it defines, as srcs; None if that fails.

    Linked as it is, it would be the malloc of all others, too.
    """
    if not ctx.which("nm") or not ctx.which("objcopy"):
        return None
    result = ctx.execute(["sh", "-c", """
nm -g --defined-only "$2" 2>/dev/null | awk -v p="$1_" 'NF == 3 { print $3, p $3 }' | sort -u >"$1.map" &&
objcopy --redefine-syms="$1.map" "$2" "lib$1_renamed.a"
""", "rename", name, archive])
    return ["lib{}_renamed.a".format(name)] if result.return_code == 0 else None

def _rust(ctx):
    """bumpalo behind a C interface, compiled here, as srcs; None where that can't be."""
    rustc = ctx.which("rustc")
    crates = [
        entry
        for entry in ctx.path("/usr/share/cargo/registry").readdir()
        if entry.basename.startswith("bumpalo-3.")
    ]
    if not rustc or not crates:
        return None
    optimized = ["--edition", "2021", "-C", "opt-level=3", "-C", "panic=abort", "--cap-lints", "allow"]
    for command in [
        ["--crate-type", "rlib", "--crate-name", "bumpalo", str(crates[0]) + "/src/lib.rs"],
        ["--crate-type", "staticlib", "--crate-name", "cex_bumpalo", "--extern", "bumpalo=libbumpalo.rlib", str(ctx.path(ctx.attr._bumpalo))],
    ]:
        if ctx.execute([rustc] + optimized + command).return_code != 0:
            return None
    return ["libcex_bumpalo.a"]

def _peers_impl(ctx):
    asked_for = ctx.os.environ.get("CEX_PEERS", "all")
    wanted = _PEERS.keys() if asked_for == "all" else [] if asked_for == "none" else asked_for.split(",")
    for name in wanted:
        if name not in _PEERS:
            fail("cex: CEX_PEERS is all, none or some of {}; there is no peer {}".format(", ".join(_PEERS.keys()), name))

    text = "load(\"@rules_cc//cc:cc_library.bzl\", \"cc_library\")\n"
    copts = []
    missing = {}
    for name, peer in _PEERS.items():
        lib = _lib_dir(ctx, peer)
        make = getattr(peer, "make", None)
        srcs = None
        if name not in wanted:
            missing[name] = "{} (left out by CEX_PEERS)".format(name)
        elif lib:
            srcs = (
                _renamed(ctx, name, peer.files[0].format(lib = lib)) if make == "renamed" else _rust(ctx) if make == "rust" else []
            )
        found = srcs != None
        if found:
            copts += getattr(peer, "copts", [])
        elif name not in missing:
            missing[name] = "{} (Debian's package {})".format(name, peer.package)
        headers = [header.format(lib = lib) for header in getattr(peer, "headers", [])] if found else []
        for header in headers:
            ctx.symlink(header, name + "/" + header.split("/")[-1])
        text += """
cc_library(
    name = "{}",
    srcs = {},
    hdrs = {},
    includes = {},
    defines = {},
    linkopts = {},
    visibility = ["//visibility:public"],
)
""".format(
            name,
            srcs or [],
            [name + "/" + header.split("/")[-1] for header in headers],
            [name] if headers else [],
            ["CEX_BENCH_HAS_" + name.upper()] if found else [],
            getattr(peer, "libs", []) if found else [],
        )

    # What a program says of the peers that it does not have.
    ctx.file("missing_peers.h", "#define CEX_BENCH_MISSING_PEERS \"{}\"\n".format(", ".join(missing.values())))
    text += """
cc_library(
    name = "missing",
    hdrs = ["missing_peers.h"],
    includes = ["."],
    visibility = ["//visibility:public"],
)
"""
    ctx.file("BUILD.bazel", text)

    # Include folders are options of the compiler: Bazel takes no absolute `includes`.
    ctx.file("peers.bzl", """\"\"\"The peers of the benchmarks on this machine.\"\"\"

# All that there could be, and of those that are missing why.
PEERS = {}
MISSING_PEERS = {}

# What they add to a benchmark's compilation.
PEER_COPTS = {}

_MISSING = {}

def needs_peer(name):
    \"\"\"What the target_compatible_with of a target is that is nothing without this peer.\"\"\"
    if name not in PEERS:
        fail("//third_party/peers does not know " + name)
    return ["@platforms//:incompatible"] if name in _MISSING else []
""".format(_PEERS.keys(), missing.values(), copts, missing.keys()))

peers_repository = repository_rule(
    implementation = _peers_impl,
    attrs = {"_bumpalo": attr.label(default = "//third_party/peers:bumpalo.rs", allow_single_file = True)},
    doc = "The peers of the benchmarks that this machine has.",
    environ = ["CEX_PEERS", "PATH"],
    local = True,
)
