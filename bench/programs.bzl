"""bench_program: a benchmark with its peers, and the same without them."""

load("@peers//:peers.bzl", "PEER_COPTS")
load("//sanitizer:defs.bzl", "cex_cc_benchmark")

_FRAMEWORK = [
    "//bench/build_context",
    "@google_benchmark//:benchmark_main",
]

def bench_program(name, peers = [], deps = [], **kwargs):
    """A Google Benchmark program; what of its peers is missing, its output says.

    NAME_without_peers is what it is on a machine with no package of a peer, so that
    a machine that has all of them tests that, too.

    Args:
      name: the program's name; `bazel run` it.
      peers: what it takes of @peers, by name.
      deps: all else.
      **kwargs: whatever cex_cc_benchmark takes.
    """
    cex_cc_benchmark(
        name = name,
        copts = PEER_COPTS,
        deps = deps + _FRAMEWORK + ["//bench:context"] + ["@peers//:" + peer for peer in peers],
        **kwargs
    )
    if peers:
        cex_cc_benchmark(
            name = name + "_without_peers",
            testonly = True,
            # Compiled for checksums_without_peers_test, not by whoever builds all.
            tags = ["manual"],
            deps = deps + _FRAMEWORK,
            **kwargs
        )
