#!/usr/bin/env bash
# size_test.sh GOLDEN EMPTY PROGRAM ...: the bytes that each program has more than the empty one.
#
# Code and constants, and variables without the program's own buffer. More than the golden file
# has is a failure; what is less is only said.
set -euo pipefail

golden=$1 empty=$2
shift 2

# Prints "CODE VARIABLES" of a program.
sizes() {
  local buffer
  buffer=$(arm-none-eabi-nm -S -C "$1" | awk '/\(anonymous namespace\)::buffer$/ { print "0x" $2 }')
  arm-none-eabi-size "$1" | awk -v buffer="$((${buffer:-0}))" 'NR == 2 { print $1, $2 + $3 - buffer }'
}

read -r empty_code _ <<<"$(sizes "$empty")"
status=0
for program in "$@"; do
  name=$(basename "$program")
  read -r code variables <<<"$(sizes "$program")"
  if [ "${code:-0}" -le "${empty_code:-0}" ]; then
    echo "FAILED $name: its size is not known, or not more than the empty program's"
    status=1
    continue
  fi
  code=$((code - empty_code))
  echo "$name $code $variables"
  read -r most_code most_variables <<<"$(awk -v name="$name" '$1 == name { print $2, $3 }' "$golden")"
  if [ "$code" -gt "${most_code:-0}" ] || [ "$variables" -gt "${most_variables:-0}" ]; then
    echo "FAILED $name: the golden sizes are ${most_code:-none} and ${most_variables:-none}"
    status=1
  fi
  # No heap comes in by accident, nor the C library's printf.
  if arm-none-eabi-nm "$program" | grep -wE '(_?malloc_r|_?free_r|memalign|vsnprintf|_sbrk)'; then
    echo "FAILED $name: it links the heap, or printf"
    status=1
  fi
done
exit "$status"
