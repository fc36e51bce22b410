"""sh_test, as the packages here use it."""

load("@rules_shell//shell:sh_test.bzl", _sh_test = "sh_test")
load(":package.bzl", "NATIVE")

def sh_test(name, target_compatible_with = [], **kwargs):
    """A test that is a script: it runs on the machine that builds it, with that machine's tools.

    Args:
      name: as for any test.
      target_compatible_with: what it needs besides.
      **kwargs: whatever sh_test takes.
    """
    _sh_test(name = name, target_compatible_with = NATIVE + target_compatible_with, **kwargs)
