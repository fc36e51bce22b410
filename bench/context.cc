// Every benchmark's output names the peers that this machine does not have.
#include <benchmark/benchmark.h>

#include "missing_peers.h"

namespace {

[[maybe_unused]] const bool added = [] {
  const char* const missing = CEX_BENCH_MISSING_PEERS;
  benchmark::AddCustomContext("missing_peers", *missing == '\0' ? "none" : missing);
  return true;
}();

}  // namespace
