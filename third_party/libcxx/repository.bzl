"""@libcxx: LLVM's C++ library, and a toolchain of clang with it, for --config=libcxx.

Debian's libc++-14-dev can't be installed beside libgoogle-perftools-dev, which needs another
libunwind: so apt-get fetches the packages, and they are unpacked here.
"""

_PACKAGES = ["libc++-14-dev", "libc++abi-14-dev"]

def _run(ctx, arguments):
    result = ctx.execute(arguments, working_directory = "unpacked")
    if result.return_code != 0:
        fail("cex: --config=libcxx: {} failed, on Debian 12 it should not: {}".format(
            " ".join(arguments),
            result.stderr,
        ))

def _libcxx_impl(ctx):
    ctx.file("unpacked/.here", "")
    _run(ctx, ["apt-get", "download"] + _PACKAGES)
    for package in _PACKAGES:
        _run(ctx, ["sh", "-c", "dpkg-deb -x {}_*.deb . && rm {}_*.deb".format(package, package)])
    llvm = "unpacked/usr/lib/llvm-14/"
    ctx.symlink(llvm + "include/c++/v1", "include")
    for library in ["libc++.a", "libc++abi.a"]:
        ctx.symlink(llvm + "lib/" + library, library)
    ctx.file("BUILD.bazel", """load("@cex//platforms:cross_toolchain.bzl", "cross_platform")

package(default_visibility = ["//visibility:public"])

filegroup(
    name = "files",
    srcs = ["libc++.a", "libc++abi.a"] + glob(["include/**"]),
)

cross_platform(
    name = "libcxx",
    constraints = [
        "@cex//platforms/runs:libcxx",
        "@platforms//cpu:x86_64",
        "@platforms//os:linux",
    ],
    copts = ["-fno-omit-frame-pointer"],
    cxxopts = ["-nostdinc++", "-isystem", "external/libcxx/include"],
    files = ":files",
    include_directories = ["/usr/lib/llvm-14", "/usr/lib/clang", "%package(@libcxx//)%/include"],
    linkopts = [
        "external/libcxx/libc++.a",
        "external/libcxx/libc++abi.a",
        "-lpthread",
        "-lm",
        "-lgcc_s",
        "-Wl,-z,relro,-z,now",
    ],
    tools = {"cpp": "/usr/bin/clang", "gcc": "/usr/bin/clang"},
    triple = "x86_64-linux-gnu",
)
""")

libcxx_repository = repository_rule(
    implementation = _libcxx_impl,
    doc = "libc++ 14 of Debian's packages, unpacked, and clang with it.",
)
