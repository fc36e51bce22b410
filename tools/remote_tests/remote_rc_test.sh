#!/usr/bin/env bash
# What ./bazelw makes of --config=remote_cache and --config=remote, and of the environment.
#
# In place of Bazel runs a script that prints its arguments and the file they name.
set -euo pipefail

root=$PWD
cd "$TEST_TMPDIR"
unset CEX_REMOTE_CACHE CEX_REMOTE_EXECUTOR CEX_REMOTE_HEADER CEX_REMOTE_PROPERTIES \
  CEX_REMOTE_TOOLCHAIN
mkdir -p bin temp
cat >bin/bazel <<'SH'
#!/bin/sh
printf '<%s>\n' "$@" >arguments
: >rc
: >mode
case ${1:-} in
  --bazelrc=*)
    cat "${1#--bazelrc=}" >rc
    stat -c %a "${1#--bazelrc=}" >mode
    ;;
esac
exit "${EXIT_WITH:-0}"
SH
chmod +x bin/bazel
export PATH=$PWD/bin:$PATH TMPDIR=$PWD/temp

fail() {
  printf 'FAILED: %s\n' "$*"
  exit 1
}

# bazelw STATUS ARGUMENT…: runs it and expects it to exit with STATUS.
bazelw() {
  local expected=$1 status=0
  shift
  rm -f arguments rc mode
  "$root/bazelw" "$@" >said 2>&1 || status=$?
  [[ $status == "$expected" ]] || fail "bazelw $* exits with $status: $(cat said)"
  [[ -z $(ls temp) ]] || fail "bazelw $* leaves $(ls temp) behind"
}

has() { grep -qxF -- "$2" "$1" || fail "$1 has no line $2: $(cat "$1")"; }

# Without the configurations nothing is added, whatever the environment says.
export CEX_REMOTE_CACHE=http://cache.test CEX_REMOTE_HEADER='Authorization=Bearer a-secret'
for arguments in "build //x" "build --config=cex_test //x" "run //x -- --config=remote_cache"; do
  # shellcheck disable=SC2086 # words
  bazelw 0 $arguments
  [[ ! -s rc ]] || fail "$arguments: $(cat rc)"
done

# With them, in either spelling, come address and credentials, in a file for its owner.
for spelling in --config=remote_cache "--config remote_cache"; do
  # shellcheck disable=SC2086
  bazelw 0 build $spelling //x
  has arguments "<build>"
  has arguments "<//x>"
  has rc "build:remote_cache_of_bazelw --remote_cache='http://cache.test'"
  has rc "build:remote_cache_of_bazelw --remote_header='Authorization=Bearer a-secret'"
  has mode 600
  if grep -q a-secret arguments said; then fail "the credentials are to be seen"; fi
done
grep -qE "^build:remote_cache_of_bazelw --remote_default_exec_properties='cex-toolchain=[0-9a-f]{32}'$" rc ||
  fail "no sum of the compilers' versions: $(cat rc)"

# Another compiler makes another sum.
cp rc before
printf '#!/bin/sh\necho another compiler 1.0\n' >bin/g++
chmod +x bin/g++
bazelw 0 build --config=remote_cache //x
if cmp -s rc before; then fail "the sum knows nothing of g++"; fi
rm bin/g++
CEX_REMOTE_TOOLCHAIN=mine bazelw 0 build --config=remote_cache //x
has rc "build:remote_cache_of_bazelw --remote_default_exec_properties='cex-toolchain=mine'"

# Bazel's exit status is bazelw's.
EXIT_WITH=37 bazelw 37 test --config=remote_cache //x

CEX_REMOTE_EXECUTOR=grpcs://run.test CEX_REMOTE_PROPERTIES=$'OSFamily=linux\ncontainer-image=docker://a' \
  bazelw 0 test --config=remote //x
has rc "build:remote_of_bazelw --remote_executor='grpcs://run.test'"
has rc "build:remote_of_bazelw --remote_cache='http://cache.test'"
has rc "build:remote_of_bazelw --remote_default_exec_properties='OSFamily=linux'"
has rc "build:remote_of_bazelw --remote_default_exec_properties='container-image=docker://a'"
if grep -q toolchain rc; then fail "an executor would look for a machine with that property"; fi

# refused MESSAGE ARGUMENT…: one line, and Bazel is not called.
refused() {
  local message=$1
  shift
  bazelw 2 "$@"
  [[ $(wc -l <said) == 1 ]] || fail "more than one line: $(cat said)"
  grep -qF -- "bazelw: $message" said || fail "it says: $(cat said)"
  if grep -q a-secret said; then fail "the credentials are to be seen"; fi
  [[ ! -e arguments ]] || fail "Bazel was called"
}
refused "--config=remote needs CEX_REMOTE_EXECUTOR" build --config=remote //x
CEX_REMOTE_HEADER=a-secret refused "CEX_REMOTE_HEADER has to be NAME=VALUE" \
  build --config=remote_cache //x
CEX_REMOTE_HEADER="A='a-secret'" refused "CEX_REMOTE_HEADER may hold no quotes" \
  build --config=remote_cache //x
CEX_REMOTE_CACHE=$'http://a\nbuild --x' refused "CEX_REMOTE_CACHE may hold no quotes" \
  build --config=remote_cache //x
unset CEX_REMOTE_CACHE
refused "--config=remote_cache needs CEX_REMOTE_CACHE" build --config=remote_cache //x
echo "ok"
