"""A platform, and a toolchain for it from one of Debian's cross compilers."""

load("@rules_cc//cc:cc_toolchain_config_lib.bzl", "artifact_name_pattern", "feature", "flag_group", "flag_set", "tool_path", "with_feature_set")
load("@rules_cc//cc:defs.bzl", "cc_toolchain")

_COMPILE = [
    "assemble",
    "c++-compile",
    "c-compile",
    "linkstamp-compile",
    "preprocess-assemble",
]
_LINK = [
    "c++-link-dynamic-library",
    "c++-link-executable",
    "c++-link-nodeps-dynamic-library",
]

def _flags(actions, flags, mode = None):
    return flag_set(
        actions = actions,
        flag_groups = [flag_group(flags = flags)],
        with_features = [with_feature_set(features = [mode])] if mode else [],
    )

# Debian's rules_cc has no cc_common to load.
# buildifier: disable=native-cc-common
def _config_impl(ctx):
    triple = ctx.attr.triple
    is_clang = "clang" in ctx.attr.tools.get("gcc", "")
    tools = {"gcc": "gcc", "cpp": "cpp", "ld": "ld", "ar": "ar", "nm": "nm", "objcopy": "objcopy", "objdump": "objdump", "strip": "strip", "gcov": "gcov"}
    paths = [
        tool_path(name = name, path = ctx.attr.tools.get(name, "/usr/bin/{}-{}{}".format(
            triple,
            tool,
            ctx.attr.suffix if tool in ["gcc", "cpp", "gcov"] else "",
        )))
        for name, tool in tools.items()
    ]
    compile_flags = [
        _flags(_COMPILE, ["-U_FORTIFY_SOURCE", "-Wall"] + ctx.attr.copts),
    ] + ([_flags(["c++-compile"], ctx.attr.cxxopts)] if ctx.attr.cxxopts else []) + [
        _flags(_COMPILE, ["-O2", "-DNDEBUG", "-ffunction-sections", "-fdata-sections"], "opt"),
        _flags(_COMPILE, ["-g"], "dbg"),
    ]
    return cc_common.create_cc_toolchain_config_info(
        ctx = ctx,
        abi_libc_version = "unknown",
        abi_version = "unknown",
        # Windows' linkers give a name without an extension one.
        artifact_name_patterns = [artifact_name_pattern(
            category_name = "executable",
            extension = ".exe",
            prefix = "",
        )] if "mingw" in triple else [],
        compiler = "clang" if is_clang else "gcc",
        cxx_builtin_include_directories = [
            "/usr/include",
            "/usr/lib/gcc",
            "/usr/lib/gcc-cross",
            "/usr/lib/linux/uapi",  # from Debian 13 on: the kernel's headers of each processor
            "/usr/" + triple + "/include",
        ] + ctx.attr.include_directories,
        features = [
            feature(name = "dbg"),
            feature(name = "fastbuild"),
            feature(name = "opt"),
            # Tests are linked statically, so that an emulator needs no libraries of the target.
            feature(name = "static_linking_mode"),
            feature(name = "cross_compile_flags", enabled = True, flag_sets = compile_flags),
            feature(
                name = "cross_link_flags",
                enabled = True,
                flag_sets = [
                    _flags(_LINK, ctx.attr.linkopts),
                    _flags(_LINK, ["-Wl,--gc-sections"], "opt"),
                ],
            ),
        ],
        host_system_name = "local",
        target_cpu = ctx.attr.cpu,
        target_libc = "unknown",
        target_system_name = triple,
        tool_paths = paths,
        toolchain_identifier = "debian-" + triple,
    )

_config = rule(
    implementation = _config_impl,
    attrs = {
        "copts": attr.string_list(),
        "cpu": attr.string(mandatory = True),
        "cxxopts": attr.string_list(),
        "include_directories": attr.string_list(),
        "linkopts": attr.string_list(),
        "suffix": attr.string(),
        "tools": attr.string_dict(),
        "triple": attr.string(mandatory = True),
    },
    provides = [CcToolchainConfigInfo],
)

def cross_platform(
        name,
        triple,
        constraints,
        copts = [],
        cxxopts = [],
        linkopts = [],
        linker_script = None,
        files = None,
        include_directories = [],
        suffix = "",
        tools = {}):
    """The platform NAME, and the toolchain NAME_toolchain that builds for it.

    Args:
      name: of the platform, and of its --config.
      triple: what the names of the cross compiler's programs begin with.
      constraints: the platform's constraint values.
      copts: for each file that is compiled.
      cxxopts: for those in C++, besides.
      linkopts: for each program that is linked.
      linker_script: a file, for each program.
      files: what compiling and linking reads, beside what the machine has.
      suffix: what the names of the compiler's programs end with.
      tools: paths in place of those that the triple begins, by what they are: "gcc", "ar".
      include_directories: where the compiler finds headers by itself, beside Debian's usual places.
    """
    native.platform(name = name, constraint_values = constraints)
    files = files or Label("//platforms:no_files")
    linker_files = files
    if linker_script:
        linker_files = name + "_linker_files"
        native.filegroup(name = linker_files, srcs = [linker_script])
        linkopts = linkopts + ["-T" + native.package_name() + "/" + linker_script]
    _config(
        name = name + "_config",
        copts = copts,
        cpu = name,
        cxxopts = cxxopts,
        include_directories = include_directories,
        linkopts = linkopts,
        suffix = suffix,
        tools = tools,
        triple = triple,
    )
    cc_toolchain(
        name = name + "_cc",
        all_files = linker_files,
        compiler_files = files,
        dwp_files = files,
        linker_files = linker_files,
        objcopy_files = files,
        strip_files = files,
        supports_param_files = 1,
        toolchain_config = name + "_config",
        toolchain_identifier = "debian-" + triple,
    )
    native.toolchain(
        name = name + "_toolchain",
        target_compatible_with = constraints,
        toolchain = name + "_cc",
        toolchain_type = "@bazel_tools//tools/cpp:toolchain_type",
    )
