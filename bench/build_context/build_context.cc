// How a benchmark program was built, which it says with its results: the report of
// //bench names the compiler, and would say so if the optimizer was off or the checks on.
#include <benchmark/benchmark.h>

#include "cex/build_mode.h"

namespace {

#ifdef __clang__
constexpr const char* kCompiler = "clang " __clang_version__;
#else
constexpr const char* kCompiler = "g++ " __VERSION__;
#endif

#ifdef __OPTIMIZE__
constexpr const char* kOptimized = "yes";
#else
constexpr const char* kOptimized = "no";
#endif

[[maybe_unused]] const bool added = [] {
  benchmark::AddCustomContext("cex_compiler", kCompiler);
  benchmark::AddCustomContext("cex_optimized", kOptimized);
  benchmark::AddCustomContext("cex_checks", cex::kChecked ? "on" : "off");
  return true;
}();

}  // namespace
