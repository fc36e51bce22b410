#!/usr/bin/env bash
# run_emulated.sh PROGRAM [ARGUMENT ...]: runs a program for another processor in qemu's
# emulator of it, of Windows in wine, and of WebAssembly in node; one for this machine, or a script,
# as it is.
set -euo pipefail

machine=$(od -An -t x1 -N 20 "$1" | tr -d ' \n')
emulator=
case $machine in
  4d5a*) # Windows'
    unset XML_OUTPUT_FILE # it is no path of Windows'
    export WINEDEBUG=-all WINEPREFIX=${WINEPREFIX:-${TEST_TMPDIR:-/tmp}/wine}
    exec wine "$@"
    ;;
  0061736d*) # WebAssembly's
    ulimit -s 65536 2>/dev/null || true # for tests of deep scopes
    exec node --stack-size=60000 --no-warnings --input-type=module -e '
      import { readFileSync } from "fs";
      import { WASI } from "wasi";
      const wasi = new WASI({ version: "preview1", args: process.argv.slice(1), env: process.env,
                              preopens: { "/": "/" }, returnOnExit: true });
      const program = await WebAssembly.compile(readFileSync(process.argv[1]));
      process.exit(wasi.start(await WebAssembly.instantiate(program, wasi.getImportObject())));
    ' -- "$@"
    ;;
  # ELF's magic, 32 or 64 bits, little or big end; the machine's number is at byte 18.
  7f454c4602*b700) emulator=qemu-aarch64 ;;
  7f454c4601*2800) emulator=qemu-arm ;;
  7f454c4601*0300) emulator=qemu-i386 ;;
  7f454c4602*f300) emulator=qemu-riscv64 ;;
  7f454c4602*0016) emulator=qemu-s390x ;;
esac
[ -n "$emulator" ] || exec "$@"
# From Debian 13 on there is no other than the static one, and its name is shorter.
found=$(command -v "$emulator-static" || command -v "$emulator") || {
  echo "$emulator-static is missing: install Debian's package qemu-user-static" >&2
  exit 1
}
exec "$found" "$@"
