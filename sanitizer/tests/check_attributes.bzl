"""Looks at what cex_cc_test declared, while the BUILD file that calls this loads."""

def _expect(what, actual, expected):
    if actual != expected:
        fail("{} is {}, not {}".format(what, actual, expected))

def check_attributes(test_name, tags, visibility):
    """Fails where the test `test_name` lacks one of these, or its binary isn't hidden from `...`.

    Args:
      test_name: of a cex_cc_test above in the same BUILD file.
      tags: that it was given.
      visibility: that it was given.
    """
    test = native.existing_rule(test_name)
    binary = native.existing_rule(test_name + ".bin")
    for tag in tags:
        _expect("tag {} among those of {}".format(tag, test_name), tag in test["tags"], True)
        _expect("tag {} among those of {}.bin".format(tag, test_name), tag in binary["tags"], True)
    _expect("tag manual of " + test_name, "manual" in test["tags"], "manual" in tags)
    _expect("tag manual of {}.bin".format(test_name), "manual" in binary["tags"], True)
    _expect("visibility of " + test_name, [str(v) for v in test["visibility"]], visibility)
