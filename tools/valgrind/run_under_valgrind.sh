#!/usr/bin/env bash
# Runs a program under Valgrind's Memcheck; --config=valgrind puts this before each
# test. What Memcheck finds, leaks included, makes the program exit with 9.
#
# A test that is a script runs as it is, or Memcheck would look at bash: it may put
# what it runs under Memcheck itself, with this script, whose path it gets in
# CEX_RUN_UNDER_VALGRIND.
set -euo pipefail

if [[ $(head -c 2 "$1" | tr -d '\0') == '#!' ]]; then
  CEX_RUN_UNDER_VALGRIND=$(readlink -f "$0")
  export CEX_RUN_UNDER_VALGRIND
  exec "$@"
fi
# Possible leaks are none: a block with guard bytes or a record in front of it is
# held by pointers to what lies behind them.
exec valgrind -q --vgdb=no --error-exitcode=9 --leak-check=full --show-leak-kinds=definite \
  --errors-for-leak-kinds=definite --num-callers=20 "$@"
