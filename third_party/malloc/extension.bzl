"""@mallocs for MODULE.bazel; a file of its own, since older Bazels have no extensions."""

load(":repository.bzl", "mallocs_repository")

def _mallocs_impl(_ctx):
    mallocs_repository(name = "mallocs")

mallocs = module_extension(implementation = _mallocs_impl)
