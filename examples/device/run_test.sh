#!/usr/bin/env bash
# run_test.sh PROGRAM EXPECTED: the program prints what it should, here or on its device.
set -euo pipefail

case $(od -An -t x1 -j 16 -N 24 "$1" | tr -d ' \n') in
  # ELF: executable, for Arm; entry and flags are a device's.
  02002800*) command=(timeout 60 qemu-system-arm -M mps2-an385 -nographic -monitor none -serial none
    -semihosting-config "enable=on,target=native" -kernel "$1") ;;
  *) command=("./$1") ;;
esac
# The device prints through its debugger, which qemu has on stderr.
diff "$2" <("${command[@]}" 2>&1)
