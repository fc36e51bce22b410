"""What Bazel's versions do differently, asked of what this one has, not of its number."""

# Bazel 7 and newer have it, and so they have the rest of this.
_IS_NEW = hasattr(native, "package_relative_label")

# Attributes of a rule with a transition: older Bazels want to see that it is allowed.
TRANSITION_ATTRS = {} if _IS_NEW else {
    "_allowlist_function_transition": attr.label(
        default = "@bazel_tools//tools/allowlists/function_transition_allowlist",
    ),
}

# What merges a test's coverage. Newer Bazels fetch it in a coverage run only.
LCOV_MERGER = configuration_field(
    fragment = "coverage",
    name = "output_generator",
) if _IS_NEW else "@bazel_tools//tools/test:lcov_merger"

# The fragments of the configuration that it takes.
COVERAGE_FRAGMENTS = ["coverage"] if _IS_NEW else []
