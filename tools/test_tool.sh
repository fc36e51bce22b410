# shellcheck shell=bash
# What the test_… tools share; each sources it with its own arguments, of which it takes none.
# Sets `root`, the repository's folder, and has fail(), which ends the tool with one line.
tool=$(basename "$0")

case ${1-} in
  "") ;;
  -h | --help)
    sed -n '2,/^set /s/^# \{0,1\}//p' "$0"
    exit 0
    ;;
  *)
    printf '%s: unknown argument %s; try --help\n' "$tool" "$1" >&2
    exit 2
    ;;
esac

# shellcheck disable=SC2034 # the tools use it
root=$(CDPATH='' cd "$(dirname "$0")/.." && pwd)

fail() {
  printf '%s: %s\n' "$tool" "$*" >&2
  exit 1
}

# A folder `work`, which goes when the tool ends, with the servers of Bazels whose output bases are
# in it as NAME.base.
make_work() {
  work=$(mktemp -d)
  trap clean_up EXIT
  trap 'exit 130' INT
  trap 'exit 143' TERM
}

# shellcheck disable=SC2317 # the trap calls it
clean_up() {
  local base
  for base in "$work"/*.base; do
    if [ -d "$base" ]; then
      (cd "$root" && ./bazelw --output_base="$base" shutdown) >/dev/null 2>&1 || true
    fi
  done
  # Bazel takes the permission to write from what it keeps.
  chmod -R u+w "$work" || true
  rm -rf "$work"
}
