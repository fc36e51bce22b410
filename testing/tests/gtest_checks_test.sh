#!/usr/bin/env bash
# Runs a test program with bad cases and reads what GoogleTest says of each.
set -euo pipefail

program=("$1")
if [[ -n ${CEX_RUN_UNDER_VALGRIND:-} ]]; then program=("$CEX_RUN_UNDER_VALGRIND" "$1"); fi
# The leaks are the point; LeakSanitizer would only report them once more.
export ASAN_OPTIONS="${ASAN_OPTIONS:-}:detect_leaks=0"
unset TEST_SHARD_INDEX TEST_TOTAL_SHARDS XML_OUTPUT_FILE TESTBRIDGE_TEST_ONLY

fail() {
  printf 'FAILED: %s\n%s\n' "$1" "$output"
  exit 1
}
says() { grep -qE -- "$1" <<<"$output" || fail "the output lacks: $1"; }
says_not() { ! grep -qE -- "$1" <<<"$output" || fail "the output has: $1"; }

if output=$("${program[@]}" 2>&1); then fail "a program with bad cases passed"; fi

for bad in BadLeaksABlock BadLeavesAScopeOpen BadLeavesAScopeObjectBehind \
  BadWritesPastABlockOfAnEarlierCase; do
  says "\[  FAILED  \] CasesTest\.$bad \("
  says "cex: in CasesTest\.$bad: "
done
for good in GoodAfterALeak GoodAfterOpenScopes GoodAllowsACache GoodAfterAnOverwrittenGuard; do
  says "\[       OK \] CasesTest\.$good "
done
says '\[       OK \] FixtureTest\.GoodFreesInItsDestructor '
says '^testing/tests/gtest_checks_cases\.cc:[0-9]+: Failure'
says 'CasesTest\.BadLeaksABlock: leak: 1 block, 100 bytes of mem\$ not freed'
says '100 bytes at 0x[0-9a-f]+, allocated at testing/tests/gtest_checks_cases\.cc:[0-9]+'
says 'BadLeavesAScopeOpen: leak: 1 scope of tmem\$ still open'
says 'cex: in ArenaOfSuiteTest\.BadWritesPastABlock: write past the end of a block'
says '\[       OK \] ArenaOfSuiteTest\.GoodAfterAnOverwrittenGuard '
says 'BadWritesPastABlockInAScopeLeftOpen: leak: 1 scope of tmem\$ still open'
says 'BadWritesPastABlockInAScopeLeftOpen: write past the end of a block'
says 'BadWritesPastABlockOfAnEarlierCase: write past the end of a block'
says 'a failure of the case.s own'
says_not '77 bytes'
says ' 7 FAILED TESTS'

# A write to what was freed or rewound fails its case, and the next one starts clean.
# Rewound memory is looked through where no tool watches it.
late='*LateWrite*'
if [[ $2 != pattern ]]; then late='*LateWrite*-*BadWritesToAScope*'; fi
if output=$("${program[@]}" --gtest_filter="$late" --gtest_also_run_disabled_tests 2>&1); then
  fail "late writes passed"
fi
says 'in DISABLED_LateWriteTest\.BadWritesToAFreedBlock: write to freed memory at 0x'
says '^ +the block: 10 bytes, allocated at testing/tests/gtest_checks_cases\.cc:[0-9]+, freed at'
if [[ $2 == pattern ]]; then
  says 'BadWritesToAScopeThatHasEnded: write to memory of tmem\$ whose scope had ended, at 0x'
fi
says '\[       OK \] DISABLED_LateWriteTest\.GoodAfterLateWrites '

output=$("${program[@]}" --gtest_filter='*Good*-*Overwritten*:*AllowsACache*' 2>&1) || fail "good cases failed"
