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

for bad in BadLeaksABlock BadLeavesAScopeOpen BadLeavesAScopeObjectBehind; do
  says "\[  FAILED  \] CasesTest\.$bad \("
  says "cex: in CasesTest\.$bad: "
done
for good in GoodAfterALeak GoodAfterOpenScopes GoodAllowsACache GoodFreesTheCache; do
  says "\[       OK \] CasesTest\.$good "
done
says '\[       OK \] FixtureTest\.GoodFreesInItsDestructor '
says '^testing/tests/gtest_checks_cases\.cc:[0-9]+: Failure'
says 'CasesTest\.BadLeaksABlock: leak: 1 block, 100 bytes of mem\$ not freed'
says '100 bytes at 0x[0-9a-f]+, allocated at testing/tests/gtest_checks_cases\.cc:[0-9]+'
says 'BadLeavesAScopeOpen: leak: 1 scope of tmem\$ still open'
says 'a failure of the case.s own'
says_not '77 bytes'
says ' 5 FAILED TESTS'

# What is left behind outside of cases.
says '\[       OK \] BadSuiteTest\.AnInnocentCase '
says '\[  FAILED  \] BadSuiteTest\.BadLeaksOnce \('
says 'cex: in SetUpTestSuite or TearDownTestSuite of BadSuiteTest: leak: 1 block, 55 bytes of mem'
says '\[  FAILED  \] BadSuiteTest: SetUpTestSuite or TearDownTestSuite'
says '\[       OK \] GoodSuiteTest\.GoodUsesWhatTheSuiteHas '
says_not 'of GoodSuiteTest: leak'
says_not 'an environment of the tests'

# A write to what is not the writer's fails its case, and the next one starts clean.
if [[ $2 == pattern ]]; then
  if output=$("${program[@]}" --gtest_filter='*_Write*' --gtest_also_run_disabled_tests 2>&1); then
    fail "bad writes passed"
  fi
  readonly of_case='cex: in DISABLED_WriteTest\.Bad'
  says "${of_case}WritesPastABlockInAScopeLeftOpen: leak: 1 scope of tmem\\\$ still open"
  says "${of_case}WritesPastABlockInAScopeLeftOpen: write past the end of a block"
  says "${of_case}WritesPastABlockOfAnEarlierCase: write past the end of a block"
  says 'cex: in DISABLED_WriteInArenaTest\.BadWritesPastABlock: write past the end of a block'
  says "${of_case}WritesToAFreedBlock: write to freed memory at 0x"
  says '^ +the block: 10 bytes, allocated at testing/tests/gtest_checks_cases\.cc:[0-9]+, freed at'
  says "${of_case}WritesToAScopeThatHasEnded: write to memory whose scope has ended at 0x"
  says '\[       OK \] DISABLED_WriteTest\.GoodAfterLateWrites '
  says '\[       OK \] DISABLED_WriteTest\.GoodAfterAnOverwrittenGuard '
  says '\[       OK \] DISABLED_WriteInArenaTest\.GoodAfterAnOverwrittenGuard '
  says ' 5 FAILED TESTS'
fi

output=$("${program[@]}" --gtest_filter='*Good*-*Cache*' 2>&1) || fail "good cases failed"
if output=$(BAD_ENVIRONMENT=1 "${program[@]}" --gtest_filter='GoodSuiteTest.*' 2>&1); then
  fail "an environment that leaks passed"
fi
says 'cex: in an environment of the tests: leak: 1 block, 44 bytes of mem'
