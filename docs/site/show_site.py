"""Says where the site is, and puts a copy where it is wanted.

    ./bazelw run //docs:site                 says where index.html is
    ./bazelw run //docs:site -- --out DIR    writes the site to DIR (new, empty, or an older site)
"""

import argparse
import os
import pathlib
import shutil
import sys


def _copy(site, out):
    # No file is to go by mistake: only a folder that was a site is replaced.
    if out.is_dir() and any(out.iterdir()) and not (out / "names.js").is_file():
        raise OSError(None, "is not empty and not a site; remove it first")
    if out.exists():
        shutil.rmtree(out)
    # The files and not their permissions: Bazel's are read-only.
    shutil.copytree(site, out, copy_function=shutil.copyfile)
    out.chmod(0o755)


def main():
    parser = argparse.ArgumentParser(
        prog="site", description="Builds the site of guide and reference, and says where it is.")
    parser.add_argument("site", help=argparse.SUPPRESS)
    parser.add_argument("--out", metavar="DIR", help="write the site to this folder")
    args = parser.parse_args()
    site = pathlib.Path(args.site).resolve()
    if args.out is not None:
        # Relative to where the user stands, not to where Bazel runs this.
        out = pathlib.Path(os.environ.get("BUILD_WORKING_DIRECTORY", "."), args.out).resolve()
        try:
            _copy(site, out)
        except OSError as error:
            print(f"site: {out}: {error.strerror or error}", file=sys.stderr)
            return 2
        site = out
    print(f"The site is {site / 'index.html'}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
