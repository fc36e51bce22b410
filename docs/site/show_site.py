"""Says where the site is, and puts a copy where it is wanted.

    ./bazelw run //docs:site                 says where index.html is
    ./bazelw run //docs:site -- --out DIR    writes the site to DIR (new, empty, or an older site)
"""

import argparse
import os
import pathlib
import shutil
import sys

_KINDS = (".css", ".html", ".js", ".png", ".svg")  # of the site's files, which has no folders


def _copy(site, out):
    # No file is to go by mistake: only pages of an older site are replaced. A .git beside them stays.
    if out.is_dir() and any(out.iterdir()) and not (out / "names.js").is_file():
        raise OSError(None, "is not empty and not a site; remove it first")
    if out.exists() and out.samefile(site):
        raise OSError(None, "is where the site is made")
    out.mkdir(parents=True, exist_ok=True)
    for old in out.iterdir():
        if old.suffix in _KINDS and not old.is_dir():
            old.unlink()
    # The files and not their permissions: Bazel's are read-only.
    for file in site.iterdir():
        shutil.copyfile(file, out / file.name)


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
