"""site_files: guide and reference as a folder of pages, made by Doxygen."""

def _site_files_impl(ctx):
    out = ctx.actions.declare_directory(ctx.label.name)
    headers = ctx.attr.headers.label
    prefix = headers.package + "/" + headers.name + "/"
    lines = [file.short_path[len(prefix):] + "\t" + file.path for file in ctx.files.headers]
    lines += [file.short_path + "\t" + file.path for file in ctx.files.pages]
    files = ctx.actions.declare_file(ctx.label.name + ".list")
    ctx.actions.write(files, "\n".join(lines) + "\n")
    ctx.actions.run_shell(
        outputs = [out],
        inputs = ctx.files.headers + ctx.files.pages + ctx.files.parts + [files],
        command = 'exec python3 -B "$1" "$2" "$3"',
        arguments = [ctx.file.script.path, out.path, files.path],
        mnemonic = "Site",
        progress_message = "Building the site of guide and reference",
        # For doxygen and python3 on the PATH.
        use_default_shell_env = True,
    )
    return [DefaultInfo(files = depset([out]), runfiles = ctx.runfiles(files = [out]))]

site_files = rule(
    implementation = _site_files_impl,
    attrs = {
        "headers": attr.label(
            doc = "An include_tree with the headers; those with a @file comment are described.",
            mandatory = True,
        ),
        "pages": attr.label_list(
            doc = "Markdown pages, and the images that they show.",
            allow_files = [".md", ".svg", ".png"],
        ),
        "parts": attr.label_list(
            doc = "What lies beside the script: Doxygen's settings, frame, style, modules.",
            allow_files = True,
        ),
        "script": attr.label(allow_single_file = True, mandatory = True),
    },
    doc = "A folder NAME with index.html in it. Any warning of Doxygen is an error.",
)
