#!/usr/bin/env bash
# gdbinit [--help]: prints the line that, put into ~/.gdbinit, shows cex's values in GDB.
#
#   ./bazelw run //debug:gdbinit >> ~/.gdbinit
set -euo pipefail

case ${1-} in
  "") ;;
  -h | --help)
    sed -n '2,/^set /s/^# \{0,1\}//p' "$0"
    exit 0
    ;;
  *)
    printf 'gdbinit: unknown argument %s; try --help\n' "$1" >&2
    exit 2
    ;;
esac

# The workspace's own file, which is still there when Bazel's output folder is not.
script=$(readlink -f "$(dirname "$(readlink -f "$0")")/cex_gdb.py")
if [[ ! -r $script ]]; then
  printf 'gdbinit: %s is missing; run it with: bazel run //debug:gdbinit\n' "$script" >&2
  exit 1
fi
printf 'source %s\n' "$script"
