#!/usr/bin/env bash
# Installs cex for builds other than Bazel's.
#
# Usage: ./bazelw run //:install -- [--help] PREFIX
#
# Puts below PREFIX, which is made where it is missing:
#
#   include/cex/            the headers
#   lib/libcex.a            the library, optimized and without checks
#   lib/libcex_checked.a    with the checks of CEX_TEST, and the testing aids
#   lib/libcex_asan.a, lib/libcex_checked_asan.a
#                           the same for programs built with -fsanitize=address
#   lib/pkgconfig/          cex.pc, cex-checked.pc, cex-asan.pc, cex-checked-asan.pc and cex-trace.pc
#   lib/cmake/cex/          find_package(cex), with cex::cex, cex::checked, cex::gtest_main, cex::trace
#   share/cex/              main() for GoogleTest as sources; the list of what is installed
#   share/cex/cex_gdb.py    printers for GDB: `source` it there
#   share/doc/cex/LICENSE
#
# The folder may be moved later. Installing again replaces what an earlier version
# installed. With DESTDIR in the environment, all goes below DESTDIR/PREFIX instead.
set -euo pipefail
umask 022

fail() {
  printf 'install: %s\n' "$1" >&2
  exit 2
}

for argument in "$@"; do
  case $argument in
    -h | --help)
      sed -n '2,/^set /s/^# \{0,1\}//p' "$0"
      exit 0
      ;;
    -*) fail "there is no option $argument; try --help" ;;
  esac
done
[ $# = 1 ] || fail "one PREFIX is needed, and there are $# arguments; try --help"
[ -n "$1" ] || fail "PREFIX is empty; try --help"
[ -z "${DESTDIR-}" ] || [[ $1 = /* ]] || fail "with DESTDIR, PREFIX has to be an absolute path, and $1 is none"
# `bazel run` changes the working directory, and says which it was.
root=$(cd "${BUILD_WORKING_DIRECTORY:-.}" && realpath -ms "${DESTDIR-}$1")

# The folder of runfiles, which `bazel run` starts this in.
here=$(CDPATH='' cd "$(dirname "$0")/../.." && pwd)
[ -e "$here/MODULE.bazel" ] || here=$PWD
tools=$here/tools/install
version=$(sed -nE '/^module\(/,/^\)/s/^ *version = "([0-9]+\.[0-9]+\.[0-9]+)".*/\1/p' "$here/MODULE.bazel")
[ -n "$version" ] || fail "MODULE.bazel gives the module no version of three numbers"

# All of it is made in a folder of its own first.
stage=$(mktemp -d)
trap 'rm -rf "$stage"' EXIT

# put SOURCE... FOLDER: files below FOLDER; a template NAME.in becomes NAME.
put() {
  local file target
  for file in "${@:1:$#-1}"; do
    target=$stage/${*: -1}/$(basename "$file" .in)
    install -D -m 644 "$file" "$target"
    case $file in *.in)
      sed -i "s/@VERSION@/$version/; s/@VERSION_MAJOR@/${version%%.*}/; s/@VERSION_MINOR@/$(cut -d. -f2 <<<"$version")/" "$target"
      if grep -E '@[A-Z_]+@' "$target"; then fail "$file: nothing is known to put in that place"; fi
      ;;
    esac
  done
}

(cd "$tools/include" && find -L cex -type f -exec install -D -m 644 {} "$stage/include/{}" \;)
put "$tools"/lib*.a lib
put "$tools"/*.pc.in lib/pkgconfig
put "$tools"/cexConfig*.in lib/cmake/cex
put "$here"/debug/cex_gdb.py "$here"/testing/gtest_{checks,main}.cc share/cex
put "$here"/LICENSE share/doc/cex
list=share/cex/installed_files.txt
names=$(find "$stage" -type f -printf '%P\n' | LC_ALL=C sort)
printf '%s\n' "$names" >"$stage/$list"

# What an earlier version installed and this one doesn't goes, and nothing outside the prefix,
# whatever became of the list.
remove_old() {
  [ -f "$root/$list" ] || return 0
  { LC_ALL=C grep -avxF "$names" "$root/$list" || true; } | while read -r name; do
    case /$name/ in //* | */../*) continue ;; esac
    [ -d "$root/$name" ] || rm -f "$root/$name" || exit
  done
}

# One by one, because a folder of the prefix may be a link to another, which cp -R refuses.
copy_new() {
  local name
  while read -r name; do
    install -D -T -m 644 "$stage/$name" "$root/$name" || return
  done <<<"$names"$'\n'"$list"
}

if ! said=$({ mkdir -p "$root" && remove_old && copy_new; } 2>&1); then
  fail "$(head -n 1 <<<"$said")"
fi
echo "install: cex $version is in $root"
