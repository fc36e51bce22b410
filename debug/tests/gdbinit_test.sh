#!/usr/bin/env bash
# gdbinit_test.sh GDBINIT: the one line it prints names a file that is there.
set -uo pipefail

gdbinit=$1

fail() {
  echo "FAILED: $*"
  exit 1
}

line=$("$gdbinit") || fail "gdbinit ended with $?"
[[ $line == "source /"*"/cex_gdb.py" ]] || fail "gdbinit printed: $line"
[[ -r ${line#source } ]] || fail "there is no ${line#source }"
grep -q 'register_pretty_printer' "${line#source }" || fail "${line#source } has no printers"

"$gdbinit" --help | grep -q '\.gdbinit' || fail "--help does not say what it is for"

complaint=$("$gdbinit" --nonsense 2>&1) && fail "gdbinit --nonsense succeeded"
[[ $? == 2 ]] || fail "gdbinit --nonsense did not end with 2"
[[ $complaint == "gdbinit: unknown argument --nonsense; try --help" ]] || fail "it said: $complaint"
echo "passed"
