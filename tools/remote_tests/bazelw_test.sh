#!/usr/bin/env bash
# What ./bazelw installs before it runs Bazel, when, and what it says.
#
# Bazel, apt-get and dpkg-query are scripts: `installed` is what this machine has, one
# package a line, and each call of a program is a line of `calls`.
set -euo pipefail

root=$PWD
cd "$TEST_TMPDIR"
mkdir -p bin elsewhere workspace/deeper module
for program in sh sed paste dirname cat sort rm mktemp cp; do
  ln -s "$(command -v "$program")" bin/
done
touch workspace/WORKSPACE module/MODULE.bazel
cat >bazel <<'SH'
#!/bin/sh
printf 'bazel %s\n' "$*" >>"$CALLS/calls"
SH
cat >bin/dpkg-query <<'SH'
#!/bin/sh
echo dpkg-query >>"$CALLS/calls"
shift 3
for package in "$@"; do
  while read -r name version; do
    if [ "$name" = "$package" ]; then echo "installed $name $version"; fi
  done <"$CALLS/installed"
done
SH
cat >bin/apt-get <<'SH'
#!/bin/sh
case "$*" in
  *--assume-no*)
    echo "0 upgraded, 7 newly installed, 0 to remove and 0 not upgraded."
    echo "Need to get 12 MB of archives."
    echo "After this operation, 34 MB of additional disk space will be used."
    exit 1
    ;;
  update) echo "apt-get update" >>"$CALLS/calls" ;;
  *)
    printf 'apt-get %s\n' "$*" | sed 's/ -.*--no-install-recommends//' >>"$CALLS/calls"
    [ ! -e "$CALLS/apt_fails" ] || exit 100
    for package in "$@"; do echo "$package 1" >>"$CALLS/installed"; done
    cp "$CALLS/bazel" "$CALLS/bin/bazel"
    ;;
esac
SH
printf '#!/bin/sh\necho "${TEST_UID:-0}"\n' >bin/id
cat >bin/env <<'SH'
#!/bin/sh
shift
exec "$@"
SH
chmod +x bazel bin/dpkg-query bin/apt-get bin/id bin/env
export CALLS=$PWD CEX_DEBIANS_BAZEL=$PWD/bin/bazel

fail() {
  printf 'FAILED: %s\ncalls:\n%s\nsaid:\n%s\n' "$*" "$(cat calls)" "$(cat said)"
  exit 1
}

list() { for name in "$@"; do sed 's/#.*//' "$root/third_party/debian/packages_$name.txt"; done | tr -s ' \n' '\n' | grep .; }

# machine VERSION LIST…: Debian's Bazel of that version, and the packages of the lists.
machine() {
  local version=$1
  shift
  list "$@" | sed "s/\$/ 1/; s/^bazel-bootstrap 1/bazel-bootstrap $version/" >installed
  cp bazel bin/bazel
}

# bazelw STATUS ARGUMENT…: runs it and expects it to exit with STATUS.
bazelw() {
  local expected=$1 status=0
  shift
  : >calls
  (cd "${DIR:-workspace}" && PATH=$CALLS/bin "$root/bazelw" "$@") >said 2>&1 || status=$?
  [[ $status == "$expected" ]] || fail "bazelw $* exits with $status"
}

called() { [[ $(cat calls) == "$1" ]] || fail "expected calls: $1"; }
says() { grep -qF -- "$1" said || fail "it did not say: $1"; }

# Nothing is missing: one question to dpkg, and silence.
machine 4.2.3 build
for command in build run query; do
  bazelw 0 "$command" //x
  called $'dpkg-query\nbazel '"$command //x"
  [[ ! -s said ]] || fail "$command speaks"
done

# A test takes more, and what clang builds takes clang. A Bazel that runs looks again at what is there.
test_packages=$(list test | tr '\n' ' ')
for arguments in "test //x" "--nohome_rc coverage //x" "--output_base /x test //x" "build --config clang //x" "build --config=clang //x"; do
  machine 4.2.3 build
  # shellcheck disable=SC2086 # words
  bazelw 0 $arguments
  called $'dpkg-query\napt-get update\napt-get '"${test_packages% }"$'\nbazel shutdown\ndpkg-query\nbazel '"$arguments"
  says "7 packages with what they depend on, 12 MB to download, 34 MB of disk"
done
says "bazelw: missing to build: clang "
machine 4.2.3 build test
bazelw 0 test //x
called $'dpkg-query\nbazel test //x'
# Another platform's are those of its name, in either form, and of no pattern.
for arguments in "build --config=riscv64 //x" "build --config riscv64 //x"; do
  machine 4.2.3 build
  # shellcheck disable=SC2086 # words
  bazelw 0 $arguments
  called $'dpkg-query\napt-get update\napt-get g++-riscv64-linux-gnu qemu-user-static\nbazel shutdown\ndpkg-query\nbazel '"$arguments"
done
for config in 'risc.*' a/b '[' '*'; do
  machine 4.2.3 build
  bazelw 0 build "--config=$config"
  called $'dpkg-query\nbazel build --config='"$config"
  [[ ! -s said ]] || fail "it speaks"
done
# What the program gets is no command of Bazel's.
machine 4.2.3 build
bazelw 0 run //x -- test
called $'dpkg-query\nbazel run //x -- test'

# Called by a relative name, where CDPATH has another folder of that name.
mkdir -p elsewhere/repository
ln -s "$root" repository
machine 4.2.3 build
: >calls
CDPATH=$PWD/elsewhere:. PATH=$CALLS/bin repository/bazelw build //x >said 2>&1 || fail "CDPATH"
called $'dpkg-query\nbazel build //x'
[[ ! -s said ]] || fail "it speaks"

# Nothing installs extras but being asked for them.
machine 4.2.3 build test
bazelw 0 --install-extras
called $'dpkg-query\napt-get update\napt-get '"$(list extra | tr '\n' ' ' | sed 's/ $//')"$'\nbazel shutdown\ndpkg-query'
bazelw 0 --install-extras
called dpkg-query
bazelw 2 --install-extras test //x
mv bin/apt-get elsewhere/
bazelw 1 --install-extras
says "this machine is not Debian-like"
mv elsewhere/apt-get bin/

# No Bazel at all.
rm bin/bazel
: >installed
bazelw 0 build //x
grep -q '^apt-get bazel-bootstrap ' calls || fail "it doesn't install Bazel"
says "bazelw: missing to build: bazel-bootstrap"

# Who isn't root is told what to do.
machine 4.2.3 build
TEST_UID=1000 bazelw 1 test //x
says "run as root: apt-get update && apt-get "
: >apt_fails
bazelw 1 test //x
says "apt-get could not install them"
rm apt_fails

# Debian's Bazel 7 reads WORKSPACE, where there is one.
machine 7.7.1+ds-8 build
bazelw 0 build //x
called $'dpkg-query\nbazel --bazelrc='"$root/third_party/debian/bazel7.bazelrc build //x"
DIR=workspace/deeper bazelw 0 build //x
called $'dpkg-query\nbazel --bazelrc='"$root/third_party/debian/bazel7.bazelrc build //x"
DIR=module bazelw 0 build //x
called $'dpkg-query\nbazel build //x'

# A Bazel that isn't Debian's is not dpkg's business.
: >installed
mv bin/bazel elsewhere/bazel
CEX_DEBIANS_BAZEL=/nowhere/bazel
cp elsewhere/bazel bin/bazel
bazelw 0 test //x
called 'bazel test //x'
echo passed
