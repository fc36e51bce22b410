#!/usr/bin/env bash
# run_test.sh PROGRAM EXPECTED: the program prints what it should, and ends as it should, here or on
# its device.
set -euo pipefail

case $(od -An -t x1 -j 16 -N 24 "$1" | tr -d ' \n') in
  # ELF: executable, for Arm; entry and flags are a device's.
  02002800*) command=(timeout 60 qemu-system-arm -M mps2-an385 -nographic -monitor none -serial none
    -semihosting-config "enable=on,target=native" -kernel "$1") ;;
  *) command=("./$1") ;;
esac
# The device prints through its debugger, which qemu has on stderr.
status=0
said=$("${command[@]}" 2>&1) || status=$?
diff "$2" - <<<"$said"
# After a report a program fails.
case $2 in */misuse.txt) expected=1 ;; *) expected=0 ;; esac
[ "$status" = "$expected" ] || { printf 'FAILED: it ends with %s\n' "$status"; exit 1; }
