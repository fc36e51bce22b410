"""@peers for MODULE.bazel; a file of its own, since older Bazels have no extensions."""

load(":repository.bzl", "peers_repository")

def _peers_impl(_ctx):
    peers_repository(name = "peers")

peers = module_extension(implementation = _peers_impl)
