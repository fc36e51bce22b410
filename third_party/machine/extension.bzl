"""@machine for MODULE.bazel; a file of its own, since older Bazels have no extensions."""

load(":repository.bzl", "machine_repository")

def _machine_impl(_ctx):
    machine_repository(name = "machine")

machine = module_extension(implementation = _machine_impl)
