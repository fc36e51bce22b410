#!/bin/sh
# remote_rc.sh CONFIG: prints the lines of a .bazelrc that give --config=remote_cache or
# --config=remote its address and credentials, from the environment. ./bazelw calls it.
#
#   CEX_REMOTE_CACHE       the cache's address, as http://HOST:PORT or grpcs://HOST
#   CEX_REMOTE_EXECUTOR    the address of what runs actions, as grpcs://HOST
#   CEX_REMOTE_HEADER      headers of each request, as NAME=VALUE, one on a line
#   CEX_REMOTE_PROPERTIES  execution properties, as NAME=VALUE, one on a line
#   CEX_REMOTE_TOOLCHAIN   names the machine's compilers and system headers; if unset, a
#                          sum of their versions
#
# A value is never part of a message.
set -eu

config=$1
here=$(CDPATH='' cd "$(dirname "$0")" && pwd)
newline='
'

fail() {
  printf 'bazelw: %s\n' "$*" >&2
  exit 2
}

# option FLAG VARIABLE VALUE: the line that sets one flag.
option() {
  case $3 in
    *[\'\"\\]* | *"$newline"*) fail "$2 may hold no quotes, backslashes and line ends" ;;
  esac
  printf "build:%s_of_bazelw --%s='%s'\n" "$config" "$1" "$3"
}

# options FLAG VARIABLE VALUE: one line for each line of VALUE, which is NAME=VALUE.
options() {
  printf '%s\n' "$3" | while IFS= read -r line; do
    case $line in
      '') ;;
      ?*=*) option "$1" "$2" "$line" ;;
      *) fail "$2 has to be NAME=VALUE, or several of them with a newline between" ;;
    esac
  done
}

# Compilers and system headers are no inputs of an action, as Bazel sees it; so that
# machines with other ones don't share results, their versions become part of it.
toolchain() {
  {
    uname -sm
    for program in gcc g++ clang clang++ ld ar; do
      "$program" --version 2>/dev/null | sed -n 1p || true
    done
    if command -v dpkg-query >/dev/null 2>&1; then
      # shellcheck disable=SC2046 # one word per package
      dpkg-query -W -f '${Package} ${Version} ${db:Status-Status}\n' 'libc6-dev' \
        'linux-libc-dev' 'libstdc++-*-dev' 'libclang-common-*-dev' 'libgcc-*-dev' \
        $(sed 's/#.*//' "$here/../third_party/debian/packages_build.txt" \
          "$here/../third_party/debian/packages_test.txt") 2>/dev/null |
        grep ' installed$' | sort -u || true
    fi
  } | sha256sum | cut -c 1-32
}

case $config in
  remote_cache)
    [ -n "${CEX_REMOTE_CACHE:-}" ] ||
      fail "--config=remote_cache needs CEX_REMOTE_CACHE, the cache's address; see docs/guide/remote.md"
    option remote_cache CEX_REMOTE_CACHE "$CEX_REMOTE_CACHE"
    option remote_default_exec_properties CEX_REMOTE_TOOLCHAIN \
      "cex-toolchain=${CEX_REMOTE_TOOLCHAIN:-$(toolchain)}"
    ;;
  remote)
    [ -n "${CEX_REMOTE_EXECUTOR:-}" ] ||
      fail "--config=remote needs CEX_REMOTE_EXECUTOR, the address of what runs actions; see docs/guide/remote.md"
    option remote_executor CEX_REMOTE_EXECUTOR "$CEX_REMOTE_EXECUTOR"
    [ -z "${CEX_REMOTE_CACHE:-}" ] || option remote_cache CEX_REMOTE_CACHE "$CEX_REMOTE_CACHE"
    ;;
  *) fail "there is no remote configuration $config" ;;
esac
options remote_header CEX_REMOTE_HEADER "${CEX_REMOTE_HEADER:-}"
options remote_default_exec_properties CEX_REMOTE_PROPERTIES "${CEX_REMOTE_PROPERTIES:-}"
