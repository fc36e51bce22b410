"""What cex needs, for a WORKSPACE: call cex_dependencies() once."""

load(
    "//third_party/debian:repositories.bzl",
    "coverage_tools",
    "debian_abseil",
    "debian_benchmark",
    "debian_googletest",
    "debian_rules",
    "native_rules_shell",
)
load("//third_party/machine:repository.bzl", "machine_repository")

def _missing(name):
    return not native.existing_rule(name)

# buildifier: disable=unnamed-macro
def cex_dependencies():
    """Declares every repository that cex's BUILD files name, from Debian's packages.

    A repository that the caller has declared before is left as it is, so a
    workspace with its own Abseil or GoogleTest keeps them.
    """
    for name, path in {
        "bazel_skylib": "/usr/share/bazel/tools/skylib",
        "platforms": "/usr/share/bazel/tools/platforms",
        "rules_cc": "/usr/share/bazel/rules/cc",
        "rules_java": "/usr/share/bazel/rules/java",
        # Debian's Bazel 7 names these two.
        "rules_license": "/usr/share/bazel/rules/license",
        "rules_proto": "/usr/share/bazel/rules/proto",
        "rules_python": "/usr/share/bazel/rules/python",
    }.items():
        if _missing(name):
            debian_rules(name = name, path = path)
    if _missing("rules_shell"):
        native_rules_shell(name = "rules_shell")
    if _missing("abseil-cpp"):
        debian_abseil(name = "abseil-cpp")
    if _missing("googletest"):
        debian_googletest(name = "googletest")
    if _missing("google_benchmark"):
        debian_benchmark(name = "google_benchmark")

    if _missing("machine"):
        machine_repository(name = "machine")

    # Bazel names this one in every coverage run and would download it.
    if _missing("remote_coverage_tools"):
        coverage_tools(name = "remote_coverage_tools")
